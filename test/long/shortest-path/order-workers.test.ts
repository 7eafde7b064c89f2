import { describe, expect, it } from "vitest";
import type { Progress } from "../../../src/core/progress";
import { SeededRandom } from "../../../src/core/random";
import { orderWorkers } from "../../../src/node/workers/order-workers";
import type { CellGraph } from "../../../src/shortest-path/order/cell-graph";
import { computeOrder } from "../../../src/shortest-path/order/compute-order";
import { Dissector } from "../../../src/shortest-path/order/dissect";
import { type OrderRunner, type OrderTask, runOrderTask } from "../../../src/shortest-path/order/order-tasks";
import { computeOrderInParallel } from "../../../src/shortest-path/order/parallel-order";
import { archipelago, graphZoo, gridGraph, planarGraph, randomGraph } from "../../support/graphs";

const EVERY_SIZE = { minimumNodes: 0 };

/** Runs tasks on this thread, as many as asked side by side, finishing them in a seeded order. */
function shuffledRunner(count: number, seed: number): OrderRunner & { started: number; stopped: number } {
  const random = new SeededRandom(seed);
  const runner = {
    started: 0,
    stopped: 0,
    start() {
      runner.started++;
      let threads: { cells: CellGraph; dissector: Dissector }[] = [];
      return {
        count,
        share(cells: CellGraph) {
          threads = Array.from({ length: count }, () => ({ cells, dissector: new Dissector(cells) }));
        },
        async run(thread: number, task: OrderTask) {
          for (let turns = random.integer(20); turns > 0; turns--) await Promise.resolve();
          const { cells, dissector } = threads[thread]!;
          return runOrderTask(cells, dissector, task);
        },
        async stop() {
          runner.stopped++;
        },
      };
    },
  };
  return runner;
}

describe("an order computed in parallel", () => {
  it("is the order of one thread, however many there are and whenever they finish", async () => {
    for (const test of [
      planarGraph(12_000, 1),
      gridGraph(80, 80, 2),
      archipelago(6, 900, 3),
      randomGraph(3000, 6000, 4),
    ]) {
      for (const coordinates of [{ x: test.lon, y: test.lat, xScale: 0.7 }, undefined]) {
        const expected = computeOrder(test.graph, coordinates);
        for (const threads of [1, 2, 3, 8]) {
          const runner = shuffledRunner(threads, threads);
          const order = await computeOrderInParallel(test.graph, coordinates, runner, EVERY_SIZE);
          expect(order, `${test.name}, ${threads} threads`).toEqual(expected);
          expect([runner.started, runner.stopped]).toEqual([1, 1]);
        }
      }
    }
  });

  it("is right for small and degenerate graphs", async () => {
    for (const test of [...graphZoo(31), randomGraph(0, 0, 1)]) {
      const coordinates = { x: test.lon, y: test.lat };
      const order = await computeOrderInParallel(test.graph, coordinates, shuffledRunner(2, 5), EVERY_SIZE);
      expect(order, test.name).toEqual(computeOrder(test.graph, coordinates));
    }
  });

  it("starts no threads for a small graph", async () => {
    const { graph, lon, lat } = planarGraph(500, 7);
    const runner = shuffledRunner(2, 1);
    const order = await computeOrderInParallel(graph, { x: lon, y: lat }, runner);
    expect(order).toEqual(computeOrder(graph, { x: lon, y: lat }));
    expect(runner.started).toBe(0);
  });

  it("tells of progress up to the last node", async () => {
    const { graph, lon, lat } = planarGraph(12_000, 1);
    const seen: Progress[] = [];
    const onProgress = (progress: Progress) => seen.push(progress);
    await computeOrderInParallel(graph, { x: lon, y: lat }, shuffledRunner(2, 3), { ...EVERY_SIZE, onProgress });
    expect(seen.length).toBeGreaterThan(5);
    expect(seen.at(-1)).toEqual({ stage: "order", done: graph.nodeCount, total: graph.nodeCount, unit: "nodes" });
  });

  it("fails when a thread fails, and stops the others", async () => {
    const { graph, lon, lat } = planarGraph(12_000, 1);
    const whole = shuffledRunner(3, 1);
    let tasks = 0;
    const breaking: OrderRunner = {
      start: () => {
        const threads = whole.start();
        return {
          ...threads,
          run: (thread, task) =>
            ++tasks === 9 ? Promise.reject(new Error("out of memory")) : threads.run(thread, task),
        };
      },
    };
    const order = computeOrderInParallel(graph, { x: lon, y: lat }, breaking, EVERY_SIZE);
    await expect(order).rejects.toThrow("out of memory");
    expect(whole.stopped).toBe(1);
  });
});

describe("order workers", () => {
  it("compute the order of one thread on real threads", async () => {
    const { graph, lon, lat, name } = planarGraph(30_000, 41);
    const expected = computeOrder(graph, { x: lon, y: lat });
    for (const threads of [1, 3]) {
      const order = await computeOrderInParallel(graph, { x: lon, y: lat }, orderWorkers(threads), EVERY_SIZE);
      expect(order, `${name}, ${threads} threads`).toEqual(expected);
    }
  });

  it("reports a thread that dies instead of waiting for it", async () => {
    const threads = orderWorkers(1).start();
    const unknown = { kind: "dissect", lo: 0, hi: 10 } as const;
    // Columns that are none: the worker throws on the first one it looks for.
    threads.share({ nodeCount: 10 } as CellGraph);
    await expect(threads.run(0, unknown)).rejects.toThrow();
    await expect(threads.run(0, unknown)).rejects.toThrow();
    await threads.stop();
  });

  it.each([0, -1, 1.5, Number.NaN])("turn down %s threads", (count) => {
    expect(() => orderWorkers(count)).toThrow(`Cannot order nodes on ${count} threads`);
  });
});
