import { createReadStream } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { GeoJsonSource } from "../../src/roads/sources/geojson-source";
import type { City } from "./city";

/** Gothenburg in December 2016, as tagged GeoJSON lines; no hospitals in the data. */
export async function gothenburg(): Promise<City> {
  const require = createRequire(import.meta.url);
  const path = join(dirname(require.resolve("geojson-path-finder/package.json")), "test/large-network.json");
  const roads = new GeoJsonSource("Gothenburg", () => createReadStream(path, { highWaterMark: 1 << 18 }));
  return { name: "Gothenburg", roads, hospitals: [] };
}
