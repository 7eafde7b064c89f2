import { defined } from "../../core/defined";
import { DiversionError } from "../../core/errors";
import { MAX_FEED_BYTES } from "../../core/feed-message";
import { type Clock, systemClock } from "../../core/instant";
import { type FeedLocation, type Fetched, fetchFeed, urlOf, type Validators } from "./feed-source";

/** Does a piece of work after a while; returns the way to call it off. */
type Scheduler = (work: () => void, delayMs: number) => () => void;

/** How a source is polled. */
export interface PollingOptions {
  /** A URL of http or https, or the path of a file. */
  readonly location: FeedLocation;
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
  /** Default: the wall clock. */
  readonly clock?: Clock;
  /** From 0 to 1: what part of a wait after a failure is taken off. Default: `Math.random`. */
  readonly random?: () => number;
  /** Default: a timer that keeps no process alive. */
  readonly schedule?: Scheduler;
}

/** How polling goes. Whether the feed is silent is another matter, which its monitor knows. */
export interface Polling {
  readonly polls: number;
  readonly failures: number;
  /** Since the last success. */
  readonly failuresInARow: number;
  readonly lastSuccessMs?: number;
  readonly lastError?: DiversionError;
}

interface SourcePollerOptions extends PollingOptions {
  /** What messages call the feed. */
  readonly feed: string;
  /** The media types that are read. */
  readonly accept: string;
  /** Where a page says that the next one is. Default: every message is one page. */
  readonly nextPage?: ((page: Uint8Array) => string | undefined) | undefined;
  /** Takes what was fetched. @throws DiversionError for what cannot be read: the poll has failed then. */
  readonly take: (fetched: Fetched) => void;
  /** Told after every poll. */
  readonly onPoll: (polling: Polling) => void;
}

/**
 * Asks a source again and again, one poll after the other and never two at once. A source that fails changes nothing.
 */
export class SourcePoller {
  readonly #options: SourcePollerOptions;
  readonly #clock: Clock;
  readonly #schedule: Scheduler;
  readonly #random: () => number;
  readonly #intervalMs: number;
  readonly #maximumIntervalMs: number;
  #callOff: (() => void) | undefined;
  #polling: Promise<void> | undefined;
  #ending = new AbortController();
  #running = false;
  #validators: Validators | undefined;
  #state: Polling = { polls: 0, failures: 0, failuresInARow: 0 };

  /** @throws DiversionError `invalid-argument` for a location or an interval that is none. */
  constructor(options: SourcePollerOptions) {
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
  }

  get polling(): Polling {
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

  /** Polls once; when a poll is under way, that one. Never rejects for what the source does. */
  poll(): Promise<void> {
    this.#polling ??= this.#pollOnce().finally(() => {
      this.#polling = undefined;
    });
    return this.#polling;
  }

  async #pollAndGoOn(): Promise<void> {
    await this.poll();
    if (!this.#running) return;
    this.#callOff?.();
    this.#callOff = this.#schedule(() => void this.#pollAndGoOn(), this.#waitAfter(this.#state.failuresInARow));
  }

  #waitAfter(failuresInARow: number): number {
    if (failuresInARow === 0) return this.#intervalMs;
    const longestMs = Math.min(this.#maximumIntervalMs, this.#intervalMs * 2 ** Math.min(failuresInARow, 30));
    return Math.round(longestMs * (1 - this.#random() / 2));
  }

  async #pollOnce(): Promise<void> {
    const { location, accept, nextPage, headers, take, timeoutMs = 10_000 } = this.#options;
    const { maximumBytes = MAX_FEED_BYTES } = this.#options;
    const { signal } = this.#ending;
    const { polls, failures, failuresInARow, lastError: _, ...rest } = this.#state;
    try {
      const next = nextPage === undefined ? undefined : (page: Uint8Array) => placed(() => nextPage(page), location);
      const validators = this.#validators;
      const options = { timeoutMs, maximumBytes, accept, nextPage: next, validators, signal, ...defined({ headers }) };
      const fetched = await fetchFeed(location, options);
      placed(() => take(fetched), location);
      // Until a message is taken its validators are not kept: one that could not be read must not pass for unchanged.
      if (fetched.kind === "message") this.#validators = fetched.validators;
      this.#state = { ...rest, polls: polls + 1, failures, failuresInARow: 0, lastSuccessMs: this.#clock() };
    } catch (error) {
      if (!(error instanceof DiversionError)) throw error;
      // A poll that was called off says nothing about the source.
      if (signal.aborted) return;
      const failed = { polls: polls + 1, failures: failures + 1, failuresInARow: failuresInARow + 1 };
      this.#state = { ...rest, ...failed, lastError: error };
    }
    this.#options.onPoll(this.#state);
  }
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
