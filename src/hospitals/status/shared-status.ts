import { DiversionError } from "../../core/errors";
import { type Clock, type EpochMs, instantAt, systemClock } from "../../core/instant";
import { Listeners } from "../../core/listeners";
import { TimeZone } from "../../core/time-zone";
import type { HospitalDirectory } from "../directory/directory";
import type { ClosureFeature, HeardFeed, StatusChange, StatusEntry, StatusEvent, StatusResult } from "./status";
import { StatusBoard } from "./status-board";
import { readStatusLogLine, statusLogLine } from "./status-log";
import {
  EMPTY_HEAD,
  type StatusHead,
  type StatusStore,
  StatusStoreUnavailable,
  type StoredChange,
} from "./status-store";

export interface SharedStatusOptions {
  /** Tells when a change is received. Default: the wall clock. */
  readonly clock?: Clock;
  /** The IANA zone in which moments of receipt are written. Default: UTC. */
  readonly timeZone?: string;
  /** Who writes here: the name of a desk or server. Default: `local`. */
  readonly origin?: string;
  /**
   * A log of this machine's own that repeats what the store holds: what is held when the store cannot be reached at the
   * start. Default: there is none, and without the store there is no start.
   */
  readonly mirror?: StatusStore;
  /** How long one request to the store may take. Default: 3 s. */
  readonly requestMs?: number;
  /**
   * How long it is tried to have a change made, and to find out what became of it, the wait for those before it included;
   * a request to the store that is under way then is waited for. Default: 6 s.
   */
  readonly patienceMs?: number;
  /** Between two attempts to find out what became of a change. Default: 250 ms. */
  readonly retryMs?: number;
  /** Between two looks at the store, beside its hints; 0: it is looked at when asked. Default: 1 s. */
  readonly pollMs?: number;
}

/** How what is held here stands to the store. */
export interface StatusFreshness {
  /**
   * - `current`: at the last look all of the store was held here.
   * - `cut-off`: the store did not answer the last look.
   * - `forked`: the store holds another history; nothing is taken from it, and nothing written to it.
   */
  readonly state: "current" | "cut-off" | "forked";
  /** A moment at which all that the store held is held here; undefined when that was before this process. */
  readonly confirmedAt: EpochMs | undefined;
  /** Why it is not current. */
  readonly why?: string;
  /** How far this machine's clock is ahead of the store's, negative when behind; undefined before the first look. */
  readonly clockAheadMs?: number;
}

export interface SubmitOptions {
  /** Names the request: sent again under the same id, it makes nothing twice. Default: one of its own. */
  readonly id?: string;
  /**
   * Called before the change is made, and again whenever more is known; it throws what the caller does not want the change
   * made under, or gives the answer where there is nothing to be made. It is believed only once all of the store is held.
   */
  readonly precondition?: () => StatusResult | undefined;
}

/** What somebody enters beside the status. */
type SideDraft =
  | { readonly kind: "closure"; readonly features: readonly ClosureFeature[]; readonly roads?: string }
  | { readonly kind: "reopen"; readonly closure: string }
  | ({ readonly kind: "heard" } & HeardFeed);

/** Entries asked for at once. */
const PAGE = 1000;

/**
 * One status kept by several: every one holds all of it and answers by what it holds; a change is made by adding it to
 * the store after the last entry held. Who is second catches up and judges again, so that late, duplicate and
 * preconditions are decided on the same history everywhere.
 */
export class SharedStatus {
  /** What is held. It is read as any; what changes it goes through {@link submit}. */
  readonly status: StatusBoard;
  readonly store: StatusStore;
  readonly #options: Required<Omit<SharedStatusOptions, "mirror" | "timeZone">>;
  readonly #zone: TimeZone | undefined;
  readonly #mirror: StatusStore | undefined;
  readonly #news = new Listeners<StatusFreshness>();
  #freshness: StatusFreshness = { state: "cut-off", confirmedAt: undefined };
  #head: StatusHead;
  #mirrorTrouble: string | undefined;
  #last: Promise<unknown> = Promise.resolve();
  #looking: Promise<void> | undefined;
  #nextLook: Promise<void> | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #unwatch: (() => void) | undefined;
  #isClosed = false;

