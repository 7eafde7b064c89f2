/**
 * A directed graph in compressed sparse row form, the only graph the shortest-path core knows. Nodes are 0..nodeCount-1,
 * arcs are 0..arcCount-1 grouped by tail. Parallel arcs and self loops are allowed.
 */
export interface Graph {
  readonly nodeCount: number;
  readonly arcCount: number;
  /** Int32[nodeCount + 1]: arcs of node v are firstArc[v] .. firstArc[v + 1] - 1. */
  readonly firstArc: Int32Array;
  /** Int32[arcCount]: where each arc leads. */
  readonly head: Int32Array;
}

/** Travel time of each arc in milliseconds, Int32[arcCount]; INFINITE_MS closes the arc; never below 1. */
export type ArcWeights = Int32Array;

/** A graph with every arc reversed, and for each reversed arc the arc it came from. */
export interface ReverseGraph extends Graph {
  /** Int32[arcCount]: the arc of the original graph. */
  readonly originalArc: Int32Array;
}

/** Int32[arcCount]: the tail of every arc. */
export function arcTails(graph: Graph): Int32Array {
  const tail = new Int32Array(graph.arcCount);
  for (let v = 0; v < graph.nodeCount; v++) tail.fill(v, graph.firstArc[v], graph.firstArc[v + 1]);
  return tail;
}

/**
 * Groups arcs by tail with a stable counting sort: the order of arcs with one tail is their order in the input.
 *
 * @returns the graph and, for each of its arcs, the position in the input lists.
 */
export function graphFromArcs(
  nodeCount: number,
  tails: Int32Array,
  heads: Int32Array,
): { graph: Graph; inputArc: Int32Array } {
  const arcCount = tails.length;
  const firstArc = new Int32Array(nodeCount + 1);
  for (let i = 0; i < arcCount; i++) firstArc[tails[i]! + 1]!++;
  for (let v = 0; v < nodeCount; v++) firstArc[v + 1]! += firstArc[v]!;
  const next = firstArc.slice(0, nodeCount);
  const head = new Int32Array(arcCount);
  const inputArc = new Int32Array(arcCount);
  for (let i = 0; i < arcCount; i++) {
    const at = next[tails[i]!]!++;
    head[at] = heads[i]!;
    inputArc[at] = i;
  }
  return { graph: { nodeCount, arcCount, firstArc, head }, inputArc };
}

export function reverseGraph(graph: Graph): ReverseGraph {
  const reversed = graphFromArcs(graph.nodeCount, graph.head, arcTails(graph));
  return { ...reversed.graph, originalArc: reversed.inputArc };
}
