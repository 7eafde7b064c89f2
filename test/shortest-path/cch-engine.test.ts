import { describe, expect, it } from "vitest";
import { DiversionError } from "../../src/core/errors";
import { SeededRandom } from "../../src/core/random";
import { INFINITE_MS } from "../../src/core/units";
import { buildHierarchy } from "../../src/shortest-path/cch/hierarchy";
import { customize } from "../../src/shortest-path/cch/metric";
import { CchEngine, type CchEngineOptions } from "../../src/shortest-path/cch-engine";
import { DijkstraEngine } from "../../src/shortest-path/dijkstra/dijkstra-engine";
import type { Origin, Target } from "../../src/shortest-path/engine";
import type { ArcWeights, Graph } from "../../src/shortest-path/graph";
import { archipelago, planarGraph, type TestGraph } from "../support/graphs";
import { rankByMinimumDegree } from "../support/ranked-graph";
import { collect, expectDrivable } from "./engine-contract";
import { randomOrigin, randomTargets, randomWeightChange } from "./oracle";

const SEED = 31;
const TARGETS = 40;

interface Trial {
  readonly random: SeededRandom;
  readonly graph: Graph;
  readonly weights: ArcWeights;
  readonly targets: Target[];
  readonly engine: CchEngine;
  readonly dijkstra: DijkstraEngine;
  readonly origin: () => Origin;
}

/** More targets than a row of the table holds, and enough nodes for deep trees. */
function trial(testGraph: TestGraph, options?: CchEngineOptions): Trial {
  const { graph, weights } = rankByMinimumDegree(testGraph);
  const random = new SeededRandom(SEED);
  const targets = randomTargets(random, graph.nodeCount, TARGETS, 200);
  const engine = new CchEngine(buildHierarchy(graph), weights, targets, options);
  const dijkstra = new DijkstraEngine(graph, weights, targets);
  const origin = () => randomOrigin(random, graph.nodeCount, targets.length, 200);
  return { random, graph, weights, targets, engine, dijkstra, origin };
}

const shapes: [string, TestGraph][] = [
  planarGraph(400, SEED),
  planarGraph(300, SEED + 1, { maximumWeight: 3 }),
  archipelago(5, 64, SEED + 2),
].map((testGraph) => [testGraph.name, testGraph]);

