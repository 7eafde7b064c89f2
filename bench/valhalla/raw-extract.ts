import { distanceMetres } from "../../src/core/geometry";
import { fromFixedDegrees, type Position } from "../../src/core/units";
import type { OsmMember, OsmSource, Tags } from "../../src/roads/sources/osm-source";

export interface RawWay {
  readonly id: number;
  readonly nodes: readonly number[];
  readonly tags: Tags;
}

/** An extract as mappers drew it: neither engine has judged it yet. */
export interface RawExtract {
  /** Every way with a `highway` tag, by id. */
  readonly ways: ReadonlyMap<number, RawWay>;
  /** Places of their nodes, in 1e-7 degree. */
  readonly places: ReadonlyMap<number, readonly [lon: number, lat: number]>;
  /** Tags of those of their nodes that have any. */
  readonly nodeTags: ReadonlyMap<number, Tags>;
  readonly restrictions: readonly {
    readonly id: number;
    readonly members: readonly OsmMember[];
    readonly tags: Tags;
  }[];
  readonly hospitals: readonly Hospital[];
}

export interface Hospital {
  /** `way/123`, or `seeded/3`. */
  readonly id: string;
  readonly name: string;
  readonly location: Position;
}

export async function readRawExtract(source: OsmSource): Promise<RawExtract> {
  const ways = new Map<number, RawWay>();
  const grounds: RawWay[] = [];
  const restrictions: RawExtract["restrictions"][number][] = [];
  await source.read({
    way(id, nodes, tags) {
      const way = { id, nodes: Array.from(nodes), tags };
      if (tags.has("highway")) ways.set(id, way);
      if (tags.get("amenity") === "hospital") grounds.push(way);
    },
    relation(id, members, tags) {
      if (tags.get("type") === "restriction") restrictions.push({ id, members: members.map((m) => ({ ...m })), tags });
    },
  });
  const wanted = new Set([...ways.values(), ...grounds].flatMap(({ nodes }) => nodes));
  const places = new Map<number, readonly [number, number]>();
  const nodeTags = new Map<number, Tags>();
  await source.read({
    node(id, lon, lat, tags) {
      if (!wanted.has(id)) return;
      places.set(id, [lon, lat]);
      if (tags !== undefined) nodeTags.set(id, tags);
    },
  });
  const hospitals = grounds
    .map(({ id, nodes, tags }) => ({
      id: `way/${id}`,
      name: tags.get("name") ?? "",
      location: middle(nodes.flatMap((node) => places.get(node) ?? []).map(fromFixedDegrees)),
    }))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
  return { ways, places, nodeTags, restrictions, hospitals };
}

/** Middle of the bounding box of longitudes and latitudes in turn. */
function middle(flat: readonly number[]): Position {
  const mid = (values: readonly number[]): number =>
    Math.round(((Math.min(...values) + Math.max(...values)) / 2) * 1e7) / 1e7;
  return [mid(flat.filter((_, i) => i % 2 === 0)), mid(flat.filter((_, i) => i % 2 === 1))];
}

export const rawPosition = (raw: RawExtract, node: number): Position => {
  const [lon, lat] = raw.places.get(node)!;
  return [fromFixedDegrees(lon), fromFixedDegrees(lat)];
};

/** Metres along a line: one ruler for the answers of both engines. */
export function lineMetres(line: readonly Position[]): number {
  let metres = 0;
  for (let i = 1; i < line.length; i++) metres += distanceMetres(line[i - 1]!, line[i]!);
  return metres;
}
