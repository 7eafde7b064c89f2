import { DiversionError } from "../core/errors";
import { INFINITE_MS } from "../core/units";
import type {
  EngineName,
  Nearest,
  NearestCursor,
  NearestOptions,
  Origin,
  Path,
  ShortestPathEngine,
  Target,
} from "./engine";
import type { ArcWeights, Graph } from "./graph";
import {
  checkDestination,
  checkOrigin,
  checkTargetNumber,
  checkWeightChange,
  checkWeights,
  TargetList,
} from "./targets";

/** A search underway inside an engine: what a cursor hands out, without the question who may still use it. */
export interface TargetStream {
  /** Moves to the next target in ascending (milliseconds, target) order; false at the end. */
  next(): boolean;
  readonly target: number;
  readonly milliseconds: number;
}

/**
 * What all engines share, so that they differ in nothing but how they search: checking every argument, owning the
 * weights and targets, ending cursors, collecting the k nearest from a stream.
 */
export abstract class EngineBase implements ShortestPathEngine {
  abstract readonly name: EngineName;
  protected readonly graph: Graph;
  /**
   * The engine's own copy, because a graph's weights may be a view of a file that others read; or, until the first
   * change, that view itself.
   */
  protected weights: ArcWeights;
  #ownsWeights: boolean;
  protected readonly targets: TargetList;
  #metricVersion = 0;
  #lease = 0;

  /** @param copyOnWrite reads the weights where they lie, and copies them before the first change. */
  constructor(graph: Graph, weights: ArcWeights, copyOnWrite = false) {
    checkWeights(graph, weights);
    this.graph = graph;
    this.weights = copyOnWrite ? weights : Int32Array.from(weights);
    this.#ownsWeights = !copyOnWrite;
    this.targets = new TargetList(graph.nodeCount);
  }

  get metricVersion(): number {
    return this.#metricVersion;
  }

  get targetCount(): number {
    return this.targets.count;
  }

  setTargets(targets: readonly Target[]): void {
    this.endCursor();
    this.targets.replaceAll(targets);
    this.targetsReplaced();
  }

  setTarget(target: number, accessPoints: Target): void {
    this.endCursor();
    this.targets.replace(target, accessPoints);
    this.targetReplaced(target);
  }

  setWeights(arcs: ArrayLike<number>, weights: ArrayLike<number>): void {
    this.endCursor();
    checkWeightChange(this.graph, arcs, weights);
    const changed: number[] = [];
    for (let i = 0; i < arcs.length; i++) {
      const arc = arcs[i]!;
      if (this.weights[arc] === weights[i]) continue;
      if (!this.#ownsWeights) this.#takeWeights();
      this.weights[arc] = weights[i]!;
      changed.push(arc);
    }
    if (changed.length === 0) return;
    this.#metricVersion++;
    this.weightsChanged(Int32Array.from(changed));
  }

  nearest(origin: Origin, { k = 1, accepts }: NearestOptions = {}): Nearest[] {
    checkCount(k);
    return collectNearest(
      this.#openCursor(origin, () => this.stream(origin, Math.min(k, this.targetCount))),
      k,
      accepts,
    );
  }

  open(origin: Origin): NearestCursor {
    return this.#openCursor(origin, () => this.stream(origin, 1));
  }

  oneToMany(origin: Origin, out: Int32Array = new Int32Array(this.targetCount)): Int32Array {
    this.endCursor();
    checkOrigin(origin, this.graph.nodeCount, this.targetCount);
    if (out.length < this.targetCount) {
      throw new DiversionError(
        "invalid-argument",
        `The output array holds ${out.length} numbers; give one of at least ${this.targetCount}, one per target.`,
      );
    }
    this.fillTimes(origin, out);
    return out;
  }

  manyToMany(origins: readonly Origin[]): Int32Array {
    const times = new Int32Array(origins.length * this.targetCount);
    for (let i = 0; i < origins.length; i++) {
      this.oneToMany(origins[i]!, times.subarray(i * this.targetCount, (i + 1) * this.targetCount));
    }
    return times;
  }

  path(origin: Origin, target: number): Path | undefined {
    this.endCursor();
    checkOrigin(origin, this.graph.nodeCount, this.targetCount);
    checkTargetNumber(target, this.targetCount);
    let best = this.searchTargetPath(origin, target);
    for (const offer of origin.direct ?? []) {
      const { milliseconds } = offer;
      if (offer.target !== target || milliseconds >= INFINITE_MS) continue;
      // On equal times the direct journey is the simpler one to drive and to explain.
      if (best === undefined || milliseconds <= best.milliseconds) best = directPath(milliseconds);
    }
    return best;
  }

  millisecondsBetween(origin: Origin, destination: Target): number {
    this.#checkJourney(origin, destination);
    return this.searchMilliseconds(origin, destination);
  }

  pathBetween(origin: Origin, destination: Target): Path | undefined {
    this.#checkJourney(origin, destination);
    return this.searchPath(origin, destination);
  }

  /** Ends the previous cursor, checks the origin, and only then starts the stream of a new cursor. */
  #openCursor(origin: Origin, start: () => TargetStream): NearestCursor {
    this.endCursor();
    checkOrigin(origin, this.graph.nodeCount, this.targetCount);
    return new LeasedCursor(start(), this.#lease, () => this.#lease);
  }

  /** Scratch space is about to be reused: whoever holds a cursor must not read from it any more. */
  protected endCursor(): void {
    this.#lease++;
  }

  #checkJourney(origin: Origin, destination: Target): void {
    this.endCursor();
    checkOrigin(origin, this.graph.nodeCount, this.targetCount);
    checkDestination(destination, this.graph.nodeCount);
  }

