import { type CsvSeparator, cellFlag, cellNumber, knownColumn, readCsv } from "../../core/csv";
import { DiversionError } from "../../core/errors";
import { didYouMean } from "../../core/near-matches";
import { HospitalDirectory, type HospitalDirectoryOptions } from "./directory";
import type { HospitalRow } from "./hospital-checks";
import { quote } from "./schema-problems";

type Cell = { readonly field: string; readonly value: unknown } | { readonly field: string; readonly problem: string };

/** How the text of each column becomes the field of a hospital. */
const COLUMNS: Readonly<Record<string, (text: string, separator: CsvSeparator) => Cell>> = {
  id: (value) => ({ field: "id", value }),
  name: (value) => ({ field: "name", value }),
  lon: (text, separator) => number("lon", text, separator),
  lat: (text, separator) => number("lat", text, separator),
  capabilities: (text) => ({ field: "capabilities", value: words(text) }),
  recorded: (text) => ({ field: "recorded", value: words(text) }),
  aliases: (text) => ({ field: "aliases", value: words(text) }),
  emergencyDepartment: (text) => truth("emergencyDepartment", text),
  entrances: (text, separator) => entrances(text, separator),
  handoverMinutes: (text, separator) => number("handoverMinutes", text, separator),
  inboundCapPerHour: (text, separator) => number("inboundCapPerHour", text, separator),
  openingHoursText: (value) => ({ field: "openingHoursText", value }),
  trust: (value) => ({ field: "trust", value }),
  address: (value) => ({ field: "address", value }),
  postcode: (value) => ({ field: "postcode", value }),
  source: (value) => ({ field: "source", value }),
  notes: (value) => ({ field: "notes", value }),
};

const REQUIRED_COLUMNS = ["id", "name", "lon", "lat"];

/**
 * Reads hospitals from CSV (RFC 4180, UTF-8) with a header line: `id,name,lon,lat` and any of `capabilities` (words
 * separated by `|`), `recorded` and `aliases` (separated by `|`), `emergencyDepartment` (true or false), `entrances` (`lon lat` pairs separated by `|`), `handoverMinutes`, `inboundCapPerHour`,
 * `openingHoursText`, `trust`, `address`, `postcode`, `source`, `notes`. Rows in messages are lines of the file; the header
 * is line 1.
 *
 * @throws DiversionError as `HospitalDirectory.parse` does.
 */
export function readHospitalCsv(text: string, options: HospitalDirectoryOptions = {}): HospitalDirectory {
  return HospitalDirectory.fromRows(readHospitalRows(text), undefined, options);
}

/**
 * The rows of a hospital CSV, each as the object the schema checks. Empty cells are fields left out.
 *
 * @throws DiversionError `invalid-hospitals` for a header that is not usable or quoting that cannot be read.
 */
function readHospitalRows(text: string): HospitalRow[] {
  const { header, records, separator } = readCsv(
    text,
    (what, row, cause) => new DiversionError("invalid-hospitals", `${what}.`, { row }, { cause }),
  );
  if (header === undefined) throw invalidHeader("The file is empty", undefined);
  const columns = header.cells.map((name) => knownColumn(name, Object.keys(COLUMNS)));
  checkHeader(columns);
  return records.map(({ line, cells }) => hospitalRow(line, columns, cells, separator));
}

function checkHeader(columns: readonly string[]): void {
  const known = Object.keys(COLUMNS);
  for (const [index, column] of columns.entries()) {
    if (!Object.hasOwn(COLUMNS, column)) {
      throw invalidHeader(
        `${quote(column)} is not a known column.${didYouMean(column, known)} Known are ${known.join(", ")}`,
        column,
      );
    }
    if (columns.indexOf(column) !== index) throw invalidHeader(`The column ${column} comes twice`, column);
  }
  const missing = REQUIRED_COLUMNS.filter((column) => !columns.includes(column));
  if (missing.length > 0) throw invalidHeader(`The column ${missing.join(", ")} is missing`, missing[0]);
}

const invalidHeader = (message: string, field: string | undefined): DiversionError =>
  new DiversionError("invalid-hospitals", `${message}. The first line names the columns: id,name,lon,lat,...`, {
    row: 1,
    field,
  });

function hospitalRow(
  row: number,
  columns: readonly string[],
  cells: readonly string[],
  separator: CsvSeparator,
): HospitalRow {
  if (cells.length !== columns.length) {
    const message = `The row has ${cells.length} cells and the header ${columns.length}; quote cells that contain "${separator}".`;
    return { row, value: undefined, problems: [{ field: "", message }] };
  }
  const value: Record<string, unknown> = {};
  const problems: { field: string; message: string }[] = [];
  columns.forEach((column, index) => {
    const text = cells[index]!;
    if (text === "" && !REQUIRED_COLUMNS.includes(column)) return;
    const cell =
      text === ""
        ? { field: column, problem: `${column} is empty; every hospital needs one.` }
        : COLUMNS[column]!(text, separator);
    if ("problem" in cell) problems.push({ field: cell.field, message: cell.problem });
    else value[cell.field] = cell.value;
  });
  const { lon, lat, ...rest } = value;
  return { row, value: { ...rest, location: [lon, lat] }, problems };
}

const words = (text: string): string[] => text.split("|").map((word) => word.trim());

function truth(field: string, text: string): Cell {
  const value = cellFlag(text);
  return value === undefined
    ? { field, problem: `${field} is ${quote(text)}; write true or false.` }
    : { field, value };
}

function number(field: string, text: string, separator: CsvSeparator): Cell {
  const value = cellNumber(text, separator);
  if (value !== undefined) return { field, value };
  const hint = /^[+-]?\d+,\d+$/.test(text) ? " Write a decimal point, not a comma." : "";
  return { field, problem: `${field} is ${quote(text)}; write a decimal number.${hint}` };
}

function entrances(text: string, separator: CsvSeparator): Cell {
  const field = "entrances";
  const positions: number[][] = [];
  for (const pair of text.split("|")) {
    const cells = pair
      .trim()
      .split(/\s+/)
      .map((part) => number(field, part, separator));
    if (cells.length !== 2 || cells.some((cell) => "problem" in cell)) {
      return {
        field,
        problem: `${field} is ${quote(text)}; write pairs such as "0.4855 51.7742|0.4861 51.7739", longitude first.`,
      };
    }
    positions.push(cells.map((cell) => ("value" in cell ? (cell.value as number) : Number.NaN)));
  }
  return { field, value: positions };
}
