import * as z from "zod";
import { ERROR_TABLE, type ErrorCode } from "../core/errors";
import { ED_CONDITIONS } from "../diversion/ed-condition";
import { RecommendationRequestSchema } from "../diversion/request";
import { HospitalIdSchema } from "../hospitals/hospital";
import {
  ACUITIES,
  EFFECTS,
  RestrictionKeySchema,
  RestrictionReportSchema,
  StatementSchema,
} from "../hospitals/restriction";

/**
 * What goes over the wire, for validation of requests and for the OpenAPI document. Requests are strict: a field that is
 * not listed is refused, so nothing that identifies a patient gets in. Responses are described as they are; later
 * releases may add fields.
 */

const seconds = z.number().min(0);
const metres = z.number().min(0);
const instant = z
  .string()
  .meta({ format: "date-time", description: "RFC 3339 with offset.", example: "2017-05-15T17:00:00+01:00" });
const position = z
  .tuple([z.number(), z.number()])
  .meta({ description: "Longitude, latitude in degrees.", example: [0.469, 51.7356] });
const checksum = z.string().meta({ example: "sha256:…" });

/** The path's hospital. */
export const HospitalParams = z.strictObject({
  id: HospitalIdSchema.meta({ param: { name: "id", in: "path" }, description: "ODS site code.", example: "RQ8L0" }),
});

/** The path's restriction. */
export const RestrictionParams = HospitalParams.extend({
  key: RestrictionKeySchema.meta({
    param: { name: "key", in: "path" },
    description: "What the restriction is called.",
    example: "it-outage",
  }),
});

export const RequestBody = RecommendationRequestSchema.extend({
  at: z.string().optional().meta({ format: "date-time", description: "The moment of the question. Default: now." }),
}).meta({ id: "RecommendationRequest", description: "Where the patient is and what the patient needs; never who." });

/** An integer or decimal written in a query; `""` is no number, unlike for `Number`. */
const numeric = (form: string) => z.string().regex(/^-?\d+(\.\d+)?$/, form);

/** The same question in a query. */
export const RequestQuery = z.strictObject({
  location: z
    .string()
    .regex(/^-?\d+(\.\d+)?,-?\d+(\.\d+)?$/, "write longitude,latitude in degrees, such as 0.469,51.7356")
    .meta({ description: "Longitude,latitude in degrees.", example: "0.469,51.7356" }),
  needs: z
    .string()
    .optional()
    .meta({ description: "What the patient needs, all of it, parted by commas.", example: "trauma" }),
  age: numeric("write years as a number").optional().meta({ description: "Years." }),
  acuity: z.enum(ACUITIES).optional(),
  alternatives: numeric("write a whole number")
    .optional()
    .meta({ description: "How many EDs beside the destination, 0 to 50." }),
  at: z.string().optional().meta({ description: "The moment of the question, RFC 3339 with offset. Default: now." }),
});

export const RouteQuery = RequestQuery.extend({
  hospital: HospitalIdSchema.optional().meta({
    description: "The ED to drive to. Default: the destination recommended.",
  }),
});

const hospitalReference = z.object({ id: z.string(), name: z.string() }).meta({ id: "HospitalReference" });
const reason = z
  .object({ code: z.string(), text: z.string() })
  .meta({ id: "Reason", description: "For programs, and to be read aloud." });
const feedReference = z
  .object({ id: z.string(), ageSeconds: seconds.optional() })
  .meta({ id: "FeedReference", description: "The feed that spoke of the ED, and how long ago." });

const option = z
  .object({
    hospital: hospitalReference,
    driveSeconds: seconds,
    distanceMetres: metres,
    handoverSeconds: seconds,
    totalSeconds: seconds,
    arrival: instant,
    feed: feedReference.optional(),
    warnings: z.array(reason),
  })
  .meta({ id: "Option" });

export const RecommendationResponse = z
  .object({
    outcome: z.enum(["destination", "all-on-divert", "no-facility", "unreachable"]),
    incident: z.object({
      location: position,
      snapped: z.object({ location: position, distanceMetres: metres, road: z.string() }),
    }),
    destination: option.optional(),
    alternatives: z.array(option),
    passedOver: z.array(
      z.object({
        hospital: hospitalReference,
        driveSeconds: seconds.optional(),
        feed: feedReference.optional(),
        because: z.array(reason),
      }),
    ),
    extraSeconds: z.number().optional(),
    extraMetres: z.number().optional(),
    basis: z.object({
      roads: checksum,
      hospitals: checksum,
      policy: checksum,
      statusVersion: z.int().min(0),
      roadsVersion: z.int().min(0).optional(),
      feeds: checksum.optional(),
      inbound: z.record(z.string(), z.int().min(0)).optional(),
      at: instant,
    }),
  })
  .meta({ id: "Recommendation", description: "EDs ranked, with reasons. It advises; a professional decides." });

export const RouteResponse = z
  .object({
    type: z.literal("Feature"),
    bbox: z.array(z.number()).optional(),
    geometry: z.object({ type: z.literal("LineString"), coordinates: z.array(z.array(z.number())) }),
    properties: z.object({ destination: hospitalReference, driveSeconds: seconds, distanceMetres: metres }),
  })
  .meta({ id: "Route", description: "A GeoJSON LineString Feature." });

