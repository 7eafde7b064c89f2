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
