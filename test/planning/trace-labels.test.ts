import { booleanPointInPolygon } from "@turf/turf";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  doubleArea,
  type LabelledCells,
  type TracedPolygon,
  traceLabels,
  UNCLAIMED,
} from "../../src/planning/catchments/trace-labels";

/** Rows from the north, as drawn; a dot is unclaimed. */
function drawn(...rows: readonly string[]): LabelledCells {
  const labels = [...rows]
    .reverse()
    .flatMap((row) => [...row].map((cell) => (cell === "." ? UNCLAIMED : Number(cell))));
  return { columns: rows[0]!.length, rows: rows.length, labels: Int32Array.from(labels) };
}

const ringsOf = (polygons: readonly TracedPolygon[]) => polygons.flatMap(({ outer, holes }) => [outer, ...holes]);
const closed = (ring: Int32Array): number[][] =>
  Array.from({ length: ring.length / 2 + 1 }, (_, i) => [
    ring[(2 * i) % ring.length]!,
    ring[(2 * i + 1) % ring.length]!,
  ]);
const geometryOf = (polygons: readonly TracedPolygon[]) => ({
  type: "MultiPolygon" as const,
  coordinates: polygons.map(({ outer, holes }) => [outer, ...holes].map(closed)),
});

/** Grids with labels from `least` on; few labels make saddles and holes common. */
const grids = (least: number) =>
  fc
    .tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 }), fc.integer({ min: 0, max: 4 }))
    .chain(([columns, rows, most]) =>
      fc
        .array(fc.integer({ min: least, max: most }), { minLength: columns * rows, maxLength: columns * rows })
        .map((labels): LabelledCells => ({ columns, rows, labels: Int32Array.from(labels) })),
    );

describe("traced areas", () => {
  it("hold the centres of their own cells, and of no others", () => {
    fc.assert(
      fc.property(grids(UNCLAIMED), (cells) => {
        const traced = traceLabels(cells);
        expect([...traced.keys()]).toEqual(
          [...new Set(cells.labels)].filter((label) => label >= 0).sort((a, b) => a - b),
        );
        for (const [label, polygons] of traced) {
          const geometry = geometryOf(polygons);
          for (let cell = 0; cell < cells.labels.length; cell++) {
            const centre = [2 * (cell % cells.columns) + 1, 2 * Math.floor(cell / cells.columns) + 1];
            expect(booleanPointInPolygon(centre, geometry), `label ${label}, centre ${centre}`).toBe(
              cells.labels[cell] === label,
            );
          }
        }
      }),
      { numRuns: 400, seed: 2017 },
    );
  });

  it("share every piece of border with exactly one neighbour, and leave nothing between them", () => {
    fc.assert(
      fc.property(grids(0), (cells) => {
        const pieces = new Map<string, number>();
        let area = 0;
        for (const polygons of traceLabels(cells).values()) {
          for (const ring of ringsOf(polygons)) {
            area += doubleArea(ring);
            const points = closed(ring);
            for (let i = 1; i < points.length; i++) {
              const key = `${points[i - 1]}>${points[i]}`;
              pieces.set(key, (pieces.get(key) ?? 0) + 1);
            }
          }
        }
        const [east, north] = [2 * cells.columns, 2 * cells.rows];
        const isOnFrame = (a: number[], b: number[]): boolean =>
          [0, 1].some((axis) => a[axis] === b[axis] && (a[axis] === 0 || a[axis] === [east, north][axis]));
        for (const [key, count] of pieces) {
          expect(count, key).toBe(1);
          const [a, b] = key.split(">").map((point) => point.split(",").map(Number)) as [number[], number[]];
          const isCorner =
            Math.abs(a[0]! - b[0]!) === 1 && [a, b].every(([x, y]) => x === 0 || y === 0 || x === east || y === north);
          const partner = pieces.get(`${b}>${a}`);
          if (partner === undefined) expect(isOnFrame(a, b) || isCorner, key).toBe(true);
        }
        // The frame's four corners are cut, half a square half cell each; twice that is 4 in all.
        expect(area).toBe(2 * east * north - 4);
      }),
      { numRuns: 400, seed: 2017 },
    );
  });

  it("are rings that touch neither themselves nor one another", () => {
    fc.assert(
      fc.property(grids(UNCLAIMED), (cells) => {
        for (const polygons of traceLabels(cells).values()) {
          const points = ringsOf(polygons).flatMap((ring) => closed(ring).slice(1).map(String));
          expect(new Set(points).size).toBe(points.length);
          for (const { outer, holes } of polygons) {
            expect(doubleArea(outer)).toBeGreaterThan(0);
            for (const hole of holes) {
              expect(doubleArea(hole)).toBeLessThan(0);
              expect(
                booleanPointInPolygon([hole[0]!, hole[1]!], { type: "Polygon", coordinates: [closed(outer)] }),
              ).toBe(true);
            }
          }
        }
      }),
      { numRuns: 400, seed: 2017 },
    );
  });

  it("cut corners, keep where three meet, and drop points on straight lines", () => {
    const traced = traceLabels(drawn("001", "222"));
    expect(ringsOf(traced.get(0)!).map((ring) => [...ring])).toEqual([[4, 2, 4, 4, 1, 4, 0, 3, 0, 2]]);
    expect(ringsOf(traced.get(1)!).map((ring) => [...ring])).toEqual([[6, 2, 6, 3, 5, 4, 4, 4, 4, 2]]);
    expect(ringsOf(traced.get(2)!).map((ring) => [...ring])).toEqual([[1, 0, 5, 0, 6, 1, 6, 2, 4, 2, 0, 2, 0, 1]]);
  });

  it("join the higher label where cells touch by their corners, and hold islands in lakes", () => {
    expect(traceLabels(drawn("01", "10")).get(1)!.length).toBe(1);
    expect(traceLabels(drawn("01", "10")).get(0)!.length).toBe(2);
    const lake = traceLabels(drawn("00000", "01110", "01010", "01110", "00000"));
    expect(lake.get(0)!.map(({ holes }) => holes.length)).toEqual([1, 0]);
    expect(lake.get(1)!.map(({ holes }) => holes.length)).toEqual([1]);
    expect(traceLabels(drawn("..", ".."))).toEqual(new Map());
  });
});
