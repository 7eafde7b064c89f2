import * as z from "zod/mini";
import type { Checksum } from "../../core/checksum";
import { type ChainedLine, type HashChainEnd, HashChainLogFormat } from "../../core/hash-chain-log";
import type { EpochMs } from "../../core/instant";
import { safeParse } from "../../core/safe-parse";
import { HospitalIdSchema } from "../directory/hospital";
import { firstProblem } from "../directory/schema-problems";
import {
  HeldRestrictionSchema,
  InstantSchema,
  normalScope,
  RestrictionKeySchema,
  StatementSchema,
} from "./restriction";
import { OVERRULE_KEY, type StatusEvent } from "./status";

export type { TornLine } from "../../core/hash-chain-log";

/**
 * The status log: a {@link HashChainLogFormat} in which every line after the first is one accepted change with its version
 * `v`, counting from 1 without a gap.
 *
 * A log that was compacted begins with a line of `kind` "archived" instead: everything up to its version `v` went to an
 * archive, a status log itself, whose last chain hash it holds; the `carried` lines after it repeat, of the changes that went,
 * the last for each hospital and key.
 *
 * Format versions: 1, first.
 */
export const STATUS_LOG_FORMAT = new HashChainLogFormat({
  name: "ambulance-diversion status",
  format: 1,
  noun: "status log",
  corrupt: "corrupt-status-log",
  unsupported: "unsupported-status-log",
  locked: "status-log-locked",
});

/** The first line of a log. */
export const statusLogHeader = (): ChainedLine => STATUS_LOG_FORMAT.header();

/** The line of one change. @param previous the checksum of the line before it */
export function statusLogLine(event: StatusEvent, previous: Checksum): ChainedLine {
  const { version: v, kind } = event;
  // Named one by one: the same event gives the same bytes, in whatever order its fields were set.
  if (kind === "report") {
    const { hospital, key, effect, scope, from, until, divertTo, lifts, ...rest } = event.restriction;
    const { reason, authorisedBy, source, observedAt, receivedAt } = rest;
    const what = { effect, scope: normalScope(scope), from, until, divertTo, lifts };
    return STATUS_LOG_FORMAT.chained(
      { v, kind, hospital, key, ...what, reason, authorisedBy, source, observedAt, receivedAt },
      previous,
    );
  }
  const { hospital, key, reason, authorisedBy, source, observedAt, receivedAt } = event;
  const until = kind === "overrule" ? event.until : undefined;
  return STATUS_LOG_FORMAT.chained(
    { v, kind, hospital, key, until, reason, authorisedBy, source, observedAt, receivedAt },
    previous,
  );
}

/** The archive of a log that was compacted. */
interface StatusArchive {
  /** The last version in it. */
  readonly version: number;
  /** The name of its file, beside the log; undefined when nothing is known of one. */
  readonly file?: string | undefined;
  /** The checksum of its last line. */
  readonly seal?: string | undefined;
}

/** A whole log, as a writer that never stopped would have left it. @param archive as for {@link StatusLog.archive} */
export function writeStatusLog(events: readonly StatusEvent[], archive?: StatusArchive): string {
  const header = statusLogHeader();
  const lines = [header.text];
  let previous = header.checksum;
  if (archive !== undefined) {
    const { version: v, file, seal } = archive;
    const carried = events.filter(({ version }) => version <= v).length;
    const line = STATUS_LOG_FORMAT.chained({ v, kind: "archived", carried, file, seal }, previous);
    lines.push(line.text);
    previous = line.checksum;
  }
  for (const event of events) {
    const { text, checksum } = statusLogLine(event, previous);
    lines.push(text);
    previous = checksum;
  }
  return lines.join("");
}

