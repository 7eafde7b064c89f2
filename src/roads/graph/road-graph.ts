import { firstWhere, lowerBound } from "../../core/search";
import { fromFixedDegrees, INFINITE_MS, type Position } from "../../core/units";
import type { Graph } from "../../shortest-path/graph";
import { type Direction, edgeKey, isBackward, segmentOf } from "./edge-key";
import type { SegmentAttributes } from "./segment-table";

/**
 * The road graph: junctions, the directed edges between them, and the physical road pieces (segments) the edges run on.
 * Immutable after construction; every column is a typed array, so that a roads file is opened by laying views over it.
 *
 * A **segment** is a piece of road between two nodes with one set of attributes along its whole length (one name, one
 * class, one speed), so that travel time along it is proportional to distance. It carries one **edge** per direction
 * that may be driven. Parallel segments and loops are kept as such.
 *
 * Turn restrictions are part of the graph, so that a search that knows nothing of turns obeys them: where they matter
 * a **junction** has **split nodes**, nodes of their own in the same place, each with the edges that may be driven on from
 * there by those who came the restricted way. A direction of a segment then carries one edge per node it may be driven
 * out of; all have the same travel time and length. Journeys start at the junction itself, from where every turn is
 * allowed, and end at the junction or any of its split nodes.
 *
 * One graph may serve several vehicle **profiles**: it then holds what any of them may drive, and each profile has
 * {@link ProfileColumns} of its own. An edge that a profile may not drive is there and takes INFINITE_MS. A road whose
 * pieces end elsewhere under another profile (at a junction with a track that only one of them drives) has segments for
 * each, in the same place: every profile drives exactly the graph that would have been made for it alone.
 */
export interface RoadGraphColumns extends ProfileColumns, SegmentAttributes {
  /** Int32[nodes], 1e-7 degree. */
  readonly nodeLon: Int32Array;
  readonly nodeLat: Int32Array;

  /** Int32[nodes + 1]: edges of node v are firstEdge[v] .. firstEdge[v + 1] - 1. */
  readonly firstEdge: Int32Array;
  /** Int32[edges]. */
  readonly edgeHead: Int32Array;
  /** Int32[edges]: the edge key of each, see {@link edgeKey}. */
  readonly keyOfEdge: Int32Array;

  /** Int32[segments]: nodes at both ends, in the direction the segment was drawn. */
  readonly segmentTail: Int32Array;
  readonly segmentHead: Int32Array;
  /** Int32[segments]: the edge out of the junction at its start, forward and backward, -1 where it may not be driven so. */
  readonly segmentForwardEdge: Int32Array;
  readonly segmentBackwardEdge: Int32Array;

  /** Int32[split nodes], ascending. */
  readonly splitNode: Int32Array;
  /** Int32[split nodes]: the junction of each. */
  readonly splitJunction: Int32Array;
}

/** Turns that may not be driven. */
export interface ForbiddenTurns {
  /**
   * Int32[turns + 1], Int32[…]: the forbidden turns that the split nodes enforce, each a sequence of at least
   * two edge keys that may not be driven one right after the other.
   */
  readonly turnFirst: Int32Array;
  readonly turnSequence: Int32Array;
}

/** What of a road graph depends on the vehicle profile. */
export interface ProfileColumns extends ForbiddenTurns {
  /** Int32[nodes]: strongly connected component, numbered from 0 by descending size (then by lowest node). */
  readonly nodeComponent: Int32Array;
  /**
   * Int32[edges]: travel time over the whole edge, at least 1; INFINITE_MS where only other profiles may drive it.
   */
  readonly edgeMilliseconds: Int32Array;
}

