import { DiversionError } from "../core/errors";
import { INFINITE_MS } from "../core/units";
import { PartialCustomizer } from "./cch/customization-partial";
import { type Hierarchy, NO_PARENT } from "./cch/hierarchy";
import { customize, type Metric } from "./cch/metric";
import { PointToPoint } from "./cch/point-to-point";
import type { Origin, Path, Target } from "./engine";
import { EngineBase, type TargetStream } from "./engine-base";
import type { ArcWeights } from "./graph";
import { BucketQuery } from "./nearest/bucket-query";
import { TargetBuckets } from "./nearest/buckets";
import { FastestWalk } from "./nearest/fastest-walk";
import { BEYOND_TABLE, type NearestTable, NOWHERE } from "./nearest/nearest-table";
import { TablePathWalker } from "./nearest/table-path";
import { TableMaintainer, type TableOptions } from "./nearest/table-repair";
import { TableStream } from "./nearest/table-stream";

export interface CchEngineOptions extends TableOptions {
  /** A metric customized from these weights, which the engine takes over and keeps up to date. Default: a new one. */
  readonly metric?: Metric | undefined;
  /**
   * Reads the weights and the metric given where they lie, for instance in memory that other threads read too, and copies
   * them before the first change. Nobody may change them meanwhile. Default: false.
   */
  readonly copyOnWrite?: boolean | undefined;
  /**
   * Up to this many arcs the metric is updated in part, above it is customized in full. Default: the graph's arcs divided
   * by {@link ARCS_PER_PARTIAL_CHANGE}.
   */
  readonly partialLimit?: number | undefined;
}

/**
 * Where updating in part begins to cost as much as in full, buckets included: on New York (733,846 arcs, 200 targets) 300
 * random arcs cost half as much as all, 1000 the same, 2000 half as much again.
 */
const ARCS_PER_PARTIAL_CHANGE = 700;

/**
 * The fast engine: a customizable contraction hierarchy with target buckets and a nearest table.
 *
 * A change of weights or targets brings the metric and the buckets up to date before the call returns, so every answer
 * from then on is for the new state. The table follows later, and is read only while it is fresh; until then the buckets
 * answer. No answer ever mixes two states.
 *
 * Nodes of the hierarchy's graph are numbered by rank; all node and arc numbers here are that graph's.
 */
export class CchEngine extends EngineBase {
  readonly name = "cch";
  readonly hierarchy: Hierarchy;
  readonly metric: Metric;
  /** The same object, when its arrays are others' and have to be exchanged for copies before the first change. */
  readonly #borrowedMetric: { forward: Int32Array; backward: Int32Array } | undefined;
  readonly buckets: TargetBuckets;
  readonly #table: TableMaintainer;
  /** Made when the first change comes: most engines of a batch never see one. */
  #customizer: PartialCustomizer | undefined;
  readonly #partialLimit: number;
  readonly #query: BucketQuery;
  readonly #tableStream: TableStream;
  #walker: TablePathWalker;
  readonly #fastestWalk: FastestWalk;
  /** Made when first asked for: routers only ever ask about targets. */
  #pointToPoint: PointToPoint | undefined;
  /** Uint8[nodeCount]: scratch, all zero between calls. */
  readonly #isMarked: Uint8Array;

  constructor(
    hierarchy: Hierarchy,
    weights: ArcWeights,
    targets: readonly Target[] = [],
    options: CchEngineOptions = {},
  ) {
    super(hierarchy.graph, weights, options.copyOnWrite);
    this.hierarchy = hierarchy;
    const { metric = customize(hierarchy, this.weights), copyOnWrite = false } = options;
    this.#borrowedMetric = copyOnWrite ? { ...metric } : undefined;
    this.metric = this.#borrowedMetric ?? metric;
    this.#partialLimit = options.partialLimit ?? hierarchy.graph.arcCount / ARCS_PER_PARTIAL_CHANGE;
    this.buckets = new TargetBuckets(hierarchy, this.metric);
    this.#table = new TableMaintainer(hierarchy, this.metric, this.buckets, options);
    this.#query = new BucketQuery(hierarchy, this.metric, this.buckets);
    this.#tableStream = new TableStream(this.#query);
    this.#walker = new TablePathWalker(this.graph, this.weights);
    this.#fastestWalk = new FastestWalk(hierarchy);
    this.#isMarked = new Uint8Array(hierarchy.nodeCount);
    this.setTargets(targets);
  }

