import { DiversionError } from "../../core/errors";
import type { ByteChunks } from "../sources/byte-chunks";
import { forEachLine } from "../sources/text-lines";

/** No row of numbers comes near. */
const MAXIMUM_LINE_BYTES = 1 << 16;

const WHOLE = /^-?\d{1,16}$/;
const DECIMAL = /^-?\d+(?:\.\d+)?(?:[eE][+-]?\d{1,3})?$/;

/** One row of a csv table of numbers; reused, since tables have millions of rows. */
export class CsvRow {
  readonly #file: string;
  readonly #header: readonly string[];
  #fields: readonly string[] = [];
  /** Line of the file, from 1. */
  line = 0;

  constructor(file: string, header: readonly string[]) {
    this.#file = file;
    this.#header = header;
  }

  /** @param hasMore whether rows may have more fields than the header. */
  start(text: string, line: number, hasMore: boolean): void {
    this.line = line;
    this.#fields = text.split(",");
    const { length } = this.#fields;
    if (length === this.#header.length || (hasMore && length > this.#header.length)) return;
    this.fail(undefined, `has ${length} fields; the header has ${this.#header.length}`);
  }

  isEmpty(field: string): boolean {
    return this.#text(field) === "";
  }

  integer(field: string, minimum: number, maximum: number): number {
    return this.#integerOf(field, this.#text(field), minimum, maximum);
  }

  /** All fields of the row, those beyond the header's included. */
  integers(minimum: number, maximum: number): number[] {
    return this.#fields.map((text, i) => this.#integerOf(this.#header[i] ?? `${i + 1}`, text.trim(), minimum, maximum));
  }

  number(field: string, minimum: number, maximum: number): number {
    const text = this.#text(field);
    const value = Number(text);
    if (DECIMAL.test(text) && value >= minimum && value <= maximum) return value;
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
    return this.#fields[this.#header.indexOf(field)]!.trim();
  }

  #integerOf(field: string, text: string, minimum: number, maximum: number): number {
    const value = Number(text);
    if (WHOLE.test(text) && value >= minimum && value <= maximum) return value;
    return this.fail(field, `has "${text}" where a whole number from ${minimum} to ${maximum} belongs`);
  }
}

/**
 * Calls `onRow` for every row after the header of a csv table of numbers, blank lines left out. There is no quoting, for
 * numbers need none.
 *
 * @param required columns the header must have; it may have others, in any order.
 * @returns the header.
 * @throws DiversionError `invalid-roads-csv`.
 */
export async function forEachCsvRow(
  { name, bytes }: { readonly name: string; readonly bytes: ByteChunks },
  required: readonly string[],
  onRow: (row: CsvRow, header: readonly string[]) => void,
  { moreFields = false }: { readonly moreFields?: boolean } = {},
): Promise<readonly string[]> {
  const decoder = new TextDecoder();
  let header: readonly string[] | undefined;
  let row: CsvRow | undefined;
  await forEachLine(
    bytes(),
    MAXIMUM_LINE_BYTES,
    (line, number) => {
      const text = decoder.decode(line).trim();
      if (text === "") return;
      if (header === undefined || row === undefined) {
        header = text.split(",").map((column) => column.trim());
        row = new CsvRow(name, header);
        const missing = required.find((column) => !header!.includes(column));
        if (missing !== undefined) {
          row.line = number;
          row.fail(missing, `should be a header with a column "${missing}"; it is "${text.slice(0, 80)}"`);
        }
        return;
      }
      row.start(text, number, moreFields);
      onRow(row, header);
    },
    (number) => {
      throw new DiversionError(
        "invalid-roads-csv",
        `The row has more than ${MAXIMUM_LINE_BYTES} bytes. This is no csv table of numbers; if it is packed, its name must end in .gz.`,
        { file: name, row: number },
      );
    },
  );
  if (header !== undefined) return header;
  throw new DiversionError(
    "invalid-roads-csv",
    `The file is empty; it should begin with the header ${required.join(",")}.`,
    { file: name },
  );
}
