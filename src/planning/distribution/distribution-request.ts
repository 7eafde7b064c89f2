import * as z from "zod/mini";
import { type CsvSeparator, cellNumber, readCsv } from "../../core/csv";
import { defined } from "../../core/defined";
import { DiversionError } from "../../core/errors";
import { parseJson } from "../../core/parse-json";
import { safeParse } from "../../core/safe-parse";
import { splitNeeds } from "../../diversion/incidents/incident-csv";
import { RecommendationRequestSchema } from "../../diversion/incidents/request";
import type { HospitalDirectory } from "../../hospitals/directory/directory";
import { firstProblem } from "../../hospitals/directory/schema-problems";

/** Of a triage sieve: immediate, urgent, delayed (England's and NATO's P1 to P3; ReddiNet's immediate, delayed, minor). */
export const PRIORITIES = ["P1", "P2", "P3"] as const;
export type Priority = (typeof PRIORITIES)[number];

/** More casualties than this, or more places, are several requests. */
const MAXIMUM_CASUALTIES = 100_000;
const MAXIMUM_INCIDENTS = 20_000;

const CasualtySchema = z.strictObject({
  /** What the caller calls them; never a name or number of a patient. Default: their place in the request. */
  id: z.optional(z.string().check(z.minLength(1), z.maxLength(200))),
  /** So many that are alike. Default: 1. */
  count: z.optional(
    z.int("write a whole number").check(z.gte(1, "from 1 to 100000"), z.lte(MAXIMUM_CASUALTIES, "from 1 to 100000")),
  ),
  priority: z.enum(PRIORITIES, "a priority is P1, P2 or P3"),
  needs: RecommendationRequestSchema.shape.needs,
  age: RecommendationRequestSchema.shape.age,
  acuity: RecommendationRequestSchema.shape.acuity,
});

const Places = z.optional(
  z.int("write a whole number").check(z.gte(0, "from 0 to 100000"), z.lte(100_000, "from 0 to 100000")),
);

/** How many casualties an ED takes: of each priority, and in all. What is not stated has no limit. */
const CapacitySchema = z.record(z.string(), z.strictObject({ P1: Places, P2: Places, P3: Places, total: Places }));

export const OBJECTIVES = ["weighted", "priority", "latest"] as const;

/** Fields describe places and patients' needs; nothing here may identify a patient, so unknown fields are refused. */
export const DistributionRequestSchema = z.strictObject({
  incidents: z
    .array(
      z.strictObject({
        location: RecommendationRequestSchema.shape.location,
        casualties: z.array(CasualtySchema).check(z.minLength(1), z.maxLength(10_000)),
      }),
    )
    .check(z.minLength(1), z.maxLength(MAXIMUM_INCIDENTS)),
  /** By ED. Default: no ED has a limit. */
  capacity: z.optional(CapacitySchema),
  /**
   * What is best among plans that leave as few unplaced, P1 before P2 before P3, and send as few as possible to EDs that ask
   * for a divert. `weighted` (the default): the least sum of drive, wait and handover, a P1 counting 4 times, a P2 twice.
   * `priority`: the least sum of the P1, then of the P2, then of the P3. `latest`: the earliest arrival of the last one, then
   * as `weighted`.
   */
  objective: z.optional(z.enum(OBJECTIVES)),
  at: RecommendationRequestSchema.shape.at,
});

/** Many casualties, and how many of them each ED takes. */
export type DistributionRequest = z.input<typeof DistributionRequestSchema>;
export type Casualty = DistributionRequest["incidents"][number]["casualties"][number];
export type EdCapacity = z.infer<typeof CapacitySchema>;

const FIELDS: Readonly<Record<string, readonly string[]>> = {
  "": Object.keys(DistributionRequestSchema.shape),
  casualty: Object.keys(CasualtySchema.shape),
  incident: ["location", "casualties"],
  capacity: ["P1", "P2", "P3", "total"],
};

const fieldsAt = (path: readonly PropertyKey[]): readonly string[] => {
  if (path[0] === "capacity") return path.length === 2 ? FIELDS.capacity! : [];
  if (path.length === 0) return FIELDS[""]!;
  return path.length === 2 ? FIELDS.incident! : path.length === 4 ? FIELDS.casualty! : [];
};

/**
 * Checks a request; instants are checked where the questions are read.
 *
 * @throws DiversionError `invalid-incident` for another form, `invalid-location`, `unknown-hospital` for a capacity.
 */
export function checkDistributionRequest(json: unknown, hospitals: HospitalDirectory): DistributionRequest {
  const result = safeParse(DistributionRequestSchema, json);
  if (!result.success) {
    const { field, path, message } = firstProblem(result.error.issues, json, fieldsAt);
    const isPlace = path[0] === "incidents" && path[2] === "location";
    const text = `The casualties are not of the documented form: ${message}`;
    throw new DiversionError(isPlace ? "invalid-location" : "invalid-incident", text, { field });
  }
  const request = json as DistributionRequest;
  for (const id of Object.keys(request.capacity ?? {})) hospitals.requireIndex(id, `capacity.${id}`);
  const total = request.incidents
    .flatMap(({ casualties }) => casualties)
    .reduce((sum, { count = 1 }) => sum + count, 0);
  if (total <= MAXIMUM_CASUALTIES) return request;
  const text = `There are ${total} casualties; distribute at most ${MAXIMUM_CASUALTIES} at a time.`;
  throw new DiversionError("invalid-incident", text, { field: "incidents" });
}

