import { defined } from "../../core/defined";
import { DiversionError } from "../../core/errors";
import { MAX_FEED_BYTES } from "../../core/feed-message";
import { type Clock, systemClock } from "../../core/instant";
import type { FeedApplication, FeedMonitor } from "../../hospitals/feeds/feed-monitor";
import type { FeedReading } from "../../hospitals/feeds/feed-reading";
import { nextFhirPage } from "../../hospitals/feeds/fhir-entries";
import { type FeedFormat, type ReadFeedOptions, readFeedPages } from "../../hospitals/feeds/read-feed";
import { type FeedLocation, type Fetched, fetchFeed, urlOf, type Validators } from "./feed-source";

/** Does a piece of work after a while; returns the way to call it off. */
type Scheduler = (work: () => void, delayMs: number) => () => void;

export interface FeedPollerOptions {
  /** Knows the feed and takes its messages. */
  readonly monitor: FeedMonitor;
  /** The id of the feed in the monitor. */
  readonly feed: string;
  /** A URL of http or https, or the path of a file. */
  readonly location: FeedLocation;
  readonly format: FeedFormat;
  /** From the end of one poll to the beginning of the next. Default: 30 s. */
  readonly intervalMs?: number;
  /**
   * After each failure in a row the wait doubles, up to this; a random part of up to half of it is taken off, so that many
   * who lost one source do not all come back at once. Default: 5 min, or the interval if that is longer.
   */
  readonly maximumIntervalMs?: number;
  /** For a whole answer; of a message in pages, for each. Default: 10 s. */
  readonly timeoutMs?: number;
  /** Default: 16 MiB. */
  readonly maximumBytes?: number;
  /** Sent with every request to the origin of the URL, and to no other: a token, for instance. */
  readonly headers?: Readonly<Record<string, string>>;
  /** How the message's hospitals and services are called: see the readers. */
  readonly read?: Omit<ReadFeedOptions, "directory">;
  /** Default: the wall clock. */
  readonly clock?: Clock;
  /** From 0 to 1: what part of a wait after a failure is taken off. Default: `Math.random`. */
  readonly random?: () => number;
  /** Default: a timer that keeps no process alive. */
  readonly schedule?: Scheduler;
  /** Told after every poll. */
  readonly onPoll?: (health: PollerHealth) => void;
}

/** How polling goes. Whether the feed is silent is another matter, which the monitor knows. */
export interface PollerHealth {
  readonly feed: string;
  readonly polls: number;
  readonly failures: number;
  /** Since the last success. */
  readonly failuresInARow: number;
  readonly lastSuccessMs?: number;
  readonly lastError?: DiversionError;
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
  readonly #clock: Clock;
  readonly #schedule: Scheduler;
  readonly #intervalMs: number;
  readonly #maximumIntervalMs: number;
  #callOff: (() => void) | undefined;
  #polling: Promise<PollerHealth> | undefined;
  #ending = new AbortController();
  #running = false;
  readonly #random: () => number;
  #validators: Validators | undefined;
  #state: PollerHealth;

  /** @throws DiversionError `invalid-argument` for a location or an interval that is none. */
  constructor(options: FeedPollerOptions) {
    const { intervalMs = 30_000, clock = systemClock, schedule = later, random = Math.random, feed } = options;
    if (!(intervalMs > 0 && Number.isFinite(intervalMs))) {
      const message = `The interval of the feed ${feed} is ${intervalMs}; give milliseconds above 0.`;
      throw new DiversionError("invalid-argument", message, { field: "intervalMs" });
    }
    urlOf(options.location);
    this.#options = options;
    this.#clock = clock;
    this.#schedule = schedule;
    this.#random = random;
    this.#intervalMs = intervalMs;
    this.#maximumIntervalMs = Math.max(intervalMs, options.maximumIntervalMs ?? 300_000);
    this.#state = { feed, polls: 0, failures: 0, failuresInARow: 0 };
  }

