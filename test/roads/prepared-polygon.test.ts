import { bboxPolygon, booleanIntersects, lineString, multiPolygon, polygon } from "@turf/turf";
import type { MultiPolygon, Polygon } from "geojson";
import { describe, expect, it } from "vitest";
import { PreparedPolygon } from "../../src/core/prepared-polygon";
import { SeededRandom } from "../../src/core/random";
import type { Position } from "../../src/core/units";
import { areaOf } from "../../src/roads/closures/closure-selection";
import { buildSnapColumns } from "../../src/roads/snap/snap-columns";
import { randomRoads } from "../support/random-roads";

const SEED = 20_170_512;

/** Roads spread over one square degree, with shape points. */
const graph = randomRoads(SEED, 300, 700);
const columns = buildSnapColumns(graph);
const lines = Array.from({ length: graph.segmentCount }, (_, segment) =>
  lineString(graph.segmentPositions(segment).map(([lon, lat]) => [lon, lat])),
);

/** Every segment held against the area with turf, one by one. */
const byTurf = (area: Polygon | MultiPolygon): number[] =>
  lines.flatMap((line, segment) => (booleanIntersects(line, area) ? [segment] : []));

const round = (degrees: number): number => Math.round(degrees * 1e7) / 1e7;

/** A star: corners at growing angles and random distances, so no two edges cross. */
function randomStar(random: SeededRandom, corners: number, radius: number): Polygon {
  const [lon, lat] = [random.between(-0.5, 0.5), random.between(51, 52)];
  const ring = Array.from({ length: corners }, (_, i) => {
    const angle = (2 * Math.PI * i) / corners;
    const reach = radius * random.between(0.2, 1);
    return [round(lon + reach * Math.cos(angle)), round(lat + reach * Math.sin(angle))];
  });
  return polygon([[...ring, ring[0]!]]).geometry;
}

