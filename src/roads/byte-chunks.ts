/** A stream of bytes that can be started anew: a file, an unpacking gzip file, a fetched body kept in memory. */
export type ByteChunks = () => AsyncIterable<Uint8Array>;
