import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { defined } from "../../core/defined";
import { DiversionError } from "../../core/errors";
import type { Clock } from "../../core/instant";
import type { Steps } from "../../core/steps";
import type { HospitalDirectory } from "../../hospitals/directory/directory";
import { carriedOver } from "../../hospitals/status/carried-over";
import type { StatusEntry } from "../../hospitals/status/status";
import { StatusBoard } from "../../hospitals/status/status-board";
import {
  readStatusLog,
  STATUS_LOG_FORMAT,
  type StatusLog,
  statusLogLine,
  type TornLine,
  writeStatusLog,
} from "../../hospitals/status/status-log";
import { hasCode, type LockOptions } from "../files/file-lock";
import { HashChainLogWriter } from "./hash-chain-log-writer";
import { type ArchivedStatusLog, archiveName, readArchivedStatusLog, type StatusCompaction } from "./status-compaction";

interface StatusFileOptions {
  /** Tells when a report is received. Default: the wall clock. */
  readonly clock?: Clock;
  /** The IANA zone in which moments of receipt are written. Default: UTC, written with `Z`. */
  readonly timeZone?: string;
  /** Of {@link openStatus} alone. */
  readonly lock?: LockOptions;
}

/** Status kept in an append-only log on disk: a call that returns has its change safely there. */
export class StatusFile extends StatusBoard {
  readonly #writer: StatusLogWriter;
  #compacting: Steps<StatusCompaction> | undefined;

  /** @internal Use {@link openStatus}. */
  constructor(writer: StatusLogWriter, directory: HospitalDirectory, options: StatusFileOptions) {
    const { events: history, archive } = writer.log;
    const archivedTo = archive?.version ?? 0;
    super(directory, { ...options, history, archivedTo, journal: (event) => writer.append(event) });
    this.#writer = writer;
  }

  /** The line a writer that died had begun, now cut off: that change was never acknowledged. */
  get torn(): TornLine | undefined {
    return this.#writer.log.torn;
  }

  /** Why changes cannot be written any more, where it shows without writing one: the log was moved, replaced or taken over. */
  get trouble(): string | undefined {
    return this.#writer.trouble;
  }

  /** How many changes are in the log: all, or those after a compaction and what it carried over. */
  get changesInLog(): number {
    return this.#writer.changes;
  }

  /**
   * {@link compactStatus} for the log that is open here, in steps: changes may be made between them. What is known here
   * stays known until the log is opened again, all versions included.
   *
   * @throws DiversionError `file-not-writable`, also while another compaction is under way.
   */
  *compactSteps(): Steps<StatusCompaction> {
    if (this.#compacting !== undefined) {
      throw new DiversionError(
        "file-not-writable",
        "The status log is being compacted already; wait for the end of it.",
      );
    }
    const steps = this.#compactedSteps();
    this.#compacting = steps;
    try {
      return yield* steps;
    } finally {
      this.#compacting = undefined;
    }
  }

  *#compactedSteps(): Steps<StatusCompaction> {
    const looked = this.entries();
    const kept = carriedOver(looked);
    yield;
    if (kept.length === this.changesInLog) {
      return { version: this.version, changesBefore: kept.length, changesAfter: kept.length };
    }
    return yield* this.#writer.compact(() => {
      const { version } = this;
      return { version, kept: carriedOver([...kept, ...this.entries().slice(looked.length)]) };
    });
  }

  /** Lets others write the log. The status can still be read here; changes are refused. */
  close(): void {
    this.#writer.close();
  }
}

/**
 * Opens a status log for reading and writing, and makes it when there is none. Reports are on disk before they are
 * acknowledged; when they cannot be written they are not made, and the call throws `file-not-writable`.
 *
 * One process may have a log open this way; others read it with {@link loadStatus}.
 *
 * @throws DiversionError `status-log-locked`, `corrupt-status-log`, `unsupported-status-log`, `file-not-writable`.
 */
