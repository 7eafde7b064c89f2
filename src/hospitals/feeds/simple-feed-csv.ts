import { CsvError, parse } from "csv-parse/browser/esm/sync";
import { didYouMean } from "../../core/near-matches";
import { quote } from "../directory/schema-problems";
import { invalidFeed } from "./feed-errors";

/** Text of a cell to the value of its field; undefined when it has no such form. */
type CellReader = (text: string) => unknown;

const asText: CellReader = (text) => text;
const words: CellReader = (text) => text.split("|").map((word) => word.trim());
// Number() alone would read "0x10" as 16.
const decimal: CellReader = (text) => (/^[+-]?\d+(\.\d+)?$/.test(text) ? Number(text) : undefined);
const FLAGS: Readonly<Record<string, boolean | null>> = { true: true, false: false, unknown: null };
const flag: CellReader = (text) => (Object.hasOwn(FLAGS, text) ? FLAGS[text] : undefined);

const COLUMNS: Readonly<Record<string, { readonly read: CellReader; readonly form: string; readonly inScope?: true }>> =
  {
    hospital: { read: asText, form: "text" },
    open: { read: flag, form: "true, false or unknown" },
    effect: { read: asText, form: "text" },
    needs: { read: words, form: "words separated by |", inScope: true },
    exceptNeeds: { read: words, form: "words separated by |", inScope: true },
    minAge: { read: decimal, form: "a number", inScope: true },
    maxAge: { read: decimal, form: "a number", inScope: true },
    acuity: { read: words, form: "words separated by |", inScope: true },
    from: { read: asText, form: "text" },
    until: { read: asText, form: "text" },
    divertTo: { read: asText, form: "text" },
    reason: { read: asText, form: "text" },
    authorisedBy: { read: asText, form: "text" },
    observedAt: { read: asText, form: "text" },
    handoverMinutes: { read: decimal, form: "a number" },
  };

/** The rows of a feed in CSV, each as the object its schema checks; `row` is the line of the file, the header is 1. */
export function readFeedCsv(text: string): { readonly row: number; readonly value: unknown }[] {
  const [header, ...records] = recordsOf(text);
  if (header === undefined) throw invalidFeed("The CSV is empty; its first line names the columns");
  const columns = header.cells;
  for (const [index, column] of columns.entries()) {
    if (!Object.hasOwn(COLUMNS, column)) {
      const known = Object.keys(COLUMNS);
      const what = `${quote(column)} is not a known column.${didYouMean(column, known)} Known are ${known.join(", ")}`;
      throw invalidFeed(what, { row: 1, field: column });
    }
    if (columns.indexOf(column) !== index)
      throw invalidFeed(`The column ${column} comes twice`, { row: 1, field: column });
  }
  if (!columns.includes("hospital")) throw invalidFeed("The column hospital is missing", { row: 1, field: "hospital" });
  return records.map(({ line, cells }) => ({ row: line, value: objectOf(columns, cells, line) }));
}

function objectOf(columns: readonly string[], cells: readonly string[], row: number): unknown {
  if (cells.length !== columns.length) {
    const what = `The row has ${cells.length} cells and the header ${columns.length}; quote cells that contain commas`;
    throw invalidFeed(what, { row });
  }
  const value: Record<string, unknown> = {};
  const scope: Record<string, unknown> = {};
  for (const [index, column] of columns.entries()) {
    const text = cells[index]!;
    if (text === "") continue;
    const { read, form, inScope } = COLUMNS[column]!;
    const field = read(text);
    if (field === undefined) throw invalidFeed(`${column} is ${quote(text)}; write ${form}`, { row, field: column });
    (inScope ? scope : value)[column] = field;
  }
  return Object.keys(scope).length === 0 ? value : { ...value, scope };
}

function recordsOf(text: string): { readonly line: number; readonly cells: readonly string[] }[] {
  try {
    const records = parse(text, { info: true, relax_column_count: true, skip_empty_lines: true, trim: true });
    return (records as unknown as { info: { lines: number }; record: string[] }[]).map(({ info, record }) => ({
      line: info.lines,
      cells: record,
    }));
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const row = typeof error.lines === "number" ? error.lines : undefined;
    throw invalidFeed(`The CSV cannot be read: ${error.message}`, { row }, error);
  }
}
