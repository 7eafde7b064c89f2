import { describe, expect, it } from "vitest";
import { explanationFaults, pairKey } from "../../bench/valhalla/explanations";
import { followLine } from "../../bench/valhalla/follow";
import { OurRouter } from "../../bench/valhalla/ours";
import { comparisonProfile } from "../../bench/valhalla/settings";
import { countBy, disagreement, distribution, SHARES, worstByRatio } from "../../bench/valhalla/statistics";
import type { Position } from "../../src/core/units";
import { buildRoadGraph } from "../../src/roads/build/build-road-graph";
import { indexRoads } from "../../src/roads/index-roads";
import type { OsmSource } from "../../src/roads/sources/osm-source";

describe("the statistics of the comparison with Valhalla", () => {
  it("tells a distribution by nearest rank, its ends included", () => {
    const values = Array.from({ length: 100 }, (_, i) => 100 - i);
    expect(distribution(values)).toEqual([1, 5, 25, 50, 75, 95, 100]);
    expect(distribution([7])).toEqual(SHARES.map(() => 7));
    expect(distribution([])).toBeUndefined();
    expect(values[0]).toBe(100);
  });

  it("ranks half as far from agreement as double, and equal ones in their order", () => {
    expect(disagreement(0.5)).toBe(disagreement(2));
    const items = [1.1, 0.5, 1, 3, 2].map((ratio, place) => ({ ratio, place }));
    expect(worstByRatio(items, ({ ratio }) => ratio, 3).map(({ place }) => place)).toEqual([3, 1, 4]);
    const answered = worstByRatio(items, ({ ratio }) => (ratio === 3 ? undefined : ratio), 9);
    expect(answered.map(({ place }) => place)).toEqual([1, 4, 0, 2]);
  });

  it("counts by key and leaves out what has none", () => {
    expect(countBy(["a", "bb", "", "cc"], (text) => (text === "" ? undefined : `${text.length}`))).toEqual({
      1: 1,
      2: 2,
    });
  });
});

describe("the explanations of its worst disagreements", () => {
  const worst = [3, 5].map((number) => ({ objective: "shortest", extract: "porto", number }));

  it("are complete when each pair has one", () => {
    expect(worst.map(pairKey)).toEqual(["shortest/porto/3", "shortest/porto/5"]);
    expect(explanationFaults(worst, { "shortest/porto/3": "a gate", "shortest/porto/5": "a ford" })).toEqual([]);
  });

  it("are faulty when one is missing, empty, or of a pair that no longer is among the worst", () => {
    const faults = explanationFaults(worst, { "shortest/porto/3": " ", "shortest/porto/4": "a wall" });
    expect(faults.map((fault) => fault.split(" ")[0])).toEqual([
      "shortest/porto/3",
      "shortest/porto/5",
      "shortest/porto/4",
    ]);
  });
});

/**
 * A square of one-way streets driven 1 → 2 → 3 → 4 → 1, a two-way diagonal 1 - 3 with a bend at 5, and a spur 3 - 6.
 * About 70 m a side.
 */
const PLACES: Readonly<Record<number, Position>> = {
  1: [0, 0],
  2: [0.001, 0],
  3: [0.001, 0.001],
  4: [0, 0.001],
  5: [0.0004, 0.0006],
  6: [0.002, 0.001],
};
const WAYS: readonly (readonly [id: number, nodes: readonly number[], tags: Readonly<Record<string, string>>])[] = [
  [10, [1, 2, 3, 4, 1], { highway: "residential", oneway: "yes" }],
  [11, [1, 5, 3], { highway: "residential" }],
  [12, [3, 6], { highway: "residential" }],
];
const square: OsmSource = {
  name: "square",
  async read(handler) {
    for (const [id, [lon, lat]] of Object.entries(PLACES)) {
      handler.node?.(Number(id), Math.round(lon * 1e7), Math.round(lat * 1e7), undefined);
    }
    for (const [id, nodes, tags] of WAYS) handler.way?.(id, nodes, new Map(Object.entries(tags)));
  },
};
const line = (...nodes: number[]): Position[] => nodes.map((node) => PLACES[node]!);

describe("a foreign route driven over our graph", () => {
  const profile = comparisonProfile("shortest", "rural");

  async function follow(...nodes: number[]): Promise<unknown> {
    const { roads } = await buildRoadGraph(square, { profile });
    const index = indexRoads(roads);
    const [from, to] = [index.snap(PLACES[nodes[0]!]!), index.snap(PLACES[nodes.at(-1)!]!)];
    return followLine(index, line(...nodes), from, to);
  }

  it("costs what our search says when it is the best, and more when it is not", async () => {
    const ours = await OurRouter.over(square, profile);
    const best = ours.route(ours.departure(PLACES[1]!), ours.arrival(PLACES[3]!))!;
    expect(await follow(1, 5, 3)).toEqual({ milliseconds: best.milliseconds });
    const around = (await follow(1, 2, 3)) as { milliseconds: number };
    expect(around.milliseconds).toBeGreaterThan(best.milliseconds);
  });

  it("is refused where it drives against a one-way street, at the point before", async () => {
    expect(await follow(6, 3, 2)).toEqual({ refusedAt: 1 });
    expect(await follow(3, 2)).toEqual({ refusedAt: 0 });
  });

  it("is followed from and to places between junctions", async () => {
    const ours = await OurRouter.over(square, profile);
    const best = ours.route(ours.departure(PLACES[5]!), ours.arrival(PLACES[6]!))!;
    expect(await follow(5, 3, 6)).toEqual({ milliseconds: best.milliseconds });
  });

  it("is not followed through a road that is not there", async () => {
    expect(await follow(5, 6)).toEqual({ refusedAt: 0 });
  });
});
