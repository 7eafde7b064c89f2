import { defined } from "../../core/defined";
import { DiversionError } from "../../core/errors";
import { type EpochMs, type Instant, MS_PER_DAY } from "../../core/instant";
import type { Position } from "../../core/units";
import type { Along } from "../closures/followed-line";

/** A stretch of time; without an end of its own it lasts as long as the feed says so. */
export interface Period {
  readonly from?: Instant;
  readonly until?: Instant;
}

/** Where on the roads something holds, as the message draws it. */
export type EventPlace =
  | { readonly type: "lines"; readonly lines: readonly (readonly Position[])[]; readonly along: Along }
  | { readonly type: "point"; readonly position: Position };

/** A road closed or slowed, as a message states it. */
export interface ClosureEvent {
  /** As the message calls it. */
  readonly id: string;
  readonly effect: "closure" | "slowdown";
  /** Of a slowdown: the speed that is not exceeded. */
  readonly maximumKmh?: number;
  /** When it holds; at least one. */
  readonly periods: readonly Period[];
  readonly reason: string;
  /** What the message calls the road: names and numbers. */
  readonly roads: readonly string[];
  readonly place: EventPlace;
}

/** Lanes closed, narrowed, shifted, or traffic by turns: the road stays open, and how long it takes is not said. */
export interface LaneEvent {
  readonly id: string;
  /** The message's own word for it, such as `some-lanes-closed`. */
  readonly what: string;
  readonly reason: string;
  readonly roads: readonly string[];
  readonly periods: readonly Period[];
}

/**
 * One thing that did not come through whole, of one event or of several alike.
 * - `lost`: it was said, and there is nowhere to hold it.
 * - `unread`: it cannot be read; what the feed said of it before stands.
 * - `odd`: the message departs from its standard, and this is how it was taken.
 */
export interface ClosureFeedNote {
  readonly kind: "lost" | "odd" | "unread";
  /** A full sentence. */
  readonly text: string;
  /** How many events it is about. */
  readonly count: number;
  /** The first of them, as the message calls it. */
  readonly first?: string;
}

/** A message of a closure feed, read: all that the feed says now. What it said before and is not here is over. */
export interface ClosureFeedReading {
  readonly closures: readonly ClosureEvent[];
  readonly lanes: readonly LaneEvent[];
  /** Ids of events that could not be read. */
  readonly unread: readonly string[];
  readonly notes: readonly ClosureFeedNote[];
  /** When the message was sent. */
  readonly sentAt?: Instant;
  /** Why the message must not change anything, such as an exercise; absent for a real one. */
  readonly notActual?: string;
}

export interface ClosureFeedReaderOptions {
  /** The IANA zone of times of day, and of times without an offset. Default: such times are no moments. */
  readonly zone?: string;
}

/** Reasons of closures are at most 500 characters. */
const MAX_REASON = 400;

/** As many kinds of notes as somebody reads; notes alike are one. */
const MAX_NOTES = 200;

/** Gathers what a message says. */
export class ClosureReadingBuilder {
  readonly closures: ClosureEvent[] = [];
  readonly lanes: LaneEvent[] = [];
  readonly #unread = new Set<string>();
  readonly #notes = new Map<string, { kind: ClosureFeedNote["kind"]; text: string; count: number; first?: string }>();
  #firstError: DiversionError | undefined;
  #untold = 0;

  note(kind: "lost" | "odd", text: string, event?: string): void {
    this.#note(kind, text, event);
  }

  #note(kind: ClosureFeedNote["kind"], text: string, event: string | undefined): void {
    const key = `${kind} ${text}`;
    const known = this.#notes.get(key);
    if (known !== undefined) known.count++;
    else if (this.#notes.size < MAX_NOTES) {
      this.#notes.set(key, defined({ kind, text, count: 1, first: event }));
    } else this.#untold++;
  }

  /** Takes an event, or reports why it cannot be read; one bad event does not cost the others. */
  event(id: string, work: () => void): void {
    try {
      work();
    } catch (error) {
      if (!(error instanceof DiversionError)) throw error;
      this.#firstError ??= error;
      this.#unread.add(id);
      const text = error.message.replace(/; the message is not used, .*$/, "; what was said of it before stands.");
      this.#note("unread", text, id);
    }
  }

  /** @throws the first error when nothing of the message could be read. */
  reading(rest: Pick<ClosureFeedReading, "sentAt" | "notActual">): ClosureFeedReading {
    if (this.closures.length + this.lanes.length === 0 && this.#firstError !== undefined) throw this.#firstError;
    const { closures, lanes } = this;
    const notes: ClosureFeedNote[] = [...this.#notes.values()];
    const count = this.#untold;
    if (count > 0) notes.push({ kind: "odd", text: `There are ${count} more notes about this message.`, count });
    return { closures, lanes, unread: [...this.#unread], notes, ...rest };
  }
}

/** A reason on one line, cut to what a closure holds. */
export function reasonOf(words: readonly (string | undefined)[], otherwise: string): string {
  const text = words.find((word) => word !== undefined && word.trim() !== "") ?? otherwise;
  const plain = text.replace(/\s+/g, " ").trim();
  return plain.length <= MAX_REASON ? plain : `${plain.slice(0, MAX_REASON).replace(/[\ud800-\udbff]$/, "")}…`;
}

/** Whether a period was over a day before a message was sent: also where the sender's clock runs ahead. */
export const isLongOver = ({ until }: Period, sentMs: EpochMs | undefined): boolean =>
  until !== undefined && sentMs !== undefined && until.epochMs <= sentMs - MS_PER_DAY;

/** A position from longitude and latitude; undefined for what is no place on earth. */
export function positionOf(lon: unknown, lat: unknown): Position | undefined {
  const isPlace = typeof lon === "number" && typeof lat === "number" && Math.abs(lon) <= 180 && Math.abs(lat) <= 90;
  return isPlace ? [lon, lat] : undefined;
}

/** A value as a note quotes it. */
export function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length <= 60 ? text : `${text.slice(0, 57)}...`;
}
