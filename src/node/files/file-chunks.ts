import { pipeline } from "node:stream";
import { createGunzip } from "node:zlib";
import { DiversionError, type ErrorCode } from "../../core/errors";
import { openForReading } from "./file-source";

const CHUNK_BYTES = 1 << 18;

/** A gzip file that unpacks to more than so many times its bytes was made to fill memory; of roads none comes to 40. */
const MAXIMUM_UNPACKING = 100;

/** So much is unpacked before that is asked. */
const EXEMPT_BYTES = 1 << 24;

/**
 * The bytes of a file in order, unpacked when its name ends in `.gz`; memory is bounded by a few chunks. Start it again
 * for another pass.
 *
 * @param damaged the code of the error for a file that is not the gzip file it claims to be.
 * @param onBytes told before each chunk how many bytes of the file, as it lies on the disk, have been read.
 * @throws DiversionError `file-not-found`, or `damaged`.
 */
export async function* fileChunks(
  path: string,
  damaged: ErrorCode,
  onBytes?: (doneBytes: number, totalBytes: number) => void,
): AsyncGenerator<Uint8Array> {
  const handle = await openForReading(path);
  const { size } = await handle.stat();
  const file = handle.createReadStream({ highWaterMark: CHUNK_BYTES });
  const gunzip = /\.gz$/i.test(path) ? createGunzip({ chunkSize: CHUNK_BYTES }) : undefined;
  // Errors of either stream surface in the loop below; the callback only keeps them from being thrown as well.
  if (gunzip) pipeline(file, gunzip, () => {});
  try {
    let unpackedBytes = 0;
    for await (const chunk of gunzip ?? file) {
      unpackedBytes += (chunk as Uint8Array).byteLength;
      if (gunzip !== undefined && unpackedBytes > Math.max(EXEMPT_BYTES, size * MAXIMUM_UNPACKING)) {
        throw new DiversionError(
          damaged,
          `The gzip file of ${size} bytes unpacks to more than ${MAXIMUM_UNPACKING} times as many; unpack it, and give what is in it.`,
          { file: path },
        );
      }
      onBytes?.(file.bytesRead, size);
      yield chunk as Uint8Array;
    }
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (!code?.startsWith("Z_")) throw cause;
    throw new DiversionError(
      damaged,
      `The gzip file is damaged or cut off (${message}); download or pack it again.`,
      { file: path },
      { cause },
    );
  } finally {
    file.destroy();
    gunzip?.destroy();
  }
}
