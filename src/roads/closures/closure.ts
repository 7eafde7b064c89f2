import type { LineString, MultiLineString, MultiPolygon, Polygon } from "geojson";
import * as z from "zod/mini";
import { DiversionError } from "../../core/errors";
import { AreaSchema, LinesSchema, PositionSchema } from "../../core/geojson";
import { type EpochMs, INSTANT_FORM, type Instant, readInstant } from "../../core/instant";
import { intervalBetween, isDuring } from "../../core/interval";
import { safeParse } from "../../core/safe-parse";
import type { Position } from "../../core/units";
import { DIRECTIONS, type Direction } from "../graph/edge-key";
import { MAXIMUM_SPEED_KMH } from "../profile/profile";
import type { ClosedParts } from "../snap/closed-edges";
import { ALONG, type Along } from "./followed-line";

/**
 * Which roads are meant: those for which every condition given holds; at least one must be given beside `direction`.
 * Roads are taken segment by segment. No segment of which any part is closed can be driven through; a closure with an area
 * closes only the part of it that lies in the area, and from a place on another part one drives away on its own side. A
 * slowdown is one of whole segments.
 */
export interface RoadSelection {
  /**
   * Edge numbers of the road graph. Of roads that serve several profiles, this and `segments` mean the road that is so
   * numbered, whichever segments other profiles have for it.
   */
  readonly edges?: readonly number[];
  /** Segment numbers of the road graph. */
  readonly segments?: readonly number[];
  /** Ids of source ways (OSM way ids). */
  readonly wayId?: number | readonly number[];
  /** A road by its name or number, capitals aside, such as `A1060`. */
  readonly road?: string;
  /**
   * A bridge by its name, which is the name of the road on it (in OSM data `bridge:name` where it has no `name`); the
   * roads do not say which of them are bridges.
   */
  readonly bridge?: string;
  /** All that lies in this area, its border included. GeoJSON; at most one of `polygon`, `line` and `point`. */
  readonly polygon?: Polygon | MultiPolygon;
  /** All that lies within `bufferMetres` of this line. GeoJSON. */
  readonly line?: LineString | MultiLineString;
  /** All that lies within `bufferMetres` of this point. */
  readonly point?: Position;
  /** Straight-line distance; goes with `line` and `point`. */
  readonly bufferMetres?: number;
  /**
   * With `line`: of what lies so near, only roads that run along the line, and not those that cross it or go on beyond its
   * ends; driven the way the line is drawn, or both ways. Default: all that lies so near.
   */
  readonly along?: Along;
  /** Which way of a segment, by the direction it was drawn in (for OSM data, that of its way). Default: `both`. */
  readonly direction?: Direction | "both";
}

/** What is said about a closure. Unknown fields are refused. */
export interface CloseRequest extends RoadSelection {
  /** Default: `closure-` and the version of the roads it makes. */
  readonly id?: string;
  /** First moment it holds, RFC 3339 with offset. Default: it has always held. */
  readonly from?: string;
  /** First moment it no longer holds. Default: until it is reopened. */
  readonly until?: string;
  readonly reason: string;
  /** Who says so: a role, or a name on the staff. */
  readonly by?: string;
  /** The closure feed whose word it is. Default: a person's. */
  readonly feed?: string;
}

/** What is said about a slowdown: the same, and exactly one of `kmh`, `maximumKmh` and `factor`. */
export interface SpeedRequest extends CloseRequest {
  /** The speed driven there, km/h. */
  readonly kmh?: number;
  /** The speed that is not exceeded there, km/h: roads driven more slowly as it is keep their times. */
  readonly maximumKmh?: number;
  /** The share of the usual speed that is driven there: 0.5 takes twice as long. */
  readonly factor?: number;
}

/** A closure or slowdown as it is held. */
export interface RoadClosure {
  readonly id: string;
  readonly kind: "closure" | "slowdown";
  readonly selection: RoadSelection;
  /** First moment it holds; absent: it has always held. */
  readonly from?: Instant;
  /** First moment it no longer holds; absent: until it is reopened. */
  readonly until?: Instant;
  readonly reason: string;
  readonly by?: string;
  readonly kmh?: number;
  readonly maximumKmh?: number;
  readonly factor?: number;
  /** The feed whose word it is; absent for a person's. */
  readonly feed?: string;
  /** The version of the roads that it made. */
  readonly version: number;
  /** Int32[…]: the edges it is about, ascending; empty when it is about no road of these, and then nothing is changed. */
  readonly edges: Int32Array;
  /** By segment, of closures with an area: the parts that lie in it; a segment that is not listed is meant as a whole. */
  readonly parts: ReadonlyMap<number, ClosedParts>;
}

/** A closure feed that no longer knows: what it last said still holds, and may be over, and more may be closed. */
export interface SilentFeed {
  readonly feed: string;
  /** When it was last heard, RFC 3339; absent when never. */
  readonly heardAt?: string;
}

/** A request that has been checked, its instants read. */
export interface CheckedRequest extends Omit<SpeedRequest, "from" | "until"> {
  readonly from?: Instant;
  readonly until?: Instant;
}

export function holdsAt({ from, until }: Pick<RoadClosure, "from" | "until">, epochMs: EpochMs): boolean {
  return isDuring(intervalBetween(from, until), epochMs);
}

