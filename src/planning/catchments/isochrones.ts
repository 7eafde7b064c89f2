import { area } from "@turf/turf";
import type { FeatureCollection, MultiPolygon, Polygon } from "geojson";
import { DiversionError } from "../../core/errors";
import { MS_PER_MINUTE } from "../../core/instant";
import { INFINITE_MS } from "../../core/units";
import type { HospitalReference } from "../../diversion/answer/recommendation";
import type { RoadIndex } from "../../roads/road-index";
import type { ClosedEdges } from "../../roads/snap/closed-edges";
import { DriveEnds } from "../../roads/snap/on-foot";
import type { PlaceFinder } from "../../roads/snap/place-finder";
import { departureAccessPoints, directDrive } from "../../roads/snap/road-point";
import type { RoadPoint } from "../../roads/snap/snap-index";
import { millisecondsTo } from "../../shortest-path/dijkstra/node-search";
import { type ArcWeights, reverseGraph } from "../../shortest-path/graph";
import type { PlanningSituation } from "../situation/planning-situation";
import { basisOf } from "../what-if/what-if";
import type { PlanBasis } from "../what-if/what-if-result";
import { type AreaStatistics, areaGrid, boxOf, type CatchmentsOptions } from "./catchments";
import { UNCLAIMED } from "./trace-labels";

export interface IsochronesOptions extends CatchmentsOptions {
  /** Ends of the bands, ascending, in minutes of driving. */
  readonly minutes: readonly number[];
  /** Of which EDs, by id. Default: all that such patients are brought to. */
  readonly hospitals?: readonly string[];
}

/** A band: the area from where an ED is reached in more than `fromMinutes` and at most `minutes` of driving. */
export interface IsochroneProperties {
  readonly kind: "isochrone";
  readonly hospital: HospitalReference;
  readonly fromMinutes: number;
  readonly minutes: number;
  /** In the band: people, or junctions where no population is given. */
  readonly people: number;
  /** In this band and those within it. */
  readonly peopleWithin: number;
  readonly squareKilometres: number;
}

/** By id of the ED, then outward. A band from which nobody could come has no geometry. */
export interface IsochroneCollection extends FeatureCollection<Polygon | MultiPolygon | null, IsochroneProperties> {
  readonly basis: PlanBasis;
  readonly areas: AreaStatistics;
}

/** Bands of one ED and of more than this are more than a map can show. */
const MOST_BANDS = 20;

/**
 * Drive-time bands round EDs, by a search backward from each. Bands of one ED share their borders point by point; those
 * of several EDs lie over one another. Minutes are of driving alone: the wait for handover is no part of them.
 *
 * @throws DiversionError `invalid-argument`, `unknown-hospital`.
 */
export function isochrones(planning: PlanningSituation, options: IsochronesOptions): IsochroneCollection {
  const { minutes } = options;
  checkMinutes(minutes);
  const { scene, demandPoints } = planning;
  const { map } = scene;
  const { hospitals } = scene.hospitals;
  const numbers =
    options.hospitals === undefined
      ? hospitals.flatMap((_, number) => (scene.edsByVerdict.some((eds) => eds[number] === 1) ? [number] : []))
      : options.hospitals.map((id) => scene.hospitals.requireIndex(id, "hospitals")).sort((a, b) => a - b);
  const { grid, withinMetres } = areaGrid(planning, options);
  const cells = new LocatedAccessPoints(map, grid.centres(), withinMetres);
  const homes = new LocatedAccessPoints(map, demandPoints.locations, map.snapLimitMetres);
  const reversed = reverseGraph(map.roads.graph.topology);
  const limitMs = minutes.at(-1)! * MS_PER_MINUTE;
  const bandsOf = (times: Int32Array): Int32Array =>
    times.map((time) => (time > limitMs ? UNCLAIMED : minutes.findIndex((end) => time <= end * MS_PER_MINUTE)));
  const features = numbers.flatMap((number): IsochroneCollection["features"] => {
    const { id, name } = hospitals[number]!;
    const nodeTimes = millisecondsTo(reversed, map.weights, map.seedsOf(number), Math.min(limitMs, INFINITE_MS - 1));
    const entrances = map.entrancesOf(number);
    const polygons = grid.polygons(bandsOf(cells.timesTo(nodeTimes, entrances)));
    const people = minutes.map(() => 0);
    bandsOf(homes.timesTo(nodeTimes, entrances)).forEach((band, demandPoint) => {
      if (band !== UNCLAIMED) people[band]! += demandPoints.weights[demandPoint]!;
    });
    let within = 0;
    return minutes.map((end, band) => {
      const geometry = polygons.get(band) ?? null;
      within += people[band]!;
      return {
        type: "Feature",
        id: `${id}-${end}`,
        bbox: geometry === null ? undefined : boxOf(geometry),
        geometry,
        properties: {
          kind: "isochrone",
          hospital: { id, name },
          fromMinutes: band === 0 ? 0 : minutes[band - 1]!,
          minutes: end,
          people: people[band]!,
          peopleWithin: within,
          squareKilometres: geometry === null ? 0 : Math.round(area(geometry) / 1e4) / 100,
        },
      };
    });
  });
  const areas = { cellMetres: grid.cellMetres, withinMetres };
  return { type: "FeatureCollection", basis: { ...basisOf(planning), minutes: "drive" }, areas, features };
}

