import * as z from "zod";
import { RecommendationRequestSchema } from "../../diversion/incidents/request";
import { HospitalIdSchema } from "../../hospitals/directory/hospital";
import { NeedsSchema } from "../../hospitals/directory/needs";
import { ACUITIES } from "../../hospitals/status/restriction";
import { documented, documentedShape } from "./documented";
import { checksum, degrees, feedReference, hospitalReference, instant, metres, position, seconds } from "./words";

/**
 * What goes over the wire about recommendations and routes, for validation of requests and for the OpenAPI document. Requests are strict: a field
 * that is not listed is refused, so nothing that identifies a patient gets in. Responses are described as they are; later
 * releases may add fields.
 */

const requestFields = documentedShape(RecommendationRequestSchema.shape);

export const RequestBody = z
  .strictObject({
    ...requestFields,
    // Written out: the document's generator takes the flag of the expression for a part of it.
    roadName: requestFields.roadName.meta({ pattern: "[\\p{Letter}\\p{Number}]" }),
    at: z.string().optional().meta({ format: "date-time", description: "The moment of the question. Default: now." }),
  })
  .meta({ id: "RecommendationRequest", description: "Where the patient is and what the patient needs; never who." });

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
  hospital: documented(HospitalIdSchema).optional().meta({
    description: "The ED to drive to. Default: the destination recommended.",
  }),
});

const reason = z
  .object({ code: z.string(), text: z.string() })
  .meta({ id: "Reason", description: "For programs, and to be read aloud." });

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
    needs: documented(NeedsSchema),
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
