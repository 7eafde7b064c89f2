import { UNITS_PER_DEGREE } from "../../core/units";
import type { FileHandler, WayPositions } from "./file-elements";
import {
  DEFAULT_GRANULARITY,
  DenseField,
  DenseInfoField,
  GroupField,
  InfoField,
  MAX_DENSE_TAGS,
  MAX_GROUPS,
  MAX_LIST_LENGTH,
  MAX_MEMBERS,
  MAX_TAGS,
  MEMBER_TYPES,
  NodeField,
  PrimitiveBlockField,
  RelationField,
  WayField,
} from "./osm-pbf-format";
import {
  countVarints,
  type DamageReport,
  decodeDeltas,
  decodeIndexes,
  MALFORMED,
  MessageReader,
  StringTable,
} from "./osm-pbf-message";
import type { OsmMember, Tags } from "./osm-source";

/** Kinds of elements in a block, as bits. */
export const NODES = 1;
export const WAYS = 2;
export const RELATIONS = 4;

const NANODEGREES_PER_UNIT = 1e9 / UNITS_PER_DEGREE;
const MAX_LON = 180 * UNITS_PER_DEGREE;
const MAX_LAT = 90 * UNITS_PER_DEGREE;

const NO_TAGS: Tags = new Map();

/** A field's bytes; absent while `end` is 0. */
interface Span {
  start: number;
  end: number;
}

/**
 * Decodes primitive blocks into calls of a handler. One decoder serves all blocks of a pass: its scratch arrays grow to
 * the largest element met and stay.
 */
export class BlockDecoder {
  readonly #handler: FileHandler;
  readonly #strings: StringTable;
  #reader!: MessageReader;
  #damaged!: DamageReport;
  #granularity = DEFAULT_GRANULARITY;
  #latOffset = 0;
  #lonOffset = 0;

  #ids = new Float64Array(8192);
  #lats: Float64Array = new Float64Array(8192);
  #lons: Float64Array = new Float64Array(8192);
  #indexes = new Int32Array(8192);
  #keys = new Int32Array(64);
  #values = new Int32Array(64);
  #versions = new Int32Array(0);
  readonly #single = new Float64Array(1);

  readonly #idSpan: Span = { start: 0, end: 0 };
  readonly #keySpan: Span = { start: 0, end: 0 };
  readonly #valueSpan: Span = { start: 0, end: 0 };
  readonly #infoSpan: Span = { start: 0, end: 0 };
  readonly #spanA: Span = { start: 0, end: 0 };
  readonly #spanB: Span = { start: 0, end: 0 };
  readonly #spanC: Span = { start: 0, end: 0 };

  /** @param onLatin told each text that is not the UTF-8 it should be. */
  constructor(handler: FileHandler, onLatin: (text: string) => void) {
    this.#handler = handler;
    this.#strings = new StringTable(onLatin);
  }

