import { fromFixedDegrees, INFINITE_MS, type Position } from "../core/units";
import type { Graph } from "../shortest-path/graph";

/**
 * The road graph: junctions, the directed edges between them, and the physical road pieces (segments) the edges run on.
 * Immutable after construction; every column is a typed array, so that a roads file is opened by laying views over it.
 *
 * A **segment** is a piece of road between two nodes with one set of attributes along its whole length (one name, one
 * class, one speed), so that travel time along it is proportional to distance. It carries one **edge** per direction
 * that may be driven. Parallel segments and loops are kept as such.
 */
export interface RoadGraphColumns {
  /** Int32[nodes], 1e-7 degree. */
  readonly nodeLon: Int32Array;
  readonly nodeLat: Int32Array;
  /** Int32[nodes]: strongly connected component, numbered from 0 by descending size (then by lowest node). */
  readonly nodeComponent: Int32Array;

  /** Int32[nodes + 1]: edges of node v are firstEdge[v] .. firstEdge[v + 1] - 1. */
  readonly firstEdge: Int32Array;
  /** Int32[edges]. */
  readonly edgeHead: Int32Array;
  /** Int32[edges]: travel time over the whole edge, at least 1. */
  readonly edgeMilliseconds: Int32Array;
  /** Int32[edges]: segment * 2, plus 1 when the edge runs against the segment. */
  readonly edgeSegment: Int32Array;

  /** Int32[segments]: nodes at both ends, in the direction the segment was drawn. */
  readonly segmentTail: Int32Array;
  readonly segmentHead: Int32Array;
  readonly segmentCentimetres: Int32Array;
  /** Int32[segments]: the edge along and against the segment, -1 where that direction may not be driven. */
  readonly segmentForwardEdge: Int32Array;
  readonly segmentBackwardEdge: Int32Array;
  /** Int32[segments + 1]: shape points strictly between the end nodes, in drawing direction. */
  readonly segmentFirstShape: Int32Array;
  readonly shapeLon: Int32Array;
  readonly shapeLat: Int32Array;
  /** Int32[segments]: row of the road table. */
  readonly segmentRoad: Int32Array;
  /** Int32[segments + 1]: the source ways (OSM way ids, or positions in the source) the segment was made of. */
  readonly segmentFirstWay: Int32Array;
  readonly wayId: Float64Array;
}

/** What people call a road. Empty strings where the source says nothing. */
export interface RoadNames {
  readonly name: string;
  /** Road number, for instance `A1060`. */
  readonly ref: string;
  /** OSM highway class (`primary`, `ferry` …), or `road` where the source has no classes. */
  readonly highway: string;
}

export class RoadGraph {
  readonly columns: RoadGraphColumns;
  /** The road table; row 0 is the nameless road. */
  readonly roads: readonly RoadNames[];
  readonly nodeCount: number;
  readonly edgeCount: number;
  readonly segmentCount: number;

  constructor(columns: RoadGraphColumns, roads: readonly RoadNames[]) {
    this.columns = columns;
    this.roads = roads;
    this.nodeCount = columns.nodeLon.length;
    this.edgeCount = columns.edgeHead.length;
    this.segmentCount = columns.segmentTail.length;
  }

  /** The graph as the shortest-path core sees it: node and edge numbers are the core's node and arc numbers. */
  get topology(): Graph {
    const { firstEdge, edgeHead } = this.columns;
    return { nodeCount: this.nodeCount, arcCount: this.edgeCount, firstArc: firstEdge, head: edgeHead };
  }

  nodePosition(node: number): Position {
    return [fromFixedDegrees(this.columns.nodeLon[node]!), fromFixedDegrees(this.columns.nodeLat[node]!)];
  }

  edgeTail(edge: number): number {
    const code = this.columns.edgeSegment[edge]!;
    return code & 1 ? this.columns.segmentHead[code >> 1]! : this.columns.segmentTail[code >> 1]!;
  }

  edgeCentimetres(edge: number): number {
    return this.columns.segmentCentimetres[this.columns.edgeSegment[edge]! >> 1]!;
  }

  edgeRoad(edge: number): RoadNames {
    return this.roads[this.columns.segmentRoad[this.columns.edgeSegment[edge]! >> 1]!]!;
  }

  /** Travel time over the whole segment with (or against) its drawing direction; INFINITE_MS where not allowed. */
  segmentMilliseconds(segment: number, against: boolean): number {
    const edge = against ? this.columns.segmentBackwardEdge[segment]! : this.columns.segmentForwardEdge[segment]!;
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
