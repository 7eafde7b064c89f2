import { DiversionError } from "../../core/errors";

/**
 * Where nodes are, in any units: only comparisons along a few directions are made. For longitudes and latitudes pass them
 * as they are, with `xScale` = cos(latitude), by which a degree of longitude is shorter than one of latitude.
 */
export interface NodeCoordinates {
  /** Int32[nodeCount]. */
  readonly x: Int32Array;
  readonly y: Int32Array;
  /** What a unit of x measures in units of y. Default 1. */
  readonly xScale?: number;
}

/** Positions 0 .. {@link POSITION_LIMIT} on a common scale. */
export interface PlanarPositions {
  readonly x: Int32Array;
  readonly y: Int32Array;
}

/** Sums and differences of two positions, the projections on the diagonals, are int32 without overflow. */
export const POSITION_LIMIT = 2 ** 30 - 1;

/**
 * Coordinates as positions of one scale in both directions.
 *
 * @returns undefined when all nodes are in one place: such coordinates say nothing about the graph.
 * @throws `invalid-argument` when the columns do not have one value per node, or the scale is not positive and finite.
 */
export function planarPositions(coordinates: NodeCoordinates, nodeCount: number): PlanarPositions | undefined {
  const { x, y, xScale = 1 } = coordinates;
  if (x.length !== nodeCount || y.length !== nodeCount) {
    throw new DiversionError(
      "invalid-argument",
      `Coordinates have ${x.length} x and ${y.length} y for ${nodeCount} nodes; pass one of each per node.`,
    );
  }
  if (!(xScale > 0 && Number.isFinite(xScale))) {
    throw new DiversionError(
      "invalid-argument",
      `The xScale ${xScale} is not a positive finite number; pass cos(latitude), or 1.`,
    );
  }
  const horizontal = range(x);
  const vertical = range(y);
  const extent = Math.max((horizontal.high - horizontal.low) * xScale, vertical.high - vertical.low);
  if (!(extent > 0)) return undefined;
  const scale = POSITION_LIMIT / extent;
  return {
    x: x.map((value) => Math.round((value - horizontal.low) * xScale * scale)),
    y: y.map((value) => Math.round((value - vertical.low) * scale)),
  };
}

function range(values: Int32Array): { low: number; high: number } {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return { low, high };
}
