/**
 * Weights on a hierarchy. Customization gives every upward arc, in each direction, the travel time of the fastest path
 * between its ends that passes only nodes below both: the property every search on the hierarchy relies on.
 *
 * A metric belongs to one hierarchy; one hierarchy may carry several (profiles, closures, a second buffer).
 */
import { DiversionError } from "../../core/errors";
import { INFINITE_MS } from "../../core/units";
import type { ArcWeights } from "../graph";
import { allocateInt32, type Hierarchy, type Int32Allocator, lowerBound } from "./hierarchy";

/** Milliseconds per upward arc, Int32[hierarchy.arcCount] each; INFINITE_MS where there is no way. */
export interface Metric {
  /** From the lower end to the higher. */
  readonly forward: Int32Array;
  /** From the higher end to the lower. */
  readonly backward: Int32Array;
}

/** Scratch of a customization; may be reused for the next one on the same hierarchy. */
export interface CustomizationScratch {
  /** Int32[nodeCount]: the next upward arc of each node whose head has not been reached by the sweep. */
  readonly cursor: Int32Array;
  /** Int32[2 * nodeCount]: forward and backward time to every upper neighbour of the node at hand, interleaved. */
  readonly accumulator: Int32Array;
}

export function createMetric(hierarchy: Hierarchy, allocate: Int32Allocator = allocateInt32): Metric {
  return { forward: allocate(hierarchy.arcCount), backward: allocate(hierarchy.arcCount) };
}

export function createCustomizationScratch(
  { nodeCount }: Hierarchy,
  allocateCursor: Int32Allocator = allocateInt32,
): CustomizationScratch {
  return { cursor: allocateCursor(nodeCount), accumulator: new Int32Array(2 * nodeCount) };
}

/**
 * Computes a metric from scratch, in one thread.
 *
 * @param weights milliseconds per arc of the hierarchy's graph.
 * @param into the metric to overwrite; a new one by default.
 */
export function customize(
  hierarchy: Hierarchy,
  weights: ArcWeights,
  into: Metric = createMetric(hierarchy),
  scratch: CustomizationScratch = createCustomizationScratch(hierarchy),
): Metric {
  checkWeightCount(hierarchy, weights);
  const { nodeCount } = hierarchy;
  clearRange(hierarchy, into, 0, nodeCount);
  respectRange(hierarchy, weights, into, 0, nodeCount);
  customizeRange(hierarchy, into, scratch, 0, nodeCount);
  return into;
}

export function checkWeightCount({ graph }: Hierarchy, weights: ArcWeights): void {
  if (weights.length !== graph.arcCount) {
    throw new DiversionError(
      "invalid-argument",
      `There are ${weights.length} weights for ${graph.arcCount} arcs; give one per arc of the graph.`,
    );
  }
}

/** Step 1 of a customization: every upward arc of the nodes in [from, end) starts out with no way. */
export function clearRange({ firstUp }: Hierarchy, { forward, backward }: Metric, from: number, end: number): void {
  forward.fill(INFINITE_MS, firstUp[from], firstUp[end]);
  backward.fill(INFINITE_MS, firstUp[from], firstUp[end]);
}

/**
 * Step 2: lays the input arcs with their tail in [from, end) onto the upward arcs; of parallel ones the fastest counts.
 * The word of an upward arc and direction is written for one tail only, so disjoint ranges may run at the same time.
 */
export function respectRange(
  { graph: { firstArc, head }, firstUp, upHead }: Hierarchy,
  weights: ArcWeights,
  { forward, backward }: Metric,
  from: number,
  end: number,
): void {
  for (let tail = from; tail < end; tail++) {
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
 * Step 3: relaxes every triangle (v, x, y), v < x < y, with x in [from, end), by ascending x: the way between x and y may
 * lead over v. When x is reached all arcs below it are final.
 *
 * Every lower neighbour of a node in the range must have been in this range or an earlier one of the same
 * customization (`scratch.cursor` carries over), and no other thread may be at work on one. Ranges that are whole
 * subtrees of the elimination tree are independent of each other.
 */
export function customizeRange(
  hierarchy: Hierarchy,
  metric: Metric,
  { cursor, accumulator }: CustomizationScratch,
  from: number,
  end: number,
): void {
  const { firstUp, upHead, firstDown, downTail } = hierarchy;
  const { forward, backward } = metric;
  cursor.set(firstUp.subarray(from, end), from);
  for (let x = from; x < end; x++) {
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
