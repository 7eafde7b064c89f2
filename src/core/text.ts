/** Bytes that are no text, in words that complete "The file …". */
export interface TextTrouble {
  readonly what: string;
  /** Line, from 1. */
  readonly row: number;
}

/** As many bytes as tell UTF-16 without a byte order mark: every second one of plain letters is zero. */
const SNIFFED_BYTES = 64;

/**
 * The encoding that bytes announce by their byte order mark, or by the zeros that UTF-16 puts between plain letters;
 * `utf-8` otherwise.
 */
export function encodingOf(bytes: Uint8Array): "utf-8" | "utf-16le" | "utf-16be" {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return "utf-16le";
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return "utf-16be";
  const pairs = Math.min(bytes.length, SNIFFED_BYTES) >> 1;
  let first = 0;
  let second = 0;
  for (let pair = 0; pair < pairs; pair++) {
    if (bytes[2 * pair] === 0) first++;
    if (bytes[2 * pair + 1] === 0) second++;
  }
  // A text of UTF-8 holds no zero at all, so one kind of place that is all zeros and another without any is enough.
  if (pairs > 0 && first === 0 && second === pairs) return "utf-16le";
  return pairs > 0 && second === 0 && first === pairs ? "utf-16be" : "utf-8";
}

/**
 * The text of a file or a body: UTF-8 or UTF-16, its byte order mark taken off. Nothing is replaced: text in another
 * encoding is refused and its line named, for a guess would store damaged names.
 *
 * @param encoding what the text itself or its carrier says, such as an XML declaration; any label of the Encoding Standard.
 * @throws what `fail` makes.
 */
export function decodeText(
  bytes: Uint8Array,
  fail: (trouble: TextTrouble) => Error,
  encoding: string = encodingOf(bytes),
): string {
  let decoder: TextDecoder;
  try {
    decoder = new TextDecoder(encoding, { fatal: true });
  } catch {
    throw fail({ what: `is in the encoding ${JSON.stringify(encoding)}, which is not known`, row: 1 });
  }
  try {
    return decoder.decode(bytes);
  } catch {
    if (decoder.encoding !== "utf-8") throw fail({ what: `is not the ${encoding} it says to be`, row: 1 });
    throw fail({
      what: "is not UTF-8 (it looks like Latin-1 or another encoding of Windows; save it as UTF-8)",
      row: firstBadLine(bytes),
    });
  }
}

/** The line on which bytes first are no UTF-8. Bytes of a line feed are never part of another letter in UTF-8. */
function firstBadLine(bytes: Uint8Array): number {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let row = 1;
  for (let start = 0; start < bytes.length; row++) {
    const end = bytes.indexOf(10, start);
    try {
      decoder.decode(bytes.subarray(start, end < 0 ? bytes.length : end));
    } catch {
      return row;
    }
    if (end < 0) break;
    start = end + 1;
  }
  return row;
}

/** Pieces of a text as they come from disk, pipe or network. A piece is valid until the next is asked for. */
export type TextBytes = Iterable<Uint8Array> | AsyncIterable<Uint8Array>;

/** The same text in UTF-8: UTF-16 is turned into it, all else passed through untouched, as fast as it is asked for. */
export async function* utf8Chunks(chunks: TextBytes): AsyncGenerator<Uint8Array> {
  let decoder: TextDecoder | undefined;
  let head: Uint8Array | undefined = new Uint8Array(0);
  const encoder = new TextEncoder();
  for await (const chunk of chunks) {
    let piece = chunk;
    if (head !== undefined) {
      piece = new Uint8Array(head.length + chunk.length);
      piece.set(head);
      piece.set(chunk, head.length);
      if (piece.length < 4) {
        head = piece;
        continue;
      }
      head = undefined;
      const encoding = encodingOf(piece);
      if (encoding !== "utf-8") decoder = new TextDecoder(encoding);
    }
    yield decoder === undefined ? piece : encoder.encode(decoder.decode(piece, { stream: true }));
  }
  if (head !== undefined && head.length > 0) yield head;
  const rest = decoder?.decode() ?? "";
  if (rest !== "") yield encoder.encode(rest);
}
