/** Characters per chunk, about: large enough that writing is not the bottleneck, small enough to stream. */
const CHUNK_LENGTH = 1 << 16;

/** Gathers short pieces of text into chunks worth writing. */
export function* inChunks(pieces: Iterable<string>): Generator<string> {
  let chunk = "";
  for (const piece of pieces) {
    chunk += piece;
    if (chunk.length >= CHUNK_LENGTH) {
      yield chunk;
      chunk = "";
    }
  }
  if (chunk !== "") yield chunk;
}
