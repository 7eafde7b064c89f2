import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Progress } from "../../src/core/progress";
import { SeededRandom } from "../../src/core/random";
import { buildHierarchy, type Hierarchy, NO_PARENT } from "../../src/shortest-path/cch/hierarchy";
import { type Graph, graphFromArcs } from "../../src/shortest-path/graph";
import { computeOrder } from "../../src/shortest-path/order/compute-order";
import { eliminationStatistics } from "../support/elimination-statistics";
import { archipelago, describeGraph, graphZoo, gridGraph, planarGraph, randomGraph } from "../support/graphs";
import { minimumDegreeOrder, renumber } from "../support/ranked-graph";

const seeds = fc.integer({ min: 0, max: 2 ** 30 });

function hierarchyOf(graph: Graph, order: Int32Array): Hierarchy {
  return buildHierarchy(renumber(graph, new Int32Array(graph.arcCount).fill(1), order).graph);
}

const statisticsOf = (graph: Graph, order: Int32Array) => eliminationStatistics(hierarchyOf(graph, order));

/** Links given once, driven both ways. */
function graphOfLinks(nodeCount: number, links: readonly (readonly [number, number])[]): Graph {
  const tails = Int32Array.from(links.flat());
  const heads = Int32Array.from(links.flatMap(([a, b]) => [b, a]));
  return graphFromArcs(nodeCount, tails, heads).graph;
}

const range = (count: number) => Array.from({ length: count }, (_, i) => i);

function expectPermutation(order: Int32Array, nodeCount: number, message: string): void {
  expect(
    [...order].sort((a, b) => a - b),
    message,
  ).toEqual(range(nodeCount));
}

/** A node and everything below it must be the ranks from its lowest descendant up to itself. */
function expectPostorder({ nodeCount, parent }: Hierarchy, message: string): void {
  const size = new Int32Array(nodeCount).fill(1);
  const lowest = Int32Array.from(range(nodeCount));
  for (let rank = 0; rank < nodeCount; rank++) {
    expect(rank - lowest[rank]! + 1, `${message}; rank ${rank}`).toBe(size[rank]);
    const above = parent[rank]!;
    if (above === NO_PARENT) continue;
    size[above]! += size[rank]!;
    lowest[above] = Math.min(lowest[above]!, lowest[rank]!);
  }
}

describe("an order", () => {
  it("is a postordered permutation, the same every time, for any graph, with coordinates and without", () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        for (const test of graphZoo(seed)) {
          const text = describeGraph(test);
          for (const coordinates of [{ x: test.lon, y: test.lat, xScale: 0.64 }, undefined]) {
            const order = computeOrder(test.graph, coordinates);
            expectPermutation(order, test.graph.nodeCount, text);
            expectPostorder(hierarchyOf(test.graph, order), text);
            expect(computeOrder(test.graph, coordinates), text).toEqual(order);
          }
        }
      }),
      { numRuns: 25 },
    );
  });

  it.each([
    ["a town", planarGraph(3000, 1)],
    ["a grid", gridGraph(55, 55, 2)],
    ["islands", archipelago(5, 700, 3)],
    ["random links", randomGraph(1500, 3000, 4)],
    ["dense random links", randomGraph(800, 12000, 5)],
  ])("is one for %s large enough to be cut", (_, test) => {
    for (const coordinates of [{ x: test.lon, y: test.lat }, undefined]) {
      const order = computeOrder(test.graph, coordinates);
      expectPermutation(order, test.graph.nodeCount, test.name);
      expectPostorder(hierarchyOf(test.graph, order), test.name);
    }
  });

  it("does not depend on which way links may be driven, on parallels or on self loops", () => {
    const test = planarGraph(2000, 11, { oneWayShare: 0, parallelShare: 0, selfLoopShare: 0 });
    const tails: number[] = [];
    const heads: number[] = [];
    const random = new SeededRandom(12);
    for (let v = 0; v < test.graph.nodeCount; v++) {
      for (let arc = test.graph.firstArc[v]!; arc < test.graph.firstArc[v + 1]!; arc++) {
        const w = test.graph.head[arc]!;
        if (w < v) continue;
        const [from, to] = random.next() < 0.5 ? [v, w] : [w, v];
        const copies = 1 + random.integer(3);
        for (let i = 0; i < copies; i++) {
          tails.push(from);
          heads.push(to);
        }
      }
      tails.push(v);
      heads.push(v);
    }
    const oneWay = graphFromArcs(test.graph.nodeCount, Int32Array.from(tails), Int32Array.from(heads)).graph;
    const coordinates = { x: test.lon, y: test.lat };
    const both = statisticsOf(test.graph, computeOrder(test.graph, coordinates));
    const one = statisticsOf(oneWay, computeOrder(oneWay, coordinates));
    // Neighbours are listed in another order, which breaks ties between equally good cuts another way.
    expect(one.upwardArcs / both.upwardArcs).toBeGreaterThan(0.97);
    expect(one.upwardArcs / both.upwardArcs).toBeLessThan(1.03);
  });

  it("tells of progress up to the last node", () => {
    const { graph, lon, lat } = planarGraph(4000, 21);
    const seen: Progress[] = [];
    computeOrder(graph, { x: lon, y: lat }, { onProgress: (progress) => seen.push(progress) });
    expect(seen.length).toBeGreaterThan(3);
    seen.reduce((before, now) => {
      expect(now.done).toBeGreaterThanOrEqual(before.done);
      return now;
    });
    expect(seen.at(-1)).toEqual({ stage: "order", done: graph.nodeCount, total: graph.nodeCount, unit: "nodes" });
  });
});

