import type { ByteSource } from "./osm-source";

/** Bytes asked of the file at a time: large enough that the calls cost nothing beside the decoding. */
const WINDOW_BYTES = 1 << 20;

/** Reads a file front to back through one window, so that many small reads become few large ones. */
export class ByteWindow {
  readonly #source: ByteSource;
  #bytes: Uint8Array = new Uint8Array(0);
  #start = 0;

  constructor(source: ByteSource) {
    this.#source = source;
  }

  /** `length` bytes from `offset`, which the caller knows to lie inside the file. Valid until the next call. */
  async take(offset: number, length: number): Promise<Uint8Array> {
    const from = offset - this.#start;
    if (from >= 0 && from + length <= this.#bytes.length) return this.#bytes.subarray(from, from + length);
    this.#bytes = await this.#source.read(offset, Math.min(Math.max(length, WINDOW_BYTES), this.#source.size - offset));
    this.#start = offset;
    return this.#bytes.subarray(0, length);
  }
}
