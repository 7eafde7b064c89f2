import { describe, expect, it } from "vitest";
import { longitudeScale, METRES_PER_DEGREE } from "../../src/core/geometry";
import { SeededRandom } from "../../src/core/random";
import { INFINITE_MS, type Position } from "../../src/core/units";
import { HospitalSites } from "../../src/diversion/drives/hospital-sites";
import { HospitalDirectory } from "../../src/hospitals/directory/directory";
import { openOsmSource } from "../../src/node/files/open-osm-source";
import { buildRoadGraph } from "../../src/roads/build/build-road-graph";
import { RoadGraph } from "../../src/roads/graph/road-graph";
import { indexRoads } from "../../src/roads/index-roads";
import type { RoadIndex } from "../../src/roads/road-index";
import { RoadConnections } from "../../src/roads/snap/road-connections";
import { arrivalAccessPoints, departureAccessPoints, directDrive } from "../../src/roads/snap/road-point";
import type { RoadPoint } from "../../src/roads/snap/snap-index";
import { OsmXmlSource } from "../../src/roads/sources/osm-xml";
import { osmXml, textChunks } from "../support/osm-text";
import { randomRoads } from "../support/random-roads";
import { needsSharedData, sharedData } from "../support/shared-data";

/** Nodes joined to some others by edges that may be driven, backward or forward: plain search, edge by edge. */
function joined(graph: RoadGraph, from: Iterable<number>, way: "forward" | "backward"): ReadonlySet<number> {
  const next = new Map<number, number[]>();
  for (let tail = 0; tail < graph.nodeCount; tail++) {
    const { firstEdge, edgeHead, edgeMilliseconds } = graph.columns;
    for (let edge = firstEdge[tail]!; edge < firstEdge[tail + 1]!; edge++) {
      if (edgeMilliseconds[edge]! >= INFINITE_MS) continue;
      const [a, b] = way === "forward" ? [tail, edgeHead[edge]!] : [edgeHead[edge]!, tail];
      next.set(a, [...(next.get(a) ?? []), b]);
    }
  }
  const reached = new Set(from);
  const open = [...reached];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    for (const other of next.get(node) ?? []) {
      if (reached.has(other)) continue;
      reached.add(other);
      open.push(other);
    }
  }
  return reached;
}

/** Streets between random junctions, most of them one-way, as drawn or against it. */
async function randomOneWays(random: SeededRandom): Promise<RoadGraph> {
  const nodes = Array.from({ length: 60 }, (_, i) => ({
    id: i + 1,
    lon: random.integer(1_000_000),
    lat: 510_000_000 + random.integer(1_000_000),
    tags: undefined,
  }));
  const ways = Array.from({ length: 75 }, (_, i) => ({
    id: i + 1,
    nodes: [1 + random.integer(60), 1 + random.integer(60)],
    tags: { highway: "residential", oneway: random.pick(["yes", "-1", "-1", "no"]) },
  }));
  const text = osmXml({ nodes, ways, relations: [] });
  return (await buildRoadGraph(new OsmXmlSource("one-ways.osm", textChunks(text)))).roads;
}

/** The nearest point of one segment, and how far it is, with every piece looked at. */
function pointOf(graph: RoadGraph, segment: number, [lon, lat]: Position): RoadPoint {
  const scale = longitudeScale(lat);
  const points = graph
    .segmentPositions(segment)
    .map(([x, y]): [number, number] => [(x - lon) * scale * METRES_PER_DEGREE, (y - lat) * METRES_PER_DEGREE]);
  let [best, along, total] = [Number.POSITIVE_INFINITY, 0, 0];
  for (let i = 0; i + 1 < points.length; i++) {
    const [[ax, ay], [bx, by]] = [points[i]!, points[i + 1]!];
    const squared = (bx - ax) ** 2 + (by - ay) ** 2;
    const t = squared === 0 ? 0 : Math.max(0, Math.min(1, -(ax * (bx - ax) + ay * (by - ay)) / squared));
    const metres = Math.hypot(ax + t * (bx - ax), ay + t * (by - ay));
    if (metres < best) [best, along] = [metres, total + t * Math.sqrt(squared)];
    total += Math.sqrt(squared);
  }
  const fraction = total === 0 ? 0 : Math.min(1, along / total);
  const { segmentTail, segmentHead } = graph.columns;
  const node = fraction < 1e-9 ? segmentTail[segment]! : fraction > 1 - 1e-9 ? segmentHead[segment]! : -1;
  return { segment, fraction, node, position: [lon, lat], distanceMetres: best };
}

