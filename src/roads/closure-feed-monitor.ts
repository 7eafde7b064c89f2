import { checksumOfText } from "../core/checksum";
import { defined } from "../core/defined";
import { DiversionError } from "../core/errors";
import { type Clock, type EpochMs, instantAt, systemClock } from "../core/instant";
import type { Position } from "../core/units";
import type { ClosureEvent, ClosureFeedReading, LaneEvent } from "./closure-feeds/closure-feed-reading";
import type { CloseRequest } from "./closures/closure";
import type { ClosureEntry } from "./closures/closures";
import type { RoadIndex } from "./road-index";

/** A closure feed, and how long its word is fresh. */
export interface ClosureFeedDefinition {
  /** Letters, digits and `._-`: part of ids of closures and of what answers say. */
  readonly id: string;
  /** Unheard for longer than this, it no longer knows. */
  readonly timeToLiveMs: number;
}

/** What became of a message. */
export interface ClosureFeedApplication {
  /** Ids of closures and slowdowns entered, and undone because the feed does not say them any more or says otherwise. */
  readonly entered: readonly string[];
  readonly reopened: readonly string[];
  /** Events near the roads here that are about none of them, as the message calls them. */
  readonly unplaced: readonly string[];
  /** How many events lie off the roads here. */
  readonly elsewhere: number;
  /** Why the message was not used: it is older than what is known, or none that counts. */
  readonly notUsed?: string;
}

/** How one closure feed is. */
export interface ClosureFeedSummary {
  readonly id: string;
  readonly timeToLiveMs: number;
  readonly heardMs?: EpochMs;
  readonly ageMs?: number;
  readonly silent: boolean;
  /** Closures and slowdowns of this feed that are held. */
  readonly held: number;
  readonly unplaced: readonly string[];
  readonly elsewhere: number;
  /** What it last said of lanes. */
  readonly lanes: readonly LaneEvent[];
  readonly notes: ClosureFeedReading["notes"];
  readonly counts: { readonly messages: number; readonly notUsed: number };
}

/** How near the line or point that a feed draws a road must be, metres: what authorities and maps draw differs by some. */
const REACH_METRES = 12;

/** A point is about the nearest road no farther away than this. */
const POINT_METRES = 25;

const FEED_ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/**
 * Brings what closure feeds say into the roads' closures, and keeps account of when each was heard.
 *
 * Each message is all that its feed says: what it said before and does not say now is reopened, what it says as before is
 * left alone, so that a feed polled every minute makes no version unless something changed. What a person reopened stays
 * open until the feed says otherwise of it. A feed that falls silent changes nothing on the roads: closed roads stay
 * closed until their own end, for it is when things go wrong that feeds do too; that it is silent is in every answer.
 */
export class ClosureFeedMonitor {
  readonly roads: RoadIndex;
  readonly #clock: Clock;
  readonly #feeds: ReadonlyMap<string, Feed>;
  #names: ReadonlyMap<string, string> | undefined;

  /** @throws DiversionError `invalid-argument`. */
  constructor(
    roads: RoadIndex,
    feeds: readonly ClosureFeedDefinition[],
    { clock = systemClock }: { clock?: Clock } = {},
  ) {
    this.roads = roads;
    this.#clock = clock;
    const known = new Map<string, Feed>();
    for (const { id, timeToLiveMs } of feeds) {
      if (!FEED_ID.test(id))
        throw invalid(`The feed id ${JSON.stringify(id)} is not 1 to 64 letters, digits and . _ -.`);
      if (known.has(id)) throw invalid(`The feed id ${id} comes twice; give each feed its own.`);
      if (!(timeToLiveMs > 0 && Number.isFinite(timeToLiveMs))) {
        throw invalid(`The time-to-live of ${id} is ${timeToLiveMs}; give milliseconds above 0.`);
      }
      known.set(id, new Feed(id, timeToLiveMs));
    }
    this.#feeds = known;
    this.noteSilence();
  }

  /**
   * Takes a message.
   *
   * @param writtenMs when it was written, if the transport knows and the message does not say. Default: now.
   * @throws DiversionError `invalid-argument` for a feed that is not known.
   */
  apply(feedId: string, reading: ClosureFeedReading, writtenMs?: EpochMs): ClosureFeedApplication {
    const feed = this.#require(feedId);
    const nowMs = this.#clock();
    const sentMs = Math.min(nowMs, reading.sentAt?.epochMs ?? writtenMs ?? nowMs);
    feed.messages++;
    const isLate = sentMs < (feed.sentMs ?? Number.NEGATIVE_INFINITY);
    const notUsed = reading.notActual ?? (isLate ? "The message is older than one taken before." : undefined);
    if (notUsed !== undefined) {
      feed.notUsed++;
      return { entered: [], reopened: [], unplaced: [], elsewhere: 0, notUsed };
    }
    const application = this.#state(feed, reading);
    feed.sentMs = sentMs;
    feed.heardMs = Math.max(sentMs, feed.heardMs ?? sentMs);
    feed.last = { ...application, lanes: reading.lanes, notes: reading.notes };
    this.noteSilence();
    return application;
  }

