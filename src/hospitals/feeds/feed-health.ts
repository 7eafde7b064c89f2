import { type Checksum, checksumOf } from "../../core/checksum";
import type { EpochMs } from "../../core/instant";
import type { HospitalDirectory } from "../directory/directory";
import type { FeedWord } from "../status/restriction";

/**
 * Why feeds do not tell whether an ED is open.
 * - `silent`: the feed was last heard longer ago than its time-to-live.
 * - `never-heard`: the feed has not spoken of it yet.
 * - `says-unknown`: the feed itself says that it does not know.
 * - `says-no-ed`: the feed says that there is no ED.
 * - `no-feed`: no feed reports on it.
 */
type UnknownCause = "silent" | "never-heard" | "says-unknown" | "says-no-ed" | "no-feed";

/** What feeds know of one hospital at one moment. */
export interface FeedState {
  /** The feed that knows most: one that knows at all before one that does not, then the one heard last, then by id. */
  readonly feed?: string;
  /** When that feed last spoke of the hospital. */
  readonly heardMs?: EpochMs;
  /** From then to the moment asked about; 0 when that lies before. */
  readonly ageMs?: number;
  /** Neither open nor closed, as far as feeds go. */
  readonly unknown: boolean;
  /** Present when unknown. */
  readonly why?: UnknownCause;
  /** Minutes from arrival to handover that the feed last stated; absent when unknown. */
  readonly handoverMinutes?: number;
  /** What each feed that spoke of the hospital is worth now: what it last said holds while it is fresh. */
  readonly words: readonly FeedWord[];
}

/** Something was heard from a feed. */
export interface FeedNews {
  readonly feed: string;
  /** Ids of those of which it spoke, be it to say the same again: its word on them is fresh. */
  readonly hospitals: readonly string[];
}

/** Where a router learns what feeds know: a `FeedMonitor`, or `{ health: () => health }` for one that stands still. */
export interface FeedSource {
  health(): FeedHealth;
  /**
   * Calls the listener whenever something was heard, when all of the message has been taken. Returns the way to stop it.
   * That a feed falls silent is no event but follows from the clock: see {@link FeedHealth.nextSilence}. Absent where
   * nothing is ever heard.
   */
  onNews?(listener: (news: FeedNews) => void): () => void;
}

/** What one feed has said of one hospital. */
export interface HospitalReport {
  /** When it was last heard; absent when never. */
  readonly heardMs?: EpochMs;
  readonly says?: "known" | "unknown" | "no-ed";
  readonly handoverMinutes?: number;
}

/** What one feed has said of each of its hospitals. */
export interface FeedReport {
  readonly feed: string;
  readonly timeToLiveMs: number;
  /** By id; a feed's hospitals are exactly those here. */
  readonly hospitals: Readonly<Record<string, HospitalReport>>;
}

/**
 * What all feeds had said by one moment; it never changes. It depends on nothing but its reports, so that a decision
 * made with it can be repeated: `new FeedHealth(directory, JSON.parse(JSON.stringify(health)))` answers alike.
 */
export class FeedHealth {
  readonly #byPlace: readonly (readonly { readonly report: FeedReport; readonly of: HospitalReport }[])[];
  #memoizedChecksum: Checksum | undefined;
  #elsewhere: FeedHealth | undefined;
  readonly #directory: HospitalDirectory;
  readonly #reports: readonly FeedReport[];

  constructor(directory: HospitalDirectory, reports: readonly FeedReport[]) {
    this.#directory = directory;
    this.#reports = reports;
    this.#byPlace = directory.hospitals.map(({ id }) =>
      reports.flatMap((report) => (Object.hasOwn(report.hospitals, id) ? { report, of: report.hospitals[id]! } : [])),
    );
  }

  /** The same reports, for the numbers of another directory. */
  in(directory: HospitalDirectory): FeedHealth {
    if (directory === this.#directory) return this;
    if (this.#elsewhere === undefined || this.#elsewhere.#directory !== directory) {
      this.#elsewhere = new FeedHealth(directory, this.#reports);
    }
    return this.#elsewhere;
  }

  /** What is known of a hospital, by its number in the directory, at a moment. */
  stateOf(hospitalIndex: number, epochMs: EpochMs): FeedState {
    let best: SingleState | undefined;
    for (const { report, of } of this.#byPlace[hospitalIndex] ?? []) {
      const state = stateAt(report, of, epochMs);
      if (best === undefined || knowsMore(state, best)) best = state;
    }
    const words = this.wordsOn(hospitalIndex, epochMs);
    return best === undefined ? { unknown: true, why: "no-feed", words } : { ...best, words };
  }

  /** The handover times, in minutes, that feeds last stated of a hospital, by its number, be they silent since. */
  handoversOf(hospitalIndex: number): readonly number[] {
    return (this.#byPlace[hospitalIndex] ?? []).flatMap(({ of }) => of.handoverMinutes ?? []);
  }

  /** What each feed that spoke of a hospital, by its number, is worth at a moment. */
  wordsOn(hospitalIndex: number, epochMs: EpochMs): readonly FeedWord[] {
    return (this.#byPlace[hospitalIndex] ?? []).flatMap(({ report: { feed, timeToLiveMs }, of: { heardMs } }) =>
      heardMs === undefined ? [] : [{ feed, heardMs, isFresh: epochMs - heardMs <= timeToLiveMs }],
    );
  }

  /**
   * The first moment after `epochMs` at which a feed that tells of a hospital falls silent if it is not heard again;
   * undefined when none does. {@link stateOf} says the same from one such moment to the next.
   */
  nextSilence(hospitalIndex: number, epochMs: EpochMs): EpochMs | undefined {
    let next: EpochMs | undefined;
    for (const { report, of } of this.#byPlace[hospitalIndex] ?? []) {
      // What a feed that does not know says is as unknown as silence.
      if (of.heardMs === undefined || of.says !== "known") continue;
      const silentMs = Math.floor(of.heardMs + report.timeToLiveMs) + 1;
      if (silentMs > epochMs && (next === undefined || silentMs < next)) next = silentMs;
    }
    return next;
  }

  /** Of all that answers depend on. */
  get checksum(): Checksum {
    this.#memoizedChecksum ??= checksumOf(this.#reports);
    return this.#memoizedChecksum;
  }

  /** The reports it was made from. */
  toJSON(): readonly FeedReport[] {
    return this.#reports;
  }
}

type SingleState = Omit<FeedState, "words">;

function stateAt({ feed, timeToLiveMs }: FeedReport, report: HospitalReport, epochMs: EpochMs): SingleState {
  const { heardMs, says, handoverMinutes } = report;
  if (heardMs === undefined) return { feed, unknown: true, why: "never-heard" };
  const ageMs = Math.max(0, epochMs - heardMs);
  const why =
    ageMs > timeToLiveMs ? "silent" : says === "unknown" ? "says-unknown" : says === "no-ed" ? "says-no-ed" : undefined;
  if (why !== undefined) return { feed, heardMs, ageMs, unknown: true, why };
  return { feed, heardMs, ageMs, unknown: false, ...(handoverMinutes === undefined ? {} : { handoverMinutes }) };
}

function knowsMore(a: SingleState, b: SingleState): boolean {
  if (a.unknown !== b.unknown) return b.unknown;
  const aheadMs = (a.heardMs ?? Number.NEGATIVE_INFINITY) - (b.heardMs ?? Number.NEGATIVE_INFINITY);
  if (aheadMs > 0) return true;
  return !(aheadMs < 0) && a.feed! < b.feed!;
}
