import * as z from "zod";
import {
  ChecksumSchema,
  DegreesSchema,
  FeedReferenceSchema,
  HospitalReferenceSchema,
  InstantTextSchema,
  MetresSchema,
  PositionSchema,
  SecondsSchema,
} from "../../diversion/answer/recommendation-data";
import { documented } from "./documented";

/** Quantities and references of answers, as other responses have them too. */

export const seconds = documented(SecondsSchema);
export const metres = documented(MetresSchema);
export const degrees = documented(DegreesSchema);
export const instant = documented(InstantTextSchema);
/** An instant in a request, whose form is checked by the library in its own words. */
export const requestedInstant = z.string().max(64, "write at most 64 characters").meta({ format: "date-time" });
export const position = documented(PositionSchema);
export const checksum = documented(ChecksumSchema);
export const hospitalReference = documented(HospitalReferenceSchema);
export const feedReference = documented(FeedReferenceSchema);

/** What every request that changes something may carry. */
export const IdempotencyHeaders = z.object({
  "idempotency-key": z
    .string()
    .regex(/^[\x21-\x7e]{1,200}$/, "write up to 200 letters, digits and signs of ASCII, no spaces")
    .optional()
    .meta({
      description:
        "Names the request, best by a UUID: sent again under the same key, because no answer came, it makes nothing twice and is answered as the first time.",
    }),
});
