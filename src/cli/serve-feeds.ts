import { defined } from "../core/defined";
import { DiversionError } from "../core/errors";
import { type Clock, MS_PER_MINUTE } from "../core/instant";
import type { FeedReport } from "../hospitals/feeds/feed-health";
import { type FeedApplication, FeedMonitor } from "../hospitals/feeds/feed-monitor";
import type { FeedReading } from "../hospitals/feeds/feed-reading";
import { FEED_FORMATS, type FeedFormat } from "../hospitals/feeds/read-feed";
import { SharedFeeds } from "../hospitals/feeds/shared-feeds";
import type { SharedStatus } from "../hospitals/status/shared-status";
import type { Status } from "../hospitals/status/status";
import { FeedPoller } from "../node/feeds/feed-poller";
import type { Terminal } from "./command";
import * as option from "./options";

export const FEED_OPTIONS = {
  feed: option.texts({ value: "ID[:FORMAT=FROM]", help: "A feed that is posted, or polled from a file or URL." }),
  "feed-ttl": option.number({
    value: "MINUTES",
    help: "Silence after which a feed no longer knows; needed with --feed.",
    min: 0.01,
    max: 100_000,
  }),
  "feed-header": option.texts({
    value: "ID=NAME:VALUE",
    help: "Sent with each request for that feed; a bearer token better by environment, see above.",
  }),
  "feed-interval": option.number({ value: "SECONDS", help: "Between two polls. Default: 30.", min: 0.1, max: 86_400 }),
};

/** Before the feed's id in capitals, other than letters and digits as `_`: the variable of its bearer token. */
const TOKEN_PREFIX = "AMBULANCE_DIVERSION_FEED_TOKEN_";

interface FeedOption {
  readonly id: string;
  /** Undefined: its messages are posted. */
  readonly source?: {
    readonly format: FeedFormat;
    readonly location: string;
    readonly headers: Readonly<Record<string, string>>;
  };
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

  /**
   * Undefined when no feed is named.
   *
   * @param environment where tokens are looked for.
   * @throws DiversionError `invalid-argument`.
   */
  static read(
    args: option.Arguments<option.ValuesOf<typeof FEED_OPTIONS>>,
    environment: NodeJS.ProcessEnv,
  ): ServedFeeds | undefined {
    const headers = headersOf("--feed-header", args.get("feed-header"));
    const options = args.get("feed").map((text) => feedOption(text, headers, environment));
    for (const id of headers.keys()) {
      if (options.some((option) => option.id === id && option.source !== undefined)) continue;
      throw badFeed(`--feed-header names ${JSON.stringify(id)}, which is no feed that is polled.`, "--feed-header");
    }
    const ttlMinutes = args.get("feed-ttl");
    const intervalSeconds = args.get("feed-interval");
    if (options.length === 0) return undefined;
    if (ttlMinutes === undefined) {
      throw badFeed("Say with --feed-ttl MINUTES after how long a silence a feed no longer knows.", "--feed-ttl");
    }
    const intervalMs = intervalSeconds === undefined ? undefined : intervalSeconds * 1000;
    return new ServedFeeds(options, ttlMinutes * MS_PER_MINUTE, intervalMs);
  }

  /** What is sent with the requests for each feed that is polled. */
  headers(): Readonly<Record<string, Readonly<Record<string, string>>>> {
    return Object.fromEntries(
      this.#options.flatMap(({ id, source }) => (source === undefined ? [] : [[id, source.headers]])),
    );
  }

  /** @param reports what feeds had said before */
  monitorOver(status: Status, clock: Clock, reports: readonly FeedReport[]): FeedMonitor {
    const timeToLiveMs = this.#timeToLiveMs;
    return new FeedMonitor(
      status,
      this.#options.map(({ id }) => ({ id, timeToLiveMs })),
      { clock, reports },
    );
  }

  /** Those of a status that several servers keep. */
  sharedOver(shared: SharedStatus, clock: Clock): SharedFeeds {
    const timeToLiveMs = this.#timeToLiveMs;
    return new SharedFeeds(
      shared,
      this.#options.map(({ id }) => ({ id, timeToLiveMs })),
      { clock },
    );
  }

