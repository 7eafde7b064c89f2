import * as z from "zod";

/**
 * What goes over the wire about closures, for validation of requests and for the OpenAPI document. Requests are strict: a field
 * that is not listed is refused, so nothing that identifies a patient gets in. Responses are described as they are; later
 * releases may add fields.
 */

/** In one request; a list that is longer comes in several. */
const MOST_CLOSURES = 1000;

export const ClosureCollectionBody = z
  .looseObject({ type: z.literal("FeatureCollection"), features: z.array(z.looseObject({})) })
  .meta({ id: "Closures", description: "A GeoJSON FeatureCollection, a closure or slowdown a feature." });

export const NewClosuresBody = ClosureCollectionBody.extend({
  features: z.array(z.looseObject({})).max(MOST_CLOSURES),
}).meta({ id: "NewClosures", description: "Closures and slowdowns to enter, as GeoJSON." });

export const ClosureParams = z.strictObject({
  id: z
    .string()
    .min(1)
    .max(200)
    .meta({ param: { name: "id", in: "path" } }),
});

export const ClosuresChanged = z
  .object({ roadsVersion: z.int().min(0), entered: z.array(z.string()), withoutRoads: z.array(z.int()) })
  .meta({ id: "ClosuresChanged" });

export const ClosureFeedsResponse = z
  .object({
    feeds: z.array(
      z.object({
        id: z.string(),
        ageSeconds: z.number().optional().meta({ description: "Since it was last heard; absent when never." }),
        timeToLiveSeconds: z.number(),
        silent: z.boolean().meta({ description: "Not heard within its time-to-live: every answer says so." }),
        held: z.int().min(0).meta({ description: "Closures and slowdowns of it that are held." }),
        unplaced: z
          .array(z.string())
          .meta({ description: "Events near the roads here that are about none of them, and are not counted." }),
        elsewhere: z.int().min(0).meta({ description: "Events that lie off the roads here." }),
        lanes: z
          .array(z.object({ id: z.string(), what: z.string(), reason: z.string(), roads: z.array(z.string()) }))
          .meta({ description: "Lanes closed or shifted, and traffic by turns, on roads that stay open." }),
        notes: z
          .array(
            z.object({
              kind: z.enum(["lost", "odd", "unread"]),
              text: z.string(),
              count: z.int().min(1),
              first: z.string().optional(),
            }),
          )
          .meta({ description: "What of the last message did not come through whole, alike ones as one." }),
        counts: z.object({ messages: z.int().min(0), notUsed: z.int().min(0) }),
      }),
    ),
  })
  .meta({ id: "ClosureFeeds", description: "The feeds of road authorities, and what of each does not count." });
