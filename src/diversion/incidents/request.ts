import * as z from "zod/mini";
import { DiversionError } from "../../core/errors";
import { boundedMs, formatInstant, INSTANT_FORM, Instant, readInstant } from "../../core/instant";
import { safeParse } from "../../core/safe-parse";
import type { Position } from "../../core/units";
import type { CapabilityVocabulary } from "../../hospitals/directory/capabilities";
import { type Needs, NeedsSchema, waysToMeet } from "../../hospitals/directory/needs";
import { ACUITIES, type Acuity } from "../../hospitals/status/restriction";

const POSITION_FORM = "write [longitude, latitude] in degrees";

const LocationSchema = z.readonly(
  z.tuple(
    [
      z
        .number(POSITION_FORM)
        .check(z.gte(-180, "longitude is from -180 to 180"), z.lte(180, "longitude is from -180 to 180")),
      z
        .number(POSITION_FORM)
        .check(
          z.gte(-90, "latitude is from -90 to 90; longitude comes first"),
          z.lte(90, "latitude is from -90 to 90; longitude comes first"),
        ),
    ],
    POSITION_FORM,
  ),
);

const BEARING_FORM = "write degrees clockwise from north, 0 or more and less than 360";

/** Longer than any road's name; a text this long is something else. */
export const LONGEST_ROAD_NAME = 100;

/** Fields describe an incident and a patient's needs; nothing here may identify a patient, so unknown fields are refused. */
export const RecommendationRequestSchema = z.strictObject({
  location: LocationSchema,
  /** Which way traffic goes where the incident is: tells the carriageways of a road apart, in degrees from north. */
  bearing: z.optional(z.number(BEARING_FORM).check(z.gte(0, BEARING_FORM), z.lt(360, BEARING_FORM))),
  /** The road's name or number, for roads that the location cannot tell apart. */
  roadName: z.optional(
    z
      .string("write the road's name or number")
      .check(
        z.maxLength(LONGEST_ROAD_NAME, `write the road's name or number alone, up to ${LONGEST_ROAD_NAME} characters`),
        z.regex(/[\p{Letter}\p{Number}]/u, "write the road's name or number"),
      ),
  ),
  needs: z.optional(z.readonly(NeedsSchema)),
  age: z.optional(
    z
      .number("write years as a number")
      .check(z.gte(0, "an age is from 0 to 150"), z.lte(150, "an age is from 0 to 150")),
  ),
  acuity: z.optional(z.enum(ACUITIES)),
  alternatives: z.optional(z.int("write a whole number").check(z.gte(0, "from 0 to 50"), z.lte(50, "from 0 to 50"))),
  at: z.optional(
    z.pipe(
      z.union([z.string(), z.date()]),
      z.transform((value, context) => {
        const instant =
          typeof value === "string" ? readInstant(value) : Number.isNaN(value.getTime()) ? undefined : value;
        if (instant !== undefined) return instant;
        context.issues.push({ code: "custom", message: INSTANT_FORM, input: value });
        return z.NEVER;
      }),
    ),
  ),
});

/** What a caller asks. */
export type RecommendationRequest = z.input<typeof RecommendationRequestSchema>;

/** Where an incident is, as far as the caller can tell. */
export interface Whereabouts {
  readonly location: Position;
  /** Direction of travel there, in degrees clockwise from north. */
  readonly bearing?: number | undefined;
  readonly roadName?: string | undefined;
}

/** A question checked and completed. */
export interface Incident extends Whereabouts {
  readonly needs: Needs;
  /** The ways in which the needs may be met; see {@link waysToMeet}. */
  readonly ways: readonly ReadonlySet<string>[];
  /** What the patient needs beyond these ways, that restrictions may be about: at a fallback, the specialist's care. */
  readonly alsoNeeds?: ReadonlySet<string>;
  readonly age: number | undefined;
  readonly acuity: Acuity | undefined;
  readonly alternatives: number;
  readonly atMs: number;
  /** Whether a moment was given. To a question without one whatever is held counts, by whichever clock it was reported. */
  readonly isDated: boolean;
  /** In which offset from UTC the answer writes its instants, in minutes; undefined writes `Z`. */
  readonly offsetMinutes: number | undefined;
}

/** What the question leaves open. */
interface IncidentDefaults {
  readonly vocabulary: CapabilityVocabulary;
  readonly alternatives: number;
  readonly nowMs: () => number;
  /** Offset from UTC, in minutes, where the policy applies. */
  readonly offsetMinutesAt: (epochMs: number) => number;
}

/** @throws DiversionError `invalid-incident`, or `invalid-location` when the location is the trouble. */
export function readIncident(request: unknown, defaults: IncidentDefaults): Incident {
  const result = safeParse(RecommendationRequestSchema, request);
  if (!result.success) throw invalidIncident(result.error.issues[0]!);
  const {
    location,
    bearing,
    roadName,
    needs = [],
    age,
    acuity,
    alternatives = defaults.alternatives,
    at,
  } = result.data;
  const atMs = at === undefined ? defaults.nowMs() : at instanceof Date ? boundedMs(at.getTime()) : at.epochMs;
  const offsetMinutes = at instanceof Instant ? offsetOf(at) : defaults.offsetMinutesAt(atMs);
  return {
    location,
    bearing,
    roadName,
    needs,
    ways: waysToMeet(needs, defaults.vocabulary),
    age,
    acuity,
    alternatives,
    atMs,
    isDated: at !== undefined,
    offsetMinutes,
  };
}

/** The offset an instant was written in, in minutes; undefined for `Z`. */
function offsetOf({ text }: Instant): number | undefined {
  const match = /([+-])(\d{2}):(\d{2})$/.exec(text);
  return match === null ? undefined : (match[1] === "-" ? -1 : 1) * (Number(match[2]) * 60 + Number(match[3]));
}

function invalidIncident(issue: z.core.$ZodIssue): DiversionError {
  const field = issue.path.join(".");
  const code = issue.path[0] === "location" ? "invalid-location" : "invalid-incident";
  const unknown = issue.code === "unrecognized_keys" ? issue.keys : [];
  if (unknown.length > 0) {
    return new DiversionError(
      code,
      `${unknown.map((key) => JSON.stringify(key)).join(", ")} is not a field of an incident; the fields are ` +
        `${Object.keys(RecommendationRequestSchema.shape).join(", ")}. Nothing that identifies a patient is accepted.`,
      { field: unknown[0] },
    );
  }
  return new DiversionError(code, `The incident is not of the documented form: ${issue.message}.`, { field });
}

export const writeInstant = (incident: Incident, epochMs: number): string =>
  formatInstant(epochMs, incident.offsetMinutes);
