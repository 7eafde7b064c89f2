import { availableParallelism } from "node:os";
import type { Worker } from "node:worker_threads";
import { DiversionError } from "../../core/errors";
import type { CellGraph } from "../../shortest-path/order/cell-graph";
import type { OrderRunner, OrderTask, OrderTaskResult, OrderThreads } from "../../shortest-path/order/order-tasks";
import { openWorker } from "./open-worker";
import type { OrderWorkerMessage } from "./order-worker";

/**
 * Runs the dissection on worker threads.
 *
 * @param threadCount default: one per core the process may use. The order does not depend on it.
 * @throws `invalid-argument` when it is not a whole number from 1.
 */
export function orderWorkers(threadCount = availableParallelism()): OrderRunner {
  if (!Number.isInteger(threadCount) || threadCount < 1) {
    throw new DiversionError(
      "invalid-argument",
      `Cannot order nodes on ${threadCount} threads; give a whole number from 1.`,
    );
  }
  return { start: () => new OrderWorkers(threadCount) };
}

class OrderWorkers implements OrderThreads {
  readonly count: number;
  readonly #workers: Worker[];
  /** Who waits for each worker's answer. */
  readonly #waiting: (Pending | undefined)[];
  #failure: unknown;

  constructor(count: number) {
    this.count = count;
    this.#waiting = new Array(count).fill(undefined);
    this.#workers = Array.from({ length: count }, (_, thread) => {
      const worker = openWorker("order-worker");
      worker.on("message", (result: OrderTaskResult) => this.#answer(thread)?.resolve(result));
      worker.on("error", (error) => this.#fail(error));
      worker.on("exit", (code) => this.#fail(new Error(`An order worker ended with code ${code} before the order.`)));
      return worker;
    });
  }

  share(cells: CellGraph): void {
    for (const worker of this.#workers) post(worker, { cells });
  }

  run(thread: number, task: OrderTask): Promise<OrderTaskResult> {
    return new Promise((resolve, reject) => {
      if (this.#failure !== undefined) {
        reject(this.#failure);
        return;
      }
      this.#waiting[thread] = { resolve, reject };
      post(this.#workers[thread]!, { task });
    });
  }

  async stop(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }

  #answer(thread: number): Pending | undefined {
    const pending = this.#waiting[thread];
    this.#waiting[thread] = undefined;
    return pending;
  }

  /** The first failure ends everything: a cell whose worker died is in an unknown state. */
  #fail(error: unknown): void {
    this.#failure ??= error;
    for (let thread = 0; thread < this.count; thread++) this.#answer(thread)?.reject(this.#failure);
  }
}

interface Pending {
  resolve(result: OrderTaskResult): void;
  reject(reason: unknown): void;
}

const post = (worker: Worker, message: OrderWorkerMessage): void => worker.postMessage(message);