  private constructor(
    store: StatusStore,
    directory: HospitalDirectory,
    held: { readonly entries: readonly StatusEntry[]; readonly head: StatusHead },
    options: SharedStatusOptions,
  ) {
    const { clock = systemClock, timeZone, mirror } = options;
    const { origin = "local", requestMs = 3000, patienceMs = 6000, retryMs = 250, pollMs = 1000 } = options;
    this.store = store;
    this.#options = { clock, origin, requestMs, patienceMs, retryMs, pollMs };
    this.#zone = timeZone === undefined ? undefined : TimeZone.of(timeZone);
    this.#mirror = mirror;
    this.#head = held.head;
    this.status = new StatusBoard(directory, {
      clock,
      ...(timeZone === undefined ? {} : { timeZone }),
      history: held.entries,
      journal: () => {
        const message = "This status is shared by several machines; change it by submit, which asks the store.";
        throw new DiversionError("invalid-argument", message, { field: "status" });
      },
    });
  }

  /**
   * Opens what a store holds. With a mirror, what that holds is there at once, and the rest is read from the store; a store
   * that cannot be reached then leaves the status as the mirror has it, and {@link freshness} says so.
   *
   * @throws StatusStoreUnavailable when nothing can be read at all; DiversionError `corrupt-status-log` for a store that
   * holds something else.
   */
  static async open(
    store: StatusStore,
    directory: HospitalDirectory,
    options: SharedStatusOptions = {},
  ): Promise<SharedStatus> {
    const { mirror, requestMs = 3000, pollMs = 1000 } = options;
    const held = { entries: [] as StatusEntry[], head: EMPTY_HEAD };
    for (let isWhole = mirror === undefined; !isWhole; ) {
      const { changes } = await mirror!.read(held.head, PAGE, AbortSignal.timeout(requestMs));
      held.head = readInto(held.entries, held.head, changes);
      isWhole = changes.length < PAGE;
    }
    const shared = new SharedStatus(store, directory, held, options);
    try {
      await shared.#inTurn(() => shared.#catchUp());
    } catch (error) {
      // With something held there is something to answer by, and what is wrong is told by the freshness.
      if (held.head.version === 0 || !(error instanceof DiversionError)) throw error;
    }
    if (pollMs > 0) {
      shared.#unwatch = store.watch(() => void shared.look());
      shared.#pollLater();
    }
    return shared;
  }

  get freshness(): StatusFreshness {
    return this.#freshness;
  }

  /** How old the moment is at which all that the store held is held here; undefined when none is known. */
  get ageMs(): number | undefined {
    const { confirmedAt } = this.#freshness;
    return confirmedAt === undefined ? undefined : Math.max(0, this.#options.clock() - confirmedAt);
  }

  /** The last entry held. */
  get head(): StatusHead {
    return this.#head;
  }

  /** Why the mirror does not hold what is held here; undefined when it does, or there is none. */
  get mirrorTrouble(): string | undefined {
    return this.#mirrorTrouble;
  }

  /** Calls the listener when {@link freshness} has another state. Returns the way to stop it. */
  onFreshness(listener: (freshness: StatusFreshness) => void): () => void {
    return this.#news.add(listener);
  }

  /**
   * Makes a change. It is in the store, and held here, when this resolves.
   *
   * @throws DiversionError what the change is refused for, by all that the store holds; `status-store-unavailable` when it
   * was not made; `status-outcome-unknown` when it may have been: the same id may be sent again until it is known;
   * `status-store-forked`.
   */
  submit(change: StatusChange, { id, precondition }: SubmitOptions = {}): Promise<StatusResult> {
    const named = id ?? crypto.randomUUID();
    const endsMs = this.#patienceEnd();
    return this.#inTurn(() =>
      this.#make<StatusResult>(named, endsMs, () => {
        const made = this.status.madeBy(named);
        const settled = made === undefined ? precondition?.() : undefined;
        if (settled !== undefined) return { settled };
        const { event, result } = this.status.propose(change, { id: named, origin: this.#options.origin });
        if (event === undefined) return { settled: result };
        return { entry: event, accept: (entry) => this.status.accept(entry as StatusEvent) };
      }),
    ).then((result) => this.status.settled(result));
  }

