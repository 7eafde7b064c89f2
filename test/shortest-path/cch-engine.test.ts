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
    if (source === "table") engine.refreshTables();
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

  it("answers among the members of a class, whose table is its own", () => {
    const { graph, weights, engine, targets, origin } = trial(testGraph);
    const members = Array.from(targets.keys()).filter((target) => target % 4 === 1);
    const targetClass = engine.addTargetClass(members);
    const membersOnly = new DijkstraEngine(
      graph,
      weights,
      targets.map((seeds, target) => (target % 4 === 1 ? seeds : [])),
    );
    for (const refresh of [false, true]) {
      if (refresh) engine.refreshTables();
      for (let i = 0; i < 60; i++) {
        const drawn = origin();
        const from = { ...drawn, direct: (drawn.direct ?? []).filter(({ target }) => target % 4 === 1) };
        const message = `seed ${SEED}, origin ${JSON.stringify(from)}`;
        expect(engine.nearestOfClass(targetClass, drawn, { k: 50 }), message).toEqual(
          membersOnly.nearest(from, { k: 50 }),
        );
        const cursor = engine.openClass(targetClass, drawn);
        const first = cursor.next() ? [{ target: cursor.target, milliseconds: cursor.milliseconds }] : [];
        expect(first, message).toEqual(membersOnly.nearest(from));
      }
    }
  });

  it("finds the nearest accepted target of many nodes at once, by table and by buckets, among all and in a class", () => {
    const { random, graph, engine, dijkstra } = trial(testGraph);
    const members = [0, 3, 6, 9, 12, 15, 18, 21, 24, 27, 30];
    const targetClass = engine.addTargetClass(members);
    const nodes = Int32Array.from({ length: graph.nodeCount }, (_, node) => node);
    const found = { target: new Int32Array(nodes.length), milliseconds: new Int32Array(nodes.length) };
    for (const share of [1, 0.5, 0.1, 0]) {
      const accepted = Uint8Array.from({ length: TARGETS }, () => (random.next() < share ? 1 : 0));
      for (const [number, isMember] of [
        [0, () => true],
        [targetClass, (target: number) => members.includes(target)],
      ] as const) {
        const accepts = (target: number) => accepted[target] === 1 && isMember(target);
        const expected = Array.from(nodes, (node) => {
          const [nearest] = dijkstra.nearest({ seeds: [{ node, milliseconds: 0 }] }, { accepts });
          return nearest ?? { target: -1, milliseconds: INFINITE_MS };
        });
        for (const refresh of [false, true]) {
          if (refresh) engine.refreshTables();
          engine.nearestAccepted(nodes, accepted, found.target, found.milliseconds, number);
          const actual = Array.from(nodes, (_, i) => ({
            target: found.target[i],
            milliseconds: found.milliseconds[i],
          }));
          expect(actual, `seed ${SEED}, share ${share}`).toEqual(expected);
        }
        const arc = random.integer(graph.arcCount);
        for (const each of [engine, dijkstra]) each.setWeights([arc], [1 + share * 10]);
      }
    }
  });

  it("walks the same paths out of the table as it unpacks, in time", () => {
    const { graph, weights, targets, engine, dijkstra, origin } = trial(testGraph);
    engine.refreshTables();
    for (let i = 0; i < 100; i++) {
      const from = origin();
      for (const { target, milliseconds } of dijkstra.nearest(from, { k: 12 })) {
        const path = engine.path(from, target)!;
        expect(path.milliseconds).toBe(milliseconds);
        expectDrivable(path, from, targets[target]!, graph, weights, `seed ${SEED}, origin ${JSON.stringify(from)}`);
      }
    }
  });

  it("measures many to many", () => {
    const { targets, engine, dijkstra, origin } = trial(testGraph);
    const origins = Array.from({ length: 30 }, origin);
    const times = engine.manyToMany(origins);
    expect(times).toHaveLength(30 * targets.length);
    origins.forEach((from, i) => {
      const row = times.slice(i * targets.length, (i + 1) * targets.length);
      expect(row).toEqual(dijkstra.oneToMany(from));
    });
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
      if (engine.tablesAreFresh) {
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
    engine.refreshTables();
    const before = engine.table();
    const words = before!.words.slice();
    const origin = { seeds: [{ node: 5, milliseconds: 0 }] };
    for (let closed = 0; closed < TARGETS; closed++) engine.nearest(origin, { accepts: (target) => target !== closed });
    expect(engine.table()).toBe(before);
    expect(engine.table()!.words).toEqual(words);
  });

  it("drops target classes with the targets they were made of", () => {
    const { engine, targets } = trial(planarGraph(80, SEED));
    const targetClass = engine.addTargetClass([1, 2]);
    engine.setTarget(TARGETS, [{ node: 3, milliseconds: 0 }]);
    expect(
      engine.nearestOfClass(targetClass, { seeds: [{ node: 3, milliseconds: 0 }] }, { k: 99 }).length,
    ).toBeLessThan(3);
    engine.setTargets(targets);
    expect(() => engine.nearestOfClass(targetClass, { seeds: [] })).toThrow(DiversionError);
  });

  it("refuses what is not documented", () => {
    const { engine } = trial(planarGraph(80, SEED));
    const out = new Int32Array(2);
    const flags = new Uint8Array(TARGETS);
    const misuses = [
      () => engine.addTargetClass([TARGETS]),
      () => engine.nearestOfClass(1, { seeds: [] }),
      () => engine.nearestOfClass(0, { seeds: [] }, { k: 0 }),
      () => engine.openClass(-1, { seeds: [] }),
      () => engine.nearestAccepted(Int32Array.of(0, 81), flags, out, out),
      () => engine.nearestAccepted(Int32Array.of(-1), flags, out, out),
      () => engine.nearestAccepted(Int32Array.of(0), flags.subarray(1), out, out),
      () => engine.nearestAccepted(Int32Array.of(0, 1, 2), flags, out, new Int32Array(3)),
      () => engine.nearestAccepted(Int32Array.of(0), flags, out, out, 9),
    ];
    for (const misuse of misuses) expect(misuse, String(misuse)).toThrow(DiversionError);
  });
});
