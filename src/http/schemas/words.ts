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
