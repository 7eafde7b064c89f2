import { type Hierarchy, NO_PARENT } from "../../src/shortest-path/cch/hierarchy";

/** What an elimination order costs, and how it limits queries: for judging orders. */
export interface EliminationStatistics {
  /** Arcs of the graph plus fill of the elimination. Memory is proportional to them. */
  readonly upwardArcs: number;
  /** Lower triangles: the work of one customization. */
  readonly triangles: number;
  /** Nodes on the longest walk up the elimination tree. */
  readonly height: number;
  /** Upward arcs on the walk up the elimination tree with the most of them: the work of the longest query. */
  readonly searchSpaceArcs: number;
}

/**
 * Counts along the elimination tree. The upper neighbours of a node form a clique, so a node with d of them is the lowest
 * corner of d(d-1)/2 triangles.
 */
export function eliminationStatistics({ nodeCount, firstUp, parent }: Hierarchy): EliminationStatistics {
  const depth = new Int32Array(nodeCount);
  const arcsAbove = new Int32Array(nodeCount);
  let triangles = 0;
  let height = 0;
  let searchSpaceArcs = 0;
  for (let rank = nodeCount - 1; rank >= 0; rank--) {
    const above = parent[rank]!;
    const degree = firstUp[rank + 1]! - firstUp[rank]!;
    depth[rank] = above === NO_PARENT ? 1 : depth[above]! + 1;
    arcsAbove[rank] = above === NO_PARENT ? degree : arcsAbove[above]! + degree;
    triangles += (degree * (degree - 1)) / 2;
    height = Math.max(height, depth[rank]!);
    searchSpaceArcs = Math.max(searchSpaceArcs, arcsAbove[rank]!);
  }
  return { upwardArcs: firstUp[nodeCount]!, triangles, height, searchSpaceArcs };
}
