import * as z from "zod";

/** Quantities and references as they go over the wire. */

export const seconds = z.number().min(0);

export const metres = z.number().min(0);

export const degrees = z.number().min(0).lt(360).meta({ description: "Degrees clockwise from north." });

export const instant = z
  .string()
  .meta({ format: "date-time", description: "RFC 3339 with offset.", example: "2017-05-15T17:00:00+01:00" });

export const position = z
  .tuple([z.number(), z.number()])
  .meta({ description: "Longitude, latitude in degrees.", example: [0.469, 51.7356] });

export const checksum = z.string().meta({ example: "sha256:…" });

export const hospitalReference = z.object({ id: z.string(), name: z.string() }).meta({ id: "HospitalReference" });

export const feedReference = z
  .object({ id: z.string(), ageSeconds: seconds.optional() })
  .meta({ id: "FeedReference", description: "The feed that spoke of the ED, and how long ago." });
