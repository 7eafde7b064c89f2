import { describe, expect, it } from "vitest";
import { SeededRandom } from "../../src/core/random";
import { buildHierarchy } from "../../src/shortest-path/cch/hierarchy";
import { customize } from "../../src/shortest-path/cch/metric";
import { CchEngine } from "../../src/shortest-path/cch-engine";
import { DijkstraEngine } from "../../src/shortest-path/dijkstra/dijkstra-engine";
import { FastestWalk } from "../../src/shortest-path/nearest/fastest-walk";
import { archipelago, gridGraph, planarGraph, randomGraph, type TestGraph } from "../support/graphs";
import { rankByMinimumDegree } from "../support/ranked-graph";
import { expectDrivable } from "./engine-contract";
import { randomOrigin, randomTargets, randomWeightChange } from "./oracle";

const SEED = 411;

const shapes: [string, TestGraph][] = [
  planarGraph(400, SEED),
  // Weights of one to three milliseconds: many paths are equally fast.
  planarGraph(400, SEED + 1, { maximumWeight: 3 }),
  randomGraph(150, 400, SEED + 2, { maximumWeight: 2 }),
  archipelago(5, 50, SEED + 3),
].map((testGraph) => [testGraph.name, testGraph]);

describe("the fastest walk", () => {
  it("says that the metric does not follow from the weights, for it may be read from a roads file that lies", () => {
    const { graph, weights } = rankByMinimumDegree(gridGraph(10, 10, 4, { closedShare: 0, oneWayShare: 0 }));
    const hierarchy = buildHierarchy(graph);
    const slower = weights.map((weight) => weight + 1);
    const between = (used: Int32Array) =>
      new FastestWalk(hierarchy).path(
        customize(hierarchy, weights),
        used,
        [{ node: 0, milliseconds: 0 }],
        [{ node: 50, milliseconds: 0 }],
      );
    expect(between(weights)).toBeDefined();
    expect(() => between(slower)).toThrow(expect.objectContaining({ code: "invalid-roads-file" }));
  });
});

describe.each(shapes)("the fastest walk: %s", (_, testGraph) => {
  const { graph, weights } = rankByMinimumDegree(testGraph);
  const hierarchy = buildHierarchy(graph);

  it("takes Dijkstra's time, on roads that exist", () => {
    const random = new SeededRandom(SEED);
    const walk = new FastestWalk(hierarchy);
    const dijkstra = new DijkstraEngine(graph, weights);
    const metric = customize(hierarchy, weights);
    for (let i = 0; i < 300; i++) {
      const from = randomOrigin(random, graph.nodeCount, 0, 50);
      const [to] = randomTargets(random, graph.nodeCount, 1, 50);
      const path = walk.path(metric, weights, from.accessPoints, to!);
      const message = `seed ${SEED}, from ${JSON.stringify(from.accessPoints)} to ${JSON.stringify(to)}`;
      expect(path?.milliseconds, message).toBe(dijkstra.pathBetween(from, to!)?.milliseconds);
      if (path !== undefined) expectDrivable(path, from, to!, graph, weights, message);
    }
  });

  it("is the same path, arc for arc, as one out of the table, before and after changes", () => {
    const random = new SeededRandom(SEED);
    const targets = randomTargets(random, graph.nodeCount, 30, 50);
    const byTable = new CchEngine(hierarchy, weights, targets);
    const byWalk = new CchEngine(hierarchy, weights, targets);
    for (let round = 0; round < 4; round++) {
      byTable.refreshTable();
      expect([byTable.tableIsFresh, byWalk.tableIsFresh]).toEqual([true, false]);
      for (let i = 0; i < 60; i++) {
        const from = randomOrigin(random, graph.nodeCount, targets.length, 50);
        for (const { target } of byTable.nearest(from, { k: 9 })) {
          const message = `seed ${SEED}, round ${round}, from ${JSON.stringify(from)} to ${target}`;
          expect(byWalk.path(from, target), message).toEqual(byTable.path(from, target));
        }
      }
      const { arcs, values } = randomWeightChange(random, weights, 20, 3);
      for (const engine of [byTable, byWalk]) engine.setWeights(arcs, values);
    }
  });
});
