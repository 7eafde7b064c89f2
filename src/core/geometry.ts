import { fromFixedDegrees, type Position, UNITS_PER_DEGREE } from "./units";

/** Mean earth radius in metres (IUGG R1); the sphere on which every length in the product is measured. */
const EARTH_RADIUS_METRES = 6_371_008.8;

const RADIANS_PER_DEGREE = Math.PI / 180;

/** Metres along a meridian per degree of latitude. */
export const METRES_PER_DEGREE = EARTH_RADIUS_METRES * RADIANS_PER_DEGREE;

/** Great-circle distance by the haversine formula, in metres; well conditioned for the short pieces roads are made of. */
export function distanceMetres(a: Position, b: Position): number {
  return distanceMetresBetween(a[0], a[1], b[0], b[1]);
}

/** {@link distanceMetres} on bare numbers, in degrees, for hot loops. */
function distanceMetresBetween(lonA: number, latA: number, lonB: number, latB: number): number {
  const sinHalfLat = Math.sin(((latB - latA) * RADIANS_PER_DEGREE) / 2);
  const sinHalfLon = Math.sin(((lonB - lonA) * RADIANS_PER_DEGREE) / 2);
  const h =
    sinHalfLat * sinHalfLat +
    Math.cos(latA * RADIANS_PER_DEGREE) * Math.cos(latB * RADIANS_PER_DEGREE) * sinHalfLon * sinHalfLon;
  return 2 * EARTH_RADIUS_METRES * Math.asin(Math.min(1, Math.sqrt(h)));
}

/** Factor by which a degree of longitude is shorter than a degree of latitude at this latitude. */
export const longitudeScale = (latitude: number): number => Math.cos(latitude * RADIANS_PER_DEGREE);

/** Round the earth, in units of 1e-7 degree. */
export const FULL_TURN = 360 * UNITS_PER_DEGREE;

/** A step of longitude the short way round: over the antimeridian where that is less than half the earth. */
export const shortStep = (degrees: number): number =>
  degrees > 180 ? degrees - 360 : degrees < -180 ? degrees + 360 : degrees;

/** The same in units of 1e-7 degree. */
export const shortStepFixed = (units: number): number =>
  units > FULL_TURN / 2 ? units - FULL_TURN : units < -FULL_TURN / 2 ? units + FULL_TURN : units;

/**
 * Whether a straight piece between these longitudes, in units of 1e-7 degree, crosses the antimeridian: on the plane it runs
 * round the back, and lies in no area there.
 */
export const crossesAntimeridian = (ax: number, bx: number): boolean => Math.abs(bx - ax) > FULL_TURN / 2;

/** Direction of a step on a plane, in degrees clockwise from north, 0 or more and less than 360. */
export function planeBearing(east: number, north: number): number {
  return ((Math.atan2(east, north) * 180) / Math.PI + 360) % 360;
}

export const oppositeBearing = (degrees: number): number => (degrees + 180) % 360;

/** The angle between two directions, from 0 to 180 degrees. */
export function turnDegrees(a: number, b: number): number {
  const difference = Math.abs(a - b) % 360;
  return difference > 180 ? 360 - difference : difference;
}

const COMPASS_WORDS = ["northbound", "eastbound", "southbound", "westbound"] as const;

/**
 * How a carriageway is told from the other in plain English. By the compass here: where a road winds, signs may say
 * otherwise.
 */
export const compassWord = (degrees: number): (typeof COMPASS_WORDS)[number] =>
  COMPASS_WORDS[Math.round(degrees / 90) % 4]!;

/** Great-circle metres between two positions in units of 1e-7 degree. */
export const fixedDistanceMetres = (lonA: number, latA: number, lonB: number, latB: number): number =>
  distanceMetresBetween(fromFixedDegrees(lonA), fromFixedDegrees(latA), fromFixedDegrees(lonB), fromFixedDegrees(latB));
