import { distanceMetres } from "../../core/geometry";
import { INFINITE_MS, type Position } from "../../core/units";
import type { RoadGraph, RoadNames } from "../graph/road-graph";
import { candidatesAround, type SnapCandidate, type SnapCandidatesOptions } from "./snap-candidates";
import { ANY_ROAD, type RoadPoint, type SnapIndex } from "./snap-index";

/** What keeps those on the ground beside a road from it: its fences, the earth above it, or the height of its deck. */
export type Seclusion = "motorway" | "tunnel" | "bridge";

/** Motorways and their slip roads, and what runs above or below the ground; undefined for any other road. */
function seclusionOf({ highway, layer }: RoadNames): Seclusion | undefined {
  if (highway === "motorway" || highway === "motorway_link") return "motorway";
  return layer < 0 ? "tunnel" : layer > 0 ? "bridge" : undefined;
}

const knownSeclusion = new WeakMap<RoadGraph["roads"], readonly (Seclusion | undefined)[]>();

/** By row of a road table, looked at once for all who ask: a country's has a hundred thousand rows. */
function seclusionOfRows(roads: RoadGraph["roads"]): readonly (Seclusion | undefined)[] {
  let known = knownSeclusion.get(roads);
  if (known === undefined) {
    known = roads.map(seclusionOf);
    knownSeclusion.set(roads, known);
  }
  return known;
}

/** What keeps those on the ground from a point: at a junction every road that leaves it counts. */
export function seclusionAt(graph: RoadGraph, { segment, node }: RoadPoint): Seclusion | undefined {
  const { segmentRoad, firstEdge, edgeMilliseconds } = graph.columns;
  const seclusion = seclusionOf(graph.roads[segmentRoad[segment]!]!);
  if (node < 0 || seclusion === undefined) return seclusion;
  for (let edge = firstEdge[node]!; edge < firstEdge[node + 1]!; edge++) {
    if (edgeMilliseconds[edge]! < INFINITE_MS && seclusionOf(graph.edgeRoad(edge)) === undefined) return undefined;
  }
  return seclusion;
}

/** A location no farther from the line of a road than this may be on it: half its width and the error of a position. */
const ON_THE_ROAD_METRES = 20;

/**
 * A location as near as this to the line of a road was taken from it: a position measured or typed is never so near but by
 * chance, and positions of nodes, as exports write them, are.
 */
const ON_THE_LINE_METRES = 0.05;

/**
 * A location that is not on a secluded road itself, as an entrance never is, belongs to a road on the ground when that is
 * farther by no more than this: the depth of the plots along a street.
 */
const GROUND_ROAD_TOLERANCE_METRES = 150;

export interface PlaceFinderOptions {
  /** Whether drives may begin, or end, on a segment. */
  readonly accepts: (segment: number) => boolean;
  /** Of segments that are not accepted, those that may be at some of their points, and at which: nearly always none. */
  readonly inPart?: {
    readonly has: (segment: number) => boolean;
    readonly accepts: (point: RoadPoint) => boolean;
  };
  /** Used where no accepted segment is near. */
  readonly fallback?: (segment: number) => boolean;
  /** Whether the places are entrances of buildings, and not where something may happen on the road. */
  readonly isEntrance: boolean;
  /** Pace from the nearest road to the one that is used. */
  readonly kmh: number;
}

/** Why the nearest road is not used: no drive leads from there (or there), or it is secluded. */
export interface PassedBy {
  readonly road: RoadNames;
  readonly distanceMetres: number;
  readonly why: "not-connected" | Seclusion;
}

/** The roads a location may be on, and the one of them that is used first. */
export interface FoundPlaces {
  readonly candidates: readonly SnapCandidate[];
  /** The nearest road, where another had to be used. */
  readonly passedBy?: PassedBy;
}

type FindOptions = Pick<SnapCandidatesOptions, "bearingDegrees" | "roadName"> & { readonly limitMetres: number };

