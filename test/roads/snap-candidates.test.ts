import { describe, expect, it } from "vitest";
import { longitudeScale, METRES_PER_DEGREE } from "../../src/core/geometry";
import { SeededRandom } from "../../src/core/random";
import type { Position } from "../../src/core/units";
import { openOsmSource } from "../../src/node/files/open-osm-source";
import { buildRoadGraph } from "../../src/roads/build/build-road-graph";
import { indexRoads } from "../../src/roads/index-roads";
import { defaultProfile } from "../../src/roads/profile/profile";
import type { RoadIndex } from "../../src/roads/road-index";
import { usableSegments } from "../../src/roads/snap/road-connections";
import { RoadNameMatcher } from "../../src/roads/snap/road-name-match";
import {
  OTHER_CARRIAGEWAY_TOLERANCE_METRES,
  OTHER_ROAD_TOLERANCE_METRES,
  type SnapCandidate,
} from "../../src/roads/snap/snap-candidates";
import { HALF_SPACING_KM, motorway } from "../support/motorway";
import { randomRoads } from "../support/random-roads";
import { needsSharedData, sharedData } from "../support/shared-data";
import { at } from "../support/small-county";

const roads = motorway();

const named = ({ road, bearings, point }: SnapCandidate): string =>
  `${road.ref || road.name || road.highway} ${bearings.join("/")} at ${Math.round(point.distanceMetres)} m`;

describe("snapCandidates", () => {
  it("names both carriageways, the nearer first, also of an incident exactly on one", () => {
    const eastbound = at(8, HALF_SPACING_KM);
    expect(roads.snapCandidates(eastbound).map(named)).toEqual(["M25 90 at 0 m", "M25 270 at 25 m"]);
    expect(roads.snapCandidates(at(8, -0.002)).map(named)).toEqual(["M25 270 at 10 m", "M25 90 at 14 m"]);
    expect(roads.snapCandidates(at(8, 0.03)).map(named)).toEqual(["M25 90 at 18 m", "M25 270 at 42 m"]);
  });

  it("keeps to the carriageway that a bearing fits, however near the other is", () => {
    const onEastbound = at(8, HALF_SPACING_KM);
    const headings = (bearingDegrees: number): unknown =>
      roads.snapCandidates(onEastbound, { bearingDegrees }).map(({ bearings }) => bearings);
    expect(headings(90)).toEqual([[90]]);
    expect(headings(270)).toEqual([[270]]);
    expect(headings(31)).toEqual([[90]]);
    expect(headings(29)).toEqual([]);
    expect(headings(0)).toEqual([]);
  });

  it("tells the two directions of a two-way road by the bearing, and means both without one", () => {
    const onOldRoad = at(8, 2);
    const [both] = roads.snapCandidates(onOldRoad);
    expect([both!.isOneWay, [...both!.bearings].sort(), both!.point.direction]).toEqual([false, [270, 90], undefined]);
    for (const bearingDegrees of [90, 270]) {
      const [one, ...others] = roads.snapCandidates(onOldRoad, { bearingDegrees });
      expect([one!.bearings, one!.point.direction === undefined, others]).toEqual([[bearingDegrees], false, []]);
    }
  });

  it("tells a bridge and a tunnel from the motorway by their level", () => {
    const bridge = at(12);
    expect(
      roads
        .snapCandidates(bridge)
        .map(({ road }) => road.ref || road.name)
        .sort(),
    ).toEqual(["M25", "M25", "Mill Lane"]);
    const on = (location: Position, layer: number): string[] =>
      roads.snapCandidates(location, { layer }).map(({ road }) => road.ref || road.name);
    expect(on(bridge, 1)).toEqual(["Mill Lane"]);
    expect(on(bridge, 0)).toEqual(["M25", "M25"]);
    expect(on(at(5), -1)).toEqual(["Low Lane"]);
    expect(on(at(5), 1)).toEqual([]);
  });

  it("gives a road in several pieces once, and no road at the junction whose end it only touches", () => {
    // Mill Lane is three pieces; Old Road passes its northern end.
    expect(roads.snapCandidates(at(12, 0.052)).map(({ road }) => road.name)).toEqual(["Mill Lane"]);
    expect(roads.snapCandidates(at(12, 2.01)).length).toBe(1);
    expect(roads.snapCandidates(at(12.001, 2.01)).map(({ road }) => road.name)).toEqual(["Old Road"]);
    expect(roads.snapCandidates(at(12.01, 1.995)).map(({ road }) => road.name)).toEqual(["Old Road", "Mill Lane"]);
  });

  it("tells a slip road from the motorway it runs beside", () => {
    expect(roads.snapCandidates(at(15.6, HALF_SPACING_KM + 0.008)).map(named)).toEqual([
      "motorway_link 90 at 2 m",
      "M25 90 at 8 m",
      "M25 270 at 33 m",
    ]);
  });

  it("puts roads of the name given first, and brings none in from beyond the tolerance", () => {
    const first = (location: Position, roadName: string): string =>
      named(roads.snapCandidates(location, { roadName })[0]!);
    expect(first(at(12, 0.005), "mill ln.")).toBe("Mill Lane 180/0 at 0 m");
    expect(first(at(12, 0.005), "M 25 clockwise")).toBe("M25 90 at 7 m");
    expect(first(at(12, 0.2), "M25")).toMatch(/^Mill Lane/);
    expect(roads.snapCandidates(at(12, 0.2), { roadName: "M25" })[0]!.nameScore).toBe(0);
    // A junction is on each of its roads.
    for (const roadName of ["Mill Lane", "A100"]) {
      expect(first(at(12, 2), roadName)).toMatch(roadName);
      expect(first(at(12, 2.01), roadName)).toMatch(roadName);
    }
    // On the bearing's carriageway, whatever is named besides.
    expect(named(roads.snapCandidates(at(12, 0.005), { roadName: "M25", bearingDegrees: 270 })[0]!)).toMatch(
      /^M25 270/,
    );
  });

  it("keeps to the limit, the maximum and what it may choose from", () => {
    expect(roads.snapCandidates(at(8, 0.5), { limitMetres: 400 })).toEqual([]);
    expect(roads.snapCandidates(at(8, HALF_SPACING_KM), { limitMetres: 20 }).length).toBe(1);
    expect(roads.snapCandidates(at(12), { maximum: 2 }).length).toBe(2);
    expect(roads.snapCandidates(at(8), { toleranceMetres: 0, carriagewayToleranceMetres: 0 }).length).toBe(2);
    expect(roads.snapCandidates(at(8, 0.001), { toleranceMetres: 0, carriagewayToleranceMetres: 0 }).length).toBe(1);
    const { segmentRoad } = roads.graph.columns;
    const accepts = (segment: number): boolean => roads.graph.roads[segmentRoad[segment]!]!.ref !== "M25";
    expect(roads.snapCandidates(at(12), { accepts }).map(({ road }) => road.name)).toEqual(["Mill Lane"]);
  });

  it.each([
    [{ toleranceMetres: -1 }, "toleranceMetres"],
    [{ bearingDegrees: 360 }, "bearingDegrees"],
    [{ bearingDegrees: Number.NaN }, "bearingDegrees"],
    [{ bearingToleranceDegrees: 181 }, "bearingToleranceDegrees"],
    [{ maximum: 0 }, "maximum"],
    [{ layer: 0.5 }, "layer"],
  ])("refuses %j", (options, field) => {
    expect(() => roads.snapCandidates(at(8), options)).toThrow(
      expect.objectContaining({ code: "invalid-argument", place: { field } }),
    );
  });
});

