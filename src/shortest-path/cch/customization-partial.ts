import { assert, assertThoroughly } from "../../core/assert";
import { DiversionError } from "../../core/errors";
import { lengthened } from "../../core/growable";
import { groupOf, lowerBound } from "../../core/search";
import { INFINITE_MS } from "../../core/units";
import type { ArcWeights, Graph } from "../graph";
import { MinHeap } from "../heap";
import type { Hierarchy } from "./hierarchy";
import { checkWeightCount, customize, type Metric } from "./metric";

/** Upward arcs whose weight changed in either direction. Views of reused memory: valid until the next update. */
interface ChangedArcs {
  readonly count: number;
  /** Upward arcs in ascending order; the first `count` words count. */
  readonly arcs: Int32Array;
  /** The lower end of each of them. */
  readonly tails: Int32Array;
}

const FORWARD_IN_DOUBT = 1;
const BACKWARD_IN_DOUBT = 2;
const NOT_QUEUED = -1;

/**
 * Brings a metric up to date after a few input arcs changed, word for word equal to customizing from scratch.
 *
 * Nodes are handled by ascending rank, so when node x is reached every triangle below its upward arcs is final. Between
 * two nodes each upward arc d is no slower than its input arc and than every way over a handled node, and it is as fast
 * as one of its ways unless it is marked as in doubt. When an arc (x, y) changes, each triangle (x, y, z) over it
 * - has become faster than d = (y, z): d takes the new time, or
 * - was as fast as d and no longer is: d is in doubt, or
 * - does not matter: d did not lean on it.
 * Only arcs in doubt look through their lower triangles again, and only until they meet one that is still as fast: none
 * can be faster.
 */
export class PartialCustomizer {
  readonly #hierarchy: Hierarchy;
  readonly #queue = new MinHeap();
  /** Int32[nodeCount]: where the record of a queued node's upward arcs begins in the pools. */
  readonly #record: Int32Array;
  /** Weights before the update of the upward arcs of queued nodes, and what is in doubt about them. */
  #forwardBefore = new Int32Array(1024);
  #backwardBefore = new Int32Array(1024);
  #doubt = new Int32Array(1024);
  #poolLength = 0;
  #changedArcs = new Int32Array(256);
  #changedTails = new Int32Array(256);
  #changedCount = 0;

  constructor(hierarchy: Hierarchy) {
    this.#hierarchy = hierarchy;
    this.#record = new Int32Array(hierarchy.nodeCount).fill(NOT_QUEUED);
  }

  /**
   * @param metric is updated in place; it must equal a customization of the weights before the change.
   * @param weights milliseconds per input arc, after the change.
   * @param changedInputArcs the input arcs whose weight may differ, in any order; repetitions do no harm.
   */
  update(metric: Metric, weights: ArcWeights, changedInputArcs: ArrayLike<number>): ChangedArcs {
    checkWeightCount(this.#hierarchy, weights);
    this.#checkInputArcs(changedInputArcs);
    this.#poolLength = 0;
    this.#changedCount = 0;
    for (let i = 0; i < changedInputArcs.length; i++) this.#enterInputArc(metric, weights, changedInputArcs[i]!);
    while (this.#queue.size > 0) {
      const x = this.#queue.minKey;
      this.#queue.pop();
      this.#settle(metric, weights, x);
      this.#record[x] = NOT_QUEUED;
    }
    assertThoroughly(() => this.#assertAsInFull(metric, weights));
    return { count: this.#changedCount, arcs: this.#changedArcs, tails: this.#changedTails };
  }

  #assertAsInFull({ forward, backward }: Metric, weights: ArcWeights): void {
    const inFull = customize(this.#hierarchy, weights);
    const differs = forward.findIndex(
      (time, arc) => time !== inFull.forward[arc] || backward[arc] !== inFull.backward[arc],
    );
    assert(differs < 0, () => `a metric customized in part is one customized in full, also at upward arc ${differs}`);
  }

  #checkInputArcs(arcs: ArrayLike<number>): void {
    const { arcCount } = this.#hierarchy.graph;
    for (let i = 0; i < arcs.length; i++) {
      const arc = arcs[i]!;
      if (!Number.isInteger(arc) || arc < 0 || arc >= arcCount) {
        throw new DiversionError(
          "invalid-argument",
          `Changed arc ${i} is ${arc}, but the graph has arcs 0 to ${arcCount - 1}.`,
        );
      }
    }
  }

  #enterInputArc(metric: Metric, weights: ArcWeights, inputArc: number): void {
    const { graph, firstUp, upHead } = this.#hierarchy;
    const tail = groupOf(graph.firstArc, inputArc);
    const head = graph.head[inputArc]!;
    if (tail === head) return;
    const low = tail < head ? tail : head;
    const arc = lowerBound(upHead, firstUp[low]!, firstUp[low + 1]!, tail < head ? head : tail);
    const weight = weights[inputArc]!;
    // What the input arc weighed before is not known, so a slower one always puts the upward arc in doubt.
    const times = tail < head ? metric.forward : metric.backward;
    if (weight === times[arc]) return;
    this.#offer(metric, times, low, arc, weight, tail < head ? FORWARD_IN_DOUBT : BACKWARD_IN_DOUBT);
  }

  /** The way along `arc`, whose lower end is `low`, now takes `time`, in the direction of `times`. */
  #offer(metric: Metric, times: Int32Array, low: number, arc: number, time: number, direction: number): void {
    this.#enqueue(metric, low);
    if (time < times[arc]!) times[arc] = time;
    else this.#doubt[this.#record[low]! + arc - this.#hierarchy.firstUp[low]!]! |= direction;
  }

