import {
  type CsvSeparator,
  cellNumber,
  cellsUnder,
  knownColumn,
  namedCells,
  separatorOf,
  splitCells,
} from "../../core/csv";
import { DiversionError, type ErrorCode } from "../../core/errors";
import { didYouMean } from "../../core/near-matches";
import { quote } from "../../hospitals/directory/schema-problems";
import { type IncidentRow, incidentRow } from "./incident-row";

/** How the text of each column becomes part of an incident. */
const COLUMNS: Readonly<Record<string, (text: string, separator: CsvSeparator) => unknown>> = {
  id: (text) => text,
  lon: (text, separator) => degrees(text, separator, "longitude", 180),
  lat: (text, separator) => degrees(text, separator, "latitude", 90),
  bearing: (text, separator) => decimal(text, separator),
  roadName: (text) => text,
  needs: (text) => splitNeeds(text),
  age: (text, separator) => decimal(text, separator),
  acuity: (text) => text,
  at: (text) => text,
};

const REQUIRED_COLUMNS = ["lon", "lat"];
const HEADER_FORM =
  "The first line names the columns: id,lon,lat,bearing,roadName,needs,age,acuity,at in any order; lon and lat are required.";

const WHOLE_QUOTES = 'quote a whole cell on one line, and write a quote within it as ""';

/** A cell that cannot be read, and what to write instead. */
class CellProblem {
  constructor(readonly wanted: string) {}
}

/** `trauma|stroke`, as cells and attribute tables hold a list. */
export const splitNeeds = (text: string): string[] =>
  text
    .split("|")
    .map((word) => word.trim())
    .filter((word) => word !== "");

/**
 * Reads incidents from CSV (RFC 4180) line by line. A quoted cell ends on its own line: no column here holds line
 * breaks, and so a stray quote costs one row, not the rest of the file.
 */
export class IncidentCsv {
  readonly #columns: readonly string[];
  readonly #separator: CsvSeparator;
  readonly #width: number;

  /**
   * @param separator as a line `sep=;` before the header says; by default, what the header has most of.
   * @throws DiversionError `invalid-incident` for a header that is not usable.
   */
  constructor(header: string, row: number, separator: CsvSeparator = separatorOf(header)) {
    const cells = splitCells(header, separator);
    if (cells === undefined) throw invalidHeader(`The header cannot be read; ${WHOLE_QUOTES}.`, row);
    const named = namedCells(cells);
    const columns = named.map((name) => knownColumn(name, Object.keys(COLUMNS)));
    for (const [index, column] of columns.entries()) {
      if (!Object.hasOwn(COLUMNS, column)) throw invalidHeader(unknownColumn(column), row, column);
      if (columns.indexOf(column) !== index) throw invalidHeader(`The column ${column} comes twice.`, row, column);
    }
    const missing = REQUIRED_COLUMNS.filter((column) => !columns.includes(column));
    if (missing.length > 0) throw invalidHeader(`The column ${missing.join(", ")} is missing.`, row, missing[0]);
    this.#columns = columns;
    this.#separator = separator;
    this.#width = cells.length;
  }

  /** The incident a line holds; undefined for a line of empty cells, as spreadsheets leave below their tables. */
  read(line: string, row: number): IncidentRow | undefined {
    const separator = this.#separator;
    const stated = splitCells(line, separator);
    const cells = stated && cellsUnder(this.#columns.length, this.#width, stated);
    const failed = (code: ErrorCode, message: string, field?: string): IncidentRow => {
      const place = this.#columns.indexOf("id");
      const id = cells?.[place];
      return { row, id: id === "" ? undefined : id, error: new DiversionError(code, message, { row, field }) };
    };
    if (cells === undefined) return failed("invalid-incident", `The row cannot be read; ${WHOLE_QUOTES}.`);
    if (cells.every((cell) => cell === "")) return undefined;
    if (cells.length !== this.#columns.length) {
      const message = `The row has ${cells.length} cells and the header ${this.#columns.length}; quote cells that contain "${separator}".`;
      return failed("invalid-incident", message);
    }
    const value: Record<string, unknown> = {};
    for (const [index, column] of this.#columns.entries()) {
      const text = cells[index]!;
      const isRequired = REQUIRED_COLUMNS.includes(column);
      if (text === "" && !isRequired) continue;
      const cell = COLUMNS[column]!(text, separator);
      if (cell instanceof CellProblem) {
        const message = text === "" ? `${column} is empty` : `${column} is ${quote(text)}`;
        return failed(isRequired ? "invalid-location" : "invalid-incident", `${message}; ${cell.wanted}.`, column);
      }
      value[column] = cell;
    }
    const { lon, lat, ...rest } = value;
    return incidentRow(row, { ...rest, location: [lon, lat] });
  }
}

function unknownColumn(column: string): string {
  const known = Object.keys(COLUMNS);
  const hint = didYouMean(column, known) || " Nothing that identifies a patient is accepted.";
  return `${quote(column)} is not a known column.${hint}`;
}

const invalidHeader = (message: string, row: number, field?: string): DiversionError =>
  new DiversionError("invalid-incident", `${message} ${HEADER_FORM}`, { row, field });

function decimal(text: string, separator: CsvSeparator): number | CellProblem {
  const value = cellNumber(text, separator);
  if (value !== undefined) return value;
  return new CellProblem(`write a decimal number${/^-?\d+,\d+$/.test(text) ? " with a point, not a comma" : ""}`);
}

function degrees(
  text: string,
  separator: CsvSeparator,
  what: "longitude" | "latitude",
  limit: number,
): number | CellProblem {
  const value = decimal(text, separator);
  if (value instanceof CellProblem || Math.abs(value) <= limit) return value;
  const order = what === "latitude" && Math.abs(value) <= 180 ? "; longitude goes into the column lon" : "";
  return new CellProblem(`${what} is from -${limit} to ${limit}${order}`);
}
