import { describe, expect, it } from "vitest";
import { SeededRandom } from "../../src/core/random";
import { allInSharedMemory, inSharedMemory } from "../../src/node/workers/shared-memory";
import { buildHierarchy } from "../../src/shortest-path/cch/hierarchy";
import { customize } from "../../src/shortest-path/cch/metric";
import { CchEngine } from "../../src/shortest-path/cch-engine";
import { DijkstraEngine } from "../../src/shortest-path/dijkstra/dijkstra-engine";
import type { ShortestPathEngine } from "../../src/shortest-path/engine";
import { planarGraph } from "../support/graphs";
import { rankByMinimumDegree } from "../support/ranked-graph";
import { collect } from "./engine-contract";
import { randomOrigin, randomTargets, randomWeightChange } from "./oracle";

const SEED = 77;

/** Weights, metric and table in memory that several engines read, and the words they held at first. */
function commons() {
  const { graph, weights } = rankByMinimumDegree(planarGraph(400, SEED));
  const hierarchy = buildHierarchy(graph);
  const random = new SeededRandom(SEED);
  const targets = randomTargets(random, graph.nodeCount, 30, 200);
  const builder = new CchEngine(hierarchy, weights, targets);
  builder.refreshTable();
  const common = {
    weights: inSharedMemory(weights),
    metric: allInSharedMemory(customize(hierarchy, weights)),
    table: inSharedMemory(builder.table!.words),
  };
  const words = () => [common.weights, common.metric.forward, common.metric.backward, common.table];
  const atFirst = words().map((array) => Int32Array.from(array));
  const engine = (partialLimit?: number) => {
    const reader = new CchEngine(hierarchy, common.weights, targets, {
      metric: common.metric,
      copyOnWrite: true,
      partialLimit,
    });
    reader.adoptTable(common.table);
    return reader;
  };
  const expectUntouched = () => {
    for (const [i, array] of words().entries()) expect(array.every((word, at) => word === atFirst[i]![at])).toBe(true);
  };
  return { graph, weights, targets, random, common, engine, expectUntouched };
}

describe("engines over common memory", () => {
  it.each([
    ["in part", Number.POSITIVE_INFINITY],
    ["in full", 0],
  ])("copy what they read before the first change, customized %s", (_, partialLimit) => {
    const { graph, weights, targets, random, engine, expectUntouched } = commons();
    const reader = engine(partialLimit);
    const writer = engine(partialLimit);
    const before = new DijkstraEngine(graph, weights, targets);
    const after = new DijkstraEngine(graph, weights, targets);
    const expectSame = (actual: ShortestPathEngine, wanted: ShortestPathEngine) => {
      for (let i = 0; i < 40; i++) {
        const from = randomOrigin(random, graph.nodeCount, targets.length, 200);
        const message = `seed ${SEED}, origin ${JSON.stringify(from)}`;
        expect(collect(actual, from), message).toEqual(collect(wanted, from));
        const target = random.integer(targets.length);
        expect(actual.path(from, target)?.milliseconds, message).toBe(wanted.path(from, target)?.milliseconds);
      }
    };
    expectSame(writer, before);
    for (let round = 0; round < 3; round++) {
      const { arcs, values } = randomWeightChange(random, weights, 25, 500);
      for (const changed of [writer, after]) changed.setWeights(arcs, values);
      expect(writer.table).toBeUndefined();
      expectSame(writer, after);
      if (round > 0) writer.refreshTable();
      expectSame(writer, after);
      expectSame(reader, before);
      expectUntouched();
    }
  });

  it("read the table where it lies, fresh at once, until a target changes", () => {
    const { random, graph, common, engine, expectUntouched } = commons();
    const reader = engine();
    const writer = engine();
    expect(reader.tableIsFresh).toBe(true);
    expect(reader.table!.words).toBe(common.table);
    writer.setTarget(3, [{ node: random.integer(graph.nodeCount), milliseconds: 5 }]);
    writer.refreshTable();
    expect(writer.table!.words).not.toEqual(common.table);
    writer.setTargets([[{ node: 0, milliseconds: 0 }]]);
    writer.refreshTable();
    expect(reader.table!.words).toBe(common.table);
    expectUntouched();
  });

  it("refuse words that are no table of theirs", () => {
    const { common, engine } = commons();
    expect(() => engine().adoptTable(common.table.subarray(1))).toThrow(/are no nearest table of 400 nodes/);
  });
});