  get health(): PollerHealth {
    return this.#state;
  }

  /** Polls at once, and again and again until {@link stop}. */
  start(): void {
    if (this.#running) return;
    this.#running = true;
    this.#ending = new AbortController();
    void this.#pollAndGoOn();
  }

  /** Ends polling, a poll under way included; resolves when nothing is under way any more. */
  async stop(): Promise<void> {
    this.#running = false;
    this.#callOff?.();
    this.#callOff = undefined;
    this.#ending.abort();
    await this.#polling;
  }

  /** Polls once; when a poll is under way, that one. Never rejects for what the source does: see the health. */
  poll(): Promise<PollerHealth> {
    this.#polling ??= this.#pollOnce().finally(() => {
      this.#polling = undefined;
    });
    return this.#polling;
  }

  async #pollAndGoOn(): Promise<void> {
    const { failuresInARow } = await this.poll();
    if (!this.#running) return;
    this.#callOff?.();
    this.#callOff = this.#schedule(() => void this.#pollAndGoOn(), this.#waitAfter(failuresInARow));
  }

  #waitAfter(failuresInARow: number): number {
    if (failuresInARow === 0) return this.#intervalMs;
    const longestMs = Math.min(this.#maximumIntervalMs, this.#intervalMs * 2 ** Math.min(failuresInARow, 30));
    return Math.round(longestMs * (1 - this.#random() / 2));
  }

  async #pollOnce(): Promise<PollerHealth> {
    const { location, format, headers, timeoutMs = 10_000, maximumBytes = MAX_FEED_BYTES } = this.#options;
    const { signal } = this.#ending;
    try {
      this.#take(
        await fetchFeed(location, {
          timeoutMs,
          maximumBytes,
          accept: ACCEPTED[format],
          nextPage: format === "fhir" ? (page) => placed(() => nextFhirPage(page), location) : undefined,
          validators: this.#validators,
          signal,
          ...defined({ headers }),
        }),
      );
    } catch (error) {
      if (!(error instanceof DiversionError)) throw error;
      // A poll that was called off says nothing about the source.
      if (signal.aborted) return this.#state;
      const { polls, failures, failuresInARow } = this.#state;
      this.#state = {
        ...this.#state,
        polls: polls + 1,
        failures: failures + 1,
        failuresInARow: failuresInARow + 1,
        lastError: error,
      };
    }
    this.#options.onPoll?.(this.#state);
    return this.#state;
  }

  #take(fetched: Fetched): void {
    const { monitor, feed, format, read, location } = this.#options;
    // Until a message is taken its validators are not kept: one that could not be read must not pass for unchanged.
    const reading =
      fetched.kind === "unchanged"
        ? saidAgain(this.#state.lastReading!)
        : placed(
            () => readFeedPages(format, fetched.pages, { ...read, directory: monitor.status.directory }),
            location,
          );
    const writtenMs = fetched.kind === "message" ? fetched.writtenMs : undefined;
    const application = monitor.apply(feed, reading, writtenMs === undefined ? {} : { writtenMs });
    if (fetched.kind === "message") this.#validators = fetched.validators;
    const { polls, failures, lastError: _, ...rest } = this.#state;
    this.#state = {
      ...rest,
      polls: polls + 1,
      failures,
      failuresInARow: 0,
      lastSuccessMs: this.#clock(),
      lastReading: reading,
      lastApplication: application,
    };
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

/** Errors name the file they are in; a URL is named by its path, without what may be secret in it. */
function placed<T>(work: () => T, location: FeedLocation): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof DiversionError)) throw error;
    const url = urlOf(location);
    throw error.in(url === undefined ? String(location) : `${url.host}${url.pathname}`);
  }
}

const later: Scheduler = (work, delayMs) => {
  const timer = setTimeout(work, delayMs);
  timer.unref();
  return () => clearTimeout(timer);
};
