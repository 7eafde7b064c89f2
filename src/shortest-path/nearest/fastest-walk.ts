import { DiversionError } from "../../core/errors";
import { lengthened } from "../../core/growable";
import { INFINITE_MS } from "../../core/units";
import { type Hierarchy, NO_PARENT } from "../cch/hierarchy";
import type { Metric } from "../cch/metric";
import { ANY_REACHABLE_MS, fastestOver, relaxUpward, TreePath } from "../cch/upward-search";
import type { AccessPoint, Path } from "../engine";
import type { ArcWeights } from "../graph";
import type { NearestTable } from "./nearest-table";
import { PathBuffer, type TablePathWalker } from "./table-path";

/** Above this the stamps start afresh; each query uses two. */
const LAST_STAMP = 0x3ffffffe;

/** A nearest table in which the point is a target: near it the way on stands there, and need not be computed. */
interface WalkShortcut {
  /** Fresh for the weights. */
  readonly table: NearestTable;
  readonly target: number;
  readonly walker: TablePathWalker;
}

/**
 * Walks fastest paths to one point arc by arc, by the exact time that is left from any node on the way.
 *
 * Times to the point are computed when first asked for: one climb from it up the elimination tree, and from then on a
 * node's time follows from those of its upper neighbours, all of which lie on its own way up the tree (Lazy RPHAST:
 * Strasser, Zeitz, "A Fast and Tight Heuristic for A* in Road Networks", SEA 2021). Nodes of one path share most of
 * their ways up, so a whole path costs little more than its first node.
 *
 * Of several fastest paths it is always that of the arc with the lowest number at each node, as in `TablePathWalker`: which
 * one an answer is about must not depend on whether the table happens to be fresh. (Unpacking shortcuts would decide by
 * the hierarchy.) Owns its scratch: one object per thread, reused from walk to walk.
 */
export class FastestWalk {
  readonly #hierarchy: Hierarchy;
  /** Int32[nodeCount]: milliseconds to the point; valid as the stamp says. */
  readonly #time: Int32Array;
  /** Int32[nodeCount]: the query's stamp where only the way straight down is known, one more where the time is final. */
  readonly #stamp: Int32Array;
  readonly #above: TreePath;
  #pending = new Int32Array(256);
  readonly #buffer = new PathBuffer();
  #current = 0;

  constructor(hierarchy: Hierarchy) {
    this.#hierarchy = hierarchy;
    this.#time = new Int32Array(hierarchy.nodeCount);
    this.#stamp = new Int32Array(hierarchy.nodeCount);
    this.#above = new TreePath(hierarchy);
  }

  /**
   * A fastest path from any of `from` to any of `to`; undefined when there is none. The first of several access points that are as
   * good is taken, at either end.
   *
   * @param weights what the metric was customized from.
   * @param shortcut takes the walk over from the first node that it knows the rest from.
   */
  path(
    metric: Metric,
    weights: ArcWeights,
    from: readonly AccessPoint[],
    to: readonly AccessPoint[],
    shortcut?: WalkShortcut,
  ): Path | undefined {
    this.#begin(metric, to);
    let milliseconds = INFINITE_MS;
    let originAccessPoint = -1;
    for (let i = 0; i < from.length; i++) {
      const total = from[i]!.milliseconds + this.#timeFrom(metric, from[i]!.node);
      if (total >= milliseconds) continue;
      milliseconds = total;
      originAccessPoint = i;
    }
    if (originAccessPoint < 0) return undefined;
    const targetAccessPoint = this.#walk(metric, weights, from[originAccessPoint]!.node, to, shortcut);
    return {
      milliseconds,
      nodes: this.#buffer.nodes(),
      arcs: this.#buffer.arcs(),
      originAccessPoint,
      targetAccessPoint,
    };
  }

