import type { Graph } from "../graph";

/**
 * The simple undirected graph under a directed one: which nodes touch, and nothing else. An elimination order depends on
 * topology alone; one-way arcs count as links because customization must be free to open the other direction.
 *
 * Every link is stored at both of its ends, no node is its own neighbour and no neighbour is listed twice.
 */
export interface UndirectedGraph {
  readonly nodeCount: number;
  /** Int32[nodeCount]: where the neighbours of a node begin in `head`. */
  readonly first: Int32Array;
  /** Int32[nodeCount]: where they end (exclusive). Lists may shrink in place, so this is not `first[v + 1]`. */
  readonly end: Int32Array;
  /** Int32[links * 2]: neighbours. */
  readonly head: Int32Array;
}

/** Both directions of every arc, self loops and repetitions left out. */
export function undirectedGraph(graph: Graph): UndirectedGraph {
  const { nodeCount } = graph;
  const first = new Int32Array(nodeCount + 1);
  countEnds(graph, first);
  const head = new Int32Array(first[nodeCount]!);
  const end = first.slice(0, nodeCount);
  listEnds(graph, end, head);
  const kept = dropRepetitions(nodeCount, first, end, head);
  return { nodeCount, first: first.subarray(0, nodeCount), end, head: head.subarray(0, kept) };
}

/** Leaves in `first` the running sums of the number of arc ends at each node. */
function countEnds({ nodeCount, firstArc, head }: Graph, first: Int32Array): void {
  for (let v = 0; v < nodeCount; v++) {
    for (let arc = firstArc[v]!; arc < firstArc[v + 1]!; arc++) {
      const w = head[arc]!;
      if (w === v) continue;
      first[v + 1]!++;
      first[w + 1]!++;
    }
  }
  for (let v = 0; v < nodeCount; v++) first[v + 1]! += first[v]!;
}

function listEnds({ nodeCount, firstArc, head }: Graph, end: Int32Array, neighbour: Int32Array): void {
  for (let v = 0; v < nodeCount; v++) {
    for (let arc = firstArc[v]!; arc < firstArc[v + 1]!; arc++) {
      const w = head[arc]!;
      if (w === v) continue;
      neighbour[end[v]!++] = w;
      neighbour[end[w]!++] = v;
    }
  }
}

/** Closes up the lists as it goes; returns the length of what is left. */
function dropRepetitions(nodeCount: number, first: Int32Array, end: Int32Array, head: Int32Array): number {
  const seenBy = new Int32Array(nodeCount).fill(-1);
  let to = 0;
  for (let v = 0; v < nodeCount; v++) {
    const stop = end[v]!;
    let from = first[v]!;
    first[v] = to;
    for (; from < stop; from++) {
      const w = head[from]!;
      if (seenBy[w] === v) continue;
      seenBy[w] = v;
      head[to++] = w;
    }
    end[v] = to;
  }
  return to;
}
