import createGraph, { type Graph as NgraphGraph, type NodeId } from "ngraph.graph";
import { nba, type PathFinder } from "ngraph.path";
import { DiversionError } from "../../core/errors";
import { groupOf } from "../../core/search";
import { INFINITE_MS } from "../../core/units";
import type { AccessPoint, EngineFactory, Origin, Path, Target } from "../engine";
import { EngineBase, type TargetStream } from "../engine-base";
import type { ArcWeights, Graph } from "../graph";

/** What lies on a link: its cost, the arc (or access point) it stands for, and for links into the sink their target. */
interface LinkData {
  readonly cost: number;
  readonly arc: number;
  readonly target: number;
}

/**
 * Costs are `milliseconds * COST_PER_MILLISECOND + target`, the target's number being added on the last link, so that
 * the cheapest path leads to the target that is first by (milliseconds, target). Doubles carry these sums exactly:
 * 2^30 ms times 2^20 is below 2^53.
 */
const COST_PER_MILLISECOND = 2 ** 20;

const ORIGIN = "origin";
const DESTINATION = "destination";
const SINK = "sink";
const targetNode = (target: number): NodeId => `target ${target}`;

/**
 * The engine other people wrote: NBA* of ngraph.path over an ngraph.graph. A second opinion and a baseline, not fast.
 *
 * Around the road nodes stand one node per target, reached over the target's access points, and a sink reached from every
 * target. The nearest target is the last but one node of a path to the sink; the next nearest is found by searching
 * again with the links of those already found blocked.
 *
 * Of ngraph.path 1.6.1 it uses what is sound: NBA* without heuristic. (aStar reports a target whose every approach is
 * blocked as reached.) A closed arc has no link; of parallel arcs, which ngraph.graph would overwrite, the fastest has
 * one. Callbacks receive their nodes in varying order, so everything is read from the link.
 */
export class ReferenceEngine extends EngineBase {
  readonly name = "reference";
  readonly #links: NgraphGraph<undefined, LinkData> = createGraph();
  readonly #finder: PathFinder<undefined>;
  #handedOut: boolean[] = [];

