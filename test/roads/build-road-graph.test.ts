import { describe, expect, it } from "vitest";
import { DiversionError } from "../../src/core/errors";
import { distanceMetres } from "../../src/core/geometry";
import { buildRoadGraph } from "../../src/roads/build/build-road-graph";
import { NAMELESS_ROAD } from "../../src/roads/graph/assemble-road-graph";
import type { RoadGraph } from "../../src/roads/graph/road-graph";
import { parseProfile } from "../../src/roads/profile/profile";
import { NO_TURN_RESTRICTIONS } from "../../src/roads/turns/turn-restrictions";
import { osmFixture } from "../support/osm-fixture";
import { brokenInvariants, buildOnLine, lineOfNodes } from "../support/road-fixtures";

/** Each segment as `tail>head` in thousandths of a degree east, with the directions driven. */
const segmentsOf = (roads: RoadGraph): string[] => {
  const c = roads.columns;
  const place = (node: number): number => Math.round(roads.nodePosition(node)[0] * 1000) + 1;
  return Array.from({ length: roads.segmentCount }, (_, s) => {
    const forward = c.segmentForwardEdge[s]! >= 0;
    const backward = c.segmentBackwardEdge[s]! >= 0;
    const sign = forward && backward ? "=" : forward ? ">" : "<";
    return `${place(c.segmentTail[s]!)}${sign}${place(c.segmentHead[s]!)}`;
  });
};

const waysOf = (roads: RoadGraph, segment: number): number[] => {
  const { segmentFirstWay, wayId } = roads.columns;
  return [...wayId.subarray(segmentFirstWay[segment], segmentFirstWay[segment + 1])];
};

const LENGTH_OF_STEP = distanceMetres([0, 51], [0.001, 51]);

describe("folding", () => {
  it("makes one segment of a way without junctions, with its points, length and time", async () => {
    const { roads } = await buildOnLine([{ nodes: [1, 2, 3, 4], tags: { highway: "residential", maxspeed: "36" } }]);
    expect(segmentsOf(roads)).toEqual(["1=4"]);
    expect(roads.segmentPositions(0)).toEqual([
      [0, 51],
      [0.001, 51],
      [0.002, 51],
      [0.003, 51],
    ]);
    expect(roads.columns.segmentCentimetres[0]).toBe(Math.round(LENGTH_OF_STEP * 3 * 100));
    // 36 km/h is 10 m/s.
    expect([...roads.columns.edgeMilliseconds]).toEqual(Array(2).fill(Math.round(LENGTH_OF_STEP * 3 * 100)));
    expect(brokenInvariants(roads)).toEqual([]);
  });

  it("cuts at a junction in the middle of a way", async () => {
    const { roads } = await buildOnLine([{ nodes: [1, 2, 3] }, { nodes: [2, 4] }]);
    expect(segmentsOf(roads)).toEqual(["1=2", "2=3", "2=4"]);
  });

  it("joins ways of the same attributes end to end, whichever way round they are drawn", async () => {
    const { roads } = await buildOnLine([
      { id: 7, nodes: [1, 2] },
      { id: 8, nodes: [3, 2] },
      { id: 9, nodes: [3, 4] },
    ]);
    expect(segmentsOf(roads)).toEqual(["1=4"]);
    expect(waysOf(roads, 0)).toEqual([7, 8, 9]);
  });

  it("joins one-way pieces that run on, also when one is drawn backwards", async () => {
    const residential = { highway: "residential" };
    const { roads } = await buildOnLine([
      { nodes: [1, 2], tags: { ...residential, oneway: "yes" } },
      { nodes: [3, 2], tags: { ...residential, oneway: "-1" } },
    ]);
    expect(segmentsOf(roads)).toEqual(["1>3"]);
  });

  it.each([
    ["name", { highway: "residential", name: "High Street" }],
    ["number", { highway: "residential", ref: "A12" }],
    ["class", { highway: "tertiary" }],
    ["speed", { highway: "residential", maxspeed: "20" }],
    ["one-way", { highway: "residential", oneway: "yes" }],
    ["limit of one direction", { highway: "residential", "maxspeed:forward": "20" }],
  ])("keeps a node where the %s changes", async (_, tags) => {
    const { roads } = await buildOnLine([{ nodes: [1, 2] }, { nodes: [2, 3], tags }]);
    expect(roads.nodeCount).toBe(3);
    expect(roads.segmentCount).toBe(2);
  });

  it("does not join one-way pieces that meet head on", async () => {
    const tags = { highway: "residential", oneway: "yes" };
    const { roads } = await buildOnLine([
      { nodes: [1, 2], tags },
      { nodes: [3, 2], tags },
    ]);
    expect(segmentsOf(roads)).toEqual(["1>2", "3>2"]);
  });

  it("keeps one node of a loop without junctions, where its first way starts", async () => {
    const { roads, report } = await buildOnLine([{ nodes: [2, 3, 5, 2] }]);
    expect(segmentsOf(roads)).toEqual(["2=2"]);
    expect(roads.columns.segmentFirstShape[1]).toBe(2);
    expect(report.edges).toBe(2);
    expect(brokenInvariants(roads)).toEqual([]);
  });

  it("hangs a loop on its junction", async () => {
    const { roads } = await buildOnLine([{ nodes: [1, 2] }, { nodes: [3, 5, 2, 3] }]);
    expect(segmentsOf(roads)).toEqual(["1=2", "2=2"]);
    expect(brokenInvariants(roads)).toEqual([]);
  });

  it("keeps parallel roads apart", async () => {
    const { roads } = await buildOnLine([
      { nodes: [1, 2] },
      { nodes: [2, 3, 4] },
      { nodes: [2, 5, 4] },
      { nodes: [4, 6] },
    ]);
    expect(segmentsOf(roads)).toEqual(["1=2", "2=4", "2=4", "4=6"]);
    expect(brokenInvariants(roads)).toEqual([]);
  });

  it("takes a point repeated in a way once, and leaves out a way with a single point", async () => {
    const { roads, report } = await buildOnLine([
      { nodes: [1, 1, 2, 2, 3] },
      { nodes: [4, 4] },
      { nodes: [5] },
      { nodes: [] },
    ]);
    expect(segmentsOf(roads)).toEqual(["1=3"]);
    expect(report.waysNotDriven["too-short"]).toBe(3);
    expect(report.waysUsed).toBe(1);
  });
});

