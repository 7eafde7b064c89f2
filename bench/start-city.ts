import { join } from "node:path";
import { buildRoadGraph, DiversionRouter, HospitalDirectory, indexRoads, type Position } from "../src/index";
import { openRoads, writeRoads } from "../src/node/index";
import type { City } from "./networks";

const NOTICE = "© OpenStreetMap contributors, Open Database Licence 1.0";

/** Builds the city's roads file, opens it again, and puts its tagged EDs on it. */
export async function cityRouter(
  city: City,
  folder: string,
): Promise<{ router: DiversionRouter; location: Position; file: string; bytes: number }> {
  const { roads: graph, report } = await buildRoadGraph(city.roads);
  const file = join(folder, `${city.name.toLowerCase()}.roads`);
  const built = indexRoads(graph, {
    source: city.name,
    notice: NOTICE,
    profile: "blue-light",
    snapLimitMetres: 1000,
    report: { ...report },
  });
  const bytes = await writeRoads(file, built);
  const roads = await openRoads(file);
  const hospitals = HospitalDirectory.parse(
    city.hospitals
      .filter(({ emergency }) => emergency)
      .map(({ id, name, location }) => ({ id: id.replace("/", "-"), name, location: [...location] })),
  );
  const { west, south, east, north } = roads.bounds;
  return {
    router: new DiversionRouter({ roads, hospitals }),
    location: [Math.round(((west + east) / 2) * 1e4) / 1e4, Math.round(((south + north) / 2) * 1e4) / 1e4],
    file,
    bytes,
  };
}
