import * as z from "zod/mini";
import { assert } from "../../core/assert";
import { defined } from "../../core/defined";
import { DiversionError } from "../../core/errors";
import { type Clock, type EpochMs, type Instant, instantAt, MS_PER_MINUTE, systemClock } from "../../core/instant";
import { Listeners } from "../../core/listeners";
import { safeParse } from "../../core/safe-parse";
import { TimeZone } from "../../core/time-zone";
import type { HospitalDirectory } from "../directory/directory";
import { firstProblem } from "../directory/schema-problems";
import { isSideEntry, receivedAtOf, saysTheSame, subjectOf } from "./held-restrictions";
import {
  countedMs,
  EFFECTS,
  type Effect,
  feedOf,
  InstantSchema,
  normalScope,
  type Restriction,
  RestrictionKeySchema,
  type RestrictionReport,
  RestrictionReportSchema,
  restrictionKey,
  SCOPE_FIELDS,
  type Scope,
  StatementSchema,
} from "./restriction";
import {
  type ClearOptions,
  FLAG_KEY,
  OVERRULE_KEY,
  type OverruleOptions,
  type Provenance,
  type SetOpenOptions,
  type Status,
  type StatusChange,
  type StatusCounts,
  type StatusEntry,
  type StatusEvent,
  type StatusListener,
  type StatusMoment,
  type StatusResult,
  type StatusView,
} from "./status";
import { StatusHistory } from "./status-history";

export interface StatusBoardOptions {
  /** Tells when a report is received. Default: the wall clock. It is never believed to run backwards. */
  readonly clock?: Clock;
  /** The IANA zone in which moments of receipt are written. Default: UTC, written with `Z`. */
  readonly timeZone?: string;
  /** What to start from, oldest first, versions without a gap: another board's entries, or a log's. */
  readonly history?: readonly StatusEntry[];
  /** The board's {@link Status.archivedTo}: up to it versions of the history may have gaps. Default: 0. */
  readonly archivedTo?: number;
  /** Called with every change before it takes effect; when it throws, the change is not made. Where a log is written. */
  readonly journal?: (event: StatusEvent) => void;
}

const ClearOptionsSchema = z.strictObject({
  reason: z.optional(StatementSchema),
  by: z.optional(StatementSchema),
  observedAt: z.optional(InstantSchema),
  source: z.optional(StatementSchema),
});

const SetOpenOptionsSchema = z.extend(ClearOptionsSchema, {
  effect: z.optional(z.enum(["divert", "refuse"])),
  weakens: z.optional(z.boolean()),
});

const OverruleOptionsSchema = z.extend(ClearOptionsSchema, {
  reason: StatementSchema,
  by: StatementSchema,
  until: InstantSchema,
});

/** Clocks of sources and servers differ by less; more is a clock that is wrong. */
const CLOCK_TOLERANCE_MS = 5 * MS_PER_MINUTE;

const EVERYONE: Scope = {};

/** A restriction as reported: checked, but not yet received. */
type Statement = Omit<z.output<typeof RestrictionReportSchema>, "key" | "scope" | "weakens"> & {
  readonly key: string;
  readonly scope: Scope;
};

/** What becomes of a change: an event that is news and not yet made, or what is settled without one. */
export type StatusProposal =
  | { readonly event: StatusEvent; readonly result?: undefined }
  | { readonly event?: undefined; readonly result: StatusResult };

/** {@link Status} in memory: in browsers, in tests, and behind the file-backed log of `ambulance-diversion/node`. */
export class StatusBoard implements Status {
  readonly directory: HospitalDirectory;
  readonly #clock: Clock;
  readonly #zone: TimeZone | undefined;
  readonly #journal: ((event: StatusEvent) => void) | undefined;
  readonly #record: StatusHistory;
  readonly #listeners = new Listeners<{ readonly event: StatusEvent; readonly result: StatusResult }>();
  readonly #entryListeners = new Listeners<StatusEntry>();
  readonly #byId = new Map<string, StatusEntry>();
  #received: Instant | undefined;
  readonly #tally = { accepted: 0, duplicate: 0, late: 0 };

