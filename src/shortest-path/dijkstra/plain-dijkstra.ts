import { INFINITE_MS } from "../../core/units";
import type { AccessPoint } from "../engine";
import type { ArcWeights, Graph } from "../graph";

/**
 * Dijkstra's algorithm as the textbook has it, over a plain binary heap of pairs, with nothing clever and nothing shared
 * with the engines: the judge that `verify` holds them to.
 *
 * @returns Int32[nodeCount]: travel time from the access points to every node; INFINITE_MS where there is no way.
 */
export function plainDijkstra(graph: Graph, weights: ArcWeights, accessPoints: readonly AccessPoint[]): Int32Array {
  const distance = new Int32Array(graph.nodeCount).fill(INFINITE_MS);
  const heap: [milliseconds: number, node: number][] = [];
  const push = (milliseconds: number, node: number): void => {
    if (milliseconds >= distance[node]!) return;
    distance[node] = milliseconds;
    let at = heap.push([milliseconds, node]) - 1;
    while (at > 0 && heap[(at - 1) >> 1]![0] > heap[at]![0]) {
      const parent = (at - 1) >> 1;
      [heap[parent], heap[at]] = [heap[at]!, heap[parent]!];
      at = parent;
    }
  };
  for (const { node, milliseconds } of accessPoints) push(milliseconds, node);
  while (heap.length > 0) {
    const [milliseconds, node] = heap[0]!;
    const last = heap.pop()!;
    if (heap.length > 0) sift(heap, last);
    if (milliseconds > distance[node]!) continue;
    for (let arc = graph.firstArc[node]!; arc < graph.firstArc[node + 1]!; arc++) {
      if (weights[arc]! < INFINITE_MS) push(milliseconds + weights[arc]!, graph.head[arc]!);
    }
  }
  return distance;
}

function sift(heap: [number, number][], item: [number, number]): void {
  let at = 0;
  for (;;) {
    let child = 2 * at + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && heap[child + 1]![0] < heap[child]![0]) child++;
    if (heap[child]![0] >= item[0]) break;
    heap[at] = heap[child]!;
    at = child;
  }
  heap[at] = item;
}
