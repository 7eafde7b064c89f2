import * as z from "zod";
import { ERROR_TABLE, type ErrorCode } from "../core/errors";
import { ED_CONDITIONS } from "../diversion/ed-condition";
import { RecommendationRequestSchema } from "../diversion/request";
import { HospitalIdSchema } from "../hospitals/hospital";
import { NeedsSchema } from "../hospitals/needs";
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
const degrees = z.number().min(0).lt(360).meta({ description: "Degrees clockwise from north." });
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
  // Written out: the document's generator takes the flag of the expression for a part of it.
  roadName: RecommendationRequestSchema.shape.roadName.meta({ pattern: "[\\p{Letter}\\p{Number}]" }),
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
  bearing: numeric("write degrees clockwise from north as a number")
    .optional()
    .meta({ description: "Which way traffic goes there, degrees clockwise from north." }),
  roadName: z.string().optional().meta({ description: "The road's name or number.", example: "A1060" }),
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

const outcome = z.enum(["destination", "all-on-divert", "no-facility", "unreachable"]).meta({ id: "Outcome" });

const option = z
  .object({
    hospital: hospitalReference,
    driveSeconds: seconds,
    distanceMetres: metres,
    handoverSeconds: seconds,
    totalSeconds: seconds,
    arrival: instant,
    feed: feedReference.optional(),
    driveRank: z
      .int()
      .min(1)
      .optional()
      .meta({ description: "Its place by drive time alone; absent when that is its place in the answer." }),
    opensBeforeArrival: z
      .literal(true)
      .optional()
      .meta({ description: "A divert ends, or a door opens, while the ambulance is on its way; see the warnings." }),
    warnings: z.array(reason),
  })
  .meta({ id: "Option" });

const snapped = z.object({
  location: position,
  distanceMetres: metres,
  road: z.string().meta({ description: "Number or name." }),
});

const incident = z
  .object({
    location: position,
    snapped,
    bearing: degrees.optional(),
    roadName: z.string().optional(),
    needs: NeedsSchema,
    age: z.number().optional(),
    acuity: z.enum(ACUITIES).optional(),
    warnings: z.array(reason).optional(),
  })
  .meta({ id: "Incident", description: "What was asked, and the road it was taken to be on." });

const snapAmbiguity = z
  .object({
    toleranceSeconds: seconds,
    candidates: z.array(
      z.object({
        snapped: snapped.extend({
          bearing: degrees.optional(),
          layer: z.int().optional().meta({ description: "OSM layer, such as 1 on a bridge; absent on the ground." }),
        }),
        outcome,
        destination: hospitalReference.optional(),
        driveSeconds: seconds.optional(),
      }),
    ),
  })
  .meta({
    id: "SnapAmbiguity",
    description: "The answer depends on which road the incident is on: the answer given, then those for other roads.",
  });

const closureNotice = z
  .object({ id: z.string(), kind: z.enum(["closure", "slowdown"]), reason: z.string(), text: z.string() })
  .meta({ id: "ClosureNotice", description: "A closure or slowdown that turned the answer." });

export const RecommendationResponse = z
  .object({
    outcome,
    allOnDivert: z.literal(true).optional(),
    incident,
    snapAmbiguous: snapAmbiguity.optional(),
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
    closures: z.array(closureNotice).optional(),
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

const leg = z
  .object({ name: z.string(), ref: z.string(), highway: z.string(), seconds, metres })
  .meta({ id: "Leg", description: "Consecutive driving on one road." });

const instruction = z
  .object({
    type: z.string().meta({ example: "turn" }),
    modifier: z
      .string()
      .optional()
      .meta({ description: "Which way: a turn, or a point of the compass.", example: "left" }),
    text: z.string().meta({ description: "The instruction in plain English." }),
    road: z.string().meta({ description: "The road driven from here on; empty where it has neither name nor number." }),
    metres,
    seconds,
    location: position,
    exit: z.int().min(1).optional().meta({ description: "Of a roundabout, from 1." }),
    junction: z.string().optional().meta({ description: "Number of the motorway junction." }),
  })
  .meta({ id: "Instruction", description: "One line of the list a crew drives by." });

export const RouteResponse = z
  .object({
    type: z.literal("Feature"),
    bbox: z.array(z.number()).optional(),
    geometry: z.object({ type: z.literal("LineString"), coordinates: z.array(z.array(z.number())) }),
    properties: z.object({
      destination: hospitalReference,
      driveSeconds: seconds,
      distanceMetres: metres,
      legs: z.array(leg).meta({ description: "Road after road, in driving order." }),
      instructions: z.array(instruction),
      bearingStart: degrees.nullable().meta({ description: "Over the first 20 m; null for a route without length." }),
      bearingEnd: degrees.nullable().meta({ description: "Over the last 20 m." }),
    }),
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
          restrictions: z.array(
            restriction.extend({
              version: z.int().min(1),
              inForce: z.boolean(),
              lapsesAt: instant
                .optional()
                .meta({ description: "When the policy takes it as over, where it has no end." }),
            }),
          ),
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