  constructor(directory: HospitalDirectory, options: StatusBoardOptions = {}) {
    this.directory = directory;
    this.#clock = options.clock ?? systemClock;
    this.#zone = options.timeZone === undefined ? undefined : TimeZone.of(options.timeZone);
    this.#journal = options.journal;
    this.#record = new StatusHistory(directory, options.history ?? [], options.archivedTo ?? 0);
    for (const entry of this.#record.entries) this.#noteId(entry);
    const newest = this.#record.entries.at(-1);
    this.#received = newest === undefined ? undefined : receivedAtOf(newest);
  }

  get version(): number {
    return this.#record.now.version;
  }

  get archivedTo(): number {
    return this.#record.archivedTo;
  }

  get counts(): StatusCounts {
    return { ...this.#tally };
  }

  report(report: RestrictionReport): StatusResult {
    return this.#take(this.#reported(report));
  }

  /** The event that a report would be. */
  #reported(report: RestrictionReport): StatusEvent {
    const result = safeParse(RestrictionReportSchema, report);
    if (!result.success) throw invalidStatus(result.error.issues, report, Object.keys(RestrictionReportSchema.shape));
    const { weakens = false, ...stated } = result.data;
    const { effect, scope: statedScope = EVERYONE } = stated;
    const hospital = this.directory.require(result.data.hospital).id;
    const divertTo =
      result.data.divertTo === undefined ? undefined : this.directory.require(result.data.divertTo, "divertTo").id;
    if (divertTo !== undefined) {
      if (divertTo === hospital) {
        const message = `${hospital} cannot divert to itself; name another hospital or leave divertTo out.`;
        throw new DiversionError("invalid-status", message, { field: "divertTo" });
      }
    }
    const { needs = [], exceptNeeds = [] } = statedScope;
    this.directory.vocabulary.requireKnown(needs, "invalid-status", "scope.needs");
    this.directory.vocabulary.requireKnown(exceptNeeds, "invalid-status", "scope.exceptNeeds");
    this.#requireNotOver(stated);
    const scope = normalScope(statedScope);
    const key = stated.key ?? restrictionKey(effect, scope);
    if (key === OVERRULE_KEY) {
      const message = `${OVERRULE_KEY} is the key of overrules; give the restriction another, or call overrule.`;
      throw new DiversionError("invalid-status", message, { field: "key" });
    }
    if (!weakens) this.#requireNotWeaker(hospital, key, effect, stated.observedAt);
    return this.#held({ ...stated, hospital, divertTo, key, scope });
  }

  /**
   * What is over when it is reported would end what is held under its key and hold nothing: a slip in the date, unless the
   * report says when it was observed, as one that enters history does.
   */
  #requireNotOver({ until, observedAt }: Pick<Statement, "until" | "observedAt">): void {
    if (until === undefined || observedAt !== undefined || until.epochMs > this.#clock()) return;
    const message = `until is ${until.text}, which is past: nothing would be held. Give a later time; for something over, give observedAt too.`;
    throw new DiversionError("invalid-status", message, { field: "until" });
  }

  /**
   * Nothing weakens by accident: whoever reports a divert where a refusal is held may not know of it. A feed's own keys are
   * left alone, whose later word replaces its own; so is what is late, or replaces what is over.
   */
  #requireNotWeaker(hospital: string, key: string, effect: Effect, observedAt: Instant | undefined): void {
    const held = this.#record.now.held(hospital, key);
    if (held === undefined || EFFECTS.indexOf(effect) <= EFFECTS.indexOf(held.effect)) return;
    const nowMs = this.#clock();
    const isOver = held.until !== undefined && held.until.epochMs <= nowMs;
    const isLate = observedAt !== undefined && Math.min(observedAt.epochMs, nowMs) < countedMs(held);
    if (isOver || isLate || feedOf(held) !== undefined) return;
    const by = held.authorisedBy === undefined ? "" : ` by ${held.authorisedBy}`;
    throw new DiversionError(
      "weakens-restriction",
      `${hospital} holds ${held.effect} under the key ${key} (${held.reason}${by}), and ${effect} would weaken it; say that it does with weakens, or use another key.`,
      { field: "effect" },
    );
  }

  setOpen(hospital: string, open: boolean, options?: SetOpenOptions): StatusResult {
    return this.#settle(this.#opened(hospital, open, options));
  }

