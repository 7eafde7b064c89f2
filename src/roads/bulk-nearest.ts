import type { BoundingBox } from "../core/bounding-box";
import { DiversionError } from "../core/errors";
import { INFINITE_MS } from "../core/units";
import type { CchEngine } from "../shortest-path/cch-engine";
import type { DirectOffer, Target } from "../shortest-path/engine";
import type { ArcWeights } from "../shortest-path/graph";
import { segmentOf } from "./graph/edge-key";
import type { RoadIndex } from "./road-index";
import { type ClosedEdges, wholeClosed } from "./snap/closed-edges";
import { DriveEnds } from "./snap/on-foot";
import type { PlaceFinder } from "./snap/place-finder";
import { arrivalAccessPoints, departureAccessPoints, directDrive, millisecondsAlong } from "./snap/road-point";
import { ANY_ROAD, type RoadPoint, SnapIndex } from "./snap/snap-index";

/** No accepted target can be reached from there. */
export const NO_TARGET = -1;
/** No usable road is near. */
export const OFF_NETWORK = -2;

/** In place of a segment: a closure may reach to the location, or its nearest road is not the one that is used. */
const APART = -3;

/** Locations handled at a time: their scratch stays in the caches. */
const CHUNK = 2048;

/**
 * Locations sorted at a time. In random order each one pays for a dozen cache misses of its own (2.2 µs to snap it on
 * New York's 264k nodes); tile by tile neighbours share them (0.6 µs).
 */
const SORTED = 1 << 16;

/** A location meets the graph at two nodes at most, one for each direction of its road. */
const ACCESS_POINTS = 2;

export interface BulkNearestOptions {
  /** Int32[edges]: travel times, those of the engine. Default: as the roads file has them. */
  readonly weights?: ArcWeights;
  /** What is closed of edges that may not be driven now. Default: all of each. */
  readonly closed?: ClosedEdges;
  /** Finds where journeys begin. Default: on the nearest usable road. */
  readonly starts?: PlaceFinder;
  /** Per target, milliseconds that are added to every drive there, such as the wait for handover. Default: none. */
  readonly addedMilliseconds?: readonly number[];
}

/**
 * The nearest accepted target of very many locations at once: snapped, both directions of the road, the part of the road
 * at each end counted, exact as one by one. From a location that closures let no vehicle away from one walks first; such
 * locations are asked about one by one. Allocates nothing for any other. One object per thread: it owns its scratch and borrows the engine's.
 */
export class BulkNearest {
  readonly #roads: RoadIndex;
  readonly #engine: CchEngine;
  readonly #snap: SnapIndex;
  readonly #targetPoints: readonly (readonly RoadPoint[])[];
  readonly #weights: ArcWeights;
  readonly #closed: ClosedEdges;
  readonly #ends: DriveEnds;
  readonly #starts: PlaceFinder | undefined;
  /** Segments with a closed part, and nodes that a closed edge leaves: places there are asked about one by one. */
  readonly #closedSegments = new Set<number>();
  readonly #closedNodes = new Set<number>();
  readonly #addedMilliseconds: readonly number[];
  /** Uint8[segments]: 1 where a target lies between the ends of the segment, so that no node need be passed. */
  readonly #holdsTarget: Uint8Array;
  readonly #targetsOnSegment = new Map<number, number[]>();
  readonly #nodes = new Int32Array(ACCESS_POINTS * CHUNK);
  readonly #offsets = new Int32Array(ACCESS_POINTS * CHUNK);
  readonly #accessPointTargets = new Int32Array(ACCESS_POINTS * CHUNK);
  readonly #accessPointMilliseconds = new Int32Array(ACCESS_POINTS * CHUNK);
  /** Int32[CHUNK + 1]: the access points of location i of a chunk are firstAccessPoint[i] .. firstAccessPoint[i + 1] - 1. */
  readonly #firstAccessPoint = new Int32Array(CHUNK + 1);
  readonly #segments = new Int32Array(CHUNK);
  readonly #sorter: LocationSorter;

