import { shortStep } from "../../core/geometry";
import type { Position } from "../../core/units";
import type { Path } from "../../shortest-path/engine";
import type { ArcWeights } from "../../shortest-path/graph";
import { isBackward, segmentOf } from "../graph/edge-key";
import type { RoadGraph, RoadNames } from "../graph/road-graph";
import { type ClosedEdges, NONE_CLOSED } from "../snap/closed-edges";
import {
  type DirectDrive,
  openMilliseconds,
  positionAlong,
  type RoadAccessPoint,
  tailFraction,
} from "../snap/road-point";
import type { RoadPoint, Stretch } from "../snap/snap-index";

/** An edge of a route, as far as it is driven. */
interface RoutePart {
  readonly edge: number;
  readonly milliseconds: number;
  readonly centimetres: number;
  /** Where it begins in the route's positions; it ends where the next part begins. */
  readonly firstPosition: number;
}

/** Consecutive driving on one road. */
export interface RouteLeg extends Pick<RoadNames, "name" | "ref" | "highway"> {
  readonly seconds: number;
  readonly metres: number;
  /** Walked, for no vehicle gets through; absent where it is driven. */
  readonly onFoot?: true;
}

/** A drive over the road graph between two points on it. */
export interface Route {
  readonly milliseconds: number;
  readonly centimetres: number;
  /** The points driven along, both ends included; at least two. */
  readonly positions: readonly Position[];
  readonly legs: readonly RouteLeg[];
  /** Edge by edge, in driving order; times and lengths add up to the route's: a way off the roads counts to its neighbour. */
  readonly parts: readonly RoutePart[];
}

export interface DrivenPath {
  readonly path: Path;
  readonly from: RoadPoint;
  readonly to: RoadPoint;
  readonly departures: readonly RoadAccessPoint[];
  readonly arrivals: readonly RoadAccessPoint[];
  /** The drive within one segment, which the path stands for when it passes no node. */
  readonly direct: DirectDrive | undefined;
}

/** What is gone along: stretches on foot know their time. */
interface GoneStretch extends Stretch {
  readonly milliseconds?: number;
}

function stretchesOf(graph: RoadGraph, drive: DrivenPath): GoneStretch[] {
  const { from, to } = drive;
  if (from.onFoot === undefined && to.onFoot === undefined) return drivenStretches(graph, drive);
  return [...(from.onFoot?.stretches ?? []), ...drivenStretches(graph, drive), ...(to.onFoot?.stretches ?? [])];
}

function drivenStretches(graph: RoadGraph, drive: DrivenPath): Stretch[] {
  const { path, from, to, departures, arrivals, direct } = drive;
  if (path.originAccessPoint === undefined || path.targetAccessPoint === undefined) {
    return direct === undefined || direct.edge < 0 ? [] : [{ edge: direct.edge, from: from.fraction, to: to.fraction }];
  }
  const stretches: Stretch[] = [];
  const departure = departures[path.originAccessPoint]!.edge;
  if (departure >= 0) {
    stretches.push({ edge: departure, from: from.fraction, to: 1 - tailFraction(graph, departure) });
  }
  for (const edge of path.arcs) {
    const start = tailFraction(graph, edge);
    stretches.push({ edge, from: start, to: 1 - start });
  }
  const arrival = arrivals[path.targetAccessPoint]!.edge;
  if (arrival >= 0) stretches.push({ edge: arrival, from: tailFraction(graph, arrival), to: to.fraction });
  return stretches;
}

const stretchCentimetres = (graph: RoadGraph, { edge, from, to }: Stretch): number => {
  const whole = graph.edgeCentimetres(edge);
  return from + to === 1 && from * to === 0 ? whole : Math.round(whole * Math.abs(to - from));
};

/** What of a way on foot is not along roads. */
function offRoad(graph: RoadGraph, { onFoot }: RoadPoint): { milliseconds: number; centimetres: number } {
  let { milliseconds = 0, centimetres = 0 } = onFoot ?? {};
  for (const stretch of onFoot?.stretches ?? []) {
    milliseconds -= stretch.milliseconds;
    centimetres -= stretchCentimetres(graph, stretch);
  }
  return { milliseconds, centimetres };
}