/** What people call a road, and what tells it apart for those who drive it. Empty strings where the source says nothing. */
export interface RoadNames {
  readonly name: string;
  /** Road number, for instance `A1060`. */
  readonly ref: string;
  /** OSM highway class (`primary`, `ferry` …), or `road` where the source has no classes. */
  readonly highway: string;
  /** A ring that traffic circulates on: with priority over those who enter (`roundabout`), or without (`circular`). */
  readonly junction: "" | "roundabout" | "circular";
  /** What the sign at its start says, road numbers first: `A12/M25 London, Chelmsford`. Only of roads driven one way. */
  readonly destination: string;
  /** Number of the motorway junction a slip road belongs to, for instance `28`. */
  readonly exit: string;
  /** What is above what: bridges are usually 1, tunnels -1, and roads on the ground 0. */
  readonly layer: number;
  /** Absent on nearly all roads. */
  readonly cautions?: RoadCautions;
}

/** What those who are sent along a road are told of it; each absent where there is nothing to tell. */
export interface RoadCautions {
  /** Driven with somebody's leave, or closed but at certain times, in one direction at least. */
  readonly access?: "private" | "at-times";
  /** Water runs over it. */
  readonly ford?: true;
  /** What has to be opened or taken away on it, each by its kind in OpenStreetMap: `lift_gate`, `bollard`. */
  readonly barriers?: readonly string[];
  readonly ferry?: FerryService;
}

/** When a ferry sails, as its tags say it (wiki.openstreetmap.org, Key:opening_hours); each absent where they say nothing. */
export interface FerryService {
  /** The usual wait, a part of the time of the crossing. */
  readonly waitSeconds: number;
  readonly hours?: string;
  /** Hours in which it does not sail. */
  readonly closedHours?: string;
  /** Which part of the year. */
  readonly season?: string;
}

export class RoadGraph {
  readonly columns: RoadGraphColumns;
  /** The road table; row 0 is the nameless road. */
  readonly roads: readonly RoadNames[];
  /** The columns of every profile these roads were made for, the default one first; nearly always of one. */
  readonly profiles: readonly ProfileColumns[];
  readonly nodeCount: number;
  readonly edgeCount: number;
  readonly segmentCount: number;
  /** Nodes that are no split nodes: the junctions and ends people would count. */
  readonly junctionCount: number;
  /** Int32[split nodes]: by ascending junction, then number. */
  readonly #splitByJunction: Int32Array;
  /** Null where nothing is said of any road; undefined before it was asked. */
  #cautioned: Uint8Array | null | undefined;

  constructor(columns: RoadGraphColumns, roads: readonly RoadNames[], profiles: readonly ProfileColumns[] = [columns]) {
    this.columns = columns;
    this.roads = roads;
    this.profiles = profiles;
    this.nodeCount = columns.nodeLon.length;
    this.edgeCount = columns.edgeHead.length;
    this.segmentCount = columns.segmentTail.length;
    const { splitNode, splitJunction } = columns;
    this.junctionCount = this.nodeCount - splitNode.length;
    this.#splitByJunction = Int32Array.from(splitNode.keys())
      .sort((a, b) => splitJunction[a]! - splitJunction[b]! || a - b)
      .map((split) => splitNode[split]!);
  }

  /** The same roads under the profile of this number in {@link profiles}. */
  underProfile(profile: number): RoadGraph {
    const { nodeComponent, edgeMilliseconds, turnFirst, turnSequence } = this.profiles[profile]!;
    const columns = { ...this.columns, nodeComponent, edgeMilliseconds, turnFirst, turnSequence };
    return new RoadGraph(columns, this.roads, this.profiles);
  }

  /** The graph as the shortest-path core sees it: node and edge numbers are the core's node and arc numbers. */
  get topology(): Graph {
    const { firstEdge, edgeHead } = this.columns;
    return { nodeCount: this.nodeCount, arcCount: this.edgeCount, firstArc: firstEdge, head: edgeHead };
  }

  nodePosition(node: number): Position {
    return [fromFixedDegrees(this.columns.nodeLon[node]!), fromFixedDegrees(this.columns.nodeLat[node]!)];
  }

  /** The junction a node stands for: itself unless it is a split node. */
  junctionOf(node: number): number {
    const { splitNode, splitJunction } = this.columns;
    const at = lowerBound(splitNode, 0, splitNode.length, node);
    return splitNode[at] === node ? splitJunction[at]! : node;
  }

