import * as z from "zod";
import { type Checksum, checksumOfText } from "../core/checksum";
import { DiversionError, type ErrorCode } from "../core/errors";
import type { EpochMs } from "../core/instant";
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

/**
 * The status log: append-only UTF-8 text, one JSON object per line.
 *
 * The first line says what the file is; every further line is one accepted change with its version `v`, counting from 1
 * without a gap. Each line ends in a `checksum` member: SHA-256 over the checksum before it, a line feed, and the line's
 * own text up to that member. Lines therefore cannot be changed, exchanged or taken out without every later checksum
 * telling so.
 *
 * A line counts once its line feed is written. Bytes after the last line feed are a torn line: a writer died while
 * writing a change it had not acknowledged. Readers say so and leave it out.
 *
 * Format versions: 1, first. Raise it when a reader of the older version would misread a newer file.
 */
export const STATUS_LOG_FORMAT = 1;

const LOG_NAME = "ambulance-diversion status";

/** The end of every line: a fixed length, so that what the checksum covers is known before anything is parsed. */
const SEAL = /,"checksum":"(sha256:[0-9a-f]{64})"\}$/;
const SEAL_LENGTH = ',"checksum":"sha256:"}'.length + 64;

const START: Checksum = `sha256:${"0".repeat(64)}`;

/** A line with its line feed, and the checksum the next line starts from. */
export interface SealedLine {
  readonly text: string;
  readonly checksum: Checksum;
}

/** The first line of a log. */
export function statusLogHeader(): SealedLine {
  return seal({ v: 0, log: LOG_NAME, format: STATUS_LOG_FORMAT }, START);
}

/** The line of one change. @param previous the checksum of the line before it */
export function statusLogLine(event: StatusEvent, previous: Checksum): SealedLine {
  const { version: v, kind } = event;
  // Named one by one: the same event gives the same bytes, in whatever order its fields were set.
  if (kind === "report") {
    const { hospital, key, effect, scope, from, until, divertTo, ...rest } = event.restriction;
    const { reason, authorisedBy, source, observedAt, receivedAt } = rest;
    const what = { effect, scope: normalScope(scope), from, until, divertTo };
    return seal({ v, kind, hospital, key, ...what, reason, authorisedBy, source, observedAt, receivedAt }, previous);
  }
  const { hospital, key, reason, authorisedBy, source, observedAt, receivedAt } = event;
  return seal({ v, kind, hospital, key, reason, authorisedBy, source, observedAt, receivedAt }, previous);
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

/** What a writer that died left behind the last whole line. */
export interface TornLine {
  /** The line of the file, counting from 1. */
  readonly row: number;
  /** Where it begins. */
  readonly byte: number;
  /** How long it is. */
  readonly bytes: number;
}

export interface StatusLog {
  /** Oldest first, versions from 1 without a gap: a `history` for a StatusBoard. */
  readonly events: readonly StatusEvent[];
  /** Present when the file ends in the middle of a line. */
  readonly torn?: TornLine;
  /** Up to where the file is whole; 0 for an empty file, which is an empty log. */
  readonly wholeBytes: number;
  /** Of the last whole line: what the next line is sealed with. */
  readonly checksum: Checksum;
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
  let checksum = START;
  let begin = 0;
  let row = 1;
  let receivedMs: EpochMs = Number.NEGATIVE_INFINITY;
  for (let end = bytes.indexOf(LINE_FEED); end >= 0; end = bytes.indexOf(LINE_FEED, begin)) {
    const line = decode(bytes.subarray(begin, end), row, begin);
    if (row === 1) requireHeader(line);
    else {
      const event = readEvent(unseal(line, checksum, row, begin), row, begin);
      const received = (event.kind === "report" ? event.restriction : event).receivedAt.epochMs;
      if (received < receivedMs) throw damaged(row, begin, "it was received before the line above it");
      receivedMs = received;
      events.push(event);
    }
    checksum = sealOf(line);
    begin = end + 1;
    row++;
  }
  const whole = { events, wholeBytes: begin, checksum };
  if (begin === bytes.length) return whole;
  if (row === 1) requireHeaderBegun(bytes);
  return { ...whole, torn: { row, byte: begin, bytes: bytes.length - begin } };
}

const LINE_FEED = 0x0a;

function seal(members: Readonly<Record<string, unknown>>, previous: Checksum): SealedLine {
  const body = JSON.stringify(members).slice(0, -1);
  const checksum = checksumOfText(`${previous}\n${body}`);
  return { text: `${body},"checksum":"${checksum}"}\n`, checksum };
}

/** The line without its seal, as an object; the seal must be the one that follows from `previous`. */
function unseal(line: string, previous: Checksum, row: number, byte: number): unknown {
  const body = line.slice(0, -SEAL_LENGTH);
  if (SEAL.exec(line)?.[1] !== checksumOfText(`${previous}\n${body}`)) {
    throw damaged(row, byte, "its checksum does not fit it and the lines above");
  }
  try {
    return JSON.parse(`${body}}`);
  } catch (error) {
    throw damaged(row, byte, "it is not JSON", error);
  }
}

const sealOf = (line: string): Checksum => SEAL.exec(line)![1] as Checksum;

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
  if (!result.success) throw damaged(row, byte, firstProblem(result.error.issues, members).message.replace(/\.$/, ""));
  const { v: version, ...rest } = result.data;
  const due = row - 1;
  if (version !== due) throw damaged(row, byte, `it has version ${version} where ${due} is due`);
  if (rest.kind === "clear") return { version, ...rest };
  const { kind, scope, ...restriction } = rest;
  return { version, kind, restriction: { ...restriction, scope: normalScope(scope) } };
}

function decode(bytes: Uint8Array, row: number, byte: number): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    throw row === 1 ? foreign("its first line is not text") : damaged(row, byte, "it is not UTF-8 text", error);
  }
}

function requireHeader(line: string): void {
  const header = statusLogHeader().text.trimEnd();
  if (line === header) return;
  const format = /^\{"v":0,"log":"ambulance-diversion status","format":(\d+)/.exec(line)?.[1];
  if (format !== undefined && Number(format) > STATUS_LOG_FORMAT) {
    throw foreign(`it has format version ${format} and this release reads ${STATUS_LOG_FORMAT}; use a newer release`);
  }
  if (format !== undefined) throw damaged(1, 0, "it is not the first line of a log of this format");
  throw foreign(`it does not begin with ${JSON.stringify(header.slice(0, 43))}`);
}

/** A file that is no log must never pass for an empty log with a torn first line: a writer would cut it off. */
function requireHeaderBegun(bytes: Uint8Array): void {
  const header = new TextEncoder().encode(statusLogHeader().text);
  if (!bytes.every((byte, index) => byte === header[index])) throw foreign("its first line is not one of a status log");
}

function damaged(row: number, byte: number, why: string, cause?: unknown): DiversionError {
  return logError(
    "corrupt-status-log",
    `Line ${row} of the status log is damaged: ${why}. Restore the file from a copy.`,
    {
      row,
      byte,
      cause,
    },
  );
}

const foreign = (why: string): DiversionError =>
  logError("unsupported-status-log", `This is not a status log: ${why}.`, { row: 1, byte: 0 });

function logError(
  code: ErrorCode,
  message: string,
  { row, byte, cause }: { readonly row: number; readonly byte: number; readonly cause?: unknown },
): DiversionError {
  return new DiversionError(code, message, { row, byte }, cause === undefined ? undefined : { cause });
}
