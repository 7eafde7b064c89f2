import { INFINITE_MS } from "../../core/units";
import { type Hierarchy, NO_PARENT } from "../cch/hierarchy";
import type { Metric } from "../cch/metric";
import { ANY_REACHABLE_MS, relaxUpward } from "../cch/upward-search";
import type { AccessPoint, Origin } from "../engine";
import type { TargetStream } from "../engine-base";
import type { TargetBuckets } from "./buckets";

/** How many times more targets each further round of a stream looks for, so that all rounds cost a constant multiple of the last. */
const ROUND_GROWTH = 4;

/**
 * The k nearest targets of an origin, from the targets' buckets (Buchhold and Wagner, "Nearest-Neighbor Queries in
 * Customizable Contraction Hierarchies and Applications", SEA 2021, arXiv 2103.10359, section 2).
 *
 * It walks the origin's path in the elimination tree upwards, relaxes upward arcs and scans buckets. Once k targets are
 * known, nothing slower than the k-th best is labelled or scanned, and the walk ends at the highest labelled node.
 * Nothing is cleared between queries: each label is reset when the walk passes it, and the walk passes every label.
 */
export class BucketQuery implements TargetStream {
  readonly #hierarchy: Hierarchy;
  readonly #metric: Metric;
  readonly #buckets: TargetBuckets;
  /** Int32[nodeCount], INFINITE_MS between walks. */
  readonly #time: Int32Array;
  /** The best targets found so far, in (milliseconds, target) order. */
  #foundMilliseconds = new Int32Array(16);
  #foundTarget = new Int32Array(16);
  #foundCount = 0;
  /** How many targets the current walk looks for. */
  #wanted = 1;
  /** Travel times above this cannot change the result. */
  #bound = ANY_REACHABLE_MS;
  /** The highest node labelled. */
  #highest = NO_PARENT;
  /** Where the walk stands: the next node of each path not yet merged. */
  #ends = new Int32Array(4);
  #endCount = 0;

  #origin: Origin = { accessPoints: [] };
  /** Only targets with a non-zero byte are looked for; all when undefined. */
  #among: Uint8Array | undefined;
  #handedOut = 0;
  target = -1;
  milliseconds = INFINITE_MS;

  /** @param metric read at every query, as are the buckets; both may change between queries. */
  constructor(hierarchy: Hierarchy, metric: Metric, buckets: TargetBuckets) {
    this.#hierarchy = hierarchy;
    this.#metric = metric;
    this.#buckets = buckets;
    this.#time = new Int32Array(hierarchy.nodeCount).fill(INFINITE_MS);
  }

  /**
   * Starts a stream of targets by (milliseconds, target).
   *
   * @param expectedCount how many will probably be asked for: finding them takes one walk, each further one may start
   * another that looks for several times as many.
   */
  begin(origin: Origin, expectedCount: number): void {
    this.#origin = origin;
    this.#among = undefined;
    this.#handedOut = 0;
    this.target = -1;
    this.milliseconds = INFINITE_MS;
    this.#walk(expectedCount);
  }

