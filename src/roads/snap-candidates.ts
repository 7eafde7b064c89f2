import { DiversionError } from "../core/errors";
import { INFINITE_MS, type Position } from "../core/units";
import { oppositeBearing, turnDegrees } from "./bearing";
import type { RoadGraph, RoadNames } from "./road-graph";
import { RoadNameMatcher } from "./road-name-match";
import type { NearPoint, RoadPoint, SnapIndex } from "./snap-index";

/**
 * Farther than the nearest road by no more than this, another road is a candidate: the positions callers give are wrong by
 * about 5 m under open sky and 10 m or more between buildings, and people and wrecks lie beside the line on the map that
 * stands for their road, by half its width.
 */
export const OTHER_ROAD_TOLERANCE_METRES = 20;

/**
 * As {@link OTHER_ROAD_TOLERANCE_METRES}, for the other carriageway of a road that is a candidate: the lines of the two lie
 * 15 to 35 m apart on motorways, and an incident exactly on one may still be meant to be on the other.
 */
export const OTHER_CARRIAGEWAY_TOLERANCE_METRES = 40;

/**
 * A road fits a bearing when its direction of travel is within this of it: crossing roads and the other carriageway are
 * told apart, bends and the compass of a slow vehicle forgiven. The default of Valhalla's `heading_tolerance`.
 */
export const BEARING_TOLERANCE_DEGREES = 60;

export const MAXIMUM_SNAP_CANDIDATES = 8;

export interface SnapCandidatesOptions {
  /** Farther than this no road is a candidate. Default: as the roads file says. */
  readonly limitMetres?: number;
  /** How much farther than the nearest road another may be. Default: {@link OTHER_ROAD_TOLERANCE_METRES}. */
  readonly toleranceMetres?: number;
  /**
   * How much farther than the nearest road the other carriageway of a candidate may be. Default: the greater of
   * `toleranceMetres` and {@link OTHER_CARRIAGEWAY_TOLERANCE_METRES}.
   */
  readonly carriagewayToleranceMetres?: number;
  /** Leaves only candidates that are driven in this direction there, 0 (north) or more and less than 360, clockwise. */
  readonly bearingDegrees?: number;
  /** Default: {@link BEARING_TOLERANCE_DEGREES}. */
  readonly bearingToleranceDegrees?: number;
  /** Puts candidates of this name or number first. Brings none in: a road beyond the tolerance is no candidate. */
  readonly roadName?: string;
  /** Leaves only roads on this level: OSM `layer`, 0 on the ground, 1 on most bridges, -1 in most tunnels. */
  readonly layer?: number;
  /** At most so many. Default: {@link MAXIMUM_SNAP_CANDIDATES}. */
  readonly maximum?: number;
  /** Leaves out segments, such as those a profile does not drive. Default: all usable ones will do. */
  readonly accepts?: (segment: number) => boolean;
}

/** A road, or a carriageway of one, that a location may be on. */
export interface SnapCandidate {
  /** Its nearest point; with a bearing, with the heading that fits. */
  readonly point: RoadPoint;
  readonly road: RoadNames;
  /** Directions in which journeys leave from the point, in whole degrees clockwise from north: one or two. */
  readonly bearings: readonly number[];
  readonly isOneWay: boolean;
  /** How much of it `roadName` names, 0 nothing; see {@link RoadNameMatcher.score}. */
  readonly nameScore: number;
}

/** What is known of one segment near the location. */
interface NearRoad extends NearPoint {
  readonly road: RoadNames;
  /** Directions of travel, in degrees: as drawn, and against it; undefined where it may not be driven so. */
  readonly along: number | undefined;
  readonly against: number | undefined;
}

/**
 * The roads a location may be on: the nearest, and each other that is farther by no more than a tolerance, one candidate
 * per carriageway, in order of distance; with a road name, those it names first. Empty when no road is within the limit,
 * or none of those within the tolerance fits the bearing or the level.
 *
 * Pieces of road are one candidate when they meet, have the same name and number, and are driven alike: both in two
 * directions, or one after the other without turning back. So where the carriageways of a road part, each is a candidate.
 * A road whose nearest point is a junction with a nearer candidate is none: its point is a point of that one too.
 *
 * @throws DiversionError `invalid-argument` for options that are not of the documented form.
 */
