import { type Hierarchy, NO_PARENT } from "./hierarchy";

/**
 * How one customization is shared out: triangles of nodes in disjoint subtrees of the elimination tree have no arc in
 * common that either of them writes, so subtrees may be customized at the same time, in any order; the separators above
 * them follow when all are done.
 */
export interface CustomizationPlan {
  /**
   * Int32[2 * count]: ranges of ranks [from, end), each one or several whole subtrees, those with most work first so
   * that the last to be handed out are short.
   */
  readonly subtrees: Int32Array;
  /** Int32[2 * count]: the ranges between and above them, ascending, to be customized in this order after all subtrees. */
  readonly rest: Int32Array;
}

/** Subtrees hold at most one part in so many of the work: small enough to share evenly, few enough to leave little rest. */
const SHARES_PER_THREAD = 4;

/**
 * Plans a customization for some threads. Ranks need not be a postorder of the elimination tree, but only subtrees that
 * are ranges of ranks can be shared out; what is not goes to the rest.
 */
export function planCustomization(hierarchy: Hierarchy, threads: number): CustomizationPlan {
  const { nodeCount, parent } = hierarchy;
  const work = subtreeWork(hierarchy);
  const lowest = lowestDescendants(hierarchy);
  const size = subtreeSizes(hierarchy);
  let total = 0;
  for (let v = 0; v < nodeCount; v++) if (parent[v] === NO_PARENT) total += work[v]!;
  const limit = total / (threads * SHARES_PER_THREAD);

  const ranges: { from: number; end: number; work: number }[] = [];
  const rest: number[] = [];
  // From the highest rank down: a node starts a range with its whole subtree, or is too large and joins the rest.
  for (let v = nodeCount - 1; v >= 0; ) {
    const isRange = v - lowest[v]! + 1 === size[v]!;
    const above = ranges[ranges.length - 1];
    if (threads > 1 && isRange && work[v]! <= limit) {
      const from = lowest[v]!;
      if (above !== undefined && above.from === v + 1 && above.work + work[v]! <= limit) {
        above.from = from;
        above.work += work[v]!;
      } else ranges.push({ from, end: v + 1, work: work[v]! });
      v = from - 1;
    } else {
      const last = rest.length - 1;
      if (rest[last] === v + 1) rest[last] = v;
      else rest.push(v + 1, v);
      v--;
    }
  }
  ranges.sort((a, b) => b.work - a.work || a.from - b.from);
  return {
    subtrees: Int32Array.from(ranges.flatMap(({ from, end }) => [from, end])),
    rest: Int32Array.from(rest).reverse(),
  };
}

/** Float64[nodeCount]: triangles with their lowest corner in the subtree of each node, plus its arcs and nodes. */
function subtreeWork({ nodeCount, firstUp, parent }: Hierarchy): Float64Array {
  const work = new Float64Array(nodeCount);
  for (let v = 0; v < nodeCount; v++) {
    const degree = firstUp[v + 1]! - firstUp[v]!;
    work[v]! += 1 + (degree * (degree + 1)) / 2;
    if (parent[v] !== NO_PARENT) work[parent[v]!]! += work[v]!;
  }
  return work;
}

function lowestDescendants({ nodeCount, parent }: Hierarchy): Int32Array {
  const lowest = Int32Array.from({ length: nodeCount }, (_, v) => v);
  for (let v = 0; v < nodeCount; v++) {
    const above = parent[v]!;
    if (above !== NO_PARENT && lowest[v]! < lowest[above]!) lowest[above] = lowest[v]!;
  }
  return lowest;
}

function subtreeSizes({ nodeCount, parent }: Hierarchy): Int32Array {
  const size = new Int32Array(nodeCount).fill(1);
  for (let v = 0; v < nodeCount; v++) if (parent[v] !== NO_PARENT) size[parent[v]!]! += size[v]!;
  return size;
}
