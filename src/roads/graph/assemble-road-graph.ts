import { INFINITE_MS, MINIMUM_EDGE_MS } from "../../core/units";
import { type Graph, graphFromArcs } from "../../shortest-path/graph";
import { CoordinateIds } from "./coordinate-ids";
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
function unsplitEdges(segments: SegmentTable): SplitEdges {
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

/** Int32[nodes]: the components under the graph's profile, computed anew. */
export function componentsOf({ topology, columns }: RoadGraph): Int32Array {
  return componentsOfJunctions(openArcs(topology, columns.edgeMilliseconds), columns);
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
function componentsOfJunctions(
  graph: Graph,
  { splitNode, splitJunction }: Pick<SplitEdges, "splitNode" | "splitJunction">,
): Int32Array {
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

interface NodePositions {
  /** Int32[nodes], 1e-7 degree. */
  readonly lon: Int32Array;
  readonly lat: Int32Array;
}

/**
 * No two nodes in one place: of nodes mapped to the same position (levels of a bridge, both sides of a shut barrier) the
 * first stays and each further one moves north by as many units of 1e-7 degree, about a centimetre each, as it takes.
 * A node's position given back as a location then names that node and no other.
 *
 * @param splitNode nodes that stand for another under different turns: they keep to the place of their junction.
 */
export function distinctPositions(
  { lon, lat }: NodePositions,
  splitNode: Int32Array,
  splitJunction: Int32Array,
): NodePositions {
  const isSplit = new Uint8Array(lon.length);
  for (const node of splitNode) isSplit[node] = 1;
  const taken = new CoordinateIds();
  let moved: Int32Array | undefined;
  for (let node = 0; node < lon.length; node++) {
    if (isSplit[node] === 1) continue;
    let at = lat[node]!;
    for (let count = taken.size; ; at++) {
      taken.idOf(lon[node]!, at);
      if (taken.size > count) break;
    }
    if (at === lat[node]) continue;
    moved ??= lat.slice();
    moved[node] = at;
  }
  if (moved === undefined) return { lon, lat };
  for (let i = 0; i < splitNode.length; i++) moved[splitNode[i]!] = moved[splitJunction[i]!]!;
  return { lon, lat: moved };
}

/**
 * Strongly connected components by Tarjan's algorithm (SIAM J. Comput. 1972), iterative because recursion as deep as a
 * road network overflows any call stack.
 *
 * @returns Int32[nodeCount]: component of each node, numbered from 0 by descending size, then by lowest node.
 */
export function stronglyConnectedComponents({ nodeCount, firstArc, head }: Graph): Int32Array {
  const label = new Int32Array(nodeCount).fill(-1);
  // Order of discovery, from 1; 0 means not yet discovered.
  const discovered = new Int32Array(nodeCount);
  const lowLink = new Int32Array(nodeCount);
  const nextArc = firstArc.slice(0, nodeCount);
  const open = new Int32Array(nodeCount);
  const path = new Int32Array(nodeCount);
  let openCount = 0;
  let clock = 0;
  let componentCount = 0;

  for (let root = 0; root < nodeCount; root++) {
    if (discovered[root] !== 0) continue;
    let depth = 0;
    path[0] = root;
    discovered[root] = lowLink[root] = ++clock;
    open[openCount++] = root;
    while (depth >= 0) {
      const node = path[depth]!;
      if (nextArc[node]! < firstArc[node + 1]!) {
        const next = head[nextArc[node]!++]!;
        if (discovered[next] === 0) {
          discovered[next] = lowLink[next] = ++clock;
          open[openCount++] = next;
          path[++depth] = next;
        } else if (label[next] === -1 && discovered[next]! < lowLink[node]!) {
          lowLink[node] = discovered[next]!;
        }
        continue;
      }
      if (lowLink[node] === discovered[node]) {
        let member: number;
        do {
          member = open[--openCount]!;
          label[member] = componentCount;
        } while (member !== node);
        componentCount++;
      }
      depth--;
      if (depth >= 0 && lowLink[node]! < lowLink[path[depth]!]!) lowLink[path[depth]!] = lowLink[node]!;
    }
  }
  return numberBySize(label, componentCount);
}

/** Renumbers component labels 0..componentCount-1 by descending size, then by lowest member. */
function numberBySize(label: Int32Array, componentCount: number): Int32Array {
  const size = new Int32Array(componentCount);
  const lowest = new Int32Array(componentCount).fill(-1);
  for (let v = 0; v < label.length; v++) {
    const c = label[v]!;
    size[c]!++;
    if (lowest[c] === -1) lowest[c] = v;
  }
  const bySize = Int32Array.from({ length: componentCount }, (_, c) => c);
  bySize.sort((a, b) => size[b]! - size[a]! || lowest[a]! - lowest[b]!);
  const number = new Int32Array(componentCount);
  for (let i = 0; i < componentCount; i++) number[bySize[i]!] = i;
  return label.map((c) => number[c]!);
}
