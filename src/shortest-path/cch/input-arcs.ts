import { INFINITE_MS } from "../../core/units";
import type { ArcWeights, Graph } from "../graph";

/** Of parallel arcs between two nodes the fastest, of equal ones the first; NO_INPUT_ARC when all are closed or none is. */
export function fastestInputArc({ firstArc, head }: Graph, weights: ArcWeights, from: number, to: number): number {
  let best = NO_INPUT_ARC;
  let bestTime = INFINITE_MS;
  for (let arc = firstArc[from]!; arc < firstArc[from + 1]!; arc++) {
    if (head[arc] === to && weights[arc]! < bestTime) {
      best = arc;
      bestTime = weights[arc]!;
    }
  }
  return best;
}

/** Milliseconds over {@link fastestInputArc}; INFINITE_MS when there is none. */
export function fastestInputTime(graph: Graph, weights: ArcWeights, from: number, to: number): number {
  const arc = fastestInputArc(graph, weights, from, to);
  return arc === NO_INPUT_ARC ? INFINITE_MS : weights[arc]!;
}

/** No open arc leads from the one node to the other. */
export const NO_INPUT_ARC = -1;
