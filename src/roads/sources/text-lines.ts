const LINE_FEED = 10;
const NO_BYTES = new Uint8Array(0);

/**
 * Calls `onLine` for every line, without its line feed; `row` counts from 1. Lines are views of bytes, valid during the
 * call. A last line without a line feed counts; memory is that of one chunk and one line.
 *
 * @param tooLong called when a line exceeds `maximumLength` bytes: it is expected to throw.
 */
export async function forEachLine(
  chunks: AsyncIterable<Uint8Array>,
  maximumLength: number,
  onLine: (line: Uint8Array, row: number) => void,
  tooLong: (row: number) => never,
): Promise<void> {
  let row = 1;
  let unfinished = NO_BYTES;
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(LINE_FEED); end !== -1; end = chunk.indexOf(LINE_FEED, start)) {
      const line = chunk.subarray(start, end);
      onLine(unfinished.length === 0 ? line : concatenate(unfinished, line), row++);
      unfinished = NO_BYTES;
      start = end + 1;
    }
    if (start < chunk.length) {
      // Copied: whoever hands out chunks may reuse their memory.
      unfinished = concatenate(unfinished, chunk.subarray(start));
      if (unfinished.length > maximumLength) tooLong(row);
    }
  }
  if (unfinished.length > 0) onLine(unfinished, row);
}

function concatenate(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(a.length + b.length);
  joined.set(a);
  joined.set(b, a.length);
  return joined;
}
