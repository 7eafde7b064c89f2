import type { Graph } from "../graph";
import { eliminationTree, lowerNeighbours, NO_PARENT, postorder } from "./elimination-tree";

/** What a hierarchy built on an order will cost. */
export interface EliminationStatistics {
  /** Links of the hierarchy: those of the graph plus the fill of the elimination. Memory is proportional to them. */
  readonly upwardArcs: number;
  /** Lower triangles: the work of one customization. */
  readonly triangles: number;
  /** Nodes on the longest walk up the elimination tree: bounds the work of one query. */
  readonly height: number;
  /** Upward arcs on the walk up the elimination tree with the most of them. */
  readonly searchSpaceArcs: number;
}

/**
 * Counts the fill of an elimination order without weights, for judging orders in tests and benchmarks.
 *
 * Along a postorder the upper neighbourhoods of a node's children are the latest unfinished ones, so they are kept on
 * one stack (as in multifrontal factorization, Liu, SIAM Review 34, 1992). The upper neighbours of a node form a clique,
 * so a node with d of them is the lowest corner of d(d-1)/2 triangles.
 *
 * @param order Int32[nodeCount]: the node at each rank; any permutation.
 */
export function eliminationStatistics(graph: Graph, order: Int32Array): EliminationStatistics {
  const { nodeCount } = graph;
  const sequence = postorder(order, eliminationTree(graph, order));
  const parent = eliminationTree(graph, sequence);
  const upper = upperNeighbours(graph, sequence);

  const upperDegree = new Int32Array(nodeCount);
  const childCount = new Int32Array(nodeCount);
  for (let rank = 0; rank < nodeCount; rank++) if (parent[rank] !== NO_PARENT) childCount[parent[rank]!]!++;

  const seenBy = new Int32Array(nodeCount).fill(-1);
  const stack: Int32Array[] = [];
  for (let rank = 0; rank < nodeCount; rank++) {
    const found: number[] = [];
    const add = (neighbour: number) => {
      if (neighbour <= rank || seenBy[neighbour] === rank) return;
      seenBy[neighbour] = rank;
      found.push(neighbour);
    };
    for (let i = upper.first[rank]!; i < upper.first[rank + 1]!; i++) add(upper.rank[i]!);
    for (let child = 0; child < childCount[rank]!; child++) stack.pop()!.forEach(add);
    upperDegree[rank] = found.length;
    if (parent[rank] !== NO_PARENT) stack.push(Int32Array.from(found));
  }
  return summarize(parent, upperDegree);
}

function summarize(parent: Int32Array, upperDegree: Int32Array): EliminationStatistics {
  const nodeCount = parent.length;
  const depth = new Int32Array(nodeCount);
  const arcsAbove = new Int32Array(nodeCount);
  let upwardArcs = 0;
  let triangles = 0;
  let height = 0;
  let searchSpaceArcs = 0;
  for (let rank = nodeCount - 1; rank >= 0; rank--) {
    const above = parent[rank]!;
    const degree = upperDegree[rank]!;
    depth[rank] = above === NO_PARENT ? 1 : depth[above]! + 1;
    arcsAbove[rank] = above === NO_PARENT ? degree : arcsAbove[above]! + degree;
    upwardArcs += degree;
    triangles += (degree * (degree - 1)) / 2;
    height = Math.max(height, depth[rank]!);
    searchSpaceArcs = Math.max(searchSpaceArcs, arcsAbove[rank]!);
  }
  return { upwardArcs, triangles, height, searchSpaceArcs };
}

/** For every rank the higher ranks it has an arc to or from. */
function upperNeighbours(graph: Graph, order: Int32Array): { first: Int32Array; rank: Int32Array } {
  const lower = lowerNeighbours(graph, order);
  const first = new Int32Array(graph.nodeCount + 1);
  for (const rank of lower.rank) first[rank + 1]!++;
  for (let rank = 0; rank < graph.nodeCount; rank++) first[rank + 1]! += first[rank]!;
  const next = first.slice(0, graph.nodeCount);
  const rank = new Int32Array(lower.rank.length);
  for (let high = 0; high < graph.nodeCount; high++) {
    for (let i = lower.first[high]!; i < lower.first[high + 1]!; i++) rank[next[lower.rank[i]!]!++] = high;
  }
  return { first, rank };
}
