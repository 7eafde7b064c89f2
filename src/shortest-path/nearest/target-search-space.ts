import { INFINITE_MS } from "../../core/units";
import type { Hierarchy } from "../cch/hierarchy";
import type { Metric } from "../cch/metric";
import { ANY_REACHABLE_MS, fastestOver, relaxUpward, TreePath } from "../cch/upward-search";
import type { Target } from "../engine";

/**
 * The part of one target's backward search that queries need: the nodes at which a fastest path to the target may have
 * its highest node.
 *
 * An ascending pass over the elimination-tree paths of the target's seeds finds, for each node, the fastest way to the
 * target that only descends. A descending pass then finds the fastest way there is, first up and then down. A node
 * where going up first is no slower is left out: of all fastest paths from an origin take the one whose highest node is
 * highest; its highest node is not left out, or there were a higher one. This is stall-on-demand made exact, and it
 * keeps buckets short.
 */
export class TargetSearchSpace {
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
