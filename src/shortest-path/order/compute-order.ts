import type { ProgressListener } from "../../core/progress";
import type { Graph } from "../graph";
import { type BufferKind, type CellGraph, layOutCells } from "./cell-graph";
import { type NodeCoordinates, planarPositions } from "./coordinates";
import { Dissector } from "./dissect";
import { eliminationTree, postorder } from "./elimination-tree";
import { eliminateLowDegree } from "./low-degree";
import { pseudoPositions } from "./pseudo-positions";
import { undirectedGraph } from "./undirected-graph";

export interface OrderOptions {
  /** Told how many nodes have got their rank, once per cell: some thousand times per million nodes. Default: nobody. */
  readonly onProgress?: ProgressListener | undefined;
}

/**
 * An elimination order for customizable contraction hierarchies, by nested dissection (Dibbelt, Strasser, Wagner,
 * arXiv 1402.0402): nodes that separate large parts of the graph from each other come last. It depends on the topology
 * alone, not on travel times or on which directions are open.
 *
 * @param coordinates where the nodes are; left out (or all in one place), hop distances stand in for them.
 * @returns Int32[nodeCount]: the node at each rank; every subtree of the elimination tree is one range of ranks. The same
 * graph and coordinates give the same order, on one thread or many.
 */
export function computeOrder(graph: Graph, coordinates?: NodeCoordinates, options: OrderOptions = {}): Int32Array {
  const plan = planOrder(graph, coordinates, "local", 1);
  const report = progressReporter(graph.nodeCount, options.onProgress);
  report(plan.lowDegree.length + plan.cells.nodeCount - plan.rootEnd);
  new Dissector(plan.cells).dissect(0, plan.rootEnd, report);
  return finishOrder(graph, plan);
}

/** An order whose lowest and highest ranks are settled and whose middle is laid out for dissection. */
interface OrderPlan {
  /** Nodes eliminated first, in order. */
  readonly lowDegree: Int32Array;
  /** The remaining core; `cells.node` is its order once the root cell is dissected. */
  readonly cells: CellGraph;
  /** The root cell is places 0 .. rootEnd - 1. */
  readonly rootEnd: number;
}

export function planOrder(
  graph: Graph,
  coordinates: NodeCoordinates | undefined,
  kind: BufferKind,
  scratchSets: number,
): OrderPlan {
  const given = coordinates === undefined ? undefined : planarPositions(coordinates, graph.nodeCount);
  const links = undirectedGraph(graph);
  // Before the elimination, which makes one hop of a long chain.
  const positions = given ?? pseudoPositions(links);
  const lowDegree = eliminateLowDegree(links);
  const core = nodesExcept(graph.nodeCount, lowDegree);
  return { lowDegree, ...layOutCells(links, core, positions, scratchSets, kind) };
}

export function finishOrder(graph: Graph, { lowDegree, cells }: OrderPlan): Int32Array {
  const order = new Int32Array(graph.nodeCount);
  order.set(lowDegree);
  order.set(cells.node, lowDegree.length);
  return postorder(order, eliminationTree(graph, order));
}

function nodesExcept(nodeCount: number, excluded: Int32Array): Int32Array {
  const isExcluded = new Uint8Array(nodeCount);
  for (const v of excluded) isExcluded[v] = 1;
  const rest = new Int32Array(nodeCount - excluded.length);
  let count = 0;
  for (let v = 0; v < nodeCount; v++) if (isExcluded[v] === 0) rest[count++] = v;
  return rest;
}

/** Turns "so many more nodes" into progress out of all nodes. */
export function progressReporter(total: number, onProgress: ProgressListener | undefined): (nodes: number) => void {
  let done = 0;
  return (nodes) => {
    done += nodes;
    onProgress?.({ stage: "order", done, total, unit: "nodes" });
  };
}
