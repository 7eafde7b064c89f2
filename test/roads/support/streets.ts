import { buildRoadGraph } from "../../../src/roads/build/build-road-graph";
import { indexRoads } from "../../../src/roads/index-roads";
import type { RoadIndex } from "../../../src/roads/road-index";
import { osmFixture } from "../../support/osm-fixture";

const METRES_NORTH = 111_195;
const METRES_EAST = METRES_NORTH * Math.cos((51 * Math.PI) / 180);

/** The place so many metres east and north of 0°E 51°N. */
export const metres = (east: number, north: number): [number, number] => [
  Number((east / METRES_EAST).toFixed(7)),
  Number((51 + north / METRES_NORTH).toFixed(7)),
];

/**
 * A town one can draw on: High Street (A10) runs east for 400 m with a junction every 100 m, Cross Lane crosses it at 200 m
 * and joins the others, Back Lane runs beside it 30 m to the north, and the carriageways of the M1, 12 m apart, run east
 * and west 300 m to the north.
 */
export async function streets(): Promise<RoadIndex> {
  const places: Readonly<Record<number, readonly [number, number]>> = {
    1: [0, 0],
    2: [100, 0],
    3: [200, 0],
    4: [300, 0],
    5: [400, 0],
    6: [200, -200],
    7: [200, 30],
    8: [200, 300],
    9: [200, 312],
    10: [0, 30],
    11: [400, 30],
    12: [-600, 300],
    13: [1000, 300],
    14: [-600, 312],
    15: [1000, 312],
    16: [100, 100],
    17: [300, 100],
  };
  const way = (nodes: readonly number[], tags: Readonly<Record<string, string>>) => ({ nodes, tags });
  const street = (name: string, nodes: readonly number[], more: Readonly<Record<string, string>> = {}) =>
    way(nodes, { highway: "secondary", name, ...more });
  const motorway = (nodes: readonly number[]) => way(nodes, { highway: "motorway", ref: "M 1", oneway: "yes" });
  const { roads } = await buildRoadGraph(
    osmFixture({
      nodes: Object.fromEntries(Object.entries(places).map(([id, [x, y]]) => [id, metres(x, y)])),
      ways: [
        street("High Street", [1, 2, 3, 4, 5], { ref: "A10" }),
        street("Cross Lane", [6, 3, 7, 8, 9]),
        street("Back Lane", [10, 7, 11]),
        street("Side Street", [2, 16]),
        street("Side Street", [4, 17]),
        motorway([12, 8, 13]),
        motorway([15, 9, 14]),
        street("Ring", [1, 10]),
        street("Ring", [5, 11]),
        street("Ring", [13, 15]),
        street("Ring", [14, 12]),
      ],
    }),
  );
  return indexRoads(roads, { source: "streets", notice: "", profile: "blue-light", snapLimitMetres: 500, report: {} });
}

/** What is closed or slowed on such roads now: name or number, from and to in metres east and north, the parts closed. */
export function changedOn(roads: RoadIndex): string[] {
  const { edges, closed } = roads.stateAt(0);
  return Array.from(edges, (edge) => {
    const { name, ref } = roads.graph.edgeRoad(edge);
    const [from, to] = [roads.graph.edgeTail(edge), roads.graph.columns.edgeHead[edge]!].map((node) => {
      const [lon, lat] = roads.graph.nodePosition(node);
      return `${Math.round(lon * METRES_EAST)},${Math.round((lat - 51) * METRES_NORTH)}`;
    });
    const parts = closed.get(edge)?.parts.map((share) => Math.round(share * 100) / 100);
    return `${name || ref} ${from} to ${to}${parts === undefined ? "" : ` [${parts.join(" ")}]`}`;
  }).sort();
}