/**
 * Finds the road that a place belongs to: the nearest where drives may begin (or end). From a road where none does one
 * walks to it in a straight line, in a time that counts; a road that cannot be entered from the ground beside it is used
 * where no other is near, or bearing or name say so.
 */
export class PlaceFinder {
  readonly #graph: RoadGraph;
  readonly #index: SnapIndex;
  readonly #options: PlaceFinderOptions;
  /** By row of the road table. */
  readonly #seclusion: readonly (Seclusion | undefined)[];

  constructor(graph: RoadGraph, index: SnapIndex, options: PlaceFinderOptions) {
    this.#graph = graph;
    this.#index = index;
    this.#options = { ...options, accepts: remembered(options.accepts, graph.segmentCount) };
    this.#seclusion = seclusionOfRows(graph.roads);
  }

  /** Whether a location whose nearest road is this is on it, and nothing else need be looked at. */
  isPlain(segment: number): boolean {
    return this.#seclusionOf(segment) === undefined && this.#options.accepts(segment);
  }

  /** Where a drive begins (or ends); undefined when no road is within the limit. */
  find(location: Position, limitMetres: number): RoadPoint | undefined {
    const nearest = this.#index.snap(location, limitMetres, ANY_ROAD);
    if (nearest === undefined || this.isPlain(nearest.segment)) return nearest;
    return this.#placesFrom(nearest, location, { limitMetres }).candidates[0]?.point;
  }

  /** All that the location may be on, by distance, what is secluded after what is not; with a name, what it names first. */
  places(location: Position, options: FindOptions): FoundPlaces {
    const nearest = this.#index.snap(location, options.limitMetres, ANY_ROAD);
    return nearest === undefined ? { candidates: [] } : this.#placesFrom(nearest, location, options);
  }