export interface StatusLog extends HashChainEnd {
  /**
   * Oldest first, versions from 1 without a gap, or after a compaction with the gaps it left: a `history` for a
   * StatusBoard, whose `archivedTo` is the archive's version.
   */
  readonly events: readonly StatusEvent[];
  /** Where the changes are that a compaction took out; undefined when there was none. */
  readonly archive?: StatusArchive;
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
  let archive: (StatusArchive & { readonly carried: number }) | undefined;
  const lines = STATUS_LOG_FORMAT.lines([bytes]);
  let line = lines.next();
  for (; !line.done; line = lines.next()) {
    const { members, row, byte } = line.value;
    if (row === 2) archive = readArchive(members);
    if (row === 2 && archive !== undefined) continue;
    const event = readEvent(members, row, byte);
    const damage = misnumbered(event.version, events, archive);
    if (damage !== undefined) throw STATUS_LOG_FORMAT.damaged(row, byte, damage);
    const received = (event.kind === "report" ? event.restriction : event).receivedAt.epochMs;
    if (received < receivedMs) {
      throw STATUS_LOG_FORMAT.damaged(row, byte, "it was received before the line above it");
    }
    receivedMs = received;
    events.push(event);
  }
  if (archive === undefined) return { events, ...line.value };
  const { carried, ...rest } = archive;
  if (events.length < carried) {
    // The lines carried over are written in one piece with the rest of the file, so a log that lacks some was cut off.
    const row = events.length + 3;
    throw STATUS_LOG_FORMAT.damaged(
      row,
      line.value.wholeBytes,
      `${carried} changes carried over are announced above it`,
    );
  }
  return { events, archive: rest, ...line.value };
}

/** What is wrong with the version of the next event; undefined when it is the one due. */
function misnumbered(
  version: number,
  before: readonly StatusEvent[],
  archive: { readonly version: number; readonly carried: number } | undefined,
): string | undefined {
  const previous = before.at(-1)?.version ?? 0;
  const { version: archivedTo, carried } = archive ?? { version: 0, carried: 0 };
  if (before.length + 1 < carried) {
    return version > previous && version < archivedTo ? undefined : `it has version ${version}, which is not due`;
  }
  const due = before.length + 1 === carried ? archivedTo : previous + 1;
  return version === due ? undefined : `it has version ${version} where ${due} is due`;
}

const common = {
  v: z.int().check(z.gte(1)),
  hospital: HospitalIdSchema,
  key: RestrictionKeySchema,
  source: z.optional(StatementSchema),
  authorisedBy: z.optional(StatementSchema),
  observedAt: InstantSchema,
  receivedAt: InstantSchema,
};

const ReportLine = z.safeExtend(HeldRestrictionSchema, {
  ...common,
  kind: z.literal("report"),
  scope: HeldRestrictionSchema.shape.scope.def.innerType,
});

const OverruleLine = z.strictObject({
  ...common,
  kind: z.literal("overrule"),
  key: z.literal(OVERRULE_KEY),
  reason: StatementSchema,
  authorisedBy: StatementSchema,
  until: InstantSchema,
});

const ClearLine = z.strictObject({ ...common, kind: z.literal("clear"), reason: z.optional(StatementSchema) });

const ArchivedLine = z.strictObject({
  v: z.int().check(z.gte(1)),
  kind: z.literal("archived"),
  carried: z.int().check(z.gte(1)),
  file: z.optional(z.string().check(z.regex(/^[^/\\]+$/, "must be the name of a file beside the log"))),
  seal: z.optional(z.string()),
});

function readArchive(members: unknown): (StatusArchive & { readonly carried: number }) | undefined {
  const result = safeParse(ArchivedLine, members);
  if (!result.success) return undefined;
  const { v: version, carried, file, seal } = result.data;
  return { version, carried, file, seal };
}

/** The form of a line that holds a change. */
export const EventLine = z.discriminatedUnion("kind", [ReportLine, OverruleLine, ClearLine]);

function readEvent(members: unknown, row: number, byte: number): StatusEvent {
  const result = safeParse(EventLine, members);
  if (!result.success)
    throw STATUS_LOG_FORMAT.damaged(row, byte, firstProblem(result.error.issues, members).message.replace(/\.$/, ""));
  const { v: version, ...rest } = result.data;
  if (rest.kind !== "report") return { version, ...rest };
  const { kind, scope, ...restriction } = rest;
  return { version, kind, restriction: { ...restriction, scope: normalScope(scope) } };
}