describe.each(shapes)("the engine on a hierarchy: %s", (_, testGraph) => {
  it.each(["buckets", "table"])("gives Dijkstra's ranking by %s, far beyond a row of the table", (source) => {
    const { engine, dijkstra, origin } = trial(testGraph);
    if (source === "table") engine.refreshTable();
    for (let i = 0; i < 150; i++) {
      const from = origin();
      const message = `seed ${SEED}, origin ${JSON.stringify(from)}`;
      expect(collect(engine, from), message).toEqual(collect(dijkstra, from));
      for (const k of [1, 7, 8, 9, 100]) {
        const accepts = (target: number) => target % 3 === i % 3;
        expect(engine.nearest(from, { k, accepts }), message).toEqual(dijkstra.nearest(from, { k, accepts }));
      }
    }
  });

  it("finds the nearest accepted target of many nodes at once, by table and by buckets", () => {
    const { random, graph, engine, dijkstra } = trial(testGraph);
    const nodes = Int32Array.from({ length: graph.nodeCount }, (_, node) => node);
    const found = { target: new Int32Array(nodes.length), milliseconds: new Int32Array(nodes.length) };
    for (const share of [1, 0.5, 0.1, 0]) {
      const accepted = Uint8Array.from({ length: TARGETS }, () => (random.next() < share ? 1 : 0));
      const expected = Array.from(nodes, (node) => {
        const accepts = (target: number) => accepted[target] === 1;
        const [nearest] = dijkstra.nearest({ accessPoints: [{ node, milliseconds: 0 }] }, { accepts });
        return nearest ?? { target: -1, milliseconds: INFINITE_MS };
      });
      for (const refresh of [false, true]) {
        if (refresh) engine.refreshTable();
        engine.nearestAccepted(nodes, accepted, found.target, found.milliseconds);
        const actual = Array.from(nodes, (_, i) => ({ target: found.target[i], milliseconds: found.milliseconds[i] }));
        expect(actual, `seed ${SEED}, share ${share}`).toEqual(expected);
      }
      const arc = random.integer(graph.arcCount);
      for (const each of [engine, dijkstra]) each.setWeights([arc], [1 + share * 10]);
    }
  });

  it("walks paths out of the table that take the time it says", () => {
    const { graph, weights, targets, engine, dijkstra, origin } = trial(testGraph);
    engine.refreshTable();
    for (let i = 0; i < 100; i++) {
      const from = origin();
      for (const { target, milliseconds } of dijkstra.nearest(from, { k: 12 })) {
        const path = engine.path(from, target)!;
        expect(path.milliseconds).toBe(milliseconds);
        expectDrivable(path, from, targets[target]!, graph, weights, `seed ${SEED}, origin ${JSON.stringify(from)}`);
      }
    }
  });

  it("is exact at every moment of a refresh in the background", () => {
    const work: (() => void)[] = [];
    const { random, graph, weights, engine, dijkstra, origin } = trial(testGraph, {
      schedule: (slice) => work.push(slice),
      rowsPerSlice: 37,
      partialLimit: 20,
    });
    expect(work).toHaveLength(1);
    const current = Int32Array.from(weights);
    let sawFresh = 0;
    for (let step = 0; step < 120; step++) {
      if (step % 25 === 0) {
        const { arcs, values } = randomWeightChange(random, current, step % 50 === 0 ? 2 : 40, 100);
        const version = engine.metricVersion;
        for (const each of [engine, dijkstra]) each.setWeights(arcs, values);
        arcs.forEach((arc, i) => {
          current[arc] = values[i]!;
        });
        expect(engine.metricVersion).toBe(version + 1);
      }
      const from = origin();
      expect(collect(engine, from), `seed ${SEED}, step ${step}`).toEqual(collect(dijkstra, from));
      const cursor = engine.open(from);
      const any = cursor.next();
      // A slice leaves whoever holds a cursor alone.
      work.shift()?.();
      if (any) expect(cursor.target).toBe(dijkstra.nearest(from)[0]!.target);
      if (engine.tableIsFresh) {
        sawFresh++;
        expect(work).toHaveLength(0);
      } else {
        expect(work).toHaveLength(1);
      }
    }
    expect(sawFresh).toBeGreaterThan(0);
    expect(graph.nodeCount).toBeGreaterThan(37);
  });
});

describe("the engine on a hierarchy", () => {
  it("takes over a metric that is given, and keeps it up to date", () => {
    const { graph, weights } = rankByMinimumDegree(planarGraph(80, SEED));
    const hierarchy = buildHierarchy(graph);
    const metric = customize(hierarchy, weights);
    const engine = new CchEngine(hierarchy, weights, [], { metric, partialLimit: 1 });
    expect(engine.metric).toBe(metric);
    const changed = Int32Array.from(weights);
    changed[3] = 77;
    engine.setWeights([3], [77]);
    expect(metric).toEqual(customize(hierarchy, changed));
    changed.fill(5, 10, 20);
    engine.setWeights(
      Array.from({ length: 10 }, (_, i) => 10 + i),
      Array(10).fill(5),
    );
    expect(metric).toEqual(customize(hierarchy, changed));
  });

  it("touches nothing when a flag flips", () => {
    const { engine } = trial(planarGraph(200, SEED));
    engine.refreshTable();
    const before = engine.table;
    const words = before!.words.slice();
    const origin = { accessPoints: [{ node: 5, milliseconds: 0 }] };
    for (let closed = 0; closed < TARGETS; closed++) engine.nearest(origin, { accepts: (target) => target !== closed });
    expect(engine.table).toBe(before);
    expect(engine.table!.words).toEqual(words);
  });

  it("refuses what is not documented", () => {
    const { engine } = trial(planarGraph(80, SEED));
    const out = new Int32Array(2);
    const flags = new Uint8Array(TARGETS);
    const misuses = [
      () => engine.nearestAccepted(Int32Array.of(0, 81), flags, out, out),
      () => engine.nearestAccepted(Int32Array.of(-1), flags, out, out),
      () => engine.nearestAccepted(Int32Array.of(0), flags.subarray(1), out, out),
      () => engine.nearestAccepted(Int32Array.of(0, 1, 2), flags, out, new Int32Array(3)),
    ];
    for (const misuse of misuses) expect(misuse, String(misuse)).toThrow(DiversionError);
  });
});
