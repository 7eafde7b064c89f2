import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DiversionError } from "../../src/core/errors";
import { SeededRandom } from "../../src/core/random";
import { INFINITE_MS } from "../../src/core/units";
import { buildHierarchy } from "../../src/shortest-path/cch/hierarchy";
import { CchEngine } from "../../src/shortest-path/cch-engine";
import type { Target } from "../../src/shortest-path/engine";
import type { ArcWeights, Graph } from "../../src/shortest-path/graph";
import {
  BEYOND_TABLE,
  NearestTable,
  NOWHERE,
  TABLE_WIDTH,
  TableRow,
} from "../../src/shortest-path/nearest/nearest-table";
import { TablePathWalker } from "../../src/shortest-path/nearest/table-path";
import { TargetList } from "../../src/shortest-path/targets";
import {
  archipelago,
  describeGraph,
  graphZoo,
  gridGraph,
  planarGraph,
  randomGraph,
  type TestGraph,
} from "../support/graphs";
import { buildTableByDijkstra } from "../support/k-label-dijkstra";
import { rankByMinimumDegree } from "../support/ranked-graph";
import { Oracle, randomTargets, randomWeightChange } from "./oracle";

const SEED = 8;

const byDijkstra = (graph: Graph, weights: ArcWeights, targets: readonly Target[]) => {
  const list = new TargetList(graph.nodeCount);
  list.replaceAll(targets);
  return buildTableByDijkstra(graph, weights, list);
};

const refreshed = (engine: CchEngine): NearestTable => {
  engine.refreshTable();
  return engine.table!;
};

const expectSameWords = (actual: NearestTable, expected: NearestTable, message: string) => {
  expect(actual.isPacked, message).toBe(expected.isPacked);
  expect(actual.words.length, message).toBe(expected.words.length);
  const word = actual.words.findIndex((value, at) => value !== expected.words[at]);
  expect(word, `word ${word}: ${message}`).toBe(-1);
};

/** Larger than the zoo, with more targets than a row holds. */
const graphs: TestGraph[] = [
  ...graphZoo(SEED),
  planarGraph(300, SEED),
  planarGraph(300, SEED + 1, { maximumWeight: 2, closedShare: 0 }),
  gridGraph(17, 17, SEED, { maximumWeight: 1, oneWayShare: 0, closedShare: 0 }),
  archipelago(4, 64, SEED),
].map((testGraph) => ({ ...testGraph, ...rankByMinimumDegree(testGraph) }));

