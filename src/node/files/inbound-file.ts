import { CsvError, parse } from "csv-parse/browser/esm/sync";
import { DiversionError } from "../../core/errors";
import { InboundList } from "../../diversion/rules/inbound";
import type { HospitalDirectory } from "../../hospitals/directory/directory";
import { parseJsonText, parseTextFile } from "./text-file";

const COLUMNS = ["id", "count"];

/**
 * Opens what is expected at EDs: csv `id,count` by its name, otherwise JSON `[{ "id": "RQ8L0", "count": 7 }]`, the
 * ambulances due at each within the hour.
 *
 * @throws DiversionError `file-not-found`; `invalid-argument` for another form, an unknown id, or an id that comes twice,
 * naming file, row and field.
 */
export const openInbound = (path: string, directory: HospitalDirectory): Promise<InboundList> =>
  parseTextFile(path, (text) => {
    const isCsv = /\.csv$/i.test(path);
    const rows = isCsv ? rowsOf(text) : parseJsonText(text, "invalid-argument", "a csv list must be named .csv");
    return InboundList.parse(rows, directory);
  });

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
