import {
  type CsvSeparator,
  cellNumber,
  cellsUnder,
  namedCells,
  separatorOf,
  splitCells,
  statedSeparator,
} from "../../core/csv";
import { DiversionError } from "../../core/errors";
import { forEachLine } from "../../core/lines";
import { utf8Chunks } from "../../core/text";
import type { ByteChunks } from "../sources/byte-chunks";

/** No row of numbers comes near. */
const MAXIMUM_LINE_BYTES = 1 << 16;

/** One row of a csv table of numbers; reused, since tables have millions of rows. */
export class CsvRow {
  readonly #file: string;
  readonly header: readonly string[];
  readonly #separator: CsvSeparator;
  /** Cells of the header, those without a name included. */
  readonly #width: number;
  #cells: readonly string[] = [];
  /** Line of the file, from 1. */
  line: number;

  constructor(file: string, header: string, separator: CsvSeparator, line: number) {
    this.#file = file;
    this.line = line;
    const cells = this.#split(header, separator);
    this.header = namedCells(cells);
    this.#separator = separator;
    this.#width = cells.length;
  }

  /**
   * @param hasMore whether rows may have more fields than the header.
   * @returns whether anything is in the row.
   */
  start(text: string, line: number, hasMore: boolean): boolean {
    this.line = line;
    const cells = this.#split(text, this.#separator);
    this.#cells = hasMore ? namedCells(cells) : cellsUnder(this.header.length, this.#width, cells);
    if (cells.every((cell) => cell === "")) return false;
    const { length } = this.#cells;
    if (length === this.header.length || (hasMore && length > this.header.length)) return true;
    return this.fail(undefined, `has ${length} fields; the header has ${this.header.length}`);
  }

  isEmpty(field: string): boolean {
    return this.#text(field) === "";
  }

  integer(field: string, minimum: number, maximum: number): number {
    return this.#integerOf(field, this.#text(field), minimum, maximum);
  }

  /** All fields of the row, those beyond the header's included. */
  integers(minimum: number, maximum: number): number[] {
    return this.#cells.map((text, i) => this.#integerOf(this.header[i] ?? `${i + 1}`, text, minimum, maximum));
  }

  number(field: string, minimum: number, maximum: number): number {
    const text = this.#text(field);
    const value = cellNumber(text, this.#separator);
    if (value !== undefined && value >= minimum && value <= maximum) return value;
    return this.fail(field, `has "${text}" where a number from ${minimum} to ${maximum} belongs`);
  }

  /** @param what completes "The row …". */
  fail(field: string | undefined, what: string): never {
    throw new DiversionError("invalid-roads-csv", `The row ${what}. Correct the table.`, {
      file: this.#file,
      row: this.line,
      field,
    });
  }

  #text(field: string): string {
    return this.#cells[this.header.indexOf(field)]!;
  }

  #integerOf(field: string, text: string, minimum: number, maximum: number): number {
    const value = cellNumber(text, this.#separator);
    if (Number.isSafeInteger(value) && value! >= minimum && value! <= maximum) return value!;
    return this.fail(field, `has "${text}" where a whole number from ${minimum} to ${maximum} belongs`);
  }

  #split(text: string, separator: CsvSeparator): string[] {
    return (
      splitCells(text, separator) ?? this.fail(undefined, "has a quote within a field; quote whole fields or none")
    );
  }
}

/**
 * Calls `onRow` for every row after the header of a csv table of numbers, blank rows left out; separated as spreadsheets
 * do it, see {@link separatorOf}.
 *
 * @param required columns the header must have; it may have others, in any order.
 * @returns the header.
 * @throws DiversionError `invalid-roads-csv`.
 */
export async function forEachCsvRow(
  { name, bytes }: { readonly name: string; readonly bytes: ByteChunks },
  required: readonly string[],
  onRow: (row: CsvRow) => void,
  { moreFields = false }: { readonly moreFields?: boolean } = {},
): Promise<readonly string[]> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  const textOf = (line: Uint8Array, number: number): string => {
    try {
      return decoder.decode(line);
    } catch {
      const what =
        "The line is not UTF-8 (it looks like Latin-1 or another encoding of Windows); save the file as UTF-8.";
      throw new DiversionError("invalid-roads-csv", what, { file: name, row: number });
    }
  };
  let separator: CsvSeparator | undefined;
  let row: CsvRow | undefined;
  await forEachLine(
    utf8Chunks(bytes()),
    MAXIMUM_LINE_BYTES,
    (line, number) => {
      const text = textOf(line, number);
      if (row !== undefined) {
        if (row.start(text, number, moreFields)) onRow(row);
        return;
      }
      if (text.trim() === "") return;
      if (separator === undefined) {
        separator = statedSeparator(text);
        if (separator !== undefined) return;
      }
      row = new CsvRow(name, text, separator ?? separatorOf(text), number);
      const { header } = row;
      const missing = required.find((column) => !header.includes(column));
      if (missing === undefined) return;
      row.fail(missing, `should be a header with a column "${missing}"; it is "${text.trim().slice(0, 80)}"`);
    },
    (number) => {
      throw new DiversionError(
        "invalid-roads-csv",
        `The row has more than ${MAXIMUM_LINE_BYTES} bytes. This is no csv table of numbers; if it is packed, its name must end in .gz.`,
        { file: name, row: number },
      );
    },
  );
  if (row !== undefined) return (row as CsvRow).header;
  throw new DiversionError(
    "invalid-roads-csv",
    `The file is empty; it should begin with the header ${required.join(",")}.`,
    { file: name },
  );
}
