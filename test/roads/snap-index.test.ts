import { lineString, nearestPointOnLine, point } from "@turf/turf";
import { describe, expect, it } from "vitest";
import { longitudeScale } from "../../src/core/geometry";
import { SeededRandom } from "../../src/core/random";
import { INFINITE_MS, type Position } from "../../src/core/units";
import { assembleRoadGraph, NAMELESS_ROAD } from "../../src/roads/graph/assemble-road-graph";
import { RoadGraph } from "../../src/roads/graph/road-graph";
import { SMALLEST_USABLE_COMPONENT, usableSegments } from "../../src/roads/snap/road-connections";
import { SnapIndex } from "../../src/roads/snap/snap-index";

interface Line {
  readonly from: number;
  readonly to: number;
  readonly shape?: readonly Position[];
}

const fixed = (degrees: number): number => Math.round(degrees * 1e7);

function graphOf(nodes: readonly Position[], lines: readonly Line[], oneWay = false): RoadGraph {
  const shapes = lines.map((line) => line.shape ?? []);
  const firstShape = new Int32Array(lines.length + 1);
  shapes.forEach((shape, i) => {
    firstShape[i + 1] = firstShape[i]! + shape.length;
  });
  const column = (values: number[]): Int32Array => Int32Array.from(values);
  return assembleRoadGraph(
    {
      nodeLon: column(nodes.map(([lon]) => fixed(lon))),
      nodeLat: column(nodes.map(([, lat]) => fixed(lat))),
      segmentTail: column(lines.map(({ from }) => from)),
      segmentHead: column(lines.map(({ to }) => to)),
      segmentCentimetres: column(lines.map(() => 100)),
      forwardMilliseconds: column(lines.map(() => 1000)),
      backwardMilliseconds: column(lines.map(() => (oneWay ? INFINITE_MS : 1000))),
      segmentFirstShape: firstShape,
      shapeLon: column(shapes.flat().map(([lon]) => fixed(lon))),
      shapeLat: column(shapes.flat().map(([, lat]) => fixed(lat))),
      segmentRoad: column(lines.map(() => 0)),
      segmentFirstWay: new Int32Array(lines.length + 1),
      wayId: new Float64Array(0),
    },
    [NAMELESS_ROAD],
  );
}

/** A connected random network near 52°N: a chain through all nodes, chords, and bends. */
function randomNetwork(random: SeededRandom, nodeCount: number, size = 1): RoadGraph {
  const nodes = Array.from(
    { length: nodeCount },
    (): Position => [random.between(-0.3 * size, 0.9 * size), random.between(52 - 0.6 * size, 52 + 0.1 * size)],
  );
  const bend = (): Position => [
    random.between(-0.3 * size, 0.9 * size),
    random.between(52 - 0.6 * size, 52 + 0.1 * size),
  ];
  const lines = nodes
    .slice(1)
    .map((_, i): Line => ({ from: i, to: i + 1, shape: i % 3 === 0 ? [bend(), bend()] : [] }));
  for (let i = 0; i < nodeCount; i++) lines.push({ from: random.integer(nodeCount), to: random.integer(nodeCount) });
  return graphOf(nodes, lines);
}

/** Squared distance on the plane the index documents, piece by piece, with nothing left out. */
function bruteForce(graph: RoadGraph, [lon, lat]: Position): number {
  const scale = longitudeScale(lat);
  const [x, y] = [fixed(lon), fixed(lat)];
  let best = Number.POSITIVE_INFINITY;
  for (let s = 0; s < graph.segmentCount; s++) {
    const points = graph.segmentPositions(s);
    for (let i = 0; i + 1 < points.length; i++) {
      const [ax, ay] = [(fixed(points[i]![0]) - x) * scale, fixed(points[i]![1]) - y];
      const [bx, by] = [(fixed(points[i + 1]![0]) - x) * scale, fixed(points[i + 1]![1]) - y];
      const length = (bx - ax) ** 2 + (by - ay) ** 2;
      const t = length === 0 ? 0 : Math.max(0, Math.min(1, -(ax * (bx - ax) + ay * (by - ay)) / length));
      best = Math.min(best, (ax + t * (bx - ax)) ** 2 + (ay + t * (by - ay)) ** 2);
    }
  }
  return best;
}

