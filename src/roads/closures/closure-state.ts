import type { EpochMs } from "../../core/instant";
import { lowerBound } from "../../core/search";
import { INFINITE_MS, MINIMUM_EDGE_MS } from "../../core/units";
import type { ArcWeights } from "../../shortest-path/graph";
import { drivingMilliseconds } from "../graph/assemble-road-graph";
import { RoadGraph } from "../graph/road-graph";
import { holdsAt, type RoadClosure } from "./closure";

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
  /** Int32[…]: the edges whose travel time is not that of the roads file, ascending. */
  readonly edges: Int32Array;
  /** Int32[…]: for each of them the travel time that holds; INFINITE_MS where it may not be driven. */
  readonly milliseconds: Int32Array;
}

const NONE = new Int32Array(0);

/** The roads as the file has them, always. */
export const UNDISTURBED: RoadState = {
  version: 0,
  from: Number.NEGATIVE_INFINITY,
  until: Number.POSITIVE_INFINITY,
  inForce: [],
  edges: NONE,
  milliseconds: NONE,
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
  for (const closure of inForce) {
    let at = 0;
    for (const edge of closure.edges) {
      at = lowerBound(edges, at, edges.length, edge);
      milliseconds[at] = Math.max(milliseconds[at]!, millisecondsUnder(closure, graph, base, edge));
    }
  }
  return { version, from, until, inForce, edges, milliseconds };
}

/** The graph with the travel times of a state, for writers: closed edges are as roads the profile may not drive. */
export function graphInState(graph: RoadGraph, { edges, milliseconds }: RoadState): RoadGraph {
  if (edges.length === 0) return graph;
  const edgeMilliseconds = graph.columns.edgeMilliseconds.slice();
  for (let i = 0; i < edges.length; i++) edgeMilliseconds[edges[i]!] = milliseconds[i]!;
  return new RoadGraph({ ...graph.columns, edgeMilliseconds }, graph.roads);
}

function millisecondsUnder({ kind, kmh, factor }: RoadClosure, graph: RoadGraph, base: ArcWeights, edge: number) {
  const usual = base[edge]!;
  // A slowdown says nothing about whether a road may be driven.
  if (kind === "closure" || usual >= INFINITE_MS) return INFINITE_MS;
  if (kmh !== undefined) return drivingMilliseconds(graph.edgeCentimetres(edge) / 100, kmh);
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