describe("times and lengths", () => {
  it("gives pieces without length one centimetre and one millisecond", async () => {
    const source = osmFixture({ nodes: { 1: [0, 51], 2: [0, 51] }, ways: [{ nodes: [1, 2] }] });
    const { roads } = await buildRoadGraph(source);
    expect([...roads.columns.segmentCentimetres]).toEqual([1]);
    expect([...roads.columns.edgeMilliseconds]).toEqual([1, 1]);
  });

  it("drives each direction at its own limit", async () => {
    const tags = { highway: "residential", "maxspeed:forward": "36", "maxspeed:backward": "18" };
    const { roads } = await buildOnLine([{ nodes: [1, 2], tags }]);
    expect(roads.segmentMilliseconds(0, "backward")).toBe(Math.round(LENGTH_OF_STEP * 200));
    expect(roads.segmentMilliseconds(0, "forward")).toBe(Math.round(LENGTH_OF_STEP * 100));
  });

  it("takes length_km for the length of the whole way, spread over its parts", async () => {
    const tags = { highway: "trunk", maxspeed: "36", length_km: "1.2" };
    const { roads } = await buildOnLine([{ nodes: [1, 2, 4], tags }, { nodes: [2, 5] }]);
    const { segmentCentimetres } = roads.columns;
    expect(segmentsOf(roads)).toEqual(["1=2", "2=4", "2=5"]);
    expect([...segmentCentimetres].slice(0, 2)).toEqual([40_000, 80_000]);
    expect(roads.segmentMilliseconds(0, "forward")).toBe(40_000);
  });

  it("does not mix a way of tagged length with its neighbour", async () => {
    const tags = { highway: "residential", length_km: "0.5" };
    const { roads } = await buildOnLine([
      { nodes: [1, 2], tags },
      { nodes: [2, 3], tags },
    ]);
    expect([...roads.columns.segmentCentimetres]).toEqual([50_000, 50_000]);
  });

  it("takes a ferry's duration for the whole crossing, in both directions", async () => {
    const { roads } = await buildOnLine([
      { nodes: [1, 3, 2], tags: { route: "ferry", duration: "00:20" } },
      { nodes: [2, 4] },
    ]);
    expect(roads.segmentMilliseconds(0, "forward")).toBe(1_200_000);
    expect(roads.segmentMilliseconds(0, "backward")).toBe(1_200_000);
    expect(roads.edgeRoad(roads.columns.segmentForwardEdge[0]!).highway).toBe("ferry");
  });

  it("keeps a ferry's one-way", async () => {
    const tags = { route: "ferry", duration: "20", oneway: "yes" };
    const { roads } = await buildOnLine([{ nodes: [1, 2], tags }]);
    expect(segmentsOf(roads)).toEqual(["1>2"]);
    expect([...roads.columns.edgeMilliseconds]).toEqual([1_200_000]);
  });

  it("drives a ferry whose far end is outside the extract at the speed of its class", async () => {
    const tags = { route: "ferry", duration: "10:00" };
    const { roads } = await buildOnLine([{ nodes: [1, 2, 99], tags }]);
    expect(roads.segmentMilliseconds(0, "forward")).toBe(Math.round((LENGTH_OF_STEP * 3600) / 12));
  });
});