describe("the nearest table", () => {
  it.each(graphs.map((testGraph) => [testGraph.name, testGraph] as const))(
    "is the same by sweep and by k-label Dijkstra, word for word: %s",
    (_, testGraph) => {
      const { graph, weights } = testGraph;
      for (const targetCount of [0, 1, 5, 40, 300]) {
        const random = new SeededRandom(SEED + targetCount);
        const targets = randomTargets(random, graph.nodeCount, targetCount, random.pick([1, 3, 100]));
        const engine = new CchEngine(buildHierarchy(graph), weights, targets);
        const message = `${targetCount} targets, seed ${SEED}; ${describeGraph(testGraph)}`;
        expectSameWords(refreshed(engine), byDijkstra(graph, weights, targets), message);
      }
    },
  );

  it("holds the first eight of the ranking at every node", () => {
    for (const testGraph of graphs.filter(({ graph }) => graph.nodeCount < 100)) {
      const { graph, weights } = testGraph;
      const targets = randomTargets(new SeededRandom(SEED), graph.nodeCount, 14, 50);
      const table = refreshed(new CchEngine(buildHierarchy(graph), weights, targets));
      const oracle = new Oracle(graph, weights);
      const row = new TableRow();
      for (let node = 0; node < graph.nodeCount; node++) {
        table.read(node, row);
        const held = Array.from({ length: row.count }, (_, i) => ({
          target: row.target[i]!,
          milliseconds: row.milliseconds[i]!,
        }));
        const ranking = oracle.ranking({ accessPoints: [{ node, milliseconds: 0 }] }, targets);
        expect(held, describeGraph(testGraph)).toEqual(ranking.slice(0, TABLE_WIDTH));
      }
    }
  });

  it("is the same after repairs and after a build from scratch, word for word, whenever it is refreshed", () => {
    for (const maximumWeight of [3, 1000]) {
      const { graph, weights } = rankByMinimumDegree(planarGraph(250, SEED, { maximumWeight }));
      const hierarchy = buildHierarchy(graph);
      const random = new SeededRandom(SEED);
      const targets = randomTargets(random, graph.nodeCount, 30, maximumWeight);
      const engine = new CchEngine(hierarchy, weights, targets, { partialLimit: 20 });
      const current = Int32Array.from(weights);
      for (let round = 0; round < 40; round++) {
        const { arcs, values } = randomWeightChange(random, current, round % 10 === 0 ? 60 : 3, maximumWeight);
        engine.setWeights(arcs, values);
        arcs.forEach((arc, i) => {
          current[arc] = values[i]!;
        });
        // Changes also arrive while a refresh is under way.
        if (round % 2 === 0) engine.refreshTable(random.integer(60));
        if (round % 4 === 0) {
          const target = random.integer(targets.length);
          targets[target] = round % 8 === 0 ? [] : randomTargets(random, graph.nodeCount, 1, maximumWeight)[0]!;
          engine.setTarget(target, targets[target]);
        }
        if (round % 3 !== 0) continue;
        const message = `seed ${SEED}, round ${round}`;
        const rebuilt = new CchEngine(hierarchy, current, targets);
        expectSameWords(refreshed(engine), refreshed(rebuilt), message);
        expectSameWords(refreshed(engine), byDijkstra(graph, current, targets), message);
      }
    }
  });

  it("is refreshed in slices of the size asked for", () => {
    const { graph, weights } = rankByMinimumDegree(planarGraph(100, SEED));
    const engine = new CchEngine(buildHierarchy(graph), weights, [[{ node: 5, milliseconds: 0 }]]);
    expect(engine.table).toBeUndefined();
    let slices = 1;
    while (!engine.refreshTable(30)) slices++;
    expect(slices).toBe(Math.ceil(graph.nodeCount / 30));
    expect(engine.tableIsFresh).toBe(true);
    engine.setWeights([0], [weights[0]! === 1 ? 2 : 1]);
    expect(engine.table).toBeUndefined();
  });

  it("is packed while times and target numbers fit in 32 bits together, and wide otherwise", () => {
    // Without any arc, so that a target's own node has its longest time.
    const { graph, weights } = randomGraph(40, 0, SEED, { selfLoopShare: 0 });
    const hierarchy = buildHierarchy(graph);
    const tableFor = (targets: readonly Target[]) => {
      const table = refreshed(new CchEngine(hierarchy, weights, targets));
      expectSameWords(table, byDijkstra(graph, weights, targets), "");
      return table;
    };
    const many = (count: number, milliseconds: number) => Array(count).fill([{ node: 0, milliseconds }]);
    expect(tableFor(many(256, 0)).isPacked).toBe(true);
    // 8 bits of target leave 24 bits of time: 16,777 s; all bits set is kept for empty entries.
    expect(tableFor(many(256, 2 ** 24 - 2)).isPacked).toBe(true);
    expect(tableFor(many(256, 2 ** 24 - 1)).isPacked).toBe(false);
    expect(tableFor([...many(255, 0), [{ node: 39, milliseconds: 2 ** 24 - 1 }]]).isPacked).toBe(false);
    expect(tableFor(many(129, 2 ** 24 - 1)).isPacked).toBe(false);
    expect(tableFor(many(128, 2 ** 24 - 1)).isPacked).toBe(true);
    expect(tableFor(many(2 ** 14, 0)).isPacked).toBe(true);
    expect(tableFor(many(2 ** 14 + 1, 0)).isPacked).toBe(false);
    expect(tableFor([[{ node: 0, milliseconds: 900_000_000 }]]).isPacked).toBe(true);
  });

  it("turns wide when a closure makes times too long, and packed again with new targets", () => {
    const { graph, weights } = rankByMinimumDegree(planarGraph(60, SEED, { closedShare: 0, oneWayShare: 0 }));
    const targets = [[{ node: 0, milliseconds: 0 }], ...Array(200).fill([{ node: 1, milliseconds: 2 ** 24 }])];
    const engine = new CchEngine(buildHierarchy(graph), weights, [targets[0]!, ...Array(200).fill([])]);
    expect(refreshed(engine).isPacked).toBe(true);
    engine.setTarget(7, targets[7]!);
    expectSameWords(
      refreshed(engine),
      refreshed(
        new CchEngine(engine.hierarchy, weights, [
          targets[0]!,
          ...Array(6).fill([]),
          targets[7]!,
          ...Array(193).fill([]),
        ]),
      ),
      "",
    );
    expect(refreshed(engine).isPacked).toBe(false);
    engine.setTargets([targets[0]!]);
    expect(refreshed(engine).isPacked).toBe(true);
  });

  it("grows with targets that are appended", () => {
    const { graph, weights } = rankByMinimumDegree(planarGraph(60, SEED));
    const random = new SeededRandom(SEED);
    const targets: Target[] = [];
    const engine = new CchEngine(buildHierarchy(graph), weights);
    for (let target = 0; target < 20; target++) {
      targets.push([{ node: random.integer(graph.nodeCount), milliseconds: random.integer(9) }]);
      engine.setTarget(target, targets[target]!);
      expectSameWords(refreshed(engine), byDijkstra(graph, weights, targets), `${target + 1} targets`);
    }
  });

  it("has a target in the row of every node on a fastest path from a node that has it", () => {
    const walked = graphs.map(({ graph, weights }) => {
      const targets = randomTargets(new SeededRandom(SEED), graph.nodeCount, 30, 4);
      const table = refreshed(new CchEngine(buildHierarchy(graph), weights, targets));
      const walker = new TablePathWalker(graph, weights);
      let steps = 0;
      for (let slot = 0; slot < graph.nodeCount * TABLE_WIDTH; slot++) {
        if (table.milliseconds(slot) === INFINITE_MS) continue;
        const node = Math.floor(slot / TABLE_WIDTH);
        const seeds = targets[table.target(slot)]!;
        expect(walker.walk(table, node, slot, seeds), `seed ${SEED}, slot ${slot}`).toBe(true);
        const arcs = walker.path.arcs();
        const milliseconds = arcs.reduce(
          (sum, arc) => sum + weights[arc]!,
          seeds[walker.targetAccessPoint]!.milliseconds,
        );
        expect(milliseconds).toBe(table.milliseconds(slot));
        expect(walker.path.nodes().at(-1)).toBe(seeds[walker.targetAccessPoint]!.node);
        steps += arcs.length;
      }
      return steps;
    });
    expect(walked.reduce((sum, steps) => sum + steps, 0)).toBeGreaterThan(10_000);
  });

  it("is adopted from its words", () => {
    const { graph, weights } = rankByMinimumDegree(planarGraph(60, SEED));
    const far = [{ node: 0, milliseconds: 2 ** 28 }];
    for (const targets of [randomTargets(new SeededRandom(SEED), graph.nodeCount, 12, 9), Array(40).fill(far)]) {
      const engine = new CchEngine(buildHierarchy(graph), weights, targets);
      const table = refreshed(engine);
      const adopted = NearestTable.adopt(graph.nodeCount, targets.length, table.words);
      expectSameWords(adopted, table, "");
      const accepted = new Uint8Array(targets.length).fill(1, 3);
      for (let node = 0; node < graph.nodeCount; node++) {
        const slot = adopted.firstAccepted(node, accepted);
        expect(slot).toBe(table.firstAccepted(node, accepted));
        if (slot >= 0) expect(adopted.milliseconds(slot)).toBe(table.milliseconds(slot));
        if (slot >= 0) expect(adopted.target(slot)).toBe(table.target(slot));
      }
    }
    expect(() => NearestTable.adopt(2, 5, new Int32Array(17))).toThrow(DiversionError);
  });

  describe.each([
    ["packed", (targets: number) => NearestTable.packed(2, targets)!],
    ["wide", () => NearestTable.wide(2)],
  ] as const)("laid out %s", (_, create) => {
    const rowOf = (entries: readonly (readonly [number, number])[]) => {
      const row = new TableRow();
      for (const [milliseconds, target] of entries) row.offer(milliseconds, target);
      return row;
    };

    it("returns the rows written", () => {
      const entry = fc.tuple(fc.integer({ min: 0, max: 2 ** 23 }), fc.integer({ min: 0, max: 299 }));
      fc.assert(
        fc.property(fc.uniqueArray(entry, { maxLength: 8, selector: ([, target]) => target }), (entries) => {
          const table = create(300);
          const row = rowOf(entries);
          expect(table.fits(row)).toBe(row.count === 0 || row.milliseconds[row.count - 1]! < table.millisecondsLimit);
          if (!table.fits(row)) return;
          expect(table.write(1, row)).toBe(entries.length > 0);
          expect(table.write(1, row)).toBe(false);
          const read = new TableRow();
          table.read(1, read);
          expect(read).toEqual({ ...row });
          for (const [milliseconds, target] of entries) {
            const slot = table.find(1, target);
            expect([table.milliseconds(slot), table.target(slot)]).toEqual([milliseconds, target]);
            expect(table.findEntry(1, milliseconds, target, 7)).toBe(slot - TABLE_WIDTH);
            expect(table.findEntry(1, milliseconds + 1, target, 7)).toBe(-1);
          }
          table.read(0, read);
          expect(read.count).toBe(0);
        }),
        { seed: SEED },
      );
    });

    it("finds the first accepted target, or says why there is none", () => {
      const table = create(10);
      table.write(0, rowOf(Array.from({ length: 8 }, (_, i) => [10 * i, 9 - i] as const)));
      table.write(1, rowOf([[7, 3]]));
      const accepting = (...targets: number[]) =>
        Uint8Array.from({ length: 10 }, (_, t) => (targets.includes(t) ? 1 : 0));
      expect(table.firstAccepted(0, accepting(9, 8))).toBe(0);
      expect(table.firstAccepted(0, accepting(2))).toBe(7);
      expect(table.firstAccepted(0, accepting(1))).toBe(BEYOND_TABLE);
      expect(table.firstAccepted(1, accepting(3))).toBe(TABLE_WIDTH);
      expect(table.firstAccepted(1, accepting(4))).toBe(NOWHERE);
      expect(table.find(0, 1)).toBe(BEYOND_TABLE);
      expect(table.find(1, 1)).toBe(NOWHERE);
    });
  });

  it.each([
    ["descend", [9, 7], [1, 2], /7 ms to target 2, entry 1 of the row of node 1, comes after the one before it/],
    ["tie against their numbers", [7, 7], [2, 1], /7 ms to target 1, entry 1 .* comes after the one before it/],
    ["repeat a target", [7, 9], [2, 2], /9 ms to target 2, entry 1 .* is the target's only one/],
    ["take less than no time", [-1], [2], /-1 ms .* is a travel time/],
    ["lead to a target there is not", [7], [-1], /is one of/],
  ])("is not written with entries that %s, nor adopted", (_, milliseconds, target, message) => {
    const row = new TableRow();
    row.count = milliseconds.length;
    row.milliseconds.set(milliseconds);
    row.target.set(target);
    expect(() => NearestTable.wide(2).write(1, row)).toThrow(message);
    expect(() => NearestTable.wide(2).write(1, row)).toThrow(/^Broken invariant/);
    const words = NearestTable.wide(2).words;
    target.forEach((number, i) => {
      words[2 * TABLE_WIDTH + 2 * i] = milliseconds[i]!;
      words[2 * TABLE_WIDTH + 2 * i + 1] = number;
    });
    expect(() => NearestTable.adopt(2, 5, words)).toThrow(message);
    words.fill(INFINITE_MS);
    words.set([3, 5]);
    expect(() => NearestTable.adopt(2, 5, words)).toThrow(/3 ms to target 5, .* is one of 5 targets/);
    expect(NearestTable.adopt(2, 6, words).target(0)).toBe(5);
  });

  it("keeps the eight best of what a row is offered, each target once", () => {
    const offer = fc.tuple(fc.integer({ min: 0, max: 12 }), fc.integer({ min: 0, max: 11 }));
    fc.assert(
      fc.property(fc.array(offer, { maxLength: 40 }), (offers) => {
        const row = new TableRow();
        for (const [milliseconds, target] of offers) row.offer(milliseconds, target);
        const best = new Map<number, number>();
        for (const [milliseconds, target] of offers) {
          best.set(target, Math.min(milliseconds, best.get(target) ?? INFINITE_MS));
        }
        const expected = [...best].map(([target, ms]) => [ms, target]).sort((a, b) => a[0]! - b[0]! || a[1]! - b[1]!);
        const held = Array.from({ length: row.count }, (_, i) => [row.milliseconds[i], row.target[i]]);
        expect(held).toEqual(expected.slice(0, TABLE_WIDTH));
        expect(row.offer(INFINITE_MS, 0)).toBe(false);
      }),
      { seed: SEED, numRuns: 300 },
    );
  });
});
