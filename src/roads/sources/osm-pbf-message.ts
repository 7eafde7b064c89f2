import { PbfReader } from "pbf";
import type { DiversionError } from "../../core/errors";
import { lengthened } from "../../core/growable";
import { MAX_STRINGS, StringTableField } from "./osm-pbf-format";
import type { Tags } from "./osm-source";

/** Makes the error for a damaged place, from the rest of the sentence "… is damaged: ". */
export type DamageReport = (what: string) => DiversionError;

/**
 * What Windows-1252 has in place of the control characters 0x80 to 0x9f of Latin-1 (encoding.spec.whatwg.org). A table of
 * our own: engines differ in whether their decoder of that name knows these.
 */
const WINDOWS_LETTERS = "€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ";

const latinLetter = (byte: number): string => WINDOWS_LETTERS[byte - 0x80] ?? String.fromCharCode(byte);

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
   * Text whose length prefix is at `position`, once known to lie inside the message. Bytes that are no UTF-8, which the
   * format asks for, are read as those of Windows-1252, which holds Latin-1: one name in the wrong encoding is no reason to
   * lose the whole extract, nor to lose its letters.
   *
   * @param onLatin told such a text.
   */
  textAt(position: number, onLatin?: (text: string) => void): string {
    this.#pbf.pos = position;
    const text = this.#pbf.readString();
    // Nearly no text holds the sign for what could not be read: the bytes are looked at again where one does.
    if (!text.includes("\ufffd")) return text;
    this.#pbf.pos = position;
    const bytes = this.#pbf.readBytes();
    try {
      return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    } catch {
      const latin = Array.from(bytes, latinLetter).join("");
      onLatin?.(latin);
      return latin;
    }
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

/**
 * Packed integers of protocol buffers, decoded into typed arrays in one tight loop per kind.
 *
 * pbf's own readPackedSVarint goes through doubles above 2^53 before it halves them (an id of 2^52 loses its sign), and
 * its zigzag is a floating-point remainder; here a value is split below bit 28, so that everything up to the 53 bits of
 * a double is exact and the short deltas, nearly all there are, stay integers.
 */

/** Returned instead of a count when the bytes are not a run of whole, exactly representable integers. */
export const MALFORMED = -1;

const TWO_POW_27 = 2 ** 27;
/** Six bytes of seven bits follow the low 28 bits in the longest varint. */
const MAX_SCALE = 2 ** 42;

/** How many varints end in `bytes[start..end)`: what an output array must hold. */
export function countVarints(bytes: Uint8Array, start: number, end: number): number {
  let count = 0;
  for (let i = start; i < end; i++) count += (bytes[i]! >>> 7) ^ 1;
  return count;
}

/**
 * Delta-coded zigzag integers (`packed sint64`, each the difference from the one before, the first from zero).
 *
 * @param out must hold {@link countVarints} values.
 * @returns how many were written; {@link MALFORMED} when the last is cut off or a value is beyond ±(2^53 - 1).
 */
export function decodeDeltas(bytes: Uint8Array, start: number, end: number, out: Float64Array): number {
  // With a final byte that ends its varint, no loop below can run past `end`.
  if (end > start && bytes[end - 1]! >= 0x80) return MALFORMED;
  let count = 0;
  let value = 0;
  for (let i = start; i < end; ) {
    let byte = bytes[i++]!;
    let low = byte & 0x7f;
    if (byte >= 0x80) {
      byte = bytes[i++]!;
      low |= (byte & 0x7f) << 7;
      if (byte >= 0x80) {
        byte = bytes[i++]!;
        low |= (byte & 0x7f) << 14;
        if (byte >= 0x80) {
          byte = bytes[i++]!;
          low |= (byte & 0x7f) << 21;
        }
      }
    }
    if (byte < 0x80) {
      value += (low >>> 1) ^ -(low & 1);
    } else {
      let high = 0;
      for (let scale = 1; byte >= 0x80; scale *= 128) {
        if (scale >= MAX_SCALE) return MALFORMED;
        byte = bytes[i++]!;
        high += (byte & 0x7f) * scale;
      }
      const half = high * TWO_POW_27 + (low >>> 1);
      if (half > Number.MAX_SAFE_INTEGER) return MALFORMED;
      value += low & 1 ? -half - 1 : half;
    }
    if (!(value <= Number.MAX_SAFE_INTEGER && value >= -Number.MAX_SAFE_INTEGER)) return MALFORMED;
    out[count++] = value;
  }
  return count;
}

/**
 * Plain unsigned integers below 2^28 (`packed uint32`, `int32`, enums: string indexes and member types; a blob of at
 * most 2^25 bytes cannot hold a string table that needs more).
 *
 * @param out must hold {@link countVarints} values.
 * @returns how many were written; {@link MALFORMED} when the last is cut off or a value is larger or negative.
 */
export function decodeIndexes(bytes: Uint8Array, start: number, end: number, out: Int32Array): number {
  if (end > start && bytes[end - 1]! >= 0x80) return MALFORMED;
  let count = 0;
  for (let i = start; i < end; ) {
    let byte = bytes[i++]!;
    let value = byte & 0x7f;
    for (let shift = 7; byte >= 0x80; shift += 7) {
      if (shift > 21) return MALFORMED;
      byte = bytes[i++]!;
      value |= (byte & 0x7f) << shift;
    }
    out[count++] = value;
  }
  return count;
}

/** The texts of one block, decoded when first asked for: a pass over ways never pays for the names of shops. */
export class StringTable {
  readonly #onLatin: (text: string) => void;
  #reader: MessageReader | undefined;
  #damaged: DamageReport | undefined;
  #starts = new Int32Array(4096);
  #decoded: (string | undefined)[] = [];
  #count = 0;

  /** @param onLatin told each text that is in Latin-1. */
  constructor(onLatin: (text: string) => void) {
    this.#onLatin = onLatin;
  }

  /** Adopts the table at `start..end` of a block, in place of the one before. */
  load(bytes: Uint8Array, start: number, end: number, damaged: DamageReport): void {
    const reader = new MessageReader(bytes, damaged);
    this.#reader = reader;
    this.#damaged = damaged;
    this.#count = 0;
    reader.seek(start);
    for (let field = reader.next(end); field !== 0; field = reader.next(end)) {
      if (field !== StringTableField.string) continue;
      if (this.#count === MAX_STRINGS) throw damaged(`more than ${MAX_STRINGS} texts in one block`);
      if (this.#count === this.#starts.length) this.#starts = lengthened(this.#starts, this.#count * 2);
      this.#starts[this.#count++] = reader.position;
      reader.seek(reader.enter(end));
    }
    // Filled as texts are asked for: most of a large table never are.
    this.#decoded = new Array(this.#count);
  }

  get(index: number): string {
    if (!(index >= 0 && index < this.#count)) {
      throw this.#damaged!(`string ${index} is asked for, the block's table holds ${this.#count}`);
    }
    return (this.#decoded[index] ??= this.#reader!.textAt(this.#starts[index]!, this.#onLatin));
  }

  /** The tags whose keys and values are the strings `keys[i]`, `values[i]`. */
  tags(keys: Int32Array, values: Int32Array, count: number): Tags {
    const tags = new Map<string, string>();
    for (let i = 0; i < count; i++) tags.set(this.get(keys[i]!), this.get(values[i]!));
    return tags;
  }
}
