import { INFINITE_MS } from "../../core/units";
import type { AccessPoint } from "../engine";
import type { Hierarchy } from "./hierarchy";
import type { Metric } from "./metric";
import { relaxUpward, TreePath } from "./upward-search";

/** Scratch of the climb from one end of a journey up the elimination tree. */
interface Climb {
  /** Int32[nodeCount]: tentative milliseconds between the end and each node; INFINITE_MS outside a query. */
  readonly time: Int32Array;
  /** The nodes that can be labelled. */
  readonly path: TreePath;
}

/**
 * Travel times between two points: both ends climb the elimination tree, and the fastest meeting is the answer (survey
 * arXiv 2502.10519, section on elimination tree queries). No queue is needed, since ascending rank is an order in which
 * labels become final. Owns its scratch: one object per thread, reused from query to query.
 */
export class PointToPoint {
  readonly #hierarchy: Hierarchy;
  readonly #ascent: Climb;
  readonly #descent: Climb;

  constructor(hierarchy: Hierarchy) {
    this.#hierarchy = hierarchy;
    this.#ascent = createClimb(hierarchy);
    this.#descent = createClimb(hierarchy);
  }

  /** Milliseconds of the fastest journey from any of `from` to any of `to`; INFINITE_MS when there is none. */
  milliseconds({ forward, backward }: Metric, from: readonly AccessPoint[], to: readonly AccessPoint[]): number {
    const { firstUp, upHead, nodeCount } = this.#hierarchy;
    const ascent = this.#ascent;
    const descent = this.#descent;
    begin(ascent, from);
    begin(descent, to);
    let best = INFINITE_MS;
    let i = 0;
    let j = 0;
    while (i < ascent.path.length || j < descent.path.length) {
      const a = i < ascent.path.length ? ascent.path.nodes[i]! : nodeCount;
      const b = j < descent.path.length ? descent.path.nodes[j]! : nodeCount;
      if (a === b) best = Math.min(best, ascent.time[a]! + descent.time[a]!);
      // A label no faster than the best journey cannot lead to a faster one.
      if (a <= b) {
        i++;
        if (ascent.time[a]! < best) relaxUpward(firstUp, upHead, forward, ascent.time, a, ascent.time[a]!, best);
      }
      if (b <= a) {
        j++;
        if (descent.time[b]! < best) relaxUpward(firstUp, upHead, backward, descent.time, b, descent.time[b]!, best);
      }
    }
    reset(ascent);
    reset(descent);
    return best;
  }
}

function createClimb(hierarchy: Hierarchy): Climb {
  return { time: new Int32Array(hierarchy.nodeCount).fill(INFINITE_MS), path: new TreePath(hierarchy) };
}

function begin({ time, path }: Climb, accessPoints: readonly AccessPoint[]): void {
  path.collect(accessPoints);
  for (const { node, milliseconds } of accessPoints) if (milliseconds < time[node]!) time[node] = milliseconds;
}

function reset({ time, path }: Climb): void {
  for (let i = 0; i < path.length; i++) time[path.nodes[i]!] = INFINITE_MS;
}
