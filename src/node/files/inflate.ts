import { inflateSync } from "node:zlib";

/** zlib decompression for {@link OsmPbfSource}, into one buffer of the expected length and never more. */
export function inflate(bytes: Uint8Array, expectedLength: number): Uint8Array {
  // A chunk one byte longer than the result saves zlib a second chunk and the copy that joins them; 64 is its minimum.
  return inflateSync(bytes, {
    chunkSize: Math.max(64, expectedLength + 1),
    maxOutputLength: Math.max(1, expectedLength),
  });
}
