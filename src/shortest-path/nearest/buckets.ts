import { assert, assertThoroughly } from "../../core/assert";
import type { Hierarchy } from "../cch/hierarchy";
import type { Metric } from "../cch/metric";
import type { TargetList } from "../targets";
import { TargetEntries } from "./target-entries";
import { TargetSearchSpace } from "./target-search-space";

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
      space.find(targets.seeds(target));
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
