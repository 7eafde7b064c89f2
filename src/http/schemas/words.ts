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
export const position = documented(PositionSchema);
export const checksum = documented(ChecksumSchema);
export const hospitalReference = documented(HospitalReferenceSchema);
export const feedReference = documented(FeedReferenceSchema);
