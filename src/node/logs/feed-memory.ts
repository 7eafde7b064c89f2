import * as z from "zod/mini";
import type { FeedReport } from "../../hospitals/feeds/feed-health";
import type { FeedMonitor } from "../../hospitals/feeds/feed-monitor";
import { HeardHospitalsSchema } from "../../hospitals/status/heard-hospitals";
import { keepNote, readNote } from "./noted-file";

const ReportsSchema = z.array(
  z.strictObject({ feed: z.string(), timeToLiveMs: z.number(), hospitals: HeardHospitalsSchema }),
);

/**
 * What feeds had said before a restart: without it every ED is unknown until its feed speaks again, which under a policy
 * that refuses the unknown leaves nobody to go to. What is older than a feed's time-to-live is silent all the same.
 *
 * @param complain told of a file that cannot be used; the feeds then have said nothing.
 */
export function recallFeeds(path: string, complain: (why: string) => void): readonly FeedReport[] {
  return (readNote(path, ReportsSchema, complain) ?? []) as readonly FeedReport[];
}

/**
 * Writes down what feeds say, for {@link recallFeeds}.
 *
 * @param complain told when it cannot be written, once until it can again.
 * @returns the way to stop, after a last time.
 */
export function rememberFeeds(path: string, monitor: FeedMonitor, complain: (why: string) => void): () => void {
  return keepNote(
    path,
    (changed) => monitor.onNews(changed),
    () => monitor.health(),
    complain,
  );
}
