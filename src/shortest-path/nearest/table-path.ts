import { lengthened } from "../../core/growable";
import type { Target } from "../engine";
import type { ArcWeights, Graph } from "../graph";
import { type NearestTable, TABLE_WIDTH } from "./nearest-table";

/** A path under construction, one input arc after the other; reused from path to path. */
export class PathBuffer {
  #nodes = new Int32Array(256);
  #arcs = new Int32Array(256);
  #length = 0;

  /** Starts anew at a node. */
  begin(node: number): void {
    this.#length = 0;
    this.#nodes[0] = node;
  }

  append(arc: number, head: number): void {
    if (this.#length + 1 === this.#nodes.length) {
      this.#nodes = lengthened(this.#nodes, 2 * this.#nodes.length);
      this.#arcs = lengthened(this.#arcs, 2 * this.#arcs.length);
    }
    this.#arcs[this.#length++] = arc;
    this.#nodes[this.#length] = head;
  }

  /** A copy of the nodes passed, one more than arcs. */
  nodes(): Int32Array {
    return this.#nodes.slice(0, this.#length + 1);
  }

  /** A copy of the input arcs driven. */
  arcs(): Int32Array {
    return this.#arcs.slice(0, this.#length);
  }
}

/** Walks fastest paths out of a nearest table. Owns its scratch: one object per thread, reused from walk to walk. */
export class TablePathWalker {
  readonly #graph: Graph;
  readonly #weights: ArcWeights;
  /** The last walk; valid until the next. */
  readonly path = new PathBuffer();
  /** Which of the target's access points the walk ended with. */
  targetAccessPoint = -1;

  constructor(graph: Graph, weights: ArcWeights) {
    this.#graph = graph;
    this.#weights = weights;
  }

  /**
   * Follows a fastest path from a node to a target in its row, arc by arc, without unpacking anything.
   *
   * Every node on the way has the target in its row. Let u be next on a fastest path from v to target p over an arc of w
   * ms, and let q precede p at u. Then d(v,q) <= w + d(u,q) <= w + d(u,p) = d(v,p), and where these are equal q's number
   * is the lower one: so q precedes p at v as well. What precedes p at u thus precedes it at v, and p's place never gets
   * worse on the way. Weights of at least 1 ms make the remaining time fall with every step, so the walk ends.
   *
   * @param table must be fresh for the weights.
   * @param slot where the target stands in the node's row.
   * @param accessPoints the target's access points.
   * @returns false when the table does not fit the weights.
   */
  walk(table: NearestTable, node: number, slot: number, accessPoints: Target): boolean {
    this.path.begin(node);
    this.targetAccessPoint = this.walkOn(this.path, table, node, slot, accessPoints);
    return this.targetAccessPoint >= 0;
  }

  /** As {@link walk}, on from where a path has got to. @returns which of the target's access points it ends with, -1 for false. */
  walkOn(path: PathBuffer, table: NearestTable, node: number, slot: number, accessPoints: Target): number {
    const { firstArc, head } = this.#graph;
    const weights = this.#weights;
    const target = table.target(slot);
    let remaining = table.milliseconds(slot);
    let place = slot - node * TABLE_WIDTH;
    let at = node;
    for (;;) {
      const targetAccessPoint = accessPointAt(accessPoints, at, remaining);
      if (targetAccessPoint >= 0) return targetAccessPoint;
      const end = firstArc[at + 1]!;
      let arc = firstArc[at]!;
      let nextPlace = -1;
      // The first arc from whose head the target is exactly the arc's weight nearer.
      for (; arc < end; arc++) {
        const beyond = remaining - weights[arc]!;
        if (beyond < 0) continue;
        nextPlace = table.findEntry(head[arc]!, beyond, target, place);
        if (nextPlace >= 0) break;
      }
      if (nextPlace < 0) return -1;
      place = nextPlace;
      remaining -= weights[arc]!;
      at = head[arc]!;
      path.append(arc, at);
    }
  }
}

function accessPointAt(accessPoints: Target, node: number, milliseconds: number): number {
  for (let i = 0; i < accessPoints.length; i++) {
    if (accessPoints[i]!.node === node && accessPoints[i]!.milliseconds === milliseconds) return i;
  }
  return -1;
}
