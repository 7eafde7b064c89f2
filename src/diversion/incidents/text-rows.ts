import { DiversionError } from "../../core/errors";
import type { TextBytes } from "../../core/text";

/** One line of a text: what it says, or undefined when its bytes are not UTF-8. Rows count from 1. */
export interface TextRow {
  readonly row: number;
  readonly text: string | undefined;
}

const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;

/** Bytes of one line; a longer one is no incident but a file of another kind. */
export const MAXIMUM_LINE_BYTES = 1 << 20;

/**
 * The lines of a text, without their ends (LF, CR LF or CR) and without a byte order mark; a last line without an end counts.
 * Memory is that of one chunk and one line, and nothing is read ahead of the caller.
 *
 * @throws DiversionError `invalid-incident` for a line longer than {@link MAXIMUM_LINE_BYTES}.
 */
export async function* textRows(chunks: TextBytes): AsyncGenerator<TextRow> {
  const utf8 = new TextDecoder("utf-8", { fatal: true });
  let unfinished: Uint8Array[] = [];
  let unfinishedBytes = 0;
  let row = 0;
  let endedInReturn = false;
  const finish = (last: Uint8Array): TextRow => {
    const line = unfinished.length === 0 ? last : concatenate([...unfinished, last], unfinishedBytes + last.length);
    unfinished = [];
    unfinishedBytes = 0;
    row++;
    try {
      return { row, text: utf8.decode(line) };
    } catch {
      return { row, text: undefined };
    }
  };
  for await (const chunk of chunks) {
    // The LF of a CR LF may begin the next chunk.
    let start = endedInReturn && chunk[0] === LINE_FEED ? 1 : 0;
    if (chunk.length > 0) endedInReturn = chunk[chunk.length - 1] === CARRIAGE_RETURN;
    const next = (byte: number): number => {
      const found = chunk.indexOf(byte, start);
      return found < 0 ? chunk.length : found;
    };
    let feed = next(LINE_FEED);
    let carriage = next(CARRIAGE_RETURN);
    for (let end = Math.min(feed, carriage); end < chunk.length; end = Math.min(feed, carriage)) {
      yield finish(chunk.subarray(start, end));
      start = end + (chunk[end] === CARRIAGE_RETURN && chunk[end + 1] === LINE_FEED ? 2 : 1);
      if (feed < start) feed = next(LINE_FEED);
      if (carriage < start) carriage = next(CARRIAGE_RETURN);
    }
    if (start === chunk.length) continue;
    // Copied: whoever hands out chunks may reuse their memory.
    unfinished.push(chunk.slice(start));
    unfinishedBytes += chunk.length - start;
    if (unfinishedBytes > MAXIMUM_LINE_BYTES) throw lineTooLong(row + 1);
  }
  if (unfinishedBytes > 0) yield finish(new Uint8Array(0));
}

const lineTooLong = (row: number): DiversionError =>
  new DiversionError(
    "invalid-incident",
    `The line is longer than ${MAXIMUM_LINE_BYTES} bytes; write one incident a line.`,
    { row },
  );

function concatenate(parts: readonly Uint8Array[], length: number): Uint8Array {
  const joined = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}