export function openStatus(path: string, directory: HospitalDirectory, options: StatusFileOptions = {}): StatusFile {
  const writer = new StatusLogWriter(path, options.lock);
  try {
    return new StatusFile(writer, directory, options);
  } catch (error) {
    writer.close();
    throw error;
  }
}

interface LoadStatusOptions extends StatusFileOptions {
  /**
   * Whether to read the archives of compactions too, as far as they lie beside the log: for audits, which ask for old
   * versions. Default: false.
   */
  readonly archives?: boolean;
}

export interface LoadedStatus {
  /** Changes to it stay in memory. */
  readonly status: StatusBoard;
  /** With `archives`: the archive that is named and not there. */
  readonly missingArchive?: string;
  /** Present when the file ends in the middle of a line: a writer died there, or is writing right now. */
  readonly torn?: TornLine;
}

/**
 * Reads a status log as it is now, without a lock and without changing it.
 * @throws DiversionError `file-not-found`, `corrupt-status-log`, `unsupported-status-log`.
 */
export function loadStatus(path: string, directory: HospitalDirectory, options: LoadStatusOptions = {}): LoadedStatus {
  const { archives = false, ...boardOptions } = options;
  try {
    const log: ArchivedStatusLog = archives ? readArchivedStatusLog(path, readWhole) : readStatusLog(readWhole(path));
    const { events: history, archive, torn, missingArchive } = log;
    const archivedTo = archive?.version ?? 0;
    const status = new StatusBoard(directory, { ...boardOptions, history, archivedTo });
    return defined({ status, torn, missingArchive });
  } catch (error) {
    throw error instanceof DiversionError && error.place.file === undefined ? error.in(path) : error;
  }
}

function readWhole(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (error) {
    const why = hasCode(error, "ENOENT") ? "there is no such file" : String(error);
    const message = `The status log cannot be read: ${why}.`;
    throw new DiversionError("file-not-found", message, { file: path }, { cause: error });
  }
}

/** Appends to a status log on disk: see {@link HashChainLogWriter}. */
class StatusLogWriter {
  readonly #writer: HashChainLogWriter<StatusLog>;
  /** How many are in the log. */
  changes: number;

  /**
   * Opens a log for writing, and makes it when there is none. A torn last line is cut off; `log.torn` tells of it.
   * @throws DiversionError `status-log-locked`, `file-not-writable`, and what `readStatusLog` throws.
   */
  constructor(path: string, lock?: LockOptions) {
    const read = (chunks: Iterable<Uint8Array>): StatusLog => readStatusLog(Buffer.concat([...chunks]));
    this.#writer = new HashChainLogWriter(path, {
      format: STATUS_LOG_FORMAT,
      read,
      rewrite: ({ events, archive }) => writeStatusLog(events, archive),
      entry: "change",
      ...defined({ lock }),
    });
    this.changes = this.#writer.log.events.length;
  }

  get trouble(): string | undefined {
    return this.#writer.trouble;
  }

  /** What was in the file when it was opened. */
  get log(): StatusLog {
    return this.#writer.log;
  }

  /** @throws DiversionError `file-not-writable` when the line is not safely on disk; the file is then as it was before. */
  append(event: StatusEntry): void {
    this.#writer.append((previous) => statusLogLine(event, previous));
    this.changes++;
  }

  /** @param now what to carry over as of the last step, and the version then. */
  *compact(now: () => { readonly version: number; readonly kept: readonly StatusEntry[] }): Steps<StatusCompaction> {
    let [version, archive, changesBefore] = [0, "", 0];
    let kept: readonly StatusEntry[] = [];
    const log = yield* this.#writer.replace(
      () => {
        ({ version, kept } = now());
        changesBefore = this.changes;
        archive = archiveName(this.#writer.path, version);
        return archive;
      },
      (seal) => writeStatusLog(kept, { version, file: basename(archive), seal }),
    );
    this.changes = log.events.length;
    return { archive, version, changesBefore, changesAfter: this.changes };
  }

  close(): void {
    this.#writer.close();
  }
}
