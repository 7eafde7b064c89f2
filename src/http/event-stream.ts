import { defined } from "../core/defined";
import { Listeners } from "../core/listeners";
import type { SharedStatus, StatusFreshness } from "../hospitals/status/shared-status";
import type { StatusEntry } from "../hospitals/status/status";
import type { DiversionService } from "./service";

/** One server-sent event. */
interface ServerEvent {
  readonly event: "hello" | "status" | "roads" | "feeds" | "reset" | "store";
  /** A version of the status; only events that make one have it, so that a client resumes by `Last-Event-ID`. */
  readonly id?: number;
  readonly data: unknown;
}

/**
 * A client that falls further behind than this is dropped, and one that comes back further behind reads the whole state
 * again: a client costs no more than this, however long the log is.
 */
export const MAXIMUM_BEHIND = 1000;

/**
 * How long the store of a shared status may be away before clients hear of it: a fail-over takes as long, and answers are as
 * good as the status is old.
 */
const CUT_OFF_MS = 15_000;

/** How long a client that knows more than this server does is kept waiting for it to catch up. */
export const CATCH_UP_MS = 2000;

/** Tells every client of what changes; each has a queue of its own, which is bounded. */
export class EventHub {
  readonly #service: DiversionService;
  readonly #listeners = new Listeners<ServerEvent>();
  readonly #subscriptions = new Set<EventSubscription>();
  /** Those told last, by version. */
  readonly #recent = new Map<number, ServerEvent>();
  readonly #stops: (() => void)[];

  constructor(service: DiversionService) {
    this.#service = service;
    const { router, feeds, shared } = service;
    this.#stops = [
      ...(shared === undefined ? [] : [this.#tellOfStore(shared)]),
      router.status.onEntry((entry) => this.#listeners.emit(this.#eventOf(entry))),
      service.onRoadsChange((roadsVersion) => this.#listeners.emit({ event: "roads", data: { roadsVersion } })),
      ...(feeds === undefined ? [] : [feeds.onNews((news) => this.#listeners.emit({ event: "feeds", data: news }))]),
    ];
  }

  get clients(): number {
    return this.#subscriptions.size;
  }

  /**
   * @param after the version a client has seen last: what came since is told first. Undefined: from now on.
   */
  subscribe(after: number | undefined): EventSubscription {
    const subscription = new EventSubscription(this.#missedSince(after), () => {
      stop();
      this.#subscriptions.delete(subscription);
    });
    const stop = this.#listeners.add((event) => subscription.push(event));
    this.#subscriptions.add(subscription);
    return subscription;
  }

  /** Ends every stream, for a server that shuts down. */
  close(): void {
    for (const stop of this.#stops) stop();
    for (const subscription of [...this.#subscriptions]) subscription.end();
  }

  /** Waits, if need be, until what a client has seen is held here too: another server may have told it. */
  async catchUpWith(version: number): Promise<void> {
    const { router, shared } = this.#service;
    if (shared === undefined || version <= router.status.version) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, CATCH_UP_MS);
    });
    await Promise.race([shared.look(), late]);
    clearTimeout(timer);
  }

  /** Tells of a store that is away for long, of one that holds another history at once, and when all is well again. */
  #tellOfStore(shared: SharedStatus): () => void {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const tell = (): void => this.#listeners.emit({ event: "store", data: this.#service.standing() });
    const heed = ({ state }: StatusFreshness): void => {
      clearTimeout(timer);
      timer = setTimeout(tell, state === "cut-off" ? CUT_OFF_MS : 0);
      timer.unref();
    };
    if (shared.freshness.state === "cut-off") heed(shared.freshness);
    const stop = shared.onFreshness(heed);
    return () => {
      clearTimeout(timer);
      stop();
    };
  }

  #missedSince(after: number | undefined): ServerEvent[] {
    const { status, roads } = this.#service.router;
    const store = this.#service.standing();
    const versions = { statusVersion: status.version, roadsVersion: roads.version };
    const hello: ServerEvent = { event: "hello", data: defined({ ...versions, store }) };
    if (after === undefined) return [hello];
    // Older than what is kept, or of another history altogether: what the client holds cannot be brought up to date. Far
    // behind, it is brought up to date by what it reads.
    const behind = status.version - after;
    // Of one log kept by several, this server is the one that is behind.
    if (behind < 0 && store !== undefined) return [hello];
    if (after < status.archivedTo || behind < 0 || behind > MAXIMUM_BEHIND)
      return [hello, { event: "reset", data: {} }];
    return [
      hello,
      // Beyond what was archived versions have no gap, so these are the last.
      ...(behind === 0 ? [] : status.entries().slice(-behind)).map((entry) => this.#eventOf(entry)),
    ];
  }

  /** The same for all clients, so that a crowd that comes back at once has it written once. */
  #eventOf(entry: StatusEntry): ServerEvent {
    const { version } = entry;
    let known = this.#recent.get(version);
    if (known === undefined) {
      known = eventOf(entry);
      this.#recent.set(version, known);
      if (this.#recent.size > MAXIMUM_BEHIND) this.#recent.delete(this.#recent.keys().next().value!);
    }
    return known;
  }
}

/** What clients are told of an entry: of one beside the status, that they have to ask for what it changed. */
function eventOf(entry: StatusEntry): ServerEvent {
  const { version: id, kind } = entry;
  if (kind === "closure" || kind === "reopen") return { event: "roads", id, data: { statusVersion: id } };
  if (kind === "heard") {
    return { event: "feeds", id, data: { feed: entry.feed, hospitals: Object.keys(entry.hospitals) } };
  }
  return { event: "status", id, data: entry };
}

/** The events for one client, in order. */
class EventSubscription {
  readonly #onEnd: () => void;
  readonly #waiting: ServerEvent[];
  #wake: (() => void) | undefined;
  #isOver = false;

  constructor(first: readonly ServerEvent[], onEnd: () => void) {
    this.#onEnd = onEnd;
    this.#waiting = [...first];
  }

  push(event: ServerEvent): void {
    if (this.#isOver) return;
    this.#waiting.push(event);
    if (this.#waiting.length > MAXIMUM_BEHIND) this.end();
    this.#wake?.();
  }

  /**
   * What has come since the last call; empty when nothing has within the time given; undefined when it is over.
   */
  async next(milliseconds: number): Promise<readonly ServerEvent[] | undefined> {
    if (this.#waiting.length === 0 && !this.#isOver) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, milliseconds);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      this.#wake = undefined;
    }
    return this.#isOver ? undefined : this.#waiting.splice(0);
  }

  end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#waiting.length = 0;
    this.#onEnd();
    this.#wake?.();
  }
}

/** As they go over the wire, written once for all clients. */
const texts = new WeakMap<ServerEvent, string>();

/** As it goes over the wire (HTML standard, section 9.2.6). */
export function eventText(event: ServerEvent): string {
  let text = texts.get(event);
  if (text === undefined) {
    text = writtenEvent(event);
    texts.set(event, text);
  }
  return text;
}

function writtenEvent({ event, id, data }: ServerEvent): string {
  const lines = [`event: ${event}`, ...(id === undefined ? [] : [`id: ${id}`]), `data: ${JSON.stringify(data)}`];
  return `${lines.join("\n")}\n\n`;
}
