import { DiversionError } from "../core/errors";
import { INFINITE_MS } from "../core/units";
import type { AccessPoint, Origin, Target } from "./engine";
import type { ArcWeights, Graph } from "./graph";

function checkMilliseconds(milliseconds: number, what: string): void {
  if (Number.isInteger(milliseconds) && milliseconds >= 0 && milliseconds <= INFINITE_MS) return;
  throw new DiversionError(
    "invalid-argument",
    `${what} takes ${milliseconds} ms; give a whole number of milliseconds from 0 to ${INFINITE_MS}.`,
  );
}

function checkAccessPoints(accessPoints: readonly AccessPoint[], nodeCount: number, what: string): void {
  for (let i = 0; i < accessPoints.length; i++) {
    const { node, milliseconds } = accessPoints[i]!;
    if (!Number.isInteger(node) || node < 0 || node >= nodeCount) {
      throw new DiversionError(
        "invalid-argument",
        `Access point ${i} of ${what} names node ${node}; the graph has nodes 0 to ${nodeCount - 1}.`,
      );
    }
    checkMilliseconds(milliseconds, `Access point ${i} of ${what}`);
  }
}

/** Throws `invalid-argument` unless every access point of the point lies on the graph. */
export function checkDestination(destination: Target, nodeCount: number): void {
  checkAccessPoints(destination, nodeCount, "the destination");
}

/** Throws `invalid-argument` unless the origin's access points lie on the graph and its offers name targets. */
export function checkOrigin({ accessPoints, direct = [] }: Origin, nodeCount: number, targetCount: number): void {
  checkAccessPoints(accessPoints, nodeCount, "the origin");
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

  /** The target's access points; none for a slot whose target was removed. */
  accessPoints(target: number): Target {
    return this.#targets[target]!;
  }

  /** All or nothing: when one target is invalid, the list is as before. */
  replaceAll(targets: readonly Target[]): void {
    this.#targets = targets.map((accessPoints, target) => this.#checkedCopy(accessPoints, target));
  }

  /** Replaces one target, or appends one when `target` equals {@link count}. */
  replace(target: number, accessPoints: Target): void {
    checkTargetNumber(target, this.count + 1);
    this.#targets[target] = this.#checkedCopy(accessPoints, target);
  }

  #checkedCopy(accessPoints: Target, target: number): Target {
    checkAccessPoints(accessPoints, this.#nodeCount, `target ${target}`);
    return accessPoints.map(({ node, milliseconds }) => ({ node, milliseconds }));
  }
}

/**
 * Finds the target access points at a node in constant time: one chain of access points per node, Int32[nodeCount] heads. Rebuilding
 * costs time proportional to the access points, not to the graph.
 */
export class AccessPointIndex {
  /** Int32[nodeCount]: the first access point of each node, or -1. */
  readonly first: Int32Array;
  /** Per access point: the next access point at the same node, or -1. */
  next = new Int32Array(0);
  target = new Int32Array(0);
  milliseconds = new Int32Array(0);
  #node = new Int32Array(0);

  constructor(nodeCount: number) {
    this.first = new Int32Array(nodeCount).fill(-1);
  }

  rebuild(targets: TargetList): void {
    for (const node of this.#node) this.first[node] = -1;
    let accessPointCount = 0;
    for (let t = 0; t < targets.count; t++) accessPointCount += targets.accessPoints(t).length;
    this.next = new Int32Array(accessPointCount);
    this.target = new Int32Array(accessPointCount);
    this.milliseconds = new Int32Array(accessPointCount);
    this.#node = new Int32Array(accessPointCount);
    let accessPoint = 0;
    for (let t = 0; t < targets.count; t++) {
      for (const { node, milliseconds } of targets.accessPoints(t)) {
        this.target[accessPoint] = t;
        this.milliseconds[accessPoint] = milliseconds;
        this.#node[accessPoint] = node;
        this.next[accessPoint] = this.first[node]!;
        this.first[node] = accessPoint++;
      }
    }
  }
}
