import { INFINITE_MS } from "../../core/units";
import { assembleRoadGraph } from "../graph/assemble-road-graph";
import type { RoadGraph, RoadNames } from "../graph/road-graph";
import type { SegmentTable, SegmentTimes } from "../graph/segment-table";

/** Directed arcs with given travel times, as DIMACS and ngraph.graph hold them. */
interface ArcTable {
  /** Int32[nodes], 1e-7 degree. */
  readonly nodeLon: Int32Array;
  readonly nodeLat: Int32Array;
  /** Int32[arcs]. */
  readonly tails: Int32Array;
  readonly heads: Int32Array;
  readonly milliseconds: Int32Array;
  /** For each further profile Int32[arcs], INFINITE_MS where it may not drive. Default: there is one profile. */
  readonly otherMilliseconds?: readonly Int32Array[];
  readonly centimetres: Int32Array;
  /** Int32[arcs]: row of the road table. */
  readonly road: Int32Array;
  /** Int32[arcs]: opposite arcs are one two-way road only when equal here; must tell apart all that the rest may differ in. */
  readonly kind: Int32Array;
  /** Shape points of an arc strictly between its ends, in the arc's direction; none when absent. */
  readonly shape?: (arc: number) => readonly (readonly [lon: number, lat: number])[];
}

/**
 * Makes segments of arcs: opposite arcs of one kind become one two-way segment, drawn like the arc that comes first;
 * everything else a one-way segment. No node is folded, dropped or renumbered: identities are the caller's. The way ids
 * of a segment are the positions of its arcs in the input.
 */
export function roadsFromArcs(arcs: ArcTable, roads: readonly RoadNames[]): RoadGraph {
  return assembleRoadGraph(segmentsFromArcs(arcs), roads);
}

/** The segments of {@link roadsFromArcs}, before they become a road graph. */
export function segmentsFromArcs(arcs: ArcTable): SegmentTable {
  const { nodeLon, nodeLat, tails, heads } = arcs;
  const { partner, roadCount } = pairArcs(nodeLon.length, tails, heads, arcs.kind);
  const first = new Int32Array(roadCount);
  const back = new Int32Array(roadCount).fill(-1);
  const segmentFirstShape = new Int32Array(roadCount + 1);
  const segmentFirstWay = new Int32Array(roadCount + 1);
  const wayId = new Float64Array(tails.length);
  const shapeLon: number[] = [];
  const shapeLat: number[] = [];
  let segment = 0;
  let way = 0;
  for (let arc = 0; arc < tails.length; arc++) {
    const opposite = partner[arc]!;
    if (opposite >= 0 && opposite < arc) continue;
    first[segment] = arc;
    wayId[way++] = arc;
    if (opposite >= 0) {
      back[segment] = opposite;
      wayId[way++] = opposite;
    }
    for (const [lon, lat] of arcs.shape?.(arc) ?? []) {
      shapeLon.push(lon);
      shapeLat.push(lat);
    }
    segment++;
    segmentFirstShape[segment] = shapeLon.length;
    segmentFirstWay[segment] = way;
  }
  const timesBy = (milliseconds: Int32Array): SegmentTimes => ({
    forwardMilliseconds: first.map((arc) => milliseconds[arc]!),
    backwardMilliseconds: back.map((arc) => (arc < 0 ? INFINITE_MS : milliseconds[arc]!)),
  });
  return {
    nodeLon,
    nodeLat,
    segmentTail: first.map((arc) => tails[arc]!),
    segmentHead: first.map((arc) => heads[arc]!),
    segmentCentimetres: first.map((arc) => arcs.centimetres[arc]!),
    ...timesBy(arcs.milliseconds),
    otherTimes: (arcs.otherMilliseconds ?? []).map(timesBy),
    segmentFirstShape,
    shapeLon: Int32Array.from(shapeLon),
    shapeLat: Int32Array.from(shapeLat),
    segmentRoad: first.map((arc) => arcs.road[arc]!),
    segmentFirstWay,
    wayId,
  };
}

/** What {@link pairArcs} finds: which arcs are the two directions of one road. */
interface ArcPairs {
  /** Int32[arcs]: the arc of the opposite direction, or -1 where the road is one-way. */
  readonly partner: Int32Array;
  /** Number of roads: pairs, and arcs without a partner. */
  readonly roadCount: number;
}

/**
 * Pairs arcs a → b and b → a that agree in `kind`: sources that list every direction by itself, such as DIMACS, mean one
 * two-way road by them. Among parallel arcs the first pairs with the first. Self loops stay alone: each is a direction of
 * travel in its own right.
 *
 * @param kind Int32[arcs]: arcs pair only when equal here (travel time, or a number that stands for all attributes).
 */
export function pairArcs(nodeCount: number, tails: Int32Array, heads: Int32Array, kind: Int32Array): ArcPairs {
  const arcCount = tails.length;
  const partner = new Int32Array(arcCount).fill(-1);
  const low = tails.map((tail, arc) => Math.min(tail, heads[arc]!));
  const byLow = new Int32Array(nodeCount + 1);
  for (const node of low) byLow[node + 1]!++;
  for (let v = 0; v < nodeCount; v++) byLow[v + 1]! += byLow[v]!;
  const next = byLow.slice(0, nodeCount);
  const arcs = new Int32Array(arcCount);
  for (let arc = 0; arc < arcCount; arc++) arcs[next[low[arc]!]!++] = arc;

  const otherEnd = (arc: number): number => tails[arc]! + heads[arc]! - low[arc]!;
  const compare = (a: number, b: number): number => otherEnd(a) - otherEnd(b) || kind[a]! - kind[b]! || a - b;
  let pairs = 0;
  for (let v = 0; v < nodeCount; v++) {
    const group = arcs.subarray(byLow[v], byLow[v + 1]).sort(compare);
    for (let start = 0; start < group.length; ) {
      let end = start + 1;
      while (end < group.length && sameRoad(group[start]!, group[end]!)) end++;
      pairs += pairWithin(group.subarray(start, end), v);
      start = end;
    }
  }
  return { partner, roadCount: arcCount - pairs };

  function sameRoad(a: number, b: number): boolean {
    return otherEnd(a) === otherEnd(b) && kind[a] === kind[b];
  }

  /** Pairs the arcs out of `node` with those into it, in order; `group` joins one pair of nodes and is of one kind. */
  function pairWithin(group: Int32Array, node: number): number {
    const out = group.filter((arc) => tails[arc] === node);
    // Empty for self loops, so they find no partner.
    const into = group.filter((arc) => tails[arc] !== node);
    const count = Math.min(out.length, into.length);
    for (let i = 0; i < count; i++) {
      partner[out[i]!] = into[i]!;
      partner[into[i]!] = out[i]!;
    }
    return count;
  }
}
