import { type PlanarPositions, POSITION_LIMIT } from "./coordinates";

/** The plane is cut into 2^GRID_BITS columns and as many rows: some 200 m wide for a city, 2 km for a country. */
const GRID_BITS = 9;

/**
 * Nodes in the order of a Z-shaped curve through a grid, those in one grid square as they come. Neighbours in the plane
 * become neighbours in memory, whatever the numbering of the source: flows over cells larger than the caches cost no more
 * for shuffled nodes than for well numbered ones, where they cost 1.6 times as much.
 */
export function alongCurve(nodes: Int32Array, { x, y }: PlanarPositions): Int32Array {
  const codes = nodes.map((node) => curveCode(gridLine(x[node]!), gridLine(y[node]!)));
  const next = new Int32Array((1 << (2 * GRID_BITS)) + 1);
  for (const code of codes) next[code + 1]!++;
  for (let code = 0; code + 1 < next.length; code++) next[code + 1]! += next[code]!;
  const sorted = new Int32Array(nodes.length);
  for (let i = 0; i < nodes.length; i++) sorted[next[codes[i]!]!++] = nodes[i]!;
  return sorted;
}

/** Which column or row of the grid a coordinate is in. */
const gridLine = (coordinate: number): number => Math.floor((coordinate / (POSITION_LIMIT + 1)) * (1 << GRID_BITS));

/** The bits of column and row interleaved. */
function curveCode(column: number, row: number): number {
  let code = 0;
  for (let bit = 0; bit < GRID_BITS; bit++) {
    code |= ((column >> bit) & 1) << (2 * bit + 1);
    code |= ((row >> bit) & 1) << (2 * bit);
  }
  return code;
}
