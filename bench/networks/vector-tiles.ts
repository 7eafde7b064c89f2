import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { VectorTile, type VectorTileFeature } from "@mapbox/vector-tile";

const require = createRequire(import.meta.url);

/** Tile coordinates along one side of a "QA tile" of OpenStreetMap, the finest that 32-bit world coordinates allow. */
const EXTENT = 2 ** 20;
const LAYER = "osm";

export type QaPoint = readonly [x: number, y: number];

/** An OpenStreetMap element, or the part of it inside one tile. */
export interface QaFeature {
  readonly kind: "point" | "line" | "area";
  readonly type: "node" | "way" | "relation";
  readonly id: number;
  readonly tags: ReadonlyMap<string, string>;
  /** In world coordinates: tile number × extent + position in the tile. */
  readonly parts: readonly (readonly QaPoint[])[];
}

export interface QaTiles {
  /** Units around the world, 2^zoom × extent. */
  readonly worldSize: number;
  /** North-west corner of the tiles. */
  readonly origin: QaPoint;
  readonly features: readonly QaFeature[];
}

/**
 * Reads a folder of `@mapbox/mvt-fixtures` that holds all of OpenStreetMap in a city, every tag and id, in tiles named
 * `zoom-x-y.mvt`. The tiles have no buffer around them: a way is cut exactly at the edge, both neighbours have the same
 * point there, and nothing is given twice.
 *
 * @param wanted features to keep: most are buildings, and their geometry is never decoded.
 */
export async function readQaTiles(
  folder: string,
  wanted: (properties: VectorTileFeature["properties"]) => boolean,
): Promise<QaTiles> {
  const path = join(dirname(require.resolve("@mapbox/mvt-fixtures/package.json")), "real-world", folder);
  const Pbf = await vectorTilePbf();
  const features: QaFeature[] = [];
  const origin: [number, number] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  let worldSize = 0;
  for (const file of readdirSync(path).sort()) {
    const [zoom, tileX, tileY] = file.split(/[-.]/).map(Number) as [number, number, number];
    worldSize = 2 ** zoom * EXTENT;
    const [left, top] = [tileX * EXTENT, tileY * EXTENT];
    origin[0] = Math.min(origin[0], left);
    origin[1] = Math.min(origin[1], top);
    const layer = new VectorTile(new Pbf(readFileSync(join(path, file)))).layers[LAYER];
    if (layer === undefined) continue;
    if (layer.extent !== EXTENT) throw new Error(`${file} has the extent ${layer.extent} instead of ${EXTENT}`);
    for (let i = 0; i < layer.length; i++) {
      const feature = layer.feature(i);
      if (!wanted(feature.properties)) continue;
      features.push({
        kind: feature.type === 1 ? "point" : feature.type === 2 ? "line" : "area",
        type: String(feature.properties["@type"]) as QaFeature["type"],
        id: Number(feature.properties["@id"]),
        tags: tagsOf(feature.properties),
        parts: feature.loadGeometry().map((part) => part.map(({ x, y }) => [left + x, top + y] as const)),
      });
    }
  }
  return { worldSize, origin, features };
}

/** The tags; keys that start with @ are about the element (its version, its author). */
function tagsOf(properties: VectorTileFeature["properties"]): Map<string, string> {
  const tags = new Map<string, string>();
  for (const [key, value] of Object.entries(properties)) if (!key.startsWith("@")) tags.set(key, String(value));
  return tags;
}

type VectorTilePbf = ConstructorParameters<typeof VectorTile>[0];

/** `@mapbox/vector-tile` needs the pbf of its own installation: the project's is a major version ahead of it. */
async function vectorTilePbf(): Promise<new (bytes: Uint8Array) => VectorTilePbf> {
  const fromVectorTile = createRequire(require.resolve("@mapbox/vector-tile"));
  const { default: Pbf } = await import(pathToFileURL(fromVectorTile.resolve("pbf")).href);
  return Pbf;
}
