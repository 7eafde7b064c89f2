import { describe, expect, it } from "vitest";
import { distanceMetres } from "../../src/core/geometry";
import { INFINITE_MS } from "../../src/core/units";
import { buildRoadGraph } from "../../src/roads/build/build-road-graph";
import type { RoadGraph } from "../../src/roads/graph/road-graph";
import { type FixtureWay, osmFixture } from "../support/osm-fixture";
import { allPairsMilliseconds, lineOfNodes, roundProfile } from "../support/road-fixtures";

const WAIT_SECONDS = 600;
const STEP_METRES = distanceMetres([0, 51], [0.001, 51]);
const ferry = (nodes: readonly number[], tags: Record<string, string> = {}): FixtureWay => ({
  nodes,
  tags: { route: "ferry", ...tags },
});
const street = (nodes: readonly number[]): FixtureWay => ({ nodes, tags: { highway: "residential", maxspeed: "36" } });

async function build(ways: readonly FixtureWay[]): Promise<RoadGraph> {
  const profile = { ...roundProfile(), ferry: { boardingWaitSeconds: WAIT_SECONDS } };
  return (await buildRoadGraph(osmFixture({ nodes: lineOfNodes(9), ways }), { profile })).roads;
}

function milliseconds(roads: RoadGraph, from: number, to: number): number {
  const at = (number: number): number =>
    Array.from({ length: roads.nodeCount }, (_, node) => Math.round(roads.nodePosition(node)[0] * 1000) + 1).indexOf(
      number,
    );
  return allPairsMilliseconds(roads)[at(from)]![at(to)]!;
}

describe("a ferry", () => {
  it("takes its duration and one boarding wait, in both directions, however many streets meet on its way", async () => {
    const roads = await build([
      street([1, 2]),
      ferry([2, 3, 4], { duration: "PT20M" }),
      ferry([3, 6], { foot: "yes" }),
      street([4, 5]),
    ]);
    for (const [from, to] of [
      [2, 4],
      [4, 2],
    ] as const) {
      expect(Math.abs(milliseconds(roads, from, to) - (1200 + WAIT_SECONDS) * 1000)).toBeLessThan(3);
    }
  });

  it("without a duration takes its length at the speed of its class and the wait", async () => {
    const roads = await build([street([1, 2]), ferry([2, 4]), street([4, 5])]);
    // 12 km/h is 0.3 s a metre.
    expect(milliseconds(roads, 2, 4)).toBe(Math.round(STEP_METRES * 2 * 300) + WAIT_SECONDS * 1000);
  });

  it("that is drawn as several ways is boarded once, and again where it calls at land", async () => {
    const wait = WAIT_SECONDS * 1000;
    const minute = 60_000;
    const timed = (nodes: readonly number[]) => ferry(nodes, { duration: "1" });
    const atSea = await build([street([1, 2]), timed([2, 4]), timed([4, 6]), timed([6, 8]), street([8, 9])]);
    expect(milliseconds(atSea, 2, 8)).toBe(3 * minute + wait);
    // Two routes that join at sea: each is boarded once, whichever way it is sailed.
    const joined = await build([street([1, 2]), timed([2, 5]), timed([9, 5]), timed([5, 7]), street([7, 8])]);
    expect(milliseconds(joined, 2, 7)).toBe(2 * minute + wait);
    expect(milliseconds(joined, 7, 2)).toBe(2 * minute + wait);
    expect(milliseconds(joined, 9, 7)).toBe(2 * minute + wait);
    const atLand = await build([street([1, 2]), timed([2, 4]), street([4, 5]), timed([4, 6]), street([6, 7])]);
    expect(milliseconds(atLand, 2, 6)).toBe(2 * minute + 2 * wait);
  });

  it("is passed over where the road round is faster, and taken where there is no other", async () => {
    const byRoad = { nodes: [2, 4], tags: { highway: "residential", maxspeed: "36", length_km: "5" } };
    const both = await build([street([1, 2]), ferry([2, 4], { duration: "5" }), byRoad, street([4, 5])]);
    expect(milliseconds(both, 2, 4)).toBe(500_000);
    const island = await build([street([1, 2]), ferry([2, 4], { duration: "5" }), street([4, 5])]);
    expect(milliseconds(island, 2, 4)).toBe((300 + WAIT_SECONDS) * 1000);
  });

  it("leaves an island without a way where it carries no vehicles: no time is made up", async () => {
    const roads = await build([street([1, 2]), ferry([2, 4], { duration: "5", motor_vehicle: "no" }), street([4, 5])]);
    expect(milliseconds(roads, 2, 4)).toBe(INFINITE_MS);
  });
});
