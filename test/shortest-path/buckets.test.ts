import { describe, expect, it } from "vitest";
import { SeededRandom } from "../../src/core/random";
import { INFINITE_MS } from "../../src/core/units";
import { buildHierarchy } from "../../src/shortest-path/cch/hierarchy";
import { customize } from "../../src/shortest-path/cch/metric";
import type { Target } from "../../src/shortest-path/engine";
import { TargetBuckets } from "../../src/shortest-path/nearest/buckets";
import { TargetList } from "../../src/shortest-path/targets";
import { describeGraph, graphZoo, planarGraph } from "../support/graphs";
import { changeSomeWeights, rankByMinimumDegree } from "../support/ranked-graph";
import { Oracle, randomTargets } from "./oracle";

const SEED = 1207;

const listOf = (nodeCount: number, targets: readonly Target[]): TargetList => {
  const list = new TargetList(nodeCount);
  list.replaceAll(targets);
  return list;
};

const words = ({ firstPair, pairs }: TargetBuckets) => ({ firstPair: [...firstPair], pairs: [...pairs] });

describe("target buckets", () => {
  it.each(graphZoo(SEED).map((testGraph) => [testGraph.name, testGraph] as const))(
    "hold exactly the targets no upper neighbour is on the way to: %s",
    (_, testGraph) => {
      const { graph, weights } = rankByMinimumDegree(testGraph);
      const hierarchy = buildHierarchy(graph);
      const metric = customize(hierarchy, weights);
      const targets = randomTargets(new SeededRandom(SEED), graph.nodeCount, 9, 100);
      const buckets = new TargetBuckets(hierarchy, metric);
      buckets.rebuild(listOf(graph.nodeCount, targets));
      const oracle = new Oracle(graph, weights);
      const times = Array.from({ length: graph.nodeCount }, (_, node) =>
        oracle.toTargets({ accessPoints: [{ node, milliseconds: 0 }] }, targets),
      );
      const message = `seed ${SEED}; ${describeGraph({ ...testGraph, graph, weights })}`;

      for (let v = 0; v < graph.nodeCount; v++) {
        const upFirst = targets.map((_, target) => {
          let best = INFINITE_MS;
          for (let arc = hierarchy.firstUp[v]!; arc < hierarchy.firstUp[v + 1]!; arc++) {
            best = Math.min(best, metric.forward[arc]! + times[hierarchy.upHead[arc]!]![target]!);
          }
          return best;
        });
        const expected = times[v]!.map((milliseconds, target) => [milliseconds, target] as const)
          .filter(([milliseconds, target]) => milliseconds < upFirst[target]!)
          .sort((a, b) => a[0] - b[0] || a[1] - b[1]);
        const { pairs, firstPair } = buckets;
        expect([...pairs.subarray(2 * firstPair[v]!, 2 * firstPair[v + 1]!)], message).toEqual(expected.flat());
      }
    },
  );

  it("are the same word for word after repairs and after a rebuild, and name every node that changed", () => {
    const { graph, weights } = rankByMinimumDegree(planarGraph(200, SEED, { maximumWeight: 20 }));
    const hierarchy = buildHierarchy(graph);
    const random = new SeededRandom(SEED);
    const targets = randomTargets(random, graph.nodeCount, 12, 20);
    const metric = customize(hierarchy, weights);
    const repaired = new TargetBuckets(hierarchy, metric);
    repaired.rebuild(listOf(graph.nodeCount, targets));
    for (let round = 0; round < 40; round++) {
      const before = words(repaired);
      if (round % 2 === 0) {
        changeSomeWeights(weights, 1 + random.integer(3), 20, random);
        customize(hierarchy, weights, metric);
      }
      const target = random.integer(targets.length + 1);
      targets[target] = round % 5 === 0 ? [] : randomTargets(random, graph.nodeCount, 1, 20)[0]!;
      const list = listOf(graph.nodeCount, targets);
      const affected = round % 2 === 0 ? Array.from(targets.keys()) : [target];
      const changed = repaired.repair(list, affected);

      const rebuilt = new TargetBuckets(hierarchy, metric);
      rebuilt.rebuild(list);
      expect(words(repaired), `seed ${SEED}, round ${round}`).toEqual(words(rebuilt));
      const differing = Array.from({ length: graph.nodeCount }, (_, v) => v).filter((v) => {
        const pairsAt = (of: typeof before) => of.pairs.slice(2 * of.firstPair[v]!, 2 * of.firstPair[v + 1]!).join();
        return pairsAt(before) !== pairsAt(words(repaired));
      });
      expect(changed, `seed ${SEED}, round ${round}`).toEqual(differing);
    }
  });

  it("are empty without targets, and for targets that cannot be reached", () => {
    const { graph, weights } = rankByMinimumDegree(planarGraph(30, SEED));
    const hierarchy = buildHierarchy(graph);
    const buckets = new TargetBuckets(hierarchy, customize(hierarchy, weights));
    buckets.rebuild(listOf(graph.nodeCount, []));
    expect(buckets.pairCount).toBe(0);
    buckets.rebuild(listOf(graph.nodeCount, [[], [{ node: 3, milliseconds: INFINITE_MS }]]));
    expect(buckets.pairCount).toBe(0);
    expect([...buckets.firstPair].every((first) => first === 0)).toBe(true);
  });
});