  /**
   * Enters what stands beside the status.
   *
   * @param draw called whenever more is known; what it throws is believed once all of the store is held.
   * @returns the entry made; that of the first time when the id made one before.
   * @throws DiversionError as {@link submit} does.
   */
  enter(draw: () => SideDraft, { id = crypto.randomUUID() }: Pick<SubmitOptions, "id"> = {}): Promise<StatusEntry> {
    const endsMs = this.#patienceEnd();
    return this.#inTurn(() =>
      this.#make<StatusEntry>(id, endsMs, () => {
        const made = this.status.madeBy(id);
        if (made !== undefined) return { settled: made };
        const nowMs = Math.max(this.#options.clock(), this.status.receivedMs ?? Number.NEGATIVE_INFINITY);
        const receivedAt = instantAt(nowMs, this.#zone?.offsetMinutes(nowMs));
        const entry = { version: this.#head.version + 1, ...draw(), receivedAt, id, origin: this.#options.origin };
        return {
          entry,
          accept: (entry) => {
            this.status.follow(entry);
            return entry;
          },
        };
      }),
    );
  }

  /**
   * Takes over what the store holds beyond what is held here. Whether all of it is held now.
   */
  async look(): Promise<boolean> {
    // A look under way may have been answered before what the caller knows of was there.
    const before = this.#looking;
    this.#nextLook ??= (before ?? Promise.resolve()).then(() => {
      this.#nextLook = undefined;
      this.#looking = this.#inTurn(() => this.#catchUp()).catch(() => undefined);
      return this.#looking;
    });
    await this.#nextLook;
    return this.#freshness.state === "current";
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#unwatch?.();
    clearTimeout(this.#timer);
    await this.#last.catch(() => undefined);
    await Promise.all([this.store.close(), this.#mirror?.close()]);
  }

  #pollLater(): void {
    this.#timer = setTimeout(() => {
      void this.look().finally(() => {
        if (!this.#isClosed) this.#pollLater();
      });
    }, this.#options.pollMs);
    (this.#timer as { unref?: () => void }).unref?.();
  }

  /** One after the other: what is held must not move under a change that is being made. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const next = this.#last.catch(() => undefined).then(work);
    this.#last = next.catch(() => undefined);
    return next;
  }

  #patienceEnd(): number {
    return performance.now() + this.#options.patienceMs;
  }

  async #make<Result>(id: string, endsMs: number, draw: () => Drawn<Result>): Promise<Result> {
    if (performance.now() > endsMs && this.#freshness.state === "cut-off") {
      const why = this.#freshness.why ?? "The store of the status does not answer.";
      throw new StatusStoreUnavailable(`${why} Those who asked before took all the time; nothing was made.`, {});
    }
    for (let isCaughtUp = false; ; ) {
      if (this.#freshness.state === "forked") throw this.#forkedError();
      let drawn: Drawn<Result>;
      try {
        drawn = draw();
      } catch (error) {
        // What is refused by what is held may be right by what the store holds.
        if (isCaughtUp || !(error instanceof DiversionError)) throw error;
        await this.#catchUp();
        isCaughtUp = true;
        continue;
      }
      if (drawn.entry === undefined) {
        const { settled } = drawn;
        if (isCaughtUp || this.status.madeBy(id) !== undefined) return settled;
        await this.#catchUp();
        isCaughtUp = true;
        continue;
      }
      const { entry } = drawn;
      const { text, checksum: seal } = statusLogLine(entry, this.#head.seal);
      const { origin } = this.#options;
      const change = { version: entry.version, seal, line: text.slice(0, -1), id, origin };
      const outcome = await this.#append(change, endsMs);
      if (outcome === "appended") {
        const before = this.#head.seal;
        this.#head = { version: change.version, seal };
        // As everybody else reads it, so that all give the same bytes.
        const result = drawn.accept(readStatusLogLine(change.line, before, change.version).entry);
        await this.#repeatInMirror([change]);
        return result;
      }
      // Once another entry is known to stand there, or this one, a twin that arrives late can do nothing more.
      await this.#catchUpFor(outcome === "conflict after silence", endsMs);
      isCaughtUp = true;
    }
  }

  /**
   * Adds one entry. When the answer does not come the *same* entry is sent again, so that a twin that arrives late and this
   * one exclude each other.
   */
  async #append(change: StoredChange, endsMs: number): Promise<"appended" | "conflict" | "conflict after silence"> {
    let isSent = false;
    for (;;) {
      try {
        const outcome = await this.store.append(change, this.#head, AbortSignal.timeout(this.#options.requestMs));
        if (outcome === "appended") return outcome;
        return isSent ? "conflict after silence" : "conflict";
      } catch (error) {
        if (!(error instanceof StatusStoreUnavailable)) {
          // Whatever is wrong now, what was sent before may have been made.
          throw isSent && error instanceof DiversionError ? unknownOutcome(error) : error;
        }
        this.#note("cut-off", error.message);
        isSent ||= error.maybeDone;
        if (!isSent) throw error;
        if (performance.now() >= endsMs) throw unknownOutcome(error);
        await pause(this.#options.retryMs);
      }
    }
  }

  /** Catches up for a change that is being made. @param isSent whether it may have been made already */
  async #catchUpFor(isSent: boolean, endsMs: number): Promise<void> {
    for (;;) {
      try {
        return await this.#catchUp();
      } catch (error) {
        if (!(error instanceof StatusStoreUnavailable) || !isSent) throw error;
        if (performance.now() >= endsMs) throw unknownOutcome(error);
        await pause(this.#options.retryMs);
      }
    }
  }

  async #catchUp(): Promise<void> {
    if (this.#freshness.state === "forked") throw this.#forkedError();
    try {
      for (let isWhole = false; !isWhole; ) {
        const sentMs = this.#options.clock();
        const signal = AbortSignal.timeout(this.#options.requestMs);
        const { changes, storeNow } = await this.store.read(this.#head, PAGE, signal);
        for (const { line } of changes) {
          const { entry, seal } = readStatusLogLine(line, this.#head.seal, this.#head.version + 1);
          this.status.follow(entry);
          this.#head = { version: entry.version, seal };
        }
        await this.#repeatInMirror(changes);
        isWhole = changes.length < PAGE;
        if (isWhole) this.#confirm(sentMs, storeNow);
      }
    } catch (error) {
      if (error instanceof DiversionError) {
        const isFork = error.code === "status-store-forked" || error.code === "corrupt-status-log";
        this.#note(isFork ? "forked" : "cut-off", error.message);
      }
      throw error;
    }
  }

  #confirm(sentMs: EpochMs, storeNow: EpochMs): void {
    const was = this.#freshness.state;
    // The store looked at its clock between the two moments; the earlier one makes the difference no larger than it is.
    this.#freshness = { state: "current", confirmedAt: sentMs, clockAheadMs: sentMs - storeNow };
    if (was !== "current") this.#news.emit(this.#freshness);
  }

  #note(state: "cut-off" | "forked", why: string): void {
    const was = this.#freshness;
    this.#freshness = { ...was, state, why };
    if (was.state !== state) this.#news.emit(this.#freshness);
  }

  #forkedError(): DiversionError {
    return new DiversionError("status-store-forked", this.#freshness.why!);
  }

  /** A mirror that cannot be written keeps no change from being made: the store holds it. */
  async #repeatInMirror(changes: readonly StoredChange[]): Promise<void> {
    const mirror = this.#mirror;
    if (mirror === undefined) return;
    const { requestMs } = this.#options;
    try {
      let head = await mirror.head(AbortSignal.timeout(requestMs));
      let due = changes.filter(({ version }) => version > head.version);
      while (head.version < this.#head.version) {
        // What it could not take earlier is read again.
        if (due[0]?.version !== head.version + 1) {
          due = [...(await this.store.read(head, PAGE, AbortSignal.timeout(requestMs))).changes];
        }
        for (const change of due) {
          const outcome = await mirror.append(change, head, AbortSignal.timeout(requestMs));
          if (outcome === "conflict") throw new StatusStoreUnavailable("somebody else writes it.", {});
          head = { version: change.version, seal: change.seal };
        }
        due = [];
      }
      this.#mirrorTrouble = undefined;
    } catch (error) {
      if (!(error instanceof DiversionError)) throw error;
      this.#mirrorTrouble = `The mirror of the status, ${mirror.description}, is not kept: ${error.message}`;
    }
  }
}

type Drawn<Result> =
  | { readonly entry: StatusEntry; readonly accept: (entry: StatusEntry) => Result }
  | { readonly entry?: undefined; readonly settled: Result };

/** Reads lines onto what is held. @returns the head after them */
function readInto(entries: StatusEntry[], head: StatusHead, changes: readonly StoredChange[]): StatusHead {
  let held = head;
  for (const { line } of changes) {
    const { entry, seal } = readStatusLogLine(line, held.seal, held.version + 1);
    entries.push(entry);
    held = { version: entry.version, seal };
  }
  return held;
}

const unknownOutcome = (cause: DiversionError): DiversionError =>
  new DiversionError(
    "status-outcome-unknown",
    `The change may have been made: it was sent, and the store of the status did not answer. Send it again with the same Idempotency-Key, or look at what is held once the store is back. (${cause.message})`,
    {},
    { cause },
  );

const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));
