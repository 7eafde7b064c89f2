import { INFINITE_MS, MINIMUM_EDGE_MS } from "../../core/units";
import { type Graph, graphFromArcs } from "../../shortest-path/graph";
import { numberBySize, stronglyConnectedComponents } from "./components";
import { distinctPositions } from "./distinct-positions";
import { isBackward, segmentOf } from "./edge-key";
import { type ForbiddenTurns, type ProfileColumns, RoadGraph, type RoadNames } from "./road-graph";
import { attributesOf, profilesOfKeys, type SegmentTable, timesUnderProfiles } from "./segment-table";

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

/**
 * The directed edges when some nodes are split nodes, made for turn restrictions: see {@link RoadGraphColumns}. The
 * columns of {@link SegmentTable} then hold positions of split nodes too, while segments end at junctions.
 */
export interface SplitEdges {
  /** Int32[edges]. */
  readonly tail: Int32Array;
  readonly head: Int32Array;
  /** Int32[edges], ascending: the edge key of each. */
  readonly key: Int32Array;
  /**
   * Int32[edges]: the profiles that may drive the key and yet not this edge, because it would end a turn forbidden
   * to them: bit p for profile p. Default: none.
   */
  readonly closedTo?: Int32Array;
  readonly splitNode: Int32Array;
  readonly splitJunction: Int32Array;
  /** For each profile, the default one first. */
  readonly turns: readonly ForbiddenTurns[];
}

/** No turn is forbidden. */
const NO_TURNS: ForbiddenTurns = { turnFirst: new Int32Array(1), turnSequence: new Int32Array(0) };

/** One edge per key that may be driven under any profile, and no split nodes. */
export function unsplitEdges(segments: SegmentTable): SplitEdges {
  const { segmentTail, segmentHead } = segments;
  const driven = profilesOfKeys(segments);
  let edgeCount = 0;
  for (const profiles of driven) if (profiles !== 0) edgeCount++;
  const tail = new Int32Array(edgeCount);
  const head = new Int32Array(edgeCount);
  const key = new Int32Array(edgeCount);
  let count = 0;
  for (let k = 0; k < driven.length; k++) {
    if (driven[k] === 0) continue;
    const segment = segmentOf(k);
    tail[count] = (isBackward(k) ? segmentHead : segmentTail)[segment]!;
    head[count] = (isBackward(k) ? segmentTail : segmentHead)[segment]!;
    key[count++] = k;
  }
  const none = new Int32Array(0);
  const turns = timesUnderProfiles(segments).map(() => NO_TURNS);
  return { tail, head, key, splitNode: none, splitJunction: none, turns };
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
  const keyOfEdge = new Int32Array(graph.arcCount);
  const segmentForwardEdge = new Int32Array(segmentCount).fill(-1);
  const segmentBackwardEdge = new Int32Array(segmentCount).fill(-1);
  for (let e = 0; e < graph.arcCount; e++) {
    const key = edges.key[inputArc[e]!]!;
    const tail = edges.tail[inputArc[e]!]!;
    const segment = segmentOf(key);
    keyOfEdge[e] = key;
    if (isBackward(key)) {
      if (tail === segmentHead[segment]) segmentBackwardEdge[segment] = e;
    } else if (tail === segmentTail[segment]) segmentForwardEdge[segment] = e;
  }
  const profiles = timesUnderProfiles(segments).map((times, profile): ProfileColumns => {
    const edgeMilliseconds = new Int32Array(graph.arcCount);
    for (let e = 0; e < graph.arcCount; e++) {
      const key = keyOfEdge[e]!;
      const isClosed = edges.closedTo !== undefined && (edges.closedTo[inputArc[e]!]! & (1 << profile)) !== 0;
      const whole = (isBackward(key) ? times.backwardMilliseconds : times.forwardMilliseconds)[segmentOf(key)]!;
      edgeMilliseconds[e] = isClosed ? INFINITE_MS : whole;
    }
    const nodeComponent = componentsOfJunctions(openArcs(graph, edgeMilliseconds), edges);
    return { nodeComponent, edgeMilliseconds, ...edges.turns[profile]! };
  });

  const { splitNode, splitJunction } = edges;
  const positions = distinctPositions({ lon: segments.nodeLon, lat: segments.nodeLat }, splitNode, splitJunction);
  return new RoadGraph(
    {
      nodeLon: positions.lon,
      nodeLat: positions.lat,
      firstEdge: graph.firstArc,
      edgeHead: graph.head,
      keyOfEdge,
      segmentTail,
      segmentHead,
      ...attributesOf(segments),
      segmentForwardEdge,
      segmentBackwardEdge,
      splitNode,
      splitJunction,
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
 * Where every road into a junction is restricted, all who arrive do so at a split node, and nobody at the junction: by
 * itself it would be a component of its own. Such a junction counts to the component its split nodes belong to, to the
 * largest where they differ.
 */
function componentsOfJunctions(graph: Graph, { splitNode, splitJunction }: SplitEdges): Int32Array {
  const component = stronglyConnectedComponents(graph);
  if (splitNode.length === 0) return component;
  const reached = new Uint8Array(graph.nodeCount);
  for (const node of graph.head) reached[node] = 1;
  let adopted = 0;
  splitNode.forEach((node, split) => {
    const junction = splitJunction[split]!;
    if (reached[junction] === 1 || component[node]! >= component[junction]!) return;
    component[junction] = component[node]!;
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