  next(): boolean {
    if (this.#handedOut === this.#foundCount) {
      // Fewer than wanted: there are no more.
      if (this.#foundCount < this.#wanted) return false;
      this.#walk(this.#wanted * ROUND_GROWTH);
      if (this.#handedOut === this.#foundCount) return false;
    }
    const at = this.#handedOut++;
    this.target = this.#foundTarget[at]!;
    this.milliseconds = this.#foundMilliseconds[at]!;
    return true;
  }

  /** The nearest target with a non-zero byte in `among`, read from {@link target}; false when there is none. */
  findNearestFromNode(node: number, among: Uint8Array): boolean {
    this.#among = among;
    this.#want(1);
    this.#time[node] = 0;
    this.#highest = node;
    this.#ends[0] = node;
    this.#endCount = 1;
    this.#climb();
    if (this.#foundCount === 0) return false;
    this.target = this.#foundTarget[0]!;
    this.milliseconds = this.#foundMilliseconds[0]!;
    return true;
  }

  /** Travel time to every target; INFINITE_MS where there is no way. */
  fillTimes(origin: Origin, targetCount: number, out: Int32Array): void {
    out.fill(INFINITE_MS, 0, targetCount);
    for (const { target, milliseconds } of origin.direct ?? []) {
      if (milliseconds < out[target]!) out[target] = milliseconds;
    }
    this.#bound = ANY_REACHABLE_MS;
    this.#start(origin.accessPoints);
    while (this.#endCount > 1) this.#visitAll(this.#nextOnPath(), out);
    if (this.#endCount === 0) return;
    const { parent } = this.#hierarchy;
    for (let v = this.#ends[0]!; v !== NO_PARENT; v = parent[v]!) this.#visitAll(v, out);
  }

  #visitAll(v: number, out: Int32Array): void {
    const here = this.#time[v]!;
    if (here === INFINITE_MS) return;
    this.#time[v] = INFINITE_MS;
    this.#scanAll(v, here, out);
    const { firstUp, upHead } = this.#hierarchy;
    relaxUpward(firstUp, upHead, this.#metric.forward, this.#time, v, here, ANY_REACHABLE_MS);
  }

  #walk(wanted: number): void {
    this.#want(wanted);
    for (const { target, milliseconds } of this.#origin.direct ?? []) {
      if (milliseconds <= this.#bound) this.#insert(milliseconds, target);
    }
    this.#start(this.#origin.accessPoints);
    this.#climb();
  }

  #want(count: number): void {
    if (count > this.#foundTarget.length) {
      this.#foundMilliseconds = new Int32Array(count);
      this.#foundTarget = new Int32Array(count);
    }
    this.#wanted = count;
    this.#foundCount = 0;
    this.#bound = ANY_REACHABLE_MS;
  }

  #start(accessPoints: readonly AccessPoint[]): void {
    const time = this.#time;
    if (accessPoints.length > this.#ends.length) this.#ends = new Int32Array(accessPoints.length);
    this.#endCount = 0;
    this.#highest = NO_PARENT;
    for (let i = 0; i < accessPoints.length; i++) {
      const { node, milliseconds } = accessPoints[i]!;
      if (milliseconds > this.#bound) continue;
      if (time[node]! === INFINITE_MS) this.#ends[this.#endCount++] = node;
      if (milliseconds < time[node]!) time[node] = milliseconds;
      if (node > this.#highest) this.#highest = node;
    }
  }

  /** Walks up from the access points: where several paths are still apart, lowest end first; once they have met, straight on. */
  #climb(): void {
    while (this.#endCount > 1) this.#visit(this.#nextOnPath());
    if (this.#endCount === 0) return;
    const { parent } = this.#hierarchy;
    for (let v = this.#ends[0]!; v !== NO_PARENT && v <= this.#highest; v = parent[v]!) this.#visit(v);
  }

  #visit(v: number): void {
    const here = this.#time[v]!;
    if (here === INFINITE_MS) return;
    this.#time[v] = INFINITE_MS;
    if (here > this.#bound) return;
    const { firstPair } = this.#buckets;
    if (firstPair[v] !== firstPair[v + 1]) this.#scan(v, here);
    const { firstUp, upHead } = this.#hierarchy;
    const highest = relaxUpward(firstUp, upHead, this.#metric.forward, this.#time, v, here, this.#bound);
    if (highest > this.#highest) this.#highest = highest;
  }

  /** The lowest of several path ends, which moves up. */
  #nextOnPath(): number {
    const { parent } = this.#hierarchy;
    const ends = this.#ends;
    let lowest = 0;
    for (let i = 1; i < this.#endCount; i++) if (ends[i]! < ends[lowest]!) lowest = i;
    const v = ends[lowest]!;
    const above = parent[v]!;
    ends[lowest] = above;
    // Where paths meet, or end, one of them is dropped.
    if (above === NO_PARENT || ends.indexOf(above) < lowest || ends.lastIndexOf(above, this.#endCount - 1) > lowest) {
      ends[lowest] = ends[--this.#endCount]!;
    }
    return v;
  }

  #scan(v: number, here: number): void {
    const { firstPair, pairs } = this.#buckets;
    const among = this.#among;
    const end = 2 * firstPair[v + 1]!;
    for (let at = 2 * firstPair[v]!; at < end; at += 2) {
      const milliseconds = (here + pairs[at]!) | 0;
      if (milliseconds > this.#bound) return;
      const target = pairs[at + 1]!;
      if (among === undefined || among[target] !== 0) this.#insert(milliseconds, target);
    }
  }

  #scanAll(v: number, here: number, out: Int32Array): void {
    const { firstPair, pairs } = this.#buckets;
    const end = 2 * firstPair[v + 1]!;
    for (let at = 2 * firstPair[v]!; at < end; at += 2) {
      const milliseconds = (here + pairs[at]!) | 0;
      if (milliseconds < out[pairs[at + 1]!]!) out[pairs[at + 1]!] = milliseconds;
    }
  }

  /** Keeps the wanted number of best targets, each once. `milliseconds` is at most the bound. */
  #insert(milliseconds: number, target: number): void {
    const times = this.#foundMilliseconds;
    const targets = this.#foundTarget;
    let at = 0;
    while (at < this.#foundCount && targets[at] !== target) at++;
    if (at < this.#foundCount) {
      if (times[at]! <= milliseconds) return;
    } else if (this.#foundCount < this.#wanted) {
      this.#foundCount++;
    } else {
      at--;
      // Equal to the bound, and behind by number.
      if (times[at]! === milliseconds && targets[at]! < target) return;
    }
    while (at > 0 && (times[at - 1]! > milliseconds || (times[at - 1] === milliseconds && targets[at - 1]! > target))) {
      times[at] = times[at - 1]!;
      targets[at] = targets[at - 1]!;
      at--;
    }
    times[at] = milliseconds;
    targets[at] = target;
    if (this.#foundCount === this.#wanted) this.#bound = times[this.#wanted - 1]!;
  }
}
