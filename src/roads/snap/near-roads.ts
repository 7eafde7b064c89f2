import { oppositeBearing, turnDegrees } from "../../core/geometry";
import { INFINITE_MS } from "../../core/units";
import type { Direction } from "../graph/edge-key";
import type { RoadGraph, RoadNames } from "../graph/road-graph";
import type { NearSegment } from "./snap-index";

/** A piece of road near a location. */
export interface NearRoad {
  readonly place: NearSegment;
  readonly road: RoadNames;
  /** Directions of travel, in degrees: as drawn, and the other way; undefined where it may not be driven so. */
  readonly forward: number | undefined;
  readonly backward: number | undefined;
}

export function nearRoad(graph: RoadGraph, place: NearSegment, drawnDegrees: number): NearRoad {
  const { segment } = place;
  return {
    place,
    road: graph.roads[graph.columns.segmentRoad[segment]!]!,
    forward: isDriven(graph, segment, "forward") ? drawnDegrees : undefined,
    backward: isDriven(graph, segment, "backward") ? oppositeBearing(drawnDegrees) : undefined,
  };
}

const isDriven = (graph: RoadGraph, segment: number, direction: Direction): boolean =>
  graph.segmentMilliseconds(segment, direction) < INFINITE_MS;

export const isOneWay = (graph: RoadGraph, segment: number): boolean =>
  !isDriven(graph, segment, "forward") || !isDriven(graph, segment, "backward");

/** The direction of a road driven one way; undefined where it is driven both ways. */
function oneWayDegrees({ forward, backward }: NearRoad): number | undefined {
  if (forward !== undefined && backward !== undefined) return undefined;
  return forward ?? backward;
}

/** Whether two roads look like the two carriageways of one: the same name or number, driven in opposite directions. */
export function areCarriageways(a: NearRoad, b: NearRoad): boolean {
  const degreesA = oneWayDegrees(a);
  const degreesB = oneWayDegrees(b);
  if (degreesA === undefined || degreesB === undefined || turnDegrees(degreesA, degreesB) <= 90) return false;
  if (a.road.ref !== "" || b.road.ref !== "") return a.road.ref === b.road.ref;
  return a.road.name === b.road.name && a.road.highway === b.road.highway;
}

/**
 * The nearest piece of each carriageway, in the order of the pieces.
 *
 * Pieces are one carriageway when they meet, have the same name and number, and are driven alike: both in two directions,
 * or one after the other without turning back. A road whose nearest place is a node of a nearer one is left out: what can
 * be said of that place is said of the nearer road too.
 */
export function onePerCarriageway(graph: RoadGraph, roads: readonly NearRoad[]): readonly NearRoad[] {
  if (roads.length <= 1) return roads;
  // By piece the first piece of its carriageway.
  const first = roads.map((_, i) => i);
  for (let b = 1; b < roads.length; b++) {
    for (let a = 0; a < b; a++) {
      if (first[a] === first[b] || !isContinued(graph, roads[a]!, roads[b]!)) continue;
      const kept = Math.min(first[a]!, first[b]!);
      const merged = Math.max(first[a]!, first[b]!);
      for (let i = 0; i <= b; i++) if (first[i] === merged) first[i] = kept;
    }
  }
  const taken: number[] = [];
  return roads.filter(({ place }, i) => {
    if (first[i] !== i) return false;
    if (roads.some((other, j) => taken.includes(first[j]!) && hasEnd(graph, other, place.node))) return false;
    taken.push(i);
    return true;
  });
}

function hasEnd({ columns: { segmentTail, segmentHead } }: RoadGraph, { place }: NearRoad, node: number): boolean {
  return node >= 0 && (segmentTail[place.segment] === node || segmentHead[place.segment] === node);
}

/** Whether two pieces are one road, or one carriageway of it, going on. */
function isContinued(graph: RoadGraph, a: NearRoad, b: NearRoad): boolean {
  if (a.road !== b.road && (a.road.ref !== b.road.ref || a.road.name !== b.road.name)) return false;
  const degreesA = oneWayDegrees(a);
  const degreesB = oneWayDegrees(b);
  const { segmentTail, segmentHead } = graph.columns;
  if (degreesA === undefined && degreesB === undefined) {
    const { segment } = b.place;
    return hasEnd(graph, a, segmentTail[segment]!) || hasEnd(graph, a, segmentHead[segment]!);
  }
  if (degreesA === undefined || degreesB === undefined || turnDegrees(degreesA, degreesB) > 90) return false;
  const start = ({ forward, place }: NearRoad): number =>
    (forward === undefined ? segmentHead : segmentTail)[place.segment]!;
  const end = ({ forward, place }: NearRoad): number =>
    (forward === undefined ? segmentTail : segmentHead)[place.segment]!;
  return end(a) === start(b) || end(b) === start(a);
}
