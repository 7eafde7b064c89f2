import { DiversionError } from "../../core/errors";
import { turnDegrees } from "../../core/geometry";
import type { Position } from "../../core/units";
import type { RoadGraph, RoadNames } from "../graph/road-graph";
import { areCarriageways, isOneWay, type NearRoad, nearRoad, onePerCarriageway } from "./near-roads";
import { RoadNameMatcher } from "./road-name-match";
import type { NearSegment, RoadPoint, SnapIndex } from "./snap-index";

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
const BEARING_TOLERANCE_DEGREES = 60;

const MAXIMUM_SNAP_CANDIDATES = 8;

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
  /** Leaves out segments, such as those a profile does not drive. Default: all that lead into a network will do. */
  readonly accepts?: (segment: number) => boolean;
}

/** A road, or a carriageway of one, that a location may be on. */
export interface SnapCandidate {
  /** Its nearest point; with a bearing, with the direction that fits. */
  readonly point: RoadPoint;
  readonly road: RoadNames;
  /** Directions in which journeys leave from the point, in whole degrees clockwise from north: one or two. */
  readonly bearings: readonly number[];
  readonly isOneWay: boolean;
  /** How much of it `roadName` names, 0 nothing; see {@link RoadNameMatcher.score}. */
  readonly nameScore: number;
}

/**
 * The roads a location may be on: the nearest, and each other that is farther by no more than a tolerance, one candidate
 * per carriageway, in order of distance; with a road name, those it names first. Empty when no road is within the limit,
 * or none of those within the tolerance fits the bearing or the level.
 *
 * What one candidate is, {@link onePerCarriageway} says.
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
  const nearest = index.snap(location, options.limitMetres, options.accepts);
  return nearest === undefined ? [] : candidatesAround(graph, index, location, nearest, options);
}

/** As {@link snapCandidates}, of options that are known to be right. @param nearest of the roads that are accepted. */
export function candidatesAround(
  graph: RoadGraph,
  index: SnapIndex,
  location: Position,
  nearest: RoadPoint,
  options: SnapCandidatesOptions & { readonly limitMetres: number },
): SnapCandidate[] {
  const { layer, bearingDegrees, roadName, maximum = MAXIMUM_SNAP_CANDIDATES } = options;
  let roads = roadsWithinTolerance(graph, index, location, nearest, options);
  if (layer !== undefined) roads = roads.filter(({ road }) => road.layer === layer);
  if (bearingDegrees !== undefined) {
    roads = inDirection(graph, roads, bearingDegrees, options.bearingToleranceDegrees ?? BEARING_TOLERANCE_DEGREES);
  }
  const candidateOf = (one: NearRoad, nameScore: number): SnapCandidate => {
    const { place, road, forward, backward } = one;
    const point = place.segment === nearest.segment ? nearest : index.pointAt(place, location[1]);
    const bearings = [forward, backward].filter((degrees) => degrees !== undefined);
    return {
      point: bearingDegrees === undefined || bearings.length > 1 ? point : withDirection(point, one),
      road,
      bearings: bearings.map((degrees) => Math.round(degrees) % 360),
      isOneWay: isOneWay(graph, place.segment),
      nameScore,
    };
  };
  const candidates = onePerCarriageway(graph, roads);
  if (roadName === undefined) return candidates.slice(0, maximum).map((one) => candidateOf(one, 0));
  const matcher = new RoadNameMatcher(roadName);
  return candidates
    .map((one) => bestNamed(one, roads, matcher))
    .sort((a, b) => b.score - a.score)
    .slice(0, maximum)
    .map(({ one, score }) => candidateOf(one, score));
}

/** More than floating point can be wrong by, so that the nearest point itself is always within reach. */
const ROUNDING_METRES = 0.001;

