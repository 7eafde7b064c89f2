import { distanceMetres, longitudeScale, planeBearing, shortStep } from "../../core/geometry";
import type { Position } from "../../core/units";
import type { CompassPoint, TurnModifier } from "./instruction";

/**
 * Directions at a junction are taken over this much of the road: less, and the kink with which a side road is drawn to the
 * middle of a wide one counts as a turn; more, and the next bend does.
 */
const SIGHT_METRES = 20;

/**
 * Direction from the first point of a line to the point 20 m along it (or to its end), in degrees clockwise from true
 * north; undefined for a line without length.
 */
export function bearingAlong(line: Iterable<Position>): number | undefined {
  let first: Position | undefined;
  let last: Position | undefined;
  let left = SIGHT_METRES;
  for (const position of line) {
    if (first === undefined || last === undefined) {
      first = last = position;
      continue;
    }
    const metres = distanceMetres(last, position);
    if (metres >= left) {
      const share = left / metres;
      last = [last[0] + shortStep(position[0] - last[0]) * share, last[1] + (position[1] - last[1]) * share];
      break;
    }
    left -= metres;
    last = position;
  }
  if (first === undefined || last === undefined) return undefined;
  const east = shortStep(last[0] - first[0]) * longitudeScale(first[1]);
  const north = last[1] - first[1];
  return east === 0 && north === 0 ? undefined : planeBearing(east, north);
}

/** From one direction to another: degrees to the right, or below 0 to the left, over -180 and up to 180. */
export function turnAngle(from: number, to: number): number {
  const angle = (((to - from) % 360) + 360) % 360;
  return angle > 180 ? angle - 360 : angle;
}

/** Up to here a road goes straight on. */
export const STRAIGHT_DEGREES = 20;
/** Up to here a road leads on ahead, and beside another such one is a branch of a fork. */
export const AHEAD_DEGREES = 50;
const SHARP_DEGREES = 125;
/** From here the way leads back. */
export const BACK_DEGREES = 165;

export function turnModifier(angle: number): TurnModifier {
  const size = Math.abs(angle);
  if (size <= STRAIGHT_DEGREES) return "straight";
  const side = angle < 0 ? "left" : "right";
  if (size <= AHEAD_DEGREES) return `slight-${side}`;
  return size <= SHARP_DEGREES ? side : `sharp-${side}`;
}

const COMPASS: readonly CompassPoint[] = [
  "north",
  "north-east",
  "east",
  "south-east",
  "south",
  "south-west",
  "west",
  "north-west",
];

export const compassPoint = (bearing: number): CompassPoint => COMPASS[Math.round(bearing / 45) % 8]!;