  /** Labels the nodes above the point with the time straight down to it. */
  #begin({ backward }: Metric, to: readonly AccessPoint[]): void {
    if (this.#current >= LAST_STAMP) {
      this.#stamp.fill(0);
      this.#current = 0;
    }
    this.#current += 2;
    const time = this.#time;
    const above = this.#above;
    above.collect(to);
    for (let i = 0; i < above.length; i++) {
      time[above.nodes[i]!] = INFINITE_MS;
      this.#stamp[above.nodes[i]!] = this.#current;
    }
    for (const { node, milliseconds } of to) if (milliseconds < time[node]!) time[node] = milliseconds;
    const { firstUp, upHead } = this.#hierarchy;
    for (let i = 0; i < above.length; i++) {
      const node = above.nodes[i]!;
      relaxUpward(firstUp, upHead, backward, time, node, time[node]!, ANY_REACHABLE_MS);
    }
  }

  /** Milliseconds from a node to the point; INFINITE_MS when there is no way. */
  #timeFrom({ forward }: Metric, node: number): number {
    const { parent, firstUp, upHead } = this.#hierarchy;
    const stamp = this.#stamp;
    const time = this.#time;
    const labelled = this.#current;
    const final = labelled + 1;
    let count = 0;
    for (let v = node; v !== NO_PARENT && stamp[v] !== final; v = parent[v]!) {
      if (count === this.#pending.length) this.#pending = lengthened(this.#pending, 2 * this.#pending.length);
      this.#pending[count++] = v;
    }
    // From the top down: when a node's turn comes, all its upper neighbours are final.
    while (count > 0) {
      const v = this.#pending[--count]!;
      const straight = stamp[v] === labelled ? time[v]! : INFINITE_MS;
      time[v] = fastestOver(firstUp, upHead, forward, time, v, straight);
      stamp[v] = final;
    }
    return time[node]!;
  }

  /** @returns which of the access points the walk ended with. */
  #walk(
    metric: Metric,
    weights: ArcWeights,
    from: number,
    to: readonly AccessPoint[],
    shortcut: WalkShortcut | undefined,
  ): number {
    const { firstArc, head } = this.#hierarchy.graph;
    const buffer = this.#buffer;
    buffer.begin(from);
    let at = from;
    let remaining = this.#time[from]!;
    for (;;) {
      for (let accessPoint = 0; accessPoint < to.length; accessPoint++) {
        if (to[accessPoint]!.node === at && to[accessPoint]!.milliseconds === remaining) return accessPoint;
      }
      const slot = shortcut === undefined ? -1 : shortcut.table.find(at, shortcut.target);
      if (slot >= 0 && shortcut!.table.milliseconds(slot) === remaining) {
        const accessPoint = shortcut!.walker.walkOn(buffer, shortcut!.table, at, slot, to);
        if (accessPoint < 0) throw doesNotFollow(at);
        return accessPoint;
      }
      const end = firstArc[at + 1]!;
      let arc = firstArc[at]!;
      while (arc < end && !this.#isNearer(metric, head[arc]!, remaining - weights[arc]!)) arc++;
      if (arc === end) throw doesNotFollow(at);
      remaining -= weights[arc]!;
      at = head[arc]!;
      buffer.append(arc, at);
    }
  }

  /** Whether exactly this time is left from a node. */
  #isNearer(metric: Metric, node: number, remaining: number): boolean {
    return remaining >= 0 && this.#timeFrom(metric, node) === remaining;
  }
}

/**
 * From every node of a fastest path an arc leads on, when the metric follows from the weights. One that was not computed
 * here but read from a roads file may not, and only computing it anew would tell before.
 */
const doesNotFollow = (node: number): DiversionError =>
  new DiversionError(
    "invalid-roads-file",
    `The times stored on the hierarchy do not follow from the travel times of the roads: no road leads on from node ${node} ` +
      "in the time that is left. Whoever wrote the roads file wrote it wrongly; `verify` says where. Build it again.",
  );
