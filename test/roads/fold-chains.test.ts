import fc from "fast-check";
import { expect, it } from "vitest";
import { distanceMetres } from "../../src/core/geometry";
import { buildRoadGraph } from "../../src/roads/build/build-road-graph";
import { defaultProfile } from "../../src/roads/profile/profile";
import { WayEvaluator } from "../../src/roads/profile/way-evaluator";
import { type OsmFixture, osmFixture } from "../support/osm-fixture";
import { allPairsMilliseconds, brokenInvariants, placeOf } from "../support/road-fixtures";

/** Few points and few kinds of road, so that chains, loops, spurs, doubled streets and crossings all turn up. */
const network: fc.Arbitrary<OsmFixture> = fc.record({
  nodes: fc.constant(
    Object.fromEntries(
      Array.from({ length: 12 }, (_, i) => [4_294_967_000 + i * 77, [(i % 4) / 100, 51 + i / 1000] as const]),
    ),
  ),
  ways: fc.array(
    fc.record({
      nodes: fc.array(
        fc.integer({ min: 0, max: 11 }).map((i) => 4_294_967_000 + i * 77),
        { minLength: 2, maxLength: 6 },
      ),
      tags: fc.constantFrom<Record<string, string>>(
        { highway: "residential" },
        { highway: "residential" },
        { highway: "residential", oneway: "yes" },
        { highway: "residential", oneway: "-1" },
        { highway: "residential", "maxspeed:forward": "20" },
        { highway: "residential", "maxspeed:backward": "20" },
      ),
    }),
    { minLength: 1, maxLength: 7 },
  ),
});

/** Travel times between all points with nothing folded and nothing rounded, by Floyd and Warshall. */
function unfoldedTimes({ nodes, ways }: OsmFixture): { times: Map<string, Map<string, number>>; metres: number } {
  const evaluator = new WayEvaluator(defaultProfile());
  const places = Object.values(nodes).map((position) => position.join(","));
  const times = new Map(
    places.map((a) => [a, new Map(places.map((b) => [b, a === b ? 0 : Number.POSITIVE_INFINITY]))]),
  );
  let metres = 0;
  for (const way of ways) {
    const use = evaluator.evaluate(new Map(Object.entries(way.tags ?? {})));
    if (typeof use !== "object") throw new Error("every way of this test is drivable");
    for (let i = 1; i < way.nodes.length; i++) {
      const [a, b] = [nodes[way.nodes[i - 1]!]!, nodes[way.nodes[i]!]!];
      const length = distanceMetres(a, b);
      metres += length;
      const offer = (from: string, to: string, kmh: number): void => {
        if (kmh > 0) times.get(from)!.set(to, Math.min(times.get(from)!.get(to)!, (length * 3600) / kmh));
      };
      offer(a.join(","), b.join(","), use.forwardKmh);
      offer(b.join(","), a.join(","), use.backwardKmh);
    }
  }
  for (const via of places)
    for (const a of places)
      for (const b of places) {
        const sum = times.get(a)!.get(via)! + times.get(via)!.get(b)!;
        if (sum < times.get(a)!.get(b)!) times.get(a)!.set(b, sum);
      }
  return { times, metres };
}

it("leaves travel times, reachability and total length as they were", async () => {
  await fc.assert(
    fc.asyncProperty(network, async (fixture) => {
      fc.pre(fixture.ways.some((way) => new Set(way.nodes).size > 1));
      const { roads, report } = await buildRoadGraph(osmFixture(fixture));
      expect(brokenInvariants(roads)).toEqual([]);
      const folded = allPairsMilliseconds(roads);
      const { times, metres } = unfoldedTimes(fixture);
      for (let a = 0; a < roads.nodeCount; a++) {
        for (let b = 0; b < roads.nodeCount; b++) {
          const exact = times.get(placeOf(roads, a))!.get(placeOf(roads, b))!;
          const found = folded[a]![b]!;
          // Each edge of a path is rounded to the millisecond once; INFINITE_MS is beyond any finite time here.
          if (exact === Number.POSITIVE_INFINITY) expect(found).toBeGreaterThan(1e9);
          else expect(Math.abs(found - exact)).toBeLessThanOrEqual(0.5 * roads.nodeCount);
        }
      }
      // Kilometres are reported to the metre, from segments rounded to the centimetre.
      expect(Math.abs(report.kilometres * 1000 - metres)).toBeLessThanOrEqual(0.5 + 0.005 * roads.segmentCount + 1e-6);
    }),
    { numRuns: 400, seed: 20170515 },
  );
});

it("leaves no node that could still be folded", async () => {
  await fc.assert(
    fc.asyncProperty(network, async (fixture) => {
      fc.pre(fixture.ways.some((way) => new Set(way.nodes).size > 1));
      const { roads } = await buildRoadGraph(osmFixture(fixture));
      const { segmentTail, segmentHead, segmentCentimetres } = roads.columns;
      const ends = Array.from({ length: roads.nodeCount }, () => [] as { segment: number; atTail: boolean }[]);
      for (let segment = 0; segment < roads.segmentCount; segment++) {
        ends[segmentTail[segment]!]!.push({ segment, atTail: true });
        ends[segmentHead[segment]!]!.push({ segment, atTail: false });
      }
      const kmh = (segment: number, isBackward: boolean): number =>
        Math.round(
          (segmentCentimetres[segment]! * 36) / roads.segmentMilliseconds(segment, isBackward ? "backward" : "forward"),
        );
      for (const [a, b, ...more] of ends) {
        if (a === undefined || b === undefined || more.length > 0 || a.segment === b.segment) continue;
        const through = [kmh(a.segment, a.atTail), kmh(b.segment, !b.atTail)];
        const back = [kmh(a.segment, !a.atTail), kmh(b.segment, b.atTail)];
        expect([through[0] === through[1], back[0] === back[1]]).not.toEqual([true, true]);
      }
    }),
    { numRuns: 400, seed: 20170516 },
  );
});

it("is deterministic to the byte", async () => {
  await fc.assert(
    fc.asyncProperty(network, async (fixture) => {
      fc.pre(fixture.ways.some((way) => new Set(way.nodes).size > 1));
      const first = await buildRoadGraph(osmFixture(fixture));
      const second = await buildRoadGraph(osmFixture(fixture));
      expect(second.roads.columns).toEqual(first.roads.columns);
    }),
    { numRuns: 50, seed: 20170517 },
  );
});
