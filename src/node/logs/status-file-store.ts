import { closeSync, openSync, readSync } from "node:fs";
import { defined } from "../../core/defined";
import { DiversionError } from "../../core/errors";
import { type Clock, systemClock } from "../../core/instant";
import { Listeners } from "../../core/listeners";
import {
  readStatusLog,
  readStatusLogLine,
  STATUS_LOG_FORMAT,
  type StatusLog,
  writeStatusLog,
} from "../../hospitals/status/status-log";
import {
  EMPTY_HEAD,
  forked,
  type StatusHead,
  type StatusStore,
  StatusStoreUnavailable,
  type StoredChange,
  type StoredChanges,
  storedChange,
} from "../../hospitals/status/status-store";
import type { LockOptions } from "../files/file-lock";
import { HashChainLogWriter } from "./hash-chain-log-writer";

interface StatusFileStoreOptions {
  /** Tells the present. Default: the wall clock. */
  readonly clock?: Clock;
  readonly lock?: LockOptions;
}

/** A log, and where its lines end. */
interface LaidOutLog extends StatusLog {
  /** By version: the byte after the line of that entry; at 0 that after the first line of the file. */
  readonly ends: number[];
}

/**
 * A status log on disk as a store: peer of a database, and mirror of one. One process has it open at a time; a log that
 * was compacted is none, for its first entries are elsewhere.
 */
export class StatusFileStore implements StatusStore {
  readonly #path: string;
  readonly #clock: Clock;
  readonly #writer: HashChainLogWriter<LaidOutLog>;
  readonly #ends: number[];
  readonly #ids = new Set<string>();
  readonly #hints = new Listeners<StatusHead>();
  #head: StatusHead;

  /**
   * Opens a log, and makes it when there is none. A torn last line is cut off.
   * @throws DiversionError `status-log-locked`, `corrupt-status-log`, `unsupported-status-log`, `file-not-writable`;
   * `status-archived` for one that was compacted.
   */
  constructor(path: string, { clock = systemClock, lock }: StatusFileStoreOptions = {}) {
    this.#path = path;
    this.#clock = clock;
    this.#writer = new HashChainLogWriter(path, {
      format: STATUS_LOG_FORMAT,
      read: laidOut,
      rewrite: ({ events, archive }) => writeStatusLog(events, archive),
      entry: "change",
      ...defined({ lock }),
    });
    const { events, archive, checksum, ends } = this.#writer.log;
    if (archive !== undefined) {
      this.#writer.close();
      const message = `The status log was compacted: changes before version ${archive.version} are in an archive. Take a log that holds all.`;
      throw new DiversionError("status-archived", message, { file: path });
    }
    this.#ends = ends.length === 0 ? [Buffer.byteLength(STATUS_LOG_FORMAT.header().text)] : ends;
    this.#head = events.length === 0 ? EMPTY_HEAD : { version: events.length, seal: checksum };
    for (const { id } of events) if (id !== undefined) this.#ids.add(id);
  }

  get description(): string {
    return `the file ${this.#path}`;
  }

  async head(): Promise<StatusHead> {
    return this.#head;
  }

  async read(after: StatusHead, limit: number): Promise<StoredChanges> {
    const { version } = this.#head;
    if (after.version > version) throw forked(after, `the store ends at version ${version}`);
    // The line of the head itself is read too: its seal says whether the histories are one.
    const from = Math.max(0, after.version - 1);
    const lines = this.#lines(from, Math.min(version, after.version + limit));
    const held = after.version === 0 ? EMPTY_HEAD.seal : sealOf(lines.shift()!);
    if (held !== after.seal) throw forked(after, "the store has another");
    let seal = held;
    const changes = lines.map((line, index) => {
      const read = readStatusLogLine(line, seal, after.version + index + 1);
      seal = read.seal;
      return storedChange(read.entry, { seal, line });
    });
    return { changes, storeNow: this.#clock() };
  }

  async append(change: StoredChange, after: StatusHead): Promise<"appended" | "conflict"> {
    const { version, seal } = this.#head;
    if (version !== after.version || seal !== after.seal || this.#ids.has(change.id)) return "conflict";
    try {
      this.#writer.append(() => ({ text: `${change.line}\n`, checksum: change.seal }));
    } catch (error) {
      if (error instanceof DiversionError) throw new StatusStoreUnavailable(error.message, { cause: error });
      throw error;
    }
    this.#ends.push(this.#ends.at(-1)! + Buffer.byteLength(change.line) + 1);
    this.#ids.add(change.id);
    this.#head = { version: change.version, seal: change.seal };
    this.#hints.emit(change);
    return "appended";
  }

  watch(hint: () => void): () => void {
    return this.#hints.add(() => hint());
  }

  async close(): Promise<void> {
    this.#writer.close();
  }

  /** The lines of the entries after one version up to another, without their line feeds. */
  #lines(after: number, upTo: number): string[] {
    const [from, end] = [this.#ends[after]!, this.#ends[upTo]!];
    if (from === end) return [];
    const bytes = Buffer.alloc(end - from);
    const descriptor = openSync(this.#path, "r");
    try {
      for (let done = 0; done < bytes.length; ) {
        const count = readSync(descriptor, bytes, done, bytes.length - done, from + done);
        if (count === 0) throw new StatusStoreUnavailable("The status log is shorter than what was written to it.", {});
        done += count;
      }
    } finally {
      closeSync(descriptor);
    }
    return bytes.toString("utf8").split("\n").slice(0, -1);
  }
}

function laidOut(chunks: Iterable<Uint8Array>): LaidOutLog {
  const bytes = Buffer.concat([...chunks]);
  const log = readStatusLog(bytes);
  const ends: number[] = [];
  for (let at = bytes.indexOf(0x0a); at >= 0; at = bytes.indexOf(0x0a, at + 1)) ends.push(at + 1);
  return { ...log, ends };
}

const sealOf = (line: string): string => line.slice(line.lastIndexOf("sha256:"), -2);
