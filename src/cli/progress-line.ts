import type { Progress, ProgressListener } from "../core/progress";
import type { Terminal } from "./command";

const REDRAW_MILLISECONDS = 100;

/**
 * Draws progress as one line that is rewritten in place, on a terminal only; in a pipe it draws nothing.
 *
 * @returns the listener, and `clear`, which wipes the line before other output.
 */
export function progressLine(terminal: Terminal): { listener: ProgressListener; clear: () => void } {
  if (!terminal.showsProgress) return { listener: () => {}, clear: () => {} };
  let drawnAt = 0;
  let stage = "";
  const listener = (progress: Progress): void => {
    const now = terminal.now().getTime();
    if (progress.stage === stage && now - drawnAt < REDRAW_MILLISECONDS) return;
    stage = progress.stage;
    drawnAt = now;
    terminal.stderr.write(`\r\x1b[K${describe(progress)}`);
  };
  return { listener, clear: () => terminal.stderr.write("\r\x1b[K") };
}

function describe({ stage, done, total, unit }: Progress): string {
  const count = (value: number): string => Math.round(value).toLocaleString("en-GB");
  if (total <= 0) return `${stage}  ${count(done)} ${unit}`;
  const share = Math.min(1, done / total);
  const filled = Math.round(share * 24);
  const bar = "#".repeat(filled).padEnd(24, ".");
  return `${stage}  [${bar}] ${(share * 100).toFixed(0).padStart(3)} %  ${count(done)} of ${count(total)} ${unit}`;
}
