import type { ByteSource, OsmSource } from "../../src/roads/sources/osm-source";

/** Everything an {@link OsmSource} hands on, as plain values that compare. */
export interface OsmElements {
  nodes: { id: number; lon: number; lat: number; tags: Record<string, string> | undefined }[];
  ways: { id: number; nodes: number[]; tags: Record<string, string> }[];
  relations: { id: number; members: { type: string; ref: number; role: string }[]; tags: Record<string, string> }[];
}

export const noElements = (): OsmElements => ({ nodes: [], ways: [], relations: [] });

/** Reads everything; `into` keeps what arrived before an error. */
export async function collect(source: OsmSource, into: OsmElements = noElements()): Promise<OsmElements> {
  await source.read({
    node: (id, lon, lat, tags) => void into.nodes.push({ id, lon, lat, tags: tags && Object.fromEntries(tags) }),
    way: (id, nodes, tags) => void into.ways.push({ id, nodes: Array.from(nodes), tags: Object.fromEntries(tags) }),
    relation: (id, members, tags) =>
      void into.relations.push({ id, members: members.map((m) => ({ ...m })), tags: Object.fromEntries(tags) }),
  });
  return into;
}

/** Bytes in memory, handed out in one buffer that is overwritten at every call, as the interface allows. */
export function byteSource(bytes: Uint8Array, name = "memory.osm.pbf"): ByteSource & { bytesRead: number } {
  const shared = new Uint8Array(bytes.length);
  return {
    name,
    size: bytes.length,
    bytesRead: 0,
    async read(offset, length) {
      if (offset + length > bytes.length) throw new RangeError(`read beyond the end: ${offset} + ${length}`);
      this.bytesRead += length;
      shared.fill(0xee);
      shared.set(bytes.subarray(offset, offset + length));
      return shared.subarray(0, length);
    },
  };
}
