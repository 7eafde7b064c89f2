import { randomUUID } from "node:crypto";
import {
  closeSync,
  existsSync,
  fchmodSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  readSync,
  statSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";
import { assert } from "../../core/assert";
import type { Checksum } from "../../core/checksum";
import { DiversionError } from "../../core/errors";
import type { ChainedLine, HashChainEnd, HashChainLogFormat } from "../../core/hash-chain-log";
import type { Steps } from "../../core/steps";
import { FileLock, hasCode, isSystemError, type LockOptions, removeIfPossible, removeLitter } from "../files/file-lock";
import { nameForGood, realPathOf, replaceFile, syncFolder } from "../files/write-file";

/** What a writer is for. */
interface HashChainLogWriterOptions<Log extends HashChainEnd> {
  readonly format: HashChainLogFormat;
  /** Reads what is in the file when it is opened, in pieces that stay as they are. */
  readonly read: (chunks: Iterable<Uint8Array>) => Log;
  /** Writes a log of an older format version as one of the present. Required where the format reads older ones. */
  readonly rewrite?: (log: Log) => string;
  /** What a line stands for, to say that it was not written: "change". */
  readonly entry: string;
  readonly lock?: LockOptions;
}

/**
 * Appends to a hash-chain log on disk. A line is written whole and synchronized with the disk before {@link append} returns;
 * what could not be is cut off again. One writer at a time, by whatever symlink the log is named.
 *
 * A log of an older format version is rewritten first, and stays beside the new one as it was, such as in
 * `status.log.format-1`.
 */
export class HashChainLogWriter<Log extends HashChainEnd> {
  /** Where it lies, symlinks followed. */
  readonly path: string;
  readonly #options: HashChainLogWriterOptions<Log>;
  /** What was in the file when it was opened. */
  readonly log: Log;
  readonly #lock: FileLock;
  #descriptor: number;
  #size: number;
  /** Whether lines were written that are not synchronized. */
  #isBehind = false;
  #checksum: Checksum;
  #failure: string | undefined;

  /**
   * Opens a log for writing, and makes it when there is none. A torn last line is cut off; `log.torn` tells of it.
   * @throws DiversionError when another writer has the log open; `file-not-writable`, and what reading the log throws.
   */
  constructor(named: string, options: HashChainLogWriterOptions<Log>) {
    const path = writablePath(named, options.format.noun);
    this.path = path;
    this.#options = options;
    const locked = (holder: string, lock: string): DiversionError => options.format.locked(named, holder, lock);
    this.#lock = FileLock.acquire(`${path}.lock`, locked, options.lock);
    let descriptor: number | undefined;
    const { noun, format } = options.format;
    try {
      removeLitter(path);
      descriptor = openForUpdate(path, noun);
      requireOneName(path, descriptor, noun);
      let log = readLog(path, descriptor, options.read);
      if (log.format !== format) {
        closeSync(descriptor);
        descriptor = undefined;
        rewrite(path, log, options);
        descriptor = openForUpdate(path, noun);
        log = readLog(path, descriptor, options.read);
      }
      this.#descriptor = descriptor;
      this.log = log;
      this.#size = this.log.wholeBytes;
      this.#checksum = this.log.checksum;
      if (this.log.torn !== undefined) this.#cutBack();
      if (this.#size === 0) this.#begin();
    } catch (error) {
      if (descriptor !== undefined) closeSync(descriptor);
      this.#lock.release();
      throw isSystemError(error) ? cannotOpen(path, options.format.noun, error) : error;
    }
  }

  /**
   * @param line makes the line from the checksum of the one before it.
   * @param lasting whether to wait until the line is safe from a loss of power. Without, it is safe only from the end of
   * this process, until the next line that waits or {@link close}: for batches.
   * @throws DiversionError `file-not-writable` when the line is not safely on disk; the file is then as it was before.
   */
  append(line: (previous: Checksum) => ChainedLine, lasting = true): ChainedLine {
    if (this.#failure !== undefined) {
      throw this.#notWritable(`an earlier write failed (${this.#failure}); open the log again`);
    }
    this.#requireWritable();
    const chained = line(this.#checksum);
    this.#write(chained, lasting);
    return chained;
  }

  /**
   * Keeps the log as it is under another name and goes on with one in its place, in steps: lines may be written between
   * them, and are in the log that is kept. A crash at any moment leaves the log as it was, or as it is to be.
   *
   * @param archiveOf tells, at the last step, under which name; a file of that name must hold the same.
   * @param next writes, at the last step, the log to go on with, from the checksum of the last line of the one kept.
   * @returns what is in the new one.
   * @throws DiversionError `file-not-writable`; the log is then as it was, unless the message says otherwise.
   */
  *replace(archiveOf: () => string, next: (seal: Checksum) => string): Steps<Log> {
    const temporary = `${this.path}.${randomUUID()}.tmp`;
    let copy: number | undefined;
    try {
      copy = openSync(temporary, "wx", 0o600);
      fchmodSync(copy, fstatSync(this.#descriptor).mode & 0o7777);
      let copied = 0;
      for (; this.#size - copied > COPIED_PER_STEP; copied += COPIED_PER_STEP) {
        this.#copyTo(copy, copied, copied + COPIED_PER_STEP);
        yield;
      }
      // From here on nobody else has a turn.
      this.#copyTo(copy, copied, this.#size);
      const whole = copy;
      copy = undefined;
      closeSync(whole);
      this.#keepAs(archiveOf(), temporary);
      return this.#goOnWith(next(this.#checksum));
    } catch (error) {
      throw isSystemError(error) ? this.#notWritable(String(error), error) : error;
    } finally {
      if (copy !== undefined) closeSync(copy);
      removeIfPossible(temporary);
    }
  }

  #copyTo(copy: number, from: number, end: number): void {
    if (this.#failure !== undefined) throw this.#notWritable(this.#failure);
    this.#requireWritable();
    const bytes = new Uint8Array(end - from);
    for (let done = 0; done < bytes.length; ) {
      const read = readSync(this.#descriptor, bytes, done, bytes.length - done, from + done);
      if (read === 0) throw this.#notWritable("the file is shorter than it was");
      done += read;
    }
    for (let done = 0; done < bytes.length; ) {
      done += writeSync(copy, bytes, done, bytes.length - done, from + done);
    }
    fsyncSync(copy);
  }

  #keepAs(archive: string, temporary: string): void {
    if (!existsSync(archive)) {
      nameForGood(temporary, archive);
      return;
    }
    if (!readFileSync(archive).equals(readFileSync(temporary))) {
      const message = "A file of the archive's name is there and is not this log; move it away.";
      throw new DiversionError("file-not-writable", message, { file: archive });
    }
    // Left behind by a crash, it is taken up again; its name may not have been safe yet.
    syncFolder(dirname(archive));
  }

  #goOnWith(text: string): Log {
    const bytes = Buffer.from(text, "utf8");
    const log = this.#options.read([bytes]);
    replaceFile(this.path, [bytes]);
    try {
      const descriptor = openSync(this.path, "r+");
      closeSync(this.#descriptor);
      this.#descriptor = descriptor;
    } catch (error) {
      this.#failure = `the new log cannot be opened: ${String(error)}`;
      throw this.#notWritable(this.#failure, error);
    }
    this.#size = bytes.length;
    this.#checksum = log.checksum;
    return log;
  }

  /** @throws DiversionError `file-not-writable` when lines that did not wait cannot be made safe. */
  close(): void {
    if (this.#failure === CLOSED) return;
    try {
      if (this.#failure === undefined && this.#isBehind) this.#synchronize();
    } finally {
      this.#failure = CLOSED;
      closeSync(this.#descriptor);
      this.#lock.release();
    }
  }

  #begin(): void {
    this.#write(this.#options.format.header(), true);
    syncFolder(dirname(this.path));
  }

  #write({ text, checksum }: ChainedLine, lasting: boolean): void {
    const bytes = Buffer.from(text, "utf8");
    try {
      // A write may take only part of the bytes, for instance when the disk is nearly full.
      for (let done = 0; done < bytes.length; ) {
        done += writeSync(this.#descriptor, bytes, done, bytes.length - done, this.#size + done);
      }
    } catch (error) {
      this.#cutBack();
      throw this.#notWritable(String(error), error);
    }
    this.#isBehind = true;
    if (lasting) this.#synchronize();
    this.#size += bytes.length;
    this.#checksum = checksum;
  }

  #synchronize(): void {
    try {
      fsyncSync(this.#descriptor);
      this.#isBehind = false;
    } catch (error) {
      // After a failed fsync the system may have dropped the bytes and yet report success the next time, so this
      // descriptor cannot be trusted with another line (Rebello et al., USENIX ATC 2020).
      this.#failure = String(error);
      this.#cutBack();
      throw this.#notWritable(String(error), error);
    }
  }

  #cutBack(): void {
    try {
      ftruncateSync(this.#descriptor, this.#size);
      fsyncSync(this.#descriptor);
    } catch (error) {
      this.#failure = String(error);
      throw this.#notWritable(
        `what was written cannot be cut off again: ${String(error)}`,
        error,
        "may have been made",
      );
    }
  }

  /** Why no line can be written any more, as far as can be told without writing one; undefined when all is well. */
  get trouble(): string | undefined {
    try {
      if (this.#failure === undefined) this.#requireWritable();
      return this.#failure;
    } catch (error) {
      if (error instanceof DiversionError) return error.message;
      throw error;
    }
  }

  #requireWritable(): void {
    try {
      this.#requireUntouched();
    } catch (error) {
      throw isSystemError(error) ? this.#notWritable(String(error), error) : error;
    }
  }

  /** The lock keeps honest writers apart; this notices the others, and a log that was moved away under us. */
  #requireUntouched(): void {
    if (!this.#lock.isHeld()) throw this.#notWritable("another process took its lock over; open the log again");
    const open = fstatSync(this.#descriptor);
    const named = statSync(this.path, { throwIfNoEntry: false });
    if (named === undefined || named.ino !== open.ino || named.dev !== open.dev) {
      throw this.#notWritable("the file was moved or removed; open the log again");
    }
    if (open.size !== this.#size) throw this.#notWritable("another writer changed the file; open the log again");
  }

  /** @param outcome what became of the entry: a line that was written and cannot be taken back may be read after a restart. */
  #notWritable(why: string, cause?: unknown, outcome = "is not made"): DiversionError {
    return new DiversionError(
      "file-not-writable",
      `The ${this.#options.entry} ${outcome}, because the ${this.#options.format.noun} cannot be written: ${why}.`,
      { file: this.path },
      cause === undefined ? undefined : { cause },
    );
  }
}

const CLOSED = "the log is closed";

/** Copied and synchronized with the disk between two pauses. */
const COPIED_PER_STEP = 1 << 20;

function writablePath(named: string, noun: string): string {
  try {
    return realPathOf(named);
  } catch (error) {
    throw cannotOpen(named, noun, error);
  }
}

/** The lock lies beside one name: writers under another could not see it. */
function requireOneName(path: string, descriptor: number, noun: string): void {
  const { nlink } = fstatSync(descriptor);
  if (nlink <= 1) return;
  throw cannotOpen(
    path,
    noun,
    `it has ${nlink} names (hard links), and writers under one do not see those under another; remove the others`,
  );
}

/** A crash at any moment leaves the log as it was, or as it is to be; what was kept aside then is not kept twice. */
function rewrite<Log extends HashChainEnd>(path: string, log: Log, options: HashChainLogWriterOptions<Log>): void {
  assert(options.rewrite !== undefined, "a format that reads older versions can write them anew");
  const bytes = readFileSync(path);
  const name = `${path}.format-${log.format}`;
  const isFree = (file: string): boolean => !existsSync(file) || bytes.equals(readFileSync(file));
  let aside = name;
  for (let number = 2; !isFree(aside); number++) aside = `${name}-${number}`;
  replaceFile(aside, [bytes]);
  replaceFile(path, [options.rewrite(log)]);
}

function openForUpdate(path: string, noun: string): number {
  // "r+" fails where there is no file and "wx+" where there is one: neither can empty a log.
  for (const flags of ["r+", "wx+"]) {
    try {
      return openSync(path, flags, 0o644);
    } catch (error) {
      const missing = flags === "r+" && hasCode(error, "ENOENT");
      if (!missing) throw cannotOpen(path, noun, error);
    }
  }
  throw cannotOpen(path, noun, "it appeared and vanished while it was opened");
}

const cannotOpen = (path: string, noun: string, cause: unknown): DiversionError =>
  new DiversionError(
    "file-not-writable",
    `The ${noun} cannot be opened for writing: ${String(cause)}.`,
    { file: path },
    { cause },
  );

function readLog<Log>(path: string, descriptor: number, read: (chunks: Iterable<Uint8Array>) => Log): Log {
  try {
    return read(chunksOf(descriptor));
  } catch (error) {
    throw error instanceof DiversionError ? error.in(path) : error;
  }
}

const CHUNK_BYTES = 1 << 18;

/** An open file from its beginning, each piece in memory of its own. */
export function* chunksOf(descriptor: number): Generator<Uint8Array> {
  for (let position = 0; ; ) {
    const chunk = new Uint8Array(CHUNK_BYTES);
    const bytes = readSync(descriptor, chunk, 0, CHUNK_BYTES, position);
    if (bytes === 0) return;
    yield chunk.subarray(0, bytes);
    position += bytes;
  }
}
