import { assert, assertThoroughly } from "../../core/assert";
import { lengthened } from "../../core/growable";
import { INFINITE_MS } from "../../core/units";
import type { Hierarchy } from "../cch/hierarchy";
import type { Metric } from "../cch/metric";
import { ANY_REACHABLE_MS, fastestOver, relaxUpward, TreePath } from "../cch/upward-search";
import type { Target } from "../engine";
import type { TargetList } from "../targets";

/**
 * For every node the targets whose backward search keeps it, as (milliseconds, target) pairs in that order. One
 * compressed sparse row array over all nodes: a query scans a node's pairs from the front until they cannot help.
 */
export class TargetBuckets {
  readonly #space: TargetSearchSpace;
  readonly #nodeCount: number;
  /** Int32[nodeCount + 1]: the pairs of node v are firstPair[v] .. firstPair[v + 1] - 1. */
  readonly firstPair: Int32Array;
  /** Int32[2 * pairs]: milliseconds and target, side by side. */
  pairs = new Int32Array(0);
  /** Int32[pairs]: the node of each pair, so that a repair costs time by the pairs, not by the nodes. */
  #pairNode = new Int32Array(0);

  /** @param metric read by {@link rebuild} and {@link repair}; it may change between calls. */
  constructor(hierarchy: Hierarchy, metric: Metric) {
    this.#space = new TargetSearchSpace(hierarchy, metric);
    this.#nodeCount = hierarchy.nodeCount;
    this.firstPair = new Int32Array(hierarchy.nodeCount + 1);
  }

  get pairCount(): number {
    return this.#pairNode.length;
  }

  rebuild(targets: TargetList): void {
    const all = Array.from({ length: targets.count }, (_, target) => target);
    this.#adopt(this.#search(targets, all));
  }

  /**
   * Searches again for some targets and leaves the others' pairs as they are. Equal word for word to a rebuild when no
   * other target's search has changed.
   *
   * @param affected target numbers, ascending.
   * @returns the nodes whose pairs are not what they were, ascending.
   */
  repair(targets: TargetList, affected: readonly number[]): number[] {
    if (affected.length === 0) return [];
    const isAffected = new Uint8Array(targets.count);
    for (const target of affected) isAffected[target] = 1;
    const { merged, changedNodes } = this.#merge(this.#search(targets, affected), isAffected);
    if (changedNodes.length > 0) this.#adopt(merged);
    return changedNodes;
  }

  #search(targets: TargetList, wanted: readonly number[]): TargetEntries {
    const space = this.#space;
    const entries = new TargetEntries(256 * wanted.length);
    for (const target of wanted) {
      space.find(targets.accessPoints(target));
      for (let i = 0; i < space.count; i++) entries.push(space.nodes[i]!, space.milliseconds[i]!, target);
    }
    return entries.sorted();
  }

  /** The pairs of unaffected targets and the fresh entries, in order, and the nodes at which that makes a difference. */
  #merge(fresh: TargetEntries, isAffected: Uint8Array): { merged: TargetEntries; changedNodes: number[] } {
    const merged = new TargetEntries(this.pairCount + fresh.count);
    const changedNodes: number[] = [];
    const changed = (node: number) => {
      if (changedNodes.at(-1) !== node) changedNodes.push(node);
    };
    let read = 0;
    const take = () => {
      merged.push(fresh.node[read]!, fresh.milliseconds[read]!, fresh.target[read]!);
      read++;
    };
    for (let i = 0; i < this.pairCount; i++) {
      const node = this.#pairNode[i]!;
      const milliseconds = this.pairs[2 * i]!;
      const target = this.pairs[2 * i + 1]!;
      while (read < fresh.count && fresh.compare(read, node, milliseconds, target) < 0) {
        changed(fresh.node[read]!);
        take();
      }
      if (isAffected[target] === 0) merged.push(node, milliseconds, target);
      else if (read < fresh.count && fresh.compare(read, node, milliseconds, target) === 0) take();
      else changed(node);
    }
    while (read < fresh.count) {
      changed(fresh.node[read]!);
      take();
    }
    return { merged, changedNodes };
  }

  #adopt(entries: TargetEntries): void {
    const { count } = entries;
    this.pairs = new Int32Array(2 * count);
    this.#pairNode = entries.node.slice(0, count);
    let filled = 0;
    for (let i = 0; i < count; i++) {
      this.pairs[2 * i] = entries.milliseconds[i]!;
      this.pairs[2 * i + 1] = entries.target[i]!;
      const node = entries.node[i]!;
      if (node < filled) continue;
      this.firstPair.fill(i, filled, node + 1);
      filled = node + 1;
    }
    this.firstPair.fill(count, filled, this.#nodeCount + 1);
    assertThoroughly(() => {
      for (let i = 1; i < count; i++) {
        const { node, milliseconds, target } = entries;
        const order = entries.compare(i - 1, node[i]!, milliseconds[i]!, target[i]!);
        assert(order < 0, () => `pair ${i}, at node ${node[i]}, comes after the one before it`);
      }
    });
  }
}

/** (node, milliseconds, target) triples in three columns; the form in which buckets are gathered, sorted and merged. */
class TargetEntries {
  count = 0;
  node: Int32Array;
  milliseconds: Int32Array;
  target: Int32Array;

