import { type Checksum, checksumOfText } from "./checksum";
import { DiversionError, type ErrorCode } from "./errors";
import { LineSplitter } from "./lines";
import { parseJson } from "./parse-json";

/** A line with its line feed, and the checksum the next line starts from. */
export interface ChainedLine {
  readonly text: string;
  readonly checksum: Checksum;
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

/** A line whose chain hash is right. */
interface CheckedLine extends ChainedLine {
  /** What JSON made of the line without its chain hash; to be checked. */
  readonly members: unknown;
  /** The line of the file, counting from 1; the first after the header is 2. */
  readonly row: number;
  /** Where it begins. */
  readonly byte: number;
}

/** Where a log is whole. */
export interface HashChainEnd {
  /** Its format version; that of this release for an empty file, which is an empty log. */
  readonly format: number;
  /** Present when the file ends in the middle of a line. */
  readonly torn?: TornLine;
  /** Up to where the file is whole; 0 for an empty file, which is an empty log. */
  readonly wholeBytes: number;
  /** Of the last whole line: what the next line is chained to. */
  readonly checksum: Checksum;
}

interface HashChainLogOptions {
  /** What the first line says the file is. */
  readonly name: string;
  /** Raised when a reader of the older version would misread a newer file, or a reader of the newer one an older file. */
  readonly format: number;
  /** Older versions that are read as well; whoever writes brings the log to the present one first. Default: none. */
  readonly older?: readonly number[];
  /** What messages call it, such as "status log". */
  readonly noun: string;
  readonly corrupt: ErrorCode;
  readonly unsupported: ErrorCode;
  readonly locked: ErrorCode;
}

const UTF_8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

const START: Checksum = `sha256:${"0".repeat(64)}`;

/** The end of every line: a fixed length, so that what the checksum covers is known before anything is parsed. */
const CHAIN_HASH = /,"checksum":"(sha256:[0-9a-f]{64})"\}$/;
const CHAIN_HASH_LENGTH = ',"checksum":"sha256:"}'.length + 64;

/**
 * A kind of append-only log: UTF-8 text, one JSON object per line, of which the first says what the file is.
 *
 * Each line ends in a `checksum` member: SHA-256 over the checksum before it, a line feed, and the line's own text up to
 * that member. Lines therefore cannot be changed, exchanged or taken out without every later checksum telling so.
 *
 * A line counts once its line feed is written. Bytes after the last line feed are a torn line: a writer died while
 * writing what it had not acknowledged. Readers say so and leave it out.
 */
export class HashChainLogFormat {
  readonly #options: HashChainLogOptions;

  constructor(options: HashChainLogOptions) {
    this.#options = options;
  }

  get noun(): string {
    return this.#options.noun;
  }

  /** The format version of what is written. */
  get format(): number {
    return this.#options.format;
  }