  /** The split nodes of a junction, ascending; nearly always none. */
  splitNodesOf(junction: number): Int32Array {
    const splitByJunction = this.#splitByJunction;
    if (splitByJunction.length === 0) return splitByJunction;
    const first = firstWhere(0, splitByJunction.length, (i) => this.junctionOf(splitByJunction[i]!) >= junction);
    let end = first;
    while (end < splitByJunction.length && this.junctionOf(splitByJunction[end]!) === junction) end++;
    return splitByJunction.subarray(first, end);
  }

  /** A number for each junction, 0 .. junctionCount - 1 in their order; a split node has that of its junction. */
  junctionNumber(node: number): number {
    const { splitNode } = this.columns;
    const junction = this.junctionOf(node);
    return junction - lowerBound(splitNode, 0, splitNode.length, junction);
  }

  /** Every edge with this key: the one out of the junction first, then those out of its split nodes. */
  edgesOfSegment(segment: number, direction: Direction): number[] {
    const { segmentForwardEdge, segmentBackwardEdge, segmentTail, segmentHead } = this.columns;
    const edge = (direction === "backward" ? segmentBackwardEdge : segmentForwardEdge)[segment]!;
    if (edge < 0) return [];
    const edges = [edge];
    for (const split of this.splitNodesOf((direction === "backward" ? segmentHead : segmentTail)[segment]!)) {
      const own = this.edgeOutOf(split, edgeKey(segment, direction));
      if (own >= 0) edges.push(own);
    }
    return edges;
  }

  /** The edge out of a node with a key; -1 when there is none. */
  edgeOutOf(node: number, key: number): number {
    const { firstEdge, keyOfEdge } = this.columns;
    for (let edge = firstEdge[node]!; edge < firstEdge[node + 1]!; edge++) {
      if (keyOfEdge[edge] === key) return edge;
    }
    return -1;
  }

  edgeTail(edge: number): number {
    const { firstEdge, keyOfEdge, segmentTail, segmentHead } = this.columns;
    const key = keyOfEdge[edge]!;
    const junction = (isBackward(key) ? segmentHead : segmentTail)[segmentOf(key)]!;
    const leaves = (node: number): boolean => firstEdge[node]! <= edge && edge < firstEdge[node + 1]!;
    return leaves(junction) ? junction : this.splitNodesOf(junction).find(leaves)!;
  }

  edgeCentimetres(edge: number): number {
    return this.columns.segmentCentimetres[segmentOf(this.columns.keyOfEdge[edge]!)]!;
  }

  edgeRoad(edge: number): RoadNames {
    return this.roads[this.columns.segmentRoad[segmentOf(this.columns.keyOfEdge[edge]!)]!]!;
  }

  /** Uint8Array[roads]: 1 where there is something that crews are told of the road; undefined where there is of none. */
  get cautioned(): Uint8Array | undefined {
    if (this.#cautioned === undefined) {
      const cautioned = Uint8Array.from(this.roads, ({ cautions }) => Number(cautions !== undefined));
      this.#cautioned = cautioned.includes(1) ? cautioned : null;
    }
    return this.#cautioned ?? undefined;
  }

  /** Travel time over the whole segment in one direction; INFINITE_MS where not allowed. */
  segmentMilliseconds(segment: number, direction: Direction): number {
    const { segmentForwardEdge, segmentBackwardEdge } = this.columns;
    const edge = (direction === "backward" ? segmentBackwardEdge : segmentForwardEdge)[segment]!;
    return edge < 0 ? INFINITE_MS : this.columns.edgeMilliseconds[edge]!;
  }

  /** All points of a segment, ends included, in drawing direction. */
  segmentPositions(segment: number): Position[] {
    const { segmentTail, segmentHead, segmentFirstShape, shapeLon, shapeLat } = this.columns;
    const positions: Position[] = [this.nodePosition(segmentTail[segment]!)];
    for (let i = segmentFirstShape[segment]!; i < segmentFirstShape[segment + 1]!; i++) {
      positions.push([fromFixedDegrees(shapeLon[i]!), fromFixedDegrees(shapeLat[i]!)]);
    }
    positions.push(this.nodePosition(segmentHead[segment]!));
    return positions;
  }
}
