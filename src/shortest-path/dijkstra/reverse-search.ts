import { INFINITE_MS } from "../../core/units";
import type { Target } from "../engine";
import type { ArcWeights, ReverseGraph } from "../graph";
import { MinHeap } from "../heap";

/**
 * Travel time from every node to the nearest of some seeds, by Dijkstra's algorithm over reversed arcs: one search where
 * many origins ask about the same few places.
 *
 * @param weights of the arcs of the graph that was reversed.
 * @param limitMs times above it are not looked for.
 * @returns Int32[nodeCount]: milliseconds to the seed and on by its own; INFINITE_MS where that is more than the limit.
 */
export function millisecondsTo(
  { nodeCount, firstArc, head, originalArc }: ReverseGraph,
  weights: ArcWeights,
  seeds: Target,
  limitMs: number,
): Int32Array {
  const times = new Int32Array(nodeCount).fill(INFINITE_MS);
  const heap = new MinHeap();
  const offer = (node: number, milliseconds: number): void => {
    if (milliseconds > limitMs || milliseconds >= times[node]!) return;
    times[node] = milliseconds;
    heap.push(milliseconds, node);
  };
  for (const { node, milliseconds } of seeds) offer(node, milliseconds);
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