/** Distance of a segment and its direction where it is nearest, with every piece looked at. */
function nearestOfSegment(graph: RoadIndex["graph"], segment: number, [lon, lat]: Position): number {
  const scale = longitudeScale(lat);
  const points = graph
    .segmentPositions(segment)
    .map(([x, y]): [number, number] => [(x - lon) * scale * METRES_PER_DEGREE, (y - lat) * METRES_PER_DEGREE]);
  let best = Number.POSITIVE_INFINITY;
  for (let i = 0; i + 1 < points.length; i++) {
    const [[ax, ay], [bx, by]] = [points[i]!, points[i + 1]!];
    const length = (bx - ax) ** 2 + (by - ay) ** 2;
    const t = length === 0 ? 0 : Math.max(0, Math.min(1, -(ax * (bx - ax) + ay * (by - ay)) / length));
    best = Math.min(best, Math.hypot(ax + t * (bx - ax), ay + t * (by - ay)));
  }
  return best;
}

/**
 * What holds of the candidates of any location, told from every segment: the first is the nearest point; each is its
 * segment's nearest point and within a tolerance; and each segment within the tolerance for other roads is a candidate, or
 * touches one that is nearer.
 */
function requireSound(roads: RoadIndex, location: Position, usable: Uint8Array, label: string): number {
  const { graph } = roads;
  const { segmentTail, segmentHead } = graph.columns;
  const candidates = roads.snapCandidates(location, { maximum: 1000, limitMetres: 1e7 });
  const distances = Array.from(usable, (isUsable, s) =>
    isUsable === 1 ? nearestOfSegment(graph, s, location) : Number.POSITIVE_INFINITY,
  );
  const nearest = Math.min(...distances);
  expect(candidates[0]?.point, label).toEqual(roads.trySnap(location, 1e7));
  let last = 0;
  for (const { point } of candidates) {
    expect(Math.abs(point.distanceMetres - distances[point.segment]!), label).toBeLessThan(0.01);
    expect(point.distanceMetres, label).toBeLessThan(nearest + OTHER_CARRIAGEWAY_TOLERANCE_METRES + 0.01);
    expect(point.distanceMetres, label).toBeGreaterThanOrEqual(last);
    last = point.distanceMetres;
  }
  const chosen = new Set(candidates.map(({ point }) => point.segment));
  expect(chosen.size, label).toBe(candidates.length);
  const within = [...distances.keys()].filter((s) => distances[s]! < nearest + OTHER_ROAD_TOLERANCE_METRES - 0.01);
  const reachedFrom = new Set(chosen);
  for (let grew = true; grew; ) {
    grew = false;
    for (const s of within) {
      if (reachedFrom.has(s)) continue;
      const ends = [segmentTail[s], segmentHead[s]];
      if ([...reachedFrom].some((other) => ends.includes(segmentTail[other]) || ends.includes(segmentHead[other]))) {
        reachedFrom.add(s);
        grew = true;
      }
    }
  }
  expect(
    within.filter((s) => !reachedFrom.has(s)),
    label,
  ).toEqual([]);
  return candidates.length;
}

