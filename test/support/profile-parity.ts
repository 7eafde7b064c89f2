import { SeededRandom } from "../../src/core/random";
import { INFINITE_MS, type Position } from "../../src/core/units";
import { type BuiltRoads, buildRoadGraph } from "../../src/roads/build/build-road-graph";
import { indexRoads } from "../../src/roads/index-roads";
import type { VehicleProfile } from "../../src/roads/profile/profile";
import type { RoadIndex } from "../../src/roads/road-index";
import { arrivalAccessPoints, departureAccessPoints, directDrive } from "../../src/roads/snap/road-point";
import type { OsmSource } from "../../src/roads/sources/osm-source";
import { verifyTurns } from "../../src/roads/verify-turns";
import type { EngineChoice } from "../../src/shortest-path/engine";

/** The index of a road graph built for several profiles. */
export function indexOf({ roads, report, profileReports }: BuiltRoads): RoadIndex {
  const profiles = profileReports?.map((own) => ({ name: own.profile!, report: { ...own } }));
  return indexRoads(roads, {
    profile: report.profile!,
    report: { ...report },
    ...(profiles === undefined ? {} : { profiles }),
  });
}

export interface Parity {
  /** Where roads built for several profiles answer otherwise than roads built for one of them alone. */
  readonly faults: string[];
  /** Times compared that were not "no way" on both sides. */
  compared: number;
}

/** What of a report must not depend on which other profiles the roads serve. */
const ownShare = (report: BuiltRoads["report"]): string => {
  // More turns are told apart where profiles differ, so copies of nodes and their edges may be more.
  const { nodeCopies: _, edges: __, components: ___, largestComponentShare: ____, ...rest } = report;
  return JSON.stringify(rest);
};

export interface ParityOptions {
  readonly seed: number;
  readonly origins: number;
  readonly engines: readonly EngineChoice[];
  /** Where drives begin and end. Default: near any node, beside the roads. */
  readonly places?: readonly Position[];
}

/**
 * Builds roads for all profiles in one, and for each alone; then holds the one to the others: snapping, the order of
 * the nearest targets, the time to each of them, and what was counted.
 */
export async function profileParity(
  source: OsmSource,
  profiles: readonly VehicleProfile[],
  { seed, origins, engines, places }: ParityOptions,
): Promise<Parity> {
  const parity: Parity = { faults: [], compared: 0 };
  const built = await buildRoadGraph(source, { profiles });
  const together = indexOf(built);
  for (const [number, profile] of profiles.entries()) {
    const single = await buildRoadGraph(source, { profile });
    const alone = indexOf(single);
    const shared = together.withProfile(profile.name);
    const fault = (text: string): void => void parity.faults.push(`seed ${seed}, ${profile.name}: ${text}`);
    const [own, expected] = [ownShare(built.profileReports![number]!), ownShare(single.report)];
    if (own !== expected) fault(`the report is ${own}, alone ${expected}`);
    const { difference } = verifyTurns(shared.graph);
    if (difference !== undefined) fault(difference);

    const random = new SeededRandom(seed);
    const somewhere = (): Position => {
      if (places !== undefined) return random.pick(places);
      const [lon, lat] = alone.graph.nodePosition(random.integer(alone.graph.nodeCount));
      return [lon + random.between(-0.001, 0.001), lat + random.between(-0.001, 0.001)];
    };
    const ends = Array.from({ length: 25 }, somewhere);
    for (const engine of engines) {
      const answersOf = answerer(shared, engine, ends);
      const expectedOf = answerer(alone, engine, ends);
      for (let trial = 0; trial < origins; trial++) {
        const from = somewhere();
        const [found, right] = [answersOf(from), expectedOf(from)];
        if (found.text !== right.text) {
          fault(`${engine}, from ${from}, trial ${trial}: ${found.text} instead of ${right.text}`);
        }
        parity.compared += right.reached;
      }
    }
  }
  return parity;
}

/** Where a location is on the roads, and all there is to say of the drives from there to each of the ends. */
function answerer(roads: RoadIndex, name: EngineChoice, ends: readonly Position[]) {
  const { graph, weights } = roads;
  const points = ends.map((end) => roads.trySnap(end));
  const targets = points.map((point) => (point === undefined ? [] : arrivalAccessPoints(graph, weights, point)));
  const engine = roads.createEngine(name, targets);
  return (from: Position): { text: string; reached: number } => {
    const point = roads.trySnap(from);
    if (point === undefined) return { text: "off these roads", reached: 0 };
    const direct = points.flatMap((to, target) => {
      const drive = to === undefined ? undefined : directDrive(graph, weights, point, to);
      return drive === undefined ? [] : [{ target, milliseconds: drive.milliseconds }];
    });
    const origin = { accessPoints: departureAccessPoints(graph, weights, point), direct };
    const times = engine.oneToMany(origin);
    const nearest = engine.nearest(origin, { k: 4, accepts: (target) => target % 3 !== 0 });
    const where = `${point.position} at ${point.distanceMetres.toFixed(3)} m`;
    const reached = times.reduce((count, time) => count + Number(time < INFINITE_MS), 0);
    return { text: `${where}: ${times.join()}; ${nearest.map(({ target }) => target).join()}`, reached };
  };
}