const UNIT_METRES = 111_195.08 / 1e7;

describe("SnapIndex", () => {
  it.each([2, 3, 10, 60, 400])("finds the nearest point among %i nodes, as brute force does", (nodeCount) => {
    const seed = 100 + nodeCount;
    const random = new SeededRandom(seed);
    const graph = randomNetwork(random, nodeCount);
    const index = new SnapIndex(graph);
    for (let i = 0; i < 200; i++) {
      // A third of the questions come from well outside the network.
      const spread = i % 3 === 0 ? 1 : 0;
      const location: Position = [
        random.between(-0.3 - spread, 0.9 + spread),
        random.between(51.4 - spread, 52.1 + spread),
      ];
      const snapped = index.snap(location, 1e9)!;
      const expected = Math.sqrt(bruteForce(graph, location)) * UNIT_METRES;
      expect(Math.abs(snapped.distanceMetres - expected), `seed ${seed}, question ${i}`).toBeLessThan(1e-3);
    }
  });

  it("agrees with turf on where along the segment the point lies", () => {
    const seed = 7;
    const random = new SeededRandom(seed);
    const graph = randomNetwork(random, 40, 0.02);
    const index = new SnapIndex(graph);
    for (let i = 0; i < 100; i++) {
      const location: Position = [random.between(-0.01, 0.03), random.between(51.98, 52.01)];
      const snapped = index.snap(location, 1e9)!;
      const line = lineString(graph.segmentPositions(snapped.segment).map(([lon, lat]) => [lon, lat]));
      const oracle = nearestPointOnLine(line, point([...location]), { units: "meters" });
      // Turf measures on great circles, the index on the local plane: over a few kilometres they agree to 0.1 %.
      expect(Math.abs(oracle.properties.dist - snapped.distanceMetres), `seed ${seed}, question ${i}`).toBeLessThan(
        0.2 + 0.001 * oracle.properties.dist,
      );
    }
  });

  it("snaps a node's own position to that node at 0 m, even where another road crosses it", () => {
    const seed = 11;
    const random = new SeededRandom(seed);
    // A lattice of whole 1e-3 degrees makes diagonals pass exactly through nodes they do not join.
    const nodes = Array.from(
      { length: 144 },
      (_, i): Position => [0.1 + (i % 12) * 1e-3, 51.5 + Math.floor(i / 12) * 1e-3],
    );
    const lines = nodes.slice(1).map((_, i): Line => ({ from: i, to: i + 1 }));
    for (let i = 0; i < 60; i++) lines.push({ from: random.integer(144), to: random.integer(144) });
    const graph = graphOf(nodes, lines);
    const index = new SnapIndex(graph);
    for (let node = 0; node < graph.nodeCount; node++) {
      const snapped = index.snap(graph.nodePosition(node), 1000)!;
      expect([snapped.node, snapped.distanceMetres], `seed ${seed}, node ${node}`).toEqual([node, 0]);
    }
  });

  it("scales longitudes: at 52°N the road 900 m east wins over the one 1,000 m north", () => {
    const east = 900 / (111_195 * longitudeScale(52));
    const north = 1000 / 111_195;
    const graph = graphOf(
      [
        [east, 51.9],
        [east, 52.1],
        [-0.2, 52 + north],
        [0.2, 52 + north],
      ],
      [
        { from: 0, to: 1 },
        { from: 2, to: 3 },
        { from: 1, to: 3 },
      ],
    );
    expect(new SnapIndex(graph).snap([0, 52], 5000)!.segment).toBe(0);
  });

  it("finds roads on both sides of the antimeridian, and one that crosses it, as it does elsewhere", () => {
    const seed = 180;
    const random = new SeededRandom(seed);
    const plain = randomNetwork(random, 60);
    // The same roads 179.7 degrees farther east, of which a half lies beyond the antimeridian.
    const wrapped = (units: number): number => {
      const moved = units + 1_797_000_000;
      return moved > 1_800_000_000 ? moved - 3_600_000_000 : moved;
    };
    const { nodeLon, shapeLon } = plain.columns;
    const columns = { ...plain.columns, nodeLon: nodeLon.map(wrapped), shapeLon: shapeLon.map(wrapped) };
    const moved = new RoadGraph(columns, plain.roads);
    const [here, there] = [new SnapIndex(plain), new SnapIndex(moved)];
    let beyond = 0;
    for (let i = 0; i < 300; i++) {
      const [lon, lat] = [random.between(-0.2, 0.8), random.between(51.4, 52.1)].map((x) => Math.round(x * 1e7) / 1e7);
      const location: Position = [wrapped(fixed(lon!)) / 1e7, lat!];
      const [expected, found] = [here.snap([lon!, lat!], 1e6)!, there.snap(location, 1e6)!];
      expect(found.distanceMetres, `seed ${seed}, question ${i}`).toBeCloseTo(expected.distanceMetres, 3);
      expect(fixed(found.position[0]), `seed ${seed}, question ${i}`).toBe(wrapped(fixed(expected.position[0])));
      const near = (index: SnapIndex, at: Position) =>
        index.near(at, expected.distanceMetres + 2000).map(({ segment }) => segment);
      expect(near(there, location), `seed ${seed}, question ${i}`).toEqual(near(here, [lon!, lat!]));
      if (Math.sign(found.position[0]) !== Math.sign(location[0])) beyond++;
    }
    expect(beyond).toBeGreaterThan(0);
  });

  it("keeps to the limit, to the metre", () => {
    const graph = graphOf(
      [
        [0, 51.5],
        [1, 51.5],
      ],
      [{ from: 0, to: 1 }],
    );
    const index = new SnapIndex(graph);
    const northOfRoad: Position = [0.5, 51.5 + 500 / 111_195.08];
    expect(index.snap(northOfRoad, 499)).toBeUndefined();
    expect(index.snap(northOfRoad, 501)!.distanceMetres).toBeCloseTo(500, 0);
    expect(index.snap(northOfRoad, 501)!.fraction).toBeCloseTo(0.5, 6);
  });

  it("skips small fragments and roads no journey can return from, but not a second network of some size", () => {
    const chain = (offset: number, count: number, lat: number): { nodes: Position[]; lines: Line[] } => ({
      nodes: Array.from({ length: count }, (_, i): Position => [i * 1e-3, lat]),
      lines: Array.from({ length: count - 1 }, (_, i) => ({ from: offset + i, to: offset + i + 1 })),
    });
    const mainland = chain(0, 200, 51.5);
    const estate = chain(200, SMALLEST_USABLE_COMPONENT - 1, 51.51);
    const island = chain(200 + SMALLEST_USABLE_COMPONENT - 1, SMALLEST_USABLE_COMPONENT, 51.6);
    const graph = graphOf(
      [...mainland.nodes, ...estate.nodes, ...island.nodes],
      [...mainland.lines, ...estate.lines, ...island.lines],
    );
    expect(usableSegments(graph).reduce((sum, usable) => sum + usable, 0)).toBe(199 + SMALLEST_USABLE_COMPONENT - 1);
    const index = new SnapIndex(graph);
    expect(index.snap([0.01, 51.51], 5000)!.position[1]).toBeCloseTo(51.5, 6);
    expect(index.snap([0.01, 51.6], 5000)!.position[1]).toBeCloseTo(51.6, 6);

    const oneWayOnly = graphOf(mainland.nodes, mainland.lines, true);
    expect(new SnapIndex(oneWayOnly).snap([0.01, 51.5], 5000)).toBeUndefined();
  });

  it("has nothing to find on an empty graph", () => {
    expect(new SnapIndex(graphOf([], [])).snap([0, 51.5], 1e9)).toBeUndefined();
  });
});
