import * as z from "zod";
import type { Checksum } from "../core/checksum";
import type { EpochMs } from "../core/instant";
import { type SealedEnd, type SealedLine, SealedLogFormat } from "../core/sealed-log";
import { HospitalIdSchema } from "./hospital";
import {
  InstantSchema,
  normalScope,
  RestrictionKeySchema,
  RestrictionReportSchema,
  StatementSchema,
} from "./restriction";
import { firstProblem } from "./schema-problems";
import type { StatusEvent } from "./status";

export type { SealedLine, TornLine } from "../core/sealed-log";

/**
 * The status log: a {@link SealedLogFormat} in which every line after the first is one accepted change with its version
 * `v`, counting from 1 without a gap.
 *
 * Format versions: 1, first.
 */
export const STATUS_LOG_FORMAT = new SealedLogFormat({
  name: "ambulance-diversion status",
  format: 1,
  noun: "status log",
  corrupt: "corrupt-status-log",
  unsupported: "unsupported-status-log",
  locked: "status-log-locked",
});

/** The first line of a log. */
export const statusLogHeader = (): SealedLine => STATUS_LOG_FORMAT.header();

/** The line of one change. @param previous the checksum of the line before it */
export function statusLogLine(event: StatusEvent, previous: Checksum): SealedLine {
  const { version: v, kind } = event;
  // Named one by one: the same event gives the same bytes, in whatever order its fields were set.
  if (kind === "report") {
    const { hospital, key, effect, scope, from, until, divertTo, ...rest } = event.restriction;
    const { reason, authorisedBy, source, observedAt, receivedAt } = rest;
    const what = { effect, scope: normalScope(scope), from, until, divertTo };
    return STATUS_LOG_FORMAT.seal(
      { v, kind, hospital, key, ...what, reason, authorisedBy, source, observedAt, receivedAt },
      previous,
    );
  }
  const { hospital, key, reason, authorisedBy, source, observedAt, receivedAt } = event;
  return STATUS_LOG_FORMAT.seal(
    { v, kind, hospital, key, reason, authorisedBy, source, observedAt, receivedAt },
    previous,
  );
}

/** A whole log, as a writer that never stopped would have left it. */
export function writeStatusLog(events: readonly StatusEvent[]): string {
  const header = statusLogHeader();
  const lines = [header.text];
  let previous = header.checksum;
  for (const event of events) {
    const { text, checksum } = statusLogLine(event, previous);
    lines.push(text);
    previous = checksum;
  }
  return lines.join("");
}

export interface StatusLog extends SealedEnd {
  /** Oldest first, versions from 1 without a gap: a `history` for a StatusBoard. */
  readonly events: readonly StatusEvent[];
}

/**
 * Reads a status log.
 *
 * @throws DiversionError `corrupt-status-log` with the row of the first damaged whole line; `unsupported-status-log` when
 * the file is something else.
 */
export function readStatusLog(content: string | Uint8Array): StatusLog {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  const events: StatusEvent[] = [];
  let receivedMs: EpochMs = Number.NEGATIVE_INFINITY;
  const lines = STATUS_LOG_FORMAT.lines([bytes]);
  let line = lines.next();
  for (; !line.done; line = lines.next()) {
    const { members, row, byte } = line.value;
    const event = readEvent(members, row, byte);
    const received = (event.kind === "report" ? event.restriction : event).receivedAt.epochMs;
    if (received < receivedMs) {
      throw STATUS_LOG_FORMAT.damaged(row, byte, "it was received before the line above it");
    }
    receivedMs = received;
    events.push(event);
  }
  return { events, ...line.value };
}

const common = {
  v: z.int().min(1),
  hospital: HospitalIdSchema,
  key: RestrictionKeySchema,
  source: StatementSchema.optional(),
  authorisedBy: StatementSchema.optional(),
  observedAt: InstantSchema,
  receivedAt: InstantSchema,
};

const ReportLine = RestrictionReportSchema.safeExtend({
  ...common,
  kind: z.literal("report"),
  scope: RestrictionReportSchema.shape.scope.unwrap(),
});

const ClearLine = z.strictObject({ ...common, kind: z.literal("clear"), reason: StatementSchema.optional() });

const EventLine = z.discriminatedUnion("kind", [ReportLine, ClearLine]);

function readEvent(members: unknown, row: number, byte: number): StatusEvent {
  const result = EventLine.safeParse(members);
  if (!result.success)
    throw STATUS_LOG_FORMAT.damaged(row, byte, firstProblem(result.error.issues, members).message.replace(/\.$/, ""));
  const { v: version, ...rest } = result.data;
  const due = row - 1;
  if (version !== due) throw STATUS_LOG_FORMAT.damaged(row, byte, `it has version ${version} where ${due} is due`);
  if (rest.kind === "clear") return { version, ...rest };
  const { kind, scope, ...restriction } = rest;
  return { version, kind, restriction: { ...restriction, scope: normalScope(scope) } };
}
