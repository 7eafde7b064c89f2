import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fromFixedDegrees, toFixedDegrees } from "../../src/core/units";
import { buildRoadGraph } from "../../src/roads/build/build-road-graph";
import type { LooseEnds } from "../../src/roads/build/loose-ends";
import { type FixtureWay, osmFixture } from "../support/osm-fixture";

type Nodes = Readonly<Record<number, readonly [number, number]>>;

const looseEndsOf = async (nodes: Nodes, ways: readonly FixtureWay[], nodeTags = {}): Promise<LooseEnds> =>
  (await buildRoadGraph(osmFixture({ nodes, ways, nodeTags }))).report.looseEnds;

/** The main road runs east; a lane comes from the north to its middle, where it has no node of its own. */
const T: Nodes = { 1: [0, 51], 2: [0.01, 51], 3: [0.005, 51.01], 4: [0.005, 51] };
const main: FixtureWay = { id: 10, nodes: [1, 2], tags: { highway: "primary" } };
const lane: FixtureWay = { id: 20, nodes: [3, 4], tags: { highway: "residential" } };

describe("ends of roads that lie on another road", () => {
  it("are told with both roads and the place", async () => {
    expect(await looseEndsOf(T, [main, lane])).toEqual({
      count: 1,
      examples: [{ location: [0.005, 51], way: 20, on: 10 }],
    });
  });

  it.each<[string, Nodes, readonly FixtureWay[], number]>([
    ["a node in common", T, [{ ...main, nodes: [1, 4, 2] }, lane], 0],
    ["half a metre off, by rounding", { ...T, 4: [0.005, 51.000004] }, [main, lane], 1],
    ["a road that ends a metre and a half short", { ...T, 4: [0.005, 51.000014] }, [main, lane], 0],
    ["a lane on a bridge over it", T, [main, { ...lane, tags: { highway: "residential", bridge: "yes" } }], 0],
    ["both on the same bridge", T, [main, lane].map((way) => ({ ...way, tags: { ...way.tags, layer: "1" } })), 1],
    ["a footway, which is not driven", T, [main, { ...lane, tags: { highway: "footway" } }], 0],
    ["a ferry that ends on the quay", T, [main, { ...lane, tags: { route: "ferry" } }], 0],
    ["a crossing in the middle of both", { ...T, 4: [0.005, 50.99] }, [main, lane], 0],
    ["two ends in one place, without a common node", { ...T, 4: [0.01, 51] }, [main, lane], 2],
    [
      "a way that ends on its own beginning",
      { 1: [0, 51], 2: [0.01, 51], 3: [0.01, 51.01], 4: [0, 51.01], 5: [0.003, 51] },
      [{ ...main, nodes: [1, 2, 3, 4, 5] }],
      1,
    ],
  ])("%s", async (_, nodes, ways, count) => {
    expect((await looseEndsOf(nodes, ways)).count).toBe(count);
  });

  it("are none at a shut barrier, where the road goes on behind it", async () => {
    const nodeTags = { 4: { barrier: "bollard" } };
    expect((await looseEndsOf(T, [{ ...main, nodes: [1, 4, 2] }], nodeTags)).count).toBe(0);
  });

  it("are none where the extract ends", async () => {
    const { 4: _, ...cut } = T;
    expect((await looseEndsOf({ ...cut, 5: [0.005, 51] }, [main, { ...lane, nodes: [3, 5, 4] }])).count).toBe(0);
  });

  it("are counted all and named five", async () => {
    const nodes: Record<number, [number, number]> = { 1: [0, 51], 2: [0.2, 51] };
    const lanes = Array.from({ length: 12 }, (_, i): FixtureWay => {
      nodes[10 + i] = [0.01 * (i + 1), 51];
      nodes[30 + i] = [0.01 * (i + 1), 51.01];
      return { id: 100 + i, nodes: [30 + i, 10 + i], tags: { highway: "residential" } };
    });
    const { count, examples } = await looseEndsOf(nodes, [main, ...lanes]);
    expect(count).toBe(12);
    expect(examples.map(({ way }) => way)).toEqual([100, 101, 102, 103, 104]);
  });

  it("are found wherever and however long the road is", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          lon: fc.double({ min: -179, max: 179, noNaN: true }),
          lat: fc.double({ min: -85, max: 85, noNaN: true }),
          east: fc.double({ min: -0.3, max: 0.3, noNaN: true }),
          north: fc.double({ min: -0.3, max: 0.3, noNaN: true }),
          share: fc.double({ min: 0.01, max: 0.99, noNaN: true }),
        }),
        async ({ lon, lat, east, north, share }) => {
          fc.pre(Math.abs(east) + Math.abs(north) > 0.001);
          const on = (part: number): [number, number] => [
            fromFixedDegrees(toFixedDegrees(lon + east * part) + 0),
            fromFixedDegrees(toFixedDegrees(lat + north * part) + 0),
          ];
          const away: [number, number] = [on(share)[0] - north / 3, on(share)[1] + east / 3];
          const nodes = { 1: on(0), 2: on(1), 3: away, 4: on(share) };
          expect((await looseEndsOf(nodes, [main, lane])).examples).toEqual([{ location: nodes[4], way: 20, on: 10 }]);
        },
      ),
      { numRuns: 100 },
    );
  });
});
