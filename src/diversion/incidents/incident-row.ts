import * as z from "zod/mini";
import { DiversionError } from "../../core/errors";
import { safeParse } from "../../core/safe-parse";
import { firstProblem, quote } from "../../hospitals/directory/schema-problems";
import { type RecommendationRequest, RecommendationRequestSchema } from "./request";

/** Bytes of one incident as a line or a feature, ten times the longest; a longer one is of a file of another kind. */
export const MAXIMUM_LINE_BYTES = 1 << 16;

/** What a batch calls an incident, given back with its answer. Never a patient's name or number. */
export type IncidentId = string | number;

const ID_FORM = "an id is up to 200 characters, or a number";

const IncidentIdSchema = z.union([z.string().check(z.minLength(1), z.maxLength(200)), z.number()], { error: ID_FORM });

/** One incident of a batch: a question and, if the caller wishes, an id. Unknown fields are refused. */
const IncidentRowSchema = z.extend(RecommendationRequestSchema, { id: z.optional(IncidentIdSchema) });

const FIELDS = Object.keys(IncidentRowSchema.shape);

/** One row of a batch, in order: the question, or what is wrong with it. */
export type IncidentRow = {
  /** Line of the text, or place among the features of a GeoJSON; counts from 1. */
  readonly row: number;
  readonly id: IncidentId | undefined;
} & ({ readonly request: RecommendationRequest } | { readonly error: DiversionError });

/** Checks one incident of a batch. Whether its needs are known capabilities is asked when it is answered. */
export function incidentRow(row: number, value: unknown): IncidentRow {
  const id = idOf(value);
  const result = safeParse(IncidentRowSchema, value);
  if (!result.success) return { row, id, error: invalidIncident(result.error.issues, value, row) };
  const { id: _, ...request } = value as z.input<typeof IncidentRowSchema>;
  return { row, id, request };
}

/** The id of a value that may be no incident at all, so that even a refusal can be told apart. */
export function idOf(value: unknown): IncidentId | undefined {
  if (typeof value !== "object" || value === null || !("id" in value)) return undefined;
  const result = safeParse(IncidentIdSchema, value.id);
  return result.success ? result.data : undefined;
}

function invalidIncident(issues: readonly z.core.$ZodIssue[], value: unknown, row: number): DiversionError {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return new DiversionError(
      "invalid-incident",
      `${quote(value)} is no incident; write an object such as {"location":[0.469,51.7356]}.`,
      { row },
    );
  }
  const { field, path, message } = firstProblem(issues, value, (at) => (at.length === 0 ? FIELDS : []));
  const unknown = path.length === 1 && !FIELDS.includes(String(path[0]));
  return new DiversionError(
    path[0] === "location" ? "invalid-location" : "invalid-incident",
    unknown ? `${message} Nothing that identifies a patient is accepted.` : message,
    { row, field },
  );
}
