import { type PlanarPositions, planarPositions } from "./coordinates";
import type { UndirectedGraph } from "./undirected-graph";

/**
 * Positions for nodes that have none, from five breadth first searches per component.
 *
 * Two nodes far apart span one axis, two nodes far apart from each other and from the first two the other. A node's
 * coordinate along an axis is the difference of its hop distances to both ends: level lines of a difference run straight
 * through the middle of a network, where those of a single distance are circles. Components are laid side by side, so
 * that the first cuts fall between them.
 *
 * On New York the order has 7 % more arcs and 36 % more triangles than with real coordinates.
 */
export function pseudoPositions(graph: UndirectedGraph): PlanarPositions {
  const x = new Int32Array(graph.nodeCount);
  const y = new Int32Array(graph.nodeCount);
  const start = new HopDistances(graph);
  const west = new HopDistances(graph);
  const east = new HopDistances(graph);
  const south = new HopDistances(graph);
  const north = new HopDistances(graph);
  let left = 0;
  for (let first = 0; first < graph.nodeCount; first++) {
    if (start.isReached(first)) continue;
    west.search(start.search(first));
    east.search(west.last);
    const component = start.component;
    const both = (v: number) => Math.min(west.to(v), east.to(v));
    south.search(highest(component, both));
    north.search(highest(component, (v) => both(v) + south.to(v)));
    const span = west.to(west.last);
    for (const v of component) {
      x[v] = left + span + west.to(v) - east.to(v);
      y[v] = south.to(v) - north.to(v);
    }
    left += 2 * span + 1;
  }
  // All in one place only where there is but one node.
  return planarPositions({ x, y }, graph.nodeCount) ?? { x, y };
}

/** The first of the nodes with the highest value. */
function highest(nodes: Int32Array, value: (node: number) => number): number {
  let best = nodes[0]!;
  let bestValue = value(best);
  for (const node of nodes) {
    const v = value(node);
    if (v <= bestValue) continue;
    best = node;
    bestValue = v;
  }
  return best;
}

/** Hop distances from one node per component. */
class HopDistances {
  readonly #graph: UndirectedGraph;
  readonly #distance: Int32Array;
  readonly #queue: Int32Array;
  #queueStart = 0;
  #queueEnd = 0;

  constructor(graph: UndirectedGraph) {
    this.#graph = graph;
    this.#distance = new Int32Array(graph.nodeCount).fill(-1);
    this.#queue = new Int32Array(graph.nodeCount);
  }

  isReached(node: number): boolean {
    return this.#distance[node]! >= 0;
  }

  to(node: number): number {
    return this.#distance[node]!;
  }

  /** The nodes of the component searched last, nearest first. */
  get component(): Int32Array {
    return this.#queue.subarray(this.#queueStart, this.#queueEnd);
  }

  /** The farthest node of the component searched last. */
  get last(): number {
    return this.#queue[this.#queueEnd - 1]!;
  }

  /** Measures the component of a node from it; returns the farthest node. */
  search(from: number): number {
    const { first, end, head } = this.#graph;
    const distance = this.#distance;
    const queue = this.#queue;
    let queueEnd = this.#queueEnd;
    this.#queueStart = queueEnd;
    distance[from] = 0;
    queue[queueEnd++] = from;
    for (let i = this.#queueStart; i < queueEnd; i++) {
      const v = queue[i]!;
      for (let arc = first[v]!; arc < end[v]!; arc++) {
        const w = head[arc]!;
        if (distance[w]! >= 0) continue;
        distance[w] = distance[v]! + 1;
        queue[queueEnd++] = w;
      }
    }
    this.#queueEnd = queueEnd;
    return this.last;
  }
}