  /** Before the first change to an upward arc of `node`: sets down what they all weigh, and puts the node in the queue. */
  #enqueue(metric: Metric, node: number): void {
    if (this.#record[node] !== NOT_QUEUED) return;
    const { firstUp } = this.#hierarchy;
    const begin = firstUp[node]!;
    const end = firstUp[node + 1]!;
    const record = this.#poolLength;
    this.#poolLength += end - begin;
    if (this.#poolLength > this.#doubt.length) this.#growPools();
    for (let arc = begin, at = record; arc < end; arc++, at++) {
      this.#forwardBefore[at] = metric.forward[arc]!;
      this.#backwardBefore[at] = metric.backward[arc]!;
      this.#doubt[at] = 0;
    }
    this.#record[node] = record;
    this.#queue.push(node, 0);
  }

  /** All arcs with a lower end below x are final: makes those of x final, and tells the triangles over them. */
  #settle(metric: Metric, weights: ArcWeights, x: number): void {
    const { firstUp } = this.#hierarchy;
    const begin = firstUp[x]!;
    const end = firstUp[x + 1]!;
    const record = this.#record[x]!;
    const firstChanged = this.#changedCount;
    for (let arc = begin, at = record; arc < end; arc++, at++) {
      if (this.#doubt[at] !== 0) this.#resolve(metric, weights, x, arc, this.#doubt[at]!);
      if (metric.forward[arc] !== this.#forwardBefore[at] || metric.backward[arc] !== this.#backwardBefore[at]) {
        this.#pushChanged(arc, x);
      }
    }
    const endChanged = this.#changedCount;
    for (let i = firstChanged; i < endChanged; i++) {
      this.#tellTrianglesBelow(metric, begin, record, this.#changedArcs[i]!);
      this.#tellTrianglesAbove(metric, begin, end, record, this.#changedArcs[i]!);
    }
  }

  /** Finds what an arc in doubt weighs now. It holds a lower bound: its weight before, or a faster way found since. */
  #resolve({ forward, backward }: Metric, weights: ArcWeights, x: number, arc: number, doubt: number): void {
    const y = this.#hierarchy.upHead[arc]!;
    if ((doubt & FORWARD_IN_DOUBT) !== 0) {
      forward[arc] = this.#fastest(weights, x, y, x, y, backward, forward, forward[arc]!);
    }
    if ((doubt & BACKWARD_IN_DOUBT) !== 0) {
      backward[arc] = this.#fastest(weights, y, x, x, y, forward, backward, backward[arc]!);
    }
  }