  /**
   * @param engine over the same roads and weights; {@link targetsAt} makes its targets.
   * @param targetPoints per target of the engine where it may be driven into; empty for a slot without target.
   * @param options the same as given to {@link targetsAt}.
   */
  constructor(
    roads: RoadIndex,
    engine: CchEngine,
    targetPoints: readonly (readonly RoadPoint[])[],
    {
      weights = roads.weights,
      closed = wholeClosed(roads.weights, weights),
      starts,
      addedMilliseconds = [],
    }: BulkNearestOptions = {},
  ) {
    if (targetPoints.length !== engine.targetCount) {
      throw new DiversionError(
        "invalid-argument",
        `The engine has ${engine.targetCount} targets but points are given for ${targetPoints.length}; give one list per target.`,
      );
    }
    this.#roads = roads;
    this.#engine = engine;
    this.#snap = new SnapIndex(roads.graph, roads.snapColumns);
    this.#targetPoints = targetPoints;
    this.#weights = weights;
    this.#closed = closed;
    this.#ends = new DriveEnds(roads.graph, weights, closed, {
      kmh: roads.onFootKmh,
    });
    this.#starts = starts;
    this.#addedMilliseconds = addedMilliseconds;
    this.#sorter = new LocationSorter(roads.bounds);
    for (const edge of closed.keys()) {
      this.#closedSegments.add(segmentOf(roads.graph.columns.keyOfEdge[edge]!));
      this.#closedNodes.add(roads.graph.edgeTail(edge));
    }
    this.#holdsTarget = new Uint8Array(roads.graph.segmentCount);
    targetPoints.forEach((points, target) => {
      for (const { segment, node } of points) {
        if (node >= 0) continue;
        this.#holdsTarget[segment] = 1;
        this.#targetsOnSegment.set(segment, [...(this.#targetsOnSegment.get(segment) ?? []), target]);
      }
    });
  }

  /** The engine's targets for these points. */
  static targetsAt(
    { graph, weights: usual }: RoadIndex,
    targetPoints: readonly (readonly RoadPoint[])[],
    { weights = usual, closed = wholeClosed(usual, weights), addedMilliseconds = [] }: BulkNearestOptions = {},
  ): Target[] {
    return targetPoints.map((points, target) => {
      const accessPoints = points.flatMap((point) => arrivalAccessPoints(graph, weights, point, closed));
      const added = addedMilliseconds[target] ?? 0;
      return added === 0
        ? accessPoints
        : accessPoints.map((accessPoint) => ({ ...accessPoint, milliseconds: accessPoint.milliseconds + added }));
    });
  }

  /**
   * @param locations Float64[2 * n]: longitude and latitude in degrees, alternating.
   * @param accepted Uint8[targets]: non-zero where a target is accepted.
   * @param outTarget Int32[n]: receives target numbers, {@link NO_TARGET} or {@link OFF_NETWORK}.
   * @param outMilliseconds Int32[n]: receives drive times, INFINITE_MS where there is none.
   * @param limitMetres farther than this from a usable road is off the network. Default: what the roads say.
   * @throws DiversionError `invalid-location`, with the row, for a location that is not on the earth.
   */
  find(
    locations: Float64Array,
    accepted: Uint8Array,
    outTarget: Int32Array,
    outMilliseconds: Int32Array,
    limitMetres = this.#roads.description.snapLimitMetres,
  ): void {
    const count = locations.length / 2;
    this.#checkArrays(count, accepted, outTarget, outMilliseconds);
    for (let from = 0; from < count; from += SORTED) {
      const sorted = this.#sorter.sort(locations, from, Math.min(count, from + SORTED));
      for (let at = 0; at < sorted.length; at += CHUNK) {
        const chunk = sorted.subarray(at, Math.min(sorted.length, at + CHUNK));
        const accessPointCount = this.#locate(locations, chunk, limitMetres);
        const nodes = this.#nodes.subarray(0, accessPointCount);
        this.#engine.nearestAccepted(nodes, accepted, this.#accessPointTargets, this.#accessPointMilliseconds);
        this.#merge(locations, chunk, limitMetres, accepted, outTarget, outMilliseconds);
      }
    }
  }

  #checkArrays(count: number, accepted: Uint8Array, outTarget: Int32Array, outMilliseconds: Int32Array): void {
    const { targetCount } = this.#engine;
    if (
      Number.isInteger(count) &&
      outTarget.length >= count &&
      outMilliseconds.length >= count &&
      accepted.length >= targetCount
    ) {
      return;
    }
    throw new DiversionError(
      "invalid-argument",
      `${count} locations and ${targetCount} targets need output arrays of at least ${count} numbers and flags for ` +
        `${targetCount} targets; given are ${outTarget.length}, ${outMilliseconds.length} and ${accepted.length}.`,
    );
  }

  /** Snaps locations and lists where journeys from them meet the graph; returns how many such access points there are. */
  #locate(locations: Float64Array, chunk: Int32Array, limitMetres: number): number {
    const { edgeHead, segmentForwardEdge, segmentBackwardEdge } = this.#roads.graph.columns;
    const weights = this.#weights;
    const nodes = this.#nodes;
    const offsets = this.#offsets;
    const starts = this.#starts;
    let accessPoint = 0;
    for (let at = 0; at < chunk.length; at++) {
      const i = chunk[at]!;
      this.#firstAccessPoint[at] = accessPoint;
      const place = this.#snap;
      if (!place.locate(locations[2 * i]!, locations[2 * i + 1]!, limitMetres, starts && ANY_ROAD)) {
        this.#segments[at] = OFF_NETWORK;
        continue;
      }
      const { segment, node, fraction } = place;
      if (starts?.isPlain(segment) === false) {
        this.#segments[at] = APART;
        continue;
      }
      if (this.#closed.size > 0 && (node < 0 ? this.#closedSegments.has(segment) : this.#closedNodes.has(node))) {
        this.#segments[at] = APART;
        continue;
      }
      this.#segments[at] = segment;
      if (node >= 0) {
        nodes[accessPoint] = node;
        offsets[accessPoint++] = 0;
        continue;
      }
      const forward = segmentForwardEdge[segment]!;
      const backward = segmentBackwardEdge[segment]!;
      if (forward >= 0 && weights[forward]! < INFINITE_MS) {
        nodes[accessPoint] = edgeHead[forward]!;
        offsets[accessPoint++] = weights[forward]! - millisecondsAlong(weights[forward]!, fraction);
      }
      if (backward >= 0 && weights[backward]! < INFINITE_MS) {
        nodes[accessPoint] = edgeHead[backward]!;
        offsets[accessPoint++] = weights[backward]! - millisecondsAlong(weights[backward]!, 1 - fraction);
      }
    }
    this.#firstAccessPoint[chunk.length] = accessPoint;
    return accessPoint;
  }

  #homeOf(locations: Float64Array, i: number, limitMetres: number): RoadPoint | undefined {
    const location = [locations[2 * i]!, locations[2 * i + 1]!] as const;
    return this.#starts === undefined
      ? this.#snap.snap(location, limitMetres)
      : this.#starts.find(location, limitMetres);
  }

  /**
   * One location by itself: as a recommendation is departed from. What is walked at its start counts against its limit in
   * the roads' description.
   */
  #findApart(
    locations: Float64Array,
    i: number,
    limitMetres: number,
    accepted: Uint8Array,
    outTarget: Int32Array,
    outMilliseconds: Int32Array,
  ): void {
    const { graph } = this.#roads;
    const home = this.#homeOf(locations, i, limitMetres);
    if (home === undefined) {
      outTarget[i] = OFF_NETWORK;
      return;
    }
    const starts = this.#ends.departures(home);
    const direct: DirectOffer[] = [];
    const offer = (target: number, milliseconds: number): void => {
      direct.push({ target, milliseconds: milliseconds + (this.#addedMilliseconds[target] ?? 0) });
    };
    const isDriven = starts[0] === home;
    for (const from of isDriven ? starts : [home, ...starts]) {
      for (const target of this.#targetsOnSegment.get(from.segment) ?? []) {
        for (const to of this.#targetPoints[target]!) {
          const drive = directDrive(graph, this.#weights, from, to, this.#closed);
          if (drive !== undefined) offer(target, drive.milliseconds);
        }
      }
    }
    this.#targetPoints.forEach((points, target) => {
      for (const point of points) {
        if (isDriven && point.onFoot === undefined) continue;
        // Off the roads one walks from the point itself.
        const isOnRoads = point.onFoot === undefined || point.onFoot.stretches.length > 0;
        const walked = isOnRoads ? this.#ends.walkBetween(home, point.onFoot?.place ?? point) : undefined;
        if (walked !== undefined) offer(target, walked.onFoot!.milliseconds);
      }
    });
    const accessPoints = starts.flatMap((from) => departureAccessPoints(graph, this.#weights, from, this.#closed));
    const accepts = (target: number): boolean => accepted[target] !== 0;
    const [nearest] = this.#engine.nearest({ accessPoints, direct }, { accepts });
    outTarget[i] = nearest?.target ?? NO_TARGET;
    outMilliseconds[i] = nearest?.milliseconds ?? INFINITE_MS;
  }

  /**
   * The better of a location's access points: each access point's answer is the first by (time, target) among the accepted, and adding
   * the access point's offset keeps that order, so the first of these is the first of all.
   */
  #merge(
    locations: Float64Array,
    chunk: Int32Array,
    limitMetres: number,
    accepted: Uint8Array,
    outTarget: Int32Array,
    outMilliseconds: Int32Array,
  ): void {
    const firstAccessPoint = this.#firstAccessPoint;
    const offsets = this.#offsets;
    const accessPointTargets = this.#accessPointTargets;
    const accessPointMilliseconds = this.#accessPointMilliseconds;
    for (let at = 0; at < chunk.length; at++) {
      const i = chunk[at]!;
      let target = NO_TARGET;
      let milliseconds = INFINITE_MS;
      for (let accessPoint = firstAccessPoint[at]!; accessPoint < firstAccessPoint[at + 1]!; accessPoint++) {
        const total = (accessPointMilliseconds[accessPoint]! + offsets[accessPoint]!) | 0;
        if (total < milliseconds || (total === milliseconds && accessPointTargets[accessPoint]! < target)) {
          target = accessPointTargets[accessPoint]!;
          milliseconds = total;
        }
      }
      outTarget[i] = target;
      outMilliseconds[i] = milliseconds;
      const segment = this.#segments[at]!;
      if (segment === OFF_NETWORK) outTarget[i] = OFF_NETWORK;
      else if (segment === APART) {
        this.#findApart(locations, i, limitMetres, accepted, outTarget, outMilliseconds);
      } else if (this.#holdsTarget[segment] === 1) {
        this.#offerDirect(locations, i, limitMetres, accepted, outTarget, outMilliseconds);
      }
    }
  }

  /** Drives that pass no node: location and target on one segment. Few locations have any. */
  #offerDirect(
    locations: Float64Array,
    i: number,
    limitMetres: number,
    accepted: Uint8Array,
    outTarget: Int32Array,
    outMilliseconds: Int32Array,
  ): void {
    const from = this.#homeOf(locations, i, limitMetres)!;
    for (const target of this.#targetsOnSegment.get(from.segment)!) {
      if (accepted[target] === 0) continue;
      for (const to of this.#targetPoints[target]!) {
        const drive = directDrive(this.#roads.graph, this.#weights, from, to);
        if (drive === undefined) continue;
        const milliseconds = drive.milliseconds + (this.#addedMilliseconds[target] ?? 0);
        const best = outMilliseconds[i]!;
        if (milliseconds > best || (milliseconds === best && target > outTarget[i]!)) continue;
        outTarget[i] = target;
        outMilliseconds[i] = milliseconds;
      }
    }
  }
}

/** Brings locations into an order in which the next is near: row by row over square tiles, about one per location. */
class LocationSorter {
  readonly #bounds: BoundingBox;
  readonly #sorted = new Int32Array(SORTED);
  readonly #tile = new Int32Array(SORTED);
  #firstInTile = new Int32Array(1);

  constructor(bounds: BoundingBox) {
    this.#bounds = bounds;
  }

  /** Rows from .. end - 1 in such an order; valid until the next call. */
  sort(locations: Float64Array, from: number, end: number): Int32Array {
    const { west, south, east, north } = this.#bounds;
    const side = Math.ceil(Math.sqrt(end - from));
    const perDegreeEast = side / Math.max(1e-7, east - west);
    const perDegreeNorth = side / Math.max(1e-7, north - south);
    if (this.#firstInTile.length !== side * side + 1) this.#firstInTile = new Int32Array(side * side + 1);
    const next = this.#firstInTile.fill(0);
    const tile = this.#tile;
    for (let i = from; i < end; i++) {
      const longitude = locations[2 * i]!;
      const latitude = locations[2 * i + 1]!;
      if (!(Math.abs(longitude) <= 180 && Math.abs(latitude) <= 90)) throw notOnEarth(i, longitude, latitude);
      const column = Math.max(0, Math.min(side - 1, Math.floor((longitude - west) * perDegreeEast)));
      const row = Math.max(0, Math.min(side - 1, Math.floor((latitude - south) * perDegreeNorth)));
      tile[i - from] = row * side + column;
      next[row * side + column + 1]!++;
    }
    for (let t = 0; t < side * side; t++) next[t + 1]! += next[t]!;
    for (let i = from; i < end; i++) this.#sorted[next[tile[i - from]!]!++] = i;
    return this.#sorted.subarray(0, end - from);
  }
}

function notOnEarth(row: number, longitude: number, latitude: number): DiversionError {
  return new DiversionError(
    "invalid-location",
    `Location ${row} is longitude ${longitude}, latitude ${latitude}; give degrees, longitude from -180 to 180 first, ` +
      "then latitude from -90 to 90.",
    { row },
  );
}
