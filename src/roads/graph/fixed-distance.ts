import { distanceMetresBetween } from "../../core/geometry";
import { fromFixedDegrees } from "../../core/units";

/** Great-circle metres between two positions in units of 1e-7 degree. */
export const fixedDistanceMetres = (lonA: number, latA: number, lonB: number, latB: number): number =>
  distanceMetresBetween(fromFixedDegrees(lonA), fromFixedDegrees(latA), fromFixedDegrees(lonB), fromFixedDegrees(latB));
