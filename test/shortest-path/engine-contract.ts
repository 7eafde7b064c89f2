import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DiversionError } from "../../src/core/errors";
import { SeededRandom } from "../../src/core/random";
import { INFINITE_MS } from "../../src/core/units";
import type { Nearest, Origin, Path, ShortestPathEngine, Target } from "../../src/shortest-path/engine";
import { type ArcWeights, arcTails, type Graph, graphFromArcs } from "../../src/shortest-path/graph";
import { describeGraph, graphZoo, planarGraph, type TestGraph } from "../support/graphs";
import { Oracle, randomOrigin, randomTargets, randomWeightChange } from "./oracle";

export type EngineFactory = (graph: Graph, weights: ArcWeights, targets: readonly Target[]) => ShortestPathEngine;

const SEED = 20170512;

/** Everything an engine promises, checked against Floyd-Warshall. Each engine's test file calls this once. */
export function describeEngineContract(name: string, create: EngineFactory): void {
  describe(`the engine contract: ${name}`, () => {
    describe.each(graphZoo(SEED).map((testGraph) => [testGraph.name, testGraph] as const))("%s", (_, testGraph) => {
      const { graph, weights } = testGraph;
      const maximumOffset = Math.max(4, Math.max(0, ...weights.filter((w) => w < INFINITE_MS)));
      const trial = (round: number) => {
        const random = new SeededRandom(SEED + round);
        const targets = randomTargets(random, graph.nodeCount, random.integer(12), maximumOffset);
        const origin = () => randomOrigin(random, graph.nodeCount, targets.length, maximumOffset);
        const engine = create(graph, weights, targets);
        return { random, targets, origin, engine, oracle: new Oracle(graph, weights) };
      };

      it("ranks all targets by travel time, then number", () => {
        for (let round = 0; round < 6; round++) {
          const { targets, origin, engine, oracle } = trial(round);
          for (let i = 0; i < 8; i++) {
            const from = origin();
            const message = explain(testGraph, targets, from, round);
            expect(collect(engine, from), message).toEqual(oracle.ranking(from, targets));
            const times = oracle.toTargets(from, targets);
            expect([...engine.oneToMany(from)], message).toEqual(times);
            const nowhere = Array(targets.length).fill(INFINITE_MS);
            expect([...engine.manyToMany([from, { accessPoints: [] }, from])], message).toEqual([
              ...times,
              ...nowhere,
              ...times,
            ]);
          }
        }
      });

      it("returns the k nearest that pass, from all passing to none", () => {
        for (let round = 0; round < 8; round++) {
          const { random, targets, origin, engine, oracle } = trial(round);
          for (const share of [1, 0.8, 0.4, 0.1, 0]) {
            const from = origin();
            const passes = targets.map(() => random.next() < share);
            const k = 1 + random.integer(4);
            const asked: Nearest[] = [];
            const accepts = (target: number, milliseconds: number) => {
              asked.push({ target, milliseconds });
              return passes[target]!;
            };
            const ranking = oracle.ranking(from, targets);
            const expected = ranking.filter(({ target }) => passes[target]).slice(0, k);
            const message = explain(testGraph, targets, from, round);
            expect(engine.nearest(from, { k, accepts }), message).toEqual(expected);
            const last = expected.length < k ? ranking.at(-1) : expected.at(-1);
            const end = ranking.findIndex(({ target }) => target === last?.target) + 1;
            expect(asked, message).toEqual(ranking.slice(0, end));
          }
        }
      });

      it("finds paths that can be driven and cost what they say", () => {
        for (let round = 0; round < 6; round++) {
          const { targets, origin, engine, oracle } = trial(round);
          for (let target = 0; target < targets.length; target++) {
            const from = origin();
            const message = explain(testGraph, targets, from, round);
            const [toTarget, between] = [engine.path(from, target), engine.pathBetween(from, targets[target]!)];
            expect(toTarget?.milliseconds ?? INFINITE_MS, message).toBe(oracle.toTargets(from, targets)[target]);
            expect(between?.milliseconds ?? INFINITE_MS, message).toBe(oracle.milliseconds(from, targets[target]!));
            expect(engine.millisecondsBetween(from, targets[target]!), message).toBe(
              between?.milliseconds ?? INFINITE_MS,
            );
            for (const path of [toTarget, between]) {
              if (path !== undefined) expectDrivable(path, from, targets[target]!, graph, weights, message);
            }
          }
        }
      });

      it("follows changes of weights, closures and reopenings", () => {
        const { random, targets, origin, engine } = trial(100);
        const current = Int32Array.from(weights);
        for (let round = 0; round < 10; round++) {
          const before = Int32Array.from(current);
          const { arcs, values } = randomWeightChange(random, current, 1 + random.integer(6), maximumOffset);
          const version = engine.metricVersion;
          engine.setWeights(arcs, values);
          for (let i = 0; i < arcs.length; i++) current[arcs[i]!] = values[i]!;
          const differs = current.some((weight, arc) => weight !== before[arc]);
          if (differs) expect(engine.metricVersion).toBe(version + 1);
          const oracle = new Oracle(graph, current);
          for (let i = 0; i < 5; i++) {
            const from = origin();
            const message = explain({ ...testGraph, weights: current }, targets, from, round);
            expect(collect(engine, from), message).toEqual(oracle.ranking(from, targets));
            if (targets.length === 0) continue;
            const target = random.integer(targets.length);
            const path = engine.path(from, target);
            expect(path?.milliseconds ?? INFINITE_MS, message).toBe(oracle.toTargets(from, targets)[target]);
            if (path !== undefined) expectDrivable(path, from, targets[target]!, graph, current, message);
          }
        }
      });

      it("follows targets that come, move and go", () => {
        const { random, origin, engine, oracle, ...initial } = trial(200);
        const targets = [...initial.targets];
        for (let round = 0; round < 12; round++) {
          const slot = random.integer(targets.length + 1);
          const seeds = round % 3 === 0 ? [] : randomTargets(random, graph.nodeCount, 1, maximumOffset)[0]!;
          engine.setTarget(slot, seeds);
          targets[slot] = seeds;
          expect(engine.targetCount).toBe(targets.length);
          for (let i = 0; i < 4; i++) {
            const from = origin();
            const message = explain(testGraph, targets, from, round);
            expect(collect(engine, from), message).toEqual(oracle.ranking(from, targets));
            expect([...engine.oneToMany(from)], message).toEqual(oracle.toTargets(from, targets));
          }
        }
      });
    });

    it("agrees with Floyd-Warshall on any small graph", () => {
      fc.assert(
        fc.property(anyCase, ({ nodeCount, arcs, targets, origin, passing }) => {
          const { graph, weights } = fromArcList(nodeCount, arcs);
          const engine = create(graph, weights, targets);
          const ranking = new Oracle(graph, weights).ranking(origin, targets);
          expect(collect(engine, origin)).toEqual(ranking);
          const accepts = (target: number) => (passing >> target) % 2 === 1;
          expect(engine.nearest(origin, { k: 2, accepts })).toEqual(
            ranking.filter(({ target }) => accepts(target)).slice(0, 2),
          );
          for (const { target, milliseconds } of ranking) {
            const path = engine.path(origin, target)!;
            expect(path.milliseconds).toBe(milliseconds);
            expectDrivable(path, origin, targets[target]!, graph, weights, "");
          }
        }),
        { seed: SEED, numRuns: 150 },
      );
    });

    describe("in single cases", () => {
      // 0 → 1 → 2 → 3 with two parallel arcs from 1 to 2, and node 4 alone.
      const { graph, weights } = fromArcList(5, [
        [0, 1, 10],
        [1, 2, 30],
        [1, 2, 20],
        [1, 2, 20],
        [2, 3, 5],
        [3, 3, 1],
      ]);
      const at = (node: number, milliseconds = 0): Target => [{ node, milliseconds }];
      const from = (node: number, milliseconds = 0): Origin => ({ accessPoints: at(node, milliseconds) });

      it("takes the fastest of parallel arcs, then the first", () => {
        const path = create(graph, weights, [at(3)]).path(from(0), 0)!;
        expect([...path.nodes]).toEqual([0, 1, 2, 3]);
        expect([...path.arcs]).toEqual([0, 2, 4]);
      });

      it("prefers the next parallel arc once the fastest is closed", () => {
        const engine = create(graph, weights, [at(3)]);
        engine.setWeights([2], [INFINITE_MS]);
        expect([...engine.path(from(0), 0)!.arcs]).toEqual([0, 3, 4]);
        engine.setWeights([3, 1], [INFINITE_MS, INFINITE_MS]);
        expect(engine.path(from(0), 0)).toBeUndefined();
        expect(engine.nearest(from(0))).toEqual([]);
        expect([...engine.oneToMany(from(0))]).toEqual([INFINITE_MS]);
        engine.setWeights([1], [30]);
        expect(engine.nearest(from(0))).toEqual([{ target: 0, milliseconds: 45 }]);
      });

      it("answers zero milliseconds where origin and target meet", () => {
        const engine = create(graph, weights, [at(2), at(4)]);
        expect(engine.nearest(from(4))).toEqual([{ target: 1, milliseconds: 0 }]);
        const path = engine.path(from(4), 1)!;
        expect(path).toMatchObject({ milliseconds: 0, originAccessPoint: 0, targetAccessPoint: 0 });
        expect([...path.nodes]).toEqual([4]);
        expect([...path.arcs]).toEqual([]);
      });

      it("adds the offsets of the seeds and says which were used", () => {
        const engine = create(graph, weights, [[...at(0, 1000), ...at(3, 7)]]);
        const origin: Origin = { accessPoints: [...at(4, 0), ...at(0, 50), ...at(2, 100)] };
        expect(engine.path(origin, 0)).toMatchObject({ milliseconds: 92, originAccessPoint: 1, targetAccessPoint: 1 });
      });

      it("prefers a direct journey when it is no slower", () => {
        const engine = create(graph, weights, [at(3), at(2)]);
        const offering = (milliseconds: number): Origin => ({ ...from(2), direct: [{ target: 0, milliseconds }] });
        expect(engine.nearest(offering(4), { k: 2 })).toEqual([
          { target: 1, milliseconds: 0 },
          { target: 0, milliseconds: 4 },
        ]);
        expect(engine.path(offering(5), 0)).toMatchObject({ milliseconds: 5, originAccessPoint: undefined });
        expect(engine.path(offering(5), 0)!.nodes).toHaveLength(0);
        expect(engine.path(offering(6), 0)).toMatchObject({
          milliseconds: 5,
          originAccessPoint: 0,
          targetAccessPoint: 0,
        });
        expect(engine.pathBetween(offering(1), at(3))!.milliseconds).toBe(5);
      });

      it("reaches a target by a direct offer alone", () => {
        const engine = create(graph, weights, [at(3), at(0)]);
        const origin: Origin = { accessPoints: [], direct: [{ target: 1, milliseconds: 3 }] };
        expect(engine.nearest(origin, { k: 5 })).toEqual([{ target: 1, milliseconds: 3 }]);
        expect(engine.path(origin, 0)).toBeUndefined();
      });

      it("breaks ties by target number", () => {
        const engine = create(graph, weights, [at(3), at(2, 5), at(1, 25), at(0, 35)]);
        expect(engine.nearest(from(0), { k: 4 }).map(({ target }) => target)).toEqual([0, 1, 2, 3]);
      });

      it("treats an offset of INFINITE_MS as no way in", () => {
        const engine = create(graph, weights, [at(3, INFINITE_MS)]);
        expect(engine.nearest(from(3))).toEqual([]);
        expect(engine.nearest(from(3, INFINITE_MS))).toEqual([]);
      });

      it("returns nothing without targets, and forgets earlier ones", () => {
        const engine = create(graph, weights, []);
        expect(engine.targetCount).toBe(0);
        expect(engine.nearest(from(0))).toEqual([]);
        engine.setTargets([at(1), at(2), at(3)]);
        expect(engine.nearest(from(2))).toEqual([{ target: 1, milliseconds: 0 }]);
        engine.setTargets([[], at(3)]);
        expect(engine.targetCount).toBe(2);
        expect(engine.nearest(from(2), { k: 9 })).toEqual([{ target: 1, milliseconds: 5 }]);
      });

      it("writes one-to-many into the caller's array", () => {
        const engine = create(graph, weights, [at(3), [], at(1)]);
        const out = new Int32Array(4).fill(-7);
        expect(engine.oneToMany(from(0), out)).toBe(out);
        expect([...out]).toEqual([35, INFINITE_MS, 10, -7]);
      });

      it("keeps its own copy of weights and targets", () => {
        const ownWeights = Int32Array.from(weights);
        const seeds = [{ node: 3, milliseconds: 0 }];
        const engine = create(graph, ownWeights, [seeds]);
        ownWeights.fill(1);
        seeds[0]!.milliseconds = 500;
        expect(engine.nearest(from(0))).toEqual([{ target: 0, milliseconds: 35 }]);
      });

      it("counts only changes of weights that change something", () => {
        const engine = create(graph, weights, [at(3)]);
        const version = engine.metricVersion;
        engine.setWeights([], []);
        engine.setWeights([0], [10]);
        expect(engine.metricVersion).toBe(version);
        engine.setWeights([0, 4], [11, 6]);
        expect(engine.metricVersion).toBe(version + 1);
      });

      it("lets the last of several weights for one arc win", () => {
        const engine = create(graph, weights, [at(3)]);
        engine.setWeights([0, 0], [99, 12]);
        expect(engine.nearest(from(0))).toEqual([{ target: 0, milliseconds: 37 }]);
      });

      it("ends a cursor when the engine is asked something else", () => {
        const engine = create(graph, weights, [at(3), at(2)]);
        const uses: ((engine: ShortestPathEngine) => void)[] = [
          (e) => e.open(from(1)),
          (e) => e.nearest(from(1)),
          (e) => e.oneToMany(from(1)),
          (e) => e.path(from(1), 0),
          (e) => e.manyToMany([from(1)]),
          (e) => e.pathBetween(from(1), at(2)),
          (e) => e.millisecondsBetween(from(1), at(2)),
          (e) => e.setTarget(0, at(3)),
          (e) => e.setWeights([0], [10]),
          (e) => e.setTargets([at(3), at(2)]),
        ];
        for (const use of uses) {
          const cursor = engine.open(from(0));
          expect(cursor.next()).toBe(true);
          expect(cursor.target).toBe(1);
          use(engine);
          expectInvalidArgument(() => cursor.next());
        }
      });

      it("refuses what is not documented and stays usable", () => {
        const engine = create(graph, weights, [at(3)]);
        const misuses: (() => unknown)[] = [
          () => engine.nearest(from(5)),
          () => engine.nearest(from(-1)),
          () => engine.nearest(from(0.5)),
          () => engine.nearest(from(0, -1)),
          () => engine.nearest(from(0), { k: 0 }),
          () => engine.nearest(from(0), { k: 1.5 }),
          () => engine.nearest({ accessPoints: [], direct: [{ target: 1, milliseconds: 1 }] }),
          () => engine.nearest({ accessPoints: [], direct: [{ target: 0, milliseconds: Number.NaN }] }),
          () => engine.path(from(0), 1),
          () => engine.pathBetween(from(0), at(9)),
          () => engine.millisecondsBetween(from(9), at(0)),
          () => engine.millisecondsBetween(from(0), at(9)),
          () => engine.manyToMany([from(0), from(9)]),
          () => engine.setTargets([at(3), at(99)]),
          () => engine.setTarget(2, at(1)),
          () => engine.setTarget(0, at(1, 0.5)),
          () => engine.setWeights([0, 99], [7, 7]),
          () => engine.setWeights([0], [0]),
          () => engine.setWeights([0], [INFINITE_MS + 1]),
          () => engine.setWeights([0, 1], [1]),
          () => engine.oneToMany(from(0), new Int32Array(0)),
          () => create(graph, weights.subarray(1), []),
          () => create(graph, new Int32Array(weights.length), []),
        ];
        for (const misuse of misuses) expectInvalidArgument(misuse);
        expect(engine.nearest(from(0))).toEqual([{ target: 0, milliseconds: 35 }]);
      });
    });

    it("gives the same answers each time it is built and asked", () => {
      const { graph, weights } = planarGraph(400, SEED, { maximumWeight: 4 });
      const random = new SeededRandom(SEED);
      const targets = randomTargets(random, graph.nodeCount, 30, 4);
      const first = create(graph, weights, targets);
      const second = create(graph, weights, targets);
      for (let i = 0; i < 30; i++) {
        const origin = randomOrigin(random, graph.nodeCount, targets.length, 4);
        const target = random.integer(targets.length);
        const answer = { ranking: collect(first, origin), path: first.path(origin, target) };
        expect({ ranking: collect(second, origin), path: second.path(origin, target) }).toEqual(answer);
        expect({ ranking: collect(first, origin), path: first.path(origin, target) }).toEqual(answer);
      }
    });
  });
}

