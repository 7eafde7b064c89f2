import { shortStep } from "../../core/geometry";
import { INFINITE_MS, type Position } from "../../core/units";
import type { AccessPoint } from "../../shortest-path/engine";
import type { ArcWeights } from "../../shortest-path/graph";
import { DIRECTIONS, isBackward } from "../graph/edge-key";
import type { RoadGraph } from "../graph/road-graph";
import { type ClosedEdges, isOpenBetween, NONE_CLOSED } from "./closed-edges";
import type { RoadPoint } from "./snap-index";

/** An access point that knows which edge, driven in part, joins the point and the node; -1 when the point lies on the node. */
export interface RoadAccessPoint extends AccessPoint {
  readonly edge: number;
}

/** Travel time over a whole edge if no part of it were closed; INFINITE_MS when it may not be driven all the same. */
export function openMilliseconds(weights: ArcWeights, closed: ClosedEdges, edge: number): number {
  const milliseconds = weights[edge]!;
  return milliseconds < INFINITE_MS ? milliseconds : (closed.get(edge)?.milliseconds ?? INFINITE_MS);
}

/**
 * Milliseconds from an edge's tail to a place on it, were it open. Departures take what this leaves of the edge, so that
 * the parts always add up to the whole.
 *
 * @param whole travel time over the whole edge.
 */
export function millisecondsBefore(graph: RoadGraph, edge: number, whole: number, fraction: number): number {
  return millisecondsAlong(whole, isBackward(graph.columns.keyOfEdge[edge]!) ? 1 - fraction : fraction);
}

/** The ends of an edge as shares of its segment: 0 and 1 forward, 1 and 0 backward. */
export const tailFraction = (graph: RoadGraph, edge: number): number =>
  Number(isBackward(graph.columns.keyOfEdge[edge]!));

/** Whether a vehicle may drive an edge from one place on it to another, farther along. */
function isDriven(weights: ArcWeights, closed: ClosedEdges, edge: number, from: number, to: number): boolean {
  if (weights[edge]! < INFINITE_MS) return true;
  const known = closed.get(edge);
  return known !== undefined && isOpenBetween(known.parts, from, to);
}

/** Milliseconds to drive this share of an edge from its tail. */
export const millisecondsAlong = (edgeMilliseconds: number, share: number): number =>
  Math.round(edgeMilliseconds * share);

/** The edges that journeys from a point between nodes begin on, closed or not. */
export function edgesFrom(
  graph: RoadGraph,
  { segment, direction }: Pick<RoadPoint, "segment" | "direction">,
): number[] {
  const { segmentForwardEdge, segmentBackwardEdge } = graph.columns;
  const edges: number[] = [];
  if (direction !== "backward") edges.push(segmentForwardEdge[segment]!);
  if (direction !== "forward") edges.push(segmentBackwardEdge[segment]!);
  return edges.filter((edge) => edge >= 0);
}

/**
 * Where journeys that start at this point meet the graph: the head of each edge that may be driven from here. What was
 * driven before is not known, so no turn restriction can have begun: a node is left from its junction, an edge as those
 * who came from its junction drive it. A way on foot to the point counts.
 */
export function departureAccessPoints(
  graph: RoadGraph,
  weights: ArcWeights,
  point: RoadPoint,
  closed: ClosedEdges = NONE_CLOSED,
): RoadAccessPoint[] {
  const onFootMs = point.onFoot?.milliseconds ?? 0;
  if (point.node >= 0) return [{ node: point.node, milliseconds: onFootMs, edge: -1 }];
  const accessPoints: RoadAccessPoint[] = [];
  for (const edge of edgesFrom(graph, point)) {
    if (!isDriven(weights, closed, edge, point.fraction, 1 - tailFraction(graph, edge))) continue;
    const whole = openMilliseconds(weights, closed, edge);
    const milliseconds = onFootMs + whole - millisecondsBefore(graph, edge, whole, point.fraction);
    accessPoints.push({ node: graph.columns.edgeHead[edge]!, milliseconds, edge });
  }
  return accessPoints;
}

