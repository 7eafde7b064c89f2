import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openRoads } from "../../src/node/files/roads-files";
import { builtInProfile } from "../../src/roads/profile/profile";
import type { OsmElements } from "../support/osm-elements";
import { osmXml } from "../support/osm-text";
import { runCommand } from "../support/terminal";

/** A street of six nodes in two ways, a gate on it, and a sign nobody can read. */
const street: OsmElements = {
  nodes: [1, 2, 3, 4, 5, 6].map((id) => ({
    id,
    lon: id * 100_000,
    lat: 510_000_000,
    tags: id === 2 ? { barrier: "bollard" } : undefined,
  })),
  ways: [
    { id: 10, nodes: [1, 2, 3, 4], tags: { highway: "primary", maxspeed: "fast" } },
    { id: 11, nodes: [4, 5, 6], tags: { highway: "primary" } },
  ],
  relations: [],
};
const only = (wayIds: readonly number[]): OsmElements => {
  const ways = street.ways.filter(({ id }) => wayIds.includes(id));
  const needed = new Set(ways.flatMap(({ nodes }) => nodes));
  return { ...street, ways, nodes: street.nodes.filter(({ id }) => needed.has(id)) };
};

describe("build", () => {
  let folder: string;
  const write = (name: string, content: string | Uint8Array): string => {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  };
  const build = (...words: readonly string[]) => runCommand(["build", ...words, "-o", join(folder, "out.roads")]);
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "build-"));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it("merges extracts into the roads of the whole, and says what they share", async () => {
    const whole = await build(write("whole.osm", osmXml(street)), "--json");
    const parts = [write("west.osm", osmXml(only([10]))), write("east.osm", osmXml(only([11])))];
    const merged = await build(...parts, "--json");
    const { checksum, report } = JSON.parse(merged.stdout);
    expect(checksum).toBe(JSON.parse(whole.stdout).checksum);
    expect(report.merge).toMatchObject({
      sources: ["west.osm", "east.osm"],
      shared: { nodes: 1, ways: 0, relations: 0 },
    });
    expect((await openRoads(join(folder, "out.roads"))).description.source).toBe("west.osm + east.osm");
    const { stdout } = await build(...parts);
    expect(stdout).toMatch(/^merged +2 extracts; 1 nodes, 0 ways and 0 relations were in several and taken once$/m);
  });

  it("tells barriers and tags it could not read, in info too", async () => {
    const { stdout } = await build(write("whole.osm", osmXml(street)));
    expect(stdout).toMatch(/^barriers +1 end the road, 0 delay, 0 at junctions left out$/m);
    expect(stdout).toMatch(/^unread tags +maxspeed 1× \("fast"\)$/m);
    const info = await runCommand(["info", join(folder, "out.roads")]);
    expect(info.stdout).toMatch(/^barriers +1 end the road/m);
    expect(info.stdout).toMatch(/^unread tags +maxspeed 1×/m);
  });

  it("tells of ends of roads that lie on another road, in info too", async () => {
    const line = (...coordinates: number[][]) => ({
      type: "Feature",
      properties: { highway: "primary" },
      geometry: { type: "LineString", coordinates },
    });
    const features = [line([0, 51], [0.01, 51]), line([0.005, 51.01], [0.005, 51])];
    const { stdout } = await build(write("t.geojson", JSON.stringify({ type: "FeatureCollection", features })));
    const told = /^unjoined +1 end of a road lies on another road without a point in common: ways 2 on 1 at 0.005,51$/m;
    expect(stdout).toMatch(told);
    expect((await runCommand(["info", join(folder, "out.roads")])).stdout).toMatch(told);
  });

  it("reads areas and profiles that Windows wrote, and names those in Latin-1", async () => {
    const whole = write("whole.osm", osmXml(street));
    const area = `{"type":"Polygon","coordinates":[[[0.045,50],[0.1,50],[0.1,52],[0.045,52],[0.045,50]]]}`;
    const profile = JSON.stringify({ ...builtInProfile("blue-light"), name: "Rettungsdienst Süd" });
    for (const encoding of ["utf8", "utf16le"] as const) {
      const polygon = write("area.geojson", Buffer.from(`\ufeff${area}`, encoding));
      const own = write("own.json", Buffer.from(`\ufeff${profile}`, encoding));
      const { stdout } = await build(whole, "--polygon", polygon, "--profile", own, "--json");
      expect(JSON.parse(stdout)).toMatchObject({ nodes: 2, report: { profile: "Rettungsdienst Süd" } });
    }
    const { status, stderr } = await build(whole, "--profile", write("own.json", Buffer.from(profile, "latin1")));
    expect(status).toBe(2);
    expect(stderr).toMatch(/own.json, row 1: The file is not UTF-8 \(it looks like Latin-1/);
  });

  it("cuts out a box or a polygon", async () => {
    const whole = write("whole.osm", osmXml(street));
    const box = await build(whole, "--bbox", "0.045,50,0.1,52", "--json");
    expect(JSON.parse(box.stdout)).toMatchObject({
      nodes: 2,
      report: { cut: { area: "box 0.045,50,0.1,52", nodesInside: 2, waysKept: 1, waysLeftOut: 1 } },
    });
    const ring = [
      [0.045, 50],
      [0.1, 50],
      [0.1, 52],
      [0.045, 52],
      [0.045, 50],
    ];
    const area = write("area.geojson", JSON.stringify({ type: "Polygon", coordinates: [ring] }));
    const polygon = await build(whole, "--polygon", area, "--json");
    expect(JSON.parse(polygon.stdout).checksum).toBe(JSON.parse(box.stdout).checksum);
    expect((await build(whole, "--polygon", area)).stdout).toMatch(
      /^cut +to area.geojson: 2 nodes inside, 1 ways kept, 1 /m,
    );
  });

  it.each<[what: string, words: string[], message: RegExp]>([
    ["no file", [], /takes one file of roads or more/],
    ["a file named twice", ["whole.osm", "whole.osm"], /named twice/],
    ["GeoJSON among extracts", ["whole.osm", "roads.geojson"], /roads.geojson: GeoJSON cannot be merged/],
    ["DIMACS among extracts", ["whole.osm", "g.gr"], /g.gr: A DIMACS graph numbers its nodes by itself/],
    ["an area of DIMACS", ["g.gr", "--bbox", "0,50,1,51"], /cut out of roads with a shape/],
    ["two areas", ["whole.osm", "--bbox", "0,50,1,51", "--polygon", "a.poly"], /--bbox or --polygon, not both/],
    ["three numbers", ["whole.osm", "--bbox", "0,50,1"], /--bbox takes four numbers/],
    ["words for numbers", ["whole.osm", "--bbox", "0,50,1,x"], /--bbox: The box 0,50,1,NaN is not four numbers/],
    ["a box turned round", ["whole.osm", "--bbox", "1,50,0,51"], /west \(1\) not left of its east \(0\)/],
    [
      "a box elsewhere",
      ["whole.osm", "--bbox", "10,50,11,51"],
      /No way has a node in the area.*covers longitude 0.01 to 0.06/,
    ],
    ["swapped coordinates", ["whole.osm", "--bbox", "50,0,52,0.1"], /seem swapped/],
    ["no file of an area", ["whole.osm", "--polygon", "none.geojson"], /none.geojson does not exist; check the path/],
  ])("refuses %s in one line", async (_, words, message) => {
    write("whole.osm", osmXml(street));
    write("roads.geojson", "{}");
    write("g.gr", "p sp 1 0\n");
    const placed = words.map((word) => (/\.(osm|geojson|gr)$/.test(word) ? join(folder, word) : word));
    const { status, stdout, stderr } = await build(...placed);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr.trimEnd().split("\n")).toHaveLength(1);
    expect(stderr).toMatch(message);
  });
});
