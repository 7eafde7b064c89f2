import { INFINITE_MS } from "../../core/units";
import type { ArcWeights } from "../../shortest-path/graph";
import type { RoadGraph } from "../graph/road-graph";

/** From which nodes one can drive to a target on the roads as they are at a moment; each is asked about once. */
export class LeadingNodes {
  readonly #graph: RoadGraph;
  readonly #weights: ArcWeights;
  readonly #reachesTarget: (node: number) => boolean;
  readonly #known = new Map<number, boolean>();

  /** @param reachesTarget asks an engine, whose travel times are the weights. */
  constructor(graph: RoadGraph, weights: ArcWeights, reachesTarget: (node: number) => boolean) {
    this.#graph = graph;
    this.#weights = weights;
    this.#reachesTarget = reachesTarget;
  }

  readonly leads = (node: number): boolean => {
    let answer = this.#known.get(node);
    if (answer === undefined) {
      answer = this.#reachesTarget(node);
      this.#known.set(node, answer);
      if (!answer) this.#spreadNo(node);
    }
    return answer;
  };

  /** What can be reached from a node that leads to no target leads to none either. */
  #spreadNo(from: number): void {
    const { firstEdge, edgeHead } = this.#graph.columns;
    const open = [from];
    for (let node = open.pop(); node !== undefined; node = open.pop()) {
      for (let edge = firstEdge[node]!; edge < firstEdge[node + 1]!; edge++) {
        const head = edgeHead[edge]!;
        if (this.#weights[edge]! >= INFINITE_MS || this.#known.get(head) === false) continue;
        this.#known.set(head, false);
        open.push(head);
      }
    }
  }
}
