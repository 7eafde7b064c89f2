import { describe, expect, it } from "vitest";
import { SeededRandom } from "../../src/core/random";
import { Drives } from "../../src/diversion/drives/drives";
import { RoadReach, type RoadSearch } from "../../src/diversion/drives/road-reach";
import { HospitalDirectory } from "../../src/hospitals/directory/directory";
import { indexRoads } from "../../src/roads/index-roads";
import { DIJKSTRA_ENGINE } from "../../src/shortest-path/dijkstra/dijkstra-engine";
import { randomRoads } from "../support/random-roads";

const SNAP_LIMIT_METRES = 200_000;

/** Searches from many places on random roads with hospitals on them, none of it at the nodes. */
function world(seed: number) {
  const random = new SeededRandom(seed);
  const roads = indexRoads(randomRoads(seed, 150, 420), { snapLimitMetres: SNAP_LIMIT_METRES });
  const { graph } = roads;
  const place = (): [number, number] => {
    const [a, b] = graph.segmentPositions(random.integer(graph.segmentCount));
    const share = random.next();
    return [a![0] + share * (b![0] - a![0]), a![1] + share * (b![1] - a![1])];
  };
  const hospitals = HospitalDirectory.parse(
    Array.from({ length: 15 }, (_, i) => ({ id: `H${i}`, name: `H${i}`, location: place() })),
  );
  const drives = new Drives({ roads, hospitals, snapLimitMetres: SNAP_LIMIT_METRES, engine: DIJKSTRA_ENGINE });
  const sitesAt = (epochMs: number) => {
    drives.moveTo(epochMs);
    return drives.sites;
  };
  const reach = new RoadReach(roads, sitesAt, 0);
  const places = Array.from({ length: 80 }, () => ({ location: place(), count: 1 + random.integer(4) }));
  /** The nearest hospitals of a place, and the search that found them. */
  const search = ({ location, count }: (typeof places)[number]): { search: RoadSearch; found: string[] } => {
    const departure = drives.departureFrom({ location });
    const cursor = drives.open(departure);
    const found: string[] = [];
    let horizonMs = Number.POSITIVE_INFINITY;
    while (cursor.next()) {
      if (found.length >= count && cursor.milliseconds > horizonMs) break;
      found.push(`${cursor.target} in ${cursor.milliseconds}`);
      if (found.length === count) horizonMs = cursor.milliseconds;
    }
    return { search: { departure, horizonMs }, found };
  };
  return { random, roads, reach, places, search };
}

describe("RoadReach", () => {
  it.each([1, 2, 3, 4, 5, 6])("never calls a search unaffected that comes out otherwise: seed %i", (seed) => {
    const { random, roads, reach, places, search } = world(seed);
    const count = { affected: 0, changed: 0, asked: 0 };
    let before = places.map(search);
    for (let change = 0; change < 40; change++) {
      const edges = Array.from({ length: 1 + random.integer(4) }, () => random.integer(roads.graph.edgeCount));
      const kind = random.integer(3);
      if (kind === 0 && roads.closures.length > 0) roads.reopen(random.pick(roads.closures).id);
      else if (kind === 1) roads.setSpeed({ edges, factor: 0.3, reason: "ice" });
      else roads.close({ segments: edges.map((edge) => roads.graph.columns.keyOfEdge[edge]! >> 1), reason: "flood" });
      const isAffected = reach.moveTo(
        change,
        before.map((one) => one.search),
      );
      const after = places.map(search);
      for (const [i, { search, found }] of before.entries()) {
        const isOther = String(found) !== String(after[i]!.found);
        const isTold = isAffected?.(search) === true;
        count.asked++;
        if (isTold) count.affected++;
        if (isOther) count.changed++;
        expect(isOther && !isTold, `change ${change}, place ${i}: ${found} became ${after[i]!.found}`).toBe(false);
      }
      before = after;
    }
    // The test would say little if nothing ever changed, or all were always called affected.
    expect(count.changed).toBeGreaterThan(50);
    expect(count.affected).toBeLessThan(0.9 * count.asked);
  });

  it("says nothing when nothing changed", () => {
    const { roads, reach } = world(7);
    expect(reach.moveTo(0, [])).toBeUndefined();
    roads.close({ edges: [0], from: "1970-01-01T00:00:10Z", reason: "flood" });
    expect(reach.moveTo(9_999, [])).toBeUndefined();
    expect(reach.moveTo(10_000, [])).toBeDefined();
    expect(reach.moveTo(20_000, [])).toBeUndefined();
  });
});
