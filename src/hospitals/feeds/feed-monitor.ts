import { defined } from "../../core/defined";
import { DiversionError } from "../../core/errors";
import { type Clock, type EpochMs, instantAt, systemClock } from "../../core/instant";
import { Listeners } from "../../core/listeners";
import { runSteps, type Steps } from "../../core/steps";
import type { Status, StatusResult } from "../status/status";
import { FeedHealth, type FeedNews, type FeedReport, type FeedSource, type HospitalReport } from "./feed-health";
import type { EdState, FeedReading, FeedRestriction, HospitalReading } from "./feed-reading";

/** A feed: who is reported on, and how long its word holds. */
export interface FeedDefinition {
  /** Letters, digits and `._-`: part of keys and of what answers say. */
  readonly id: string;
  /** Ids of the hospitals it may speak of. Default: all of the directory. What it says of others is not used. */
  readonly hospitals?: readonly string[];
  /** Unheard for longer than this, it no longer knows. */
  readonly timeToLiveMs: number;
}

/** What became of a message. */
export interface FeedApplication {
  /** What the status made of it; a hospital with nothing new has none. */
  readonly results: readonly StatusResult[];
  /** Hospitals of which something older was said than is known. */
  readonly late: readonly string[];
  /** Hospitals of which the same was said again. */
  readonly duplicate: readonly string[];
  /** Hospitals that are ours and not this feed's. */
  readonly outside: readonly string[];
  /** The feed's hospitals of which it has not spoken yet, this message included: of them it does not tell. */
  readonly neverHeard: readonly string[];
  /** Why the whole message was not used, such as a test. */
  readonly notUsed?: string;
}

/** What one feed has done since the monitor was made. */
interface FeedCounts {
  readonly messages: number;
  /** Messages that must not change the status: tests and exercises. */
  readonly notUsed: number;
  /** Statements about hospitals that changed the status. */
  readonly accepted: number;
  readonly duplicate: number;
  /** Older than what was known; dropped. */
  readonly late: number;
}

/** How one feed is. */
export interface FeedSummary {
  readonly id: string;
  /** When it last spoke of any of its hospitals; absent when never. */
  readonly heardMs?: EpochMs;
  readonly ageMs?: number;
  readonly timeToLiveMs: number;
  /** Silent beyond its time-to-live, or never heard. */
  readonly silent: boolean;
  /** How many hospitals it may speak of. */
  readonly hospitals: number;
  /** Those of which it never spoke. */
  readonly neverHeard: readonly string[];
  /** Those of which it spoke, and not within its time-to-live: a feed that is heard may leave some out. */
  readonly silentOn: readonly string[];
  readonly counts: FeedCounts;
}

/** What a monitor reads of a status, and changes of it. */
export type FeedTarget = Pick<Status, "directory" | "view" | "report" | "clear">;

export interface FeedMonitorOptions {
  /** Tells when a message is heard. Default: the wall clock. */
  readonly clock?: Clock;
  /** What was heard before, from another monitor's `health().toJSON()`: after a restart, or a change of hospitals. */
  readonly reports?: readonly FeedReport[];
}

interface ApplyOptions {
  /** When the message was written, if the transport knows and the message does not say: a file's time. Default: now. */
  readonly writtenMs?: EpochMs;
}

const FEED_ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/**
 * Brings messages of feeds into a status, and keeps account of when each feed last spoke of each hospital.
 *
 * What a feed asks stands under keys of its own, `feed:<id>` and `feed:<id>:<part>`: feeds and people do not overwrite
 * each other, and a feed that says all is well ends what it asked itself and nothing else. What it asked before it fell
 * silent stays until it ends or expires; that the feed is silent is told by {@link health}.
 */
export class FeedMonitor implements FeedSource {
  readonly #clock: Clock;
  readonly #feeds: ReadonlyMap<string, Feed>;
  #snapshot: FeedHealth | undefined;
  readonly #news = new Listeners<FeedNews>();

  /** @throws DiversionError `invalid-argument`, or `unknown-hospital` for a feed about a hospital that is not there. */
  constructor(
    readonly status: FeedTarget,
    feeds: readonly FeedDefinition[],
    options: FeedMonitorOptions = {},
  ) {
    this.#clock = options.clock ?? systemClock;
    const { directory } = status;
    const known = new Map<string, Feed>();
    for (const { id, hospitals = directory.hospitals.map((hospital) => hospital.id), timeToLiveMs } of feeds) {
      if (!FEED_ID.test(id))
        throw invalid(`The feed id ${JSON.stringify(id)} is not 1 to 64 letters, digits and . _ -.`);
      if (known.has(id)) throw invalid(`The feed id ${id} comes twice; give each feed its own.`);
      if (!(timeToLiveMs > 0 && Number.isFinite(timeToLiveMs))) {
        throw invalid(`The time-to-live of ${id} is ${timeToLiveMs}; give milliseconds above 0.`);
      }
      const ours = new Set(hospitals.map((hospital) => directory.require(hospital, "feeds.hospitals").id));
      const before = options.reports?.find(({ feed }) => feed === id)?.hospitals ?? {};
      known.set(id, new Feed(id, [...ours], timeToLiveMs, before));
    }
    this.#feeds = known;
  }