/**
 * Where journeys that end at this point leave the graph: the tail of each edge that may be driven to here, whichever turn
 * restrictions have begun by then; a junction with all its split nodes. Who walks on along roads from a node is bound by those turn
 * restrictions that would bind a vehicle: the node is that node alone.
 */
export function arrivalAccessPoints(
  graph: RoadGraph,
  weights: ArcWeights,
  point: RoadPoint,
  closed: ClosedEdges = NONE_CLOSED,
): RoadAccessPoint[] {
  const onFootMs = point.onFoot?.milliseconds ?? 0;
  if (point.node >= 0) {
    const isBound = point.onFoot !== undefined && point.onFoot.stretches.length > 0;
    const nodes = isBound ? [point.node] : [point.node, ...graph.splitNodesOf(point.node)];
    return nodes.map((node) => ({ node, milliseconds: onFootMs, edge: -1 }));
  }
  const accessPoints: RoadAccessPoint[] = [];
  for (const direction of point.direction === undefined ? DIRECTIONS : [point.direction]) {
    for (const edge of graph.edgesOfSegment(point.segment, direction)) {
      if (!isDriven(weights, closed, edge, tailFraction(graph, edge), point.fraction)) continue;
      const whole = openMilliseconds(weights, closed, edge);
      const milliseconds = onFootMs + millisecondsBefore(graph, edge, whole, point.fraction);
      accessPoints.push({ node: graph.edgeTail(edge), milliseconds, edge });
    }
  }
  return accessPoints;
}

export interface DirectDrive {
  readonly milliseconds: number;
  /** -1 for a way that is all on foot. */
  readonly edge: number;
}

/** The drive between two points on one segment that passes no node; undefined when there is none. */
export function directDrive(
  graph: RoadGraph,
  weights: ArcWeights,
  from: RoadPoint,
  to: RoadPoint,
  closed: ClosedEdges = NONE_CLOSED,
): DirectDrive | undefined {
  // A point on a node starts from that node's access point, which reaches along the segment as well.
  if (from.segment !== to.segment || from.node >= 0 || to.node >= 0) return undefined;
  const onFootMs = (from.onFoot?.milliseconds ?? 0) + (to.onFoot?.milliseconds ?? 0);
  let best: DirectDrive | undefined;
  for (const edge of edgesFrom(graph, from)) {
    if (!isOnward(graph, edge, from.fraction, to.fraction)) continue;
    if (!isDriven(weights, closed, edge, from.fraction, to.fraction)) continue;
    const whole = openMilliseconds(weights, closed, edge);
    const milliseconds =
      onFootMs +
      millisecondsBefore(graph, edge, whole, to.fraction) -
      millisecondsBefore(graph, edge, whole, from.fraction);
    if (best === undefined || milliseconds < best.milliseconds) best = { milliseconds, edge };
  }
  return best;
}

/** Whether a place on an edge is as far along as another, or farther. */
export const isOnward = (graph: RoadGraph, edge: number, from: number, to: number): boolean =>
  isBackward(graph.columns.keyOfEdge[edge]!) ? to <= from : to >= from;

/** The position at a share of a segment's length, on the plane that snapping measures on. */
export function positionAlong(graph: RoadGraph, segment: number, fraction: number): Position {
  const points = graph.segmentPositions(segment);
  const scale = Math.cos((points[0]![1] * Math.PI) / 180);
  const lengths = points
    .slice(1)
    .map(([lon, lat], i) => Math.hypot(shortStep(lon - points[i]![0]) * scale, lat - points[i]![1]));
  let left = fraction * lengths.reduce((sum, length) => sum + length, 0);
  for (const [i, length] of lengths.entries()) {
    if (left <= length && length > 0) {
      const [[lonA, latA], [lonB, latB]] = [points[i]!, points[i + 1]!];
      const share = left / length;
      return [round7(shortStep(lonA + share * shortStep(lonB - lonA))), round7(latA + share * (latB - latA))];
    }
    left -= length;
  }
  return points.at(-1)!;
}

const round7 = (degrees: number): number => Math.round(degrees * 1e7) / 1e7;
