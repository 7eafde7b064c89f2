import { INFINITE_MS } from "../../src/core/units";
import type { RoadGraph } from "../../src/roads/graph/road-graph";
import type { RoadPoint } from "../../src/roads/snap/snap-index";
import { MinHeap } from "../../src/shortest-path/heap";

/** Where a drive stands: at a node, with what of it may still become a forbidden turn. */
interface Standing {
  readonly node: number;
  readonly run: readonly number[];
}

/**
 * Drive times by a search over whole drives, from segments and the list of forbidden turns alone: it knows of no copies
 * of nodes and of no edges. Slow, and written to be believed. A direction is twice a segment, plus 1 against its drawing.
 */
export class TurnOracle {
  private readonly forbidden = new Set<string>();
  /** Every proper beginning of a forbidden run. */
  private readonly begun = new Set<string>();
  private readonly outOf = new Map<number, number[]>();
  private longest = 0;

  constructor(private readonly graph: RoadGraph) {
    const { turnFirst, turnSequence } = graph.columns;
    for (let turn = 0; turn + 1 < turnFirst.length; turn++) {
      const run = Array.from(turnSequence.subarray(turnFirst[turn], turnFirst[turn + 1]));
      this.forbidden.add(run.join());
      for (let length = 1; length < run.length; length++) this.begun.add(run.slice(0, length).join());
      this.longest = Math.max(this.longest, run.length);
    }
    for (let direction = 0; direction < graph.segmentCount * 2; direction++) {
      const tail = this.tail(direction);
      const list = this.outOf.get(tail);
      if (list === undefined) this.outOf.set(tail, [direction]);
      else list.push(direction);
    }
  }

  tail(direction: number): number {
    const { segmentTail, segmentHead } = this.graph.columns;
    return (direction & 1 ? segmentHead : segmentTail)[direction >> 1]!;
  }

  head(direction: number): number {
    return this.tail(direction ^ 1);
  }

  /** Whether driving these directions one after the other is legal and without a gap. */
  fault(directions: readonly number[]): string | undefined {
    for (let i = 1; i < directions.length; i++) {
      if (this.head(directions[i - 1]!) !== this.tail(directions[i]!)) return `a gap before direction ${directions[i]}`;
      if (this.isForbidden(directions.slice(Math.max(0, i + 1 - this.longest), i), directions[i]!)) {
        return `a forbidden turn into direction ${directions[i]}`;
      }
    }
    return undefined;
  }

  /**
   * Milliseconds from a point to each of these points.
   *
   * @param milliseconds over each direction; INFINITE_MS where it may not be driven.
   */
  times(from: RoadPoint, to: readonly RoadPoint[], milliseconds: ArrayLike<number>): number[] {
    const reached = this.search(from, milliseconds);
    const before = (direction: number, fraction: number): number =>
      Math.round(milliseconds[direction]! * (direction & 1 ? 1 - fraction : fraction));
    return to.map((point) => {
      let best = INFINITE_MS;
      const offer = (time: number): void => {
        best = Math.min(best, time);
      };
      if (point.node >= 0) {
        for (const { time } of reached.get(point.node) ?? []) offer(time);
        return best;
      }
      for (const direction of [point.segment * 2, point.segment * 2 + 1]) {
        if (milliseconds[direction]! >= INFINITE_MS) continue;
        for (const { run, time } of reached.get(this.tail(direction)) ?? []) {
          if (!this.isForbidden(run, direction)) offer(time + before(direction, point.fraction));
        }
        const onward = direction & 1 ? point.fraction <= from.fraction : point.fraction >= from.fraction;
        if (from.node < 0 && from.segment === point.segment && onward) {
          offer(before(direction, point.fraction) - before(direction, from.fraction));
        }
      }
      return best;
    });
  }

  private search(
    from: RoadPoint,
    milliseconds: ArrayLike<number>,
  ): Map<number, { readonly run: readonly number[]; readonly time: number }[]> {
    const standings: Standing[] = [];
    const heap = new MinHeap();
    const settled = new Set<number | string>();
    const reached = new Map<number, { run: readonly number[]; time: number }[]>();
    const push = (time: number, node: number, run: readonly number[]): void => {
      heap.push(time, standings.push({ node, run }) - 1);
    };
    if (from.node >= 0) push(0, from.node, []);
    else {
      for (const direction of [from.segment * 2, from.segment * 2 + 1]) {
        const whole = milliseconds[direction]!;
        const share = direction & 1 ? 1 - from.fraction : from.fraction;
        if (whole < INFINITE_MS) {
          push(whole - Math.round(whole * share), this.head(direction), this.whatMatters([direction]));
        }
      }
    }
    while (heap.size > 0) {
      const time = heap.minKey;
      const { node, run } = standings[heap.minValue]!;
      heap.pop();
      const key = run.length === 0 ? node : run.join();
      if (settled.has(key)) continue;
      settled.add(key);
      const list = reached.get(node);
      if (list === undefined) reached.set(node, [{ run, time }]);
      else list.push({ run, time });
      for (const direction of this.outOf.get(node) ?? []) {
        if (milliseconds[direction]! >= INFINITE_MS || this.isForbidden(run, direction)) continue;
        push(time + milliseconds[direction]!, this.head(direction), this.whatMatters([...run, direction]));
      }
    }
    return reached;
  }

  private isForbidden(run: readonly number[], direction: number): boolean {
    return run.some((_, first) => this.forbidden.has(`${run.slice(first).join()},${direction}`));
  }

  private whatMatters(run: readonly number[]): readonly number[] {
    for (let first = 0; first < run.length; first++) {
      const end = run.slice(first);
      if (this.begun.has(end.join())) return end;
    }
    return [];
  }
}
