import type { Checksum } from "../../core/checksum";
import { DiversionError } from "../../core/errors";
import { type Clock, type EpochMs, systemClock } from "../../core/instant";
import { Listeners } from "../../core/listeners";
import type { StatusEntry } from "./status";
import { statusLogHeader } from "./status-log";

/** Which entry is the last. Equal heads hold the same entries: a seal is over all before it. */
export interface StatusHead {
  /** Of the last entry; 0 for none. */
  readonly version: number;
  /** The chain hash of its line; for version 0 that of the first line of a log. */
  readonly seal: Checksum;
}

/** An entry as a store holds it. */
export interface StoredChange extends StatusHead {
  /** The sealed line of the status log, byte for byte, without its line feed. */
  readonly line: string;
  /** Names the request that made it; no two entries have the same. */
  readonly id: string;
  /** Which desk or server wrote it. */
  readonly origin: string;
}

/** Where the entries of one status log are read. */
interface StatusReader {
  /** For people: what it is, and where. */
  readonly description: string;

  /** @throws StatusStoreUnavailable */
  head(signal: AbortSignal): Promise<StatusHead>;

  /**
   * The entries after a head, in order and without a gap, up to so many.
   *
   * @throws DiversionError `status-store-forked` when the store does not hold that head; StatusStoreUnavailable.
   */
  read(after: StatusHead, limit: number, signal: AbortSignal): Promise<StoredChanges>;

  /**
   * Calls `hint` when there may be something new: it may come late, twice or never, so whoever watches also polls. Returns
   * the way to stop.
   */
  watch(hint: () => void): () => void;

  close(): Promise<void>;
}

export interface StoredChanges {
  readonly changes: readonly StoredChange[];
  /** The present by the store's clock. */
  readonly storeNow: EpochMs;
}

/** A status log that several may add to: memory, a file, a database. */
export interface StatusStore extends StatusReader {
  /**
   * Adds an entry after a head, if that is still the last. It is durable when this resolves.
   *
   * @returns `conflict` when another entry follows on the head, or the id is there already.
   * @throws StatusStoreUnavailable, which says whether the entry may have been added all the same.
   */
  append(change: StoredChange, after: StatusHead, signal: AbortSignal): Promise<"appended" | "conflict">;
}

/** A store that does not answer, or takes nothing. */
export class StatusStoreUnavailable extends DiversionError {
  /** Whether what was being added may be there all the same: it was sent, and the answer did not come. */
  readonly maybeDone: boolean;

  constructor(why: string, { maybeDone = false, cause }: { readonly maybeDone?: boolean; readonly cause?: unknown }) {
    super("status-store-unavailable", why, {}, cause === undefined ? undefined : { cause });
    this.maybeDone = maybeDone;
  }
}

/** The head of an empty log. */
export const EMPTY_HEAD: StatusHead = Object.freeze({ version: 0, seal: statusLogHeader().checksum });

/** An entry as stores hold it. What older releases wrote names no request and no desk. */
export const storedChange = (
  entry: StatusEntry,
  { seal, line }: Pick<StoredChange, "seal" | "line">,
): StoredChange => ({
  version: entry.version,
  seal,
  line,
  id: entry.id ?? `version-${entry.version}`,
  origin: entry.origin ?? "unknown",
});

/** The error for a store that does not hold what is held here. */
export const forked = (held: StatusHead, what: string): DiversionError =>
  new DiversionError(
    "status-store-forked",
    `Version ${held.version} is held here with the seal ${held.seal.slice(0, 23)}…, and ${what}. Somebody has to decide: bring what is missing there back by \`status put-back\`, or go on with what the store holds by removing the mirror here.`,
  );

/** A status log in memory, for tests and for several boards in one process. */
export class MemoryStatusStore implements StatusStore {
  readonly description = "memory";
  readonly #changes: StoredChange[] = [];
  readonly #ids = new Set<string>();
  readonly #hints = new Listeners<StatusHead>();
  readonly #clock: Clock;

  constructor(clock: Clock = systemClock) {
    this.#clock = clock;
  }

  async head(): Promise<StatusHead> {
    return this.#head();
  }

  async read(after: StatusHead, limit: number): Promise<StoredChanges> {
    const held = after.version === 0 ? EMPTY_HEAD : this.#changes[after.version - 1];
    if (held?.seal !== after.seal) {
      const what = held === undefined ? `the store ends at version ${this.#head().version}` : "the store has another";
      throw forked(after, what);
    }
    return { changes: this.#changes.slice(after.version, after.version + limit), storeNow: this.#clock() };
  }

  async append(change: StoredChange, after: StatusHead): Promise<"appended" | "conflict"> {
    const { version, seal } = this.#head();
    if (version !== after.version || seal !== after.seal || this.#ids.has(change.id)) return "conflict";
    this.#changes.push(change);
    this.#ids.add(change.id);
    this.#hints.emit(change);
    return "appended";
  }

  watch(hint: () => void): () => void {
    return this.#hints.add(() => hint());
  }

  async close(): Promise<void> {}

  #head(): StatusHead {
    const last = this.#changes.at(-1);
    return last === undefined ? EMPTY_HEAD : { version: last.version, seal: last.seal };
  }
}