  /** Polls those that are polled; a feed that begins to fail is told of once. Returns the way to stop. */
  startPolling(
    monitor: FeedMonitor,
    { zone, terminal, share }: { zone: string; terminal: Terminal; share?: (feed: string) => Promise<void> },
  ): () => Promise<void> {
    const pollers = this.#options.flatMap(({ id, source }) =>
      source === undefined
        ? []
        : new FeedPoller({
            monitor,
            feed: id,
            ...source,
            read: { zone },
            ...defined({ intervalMs: this.#intervalMs }),
            onPoll({ lastError, failuresInARow, polls, failures, lastReading, lastApplication }) {
              const tell = (text: string): void =>
                void terminal.stderr.write(`ambulance-diversion: feed ${id}: ${text}\n`);
              if (failuresInARow === 1) tell(`${lastError?.describe()}`);
              if (failuresInARow === 0) {
                void share?.(id).catch((error: unknown) =>
                  tell(`what it said is not shared yet: ${error instanceof Error ? error.message : String(error)}`),
                );
              }
              if (failuresInARow === 0 && polls - failures === 1)
                firstHeard(lastReading, lastApplication).forEach(tell);
            },
          }),
    );
    for (const poller of pollers) poller.start();
    return async () => void (await Promise.all(pollers.map((poller) => poller.stop())));
  }
}

/** Of things a feed leaves out or says beside the point, how many are named. */
const NAMED_AT_MOST = 3;

/** Some of a list and how many more there are. */
export function someOf(list: readonly string[]): string {
  const more = list.length > NAMED_AT_MOST ? ` and ${list.length - NAMED_AT_MOST} more` : "";
  return `${list.slice(0, NAMED_AT_MOST).join(", ")}${more}`;
}

/** What of the first message somebody should see to: EDs it does not speak of, and what could not be read. */
export function firstHeard(
  reading: Pick<FeedReading, "notes" | "unmatched"> | undefined,
  application: Pick<FeedApplication, "neverHeard"> | undefined,
): string[] {
  const { neverHeard = [] } = application ?? {};
  const unmatched = (reading?.unmatched ?? []).map(({ ids: [id], name, row }) => id ?? name ?? `row ${row}`);
  const unread = (reading?.notes ?? []).filter(({ kind }) => kind === "unread");
  return [
    ...(neverHeard.length === 0
      ? []
      : [`it does not speak of ${someOf(neverHeard)}: whether they are open it does not tell.`]),
    ...(unmatched.length === 0 ? [] : [`${someOf(unmatched)}: none of the hospitals here.`]),
    ...(unread.length === 0
      ? []
      : [
          `${unread.length} part${unread.length === 1 ? "" : "s"} cannot be read, the first in row ${unread[0]!.row}: ${unread[0]!.text}`,
        ]),
  ];
}

function feedOption(
  text: string,
  headers: ReadonlyMap<string, Readonly<Record<string, string>>>,
  environment: NodeJS.ProcessEnv,
): FeedOption {
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
  return { id, source: { format, location, headers: { ...tokenHeader(id, environment), ...headers.get(id) } } };
}

/** What is said of a header never has its value, which may be a secret. @param option its name. */
export function headersOf(
  option: string,
  texts: readonly string[],
): ReadonlyMap<string, Readonly<Record<string, string>>> {
  const byFeed = new Map<string, Record<string, string>>();
  for (const text of texts) {
    const [, id, name, value] = /^([^=:]+)=([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([\x20-\x7e\t]*)$/.exec(text) ?? [];
    if (id === undefined || name === undefined || value === undefined) {
      throw badFeed(`${option} is none; write ID=NAME:VALUE, such as north=X-Api-Key:0000, in ASCII.`, option);
    }
    byFeed.set(id, { ...byFeed.get(id), [name]: value.trim() });
  }
  return byFeed;
}

/** The bearer token that the environment has for a feed. @throws DiversionError `invalid-argument`. */
export function tokenHeader(id: string, environment: NodeJS.ProcessEnv): Readonly<Record<string, string>> {
  const variable = `${TOKEN_PREFIX}${id.toUpperCase().replace(/[^A-Z0-9]/g, "_")}`;
  const token = environment[variable];
  if (token === undefined || token === "") return {};
  if (/^[\x21-\x7e]+$/.test(token)) return { Authorization: `Bearer ${token}` };
  throw badFeed(`${variable} holds a space, a line break or a letter beyond ASCII; write the token alone.`, variable);
}

export const badFeed = (message: string, field: string): DiversionError =>
  new DiversionError("invalid-argument", message, { field });
