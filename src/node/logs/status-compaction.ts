import { existsSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { defined } from "../../core/defined";
import { DiversionError } from "../../core/errors";
import { carriedOver } from "../../hospitals/status/carried-over";
import { readStatusLog, STATUS_LOG_FORMAT, type StatusLog, writeStatusLog } from "../../hospitals/status/status-log";
import { isSystemError, type LockOptions } from "../files/file-lock";
import { realPathOf, replaceFile } from "../files/write-file";
import { HashChainLogWriter } from "./hash-chain-log-writer";

export interface StatusCompaction {
  /** The archive's file, beside the log; undefined when there was nothing to move. */
  readonly archive?: string;
  /** The version of the status; compaction changes nothing of it. */
  readonly version: number;
  /** Changes in the log before and after. */
  readonly changesBefore: number;
  readonly changesAfter: number;
}

/**
 * Makes a status log short again without losing anything of it: the log as it is becomes an archive beside it, named by
 * the version it ends with, and the log starts anew from the last change for each hospital and key. The new log holds the
 * archive's last chain hash, so the audit stays one chain; {@link readArchivedStatusLog} reads it whole.
 *
 * A crash at any moment leaves the log as it was or as it is to be. An archive left behind by one is taken up again.
 *
 * @throws DiversionError `status-log-locked` while another writer has the log open; `file-not-found`, and what reading and
 * writing the log throws.
 */
export function compactStatus(named: string, lock: LockOptions = {}): StatusCompaction {
  // Writers make a log when there is none: a mistyped name must not.
  if (!existsSync(named)) {
    throw new DiversionError("file-not-found", "There is no status log to compact; check the name.", { file: named });
  }
  const path = pathOf(named);
  const read = (chunks: Iterable<Uint8Array>): StatusLog => readStatusLog(Buffer.concat([...chunks]));
  const writer = new HashChainLogWriter(path, {
    format: STATUS_LOG_FORMAT,
    read,
    rewrite: ({ events, archive }) => writeStatusLog(events, archive),
    entry: "compaction",
    lock,
  });
  try {
    const { events, checksum } = writer.log;
    const kept = carriedOver(events);
    const version = events.at(-1)?.version ?? 0;
    const counts = { version, changesBefore: events.length, changesAfter: kept.length };
    if (kept.length === events.length) return counts;
    const archive = archiveName(path, version);
    writeArchive(path, archive, checksum);
    const text = writeStatusLog(kept, { version, file: basename(archive), seal: checksum });
    inPlace(path, () => replaceFile(path, [text]));
    return { archive, ...counts };
  } finally {
    writer.close();
  }
}

/** What the archive of a log is called that ends with a version. */
export const archiveName = (path: string, version: number): string => `${path}.to-${version}`;

function pathOf(named: string): string {
  try {
    return realPathOf(named);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    const message = `The status log is not compacted, because its path cannot be followed: ${error.message}.`;
    throw new DiversionError("file-not-writable", message, { file: named }, { cause: error });
  }
}

function writeArchive(path: string, archive: string, checksum: string): void {
  if (existsSync(archive)) {
    if (chainHashOfFile(archive) === checksum) return;
    const message = "A file of the archive's name is there and is not this log; move it away.";
    throw new DiversionError("file-not-writable", message, { file: archive });
  }
  inPlace(archive, () => replaceFile(archive, [readFileSync(path)]));
}

function inPlace(file: string, write: () => void): void {
  try {
    write();
  } catch (error) {
    throw new DiversionError(
      "file-not-writable",
      `The status log is not compacted, because a file cannot be written: ${String(error)}.`,
      { file },
      { cause: error },
    );
  }
}

function chainHashOfFile(path: string): string | undefined {
  try {
    const { checksum, torn } = readStatusLog(readFileSync(path));
    return torn === undefined ? checksum : undefined;
  } catch {
    return undefined;
  }
}

export interface ArchivedStatusLog extends StatusLog {
  /** The archive that is named and not there; what it holds is missing from the events. */
  readonly missingArchive?: string;
}

/**
 * A status log together with its archives, as if it had never been compacted; as far back as archives are at hand.
 *
 * @param read reads a file.
 * @throws DiversionError `corrupt-status-log` for an archive that is not the one the log was made from.
 */
export function readArchivedStatusLog(path: string, read: (path: string) => Uint8Array): ArchivedStatusLog {
  const log = readStatusLog(read(path));
  const { archive } = log;
  if (archive?.file === undefined) return log;
  const file = join(dirname(realPathOf(path)), archive.file);
  if (!existsSync(file)) return { ...log, missingArchive: file };
  const before = inFile(file, () => readArchivedStatusLog(file, read));
  if (before.checksum !== archive.seal || before.torn !== undefined) {
    const message = `The archive does not end with the line that ${path} was made from; restore it from a copy.`;
    throw new DiversionError("corrupt-status-log", message, { file });
  }
  const { archive: _, ...rest } = log;
  const events = [...before.events, ...log.events.filter(({ version }) => version > archive.version)];
  return {
    ...rest,
    events,
    ...defined({ archive: before.archive, missingArchive: before.missingArchive }),
  };
}

function inFile<T>(file: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof DiversionError && error.place.file === undefined ? error.in(file) : error;
  }
}
