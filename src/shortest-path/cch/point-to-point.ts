import { INFINITE_MS } from "../../core/units";
import type { Path, Seed } from "../engine";
import type { ArcWeights } from "../graph";
import { type Hierarchy, NO_PARENT } from "./hierarchy";
import type { Metric } from "./metric";
import { TreePath } from "./tree-path";
import { PathBuffer, Unpacker } from "./unpack";

/** Scratch of the climb from one end of a journey up the elimination tree. */
interface Climb {
  /** Int32[nodeCount]: tentative milliseconds between the end and each node; INFINITE_MS outside a query. */
  readonly time: Int32Array;
  /** Int32[nodeCount]: the node a label came from, or -1 - seed; valid where there is a time. */
  readonly via: Int32Array;
  /** The nodes that can be labelled. */
  readonly path: TreePath;
}

/**
 * Fastest journeys between two points: both ends climb the elimination tree, and the fastest meeting is the answer
 * (survey arXiv 2502.10519, section on elimination tree queries). No queue is needed, since ascending rank is an order in
 * which labels become final. Owns its scratch: one object per thread, reused from query to query.
 */
export class PointToPoint {
  readonly #hierarchy: Hierarchy;
  readonly #unpacker: Unpacker;
  readonly #ascent: Climb;
  readonly #descent: Climb;
  readonly #buffer = new PathBuffer();
  readonly #hops: number[] = [];
  #milliseconds = INFINITE_MS;
  #meeting = NO_PARENT;

  constructor(hierarchy: Hierarchy) {
    this.#hierarchy = hierarchy;
    this.#unpacker = new Unpacker(hierarchy);
    this.#ascent = createClimb(hierarchy);
    this.#descent = createClimb(hierarchy);
  }

  /** Milliseconds of the fastest journey from any of `from` to any of `to`; INFINITE_MS when there is none. */
  distance(metric: Metric, from: readonly Seed[], to: readonly Seed[]): number {
    this.#meet(metric, from, to);
    this.#reset();
    return this.#milliseconds;
  }

  /**
   * The fastest journey itself; undefined when there is none. Equal ones are decided by the hierarchy, always the same
   * way.
   *
   * @param weights what the metric was customized from.
   */
  path(metric: Metric, weights: ArcWeights, from: readonly Seed[], to: readonly Seed[]): Path | undefined {
    this.#meet(metric, from, to);
    try {
      return this.#meeting === NO_PARENT ? undefined : this.#trace(metric, weights);
    } finally {
      this.#reset();
    }
  }

  #meet(metric: Metric, from: readonly Seed[], to: readonly Seed[]): void {
    const ascent = this.#ascent;
    const descent = this.#descent;
    begin(ascent, from);
    begin(descent, to);
    this.#milliseconds = INFINITE_MS;
    this.#meeting = NO_PARENT;
    let i = 0;
    let j = 0;
    while (i < ascent.path.length || j < descent.path.length) {
      const a = i < ascent.path.length ? ascent.path.nodes[i]! : this.#hierarchy.nodeCount;
      const b = j < descent.path.length ? descent.path.nodes[j]! : this.#hierarchy.nodeCount;
      if (a === b) this.#tryMeeting(a);
      // A label no faster than the best journey cannot lead to a faster one.
      if (a <= b) {
        i++;
        if (ascent.time[a]! < this.#milliseconds) relaxUpward(this.#hierarchy, metric.forward, ascent, a);
      }
      if (b <= a) {
        j++;
        if (descent.time[b]! < this.#milliseconds) relaxUpward(this.#hierarchy, metric.backward, descent, b);
      }
    }
  }

  #tryMeeting(node: number): void {
    const total = this.#ascent.time[node]! + this.#descent.time[node]!;
    if (total >= this.#milliseconds) return;
    this.#milliseconds = total;
    this.#meeting = node;
  }

  #trace(metric: Metric, weights: ArcWeights): Path {
    const hops = this.#hops;
    hops.length = 0;
    let node = this.#meeting;
    while (node >= 0) {
      hops.push(node);
      node = this.#ascent.via[node]!;
    }
    const originSeed = -1 - node;
    const buffer = this.#buffer;
    buffer.begin(hops[hops.length - 1]!);
    for (let i = hops.length - 1; i > 0; i--) {
      this.#unpacker.unpackHop(metric, weights, hops[i]!, hops[i - 1]!, buffer);
    }
    node = this.#meeting;
    let next = this.#descent.via[node]!;
    while (next >= 0) {
      this.#unpacker.unpackHop(metric, weights, node, next, buffer);
      node = next;
      next = this.#descent.via[node]!;
    }
    return {
      milliseconds: this.#milliseconds,
      nodes: buffer.nodes(),
      arcs: buffer.arcs(),
      originSeed,
      targetSeed: -1 - next,
    };
  }

  #reset(): void {
    reset(this.#ascent);
    reset(this.#descent);
  }
}

function createClimb(hierarchy: Hierarchy): Climb {
  return {
    time: new Int32Array(hierarchy.nodeCount).fill(INFINITE_MS),
    via: new Int32Array(hierarchy.nodeCount),
    path: new TreePath(hierarchy),
  };
}

function begin({ time, via, path }: Climb, seeds: readonly Seed[]): void {
  path.collect(seeds);
  for (let i = 0; i < seeds.length; i++) {
    const { node, milliseconds } = seeds[i]!;
    if (milliseconds >= time[node]!) continue;
    time[node] = milliseconds;
    via[node] = -1 - i;
  }
}

function relaxUpward({ firstUp, upHead }: Hierarchy, weight: Int32Array, { time, via }: Climb, node: number): void {
  const start = time[node]!;
  const end = firstUp[node + 1]!;
  for (let arc = firstUp[node]!; arc < end; arc++) {
    const head = upHead[arc]!;
    const reached = (start + weight[arc]!) | 0;
    if (reached < time[head]!) {
      time[head] = reached;
      via[head] = node;
    }
  }
}

function reset({ time, path }: Climb): void {
  for (let i = 0; i < path.length; i++) time[path.nodes[i]!] = INFINITE_MS;
}