  /**
   * Takes a message. Each hospital is taken by itself: one that is late does not hold up the others.
   *
   * A statement without a moment of its own counts as observed when the message was sent, or else now. Said again
   * unchanged, such a one is renewed once in a time-to-live, so that polling does not fill the log.
   *
   * @throws DiversionError `invalid-argument` for a feed that is not known; what `status.report` throws, after which the
   * hospitals already taken stay taken, and the message may be given again.
   */
  apply(feedId: string, reading: FeedReading, options: ApplyOptions = {}): FeedApplication {
    return runSteps(this.applySteps(feedId, reading, options));
  }

  /** {@link apply}, in steps: a hospital each, which may wait for the disk. */
  *applySteps(feedId: string, reading: FeedReading, options: ApplyOptions = {}): Steps<FeedApplication> {
    const feed = this.#require(feedId);
    const nowMs = this.#clock();
    const sentMs = Math.min(nowMs, reading.sentAt?.epochMs ?? options.writtenMs ?? nowMs);
    const application = {
      results: [] as StatusResult[],
      late: [] as string[],
      duplicate: [] as string[],
      outside: [] as string[],
    };
    feed.counts.messages++;
    if (reading.notActual !== undefined) {
      feed.counts.notUsed++;
      return { ...application, neverHeard: feed.neverHeard(), notUsed: reading.notActual };
    }
    const hospitals: string[] = [];
    try {
      for (const said of reading.hospitals) {
        yield;
        // Each time: whoever hears of the status while it changes may ask for the health between two hospitals.
        this.#snapshot = undefined;
        const heard = feed.hospitals.get(said.hospital);
        if (heard === undefined) application.outside.push(said.hospital);
        else if (said.state === "not-stated" && said.restrictions.length === 0) continue;
        else if (this.#take(feed, heard, said, sentMs, application)) hospitals.push(said.hospital);
      }
    } finally {
      this.#snapshot = undefined;
      // Also when one could not be taken: those before it were.
      if (hospitals.length > 0) this.#news.emit({ feed: feedId, hospitals });
    }
    return { ...application, neverHeard: feed.neverHeard() };
  }

  /** Takes over what another monitor heard of a feed, where that is later. */
  takeOver({ feed: id, hospitals }: FeedReport): void {
    const feed = this.#feeds.get(id);
    for (const [hospital, report] of Object.entries(hospitals)) {
      const heard = feed?.hospitals.get(hospital);
      if (heard === undefined || report.heardMs === undefined || report.heardMs <= (heard.heardMs ?? 0)) continue;
      heard.heardMs = report.heardMs;
      heard.says = report.says;
      heard.handoverMinutes = report.handoverMinutes;
    }
    this.#snapshot = undefined;
  }

  /** Forgets what a feed last stated: its next message is taken as if it said all of it for the first time. */
  forget(id: string): void {
    for (const heard of this.#require(id).hospitals.values()) heard.statement = undefined;
  }

  onNews(listener: (news: FeedNews) => void): () => void {
    return this.#news.add(listener);
  }

  /** What feeds know, for a router and for answers. The same object until something is heard. */
  health(): FeedHealth {
    this.#snapshot ??= new FeedHealth(
      this.status.directory,
      [...this.#feeds.values()].map((feed) => feed.report()),
    );
    return this.#snapshot;
  }

  /** How each feed is, in the order they were given: for metrics and for people. */
  summaries(): readonly FeedSummary[] {
    const nowMs = this.#clock();
    return [...this.#feeds.values()].map((feed) => {
      const { id, timeToLiveMs, hospitals, counts } = feed;
      const heardMs = Math.max(...[...hospitals.values()].map((heard) => heard.heardMs ?? Number.NEGATIVE_INFINITY));
      const common = {
        id,
        timeToLiveMs,
        hospitals: hospitals.size,
        neverHeard: feed.neverHeard(),
        silentOn: feed.silentOn(nowMs),
        counts: { ...counts },
      };
      if (heardMs === Number.NEGATIVE_INFINITY) return { ...common, silent: true };
      const ageMs = Math.max(0, nowMs - heardMs);
      return { ...common, heardMs, ageMs, silent: ageMs > timeToLiveMs };
    });
  }

  /** Whether it was taken: not older than what is known. */
  #take(feed: Feed, heard: Heard, said: HospitalReading, sentMs: EpochMs, application: Application): boolean {
    const { hospital } = said;
    const observedMs = Math.min(said.observedAt?.epochMs ?? sentMs, this.#clock());
    if (observedMs < (heard.observedMs ?? Number.NEGATIVE_INFINITY)) {
      feed.counts.late++;
      application.late.push(hospital);
      return false;
    }
    const results = this.#state(feed, heard, said, observedMs);
    application.results.push(...results);
    const accepted = results.filter(({ outcome }) => outcome === "accepted").length;
    // What is older than the status knows came from before this monitor: it must not pass for news of the feed.
    if (accepted === 0 && results.some(({ outcome }) => outcome === "late")) {
      feed.counts.late++;
      application.late.push(hospital);
      return false;
    }
    feed.counts.accepted += accepted;
    if (results.length > 0 || heard.statement === undefined) {
      heard.statement = JSON.stringify(said.restrictions);
      heard.reportedMs = observedMs;
    }
    if (accepted === 0) {
      feed.counts.duplicate++;
      application.duplicate.push(hospital);
    }
    heard.observedMs = observedMs;
    if (said.state === "not-stated") return true;
    heard.heardMs = Math.max(sentMs, heard.heardMs ?? sentMs);
    heard.says = SAYS[said.state];
    heard.handoverMinutes = said.handoverMinutes;
    return true;
  }

  /** Reports what the message asks, then ends what the feed asked before and the message does not. */
  #state(feed: Feed, heard: Heard, said: HospitalReading, observedMs: EpochMs): StatusResult[] {
    const { hospital, restrictions, observedAt } = said;
    const { status } = this;
    const prefix = `feed:${feed.id}`;
    const source = feed.id;
    const at = observedAt?.text ?? instantAt(observedMs).text;
    const keyOf = ({ part }: FeedRestriction): string => (part === undefined ? prefix : `${prefix}:${part}`);
    const held = status
      .view()
      .restrictionsOf(hospital)
      .filter(({ key }) => key === prefix || key.startsWith(`${prefix}:`));
    const restated =
      observedAt === undefined &&
      heard.statement === JSON.stringify(restrictions) &&
      held.length === restrictions.length &&
      observedMs - heard.reportedMs! < feed.timeToLiveMs;
    if (restated) return [];
    const results: StatusResult[] = [];
    for (const restriction of restrictions) {
      const { part: _, ...rest } = restriction;
      results.push(status.report({ ...rest, hospital, key: keyOf(restriction), source, observedAt: at }));
    }
    const asked = new Set(restrictions.map(keyOf));
    const ended = held.map(({ key }) => key).filter((key) => !asked.has(key));
    // The first word of a feed is put down even if it asks for nothing, so that an older one is known to be late for as
    // long as the log is kept; after that, all being well again and again is no news.
    if (heard.statement === undefined && !asked.has(prefix) && !ended.includes(prefix)) ended.push(prefix);
    if (said.state !== "not-stated") {
      for (const key of ended) results.push(status.clear(hospital, key, { source, observedAt: at }));
    }
    return results;
  }

