import { existsSync, readFileSync } from "node:fs";
import * as z from "zod/mini";
import { parseJson } from "../../core/parse-json";
import { safeParse } from "../../core/safe-parse";
import type { FeedReport } from "../../hospitals/feeds/feed-health";
import type { FeedMonitor } from "../../hospitals/feeds/feed-monitor";
import { isSystemError } from "../files/file-lock";
import { replaceFile } from "../files/write-file";

/** What feeds said lasts minutes: it is written this often at most, and a crash forgets no more. */
const BETWEEN_WRITES_MS = 5000;

const ReportsSchema = z.array(
  z.strictObject({
    feed: z.string(),
    timeToLiveMs: z.number(),
    hospitals: z.record(
      z.string(),
      z.strictObject({
        heardMs: z.optional(z.number()),
        says: z.optional(z.enum(["known", "unknown", "no-ed"])),
        handoverMinutes: z.optional(z.number()),
      }),
    ),
  }),
);

/**
 * What feeds had said before a restart: without it every ED is unknown until its feed speaks again, which under a policy
 * that refuses the unknown leaves nobody to go to. What is older than a feed's time-to-live is silent all the same.
 *
 * @param complain told of a file that cannot be used; the feeds then have said nothing.
 */
export function recallFeeds(path: string, complain: (why: string) => void): readonly FeedReport[] {
  if (!existsSync(path)) return [];
  try {
    const result = safeParse(ReportsSchema, parseJson(readFileSync(path, "utf8")));
    if (result.success) return result.data as readonly FeedReport[];
    complain(result.error.issues[0]!.message);
  } catch (error) {
    if (!(error instanceof SyntaxError) && !isSystemError(error)) throw error;
    complain(error.message);
  }
  return [];
}

/**
 * Writes down what feeds say, for {@link recallFeeds}.
 *
 * @param complain told when it cannot be written, once until it can again.
 * @returns the way to stop, after a last time.
 */
export function rememberFeeds(path: string, monitor: FeedMonitor, complain: (why: string) => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isFailing = false;
  const write = (): void => {
    timer = undefined;
    try {
      replaceFile(path, [`${JSON.stringify(monitor.health())}\n`]);
      isFailing = false;
    } catch (error) {
      if (!isFailing) complain((error as Error).message);
      isFailing = true;
    }
  };
  const stop = monitor.onNews(() => {
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