  constructor(graph: Graph, weights: ArcWeights, targets: readonly Target[] = []) {
    super(graph, weights);
    for (let v = 0; v < graph.nodeCount; v++) {
      this.#links.addNode(v);
      this.#linkArcs(v);
    }
    this.#links.addNode(SINK);
    this.#finder = nba<undefined, LinkData>(this.#links, {
      oriented: true,
      distance: (_a, _b, link) => link.data.cost,
      blocked: (_a, _b, link) => link.data.target >= 0 && this.#handedOut[link.data.target] === true,
    });
    this.setTargets(targets);
  }

  protected override targetsReplaced(): void {
    if (this.targets.count > COST_PER_MILLISECOND) {
      throw new DiversionError(
        "invalid-argument",
        `The reference engine holds at most ${COST_PER_MILLISECOND} targets, not ${this.targets.count}; use another.`,
      );
    }
    // Also the slots beyond the new count, which a longer list left behind.
    for (let t = 0; this.#links.hasNode(targetNode(t)); t++) this.#links.removeNode(targetNode(t));
    for (let t = 0; t < this.targets.count; t++) this.targetReplaced(t);
  }

  protected override targetReplaced(target: number): void {
    const node = targetNode(target);
    this.#links.removeNode(node);
    this.#links.addNode(node);
    this.#linkAccessPoints(this.targets.accessPoints(target), (accessPoint) => [accessPoint, node]);
    this.#links.addLink(node, SINK, { cost: target, arc: -1, target });
  }

  protected override weightsChanged(arcs: Int32Array): void {
    const { firstArc } = this.graph;
    const tails = new Set<number>();
    for (const arc of arcs) tails.add(groupOf(firstArc, arc));
    for (const tail of tails) {
      for (let arc = firstArc[tail]!; arc < firstArc[tail + 1]!; arc++) {
        this.#links.removeLink(tail, this.graph.head[arc]!);
      }
      this.#linkArcs(tail);
    }
  }

  protected override stream(origin: Origin): TargetStream {
    const handedOut: boolean[] = [];
    const stream = {
      target: -1,
      milliseconds: INFINITE_MS,
      next: (): boolean => {
        this.#handedOut = handedOut;
        const walk = this.#find(origin, SINK);
        if (walk === undefined) return false;
        stream.target = walk.cost % COST_PER_MILLISECOND;
        stream.milliseconds = Math.floor(walk.cost / COST_PER_MILLISECOND);
        handedOut[stream.target] = true;
        return true;
      },
    };
    return stream;
  }

  protected override fillTimes(origin: Origin, out: Int32Array): void {
    this.#handedOut = [];
    for (let target = 0; target < this.targets.count; target++) {
      const walk = this.#find(origin, targetNode(target));
      out[target] = walk === undefined ? INFINITE_MS : walk.cost / COST_PER_MILLISECOND;
    }
  }

  protected override searchPath({ accessPoints }: Origin, destination: Target): Path | undefined {
    this.#links.addNode(DESTINATION);
    this.#linkAccessPoints(destination, (accessPoint) => [accessPoint, DESTINATION]);
    const walk = this.#find({ accessPoints }, DESTINATION);
    this.#links.removeNode(DESTINATION);
    return (
      walk && {
        milliseconds: walk.cost / COST_PER_MILLISECOND,
        nodes: Int32Array.from(walk.nodes.slice(1, -1), Number),
        arcs: Int32Array.from(walk.labels.slice(1, -1)),
        originAccessPoint: walk.labels[0]!,
        targetAccessPoint: walk.labels.at(-1)!,
      }
    );
  }

  /** The cheapest walk from the origin, as node ids, the arc or access point of each link, and the summed cost. */
  #find(origin: Origin, to: NodeId): { nodes: NodeId[]; labels: number[]; cost: number } | undefined {
    const links = this.#links;
    links.addNode(ORIGIN);
    this.#linkAccessPoints(origin.accessPoints, (accessPoint) => [ORIGIN, accessPoint]);
    for (const { target, milliseconds } of origin.direct ?? []) {
      this.#linkCheapest(ORIGIN, targetNode(target), milliseconds, -1);
    }
    const nodes = this.#finder
      .find(ORIGIN, to)
      .map(({ id }) => id)
      .reverse();
    const labels: number[] = [];
    let cost = 0;
    for (let i = 1; i < nodes.length; i++) {
      const { data } = links.getLink(nodes[i - 1]!, nodes[i]!)!;
      labels.push(data.arc);
      cost += data.cost;
    }
    links.removeNode(ORIGIN);
    const arrived = nodes.length > 1 && nodes[0] === ORIGIN && nodes.at(-1) === to;
    return arrived && cost < INFINITE_MS * COST_PER_MILLISECOND ? { nodes, labels, cost } : undefined;
  }

  #linkArcs(tail: number): void {
    const { firstArc, head } = this.graph;
    for (let arc = firstArc[tail]!; arc < firstArc[tail + 1]!; arc++) {
      this.#linkCheapest(tail, head[arc]!, this.weights[arc]!, arc);
    }
  }

  #linkAccessPoints(accessPoints: readonly AccessPoint[], ends: (node: number) => [NodeId, NodeId]): void {
    for (let i = 0; i < accessPoints.length; i++) {
      const { node, milliseconds } = accessPoints[i]!;
      const [from, to] = ends(node);
      this.#linkCheapest(from, to, milliseconds, i);
    }
  }

  #linkCheapest(from: NodeId, to: NodeId, milliseconds: number, arc: number): void {
    if (milliseconds >= INFINITE_MS) return;
    const cost = milliseconds * COST_PER_MILLISECOND;
    const parallel = this.#links.getLink(from, to);
    if (parallel === undefined || cost < parallel.data.cost) this.#links.addLink(from, to, { cost, arc, target: -1 });
  }
}

/** The engine of other people, for a second opinion: `new DiversionRouter({ roads, hospitals, engine: REFERENCE_ENGINE })`. */
export const REFERENCE_ENGINE: EngineFactory = {
  name: "reference",
  create: (graph, weights) => new ReferenceEngine(graph, weights),
};
