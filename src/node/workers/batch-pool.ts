import type { Worker } from "node:worker_threads";
import { DiversionError } from "../../core/errors";
import type { RecommendationRequest } from "../../diversion/incidents/request";
import type { BatchWorkerData } from "./batch-worker";
import { openWorker } from "./open-worker";
import type { RowAnswer } from "./row-answer";

/**
 * What one row leaves behind is garbage by the next, so a small nursery does: on New York a thread takes 43 MB with this
 * and 67 MB with Node's own limit, at the same speed.
 */
const LIMITS = { maxYoungGenerationSizeMb: 8 };

interface Job {
  resolve(answers: readonly RowAnswer[]): void;
  reject(reason: unknown): void;
}

interface Thread {
  readonly worker: Worker;
  /** Jobs sent and not yet answered, oldest first: a thread answers in order. */
  readonly jobs: Job[];
}

/**
 * Threads that each hold a router over the same roads in shared memory. A thread's own are its scratch space, its copy of
 * the hospitals and of the road names, and whatever it would change.
 */
export class BatchPool {
  readonly #threads: readonly Thread[];
  #failure: Error | undefined;

  /** @param threadCount from 1. */
  constructor(data: BatchWorkerData, threadCount: number) {
    this.#threads = Array.from({ length: threadCount }, () => this.#start(data));
  }

  /**
   * The answers to some requests, in their order, from the thread with the least to do.
   *
   * Rejects with `worker-failed` when a thread has ended, whichever it was.
   */
  answer(requests: readonly RecommendationRequest[]): Promise<readonly RowAnswer[]> {
    return new Promise((resolve, reject) => {
      if (this.#failure !== undefined) throw this.#failure;
      const { worker, jobs } = this.#threads.reduce((least, thread) =>
        thread.jobs.length < least.jobs.length ? thread : least,
      );
      // Throws, and so rejects, when a request holds what cannot be sent, such as a function.
      worker.postMessage(requests);
      jobs.push({ resolve, reject });
      worker.ref();
    });
  }

  /** Ends the threads. What is not answered yet is rejected. */
  async close(): Promise<void> {
    this.#fail(new DiversionError("invalid-argument", "The batch was closed before this request was answered."));
    await Promise.all(this.#threads.map(({ worker }) => worker.terminate()));
  }

  #start(data: BatchWorkerData): Thread {
    const worker = openWorker("batch-worker", { workerData: data, resourceLimits: LIMITS });
    const thread: Thread = { worker, jobs: [] };
    worker.on("message", (answers: readonly RowAnswer[]) => {
      thread.jobs.shift()?.resolve(answers);
      if (thread.jobs.length === 0) worker.unref();
    });
    worker.on("messageerror", (cause) => this.#fail(workerFailed(String(cause), cause)));
    worker.on("error", (cause) => this.#fail(workerFailed(cause.message, cause)));
    worker.on("exit", (code) => this.#fail(workerFailed(`exit code ${code}`)));
    // A batch that nobody takes further answers from must not keep the process alive.
    worker.unref();
    return thread;
  }

  /** One thread's end is the batch's end: its answers are missing, and the next would likely end the same way. */
  #fail(error: Error): void {
    if (this.#failure !== undefined) return;
    this.#failure = error;
    for (const { worker, jobs } of this.#threads) {
      for (const job of jobs.splice(0)) job.reject(error);
      void worker.terminate();
    }
  }
}

const workerFailed = (why: string, cause?: unknown): DiversionError =>
  new DiversionError(
    "worker-failed",
    `A worker thread ended while it was answering (${why}). The answers before this are complete; ask the rest again, ` +
      "on fewer threads if memory ran out.",
    {},
    { cause },
  );