  /** Has answers tell which feeds are silent now. To be called when one may have become so: see {@link nextSilence}. */
  noteSilence(): void {
    const nowMs = this.#clock();
    const silent = [...this.#feeds.values()].filter((feed) => feed.isSilent(nowMs));
    this.roads.setSilentFeeds(
      silent.map(({ id, heardMs }) =>
        defined({ feed: id, heardAt: heardMs === undefined ? undefined : instantAt(heardMs).text }),
      ),
    );
  }

  /** The first moment at which a feed falls silent that is not heard again; undefined when all are silent. */
  nextSilence(): EpochMs | undefined {
    const nowMs = this.#clock();
    const moments = [...this.#feeds.values()].flatMap((feed) => (feed.isSilent(nowMs) ? [] : feed.silentMs()));
    return moments.length === 0 ? undefined : Math.min(...moments);
  }

  /** How each feed is, in the order they were given. */
  summaries(): readonly ClosureFeedSummary[] {
    const nowMs = this.#clock();
    const held = new Map<string, number>();
    for (const { feed } of this.roads.closures) if (feed !== undefined) held.set(feed, (held.get(feed) ?? 0) + 1);
    return [...this.#feeds.values()].map((feed) => {
      const { id, timeToLiveMs, heardMs, messages, notUsed, last } = feed;
      return defined({
        id,
        timeToLiveMs,
        heardMs,
        ageMs: heardMs === undefined ? undefined : Math.max(0, nowMs - heardMs),
        silent: feed.isSilent(nowMs),
        held: held.get(id) ?? 0,
        unplaced: last?.unplaced ?? [],
        elsewhere: last?.elsewhere ?? 0,
        lanes: last?.lanes ?? [],
        notes: last?.notes ?? [],
        counts: { messages, notUsed },
      });
    });
  }

  #state(feed: Feed, reading: ClosureFeedReading): ClosureFeedApplication {
    const unplaced: string[] = [];
    let elsewhere = 0;
    const before = feed.said;
    const said = new Map<string, Said>();
    for (const event of reading.closures) {
      const statement = JSON.stringify(event);
      const known = before.get(event.id);
      if (known?.statement === statement) {
        said.set(event.id, known);
        if (known.placed === "unplaced") unplaced.push(event.id);
        if (known.placed === "elsewhere") elsewhere++;
        continue;
      }
      const entries = this.#place(feed.id, event);
      if (entries === "unplaced") unplaced.push(event.id);
      if (entries === "elsewhere") elsewhere++;
      const placed = typeof entries === "string" ? entries : "placed";
      said.set(event.id, { statement, placed, entries: typeof entries === "string" ? [] : entries });
    }
    for (const id of reading.unread) {
      const known = before.get(id);
      if (known !== undefined && !said.has(id)) said.set(id, known);
    }
    const saidBefore = new Set(before.values());
    const kept = new Set([...said.values()].filter((one) => saidBefore.has(one)));
    const held = new Set(this.roads.closures.map(({ id }) => id));
    const reopened = [...before.values()]
      .filter((one) => !kept.has(one))
      .flatMap(({ entries }) => entries.map(idOf))
      .filter((id) => held.has(id));
    const enter = [...said.values()].filter((one) => !kept.has(one)).flatMap(({ entries }) => entries);
    const entered = this.roads.reviseClosures({ reopen: reopened, enter, withoutRoads: "leave-out" });
    feed.said = said;
    return { entered: entered.map(({ id }) => id), reopened, unplaced, elsewhere };
  }

