import { INFINITE_MS, MINIMUM_EDGE_MS } from "../../core/units";
import { type Graph, graphFromArcs } from "../../shortest-path/graph";
import { numberBySize, stronglyConnectedComponents } from "./components";
import { distinctPositions } from "./distinct-positions";
import { type ForbiddenTurns, type ProfileColumns, RoadGraph, type RoadNames } from "./road-graph";

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

/** Travel times over segments under one vehicle profile. */
export interface SegmentTimes {
  /** Int32[segments]: travel time along and against the segment, at least 1; INFINITE_MS where it may not be driven. */
  readonly forwardMilliseconds: Int32Array;
  readonly backwardMilliseconds: Int32Array;
}

/** Nodes and the road pieces between them, before edges are laid out: what every kind of source is turned into. */
export interface SegmentTable extends SegmentTimes {
  /** Int32[nodes], 1e-7 degree. */
  readonly nodeLon: Int32Array;
  readonly nodeLat: Int32Array;
  /** Int32[segments]. */
  readonly segmentTail: Int32Array;
  readonly segmentHead: Int32Array;
  readonly segmentCentimetres: Int32Array;
  /** Int32[segments + 1], Int32[shape points]: points strictly between the ends, in drawing direction. */
  readonly segmentFirstShape: Int32Array;
  readonly shapeLon: Int32Array;
  readonly shapeLat: Int32Array;
  /** Int32[segments]: row of the road table. */
  readonly segmentRoad: Int32Array;
  /** Int32[segments + 1], Float64[ways]. */
  readonly segmentFirstWay: Int32Array;
  readonly wayId: Float64Array;
  /** Times under further profiles of the same roads. Default: there is one profile. */
  readonly otherTimes?: readonly SegmentTimes[];
}

/** Under every profile, the default one first. */
export const timesUnderProfiles = (segments: SegmentTable): readonly SegmentTimes[] => [
  segments,
  ...(segments.otherTimes ?? []),
];

/** Profiles are told apart by bits of an Int32, beside which a sign is not wanted. */
export const MAXIMUM_PROFILES = 16;

/**
 * Int32[2 * segments]: for each direction (segment * 2, plus 1 against it) the profiles that may drive it, bit p for
 * profile p.
 */
export function profilesOfDirections(segments: SegmentTable): Int32Array {
  const driven = new Int32Array(2 * segments.segmentTail.length);
  timesUnderProfiles(segments).forEach(({ forwardMilliseconds, backwardMilliseconds }, profile) => {
    for (let s = 0; s < segments.segmentTail.length; s++) {
      if (forwardMilliseconds[s]! < INFINITE_MS) driven[2 * s]! |= 1 << profile;
      if (backwardMilliseconds[s]! < INFINITE_MS) driven[2 * s + 1]! |= 1 << profile;
    }
  });
  return driven;
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
  /**
   * Int32[edges]: the profiles that may drive the direction and yet not this edge, because it would end a turn forbidden
   * to them: bit p for profile p. Default: none.
   */
  readonly closedTo?: Int32Array;
  readonly copyNode: Int32Array;
  readonly copyBase: Int32Array;
  /** For each profile, the default one first. */
  readonly turns: readonly ForbiddenTurns[];
}

/** No turn is forbidden. */
const NO_TURNS: ForbiddenTurns = { turnFirst: new Int32Array(1), turnRun: new Int32Array(0) };

/** One edge per direction that may be driven under any profile, and no copies. */
export function unsplitEdges(segments: SegmentTable): SplitEdges {
  const { segmentTail, segmentHead } = segments;
  const segmentCount = segmentTail.length;
  const driven = profilesOfDirections(segments);
  let edgeCount = 0;
  for (const profiles of driven) if (profiles !== 0) edgeCount++;
  const tail = new Int32Array(edgeCount);
  const head = new Int32Array(edgeCount);
  const direction = new Int32Array(edgeCount);
  let count = 0;
  for (let s = 0; s < segmentCount; s++) {
    if (driven[s * 2] !== 0) {
      tail[count] = segmentTail[s]!;
      head[count] = segmentHead[s]!;
      direction[count++] = s * 2;
    }
    if (driven[s * 2 + 1] !== 0) {
      tail[count] = segmentHead[s]!;
      head[count] = segmentTail[s]!;
      direction[count++] = s * 2 + 1;
    }
  }
  const none = new Int32Array(0);
  const turns = timesUnderProfiles(segments).map(() => NO_TURNS);
  return { tail, head, direction, copyNode: none, copyBase: none, turns };
}