export function snapCandidates(
  graph: RoadGraph,
  index: SnapIndex,
  location: Position,
  options: SnapCandidatesOptions & { readonly limitMetres: number },
): SnapCandidate[] {
  requireOptions(options);
  const { limitMetres, accepts, bearingDegrees, bearingToleranceDegrees = BEARING_TOLERANCE_DEGREES } = options;
  const { toleranceMetres = OTHER_ROAD_TOLERANCE_METRES, maximum = MAXIMUM_SNAP_CANDIDATES } = options;
  const pairMetres =
    options.carriagewayToleranceMetres ?? Math.max(toleranceMetres, OTHER_CARRIAGEWAY_TOLERANCE_METRES);
  const nearest = index.snap(location, limitMetres, accepts);
  if (nearest === undefined) return [];
  const reach = Math.min(limitMetres, nearest.distanceMetres + Math.max(toleranceMetres, pairMetres) + ROUNDING_METRES);
  const near = index.near(location, reach, accepts).map((one) => nearRoad(graph, one));
  let roads = withinTolerance(near, toleranceMetres, pairMetres);
  if (options.layer !== undefined) roads = roads.filter(({ road }) => road.layer === options.layer);
  if (bearingDegrees !== undefined) {
    const fits = (degrees: number | undefined): degrees is number =>
      degrees !== undefined && turnDegrees(degrees, bearingDegrees) <= bearingToleranceDegrees;
    roads = roads.filter(({ along, against }) => fits(along) || fits(against)).map((one) => headed(one, fits));
    roads.sort((a, b) => wholeMillimetres(a) - wholeMillimetres(b) || isLeft(a) - isLeft(b));
  }
  const candidates = onePerCarriageway(graph, roads);
  if (options.roadName === undefined) return candidates.slice(0, maximum).map((one) => candidateOf(graph, one, 0));
  const matcher = new RoadNameMatcher(options.roadName);
  return candidates
    .map((one) => bestNamed(graph, one, roads, matcher))
    .sort((a, b) => b.nameScore - a.nameScore)
    .slice(0, maximum);
}

/** Distances to one node by way of two pieces may differ by a rounding. */
const wholeMillimetres = ({ point }: NearRoad): number => Math.round(1000 * point.distanceMetres);

/** The candidate; on a node, by the road there of which the name says most. */
function bestNamed(
  graph: RoadGraph,
  candidate: NearRoad,
  roads: readonly NearRoad[],
  matcher: RoadNameMatcher,
): SnapCandidate {
  let best = candidate;
  let score = matcher.score(best.road);
  const node = nodeOf(graph, candidate);
  for (const one of node < 0 ? [] : roads) {
    const itsScore = nodeOf(graph, one) === node ? matcher.score(one.road) : 0;
    if (itsScore > score) [best, score] = [one, itsScore];
  }
  return candidateOf(graph, best, score);
}

/** More than floating point can be wrong by, so that the nearest point itself is always within reach. */
const ROUNDING_METRES = 0.001;

function nearRoad(graph: RoadGraph, { point, drawnDegrees }: NearPoint): NearRoad {
  const { segmentRoad } = graph.columns;
  const { segment } = point;
  const isDriven = (against: boolean): boolean => graph.segmentMilliseconds(segment, against) < INFINITE_MS;
  return {
    point,
    drawnDegrees,
    road: graph.roads[segmentRoad[segment]!]!,
    along: isDriven(false) ? drawnDegrees : undefined,
    against: isDriven(true) ? oppositeBearing(drawnDegrees) : undefined,
  };
}

/** The direction of a road driven one way; undefined where it is driven both ways. */
function oneWayDegrees({ along, against }: NearRoad): number | undefined {
  if (along !== undefined && against !== undefined) return undefined;
  return along ?? against;
}

function withinTolerance(near: readonly NearRoad[], toleranceMetres: number, pairMetres: number): NearRoad[] {
  const nearestMetres = near[0]!.point.distanceMetres;
  const isWithin = ({ point }: NearRoad, metres: number): boolean => point.distanceMetres <= nearestMetres + metres;
  const own = near.filter((one) => isWithin(one, toleranceMetres));
  return near.filter((one) => {
    if (isWithin(one, toleranceMetres)) return true;
    return isWithin(one, pairMetres) && own.some((other) => areCarriageways(one, other));
  });
}

/** Whether two roads look like the two carriageways of one: the same name or number, driven in opposite directions. */
function areCarriageways(a: NearRoad, b: NearRoad): boolean {
  const [degreesA, degreesB] = [oneWayDegrees(a), oneWayDegrees(b)];
  if (degreesA === undefined || degreesB === undefined || turnDegrees(degreesA, degreesB) <= 90) return false;
  if (a.road.ref !== "" || b.road.ref !== "") return a.road.ref === b.road.ref;
  return a.road.name === b.road.name && a.road.highway === b.road.highway;
}

/** The road with the direction that fits alone, where only one does. */
function headed(one: NearRoad, fits: (degrees: number | undefined) => degrees is number): NearRoad {
  const { point, along, against } = one;
  if (fits(along) && fits(against)) return one;
  const heading = fits(along) ? "along" : "against";
  return {
    ...one,
    point: { ...point, node: -1, heading },
    along: heading === "along" ? along : undefined,
    against: heading === "against" ? against : undefined,
  };
}