  /** Whether the table is up to date. */
  get tableIsFresh(): boolean {
    return this.#table.isFresh;
  }

  /** Brings the table up to date: at most `rowLimit` rows of it. Returns whether it is fresh now. */
  refreshTable(rowLimit = Number.POSITIVE_INFINITY): boolean {
    return this.#table.advance(rowLimit);
  }

  /** The nearest table, undefined while it is stale. Valid until weights or targets change. */
  get table(): NearestTable | undefined {
    return this.#table.freshTable;
  }

  /**
   * Takes over the words of a fresh table that another engine built from the same metric and targets, and reads them
   * where they lie; they are copied before this engine would change them. Until weights or targets change nothing is left
   * to refresh.
   *
   * @throws `invalid-argument` when they are not as many as such a table has.
   */
  adoptTable(words: Int32Array): void {
    this.#table.adopt(this.targetCount, words);
  }

  /**
   * The nearest accepted target of each node. For batches: allocates nothing, asks no callback.
   *
   * @param nodes origins, each a node without offset.
   * @param accepted Uint8[targetCount]: non-zero where a target is accepted.
   * @param outTarget Int32[nodes.length]: receives target numbers, -1 where no accepted target can be reached.
   * @param outMilliseconds Int32[nodes.length]: receives travel times, INFINITE_MS where there is none.
   */
  nearestAccepted(nodes: Int32Array, accepted: Uint8Array, outTarget: Int32Array, outMilliseconds: Int32Array): void {
    this.endCursor();
    this.#checkBatch(nodes, accepted, outTarget, outMilliseconds);
    const { table } = this;
    for (let i = 0; i < nodes.length; i++) {
      const slot = table === undefined ? BEYOND_TABLE : table.firstAccepted(nodes[i]!, accepted);
      if (slot >= 0) {
        outTarget[i] = table!.target(slot);
        outMilliseconds[i] = table!.milliseconds(slot);
      } else if (slot === BEYOND_TABLE && this.#query.findNearestFromNode(nodes[i]!, accepted)) {
        outTarget[i] = this.#query.target;
        outMilliseconds[i] = this.#query.milliseconds;
      } else {
        outTarget[i] = -1;
        outMilliseconds[i] = INFINITE_MS;
      }
    }
  }

  protected override targetsReplaced(): void {
    this.buckets.rebuild(this.targets);
    this.#table.targetsReplaced(this.targetCount);
  }

  protected override targetReplaced(target: number): void {
    this.#table.targetReplaced(this.targetCount, this.buckets.repair(this.targets, [target]));
  }