function checkMinutes(minutes: readonly number[]): void {
  const isAscending = minutes.every((end, i) => end > (i === 0 ? 0 : minutes[i - 1]!) && end <= 24 * 60);
  if (minutes.length >= 1 && minutes.length <= MOST_BANDS && isAscending) return;
  throw new DiversionError(
    "invalid-argument",
    `minutes is ${minutes.join(",") || "empty"}; give up to ${MOST_BANDS} ends of bands in ascending order, such as 10,20,30.`,
    { field: "minutes" },
  );
}

/** Travel times as they are now, and what is closed of edges that may not be driven. */
interface Traffic {
  readonly roads: RoadIndex;
  readonly weights: ArcWeights;
  readonly closed: ClosedEdges;
  readonly starts: PlaceFinder;
}

/**
 * Where journeys from many locations meet the graph, found once, for questions about one destination after another. From
 * a location that closures let no vehicle away from one walks first.
 */
class LocatedAccessPoints {
  readonly #traffic: Traffic;
  readonly count: number;
  /** Int32[seeds]: location and node of each, and the milliseconds between them. */
  readonly #places: Int32Array;
  readonly #nodes: Int32Array;
  readonly #offsets: Int32Array;
  /** By segment: where drives from locations begin on it, between its ends. */
  readonly #onSegment = new Map<number, { readonly i: number; readonly from: RoadPoint }[]>();

  /** @param locations Float64[2 * n]: longitude and latitude in degrees, alternating. */
  constructor(traffic: Traffic, locations: Float64Array, limitMetres: number) {
    const { roads, weights, closed, starts } = traffic;
    this.#traffic = traffic;
    this.count = locations.length / 2;
    const ends = new DriveEnds(roads.graph, weights, closed, { kmh: roads.onFootKmh });
    const seeds: number[] = [];
    for (let i = 0; i < this.count; i++) {
      const home = starts.find([locations[2 * i]!, locations[2 * i + 1]!], limitMetres);
      for (const from of home === undefined ? [] : ends.departures(home)) {
        for (const { node, milliseconds } of departureAccessPoints(roads.graph, weights, from, closed)) {
          seeds.push(i, node, milliseconds);
        }
        if (from.node >= 0) continue;
        const others = this.#onSegment.get(from.segment);
        if (others === undefined) this.#onSegment.set(from.segment, [{ i, from }]);
        else others.push({ i, from });
      }
    }
    const column = (place: number): Int32Array =>
      Int32Array.from({ length: seeds.length / 3 }, (_, seed) => seeds[3 * seed + place]!);
    [this.#places, this.#nodes, this.#offsets] = [column(0), column(1), column(2)];
  }

  /**
   * @param nodeTimes Int32[nodes]: milliseconds from each node to a destination.
   * @param entrances of that destination, for drives along one road that pass no node.
   * @returns Int32[n]: milliseconds from each location; INFINITE_MS where there is no way, or no road.
   */
  timesTo(nodeTimes: Int32Array, entrances: readonly RoadPoint[]): Int32Array {
    const { roads, weights, closed } = this.#traffic;
    const times = new Int32Array(this.count).fill(INFINITE_MS);
    for (let seed = 0; seed < this.#nodes.length; seed++) {
      const milliseconds = nodeTimes[this.#nodes[seed]!]!;
      const i = this.#places[seed]!;
      if (milliseconds < INFINITE_MS) times[i] = Math.min(times[i]!, milliseconds + this.#offsets[seed]!);
    }
    for (const entrance of entrances) {
      for (const { i, from } of this.#onSegment.get(entrance.segment) ?? []) {
        const drive = directDrive(roads.graph, weights, from, entrance, closed);
        if (drive !== undefined) times[i] = Math.min(times[i]!, drive.milliseconds);
      }
    }
    return times;
  }
}