/** Checks where journeys from these locations begin; tells how many begin elsewhere than on the nearest road. */
function requireNearest(
  roads: RoadIndex,
  eds: readonly Position[],
  locations: readonly Position[],
  label: string,
  isLeftOut: (location: Position, metres: number) => boolean = () => false,
): { compared: number; passedBy: number } {
  const { graph, weights } = roads;
  const limit = roads.description.snapLimitMetres;
  const hospitals = HospitalDirectory.parse(
    eds.map((location, i) => ({ id: `H${i}`, name: `H${i}`, location: [location[0], location[1]] })),
  );
  const sites = new HospitalSites(roads, hospitals, limit);
  const homes = eds.flatMap((_, slot) => sites.homes(slot).map(({ point }) => point));
  const leading = joined(
    graph,
    homes.flatMap((home) => arrivalAccessPoints(graph, weights, home).map(({ node }) => node)),
    "backward",
  );
  const leads = (point: RoadPoint): boolean =>
    departureAccessPoints(graph, weights, point).some(
      ({ node, edge }) => leading.has(node) && (edge < 0 || weights[edge]! < INFINITE_MS),
    ) || homes.some((home) => directDrive(graph, weights, point, home) !== undefined);
  const isDriven = Array.from({ length: graph.segmentCount }, (_, segment) =>
    (["forward", "backward"] as const).some((way) => graph.segmentMilliseconds(segment, way) < INFINITE_MS),
  );
  let [compared, passedBy] = [0, 0];
  for (const [i, location] of locations.entries()) {
    const points = [...isDriven.keys()]
      .filter((segment) => isDriven[segment] && graph.roads[graph.columns.segmentRoad[segment]!]!.highway !== "ferry")
      .map((segment) => pointOf(graph, segment, location))
      .filter(({ distanceMetres }) => distanceMetres < limit)
      .sort((a, b) => a.distanceMetres - b.distanceMetres);
    const expected = points.find(leads);
    if (expected === undefined || isLeftOut(location, expected.distanceMetres)) continue;
    compared++;
    const found = sites.starts.find(location, limit)!;
    const where = `${label}, question ${i} at ${location}`;
    expect(found.distanceMetres, where).toBeCloseTo(expected.distanceMetres, 2);
    expect(leads({ ...found }), where).toBe(true);
    const isElsewhere = expected.distanceMetres > points[0]!.distanceMetres + 0.01;
    expect(found.onFoot !== undefined, where).toBe(isElsewhere);
    if (isElsewhere) passedBy++;
  }
  return { compared, passedBy };
}

describe("which roads lead where, beside every edge looked at", () => {
  it.each(Array.from({ length: 20 }, (_, i) => i + 1))("is so each way of every road: seed %i", async (seed) => {
    const random = new SeededRandom(seed);
    const graph = await randomOneWays(random);
    const { edgeMilliseconds } = graph.columns;
    const connections = new RoadConnections(graph);
    const goals = Array.from({ length: 3 }, () => random.integer(graph.nodeCount));
    const leading = joined(graph, goals, "backward");
    const reached = joined(graph, goals, "forward");
    const [before, after] = [
      connections.leadingTo(connections.holding(goals)),
      connections.reachedFrom(connections.holding(goals)),
    ];
    for (let segment = 0; segment < graph.segmentCount; segment++) {
      const between = { segment, fraction: 0.5, node: -1 } as RoadPoint;
      const leaves = departureAccessPoints(graph, edgeMilliseconds, between).map(({ node }) => leading.has(node));
      const enters = arrivalAccessPoints(graph, edgeMilliseconds, between).map(({ node }) => reached.has(node));
      const where = `seed ${seed}, segment ${segment}`;
      expect(connections.isLeftFor(segment, before), where).toBe(leaves.includes(true));
      expect(connections.isEnteredFrom(segment, after), where).toBe(enters.includes(true));
      // Both ways of a road lead to the same: only one that is driven one way alone tells them apart.
      const { segmentForwardEdge, segmentBackwardEdge } = graph.columns;
      if (leaves.includes(true) && segmentForwardEdge[segment]! < 0) told.leftBackward++;
      if (enters.includes(true) && segmentForwardEdge[segment]! < 0) told.enteredBackward++;
      if (leaves.includes(true) && segmentBackwardEdge[segment]! < 0) told.leftForward++;
    }
  });

  const told = { leftBackward: 0, enteredBackward: 0, leftForward: 0 };
  it("was asked of roads that are driven against their drawing alone", () => {
    expect(Math.min(...Object.values(told))).toBeGreaterThan(20);
  });
});

