import { defined } from "../../core/defined";
import type { FeedApplication, FeedMonitor } from "../../hospitals/feeds/feed-monitor";
import type { FeedReading } from "../../hospitals/feeds/feed-reading";
import { nextFhirPage } from "../../hospitals/feeds/fhir-entries";
import { type FeedFormat, type ReadFeedOptions, readFeedPages } from "../../hospitals/feeds/read-feed";
import type { Fetched } from "./feed-source";
import { type Polling, type PollingOptions, SourcePoller } from "./source-poller";

export interface FeedPollerOptions extends PollingOptions {
  /** Knows the feed and takes its messages. */
  readonly monitor: FeedMonitor;
  /** The id of the feed in the monitor. */
  readonly feed: string;
  readonly format: FeedFormat;
  /** How the message's hospitals and services are called: see the readers. */
  readonly read?: Omit<ReadFeedOptions, "directory">;
  /** Told after every poll. */
  readonly onPoll?: (health: PollerHealth) => void;
}

/** How polling goes. Whether the feed is silent is another matter, which the monitor knows. */
export interface PollerHealth extends Polling {
  readonly feed: string;
  /** The last message taken, with what it said that could not be held. */
  readonly lastReading?: FeedReading;
  readonly lastApplication?: FeedApplication;
}

/**
 * Brings a feed's messages to a monitor, one poll after the other and never two at once.
 *
 * A source that fails (does not answer, answers nonsense) changes nothing: what it last said holds until the feed's
 * time-to-live is over. A source that answers that nothing has changed has said again what it said before.
 */
export class FeedPoller {
  readonly #options: FeedPollerOptions;
  readonly #poller: SourcePoller;
  #health: PollerHealth;
  #lastReading: FeedReading | undefined;
  #lastApplication: FeedApplication | undefined;

  /** @throws DiversionError `invalid-argument` for a location or an interval that is none. */
  constructor(options: FeedPollerOptions) {
    const { format, onPoll } = options;
    this.#options = options;
    this.#health = { feed: options.feed, polls: 0, failures: 0, failuresInARow: 0 };
    this.#poller = new SourcePoller({
      ...options,
      accept: ACCEPTED[format],
      nextPage: format === "fhir" ? nextFhirPage : undefined,
      take: (fetched) => this.#take(fetched),
      onPoll: (polling) => {
        const health = this.#healthAfter(polling);
        onPoll?.(health);
      },
    });
  }

  get health(): PollerHealth {
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
  async poll(): Promise<PollerHealth> {
    await this.#poller.poll();
    return this.health;
  }

  #healthAfter(polling: Polling): PollerHealth {
    const [lastReading, lastApplication] = [this.#lastReading, this.#lastApplication];
    this.#health = { feed: this.#options.feed, ...polling, ...defined({ lastReading, lastApplication }) };
    return this.#health;
  }

  #take(fetched: Fetched): void {
    const { monitor, feed, format, read } = this.#options;
    const reading =
      fetched.kind === "unchanged"
        ? saidAgain(this.#lastReading!)
        : readFeedPages(format, fetched.pages, { ...read, directory: monitor.status.directory });
    const writtenMs = fetched.kind === "message" ? fetched.writtenMs : undefined;
    this.#lastApplication = monitor.apply(feed, reading, defined({ writtenMs }));
    this.#lastReading = reading;
  }
}

/** The media types of each format, the proper one first. */
const ACCEPTED: Readonly<Record<FeedFormat, string>> = {
  "edxl-have": "application/xml, text/xml;q=0.9, */*;q=0.1",
  fhir: "application/fhir+json, application/json;q=0.9, */*;q=0.1",
  json: "application/json, */*;q=0.1",
  csv: "text/csv, */*;q=0.1",
};

/** A source that says now that nothing has changed speaks now, whenever it first wrote so. */
function saidAgain({ sentAt: _, ...reading }: FeedReading): FeedReading {
  return reading;
}