describe("an order of an odd graph", () => {
  it.each([0, 1, 2])("is right for %i nodes without links", (nodeCount) => {
    const graph = graphOfLinks(nodeCount, []);
    expect(computeOrder(graph)).toEqual(Int32Array.from(range(nodeCount)));
    const still = new Int32Array(nodeCount);
    expect(computeOrder(graph, { x: still, y: still })).toEqual(Int32Array.from(range(nodeCount)));
  });

  it("gives a tree little fill and little height", () => {
    const random = new SeededRandom(31);
    const graph = graphOfLinks(
      5000,
      range(4999).map((i) => [i + 1, random.integer(i + 1)] as const),
    );
    const { upwardArcs, height } = statisticsOf(graph, computeOrder(graph));
    expect(upwardArcs).toBeLessThan(1.4 * 4999);
    expect(height).toBeLessThan(40);
  });

  it("halves a long road instead of peeling it from its ends", () => {
    const nodeCount = 2 ** 15;
    const graph = graphOfLinks(
      nodeCount,
      range(nodeCount - 1).map((i) => [i, i + 1] as const),
    );
    const { upwardArcs, height } = statisticsOf(graph, computeOrder(graph));
    expect(upwardArcs).toBeLessThan(2 * nodeCount);
    expect(height).toBeLessThanOrEqual(2 * 15 + 2);
  });

  it("copes with a hub of a hundred thousand spokes", () => {
    const graph = graphOfLinks(
      100_001,
      range(100_000).map((i) => [0, i + 1] as const),
    );
    const order = computeOrder(graph);
    expectPermutation(order, 100_001, "star");
    expect(statisticsOf(graph, order).upwardArcs).toBe(100_000);
  });

  it("copes with a fan, whose hub is touched whenever an end of the path goes", () => {
    const size = 50_000;
    const graph = graphOfLinks(
      size + 1,
      range(size).flatMap((i) => [[size, i] as const, ...(i > 0 ? [[i - 1, i] as const] : [])]),
    );
    const order = computeOrder(graph);
    expectPermutation(order, size + 1, "fan");
    expect(statisticsOf(graph, order).upwardArcs).toBeLessThan(4 * size);
  });

  it("copes with two hubs that share all their neighbours, and with a complete graph", () => {
    const shared = graphOfLinks(
      20_002,
      range(20_000).flatMap((i) => [[0, i + 2] as const, [1, i + 2] as const]),
    );
    expect(statisticsOf(shared, computeOrder(shared)).upwardArcs).toBe(40_001);
    const complete = graphOfLinks(
      400,
      range(400).flatMap((a) => range(a).map((b) => [a, b] as const)),
    );
    expect(statisticsOf(complete, computeOrder(complete)).upwardArcs).toBe((400 * 399) / 2);
  });

  it("copes with a hub of a town, ranking it above what it touches", () => {
    const { graph, lon, lat } = planarGraph(4900, 41, { oneWayShare: 0 });
    const town = graph.nodeCount;
    const links = range(town).map((v) => [town, v] as const);
    for (let v = 0; v < town; v++) {
      for (let arc = graph.firstArc[v]!; arc < graph.firstArc[v + 1]!; arc++) links.push([v, graph.head[arc]!]);
    }
    const withHub = graphOfLinks(town + 1, links);
    const order = computeOrder(withHub, { x: Int32Array.of(...lon, 0), y: Int32Array.of(...lat, 0) });
    expectPermutation(order, town + 1, "town with a hub");
    expect(order.indexOf(town)).toBeGreaterThan(town - 200);
  });

  it("takes coordinates that are all equal for none, and unusual ones as they are", () => {
    const { graph, lon, lat } = planarGraph(2500, 51);
    const still = new Int32Array(graph.nodeCount).fill(7);
    expect(computeOrder(graph, { x: still, y: still })).toEqual(computeOrder(graph));
    const inLine = computeOrder(graph, { x: still, y: lat });
    expectPermutation(inLine, graph.nodeCount, "in line");
    const extreme = lon.map((_, v) => (v % 2 === 0 ? -(2 ** 31) : 2 ** 31 - 1));
    expectPermutation(computeOrder(graph, { x: extreme, y: extreme, xScale: 1e-6 }), graph.nodeCount, "extreme");
  });

  it("turns down coordinates that do not fit", () => {
    const { graph, lon, lat } = planarGraph(100, 61);
    const short = lat.subarray(1);
    expect(() => computeOrder(graph, { x: lon, y: short })).toThrow(/100 x and 99 y for 100 nodes/);
    for (const xScale of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => computeOrder(graph, { x: lon, y: lat, xScale })).toThrow(`The xScale ${xScale} is not`);
    }
  });
});

describe("the fill of an order", () => {
  it("is close to that of plain minimum degree where that is at its best, on small graphs", () => {
    for (const test of [planarGraph(900, 71), gridGraph(30, 30, 72), archipelago(3, 250, 73)]) {
      const ours = statisticsOf(test.graph, computeOrder(test.graph, { x: test.lon, y: test.lat }));
      const plain = statisticsOf(test.graph, minimumDegreeOrder(test.graph));
      expect(ours.upwardArcs / plain.upwardArcs, test.name).toBeLessThan(1.08);
    }
  });
});
