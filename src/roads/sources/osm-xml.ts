import { SaxesParser } from "saxes";
import { DiversionError, type ErrorCode } from "../../core/errors";
import { utf8Chunks } from "../../core/text";
import { UNITS_PER_DEGREE } from "../../core/units";
import type { ByteChunks } from "./byte-chunks";
import { FileElements, type FileHandler } from "./file-elements";
import type { OsmHandler, OsmMember, OsmSource, SourceStatistics, Tags } from "./osm-source";

/** Characters the parser may gather without coming to the next element: what a damaged or hostile file can make it hold. */
const MAX_GATHERED_CHARACTERS = 1 << 20;
/** Parts of one element: the same bound as in PBF files, far above the 32,000 that OpenStreetMap allows. */
const MAX_PARTS = 2 ** 22;
/** `osm` / `way` / `nd`, and one to spare for what other programs add. */
const MAX_DEPTH = 4;

const MEMBER_TYPES: ReadonlySet<string> = new Set(["node", "way", "relation"] satisfies OsmMember["type"][]);
const INTEGER = /^[+-]?\d{1,16}$/;
const DECIMAL = /^[+-]?\d+(\.\d*)?([eE][+-]?\d{1,2})?$/;

/**
 * OpenStreetMap data in XML form (`.osm`, API 0.6: https://wiki.openstreetmap.org/wiki/OSM_XML), streamed: memory does
 * not grow with the file.
 *
 * Rejects with `invalid-osm` and the line for XML that is not well-formed or not UTF-8, document type declarations
 * (there is no use for them here, and entity bombs live in them), and elements without their ids or positions; with
 * `unsupported-osm-feature` for other API versions and files with deleted versions. Elements JOSM marked with
 * `action="delete"` are left out. Of an element that is stated more than once the highest version is taken; nodes may be
 * stated on the ways alone ({@link FileElements}). What a handler throws comes through as it is.
 */
export class OsmXmlSource implements OsmSource {
  readonly name: string;
  readonly #open: ByteChunks;
  readonly #elements = new FileElements((handler) => this.#readFile(handler));

  /** @param open starts the (unpacked) text from the beginning, once per pass over it. */
  constructor(name: string, open: ByteChunks) {
    this.name = name;
    this.#open = open;
  }

  read(handler: OsmHandler): Promise<void> {
    return this.#elements.read(handler);
  }

  statistics(): SourceStatistics {
    const { repeated } = this.#elements;
    return repeated === undefined ? {} : { repeated };
  }

  async #readFile(handler: FileHandler): Promise<void> {
    const reader = new OsmXmlReader(this.name, handler);
    const decoder = new TextDecoder("utf-8", { fatal: true });
    let progress: readonly [doneBytes: number, totalBytes: number] = [0, 0];
    const bytes = this.#open((doneBytes, totalBytes) => (progress = [doneBytes, totalBytes]));
    for await (const chunk of utf8Chunks(bytes)) {
      reader.write(() => decoder.decode(chunk, { stream: true }));
      await handler.piece?.(...progress);
    }
    reader.write(() => decoder.decode());
    reader.close();
  }
}

type Attributes = Readonly<Record<string, string>>;

class OsmXmlReader {
  readonly #file: string;
  readonly #handler: FileHandler;
  readonly #parser = new SaxesParser();
  #depth = 0;
  #parts = 0;
  #gathered = 0;
  /** The node, way or relation being read, unless it is passed over. */
  #element: "node" | "way" | "relation" | undefined;
  #id = 0;
  #version = 0;
  #lon = 0;
  #lat = 0;
  #tags: Map<string, string> | undefined;
  #nodes: number[] = [];
  /** Where ways state positions: one for each of the nodes. */
  #nodeLons: number[] = [];
  #nodeLats: number[] = [];
  #hasPositions = false;
  /** Whether the element is wanted with all that is in it. */
  #isRead = false;
  #members: OsmMember[] = [];