describe("snapCandidates beside every segment looked at", () => {
  it.each([1, 2, 3, 4])("leaves out nothing within the tolerance and brings in nothing beyond: seed %i", (seed) => {
    // Squeezed into a square of about 600 m, so that roads crowd.
    const graph = randomRoads(seed, 60, 150);
    for (const column of [graph.columns.nodeLon, graph.columns.shapeLon]) {
      column.forEach((value, i) => {
        column[i] = Math.round(value / 100);
      });
    }
    for (const column of [graph.columns.nodeLat, graph.columns.shapeLat]) {
      column.forEach((value, i) => {
        column[i] = 515_000_000 + Math.round((value - 515_000_000) / 100);
      });
    }
    const crowded = indexRoads(graph);
    const usable = usableSegments(crowded.graph);
    const random = new SeededRandom(seed);
    let several = 0;
    for (let i = 0; i < 200; i++) {
      const location: Position = [random.between(-0.006, 0.006), random.between(51.495, 51.505)];
      if (requireSound(crowded, location, usable, `seed ${seed}, question ${i}`) > 1) several++;
    }
    expect(several).toBeGreaterThan(20);
  });

  it("does so around the motorway", () => {
    const usable = usableSegments(roads.graph);
    const seed = 5;
    const random = new SeededRandom(seed);
    for (let i = 0; i < 300; i++) {
      const location = at(random.between(-0.1, 20.1), random.between(-0.06, 0.06));
      requireSound(roads, location, usable, `seed ${seed}, question ${i}`);
    }
  });
});

describe.skipIf(sharedData("osm/monaco.osm.pbf") === undefined)(
  `snapCandidates in Monaco beside every segment looked at ${needsSharedData}`,
  () => {
    it("leaves out nothing within the tolerance and brings in nothing beyond", async () => {
      const source = await openOsmSource(sharedData("osm/monaco.osm.pbf")!);
      const monaco = indexRoads((await buildRoadGraph(source, { profile: defaultProfile() })).roads);
      const usable = usableSegments(monaco.graph);
      const { west, east, south, north } = monaco.bounds;
      const seed = 9;
      const random = new SeededRandom(seed);
      const counts = new Set<number>();
      for (let i = 0; i < 60; i++) {
        const location: Position = [random.between(west, east), random.between(south, north)];
        counts.add(requireSound(monaco, location, usable, `seed ${seed}, question ${i}`));
      }
      expect(counts.size).toBeGreaterThan(2);
    });
  },
);

describe("RoadNameMatcher", () => {
  const road = (name: string, ref = ""): Parameters<RoadNameMatcher["score"]>[0] => ({
    name,
    ref,
    highway: "road",
    junction: "",
    destination: "",
    exit: "",
    layer: 0,
  });
  it.each([
    ["M25", road("", "M25"), 2],
    ["m 25 anticlockwise", road("London Orbital Motorway", "M25"), 2],
    ["A1060 Roxwell Road", road("Roxwell Road", "A1060"), 4],
    ["roxwell rd", road("Roxwell Road", "A1060"), 2],
    ["Roxwell", road("Roxwell Road", "A1060"), 1],
    ["A1060", road("Rainsford Road", "A1060"), 2],
    ["A106", road("Roxwell Road", "A1060"), 0],
    ["A1(M)", road("", "A1"), 0],
    ["A1 (M)", road("", "A1(M)"), 2],
    ["A14", road("", "A1;A14"), 2],
    ["St John's Street", road("Saint Johns St"), 2],
    ["Rue de l'eglise", road("Rue de l’Église"), 2],
    ["High Street", road("Higham Street"), 0],
    ["anything", road(""), 0],
    ["!", road("", ""), 0],
  ])("compares %s with %j", (text, names, score) => {
    expect(new RoadNameMatcher(text).score(names)).toBe(score);
  });
});
