import { CsvError, parse } from "csv-parse/browser/esm/sync";

/** What may stand between cells: spreadsheets write `;` where the decimal mark is a comma, and tabs when copied. */
const SEPARATORS = [",", ";", "\t"] as const;
export type CsvSeparator = (typeof SEPARATORS)[number];

interface CsvRecord {
  /** The line the record ends on; for a record without line breaks in quotes the only one. Counts from 1. */
  readonly line: number;
  /** Trimmed. */
  readonly cells: readonly string[];
}

interface Csv {
  /** The names of the columns; undefined when there is no line at all. */
  readonly header: CsvRecord | undefined;
  /** Rows without any text are left out. */
  readonly records: readonly CsvRecord[];
  readonly separator: CsvSeparator;
}

/** `sep=;`, by which Excel is told how to open a file; the separator, or undefined for another line. */
export function statedSeparator(line: string): CsvSeparator | undefined {
  const stated = /^\s*"?sep=(.)"?[\s,;]*$/i.exec(line)?.[1];
  return SEPARATORS.find((separator) => separator === stated);
}

/** The separator a header has most of, outside quotes; a comma where it has none. */
export function separatorOf(header: string): CsvSeparator {
  const plain = header.replace(/"[^"]*"/g, "");
  const count = (separator: string): number => plain.split(separator).length;
  return SEPARATORS.reduce((best, one) => (count(one) > count(best) ? one : best));
}

/**
 * Reads csv (RFC 4180) as people and spreadsheets write it: any end of lines, `,` `;` or tabs between cells, a line
 * `sep=;` before the header, columns without a name at the end of the table, and rows of separators alone below it.
 *
 * @param fail makes the error for quoting that cannot be read, from a sentence without its full stop.
 */
export function readCsv(text: string, fail: (what: string, row: number | undefined, cause: unknown) => Error): Csv {
  const stripped = text.startsWith("\ufeff") ? text.slice(1) : text;
  const firstLine = /^[^\r\n]*/.exec(stripped)![0];
  const stated = statedSeparator(firstLine);
  const body = stated === undefined ? stripped : stripped.slice(firstLine.length).replace(/^(\r\n|\r|\n)/, "");
  const separator = stated ?? separatorOf(/^\s*([^\r\n]*)/.exec(stripped)![1]!);
  const skipped = stated === undefined ? 0 : 1;
  let rows: { readonly info: { readonly lines: number }; readonly record: readonly string[] }[];
  try {
    rows = parse(body, {
      delimiter: separator,
      info: true,
      relax_column_count: true,
      skip_empty_lines: true,
      trim: true,
    }) as unknown as typeof rows;
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const row = typeof error.lines === "number" ? error.lines + skipped : undefined;
    throw fail(`The CSV cannot be read: ${error.message.replace(/\.$/, "")}`, row, error);
  }
  const [first, ...others] = rows
    .map(({ info, record }) => ({ line: info.lines + skipped, cells: record.map((cell) => cell.trim()) }))
    .filter(({ cells }) => cells.some((cell) => cell !== ""));
  if (first === undefined) return { header: undefined, records: [], separator };
  const wholeWidth = first.cells.length;
  const header = namedCells(first.cells);
  const records = others.map(({ line, cells }) => ({ line, cells: cellsUnder(header.length, wholeWidth, cells) }));
  return { header: { line: first.line, cells: header }, records, separator };
}

/** A quoted cell and what separates it from the next; a separator is no space around it, though a tab is white. */
const QUOTED_CELL: Readonly<Record<CsvSeparator, RegExp>> = {
  ",": /\s*"((?:[^"]|"")*)"\s*(?=,|$)/y,
  ";": /\s*"((?:[^"]|"")*)"\s*(?=;|$)/y,
  "\t": /[^\S\t]*"((?:[^"]|"")*)"[^\S\t]*(?=\t|$)/y,
};

/**
 * The cells of one line, trimmed, for tables that are read line by line and have no cell with line breaks: within quotes,
 * separators are text and two quotes are one. Undefined when a quote stands where none belongs.
 */
export function splitCells(line: string, separator: CsvSeparator): string[] | undefined {
  if (!line.includes('"')) return line.split(separator).map((cell) => cell.trim());
  const quotedCell = QUOTED_CELL[separator];
  const cells: string[] = [];
  for (let at = 0; at <= line.length; at++) {
    quotedCell.lastIndex = at;
    const quoted = quotedCell.exec(line);
    if (quoted !== null) {
      cells.push(quoted[1]!.replaceAll('""', '"').trim());
      at += quoted[0].length;
      continue;
    }
    const next = line.indexOf(separator, at);
    const end = next === -1 ? line.length : next;
    const cell = line.slice(at, end).trim();
    if (cell.includes('"')) return undefined;
    cells.push(cell);
    at = end;
  }
  return cells;
}

/** The cells of a header up to the last that has a name. */
export const namedCells = (header: readonly string[]): readonly string[] =>
  header.slice(0, header.findLastIndex((name) => name !== "") + 1);

/**
 * The cells under the named columns, of a row whose others are empty and no more than the header's without a name; else
 * all of them. A cell too many, be it empty, may mean that others stand in the wrong column.
 */
export const cellsUnder = (named: number, wholeWidth: number, cells: readonly string[]): readonly string[] =>
  cells.length <= wholeWidth && cells.slice(named).every((cell) => cell === "") ? cells.slice(0, named) : cells;

/** The known column of a name, capitals aside; the name itself where there is none. */
export function knownColumn(name: string, known: readonly string[]): string {
  if (known.includes(name)) return name;
  return known.find((column) => column.toLowerCase() === name.toLowerCase()) ?? name;
}

/**
 * The number of a cell; undefined for another text. A comma is a decimal mark where it does not separate cells, for only
 * spreadsheets that write it so put something else between them. Number() alone would read "" as 0 and "0x10" as 16.
 */
export function cellNumber(text: string, separator: CsvSeparator): number | undefined {
  // Nearly all are of this form, and tables of roads have millions.
  if (/^-?\d+(\.\d+)?$/.test(text)) return Number(text);
  const signed = text.replace(/^\u2212/, "-");
  const plain = separator !== "," && /^[+-]?\d+,\d+$/.test(signed) ? signed.replace(",", ".") : signed;
  return /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i.test(plain) ? Number(plain) : undefined;
}

const YES: ReadonlySet<string> = new Set(["true", "yes", "y", "1"]);
const NO: ReadonlySet<string> = new Set(["false", "no", "n", "0"]);

/** How people and spreadsheets write yes and no; undefined for another text. */
export function cellFlag(text: string): boolean | undefined {
  const word = text.toLowerCase();
  return YES.has(word) ? true : NO.has(word) ? false : undefined;
}