const scope = z
  .object({
    needs: z.array(z.string()).optional(),
    exceptNeeds: z.array(z.string()).optional(),
    minAge: z.int().optional(),
    maxAge: z.int().optional(),
    acuity: z.array(z.enum(ACUITIES)).optional(),
  })
  .meta({ id: "Scope", description: "Which patients; empty means everyone." });

const restriction = z
  .object({
    key: z.string(),
    hospital: z.string(),
    effect: z.enum(EFFECTS),
    scope,
    from: instant.optional(),
    until: instant.optional(),
    divertTo: z.string().optional(),
    reason: z.string(),
    authorisedBy: z.string().optional(),
    source: z.string().optional(),
    observedAt: instant,
    receivedAt: instant,
  })
  .meta({ id: "Restriction" });

export const HospitalsResponse = z
  .object({
    statusVersion: z.int().min(0),
    at: instant,
    hospitals: z.array(
      z
        .object({
          id: z.string(),
          name: z.string(),
          location: position,
          capabilities: z.array(z.string()),
          condition: z.enum(ED_CONDITIONS),
          restrictions: z.array(restriction.extend({ version: z.int().min(1), inForce: z.boolean() })),
          feed: feedReference.optional(),
        })
        .meta({ id: "Hospital" }),
    ),
  })
  .meta({ id: "Hospitals" });

export const OpenBody = z
  .strictObject({
    open: z.boolean(),
    effect: z.enum(["divert", "refuse"]).optional().meta({ description: "What closed means. Default: divert." }),
    reason: StatementSchema.optional(),
    by: StatementSchema.optional().meta({ description: "Who says so: a role, or a name on the staff." }),
    observedAt: z.string().optional().meta({ format: "date-time" }),
    source: StatementSchema.optional(),
  })
  .meta({ id: "OpenFlag", description: "The plain flag." });

const {
  hospital: _hospital,
  key: _key,
  from: _from,
  until: _until,
  observedAt: _observedAt,
  ...reportFields
} = RestrictionReportSchema.shape;

export const RestrictionBody = z
  .strictObject({
    ...reportFields,
    from: z.string().optional().meta({ format: "date-time" }),
    until: z.string().optional().meta({ format: "date-time" }),
    observedAt: z.string().optional().meta({ format: "date-time" }),
  })
  .meta({ id: "RestrictionReport", description: "What the ED asks; the path says which ED, and what it is called." });

export const ClearQuery = z.strictObject({
  reason: StatementSchema.optional(),
  by: StatementSchema.optional().meta({ description: "Who says so: a role, or a name on the staff." }),
  observedAt: z.string().optional(),
  source: StatementSchema.optional(),
});

export const PreconditionHeaders = z.object({
  "if-match": z.string().optional().meta({
    description: 'The version the change is meant for, as in the ETag: "12"; "0" or * for one never heard of, or any.',
  }),
});

export const StatusResultResponse = z
  .object({
    outcome: z.enum(["accepted", "duplicate", "late", "nothing-held"]),
    version: z.int().min(0),
    hospital: z.string(),
    key: z.string(),
    held: restriction.optional(),
  })
  .meta({ id: "StatusResult", description: "Late and duplicate reports change nothing, and are no error." });

export const HistoryQuery = z.strictObject({
  since: z
    .string()
    .regex(/^\d+$/, "write a version")
    .optional()
    .meta({ description: "Changes after this version. Default: 0, all." }),
});

export const HistoryResponse = z
  .object({
    version: z.int().min(0),
    archivedTo: z.int().min(0),
    events: z.array(z.looseObject({ version: z.int().min(1), kind: z.enum(["report", "clear"]) })),
  })
  .meta({ id: "StatusHistory" });

export const FeedQuery = z.strictObject({
  feed: z
    .string()
    .optional()
    .meta({ description: "Which of the server's feeds this is from; needed when there are several." }),
});

export const FeedResponse = z
  .looseObject({ feed: z.string(), statusVersion: z.int().min(0) })
  .meta({ id: "FeedApplication", description: "What became of the message, and what it said that has no place here." });

export const ClosureCollectionBody = z
  .looseObject({ type: z.literal("FeatureCollection"), features: z.array(z.looseObject({})) })
  .meta({ id: "Closures", description: "A GeoJSON FeatureCollection, a closure or slowdown a feature." });

export const ClosureParams = z.strictObject({
  id: z
    .string()
    .min(1)
    .meta({ param: { name: "id", in: "path" } }),
});

export const ClosuresChanged = z
  .object({ roadsVersion: z.int().min(0), entered: z.array(z.string()), withoutRoads: z.array(z.int()) })
  .meta({ id: "ClosuresChanged" });

export const BasisResponse = z
  .object({
    version: z.string(),
    roads: checksum,
    hospitals: checksum,
    policy: checksum,
    statusVersion: z.int().min(0),
    roadsVersion: z.int().min(0),
    feeds: checksum.optional(),
  })
  .meta({ id: "Basis", description: "What answers are computed from at this moment." });

export const ProblemResponse = z
  .object({
    type: z.literal("about:blank"),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    code: z.enum(Object.keys(ERROR_TABLE) as [ErrorCode, ...ErrorCode[]]),
    field: z.string().optional(),
    row: z.int().optional(),
    requestId: z.string().optional(),
  })
  .meta({ id: "Problem", description: "RFC 9457." });
