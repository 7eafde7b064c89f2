/**
 * XXH32 (Collet, xxHash specification 0.1.1): the damage check of binary sections. Chosen over a CRC because it reads a
 * word at a time: a 100 MB file is checked in tens of milliseconds in plain JavaScript, in every browser.
 */

const PRIME_1 = 0x9e3779b1 | 0;
const PRIME_2 = 0x85ebca77 | 0;
const PRIME_3 = 0xc2b2ae3d | 0;
const PRIME_4 = 0x27d4eb2f | 0;
const PRIME_5 = 0x165667b1 | 0;

const rotateLeft = (x: number, bits: number): number => (x << bits) | (x >>> (32 - bits));

/** Unsigned 32-bit hash of the bytes. */
export function xxh32(bytes: Uint8Array, seed = 0): number {
  const length = bytes.byteLength;
  // Aligned input is hashed through an Int32Array view; anything else is copied once to be so.
  const aligned = bytes.byteOffset % 4 === 0 ? bytes : bytes.slice();
  const words = new Int32Array(aligned.buffer, aligned.byteOffset, length >> 2);
  const stripes = length >> 4;
  let hash = stripes > 0 ? hashStripes(words, stripes, seed | 0) : (seed + PRIME_5) | 0;
  hash = (hash + length) | 0;
  for (let i = stripes * 4; i < words.length; i++) {
    hash = Math.imul(rotateLeft((hash + Math.imul(words[i]!, PRIME_3)) | 0, 17), PRIME_4);
  }
  for (let i = words.length * 4; i < length; i++) {
    hash = Math.imul(rotateLeft((hash + Math.imul(aligned[i]!, PRIME_5)) | 0, 11), PRIME_1);
  }
  hash = Math.imul(hash ^ (hash >>> 15), PRIME_2);
  hash = Math.imul(hash ^ (hash >>> 13), PRIME_3);
  return (hash ^ (hash >>> 16)) >>> 0;
}

function hashStripes(words: Int32Array, stripes: number, seed: number): number {
  let a = (seed + PRIME_1 + PRIME_2) | 0;
  let b = (seed + PRIME_2) | 0;
  let c = seed;
  let d = (seed - PRIME_1) | 0;
  for (let i = 0, end = stripes * 4; i < end; i += 4) {
    a = Math.imul(rotateLeft((a + Math.imul(words[i]!, PRIME_2)) | 0, 13), PRIME_1);
    b = Math.imul(rotateLeft((b + Math.imul(words[i + 1]!, PRIME_2)) | 0, 13), PRIME_1);
    c = Math.imul(rotateLeft((c + Math.imul(words[i + 2]!, PRIME_2)) | 0, 13), PRIME_1);
    d = Math.imul(rotateLeft((d + Math.imul(words[i + 3]!, PRIME_2)) | 0, 13), PRIME_1);
  }
  return (rotateLeft(a, 1) + rotateLeft(b, 7) + rotateLeft(c, 12) + rotateLeft(d, 18)) | 0;
}
