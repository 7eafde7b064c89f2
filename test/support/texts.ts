import type { ByteChunks } from "../../src/roads/sources/byte-chunks";

/** A text as a stream of bytes, cut into chunks of the given size. */
export const textBytes = (text: string, chunkBytes = 7): ByteChunks =>
  async function* () {
    const bytes = new TextEncoder().encode(text);
    // One buffer reused for all chunks, as a reader of files may do.
    const chunk = new Uint8Array(chunkBytes);
    for (let start = 0; start < bytes.length; start += chunkBytes) {
      const part = bytes.subarray(start, start + chunkBytes);
      chunk.set(part);
      yield chunk.subarray(0, part.length);
    }
  };
