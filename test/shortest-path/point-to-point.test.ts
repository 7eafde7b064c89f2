import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SeededRandom } from "../../src/core/random";
import { INFINITE_MS } from "../../src/core/units";
import { buildHierarchy } from "../../src/shortest-path/cch/hierarchy";
import { customize } from "../../src/shortest-path/cch/metric";
import { PointToPoint } from "../../src/shortest-path/cch/point-to-point";
import { NodeSearch } from "../../src/shortest-path/dijkstra/node-search";
import type { AccessPoint } from "../../src/shortest-path/engine";
import { archipelago, describeGraph, graphZoo, gridGraph, planarGraph, randomGraph } from "../support/graphs";
import { type RankedGraph, rankByMinimumDegree } from "../support/ranked-graph";

function randomSeeds(nodeCount: number, most: number, random: SeededRandom): AccessPoint[] {
  return Array.from({ length: 1 + random.integer(most) }, () => ({
    node: random.integer(nodeCount),
    milliseconds: random.next() < 0.3 ? 0 : random.integer(300),
  }));
}

function compareWithDijkstra(ranked: RankedGraph, samples: number, random: SeededRandom, name: string): void {
  const { graph, weights } = ranked;
  const hierarchy = buildHierarchy(graph);
  const metric = customize(hierarchy, weights);
  const query = new PointToPoint(hierarchy);
  const dijkstra = new NodeSearch(graph, weights);
  for (let i = 0; i < samples; i++) {
    const from = randomSeeds(graph.nodeCount, 3, random);
    const to = randomSeeds(graph.nodeCount, 3, random);
    const message = `${JSON.stringify({ from, to })} in ${name}`;
    const expected = dijkstra.findPath(from, to)?.milliseconds;
    expect(query.milliseconds(metric, from, to), message).toBe(expected ?? INFINITE_MS);
  }
}

describe("PointToPoint", () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8])("agrees with Dijkstra on every kind of graph (seed %i)", (seed) => {
    for (const sample of graphZoo(300 * seed)) {
      const random = new SeededRandom(seed);
      compareWithDijkstra(rankByMinimumDegree(sample), 25, random, describeGraph(sample));
      // Any numbering makes a hierarchy, if not a small one.
      compareWithDijkstra(sample, 10, random, describeGraph(sample));
    }
  });

  it.each([
    planarGraph(900, 41),
    planarGraph(625, 42, { maximumWeight: 3 }),
    gridGraph(25, 25, 43, { oneWayShare: 0.6 }),
    archipelago(3, 200, 44),
  ])("agrees with Dijkstra on $name", (sample) => {
    compareWithDijkstra(rankByMinimumDegree(sample), 150, new SeededRandom(1), sample.name);
  });

  it("agrees with Dijkstra on whatever fast-check thinks of", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 25 }), fc.integer({ min: 0, max: 60 }), fc.nat(), (nodes, links, seed) => {
        const sample = randomGraph(nodes, links, seed, { closedShare: 0.2, maximumWeight: 20 });
        compareWithDijkstra(rankByMinimumDegree(sample), 5, new SeededRandom(seed), describeGraph(sample));
      }),
      { numRuns: 150 },
    );
  });

  it("answers a journey from a node to itself by the offsets alone", () => {
    const { graph, weights } = rankByMinimumDegree(planarGraph(25, 3));
    const hierarchy = buildHierarchy(graph);
    const here = [{ node: 7, milliseconds: 5 }];
    expect(new PointToPoint(hierarchy).milliseconds(customize(hierarchy, weights), here, here)).toBe(10);
  });

  it("answers no journey where an end has no seed or only unreachable ones", () => {
    const { graph, weights } = rankByMinimumDegree(planarGraph(25, 3));
    const hierarchy = buildHierarchy(graph);
    const metric = customize(hierarchy, weights);
    const query = new PointToPoint(hierarchy);
    const somewhere = [{ node: 3, milliseconds: 0 }];
    expect(query.milliseconds(metric, [], somewhere)).toBe(INFINITE_MS);
    expect(query.milliseconds(metric, somewhere, [])).toBe(INFINITE_MS);
    expect(query.milliseconds(metric, somewhere, [{ node: 3, milliseconds: INFINITE_MS }])).toBe(INFINITE_MS);
    expect(query.milliseconds(metric, somewhere, somewhere)).toBe(0);
  });
});
