import { open } from "node:fs/promises";
import { deflateSync } from "node:zlib";
import { PbfWriter } from "pbf";
import { UNITS_PER_DEGREE } from "../../src/core/units";
import type { OsmMember, OsmSource, Tags } from "../../src/roads/sources/osm-source";

/** Elements a block holds in the extracts people download (osmium's and Osmosis's limit). */
const BLOCK_ELEMENTS = 8000;
/** Beyond every id of OpenStreetMap: copies never share one, and each keeps the spread of ids it has in the original. */
const ID_STRIDE = 2e10;
/** Degrees between copies, side by side; wider and higher than a county. */
const SPACING = { lon: 0.6, lat: 0.4 } as const;
/** Ways that get a road to their likes in the copies to the east and north. */
const LINKS_PER_COPY = 8;

interface NodeColumns {
  readonly id: number[];
  readonly lon: number[];
  readonly lat: number[];
  readonly tags: (Tags | undefined)[];
}

interface Way {
  readonly id: number;
  readonly nodes: readonly number[];
  readonly tags: Tags;
}

interface Relation {
  readonly id: number;
  readonly members: readonly OsmMember[];
  readonly tags: Tags;
}

export interface ReplicatedCounts {
  readonly bytes: number;
  readonly nodes: number;
  readonly ways: number;
  readonly relations: number;
}

/**
 * Writes an extract of any size that is as real as one can be without downloading it: copies of a real one laid out in
 * a square, with ids and positions of their own, and roads from each to its neighbours, so that the whole hangs
 * together. Sorted by kind and id, zlib, blocks of 8,000 elements: as the extracts people download.
 *
 * What it lacks beside those is the metadata of each element (version, time, author), which routing does not read; a
 * byte of it therefore holds more elements. Set counts against counts, not bytes against bytes.
 */
export async function writeReplicatedExtract(
  path: string,
  source: OsmSource,
  copies: number,
): Promise<ReplicatedCounts> {
  const nodes: NodeColumns = { id: [], lon: [], lat: [], tags: [] };
  const ways: Way[] = [];
  const relations: Relation[] = [];
  await source.read({
    node(id, lon, lat, tags) {
      nodes.id.push(id);
      nodes.lon.push(lon);
      nodes.lat.push(lat);
      nodes.tags.push(tags);
    },
    way: (id, refs, tags) => void ways.push({ id, nodes: Array.from(refs), tags }),
    relation: (id, members, tags) => void relations.push({ id, members, tags }),
  });
  const links = linkedNodes(ways);
  const columns = Math.ceil(Math.sqrt(copies));
  let written = 0;
  let wayCount = 0;
  const file = await open(path, "w");
  const append = async (bytes: Uint8Array): Promise<void> => {
    await file.write(bytes);
    written += bytes.length;
  };
  try {
    await append(framed("OSMHeader", headerBlock()));
    for (let copy = 0; copy < copies; copy++) {
      const lon = Math.round((copy % columns) * SPACING.lon * UNITS_PER_DEGREE);
      const lat = Math.round(Math.floor(copy / columns) * SPACING.lat * UNITS_PER_DEGREE);
      for (let from = 0; from < nodes.id.length; from += BLOCK_ELEMENTS) {
        const to = Math.min(from + BLOCK_ELEMENTS, nodes.id.length);
        await append(framed("OSMData", nodeBlock(nodes, from, to, copy * ID_STRIDE, lon, lat)));
      }
    }
    for (let copy = 0; copy < copies; copy++) {
      const added = linkWays(links, copy, columns, copies);
      const all = [...ways, ...added];
      wayCount += all.length;
      for (let from = 0; from < all.length; from += BLOCK_ELEMENTS) {
        await append(framed("OSMData", wayBlock(all.slice(from, from + BLOCK_ELEMENTS), copy * ID_STRIDE)));
      }
    }
    for (let copy = 0; copy < copies; copy++) {
      for (let from = 0; from < relations.length; from += BLOCK_ELEMENTS) {
        await append(framed("OSMData", relationBlock(relations.slice(from, from + BLOCK_ELEMENTS), copy * ID_STRIDE)));
      }
    }
  } finally {
    await file.close();
  }
  return {
    bytes: written,
    nodes: nodes.id.length * copies,
    ways: wayCount,
    relations: relations.length * copies,
  };
}

/** First nodes of public roads, spread over the extract. */
function linkedNodes(ways: readonly Way[]): number[] {
  const roads = ways.filter(({ tags }) => /^(primary|secondary|tertiary)$/.test(tags.get("highway") ?? ""));
  const step = Math.max(1, Math.floor(roads.length / LINKS_PER_COPY));
  return roads
    .filter((_, i) => i % step === 0)
    .slice(0, LINKS_PER_COPY)
    .map(({ nodes }) => nodes[0]!);
}

