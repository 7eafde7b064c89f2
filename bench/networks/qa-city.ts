import { fromFixedDegrees, type Position, toFixedDegrees } from "../../src/core/units";
import type { OsmHandler, OsmSource, Tags } from "../../src/roads/sources/osm-source";
import type { City, CityHospital } from "./city";
import { type QaFeature, type QaPoint, type QaTiles, readQaTiles } from "./vector-tiles";

/** Above the units spanned by the tiles of a city (four tiles of 2^20, ends included), so that an id holds x and y. */
const ID_STRIDE = 2 ** 23;

/**
 * Montevideo, left with the eight tiles of 2017: a city of 1.3 million; 35 places tagged as hospitals, six of them with
 * `emergency=yes`.
 */
export const montevideo = (): Promise<City> => readQaCity("Montevideo", "osm-qa-montevideo");

/** Astana in 2017; 33 places tagged as hospitals, one of them with `emergency=yes`. */
export const astana = (): Promise<City> => readQaCity("Astana", "osm-qa-astana");

async function readQaCity(name: string, folder: string): Promise<City> {
  const tiles = await readQaTiles(
    folder,
    ({ highway, barrier, route, amenity }) =>
      highway !== undefined || barrier !== undefined || route === "ferry" || amenity === "hospital",
  );
  return { name, roads: new QaRoads(name, tiles), hospitals: hospitalsOf(tiles) };
}

/**
 * The ways of the tiles. A way that was cut at tile edges comes as several ways of one id, whose ends are the same node
 * where it crosses an edge, so that a builder joins them again. Node ids are made of the position: the data has none
 * for untagged nodes.
 */
class QaRoads implements OsmSource {
  readonly name: string;
  private readonly tiles: QaTiles;

  constructor(name: string, tiles: QaTiles) {
    this.name = name;
    this.tiles = tiles;
  }

  async read(handler: OsmHandler): Promise<void> {
    const { features } = this.tiles;
    const ways = features.filter(({ kind, type }) => kind === "line" && type === "way");
    if (handler.node) {
      const tagged = new Map<number, Tags>();
      for (const { kind, parts, tags } of features) if (kind === "point") tagged.set(this.nodeId(parts[0]![0]!), tags);
      const seen = new Set<number>();
      for (const { parts } of ways) {
        for (const point of parts.flat()) {
          const id = this.nodeId(point);
          if (seen.has(id)) continue;
          seen.add(id);
          const [lon, lat] = positionOf(point, this.tiles.worldSize);
          handler.node(id, toFixedDegrees(lon), toFixedDegrees(lat), tagged.get(id));
        }
      }
    }
    if (handler.way) {
      for (const { id, parts, tags } of ways) {
        for (const part of parts)
          handler.way(
            id,
            part.map((point) => this.nodeId(point)),
            tags,
          );
      }
    }
  }

  private nodeId([x, y]: QaPoint): number {
    return (x - this.tiles.origin[0]) * ID_STRIDE + (y - this.tiles.origin[1]) + 1;
  }
}

/** Inverse Web Mercator (EPSG:3857 on the unit square), rounded to 1e-7 degree. */
function positionOf([x, y]: QaPoint, worldSize: number): Position {
  const lon = (x / worldSize) * 360 - 180;
  const lat = (Math.atan(Math.sinh(Math.PI * (1 - (2 * y) / worldSize))) * 180) / Math.PI;
  return [fromFixedDegrees(toFixedDegrees(lon)), fromFixedDegrees(toFixedDegrees(lat))];
}

/** One per element, however many tiles it lies in. */
function hospitalsOf({ features, worldSize }: QaTiles): CityHospital[] {
  const byId = new Map<string, QaFeature[]>();
  for (const feature of features) {
    if (feature.tags.get("amenity") !== "hospital") continue;
    const id = `${feature.type}/${feature.id}`;
    byId.set(id, [...(byId.get(id) ?? []), feature]);
  }
  return [...byId]
    .map(([id, pieces]) => {
      const points = pieces.flatMap(({ parts }) => parts.flat());
      const xs = points.map(([x]) => x);
      const ys = points.map(([, y]) => y);
      const middle = [(Math.min(...xs) + Math.max(...xs)) / 2, (Math.min(...ys) + Math.max(...ys)) / 2] as const;
      const { tags } = pieces[0]!;
      return {
        id,
        name: tags.get("name") ?? `Hospital ${id}`,
        location: positionOf(middle, worldSize),
        emergency: tags.get("emergency") === "yes",
      };
    })
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}
