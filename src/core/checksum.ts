import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import { DiversionError } from "./errors";

/** A checksum as answers and files carry it: the algorithm's name, a colon, and 64 lower-case hexadecimal digits. */
export type Checksum = `sha256:${string}`;

type Hash = (input: string | Uint8Array) => string;

/** For browsers, whose own SHA-256 makes everybody wait for a promise. */
const portable: Hash = (input) =>
  bytesToHex(sha256(typeof input === "string" ? new TextEncoder().encode(input) : input));

/** Node's own, several times as fast: a long log is a hash a line. Found without an import, which browsers could not follow. */
function native(): Hash | undefined {
  const { process } = globalThis as { readonly process?: { getBuiltinModule?(id: string): unknown } };
  const crypto = process?.getBuiltinModule?.("node:crypto") as
    | { readonly hash?: (algorithm: string, input: string | Uint8Array, encoding: "hex") => string }
    | undefined;
  const hash = crypto?.hash;
  return hash === undefined ? undefined : (input) => hash("sha256", input, "hex");
}

/** The two ways to SHA-256, which agree. */
export const SHA256 = { portable, native: native() };

const hashHex = SHA256.native ?? SHA256.portable;

/** SHA-256 of the bytes (FIPS 180-4) as 64 lower-case hexadecimal digits. */
export const sha256Hex = (bytes: Uint8Array): string => hashHex(bytes);

/** {@link Checksum} of a text's UTF-8 bytes. */
export const checksumOfText = (text: string): Checksum => `sha256:${hashHex(text)}`;

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
