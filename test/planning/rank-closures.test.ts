import { describe, expect, it } from "vitest";
import { syntheticRoads } from "../../bench/networks/synthetic";
import { SeededRandom } from "../../src/core/random";
import { DiversionRouter } from "../../src/diversion/router";
import { HospitalDirectory } from "../../src/hospitals/directory/directory";
import { junctionsOf } from "../../src/planning/situation/demand-points";
import { PlanningSituation } from "../../src/planning/situation/planning-situation";
import { type ClosureHarm, rankClosures } from "../../src/planning/what-if/rank-closures";
import { whatIf } from "../../src/planning/what-if/what-if";
import type { RoadGraph } from "../../src/roads/graph/road-graph";
import { indexRoads } from "../../src/roads/index-roads";
import { randomRoads } from "../support/random-roads";

/** Whole people, seeded; one ED in seven on divert; handover of some minutes. */
function groundOver(graph: RoadGraph, seed: number, edCount: number): PlanningSituation {
  const roads = indexRoads(graph, { source: "test", notice: "", profile: "", snapLimitMetres: 3000, report: {} });
  const random = new SeededRandom(seed);
  const hospitals = HospitalDirectory.parse(
    Array.from({ length: edCount }, (_, i) => {
      const [lon, lat] = roads.graph.nodePosition(random.integer(roads.graph.nodeCount));
      return { id: `E${String(i).padStart(2, "0")}`, name: `E ${i}`, location: [lon, lat], handoverMinutes: i % 3 };
    }),
  );
  const router = new DiversionRouter({ roads, hospitals, clock: () => 0, hospitalsOffNetwork: "exclude" });
  for (let i = 0; i < edCount; i += 7) router.status.setOpen(`E${String(i).padStart(2, "0")}`, false);
  const junctions = junctionsOf(roads);
  const weights = junctions.weights.map(() => random.integer(500));
  return new PlanningSituation(router, { demandPoints: { ...junctions, weights, unit: "people" } });
}

function bruteForce(planning: PlanningSituation, close: readonly string[]): Omit<ClosureHarm, "close"> {
  const result = whatIf(planning, { close });
  const isClosed = (id: string): boolean => close.includes(id);
  return {
    people: result.load.reduce((sum, { hospital, before }) => sum + (isClosed(hospital.id) ? before : 0), 0),
    newlyStranded: result.newlyStranded.people,
    extraPersonMinutes: result.extraPersonMinutes,
    beyond: result.beyond.map(({ minutes, before, after }) => ({ minutes, more: after - before })),
  };
}

describe.each([
  ["towns and country", syntheticRoads({ nodes: 900, seed: 8 }), 8, 14],
  ["one-way roads that leave some stranded", randomRoads(12, 150, 330), 12, 10],
] as const)("closures over %s", (_name, graph, seed, edCount) => {
  const planning = groundOver(graph, seed, edCount);
  const ids = planning.scene.hospitals.hospitals
    .map(({ id }) => id)
    .filter((_, number) => planning.scene.edsByVerdict.some((tier) => tier[number] === 1));

  it.each([1, 2] as const)("are ranked by just what each does: %i together", (together) => {
    const { ranked, weighed } = rankClosures(planning, { together, limit: 10_000 });
    const all = together === 1 ? ids.map((id) => [id]) : ids.flatMap((a, i) => ids.slice(i + 1).map((b) => [a, b]));
    expect(weighed).toBe(all.length);
    expect(ranked.length).toBe(all.length);
    for (const { close, ...harm } of ranked) {
      const together = close.map(({ id }) => id);
      expect(harm, `seed ${seed}, ${together}`).toEqual(bruteForce(planning, together));
    }
    expect(new Set(ranked.map(({ close }) => close.map(({ id }) => id).join()))).toEqual(new Set(all.map(String)));
    for (const [i, { newlyStranded, extraPersonMinutes }] of ranked.slice(1).entries()) {
      const before = ranked[i]!;
      expect(before.newlyStranded).toBeGreaterThanOrEqual(newlyStranded);
      if (before.newlyStranded === newlyStranded) {
        expect(before.extraPersonMinutes).toBeGreaterThanOrEqual(extraPersonMinutes);
      }
    }
    expect(ranked[0]!.newlyStranded + ranked[0]!.extraPersonMinutes).toBeGreaterThan(0);
  });

  it("come out the same each time, cut at the limit", () => {
    const few = rankClosures(planning, { together: 2, limit: 4 });
    expect(JSON.stringify(few)).toBe(JSON.stringify(rankClosures(planning, { together: 2, limit: 4 })));
    expect(few.ranked).toEqual(rankClosures(planning, { together: 2, limit: 9 }).ranked.slice(0, 4));
  });
});

it("refuses options that make no sense", () => {
  const planning = groundOver(syntheticRoads({ nodes: 300, seed: 1 }), 1, 3);
  expect(() => rankClosures(planning, { together: 3 as 2 })).toThrow("together is 3");
  expect(() => rankClosures(planning, { limit: 0 })).toThrow("limit is 0");
});
