import type * as z from "zod/mini";
import { DiversionError, type ErrorCode } from "../../core/errors";
import { distanceMetres } from "../../core/geometry";
import { safeParse } from "../../core/safe-parse";
import { type CapabilityVocabulary, EMERGENCY } from "./capabilities";
import { HospitalSchema } from "./hospital";
import { quote, schemaProblems } from "./schema-problems";

/** A hospital of a file before it is checked. */
export interface HospitalRow {
  /** Counts from 1: the place in a JSON list, or the line of a CSV file. */
  readonly row: number;
  readonly value: unknown;
  /** What was already found wrong while the row was read; the value is then not looked at further. */
  readonly problems: readonly { readonly field: string; readonly message: string }[];
}

/** A hospital as stated, of the documented form. */
export type ValidHospital = z.output<typeof HospitalSchema>;

interface Problem {
  readonly code: ErrorCode;
  readonly row: number;
  readonly field: string;
  readonly message: string;
}

const TOLD_PROBLEMS = 5;

/**
 * All rows, or one error about everything that is wrong with them: whoever repairs a file of two hundred rows wants the
 * whole list at once.
 */
export function checkHospitals(rows: readonly HospitalRow[], vocabulary: CapabilityVocabulary): ValidHospital[] {
  const problems: Problem[] = [];
  const valid: { readonly row: number; readonly hospital: ValidHospital }[] = [];
  for (const { row, value, problems: found } of rows) {
    const invalid = (field: string, message: string): Problem => ({ code: "invalid-hospitals", row, field, message });
    if (found.length > 0) {
      problems.push(...found.map(({ field, message }) => invalid(field, message)));
      continue;
    }
    const result = safeParse(HospitalSchema, value);
    if (result.success) {
      valid.push({ row, hospital: result.data });
      problems.push(...contentProblems(result.data, vocabulary).map(({ field, message }) => invalid(field, message)));
    } else {
      problems.push(
        ...schemaProblems(result.error.issues, value, fieldsAt).map(({ field, message }) =>
          invalid(field, `${message}${swapHint(value, field)}`),
        ),
      );
    }
  }
  problems.push(...duplicates(valid), ...strays(valid));
  if (problems.length > 0) throw allInOne(problems);
  return valid.map(({ hospital }) => hospital);
}

const HOSPITAL_FIELDS = Object.keys(HospitalSchema.shape);

const fieldsAt = (path: readonly (string | number)[]): readonly string[] =>
  path.length === 0 ? HOSPITAL_FIELDS : path[0] === "capabilities" ? SERVICE_FIELDS : [];

const SERVICE_FIELDS = ["capability", "minAge", "maxAge", "openingHours", "source"];

/** What the schema cannot know: the vocabulary, and the sense of an age band. */
function contentProblems(
  hospital: ValidHospital,
  vocabulary: CapabilityVocabulary,
): { readonly field: string; readonly message: string }[] {
  const problems: { field: string; message: string }[] = [];
  hospital.capabilities?.forEach((entry, index) => {
    const service = typeof entry === "string" ? { capability: entry } : entry;
    const field = `capabilities.${index}`;
    const complaint = vocabulary.complaintAbout(service.capability);
    if (complaint !== undefined) problems.push({ field, message: complaint });
    if (service.minAge !== undefined && service.maxAge !== undefined && service.minAge > service.maxAge) {
      problems.push({ field, message: `minAge ${service.minAge} is above maxAge ${service.maxAge}; exchange them.` });
    }
  });
  hospital.recorded?.forEach((word, index) => {
    const complaint = vocabulary.complaintAbout(word);
    if (complaint !== undefined) problems.push({ field: `recorded.${index}`, message: complaint });
  });
  if (hospital.emergencyDepartment === false) {
    const problem = placeProblem(hospital);
    if (problem !== undefined) problems.push({ field: "emergencyDepartment", message: problem });
  }
  hospital.entrances?.forEach((entrance, index) => {
    const metres = distanceMetres(entrance, hospital.location);
    if (metres <= MAXIMUM_ENTRANCE_METRES) return;
    const message = `The entrance ${quote(entrance)} of ${hospital.id} is ${(metres / 1000).toFixed(1)} km from its location ${quote(hospital.location)}, and more than ${MAXIMUM_ENTRANCE_METRES / 1000} km is taken for a mistake; correct one of them.`;
    problems.push({ field: `entrances.${index}`, message });
  });
  const [lon, lat] = hospital.location;
  if (lon === 0 && lat === 0) {
    const message =
      "location is [0, 0], in the sea off Africa, the usual sign of a missing position; give the real one.";
    problems.push({ field: "location", message });
  }
  return problems;
}

