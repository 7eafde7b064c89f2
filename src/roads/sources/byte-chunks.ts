/**
 * A stream of bytes that can be started anew: a file, an unpacking gzip file, a fetched body kept in memory. `onBytes`
 * is told, by those that know, how many of the stored bytes have been read.
 */
export type ByteChunks = (onBytes?: (doneBytes: number, totalBytes: number) => void) => AsyncIterable<Uint8Array>;
