import * as z from "zod";
import { RecommendationSchema } from "../../diversion/answer/recommendation-data";
import { LONGEST_ROAD_NAME, RecommendationRequestSchema } from "../../diversion/incidents/request";
import { HospitalIdSchema } from "../../hospitals/directory/hospital";
import { LONGEST_WORD, MOST_WORDS } from "../../hospitals/directory/needs";
import { ACUITIES } from "../../hospitals/status/restriction";
import type { CompassPoint, InstructionType, TurnModifier } from "../../roads/route/instruction";
import { documented, documentedShape } from "./documented";
import { degrees, hospitalReference, metres, position, requestedInstant, seconds } from "./words";

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
    at: requestedInstant
      .optional()
      .meta({ format: "date-time", description: "The moment of the question. Default: now." }),
  })
  .meta({ id: "RecommendationRequest", description: "Where the patient is and what the patient needs; never who." });

/** An integer or decimal written in a query; `""` is no number, unlike for `Number`. */
const numeric = (form: string) =>
  z
    .string()
    .max(40, form)
    .regex(/^-?\d+(\.\d+)?$/, form);

/** The same question in a query. */
export const RequestQuery = z.strictObject({
  location: z
    .string()
    .max(80, "write longitude,latitude in degrees")
    .regex(/^-?\d+(\.\d+)?,-?\d+(\.\d+)?$/, "write longitude,latitude in degrees, such as 0.469,51.7356")
    .meta({ description: "Longitude,latitude in degrees.", example: "0.469,51.7356" }),
  needs: z
    .string()
    .max(MOST_WORDS * (LONGEST_WORD + 1), `write at most ${MOST_WORDS} words`)
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
  roadName: z
    .string()
    .max(LONGEST_ROAD_NAME)
    .optional()
    .meta({ description: "The road's name or number.", example: "A1060" }),
  at: requestedInstant
    .optional()
    .meta({ description: "The moment of the question, RFC 3339 with offset. Default: now." }),
});

export const RouteQuery = RequestQuery.extend({
  hospital: documented(HospitalIdSchema).optional().meta({
    description: "The ED to drive to. Default: the destination recommended.",
  }),
});

export const RecommendationResponse = documented(RecommendationSchema);

const leg = z
  .object({
    name: z.string(),
    ref: z.string(),
    highway: z.string(),
    seconds,
    metres,
    onFoot: z.literal(true).optional().meta({ description: "Walked, for no vehicle gets through." }),
  })
  .meta({ id: "Leg", description: "Consecutive driving on one road." });

const TYPES = [
  ...(["depart", "continue", "turn", "keep", "u-turn", "roundabout", "leave-roundabout"] as const),
  ...(["slip-road", "motorway-exit", "join", "ferry", "leave-ferry", "arrive"] as const),
] as const satisfies readonly InstructionType[];

const WAYS = [
  ...(["straight", "slight-left", "slight-right", "left", "right", "sharp-left", "sharp-right"] as const),
  ...(["north", "north-east", "east", "south-east", "south", "south-west", "west", "north-west"] as const),
] as const satisfies readonly (TurnModifier | CompassPoint)[];

const instruction = z
  .object({
    type: z.enum(TYPES).meta({ example: "turn" }),
    modifier: z
      .enum(WAYS)
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
      warnings: z
        .array(z.object({ code: z.string(), text: z.string() }))
        .optional()
        .meta({ description: "Ferries, private roads, fords and gates on the way; absent where there are none." }),
    }),
  })
  .meta({ id: "Route", description: "A GeoJSON LineString Feature." });