/** The largest hospital grounds are some 2 km across. */
const MAXIMUM_ENTRANCE_METRES = 5000;

/** What contradicts that a place is no ED. */
function placeProblem({ id, capabilities = [] }: ValidHospital): string | undefined {
  if (capabilities.length === 0) {
    return `${id} is no emergency department and lists no capabilities, so that nobody could be taken there; list what it takes.`;
  }
  const words = capabilities.map((entry) => (typeof entry === "string" ? entry : entry.capability));
  if (!words.includes(EMERGENCY)) return undefined;
  return `${id} is said to be no emergency department and to offer ${EMERGENCY}; leave one of them out.`;
}

/** Coordinates that only make sense the other way round say so themselves. */
function swapHint(value: unknown, field: string): string {
  const [list, place] = field.split(".");
  const position =
    list === "location"
      ? (value as { location: unknown }).location
      : list === "entrances"
        ? (value as { entrances: unknown[] }).entrances[Number(place)]
        : undefined;
  if (!Array.isArray(position) || position.length !== 2) return "";
  const [lon, lat] = position as unknown[];
  const swapped = typeof lon === "number" && typeof lat === "number" && Math.abs(lat) > 90 && Math.abs(lon) <= 90;
  return swapped ? " Longitude and latitude look swapped: longitude comes first." : "";
}

function duplicates(valid: readonly { readonly row: number; readonly hospital: ValidHospital }[]): Problem[] {
  const first = new Map<string, { row: number; name: string }>();
  const problems: Problem[] = [];
  for (const { row, hospital } of valid) {
    [hospital.id, ...(hospital.aliases ?? [])].forEach((id, index) => {
      const earlier = first.get(id);
      if (earlier === undefined) {
        first.set(id, { row, name: hospital.name });
        return;
      }
      const field = index === 0 ? "id" : `aliases.${index - 1}`;
      const message = `The id ${quote(id)} is in row ${earlier.row} (${earlier.name}) and in row ${row} (${hospital.name}); every hospital needs an id of its own, and aliases that nobody else has.`;
      problems.push({ code: "duplicate-hospital", row, field, message });
    });
  }
  return problems;
}

/** Degrees within which a list is taken to be of one country. */
const REGION_DEGREES = 10;

/**
 * A hospital far from all others whose position read as latitude, longitude lies among them has its coordinates swapped.
 * Nothing is said about lists that are not of one region, where a far hospital is nothing unusual.
 */
function strays(valid: readonly { readonly row: number; readonly hospital: ValidHospital }[]): Problem[] {
  const centre = [0, 1].map((axis) => median(valid.map(({ hospital }) => hospital.location[axis]!))) as [
    number,
    number,
  ];
  const near = ([lon, lat]: readonly [number, number]): boolean =>
    Math.abs(lon - centre[0]) <= REGION_DEGREES && Math.abs(lat - centre[1]) <= REGION_DEGREES;
  const far = valid.filter(({ hospital }) => !near(hospital.location));
  const oneRegion = valid.length >= 3 && far.length * 3 <= valid.length;
  if (!oneRegion) return [];
  return far
    .filter(({ hospital: { location } }) => near([location[1], location[0]]))
    .map(({ row, hospital: { location } }) => ({
      code: "invalid-hospitals",
      row,
      field: "location",
      message: `location is ${quote(location)}, far from every other hospital; [${location[1]}, ${location[0]}] would lie among them. Longitude and latitude look swapped: longitude comes first.`,
    }));
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;
}

function allInOne(unordered: readonly Problem[]): DiversionError {
  const problems = [...unordered].sort((a, b) => a.row - b.row);
  const [first] = problems as [Problem];
  const told = problems.slice(1, TOLD_PROBLEMS).map(({ row, message }) => ` Row ${row}: ${message}`);
  const untold = problems.length - 1 - told.length;
  const rest = untold === 0 ? "" : ` And ${untold} more.`;
  const count = problems.length === 1 ? "" : ` (1 of ${problems.length} problems)`;
  return new DiversionError(first.code, `${first.message}${count}${told.join("")}${rest}`, {
    row: first.row,
    field: first.field === "" ? undefined : first.field,
  });
}
