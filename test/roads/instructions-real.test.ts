import { describe, expect, it } from "vitest";
import { SeededRandom } from "../../src/core/random";
import type { Position } from "../../src/core/units";
import { openOsmSource } from "../../src/node/open-osm-source";
import { routeFeature } from "../../src/roads/route-feature";
import { roadsOf, routeBetween } from "../support/route-fixture";
import { needsSharedData, sharedData } from "../support/shared-data";

const SEED = 20170515;

describe.each([
  ["rutland-2022", 60],
  ["liechtenstein", 60],
  ["porto", 25],
] as const)("routes of %s", (name, count) => {
  const path = sharedData(`osm/${name}.osm.pbf`);

  it.skipIf(path === undefined)(`are told from departure to arrival, nothing lost ${needsSharedData}`, async () => {
    const roads = await roadsOf(await openOsmSource(path!));
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
