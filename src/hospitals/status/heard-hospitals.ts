import * as z from "zod/mini";

/** What one feed was heard to say of its hospitals, by their ids, as logs hold it; see `FeedReport`. */
export const HeardHospitalsSchema = z.record(
  z.string(),
  z.strictObject({
    heardMs: z.optional(z.number()),
    says: z.optional(z.enum(["known", "unknown", "no-ed"])),
    handoverMinutes: z.optional(z.number().check(z.gte(0))),
  }),
);
