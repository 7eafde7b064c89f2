import type { EpochMs } from "../../core/instant";
import { lowerBound } from "../../core/search";
import { INFINITE_MS, MINIMUM_EDGE_MS } from "../../core/units";
import type { ArcWeights } from "../../shortest-path/graph";
import { drivingMilliseconds } from "../graph/assemble-road-graph";
import { segmentOf } from "../graph/edge-key";
import { RoadGraph } from "../graph/road-graph";
import { type ClosedEdge, type ClosedEdges, NONE_CLOSED, unionOfParts, WHOLE } from "../snap/closed-edges";
import { holdsAt, type RoadClosure, type SilentFeed } from "./closure";

/** What holds on the roads during a stretch of time in which nothing changes. */
export interface RoadState {
  /** Of the roads' closures; see {@link RoadIndex.version}. */
  readonly version: number;
  /** First moment of the stretch; minus infinity when it has no beginning. */
  readonly from: EpochMs;
  /** First moment after the stretch; infinity when it has no end. */
  readonly until: EpochMs;
  /** Closures and slowdowns that hold, in the order in which they were entered. */
  readonly inForce: readonly RoadClosure[];
  /** Those of them that are about no road of these, so that nothing is closed or slowed. */
  readonly withoutRoads: readonly RoadClosure[];
  /** Closure feeds that are silent; absent when none is. */
  readonly silentFeeds?: readonly SilentFeed[];
  /** Int32[…]: the edges whose travel time is not that of the roads file, ascending. */
  readonly edges: Int32Array;
  /** Int32[…]: for each of them the travel time that holds; INFINITE_MS where it may not be driven. */
  readonly milliseconds: Int32Array;
  /** Edges of which any part is closed, and which. */
  readonly closed: ClosedEdges;
}

const NONE = new Int32Array(0);

/** The roads as the file has them, always. */
export const UNDISTURBED: RoadState = {
  version: 0,
  from: Number.NEGATIVE_INFINITY,
  until: Number.POSITIVE_INFINITY,
  inForce: [],
  withoutRoads: [],
  edges: NONE,
  milliseconds: NONE,
  closed: NONE_CLOSED,
};

export const isStateAt = ({ from, until }: RoadState, epochMs: EpochMs): boolean => from <= epochMs && epochMs < until;

/**
 * The state of the roads at a moment: a function of the closures held and the moment alone, so closures expire by
 * themselves, and what is undone leaves no trace. A closure outweighs any slowdown; of several slowdowns on one edge the
 * slowest holds. So the order in which they were entered does not matter.
 *
 * @param base travel time of every edge with no closure in force.
 */
export function roadStateAt(
  graph: RoadGraph,
  base: ArcWeights,
  closures: readonly RoadClosure[],
  version: number,
  epochMs: EpochMs,
): RoadState {
  let from = Number.NEGATIVE_INFINITY;
  let until = Number.POSITIVE_INFINITY;
  for (const closure of closures) {
    for (const moment of [closure.from, closure.until]) {
      if (moment === undefined) continue;
      if (moment.epochMs <= epochMs) from = Math.max(from, moment.epochMs);
      else until = Math.min(until, moment.epochMs);
    }
  }
  const inForce = closures.filter((closure) => holdsAt(closure, epochMs));
  const edges = unionOf(inForce);
  const milliseconds = new Int32Array(edges.length);
  for (const slowdown of inForce) {
    if (slowdown.kind === "closure") continue;
    forEachPlace(edges, slowdown.edges, (at, edge) => {
      milliseconds[at] = Math.max(milliseconds[at]!, slowedMilliseconds(slowdown, graph, base, edge));
    });
  }
  const closed = new Map<number, ClosedEdge>();
  for (const closure of inForce) {
    if (closure.kind !== "closure") continue;
    forEachPlace(edges, closure.edges, (at, edge) => {
      const usual = base[edge]!;
      const parts = closure.parts.get(segmentOf(graph.columns.keyOfEdge[edge]!)) ?? WHOLE;
      const known = closed.get(edge);
      if (known !== undefined) closed.set(edge, { ...known, parts: unionOfParts([known.parts, parts]) });
      else if (usual < INFINITE_MS) closed.set(edge, { milliseconds: milliseconds[at]! || usual, parts });
      if (known === undefined) milliseconds[at] = INFINITE_MS;
    });
  }
  const withoutRoads = inForce.filter((closure) => closure.edges.length === 0);
  return { version, from, until, inForce, withoutRoads, edges, milliseconds, closed };
}

/** @param some of the ascending numbers, ascending. */
function forEachPlace(ascending: Int32Array, some: Int32Array, visit: (at: number, number: number) => void): void {
  let at = 0;
  for (const number of some) {
    at = lowerBound(ascending, at, ascending.length, number);
    visit(at, number);
  }
}

/** The graph with the travel times of a state, for writers: closed edges are as roads the profile may not drive. */
export function graphInState(graph: RoadGraph, { edges, milliseconds }: RoadState): RoadGraph {
  if (edges.length === 0) return graph;
  const edgeMilliseconds = graph.columns.edgeMilliseconds.slice();
  for (let i = 0; i < edges.length; i++) edgeMilliseconds[edges[i]!] = milliseconds[i]!;
  return new RoadGraph({ ...graph.columns, edgeMilliseconds }, graph.roads);
}

function slowedMilliseconds(
  { kmh, maximumKmh, factor }: RoadClosure,
  graph: RoadGraph,
  base: ArcWeights,
  edge: number,
): number {
  const usual = base[edge]!;
  // A slowdown says nothing about whether a road may be driven.
  if (usual >= INFINITE_MS) return INFINITE_MS;
  const atSpeed = (speed: number): number => drivingMilliseconds(graph.edgeCentimetres(edge) / 100, speed);
  if (kmh !== undefined) return atSpeed(kmh);
  if (maximumKmh !== undefined) return Math.max(usual, atSpeed(maximumKmh));
  return Math.min(INFINITE_MS - 1, Math.max(MINIMUM_EDGE_MS, Math.round(usual / factor!)));
}

/** All edges of these closures, each once, ascending. */
function unionOf(closures: readonly RoadClosure[]): Int32Array {
  if (closures.length === 0) return NONE;
  if (closures.length === 1) return closures[0]!.edges;
  const all = new Int32Array(closures.reduce((sum, { edges }) => sum + edges.length, 0));
  let length = 0;
  for (const { edges } of closures) {
    all.set(edges, length);
    length += edges.length;
  }
  all.sort();
  let count = 0;
  for (let i = 0; i < length; i++) if (i === 0 || all[i] !== all[i - 1]) all[count++] = all[i]!;
  return all.slice(0, count);
}

/** Whether an ascending array holds a number. */
export function includesSorted(ascending: Int32Array, key: number): boolean {
  return ascending[lowerBound(ascending, 0, ascending.length, key)] === key;
}
