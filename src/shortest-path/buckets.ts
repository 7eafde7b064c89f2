import type { Hierarchy } from "./hierarchy";
import type { Metric } from "./metric";
import { TargetSearchSpace } from "./target-search-space";
import type { TargetList } from "./targets";

/**
 * For every node the targets whose backward search keeps it, as (milliseconds, target) pairs in that order. One
 * compressed sparse row array over all nodes: a query scans a node's pairs from the front until they cannot help.
 */
export class TargetBuckets {
  readonly #space: TargetSearchSpace;
  readonly #nodeCount: number;
  /** Int32[nodeCount + 1]: the pairs of node v are firstPair[v] .. firstPair[v + 1] - 1. */
  firstPair: Int32Array;
  /** Int32[2 * pairs]: milliseconds and target, side by side. */
  pairs = new Int32Array(0);

  /** @param metric read by {@link rebuild} and {@link repair}; it may change between calls. */
  constructor(hierarchy: Hierarchy, metric: Metric) {
    this.#space = new TargetSearchSpace(hierarchy, metric);
    this.#nodeCount = hierarchy.nodeCount;
    this.firstPair = new Int32Array(hierarchy.nodeCount + 1);
  }

  get pairCount(): number {
    return this.pairs.length >> 1;
  }

  rebuild(targets: TargetList): void {
    const entries = this.#search(
      targets,
      Array.from({ length: targets.count }, (_, target) => target),
    );
    this.firstPair = countPerNode(entries, this.#nodeCount);
    this.pairs = pairsOf(entries);
  }

  /**
   * Searches again for some targets and leaves the others' pairs as they are. Equal word for word to a rebuild when no
   * other target's search has changed.
   *
   * @param affected target numbers, ascending.
   * @returns the nodes whose pairs are not what they were, ascending.
   */
  repair(targets: TargetList, affected: readonly number[]): number[] {
    const entries = this.#search(targets, affected);
    const isAffected = new Uint8Array(Math.max(targets.count, (affected.at(-1) ?? -1) + 1));
    for (const target of affected) isAffected[target] = 1;
    return this.#merge(entries, isAffected);
  }

  #search(targets: TargetList, wanted: readonly number[]): Entries {
    const space = this.#space;
    const entries = new Entries(256 * (wanted.length + 1));
    for (const target of wanted) {
      space.find(targets.seeds(target));
      for (let i = 0; i < space.count; i++) entries.push(space.nodes[i]!, space.milliseconds[i]!, target);
    }
    return entries.sorted(this.#nodeCount);
  }

  /** Replaces the pairs of affected targets by the given entries. */
  #merge(entries: Entries, isAffected: Uint8Array): number[] {
    const { pairs: oldPairs, firstPair: oldFirst } = this;
    const kept = countKept(oldPairs, isAffected);
    const pairs = new Int32Array(2 * (kept + entries.count));
    const firstPair = new Int32Array(this.#nodeCount + 1);
    const changed: number[] = [];
    let read = 0;
    let write = 0;
    for (let v = 0; v < this.#nodeCount; v++) {
      const begin = write;
      const end = oldFirst[v + 1]!;
      for (let old = oldFirst[v]!; old < end; old++) {
        const target = oldPairs[2 * old + 1]!;
        if (isAffected[target] === 1) continue;
        const milliseconds = oldPairs[2 * old]!;
        while (read < entries.count && entries.node[read] === v && entries.precedes(read, milliseconds, target)) {
          write = entries.write(read++, pairs, write);
        }
        pairs[2 * write] = milliseconds;
        pairs[2 * write + 1] = target;
        write++;
      }
      while (read < entries.count && entries.node[read] === v) write = entries.write(read++, pairs, write);
      firstPair[v + 1] = write;
      if (!samePairs(oldPairs, oldFirst[v]!, end, pairs, begin, write)) changed.push(v);
    }
    this.pairs = pairs;
    this.firstPair = firstPair;
    return changed;
  }
}