const NumberSchema = z.int("give whole numbers").check(z.gte(0, "numbers count from 0"));
const WayIdSchema = z.int("a way id is a whole number");
const TextSchema = z.string("write some text").check(
  z.maxLength(500, "at most 500 characters"),
  z.refine((value) => value.trim() !== "", "write some text"),
);
const InstantSchema = z.pipe(
  z.string(INSTANT_FORM),
  z.transform((text, context) => {
    const instant = readInstant(text);
    if (instant !== undefined) return instant;
    context.issues.push({ code: "custom", message: INSTANT_FORM, input: text });
    return z.NEVER;
  }),
);

/** Beyond this a buffer around a line is no longer a statement about roads. */
const MAXIMUM_BUFFER_METRES = 50_000;

const CONDITIONS = ["edges", "segments", "wayId", "road", "bridge", "polygon", "line", "point"] as const;

const CloseSchema = z.strictObject({
  id: z.optional(
    z
      .string()
      .check(z.regex(/^[A-Za-z0-9][A-Za-z0-9._:+-]{0,199}$/, "an id is up to 200 letters, digits and . _ : + -")),
  ),
  edges: z.optional(z.array(NumberSchema)),
  segments: z.optional(z.array(NumberSchema)),
  wayId: z.optional(z.union([WayIdSchema, z.array(WayIdSchema)], "give a way id, or a list of them")),
  road: z.optional(TextSchema),
  bridge: z.optional(TextSchema),
  polygon: z.optional(AreaSchema),
  line: z.optional(LinesSchema),
  point: z.optional(PositionSchema),
  bufferMetres: z.optional(
    z
      .number()
      .check(
        z.positive("a buffer is wider than 0 m"),
        z.lte(MAXIMUM_BUFFER_METRES, `a buffer is at most ${MAXIMUM_BUFFER_METRES} m wide`),
      ),
  ),
  along: z.optional(z.enum(ALONG, `along is one of ${ALONG.join(", ")}`)),
  direction: z.optional(z.enum(["both", ...DIRECTIONS], `the direction is one of both, ${DIRECTIONS.join(", ")}`)),
  from: z.optional(InstantSchema),
  until: z.optional(InstantSchema),
  reason: TextSchema,
  by: z.optional(TextSchema),
  feed: z.optional(TextSchema),
});

const SpeedLimit = z
  .number()
  .check(
    z.positive("a speed is above 0 km/h; close the road instead"),
    z.lte(MAXIMUM_SPEED_KMH, `a speed is at most ${MAXIMUM_SPEED_KMH} km/h`),
  );

const SpeedSchema = z.extend(CloseSchema, {
  kmh: z.optional(SpeedLimit),
  maximumKmh: z.optional(SpeedLimit),
  factor: z.optional(
    z
      .number()
      .check(
        z.gte(0.01, "a factor is from 0.01 to 1; close the road instead"),
        z.lte(1, "a factor is the share of the usual speed, from 0.01 to 1"),
      ),
  ),
});

/** @throws DiversionError `invalid-closure`, naming the field. */
export function readCloseRequest(request: unknown): CheckedRequest {
  return check(CloseSchema, request);
}

/** @throws DiversionError `invalid-closure`, naming the field. */
export function readSpeedRequest(request: unknown): CheckedRequest {
  const checked: CheckedRequest = check(SpeedSchema, request);
  const { kmh, maximumKmh, factor } = checked;
  if ([kmh, maximumKmh, factor].filter((one) => one !== undefined).length !== 1) {
    throw invalidClosure(
      "Give one of kmh, the speed driven there, maximumKmh, the speed not exceeded, and factor, the share of the usual speed.",
      "kmh",
    );
  }
  return checked;
}

function check(schema: typeof CloseSchema | typeof SpeedSchema, request: unknown): CheckedRequest {
  const result = safeParse(schema, request);
  if (!result.success) throw describeIssue(result.error.issues[0]!, Object.keys(schema.shape));
  const checked = result.data as CheckedRequest;
  const { from, until, polygon, line, point, bufferMetres, along } = checked;
  if (CONDITIONS.every((condition) => checked[condition] === undefined)) {
    throw invalidClosure(`Say which roads are meant by at least one of ${CONDITIONS.join(", ")}.`);
  }
  if ([polygon, line, point].filter((area) => area !== undefined).length > 1) {
    throw invalidClosure("Give one of polygon, line and point; make one closure for each.", "polygon");
  }
  const isDrawn = line !== undefined || point !== undefined;
  if (isDrawn && bufferMetres === undefined) {
    throw invalidClosure(
      "bufferMetres is missing; say how far from the line or point roads are meant.",
      "bufferMetres",
    );
  }
  if (!isDrawn && bufferMetres !== undefined) {
    throw invalidClosure("bufferMetres goes with a line or a point; leave it out or give one.", "bufferMetres");
  }
  if (along !== undefined && line === undefined) {
    throw invalidClosure("along goes with a line; leave it out or give one.", "along");
  }
  if (from !== undefined && until !== undefined && until.epochMs <= from.epochMs) {
    throw invalidClosure(`until is ${until.text}, which is not after from, ${from.text}.`, "until");
  }
  return checked;
}

function describeIssue(issue: z.core.$ZodIssue, known: readonly string[]): DiversionError {
  if (issue.code === "unrecognized_keys") {
    const [key] = issue.keys;
    return invalidClosure(
      `${JSON.stringify(key)} is not a field of a closure; the fields are ${known.join(", ")}.`,
      key,
    );
  }
  const field = issue.path.join(".");
  return invalidClosure(
    `${field === "" ? "The closure" : field} is not of the documented form: ${issue.message}.`,
    field,
  );
}

export function invalidClosure(message: string, field?: string): DiversionError {
  return new DiversionError("invalid-closure", message, field === undefined || field === "" ? {} : { field });
}
