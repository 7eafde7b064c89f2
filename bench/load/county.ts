import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { SeededRandom } from "../../src/core/random";
import type { Position } from "../../src/core/units";
import { HospitalDirectory } from "../../src/hospitals/directory/directory";
import { buildRoads, openRoads, writeRoads } from "../../src/node/files/roads-files";
import { indexRoads } from "../../src/roads/index-roads";
import type { RoadIndex } from "../../src/roads/road-index";
import { fileNetwork, syntheticNetwork } from "../suite/networks";
import type { LoadArguments } from "./arguments";

/** Roads and EDs on disk, for the server, and in memory, for the questions and for what judges the answers. */
export interface County {
  readonly name: string;
  readonly roadsFile: string;
  readonly hospitalsFile: string;
  readonly closuresFile: string;
  readonly statusFile: string;
  readonly hospitals: HospitalDirectory;
  /** Opens the roads anew, with no closure. */
  openRoads(): Promise<RoadIndex>;
}

type CountyOptions = Pick<LoadArguments, "roads" | "coordinates" | "size" | "name" | "eds" | "seed">;

/** @param folder where the files go. */
export async function makeCounty(options: CountyOptions, folder: string): Promise<County> {
  const { roads: file, coordinates, size, eds, seed } = options;
  const network = file === undefined ? syntheticNetwork(size, seed) : fileNetwork(file, coordinates, seed);
  let roadsFile = join(folder, "load.roads");
  if (file !== undefined && /\.roads$/i.test(file)) roadsFile = file;
  else {
    const index =
      file === undefined ? indexRoads(await network.load()) : await buildRoads(file, coordinatesOf(coordinates));
    await writeRoads(roadsFile, index);
  }
  const hospitals = seededHospitals(await openRoads(roadsFile), eds, seed);
  const hospitalsFile = join(folder, "hospitals.json");
  writeFileSync(hospitalsFile, JSON.stringify(hospitals));
  const closuresFile = join(folder, "closures.geojson");
  writeFileSync(closuresFile, '{"type":"FeatureCollection","features":[]}\n');
  return {
    name: options.name ?? network.name,
    roadsFile,
    hospitalsFile,
    closuresFile,
    statusFile: join(folder, "status.log"),
    hospitals,
    openRoads: () => openRoads(roadsFile),
  };
}

const coordinatesOf = (coordinates: string | undefined) => (coordinates === undefined ? {} : { coordinates });

/** Every second one a trauma unit, every third for strokes, every twelfth a major trauma centre; waits of 0 to 15 min. */
function seededHospitals(roads: RoadIndex, count: number, seed: number): HospitalDirectory {
  const random = new SeededRandom(seed);
  return HospitalDirectory.parse(
    Array.from({ length: count }, (_, i) => ({
      id: `H${String(i).padStart(4, "0")}`,
      name: `Hospital ${i}`,
      location: placeOnRoads(roads, random),
      handoverMinutes: 5 * (i % 4),
      capabilities: [
        ...(i % 2 === 0 ? ["trauma"] : []),
        ...(i % 3 === 0 ? ["stroke"] : []),
        ...(i % 12 === 0 ? ["major-trauma"] : []),
      ],
    })),
  );
}

/** Where a node is: as dense as the network itself. */
export function placeOnRoads({ graph }: RoadIndex, random: SeededRandom): Position {
  const [lon, lat] = graph.nodePosition(random.integer(graph.nodeCount));
  return [lon, lat];
}
