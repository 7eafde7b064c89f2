/** Whether columns can be handed to other threads without copying. */
export type BufferKind = "local" | "shared";

/** Makers of zeroed typed arrays over one kind of memory. */
export interface Allocator {
  int32(length: number): Int32Array;
  int8(length: number): Int8Array;
}

export function allocator(kind: BufferKind): Allocator {
  if (kind === "local") {
    return { int32: (length) => new Int32Array(length), int8: (length) => new Int8Array(length) };
  }
  return {
    int32: (length) => new Int32Array(new SharedArrayBuffer(length * Int32Array.BYTES_PER_ELEMENT)),
    int8: (length) => new Int8Array(new SharedArrayBuffer(length)),
  };
}
