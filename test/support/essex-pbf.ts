import { readFile } from "node:fs/promises";
import type { Feature, FeatureCollection, LineString } from "geojson";
import { toFixedDegrees } from "../../src/core/units";
import { pbfFile, type SampleNode, type SampleWay } from "./osm-pbf-encoder";

/** The embedded roads of Essex as an OpenStreetMap extract, in place of one that would have to be downloaded. */
export async function essexAsPbf(): Promise<Uint8Array> {
  const file = new URL("../../data/essex/roads.geojson", import.meta.url);
  const { features } = JSON.parse(await readFile(file, "utf8")) as FeatureCollection;
  const nodes = new Map<string, SampleNode>();
  const ways = (features as Feature<LineString>[]).map(({ geometry, properties }, i): SampleWay => {
    const refs = geometry.coordinates.map(([lon, lat]) => {
      const key = `${lon},${lat}`;
      const known = nodes.get(key);
      if (known !== undefined) return known.id;
      const id = nodes.size + 1;
      nodes.set(key, { id, lon: toFixedDegrees(lon!), lat: toFixedDegrees(lat!) });
      return id;
    });
    const tags = Object.entries(properties ?? {}).map(([key, value]) => [key, String(value)]);
    return { id: i + 1, nodes: refs, tags: Object.fromEntries(tags) };
  });
  // Stored units of 100 nanodegrees, the format's default, are the 7 decimals of toFixedDegrees.
  return pbfFile([{ nodes: [...nodes.values()], ways }]);
}
