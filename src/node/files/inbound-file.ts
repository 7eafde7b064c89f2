import { knownColumn, readCsv } from "../../core/csv";
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
  const { header, records } = readCsv(
    text,
    (what, row, cause) => new DiversionError("invalid-argument", `${what}.`, { row }, { cause }),
  );
  const columns = (header?.cells ?? []).map((name) => knownColumn(name, COLUMNS));
  if (columns.length !== COLUMNS.length || COLUMNS.some((name) => !columns.includes(name))) {
    const message = `The header is ${JSON.stringify(columns.join(","))}; write ${COLUMNS.join(",")}.`;
    throw new DiversionError("invalid-argument", message, { row: header?.line ?? 1 });
  }
  return records.map(({ cells, line }) => {
    if (cells.length !== COLUMNS.length) {
      const message = `The row has ${cells.length} cells; write ${COLUMNS.join(",")}.`;
      throw new DiversionError("invalid-argument", message, { row: line });
    }
    const [id, count] = COLUMNS.map((name) => cells[columns.indexOf(name)]!);
    // Number() alone would read an empty cell as 0 and "0x10" as 16.
    return { id, count: /^\d+$/.test(count!) ? Number(count) : count };
  });
}