  #takeWeights(): void {
    this.weights = Int32Array.from(this.weights);
    this.#ownsWeights = true;
    this.weightsMoved();
  }

  /** `weights` is another array now, of the same content. Only engines that copy on write are told. */
  protected weightsMoved(): void {}

  protected abstract targetsReplaced(): void;
  protected abstract targetReplaced(target: number): void;
  /** `weights` hold the new state already; `arcs` are those whose weight differs. An arc may be listed twice. */
  protected abstract weightsChanged(arcs: Int32Array): void;
  /** @param expectedCount how many targets the caller will probably ask for; a hint, never a limit. */
  protected abstract stream(origin: Origin, expectedCount: number): TargetStream;
  protected abstract fillTimes(origin: Origin, out: Int32Array): void;
  /** A fastest path to a target, direct offers aside. */
  protected searchTargetPath(origin: Origin, target: number): Path | undefined {
    return this.searchPath(origin, this.targets.accessPoints(target));
  }

  /** The time of {@link searchPath}; INFINITE_MS when there is none. */
  protected searchMilliseconds(origin: Origin, destination: Target): number {
    return this.searchPath(origin, destination)?.milliseconds ?? INFINITE_MS;
  }

  /** A fastest path from any access point to any access point, direct offers aside. */
  protected abstract searchPath(origin: Origin, destination: Target): Path | undefined;
}

function checkCount(k: number): void {
  if (Number.isInteger(k) && k >= 1) return;
  throw new DiversionError("invalid-argument", `k is ${k}; ask for a whole number of targets, at least 1.`);
}

/** The first k targets of a stream that pass; asks about each once, in order, and about none beyond the k-th. */
function collectNearest(cursor: NearestCursor, k: number, accepts: NearestOptions["accepts"]): Nearest[] {
  const found: Nearest[] = [];
  while (found.length < k && cursor.next()) {
    const { target, milliseconds } = cursor;
    if (accepts === undefined || accepts(target, milliseconds)) found.push({ target, milliseconds });
  }
  return found;
}

const directPath = (milliseconds: number): Path => ({
  milliseconds,
  nodes: new Int32Array(0),
  arcs: new Int32Array(0),
  originAccessPoint: undefined,
  targetAccessPoint: undefined,
});

class LeasedCursor implements NearestCursor {
  readonly #stream: TargetStream;
  readonly #lease: number;
  readonly #currentLease: () => number;

  constructor(stream: TargetStream, lease: number, currentLease: () => number) {
    this.#stream = stream;
    this.#lease = lease;
    this.#currentLease = currentLease;
  }

  next(): boolean {
    this.#check();
    return this.#stream.next();
  }

  get target(): number {
    this.#check();
    return this.#stream.target;
  }

  get milliseconds(): number {
    this.#check();
    return this.#stream.milliseconds;
  }

  #check(): void {
    if (this.#lease === this.#currentLease()) return;
    throw new DiversionError(
      "invalid-argument",
      "This cursor has ended because its engine was asked something else; open a new one, or use a second engine.",
    );
  }
}
