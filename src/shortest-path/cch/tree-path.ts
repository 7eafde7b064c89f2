import type { Seed } from "../engine";
import { type Hierarchy, NO_PARENT } from "./hierarchy";

/**
 * The elimination-tree paths from some seeds to the roots, each node once, in ascending order. These are all the nodes
 * an upward search from the seeds can meet, and every upper neighbour of one of them is among them.
 */
export class TreePath {
  readonly #parent: Int32Array;
  length = 0;
  /** The first {@link length} words count. */
  nodes = new Int32Array(1024);

  constructor({ parent }: Hierarchy) {
    this.#parent = parent;
  }

  collect(seeds: readonly Seed[]): void {
    this.length = 0;
    const parent = this.#parent;
    const ends = seeds.map(({ node }) => node);
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
    if (this.length === this.nodes.length) {
      const larger = new Int32Array(2 * this.nodes.length);
      larger.set(this.nodes);
      this.nodes = larger;
    }
    this.nodes[this.length++] = node;
  }
}