  /** @returns the kinds of elements the block holds, whether or not the handler asked for them. */
  decode(block: Uint8Array, damaged: DamageReport): number {
    const reader = new MessageReader(block, damaged);
    this.#reader = reader;
    this.#damaged = damaged;
    this.#granularity = DEFAULT_GRANULARITY;
    this.#latOffset = 0;
    this.#lonOffset = 0;
    let strings: Span = { start: 0, end: 0 };
    const groups: Span[] = [];
    const end = block.length;
    // Granularity and offsets follow the groups they apply to, so groups are read afterwards.
    for (let field = reader.next(end); field !== 0; field = reader.next(end)) {
      if (field === PrimitiveBlockField.stringTable) strings = this.#take(end);
      else if (field === PrimitiveBlockField.group) {
        if (groups.length === MAX_GROUPS) throw damaged(`more than ${MAX_GROUPS} groups in one block`);
        groups.push(this.#take(end));
      } else if (field === PrimitiveBlockField.granularity) this.#granularity = reader.integer(end);
      else if (field === PrimitiveBlockField.latOffset) this.#latOffset = reader.integer(end);
      else if (field === PrimitiveBlockField.lonOffset) this.#lonOffset = reader.integer(end);
    }
    if (this.#granularity <= 0) throw damaged(`a granularity of ${this.#granularity} nanodegrees`);
    this.#strings.load(block, strings.start, strings.end, damaged);
    let kinds = 0;
    for (const group of groups) kinds |= this.#group(group);
    return kinds;
  }

  #group({ start, end }: Span): number {
    const reader = this.#reader;
    const handler = this.#handler;
    let kinds = 0;
    reader.seek(start);
    for (let field = reader.next(end); field !== 0; field = reader.next(end)) {
      if (field === GroupField.dense) {
        kinds |= NODES;
        if (handler.node || handler.element) this.#dense(reader.enter(end));
      } else if (field === GroupField.node) {
        kinds |= NODES;
        if (handler.node || handler.element) this.#node(reader.enter(end));
      } else if (field === GroupField.way) {
        kinds |= WAYS;
        if (handler.way || handler.element) this.#way(reader.enter(end));
      } else if (field === GroupField.relation) {
        kinds |= RELATIONS;
        if (handler.relation || handler.element) this.#relation(reader.enter(end));
      }
    }
    return kinds;
  }

  #dense(end: number): void {
    const reader = this.#reader;
    const idSpan = this.#idSpan;
    const latSpan = this.#spanA;
    const lonSpan = this.#spanB;
    const tagSpan = this.#spanC;
    const infoSpan = this.#infoSpan;
    clear(idSpan, latSpan, lonSpan, tagSpan, infoSpan);
    for (let field = reader.next(end); field !== 0; field = reader.next(end)) {
      if (field === DenseField.id) this.#enterInto(idSpan, end);
      else if (field === DenseField.lat) this.#enterInto(latSpan, end);
      else if (field === DenseField.lon) this.#enterInto(lonSpan, end);
      else if (field === DenseField.keysValues) this.#enterInto(tagSpan, end);
      else if (field === DenseField.info) this.#enterInto(infoSpan, end);
    }
    const count = this.#lengthOf(idSpan, "dense nodes");
    if (count > this.#ids.length) this.#ids = new Float64Array(count);
    this.#deltas(idSpan, this.#ids, "node ids");
    if (this.#handler.element) this.#denseElements(count);
    if (this.#handler.node === undefined) {
      reader.seek(end);
      return;
    }
    this.#lats = this.#coordinates(latSpan, this.#lats, count, "latitudes");
    this.#lons = this.#coordinates(lonSpan, this.#lons, count, "longitudes");
    const tagCount = this.#indexesOf(tagSpan, "dense node tags");
    reader.seek(end);

    const ids = this.#ids;
    const lats = this.#lats;
    const lons = this.#lons;
    const indexes = this.#indexes;
    const handler = this.#handler;
    let at = 0;
    for (let i = 0; i < count; i++) {
      let tags: Map<string, string> | undefined;
      // Each node's key and value indexes end with a 0; a block of nodes without any tags leaves the list out.
      if (tagCount > 0) {
        while (at < tagCount && indexes[at] !== 0) {
          if (at + 1 >= tagCount) throw this.#damaged("the tags of dense nodes end after a key");
          tags ??= new Map();
          tags.set(this.#strings.get(indexes[at]!), this.#strings.get(indexes[at + 1]!));
          at += 2;
        }
        if (at >= tagCount) throw this.#damaged(`the tags of dense nodes end at node ${i + 1} of ${count}`);
        at++;
      }
      const id = ids[i]!;
      handler.node!(id, this.#longitude(lons[i]!, id), this.#latitude(lats[i]!, id), tags);
    }
    if (at !== tagCount) throw this.#damaged("the tags of dense nodes go on after the last node");
  }

  #denseElements(count: number): void {
    const reader = this.#reader;
    const { start, end } = this.#infoSpan;
    const versionSpan: Span = { start: 0, end: 0 };
    reader.seek(start);
    for (let field = reader.next(end); field !== 0; field = reader.next(end)) {
      if (field === DenseInfoField.version) this.#enterInto(versionSpan, end);
    }
    const hasVersions = versionSpan.end !== 0;
    if (count > this.#versions.length) this.#versions = new Int32Array(count);
    if (hasVersions) this.#exactly(versionSpan, this.#versions, count, "versions of dense nodes");
    for (let i = 0; i < count; i++) {
      this.#handler.element!("node", this.#ids[i]!, hasVersions ? this.#versions[i]! : 0, false);
    }
  }

  #node(end: number): void {
    const reader = this.#reader;
    const idSpan = this.#idSpan;
    const keySpan = this.#keySpan;
    const valueSpan = this.#valueSpan;
    const latSpan = this.#spanA;
    const lonSpan = this.#spanB;
    const infoSpan = this.#infoSpan;
    clear(idSpan, keySpan, valueSpan, latSpan, lonSpan, infoSpan);
    for (let field = reader.next(end); field !== 0; field = reader.next(end)) {
      if (field === NodeField.id) this.#varintInto(idSpan, end);
      else if (field === NodeField.keys) this.#enterInto(keySpan, end);
      else if (field === NodeField.values) this.#enterInto(valueSpan, end);
      else if (field === NodeField.info) this.#enterInto(infoSpan, end);
      else if (field === NodeField.lat) this.#varintInto(latSpan, end);
      else if (field === NodeField.lon) this.#varintInto(lonSpan, end);
    }
    const id = this.#zigzag(idSpan, "node id");
    this.#handler.element?.("node", id, this.#readVersion(), false);
    if (this.#handler.node === undefined) {
      reader.seek(end);
      return;
    }
    const lat = this.#latitude(this.#zigzag(latSpan, "latitude"), id);
    const lon = this.#longitude(this.#zigzag(lonSpan, "longitude"), id);
    const tags = this.#readTags();
    reader.seek(end);
    this.#handler.node(id, lon, lat, tags.size === 0 ? undefined : tags);
  }

  #way(end: number): void {
    const reader = this.#reader;
    const keySpan = this.#keySpan;
    const valueSpan = this.#valueSpan;
    const infoSpan = this.#infoSpan;
    const refSpan = this.#spanA;
    const latSpan = this.#spanB;
    const lonSpan = this.#spanC;
    clear(keySpan, valueSpan, infoSpan, refSpan, latSpan, lonSpan);
    let id: number | undefined;
    for (let field = reader.next(end); field !== 0; field = reader.next(end)) {
      if (field === WayField.id) id = reader.integer(end);
      else if (field === WayField.keys) this.#enterInto(keySpan, end);
      else if (field === WayField.values) this.#enterInto(valueSpan, end);
      else if (field === WayField.info) this.#enterInto(infoSpan, end);
      else if (field === WayField.refs) this.#enterInto(refSpan, end);
      else if (field === WayField.lat) this.#enterInto(latSpan, end);
      else if (field === WayField.lon) this.#enterInto(lonSpan, end);
    }
    if (id === undefined) throw this.#damaged("a way without an id");
    const hasPositions = latSpan.end > latSpan.start;
    const version = this.#readVersion();
    this.#handler.element?.("way", id, version, hasPositions);
    if (this.#handler.way === undefined) {
      reader.seek(end);
      return;
    }
    const count = this.#lengthOf(refSpan, "nodes of one way");
    if (count > this.#ids.length) this.#ids = new Float64Array(count * 2);
    this.#deltas(refSpan, this.#ids, `the nodes of way ${id}`);
    const tags = this.#readTags();
    const positions = hasPositions ? this.#wayPositions(id, latSpan, lonSpan, count) : undefined;
    reader.seek(end);
    this.#handler.way(id, this.#ids.subarray(0, count), tags, version, positions);
  }

  #wayPositions(id: number, latSpan: Span, lonSpan: Span, count: number): WayPositions {
    const read = (span: Span, what: string): Float64Array => {
      const found = countVarints(this.#reader.bytes, span.start, span.end);
      if (found !== count) throw this.#damaged(`${found} ${what} for the ${count} nodes of way ${id}`);
      const out = new Float64Array(count);
      this.#deltas(span, out, what);
      return out;
    };
    const lat = read(latSpan, "latitudes");
    const lon = read(lonSpan, "longitudes");
    for (let i = 0; i < count; i++) {
      // Writers put a number beyond any position where they do not know one.
      const units = { lat: this.#latUnits(lat[i]!), lon: this.#lonUnits(lon[i]!) };
      const isKnown = Math.abs(units.lat) <= MAX_LAT && Math.abs(units.lon) <= MAX_LON;
      lat[i] = isKnown ? units.lat : Number.NaN;
      lon[i] = isKnown ? units.lon : Number.NaN;
    }
    return { lat, lon };
  }

  #relation(end: number): void {
    const reader = this.#reader;
    const keySpan = this.#keySpan;
    const valueSpan = this.#valueSpan;
    const infoSpan = this.#infoSpan;
    const roleSpan = this.#spanA;
    const memberSpan = this.#spanB;
    const typeSpan = this.#spanC;
    clear(keySpan, valueSpan, infoSpan, roleSpan, memberSpan, typeSpan);
    let id: number | undefined;
    for (let field = reader.next(end); field !== 0; field = reader.next(end)) {
      if (field === RelationField.id) id = reader.integer(end);
      else if (field === RelationField.keys) this.#enterInto(keySpan, end);
      else if (field === RelationField.values) this.#enterInto(valueSpan, end);
      else if (field === RelationField.info) this.#enterInto(infoSpan, end);
      else if (field === RelationField.roles) this.#enterInto(roleSpan, end);
      else if (field === RelationField.memberIds) this.#enterInto(memberSpan, end);
      else if (field === RelationField.memberTypes) this.#enterInto(typeSpan, end);
    }
    if (id === undefined) throw this.#damaged("a relation without an id");
    const version = this.#readVersion();
    this.#handler.element?.("relation", id, version, false);
    if (this.#handler.relation === undefined) {
      reader.seek(end);
      return;
    }
    const count = this.#lengthOf(memberSpan, "members of one relation", MAX_MEMBERS);
    if (count > this.#ids.length) this.#ids = new Float64Array(count * 2);
    this.#deltas(memberSpan, this.#ids, `the members of relation ${id}`);
    const types = new Int32Array(count);
    this.#exactly(typeSpan, types, count, `member types of relation ${id}`);
    const roles = new Int32Array(count);
    this.#exactly(roleSpan, roles, count, `member roles of relation ${id}`);
    const members: OsmMember[] = [];
    for (let i = 0; i < count; i++) {
      const type = MEMBER_TYPES[types[i]!];
      if (type === undefined) throw this.#damaged(`relation ${id} has a member of type ${types[i]}`);
      members.push({ type, ref: this.#ids[i]!, role: this.#strings.get(roles[i]!) });
    }
    const tags = this.#readTags();
    reader.seek(end);
    this.#handler.relation(id, members, tags, version);
  }

  /** The version of the element whose infoSpan is set; 0 when it states none. */
  #readVersion(): number {
    const { start, end } = this.#infoSpan;
    const reader = this.#reader;
    reader.seek(start);
    for (let field = reader.next(end); field !== 0; field = reader.next(end)) {
      // -1 stands for "not known" in the format.
      if (field === InfoField.version) return Math.max(0, reader.integer(end));
    }
    return 0;
  }

  /** The tags of the element whose keySpan and valueSpan are set. */
  #readTags(): Tags {
    const count = this.#lengthOf(this.#keySpan, "tags of one element", MAX_TAGS);
    if (count > this.#keys.length) {
      this.#keys = new Int32Array(count * 2);
      this.#values = new Int32Array(count * 2);
    }
    this.#exactly(this.#keySpan, this.#keys, count, "tag keys");
    this.#exactly(this.#valueSpan, this.#values, count, "tag values");
    return count === 0 ? NO_TAGS : this.#strings.tags(this.#keys, this.#values, count);
  }

  #lengthOf({ start, end }: Span, what: string, limit = MAX_LIST_LENGTH): number {
    const count = countVarints(this.#reader.bytes, start, end);
    if (count > limit) throw this.#damaged(`${count} ${what}, more than ${limit}`);
    return count;
  }

  #exactly({ start, end }: Span, out: Int32Array, count: number, what: string): void {
    const { bytes } = this.#reader;
    const found = countVarints(bytes, start, end);
    if (found !== count) throw this.#damaged(`${found} ${what} where ${count} belong`);
    if (decodeIndexes(bytes, start, end, out) === MALFORMED) throw this.#damaged(`unreadable ${what}`);
  }

  #indexesOf(span: Span, what: string): number {
    const { start, end } = span;
    const { bytes } = this.#reader;
    const count = this.#lengthOf(span, what, MAX_DENSE_TAGS);
    if (count > this.#indexes.length) this.#indexes = new Int32Array(count);
    if (decodeIndexes(bytes, start, end, this.#indexes) === MALFORMED) throw this.#damaged(`unreadable ${what}`);
    return count;
  }

  #coordinates(span: Span, scratch: Float64Array, count: number, what: string): Float64Array {
    const found = countVarints(this.#reader.bytes, span.start, span.end);
    if (found !== count) throw this.#damaged(`${found} ${what} for ${count} dense nodes`);
    const out = count > scratch.length ? new Float64Array(count) : scratch;
    this.#deltas(span, out, what);
    return out;
  }

  #deltas({ start, end }: Span, out: Float64Array, what: string): void {
    if (decodeDeltas(this.#reader.bytes, start, end, out) === MALFORMED) {
      throw this.#damaged(`unreadable ${what}, or numbers beyond ±2^53`);
    }
  }

  #zigzag(span: Span, what: string): number {
    if (span.end === 0) throw this.#damaged(`a node without ${what}`);
    this.#deltas(span, this.#single, `${what}`);
    return this.#single[0]!;
  }

  #latUnits(stored: number): number {
    return toUnits(this.#latOffset + this.#granularity * stored);
  }

  #lonUnits(stored: number): number {
    return toUnits(this.#lonOffset + this.#granularity * stored);
  }

  #latitude(stored: number, node: number): number {
    const units = this.#latUnits(stored);
    if (!(units >= -MAX_LAT && units <= MAX_LAT)) {
      throw this.#damaged(`node ${node} has latitude ${units / UNITS_PER_DEGREE}, outside -90..90`);
    }
    return units;
  }

  #longitude(stored: number, node: number): number {
    const units = this.#lonUnits(stored);
    if (!(units >= -MAX_LON && units <= MAX_LON)) {
      throw this.#damaged(`node ${node} has longitude ${units / UNITS_PER_DEGREE}, outside -180..180`);
    }
    return units;
  }

  #take(end: number): Span {
    const fieldEnd = this.#reader.enter(end);
    const start = this.#reader.position;
    this.#reader.seek(fieldEnd);
    return { start, end: fieldEnd };
  }

  #enterInto(span: Span, end: number): void {
    if (span.end !== 0) throw this.#damaged("a list is given twice in one element");
    const fieldEnd = this.#reader.enter(end);
    span.start = this.#reader.position;
    span.end = fieldEnd;
    this.#reader.seek(fieldEnd);
  }

  #varintInto(span: Span, end: number): void {
    span.start = this.#reader.position;
    span.end = this.#reader.varintEnd(end);
  }
}

/** Adding 0 keeps a negative zero out of the product. */
const toUnits = (nanodegrees: number): number => Math.round(nanodegrees / NANODEGREES_PER_UNIT) + 0;

function clear(...spans: Span[]): void {
  for (const span of spans) {
    span.start = 0;
    span.end = 0;
  }
}
