import type { SeededRandom } from "../../src/core/random";
import { INFINITE_MS } from "../../src/core/units";
import { buildHierarchy } from "../../src/shortest-path/cch/hierarchy";
import { type ArcWeights, arcTails, type Graph, graphFromArcs } from "../../src/shortest-path/graph";

export interface RankedGraph {
  readonly graph: Graph;
  readonly weights: ArcWeights;
}

/** Renumbers nodes: `order[rank]` is the node that gets number `rank`. */
export function renumber(graph: Graph, weights: ArcWeights, order: Int32Array): RankedGraph {
  const rank = new Int32Array(graph.nodeCount);
  order.forEach((node, at) => {
    rank[node] = at;
  });
  const tails = arcTails(graph).map((node) => rank[node]!);
  const heads = graph.head.map((node) => rank[node]!);
  const { graph: ranked, inputArc } = graphFromArcs(graph.nodeCount, tails, heads);
  return { graph: ranked, weights: inputArc.map((arc) => weights[arc]!) };
}

/** Greedy minimum degree: the plainest order that keeps small hierarchies small. For test graphs only. */
export function minimumDegreeOrder(graph: Graph): Int32Array {
  const { nodeCount, firstArc, head } = graph;
  const neighbours = Array.from({ length: nodeCount }, () => new Set<number>());
  for (let v = 0; v < nodeCount; v++) {
    for (let arc = firstArc[v]!; arc < firstArc[v + 1]!; arc++) {
      if (head[arc] === v) continue;
      neighbours[v]!.add(head[arc]!);
      neighbours[head[arc]!]!.add(v);
    }
  }
  const left = new Set(neighbours.keys());
  return Int32Array.from({ length: nodeCount }, () => {
    let best = -1;
    for (const v of left) if (best < 0 || neighbours[v]!.size < neighbours[best]!.size) best = v;
    left.delete(best);
    const around = [...neighbours[best]!];
    for (const a of around) {
      neighbours[a]!.delete(best);
      for (const b of around) if (a !== b) neighbours[a]!.add(b);
    }
    return best;
  });
}

/** A postorder of the elimination tree over `order`: the same hierarchy, with every subtree a range of ranks. */
export function postorder(graph: Graph, weights: ArcWeights, order: Int32Array): Int32Array {
  const { parent } = buildHierarchy(renumber(graph, weights, order).graph);
  const children: number[][] = Array.from(parent, () => []);
  const stack: number[] = [];
  parent.forEach((above, v) => {
    (above < 0 ? stack : children[above]!).push(v);
  });
  const reversed: number[] = [];
  while (stack.length > 0) {
    const v = stack.pop()!;
    reversed.push(order[v]!);
    stack.push(...children[v]!);
  }
  return Int32Array.from(reversed.reverse());
}

/** The graph numbered by a postordered minimum-degree order. */
export function rankByMinimumDegree({ graph, weights }: RankedGraph): RankedGraph {
  return renumber(graph, weights, postorder(graph, weights, minimumDegreeOrder(graph)));
}

/** Replaces the weights of `count` random arcs in place (repetitions included), a third of them by closures. */
export function changeSomeWeights(weights: ArcWeights, count: number, maximum: number, random: SeededRandom): number[] {
  return Array.from({ length: weights.length === 0 ? 0 : count }, () => {
    const arc = random.integer(weights.length);
    weights[arc] = random.next() < 0.3 ? INFINITE_MS : 1 + random.integer(maximum);
    return arc;
  });
}
