const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;
const NO_BYTES = new Uint8Array(0);

/** What ends a line: LF, CR LF or CR as people's files have it, or LF alone, for files of our own. */
export type LineEnds = "any" | "feed";

/**
 * Cuts bytes that come in chunks into lines, without their ends. Memory is that of one chunk and one line; nothing is
 * decoded, and nothing read ahead of the caller.
 */
export class LineSplitter {
  readonly #takesReturns: boolean;
  #unfinished: Uint8Array[] = [];
  #unfinishedBytes = 0;
  #endedInReturn = false;

  constructor(ends: LineEnds = "any") {
    this.#takesReturns = ends === "any";
  }

  /** Bytes since the last end of a line. */
  get unfinishedBytes(): number {
    return this.#unfinishedBytes;
  }

  /** The bytes since the last end of a line; at the end of a text, its last line unless there are none. */
  unfinished(): Uint8Array {
    if (this.#unfinished.length > 1) this.#unfinished = [concatenate(this.#unfinished, this.#unfinishedBytes)];
    return this.#unfinished[0] ?? NO_BYTES;
  }

  /** The lines that end in a chunk, views that are valid until the next is asked for. All have to be taken. */
  *lines(chunk: Uint8Array): Generator<Uint8Array, void> {
    // The LF of a CR LF may begin the next chunk.
    let start = this.#endedInReturn && chunk[0] === LINE_FEED ? 1 : 0;
    if (this.#takesReturns && chunk.length > 0) this.#endedInReturn = chunk[chunk.length - 1] === CARRIAGE_RETURN;
    const next = (byte: number): number => {
      const found = chunk.indexOf(byte, start);
      return found < 0 ? chunk.length : found;
    };
    let feed = next(LINE_FEED);
    let carriage = this.#takesReturns ? next(CARRIAGE_RETURN) : chunk.length;
    for (let end = Math.min(feed, carriage); end < chunk.length; end = Math.min(feed, carriage)) {
      yield this.#finish(chunk.subarray(start, end));
      start = end + (chunk[end] === CARRIAGE_RETURN && chunk[end + 1] === LINE_FEED ? 2 : 1);
      if (feed < start) feed = next(LINE_FEED);
      if (carriage < start) carriage = next(CARRIAGE_RETURN);
    }
    if (start === chunk.length) return;
    // Copied: whoever hands out chunks may reuse their memory.
    this.#unfinished.push(chunk.slice(start));
    this.#unfinishedBytes += chunk.length - start;
  }

  #finish(rest: Uint8Array): Uint8Array {
    if (this.#unfinishedBytes === 0) return rest;
    const line = concatenate([...this.#unfinished, rest], this.#unfinishedBytes + rest.length);
    this.#unfinished = [];
    this.#unfinishedBytes = 0;
    return line;
  }
}

/**
 * Calls `onLine` for every line; `row` counts from 1. Lines are views of bytes, valid during the call. A last line
 * without an end counts.
 *
 * @param tooLong called when a line exceeds `maximumBytes`: it is expected to throw.
 */
export async function forEachLine(
  chunks: AsyncIterable<Uint8Array>,
  maximumBytes: number,
  onLine: (line: Uint8Array, row: number) => void,
  tooLong: (row: number) => never,
): Promise<void> {
  const splitter = new LineSplitter();
  let row = 1;
  for await (const chunk of chunks) {
    for (const line of splitter.lines(chunk)) onLine(line, row++);
    if (splitter.unfinishedBytes > maximumBytes) tooLong(row);
  }
  if (splitter.unfinishedBytes > 0) onLine(splitter.unfinished(), row);
}

function concatenate(parts: readonly Uint8Array[], length: number): Uint8Array {
  const joined = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}
