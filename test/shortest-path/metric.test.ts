import { describe, expect, it } from "vitest";
import { SeededRandom } from "../../src/core/random";
import { INFINITE_MS } from "../../src/core/units";
import { PartialCustomizer } from "../../src/shortest-path/cch/customization-partial";
import { buildHierarchy, type Hierarchy } from "../../src/shortest-path/cch/hierarchy";
import { createMetric, customize, type Metric } from "../../src/shortest-path/cch/metric";
import type { Graph } from "../../src/shortest-path/graph";
import { archipelago, describeGraph, graphZoo, gridGraph, planarGraph } from "../support/graphs";
import { changeSomeWeights, rankByMinimumDegree } from "../support/ranked-graph";

/** What an upward arc must weigh, by definition: the fastest path whose inner nodes all lie below both ends. */
function weightByDefinition(graph: Graph, weights: Int32Array, from: number, to: number): number {
  const ceiling = Math.min(from, to);
  const time = new Map([[from, 0]]);
  const open = new Set([from]);
  while (open.size > 0) {
    let v = -1;
    for (const candidate of open) if (v < 0 || time.get(candidate)! < time.get(v)!) v = candidate;
    open.delete(v);
    if (v !== from && v >= ceiling) continue;
    for (let arc = graph.firstArc[v]!; arc < graph.firstArc[v + 1]!; arc++) {
      const next = time.get(v)! + weights[arc]!;
      const head = graph.head[arc]!;
      if (next >= (time.get(head) ?? INFINITE_MS)) continue;
      time.set(head, next);
      open.add(head);
    }
  }
  return time.get(to) ?? INFINITE_MS;
}

const words = ({ forward, backward }: Metric) => ({ forward: Array.from(forward), backward: Array.from(backward) });

const tailOf = (hierarchy: Hierarchy, arc: number) => hierarchy.firstUp.findLastIndex((first) => first <= arc);

describe("customize", () => {
  it.each([1, 2, 3])("gives every upward arc the weight its definition asks for (seed %i)", (seed) => {
    for (const sample of graphZoo(500 * seed)) {
      const { graph, weights } = rankByMinimumDegree(sample);
      const hierarchy = buildHierarchy(graph);
      const { forward, backward } = customize(hierarchy, weights);
      for (let low = 0; low < graph.nodeCount; low++) {
        for (let arc = hierarchy.firstUp[low]!; arc < hierarchy.firstUp[low + 1]!; arc++) {
          const high = hierarchy.upHead[arc]!;
          const message = `${low} and ${high} of ${describeGraph(sample)}`;
          expect(forward[arc], message).toBe(weightByDefinition(graph, weights, low, high));
          expect(backward[arc], message).toBe(weightByDefinition(graph, weights, high, low));
        }
      }
    }
  });

  it("leaves nothing behind of the metric it overwrites", () => {
    const { graph, weights } = rankByMinimumDegree(planarGraph(100, 9));
    const hierarchy = buildHierarchy(graph);
    const used = createMetric(hierarchy);
    used.forward.fill(1);
    used.backward.fill(1);
    expect(words(customize(hierarchy, weights, used))).toEqual(words(customize(hierarchy, weights)));
  });

  it("keeps sums of the largest weights from wrapping round", () => {
    const { graph, weights } = rankByMinimumDegree(gridGraph(5, 5, 3, { closedShare: 0 }));
    weights.fill(INFINITE_MS - 1);
    const { forward, backward } = customize(buildHierarchy(graph), weights);
    expect(Math.min(...forward, ...backward)).toBe(INFINITE_MS - 1);
    expect(Math.max(...forward, ...backward)).toBe(INFINITE_MS);
  });

  it("refuses weights of another graph", () => {
    const hierarchy = buildHierarchy(planarGraph(25, 1).graph);
    expect(() => customize(hierarchy, new Int32Array(3))).toThrow(/There are 3 weights for \d+ arcs/);
  });
});

