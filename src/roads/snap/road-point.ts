import { INFINITE_MS } from "../../core/units";
import type { Seed } from "../../shortest-path/engine";
import type { ArcWeights } from "../../shortest-path/graph";
import { DIRECTIONS, isBackward } from "../graph/edge-key";
import type { RoadGraph } from "../graph/road-graph";
import type { RoadPoint } from "./snap-index";

/** A seed that knows which edge, driven in part, joins the point and the node; -1 when the point lies on the node. */
export interface RoadSeed extends Seed {
  readonly edge: number;
}

/**
 * Milliseconds from an edge's tail to the point. Departures take what this leaves of the edge, so that the two parts
 * always add up to the whole.
 */
function millisecondsBefore(graph: RoadGraph, weights: ArcWeights, edge: number, fraction: number): number {
  const along = isBackward(graph.columns.keyOfEdge[edge]!) ? 1 - fraction : fraction;
  return millisecondsAlong(weights[edge]!, along);
}

/** Milliseconds to drive this share of an edge from its tail. */
export const millisecondsAlong = (edgeMilliseconds: number, share: number): number =>
  Math.round(edgeMilliseconds * share);

/** The edges that journeys from a point between nodes begin on. */
export function drivableEdges(
  graph: RoadGraph,
  weights: ArcWeights,
  { segment, direction }: Pick<RoadPoint, "segment" | "direction">,
): number[] {
  const { segmentForwardEdge, segmentBackwardEdge } = graph.columns;
  const edges: number[] = [];
  if (direction !== "backward") edges.push(segmentForwardEdge[segment]!);
  if (direction !== "forward") edges.push(segmentBackwardEdge[segment]!);
  return edges.filter((edge) => edge >= 0 && weights[edge]! < INFINITE_MS);
}

/**
 * Where journeys that start at this point meet the graph: the head of each edge that may be driven from here. What was
 * driven before is not known, so no turn restriction can have begun: a node is left from its junction, an edge as those
 * who came from its junction drive it.
 */
export function departureSeeds(graph: RoadGraph, weights: ArcWeights, point: RoadPoint): RoadSeed[] {
  if (point.node >= 0) return [{ node: point.node, milliseconds: 0, edge: -1 }];
  return drivableEdges(graph, weights, point).map((edge) => ({
    node: graph.columns.edgeHead[edge]!,
    milliseconds: weights[edge]! - millisecondsBefore(graph, weights, edge, point.fraction),
    edge,
  }));
}

/**
 * Where journeys that end at this point leave the graph: the tail of each edge that may be driven to here, whichever turn
 * restrictions have begun by then; a junction with all its split nodes.
 */
export function arrivalSeeds(graph: RoadGraph, weights: ArcWeights, point: RoadPoint): RoadSeed[] {
  if (point.node >= 0) {
    return [point.node, ...graph.splitNodesOf(point.node)].map((node) => ({ node, milliseconds: 0, edge: -1 }));
  }
  return DIRECTIONS.flatMap((direction) => graph.edgesOfSegment(point.segment, direction))
    .filter((edge) => weights[edge]! < INFINITE_MS)
    .map((edge) => ({
      node: graph.edgeTail(edge),
      milliseconds: millisecondsBefore(graph, weights, edge, point.fraction),
      edge,
    }));
}

export interface DirectDrive {
  readonly milliseconds: number;
  readonly edge: number;
}

/** The drive between two points on one segment that passes no node; undefined when there is none. */
export function directDrive(
  graph: RoadGraph,
  weights: ArcWeights,
  from: RoadPoint,
  to: RoadPoint,
): DirectDrive | undefined {
  // A point on a node starts from that node's seed, which reaches along the segment as well.
  if (from.segment !== to.segment || from.node >= 0 || to.node >= 0) return undefined;
  let best: DirectDrive | undefined;
  for (const edge of drivableEdges(graph, weights, from)) {
    const milliseconds =
      millisecondsBefore(graph, weights, edge, to.fraction) - millisecondsBefore(graph, weights, edge, from.fraction);
    const onward = isBackward(graph.columns.keyOfEdge[edge]!)
      ? to.fraction <= from.fraction
      : to.fraction >= from.fraction;
    if (onward && (best === undefined || milliseconds < best.milliseconds)) best = { milliseconds, edge };
  }
  return best;
}
