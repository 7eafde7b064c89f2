import { existsSync, readFileSync } from "node:fs";
import { defined } from "../../core/defined";
import { DiversionError } from "../../core/errors";
import { boundedMs, type EpochMs, type Instant, instantAt } from "../../core/instant";
import { isSideEntry, receivedAtOf, subjectOf } from "../../hospitals/status/held-restrictions";
import type { StatusEntry } from "../../hospitals/status/status";
import {
  readStatusLog,
  STATUS_LOG_FORMAT,
  type StatusLog,
  type TornLine,
  writeStatusLog,
} from "../../hospitals/status/status-log";
import { FileLock, hasCode, type LockOptions } from "../files/file-lock";
import { realPathOf, replaceFile } from "../files/write-file";

/** How a status log stands. */
export interface StatusVerification {
  /** Of the last change that is whole and in order. */
  readonly version: number;
  /** Changes up to there, those carried over from an archive included. */
  readonly changes: number;
  /** Where the log is damaged, and how; absent when it is whole. */
  readonly damage?: { readonly row: number; readonly byte: number; readonly message: string };
  /** What a writer left that died: it was never acknowledged, and the next writer cuts it off. */
  readonly torn?: TornLine;
  /** Changes that were received after the present: a clock was ahead when they were written. */
  readonly ahead: number;
}

/**
 * Reads a status log from end to end: its lines, their chain and their order.
 *
 * @param nowMs the present, for {@link StatusVerification.ahead}.
 * @throws DiversionError `file-not-found`; `unsupported-status-log` for a file that is no status log.
 */
export function verifyStatus(path: string, nowMs: EpochMs): StatusVerification {
  const { log, damage } = readGood(path, readBytes(path));
  return defined({
    version: log.events.at(-1)?.version ?? 0,
    changes: log.events.length,
    damage,
    torn: log.torn,
    ahead: log.events.filter((event) => receivedAtOf(event).epochMs > nowMs).length,
  });
}

export interface StatusRecovery {
  /** The log as it was, beside the log; undefined when nothing was wrong. */
  readonly keptAside?: string;
  /** Of the last change that was kept. */
  readonly version: number;
  /** Lines, from the damaged one on, that are only in the file kept aside. */
  readonly linesLost: number;
  /** Changes whose moments were ahead of the present, and count as of now. */
  readonly broughtBack: number;
}

export interface RecoverStatusOptions {
  /** The present. */
  readonly nowMs: EpochMs;
  /**
   * Whether moments after the present are the work of a clock that was ahead; they become the present. Default: they are
   * left, for it may be the present clock that is behind.
   */
  readonly clockWasAhead?: boolean;
  readonly lock?: LockOptions;
}

/**
 * Makes a damaged status log one that can be opened again: its good beginning stays, and the whole as it was is kept
 * beside it. What was changed after the damage is in that file alone, and has to be reported again.
 *
 * @throws DiversionError `status-log-locked`, `file-not-found`, `file-not-writable`; `corrupt-status-log` when nothing
 * before the damage can be used.
 */
export function recoverStatus(
  named: string,
  { nowMs, clockWasAhead = false, lock }: RecoverStatusOptions,
): StatusRecovery {
  readBytes(named);
  const path = realPathOf(named);
  const locked = (holder: string, file: string): DiversionError => STATUS_LOG_FORMAT.locked(named, holder, file);
  const held = FileLock.acquire(`${path}.lock`, locked, lock);
  try {
    const bytes = readBytes(path);
    const { log, damage, goodBytes } = readGood(path, bytes);
    const events = clockWasAhead ? log.events.map((event) => broughtBack(event, nowMs)) : log.events;
    const changed = events.filter((event, index) => event !== log.events[index]).length;
    const version = log.events.at(-1)?.version ?? 0;
    const linesLost = damage === undefined ? 0 : linesIn(bytes.subarray(goodBytes));
    if (damage === undefined && changed === 0) return { version, linesLost, broughtBack: 0 };
    const keptAside = freeName(`${path}.before-recovery-at-${version}`);
    replaceFile(keptAside, [bytes]);
    replaceFile(path, changed === 0 ? [bytes.subarray(0, goodBytes)] : [writeStatusLog(events, log.archive)]);
    return { keptAside, version, linesLost, broughtBack: changed };
  } finally {
    held.release();
  }
}

/** What can be read of a log up to its first damage. */
function readGood(
  path: string,
  bytes: Uint8Array,
): { readonly log: StatusLog; readonly goodBytes: number; readonly damage?: StatusVerification["damage"] } {
  try {
    const log = readStatusLog(bytes);
    return { log, goodBytes: log.wholeBytes };
  } catch (error) {
    if (!(error instanceof DiversionError)) throw error;
    const { row, byte } = error.place;
    if (error.code !== "corrupt-status-log" || row === undefined || byte === undefined || row === 1)
      throw error.in(path);
    try {
      return {
        log: readStatusLog(bytes.subarray(0, byte)),
        goodBytes: byte,
        damage: { row, byte, message: error.message },
      };
    } catch {
      throw error.in(path);
    }
  }
}

/** The event with moments after the present as of the present; the same where there are none. */
function broughtBack(event: StatusEntry, nowMs: EpochMs): StatusEntry {
  if (receivedAtOf(event).epochMs <= nowMs) return event;
  const now = instantAt(boundedMs(nowMs));
  if (isSideEntry(event)) return { ...event, receivedAt: now };
  const { receivedAt, observedAt } = subjectOf(event);
  const back = (instant: Instant): Instant => (instant.epochMs > nowMs ? now : instant);
  const moments = { observedAt: back(observedAt), receivedAt: back(receivedAt) };
  if (event.kind !== "report") return { ...event, ...moments };
  return { ...event, restriction: { ...event.restriction, ...moments } };
}

const linesIn = (bytes: Uint8Array): number => {
  const feeds = bytes.reduce((count, byte) => (byte === 0x0a ? count + 1 : count), 0);
  return bytes.length > 0 && bytes.at(-1) !== 0x0a ? feeds + 1 : feeds;
};

function freeName(path: string): string {
  for (let number = 1; ; number++) {
    const name = number === 1 ? path : `${path}-${number}`;
    if (!existsSync(name)) return name;
  }
}

function readBytes(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (error) {
    const why = hasCode(error, "ENOENT") ? "there is no such file" : String(error);
    throw new DiversionError(
      "file-not-found",
      `The status log cannot be read: ${why}.`,
      { file: path },
      { cause: error },
    );
  }
}
