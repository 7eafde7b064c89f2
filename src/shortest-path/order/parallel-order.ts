import type { Graph } from "../graph";
import { computeOrder, finishOrder, type OrderOptions, planOrder, progressReporter } from "./compute-order";
import type { NodeCoordinates } from "./coordinates";
import { type CutScore, LEAF_NODES } from "./dissect";
import { DIRECTION_COUNT } from "./inertial-ends";
import {
  type OrderRunner,
  type OrderTask,
  type OrderTaskResult,
  type OrderThreads,
  PARALLEL_SCRATCH_SETS,
} from "./order-tasks";

/** Below this many nodes starting threads costs more than they save. */
const MINIMUM_NODES = 100_000;

/** Cells down to this fraction of a thread's share of the root are cut one at a time; smaller ones are one task. */
const TASKS_PER_THREAD = 8;

interface ParallelOrderOptions extends OrderOptions {
  /** Smaller graphs are ordered on the calling thread. Default 100,000 nodes. */
  readonly minimumNodes?: number;
}

/**
 * {@link computeOrder} on several threads; the same order. Runs on the calling thread where memory cannot be shared or
 * the graph is small.
 */
export async function computeOrderInParallel(
  graph: Graph,
  coordinates: NodeCoordinates | undefined,
  runner: OrderRunner,
  options: ParallelOrderOptions = {},
): Promise<Int32Array> {
  const { minimumNodes = MINIMUM_NODES, onProgress } = options;
  if (graph.nodeCount < minimumNodes || typeof SharedArrayBuffer === "undefined") {
    return computeOrder(graph, coordinates, options);
  }
  const threads = runner.start();
  try {
    const plan = planOrder(graph, coordinates, "shared", PARALLEL_SCRATCH_SETS);
    const report = progressReporter(graph.nodeCount, onProgress);
    report(plan.lowDegree.length + plan.cells.nodeCount - plan.rootEnd);
    threads.share(plan.cells);
    if (plan.rootEnd > 0) await new ParallelDissection(threads, plan.rootEnd, report).run();
    return finishOrder(graph, plan);
  } finally {
    await threads.stop();
  }
}

interface Job {
  readonly task: OrderTask;
  readonly onDone: (result: OrderTaskResult) => void;
}

/**
 * Hands out cells, the largest first, to whichever thread is free. The root is the one cell that would keep all threads
 * but one waiting, so its directions are separate jobs.
 */
class ParallelDissection {
  readonly #threads: OrderThreads;
  readonly #rootEnd: number;
  readonly #report: (nodes: number) => void;
  /** Cells up to this size are dissected as one task. */
  readonly #taskNodes: number;
  readonly #waiting: Job[] = [];
  readonly #idle: number[];
  #resolve: () => void = () => {};
  #reject: (reason: unknown) => void = () => {};

  constructor(threads: OrderThreads, rootEnd: number, report: (nodes: number) => void) {
    this.#threads = threads;
    this.#rootEnd = rootEnd;
    this.#report = report;
    this.#taskNodes = Math.max(LEAF_NODES, Math.ceil(rootEnd / (threads.count * TASKS_PER_THREAD)));
    this.#idle = Array.from({ length: threads.count }, (_, thread) => thread);
  }

  run(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
      if (this.#rootEnd > this.#taskNodes) this.#scoreDirections(0, this.#rootEnd);
      else this.#addCell(0, this.#rootEnd);
      this.#handOut();
    });
  }

  #handOut(): void {
    while (this.#idle.length > 0 && this.#waiting.length > 0) {
      const thread = this.#idle.pop()!;
      const job = this.#takeLargest();
      this.#threads.run(thread, job.task).then((result) => {
        this.#idle.push(thread);
        job.onDone(result);
        this.#handOut();
      }, this.#reject);
    }
    if (this.#idle.length === this.#threads.count) this.#resolve();
  }

  #takeLargest(): Job {
    let best = 0;
    const size = ({ task }: Job) => task.hi - task.lo;
    for (let i = 1; i < this.#waiting.length; i++) if (size(this.#waiting[i]!) > size(this.#waiting[best]!)) best = i;
    return this.#waiting.splice(best, 1)[0]!;
  }

  #addCell(lo: number, hi: number): void {
    if (lo === hi) return;
    if (hi - lo <= this.#taskNodes) {
      this.#waiting.push({ task: { kind: "dissect", lo, hi }, onDone: () => this.#report(hi - lo) });
    } else {
      this.#waiting.push({ task: { kind: "cut", lo, hi }, onDone: (result) => this.#addParts(lo, hi, result) });
    }
  }

  #addParts(lo: number, hi: number, { split }: OrderTaskResult): void {
    const { aEnd, bEnd } = split!;
    this.#report(hi - bEnd);
    this.#addCell(lo, aEnd);
    this.#addCell(aEnd, bEnd);
  }

  /** One job per direction, then the split along the best: the first of the lowest scores, as on one thread. */
  #scoreDirections(lo: number, hi: number): void {
    const scores: CutScore[] = [];
    let open = DIRECTION_COUNT;
    for (let direction = 0; direction < DIRECTION_COUNT; direction++) {
      const onDone = ({ score }: OrderTaskResult) => {
        scores[direction] = score!;
        if (--open > 0) return;
        const best = scores.indexOf(Math.min(...scores));
        this.#waiting.push({
          task: { kind: "split", lo, hi, direction: best },
          onDone: (result) => this.#addParts(lo, hi, result),
        });
      };
      this.#waiting.push({ task: { kind: "score", lo, hi, direction }, onDone });
    }
  }
}
