import { area } from "@turf/turf";
import type { FeatureCollection, MultiPolygon, Polygon } from "geojson";
import { DiversionError } from "../../core/errors";
import { MS_PER_MINUTE } from "../../core/instant";
import { INFINITE_MS } from "../../core/units";
import type { HospitalReference } from "../../diversion/answer/recommendation";
import { millisecondsTo } from "../../shortest-path/dijkstra/node-search";
import { reverseGraph } from "../../shortest-path/graph";
import { LocatedSeeds } from "../ground/located-seeds";
import type { PlanningGround } from "../ground/planning-ground";
import { basisOf } from "../what-if/what-if";
import type { PlanBasis } from "../what-if/what-if-result";
import { type AreaAccount, areaGrid, boxOf, type CatchmentsOptions } from "./catchments";
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
  readonly areas: AreaAccount;
}

/** Bands of one ED and of more than this are more than a map can show. */
const MOST_BANDS = 20;

/**
 * Drive-time bands round EDs, by a search backward from each. Bands of one ED share their borders point by point; those of
 * several EDs lie over one another. Minutes are of driving alone: the wait for handover is no part of them.
 *
 * @throws DiversionError `invalid-argument`, `unknown-hospital`.
 */
export function isochrones(ground: PlanningGround, options: IsochronesOptions): IsochroneCollection {
  const { minutes } = options;
  checkMinutes(minutes);
  const { scene, places } = ground;
  const { map } = scene;
  const { hospitals } = scene.hospitals;
  const numbers =
    options.hospitals === undefined
      ? hospitals.flatMap((_, number) => (scene.tiers.some((tier) => tier[number] === 1) ? [number] : []))
      : options.hospitals.map((id) => scene.hospitals.requireIndex(id, "hospitals")).sort((a, b) => a - b);
  const { grid, withinMetres } = areaGrid(ground, options);
  const cells = new LocatedSeeds(map.roads, map.weights, grid.centres(), withinMetres);
  const homes = new LocatedSeeds(map.roads, map.weights, places.locations, map.snapLimitMetres);
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
    bandsOf(homes.timesTo(nodeTimes, entrances)).forEach((band, place) => {
      if (band !== UNCLAIMED) people[band]! += places.weights[place]!;
    });
    let within = 0;
    return minutes.map((end, band) => {
      const geometry = polygons.get(band) ?? null;
      within += people[band]!;
      return {
        type: "Feature",
        id: `${id}-${end}`,
        ...(geometry === null ? {} : { bbox: boxOf(geometry) }),
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
  return { type: "FeatureCollection", basis: { ...basisOf(ground), minutes: "drive" }, areas, features };
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
