import { INFINITE_MS, MINIMUM_EDGE_MS } from "../core/units";
import { type Graph, graphFromArcs } from "../shortest-path/graph";
import { numberBySize, stronglyConnectedComponents } from "./components";
import { distinctPositions } from "./distinct-positions";
import { RoadGraph, type RoadNames } from "./road-graph";

/** Row 0 of every road table. */
export const NAMELESS_ROAD: RoadNames = {
  name: "",
  ref: "",
  highway: "road",
  junction: "",
  destination: "",
  exit: "",
  layer: 0,
};

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
 * The directed edges when some nodes are copies, made for turn restrictions: see {@link RoadGraphColumns}. The columns
 * of {@link SegmentTable} then hold positions of copies too, while segments end at base nodes.
 */
export interface SplitEdges {
  /** Int32[edges]. */
  readonly tail: Int32Array;
  readonly head: Int32Array;
  /** Int32[edges], ascending: segment * 2, plus 1 against the segment. */
  readonly direction: Int32Array;
  readonly copyNode: Int32Array;
  readonly copyBase: Int32Array;
  readonly turnFirst: Int32Array;
  readonly turnRun: Int32Array;
}

/** One edge per direction that may be driven, and no copies. */
export function unsplitEdges(segments: SegmentTable): SplitEdges {
  const { segmentTail, segmentHead, forwardMilliseconds, backwardMilliseconds } = segments;
  const segmentCount = segmentTail.length;
  let edgeCount = 0;
  for (let s = 0; s < segmentCount; s++) {
    if (forwardMilliseconds[s]! < INFINITE_MS) edgeCount++;
    if (backwardMilliseconds[s]! < INFINITE_MS) edgeCount++;
  }
  const tail = new Int32Array(edgeCount);
  const head = new Int32Array(edgeCount);
  const direction = new Int32Array(edgeCount);
  let count = 0;
  for (let s = 0; s < segmentCount; s++) {
    if (forwardMilliseconds[s]! < INFINITE_MS) {
      tail[count] = segmentTail[s]!;
      head[count] = segmentHead[s]!;
      direction[count++] = s * 2;
    }
    if (backwardMilliseconds[s]! < INFINITE_MS) {
      tail[count] = segmentHead[s]!;
      head[count] = segmentTail[s]!;
      direction[count++] = s * 2 + 1;
    }
  }
  const none = new Int32Array(0);
  return { tail, head, direction, copyNode: none, copyBase: none, turnFirst: new Int32Array(1), turnRun: none };
}

/**
 * Lays out the directed edges (grouped by tail; edges of one node in the order of their segments, forward before
 * backward) and labels the strongly connected components.
 *
 * @param roads the road table; its row 0 should be {@link NAMELESS_ROAD}.
 */
export function assembleRoadGraph(
  segments: SegmentTable,
  roads: readonly RoadNames[],
  edges: SplitEdges = unsplitEdges(segments),
): RoadGraph {
  const { segmentTail, segmentHead, forwardMilliseconds, backwardMilliseconds } = segments;
  const segmentCount = segmentTail.length;
  const { graph, inputArc } = graphFromArcs(segments.nodeLon.length, edges.tail, edges.head);
  const edgeSegment = new Int32Array(graph.arcCount);
  const edgeMilliseconds = new Int32Array(graph.arcCount);
  const segmentForwardEdge = new Int32Array(segmentCount).fill(-1);
  const segmentBackwardEdge = new Int32Array(segmentCount).fill(-1);
  for (let e = 0; e < graph.arcCount; e++) {
    const direction = edges.direction[inputArc[e]!]!;
    const tail = edges.tail[inputArc[e]!]!;
    const segment = direction >> 1;
    edgeSegment[e] = direction;
    if (direction & 1) {
      edgeMilliseconds[e] = backwardMilliseconds[segment]!;
      if (tail === segmentHead[segment]) segmentBackwardEdge[segment] = e;
    } else {
      edgeMilliseconds[e] = forwardMilliseconds[segment]!;
      if (tail === segmentTail[segment]) segmentForwardEdge[segment] = e;
    }
  }

  const { copyNode, copyBase } = edges;
  const positions = distinctPositions({ lon: segments.nodeLon, lat: segments.nodeLat }, copyNode, copyBase);
  return new RoadGraph(
    {
      nodeLon: positions.lon,
      nodeLat: positions.lat,
      nodeComponent: componentsOfPlaces(graph, edges),
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
      copyNode,
      copyBase,
      turnFirst: edges.turnFirst,
      turnRun: edges.turnRun,
    },
    roads,
  );
}

/**
 * Where every road into a node is restricted, all who arrive do so at a copy, and nobody at the base: by itself it would
 * be a component of its own. Such a base counts to the component its copies belong to, to the largest where they differ.
 */
function componentsOfPlaces(graph: Graph, { copyNode, copyBase }: SplitEdges): Int32Array {
  const component = stronglyConnectedComponents(graph);
  if (copyNode.length === 0) return component;
  const reached = new Uint8Array(graph.nodeCount);
  for (const node of graph.head) reached[node] = 1;
  let adopted = 0;
  copyNode.forEach((node, copy) => {
    const base = copyBase[copy]!;
    if (reached[base] === 1 || component[node]! >= component[base]!) return;
    component[base] = component[node]!;
    adopted++;
  });
  return adopted === 0 ? component : numberBySize(component, component.reduce((a, b) => Math.max(a, b)) + 1);
}

/** Whole centimetres of a road piece: at least 1, so that positions along it are defined. */
export const toCentimetres = (metres: number): number => Math.max(1, Math.round(metres * 100));

/** Whole milliseconds to drive `metres` at `kmh`; INFINITE_MS at 0 km/h, otherwise within 1 .. INFINITE_MS - 1. */
export function drivingMilliseconds(metres: number, kmh: number): number {
  if (kmh === 0) return INFINITE_MS;
  return Math.min(INFINITE_MS - 1, Math.max(MINIMUM_EDGE_MS, Math.round((metres * 3600) / kmh)));
}