  #fastest(
    weights: ArcWeights,
    from: number,
    to: number,
    x: number,
    y: number,
    legAtX: Int32Array,
    legAtY: Int32Array,
    bound: number,
  ): number {
    const direct = fastestInputTime(this.#hierarchy.graph, weights, from, to);
    if (direct <= bound) return direct;
    const over = fastestOverLower(this.#hierarchy, x, y, legAtX, legAtY, bound);
    return over < direct ? over : direct;
  }

  /**
   * `changed` = (x, y) is final: every z beside y among the upper neighbours of x makes a triangle over it.
   *
   * The loops are the hot spot of an update. All upper neighbours of x above some y are upper neighbours of y too, so
   * the arc between two of them lies at least as far behind y's first arc as their places in x's list are apart; near
   * separators, where the lists are long, it lies exactly there.
   */
  #tellTrianglesBelow(metric: Metric, begin: number, record: number, changed: number): void {
    const { firstUp, upHead } = this.#hierarchy;
    const { forward, backward } = metric;
    const forwardBefore = this.#forwardBefore[record + changed - begin]!;
    const backwardBefore = this.#backwardBefore[record + changed - begin]!;
    const forwardAfter = forward[changed]!;
    const backwardAfter = backward[changed]!;
    const y = upHead[changed]!;
    for (let other = begin; other < changed; other++) {
      const otherForward = forward[other]!;
      const otherBackward = backward[other]!;
      // Where both changed, the triangle was told when the lower of the two was.
      if (otherForward !== this.#forwardBefore[record + other - begin]!) continue;
      if (otherBackward !== this.#backwardBefore[record + other - begin]!) continue;
      const z = upHead[other]!;
      const arc = lowerBound(upHead, firstUp[z]! + changed - other - 1, firstUp[z + 1]!, y);
      const up = (otherBackward + forwardAfter) | 0;
      if (matters(forward[arc]!, (otherBackward + forwardBefore) | 0, up)) {
        this.#offer(metric, forward, z, arc, up, FORWARD_IN_DOUBT);
      }
      const down = (backwardAfter + otherForward) | 0;
      if (matters(backward[arc]!, (backwardBefore + otherForward) | 0, down)) {
        this.#offer(metric, backward, z, arc, down, BACKWARD_IN_DOUBT);
      }
    }
  }

  /** Likewise for the z above y. */
  #tellTrianglesAbove(metric: Metric, begin: number, end: number, record: number, changed: number): void {
    const { firstUp, upHead } = this.#hierarchy;
    const { forward, backward } = metric;
    const forwardBefore = this.#forwardBefore[record + changed - begin]!;
    const backwardBefore = this.#backwardBefore[record + changed - begin]!;
    const forwardAfter = forward[changed]!;
    const backwardAfter = backward[changed]!;
    const y = upHead[changed]!;
    const stop = firstUp[y + 1]!;
    let arc = firstUp[y]!;
    for (let other = changed + 1; other < end; other++, arc++) {
      arc = lowerBound(upHead, arc, stop, upHead[other]!);
      const up = (backwardAfter + forward[other]!) | 0;
      const upBefore = (backwardBefore + this.#forwardBefore[record + other - begin]!) | 0;
      if (matters(forward[arc]!, upBefore, up)) this.#offer(metric, forward, y, arc, up, FORWARD_IN_DOUBT);
      const down = (backward[other]! + forwardAfter) | 0;
      const downBefore = (this.#backwardBefore[record + other - begin]! + forwardBefore) | 0;
      if (matters(backward[arc]!, downBefore, down)) this.#offer(metric, backward, y, arc, down, BACKWARD_IN_DOUBT);
    }
  }

  #pushChanged(arc: number, tail: number): void {
    const at = this.#changedCount++;
    if (at === this.#changedArcs.length) {
      this.#changedArcs = doubled(this.#changedArcs, at + 1);
      this.#changedTails = doubled(this.#changedTails, at + 1);
    }
    this.#changedArcs[at] = arc;
    this.#changedTails[at] = tail;
  }

  #growPools(): void {
    this.#forwardBefore = doubled(this.#forwardBefore, this.#poolLength);
    this.#backwardBefore = doubled(this.#backwardBefore, this.#poolLength);
    this.#doubt = doubled(this.#doubt, this.#poolLength);
  }
}

/** Whether an arc that takes `now` must hear of a way along it that took `before` and takes `after`. */
function matters(now: number, before: number, after: number): boolean {
  return after < now || (before <= now && after > now);
}

const doubled = (array: Int32Array<ArrayBuffer>, needed: number): Int32Array<ArrayBuffer> =>
  lengthened(array, Math.max(needed, array.length * 2));

/** Milliseconds over the fastest of parallel input arcs; INFINITE_MS when all are closed or there is none. */
function fastestInputTime({ firstArc, head }: Graph, weights: ArcWeights, from: number, to: number): number {
  let best = INFINITE_MS;
  for (let arc = firstArc[from]!; arc < firstArc[from + 1]!; arc++) {
    if (head[arc] === to && weights[arc]! < best) best = weights[arc]!;
  }
  return best;
}

/**
 * Milliseconds of the fastest way between two neighbours x < y of the hierarchy over one node v below both, that is over
 * the lower triangles of the upward arc (x, y); INFINITE_MS or more when there is none. Triangles are not stored but
 * found, as the nodes that the lower neighbours of x and of y have in common.
 *
 * @param legAtX times of the leg between v and x, per upward arc (v, x): `metric.backward` for ways from x to y (the leg
 *   descends from x to v), `metric.forward` for ways from y to x.
 * @param legAtY times of the leg between v and y: `metric.forward` for ways from x to y, else `metric.backward`.
 * @param enough the search ends at the first way, by ascending v, that takes no longer than this.
 */
function fastestOverLower(
  { firstUp, upHead, firstDown, downTail }: Hierarchy,
  x: number,
  y: number,
  legAtX: Int32Array,
  legAtY: Int32Array,
  enough: number,
): number {
  let i = firstDown[x]!;
  const endX = firstDown[x + 1]!;
  if (i === endX) return INFINITE_MS;
  // Common lower neighbours lie between the lowest of x and x itself; most of y's list does not.
  const allOfY = firstDown[y + 1]!;
  let j = lowerBound(downTail, firstDown[y]!, allOfY, downTail[i]!);
  const endY = lowerBound(downTail, j, allOfY, x);
  let best = INFINITE_MS;
  while (j < endY) {
    const v = downTail[j++]!;
    while (i < endX && downTail[i]! < v) i++;
    if (i === endX) break;
    if (downTail[i]! !== v) continue;
    i++;
    const stop = firstUp[v + 1]!;
    const arcToX = lowerBound(upHead, firstUp[v]!, stop, x);
    const leg = legAtX[arcToX]!;
    if (leg >= best) continue;
    const arcToY = lowerBound(upHead, arcToX + 1, stop, y);
    const time = (leg + legAtY[arcToY]!) | 0;
    if (time < best) {
      best = time;
      if (time <= enough) return time;
    }
  }
  return best;
}