describe("PartialCustomizer", () => {
  const graphs = [1, 2, 3].flatMap((seed) => [
    ...graphZoo(200 * seed),
    planarGraph(400, seed),
    planarGraph(225, seed, { maximumWeight: 3 }),
    gridGraph(20, 20, seed, { maximumWeight: 2, oneWayShare: 0.5 }),
    archipelago(4, 64, seed),
  ]);

  it.each(graphs.map((sample) => [sample.name, sample] as const))(
    "equals customizing from scratch, word for word, over a history of changes: %s",
    (_, sample) => {
      const random = new SeededRandom(sample.graph.arcCount);
      const { graph, weights } = rankByMinimumDegree(sample);
      const maximum = Math.max(1, ...weights.filter((weight) => weight < INFINITE_MS));
      const hierarchy = buildHierarchy(graph);
      const metric = customize(hierarchy, weights);
      const customizer = new PartialCustomizer(hierarchy);
      for (let round = 0; round < 30; round++) {
        const before = words(metric);
        const changed = changeSomeWeights(weights, 1 + random.integer(round + 1), maximum, random);
        const { count, arcs, tails } = customizer.update(metric, weights, changed);
        const after = words(metric);
        const message = `round ${round} of ${describeGraph(sample)}`;
        expect(after, message).toEqual(words(customize(hierarchy, weights)));

        const differing = after.forward.flatMap((_, arc) =>
          after.forward[arc] !== before.forward[arc] || after.backward[arc] !== before.backward[arc] ? [arc] : [],
        );
        expect(Array.from(arcs.subarray(0, count)), message).toEqual(differing);
        expect(Array.from(tails.subarray(0, count)), message).toEqual(differing.map((arc) => tailOf(hierarchy, arc)));
      }
    },
  );

  it("closes every road and opens them again", () => {
    const { graph, weights } = rankByMinimumDegree(planarGraph(400, 12));
    const hierarchy = buildHierarchy(graph);
    const metric = customize(hierarchy, weights);
    const open = words(metric);
    const customizer = new PartialCustomizer(hierarchy);
    const everyArc = weights.map((_, arc) => arc);
    customizer.update(metric, new Int32Array(graph.arcCount).fill(INFINITE_MS), everyArc);
    expect(Math.min(...metric.forward, ...metric.backward)).toBe(INFINITE_MS);
    customizer.update(metric, weights, everyArc);
    expect(words(metric)).toEqual(open);
  });

  it("finds that a metric was not that of the weights before", () => {
    const { graph, weights } = rankByMinimumDegree(planarGraph(100, 15));
    const hierarchy = buildHierarchy(graph);
    const metric = customize(hierarchy, weights);
    metric.forward[7]! += 1;
    expect(() => new PartialCustomizer(hierarchy).update(metric, weights, [])).toThrow(
      /^Broken invariant: a metric customized in part .* also at upward arc 7$/,
    );
  });

  it("reports nothing when nothing changed", () => {
    const { graph, weights } = rankByMinimumDegree(planarGraph(100, 13));
    const hierarchy = buildHierarchy(graph);
    const metric = customize(hierarchy, weights);
    const customizer = new PartialCustomizer(hierarchy);
    expect(customizer.update(metric, weights, [0, 1, 2]).count).toBe(0);
    expect(customizer.update(metric, weights, []).count).toBe(0);
  });

  it("refuses arcs that do not exist, naming them", () => {
    const { graph, weights } = rankByMinimumDegree(planarGraph(25, 14));
    const hierarchy = buildHierarchy(graph);
    const customizer = new PartialCustomizer(hierarchy);
    expect(() => customizer.update(customize(hierarchy, weights), weights, [0, graph.arcCount])).toThrow(
      new RegExp(`Changed arc 1 is ${graph.arcCount}, but the graph has arcs 0 to ${graph.arcCount - 1}`),
    );
  });
});