  /** What an event comes to on these roads: a closure or slowdown for each of its periods. */
  #place(feed: string, event: ClosureEvent): readonly ClosureEntry[] | "unplaced" | "elsewhere" {
    const where = this.#whereOf(event);
    if (typeof where === "string") return where;
    const { id, effect, maximumKmh, reason, periods } = event;
    return periods.map(({ from, until }, place): ClosureEntry => {
      const request = defined({
        id: closureId(feed, id, periods.length === 1 ? undefined : place + 1),
        ...where,
        reason,
        feed,
        from: from?.text,
        until: until?.text,
        maximumKmh,
      });
      return { kind: effect, request };
    });
  }

  /** The first selection that is about a road: by the names stated, then by the place alone. */
  #whereOf({
    place,
    roads,
    effect,
    reason,
    maximumKmh,
  }: ClosureEvent): Partial<CloseRequest> | "unplaced" | "elsewhere" {
    const positions = place.type === "point" ? [place.position] : place.lines.flat();
    if (!this.#isNear(positions)) return "elsewhere";
    const names = [...new Set(roads.flatMap((name) => this.#namesHere().get(plainName(name)) ?? []))];
    const tries =
      place.type === "point" ? this.#atPoint(place.position, names) : alongLines(place.lines, place.along, names);
    const speed = maximumKmh === undefined ? {} : { maximumKmh };
    for (const one of tries) {
      if (this.roads.countEdges({ kind: effect, request: { ...one, reason, ...speed } }) > 0) return one;
    }
    return "unplaced";
  }

  #atPoint(position: Position, names: readonly string[]): Partial<CloseRequest>[] {
    const point = { point: position, bufferMetres: REACH_METRES };
    const nearest = this.roads.trySnap(position, POINT_METRES);
    return [
      ...names.map((road) => ({ ...point, road })),
      ...(nearest === undefined ? [] : [{ point: nearest.position, bufferMetres: 1, segments: [nearest.segment] }]),
    ];
  }

  #isNear(positions: readonly Position[]): boolean {
    const { west, south, east, north } = this.roads.bounds;
    const [lons, lats] = [positions.map(([lon]) => lon), positions.map(([, lat]) => lat)];
    const isBeyond = (values: readonly number[], low: number, high: number): boolean =>
      values.every((value) => value < low) || values.every((value) => value > high);
    return !isBeyond(lons, west, east) && !isBeyond(lats, south, north);
  }

  /** What roads are called here, by what is left of a name without spaces, hyphens and capitals: "I-80" is "I 80". */
  #namesHere(): ReadonlyMap<string, string> {
    if (this.#names === undefined) {
      const names = new Map<string, string>();
      for (const { name, ref } of this.roads.graph.roads) {
        for (const one of [name, ...ref.split(";")]) if (one.trim() !== "") names.set(plainName(one), one.trim());
      }
      this.#names = names;
    }
    return this.#names;
  }

  #require(id: string): Feed {
    const feed = this.#feeds.get(id);
    if (feed !== undefined) return feed;
    const known = [...this.#feeds.keys()].join(", ");
    throw invalid(`${JSON.stringify(id)} is none of the closure feeds; they are ${known === "" ? "none" : known}.`);
  }
}

/** What a feed last said of one event. */
interface Said {
  readonly statement: string;
  readonly placed: "placed" | "unplaced" | "elsewhere";
  readonly entries: readonly ClosureEntry[];
}

class Feed {
  heardMs: EpochMs | undefined;
  sentMs: EpochMs | undefined;
  messages = 0;
  notUsed = 0;
  said: ReadonlyMap<string, Said> = new Map();
  last: (ClosureFeedApplication & Pick<ClosureFeedReading, "lanes" | "notes">) | undefined;

  constructor(
    readonly id: string,
    readonly timeToLiveMs: number,
  ) {}

  /** From when it is silent, unless it is heard. */
  silentMs(): EpochMs {
    return (this.heardMs ?? Number.NEGATIVE_INFINITY) + this.timeToLiveMs + 1;
  }

  isSilent(nowMs: EpochMs): boolean {
    return nowMs >= this.silentMs();
  }
}

/** With each name, then with none: an authority may call a road otherwise than the map. */
function alongLines(
  lines: readonly (readonly Position[])[],
  along: NonNullable<CloseRequest["along"]>,
  names: readonly string[],
): Partial<CloseRequest>[] {
  const coordinates = lines.map((line) => line.map(([lon, lat]) => [lon, lat]));
  const line = { line: { type: "MultiLineString" as const, coordinates }, bufferMetres: REACH_METRES, along };
  return [...names.map((road) => ({ ...line, road })), line];
}

const plainName = (name: string): string => name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");

const idOf = ({ request }: ClosureEntry): string => (request as { readonly id: string }).id;

/** An id of a closure is at most 200 letters, digits and `._:+-`; one that cannot be made of the feed's is its checksum. */
function closureId(feed: string, event: string, part: number | undefined): string {
  const plain = /^[A-Za-z0-9._+-]{1,100}$/.test(event) ? event : checksumOfText(event).slice("sha256:".length, 39);
  return `${feed}:${plain}${part === undefined ? "" : `:${part}`}`;
}

const invalid = (message: string): DiversionError =>
  new DiversionError("invalid-argument", message, { field: "closureFeeds" });
