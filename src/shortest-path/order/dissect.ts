import { type CellGraph, type FlowScratch, NO_SIDE, SIDE_A, SIDE_B } from "./cell-graph";
import { type Split, splitCell } from "./cell-split";
import { DIRECTION_COUNT, markEnds } from "./inertial-ends";
import { LeafScratch, orderLeaf } from "./minimum-degree";
import { type FlowResult, sendFlow } from "./unit-flow";
import { markSeparator } from "./vertex-separator";

/** Cells up to this size are ordered by minimum degree instead of being cut further. */
export const LEAF_NODES = 300;

/** Cut links per node of the smaller side, the lower the better; Infinity for a cut that was given up. */
export type CutScore = number;

/** More units than any graph has links. */
const UNLIMITED = 0x3fffffff;

/** Dissects cells of one graph, on one thread. */
export class Dissector {
  readonly #cells: CellGraph;
  readonly #leafScratch: LeafScratch;
  readonly #flow: FlowResult = { value: 0, sinkReachEnd: 0 };

  constructor(cells: CellGraph) {
    this.#cells = cells;
    this.#leafScratch = new LeafScratch(cells.nodeCount);
  }

  /**
   * Orders a whole cell: cut, recurse, leaves by minimum degree.
   *
   * @param onOrdered told of nodes that have got their final place.
   */
  dissect(lo: number, hi: number, onOrdered?: (nodes: number) => void): void {
    const pending: number[] = [lo, hi];
    while (pending.length > 0) {
      const end = pending.pop()!;
      const start = pending.pop()!;
      if (end - start <= LEAF_NODES) {
        orderLeaf(this.#cells, this.#leafScratch, start, end);
        onOrdered?.(end - start);
        continue;
      }
      const { aEnd, bEnd } = this.cut(start, end);
      onOrdered?.(end - bEnd);
      pending.push(start, aEnd, aEnd, bEnd);
    }
  }

  /** Splits a cell along its best cut: fewest links per node of the smaller side; the first direction among equals. */
  cut(lo: number, hi: number): Split {
    const scratch = this.#cells.scratch[0]!;
    let best = Number.POSITIVE_INFINITY;
    for (let direction = 0; direction < DIRECTION_COUNT; direction++) {
      const score = this.score(scratch, lo, hi, direction, best);
      if (score >= best) continue;
      best = score;
      this.keepCut(scratch, lo, hi);
    }
    return this.splitAlongBest(lo, hi);
  }

  /**
   * Seeks the best cut across one direction, and leaves its sides in `scratch`.
   *
   * @param toBeat a score; the search may be given up as soon as it is certain not to be below it. Giving up never
   * changes which cut is chosen, so directions may as well be tried at the same time and compared afterwards.
   */
  score(scratch: FlowScratch, lo: number, hi: number, direction: number, toBeat: CutScore): CutScore {
    const size = hi - lo;
    // The smaller side has at most half the cell.
    const limit = Math.min(UNLIMITED, Math.ceil(toBeat * (size >> 1)));
    markEnds(this.#cells, scratch, lo, hi, direction);
    sendFlow(this.#cells, scratch, lo, hi, limit, this.#flow);
    if (this.#flow.value >= limit) return Number.POSITIVE_INFINITY;
    return this.#flow.value / balanceSides(this.#cells, scratch, lo, hi, this.#flow);
  }

  /** Makes the sides left in `scratch` the best so far. */
  keepCut(scratch: FlowScratch, lo: number, hi: number): void {
    this.#cells.bestSide.set(scratch.side.subarray(lo, hi), lo);
  }

  splitAlongBest(lo: number, hi: number): Split {
    const scratch = this.#cells.scratch[0]!;
    markSeparator(this.#cells, this.#cells.bestSide, scratch, lo, hi);
    return splitCell(this.#cells, this.#cells.bestSide, scratch, lo, hi);
  }
}

/**
 * Reads a cut off a finished flow, in `side`: of the smallest cuts, a balanced one.
 *
 * What the sources still reach and what still reaches the sinks are the two extreme smallest cuts. The nodes in between
 * may go to either side provided that what they lead to through arcs with room goes along: such a closed set adds no link
 * to the cut. So the smaller side grows by closed sets until it has half the cell.
 *
 * @returns the number of nodes on the smaller side.
 */
export function balanceSides(
  cells: CellGraph,
  scratch: FlowScratch,
  lo: number,
  hi: number,
  { sinkReachEnd }: FlowResult,
): number {
  const { queue, side } = scratch;
  for (let i = lo; i < sinkReachEnd; i++) side[queue[i]!] = SIDE_B;
  const sourceEnd = closeOver(cells, scratch, lo, listSide(scratch, lo, hi, SIDE_A), SIDE_A);
  const sourceSize = sourceEnd - lo;
  const sinkSize = countSide(scratch, lo, hi, SIDE_B);
  const size = hi - lo;
  if (sourceSize + sinkSize === size) return Math.min(sourceSize, sinkSize);

  const smaller = sourceSize < sinkSize ? SIDE_A : SIDE_B;
  const listed = smaller === SIDE_A ? sourceEnd : listSide(scratch, lo, hi, SIDE_B);
  const grown = growToHalf(cells, scratch, lo, hi, listed, smaller) - lo;
  giveRest(scratch, lo, hi, smaller === SIDE_A ? SIDE_B : SIDE_A);
  return Math.min(grown, size - grown);
}

/** Lists the nodes of a side in queue[lo ..); returns the end of the list. */
function listSide({ queue, side }: FlowScratch, lo: number, hi: number, which: number): number {
  let end = lo;
  for (let place = lo; place < hi; place++) if (side[place] === which) queue[end++] = place;
  return end;
}

function countSide({ side }: FlowScratch, lo: number, hi: number, which: number): number {
  let count = 0;
  for (let place = lo; place < hi; place++) if (side[place] === which) count++;
  return count;
}

function giveRest({ side }: FlowScratch, lo: number, hi: number, which: number): void {
  for (let place = lo; place < hi; place++) if (side[place] === NO_SIDE) side[place] = which;
}

/**
 * Adds to a side all free nodes joined to queue[from .. end) through arcs with room: forwards for the sources' side,
 * backwards for the sinks'. Appends them to the queue and returns its new end.
 */
function closeOver(
  { firstArc, innerEnd, head }: CellGraph,
  { queue, side, flow }: FlowScratch,
  from: number,
  end: number,
  which: number,
): number {
  const outward = which === SIDE_A ? 1 : -1;
  for (let i = from; i < end; i++) {
    const v = queue[i]!;
    const stop = innerEnd[v]!;
    for (let arc = firstArc[v]!; arc < stop; arc++) {
      const w = head[arc]!;
      if (side[w] !== NO_SIDE || outward * flow[arc]! > 0) continue;
      side[w] = which;
      queue[end++] = w;
    }
  }
  return end;
}

/**
 * Grows the side listed in queue[lo .. end) by closed sets that touch it, then by any others, until it has half the cell
 * or no free node is left. It may overshoot by one closed set; the other side still has more than this one began with.
 */
function growToHalf(
  cells: CellGraph,
  scratch: FlowScratch,
  lo: number,
  hi: number,
  end: number,
  which: number,
): number {
  const { firstArc, innerEnd, head } = cells;
  const { queue, side } = scratch;
  const enough = lo + ((hi - lo) >> 1);
  for (let i = lo; i < end && end < enough; i++) {
    const v = queue[i]!;
    const stop = innerEnd[v]!;
    for (let arc = firstArc[v]!; arc < stop && end < enough; arc++) {
      if (side[head[arc]!] === NO_SIDE) end = addClosedSet(cells, scratch, head[arc]!, end, which);
    }
  }
  for (let place = lo; place < hi && end < enough; place++) {
    if (side[place] === NO_SIDE) end = addClosedSet(cells, scratch, place, end, which);
  }
  return end;
}

function addClosedSet(cells: CellGraph, scratch: FlowScratch, seed: number, end: number, which: number): number {
  scratch.side[seed] = which;
  scratch.queue[end] = seed;
  return closeOver(cells, scratch, end, end + 1, which);
}
