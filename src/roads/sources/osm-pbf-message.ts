import { PbfReader } from "pbf";
import type { DiversionError } from "../../core/errors";

/** Makes the error for a damaged place, from the rest of the sentence "… is damaged: ". */
export type DamageReport = (what: string) => DiversionError;

const WIRE_VARINT = 0;
const WIRE_BYTES = 2;

/**
 * pbf's reader, made safe for hostile bytes: pbf itself trusts every length and reads zeros beyond the end, here each
 * step is checked against the end of the message it is in, and whatever goes wrong is a damage report.
 */
export class MessageReader {
  readonly bytes: Uint8Array;
  readonly #pbf: PbfReader;
  readonly #damaged: DamageReport;

  constructor(bytes: Uint8Array, damaged: DamageReport) {
    this.bytes = bytes;
    this.#pbf = new PbfReader(bytes);
    this.#damaged = damaged;
  }

  get position(): number {
    return this.#pbf.pos;
  }

  /** Starts reading a message (or goes on after one) at `position`. */
  seek(position: number): void {
    this.#pbf.pos = position;
  }

  /** The next field's number, 0 at the end of the message; a field that was not read is stepped over. */
  next(end: number): number {
    let field: number;
    try {
      field = this.#pbf.nextField(end);
    } catch (cause) {
      throw this.#unreadable(cause);
    }
    if (this.#pbf.pos > end) throw this.#damaged(`a field runs past the end of its message at byte ${end}`);
    if (field === 0 && this.#pbf.pos !== end) throw this.#damaged(`field number 0 at byte ${this.#pbf.pos}`);
    return field;
  }

  /** Enters a length-delimited field (bytes, text, message, packed numbers): returns where it ends. */
  enter(end: number): number {
    if (this.#pbf.type !== WIRE_BYTES) throw this.#wireType(WIRE_BYTES);
    const length = this.#varint();
    const fieldEnd = this.#pbf.pos + length;
    if (!(length >= 0 && fieldEnd <= end)) {
      throw this.#damaged(`a field of ${length} bytes at byte ${this.#pbf.pos} runs past the end of its message`);
    }
    return fieldEnd;
  }

  /** A signed integer field (int32, int64), exact. */
  integer(end: number): number {
    if (this.#pbf.type !== WIRE_VARINT) throw this.#wireType(WIRE_VARINT);
    const value = this.#varint();
    if (this.#pbf.pos > end) throw this.#damaged(`a number runs past the end of its message at byte ${end}`);
    // pbf rounds beyond 2^53 to a double that is no safe integer: nothing slips through.
    if (!Number.isSafeInteger(value)) throw this.#damaged(`the number ${value} is beyond ±2^53`);
    return value;
  }

  /** Steps over a varint field and returns where it ends, for decoders of their own. */
  varintEnd(end: number): number {
    if (this.#pbf.type !== WIRE_VARINT) throw this.#wireType(WIRE_VARINT);
    this.#varint();
    if (this.#pbf.pos > end) throw this.#damaged(`a number runs past the end of its message at byte ${end}`);
    return this.#pbf.pos;
  }

  /**
   * Text whose length prefix is at `position`, once known to lie inside the message. Bytes that are not UTF-8 become
   * U+FFFD: one badly encoded name is no reason to lose the whole extract.
   */
  textAt(position: number): string {
    this.#pbf.pos = position;
    return this.#pbf.readString();
  }

  #varint(): number {
    try {
      return this.#pbf.readVarint(true);
    } catch (cause) {
      throw this.#unreadable(cause);
    }
  }

  #wireType(expected: number): DiversionError {
    return this.#damaged(`a field has wire type ${this.#pbf.type} instead of ${expected} at byte ${this.#pbf.pos}`);
  }

  #unreadable(cause: unknown): DiversionError {
    return this.#damaged(`unreadable bytes at ${this.#pbf.pos} (${cause instanceof Error ? cause.message : cause})`);
  }
}
