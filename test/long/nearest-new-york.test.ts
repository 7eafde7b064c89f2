import { beforeAll, describe, expect, it } from "vitest";
import { SeededRandom } from "../../src/core/random";
import { INFINITE_MS } from "../../src/core/units";
import { buildHierarchy } from "../../src/shortest-path/cch/hierarchy";
import { CchEngine } from "../../src/shortest-path/cch-engine";
import { DijkstraEngine } from "../../src/shortest-path/dijkstra/dijkstra-engine";
import type { Target } from "../../src/shortest-path/engine";
import { computeOrder } from "../../src/shortest-path/order/compute-order";
import { TargetList } from "../../src/shortest-path/targets";
import { collect, expectDrivable } from "../shortest-path/engine-contract";
import { buildTableByDijkstra } from "../support/k-label-dijkstra";
import { newYorkIsPresent, readNewYork } from "../support/new-york";
import { type RankedGraph, renumber } from "../support/ranked-graph";
import { needsSharedData } from "../support/shared-data";

const SEED = 20170512;
const TARGETS = 200;

describe.skipIf(!newYorkIsPresent)(`200 targets in New York ${needsSharedData}`, () => {
  const random = new SeededRandom(SEED);
  let ranked: RankedGraph;
  let targets: Target[];
  let engine: CchEngine;
  let dijkstra: DijkstraEngine;
  let current: Int32Array;

  beforeAll(() => {
    const { graph, weights, x, y } = readNewYork();
    ranked = renumber(graph, weights, computeOrder(graph, { x, y }));
    targets = Array.from({ length: TARGETS }, () => [
      { node: random.integer(graph.nodeCount), milliseconds: 0 },
      { node: random.integer(graph.nodeCount), milliseconds: random.integer(60_000) },
    ]);
    engine = new CchEngine(buildHierarchy(ranked.graph), ranked.weights, targets);
    dijkstra = new DijkstraEngine(ranked.graph, ranked.weights, targets);
  });

  const randomNodes = (count: number) =>
    Int32Array.from({ length: count }, () => random.integer(ranked.graph.nodeCount));

  const expectEqualToDijkstra = (samples: number) => {
    const nodes = randomNodes(samples);
    const target = new Int32Array(samples);
    const milliseconds = new Int32Array(samples);
    for (const share of [1, 0.8, 0.2, 0]) {
      const accepted = Uint8Array.from({ length: TARGETS }, () => (random.next() < share ? 1 : 0));
      if (share === 0) accepted[random.integer(TARGETS)] = 1;
      engine.nearestAccepted(nodes, accepted, target, milliseconds);
      for (let i = 0; i < samples; i++) {
        const origin = { accessPoints: [{ node: nodes[i]!, milliseconds: 0 }] };
        const options = { accepts: (each: number) => accepted[each] === 1 };
        const expected = dijkstra.nearest(origin, options);
        const message = `seed ${SEED}, node ${nodes[i]}`;
        expect([{ target: target[i], milliseconds: milliseconds[i] }], message).toEqual(expected);
        expect(engine.nearest(origin, options), message).toEqual(expected);
        const path = engine.path(origin, target[i]!)!;
        expect(path.milliseconds, message).toBe(milliseconds[i]);
        if (i > 3) continue;
        expectDrivable(path, origin, targets[target[i]!]!, ranked.graph, current, message);
      }
    }
  };

  it("gives Dijkstra's answers by buckets and by table", () => {
    current = ranked.weights;
    expectEqualToDijkstra(60);
    engine.refreshTable();
    expect(engine.table!.isPacked).toBe(true);
    expectEqualToDijkstra(60);
    for (const node of randomNodes(4)) {
      const origin = { accessPoints: [{ node, milliseconds: 5 }] };
      expect(collect(engine, origin)).toEqual(collect(dijkstra, origin));
      expect(engine.oneToMany(origin)).toEqual(dijkstra.oneToMany(origin));
    }
  });

  it("is the same word for word after closures and a move as when built from scratch or by k-label Dijkstra", () => {
    current = ranked.weights.slice();
    for (let round = 0; round < 25; round++) {
      const arc = random.integer(ranked.graph.arcCount);
      const weight = round % 5 === 4 ? current[arc]! * 3 : INFINITE_MS;
      current[arc] = weight;
      for (const each of [engine, dijkstra]) each.setWeights([arc], [weight]);
      if (round % 8 === 0) engine.refreshTable();
    }
    targets[17] = [{ node: random.integer(ranked.graph.nodeCount), milliseconds: 0 }];
    for (const each of [engine, dijkstra]) each.setTarget(17, targets[17]);
    expectEqualToDijkstra(20);
    engine.refreshTable();
    expectEqualToDijkstra(20);

    const rebuilt = new CchEngine(engine.hierarchy, current, targets);
    rebuilt.refreshTable();
    const list = new TargetList(ranked.graph.nodeCount);
    list.replaceAll(targets);
    const byDijkstra = buildTableByDijkstra(ranked.graph, current, list);
    const repaired = [engine.buckets.firstPair, engine.buckets.pairs, engine.table!.words, engine.table!.words];
    const expected = [rebuilt.buckets.firstPair, rebuilt.buckets.pairs, rebuilt.table!.words, byDijkstra.words];
    repaired.forEach((words, i) => {
      expect(words.length).toBe(expected[i]!.length);
      expect(words.findIndex((word, at) => word !== expected[i]![at])).toBe(-1);
    });
  });
});
