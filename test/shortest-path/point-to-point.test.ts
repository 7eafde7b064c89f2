import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SeededRandom } from "../../src/core/random";
import { INFINITE_MS } from "../../src/core/units";
import { buildHierarchy } from "../../src/shortest-path/cch/hierarchy";
import { customize } from "../../src/shortest-path/cch/metric";
import { PointToPoint } from "../../src/shortest-path/cch/point-to-point";
import { NodeSearch } from "../../src/shortest-path/dijkstra/node-search";
import type { Path, Seed } from "../../src/shortest-path/engine";
import { archipelago, describeGraph, graphZoo, gridGraph, planarGraph, randomGraph } from "../support/graphs";
import { type RankedGraph, rankByMinimumDegree } from "../support/ranked-graph";

function randomSeeds(nodeCount: number, most: number, random: SeededRandom): Seed[] {
  return Array.from({ length: 1 + random.integer(most) }, () => ({
    node: random.integer(nodeCount),
    milliseconds: random.next() < 0.3 ? 0 : random.integer(300),
  }));
}

/** Walks a path over the input arcs and checks every promise its type makes. */
function checkPath({ graph, weights }: RankedGraph, from: Seed[], to: Seed[], path: Path, message: string): void {
  const { nodes, arcs, originSeed, targetSeed } = path;
  const start = from[originSeed!]!;
  const end = to[targetSeed!]!;
  expect(nodes[0], message).toBe(start.node);
  expect(nodes[nodes.length - 1], message).toBe(end.node);
  expect(arcs.length, message).toBe(nodes.length - 1);
  let milliseconds = start.milliseconds + end.milliseconds;
  arcs.forEach((arc, i) => {
    const tail = nodes[i]!;
    expect(arc, message).toBeGreaterThanOrEqual(graph.firstArc[tail]!);
    expect(arc, message).toBeLessThan(graph.firstArc[tail + 1]!);
    expect(graph.head[arc], message).toBe(nodes[i + 1]);
    for (let beside = graph.firstArc[tail]!; beside < graph.firstArc[tail + 1]!; beside++) {
      if (graph.head[beside] !== nodes[i + 1]) continue;
      expect(weights[beside]!, message).toBeGreaterThanOrEqual(weights[arc]! + (beside < arc ? 1 : 0));
    }
    milliseconds += weights[arc]!;
  });
  expect(milliseconds, message).toBe(path.milliseconds);
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
    expect(query.distance(metric, from, to), message).toBe(expected ?? INFINITE_MS);
    const path = query.path(metric, weights, from, to);
    expect(path?.milliseconds, message).toBe(expected);
    if (path !== undefined) checkPath(ranked, from, to, path, message);
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

  it("answers a journey from a node to itself without an arc", () => {
    const { graph, weights } = rankByMinimumDegree(planarGraph(25, 3));
    const hierarchy = buildHierarchy(graph);
    const here = [{ node: 7, milliseconds: 5 }];
    expect(new PointToPoint(hierarchy).path(customize(hierarchy, weights), weights, here, here)).toEqual({
      milliseconds: 10,
      nodes: Int32Array.of(7),
      arcs: new Int32Array(0),
      originSeed: 0,
      targetSeed: 0,
    });
  });

  it("answers no journey where an end has no seed or only unreachable ones", () => {
    const { graph, weights } = rankByMinimumDegree(planarGraph(25, 3));
    const hierarchy = buildHierarchy(graph);
    const metric = customize(hierarchy, weights);
    const query = new PointToPoint(hierarchy);
    const somewhere = [{ node: 3, milliseconds: 0 }];
    expect(query.distance(metric, [], somewhere)).toBe(INFINITE_MS);
    expect(query.path(metric, weights, somewhere, [])).toBeUndefined();
    expect(query.path(metric, weights, somewhere, [{ node: 3, milliseconds: INFINITE_MS }])).toBeUndefined();
  });

  it("refuses to unpack by weights the metric was not made from, and still answers afterwards", () => {
    const { graph, weights } = rankByMinimumDegree(gridGraph(10, 10, 4, { closedShare: 0, oneWayShare: 0 }));
    const hierarchy = buildHierarchy(graph);
    const metric = customize(hierarchy, weights);
    const query = new PointToPoint(hierarchy);
    const from = [{ node: 0, milliseconds: 0 }];
    const to = [{ node: 50, milliseconds: 0 }];
    const milliseconds = query.distance(metric, from, to);
    expect(milliseconds).toBeLessThan(INFINITE_MS);
    const slower = weights.map((weight) => weight + 1);
    expect(() => query.path(metric, slower, from, to)).toThrow(/customize the metric from the weights it is used with/);
    expect(query.distance(metric, from, to)).toBe(milliseconds);
  });
});