  #opened(hospital: string, open: boolean, options?: SetOpenOptions): StatusEvent | StatusResult {
    if (typeof open !== "boolean") {
      throw new DiversionError("invalid-status", `open is ${JSON.stringify(open)}; give true or false.`, {
        field: "open",
      });
    }
    const stated = options === undefined ? {} : checked(SetOpenOptionsSchema, options);
    const { reason, by, source, observedAt, weakens = false } = stated;
    if (open) return this.#ended(hospital, FLAG_KEY, { reason, by, source, observedAt });
    const { id } = this.directory.require(hospital);
    const effect = stated.effect ?? (this.#record.now.held(id, FLAG_KEY)?.effect === "refuse" ? "refuse" : "divert");
    if (!weakens) this.#requireNotWeaker(id, FLAG_KEY, effect, observedAt);
    return this.#held({
      key: FLAG_KEY,
      hospital: id,
      effect,
      scope: EVERYONE,
      reason: reason ?? "Closed",
      authorisedBy: by,
      source,
      observedAt,
    });
  }

  overrule(hospital: string, options: OverruleOptions): StatusResult {
    return this.#take(this.#overruled(hospital, options));
  }

  #overruled(hospital: string, options: OverruleOptions): StatusEvent {
    const { by, reason, until, observedAt, source } = checked(OverruleOptionsSchema, options);
    const { id } = this.directory.require(hospital);
    this.#requireNotOver({ until, observedAt });
    const received = this.#receive();
    return defined({
      version: this.version + 1,
      kind: "overrule",
      hospital: id,
      key: OVERRULE_KEY,
      reason,
      authorisedBy: by,
      source,
      until,
      observedAt: observedAt ?? received,
      receivedAt: received,
    });
  }

  clear(hospital: string, key: string, options?: ClearOptions): StatusResult {
    return this.#settle(this.#cleared(hospital, key, options));
  }

  #cleared(hospital: string, key: string, options?: ClearOptions): StatusEvent | StatusResult {
    const keyProblem = safeParse(RestrictionKeySchema, key);
    if (!keyProblem.success) throw invalidStatus(keyProblem.error.issues, key, []);
    return this.#ended(hospital, key, options === undefined ? {} : checked(ClearOptionsSchema, options));
  }

  view(): StatusView {
    return this.#record.now.view();
  }

  viewAt(moment: StatusMoment): StatusView {
    return this.#record.viewAt(moment);
  }

  history(): readonly StatusEvent[] {
    return this.#record.events.slice();
  }

  entries(): readonly StatusEntry[] {
    return this.#record.entries.slice();
  }

  onChange(listener: StatusListener): () => void {
    return this.#listeners.add(({ event, result }) => listener(event, result));
  }

  onEntry(listener: (entry: StatusEntry) => void): () => void {
    return this.#entryListeners.add(listener);
  }

  make(change: StatusChange, provenance: Provenance = {}): StatusResult {
    const { event, result } = this.propose(change, provenance);
    if (event === undefined) return this.settled(result);
    this.#journal?.(event);
    return this.accept(event);
  }

  /**
   * What {@link make} would do now, without doing it: for whoever has to have the event stored elsewhere before it may be
   * accepted here.
   */
  propose(change: StatusChange, { id, origin }: Provenance = {}): StatusProposal {
    const made = id === undefined ? undefined : this.#byId.get(id);
    if (made !== undefined) return { result: this.#repeated(change, made) };
    const drawn = this.#drawn(change);
    if ("outcome" in drawn) return { result: drawn };
    const result = this.#judged(drawn);
    return result === undefined ? { event: defined({ ...drawn, id, origin }) } : { result };
  }

  /** Counts what came of a change that made no event. */
  settled(result: StatusResult): StatusResult {
    if (result.outcome === "duplicate" || result.outcome === "late") this.#tally[result.outcome]++;
    return result;
  }

  madeBy(id: string): StatusEntry | undefined {
    return this.#byId.get(id);
  }

  #drawn(change: StatusChange): StatusEvent | StatusResult {
    if (change.kind === "report") {
      const { kind: _, ...report } = change;
      return this.#reported(report);
    }
    if (change.kind === "open") {
      const { kind: _, hospital, open, ...options } = change;
      return this.#opened(hospital, open, options);
    }
    if (change.kind === "overrule") {
      const { kind: _, hospital, ...options } = change;
      return this.#overruled(hospital, options);
    }
    const { kind: _, hospital, key, ...options } = change;
    return this.#cleared(hospital, key, options);
  }

  /** The answer to a change that was made before, by the same request. */
  #repeated(change: StatusChange, made: StatusEntry): StatusResult {
    const hospital = this.directory.require(change.hospital).id;
    if (isSideEntry(made) || !saysTheSame(change, made, this.directory)) {
      throw new DiversionError(
        "idempotency-key-reused",
        `The request ${made.id} made change ${made.version} before, which is another than this; send each change under a key of its own.`,
        { field: "Idempotency-Key" },
      );
    }
    const { key } = subjectOf(made);
    return { ...this.#resultOf("accepted", hospital, key), version: made.version };
  }

  #ended(named: string, key: string, stated: z.output<typeof ClearOptionsSchema>): StatusEvent | StatusResult {
    const hospital = this.directory.require(named).id;
    const { reason, by, source, observedAt } = stated;
    // Something held may be about to arrive late only if the clearance says when it was observed; otherwise a clearance
    // of nothing is no news.
    const { now } = this.#record;
    const held = key === OVERRULE_KEY ? now.overrule(hospital) : now.held(hospital, key);
    if (observedAt === undefined && held === undefined) {
      return { outcome: "nothing-held", version: this.version, hospital, key };
    }
    const received = this.#receive();
    return defined({
      version: this.version + 1,
      kind: "clear",
      hospital,
      key,
      reason,
      authorisedBy: by,
      source,
      observedAt: observedAt ?? received,
      receivedAt: received,
    });
  }

  #held(statement: Statement): StatusEvent {
    const received = this.#receive();
    const { key, hospital, effect, scope, from, until, divertTo, lifts, reason, authorisedBy, source } = statement;
    // Built field by field: spreading optional fields in costs more than everything else about a flip together.
    const restriction: { -readonly [field in keyof Restriction]: Restriction[field] } = {
      key,
      hospital,
      effect,
      scope,
      reason,
      observedAt: statement.observedAt ?? received,
      receivedAt: received,
    };
    if (from !== undefined) restriction.from = from;
    if (until !== undefined) restriction.until = until;
    if (divertTo !== undefined) restriction.divertTo = divertTo;
    if (lifts !== undefined) restriction.lifts = lifts;
    if (authorisedBy !== undefined) restriction.authorisedBy = authorisedBy;
    if (source !== undefined) restriction.source = source;
    return { version: this.version + 1, kind: "report", restriction };
  }

  #settle(drawn: StatusEvent | StatusResult): StatusResult {
    return "outcome" in drawn ? drawn : this.#take(drawn);
  }

  #take(event: StatusEvent): StatusResult {
    const result = this.#judged(event);
    if (result !== undefined) return this.settled(result);
    this.#journal?.(event);
    return this.accept(event);
  }

  /** Why an event changes nothing; undefined when it is news. */
  #judged(event: StatusEvent): StatusResult | undefined {
    const verdict = this.#record.now.classify(event, this.#clock() + CLOCK_TOLERANCE_MS);
    if (verdict === "news") return undefined;
    const { hospital, key } = subjectOf(event);
    return this.#resultOf(verdict, hospital, key);
  }

  /**
   * Applies a change that was made and accepted elsewhere: of a log, or of the status this one follows. Nothing is decided
   * again but whether it is the next; counts and listeners take it as any other, the journal is not written.
   */
  accept(event: StatusEvent): StatusResult {
    this.#append(event);
    const { hospital, key } = subjectOf(event);
    this.#tally.accepted++;
    const result = this.#resultOf("accepted", hospital, key);
    this.#listeners.emit({ event, result });
    this.#entryListeners.emit(event);
    return result;
  }

  /** Takes the next entry of a log this board follows, whatever it is about; see {@link accept}. */
  follow(entry: StatusEntry): void {
    if (!isSideEntry(entry)) return void this.accept(entry);
    this.#append(entry);
    this.#entryListeners.emit(entry);
  }

  #append(entry: StatusEntry): void {
    const due = this.version + 1;
    assert(entry.version === due, () => `version ${due} of the status is due, and ${entry.version} came`);
    this.#record.append(entry);
    this.#received = receivedAtOf(entry);
    this.#noteId(entry);
  }

  #noteId(entry: StatusEntry): void {
    if (entry.id !== undefined) this.#byId.set(entry.id, entry);
  }

  #resultOf(outcome: StatusResult["outcome"], hospital: string, key: string): StatusResult {
    const { version } = this;
    if (key === OVERRULE_KEY) {
      const overrule = this.#record.now.overrule(hospital);
      return overrule === undefined
        ? { outcome, version, hospital, key }
        : { outcome, version, hospital, key, overrule };
    }
    const held = this.#record.now.held(hospital, key);
    return held === undefined ? { outcome, version, hospital, key } : { outcome, version, hospital, key, held };
  }

  /**
   * How far the last change was received after the present, when that is more than clocks differ: a clock was ahead then,
   * or this one is behind. 0 when all is well.
   */
  get aheadMs(): number {
    const aheadMs = (this.#received?.epochMs ?? Number.NEGATIVE_INFINITY) - this.#clock();
    return aheadMs > CLOCK_TOLERANCE_MS ? aheadMs : 0;
  }

  /** When the last entry was received; undefined before the first. */
  get receivedMs(): EpochMs | undefined {
    return this.#received?.epochMs;
  }

  /** The moment of receipt. Never before the last: a wall clock set back must not make new reports look late. */
  #receive(): Instant {
    const last = this.#received;
    const epochMs = this.#clock();
    if (last !== undefined && epochMs <= last.epochMs) return last;
    return instantAt(epochMs, this.#zone?.offsetMinutes(epochMs));
  }
}

function checked<S extends z.ZodMiniObject>(schema: S, options: unknown): z.output<S> {
  const result = safeParse(schema, options);
  if (!result.success) throw invalidStatus(result.error.issues, options, Object.keys(schema.shape));
  return result.data;
}

function invalidStatus(issues: readonly z.core.$ZodIssue[], input: unknown, fields: readonly string[]): DiversionError {
  const problem = firstProblem(issues, input, (path) => (path[0] === "scope" ? SCOPE_FIELDS : fields));
  return new DiversionError("invalid-status", problem.message, {
    field: problem.field === "" ? undefined : problem.field,
  });
}