describe("what a build reports", () => {
  it("splits ways at points the source does not hold, and counts them", async () => {
    const { roads, report } = await buildOnLine([{ nodes: [1, 2, 77, 3, 4] }, { nodes: [78, 5] }, { nodes: [5, 6] }]);
    expect(segmentsOf(roads)).toEqual(["1=2", "3=4", "5=6"]);
    expect(report).toMatchObject({ missingNodes: 2, waysCut: 2, waysUsed: 3 });
  });

  it("counts what was read, used, and left out and why", async () => {
    const { report } = await buildOnLine([
      { nodes: [1, 2, 3], tags: { highway: "primary", name: "High Street", maxspeed: "fast" } },
      { nodes: [1, 2], tags: { highway: "footway" } },
      { nodes: [1, 2], tags: { building: "yes" } },
      { nodes: [1, 2, 3, 1], tags: { highway: "service", area: "yes" } },
      { nodes: [1, 2], tags: { highway: "primary", motor_vehicle: "no" } },
      { nodes: [1, 2], tags: { highway: "primary", oneway: "reversible" } },
      { nodes: [7, 8] },
    ]);
    expect(report).toEqual({
      source: "fixture",
      profile: "blue-light",
      nodes: 4,
      nodeCopies: 0,
      segments: 2,
      edges: 4,
      kilometres: Math.round(LENGTH_OF_STEP * 3) / 1000,
      components: 2,
      largestComponentShare: 0.5,
      waysRead: 7,
      waysUsed: 2,
      waysNotDriven: { class: 1, area: 1, access: 1, reversible: 1, closed: 0, size: 0, "too-short": 0 },
      missingNodes: 0,
      waysCut: 0,
      turnRestrictions: NO_TURN_RESTRICTIONS,
      barriers: { shut: 0, delayed: 0, atJunctions: 0 },
      looseEnds: { count: 0, examples: [] },
      ignoredTags: [
        { key: "maxspeed", ways: 1, examples: ["fast"] },
        { key: "oneway", ways: 1, examples: ["reversible"] },
      ],
    });
    expect(JSON.parse(JSON.stringify(report))).toEqual(report);
  });

  it("refuses a source without a single drivable road, and says what to check", async () => {
    const build = buildOnLine([{ nodes: [1, 2], tags: { highway: "footway" } }]);
    await expect(build).rejects.toThrow(DiversionError);
    await expect(build).rejects.toMatchObject({ code: "empty-road-graph", place: { file: "fixture" } });
  });

  it("refuses a source whose every drivable way lies outside it", async () => {
    await expect(buildOnLine([{ nodes: [91, 92] }])).rejects.toMatchObject({ code: "empty-road-graph" });
  });

  it("names the roads once each; row 0 is the nameless road", async () => {
    const { roads } = await buildOnLine([
      { nodes: [1, 2], tags: { highway: "primary", name: "High Street", ref: "A1060" } },
      { nodes: [3, 4], tags: { highway: "primary", name: "High Street", ref: "A1060" } },
      { nodes: [5, 6], tags: { highway: "road" } },
    ]);
    expect(roads.roads).toEqual([
      NAMELESS_ROAD,
      { ...NAMELESS_ROAD, name: "High Street", ref: "A1060", highway: "primary" },
    ]);
    expect([...roads.columns.segmentRoad]).toEqual([1, 1, 0]);
  });

  it("tells its progress", async () => {
    const stages: string[] = [];
    const source = osmFixture({ nodes: lineOfNodes(3), ways: [{ nodes: [1, 2] }] });
    await buildRoadGraph(source, { onProgress: ({ stage }) => stages.push(stage) });
    expect(stages).toContain("folding roads");
  });
});

describe("sources of every kind of id", () => {
  it("keeps ids beyond 2^32 apart, and takes negative ones", async () => {
    const big = 2 ** 52;
    const source = osmFixture({
      nodes: { [big]: [0, 51], [big - 2 ** 32]: [0.001, 51], [-5]: [0.002, 51] },
      ways: [{ id: 2 ** 40, nodes: [big, big - 2 ** 32, -5] }],
    });
    const { roads } = await buildRoadGraph(source);
    expect(segmentsOf(roads)).toEqual(["1=3"]);
    expect(waysOf(roads, 0)).toEqual([2 ** 40]);
  });

  it("obeys the profile it is given", async () => {
    const profile = parseProfile({
      name: "tractor",
      vehicle: { heightMetres: 3, widthMetres: 2.5, lengthMetres: 6, weightTonnes: 6, maximumSpeedKmh: 40 },
      ferry: { boardingWaitSeconds: 0 },
      barriers: { kinds: {} },
      classes: { track: { speedKmh: 18 } },
      maxspeed: { use: "ignore", named: {} },
      access: { keys: ["access"], grantedBy: [], allowed: ["yes"], denied: ["no"] },
    });
    const source = osmFixture({
      nodes: lineOfNodes(4),
      ways: [{ nodes: [1, 2], tags: { highway: "track", maxspeed: "90" } }, { nodes: [3, 4] }],
    });
    const { roads, report } = await buildRoadGraph(source, { profile });
    expect(report.profile).toBe("tractor");
    expect(segmentsOf(roads)).toEqual(["1=2"]);
    expect(roads.segmentMilliseconds(0, "forward")).toBe(Math.round(LENGTH_OF_STEP * 200));
  });
});
