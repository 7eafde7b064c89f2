import { INFINITE_MS } from "../../core/units";
import { assembleRoadGraph } from "../graph/assemble-road-graph";
import type { RoadGraph, RoadNames } from "../graph/road-graph";
import type { SegmentTable, SegmentTimes } from "../graph/segment-table";
import { pairArcs } from "./pair-arcs";

/** Directed arcs with given travel times, as DIMACS and ngraph.graph hold them. */
export interface ArcTable {
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
