import { INFINITE_MS } from "../../core/units";
import { type Hierarchy, lowerBound } from "./hierarchy";

/**
 * The ways between two neighbours x < y of the hierarchy that lead over one node v below both: the lower triangles of
 * the upward arc (x, y). They are not stored but found, as the nodes that the lower neighbours of x and of y have in
 * common.
 */
export class LowerTriangles {
  readonly #hierarchy: Hierarchy;
  /** Of the way last returned by {@link fastest}: the node v. Meaningless when there was none. */
  node = 0;
  /** Likewise the upward arc (v, x). */
  arcToX = 0;
  /** Likewise the upward arc (v, y). */
  arcToY = 0;

  constructor(hierarchy: Hierarchy) {
    this.#hierarchy = hierarchy;
  }

  /**
   * The fastest way over a lower node, in milliseconds; INFINITE_MS or more when there is none.
   *
   * @param x the lower end of the upward arc.
   * @param y its higher end.
   * @param legAtX times of the leg between v and x, per upward arc (v, x): `metric.backward` for ways from x to y (the
   *   leg descends from x to v), `metric.forward` for ways from y to x.
   * @param legAtY times of the leg between v and y: `metric.forward` for ways from x to y, else `metric.backward`.
   * @param enough the search ends at the first way, by ascending v, that takes no longer than this.
   */
  fastest(x: number, y: number, legAtX: Int32Array, legAtY: Int32Array, enough: number): number {
    const { firstUp, upHead, firstDown, downTail } = this.#hierarchy;
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
        this.node = v;
        this.arcToX = arcToX;
        this.arcToY = arcToY;
        if (time <= enough) return time;
      }
    }
    return best;
  }
}
