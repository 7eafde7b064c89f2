import { beforeEach, describe, expect, it } from "vitest";
import { SeededRandom } from "../../src/core/random";
import { embeddedRoads } from "../../src/node/files/embedded";
import type { CloseRequest } from "../../src/roads/closures/closure";
import { DIRECTIONS } from "../../src/roads/graph/edge-key";
import type { RoadIndex } from "../../src/roads/road-index";
import { changedOn, metres, streets } from "./support/streets";

let roads: RoadIndex;
beforeEach(async () => {
  roads = await streets();
});

const along = (
  way: CloseRequest["along"],
  places: readonly (readonly [number, number])[],
  more: Partial<CloseRequest> = {},
): string[] => {
  const line = { type: "LineString" as const, coordinates: places.map(([x, y]) => metres(x, y)) };
  roads.close({ line, bufferMetres: 15, along: way!, reason: "works", ...more });
  return changedOn(roads);
};

const both = (name: string, a: string, b: string, parts: string) => [
  `${name} ${a} to ${b} ${parts}`,
  `${name} ${b} to ${a} ${parts}`,
];

describe("a closure along a line", () => {
  it("closes the road that it is drawn on, and neither the streets across nor what goes on beyond its ends", () => {
    expect(
      along("both-ways", [
        [100, 2],
        [300, -2],
      ]),
    ).toEqual(
      [...both("High Street", "100,0", "200,0", "[0 1]"), ...both("High Street", "200,0", "300,0", "[0 1]")].sort(),
    );
  });

  it("closes one way of a street where the line is about one way", () => {
    expect(
      along("one-way", [
        [300, 0],
        [100, 0],
      ]),
    ).toEqual(["High Street 200,0 to 100,0 [0 1]", "High Street 300,0 to 200,0 [0 1]"]);
  });

  it("leaves the other carriageway open, however near", () => {
    expect(
      along("one-way", [
        [-600, 303],
        [200, 303],
      ]),
    ).toEqual(["M 1 -600,300 to 200,300 [0 1]"]);
  });

  it("closes the part of a street that it runs along, from where it begins", () => {
    expect(
      along("both-ways", [
        [220, 0],
        [280, 0],
      ]),
    ).toEqual(both("High Street", "200,0", "300,0", "[0.2 0.8]"));
  });

  it.each([
    [315, 0],
    [319, 1],
  ])("takes a line drawn past the junction, to %d m, for one that ends there", (end, y) => {
    expect(
      along("both-ways", [
        [200, y],
        [end, y],
      ]),
    ).toEqual(both("High Street", "200,0", "300,0", "[0 1]"));
  });

  it("goes round a bend, without a gap on its outer side", () => {
    expect(
      along("one-way", [
        [100, 3],
        [197, 3],
        [197, -200],
      ]),
    ).toEqual(["Cross Lane 200,0 to 200,-200 [0 1]", "High Street 100,0 to 200,0 [0 0.97]"]);
  });

  it("keeps to the road that is named", () => {
    expect(
      along(
        "both-ways",
        [
          [0, 15],
          [400, 15],
        ],
        { road: "Back Lane", bufferMetres: 20 },
      ),
    ).toEqual(
      [...both("Back Lane", "0,30", "200,30", "[0 1]"), ...both("Back Lane", "200,30", "400,30", "[0 1]")].sort(),
    );
  });

  it("is about no road where none runs along it, and needs a line", () => {
    expect(() =>
      along("both-ways", [
        [150, -100],
        [250, 100],
      ]),
    ).toThrow(/none fits all of them|No road here/);
    expect(() => roads.close({ road: "A10", along: "one-way", reason: "x" })).toThrow(/along goes with a line/);
  });

  it("goes through GeoJSON and back", async () => {
    along(
      "one-way",
      [
        [100, 0],
        [250, 0],
      ],
      { feed: "county" },
    );
    const again = await streets();
    again.importClosures(JSON.parse(JSON.stringify(roads.exportClosures())));
    expect(changedOn(again)).toEqual(changedOn(roads));
    expect(again.closures[0]).toMatchObject({ feed: "county", selection: { along: "one-way" } });
  });

  it("closes each road that is drawn by itself, its own way and not the other, wherever it runs", async () => {
    const essex = await embeddedRoads();
    const { graph } = essex;
    const random = new SeededRandom(7);
    for (let round = 0; round < 60; round++) {
      const segment = random.integer(graph.segmentCount);
      const line = {
        type: "LineString" as const,
        coordinates: graph.segmentPositions(segment).map(([x, y]) => [x, y]),
      };
      const { id, edges } = essex.close({ line, bufferMetres: 5, along: "one-way", reason: "x" });
      const [own, other] = DIRECTIONS.map((direction) => graph.edgesOfSegment(segment, direction));
      const message = `segment ${segment} of round ${round}`;
      for (const edge of own!) expect(edges.includes(edge), message).toBe(true);
      for (const edge of other!) expect(edges.includes(edge), message).toBe(false);
      essex.reopen(id);
    }
  });
});

describe("a speed that is not exceeded", () => {
  it("slows what is faster, and leaves what is slower as it is", () => {
    const before = roads.weights.slice();
    roads.setSpeed({ road: "A10", maximumKmh: 130, reason: "works" });
    const { edges, milliseconds } = roads.stateAt(0);
    expect(edges.length).toBeGreaterThan(0);
    expect([...milliseconds]).toEqual(Array.from(edges, (edge) => before[edge]));
    roads.setSpeed({ road: "A10", maximumKmh: 10, reason: "works" });
    // 100 m at 10 km/h.
    for (const time of roads.stateAt(0).milliseconds) expect(Math.round(time / 1000)).toBe(36);
  });

  it("is one of three ways to say it", () => {
    const ask = (fields: object) => () => roads.setSpeed({ road: "A10", reason: "x", ...fields });
    expect(ask({ kmh: 20, maximumKmh: 20 })).toThrow(/Give one of kmh/);
    expect(ask({ maximumKmh: 20, factor: 0.5 })).toThrow(/Give one of kmh/);
    expect(ask({ maximumKmh: 0 })).toThrow(/close the road instead/);
  });
});
