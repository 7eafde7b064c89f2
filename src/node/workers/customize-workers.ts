import type { Worker } from "node:worker_threads";
import { DiversionError } from "../../core/errors";
import { planCustomization } from "../../shortest-path/cch/customization-plan";
import { createShareControl } from "../../shortest-path/cch/customization-share";
import { allocateSharedInt32, type Hierarchy } from "../../shortest-path/cch/hierarchy";
import { checkWeightCount, createMetric, type Metric } from "../../shortest-path/cch/metric";
import type { ArcWeights } from "../../shortest-path/graph";
import type { CustomizeWorkerData } from "./customize-worker";
import { openWorker } from "./open-worker";

export interface CustomizeWorkersOptions {
  /** Threads at work on one customization. Default 2. */
  readonly threads?: number;
}

/**
 * Customizes metrics of one hierarchy on worker threads, beside the queries of this one: the same words as `customize`,
 * into a metric nobody reads yet. Threads are started once, share all arrays, and do not keep the process alive.
 */
export class CustomizeWorkers {
  readonly #hierarchy: Hierarchy;
  readonly #weights: ArcWeights;
  readonly #control = createShareControl();
  readonly #workers: Worker[];
  #running: { resolve: () => void; reject: (reason: unknown) => void } | undefined;
  #failure: Error | undefined;

  /** @param hierarchy best in shared memory; what is not is copied there. */
  constructor(hierarchy: Hierarchy, { threads = 2 }: CustomizeWorkersOptions = {}) {
    if (!Number.isInteger(threads) || threads < 1) {
      throw new DiversionError(
        "invalid-argument",
        `Cannot customize on ${threads} threads; give a whole number from 1.`,
      );
    }
    this.#hierarchy = sharedHierarchy(hierarchy);
    this.#weights = allocateSharedInt32(hierarchy.graph.arcCount);
    const data: CustomizeWorkerData = {
      hierarchy: this.#hierarchy,
      plan: planCustomization(hierarchy, threads),
      weights: this.#weights,
      cursor: allocateSharedInt32(hierarchy.nodeCount),
      control: this.#control,
      threads,
    };
    this.#workers = Array.from({ length: threads }, () => this.#start(data));
  }

  /** A metric in shared memory, as {@link customize} needs it. */
  createMetric(): Metric {
    return createMetric(this.#hierarchy, allocateSharedInt32);
  }

  /**
   * Customizes `into` from a copy of `weights` taken before this returns. One customization at a time; nobody may read
   * `into` before the promise resolves.
   */
  async customize(weights: ArcWeights, into: Metric = this.createMetric()): Promise<Metric> {
    checkWeightCount(this.#hierarchy, weights);
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#running !== undefined) {
      throw new DiversionError("invalid-argument", "A customization is running; wait for it before starting the next.");
    }
    if (!isShared(into.forward) || !isShared(into.backward)) {
      throw new DiversionError(
        "invalid-argument",
        "The metric to customize into is not in shared memory; make it by createMetric().",
      );
    }
    this.#weights.set(weights);
    this.#control.fill(0);
    for (const worker of this.#workers) worker.ref();
    try {
      await new Promise<void>((resolve, reject) => {
        this.#running = { resolve, reject };
        for (const worker of this.#workers) worker.postMessage(into);
      });
    } finally {
      this.#running = undefined;
      for (const worker of this.#workers) worker.unref();
    }
    return into;
  }

  /** Ends the threads. A customization underway is abandoned and its promise rejected. */
  async close(): Promise<void> {
    this.#fail(new DiversionError("invalid-argument", "The customization workers were closed; start new ones."));
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }

  #start(data: CustomizeWorkerData): Worker {
    const worker = openWorker("customize-worker", { workerData: data });
    worker.on("message", () => this.#running?.resolve());
    worker.on("error", (error) => this.#abandon(error));
    worker.on("exit", (code) => this.#abandon(new Error(`A customization worker ended with code ${code}.`)));
    worker.unref();
    return worker;
  }

  /** Threads wait for each other, so when one is gone the others must not go on waiting. */
  #abandon(error: Error): void {
    if (this.#failure !== undefined) return;
    this.#fail(error);
    for (const worker of this.#workers) void worker.terminate();
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    this.#running?.reject(this.#failure);
  }
}

const isShared = (array: Int32Array): boolean => array.buffer instanceof SharedArrayBuffer;

function shared(array: Int32Array): Int32Array {
  if (isShared(array)) return array;
  const copy = allocateSharedInt32(array.length);
  copy.set(array);
  return copy;
}

/** The same hierarchy without a copy of what is shared already; only the fields a thread needs, so that posting is cheap. */
function sharedHierarchy({ graph, nodeCount, arcCount, ...arrays }: Hierarchy): Hierarchy {
  return {
    graph: {
      nodeCount,
      arcCount: graph.arcCount,
      firstArc: shared(graph.firstArc),
      head: shared(graph.head),
    },
    nodeCount,
    arcCount,
    firstUp: shared(arrays.firstUp),
    upHead: shared(arrays.upHead),
    firstDown: shared(arrays.firstDown),
    downTail: shared(arrays.downTail),
    parent: shared(arrays.parent),
  };
}