/** (node, milliseconds, target) triples in three columns. */
class Entries {
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

  precedes(at: number, milliseconds: number, target: number): boolean {
    const own = this.milliseconds[at]!;
    return own < milliseconds || (own === milliseconds && this.target[at]! < target);
  }

  write(at: number, pairs: Int32Array, pair: number): number {
    pairs[2 * pair] = this.milliseconds[at]!;
    pairs[2 * pair + 1] = this.target[at]!;
    return pair + 1;
  }

  /**
   * By (node, milliseconds, target), given that they were pushed by ascending target: stable counting sorts by digits of
   * milliseconds, then by node. (A comparator sort per bucket measured 6 to 9 times slower.)
   */
  sorted(nodeCount: number): Entries {
    let order = Int32Array.from({ length: this.count }, (_, i) => i);
    let longest = 0;
    for (let i = 0; i < this.count; i++) if (this.milliseconds[i]! > longest) longest = this.milliseconds[i]!;
    for (let shift = 0; longest >> shift > 0; shift += DIGIT_BITS) {
      order = countingSort(order, this.milliseconds, shift, DIGIT_MASK, DIGIT_MASK + 1);
    }
    order = countingSort(order, this.node, 0, -1, nodeCount);
    const sorted = new Entries(this.count);
    sorted.count = this.count;
    for (let i = 0; i < this.count; i++) {
      const from = order[i]!;
      sorted.node[i] = this.node[from]!;
      sorted.milliseconds[i] = this.milliseconds[from]!;
      sorted.target[i] = this.target[from]!;
    }
    return sorted;
  }

  #grow(): void {
    const capacity = 2 * this.node.length;
    this.node = copyInto(new Int32Array(capacity), this.node);
    this.milliseconds = copyInto(new Int32Array(capacity), this.milliseconds);
    this.target = copyInto(new Int32Array(capacity), this.target);
  }
}

const DIGIT_BITS = 11;
const DIGIT_MASK = (1 << DIGIT_BITS) - 1;

/** Stably sorts positions by `(key >> shift) & mask`, which is below `range`. */
function countingSort(
  order: Int32Array,
  key: Int32Array,
  shift: number,
  mask: number,
  range: number,
): Int32Array<ArrayBuffer> {
  const next = new Int32Array(range + 1);
  for (let i = 0; i < order.length; i++) next[((key[order[i]!]! >> shift) & mask) + 1]!++;
  for (let digit = 0; digit < range; digit++) next[digit + 1]! += next[digit]!;
  const sorted = new Int32Array(order.length);
  for (let i = 0; i < order.length; i++) sorted[next[(key[order[i]!]! >> shift) & mask]!++] = order[i]!;
  return sorted;
}

function countPerNode(entries: Entries, nodeCount: number): Int32Array {
  const first = new Int32Array(nodeCount + 1);
  for (let i = 0; i < entries.count; i++) first[entries.node[i]! + 1]!++;
  for (let v = 0; v < nodeCount; v++) first[v + 1]! += first[v]!;
  return first;
}

function pairsOf(entries: Entries): Int32Array<ArrayBuffer> {
  const pairs = new Int32Array(2 * entries.count);
  for (let i = 0; i < entries.count; i++) entries.write(i, pairs, i);
  return pairs;
}

function countKept(pairs: Int32Array, isAffected: Uint8Array): number {
  let kept = 0;
  for (let at = 1; at < pairs.length; at += 2) if (isAffected[pairs[at]!] === 0) kept++;
  return kept;
}

function samePairs(a: Int32Array, beginA: number, endA: number, b: Int32Array, beginB: number, endB: number): boolean {
  if (endA - beginA !== endB - beginB) return false;
  for (let i = 2 * beginA, j = 2 * beginB; i < 2 * endA; i++, j++) if (a[i] !== b[j]) return false;
  return true;
}

function copyInto(larger: Int32Array<ArrayBuffer>, smaller: Int32Array): Int32Array<ArrayBuffer> {
  larger.set(smaller);
  return larger;
}