/** All targets a cursor yields, and a check that it stays at the end. */
export function collect(engine: ShortestPathEngine, origin: Origin): Nearest[] {
  const cursor = engine.open(origin);
  const found: Nearest[] = [];
  while (cursor.next()) found.push({ target: cursor.target, milliseconds: cursor.milliseconds });
  expect(cursor.next()).toBe(false);
  return found;
}

export function expectDrivable(
  path: Path,
  origin: Origin,
  destination: Target,
  graph: Graph,
  weights: ArcWeights,
  message: string,
): void {
  if (path.originAccessPoint === undefined || path.targetAccessPoint === undefined) {
    expect([path.nodes.length, path.arcs.length, path.originAccessPoint, path.targetAccessPoint], message).toEqual([
      0,
      0,
      undefined,
      undefined,
    ]);
    return;
  }
  const start = origin.accessPoints[path.originAccessPoint]!;
  const end = destination[path.targetAccessPoint]!;
  expect([path.nodes[0], path.nodes.at(-1)], message).toEqual([start.node, end.node]);
  expect(path.nodes.length, message).toBe(path.arcs.length + 1);
  const tails = arcTails(graph);
  let milliseconds = start.milliseconds + end.milliseconds;
  for (let i = 0; i < path.arcs.length; i++) {
    const arc = path.arcs[i]!;
    expect([tails[arc], graph.head[arc]], message).toEqual([path.nodes[i], path.nodes[i + 1]]);
    expect(arc, message).toBe(fastestParallelArc(arc, tails[arc]!, graph, weights));
    milliseconds += weights[arc]!;
  }
  expect(milliseconds, message).toBe(path.milliseconds);
}