/**
 * Lays out the directed edges (grouped by tail; edges of one node in the order of their segments, forward before
 * backward) and labels the strongly connected components, for each profile its own.
 *
 * @param roads the road table; its row 0 should be {@link NAMELESS_ROAD}.
 */
export function assembleRoadGraph(
  segments: SegmentTable,
  roads: readonly RoadNames[],
  edges: SplitEdges = unsplitEdges(segments),
): RoadGraph {
  const { segmentTail, segmentHead } = segments;
  const segmentCount = segmentTail.length;
  const { graph, inputArc } = graphFromArcs(segments.nodeLon.length, edges.tail, edges.head);
  const edgeSegment = new Int32Array(graph.arcCount);
  const segmentForwardEdge = new Int32Array(segmentCount).fill(-1);
  const segmentBackwardEdge = new Int32Array(segmentCount).fill(-1);
  for (let e = 0; e < graph.arcCount; e++) {
    const direction = edges.direction[inputArc[e]!]!;
    const tail = edges.tail[inputArc[e]!]!;
    const segment = direction >> 1;
    edgeSegment[e] = direction;
    if (direction & 1) {
      if (tail === segmentHead[segment]) segmentBackwardEdge[segment] = e;
    } else if (tail === segmentTail[segment]) segmentForwardEdge[segment] = e;
  }
  const profiles = timesUnderProfiles(segments).map((times, profile): ProfileColumns => {
    const edgeMilliseconds = new Int32Array(graph.arcCount);
    for (let e = 0; e < graph.arcCount; e++) {
      const direction = edgeSegment[e]!;
      const isClosed = edges.closedTo !== undefined && (edges.closedTo[inputArc[e]!]! & (1 << profile)) !== 0;
      const whole = (direction & 1 ? times.backwardMilliseconds : times.forwardMilliseconds)[direction >> 1]!;
      edgeMilliseconds[e] = isClosed ? INFINITE_MS : whole;
    }
    const nodeComponent = componentsOfPlaces(openArcs(graph, edgeMilliseconds), edges);
    return { nodeComponent, edgeMilliseconds, ...edges.turns[profile]! };
  });

  const { copyNode, copyBase } = edges;
  const positions = distinctPositions({ lon: segments.nodeLon, lat: segments.nodeLat }, copyNode, copyBase);
  return new RoadGraph(
    {
      nodeLon: positions.lon,
      nodeLat: positions.lat,
      firstEdge: graph.firstArc,
      edgeHead: graph.head,
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
      ...profiles[0]!,
    },
    roads,
    profiles,
  );
}

/** The graph without the arcs that may not be driven: itself where all may. */
function openArcs(graph: Graph, milliseconds: Int32Array): Graph {
  const arcCount = milliseconds.reduce((count, weight) => count + Number(weight < INFINITE_MS), 0);
  if (arcCount === graph.arcCount) return graph;
  const firstArc = new Int32Array(graph.nodeCount + 1);
  const head = new Int32Array(arcCount);
  let count = 0;
  for (let node = 0; node < graph.nodeCount; node++) {
    for (let arc = graph.firstArc[node]!; arc < graph.firstArc[node + 1]!; arc++) {
      if (milliseconds[arc]! < INFINITE_MS) head[count++] = graph.head[arc]!;
    }
    firstArc[node + 1] = count;
  }
  return { nodeCount: graph.nodeCount, arcCount, firstArc, head };
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