  constructor(file: string, handler: FileHandler) {
    this.#file = file;
    this.#handler = handler;
    this.#parser.on("error", (error) => {
      // saxes prefixes "line:column: "; the line goes into the place of our own error.
      throw this.#invalid(`The XML is malformed: ${error.message.replace(/^\d+:\d+: /, "")}`);
    });
    this.#parser.on("doctype", () => {
      throw this.#invalid("The file has a document type declaration, which OpenStreetMap data never has");
    });
    this.#parser.on("xmldecl", ({ encoding }) => {
      if (encoding !== undefined && !/^(utf-?8|utf-?16|us-ascii)$/i.test(encoding)) {
        throw this.#invalid(`The XML is encoded in ${encoding}; convert it to UTF-8`);
      }
    });
    this.#parser.on("opentag", ({ name, attributes }) => {
      this.#gathered = 0;
      this.#start(name, attributes);
    });
    this.#parser.on("closetag", () => {
      this.#gathered = 0;
      this.#end();
    });
  }

  write(decode: () => string): void {
    let text: string;
    try {
      text = decode();
    } catch (cause) {
      throw this.#invalid(`The text is not UTF-8 (${cause instanceof Error ? cause.message : cause})`);
    }
    this.#gathered += text.length;
    this.#parser.write(text);
    // Counted from the last element met, so that a chunk may be of any size.
    if (this.#gathered > MAX_GATHERED_CHARACTERS) {
      throw this.#invalid(`No element ends within ${MAX_GATHERED_CHARACTERS} characters`);
    }
  }

  close(): void {
    this.#parser.close();
  }

  #start(name: string, attributes: Attributes): void {
    this.#depth++;
    if (this.#depth === 1) this.#startRoot(name, attributes);
    else if (this.#depth === 2) this.#startElement(name, attributes);
    else if (this.#depth > MAX_DEPTH) throw this.#invalid(`<${name}> lies ${this.#depth} elements deep`);
    else if (name === "node" || name === "way" || name === "relation") {
      throw this.#invalid(`<${name}> lies inside another element`);
    } else if (this.#depth === 3 && this.#element !== undefined) this.#startChild(name, attributes);
  }

  #startRoot(name: string, { version }: Attributes): void {
    if (name !== "osm") throw this.#invalid(`The root element is <${name}> instead of <osm>`);
    if (version !== undefined && version !== "0.6") {
      throw this.#fail("unsupported-osm-feature", `The file is of OSM API version ${version}; only 0.6 is read`);
    }
  }

  #startElement(name: string, attributes: Attributes): void {
    if (name !== "node" && name !== "way" && name !== "relation") return;
    const { element } = this.#handler;
    if ((this.#handler[name] === undefined && element === undefined) || attributes.action === "delete") return;
    if (attributes.visible === "false") {
      throw this.#fail(
        "unsupported-osm-feature",
        `The file holds a deleted ${name} (visible="false"): it is a history, use an extract of the current data`,
      );
    }
    this.#element = name;
    this.#id = this.#integer(name, attributes, "id");
    this.#version = attributes.version === undefined ? 0 : this.#integer(name, attributes, "version");
    this.#tags = undefined;
    this.#parts = 0;
    this.#isRead = this.#handler[name] !== undefined;
    this.#hasPositions = false;
    if (!this.#isRead) return;
    if (name === "node") {
      this.#lon = this.#degrees(attributes, "lon", 180);
      this.#lat = this.#degrees(attributes, "lat", 90);
    } else if (name === "way") {
      this.#nodes.length = this.#nodeLons.length = this.#nodeLats.length = 0;
    } else this.#members = [];
  }

  #startChild(name: string, attributes: Attributes): void {
    if (++this.#parts > MAX_PARTS)
      throw this.#invalid(`The ${this.#element} ${this.#id} has more than ${MAX_PARTS} parts`);
    const isLocated = name === "nd" && (attributes.lat !== undefined || attributes.lon !== undefined);
    this.#hasPositions ||= isLocated;
    if (!this.#isRead) return;
    if (name === "tag") {
      const { k, v } = attributes;
      if (k === undefined || v === undefined) {
        throw this.#invalid(`A <tag> of ${this.#element} ${this.#id} has no ${k === undefined ? "k" : "v"}`);
      }
      this.#tags ??= new Map();
      this.#tags.set(k, v);
    } else if (name === "nd" && this.#element === "way") {
      this.#nodes.push(this.#integer("nd", attributes, "ref"));
      this.#nodeLons.push(isLocated ? this.#degrees(attributes, "lon", 180) : Number.NaN);
      this.#nodeLats.push(isLocated ? this.#degrees(attributes, "lat", 90) : Number.NaN);
    } else if (name === "member" && this.#element === "relation") {
      const { type = "", role = "" } = attributes;
      if (!isMemberType(type)) throw this.#invalid(`A member of relation ${this.#id} has the type "${type}"`);
      this.#members.push({ type, ref: this.#integer("member", attributes, "ref"), role });
    }
  }

  #end(): void {
    this.#depth--;
    const element = this.#element;
    const handler = this.#handler;
    const id = this.#id;
    const tags = this.#tags;
    if (this.#depth !== 1 || element === undefined) return;
    this.#element = undefined;
    const hasPositions = element === "way" && this.#hasPositions;
    handler.element?.(element, id, this.#version, hasPositions);
    if (element === "node") handler.node?.(id, this.#lon, this.#lat, tags);
    else if (element === "way") {
      const positions = hasPositions ? { lon: this.#nodeLons, lat: this.#nodeLats } : undefined;
      handler.way?.(id, this.#nodes, tags ?? NO_TAGS, this.#version, positions);
    } else handler.relation?.(id, this.#members, tags ?? NO_TAGS, this.#version);
  }

  #integer(element: string, attributes: Attributes, name: string): number {
    const text = attributes[name];
    const value = Number(text);
    if (text === undefined || !INTEGER.test(text) || !Number.isSafeInteger(value)) {
      throw this.#invalid(`<${element}> has ${describe(name, text)} instead of a whole number below 2^53`);
    }
    return value;
  }

  #degrees(attributes: Attributes, name: string, limit: number): number {
    const text = attributes[name];
    const value = Number(text);
    if (text === undefined || !DECIMAL.test(text) || !(value >= -limit && value <= limit)) {
      const where = this.#element === "way" ? `A node of way ${this.#id}` : `Node ${this.#id}`;
      throw this.#invalid(`${where} has ${describe(name, text)} instead of degrees from -${limit} to ${limit}`);
    }
    return Math.round(value * UNITS_PER_DEGREE) + 0;
  }

  #invalid(what: string): DiversionError {
    return this.#fail("invalid-osm", what);
  }

  #fail(code: ErrorCode, what: string): DiversionError {
    return new DiversionError(code, `${what}; correct or download the file again.`, {
      file: this.#file,
      row: this.#parser.line,
    });
  }
}

const NO_TAGS: Tags = new Map();

const isMemberType = (text: string): text is OsmMember["type"] => MEMBER_TYPES.has(text);

const describe = (name: string, text: string | undefined): string =>
  text === undefined ? `no ${name}` : `${name}=${JSON.stringify(text)}`;
