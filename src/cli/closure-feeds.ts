import { defined } from "../core/defined";
import { type Clock, MS_PER_MINUTE, systemClock } from "../core/instant";
import { ClosureFeedPoller } from "../node/feeds/closure-feed-poller";
import { type ClosureFeedApplication, ClosureFeedMonitor } from "../roads/closure-feed-monitor";
import type { ClosureFeedReading } from "../roads/closure-feeds/closure-feed-reading";
import { CLOSURE_FEED_FORMATS, type ClosureFeedFormat } from "../roads/closure-feeds/read-closure-feed";
import type { RoadIndex } from "../roads/road-index";
import type { Terminal } from "./command";
import * as option from "./options";
import { badFeed, headersOf, someOf, tokenHeader } from "./serve-feeds";

/** Roads closed and slow as road authorities publish them. */
export const CLOSURE_FEED_OPTIONS = {
  "closure-feed": option.texts({
    value: "ID:FORMAT=FROM",
    help: "Closed and slow roads as an authority publishes them: wzdx or datex2, from a file or URL.",
  }),
  "closure-feed-ttl": option.number({
    value: "MINUTES",
    help: "Silence after which a closure feed no longer knows; needed with --closure-feed.",
    min: 0.01,
    max: 100_000,
  }),
  "closure-feed-header": option.texts({
    value: "ID=NAME:VALUE",
    help: "Sent with each request for that feed; a bearer token better by environment.",
  }),
};

/** Between two polls, seconds: authorities publish by the minute. */
const DEFAULT_INTERVAL_SECONDS = 60;

/** How often it is looked whether a feed has fallen silent. */
const SILENCE_CHECK_MS = 1000;

interface ClosureFeedOption {
  readonly id: string;
  readonly format: ClosureFeedFormat;
  readonly location: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** The closure feeds that {@link CLOSURE_FEED_OPTIONS} name. */
export class NamedClosureFeeds {
  readonly #options: readonly ClosureFeedOption[];
  readonly #timeToLiveMs: number;
  private constructor(options: readonly ClosureFeedOption[], timeToLiveMs: number) {
    this.#options = options;
    this.#timeToLiveMs = timeToLiveMs;
  }

  /** Undefined when none is named. @param environment where tokens are looked for. @throws DiversionError `invalid-argument`. */
  static read(
    args: option.Arguments<option.ValuesOf<typeof CLOSURE_FEED_OPTIONS>>,
    environment: NodeJS.ProcessEnv,
  ): NamedClosureFeeds | undefined {
    const headers = headersOf("--closure-feed-header", args.get("closure-feed-header"));
    const options = args.get("closure-feed").map((text): ClosureFeedOption => {
      const [, id, formatText, location] = /^([^=:]+):([^=:]+)=(.+)$/.exec(text) ?? [];
      const format = CLOSURE_FEED_FORMATS.find((known) => known === formatText);
      if (id === undefined || format === undefined || location === undefined) {
        const formats = CLOSURE_FEED_FORMATS.join(", ");
        throw badFeed(
          `--closure-feed is "${text}"; write ID:FORMAT=FILE|URL, the format one of ${formats}.`,
          "--closure-feed",
        );
      }
      return { id, format, location, headers: { ...tokenHeader(id, environment), ...headers.get(id) } };
    });
    for (const id of headers.keys()) {
      if (options.some((one) => one.id === id)) continue;
      throw badFeed(
        `--closure-feed-header names ${JSON.stringify(id)}, which is no closure feed.`,
        "--closure-feed-header",
      );
    }
    const ttlMinutes = args.get("closure-feed-ttl");
    if (options.length === 0) return undefined;
    if (ttlMinutes !== undefined) return new NamedClosureFeeds(options, ttlMinutes * MS_PER_MINUTE);
    throw badFeed(
      "Say with --closure-feed-ttl MINUTES after how long a silence a closure feed no longer knows.",
      "--closure-feed-ttl",
    );
  }

  monitorOver(roads: RoadIndex, clock: Clock = systemClock): ClosureFeedMonitor {
    const timeToLiveMs = this.#timeToLiveMs;
    return new ClosureFeedMonitor(
      roads,
      this.#options.map(({ id }) => ({ id, timeToLiveMs })),
      { clock },
    );
  }

  /** Reads each once. @throws DiversionError for one that does not answer or cannot be read. */
  async readOnce(monitor: ClosureFeedMonitor, zone: string, terminal: Terminal): Promise<void> {
    for (const poller of this.#pollers(monitor, zone, terminal)) {
      const { lastError } = await poller.poll();
      if (lastError !== undefined) throw lastError;
    }
  }

  /** Polls all; a feed that begins to fail is told of once, and what of its first message does not count. */
  startPolling(
    monitor: ClosureFeedMonitor,
    zone: string,
    terminal: Terminal,
    intervalSeconds = DEFAULT_INTERVAL_SECONDS,
  ): () => Promise<void> {
    const pollers = this.#pollers(monitor, zone, terminal, intervalSeconds * 1000);
    const silence = setInterval(() => monitor.noteSilence(), SILENCE_CHECK_MS);
    silence.unref();
    for (const poller of pollers) poller.start();
    return async () => {
      clearInterval(silence);
      await Promise.all(pollers.map((poller) => poller.stop()));
    };
  }

  #pollers(monitor: ClosureFeedMonitor, zone: string, terminal: Terminal, intervalMs?: number): ClosureFeedPoller[] {
    return this.#options.map(
      ({ id: feed, ...source }) =>
        new ClosureFeedPoller({
          monitor,
          feed,
          ...source,
          read: { zone },
          ...defined({ intervalMs }),
          onPoll({ lastError, failuresInARow, polls, failures, lastReading, lastApplication }) {
            const tell = (text: string): void =>
              void terminal.stderr.write(`ambulance-diversion: closure feed ${feed}: ${text}\n`);
            if (failuresInARow === 1 && intervalMs !== undefined) tell(`${lastError?.describe()}`);
            if (failuresInARow > 0 || polls - failures !== 1) return;
            if (lastReading !== undefined && lastApplication !== undefined) {
              closureReport(lastReading, lastApplication).forEach(tell);
            }
          },
        }),
    );
  }
}

/** What became of a message, and what of it does not count: a line each. */
function closureReport(
  { lanes, notes }: Pick<ClosureFeedReading, "lanes" | "notes">,
  { entered, unplaced, elsewhere, notUsed }: ClosureFeedApplication,
): string[] {
  if (notUsed !== undefined) return [notUsed];
  const away = elsewhere === 0 ? "" : `, ${elsewhere} elsewhere`;
  const open = lanes.length === 0 ? "" : `, ${lanes.length} of lanes on roads that stay open`;
  return [
    `${entered.length} ${entered.length === 1 ? "closure or slowdown" : "closures and slowdowns"} here${away}${open}.`,
    ...(unplaced.length === 0 ? [] : [`WARNING: ${someOf(unplaced)}: about no road here, and not counted.`]),
    ...notes.map(({ kind, text, count, first }) => {
      const where = first === undefined ? "" : ` (${count === 1 ? first : `${count} times, first ${first}`})`;
      return `${kind}: ${text}${where}`;
    }),
  ];
}
