import { type CsvSeparator, cellFlag, cellNumber, knownColumn, readCsv } from "../../core/csv";
import { DiversionError } from "../../core/errors";
import { invalidFeed } from "../../core/feed-message";
import { didYouMean } from "../../core/near-matches";
import { quote } from "../directory/schema-problems";

/** Text of a cell to the value of its field; undefined when it has no such form. */
type CellReader = (text: string, separator: CsvSeparator) => unknown;

const asText: CellReader = (text) => text;
const words: CellReader = (text) => text.split("|").map((word) => word.trim());
const flag: CellReader = (text) => (text.toLowerCase() === "unknown" ? null : cellFlag(text));

const COLUMNS: Readonly<Record<string, { readonly read: CellReader; readonly form: string; readonly inScope?: true }>> =
  {
    hospital: { read: asText, form: "text" },
    open: { read: flag, form: "true, false or unknown" },
    effect: { read: asText, form: "text" },
    needs: { read: words, form: "words separated by |", inScope: true },
    exceptNeeds: { read: words, form: "words separated by |", inScope: true },
    minAge: { read: cellNumber, form: "a number", inScope: true },
    maxAge: { read: cellNumber, form: "a number", inScope: true },
    acuity: { read: words, form: "words separated by |", inScope: true },
    from: { read: asText, form: "text" },
    until: { read: asText, form: "text" },
    divertTo: { read: asText, form: "text" },
    reason: { read: asText, form: "text" },
    authorisedBy: { read: asText, form: "text" },
    observedAt: { read: asText, form: "text" },
    handoverMinutes: { read: cellNumber, form: "a number" },
  };

/** A row of a feed: what it says, or why that cannot be read. */
export type CsvStatement = { readonly row: number } & (
  | { readonly value: unknown }
  | { readonly problem: DiversionError; readonly hospital: string | undefined }
);

/** The rows of a feed in CSV, each as the object its schema checks; `row` is the line of the file, the header is 1. */
export function readFeedCsv(text: string): CsvStatement[] {
  const { header, records, separator } = readCsv(text, (what, row, cause) => invalidFeed(what, { row }, cause));
  if (header === undefined) throw invalidFeed("The CSV is empty; its first line names the columns");
  const columns = header.cells.map((name) => knownColumn(name, Object.keys(COLUMNS)));
  for (const [index, column] of columns.entries()) {
    if (!Object.hasOwn(COLUMNS, column)) {
      const known = Object.keys(COLUMNS);
      const what = `${quote(column)} is not a known column.${didYouMean(column, known)} Known are ${known.join(", ")}`;
      throw invalidFeed(what, { row: header.line, field: column });
    }
    if (columns.indexOf(column) !== index)
      throw invalidFeed(`The column ${column} comes twice`, { row: header.line, field: column });
  }
  if (!columns.includes("hospital"))
    throw invalidFeed("The column hospital is missing", { row: header.line, field: "hospital" });
  return records.map(({ line, cells }) => {
    try {
      return { row: line, value: objectOf(columns, cells, line, separator) };
    } catch (problem) {
      if (problem instanceof DiversionError)
        return { row: line, problem, hospital: cells[columns.indexOf("hospital")] };
      throw problem;
    }
  });
}

function objectOf(columns: readonly string[], cells: readonly string[], row: number, separator: CsvSeparator): unknown {
  if (cells.length !== columns.length) {
    const what = `The row has ${cells.length} cells and the header ${columns.length}; quote cells that contain "${separator}"`;
    throw invalidFeed(what, { row });
  }
  const value: Record<string, unknown> = {};
  const scope: Record<string, unknown> = {};
  for (const [index, column] of columns.entries()) {
    const text = cells[index]!;
    if (text === "") continue;
    const { read, form, inScope } = COLUMNS[column]!;
    const field = read(text, separator);
    if (field === undefined) throw invalidFeed(`${column} is ${quote(text)}; write ${form}`, { row, field: column });
    (inScope ? scope : value)[column] = field;
  }
  return Object.keys(scope).length === 0 ? value : { ...value, scope };
}
