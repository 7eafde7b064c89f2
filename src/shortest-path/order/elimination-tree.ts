import { NO_PARENT } from "../cch/hierarchy";
import type { Graph } from "../graph";

/**
 * The elimination tree of an order: the parent of a node is the lowest-ranked of the higher-ranked nodes it is joined to
 * once everything below it has been eliminated. Found without computing that fill, by Liu's algorithm with path
 * compression (Liu, "The role of elimination trees in sparse factorization", SIAM J. Matrix Anal. Appl. 11, 1990,
 * algorithm 4.2), in O(arcs · log nodes).
 *
 * @param order Int32[nodeCount]: the node at each rank.
 * @returns Int32[nodeCount]: by rank, the rank of the parent, which is higher; NO_PARENT at the root of each component.
 */
export function eliminationTree(graph: Graph, order: Int32Array): Int32Array {
  const { nodeCount } = graph;
  const lower = lowerNeighbours(graph, order);
  const parent = new Int32Array(nodeCount).fill(NO_PARENT);
  const ancestor = new Int32Array(nodeCount).fill(NO_PARENT);
  for (let rank = 0; rank < nodeCount; rank++) {
    for (let i = lower.first[rank]!; i < lower.first[rank + 1]!; i++) {
      // Climb to the root of the subtree that holds this neighbour, and let all on the way point here from now on.
      let at = lower.rank[i]!;
      while (at !== rank) {
        const next = ancestor[at]!;
        ancestor[at] = rank;
        if (next === NO_PARENT) parent[at] = rank;
        at = next === NO_PARENT ? rank : next;
      }
    }
  }
  return parent;
}

/** For every rank the lower ranks it has an arc to or from; repetitions are kept, they do no harm. */
function lowerNeighbours(
  { nodeCount, firstArc, head }: Graph,
  order: Int32Array,
): { first: Int32Array; rank: Int32Array } {
  const rankOf = rankOfNode(order);
  const first = new Int32Array(nodeCount + 1);
  for (let v = 0; v < nodeCount; v++) {
    const from = rankOf[v]!;
    for (let arc = firstArc[v]!; arc < firstArc[v + 1]!; arc++) {
      const to = rankOf[head[arc]!]!;
      if (from !== to) first[(from > to ? from : to) + 1]!++;
    }
  }
  for (let r = 0; r < nodeCount; r++) first[r + 1]! += first[r]!;
  const next = first.slice(0, nodeCount);
  const rank = new Int32Array(first[nodeCount]!);
  for (let v = 0; v < nodeCount; v++) {
    const from = rankOf[v]!;
    for (let arc = firstArc[v]!; arc < firstArc[v + 1]!; arc++) {
      const to = rankOf[head[arc]!]!;
      if (from > to) rank[next[from]!++] = to;
      else if (to > from) rank[next[to]!++] = from;
    }
  }
  return { first, rank };
}

/** The inverse of an order: Int32[nodeCount], the rank of each node. */
export function rankOfNode(order: Int32Array): Int32Array {
  const rankOf = new Int32Array(order.length);
  for (let rank = 0; rank < order.length; rank++) rankOf[order[rank]!] = rank;
  return rankOf;
}

/**
 * The same elimination, renumbered so that every subtree of the elimination tree is one range of ranks that ends in its
 * root. Fill and tree are unchanged (Liu 1990, section 4.3: topological orderings of the tree are equivalent); sweeps and
 * walks up the tree touch memory in order, and disjoint subtrees can be given to different threads as ranges.
 *
 * Siblings keep their relative order.
 */
export function postorder(order: Int32Array, parent: Int32Array): Int32Array {
  const nodeCount = order.length;
  const size = new Int32Array(nodeCount).fill(1);
  for (let rank = 0; rank < nodeCount; rank++) {
    if (parent[rank] !== NO_PARENT) size[parent[rank]!]! += size[rank]!;
  }
  // Downwards, so that parents are placed before children: a node goes last in the range of its subtree, and what is
  // left of the range is dealt out to its children from the end.
  const unplacedEnd = new Int32Array(nodeCount);
  const placed = new Int32Array(nodeCount);
  let rootsEnd = nodeCount;
  for (let rank = nodeCount - 1; rank >= 0; rank--) {
    const above = parent[rank]!;
    const end = above === NO_PARENT ? rootsEnd : unplacedEnd[above]!;
    if (above === NO_PARENT) rootsEnd -= size[rank]!;
    else unplacedEnd[above]! -= size[rank]!;
    placed[end - 1] = order[rank]!;
    unplacedEnd[rank] = end - 1;
  }
  return placed;
}
