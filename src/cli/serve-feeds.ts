import { DiversionError } from "../core/errors";
import { MS_PER_MINUTE } from "../core/instant";
import { FeedMonitor } from "../hospitals/feeds/feed-monitor";
import { FEED_FORMATS, type FeedFormat } from "../hospitals/feeds/read-feed";
import type { Status } from "../hospitals/status/status";
import { FeedPoller } from "../node/feeds/feed-poller";
import type { Arguments, OptionSpec, Terminal } from "./command";

export const FEED_OPTIONS = {
  feed: { value: "ID[:FORMAT=FROM]", repeatable: true, help: "A feed that is posted, or polled from a file or URL." },
  "feed-ttl": { value: "MINUTES", help: "Silence after which a feed no longer knows; needed with --feed." },
  "feed-interval": { value: "SECONDS", help: "Between two polls. Default: 30." },
} as const satisfies Record<string, OptionSpec>;

interface FeedOption {
  readonly id: string;
  /** Undefined: its messages are posted. */
  readonly source?: { readonly format: FeedFormat; readonly location: string };
}

/** The feeds that {@link FEED_OPTIONS} name. */
export class ServedFeeds {
  readonly #options: readonly FeedOption[];
  readonly #timeToLiveMs: number;
  readonly #intervalMs: number | undefined;
  private constructor(options: readonly FeedOption[], timeToLiveMs: number, intervalMs: number | undefined) {
    this.#options = options;
    this.#timeToLiveMs = timeToLiveMs;
    this.#intervalMs = intervalMs;
  }

  /** Undefined when no feed is named. @throws DiversionError `invalid-argument`. */
  static read(args: Arguments): ServedFeeds | undefined {
    const options = args.texts("feed").map(feedOption);
    const ttlMinutes = args.number("feed-ttl", { min: 0.01, max: 100_000 });
    const intervalSeconds = args.number("feed-interval", { min: 0.1, max: 86_400 });
    if (options.length === 0) return undefined;
    if (ttlMinutes === undefined) {
      throw badFeed("Say with --feed-ttl MINUTES after how long a silence a feed no longer knows.", "--feed-ttl");
    }
    const intervalMs = intervalSeconds === undefined ? undefined : intervalSeconds * 1000;
    return new ServedFeeds(options, ttlMinutes * MS_PER_MINUTE, intervalMs);
  }

  monitorOver(status: Status): FeedMonitor {
    const timeToLiveMs = this.#timeToLiveMs;
    return new FeedMonitor(
      status,
      this.#options.map(({ id }) => ({ id, timeToLiveMs })),
    );
  }

  /** Polls those that are polled; a feed that begins to fail is told of once. Returns the way to stop. */
  startPolling(monitor: FeedMonitor, zone: string, terminal: Terminal): () => Promise<void> {
    const pollers = this.#options.flatMap(({ id, source }) =>
      source === undefined
        ? []
        : new FeedPoller({
            monitor,
            feed: id,
            ...source,
            read: { zone },
            ...(this.#intervalMs === undefined ? {} : { intervalMs: this.#intervalMs }),
            onPoll({ lastError, failuresInARow }) {
              if (failuresInARow !== 1) return;
              terminal.stderr.write(`ambulance-diversion: feed ${id}: ${lastError?.describe()}\n`);
            },
          }),
    );
    for (const poller of pollers) poller.start();
    return async () => void (await Promise.all(pollers.map((poller) => poller.stop())));
  }
}

function feedOption(text: string): FeedOption {
  const at = text.indexOf("=");
  if (at < 0) return { id: text };
  const [id = "", formatText = ""] = text.slice(0, at).split(":");
  const format = FEED_FORMATS.find((known) => known === formatText);
  const location = text.slice(at + 1);
  if (format === undefined || location === "") {
    throw badFeed(
      `--feed is "${text}"; write ID:FORMAT=FILE|URL, the format one of ${FEED_FORMATS.join(", ")}.`,
      "--feed",
    );
  }
  return { id, source: { format, location } };
}

const badFeed = (message: string, field: string): DiversionError =>
  new DiversionError("invalid-argument", message, { field });
