import { defined } from "../../core/defined";
import { DiversionError } from "../../core/errors";
import type { HospitalDirectory } from "../directory/directory";
import type { FeedNote, HospitalReading, UnmatchedHospital } from "./feed-reading";

/** What every reader of feeds needs to know. */
export interface FeedReaderOptions {
  readonly directory: HospitalDirectory;
  /**
   * Our hospital id for identifiers, or exact names, under which the source has hospitals. An identifier that is not here
   * is taken for our id, or one of its aliases. Names are never guessed at: two hospitals may share one.
   */
  readonly ids?: Readonly<Record<string, string>>;
  /** The IANA zone of times without an offset. Default: such a time is no moment. */
  readonly zone?: string;
}

/** Finds our hospital for what a message calls one. */
export class HospitalMatch {
  readonly #directory: HospitalDirectory;
  readonly #ids: ReadonlyMap<string, string>;

  /** @throws DiversionError `unknown-hospital` when `ids` leads to a hospital that is not in the directory. */
  constructor({ directory, ids = {} }: FeedReaderOptions) {
    this.#directory = directory;
    this.#ids = new Map(
      Object.entries(ids).map(([theirs, ours]) => [theirs, directory.require(ours, `ids.${theirs}`).id] as const),
    );
  }

  /** Our id, by the first identifier that leads to one, else by a name that `ids` has. */
  find(identifiers: readonly string[], name?: string): string | undefined {
    for (const stated of identifiers) {
      // Spaces around a code are no part of it; spreadsheets and forms add them.
      const identifier = stated.trim();
      const ours = this.#ids.get(identifier) ?? this.#directory.get(identifier)?.id;
      if (ours !== undefined) return ours;
    }
    return name === undefined ? undefined : this.#ids.get(name);
  }
}

/** Notes beyond these are counted, not kept: a hostile message must not fill memory with complaints about itself. */
const MAX_NOTES = 10_000;

const CAUTION = { refuse: 3, divert: 2, inform: 1 } as const;

/**
 * Gathers what a message says. A hospital that comes twice keeps the later statement, and of two at the same moment, or
 * without one, the more cautious.
 */
export class ReadingBuilder {
  readonly unmatched: UnmatchedHospital[] = [];
  readonly #byId = new Map<string, HospitalReading>();
  readonly #noted: FeedNote[] = [];
  readonly #spoiled = new Set<string>();
  #firstUnread: DiversionError | undefined;
  #unlisted = 0;

  get notes(): readonly FeedNote[] {
    if (this.#unlisted === 0) return this.#noted;
    const text = `There are ${this.#unlisted} more notes about this message.`;
    return [...this.#noted, { kind: "odd", field: "", text }];
  }

  /** @throws the first error told to {@link unread} when nothing of the message could be read. */
  get hospitals(): readonly HospitalReading[] {
    const readable = [...this.#byId.values()].filter(({ hospital }) => !this.#spoiled.has(hospital));
    if (readable.length === 0 && this.unmatched.length === 0 && this.#firstUnread !== undefined)
      throw this.#firstUnread;
    return readable;
  }

  add(reading: HospitalReading): void {
    const earlier = this.#byId.get(reading.hospital);
    if (earlier === undefined) {
      this.#byId.set(reading.hospital, reading);
      return;
    }
    this.odd(
      reading.hospital,
      "Hospital",
      "The hospital comes more than once; the later, or more cautious, word is kept.",
    );
    if (supersedes(reading, earlier)) this.#byId.set(reading.hospital, reading);
  }

  /**
   * A part that cannot be read does not cost the others. Its hospital, where that much is known, is left out as a whole:
   * half of what it said could pass for all being well.
   */
  unread(hospital: string | undefined, error: unknown, row: number): void {
    if (!(error instanceof DiversionError)) throw error;
    this.#firstUnread ??= error;
    if (hospital !== undefined) this.#spoiled.add(hospital);
    const [what = "", instead] = error.message.split("; the message is not used, ", 2);
    const text = instead === undefined ? what : `${what}; it is not used.`;
    const of = hospital === undefined ? {} : { hospital };
    this.#note({ kind: "unread", ...of, row, field: error.place.field ?? "", text });
  }

  lost(hospital: string | undefined, field: string, text: string): void {
    this.#note(defined({ kind: "lost", hospital, field, text }));
  }

  odd(hospital: string | undefined, field: string, text: string): void {
    this.#note(defined({ kind: "odd", hospital, field, text }));
  }

  #note(note: FeedNote): void {
    if (this.#noted.length < MAX_NOTES) this.#noted.push(note);
    else this.#unlisted++;
  }
}

function supersedes(later: HospitalReading, earlier: HospitalReading): boolean {
  if (later.state === "not-stated" || earlier.state === "not-stated") return earlier.state === "not-stated";
  const moments = [later.observedAt, earlier.observedAt].map((instant) => instant?.epochMs ?? Number.NaN);
  const aheadMs = moments[0]! - moments[1]!;
  if (aheadMs > 0) return true;
  if (aheadMs < 0) return false;
  return caution(later) > caution(earlier);
}

const caution = ({ restrictions }: HospitalReading): number =>
  Math.max(0, ...restrictions.map(({ effect }) => CAUTION[effect]));
