import { closeSync, fstatSync, fsyncSync, ftruncateSync, openSync, readFileSync, statSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { DiversionError } from "../core/errors";
import type { StatusEvent } from "../hospitals/status";
import {
  readStatusLog,
  type SealedLine,
  type StatusLog,
  statusLogHeader,
  statusLogLine,
} from "../hospitals/status-log";
import { FileLock, hasCode } from "./file-lock";

/**
 * Appends to a status log on disk. A line is written whole and synchronized with the disk before {@link append} returns;
 * what could not be is cut off again. One writer at a time.
 */
export class StatusLogWriter {
  /** What was in the file when it was opened. */
  readonly log: StatusLog;
  private readonly lock: FileLock;
  private readonly descriptor: number;
  private size: number;
  private checksum: SealedLine["checksum"];
  private failure: string | undefined;

  /**
   * Opens a log for writing, and makes it when there is none. A torn last line is cut off; `log.torn` tells of it.
   * @throws DiversionError `status-log-locked`, `file-not-writable`, and what `readStatusLog` throws.
   */
  constructor(private readonly path: string) {
    this.lock = FileLock.acquire(`${path}.lock`);
    let descriptor: number | undefined;
    try {
      descriptor = openForUpdate(path);
      this.descriptor = descriptor;
      this.log = readLog(path, descriptor);
      this.size = this.log.wholeBytes;
      this.checksum = this.log.checksum;
      if (this.log.torn !== undefined) this.cutBack();
      if (this.size === 0) this.begin();
    } catch (error) {
      if (descriptor !== undefined) closeSync(descriptor);
      this.lock.release();
      throw error;
    }
  }

  /** @throws DiversionError `file-not-writable` when the line is not safely on disk; the file is then as it was before. */
  append(event: StatusEvent): void {
    if (this.failure !== undefined) {
      throw this.notWritable(`an earlier write failed (${this.failure}); open the log again`);
    }
    this.requireUntouched();
    this.write(statusLogLine(event, this.checksum));
  }

  close(): void {
    if (this.failure !== CLOSED) {
      this.failure = CLOSED;
      closeSync(this.descriptor);
      this.lock.release();
    }
  }

  private begin(): void {
    this.write(statusLogHeader());
    syncFolder(dirname(this.path));
  }

  private write({ text, checksum }: SealedLine): void {
    const bytes = Buffer.from(text, "utf8");
    try {
      // A write may take only part of the bytes, for instance when the disk is nearly full.
      for (let done = 0; done < bytes.length; ) {
        done += writeSync(this.descriptor, bytes, done, bytes.length - done, this.size + done);
      }
    } catch (error) {
      this.cutBack();
      throw this.notWritable(String(error), error);
    }
    try {
      fsyncSync(this.descriptor);
    } catch (error) {
      // After a failed fsync the system may have dropped the bytes and yet report success the next time, so this
      // descriptor cannot be trusted with another line (Rebello et al., USENIX ATC 2020).
      this.failure = String(error);
      this.cutBack();
      throw this.notWritable(String(error), error);
    }
    this.size += bytes.length;
    this.checksum = checksum;
  }

  private cutBack(): void {
    try {
      ftruncateSync(this.descriptor, this.size);
      fsyncSync(this.descriptor);
    } catch (error) {
      this.failure = String(error);
      throw this.notWritable(`what was written in part cannot be cut off: ${String(error)}`, error);
    }
  }

  /** The lock keeps honest writers apart; this notices the others, and a log that was moved away under us. */
  private requireUntouched(): void {
    const open = fstatSync(this.descriptor);
    const named = statSync(this.path, { throwIfNoEntry: false });
    if (named === undefined || named.ino !== open.ino || named.dev !== open.dev) {
      throw this.notWritable("the file was moved or removed; open the log again");
    }
    if (open.size !== this.size) throw this.notWritable("another writer changed the file; open the log again");
  }

  private notWritable(why: string, cause?: unknown): DiversionError {
    return new DiversionError(
      "file-not-writable",
      `The change is not made, because the status log cannot be written: ${why}.`,
      { file: this.path },
      cause === undefined ? undefined : { cause },
    );
  }
}

const CLOSED = "the log is closed";

function openForUpdate(path: string): number {
  // "r+" fails where there is no file and "wx+" where there is one: neither can empty a log.
  for (const flags of ["r+", "wx+"]) {
    try {
      return openSync(path, flags, 0o644);
    } catch (error) {
      const missing = flags === "r+" && hasCode(error, "ENOENT");
      if (!missing) throw cannotOpen(path, error);
    }
  }
  throw cannotOpen(path, "it appeared and vanished while it was opened");
}

const cannotOpen = (path: string, cause: unknown): DiversionError =>
  new DiversionError(
    "file-not-writable",
    `The status log cannot be opened for writing: ${String(cause)}.`,
    { file: path },
    { cause },
  );

function readLog(path: string, descriptor: number): StatusLog {
  try {
    return readStatusLog(readFileSync(descriptor));
  } catch (error) {
    throw error instanceof DiversionError ? error.in(path) : error;
  }
}

/** A new file's name is safe only when its folder is synchronized too. */
function syncFolder(path: string): void {
  if (process.platform === "win32") return;
  const descriptor = openSync(path, "r");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
