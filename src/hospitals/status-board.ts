import * as z from "zod";
import { DiversionError } from "../core/errors";
import { type Clock, type EpochMs, type Instant, instantAt, systemClock } from "../core/instant";
import { TimeZone } from "../core/time-zone";
import type { HospitalDirectory } from "./directory";
import { HeldRestrictions, subjectOf } from "./held-restrictions";
import {
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
import { firstProblem } from "./schema-problems";
import {
  type ClearOptions,
  FLAG_KEY,
  type SetOpenOptions,
  type Status,
  type StatusCounts,
  type StatusEvent,
  type StatusListener,
  type StatusMoment,
  type StatusResult,
  type StatusView,
} from "./status";

export interface StatusBoardOptions {
  /** Tells when a report is received. Default: the wall clock. It is never believed to run backwards. */
  readonly clock?: Clock;
  /** The IANA zone in which moments of receipt are written. Default: UTC, written with `Z`. */
  readonly timeZone?: string;
  /** Accepted changes to start from, oldest first, versions without a gap: another board's history, or a log's. */
  readonly history?: readonly StatusEvent[];
  /** The board's {@link Status.archivedTo}: up to it versions of the history may have gaps. Default: 0. */
  readonly archivedTo?: number;
  /** Called with every change before it takes effect; when it throws, the change is not made. Where a log is written. */
  readonly journal?: (event: StatusEvent) => void;
}

const ClearOptionsSchema = z.strictObject({
  reason: StatementSchema.optional(),
  by: StatementSchema.optional(),
  observedAt: InstantSchema.optional(),
  source: StatementSchema.optional(),
});

const SetOpenOptionsSchema = ClearOptionsSchema.extend({ effect: z.enum(["divert", "refuse"]).optional() });

const EVERYONE: Scope = {};

/** A restriction as reported: checked, but not yet received. */
type Statement = Omit<z.output<typeof RestrictionReportSchema>, "key" | "scope"> & {
  readonly key: string;
  readonly scope: Scope;
};

/** {@link Status} in memory: in browsers, in tests, and behind the file-backed log of `ambulance-diversion/node`. */
export class StatusBoard implements Status {
  private readonly clock: Clock;
  private readonly zone: TimeZone | undefined;
  private readonly journal: ((event: StatusEvent) => void) | undefined;
  private readonly events: StatusEvent[];
  private readonly now: HeldRestrictions;
  readonly archivedTo: number;
  /** How many of the events are carried over from before {@link archivedTo}. */
  private readonly carried: number;
  /** Where the last {@link viewAt} stopped: audits ask for one version after the other. */
  private past: HeldRestrictions;
  private readonly listeners = new Set<StatusListener>();
  private readonly untold: { readonly event: StatusEvent; readonly result: StatusResult }[] = [];
  private telling = false;
  private received: Instant | undefined;
  private tally = { accepted: 0, duplicate: 0, late: 0 };

  constructor(
    readonly directory: HospitalDirectory,
    options: StatusBoardOptions = {},
  ) {
    this.clock = options.clock ?? systemClock;
    this.zone = options.timeZone === undefined ? undefined : TimeZone.of(options.timeZone);
    this.journal = options.journal;
    this.events = [...(options.history ?? [])];
    this.archivedTo = options.archivedTo ?? 0;
    this.carried = carriedIn(this.events, this.archivedTo);
    this.now = this.heldAtFirst();
    this.past = this.heldAtFirst();
    for (const event of this.events.slice(this.carried)) this.now.apply(event);
    const newest = this.events.at(-1);
    this.received = newest === undefined ? undefined : subjectOf(newest).receivedAt;
  }

  get version(): number {
    return this.now.version;
  }

  get counts(): StatusCounts {
    return { ...this.tally };
  }

  report(report: RestrictionReport): StatusResult {
    const result = RestrictionReportSchema.safeParse(report);
    if (!result.success) throw invalidStatus(result.error.issues, report, Object.keys(RestrictionReportSchema.shape));
    const { hospital, effect, divertTo, scope: statedScope = EVERYONE } = result.data;
    this.directory.requireIndex(hospital);
    if (divertTo !== undefined) {
      this.directory.requireIndex(divertTo, "divertTo");
      if (divertTo === hospital) {
        const message = `${hospital} cannot divert to itself; name another hospital or leave divertTo out.`;
        throw new DiversionError("invalid-status", message, { field: "divertTo" });
      }
    }
    const { needs = [], exceptNeeds = [] } = statedScope;
    this.directory.vocabulary.requireKnown(needs, "invalid-status", "scope.needs");
    this.directory.vocabulary.requireKnown(exceptNeeds, "invalid-status", "scope.exceptNeeds");
    this.requireNotOver(result.data);
    const scope = normalScope(statedScope);
    return this.hold({ ...result.data, key: result.data.key ?? restrictionKey(effect, scope), scope });
  }

  /**
   * What is over when it is reported would end what is held under its key and hold nothing: a slip in the date, unless the
   * report says when it was observed, as one that enters history does.
   */
  private requireNotOver({ until, observedAt }: Pick<Statement, "until" | "observedAt">): void {
    if (until === undefined || observedAt !== undefined || until.epochMs > this.clock()) return;
    const message = `until is ${until.text}, which is past: nothing would be held. Give a later time; for something over, give observedAt too.`;
    throw new DiversionError("invalid-status", message, { field: "until" });
  }

  setOpen(hospital: string, open: boolean, options?: SetOpenOptions): StatusResult {
    if (typeof open !== "boolean") {
      throw new DiversionError("invalid-status", `open is ${JSON.stringify(open)}; give true or false.`, {
        field: "open",
      });
    }
    const stated = options === undefined ? {} : checked(SetOpenOptionsSchema, options);
    const { effect = "divert", reason, by, source, observedAt } = stated;
    if (open) return this.end(hospital, FLAG_KEY, { reason, by, source, observedAt });
    this.directory.requireIndex(hospital);
    return this.hold({
      key: FLAG_KEY,
      hospital,
      effect,
      scope: EVERYONE,
      reason: reason ?? "Closed",
      authorisedBy: by,
      source,
      observedAt,
    });
  }

  clear(hospital: string, key: string, options?: ClearOptions): StatusResult {
    const keyProblem = RestrictionKeySchema.safeParse(key);
    if (!keyProblem.success) throw invalidStatus(keyProblem.error.issues, key, []);
    return this.end(hospital, key, options === undefined ? {} : checked(ClearOptionsSchema, options));
  }

  view(): StatusView {
    return this.now.view();
  }

  viewAt(moment: StatusMoment): StatusView {
    const version = "version" in moment ? moment.version : this.versionKnownAt(moment.at);
    if (!Number.isInteger(version) || version < 0 || version > this.version) {
      throw new DiversionError(
        "invalid-argument",
        `There is no version ${version}; versions are 0 to ${this.version}.`,
        {
          field: "version",
        },
      );
    }
    if (version < this.archivedTo) {
      throw new DiversionError(
        "status-archived",
        `Version ${version} of the status is in an archive, and what is here begins at version ${this.archivedTo}. Put the archive beside the status log.`,
        { field: "version" },
      );
    }
    if (version === this.version) return this.view();
    if (version < this.past.version) this.past = this.heldAtFirst();
    while (this.past.version < version) {
      this.past.apply(this.events[this.carried + this.past.version - this.archivedTo]!);
    }
    return this.past.view();
  }

  history(): readonly StatusEvent[] {
    return this.events.slice();
  }

  onChange(listener: StatusListener): () => void {
    // A wrapper of its own: the same function registered twice is called twice, and each registration ends by itself.
    const registered: StatusListener = (event, result) => listener(event, result);
    this.listeners.add(registered);
    return () => void this.listeners.delete(registered);
  }

  /** What is held at the first version that can be told. */
  private heldAtFirst(): HeldRestrictions {
    const held = new HeldRestrictions(this.directory);
    for (const event of this.events.slice(0, this.carried)) held.apply(event);
    return held;
  }

  private end(hospital: string, key: string, stated: z.output<typeof ClearOptionsSchema>): StatusResult {
    this.directory.requireIndex(hospital);
    const { reason, by, source, observedAt } = stated;
    // Something held may be about to arrive late only if the clearance says when it was observed; otherwise a clearance
    // of nothing is no news.
    if (observedAt === undefined && this.now.held(hospital, key) === undefined) {
      return { outcome: "nothing-held", version: this.version, hospital, key };
    }
    const received = this.receive();
    return this.take({
      version: this.version + 1,
      kind: "clear",
      hospital,
      key,
      ...(reason === undefined ? {} : { reason }),
      ...(by === undefined ? {} : { authorisedBy: by }),
      ...(source === undefined ? {} : { source }),
      observedAt: observedAt ?? received,
      receivedAt: received,
    });
  }

  private hold(statement: Statement): StatusResult {
    const received = this.receive();
    const { key, hospital, effect, scope, from, until, divertTo, reason, authorisedBy, source } = statement;
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
    if (authorisedBy !== undefined) restriction.authorisedBy = authorisedBy;
    if (source !== undefined) restriction.source = source;
    return this.take({ version: this.version + 1, kind: "report", restriction });
  }

  private take(event: StatusEvent): StatusResult {
    const verdict = this.now.judge(event);
    const { hospital, key } = subjectOf(event);
    if (verdict !== "news") {
      this.tally[verdict]++;
      return this.resultOf(verdict, hospital, key);
    }
    this.journal?.(event);
    this.events.push(event);
    this.now.apply(event);
    this.received = subjectOf(event).receivedAt;
    this.tally.accepted++;
    const result = this.resultOf("accepted", hospital, key);
    if (this.listeners.size > 0) this.tell(event, result);
    return result;
  }

  private resultOf(outcome: StatusResult["outcome"], hospital: string, key: string): StatusResult {
    const held = this.now.held(hospital, key);
    const { version } = this;
    return held === undefined ? { outcome, version, hospital, key } : { outcome, version, hospital, key, held };
  }

  /** Listeners hear of changes in order, also of those that a listener makes. */
  private tell(event: StatusEvent, result: StatusResult): void {
    this.untold.push({ event, result });
    if (this.telling) return;
    this.telling = true;
    for (let next = this.untold.shift(); next !== undefined; next = this.untold.shift()) {
      for (const listener of [...this.listeners]) {
        try {
          listener(next.event, next.result);
        } catch (error) {
          // The change stands and the other listeners must hear of it, so the error goes where the platform reports
          // uncaught ones, as for listeners of an EventTarget.
          queueMicrotask(() => {
            throw error;
          });
        }
      }
    }
    this.telling = false;
  }

  /** The moment of receipt. Never before the last: a wall clock set back must not make new reports look late. */
  private receive(): Instant {
    const last = this.received;
    const epochMs = this.clock();
    if (last !== undefined && epochMs <= last.epochMs) return last;
    return instantAt(epochMs, this.zone?.offsetMinutes(epochMs));
  }

  private versionKnownAt(epochMs: EpochMs): number {
    // Moments of receipt never fall, so the first event after the moment can be found by halving.
    let low = 0;
    let high = this.events.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (subjectOf(this.events[middle]!).receivedAt.epochMs <= epochMs) low = middle + 1;
      else high = middle;
    }
    return low === 0 ? 0 : this.events[low - 1]!.version;
  }
}