/**
 * Checks how many casualties each ED takes.
 *
 * @throws DiversionError `invalid-argument` for another form, `unknown-hospital`.
 */
export function checkCapacity(json: unknown, hospitals: HospitalDirectory): EdCapacity {
  const result = safeParse(CapacitySchema, json);
  if (!result.success) {
    const { field, message } = firstProblem(result.error.issues, json, () => FIELDS.capacity!);
    throw new DiversionError("invalid-argument", `The capacity is not of the documented form: ${message}`, { field });
  }
  for (const id of Object.keys(result.data)) hospitals.requireIndex(id, id);
  return result.data;
}

const COLUMNS = ["id", "lon", "lat", "priority", "needs", "age", "acuity", "count"] as const;
type Column = (typeof COLUMNS)[number];
const REQUIRED: readonly Column[] = ["lon", "lat", "priority"];
const NUMBERS: readonly Column[] = ["lon", "lat", "age", "count"];

/**
 * Reads casualties: csv with the header `id,lon,lat,priority,needs,age,acuity,count` in any order (lon, lat and priority are
 * required; needs split by `|`), or NDJSON, a line `{"location":[lon,lat],"casualties":[{"priority":"P1", …}, …]}` a place.
 * What is wrong with the values is told by {@link checkDistributionRequest}, by row here.
 *
 * @throws DiversionError `invalid-incident` naming row and column.
 */
export function readCasualties(text: string, hospitals: HospitalDirectory): DistributionRequest["incidents"] {
  const isJson = /^[\ufeff\s]*\{/.test(text);
  const rows = isJson ? jsonRows(text) : csvRows(text);
  if (rows.length === 0) throw invalid("There are no casualties; write at least one row.", undefined, undefined);
  for (const { row, incident } of rows) {
    try {
      checkDistributionRequest({ incidents: [incident] }, hospitals);
    } catch (error) {
      if (!(error instanceof DiversionError)) throw error;
      const field = error.place.field?.replace(/^incidents\.0\.?(casualties\.0\.)?/, "");
      throw new DiversionError(
        error.code,
        error.message,
        field === undefined || field === "" ? { row } : { row, field },
      );
    }
  }
  return rows.map(({ incident }) => incident as DistributionRequest["incidents"][number]);
}

interface Row {
  readonly row: number;
  readonly incident: unknown;
}

function jsonRows(text: string): Row[] {
  return text
    .replace(/^\ufeff/, "")
    .split(/\r\n|\n|\r/)
    .map((line, index) => ({ row: index + 1, line }))
    .filter(({ line }) => line.trim() !== "")
    .map(({ row, line }) => {
      try {
        return { row, incident: parseJson(line) };
      } catch (error) {
        throw invalid(`The line is no JSON: ${(error as Error).message}`, row, undefined);
      }
    });
}

function csvRows(text: string): Row[] {
  const { header, records, separator } = readCsv(text, (what, row) => invalid(`${what}.`, row, undefined));
  if (header === undefined) return [];
  const columns = header.cells.map((name) => COLUMNS.find((column) => column.toLowerCase() === name.toLowerCase()));
  const wanted = `The first line names the columns: ${COLUMNS.join(",")} in any order; lon, lat and priority are required.`;
  const unknown = header.cells.find((_, index) => columns[index] === undefined);
  if (unknown !== undefined) {
    throw invalid(`${JSON.stringify(unknown)} is not a known column. ${wanted}`, header.line, unknown);
  }
  const twice = columns.find((column, index) => columns.indexOf(column) !== index);
  if (twice !== undefined) throw invalid(`The column ${twice} comes twice. ${wanted}`, header.line, twice);
  const missing = REQUIRED.find((column) => !columns.includes(column));
  if (missing !== undefined) throw invalid(`The column ${missing} is missing. ${wanted}`, header.line, missing);
  return records.map(({ line, cells }) => {
    if (cells.length !== columns.length) {
      throw invalid(`The row has ${cells.length} cells and the header ${columns.length}.`, line, undefined);
    }
    return { row: line, incident: incidentOf(columns as readonly Column[], cells, separator, line) };
  });
}

function incidentOf(
  columns: readonly Column[],
  cells: readonly string[],
  separator: CsvSeparator,
  row: number,
): unknown {
  const value: Partial<Record<Column, unknown>> = {};
  for (const [index, column] of columns.entries()) {
    const text = cells[index]!;
    if (text === "" && !REQUIRED.includes(column)) continue;
    value[column] = column === "needs" ? splitNeeds(text) : text;
    if (!NUMBERS.includes(column)) continue;
    const number = cellNumber(text, separator);
    if (number === undefined) throw invalid(`${column} is ${JSON.stringify(text)}; write a number.`, row, column);
    value[column] = number;
  }
  const { lon, lat, ...casualty } = value;
  return { location: [lon, lat], casualties: [casualty] };
}

const invalid = (message: string, row: number | undefined, field: string | undefined): DiversionError =>
  new DiversionError("invalid-incident", message, defined({ row, field }));