  /** The first line of a log. @param format of an older version, to know one by. Default: the present one. */
  header(format = this.#options.format): ChainedLine {
    return this.chained({ v: 0, log: this.#options.name, format }, START);
  }

  /** One line. @param previous the checksum of the line before it */
  chained(members: Readonly<Record<string, unknown>>, previous: Checksum): ChainedLine {
    const body = JSON.stringify(members).slice(0, -1);
    const checksum = checksumOfText(`${previous}\n${body}`);
    return { text: `${body},"checksum":"${checksum}"}\n`, checksum };
  }

  /**
   * The lines of a log after its header. Memory is that of one chunk and one line.
   *
   * @param chunks the file in pieces of any size; a piece is not kept.
   * @returns where the log is whole, when all lines have been taken.
   * @throws DiversionError `corrupt` with the row of the first damaged whole line; `unsupported` when it is something else.
   */
  *lines(chunks: Iterable<Uint8Array>): Generator<CheckedLine, HashChainEnd> {
    const splitter = new LineSplitter("feed");
    let checksum = START;
    let byte = 0;
    let row = 1;
    let format = this.#options.format;
    for (const chunk of chunks) {
      for (const bytes of splitter.lines(chunk)) {
        const line = this.#decode(bytes, row, byte);
        if (row === 1) format = this.#formatOf(line);
        else yield this.#checked(line, checksum, row, byte);
        checksum = chainHashOf(line);
        byte += bytes.length + 1;
        row++;
      }
      if (row === 1) this.#requireHeaderBegun(splitter.unfinished());
    }
    const { unfinishedBytes: bytes } = splitter;
    const end = { format, wholeBytes: byte, checksum };
    return bytes === 0 ? end : { ...end, torn: { row, byte, bytes } };
  }

  #checked(line: string, previous: Checksum, row: number, byte: number): CheckedLine {
    const members = this.#membersOf(line, previous, row, byte);
    return { members, text: `${line}\n`, checksum: chainHashOf(line), row, byte };
  }

  /**
   * One line that was read elsewhere than from a file, without its line feed.
   *
   * @param row where it stands, for messages: of entry `v` it is `v + 1`.
   * @throws DiversionError `corrupt` when it does not follow on the line with the checksum `previous`.
   */
  line(line: string, previous: Checksum, row: number): CheckedLine {
    return this.#checked(line, previous, row, 0);
  }

  /** The error for a line that is not what it should be. */
  damaged(row: number, byte: number, why: string, cause?: unknown): DiversionError {
    const { corrupt, noun } = this.#options;
    const message = `Line ${row} of the ${noun} is damaged: ${why}. Restore the file from a copy.`;
    return new DiversionError(corrupt, message, { row, byte }, cause === undefined ? undefined : { cause });
  }

  /** The error for a log that another writer holds. */
  locked(file: string, holder: string, lock: string): DiversionError {
    const { locked, noun } = this.#options;
    const message = `The ${noun} is being written by ${holder}. Write through that process, or stop it; a log whose writer is gone for good is taken by --take-over (takeOver), or by removing ${lock}.`;
    return new DiversionError(locked, message, { file });
  }

  /** The line without its chain hash, as an object; the hash must be the one that follows from `previous`. */
  #membersOf(line: string, previous: Checksum, row: number, byte: number): unknown {
    const body = line.slice(0, -CHAIN_HASH_LENGTH);
    if (CHAIN_HASH.exec(line)?.[1] !== checksumOfText(`${previous}\n${body}`)) {
      throw this.damaged(row, byte, "its checksum does not fit it and the lines above");
    }
    try {
      return parseJson(`${body}}`);
    } catch (error) {
      throw this.damaged(row, byte, "it is not JSON", error);
    }
  }

  #decode(bytes: Uint8Array, row: number, byte: number): string {
    try {
      return UTF_8.decode(bytes);
    } catch (error) {
      throw row === 1
        ? this.#foreign("its first line is not text")
        : this.damaged(row, byte, "it is not UTF-8 text", error);
    }
  }

  /** The format version that the first line states. */
  #formatOf(line: string): number {
    const { name, format, noun, unsupported } = this.#options;
    const known = this.#known.find((one) => line === this.header(one).text.trimEnd());
    if (known !== undefined) return known;
    const opening = `{"v":0,"log":${JSON.stringify(name)}`;
    const stated = line.startsWith(opening) ? /^,"format":(\d+)/.exec(line.slice(opening.length))?.[1] : undefined;
    if (stated !== undefined && !this.#known.includes(Number(stated))) {
      const what = `This ${noun} has format version ${stated} and this release reads ${format}`;
      const how =
        Number(stated) > format
          ? "use a newer release"
          : "read it by the release that wrote it, and begin another file";
      throw new DiversionError(unsupported, `${what}: ${how}.`, { row: 1, byte: 0 });
    }
    if (stated !== undefined) throw this.damaged(1, 0, "it is not the first line of a log of this format");
    throw this.#foreign(`it does not begin with ${JSON.stringify(opening)}`);
  }

  /** Format versions that are read. */
  get #known(): readonly number[] {
    return [this.#options.format, ...(this.#options.older ?? [])];
  }

  /** A file that is no log must never pass for an empty log with a torn first line: a writer would cut it off. */
  #requireHeaderBegun(bytes: Uint8Array): void {
    const headers = this.#known.map((format) => new TextEncoder().encode(this.header(format).text));
    if (!headers.some((header) => bytes.every((byte, index) => byte === header[index]))) {
      throw this.#foreign(`its first line is not one of a ${this.#options.noun}`);
    }
  }

  #foreign(why: string): DiversionError {
    const { unsupported, noun } = this.#options;
    return new DiversionError(unsupported, `This is not a ${noun}: ${why}.`, { row: 1, byte: 0 });
  }
}

const chainHashOf = (line: string): Checksum => CHAIN_HASH.exec(line)![1] as Checksum;
