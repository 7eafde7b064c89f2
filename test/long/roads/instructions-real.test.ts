import { describe, expect, it } from "vitest";
import { SeededRandom } from "../../../src/core/random";
import type { Position } from "../../../src/core/units";
import { openOsmSource } from "../../../src/node/files/open-osm-source";
import type { RoadIndex } from "../../../src/roads/road-index";
import { routeFeature } from "../../../src/roads/route/route-feature";
import { roadsOf, routeBetween } from "../../support/route-fixture";
import { needsSharedData, sharedData } from "../../support/shared-data";

const SEED = 20170515;

const loaded = new Map<string, Promise<RoadIndex>>();

/** Built once for all tests of this file. */
function load(path: string): Promise<RoadIndex> {
  const roads = loaded.get(path) ?? openOsmSource(path).then(roadsOf);
  loaded.set(path, roads);
  return roads;
}

describe.each([
  ["rutland-2022", 40],
  ["liechtenstein", 40],
  ["porto", 15],
] as const)("routes of %s", (name, count) => {
  const path = sharedData(`osm/${name}.osm.pbf`);

  it.skipIf(path === undefined)(`are told from departure to arrival, nothing lost ${needsSharedData}`, async () => {
    const roads = await load(path!);
    const { graph } = roads;
    const random = new SeededRandom(SEED);
    const somewhere = (): Position => graph.nodePosition(random.integer(graph.nodeCount));
    let told = 0;
    for (let trial = 0; trial < count; trial++) {
      const route = routeBetween(roads, somewhere(), somewhere());
      if (route === undefined) continue;
      const { properties } = routeFeature(graph, route, { id: "X", name: "X" });
      const where = `seed ${SEED}, trial ${trial}`;
      const { instructions, legs } = properties;
      const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
      expect(sum(instructions.map(({ seconds }) => seconds)), where).toBeCloseTo(properties.driveSeconds, 6);
      expect(sum(instructions.map(({ metres }) => metres)), where).toBeCloseTo(properties.distanceMetres, 6);
      expect(sum(legs.map(({ seconds }) => seconds)), where).toBeCloseTo(properties.driveSeconds, 6);
      expect(
        instructions.every(({ seconds, metres }) => seconds >= 0 && metres >= 0),
        where,
      ).toBe(true);
      expect(instructions.map(({ type }) => type).indexOf("depart"), where).toBe(0);
      expect(instructions.map(({ type }) => type).indexOf("arrive"), where).toBe(instructions.length - 1);
      const drawn = route.positions.map(String);
      let at = 0;
      for (const { type, text, exit, location } of instructions) {
        if (type === "roundabout" && exit !== undefined) expect(exit, where).toBeGreaterThanOrEqual(1);
        expect(text, where).not.toMatch(/undefined|NaN| {2}| $|,$/);
        at = drawn.indexOf(String(location), at);
        expect(at, `${where}: "${text}" lies on the route, after the one before`).toBeGreaterThanOrEqual(0);
      }
      told += instructions.length;
    }
    expect(told).toBeGreaterThan(count * 4);
  });
});

/** Each line was read beside the tags of the ways it speaks of; the exits were counted on the rings' own nodes. */
describe("two routes read by hand", () => {
  it.each([
    [
      "rutland-2022",
      [-0.7255, 52.588],
      [-0.49, 52.648],
      [
        "Head east",
        "Turn left onto High Street West",
        "Turn right onto Leicester Road",
        "Turn right to stay on the B664",
        "Continue onto North Street East",
        "At the roundabout take the 2nd exit",
        "Turn right onto the A47",
        "Turn left onto Stamford Road (A6121)",
        "At the roundabout take the 2nd exit onto the A6121",
        "Arrive at the hospital",
      ],
    ],
    [
      "porto",
      [-8.68, 41.16],
      [-8.57, 41.14],
      [
        "Head south on Rua da Índia",
        "Turn right onto Rua de Corte Real",
        "Turn left onto Rua de Diu",
        "At the roundabout take the 3rd exit onto Avenida do Marechal Gomes da Costa",
        "Keep right onto Avenida da Boavista",
        "Take the slip road on the right onto the IC 23",
        "Leave the IP1 onto the A 43",
        "At the roundabout take the 1st exit onto the EN 12",
        "At the roundabout take the 3rd exit onto the EN 108",
        "At the roundabout take the 1st exit",
        "Keep right onto the EM 613",
        "Turn right",
        "Turn right",
        "Arrive at the hospital",
      ],
    ],
  ] as const)(`in %s ${needsSharedData}`, async (name, from, to, texts) => {
    const path = sharedData(`osm/${name}.osm.pbf`);
    if (path === undefined) return;
    const roads = await load(path);
    const route = routeBetween(roads, from, to)!;
    const { properties } = routeFeature(roads.graph, route, { id: "X", name: "the hospital" });
    expect(properties.instructions.map(({ text }) => text)).toEqual(texts);
  });
});
