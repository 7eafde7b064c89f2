import type { CellGraph, FlowScratch } from "./cell-graph";
import { type Split, splitCell } from "./cell-split";
import { balanceSides } from "./cut-sides";
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
