import type { FeatureCollection, LineString } from "geojson";
import { describe, expect, it } from "vitest";
import { INFINITE_MS } from "../../src/core/units";
import { csvFiles, edgesCsv, nodesCsv } from "../../src/output/roads-csv";
import { dimacsCoordinates, dimacsFiles, dimacsGraph } from "../../src/output/roads-dimacs";
import { roadsGeojson, type SegmentProperties } from "../../src/output/roads-geojson";
import { buildRoadGraph } from "../../src/roads/build/build-road-graph";
import type { RoadGraph } from "../../src/roads/graph/road-graph";
import { GeoJsonSource } from "../../src/roads/sources/geojson-source";
import { readDimacs } from "../../src/roads/tables/dimacs";
import { randomRoads } from "../support/random-roads";
import { allPairsMilliseconds, buildOnLine } from "../support/road-fixtures";
import { textBytes } from "../support/texts";

const text = (chunks: Iterable<string>): string => [...chunks].join("");

/** All-pairs times from the two files alone, knowing nothing of the road graph. */
function timesFromCsv(nodes: string, edges: string): number[][] {
  const n = nodes.trimEnd().split("\n").length - 1;
  const times = Array.from({ length: n }, (_, a) =>
    Array.from({ length: n }, (_, b): number => (a === b ? 0 : INFINITE_MS)),
  );
  for (const line of edges.trimEnd().split("\n").slice(1)) {
    const [from, to, milliseconds] = line.split(",").map(Number) as [number, number, number];
    times[from]![to] = Math.min(times[from]![to]!, milliseconds);
  }
  for (let via = 0; via < n; via++) {
    for (let a = 0; a < n; a++) {
      for (let b = 0; b < n; b++) times[a]![b] = Math.min(times[a]![b]!, times[a]![via]! + times[via]![b]!);
    }
  }
  return times;
}

describe("csv", () => {
  it("writes nodes with 7 decimals and edges in milliseconds and metres, under fixed headers", async () => {
    const { roads } = await buildOnLine([
      { nodes: [1, 2], tags: { highway: "residential", oneway: "yes", maxspeed: "36" } },
    ]);
    const files = csvFiles(roads);
    expect(text(files["nodes.csv"]!)).toBe("node,lon,lat\n0,0.0000000,51.0000000\n1,0.0010000,51.0000000\n");
    expect(text(files["edges.csv"]!)).toBe("from,to,milliseconds,metres\n0,1,6998,69.98\n");
    expect(text(files["turns.csv"]!)).toBe("from,via,to\n");
  });

  it("holds all a plain search needs: travel times from the files equal the graph's", () => {
    for (let seed = 1; seed <= 20; seed++) {
      const roads = randomRoads(seed, 12, 40);
      const edges = text(edgesCsv(roads));
      expect(timesFromCsv(text(nodesCsv(roads)), edges), `seed ${seed}`).toEqual(allPairsMilliseconds(roads));
      expect(edges.trimEnd().split("\n").length - 1).toBe(roads.edgeCount);
    }
  });

  it("writes positions that read back as the very same units", () => {
    const roads = randomRoads(5, 500, 500);
    const lines = text(nodesCsv(roads)).trimEnd().split("\n").slice(1);
    lines.forEach((line, node) => {
      const [number, lon, lat] = line.split(",");
      expect([Number(number), Math.round(Number(lon) * 1e7), Math.round(Number(lat) * 1e7)]).toEqual([
        node,
        roads.columns.nodeLon[node],
        roads.columns.nodeLat[node],
      ]);
      expect(line).toMatch(/^\d+,-?\d+\.\d{7},-?\d+\.\d{7}$/);
    });
  });

  it("comes in chunks of bounded size", () => {
    const chunks = [...edgesCsv(randomRoads(6, 3000, 12_000))];
    expect(chunks.length).toBeGreaterThan(2);
    for (const chunk of chunks) expect(chunk.length).toBeLessThan(70_000);
  });
});

describe("dimacs", () => {
  const roundTrip = async (roads: RoadGraph) =>
    readDimacs({
      graph: { name: "roads.gr", bytes: textBytes(text(dimacsGraph(roads)), 100) },
      coordinates: { name: "roads.co", bytes: textBytes(text(dimacsCoordinates(roads)), 100) },
    });

  it("reads back as the same nodes, edges and travel times", async () => {
    for (let seed = 1; seed <= 20; seed++) {
      const roads = randomRoads(seed, 12, 40);
      const { roads: back } = await roundTrip(roads);
      expect(back.edgeCount).toBe(roads.edgeCount);
      expect(allPairsMilliseconds(back), `seed ${seed}`).toEqual(allPairsMilliseconds(roads));
      expect(back.columns.nodeLon).toEqual(roads.columns.nodeLon);
      expect(back.columns.nodeLat).toEqual(roads.columns.nodeLat);
    }
  });

  it("names its files as the challenge does", () => {
    expect(Object.keys(dimacsFiles(randomRoads(1, 3, 4)))).toEqual(["roads.gr", "roads.co"]);
  });
});

describe("geojson", () => {
  const exported = (roads: RoadGraph): FeatureCollection<LineString, SegmentProperties> =>
    JSON.parse(text(roadsGeojson(roads)));

  it("writes every segment as a line with what is known of it", async () => {
    const { roads } = await buildOnLine([
      { id: 41, nodes: [1, 2, 3], tags: { highway: "primary", name: "High Street", ref: "A1060", maxspeed: "36" } },
      { id: 42, nodes: [3, 4], tags: { highway: "residential", oneway: "-1", maxspeed: "36" } },
    ]);
    const { type, features } = exported(roads);
    expect(type).toBe("FeatureCollection");
    expect(features[0]).toEqual({
      type: "Feature",
      properties: {
        segment: 0,
        from: 0,
        to: 1,
        name: "High Street",
        ref: "A1060",
        highway: "primary",
        oneway: "no",
        secondsForward: 13.995,
        secondsBackward: 13.995,
        metres: 139.95,
        ways: [41],
      },
      geometry: {
        type: "LineString",
        coordinates: [
          [0, 51],
          [0.001, 51],
          [0.002, 51],
        ],
      },
    });
    expect(features[1]!.properties).toMatchObject({
      oneway: "-1",
      secondsForward: null,
      secondsBackward: 6.998,
      ways: [42],
    });
  });

  it("is valid JSON whatever the names, with every segment and its shape", () => {
    const roads = randomRoads(9, 30, 100);
    const { features } = exported(roads);
    expect(features.length).toBe(roads.segmentCount);
    features.forEach(({ geometry, properties }, s) => {
      expect(geometry.coordinates).toEqual(roads.segmentPositions(s));
      expect(properties.name).toBe(roads.roads[roads.columns.segmentRoad[s]!]!.name);
    });
  });

  it("is read back with the signs, rings and bridges it was written with", async () => {
    const { roads } = await buildOnLine([
      { nodes: [1, 2], tags: { highway: "motorway_link", "destination:ref": "A12;M25", destination: "London;Kent" } },
      { nodes: [2, 3], tags: { highway: "primary", bridge: "yes", name: "Army & Navy" } },
      { nodes: [3, 4], tags: { highway: "primary", junction: "roundabout" } },
      { nodes: [4, 5], tags: { highway: "trunk_link", oneway: "-1", "junction:ref": "28", layer: "-2" } },
    ]);
    const source = new GeoJsonSource("roads.geojson", textBytes(text(roadsGeojson(roads))));
    const { roads: back } = await buildRoadGraph(source);
    expect(back.roads.length).toBe(5);
    expect(back.roads).toEqual(roads.roads);
  });
});
