import { INFINITE_MS, MINIMUM_EDGE_MS } from "../core/units";
import { graphFromArcs } from "../shortest-path/graph";
import { stronglyConnectedComponents } from "./components";
import { RoadGraph, type RoadNames } from "./road-graph";

/** Row 0 of every road table. */
export const NAMELESS_ROAD: RoadNames = { name: "", ref: "", highway: "road" };

/** Nodes and the road pieces between them, before edges are laid out: what every kind of source is turned into. */
export interface SegmentTable {
  /** Int32[nodes], 1e-7 degree. */
  readonly nodeLon: Int32Array;
  readonly nodeLat: Int32Array;
  /** Int32[segments]. */
  readonly segmentTail: Int32Array;
  readonly segmentHead: Int32Array;
  readonly segmentCentimetres: Int32Array;
  /** Int32[segments]: travel time along and against the segment, at least 1; INFINITE_MS where it may not be driven. */
  readonly forwardMilliseconds: Int32Array;
  readonly backwardMilliseconds: Int32Array;
  /** Int32[segments + 1], Int32[shape points]: points strictly between the ends, in drawing direction. */
  readonly segmentFirstShape: Int32Array;
  readonly shapeLon: Int32Array;
  readonly shapeLat: Int32Array;
  /** Int32[segments]: row of the road table. */
  readonly segmentRoad: Int32Array;
  /** Int32[segments + 1], Float64[ways]. */
  readonly segmentFirstWay: Int32Array;
  readonly wayId: Float64Array;
}

/**
 * Lays out the directed edges (grouped by tail; edges of one node in the order of their segments, forward before
 * backward) and labels the strongly connected components.
 *
 * @param roads the road table; its row 0 should be {@link NAMELESS_ROAD}.
 */
export function assembleRoadGraph(segments: SegmentTable, roads: readonly RoadNames[]): RoadGraph {
  const nodeCount = segments.nodeLon.length;
  const { segmentTail, segmentHead, forwardMilliseconds, backwardMilliseconds } = segments;
  const segmentCount = segmentTail.length;

  let edgeCount = 0;
  for (let s = 0; s < segmentCount; s++) {
    if (forwardMilliseconds[s]! < INFINITE_MS) edgeCount++;
    if (backwardMilliseconds[s]! < INFINITE_MS) edgeCount++;
  }
  const tails = new Int32Array(edgeCount);
  const heads = new Int32Array(edgeCount);
  const codes = new Int32Array(edgeCount);
  let count = 0;
  for (let s = 0; s < segmentCount; s++) {
    if (forwardMilliseconds[s]! < INFINITE_MS) {
      tails[count] = segmentTail[s]!;
      heads[count] = segmentHead[s]!;
      codes[count++] = s * 2;
    }
    if (backwardMilliseconds[s]! < INFINITE_MS) {
      tails[count] = segmentHead[s]!;
      heads[count] = segmentTail[s]!;
      codes[count++] = s * 2 + 1;
    }
  }

  const { graph, inputArc } = graphFromArcs(nodeCount, tails, heads);
  const edgeSegment = new Int32Array(edgeCount);
  const edgeMilliseconds = new Int32Array(edgeCount);
  const segmentForwardEdge = new Int32Array(segmentCount).fill(-1);
  const segmentBackwardEdge = new Int32Array(segmentCount).fill(-1);
  for (let e = 0; e < edgeCount; e++) {
    const code = codes[inputArc[e]!]!;
    const segment = code >> 1;
    edgeSegment[e] = code;
    if (code & 1) {
      edgeMilliseconds[e] = backwardMilliseconds[segment]!;
      segmentBackwardEdge[segment] = e;
    } else {
      edgeMilliseconds[e] = forwardMilliseconds[segment]!;
      segmentForwardEdge[segment] = e;
    }
  }

  return new RoadGraph(
    {
      nodeLon: segments.nodeLon,
      nodeLat: segments.nodeLat,
      nodeComponent: stronglyConnectedComponents(graph),
      firstEdge: graph.firstArc,
      edgeHead: graph.head,
      edgeMilliseconds,
      edgeSegment,
      segmentTail,
      segmentHead,
      segmentCentimetres: segments.segmentCentimetres,
      segmentForwardEdge,
      segmentBackwardEdge,
      segmentFirstShape: segments.segmentFirstShape,
      shapeLon: segments.shapeLon,
      shapeLat: segments.shapeLat,
      segmentRoad: segments.segmentRoad,
      segmentFirstWay: segments.segmentFirstWay,
      wayId: segments.wayId,
    },
    roads,
  );
}

/** Whole centimetres of a road piece: at least 1, so that positions along it are defined. */
export const toCentimetres = (metres: number): number => Math.max(1, Math.round(metres * 100));

/** Whole milliseconds to drive `metres` at `kmh`; INFINITE_MS at 0 km/h, otherwise within 1 .. INFINITE_MS - 1. */
export function drivingMilliseconds(metres: number, kmh: number): number {
  if (kmh === 0) return INFINITE_MS;
  return Math.min(INFINITE_MS - 1, Math.max(MINIMUM_EDGE_MS, Math.round((metres * 3600) / kmh)));
}
