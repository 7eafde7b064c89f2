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
