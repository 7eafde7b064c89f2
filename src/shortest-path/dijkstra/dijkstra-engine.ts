import { INFINITE_MS } from "../../core/units";
import type { EngineFactory, Origin, Path, Target } from "../engine";
import { EngineBase, type TargetStream } from "../engine-base";
import type { ArcWeights, Graph } from "../graph";
import { MinHeap } from "../heap";
import { AccessPointIndex } from "../targets";
import { NodeSearch } from "./node-search";

/**
 * Plain Dijkstra on typed arrays: no preprocessing, so it answers at once on any graph and after any change of weights,
 * in time proportional to the nodes nearer than the answer. It is what every faster engine is proved against.
 */
export class DijkstraEngine extends EngineBase {
  readonly name = "dijkstra";
  readonly #search: NodeSearch;
  readonly #accessPointIndex: AccessPointIndex;
  #targetSearch: TargetSearch;

  constructor(graph: Graph, weights: ArcWeights, targets: readonly Target[] = []) {
    super(graph, weights);
    this.#search = new NodeSearch(graph, this.weights);
    this.#accessPointIndex = new AccessPointIndex(graph.nodeCount);
    this.#targetSearch = new TargetSearch(this.#search, this.#accessPointIndex, 0);
    this.setTargets(targets);
  }

  protected override targetsReplaced(): void {
    this.#accessPointIndex.rebuild(this.targets);
    this.#targetSearch = new TargetSearch(this.#search, this.#accessPointIndex, this.targets.count);
  }

  protected override targetReplaced(): void {
    this.targetsReplaced();
  }

  protected override weightsChanged(): void {
    // The search reads the weights themselves.
  }

  protected override stream(origin: Origin): TargetStream {
    this.#targetSearch.begin(origin);
    return this.#targetSearch;
  }

  protected override fillTimes(origin: Origin, out: Int32Array): void {
    out.fill(INFINITE_MS, 0, this.targets.count);
    const search = this.#targetSearch;
    search.begin(origin);
    while (search.next()) out[search.target] = search.milliseconds;
  }

  protected override searchPath(origin: Origin, destination: Target): Path | undefined {
    return this.#search.findPath(origin.accessPoints, destination);
  }
}

/**
 * Settles nodes until the nearest labelled target is certain. A target is certain once it is nearer than every node not
 * yet settled; a node at the same time must still be settled, for it may lie at a target with a lower number.
 */
class TargetSearch implements TargetStream {
  readonly #search: NodeSearch;
  readonly #accessPoints: AccessPointIndex;
  readonly #heap = new MinHeap(64);
  /** Int32[targets]: best travel time found so far; -1 once handed out. */
  readonly #time: Int32Array;
  target = -1;
  milliseconds = INFINITE_MS;

  constructor(search: NodeSearch, accessPoints: AccessPointIndex, targetCount: number) {
    this.#search = search;
    this.#accessPoints = accessPoints;
    this.#time = new Int32Array(targetCount);
  }

  begin(origin: Origin): void {
    this.#search.begin(origin.accessPoints);
    this.#heap.clear();
    this.#time.fill(INFINITE_MS);
    this.target = -1;
    this.milliseconds = INFINITE_MS;
    for (const { target, milliseconds } of origin.direct ?? []) this.#offer(target, milliseconds);
  }

  next(): boolean {
    const heap = this.#heap;
    const search = this.#search;
    for (;;) {
      while (heap.size > 0 && heap.minKey < search.frontierMilliseconds) {
        const milliseconds = heap.minKey;
        const target = heap.minValue;
        heap.pop();
        if (milliseconds !== this.#time[target]) continue;
        this.#time[target] = -1;
        this.target = target;
        this.milliseconds = milliseconds;
        return true;
      }
      const node = search.settleNext();
      if (node >= 0) this.#offerTargetsAt(node);
      else if (heap.size === 0) return false;
    }
  }

  #offerTargetsAt(node: number): void {
    const { first, next, target, milliseconds } = this.#accessPoints;
    const time = this.#search.milliseconds(node);
    for (let accessPoint = first[node]!; accessPoint >= 0; accessPoint = next[accessPoint]!) {
      this.#offer(target[accessPoint]!, (time + milliseconds[accessPoint]!) | 0);
    }
  }

  #offer(target: number, time: number): void {
    if (time >= this.#time[target]!) return;
    this.#time[target] = time;
    this.#heap.push(time, target);
  }
}

/** Plain Dijkstra, to be handed to a router or to `roads.createEngine` for a second opinion. */
export const DIJKSTRA_ENGINE: EngineFactory = {
  name: "dijkstra",
  create: (graph, weights) => new DijkstraEngine(graph, weights),
};
