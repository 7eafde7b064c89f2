import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import { DiversionError } from "./errors";

/** A checksum as answers and files carry it: the algorithm's name, a colon, and 64 lower-case hexadecimal digits. */
export type Checksum = `sha256:${string}`;

/** SHA-256 of the bytes (FIPS 180-4) as 64 lower-case hexadecimal digits. */
export function sha256Hex(bytes: Uint8Array): string {
  return bytesToHex(sha256(bytes));
}

/** {@link Checksum} of a text's UTF-8 bytes. */
export function checksumOfText(text: string): Checksum {
  return `sha256:${sha256Hex(new TextEncoder().encode(text))}`;
}

/** {@link Checksum} of a value's {@link canonicalJson}: equal for equal values, whatever the order of their keys. */
export function checksumOf(value: unknown): Checksum {
  return checksumOfText(canonicalJson(value));
}

/**
 * The JSON Canonicalization Scheme (RFC 8785): no white space, members ordered by the UTF-16 code units of their names,
 * numbers and strings as ECMAScript writes them. As in JSON.stringify, `toJSON` is honoured and undefined members are
 * left out.
 *
 * @throws DiversionError `invalid-argument` for what JSON cannot hold faithfully: NaN, infinities, bigint, functions,
 * symbols, undefined array elements, and collections such as Map that would silently become `{}`.
 */
export function canonicalJson(value: unknown): string {
  switch (typeof value) {
    case "string":
    case "boolean":
      return JSON.stringify(value);
    case "number":
      if (!Number.isFinite(value)) throw unrepresentable(String(value));
      return JSON.stringify(value);
    case "object":
      return value === null ? "null" : canonicalObject(value);
    default:
      throw unrepresentable(`a value of type ${typeof value}`);
  }
}

function canonicalObject(value: object): string {
  if ("toJSON" in value && typeof value.toJSON === "function") return canonicalJson(value.toJSON());
  // Array.from, not map: a hole in a sparse array must be refused, not skipped.
  if (Array.isArray(value)) return `[${Array.from(value, canonicalJson).join(",")}]`;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) {
    throw unrepresentable(`an instance of ${value.constructor.name}`);
  }
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, member]) => `${JSON.stringify(name)}:${canonicalJson(member)}`);
  return `{${members.join(",")}}`;
}

const unrepresentable = (what: string): DiversionError =>
  new DiversionError(
    "invalid-argument",
    `JSON cannot hold ${what}; give plain objects, arrays, strings and finite numbers.`,
  );