interface Leg {
  readonly road: Pick<RoadNames, "name" | "ref" | "highway">;
  milliseconds: number;
  centimetres: number;
  readonly onFoot: boolean;
}

/** What is no road: a way on foot across it. */
const NO_ROAD = { name: "", ref: "", highway: "" };

/** The edges of a drive, in order, those driven in part, or walked, at its ends included. */
export const drivenEdges = (graph: RoadGraph, drive: DrivenPath): number[] =>
  stretchesOf(graph, drive).map(({ edge }) => edge);

/** Whether a drive, the ways on foot at its ends left out, goes over any of some roads. @param roads Uint8Array[roads] */
export function isOver(
  { columns: { segmentRoad, keyOfEdge } }: RoadGraph,
  { path, departures, arrivals, direct }: DrivenPath,
  roads: Uint8Array,
): boolean {
  const isMeant = (edge: number): boolean => edge >= 0 && roads[segmentRoad[segmentOf(keyOfEdge[edge]!)]!] === 1;
  if (path.originAccessPoint === undefined || path.targetAccessPoint === undefined) {
    return direct !== undefined && isMeant(direct.edge);
  }
  if (isMeant(departures[path.originAccessPoint]!.edge) || isMeant(arrivals[path.targetAccessPoint]!.edge)) return true;
  for (let i = 0; i < path.arcs.length; i++) if (isMeant(path.arcs[i]!)) return true;
  return false;
}

/** Length of a drive in centimetres: {@link routeOf} without the drawing, for answers that name many EDs. */
export function driveCentimetres(
  graph: RoadGraph,
  { path, from, to, departures, arrivals, direct }: DrivenPath,
): number {
  let sum = (from.onFoot?.centimetres ?? 0) + (to.onFoot?.centimetres ?? 0);
  if (path.originAccessPoint === undefined || path.targetAccessPoint === undefined) {
    return direct === undefined || direct.edge < 0
      ? sum
      : sum + stretchCentimetres(graph, { edge: direct.edge, from: from.fraction, to: to.fraction });
  }
  const departure = departures[path.originAccessPoint]!.edge;
  if (departure >= 0) {
    const end = 1 - tailFraction(graph, departure);
    sum += stretchCentimetres(graph, { edge: departure, from: from.fraction, to: end });
  }
  const { keyOfEdge, segmentCentimetres } = graph.columns;
  const { arcs } = path;
  for (let i = 0; i < arcs.length; i++) sum += segmentCentimetres[segmentOf(keyOfEdge[arcs[i]!]!)]!;
  const arrival = arrivals[path.targetAccessPoint]!.edge;
  if (arrival >= 0) {
    sum += stretchCentimetres(graph, { edge: arrival, from: tailFraction(graph, arrival), to: to.fraction });
  }
  return sum;
}

