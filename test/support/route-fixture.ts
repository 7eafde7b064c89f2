import { longitudeScale, METRES_PER_DEGREE } from "../../src/core/geometry";
import type { Position } from "../../src/core/units";
import { buildRoadGraph } from "../../src/roads/build/build-road-graph";
import { indexRoads } from "../../src/roads/index-roads";
import type { RoadIndex } from "../../src/roads/road-index";
import { type Route, routeOf } from "../../src/roads/route/route";
import { arrivalAccessPoints, departureAccessPoints, directDrive } from "../../src/roads/snap/road-point";
import type { OsmSource } from "../../src/roads/sources/osm-source";
import { DIJKSTRA_ENGINE } from "../../src/shortest-path/dijkstra/dijkstra-engine";
import type { Path } from "../../src/shortest-path/engine";
import { type FixtureWay, type OsmFixture, osmFixture } from "./osm-fixture";

type Place = readonly [east: number, north: number];

const LATITUDE = 51.7;

/** A place so many metres east and north of a point in Essex. */
export const placeAt = ([east, north]: Place): Position => [
  0.47 + east / (METRES_PER_DEGREE * longitudeScale(LATITUDE)),
  LATITUDE + north / METRES_PER_DEGREE,
];

/** A road of a sketch: the names of its points, and its tags beside `highway=residential`. */
export type SketchRoad = readonly [points: string, tags?: Readonly<Record<string, string>>];

/** Data drawn in metres: points by one-letter names, roads as `"abc"`. Node ids are places in the list, from 1. */
export function sketch(
  places: Readonly<Record<string, Place>>,
  roads: readonly SketchRoad[],
  relations: OsmFixture["relations"] = [],
): OsmSource {
  const letters = Object.keys(places);
  const nodes = Object.fromEntries(letters.map((letter, i) => [i + 1, placeAt(places[letter]!)]));
  const ways = roads.map(
    ([points, tags = {}]): FixtureWay => ({
      nodes: [...points].map((letter) => letters.indexOf(letter) + 1),
      tags: { highway: "residential", ...tags },
    }),
  );
  return osmFixture({ nodes, ways, relations });
}

export const roadsOf = async (source: OsmSource): Promise<RoadIndex> =>
  indexRoads((await buildRoadGraph(source)).roads);

/** The fastest drive between two places, as the router would draw it. */
export function routeBetween(roads: RoadIndex, fromPlace: Position, toPlace: Position): Route | undefined {
  const { graph, weights } = roads;
  const [from, to] = [roads.trySnap(fromPlace, 300), roads.trySnap(toPlace, 300)];
  if (from === undefined || to === undefined) return undefined;
  const departures = departureAccessPoints(graph, weights, from);
  const arrivals = arrivalAccessPoints(graph, weights, to);
  const direct = directDrive(graph, weights, from, to);
  const path = roads.createEngine(DIJKSTRA_ENGINE).pathBetween({ accessPoints: departures }, arrivals);
  const isDirect = direct !== undefined && (path === undefined || direct.milliseconds <= path.milliseconds);
  const driven = isDirect ? alongOneSegment(direct.milliseconds) : path;
  return driven && routeOf(graph, weights, { path: driven, from, to, departures, arrivals, direct });
}

const alongOneSegment = (milliseconds: number): Path => ({
  milliseconds,
  nodes: new Int32Array(0),
  arcs: new Int32Array(0),
  originAccessPoint: undefined,
  targetAccessPoint: undefined,
});
