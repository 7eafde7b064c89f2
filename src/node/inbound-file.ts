import { readFile } from "node:fs/promises";
import { CsvError, parse } from "csv-parse/browser/esm/sync";
import { DiversionError } from "../core/errors";
import { InboundList } from "../diversion/inbound";
import type { HospitalDirectory } from "../hospitals/directory";
import { openForReading } from "./file-source";

const COLUMNS = ["id", "count"];

/**
 * Opens what is expected at EDs: csv `id,count` by its name, otherwise JSON `[{ "id": "RQ8L0", "count": 7 }]`, the
 * ambulances due at each within the hour.
 *
 * @throws DiversionError `file-not-found`; `invalid-argument` for another form, an unknown id, or an id that comes twice,
 * naming file, row and field.
 */
export async function openInbound(path: string, directory: HospitalDirectory): Promise<InboundList> {
  const file = await openForReading(path);
  try {
    const text = await readFile(file, "utf8");
    return InboundList.parse(/\.csv$/i.test(path) ? rowsOf(text) : jsonOf(text), directory);
  } catch (error) {
    throw error instanceof DiversionError ? error.in(path) : error;
  } finally {
    await file.close();
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const message = `The inbound counts are not JSON (${(cause as Error).message}); a csv list must be named .csv.`;
    throw new DiversionError("invalid-argument", message, {}, { cause });
  }
}

function rowsOf(text: string): unknown[] {
  const [header = [], ...rows] = recordsOf(text);
  if (header.length !== COLUMNS.length || COLUMNS.some((name) => !header.includes(name))) {
    const message = `The header is ${JSON.stringify(header.join(","))}; write ${COLUMNS.join(",")}.`;
    throw new DiversionError("invalid-argument", message, { row: 1 });
  }
  return rows.map((cells) => {
    const [id, count] = COLUMNS.map((name) => cells[header.indexOf(name)]!);
    // Number() alone would read an empty cell as 0 and "0x10" as 16.
    return { id, count: /^\d+$/.test(count!) ? Number(count) : count };
  });
}

function recordsOf(text: string): string[][] {
  try {
    return parse(text, { bom: true, skip_empty_lines: true, trim: true });
  } catch (cause) {
    if (!(cause instanceof CsvError)) throw cause;
    const row = typeof cause.lines === "number" ? cause.lines : undefined;
    throw new DiversionError("invalid-argument", `The CSV cannot be read: ${cause.message}`, { row }, { cause });
  }
}
