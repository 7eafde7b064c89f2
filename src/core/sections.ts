import { DiversionError, type ErrorCode } from "./errors";
import { runSteps, type Steps } from "./steps";
import { xxh32 } from "./xxh32";

/**
 * A file of named sections, each one typed array: written in one go, opened by laying views over one buffer.
 *
 * Layout, little-endian:
 * ```
 *  0  8 bytes  magic
 *  8  uint32   format version
 * 12  uint32   number of sections
 * 16  float64  length of the whole file in bytes
 * 24  uint32   XXH32 of the directory
 * 28  uint32   XXH32 of bytes 0..27
 * 32  directory, 40 bytes a section: name (16 bytes, ASCII, NUL-padded), uint32 kind, uint32 XXH32 of the content,
 *     float64 offset, float64 length in bytes
 *     contents, each at a multiple of 64 bytes, the gaps zero
 * ```
 * Every byte that carries meaning is under one of the three checksums, and the gaps are required to be zero, so any
 * flipped bit is found.
 */
export interface SectionFormat {
  /** What messages call such a file, for instance "roads file". */
  readonly name: string;
  /** Eight ASCII characters. Ending in CR LF SUB makes text-mode transfers damage it visibly, as in PNG. */
  readonly magic: string;
  readonly version: number;
  readonly damaged: ErrorCode;
  readonly unsupported: ErrorCode;
}

export type Section = Int32Array | Float64Array | Uint8Array;

const HEADER_BYTES = 32;
const ENTRY_BYTES = 40;
const NAME_BYTES = 16;
const ALIGNMENT = 64;
const MAXIMUM_SECTIONS = 256;

const KINDS = { bytes: 0, int32: 1, float64: 2 } as const;

const kindOf = (section: Section): number =>
  section instanceof Int32Array ? KINDS.int32 : section instanceof Float64Array ? KINDS.float64 : KINDS.bytes;

const aligned = (offset: number): number => Math.ceil(offset / ALIGNMENT) * ALIGNMENT;

const asBytes = (section: Section): Uint8Array =>
  new Uint8Array(section.buffer, section.byteOffset, section.byteLength);

/** The file's bytes in order, as chunks that alias the sections: write them before changing any. */
export const encodeSections = (format: SectionFormat, sections: ReadonlyMap<string, Section>): Uint8Array[] =>
  runSteps(encodeSectionsSteps(format, sections));

/** {@link encodeSections}, in steps: a section each. */
export function* encodeSectionsSteps(
  format: SectionFormat,
  sections: ReadonlyMap<string, Section>,
): Steps<Uint8Array[]> {
  const directoryBytes = sections.size * ENTRY_BYTES;
  const directory = new DataView(new ArrayBuffer(directoryBytes));
  const contents: Uint8Array[] = [];
  let end = HEADER_BYTES + directoryBytes;
  let entry = 0;
  for (const [name, section] of sections) {
    yield;
    if (name.length > NAME_BYTES) throw new RangeError(`Section name "${name}" is longer than ${NAME_BYTES} bytes.`);
    const bytes = asBytes(section);
    const offset = aligned(end);
    for (let i = 0; i < name.length; i++) directory.setUint8(entry + i, name.charCodeAt(i));
    directory.setUint32(entry + 16, kindOf(section), true);
    directory.setUint32(entry + 20, xxh32(bytes), true);
    directory.setFloat64(entry + 24, offset, true);
    directory.setFloat64(entry + 32, bytes.byteLength, true);
    entry += ENTRY_BYTES;
    if (offset > end) contents.push(new Uint8Array(offset - end));
    contents.push(bytes);
    end = offset + bytes.byteLength;
  }

  const header = new DataView(new ArrayBuffer(HEADER_BYTES));
  for (let i = 0; i < 8; i++) header.setUint8(i, format.magic.charCodeAt(i));
  header.setUint32(8, format.version, true);
  header.setUint32(12, sections.size, true);
  header.setFloat64(16, end, true);
  header.setUint32(24, xxh32(new Uint8Array(directory.buffer)), true);
  header.setUint32(28, xxh32(new Uint8Array(header.buffer, 0, 28)), true);
  return [new Uint8Array(header.buffer), new Uint8Array(directory.buffer), ...contents];
}