  constructor(capacity: number) {
    this.node = new Int32Array(capacity);
    this.milliseconds = new Int32Array(capacity);
    this.target = new Int32Array(capacity);
  }

  push(node: number, milliseconds: number, target: number): void {
    if (this.count === this.node.length) this.#grow();
    const at = this.count++;
    this.node[at] = node;
    this.milliseconds[at] = milliseconds;
    this.target[at] = target;
  }

  /** Negative, zero or positive: the order of entry `at` and a given triple by (node, milliseconds, target). */
  compare(at: number, node: number, milliseconds: number, target: number): number {
    return this.node[at]! - node || this.milliseconds[at]! - milliseconds || this.target[at]! - target;
  }

  /**
   * By (node, milliseconds, target), given that they were pushed by ascending target: stable counting sorts by digits of
   * milliseconds and then of node. (A comparator sort per bucket measured 6 to 9 times slower.)
   */
  sorted(): TargetEntries {
    let order = Int32Array.from({ length: this.count }, (_, i) => i);
    for (const column of [this.milliseconds, this.node]) {
      const largest = maximum(column, this.count);
      for (let shift = 0; shift < 31 && largest >> shift > 0; shift += DIGIT_BITS) {
        order = countingSort(order, column, shift);
      }
    }
    const sorted = new TargetEntries(this.count);
    for (const from of order) sorted.push(this.node[from]!, this.milliseconds[from]!, this.target[from]!);
    return sorted;
  }

  #grow(): void {
    const capacity = Math.max(64, 2 * this.node.length);
    this.node = lengthened(this.node, capacity);
    this.milliseconds = lengthened(this.milliseconds, capacity);
    this.target = lengthened(this.target, capacity);
  }
}

const DIGIT_BITS = 11;
const DIGIT_MASK = (1 << DIGIT_BITS) - 1;

/** Stably sorts positions by one digit of their keys. */
function countingSort(order: Int32Array, key: Int32Array, shift: number): Int32Array<ArrayBuffer> {
  const next = new Int32Array(DIGIT_MASK + 2);
  for (let i = 0; i < order.length; i++) next[((key[order[i]!]! >> shift) & DIGIT_MASK) + 1]!++;
  for (let digit = 0; digit <= DIGIT_MASK; digit++) next[digit + 1]! += next[digit]!;
  const sorted = new Int32Array(order.length);
  for (let i = 0; i < order.length; i++) sorted[next[(key[order[i]!]! >> shift) & DIGIT_MASK]!++] = order[i]!;
  return sorted;
}

function maximum(column: Int32Array, count: number): number {
  let largest = 0;
  for (let i = 0; i < count; i++) if (column[i]! > largest) largest = column[i]!;
  return largest;
}

/**
 * The part of one target's backward search that queries need: the nodes at which a fastest path to the target may have
 * its highest node.
 *
 * An ascending pass over the elimination-tree paths of the target's access points finds, for each node, the fastest way to the
 * target that only descends. A descending pass then finds the fastest way there is, first up and then down. A node
 * where going up first is no slower is left out: of all fastest paths from an origin take the one whose highest node is
 * highest; its highest node is not left out, or there were a higher one. This is stall-on-demand made exact, and it
 * keeps buckets short.
 */
class TargetSearchSpace {
  readonly #hierarchy: Hierarchy;
  readonly #metric: Metric;
  readonly #path: TreePath;
  /** Int32[nodeCount], INFINITE_MS between searches. */
  readonly #time: Int32Array;
  count = 0;
  /** Descending; the first {@link count} words count. */
  nodes = new Int32Array(0);
  /** Milliseconds from each of the nodes to the target. */
  milliseconds = new Int32Array(0);

  /** @param metric read by each search; it may change between searches. */
  constructor(hierarchy: Hierarchy, metric: Metric) {
    this.#hierarchy = hierarchy;
    this.#metric = metric;
    this.#path = new TreePath(hierarchy);
    this.#time = new Int32Array(hierarchy.nodeCount).fill(INFINITE_MS);
  }

  find(target: Target): void {
    const time = this.#time;
    this.#path.collect(target);
    const { nodes: path, length } = this.#path;
    for (const { node, milliseconds } of target) if (milliseconds < time[node]!) time[node] = milliseconds;
    const { firstUp, upHead } = this.#hierarchy;
    const { backward } = this.#metric;
    for (let i = 0; i < length; i++) {
      const v = path[i]!;
      const here = time[v]!;
      if (here < INFINITE_MS) relaxUpward(firstUp, upHead, backward, time, v, here, ANY_REACHABLE_MS);
    }
    this.#keepHighest(path, length);
    for (let i = 0; i < length; i++) time[path[i]!] = INFINITE_MS;
  }

  #keepHighest(path: Int32Array, length: number): void {
    if (this.nodes.length < length) {
      this.nodes = new Int32Array(2 * length);
      this.milliseconds = new Int32Array(2 * length);
    }
    const { firstUp, upHead } = this.#hierarchy;
    const { forward } = this.#metric;
    const time = this.#time;
    let count = 0;
    for (let i = length - 1; i >= 0; i--) {
      const v = path[i]!;
      const upFirst = fastestOver(firstUp, upHead, forward, time, v, INFINITE_MS);
      if (time[v]! < upFirst) {
        this.nodes[count] = v;
        this.milliseconds[count++] = time[v]!;
      } else {
        time[v] = upFirst;
      }
    }
    this.count = count;
  }
}
