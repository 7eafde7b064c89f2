import * as z from "zod/mini";
import type { Checksum } from "../../core/checksum";
import { defined } from "../../core/defined";
import { type ChainedLine, type HashChainEnd, HashChainLogFormat } from "../../core/hash-chain-log";
import type { EpochMs } from "../../core/instant";
import { safeParse } from "../../core/safe-parse";
import { HospitalIdSchema } from "../directory/hospital";
import { firstProblem } from "../directory/schema-problems";
import { HeardHospitalsSchema } from "./heard-hospitals";
import { receivedAtOf } from "./held-restrictions";
import {
  HeldRestrictionSchema,
  InstantSchema,
  normalScope,
  RestrictionKeySchema,
  StatementSchema,
} from "./restriction";
import { OVERRULE_KEY, type StatusEntry } from "./status";

export type { TornLine } from "../../core/hash-chain-log";

/**
 * The status log: a {@link HashChainLogFormat} in which every line after the first is one entry with its version `v`,
 * counting from 1 without a gap: an accepted change of the status, or what happened beside it (`closure`, `reopen`,
 * `heard`) and stands in the same order. `id` names the request that made an entry, `origin` who wrote it.
 *
 * A log that was compacted begins with a line of `kind` "archived" instead: everything up to its version `v` went to an
 * archive, a status log itself, whose last chain hash it holds; the `carried` lines after it repeat, of the changes that went,
 * the last for each hospital and key.
 *
 * Format versions: 1, first; 2, with `id`, `origin` and entries beside the status. One of format 1 is read as it is, and
 * rewritten by whoever opens it to write.
 */
export const STATUS_LOG_FORMAT = new HashChainLogFormat({
  name: "ambulance-diversion status",
  format: 2,
  older: [1],
  noun: "status log",
  corrupt: "corrupt-status-log",
  unsupported: "unsupported-status-log",
  locked: "status-log-locked",
});

/** The first line of a log. */
export const statusLogHeader = (): ChainedLine => STATUS_LOG_FORMAT.header();

/** The line of one entry. @param previous the checksum of the line before it */
export function statusLogLine(event: StatusEntry, previous: Checksum): ChainedLine {
  const { version: v, kind, id, origin } = event;
  // Named one by one: the same event gives the same bytes, in whatever order its fields were set.
  if (kind === "closure") {
    const { features, roads, receivedAt } = event;
    return STATUS_LOG_FORMAT.chained({ v, kind, features, roads, receivedAt, id, origin }, previous);
  }
  if (kind === "reopen") {
    const { closure, receivedAt } = event;
    return STATUS_LOG_FORMAT.chained({ v, kind, closure, receivedAt, id, origin }, previous);
  }
  if (kind === "heard") {
    const { feed, timeToLiveMs, hospitals, receivedAt } = event;
    return STATUS_LOG_FORMAT.chained({ v, kind, feed, timeToLiveMs, hospitals, receivedAt, id, origin }, previous);
  }
  if (kind === "report") {
    const { hospital, key, effect, scope, from, until, divertTo, lifts, ...rest } = event.restriction;
    const { reason, authorisedBy, source, observedAt, receivedAt } = rest;
    const what = { effect, scope: normalScope(scope), from, until, divertTo, lifts };
    return STATUS_LOG_FORMAT.chained(
      { v, kind, hospital, key, ...what, reason, authorisedBy, source, observedAt, receivedAt, id, origin },
      previous,
    );
  }
  const { hospital, key, reason, authorisedBy, source, observedAt, receivedAt } = event;
  const until = kind === "overrule" ? event.until : undefined;
  return STATUS_LOG_FORMAT.chained(
    { v, kind, hospital, key, until, reason, authorisedBy, source, observedAt, receivedAt, id, origin },
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
export function writeStatusLog(events: readonly StatusEntry[], archive?: StatusArchive): string {
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
  readonly events: readonly StatusEntry[];
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
  const events: StatusEntry[] = [];
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
    const received = receivedAtOf(event).epochMs;
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
  before: readonly StatusEntry[],
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

/** An id names a request, an origin a desk: both are written into URLs, headers and tables as they are. */
const EntryIdSchema = z
  .string()
  .check(z.regex(/^[\x21-\x7e]{1,200}$/, "write up to 200 letters, digits and signs of ASCII, no spaces"));

const entry = {
  v: z.int().check(z.gte(1)),
  receivedAt: InstantSchema,
  id: z.optional(EntryIdSchema),
  origin: z.optional(EntryIdSchema),
};

const common = {
  ...entry,
  hospital: HospitalIdSchema,
  key: RestrictionKeySchema,
  source: z.optional(StatementSchema),
  authorisedBy: z.optional(StatementSchema),
  observedAt: InstantSchema,
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

const ClosureLine = z.strictObject({
  ...entry,
  kind: z.literal("closure"),
  // What a feature says is read by whoever has the roads it is about.
  features: z.array(z.looseObject({ type: z.literal("Feature"), id: z.string() })).check(z.minLength(1)),
  roads: z.optional(z.string()),
});

const ReopenLine = z.strictObject({ ...entry, kind: z.literal("reopen"), closure: z.string() });

const HeardLine = z.strictObject({
  ...entry,
  kind: z.literal("heard"),
  feed: z.string(),
  timeToLiveMs: z.number().check(z.positive()),
  hospitals: HeardHospitalsSchema,
});

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

/** The form of a line that holds an entry. */
const EntryLine = z.discriminatedUnion("kind", [
  ReportLine,
  OverruleLine,
  ClearLine,
  ClosureLine,
  ReopenLine,
  HeardLine,
]);

/** The entry that the members of a line hold, or the first thing wrong with them. */
export function entryOfLine(members: unknown): StatusEntry | ReturnType<typeof firstProblem> {
  const result = safeParse(EntryLine, members);
  if (!result.success) return firstProblem(result.error.issues, members);
  const { v: version, ...rest } = result.data;
  if (rest.kind !== "report") return { version, ...rest };
  const { kind, scope, id, origin, ...stated } = rest;
  return defined({ version, kind, restriction: { ...stated, scope: normalScope(scope) }, id, origin });
}

/**
 * Reads one line of a log of the present format, without its line feed.
 *
 * @throws DiversionError `corrupt-status-log` when it is not the entry due or does not follow on the line before it.
 */
export function readStatusLogLine(
  line: string,
  previous: Checksum,
  due: number,
): { readonly entry: StatusEntry; readonly seal: Checksum } {
  const row = due + 1;
  const { members, checksum: seal } = STATUS_LOG_FORMAT.line(line, previous, row);
  const entry = readEvent(members, row, 0);
  if (entry.version === due) return { entry, seal };
  throw STATUS_LOG_FORMAT.damaged(row, 0, `it has version ${entry.version} where ${due} is due`);
}

function readEvent(members: unknown, row: number, byte: number): StatusEntry {
  const read = entryOfLine(members);
  if ("version" in read) return read;
  throw STATUS_LOG_FORMAT.damaged(row, byte, read.message.replace(/\.$/, ""));
}