/**
 * Opens the sections without copying when `bytes` starts at a multiple of eight in its buffer, which a whole file
 * read into a buffer of its own does; otherwise copies once.
 *
 * @throws DiversionError `format.damaged` for a foreign, truncated or altered file, `format.unsupported` for another
 * format version.
 */
export function decodeSections(format: SectionFormat, input: Uint8Array): Map<string, Section> {
  const damaged = (why: string): DiversionError =>
    new DiversionError(format.damaged, `This ${format.name} ${why}; build it again or copy it afresh.`);
  if (!hasMagic(format, input)) {
    throw new DiversionError(
      format.damaged,
      `This is not a ${format.name}: it does not begin with the bytes every ${format.name} begins with.`,
    );
  }
  if (input.byteLength < HEADER_BYTES) throw damaged("is cut off within its header");
  const bytes = input.byteOffset % 8 === 0 ? input : input.slice();
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (xxh32(bytes.subarray(0, 28)) !== view.getUint32(28, true)) throw damaged("has a damaged header");
  const version = view.getUint32(8, true);
  if (version !== format.version) {
    const age = version < format.version ? "an older" : "a newer";
    throw new DiversionError(
      format.unsupported,
      `This ${format.name} has format version ${version}, from ${age} release; this release reads version ` +
        `${format.version}. Build it again from its source.`,
    );
  }
  const fileBytes = view.getFloat64(16, true);
  if (fileBytes !== bytes.byteLength) {
    throw damaged(`should be ${fileBytes} bytes long and is ${bytes.byteLength}`);
  }
  const sectionCount = view.getUint32(12, true);
  const directoryEnd = HEADER_BYTES + sectionCount * ENTRY_BYTES;
  if (sectionCount > MAXIMUM_SECTIONS || directoryEnd > bytes.byteLength) throw damaged("has a damaged header");
  if (xxh32(bytes.subarray(HEADER_BYTES, directoryEnd)) !== view.getUint32(24, true)) {
    throw damaged("has a damaged section list");
  }

  const sections = new Map<string, Section>();
  let end = directoryEnd;
  for (let i = 0; i < sectionCount; i++) {
    const entry = HEADER_BYTES + i * ENTRY_BYTES;
    const name = readName(bytes, entry);
    const kind = view.getUint32(entry + 16, true);
    const offset = view.getFloat64(entry + 24, true);
    const byteLength = view.getFloat64(entry + 32, true);
    const elementBytes = kind === KINDS.int32 ? 4 : kind === KINDS.float64 ? 8 : 1;
    const isWhole = byteLength >= 0 && byteLength % elementBytes === 0 && kind <= KINDS.float64;
    if (offset !== aligned(end) || !isWhole || offset + byteLength > bytes.byteLength) {
      throw damaged(`has a section "${name}" outside the file, or of no whole length`);
    }
    for (let at = end; at < offset; at++) if (bytes[at] !== 0) throw damaged(`is altered before section "${name}"`);
    if (xxh32(bytes.subarray(offset, offset + byteLength)) !== view.getUint32(entry + 20, true)) {
      throw damaged(`is altered in section "${name}"`);
    }
    sections.set(name, viewOf(kind, bytes, offset, byteLength));
    end = offset + byteLength;
  }
  if (end !== bytes.byteLength) throw damaged("has bytes after its last section");
  return sections;
}

/** Whether the bytes begin as a file of this format does, whatever its version or state. */
function hasMagic(format: SectionFormat, bytes: Uint8Array): boolean {
  for (let i = 0; i < 8; i++) if (bytes[i] !== format.magic.charCodeAt(i)) return false;
  return true;
}

function readName(bytes: Uint8Array, entry: number): string {
  let name = "";
  for (let i = 0; i < NAME_BYTES && bytes[entry + i] !== 0; i++) name += String.fromCharCode(bytes[entry + i]!);
  return name;
}

function viewOf(kind: number, bytes: Uint8Array, offset: number, byteLength: number): Section {
  const start = bytes.byteOffset + offset;
  if (kind === KINDS.int32) return new Int32Array(bytes.buffer, start, byteLength >> 2);
  if (kind === KINDS.float64) return new Float64Array(bytes.buffer, start, byteLength >> 3);
  return new Uint8Array(bytes.buffer, start, byteLength);
}
