import type { ArcWeights } from "../graph";
import type { CustomizationPlan } from "./customization-plan";
import { allocateSharedInt32, type Hierarchy } from "./hierarchy";
import { type CustomizationScratch, clearRange, customizeRange, type Metric, respectRange } from "./metric";

/** Ranks per task of the two steps before the triangles; a millisecond or so of work. */
const RANKS_PER_TASK = 16_384;

/** Steps that must end everywhere before the next begins anywhere: clear, respect the input arcs, subtrees. */
const STEPS = 3;

/** Words of {@link createShareControl}: per step, tasks handed out, threads that have finished, whether all have. */
const HANDED_OUT = 0;
const FINISHED = STEPS;
const ALL_FINISHED = 2 * STEPS;
const CONTROL_WORDS = 3 * STEPS;

/** What threads of one customization agree by; in shared memory, used anew for each customization. */
export const createShareControl = (): Int32Array => allocateSharedInt32(CONTROL_WORDS);

/**
 * One thread's share of a customization: takes tasks of a step until none is left, waits for the others, goes on to the
 * next step. Every word of the metric is written by one thread and by no other in the same step, so the result is that of
 * {@link customize} whoever takes which task.
 *
 * @param scratch its cursor is shared by all threads, its accumulator is this thread's own.
 * @param control zeroed before each customization.
 * @param threads how many threads call this, once each. More than one needs shared memory and may block the caller.
 * @returns whether this thread was the last to finish its subtrees: it then also did the rest, and the metric is ready.
 */
export function customizeShare(
  hierarchy: Hierarchy,
  plan: CustomizationPlan,
  weights: ArcWeights,
  metric: Metric,
  scratch: CustomizationScratch,
  control: Int32Array,
  threads: number,
): boolean {
  const { nodeCount } = hierarchy;
  const rangeCount = Math.ceil(nodeCount / RANKS_PER_TASK);
  const { subtrees, rest } = plan;
  runTasks(control, 0, rangeCount, (task) => {
    const from = task * RANKS_PER_TASK;
    clearRange(hierarchy, metric, from, Math.min(nodeCount, from + RANKS_PER_TASK));
  });
  awaitAll(control, 0, threads);
  runTasks(control, 1, rangeCount, (task) => {
    const from = task * RANKS_PER_TASK;
    respectRange(hierarchy, weights, metric, from, Math.min(nodeCount, from + RANKS_PER_TASK));
  });
  awaitAll(control, 1, threads);
  runTasks(control, 2, subtrees.length >> 1, (task) => {
    customizeRange(hierarchy, metric, scratch, subtrees[2 * task]!, subtrees[2 * task + 1]!);
  });
  if (Atomics.add(control, FINISHED + 2, 1) + 1 < threads) return false;
  for (let i = 0; i < rest.length; i += 2) customizeRange(hierarchy, metric, scratch, rest[i]!, rest[i + 1]!);
  return true;
}

function runTasks(control: Int32Array, step: number, count: number, run: (task: number) => void): void {
  for (;;) {
    const task = Atomics.add(control, HANDED_OUT + step, 1);
    if (task >= count) return;
    run(task);
  }
}

/** Returns when as many threads as take part have called it for this step. */
function awaitAll(control: Int32Array, step: number, threads: number): void {
  if (Atomics.add(control, FINISHED + step, 1) + 1 === threads) {
    Atomics.store(control, ALL_FINISHED + step, 1);
    Atomics.notify(control, ALL_FINISHED + step);
    return;
  }
  // Wakes at once if the last thread was faster: then the word is no longer 0.
  Atomics.wait(control, ALL_FINISHED + step, 0);
}