  #require(id: string): Feed {
    const feed = this.#feeds.get(id);
    if (feed !== undefined) return feed;
    const known = [...this.#feeds.keys()].join(", ");
    throw invalid(`${JSON.stringify(id)} is none of the feeds; they are ${known === "" ? "none" : known}.`);
  }
}

const SAYS = {
  accepting: "known",
  restricted: "known",
  unknown: "unknown",
  "no-ed": "no-ed",
} as const satisfies Record<Exclude<EdState, "not-stated">, HospitalReport["says"]>;

interface Application {
  readonly results: StatusResult[];
  readonly late: string[];
  readonly duplicate: string[];
  readonly outside: string[];
}

/** What a feed has said of one hospital. */
interface Heard {
  heardMs?: EpochMs;
  says?: HospitalReport["says"] | undefined;
  handoverMinutes?: number | undefined;
  /** When the last statement taken was true. */
  observedMs?: EpochMs;
  /** The restrictions last reported, as JSON, and when they were. */
  statement?: string | undefined;
  reportedMs?: EpochMs;
}

class Feed {
  readonly hospitals: ReadonlyMap<string, Heard>;
  readonly counts = { messages: 0, notUsed: 0, accepted: 0, duplicate: 0, late: 0 };

  constructor(
    readonly id: string,
    hospitals: readonly string[],
    readonly timeToLiveMs: number,
    before: FeedReport["hospitals"],
  ) {
    this.hospitals = new Map([...hospitals].sort().map((hospital) => [hospital, { ...before[hospital] }]));
  }

  neverHeard(): string[] {
    return [...this.hospitals].flatMap(([id, { heardMs }]) => (heardMs === undefined ? [id] : []));
  }

  silentOn(nowMs: EpochMs): string[] {
    return [...this.hospitals].flatMap(([id, { heardMs }]) =>
      heardMs !== undefined && nowMs - heardMs > this.timeToLiveMs ? [id] : [],
    );
  }

  report(): FeedReport {
    const hospitals: Record<string, HospitalReport> = {};
    for (const [id, { heardMs, says, handoverMinutes }] of this.hospitals) {
      hospitals[id] = defined({ heardMs, says, handoverMinutes });
    }
    return { feed: this.id, timeToLiveMs: this.timeToLiveMs, hospitals };
  }
}

const invalid = (message: string): DiversionError =>
  new DiversionError("invalid-argument", message, { field: "feeds" });
