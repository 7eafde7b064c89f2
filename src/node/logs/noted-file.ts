import { existsSync, readFileSync } from "node:fs";
import type * as z from "zod/mini";
import { parseJson } from "../../core/parse-json";
import { safeParse } from "../../core/safe-parse";
import { isSystemError } from "../files/file-lock";
import { replaceFile } from "../files/write-file";

/** A note is written this often at most, and a crash forgets no more. */
const BETWEEN_WRITES_MS = 5000;

/**
 * What was noted in a file last; undefined where there is none, or it cannot be used.
 *
 * @param complain told why it cannot.
 */
export function readNote<S extends z.core.$ZodType>(
  path: string,
  schema: S,
  complain: (why: string) => void,
): z.output<S> | undefined {
  if (!existsSync(path)) return undefined;
  try {
    const result = safeParse(schema, parseJson(readFileSync(path, "utf8")));
    if (result.success) return result.data;
    complain(result.error.issues[0]!.message);
  } catch (error) {
    if (!(error instanceof SyntaxError) && !isSystemError(error)) throw error;
    complain(error.message);
  }
  return undefined;
}

/**
 * Keeps a note in a file, for {@link readNote}.
 *
 * @param onChange calls back whenever what is noted may have changed, until the function it returns is called.
 * @param complain told when it cannot be written, once until it can again.
 * @returns the way to stop, after a last time.
 */
export function keepNote(
  path: string,
  onChange: (changed: () => void) => () => void,
  noted: () => unknown,
  complain: (why: string) => void,
): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isFailing = false;
  const write = (): void => {
    timer = undefined;
    try {
      replaceFile(path, [`${JSON.stringify(noted())}\n`]);
      isFailing = false;
    } catch (error) {
      if (!isFailing) complain((error as Error).message);
      isFailing = true;
    }
  };
  const stop = onChange(() => {
    timer ??= setTimeout(write, BETWEEN_WRITES_MS);
    timer.unref();
  });
  return () => {
    stop();
    if (timer === undefined) return;
    clearTimeout(timer);
    write();
  };
}
