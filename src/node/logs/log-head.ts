import { existsSync, readFileSync } from "node:fs";
import * as z from "zod/mini";
import { parseJson } from "../../core/parse-json";
import { safeParse } from "../../core/safe-parse";
import type { Status } from "../../hospitals/status/status";
import { isSystemError } from "../files/file-lock";
import { replaceFile } from "../files/write-file";

/** Whoever cuts whole lines off a log leaves no trace in it; so much later it is known how far it had come. */
const BETWEEN_WRITES_MS = 5000;

const HeadSchema = z.strictObject({ version: z.int().check(z.gte(0)) });

export interface LogHead {
  /** How many changes the log had that are not in it any more, as far as was noted: lines were cut off its end. */
  readonly missing: number;
  /** Ends the noting, after a last time. */
  stop(): void;
}

/**
 * Notes beside a status log how far it has come, and tells when it is shorter than it was. What is torn within a line shows
 * in the log itself; a file that was put back from an older copy, or a disk that lost its last lines, does not.
 *
 * @param complain told what cannot be read or written, once until it can again.
 */
export function noteHead(
  path: string,
  status: Pick<Status, "version" | "onEntry">,
  complain: (why: string) => void,
): LogHead {
  const missing = Math.max(0, (noted(path, complain) ?? 0) - status.version);
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isFailing = false;
  const write = (): void => {
    timer = undefined;
    try {
      replaceFile(path, [`${JSON.stringify({ version: status.version })}\n`]);
      isFailing = false;
    } catch (error) {
      if (!isFailing) complain((error as Error).message);
      isFailing = true;
    }
  };
  const stop = status.onEntry(() => {
    timer ??= setTimeout(write, BETWEEN_WRITES_MS);
    timer.unref();
  });
  return {
    missing,
    stop() {
      stop();
      if (timer === undefined) return;
      clearTimeout(timer);
      write();
    },
  };
}

/** The version noted last; undefined where none is, or it cannot be read. */
function noted(path: string, complain: (why: string) => void): number | undefined {
  if (!existsSync(path)) return undefined;
  try {
    const result = safeParse(HeadSchema, parseJson(readFileSync(path, "utf8")));
    if (result.success) return result.data.version;
    complain(result.error.issues[0]!.message);
  } catch (error) {
    if (!(error instanceof SyntaxError) && !isSystemError(error)) throw error;
    complain(error.message);
  }
  return undefined;
}
