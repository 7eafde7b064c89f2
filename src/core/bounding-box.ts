import { fromFixedDegrees } from "./units";

/** In degrees. */
export interface BoundingBox {
  readonly west: number;
  readonly south: number;
  readonly east: number;
  readonly north: number;
}

/** @param points Int32[2 * n]: longitude and latitude in 1e-7 degree, alternating. */
export function boundsOf(points: Int32Array): BoundingBox {
  let west = Number.POSITIVE_INFINITY;
  let south = Number.POSITIVE_INFINITY;
  let east = Number.NEGATIVE_INFINITY;
  let north = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < points.length; i += 2) {
    west = Math.min(west, points[i]!);
    east = Math.max(east, points[i]!);
    south = Math.min(south, points[i + 1]!);
    north = Math.max(north, points[i + 1]!);
  }
  return {
    west: fromFixedDegrees(west),
    south: fromFixedDegrees(south),
    east: fromFixedDegrees(east),
    north: fromFixedDegrees(north),
  };
}