  protected override weightsMoved(): void {
    this.#walker = new TablePathWalker(this.graph, this.weights);
    if (this.#borrowedMetric === undefined) return;
    this.#borrowedMetric.forward = Int32Array.from(this.metric.forward);
    this.#borrowedMetric.backward = Int32Array.from(this.metric.backward);
  }

  protected override weightsChanged(arcs: Int32Array): void {
    if (arcs.length > this.#partialLimit) {
      customize(this.hierarchy, this.weights, this.metric);
      this.buckets.rebuild(this.targets);
      this.#table.everythingChanged();
      return;
    }
    this.#customizer ??= new PartialCustomizer(this.hierarchy);
    const { tails, count } = this.#customizer.update(this.metric, this.weights, arcs);
    const bucketNodes = this.buckets.repair(this.targets, this.#targetsBelow(tails, count));
    this.#table.nodesChanged(tails, count);
    this.#table.nodesChanged(bucketNodes);
  }

  protected override stream(origin: Origin, expectedCount: number): TargetStream {
    const { table } = this;
    if (table !== undefined) {
      this.#tableStream.begin(origin, table);
      return this.#tableStream;
    }
    this.#query.begin(origin, Math.max(1, expectedCount));
    return this.#query;
  }

  protected override fillTimes(origin: Origin, out: Int32Array): void {
    this.#query.fillTimes(origin, this.targetCount, out);
  }

  protected override searchMilliseconds(origin: Origin, destination: Target): number {
    this.#pointToPoint ??= new PointToPoint(this.hierarchy);
    return this.#pointToPoint.milliseconds(this.metric, origin.accessPoints, destination);
  }

  protected override searchPath(origin: Origin, destination: Target): Path | undefined {
    return this.#fastestWalk.path(this.metric, this.weights, origin.accessPoints, destination);
  }

  protected override searchTargetPath(origin: Origin, target: number): Path | undefined {
    const walked = this.#walkPath(origin, target);
    if (walked !== undefined) return walked;
    const { table } = this;
    const shortcut = table === undefined ? undefined : { table, target, walker: this.#walker };
    return this.#fastestWalk.path(
      this.metric,
      this.weights,
      origin.accessPoints,
      this.targets.accessPoints(target),
      shortcut,
    );
  }

  /** A path out of the table; undefined when the table does not tell, which includes that there may be no path. */
  #walkPath({ accessPoints }: Origin, target: number): Path | undefined {
    const { table } = this;
    if (table === undefined) return undefined;
    let milliseconds = INFINITE_MS;
    let best = -1;
    let bestSlot = -1;
    for (let i = 0; i < accessPoints.length; i++) {
      const accessPoint = accessPoints[i]!;
      const slot = table.find(accessPoint.node, target);
      if (slot === BEYOND_TABLE) return undefined;
      if (slot === NOWHERE) continue;
      const total = accessPoint.milliseconds + table.milliseconds(slot);
      if (total >= milliseconds) continue;
      milliseconds = total;
      best = i;
      bestSlot = slot;
    }
    if (best < 0 || !this.#walker.walk(table, accessPoints[best]!.node, bestSlot, this.targets.accessPoints(target)))
      return undefined;
    const { path, targetAccessPoint } = this.#walker;
    return { milliseconds, nodes: path.nodes(), arcs: path.arcs(), originAccessPoint: best, targetAccessPoint };
  }

  /**
   * Targets with an access point at or below one of the nodes in the elimination tree: only their searches can meet an upward arc
   * of such a node. Ascending.
   */
  #targetsBelow(nodes: Int32Array, count: number): number[] {
    const { parent } = this.hierarchy;
    const isMarked = this.#isMarked;
    for (let i = 0; i < count; i++) isMarked[nodes[i]!] = 1;
    const below: number[] = [];
    for (let target = 0; target < this.targetCount; target++) {
      const accessPoints = this.targets.accessPoints(target);
      if (accessPoints.some(({ node }) => hasMarkedAncestor(parent, isMarked, node))) below.push(target);
    }
    for (let i = 0; i < count; i++) isMarked[nodes[i]!] = 0;
    return below;
  }

  #checkBatch(nodes: Int32Array, accepted: Uint8Array, outTarget: Int32Array, outMilliseconds: Int32Array): void {
    if (
      accepted.length < this.targetCount ||
      outTarget.length < nodes.length ||
      outMilliseconds.length < nodes.length
    ) {
      throw new DiversionError(
        "invalid-argument",
        `${nodes.length} nodes and ${this.targetCount} targets need two output arrays of ${nodes.length} numbers and flags ` +
          `for ${this.targetCount} targets; given are ${outTarget.length}, ${outMilliseconds.length} and ${accepted.length}.`,
      );
    }
    const { nodeCount } = this.graph;
    for (let i = 0; i < nodes.length; i++) {
      if (nodes[i]! >= 0 && nodes[i]! < nodeCount) continue;
      throw new DiversionError(
        "invalid-argument",
        `Origin ${i} is node ${nodes[i]}; the graph has nodes 0 to ${nodeCount - 1}.`,
      );
    }
  }
}

/** Whether the node or one above it in the elimination tree is marked. */
function hasMarkedAncestor(parent: Int32Array, isMarked: Uint8Array, node: number): boolean {
  for (let v = node; v !== NO_PARENT; v = parent[v]!) if (isMarked[v] === 1) return true;
  return false;
}
