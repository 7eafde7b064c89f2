/**
 * Weights on a hierarchy. Customization gives every upward arc, in each direction, the travel time of the fastest path
 * between its ends that passes only nodes below both: the property every search on the hierarchy relies on.
 *
 * A metric belongs to one hierarchy; one hierarchy may carry several (profiles, closures).
 */
import { requireLength, requireWithin } from "../../core/columns";
import { DiversionError } from "../../core/errors";
import { lowerBound } from "../../core/search";
import { INFINITE_MS, MINIMUM_EDGE_MS } from "../../core/units";
import type { ArcWeights } from "../graph";
import type { Hierarchy } from "./hierarchy";

/** Milliseconds per upward arc, Int32[hierarchy.arcCount] each; INFINITE_MS where there is no way. */
export interface Metric {
  /** From the lower end to the higher. */
  readonly forward: Int32Array;
  /** From the higher end to the lower. */
  readonly backward: Int32Array;
}

export function createMetric({ arcCount }: Hierarchy): Metric {
  return { forward: new Int32Array(arcCount), backward: new Int32Array(arcCount) };
}

/**
 * Computes a metric from scratch.
 *
 * @param weights milliseconds per arc of the hierarchy's graph.
 * @param into the metric to overwrite; a new one by default.
 */
export function customize(hierarchy: Hierarchy, weights: ArcWeights, into: Metric = createMetric(hierarchy)): Metric {
  checkWeightCount(hierarchy, weights);
  into.forward.fill(INFINITE_MS);
  into.backward.fill(INFINITE_MS);
  layInputArcs(hierarchy, weights, into);
  relaxAllTriangles(hierarchy, into);
  return into;
}

/** Every time is one that a way can take, or none. @throws Contradiction */
export function checkMetric({ forward, backward }: Metric, { arcCount }: Hierarchy): void {
  for (const [name, times] of [
    ["the hierarchy's times upward", forward],
    ["the hierarchy's times downward", backward],
  ] as const) {
    requireLength(name, times, arcCount);
    requireWithin(name, times, MINIMUM_EDGE_MS, INFINITE_MS);
  }
}

export function checkWeightCount({ graph }: Hierarchy, weights: ArcWeights): void {
  if (weights.length !== graph.arcCount) {
    throw new DiversionError(
      "invalid-argument",
      `There are ${weights.length} weights for ${graph.arcCount} arcs; give one per arc of the graph.`,
    );
  }
}

/** Lays the input arcs onto the upward arcs; of parallel ones the fastest counts. */
function layInputArcs(
  { graph: { firstArc, head }, nodeCount, firstUp, upHead }: Hierarchy,
  weights: ArcWeights,
  { forward, backward }: Metric,
): void {
  for (let tail = 0; tail < nodeCount; tail++) {
    for (let arc = firstArc[tail]!; arc < firstArc[tail + 1]!; arc++) {
      const to = head[arc]!;
      const weight = weights[arc]!;
      if (to > tail) {
        const up = lowerBound(upHead, firstUp[tail]!, firstUp[tail + 1]!, to);
        if (weight < forward[up]!) forward[up] = weight;
      } else if (to < tail) {
        const up = lowerBound(upHead, firstUp[to]!, firstUp[to + 1]!, tail);
        if (weight < backward[up]!) backward[up] = weight;
      }
    }
  }
}

/**
 * Relaxes every triangle (v, x, y), v < x < y, by ascending x: the way between x and y may lead over v. When x is reached
 * all arcs below it are final.
 */
function relaxAllTriangles(hierarchy: Hierarchy, metric: Metric): void {
  const { nodeCount } = hierarchy;
  const { firstUp, upHead, firstDown, downTail } = hierarchy;
  const { forward, backward } = metric;
  // Of each node the next upward arc whose head the sweep has not reached.
  const cursor = firstUp.slice(0, nodeCount);
  // Forward and backward time to every upper neighbour of the node at hand, interleaved.
  const accumulator = new Int32Array(2 * nodeCount);
  for (let x = 0; x < nodeCount; x++) {
    const firstLower = firstDown[x]!;
    const endLower = firstDown[x + 1]!;
    // Two nodes in five lie above no other: nothing to relax, and nothing to lay out for it.
    if (firstLower === endLower) continue;
    const begin = firstUp[x]!;
    const stop = firstUp[x + 1]!;
    gather(upHead, forward, backward, begin, stop, accumulator);
    for (let i = firstLower; i < endLower; i++) {
      const v = downTail[i]!;
      // Heads ascend and x ascends, so the cursor of v stands at the arc (v, x), and behind it are all y > x.
      const arc = cursor[v]!;
      const endOfV = firstUp[v + 1]!;
      // Most time goes into waiting for memory: the weights of a node's last arc, one arc in five, are not fetched.
      if (arc + 1 === endOfV) continue;
      cursor[v] = arc + 1;
      relaxTriangles(upHead, forward, backward, arc, endOfV, accumulator);
    }
    scatter(upHead, forward, backward, begin, stop, accumulator);
  }
}

function gather(
  upHead: Int32Array,
  forward: Int32Array,
  backward: Int32Array,
  begin: number,
  end: number,
  accumulator: Int32Array,
): void {
  for (let arc = begin; arc < end; arc++) {
    const slot = upHead[arc]! << 1;
    accumulator[slot] = forward[arc]!;
    accumulator[slot + 1] = backward[arc]!;
  }
}

function scatter(
  upHead: Int32Array,
  forward: Int32Array,
  backward: Int32Array,
  begin: number,
  end: number,
  accumulator: Int32Array,
): void {
  for (let arc = begin; arc < end; arc++) {
    const slot = upHead[arc]! << 1;
    forward[arc] = accumulator[slot]!;
    backward[arc] = accumulator[slot + 1]!;
  }
}

/** The hot loop: `lower` is the arc (v, x); the arcs after it, up to `end`, are (v, y) for every y > x. */
function relaxTriangles(
  upHead: Int32Array,
  forward: Int32Array,
  backward: Int32Array,
  lower: number,
  end: number,
  accumulator: Int32Array,
): void {
  const down = backward[lower]!;
  const up = forward[lower]!;
  for (let arc = lower + 1; arc < end; arc++) {
    const slot = upHead[arc]! << 1;
    const there = (down + forward[arc]!) | 0;
    const back = (backward[arc]! + up) | 0;
    if (there < accumulator[slot]!) accumulator[slot] = there;
    if (back < accumulator[slot + 1]!) accumulator[slot + 1] = back;
  }
}
