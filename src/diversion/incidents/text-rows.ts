import { DiversionError } from "../../core/errors";

/** Pieces of a text as they come from disk, pipe or network. A piece is valid until the next is asked for. */
export type TextBytes = Iterable<Uint8Array> | AsyncIterable<Uint8Array>;

/** One line of a text: what it says, or undefined when its bytes are not UTF-8. Rows count from 1. */
export interface TextRow {
  readonly row: number;
  readonly text: string | undefined;
}

const LINE_FEED = 10;

/** Bytes of one line; a longer one is no incident but a file of another kind. */
export const MAXIMUM_LINE_BYTES = 1 << 20;

/**
 * The lines of a text, without their ends (LF or CR LF) and without a byte order mark; a last line without an end counts.
 * Memory is that of one chunk and one line, and nothing is read ahead of the caller.
 *
 * @throws DiversionError `invalid-incident` for a line longer than {@link MAXIMUM_LINE_BYTES}.
 */
export async function* textRows(chunks: TextBytes): AsyncGenerator<TextRow> {
  const utf8 = new TextDecoder("utf-8", { fatal: true });
  let unfinished: Uint8Array[] = [];
  let unfinishedBytes = 0;
  let row = 0;
  const finish = (last: Uint8Array): TextRow => {
    const line = unfinished.length === 0 ? last : concatenate([...unfinished, last], unfinishedBytes + last.length);
    unfinished = [];
    unfinishedBytes = 0;
    row++;
    try {
      return { row, text: utf8.decode(line).replace(/\r$/, "") };
    } catch {
      return { row, text: undefined };
    }
  };
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(LINE_FEED); end !== -1; end = chunk.indexOf(LINE_FEED, start)) {
      yield finish(chunk.subarray(start, end));
      start = end + 1;
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
