import { describe, expect, it } from "vitest";
import { planCustomization } from "../../src/shortest-path/cch/customization-plan";
import { createShareControl, customizeShare } from "../../src/shortest-path/cch/customization-share";
import { buildHierarchy, type Hierarchy, NO_PARENT } from "../../src/shortest-path/cch/hierarchy";
import { createCustomizationScratch, createMetric, customize } from "../../src/shortest-path/cch/metric";
import { archipelago, describeGraph, graphZoo, gridGraph, planarGraph } from "../support/graphs";
import { rankByMinimumDegree } from "../support/ranked-graph";

const samples = [...graphZoo(900), planarGraph(400, 1), gridGraph(20, 20, 2), archipelago(4, 64, 3)];

function pairs(ranges: Int32Array): [number, number][] {
  return Array.from({ length: ranges.length / 2 }, (_, i) => [ranges[2 * i]!, ranges[2 * i + 1]!]);
}

/** Ranks in [from, end) that are not below another rank of the range must head whole subtrees. */
function isClosedDownwards({ nodeCount, parent }: Hierarchy, from: number, end: number): boolean {
  for (let v = 0; v < nodeCount; v++) {
    const above = parent[v]!;
    if (above !== NO_PARENT && above >= from && above < end && (v < from || v >= end)) return false;
  }
  return true;
}

describe("planCustomization", () => {
  it.each([1, 2, 3, 8])("shares out whole subtrees and covers every rank once (%i threads)", (threads) => {
    for (const sample of samples) {
      for (const { graph } of [rankByMinimumDegree(sample), sample]) {
        const hierarchy = buildHierarchy(graph);
        const plan = planCustomization(hierarchy, threads);
        const message = describeGraph(sample);
        const covered = [...pairs(plan.subtrees), ...pairs(plan.rest)].sort((a, b) => a[0] - b[0]);
        expect(covered[0]?.[0] ?? 0, message).toBe(0);
        expect(covered[covered.length - 1]?.[1] ?? 0, message).toBe(graph.nodeCount);
        for (let i = 1; i < covered.length; i++) expect(covered[i]![0], message).toBe(covered[i - 1]![1]);
        for (const [from, end] of pairs(plan.subtrees)) {
          expect(isClosedDownwards(hierarchy, from, end), `${from}..${end} of ${message}`).toBe(true);
        }
        const rest = pairs(plan.rest);
        expect(rest, message).toEqual([...rest].sort((a, b) => a[0] - b[0]));
      }
    }
  });

  it("gives several threads something to do on a road-like graph", () => {
    const hierarchy = buildHierarchy(rankByMinimumDegree(planarGraph(900, 4)).graph);
    const { subtrees, rest } = planCustomization(hierarchy, 2);
    expect(subtrees.length / 2).toBeGreaterThanOrEqual(4);
    const restNodes = pairs(rest).reduce((sum, [from, end]) => sum + end - from, 0);
    expect(restNodes).toBeLessThan(hierarchy.nodeCount / 4);
  });
});

describe("customizeShare", () => {
  it("computes the words of customize, whatever the plan", () => {
    for (const sample of samples) {
      const { graph, weights } = rankByMinimumDegree(sample);
      const hierarchy = buildHierarchy(graph);
      for (const plannedThreads of [1, 2, 5]) {
        const metric = createMetric(hierarchy);
        metric.forward.fill(7);
        metric.backward.fill(7);
        const done = customizeShare(
          hierarchy,
          planCustomization(hierarchy, plannedThreads),
          weights,
          metric,
          createCustomizationScratch(hierarchy),
          createShareControl(),
          1,
        );
        expect(done).toBe(true);
        expect(metric, describeGraph(sample)).toEqual(customize(hierarchy, weights));
      }
    }
  });
});