/**
 * How many of the events are carried over from an archive that ends at `archivedTo`: their versions ascend to it, later
 * ones follow without a gap.
 */
function carriedIn(events: readonly StatusEvent[], archivedTo: number): number {
  const carried = events.filter(({ version }) => version <= archivedTo).length;
  const refusal = (message: string): DiversionError =>
    new DiversionError("invalid-argument", message, { field: "history" });
  for (const [index, { version }] of events.entries()) {
    const before = index === 0 ? 0 : events[index - 1]!.version;
    if (index < carried) {
      if (version <= before) throw refusal(`The history has version ${version} after ${before}; give it oldest first.`);
      continue;
    }
    const due = archivedTo + index - carried + 1;
    if (version !== due) {
      throw refusal(`The history has version ${version} where ${due} is due; give all events from the first.`);
    }
  }
  const last = carried === 0 ? 0 : events[carried - 1]!.version;
  if (last !== archivedTo) {
    throw refusal(
      `The history ends its archive at version ${last} where ${archivedTo} is due; give the last change too.`,
    );
  }
  return carried;
}

function checked<S extends z.ZodObject>(schema: S, options: unknown): z.output<S> {
  const result = schema.safeParse(options);
  if (!result.success) throw invalidStatus(result.error.issues, options, Object.keys(schema.shape));
  return result.data;
}

function invalidStatus(issues: readonly z.core.$ZodIssue[], input: unknown, fields: readonly string[]): DiversionError {
  const problem = firstProblem(issues, input, (path) => (path[0] === "scope" ? SCOPE_FIELDS : fields));
  return new DiversionError("invalid-status", problem.message, {
    field: problem.field === "" ? undefined : problem.field,
  });
}