/**
 * 1 where a road with a heading is left behind the point, 0 otherwise. Of the pieces that meet in a node the one that ends
 * there comes first: from it every road out of the node can be taken, from one that begins there only that.
 */
const isLeft = ({ point: { heading, fraction } }: NearRoad): number =>
  (heading === "along" && fraction === 0) || (heading === "against" && fraction === 1) ? 1 : 0;

/** The nearest piece of each carriageway. */
function onePerCarriageway(graph: RoadGraph, roads: readonly NearRoad[]): NearRoad[] {
  if (roads.length <= 1) return [...roads];
  const group = roads.map((_, i) => i);
  for (let b = 1; b < roads.length; b++) {
    for (let a = 0; a < b; a++) {
      if (group[a] === group[b] || !isContinued(graph, roads[a]!, roads[b]!)) continue;
      const [kept, merged] = [Math.min(group[a]!, group[b]!), Math.max(group[a]!, group[b]!)];
      for (let i = 0; i <= b; i++) if (group[i] === merged) group[i] = kept;
    }
  }
  const nearer: number[] = [];
  return roads.filter((one, i) => {
    const isFirst = group[i] === i && !roads.some((other, j) => nearer.includes(group[j]!) && meets(graph, one, other));
    if (isFirst) nearer.push(i);
    return isFirst;
  });
}

/** Whether the nearest point of a road is a node that another road meets as well. */
function meets(graph: RoadGraph, one: NearRoad, { point }: NearRoad): boolean {
  const { segmentTail, segmentHead } = graph.columns;
  const node = nodeOf(graph, one);
  return node >= 0 && (segmentTail[point.segment] === node || segmentHead[point.segment] === node);
}

/** The node a point lies on, -1 when there is none, whatever its heading. */
function nodeOf({ columns }: RoadGraph, { point: { segment, fraction } }: NearRoad): number {
  if (fraction !== 0 && fraction !== 1) return -1;
  return (fraction === 0 ? columns.segmentTail : columns.segmentHead)[segment]!;
}

/** Whether two pieces are one road, or one carriageway of it, going on. */
function isContinued({ columns }: RoadGraph, a: NearRoad, b: NearRoad): boolean {
  if (a.road !== b.road && (a.road.ref !== b.road.ref || a.road.name !== b.road.name)) return false;
  const [degreesA, degreesB] = [oneWayDegrees(a), oneWayDegrees(b)];
  const { segmentTail, segmentHead } = columns;
  const ends = ({ point: { segment } }: NearRoad): [number, number] => [segmentTail[segment]!, segmentHead[segment]!];
  if (degreesA === undefined && degreesB === undefined) return ends(a).some((node) => ends(b).includes(node));
  if (degreesA === undefined || degreesB === undefined || turnDegrees(degreesA, degreesB) > 90) return false;
  const driven = (one: NearRoad): [number, number] => (one.along === undefined ? reversed(ends(one)) : ends(one));
  const [startA, endA] = driven(a);
  const [startB, endB] = driven(b);
  return endA === startB || endB === startA;
}

const reversed = ([a, b]: [number, number]): [number, number] => [b, a];

function candidateOf(graph: RoadGraph, { point, road, along, against }: NearRoad, nameScore: number): SnapCandidate {
  const isDriven = (isAgainst: boolean): boolean => graph.segmentMilliseconds(point.segment, isAgainst) < INFINITE_MS;
  return {
    point,
    road,
    bearings: [along, against].filter((degrees) => degrees !== undefined).map((degrees) => Math.round(degrees) % 360),
    isOneWay: !isDriven(false) || !isDriven(true),
    nameScore,
  };
}

function requireOptions(options: SnapCandidatesOptions): void {
  const require = (field: keyof SnapCandidatesOptions, isValid: (value: number) => boolean, wanted: string): void => {
    const value = options[field];
    if (value === undefined || (typeof value === "number" && isValid(value))) return;
    throw new DiversionError("invalid-argument", `${field} is ${String(value)}; write ${wanted}.`, { field });
  };
  for (const field of ["limitMetres", "toleranceMetres", "carriagewayToleranceMetres"] as const) {
    require(field, (metres) => metres >= 0, "metres, 0 or more");
  }
  require("bearingDegrees", (degrees) => degrees >= 0 && degrees < 360, "degrees, 0 (north) or more and less than 360");
  require("bearingToleranceDegrees", (degrees) => degrees >= 0 && degrees <= 180, "degrees, from 0 to 180");
  require("maximum", (count) => Number.isInteger(count) && count >= 1, "a whole number, 1 or more");
  require("layer", Number.isInteger, "a whole number, 0 for the ground");
}
