import { afterEach, describe, expect, it } from "vitest";
import { SeededRandom } from "../../src/core/random";
import { CustomizeWorkers } from "../../src/node/workers/customize-workers";
import { allocateSharedInt32, buildHierarchy } from "../../src/shortest-path/cch/hierarchy";
import { createMetric, customize } from "../../src/shortest-path/cch/metric";
import { archipelago, gridGraph, planarGraph } from "../support/graphs";
import { changeSomeWeights, rankByMinimumDegree } from "../support/ranked-graph";

const opened: CustomizeWorkers[] = [];

function open(...args: ConstructorParameters<typeof CustomizeWorkers>): CustomizeWorkers {
  const workers = new CustomizeWorkers(...args);
  opened.push(workers);
  return workers;
}

afterEach(async () => {
  await Promise.all(opened.splice(0).map((workers) => workers.close()));
});

describe("CustomizeWorkers", () => {
  it.each([
    [1, gridGraph(24, 24, 2)],
    [2, planarGraph(900, 1)],
    [3, archipelago(3, 100, 3)],
  ])("computes the words of customize on %i threads, change after change", async (threads, sample) => {
    const { graph, weights } = rankByMinimumDegree(sample);
    const hierarchy = buildHierarchy(graph, allocateSharedInt32);
    const workers = open(hierarchy, { threads });
    const metric = workers.createMetric();
    const random = new SeededRandom(threads);
    for (let round = 0; round < 8; round++) {
      expect(await workers.customize(weights, metric), `round ${round} of ${sample.name}`).toBe(metric);
      expect(metric, `round ${round} of ${sample.name}`).toEqual(customize(hierarchy, weights));
      changeSomeWeights(weights, 50, 1000, random);
    }
  });

  it("takes the weights as they are when it is called, and a hierarchy in plain memory", async () => {
    const { graph, weights } = rankByMinimumDegree(planarGraph(400, 4));
    const hierarchy = buildHierarchy(graph);
    const expected = customize(hierarchy, weights);
    const promise = open(hierarchy).customize(weights);
    weights.fill(1);
    expect(await promise).toEqual(expected);
  });

  it("refuses a second customization while one runs, and a metric other threads cannot write", async () => {
    const { graph, weights } = rankByMinimumDegree(planarGraph(100, 5));
    const hierarchy = buildHierarchy(graph);
    const workers = open(hierarchy);
    const first = workers.customize(weights);
    await expect(workers.customize(weights)).rejects.toThrow(/A customization is running/);
    await first;
    await expect(workers.customize(weights, createMetric(hierarchy))).rejects.toThrow(/not in shared memory/);
    await expect(workers.customize(new Int32Array(1))).rejects.toThrow(/There are 1 weights for/);
  });

  it("rejects what is underway when closed, and everything after", async () => {
    const { graph, weights } = rankByMinimumDegree(planarGraph(100, 6));
    const workers = open(buildHierarchy(graph));
    const underway = workers.customize(weights);
    const outcome = expect(underway).rejects.toThrow(/workers were closed/);
    await workers.close();
    await outcome;
    await expect(workers.customize(weights)).rejects.toThrow(/workers were closed/);
  });

  it("refuses a thread count that makes no sense", () => {
    const { graph } = rankByMinimumDegree(planarGraph(25, 7));
    expect(() => new CustomizeWorkers(buildHierarchy(graph), { threads: 0 })).toThrow(/Cannot customize on 0 threads/);
  });
});
