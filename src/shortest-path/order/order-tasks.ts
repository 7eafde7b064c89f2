import type { CellGraph } from "./cell-graph";
import type { Split } from "./cell-split";
import type { CutScore, Dissector } from "./dissect";
import { DIRECTION_COUNT } from "./inertial-ends";

/** A piece of work on one cell, places lo .. hi - 1. Plain data, to be sent to the thread that holds the columns. */
export type OrderTask =
  /** Seek the best cut in one direction and leave it in the direction's scratch. */
  | { readonly kind: "score"; readonly lo: number; readonly hi: number; readonly direction: number }
  /** Split along the cut that a direction's scratch holds. */
  | { readonly kind: "split"; readonly lo: number; readonly hi: number; readonly direction: number }
  /** Find the best cut and split along it. */
  | { readonly kind: "cut"; readonly lo: number; readonly hi: number }
  /** Order the whole cell. */
  | { readonly kind: "dissect"; readonly lo: number; readonly hi: number };

export interface OrderTaskResult {
  /** Of a `score`. */
  readonly score?: CutScore;
  /** Of a `split` or a `cut`. */
  readonly split?: Split;
}

/** Scratch sets a {@link CellGraph} needs for `score` tasks of one cell to run at the same time. */
export const PARALLEL_SCRATCH_SETS = DIRECTION_COUNT;

/** What a thread does with a task; `dissector` is its own, over the shared columns. */
export function runOrderTask(cells: CellGraph, dissector: Dissector, task: OrderTask): OrderTaskResult {
  const { kind, lo, hi } = task;
  switch (kind) {
    case "score":
      return {
        score: dissector.score(cells.scratch[task.direction]!, lo, hi, task.direction, Number.POSITIVE_INFINITY),
      };
    case "split":
      dissector.keepCut(cells.scratch[task.direction]!, lo, hi);
      return { split: dissector.splitAlongBest(lo, hi) };
    case "cut":
      return { split: dissector.cut(lo, hi) };
    case "dissect":
      dissector.dissect(lo, hi);
      return {};
  }
}

/**
 * Where order tasks run: worker threads in Node, web workers in a browser that may share memory. The core knows no kind
 * of thread; the application passes one in.
 */
export interface OrderRunner {
  /** Starts the threads; returns at once, so that starting overlaps with the serial part of the work. */
  start(): OrderThreads;
}

export interface OrderThreads {
  /** How many there are. */
  readonly count: number;
  /** Hands every thread the same columns, which lie in SharedArrayBuffers. Called once, before any task. */
  share(cells: CellGraph): void;
  /** Runs {@link runOrderTask} on a thread, which is given no other task until this one is done. */
  run(thread: number, task: OrderTask): Promise<OrderTaskResult>;
  stop(): Promise<void>;
}
