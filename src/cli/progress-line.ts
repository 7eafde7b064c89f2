import {
  type Estimate,
  type Progress,
  ProgressEstimator,
  type ProgressListener,
  type StageCost,
} from "../core/progress";
import type { Terminal } from "./command";

const REDRAW_MILLISECONDS = 100;
const BAR_CHARACTERS = 24;

/**
 * Draws progress as one line that is rewritten in place, on a terminal only; in a pipe it draws nothing.
 *
 * @param stages of the whole work, in order: the bar is then of the whole, with the time left once it can be told.
 * Default: the bar is of the stage at hand.
 * @returns the listener, and `clear`, which wipes the line before other output.
 */
export function progressLine(
  terminal: Terminal,
  stages: readonly StageCost[] = [],
): { listener: ProgressListener; clear: () => void } {
  if (!terminal.showsProgress) return { listener: () => {}, clear: () => {} };
  const estimator = new ProgressEstimator(stages);
  let drawnAt = 0;
  let stage = "";
  const listener = (progress: Progress): void => {
    const now = terminal.now().getTime();
    const estimate = estimator.update(progress, now);
    if (progress.stage === stage && now - drawnAt < REDRAW_MILLISECONDS) return;
    stage = progress.stage;
    drawnAt = now;
    terminal.stderr.write(`\r\x1b[K${estimate === undefined ? ofStage(progress) : ofWhole(progress, estimate)}`);
  };
  return { listener, clear: () => terminal.stderr.write("\r\x1b[K") };
}

function ofStage({ stage, done, total, unit }: Progress): string {
  const counts = amounts(done, total, unit);
  return total > 0 ? `${stage}  ${bar(Math.min(1, done / total))}  ${counts}` : `${stage}  ${counts}`;
}

function ofWhole({ stage, done, total, unit }: Progress, { share, secondsLeft }: Estimate): string {
  const left = secondsLeft === undefined ? "" : `  about ${duration(secondsLeft)} left`;
  const counts = done === 0 && total === 0 ? "" : `  ${amounts(done, total, unit)}`;
  return `${bar(share)}${left}  ${stage}${counts}`;
}

/** A share is rounded down: 100 % is said of what is done. */
function bar(share: number): string {
  const filled = "#".repeat(Math.floor(share * BAR_CHARACTERS)).padEnd(BAR_CHARACTERS, ".");
  return `[${filled}] ${String(Math.floor(share * 100)).padStart(3)} %`;
}

function amounts(done: number, total: number, unit: string): string {
  const isBytes = unit === "bytes";
  const count = (value: number): string =>
    isBytes
      ? (value / 1e6).toLocaleString("en-GB", { minimumFractionDigits: 1, maximumFractionDigits: 1 })
      : Math.round(value).toLocaleString("en-GB");
  const amount = total > 0 ? `${count(done)} of ${count(total)}` : count(done);
  return `${amount} ${isBytes ? "MB" : unit}`;
}

/** No finer than the estimate is good for: 5 seconds, then half minutes, then minutes. */
function duration(seconds: number): string {
  if (seconds < 60) return `${Math.max(5, Math.ceil(seconds / 5) * 5)} s`;
  if (seconds < 600) return `${(Math.ceil(seconds / 30) / 2).toLocaleString("en-GB")} min`;
  return `${Math.ceil(seconds / 60)} min`;
}
