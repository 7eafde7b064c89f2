import { type CellGraph, type FlowScratch, NO_SIDE, SIDE_A, SIDE_B } from "./cell-graph";

/** Directions along which a cell is cut: west-east, south-north and the two diagonals. */
export const DIRECTION_COUNT = 4;

/**
 * Share of a cell's nodes that are fixed at either end before the cut between the ends is sought. Smaller shares leave
 * more room for a small cut and cost more flow; above 0.35 quality falls off steeply.
 */
export const END_SHARE = 0.2;

/**
 * Marks the two ends of a cell along a direction: the share of nodes with the lowest projections is SIDE_A (sources), the
 * same number with the highest is SIDE_B (sinks), the rest NO_SIDE. Among equal projections sources are taken from the
 * first place on and sinks from the last, so the ends never overlap, whatever the coordinates.
 */
export function markEnds(cells: CellGraph, scratch: FlowScratch, lo: number, hi: number, direction: number): void {
  const projection = scratch.label;
  const sorted = scratch.queue;
  project(cells, lo, hi, direction, projection);
  for (let place = lo; place < hi; place++) sorted[place] = projection[place]!;
  const count = Math.max(1, Math.floor((hi - lo) * END_SHARE));
  const lowest = select(sorted, lo, hi, lo + count - 1);
  const highest = select(sorted, lo, hi, hi - count);
  scratch.side.fill(NO_SIDE, lo, hi);
  markLow(projection, scratch.side, lo, hi, lowest, count);
  markHigh(projection, scratch.side, lo, hi, highest, count);
}

function project({ x, y }: CellGraph, lo: number, hi: number, direction: number, out: Int32Array): void {
  const xFactor = direction === 1 ? 0 : 1;
  const yFactor = direction === 0 ? 0 : direction === 3 ? -1 : 1;
  for (let place = lo; place < hi; place++) {
    out[place] = (Math.imul(xFactor, x[place]!) + Math.imul(yFactor, y[place]!)) | 0;
  }
}

function markLow(projection: Int32Array, side: Int8Array, lo: number, hi: number, limit: number, count: number): void {
  let ties = count;
  for (let place = lo; place < hi; place++) {
    if (projection[place]! >= limit) continue;
    side[place] = SIDE_A;
    ties--;
  }
  for (let place = lo; ties > 0; place++) {
    if (projection[place] !== limit) continue;
    side[place] = SIDE_A;
    ties--;
  }
}

function markHigh(projection: Int32Array, side: Int8Array, lo: number, hi: number, limit: number, count: number): void {
  let ties = count;
  for (let place = lo; place < hi; place++) {
    if (projection[place]! <= limit) continue;
    side[place] = SIDE_B;
    ties--;
  }
  for (let place = hi - 1; ties > 0; place--) {
    if (projection[place] !== limit) continue;
    side[place] = SIDE_B;
    ties--;
  }
}

/**
 * The value that would be at index k if values[lo .. hi) were sorted; reorders them. Hoare's quickselect with the median
 * of three: linear on projections of places, which come in no adversarial order, and a third of the cost of a typed sort.
 */
function select(values: Int32Array, lo: number, hi: number, k: number): number {
  let left = lo;
  let right = hi - 1;
  while (left < right) {
    const pivot = medianOfThree(values[left]!, values[(left + right) >> 1]!, values[right]!);
    let i = left;
    let j = right;
    while (i <= j) {
      while (values[i]! < pivot) i++;
      while (values[j]! > pivot) j--;
      if (i > j) break;
      const held = values[i]!;
      values[i++] = values[j]!;
      values[j--] = held;
    }
    if (k <= j) right = j;
    else if (k >= i) left = i;
    else break;
  }
  return values[k]!;
}

function medianOfThree(a: number, b: number, c: number): number {
  if (a < b) return b < c ? b : a < c ? c : a;
  return a < c ? a : b < c ? c : b;
}
