import { DiversionError } from "../core/errors";
import { INFINITE_MS } from "../core/units";
import type { Origin, Seed, Target } from "./engine";
import type { ArcWeights, Graph } from "./graph";

function checkMilliseconds(milliseconds: number, what: string): void {
  if (Number.isInteger(milliseconds) && milliseconds >= 0 && milliseconds <= INFINITE_MS) return;
  throw new DiversionError(
    "invalid-argument",
    `${what} takes ${milliseconds} ms; give a whole number of milliseconds from 0 to ${INFINITE_MS}.`,
  );
}

function checkSeeds(seeds: readonly Seed[], nodeCount: number, what: string): void {
  for (let i = 0; i < seeds.length; i++) {
    const { node, milliseconds } = seeds[i]!;
    if (!Number.isInteger(node) || node < 0 || node >= nodeCount) {
      throw new DiversionError(
        "invalid-argument",
        `Seed ${i} of ${what} names node ${node}; the graph has nodes 0 to ${nodeCount - 1}.`,
      );
    }
    checkMilliseconds(milliseconds, `Seed ${i} of ${what}`);
  }
}

/** Throws `invalid-argument` unless every seed of the point lies on the graph. */
export function checkDestination(destination: Target, nodeCount: number): void {
  checkSeeds(destination, nodeCount, "the destination");
}

/** Throws `invalid-argument` unless the origin's seeds lie on the graph and its offers name targets. */
export function checkOrigin({ seeds, direct = [] }: Origin, nodeCount: number, targetCount: number): void {
  checkSeeds(seeds, nodeCount, "the origin");
  for (const { target, milliseconds } of direct) {
    checkTargetNumber(target, targetCount);
    checkMilliseconds(milliseconds, `The direct offer to target ${target}`);
  }
}

export function checkTargetNumber(target: number, targetCount: number): void {
  if (Number.isInteger(target) && target >= 0 && target < targetCount) return;
  throw new DiversionError(
    "invalid-argument",
    targetCount === 0
      ? `There is no target ${target}; the engine has no targets yet: call setTargets first.`
      : `There is no target ${target}; the engine has targets 0 to ${targetCount - 1}.`,
  );
}

function checkWeight(milliseconds: number, arc: number): void {
  if (Number.isInteger(milliseconds) && milliseconds >= 1 && milliseconds <= INFINITE_MS) return;
  throw new DiversionError(
    "invalid-argument",
    `Arc ${arc} is given ${milliseconds} ms; give a whole number of milliseconds from 1 to ${INFINITE_MS}, which closes it.`,
  );
}

/** Throws `invalid-argument` unless there is one valid travel time per arc of the graph. */
export function checkWeights(graph: Graph, weights: ArcWeights): void {
  if (weights.length !== graph.arcCount) {
    throw new DiversionError(
      "invalid-argument",
      `The graph has ${graph.arcCount} arcs but ${weights.length} travel times are given; give one per arc.`,
    );
  }
  for (let arc = 0; arc < weights.length; arc++) checkWeight(weights[arc]!, arc);
}

/** Throws `invalid-argument` unless the two lists pair existing arcs with valid travel times. */
export function checkWeightChange(graph: Graph, arcs: ArrayLike<number>, weights: ArrayLike<number>): void {
  if (arcs.length !== weights.length) {
    throw new DiversionError(
      "invalid-argument",
      `${arcs.length} arcs are named but ${weights.length} travel times are given; give one per arc.`,
    );
  }
  for (let i = 0; i < arcs.length; i++) {
    const arc = arcs[i]!;
    if (!Number.isInteger(arc) || arc < 0 || arc >= graph.arcCount) {
      throw new DiversionError(
        "invalid-argument",
        `There is no arc ${arc}; the graph has arcs 0 to ${graph.arcCount - 1}.`,
      );
    }
    checkWeight(weights[i]!, arc);
  }
}

/** The targets of one engine: checked, copied, numbered by their place. */
export class TargetList {
  readonly #nodeCount: number;
  #targets: Target[] = [];

  constructor(nodeCount: number) {
    this.#nodeCount = nodeCount;
  }

  get count(): number {
    return this.#targets.length;
  }

  /** The target's seeds; none for a slot whose target was removed. */
  seeds(target: number): Target {
    return this.#targets[target]!;
  }

  /** All or nothing: when one target is invalid, the list is as before. */
  replaceAll(targets: readonly Target[]): void {
    this.#targets = targets.map((seeds, target) => this.#checkedCopy(seeds, target));
  }

  /** Replaces one target, or appends one when `target` equals {@link count}. */
  replace(target: number, seeds: Target): void {
    checkTargetNumber(target, this.count + 1);
    this.#targets[target] = this.#checkedCopy(seeds, target);
  }

  #checkedCopy(seeds: Target, target: number): Target {
    checkSeeds(seeds, this.#nodeCount, `target ${target}`);
    return seeds.map(({ node, milliseconds }) => ({ node, milliseconds }));
  }
}

/**
 * Finds the target seeds at a node in constant time: one chain of seeds per node, Int32[nodeCount] heads. Rebuilding
 * costs time proportional to the seeds, not to the graph.
 */
export class SeedIndex {
  /** Int32[nodeCount]: the first seed of each node, or -1. */
  readonly first: Int32Array;
  /** Per seed: the next seed at the same node, or -1. */
  next = new Int32Array(0);
  target = new Int32Array(0);
  milliseconds = new Int32Array(0);
  #node = new Int32Array(0);

  constructor(nodeCount: number) {
    this.first = new Int32Array(nodeCount).fill(-1);
  }

  rebuild(targets: TargetList): void {
    for (const node of this.#node) this.first[node] = -1;
    let seedCount = 0;
    for (let t = 0; t < targets.count; t++) seedCount += targets.seeds(t).length;
    this.next = new Int32Array(seedCount);
    this.target = new Int32Array(seedCount);
    this.milliseconds = new Int32Array(seedCount);
    this.#node = new Int32Array(seedCount);
    let seed = 0;
    for (let t = 0; t < targets.count; t++) {
      for (const { node, milliseconds } of targets.seeds(t)) {
        this.target[seed] = t;
        this.milliseconds[seed] = milliseconds;
        this.#node[seed] = node;
        this.next[seed] = this.first[node]!;
        this.first[node] = seed++;
      }
    }
  }
}