  #placesFrom(nearest: RoadPoint, location: Position, options: FindOptions): FoundPlaces {
    const { accepts, inPart, fallback } = this.#options;
    const isAcceptedAt = (point: RoadPoint): boolean => accepts(point.segment) || inPart?.accepts(point) === true;
    let isAccepted = isAcceptedAt(nearest);
    const near = (filter: (segment: number) => boolean): SnapCandidate[] => {
      const first = filter(nearest.segment) ? nearest : this.#index.snap(location, options.limitMetres, filter);
      if (first === undefined) return [];
      return candidatesAround(this.#graph, this.#index, location, first, { ...options, accepts: filter });
    };
    // What is near depends on the nearest: so all is looked for again without those that turn out not to be accepted.
    const refused = new Set<number>();
    const lookAgain = (): SnapCandidate[] =>
      near((segment) => accepts(segment) || (inPart?.has(segment) === true && !refused.has(segment)));
    let candidates = lookAgain();
    for (;;) {
      const wrong = candidates.filter(({ point }) => !isAcceptedAt(point));
      if (wrong.length === 0) break;
      for (const { point } of wrong) refused.add(point.segment);
      candidates = lookAgain();
    }
    if (candidates.length === 0 && fallback !== undefined && options.bearingDegrees === undefined) {
      isAccepted = fallback(nearest.segment);
      candidates = near(fallback);
    }
    const [first] = candidates;
    if (first === undefined) return { candidates };
    const ordered = this.#groundFirst(candidates, location, options);
    const [chosen] = ordered as [SnapCandidate];
    if (!isAccepted && isNearer(nearest, chosen.point)) {
      const passedBy: PassedBy = {
        road: this.#roadOf(nearest.segment),
        distanceMetres: nearest.distanceMetres,
        why: "not-connected",
      };
      return { candidates: ordered.map((one) => this.#walkedTo(one, nearest)), passedBy };
    }
    const why = chosen === first ? undefined : seclusionOf(first.road);
    if (why === undefined || !isNearer(first.point, chosen.point)) return { candidates: ordered };
    return {
      candidates: ordered,
      passedBy: { road: first.road, distanceMetres: first.point.distanceMetres, why },
    };
  }

  /** Puts those on the ground first, and brings one in from farther away where the location is on none of the others. */
  #groundFirst(candidates: SnapCandidate[], location: Position, options: FindOptions): readonly SnapCandidate[] {
    const [first] = candidates as [SnapCandidate, ...SnapCandidate[]];
    const seclusion = seclusionAt(this.#graph, first.point);
    const isOnTheLine = first.point.distanceMetres <= ON_THE_LINE_METRES;
    if (seclusion === undefined || (isOnTheLine && first.point.node >= 0)) return candidates;
    const isBetter = ({ point, nameScore }: SnapCandidate): boolean =>
      seclusionAt(this.#graph, point) === undefined &&
      (!isOnTheLine || point.distanceMetres <= ON_THE_LINE_METRES) &&
      nameScore >= first.nameScore &&
      // A road does not cross the one it goes on as.
      (seclusion !== "bridge" || !this.#meet(point.segment, first.point.segment));
    const better = candidates.filter(isBetter);
    if (better.length > 0) return [...better, ...candidates.filter((one) => !better.includes(one))];
    const isSaid = first.nameScore > 0 || options.bearingDegrees !== undefined;
    if (isOnTheLine || isSaid || seclusion === "bridge") return candidates;
    const { isEntrance, accepts } = this.#options;
    const { distanceMetres } = first.point;
    const mayBeOn = !isEntrance && seclusion === "motorway" && distanceMetres <= ON_THE_ROAD_METRES;
    if (mayBeOn) return candidates;
    const limitMetres = Math.min(options.limitMetres, distanceMetres + GROUND_ROAD_TOLERANCE_METRES);
    const isMeant = (segment: number): boolean => this.#seclusionOf(segment) === undefined && accepts(segment);
    const nearest = this.#index.snap(location, limitMetres, isMeant);
    if (nearest === undefined) return candidates;
    return candidatesAround(this.#graph, this.#index, location, nearest, { ...options, limitMetres, accepts: isMeant });
  }

  #walkedTo(candidate: SnapCandidate, nearest: RoadPoint): SnapCandidate {
    if (!isNearer(nearest, candidate.point)) return candidate;
    return { ...candidate, point: walkedBetween(nearest, candidate.point, this.#options.kmh) };
  }

  #meet(a: number, b: number): boolean {
    const { segmentTail, segmentHead } = this.#graph.columns;
    const ends = [segmentTail[b], segmentHead[b]];
    return ends.includes(segmentTail[a]) || ends.includes(segmentHead[a]);
  }

  #roadOf(segment: number): RoadNames {
    return this.#graph.roads[this.#graph.columns.segmentRoad[segment]!]!;
  }

  #seclusionOf(segment: number): Seclusion | undefined {
    return this.#seclusion[this.#graph.columns.segmentRoad[segment]!];
  }
}

/** The same, asked once of each segment: roads as they were built do not change. */
function remembered(accepts: (segment: number) => boolean, segmentCount: number): (segment: number) => boolean {
  /** 0: not asked yet; 1: no; 2: yes. */
  const answers = new Uint8Array(segmentCount);
  return (segment) => {
    if (answers[segment] === 0) answers[segment] = accepts(segment) ? 2 : 1;
    return answers[segment] === 2;
  };
}

/** A point on the roads to or from which one walks in a straight line from a place on other roads. */
export function walkedBetween(place: RoadPoint, point: RoadPoint, kmh: number): RoadPoint {
  const centimetres = Math.round(distanceMetres(place.position, point.position) * 100);
  const milliseconds = Math.round((centimetres * 36) / kmh);
  return { ...point, onFoot: { milliseconds, centimetres, stretches: [], place } };
}

/** More than floating point can be wrong by. */
const isNearer = (a: RoadPoint, b: RoadPoint): boolean => a.distanceMetres < b.distanceMetres - 0.001;
