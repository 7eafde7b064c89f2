import { distanceMetres } from "../../src/core/geometry";
import { type Position, toFixedDegrees } from "../../src/core/units";
import { NAMELESS_ROAD } from "../../src/roads/graph/assemble-road-graph";
import type { RoadNames } from "../../src/roads/graph/road-graph";
import { indexRoads } from "../../src/roads/index-roads";
import type { RoadIndex } from "../../src/roads/road-index";
import { roadsFromArcs } from "../../src/roads/tables/roads-from-arcs";
import { at } from "./small-county";

/** Half the distance between the lines of the two carriageways, in kilometres. */
export const HALF_SPACING_KM = 0.0125;

interface Way {
  readonly road: Partial<RoadNames>;
  readonly places: readonly string[];
  readonly isOneWay?: boolean;
}

/**
 * A motorway of 20 km from [0, 52] eastward, the M25, driven at 60 km/h as all roads here: a kilometre takes a minute.
 * Traffic keeps left: the eastbound carriageway lies 12.5 m north of the 52nd parallel, the westbound as far south. They
 * are joined at the two ends only, where the two-way Old Road begins and ends, which runs 2 km north of it. At kilometre
 * 12 Mill Lane, from Old Road, passes over the motorway on a bridge and ends 1 km south of it; at kilometre 5 Low Lane
 * does so in a tunnel. At kilometre 15 a slip road leaves eastward, runs 10 m beside the motorway and ends on Services
 * Road, which leads to Old Road.
 */
export function motorway(): RoadIndex {
  const east = HALF_SPACING_KM;
  const places: Readonly<Record<string, Position>> = {
    west: at(0),
    east: at(20),
    e1: at(0.05, east),
    e10: at(10, east),
    e15: at(15, east),
    e19: at(19.95, east),
    w19: at(19.95, -east),
    w10: at(10, -east),
    w1: at(0.05, -east),
    old0: at(0, 2),
    old5: at(5, 2),
    old12: at(12, 2),
    old16: at(16, 2),
    old20: at(20, 2),
    mill1: at(12, 0.05),
    mill2: at(12, -0.05),
    mill3: at(12, -1),
    low1: at(5, 0.05),
    low2: at(5, -0.05),
    low3: at(5, -1),
    slip1: at(15.2, east + 0.01),
    slip2: at(16, east + 0.01),
  };
  const motor = { ref: "M25", highway: "motorway" };
  const mill = { name: "Mill Lane", highway: "unclassified" };
  const low = { name: "Low Lane", highway: "unclassified" };
  const old = { name: "Old Road", ref: "A100", highway: "primary" };
  const ways: readonly Way[] = [
    { road: motor, places: ["west", "e1", "e10", "e15", "e19", "east"], isOneWay: true },
    { road: motor, places: ["east", "w19", "w10", "w1", "west"], isOneWay: true },
    { road: old, places: ["west", "old0", "old5", "old12", "old16", "old20", "east"] },
    { road: mill, places: ["old12", "mill1"] },
    { road: { ...mill, layer: 1 }, places: ["mill1", "mill2"] },
    { road: mill, places: ["mill2", "mill3"] },
    { road: low, places: ["old5", "low1"] },
    { road: { ...low, layer: -1 }, places: ["low1", "low2"] },
    { road: low, places: ["low2", "low3"] },
    { road: { highway: "motorway_link", exit: "5" }, places: ["e15", "slip1", "slip2"], isOneWay: true },
    { road: { name: "Services Road", highway: "service" }, places: ["slip2", "old16"] },
  ];
  return roadsOfWays(places, ways);
}

/** An index over ways between named places, each driven at 60 km/h. */
export function roadsOfWays(places: Readonly<Record<string, Position>>, ways: readonly Way[]): RoadIndex {
  const names = Object.keys(places);
  const arcs = ways.flatMap(({ places: along, isOneWay }, way) =>
    along.slice(1).flatMap((to, i) => {
      const [tail, head] = [names.indexOf(along[i]!), names.indexOf(to)];
      const metres = distanceMetres(places[along[i]!]!, places[to]!);
      const arc = { tail, head, way, metres };
      return isOneWay ? [arc] : [arc, { ...arc, tail: head, head: tail }];
    }),
  );
  const column = (values: readonly number[]): Int32Array => Int32Array.from(values);
  const graph = roadsFromArcs(
    {
      nodeLon: column(names.map((name) => toFixedDegrees(places[name]![0]))),
      nodeLat: column(names.map((name) => toFixedDegrees(places[name]![1]))),
      tails: column(arcs.map(({ tail }) => tail)),
      heads: column(arcs.map(({ head }) => head)),
      milliseconds: column(arcs.map(({ metres }) => Math.max(1, Math.round(metres * 60)))),
      centimetres: column(arcs.map(({ metres }) => Math.max(1, Math.round(metres * 100)))),
      road: column(arcs.map(({ way }) => way + 1)),
      kind: column(arcs.map(({ way }) => way)),
    },
    [NAMELESS_ROAD, ...ways.map(({ road }) => ({ ...NAMELESS_ROAD, ...road }))],
  );
  return indexRoads(graph, { snapLimitMetres: 1000 });
}
