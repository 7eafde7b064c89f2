import { defined } from "../../core/defined";
import { DiversionError } from "../../core/errors";
import { FileElements, type FileHandler } from "./file-elements";
import { type BlobFrame, BlobReader, type Inflate } from "./osm-pbf-blobs";
import { BlockDecoder, NODES, RELATIONS, WAYS } from "./osm-pbf-block";
import { HeaderBlockField, SUPPORTED_FEATURES } from "./osm-pbf-format";
import { MessageReader } from "./osm-pbf-message";
import type { ByteSource, OsmHandler, OsmSource, SourceStatistics } from "./osm-source";

export type { Inflate } from "./osm-pbf-blobs";

const EXAMPLES = 5;

const HEADER_BLOB = "OSMHeader";
const DATA_BLOB = "OSMData";

/** A data blob met on the first pass, and the kinds of elements in it. */
interface KnownBlob {
  readonly frame: BlobFrame;
  readonly kinds: number;
}

/**
 * OpenStreetMap data in PBF form (`.osm.pbf`), read blob by blob: memory is bounded by the format's 32 MiB per blob,
 * whatever the size of the file.
 *
 * The first pass remembers which kinds of elements each blob holds, so that later passes read only the blobs they need
 * (extracts are sorted by kind: a pass over relations then touches a few per cent of the file).
 *
 * Damage of any sort rejects with a {@link DiversionError} `invalid-osm` whose place names the byte at which the blob
 * starts, before anything is handed on where the ids themselves cannot be read. A file that requires what this reader lacks rejects
 * with `unsupported-osm-feature`. Texts in Latin-1 are read as such, and counted. Of an element that is stated more than once the highest version is taken; nodes may be
 * stated on the ways alone ({@link FileElements}). What a handler throws comes through as it is.
 */
export class OsmPbfSource implements OsmSource {
  readonly name: string;
  readonly #bytes: ByteSource;
  readonly #inflate: Inflate;
  #known: readonly KnownBlob[] | undefined;
  readonly #latinTexts = new Set<string>();
  readonly #elements = new FileElements((handler) => this.#readFile(handler));

  constructor(bytes: ByteSource, inflate: Inflate) {
    this.name = bytes.name;
    this.#bytes = bytes;
    this.#inflate = inflate;
  }

  read(handler: OsmHandler): Promise<void> {
    return this.#elements.read(handler);
  }

  statistics(): SourceStatistics {
    const texts = [...this.#latinTexts];
    return defined({
      repeated: this.#elements.repeated,
      latinTexts: texts.length === 0 ? undefined : { count: texts.length, examples: texts.slice(0, EXAMPLES) },
    });
  }

  async #readFile(handler: FileHandler): Promise<void> {
    const blobs = new BlobReader(this.#bytes, this.#inflate);
    const decoder = new BlockDecoder(handler, (text) => this.#latinTexts.add(text));
    if (this.#known === undefined) {
      this.#known = await this.#readAll(blobs, decoder, handler);
      return;
    }
    const wanted = handler.element
      ? NODES | WAYS | RELATIONS
      : (handler.node ? NODES : 0) | (handler.way ? WAYS : 0) | (handler.relation ? RELATIONS : 0);
    const frames = this.#known.filter(({ kinds }) => kinds & wanted).map(({ frame }) => frame);
    const totalBytes = frames.reduce((sum, { dataLength }) => sum + dataLength, 0);
    let doneBytes = 0;
    for (const frame of frames) {
      decoder.decode(await blobs.unpack(frame), blobs.damagedAt(frame.offset));
      doneBytes += frame.dataLength;
      await handler.piece?.(doneBytes, totalBytes);
    }
  }

  async #readAll(blobs: BlobReader, decoder: BlockDecoder, handler: FileHandler): Promise<KnownBlob[]> {
    const known: KnownBlob[] = [];
    let sawHeader = false;
    let frame = await blobs.frameAt(0);
    if (frame === undefined) throw blobs.damagedAt(0)("it is empty");
    for (; frame !== undefined; frame = await blobs.frameAt(frame.dataOffset + frame.dataLength)) {
      const damaged = blobs.damagedAt(frame.offset);
      if (frame.type === HEADER_BLOB) {
        checkFeatures(new MessageReader(await blobs.unpack(frame), damaged), this.name, frame.offset);
        sawHeader = true;
      } else if (!sawHeader) {
        throw damaged(`it starts with a blob of type ${JSON.stringify(frame.type)} instead of "${HEADER_BLOB}"`);
      } else if (frame.type === DATA_BLOB) {
        known.push({ frame, kinds: decoder.decode(await blobs.unpack(frame), damaged) });
        await handler.piece?.(frame.dataOffset + frame.dataLength, this.#bytes.size);
      }
      // The format asks readers to skip blob types they do not know.
    }
    return known;
  }
}

function checkFeatures(header: MessageReader, file: string, byte: number): void {
  const end = header.bytes.length;
  for (let field = header.next(end); field !== 0; field = header.next(end)) {
    if (field !== HeaderBlockField.requiredFeatures) continue;
    const start = header.position;
    header.enter(end);
    const feature = header.textAt(start);
    if (!SUPPORTED_FEATURES.has(feature)) {
      throw new DiversionError(
        "unsupported-osm-feature",
        `The OpenStreetMap file requires the feature ${JSON.stringify(feature)}, which this reader does not have; ` +
          `use a plain extract of the current data (known: ${[...SUPPORTED_FEATURES].join(", ")}).`,
        { file, byte },
      );
    }
  }
}