function roadsWithinTolerance(
  graph: RoadGraph,
  index: SnapIndex,
  location: Position,
  { distanceMetres }: RoadPoint,
  options: SnapCandidatesOptions & { readonly limitMetres: number },
): readonly NearRoad[] {
  const { limitMetres, toleranceMetres = OTHER_ROAD_TOLERANCE_METRES, accepts } = options;
  const { carriagewayToleranceMetres = Math.max(toleranceMetres, OTHER_CARRIAGEWAY_TOLERANCE_METRES) } = options;
  const within = (metres: number): readonly NearSegment[] =>
    index.near(location, Math.min(limitMetres, distanceMetres + metres) + ROUNDING_METRES, accepts);
  const road = (place: NearSegment): NearRoad => nearRoad(graph, place, index.drawnDegrees(place, location[1]));
  const own = within(toleranceMetres).map(road);
  // Only what is driven one way can have another carriageway.
  const halves = own.filter(({ place }) => isOneWay(graph, place.segment));
  if (halves.length === 0 || carriagewayToleranceMetres <= toleranceMetres) return own;
  const farther = within(carriagewayToleranceMetres)
    .slice(own.length)
    .filter(({ segment }) => isOneWay(graph, segment))
    .map(road);
  return [...own, ...farther.filter((one) => halves.some((half) => areCarriageways(one, half)))];
}

/** Those that are driven in a direction, in that alone where it is one of two; pieces that end in a node first. */
function inDirection(
  graph: RoadGraph,
  roads: readonly NearRoad[],
  bearingDegrees: number,
  toleranceDegrees: number,
): readonly NearRoad[] {
  const { segmentTail } = graph.columns;
  const fitting = (degrees: number | undefined): number | undefined =>
    degrees !== undefined && turnDegrees(degrees, bearingDegrees) <= toleranceDegrees ? degrees : undefined;
  // From a piece that ends in a node every road out of it can be taken, from one that begins there only that.
  const begins = ({ place, forward }: NearRoad): boolean =>
    place.node >= 0 && (segmentTail[place.segment] === place.node) === (forward !== undefined);
  return roads
    .map((one) => ({ ...one, forward: fitting(one.forward), backward: fitting(one.backward) }))
    .filter(({ forward, backward }) => forward !== undefined || backward !== undefined)
    .sort((a, b) => wholeMillimetres(a) - wholeMillimetres(b) || Number(begins(a)) - Number(begins(b)));
}

/** Distances to one node by way of two pieces may differ by a rounding. */
const wholeMillimetres = ({ place }: NearRoad): number => Math.round(1000 * place.distanceMetres);

const withDirection = (point: RoadPoint, { forward }: NearRoad): RoadPoint => ({
  ...point,
  node: -1,
  direction: forward === undefined ? "backward" : "forward",
});

/** The candidate; on a node, the road there of which the name says most. */
function bestNamed(
  candidate: NearRoad,
  roads: readonly NearRoad[],
  matcher: RoadNameMatcher,
): { readonly one: NearRoad; readonly score: number } {
  let best = { one: candidate, score: matcher.score(candidate.road) };
  const { node } = candidate.place;
  for (const one of node < 0 ? [] : roads) {
    const score = one.place.node === node ? matcher.score(one.road) : 0;
    if (score > best.score) best = { one, score };
  }
  return best;
}

function requireOptions(options: SnapCandidatesOptions): void {
  const { limitMetres, toleranceMetres, carriagewayToleranceMetres, maximum, layer } = options;
  const { bearingDegrees, bearingToleranceDegrees } = options;
  // NaN fails every comparison.
  const require = (field: keyof SnapCandidatesOptions, isValid: boolean, wanted: string): void => {
    const value = options[field];
    if (value === undefined || isValid) return;
    throw new DiversionError("invalid-argument", `${field} is ${String(value)}; write ${wanted}.`, { field });
  };
  require("limitMetres", limitMetres! >= 0, "metres, 0 or more");
  require("toleranceMetres", toleranceMetres! >= 0, "metres, 0 or more");
  require("carriagewayToleranceMetres", carriagewayToleranceMetres! >= 0, "metres, 0 or more");
  require("bearingDegrees", bearingDegrees! >= 0 &&
    bearingDegrees! < 360, "degrees, 0 (north) or more and less than 360");
  require("bearingToleranceDegrees", bearingToleranceDegrees! >= 0 &&
    bearingToleranceDegrees! <= 180, "degrees, from 0 to 180");
  require("maximum", Number.isInteger(maximum) && maximum! >= 1, "a whole number, 1 or more");
  require("layer", Number.isInteger(layer), "a whole number, 0 for the ground");
}
