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
