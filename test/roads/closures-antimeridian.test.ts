import { describe, expect, it } from "vitest";
import { SeededRandom } from "../../src/core/random";
import type { CloseRequest } from "../../src/roads/closures/closure";
import { RoadClosures } from "../../src/roads/closures/closures";
import { RoadGraph } from "../../src/roads/graph/road-graph";
import { buildSnapColumns } from "../../src/roads/snap/snap-columns";
import { randomRoads } from "../support/random-roads";

type At = readonly [lon: number, lat: number];

/** East by so many degrees, to the other side of the antimeridian where that is on the way; whole units of 1e-7 degree. */
const eastBy =
  (degrees: number) =>
  (units: number): number => {
    const moved = units + Math.round(degrees * 1e7);
    return moved > 1_800_000_000 ? moved - 3_600_000_000 : moved;
  };

function closuresOn(move: (units: number) => number): RoadClosures {
  // The points of shape of these roads lie up to half a degree away from their ends.
  const drawn = randomRoads(180, 60, 150);
  const { nodeLon, shapeLon } = drawn.columns;
  const graph = new RoadGraph(
    { ...drawn.columns, nodeLon: nodeLon.map(move), shapeLon: shapeLon.map(move) },
    drawn.roads,
  );
  return new RoadClosures(graph, buildSnapColumns(graph), graph.columns.edgeMilliseconds);
}

/** The same closure elsewhere on earth. */
function movedBy(request: CloseRequest, move: (units: number) => number): CloseRequest {
  const position = ([lon, lat]: readonly number[]): [number, number] => [move(Math.round(lon! * 1e7)) / 1e7, lat!];
  const { polygon, line, point } = request;
  return {
    ...request,
    ...(polygon?.type === "Polygon"
      ? { polygon: { ...polygon, coordinates: polygon.coordinates.map((ring) => ring.map(position)) } }
      : {}),
    ...(line?.type === "LineString" ? { line: { ...line, coordinates: line.coordinates.map(position) } } : {}),
    ...(point === undefined ? {} : { point: position(point) }),
  };
}

const box = (west: number, south: number, east: number, north: number): [number, number][] => [
  [west, south],
  [east, south],
  [east, north],
  [west, north],
  [west, south],
];

const toldOf = (closures: RoadClosures, request: CloseRequest) => {
  const [closure] = closures.enterAll([{ kind: "closure", request }], { without: "leave-out" }).entered;
  if (closure === undefined) return { edges: [], parts: [] };
  closures.reopen(closure.id);
  const parts = [...closure.parts].map(([segment, shares]) => [segment, shares.map((share) => share.toFixed(4))]);
  return { edges: [...closure.edges], parts };
};

describe("closures beside the antimeridian and across it", () => {
  const here = closuresOn(eastBy(0));
  const seed = 179;
  const random = new SeededRandom(seed);
  const somewhere = (): At => [random.between(-0.55, 0.55), random.between(50.95, 51.15)];
  const whole = (degrees: number): number => Math.round(degrees * 1e7) / 1e7;
  const requests = Array.from({ length: 60 }, (_, i): CloseRequest => {
    const [lon, lat] = somewhere().map(whole) as [number, number];
    const d = whole(random.between(0.001, 0.1));
    const reason = "flood";
    const other: [number, number] = [whole(lon + random.between(-0.2, 0.2)), whole(lat + random.between(-0.05, 0.05))];
    const line = { type: "LineString" as const, coordinates: [[lon, lat], other] };
    switch (i % 4) {
      case 0:
        return { reason, polygon: { type: "Polygon", coordinates: [box(lon - d, lat - d, lon + d, lat + d)] } };
      case 1:
        return { reason, line, bufferMetres: 300 };
      case 2:
        return { reason, point: [lon, lat], bufferMetres: 5000 };
      default:
        return { reason, line, bufferMetres: 1500, along: "both-ways" };
    }
  });

  it.each([
    ["with a half of the roads on either side", 180],
    ["with all roads west of it, but for a few", 179.55],
    ["with all roads east of it, but for a few", 180.45],
  ])("close what they close elsewhere: %s", (_name, degrees) => {
    const move = eastBy(degrees);
    const there = closuresOn(move);
    let [closed, cut] = [0, 0];
    for (const [i, request] of requests.entries()) {
      const expected = toldOf(here, request);
      expect(toldOf(there, movedBy(request, move)), `seed ${seed}, closure ${i}`).toEqual(expected);
      closed += expected.edges.length;
      cut += expected.parts.length;
    }
    expect(Math.min(closed, cut)).toBeGreaterThan(50);
  });

  it("close the same, drawn across it or cut in two there", () => {
    const there = closuresOn(eastBy(180));
    const across: CloseRequest["polygon"] = { type: "Polygon", coordinates: [box(179.9, 51, -179.8, 51.08)] };
    const cut: CloseRequest["polygon"] = {
      type: "MultiPolygon",
      coordinates: [[box(179.9, 51, 180, 51.08)], [box(-180, 51, -179.8, 51.08)]],
    };
    const told = toldOf(there, { polygon: across, reason: "flood" });
    expect(told.edges.length).toBeGreaterThan(5);
    expect(toldOf(there, { polygon: cut, reason: "flood" })).toEqual(told);
    expect(told).toEqual(
      toldOf(here, { polygon: { type: "Polygon", coordinates: [box(-0.1, 51, 0.2, 51.08)] }, reason: "flood" }),
    );
  });

  it("close nothing of a road that crosses it somewhere else on its latitude", () => {
    const there = closuresOn(eastBy(180));
    for (const [west, east] of [
      [-10, 10],
      [100, 120],
      [-120, -100],
    ] as const) {
      const polygon = { type: "Polygon" as const, coordinates: [box(west, 50.9, east, 51.2)] };
      expect(toldOf(there, { polygon, reason: "flood" }).edges).toEqual([]);
      const line = { type: "LineString" as const, coordinates: [[west, 51.05] as At, [east, 51.05] as At] };
      for (const along of [undefined, "both-ways"] as const) {
        const drawn = {
          line: { ...line, coordinates: line.coordinates.map(([x, y]) => [x, y]) },
          bufferMetres: 2000,
          reason: "flood",
        };
        expect(toldOf(there, along === undefined ? drawn : { ...drawn, along }).edges).toEqual([]);
      }
    }
  });
});
