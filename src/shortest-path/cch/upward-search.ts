import { lengthened } from "../../core/growable";
import { INFINITE_MS } from "../../core/units";
import type { AccessPoint } from "../engine";
import { type Hierarchy, NO_PARENT } from "./hierarchy";

/** The largest travel time that still counts as reachable. */
export const ANY_REACHABLE_MS = INFINITE_MS - 1;

/**
 * The elimination-tree paths from some access points to the roots, each node once, in ascending order. These are all the nodes
 * an upward search from the access points can meet, and every upper neighbour of one of them is among them.
 */
export class TreePath {
  readonly #parent: Int32Array;
  length = 0;
  /** The first {@link length} words count. */
  nodes = new Int32Array(1024);

  constructor({ parent }: Hierarchy) {
    this.#parent = parent;
  }

  collect(accessPoints: readonly AccessPoint[]): void {
    this.length = 0;
    const parent = this.#parent;
    const ends = accessPoints.map(({ node }) => node);
    // Paths merge where they meet and stay together: always advance whichever end is lowest.
    while (ends.length > 1) {
      const lowest = Math.min(...ends);
      this.#push(lowest);
      for (let i = ends.length - 1; i >= 0; i--) {
        if (ends[i] !== lowest) continue;
        ends[i] = parent[lowest]!;
        if (ends[i] === NO_PARENT || ends.indexOf(ends[i]!) !== i) ends.splice(i, 1);
      }
    }
    for (let v = ends[0] ?? NO_PARENT; v !== NO_PARENT; v = parent[v]!) this.#push(v);
  }

  #push(node: number): void {
    if (this.length === this.nodes.length) this.nodes = lengthened(this.nodes, 2 * this.nodes.length);
    this.nodes[this.length++] = node;
  }
}

/**
 * Offers every upper neighbour of a node the way over it: the one hot loop of every climb, compiled on its own.
 *
 * @param weight of upward arcs, in the direction of the search.
 * @param time Int32[nodeCount], improved in place.
 * @param here the node's own time.
 * @param bound slower labels are not set.
 * @returns the highest node that got a better time, NO_PARENT when none did.
 */
export function relaxUpward(
  firstUp: Int32Array,
  upHead: Int32Array,
  weight: Int32Array,
  time: Int32Array,
  node: number,
  here: number,
  bound: number,
): number {
  let highest = NO_PARENT;
  const end = firstUp[node + 1]!;
  for (let arc = firstUp[node]!; arc < end; arc++) {
    const reached = (here + weight[arc]!) | 0;
    if (reached > bound) continue;
    const head = upHead[arc]!;
    if (reached >= time[head]!) continue;
    time[head] = reached;
    // Heads ascend within a node.
    highest = head;
  }
  return highest;
}

/** The same way round, read instead of written: the fastest of the ways over the upper neighbours, or `otherwise`. */
export function fastestOver(
  firstUp: Int32Array,
  upHead: Int32Array,
  weight: Int32Array,
  time: Int32Array,
  node: number,
  otherwise: number,
): number {
  let fastest = otherwise;
  const end = firstUp[node + 1]!;
  for (let arc = firstUp[node]!; arc < end; arc++) {
    const over = (weight[arc]! + time[upHead[arc]!]!) | 0;
    if (over < fastest) fastest = over;
  }
  return fastest;
}
