import { DiversionError } from "../../core/errors";
import {
  BlobField,
  BlobHeaderField,
  EXEMPT_FROM_UNPACKING_BYTES,
  LENGTH_PREFIX_BYTES,
  MAX_BLOB_BYTES,
  MAX_BLOB_HEADER_BYTES,
  MAX_UNPACKING,
  UNSUPPORTED_COMPRESSION,
} from "./osm-pbf-format";
import { type DamageReport, MessageReader } from "./osm-pbf-message";
import type { ByteSource } from "./osm-source";

/**
 * Decompresses a zlib stream (RFC 1950) known to hold `expectedLength` bytes; must throw or reject rather than produce
 * more than that.
 */
export type Inflate = (bytes: Uint8Array, expectedLength: number) => Uint8Array | Promise<Uint8Array>;

/** One blob: where its frame starts, what its header says, where the blob itself lies. */
export interface BlobFrame {
  readonly offset: number;
  readonly type: string;
  readonly dataOffset: number;
  readonly dataLength: number;
}

/** Walks the blobs of an OSM PBF file and unpacks them. */
export class BlobReader {
  readonly #source: ByteSource;
  readonly #inflate: Inflate;
  readonly #window: ByteWindow;

  constructor(source: ByteSource, inflate: Inflate) {
    this.#source = source;
    this.#inflate = inflate;
    this.#window = new ByteWindow(source);
  }

  /** The frame at `offset`, or undefined exactly at the end of the file. */
  async frameAt(offset: number): Promise<BlobFrame | undefined> {
    const { size } = this.#source;
    if (offset === size) return undefined;
    const damaged = this.damagedAt(offset);
    if (offset + LENGTH_PREFIX_BYTES > size) throw damaged(`the file ends in the length of a blob header`);
    const prefix = await this.#window.take(offset, LENGTH_PREFIX_BYTES);
    const headerLength = new DataView(prefix.buffer, prefix.byteOffset).getUint32(0);
    if (headerLength === 0 || headerLength >= MAX_BLOB_HEADER_BYTES) {
      throw damaged(`a blob header of ${headerLength} bytes (allowed: 1 to ${MAX_BLOB_HEADER_BYTES - 1})`);
    }
    const headerOffset = offset + LENGTH_PREFIX_BYTES;
    if (headerOffset + headerLength > size) throw damaged(`the file ends in a blob header of ${headerLength} bytes`);

    const header = new MessageReader(await this.#window.take(headerOffset, headerLength), damaged);
    let type: string | undefined;
    let dataLength: number | undefined;
    for (let field = header.next(headerLength); field !== 0; field = header.next(headerLength)) {
      if (field === BlobHeaderField.type) {
        const start = header.position;
        header.enter(headerLength);
        type = header.textAt(start);
      } else if (field === BlobHeaderField.dataSize) dataLength = header.integer(headerLength);
    }
    if (type === undefined || dataLength === undefined) throw damaged("a blob header without type or data size");
    if (!(dataLength >= 0 && dataLength <= MAX_BLOB_BYTES)) {
      throw damaged(`a blob of ${dataLength} bytes (allowed: 0 to ${MAX_BLOB_BYTES})`);
    }
    const dataOffset = headerOffset + headerLength;
    if (dataOffset + dataLength > size) throw damaged(`the file ends in a blob of ${dataLength} bytes`);
    return { offset, type, dataOffset, dataLength };
  }

  /** The unpacked bytes of a blob, valid until the next call of either method. */
  async unpack(frame: BlobFrame): Promise<Uint8Array> {
    const damaged = this.damagedAt(frame.offset);
    const { dataLength } = frame;
    const blob = new MessageReader(await this.#window.take(frame.dataOffset, dataLength), damaged);
    let raw: Uint8Array | undefined;
    let packed: Uint8Array | undefined;
    let rawLength: number | undefined;
    for (let field = blob.next(dataLength); field !== 0; field = blob.next(dataLength)) {
      const compression = UNSUPPORTED_COMPRESSION.get(field);
      if (compression !== undefined) {
        throw new DiversionError(
          "unsupported-osm-feature",
          `The OpenStreetMap file is compressed with ${compression}; convert it to zlib, for instance with ` +
            `"osmium cat IN.osm.pbf -o OUT.osm.pbf -f pbf,pbf_compression=zlib".`,
          { file: this.#source.name, byte: frame.offset },
        );
      }
      if (field === BlobField.rawSize) rawLength = blob.integer(dataLength);
      else if (field === BlobField.raw) raw = takeBytes(blob, dataLength);
      else if (field === BlobField.zlib) packed = takeBytes(blob, dataLength);
    }
    if (raw !== undefined && packed === undefined) return raw;
    if (packed === undefined || raw !== undefined) throw damaged("a blob with no data, or with data given twice");
    if (rawLength === undefined) throw damaged("a compressed blob that does not say its unpacked size");
    if (!(rawLength >= 0 && rawLength <= MAX_BLOB_BYTES)) {
      throw damaged(`a blob of ${rawLength} bytes when unpacked (allowed: 0 to ${MAX_BLOB_BYTES})`);
    }
    if (rawLength > EXEMPT_FROM_UNPACKING_BYTES && rawLength > MAX_UNPACKING * packed.length) {
      throw damaged(
        `a blob of ${packed.length} bytes unpacks to ${rawLength}, more than ${MAX_UNPACKING} times as many`,
      );
    }
    let unpacked: Uint8Array;
    try {
      unpacked = await this.#inflate(packed, rawLength);
    } catch (cause) {
      throw damaged(
        `a blob does not unpack to its ${rawLength} bytes (${cause instanceof Error ? cause.message : cause})`,
      );
    }
    if (unpacked.length !== rawLength) {
      throw damaged(`a blob unpacks to ${unpacked.length} bytes instead of ${rawLength}`);
    }
    return unpacked;
  }

  /** Reports damage in the blob whose frame starts at `offset`. */
  damagedAt(offset: number): DamageReport {
    return (what) =>
      new DiversionError(
        "invalid-osm",
        `The OpenStreetMap file is damaged in the blob at byte ${offset}: ${what}. Download or extract it again.`,
        { file: this.#source.name, byte: offset },
      );
  }
}

function takeBytes(reader: MessageReader, end: number): Uint8Array {
  const fieldEnd = reader.enter(end);
  const bytes = reader.bytes.subarray(reader.position, fieldEnd);
  reader.seek(fieldEnd);
  return bytes;
}

/** Bytes asked of the file at a time: large enough that the calls cost nothing beside the decoding. */
const WINDOW_BYTES = 1 << 20;

/** Reads a file front to back through one window, so that many small reads become few large ones. */
class ByteWindow {
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