/** Ids of the ways follow the last of the copy's own; nodes of the neighbour are a stride or a row of strides away. */
function linkWays(links: readonly number[], copy: number, columns: number, copies: number): Way[] {
  const neighbours = [
    ...((copy + 1) % columns === 0 || copy + 1 >= copies ? [] : [1]),
    ...(copy + columns >= copies ? [] : [columns]),
  ];
  return neighbours.flatMap((ahead, side) =>
    links.map((node, i) => ({
      id: ID_STRIDE / 2 + side * LINKS_PER_COPY + i,
      nodes: [node, node + ahead * ID_STRIDE],
      tags: new Map([["highway", "primary"]]),
    })),
  );
}

class StringTable {
  readonly texts: string[] = [""];
  private readonly indexes = new Map<string, number>();

  of(text: string): number {
    let index = this.indexes.get(text);
    if (index === undefined) this.indexes.set(text, (index = this.texts.push(text) - 1));
    return index;
  }
}

const deltas = (values: readonly number[], shift: number): number[] =>
  values.map((value, i) => value - (i === 0 ? -shift : values[i - 1]!));

function block(strings: StringTable, group: (pbf: PbfWriter) => void): Uint8Array {
  const pbf = new PbfWriter();
  pbf.writeMessage(
    1,
    (texts: readonly string[], table: PbfWriter) => {
      for (const text of texts) table.writeStringField(1, text);
    },
    strings.texts,
  );
  pbf.writeMessage(2, (_: undefined, inner: PbfWriter) => group(inner), undefined);
  return pbf.finish();
}

function nodeBlock(
  { id, lon, lat, tags }: NodeColumns,
  from: number,
  to: number,
  idShift: number,
  lonShift: number,
  latShift: number,
): Uint8Array {
  const strings = new StringTable();
  const keysAndValues: number[] = [];
  for (let i = from; i < to; i++) {
    for (const [key, value] of tags[i] ?? []) keysAndValues.push(strings.of(key), strings.of(value));
    keysAndValues.push(0);
  }
  return block(strings, (group) => {
    group.writeMessage(
      2,
      (_: undefined, dense: PbfWriter) => {
        dense.writePackedSVarint(1, deltas(id.slice(from, to), idShift));
        dense.writePackedSVarint(8, deltas(lat.slice(from, to), latShift));
        dense.writePackedSVarint(9, deltas(lon.slice(from, to), lonShift));
        dense.writePackedVarint(10, keysAndValues);
      },
      undefined,
    );
  });
}

function writeTags(pbf: PbfWriter, strings: StringTable, tags: Tags): void {
  pbf.writePackedVarint(
    2,
    [...tags.keys()].map((key) => strings.of(key)),
  );
  pbf.writePackedVarint(
    3,
    [...tags.values()].map((value) => strings.of(value)),
  );
}

/** Strings are numbered while the group is written, so the group is laid out before its table. */
function wayBlock(ways: readonly Way[], idShift: number): Uint8Array {
  const strings = new StringTable();
  for (const { tags } of ways) for (const pair of tags) for (const text of pair) strings.of(text);
  return block(strings, (group) => {
    for (const { id, nodes, tags } of ways) {
      group.writeMessage(
        3,
        (_: undefined, way: PbfWriter) => {
          way.writeVarintField(1, id + idShift);
          writeTags(way, strings, tags);
          way.writePackedSVarint(8, deltas(nodes, idShift));
        },
        undefined,
      );
    }
  });
}

function relationBlock(relations: readonly Relation[], idShift: number): Uint8Array {
  const strings = new StringTable();
  for (const { tags, members } of relations) {
    for (const pair of tags) for (const text of pair) strings.of(text);
    for (const { role } of members) strings.of(role);
  }
  const types = ["node", "way", "relation"];
  return block(strings, (group) => {
    for (const { id, members, tags } of relations) {
      group.writeMessage(
        4,
        (_: undefined, relation: PbfWriter) => {
          relation.writeVarintField(1, id + idShift);
          writeTags(relation, strings, tags);
          relation.writePackedVarint(
            8,
            members.map(({ role }) => strings.of(role)),
          );
          relation.writePackedSVarint(
            9,
            deltas(
              members.map(({ ref }) => ref),
              idShift,
            ),
          );
          relation.writePackedVarint(
            10,
            members.map(({ type }) => types.indexOf(type)),
          );
        },
        undefined,
      );
    }
  });
}

function headerBlock(): Uint8Array {
  const pbf = new PbfWriter();
  pbf.writeStringField(4, "OsmSchema-V0.6");
  pbf.writeStringField(4, "DenseNodes");
  pbf.writeStringField(5, "Sort.Type_then_ID");
  return pbf.finish();
}

function framed(type: "OSMHeader" | "OSMData", content: Uint8Array): Uint8Array {
  const blob = new PbfWriter();
  blob.writeVarintField(2, content.length);
  blob.writeBytesField(3, deflateSync(content));
  const data = blob.finish();
  const header = new PbfWriter();
  header.writeStringField(1, type);
  header.writeVarintField(3, data.length);
  const head = header.finish();
  const frame = new Uint8Array(4 + head.length + data.length);
  new DataView(frame.buffer).setUint32(0, head.length);
  frame.set(head, 4);
  frame.set(data, 4 + head.length);
  return frame;
}
