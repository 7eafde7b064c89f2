import { basename } from "node:path";
import { SeededRandom } from "../../src/core/random";
import { fileChunks } from "../../src/node/files/file-chunks";
import { openOsmSource } from "../../src/node/files/open-osm-source";
import { openRoads } from "../../src/node/files/roads-files";
import { buildRoadGraph } from "../../src/roads/build/build-road-graph";
import { renumberRoadGraph } from "../../src/roads/graph/renumber-road-graph";
import type { RoadGraph } from "../../src/roads/graph/road-graph";
import { readDimacs } from "../../src/roads/tables/dimacs";
import { gothenburg, montevideo } from "../networks";
import { syntheticRoads } from "../networks/synthetic";
import type { BenchArguments, GraphName } from "./arguments";

/** A road graph to measure on, loaded when its turn comes. */
export interface Network {
  readonly name: string;
  /** Nodes are numbered as the source has them. */
  load(): Promise<RoadGraph>;
}

/** The networks asked for, in order. */
export function networksOf({ roads, coordinates, graphs, size, seed }: BenchArguments): Network[] {
  const builtIn: Record<GraphName, Network> = {
    montevideo: { name: "montevideo", load: async () => (await buildRoadGraph((await montevideo()).roads)).roads },
    gothenburg: { name: "gothenburg", load: async () => (await buildRoadGraph((await gothenburg()).roads)).roads },
    synthetic: syntheticNetwork(size, seed),
  };
  return [...graphs.map((name) => builtIn[name]), ...roads.map((file) => fileNetwork(file, coordinates, seed))];
}

export const syntheticNetwork = (nodes: number, seed: number): Network => ({
  name: `synthetic-${nodes % 1_000_000 === 0 ? `${nodes / 1_000_000}m` : nodes % 1000 === 0 ? `${nodes / 1000}k` : nodes}`,
  load: async () => syntheticRoads({ nodes, seed }),
});

export function fileNetwork(file: string, coordinates: string | undefined, seed: number): Network {
  const name = basename(file).replace(/\.(roads|(gr|osm|geojson|json)(\.gz)?|osm\.pbf|pbf)$/i, "");
  if (/\.roads$/i.test(file)) return { name, load: async () => shuffled((await openRoads(file)).graph, seed) };
  if (/\.gr(\.gz)?$/i.test(file)) return { name, load: () => loadDimacs(file, coordinates) };
  return { name, load: async () => (await buildRoadGraph(await openOsmSource(file))).roads };
}

async function loadDimacs(file: string, coordinates: string | undefined): Promise<RoadGraph> {
  const dimacsFile = (path: string) => ({ name: basename(path), bytes: () => fileChunks(path, "invalid-dimacs") });
  const built = await readDimacs({
    graph: dimacsFile(file),
    coordinates: coordinates === undefined ? undefined : dimacsFile(coordinates),
  });
  return built.roads;
}

/** A roads file has lost its source's numbering for one by rank, which would flatter the ordering of its nodes. */
function shuffled(roads: RoadGraph, seed: number): RoadGraph {
  const order = Int32Array.from({ length: roads.nodeCount }, (_, v) => v);
  const random = new SeededRandom(seed);
  for (let i = order.length - 1; i > 0; i--) {
    const j = random.integer(i + 1);
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return renumberRoadGraph(roads, order);
}
