import * as z from "zod/mini";
import { DiversionError } from "../../core/errors";
import { type Clock, type Instant, instantAt, systemClock } from "../../core/instant";
import { Listeners } from "../../core/listeners";
import { safeParse } from "../../core/safe-parse";
import { TimeZone } from "../../core/time-zone";
import type { HospitalDirectory } from "../directory/directory";
import { firstProblem } from "../directory/schema-problems";
import { subjectOf } from "./held-restrictions";
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
import { StatusHistory } from "./status-history";

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
  reason: z.optional(StatementSchema),
  by: z.optional(StatementSchema),
  observedAt: z.optional(InstantSchema),
  source: z.optional(StatementSchema),
});

const SetOpenOptionsSchema = z.extend(ClearOptionsSchema, { effect: z.optional(z.enum(["divert", "refuse"])) });

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
  private readonly record: StatusHistory;
  private readonly listeners = new Listeners<{ readonly event: StatusEvent; readonly result: StatusResult }>();
  private received: Instant | undefined;
  private tally = { accepted: 0, duplicate: 0, late: 0 };

  constructor(
    readonly directory: HospitalDirectory,
    options: StatusBoardOptions = {},
  ) {
    this.clock = options.clock ?? systemClock;
    this.zone = options.timeZone === undefined ? undefined : TimeZone.of(options.timeZone);
    this.journal = options.journal;
    this.record = new StatusHistory(directory, options.history ?? [], options.archivedTo ?? 0);
    const newest = this.record.events.at(-1);
    this.received = newest === undefined ? undefined : subjectOf(newest).receivedAt;
  }

  get version(): number {
    return this.record.now.version;
  }

  get archivedTo(): number {
    return this.record.archivedTo;
  }

  get counts(): StatusCounts {
    return { ...this.tally };
  }

  report(report: RestrictionReport): StatusResult {
    const result = safeParse(RestrictionReportSchema, report);
    if (!result.success) throw invalidStatus(result.error.issues, report, Object.keys(RestrictionReportSchema.shape));
    const { effect, scope: statedScope = EVERYONE } = result.data;
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
    this.requireNotOver(result.data);
    const scope = normalScope(statedScope);
    return this.hold({
      ...result.data,
      hospital,
      divertTo,
      key: result.data.key ?? restrictionKey(effect, scope),
      scope,
    });
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
    return this.hold({
      key: FLAG_KEY,
      hospital: this.directory.require(hospital).id,
      effect,
      scope: EVERYONE,
      reason: reason ?? "Closed",
      authorisedBy: by,
      source,
      observedAt,
    });
  }

  clear(hospital: string, key: string, options?: ClearOptions): StatusResult {
    const keyProblem = safeParse(RestrictionKeySchema, key);
    if (!keyProblem.success) throw invalidStatus(keyProblem.error.issues, key, []);
    return this.end(hospital, key, options === undefined ? {} : checked(ClearOptionsSchema, options));
  }

  view(): StatusView {
    return this.record.now.view();
  }

  viewAt(moment: StatusMoment): StatusView {
    return this.record.viewAt(moment);
  }

  history(): readonly StatusEvent[] {
    return this.record.events.slice();
  }

  onChange(listener: StatusListener): () => void {
    return this.listeners.add(({ event, result }) => listener(event, result));
  }

  private end(named: string, key: string, stated: z.output<typeof ClearOptionsSchema>): StatusResult {
    const hospital = this.directory.require(named).id;
    const { reason, by, source, observedAt } = stated;
    // Something held may be about to arrive late only if the clearance says when it was observed; otherwise a clearance
    // of nothing is no news.
    if (observedAt === undefined && this.record.now.held(hospital, key) === undefined) {
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
    const verdict = this.record.now.judge(event);
    const { hospital, key } = subjectOf(event);
    if (verdict !== "news") {
      this.tally[verdict]++;
      return this.resultOf(verdict, hospital, key);
    }
    this.journal?.(event);
    this.record.append(event);
    this.received = subjectOf(event).receivedAt;
    this.tally.accepted++;
    const result = this.resultOf("accepted", hospital, key);
    this.listeners.emit({ event, result });
    return result;
  }

  private resultOf(outcome: StatusResult["outcome"], hospital: string, key: string): StatusResult {
    const held = this.record.now.held(hospital, key);
    const { version } = this;
    return held === undefined ? { outcome, version, hospital, key } : { outcome, version, hospital, key, held };
  }

  /** The moment of receipt. Never before the last: a wall clock set back must not make new reports look late. */
  private receive(): Instant {
    const last = this.received;
    const epochMs = this.clock();
    if (last !== undefined && epochMs <= last.epochMs) return last;
    return instantAt(epochMs, this.zone?.offsetMinutes(epochMs));
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