describe("where a journey begins, beside every road looked at", () => {
  it.each(Array.from({ length: 20 }, (_, i) => i + 1))(
    "is the nearest road from which an ED can be reached: random roads, seed %i",
    (seed) => {
      const random = new SeededRandom(seed);
      // Few arcs, so that many roads only lead in or only out.
      const drawn = randomRoads(seed, 50, 80);
      const roads = indexRoads(
        new RoadGraph(
          drawn.columns,
          drawn.roads.map((road) => ({ ...road, layer: 0 })),
        ),
        { snapLimitMetres: 100_000 },
      );
      const rounded = (degrees: number): number => Math.round(degrees * 1e7) / 1e7;
      const somewhere = (): Position => [rounded(random.between(-0.5, 0.5)), rounded(random.between(51, 51.1))];
      const { compared } = requireNearest(
        roads,
        Array.from({ length: 3 }, somewhere),
        Array.from({ length: 60 }, somewhere),
        `seed ${seed}`,
      );
      expect(compared).toBeGreaterThan(0);
    },
  );

  const EXTRACTS = ["rutland-2022", "monaco"] as const;
  const isHere = EXTRACTS.every((name) => sharedData(`osm/${name}.osm.pbf`) !== undefined);

  it.skipIf(!isHere).each(EXTRACTS)(
    `is that at the border of %s and beside what leads nowhere ${needsSharedData}`,
    async (name) => {
      const seed = 77;
      const random = new SeededRandom(seed);
      const source = await openOsmSource(sharedData(`osm/${name}.osm.pbf`)!);
      const roads = indexRoads((await buildRoadGraph(source)).roads);
      const { graph } = roads;
      const { nodeComponent, segmentTail, segmentHead } = graph.columns;
      const middleOf = (segment: number): Position => {
        const points = graph.segmentPositions(segment);
        return points[points.length >> 1]!;
      };
      const inside: number[] = [];
      const apart: number[] = [];
      for (let s = 0; s < graph.segmentCount; s++) {
        const isInside = nodeComponent[segmentTail[s]!] === 0 && nodeComponent[segmentHead[s]!] === 0;
        (isInside ? inside : apart).push(s);
      }
      expect(apart.length).toBeGreaterThan(20);
      const eds = Array.from({ length: 4 }, () => middleOf(random.pick(inside)));
      const near = ([lon, lat]: Position): Position => [
        Math.round((lon + random.between(-2e-4, 2e-4)) * 1e7) / 1e7,
        Math.round((lat + random.between(-2e-4, 2e-4)) * 1e7) / 1e7,
      ];
      const locations = Array.from({ length: 60 }, () => near(middleOf(random.pick(apart))));
      const secluded = [...Array(graph.segmentCount).keys()].filter((segment) => {
        const { highway, layer } = graph.roads[graph.columns.segmentRoad[segment]!]!;
        return layer !== 0 || highway.startsWith("motorway");
      });
      // Beside tunnels and bridges more than distance counts: that is another test.
      const isBesideSecluded = (location: Position, metres: number): boolean =>
        secluded.some((segment) => pointOf(graph, segment, location).distanceMetres < metres + 1);
      const { compared, passedBy } = requireNearest(roads, eds, locations, `${name}, seed ${seed}`, isBesideSecluded);
      expect(compared).toBeGreaterThan(15);
      expect(passedBy).toBeGreaterThan(0);
    },
  );
});
