import { beforeAll, describe, expect, it } from "vitest";
import { SeededRandom } from "../../../src/core/random";
import { INFINITE_MS } from "../../../src/core/units";
import { PartialCustomizer } from "../../../src/shortest-path/cch/customization-partial";
import { buildHierarchy, type Hierarchy } from "../../../src/shortest-path/cch/hierarchy";
import { customize, type Metric } from "../../../src/shortest-path/cch/metric";
import { PointToPoint } from "../../../src/shortest-path/cch/point-to-point";
import { plainDijkstra } from "../../../src/shortest-path/dijkstra/plain-dijkstra";
import { FastestWalk } from "../../../src/shortest-path/nearest/fastest-walk";
import { computeOrder } from "../../../src/shortest-path/order/compute-order";
import { newYorkIsPresent, readNewYork } from "../../support/new-york";
import { changeSomeWeights, type RankedGraph, renumber } from "../../support/ranked-graph";
import { needsSharedData } from "../../support/shared-data";

const BYTES_PER_WORD = Int32Array.BYTES_PER_ELEMENT;

describe.skipIf(!newYorkIsPresent)(`the hierarchy of New York ${needsSharedData}`, () => {
  let ranked: RankedGraph;
  let hierarchy: Hierarchy;
  let metric: Metric;

  beforeAll(() => {
    const { graph, weights, x, y } = readNewYork();
    ranked = renumber(graph, weights, computeOrder(graph, { x, y, xScale: Math.cos((40.8 * Math.PI) / 180) }));
    hierarchy = buildHierarchy(ranked.graph);
    metric = customize(hierarchy, ranked.weights);
  });

  it("leaves room for a nearest table of 8 words within 150 bytes per node", () => {
    const { graph, weights } = ranked;
    const { firstUp, upHead, firstDown, downTail, parent } = hierarchy;
    const arrays = [graph.firstArc, graph.head, weights, firstUp, upHead, firstDown, downTail, parent];
    const words = [...arrays, metric.forward, metric.backward].reduce((sum, { length }) => sum + length, 0);
    expect((words * BYTES_PER_WORD) / graph.nodeCount + 8 * BYTES_PER_WORD).toBeLessThan(150);
  });

  it("gives Dijkstra's times, and paths that take them", () => {
    const { graph, weights } = ranked;
    const random = new SeededRandom(2017);
    const query = new PointToPoint(hierarchy);
    const walk = new FastestWalk(hierarchy);
    for (let i = 0; i < 8; i++) {
      const from = [{ node: random.integer(graph.nodeCount), milliseconds: 0 }];
      const times = plainDijkstra(graph, weights, from);
      for (let j = 0; j < 50; j++) {
        const to = [{ node: random.integer(graph.nodeCount), milliseconds: 0 }];
        const expected = times[to[0]!.node];
        const message = `from ${from[0]!.node} to ${to[0]!.node}`;
        expect(query.milliseconds(metric, from, to), message).toBe(expected);
        const path = walk.path(metric, weights, from, to)!;
        expect(path.nodes[0], message).toBe(from[0]!.node);
        expect(path.nodes[path.nodes.length - 1], message).toBe(to[0]!.node);
        let milliseconds = 0;
        let connected = true;
        path.arcs.forEach((arc, at) => {
          const tail = path.nodes[at]!;
          connected &&= graph.head[arc] === path.nodes[at + 1] && arc >= graph.firstArc[tail]!;
          connected &&= arc < graph.firstArc[tail + 1]!;
          milliseconds += weights[arc]!;
        });
        expect(connected, message).toBe(true);
        expect(milliseconds, message).toBe(expected);
      }
    }
  });

  it("is the same word for word after changes in part and customizing from scratch", () => {
    const random = new SeededRandom(12);
    const weights = ranked.weights.slice();
    const updated = customize(hierarchy, weights);
    const customizer = new PartialCustomizer(hierarchy);
    for (const count of [1, 1, 10, 100, 1000]) {
      const changed = changeSomeWeights(weights, count, 20_000, random);
      customizer.update(updated, weights, changed);
      const expected = customize(hierarchy, weights);
      expect(firstDifference(updated, expected), `${count} changes`).toBeUndefined();
    }
    expect(weights.includes(INFINITE_MS)).toBe(true);
  });
});

function firstDifference(a: Metric, b: Metric): number | undefined {
  const arc = a.forward.findIndex((_, at) => a.forward[at] !== b.forward[at] || a.backward[at] !== b.backward[at]);
  return arc < 0 ? undefined : arc;
}
