import { INFINITE_MS } from "../../core/units";
import type { AccessPoint, Path, Target } from "../engine";
import { type ArcWeights, arcTails, type Graph, type ReverseGraph } from "../graph";
import { MinHeap } from "../heap";

/**
 * Dijkstra's algorithm from several access points, advanced one node at a time. Nothing is allocated or cleared per search: a
 * label counts only if its stamp is the current search's.
 */
export class NodeSearch {
  readonly #graph: Graph;
  readonly #weights: ArcWeights;
  readonly #heap = new MinHeap();
  /** Int32[nodeCount]: tentative travel time, valid where the stamp is current. */
  readonly #time: Int32Array;
  /** Int32[nodeCount]: the arc a label came over, or -1 - accessPoint. */
  readonly #parent: Int32Array;
  readonly #stamp: Int32Array;
  #currentStamp = 0;
  #tails: Int32Array | undefined;

  /** @param weights read at every step; the owner may change them between searches. */
  constructor(graph: Graph, weights: ArcWeights) {
    this.#graph = graph;
    this.#weights = weights;
    this.#time = new Int32Array(graph.nodeCount);
    this.#parent = new Int32Array(graph.nodeCount);
    this.#stamp = new Int32Array(graph.nodeCount);
  }

  begin(accessPoints: readonly AccessPoint[]): void {
    this.#heap.clear();
    if (this.#currentStamp === 0x7fffffff) {
      this.#stamp.fill(0);
      this.#currentStamp = 0;
    }
    this.#currentStamp++;
    for (let i = 0; i < accessPoints.length; i++)
      this.#label(accessPoints[i]!.node, accessPoints[i]!.milliseconds, -1 - i);
  }

  /** No node settled from now on has a smaller travel time; INFINITE_MS when there is none left. */
  get frontierMilliseconds(): number {
    return this.#heap.size === 0 ? INFINITE_MS : this.#heap.minKey;
  }

  /** Settles the next node and returns it; -1 when none is left. */
  settleNext(): number {
    const heap = this.#heap;
    while (heap.size > 0) {
      const time = heap.minKey;
      const node = heap.minValue;
      heap.pop();
      if (time > this.#time[node]!) continue;
      this.#relaxArcs(node, time);
      return node;
    }
    return -1;
  }

  /** Travel time to a node settled by this search. */
  milliseconds(node: number): number {
    return this.#time[node]!;
  }

  #relaxArcs(node: number, time: number): void {
    const { firstArc, head } = this.#graph;
    const weights = this.#weights;
    const end = firstArc[node + 1]!;
    for (let arc = firstArc[node]!; arc < end; arc++) this.#label(head[arc]!, (time + weights[arc]!) | 0, arc);
  }

  #label(node: number, time: number, parent: number): void {
    if (time >= INFINITE_MS) return;
    if (this.#stamp[node] === this.#currentStamp) {
      // Strictly: between equal parallel arcs the first one met, which is the lower arc, stays.
      if (this.#time[node]! <= time) return;
    } else {
      this.#stamp[node] = this.#currentStamp;
    }
    this.#time[node] = time;
    this.#parent[node] = parent;
    this.#heap.push(time, node);
  }

  /** Runs a whole search; returns a fastest path from any access point to any access point of the destination. */
  findPath(accessPoints: readonly AccessPoint[], destination: Target): Path | undefined {
    this.begin(accessPoints);
    let best = INFINITE_MS;
    let bestAccessPoint = -1;
    while (this.frontierMilliseconds < best) {
      const node = this.settleNext();
      if (node < 0) break;
      for (let i = 0; i < destination.length; i++) {
        const accessPoint = destination[i]!;
        if (accessPoint.node !== node || this.milliseconds(node) + accessPoint.milliseconds >= best) continue;
        best = this.milliseconds(node) + accessPoint.milliseconds;
        bestAccessPoint = i;
      }
    }
    return bestAccessPoint < 0 ? undefined : this.#trace(destination[bestAccessPoint]!.node, bestAccessPoint, best);
  }

  #trace(end: number, targetAccessPoint: number, milliseconds: number): Path {
    this.#tails ??= arcTails(this.#graph);
    const nodes = [end];
    const arcs: number[] = [];
    let parent = this.#parent[end]!;
    while (parent >= 0) {
      const tail = this.#tails[parent]!;
      arcs.push(parent);
      nodes.push(tail);
      parent = this.#parent[tail]!;
    }
    return {
      milliseconds,
      nodes: Int32Array.from(nodes.reverse()),
      arcs: Int32Array.from(arcs.reverse()),
      originAccessPoint: -1 - parent,
      targetAccessPoint,
    };
  }
}

/**
 * Travel time from every node to the nearest of some access points, by Dijkstra's algorithm over reversed arcs: one search where
 * many origins ask about the same few places.
 *
 * @param weights of the arcs of the graph that was reversed.
 * @param limitMs times above it are not looked for.
 * @returns Int32[nodeCount]: milliseconds to the access point and on by its own; INFINITE_MS where that is more than the limit.
 */
export function millisecondsTo(
  { nodeCount, firstArc, head, originalArc }: ReverseGraph,
  weights: ArcWeights,
  accessPoints: Target,
  limitMs: number,
): Int32Array {
  const times = new Int32Array(nodeCount).fill(INFINITE_MS);
  const heap = new MinHeap();
  const offer = (node: number, milliseconds: number): void => {
    if (milliseconds > limitMs || milliseconds >= times[node]!) return;
    times[node] = milliseconds;
    heap.push(milliseconds, node);
  };
  for (const { node, milliseconds } of accessPoints) offer(node, milliseconds);
  while (heap.size > 0) {
    const milliseconds = heap.minKey;
    const node = heap.minValue;
    heap.pop();
    if (milliseconds > times[node]!) continue;
    const end = firstArc[node + 1]!;
    for (let arc = firstArc[node]!; arc < end; arc++) {
      // Times stay below INFINITE_MS and so do weights, closed arcs aside: the sum is an int32.
      offer(head[arc]!, (milliseconds + weights[originalArc[arc]!]!) | 0);
    }
  }
  return times;
}