describe("PreparedPolygon", () => {
  it("finds the segments that turf finds one by one", () => {
    const random = new SeededRandom(SEED);
    let found = 0;
    for (const corners of [3, 4, 7, 40, 600]) {
      for (const radius of [0.001, 0.03, 0.2]) {
        const area = randomStar(random, corners, radius);
        const expected = byTurf(area);
        expect(
          new PreparedPolygon(area).segments(columns),
          `seed ${SEED}, ${corners} corners, radius ${radius}`,
        ).toEqual(expected);
        found += expected.length;
      }
    }
    expect(found).toBeGreaterThan(100);
  });

  it("leaves out what lies wholly in a hole, and takes several parts", () => {
    const box = (west: number, south: number, east: number, north: number) =>
      bboxPolygon([west, south, east, north]).geometry.coordinates[0]!;
    const ringShaped = polygon([box(-1, 50.5, 1, 52.5), box(-0.6, 50.9, 0.6, 52.1)]).geometry;
    const found = new PreparedPolygon(ringShaped).segments(columns);
    expect(found).toEqual([]);
    const two = multiPolygon([[box(-0.5, 51, -0.45, 51.05)], [box(0.42, 51.8, 0.44, 51.85)]]).geometry;
    const both = new PreparedPolygon(two).segments(columns);
    expect(both).toEqual(byTurf(two));
    expect(both.length).toBeGreaterThan(0);
    expect(both.length).toBeLessThan(graph.segmentCount);
  });

  it("counts a border that is only touched", () => {
    const [lon, lat] = graph.segmentPositions(0)[0]!;
    const square = (west: number): Polygon => bboxPolygon([west, lat - 0.001, west + 0.0001, lat + 0.001]).geometry;
    const start = { segmentFirstPoint: columns.segmentFirstPoint.slice(0, 2), points: columns.points };
    const alone = { ...start, points: Int32Array.from([...columns.points.slice(0, 2), ...columns.points.slice(0, 2)]) };
    const degenerate = { segmentFirstPoint: Int32Array.of(0, 2), points: alone.points };
    expect(new PreparedPolygon(square(lon)).segments(degenerate)).toEqual([0]);
    expect(new PreparedPolygon(square(round(lon + 1e-7))).segments(degenerate)).toEqual([]);
    // A road that ends on the side of a square, or 1e-7 degree before it, on each side.
    const box = new PreparedPolygon(bboxPolygon([0, 0, 0.001, 0.001]).geometry);
    const road = (...points: number[]) => ({ segmentFirstPoint: Int32Array.of(0, 2), points: Int32Array.from(points) });
    for (const [x, y, dx, dy] of [
      [0, 5000, -1, 0],
      [10_000, 5000, 1, 0],
      [5000, 0, 0, -1],
      [5000, 10_000, 0, 1],
    ] as const) {
      expect(box.segments(road(x + 900 * dx, y + 900 * dy, x, y))).toEqual([0]);
      expect(box.segments(road(x, y, x + 900 * dx, y + 900 * dy))).toEqual([0]);
      expect(box.segments(road(x + 900 * dx, y + 900 * dy, x + dx, y + dy))).toEqual([]);
    }
    expect(box.segments(road(-900, 0, 20_000, 0))).toEqual([0]);
  });

  it("makes buffers of the width asked for around lines and points", () => {
    const random = new SeededRandom(SEED + 1);
    let inside = 0;
    for (let trial = 0; trial < 30; trial++) {
      const [lon, lat] = [random.between(-0.4, 0.4), random.between(51.1, 51.9)];
      const near = (): Position => [round(lon + random.between(-0.02, 0.02)), round(lat + random.between(-0.02, 0.02))];
      const drawn = [near(), near(), near()];
      const bufferMetres = random.pick([5, 50, 500]);
      const line = lineString(drawn.map(([x, y]) => [x, y])).geometry;
      const around: [Position[], Set<number>][] = [
        [drawn, new Set(areaOf({ reason: "", line, bufferMetres })!.segments(columns))],
        [[drawn[0]!], new Set(areaOf({ reason: "", point: drawn[0]!, bufferMetres })!.segments(columns))],
      ];
      for (const [shape, found] of around) {
        for (const segment of lines.keys()) {
          const metres = metresBetween(graph.segmentPositions(segment), shape);
          const message = `seed ${SEED + 1}, trial ${trial}, segment ${segment}, ${metres} m, ${bufferMetres} m`;
          if (metres < bufferMetres * 0.995 - 0.5) expect(found.has(segment), message).toBe(true);
          if (metres > bufferMetres * 1.005 + 0.5) expect(found.has(segment), message).toBe(false);
        }
        inside += found.size;
      }
    }
    expect(inside).toBeGreaterThan(100);
  });

  it("keeps to the line as drawn, however long its steps", () => {
    const [a, b] = [
      [-0.5, 51.5],
      [0.5, 51.5],
    ] as const;
    const buffered = areaOf({ reason: "", line: lineString([[...a], [...b]]).geometry, bufferMetres: 5 })!;
    // Half way, a straight line on the ground would run 150 m north of the parallel.
    const crossing = (north: number) => ({
      segmentFirstPoint: Int32Array.of(0, 2),
      points: Int32Array.of(0, 515_000_000 + north, 1000, 515_000_000 + north),
    });
    expect(buffered.segments(crossing(400))).toEqual([0]);
    expect(buffered.segments(crossing(500))).toEqual([]);
  });
});

/** The least distance between the pieces of two lines, on a plane with longitudes scaled at the second line. */
function metresBetween(a: readonly Position[], b: readonly Position[]): number {
  const scale = Math.cos((b[0]![1] * Math.PI) / 180) * 111_195;
  const plane = (line: readonly Position[]) => line.map(([lon, lat]): Position => [lon * scale, lat * 111_195]);
  const pieces = (line: readonly Position[]) =>
    line.map((end, i): [Position, Position] => [line[Math.max(0, i - 1)]!, end]);
  const toPiece = ([x, y]: Position, [[ax, ay], [bx, by]]: [Position, Position]): number => {
    const length = (bx - ax) ** 2 + (by - ay) ** 2;
    const along = length === 0 ? 0 : Math.max(0, Math.min(1, ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / length));
    return Math.hypot(ax + along * (bx - ax) - x, ay + along * (by - ay) - y);
  };
  const side = ([ax, ay]: Position, [bx, by]: Position, [x, y]: Position): number =>
    Math.sign((bx - ax) * (y - ay) - (by - ay) * (x - ax));
  let least = Number.POSITIVE_INFINITY;
  for (const [p, q] of pieces(plane(a))) {
    for (const [r, s] of pieces(plane(b))) {
      const cross = side(p, q, r) * side(p, q, s) < 0 && side(r, s, p) * side(r, s, q) < 0;
      const apart = Math.min(toPiece(p, [r, s]), toPiece(q, [r, s]), toPiece(r, [p, q]), toPiece(s, [p, q]));
      least = Math.min(least, cross ? 0 : apart);
    }
  }
  return least;
}
