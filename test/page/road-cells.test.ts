import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type DrawnRoads, WORLD } from "../../src/page/compute/protocol";
import { drawnRoads, ROAD_RANKS, rankOf, segmentMiddles, worldX, worldY } from "../../src/page/compute/road-drawing";
import { RoadCells } from "../../src/page/map/road-cells";
import { smallCounty } from "../support/small-county";

describe("roads laid out for drawing", () => {
  it("lie where tiles of web maps have them", () => {
    expect([worldX(-180), worldX(180), worldY(0)]).toEqual([0, WORLD, WORLD / 2]);
    // Tile 8/128/85 of OpenStreetMap begins at 0° east, 51.618° north.
    expect(worldX(0) / (WORLD / 256)).toBe(128);
    expect(worldY(51.6180165) / (WORLD / 256)).toBeCloseTo(85, 5);
  });

  it("are as wide as their class, links as the road they lead to", () => {
    expect(ROAD_RANKS[rankOf("motorway_link")]).toBe("motorway");
    expect(ROAD_RANKS[rankOf("residential")]).toBe("minor");
    expect(ROAD_RANKS[rankOf("road")]).toBe("minor");
    expect(ROAD_RANKS[rankOf("service")]).toBe("track");
  });

  it("hold every segment, with its middle between its ends", () => {
    const roads = smallCounty();
    const { segmentCount } = roads.graph;
    const { firstPoint, points, rank } = drawnRoads(roads);
    expect([firstPoint.length, rank.length]).toEqual([segmentCount + 1, segmentCount]);
    expect(points).toHaveLength(2 * firstPoint[segmentCount]!);
    const middles = segmentMiddles(roads);
    const shape = roads.graph.segmentPositions(0);
    const lons = shape.map(([lon]) => lon);
    expect(middles[0]).toBeGreaterThanOrEqual(Math.min(...lons));
    expect(middles[0]).toBeLessThanOrEqual(Math.max(...lons));
  });
});

describe("cells of roads", () => {
  it("give every road that touches a box, once", () => {
    const at = fc.integer({ min: 0, max: 2 ** 21 });
    const line = fc.tuple(at, at, at, at);
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 40 }), line, (lines, [x1, y1, x2, y2]) => {
        const base = WORLD / 2;
        const roads: DrawnRoads = {
          firstPoint: Int32Array.from({ length: lines.length + 1 }, (_, i) => 2 * i),
          points: Int32Array.from(lines.flat(), (value) => base + value),
          rank: new Uint8Array(lines.length),
        };
        const box = [Math.min(x1, x2), Math.min(y1, y2), Math.max(x1, x2), Math.max(y1, y2)] as const;
        const [left, top, right, bottom] = box.map((value) => base + value) as [number, number, number, number];
        const found = new RoadCells(roads).within(left, top, right, bottom);
        expect(new Set(found).size).toBe(found.length);
        lines.forEach(([ax, ay, bx, by], segment) => {
          const touches =
            Math.min(ax, bx) <= box[2] &&
            Math.max(ax, bx) >= box[0] &&
            Math.min(ay, by) <= box[3] &&
            Math.max(ay, by) >= box[1];
          if (touches) expect(found).toContain(segment);
        });
      }),
    );
  });

  it("have nothing to give far away", () => {
    const cells = new RoadCells(drawnRoads(smallCounty()));
    expect(cells.within(0, 0, 1000, 1000)).toEqual([]);
    expect(cells.within(WORLD - 1000, WORLD - 1000, WORLD, WORLD)).toEqual([]);
  });
});