function fastestParallelArc(arc: number, tail: number, graph: Graph, weights: ArcWeights): number {
  let fastest = arc;
  for (let other = graph.firstArc[tail + 1]! - 1; other >= graph.firstArc[tail]!; other--) {
    if (graph.head[other] === graph.head[arc] && weights[other]! <= weights[fastest]!) fastest = other;
  }
  return fastest;
}

function expectInvalidArgument(misuse: () => unknown): void {
  let thrown: unknown;
  try {
    misuse();
  } catch (error) {
    thrown = error;
  }
  expect(thrown, String(misuse)).toBeInstanceOf(DiversionError);
  expect((thrown as DiversionError).code, String(misuse)).toBe("invalid-argument");
}

function fromArcList(nodeCount: number, arcs: readonly (readonly [number, number, number])[]) {
  const tails = Int32Array.from(arcs, ([tail]) => tail);
  const heads = Int32Array.from(arcs, ([, head]) => head);
  const { graph, inputArc } = graphFromArcs(nodeCount, tails, heads);
  return { graph, weights: inputArc.map((i) => arcs[i]![2]) };
}

const anyCase = fc.integer({ min: 1, max: 9 }).chain((nodeCount) => {
  const node = fc.integer({ min: 0, max: nodeCount - 1 });
  const seed = fc.record({ node, milliseconds: fc.integer({ min: 0, max: 5 }) });
  const weight = fc.oneof({ arbitrary: fc.integer({ min: 1, max: 6 }), weight: 9 }, fc.constant(INFINITE_MS));
  return fc.record({
    nodeCount: fc.constant(nodeCount),
    arcs: fc.array(fc.tuple(node, node, weight), { maxLength: 24 }),
    targets: fc.array(fc.array(seed, { maxLength: 2 }), { maxLength: 5 }),
    origin: fc.record({ accessPoints: fc.array(seed, { maxLength: 2 }) }),
    passing: fc.integer({ min: 0, max: 31 }),
  });
});

const explain = (testGraph: TestGraph, targets: readonly Target[], origin: Origin, round: number): string =>
  `seed ${SEED}, round ${round}, targets ${JSON.stringify(targets)}, origin ${JSON.stringify(origin)}, ` +
  describeGraph(testGraph);
