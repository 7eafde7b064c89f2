import { defined } from "../../core/defined";
import type { ClosureFeedApplication, ClosureFeedMonitor } from "../../roads/closure-feed-monitor";
import type { ClosureFeedReaderOptions, ClosureFeedReading } from "../../roads/closure-feeds/closure-feed-reading";
import { type ClosureFeedFormat, readClosureFeed } from "../../roads/closure-feeds/read-closure-feed";
import type { Fetched } from "./feed-source";
import { type Polling, type PollingOptions, SourcePoller } from "./source-poller";

export interface ClosureFeedPollerOptions extends PollingOptions {
  /** Knows the feed and takes its messages. */
  readonly monitor: ClosureFeedMonitor;
  /** The id of the feed in the monitor. */
  readonly feed: string;
  readonly format: ClosureFeedFormat;
  readonly read?: ClosureFeedReaderOptions;
  /** Told after every poll. */
  readonly onPoll?: (health: ClosurePollerHealth) => void;
}

/** How polling goes. Whether the feed is silent is another matter, which the monitor knows. */
export interface ClosurePollerHealth extends Polling {
  readonly feed: string;
  readonly lastReading?: ClosureFeedReading;
  readonly lastApplication?: ClosureFeedApplication;
}

/** Brings a closure feed's messages to a monitor, as a `FeedPoller` does for those of EDs. */
export class ClosureFeedPoller {
  readonly #options: ClosureFeedPollerOptions;
  readonly #poller: SourcePoller;
  #health: ClosurePollerHealth;
  #lastReading: ClosureFeedReading | undefined;
  #lastApplication: ClosureFeedApplication | undefined;

  /** @throws DiversionError `invalid-argument` for a location or an interval that is none. */
  constructor(options: ClosureFeedPollerOptions) {
    const { format, monitor, onPoll } = options;
    this.#options = options;
    this.#health = { feed: options.feed, polls: 0, failures: 0, failuresInARow: 0 };
    this.#poller = new SourcePoller({
      ...options,
      accept: ACCEPTED[format],
      take: (fetched) => this.#take(fetched),
      onPoll: (polling) => {
        monitor.noteSilence();
        const health = this.#healthAfter(polling);
        onPoll?.(health);
      },
    });
  }

  get health(): ClosurePollerHealth {
    return this.#health;
  }

  /** Polls at once, and again and again until {@link stop}. */
  start(): void {
    this.#poller.start();
  }

  /** Ends polling, a poll under way included; resolves when nothing is under way any more. */
  stop(): Promise<void> {
    return this.#poller.stop();
  }

  /** Polls once; when a poll is under way, that one. Never rejects for what the source does: see the health. */
  async poll(): Promise<ClosurePollerHealth> {
    await this.#poller.poll();
    return this.health;
  }

  #healthAfter(polling: Polling): ClosurePollerHealth {
    const [lastReading, lastApplication] = [this.#lastReading, this.#lastApplication];
    this.#health = { feed: this.#options.feed, ...polling, ...defined({ lastReading, lastApplication }) };
    return this.#health;
  }

  #take(fetched: Fetched): void {
    const { monitor, feed, format, read } = this.#options;
    if (fetched.kind === "unchanged") {
      // It speaks now, whenever it first wrote so.
      const { sentAt: _, ...reading } = this.#lastReading!;
      this.#lastApplication = monitor.apply(feed, reading);
      return;
    }
    const reading = readClosureFeed(format, fetched.pages[0]!, read);
    this.#lastApplication = monitor.apply(feed, reading, fetched.writtenMs);
    this.#lastReading = reading;
  }
}

/** The media types of each format, the proper one first. */
const ACCEPTED: Readonly<Record<ClosureFeedFormat, string>> = {
  wzdx: "application/geo+json, application/json;q=0.9, */*;q=0.1",
  datex2: "application/xml, text/xml;q=0.9, */*;q=0.1",
};
