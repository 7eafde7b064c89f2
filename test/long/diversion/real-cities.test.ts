import { beforeAll, describe, expect, it } from "vitest";
import { astana, type City, gothenburg, montevideo } from "../../../bench/networks";
import { HospitalSites } from "../../../src/diversion/drives/hospital-sites";
import { HospitalDirectory } from "../../../src/hospitals/directory/directory";
import { buildRoadGraph } from "../../../src/roads/build/build-road-graph";
import { indexRoads } from "../../../src/roads/index-roads";
import type { RoadIndex } from "../../../src/roads/road-index";
import { verifyRoads } from "../../../src/roads/verify-roads";
import { DIJKSTRA_ENGINE } from "../../../src/shortest-path/dijkstra/dijkstra-engine";
import { REFERENCE_ENGINE } from "../../../src/shortest-path/dijkstra/reference-engine";
import type { EngineChoice, Target } from "../../../src/shortest-path/engine";

const SEED = 2017;

/** All that is tagged as a hospital in the city; Gothenburg's data has none, and seeded places stand in. */
function hospitalTargets(city: City, roads: RoadIndex): readonly Target[] | undefined {
  if (city.hospitals.length === 0) return undefined;
  const hospitals = HospitalDirectory.parse(
    city.hospitals.map(({ id, name, location }) => ({ id: id.replace("/", "-"), name, location: [...location] })),
  );
  const sites = new HospitalSites(roads, hospitals, 1000);
  expect(sites.offNetwork).toEqual([]);
  return sites.targets;
}

describe.each([
  ["Montevideo", montevideo, 35],
  ["Astana", astana, 33],
  ["Gothenburg", gothenburg, 0],
] as const)("%s, on its real streets and with its real hospitals", (_name, load, hospitals) => {
  let roads: RoadIndex;
  let city: City;
  beforeAll(async () => {
    city = await load();
    roads = indexRoads((await buildRoadGraph(city.roads)).roads);
  });

  it.each<[EngineChoice, number]>([
    ["cch", 120],
    [DIJKSTRA_ENGINE, 120],
    [REFERENCE_ENGINE, 8],
  ])("gives plain Dijkstra's answers by %s, from all open to none", (engine, samples) => {
    expect(city.hospitals.length).toBe(hospitals);
    const targets = hospitalTargets(city, roads);
    const verification = verifyRoads(roads, {
      engines: [engine],
      samples,
      seed: SEED,
      ...(targets === undefined ? {} : { targets }),
    });
    expect(verification.difference, `seed ${SEED}`).toBeUndefined();
    expect(verification.comparisons).toBeGreaterThanOrEqual(3 * samples);
  });
});