/** @param closed edges of which any part is closed: those at the ends of a drive may be driven in part. */
export function routeOf(
  graph: RoadGraph,
  weights: ArcWeights,
  drive: DrivenPath,
  closed: ClosedEdges = NONE_CLOSED,
): Route {
  const stretches = stretchesOf(graph, drive);
  const { from, to } = drive;
  const positions: Position[] = [(from.onFoot?.place ?? from).position];
  const legs: Leg[] = [];
  const parts: RoutePart[] = [];
  const [before, after] = [offRoad(graph, from), offRoad(graph, to)];
  const [first, final] = [stretches[0], stretches.at(-1)];
  if (before.centimetres > 0) {
    appendPosition(positions, first === undefined ? from.position : positionOn(graph, first.edge, first.from));
  }
  if (before.centimetres > 0) legs.push({ road: NO_ROAD, ...before, onFoot: true });
  let centimetres = before.centimetres + after.centimetres;
  let milliseconds = before.milliseconds + after.milliseconds;
  for (const stretch of stretches) {
    const firstPosition = positions.length - 1;
    appendPositions(graph, stretch, positions);
    const length = stretchCentimetres(graph, stretch);
    const onFoot = stretch.milliseconds !== undefined;
    const whole = openMilliseconds(weights, closed, stretch.edge);
    const time = stretch.milliseconds ?? Math.round(whole * Math.abs(stretch.to - stretch.from));
    centimetres += length;
    milliseconds += time;
    const own = parts.length === 0 ? before : { milliseconds: 0, centimetres: 0 };
    parts.push({
      edge: stretch.edge,
      milliseconds: own.milliseconds + time,
      centimetres: own.centimetres + length,
      firstPosition,
    });
    const road = graph.edgeRoad(stretch.edge);
    const last = legs.at(-1);
    if (last !== undefined && last.onFoot === onFoot && isOneRoad(last.road, road)) {
      last.milliseconds += time;
      last.centimetres += length;
    } else {
      legs.push({ road, milliseconds: time, centimetres: length, onFoot });
    }
  }
  // Parts of edges are rounded one by one; the engine's total is exact, so the last leg takes up the difference.
  const difference = drive.path.milliseconds - milliseconds;
  const last = legs.at(-1);
  const lastPart = parts.pop();
  if (last !== undefined) last.milliseconds += difference;
  if (lastPart !== undefined) {
    parts.push({
      ...lastPart,
      milliseconds: lastPart.milliseconds + difference + after.milliseconds,
      centimetres: lastPart.centimetres + after.centimetres,
    });
  }
  if (after.centimetres > 0) legs.push({ road: NO_ROAD, ...after, onFoot: true });
  if (after.centimetres > 0) {
    appendPosition(positions, final === undefined ? to.position : positionOn(graph, final.edge, final.to));
  }
  const end = (to.onFoot?.place ?? to).position;
  appendPosition(positions, end);
  if (positions.length === 1) positions.push(end);
  return {
    milliseconds: drive.path.milliseconds,
    centimetres,
    positions,
    legs: legs.map(({ road, milliseconds: time, centimetres: length, onFoot }) => ({
      name: road.name,
      ref: road.ref,
      highway: road.highway,
      seconds: time / 1000,
      metres: Math.round(length / 10) / 10,
      ...(onFoot ? { onFoot: true as const } : {}),
    })),
    parts,
  };
}

/** Roads without names are one to those who drive them; a ferry is none of them. */
const isOneRoad = (a: Leg["road"], b: Leg["road"]): boolean =>
  a.name === b.name && a.ref === b.ref && (a.highway === "ferry") === (b.highway === "ferry");

const positionOn = (graph: RoadGraph, edge: number, fraction: number): Position =>
  positionAlong(graph, segmentOf(graph.columns.keyOfEdge[edge]!), fraction);

function appendPosition(positions: Position[], position: Position): void {
  const last = positions.at(-1);
  if (last === undefined || last[0] !== position[0] || last[1] !== position[1]) positions.push(position);
}

/** The segment's points strictly between the stretch's ends, in driving order, and the node at its end if it gets there. */
function appendPositions(graph: RoadGraph, { edge, from, to }: Stretch, positions: Position[]): void {
  const key = graph.columns.keyOfEdge[edge]!;
  const points = graph.segmentPositions(segmentOf(key));
  const fractions = pointFractions(points);
  const order = points.map((_, i) => (isBackward(key) ? points.length - 1 - i : i));
  for (const i of order) {
    const fraction = fractions[i]!;
    const inside = isBackward(key) ? fraction < from && fraction >= to : fraction > from && fraction <= to;
    if (inside || fraction === from) appendPosition(positions, points[i]!);
  }
}

/** Share of the line's length at which each point lies, on the plane that snapping measures on. */
function pointFractions(points: readonly Position[]): number[] {
  const scale = Math.cos((points[0]![1] * Math.PI) / 180);
  const lengths = [0];
  for (let i = 1; i < points.length; i++) {
    const dx = shortStep(points[i]![0] - points[i - 1]![0]) * scale;
    const dy = points[i]![1] - points[i - 1]![1];
    lengths.push(lengths[i - 1]! + Math.sqrt(dx * dx + dy * dy));
  }
  const total = lengths.at(-1)!;
  return lengths.map((length, i) => (i === points.length - 1 ? 1 : total === 0 ? 0 : length / total));
}
