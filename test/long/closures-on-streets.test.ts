import { expect, it } from "vitest";
import { astana, gothenburg, montevideo } from "../../bench/networks";
import { openOsmSource } from "../../src/node/files/open-osm-source";
import { buildRoadGraph } from "../../src/roads/build/build-road-graph";
import { indexRoads } from "../../src/roads/index-roads";
import type { OsmSource } from "../../src/roads/sources/osm-source";
import { DIJKSTRA_ENGINE } from "../../src/shortest-path/dijkstra/dijkstra-engine";
import { REFERENCE_ENGINE } from "../../src/shortest-path/dijkstra/reference-engine";
import { requireNeverNearer } from "../support/closures-on-streets";
import { needsSharedData, sharedData } from "../support/shared-data";

const extract = (name: string) => async (): Promise<OsmSource | undefined> => {
  const path = sharedData(`osm/${name}.osm.pbf`);
  return path === undefined ? undefined : openOsmSource(path);
};

it.each<[string, () => Promise<OsmSource | undefined>]>([
  ["Montevideo", async () => (await montevideo()).roads],
  ["Astana", async () => (await astana()).roads],
  ["Gothenburg", async () => (await gothenburg()).roads],
  ...["monaco", "liechtenstein", "rutland-2022", "porto", "portland"].map(
    (name): [string, ReturnType<typeof extract>] => [name, extract(name)],
  ),
])(`closures bring no ED nearer in %s, by every engine ${needsSharedData}`, async (_name, open) => {
  const source = await open();
  if (source === undefined) return;
  const roads = indexRoads((await buildRoadGraph(source)).roads);
  requireNeverNearer(roads, 2026, 10, [undefined, DIJKSTRA_ENGINE, REFERENCE_ENGINE]);
  expect(roads.closures).toEqual([]);
});
