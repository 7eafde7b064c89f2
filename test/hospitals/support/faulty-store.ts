import {
  type MemoryStatusStore,
  type StatusHead,
  type StatusStore,
  StatusStoreUnavailable,
  type StoredChange,
  type StoredChanges,
} from "../../../src/hospitals/status/status-store";

/** What happens to one request. */
export type StoreFault =
  /** It does not reach the store, and the sender knows. */
  | "refused"
  /** It does not reach the store, and the sender does not know. */
  | "request-lost"
  /** It is done, and the answer is lost. */
  | "answer-lost"
  /** It arrives only when the next request of this way in has been done. */
  | "late";

/** A way into a store in memory on which requests get lost. */
export class FaultyStore implements StatusStore {
  readonly description = "memory, faulty";
  /** What happens to the next additions, first to last; then nothing more. */
  readonly faults: (StoreFault | undefined)[] = [];
  /** Whether nothing is answered at all. */
  isGone = false;
  readonly #store: MemoryStatusStore;
  #late: (() => Promise<unknown>)[] = [];

  constructor(store: MemoryStatusStore) {
    this.#store = store;
  }

  async head(): Promise<StatusHead> {
    this.#requireThere();
    return this.#store.head();
  }

  async read(after: StatusHead, limit: number): Promise<StoredChanges> {
    this.#requireThere();
    return this.#store.read(after, limit);
  }

  async append(change: StoredChange, after: StatusHead): Promise<"appended" | "conflict"> {
    this.#requireThere();
    const fault = this.faults.shift();
    const arrived = this.#late.splice(0);
    try {
      if (fault === "refused") throw new StatusStoreUnavailable("refused", {});
      if (fault === "late") this.#late.push(() => this.#store.append(change, after));
      if (fault === "late" || fault === "request-lost") throw new StatusStoreUnavailable("lost", { maybeDone: true });
      const outcome = await this.#store.append(change, after);
      if (fault === "answer-lost") throw new StatusStoreUnavailable("lost", { maybeDone: true });
      return outcome;
    } finally {
      for (const arrive of arrived) await arrive();
    }
  }

  watch(hint: () => void): () => void {
    return this.#store.watch(hint);
  }

  async close(): Promise<void> {}

  #requireThere(): void {
    if (this.isGone) throw new StatusStoreUnavailable("The store does not answer.", { maybeDone: true });
  }
}
