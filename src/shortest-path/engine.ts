/**
 * The one interface behind which every shortest-path engine lives. Integers only: an engine has never heard of a
 * hospital, a road or a position.
 *
 * Points lie on edges, so a point is a short list of {@link AccessPoint}s: the graph nodes at which a journey from (or to) it
 * meets the graph, each with the milliseconds between point and node. A journey that never meets a node, because both
 * ends lie on one edge, is passed in as a {@link DirectOffer}.
 */
import type { ArcWeights, Graph } from "./graph";

/** A node, and the travel time in milliseconds between it and the point (from the point for origins, to it for targets). */
export interface AccessPoint {
  readonly node: number;
  readonly milliseconds: number;
}

/** A target reached from the origin without passing any node. */
export interface DirectOffer {
  readonly target: number;
  readonly milliseconds: number;
}

export interface Origin {
  readonly accessPoints: readonly AccessPoint[];
  readonly direct?: readonly DirectOffer[];
}

/**
 * A place journeys end at, for instance one ED with several ambulance entrances. Targets are numbered by their place in
 * the list; ties in travel time are broken by that number. An empty list is a slot whose target was removed: it is never
 * reached.
 */
export type Target = readonly AccessPoint[];

export interface Nearest {
  readonly target: number;
  readonly milliseconds: number;
}

export interface NearestOptions {
  /** How many accepted targets to return at most. Default 1. */
  readonly k?: number;
  /** Asked lazily, in ascending (milliseconds, target) order, at most once per target. Default: every target. */
  readonly accepts?: (target: number, milliseconds: number) => boolean;
}

/**
 * A stream of targets in ascending (milliseconds, target) order, advanced as far as the caller needs.
 *
 * A cursor borrows its engine's scratch space: opening a second cursor on the same engine ends the first, and so does
 * any other call of the engine; a call on an ended cursor throws.
 */
export interface NearestCursor {
  /** Moves to the next target; false when no further target is reachable. */
  next(): boolean;
  /** The current target's number. */
  readonly target: number;
  /** Travel time from the origin to the current target. */
  readonly milliseconds: number;
}

/** A fastest path between access points. For a direct offer, `nodes` and `arcs` are empty and the access points are undefined. */
export interface Path {
  readonly milliseconds: number;
  /** Nodes passed, in order; at least one unless the journey is direct. */
  readonly nodes: Int32Array;
  /** Arcs driven, one fewer than nodes. Between parallel arcs the fastest, then the first. */
  readonly arcs: Int32Array;
  /** Which of the origin's access points the path begins with. */
  readonly originAccessPoint: number | undefined;
  /** Which of the target's access points the path ends with. */
  readonly targetAccessPoint: number | undefined;
}

export type EngineName = "dijkstra" | "reference" | "cch";

/** An engine that is handed in, so that only those who want it carry its code. */
export interface EngineFactory {
  readonly name: EngineName;
  create(graph: Graph, weights: ArcWeights): ShortestPathEngine;
}

/**
 * Which engine: a name, or one handed in. `cch` is known everywhere; `dijkstra` and `reference`, which most bundles have no
 * use for, once `ambulance-diversion/node` is imported.
 */
export type EngineChoice = EngineName | EngineFactory;

const byName = new Map<string, EngineFactory>();

/** Has an engine chosen by its name from now on. */
export function registerEngine(factory: EngineFactory): void {
  byName.set(factory.name, factory);
}

/** The engine that a choice stands for; undefined for a name that is not known here, or what is no engine. */
export function engineFactory(choice: Exclude<EngineChoice, "cch">): EngineFactory | undefined {
  if (typeof choice === "string") return byName.get(choice);
  return typeof (choice as Partial<EngineFactory> | null)?.create === "function" ? choice : undefined;
}

/** Answers questions about a graph, its weights and targets, and takes changes of both. */
export interface ShortestPathEngine {
  readonly name: EngineName;

  /** Which state of the weights answers are for; grows by one with each change of weights that becomes visible. */
  readonly metricVersion: number;

  /** Number of target slots. */
  readonly targetCount: number;

  /** The k nearest targets that pass, in ascending (milliseconds, target) order. */
  nearest(origin: Origin, options?: NearestOptions): Nearest[];

  /** All targets in order, lazily. */
  open(origin: Origin): NearestCursor;

  /** Travel time to every target, Int32[targetCount]; INFINITE_MS where it cannot be reached. */
  oneToMany(origin: Origin, out?: Int32Array): Int32Array;

  /**
   * Travel times from every origin to every target.
   *
   * @returns Int32[origins.length * targetCount], one row per origin; INFINITE_MS where there is no way.
   */
  manyToMany(origins: readonly Origin[]): Int32Array;

  /** The fastest path to one target; undefined when it cannot be reached. */
  path(origin: Origin, target: number): Path | undefined;

  /**
   * The travel time between two points neither of which need be a target; INFINITE_MS when there is no way. Direct
   * offers, which name targets, play no part.
   */
  millisecondsBetween(origin: Origin, destination: Target): number;

  /** The path of {@link millisecondsBetween}; undefined when there is none. */
  pathBetween(origin: Origin, destination: Target): Path | undefined;

  /** Replaces all targets. Slots keep their numbers. Throws `invalid-argument` when an access point's node does not exist. */
  setTargets(targets: readonly Target[]): void;

  /** Replaces one target, or appends one when `target` equals targetCount; an empty list removes it. */
  setTarget(target: number, accessPoints: Target): void;

  /**
   * Replaces the weights of some arcs: `weights[i]` milliseconds for `arcs[i]`, INFINITE_MS to close. Of several weights
   * for one arc the last counts.
   */
  setWeights(arcs: ArrayLike<number>, weights: ArrayLike<number>): void;
}
