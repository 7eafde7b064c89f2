import { mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openFileSource } from "../../src/node/files/file-source";
import { openOsmSource } from "../../src/node/files/open-osm-source";
import { collect, type OsmElements } from "../support/osm-elements";
import { pbfFile } from "../support/osm-pbf-encoder";
import { osmXml } from "../support/osm-text";

const elements: OsmElements = {
  nodes: [
    { id: 1, lon: 4_690_000, lat: 517_356_000, tags: undefined },
    { id: 2, lon: 4_700_000, lat: 517_400_000, tags: undefined },
    { id: 3, lon: -1_234_567, lat: 514_000_000, tags: undefined },
  ],
  ways: [
    { id: 11, nodes: [1, 2], tags: { highway: "primary", name: "London Road" } },
    { id: 12, nodes: [2, 3, 1], tags: { highway: "residential" } },
  ],
  relations: [],
};

const position = (id: number) => [elements.nodes[id - 1]!.lon / 1e7, elements.nodes[id - 1]!.lat / 1e7];
const geoJson = JSON.stringify({
  type: "FeatureCollection",
  features: elements.ways.map(({ id, nodes, tags }) => ({
    type: "Feature",
    id: `way/${id}`,
    properties: tags,
    geometry: { type: "LineString", coordinates: nodes.map(position) },
  })),
});

const { nodes, ways } = elements;
const pbf = pbfFile([{ nodes: nodes.map(({ id, lon, lat }) => ({ id, lon, lat })) }, { ways }]);

describe("opening road data by name", () => {
  let folder: string;
  const write = (name: string, content: string | Uint8Array): string => {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  };
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "roads-"));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it("reads one and the same network from every format, twice each", async () => {
    const files: [name: string, content: string | Uint8Array][] = [
      ["r.osm.pbf", pbf],
      ["R.OSM.PBF", pbf],
      ["r.osm", osmXml(elements)],
      ["r.osm.gz", gzipSync(osmXml(elements))],
      ["r.geojson", geoJson],
      ["r.geojson.gz", gzipSync(geoJson)],
      ["r.json", geoJson],
    ];
    for (const [name, content] of files) {
      const source = await openOsmSource(write(name, content));
      expect(source.name).toBe(name);
      expect(await collect(source), name).toEqual(elements);
      expect(await collect(source), `${name} again`).toEqual(elements);
    }
  });

  it("says which names it knows", async () => {
    for (const name of ["roads.txt", "roads", "roads.osm.bz2", "roads.gr"]) {
      await expect(openOsmSource(write(name, "x"))).rejects.toMatchObject({
        code: "invalid-argument",
        message: expect.stringMatching(/\.osm\.pbf.*\.geojson/),
      });
    }
  });

  it("says when there is no such file, or it is a folder", async () => {
    for (const ending of ["osm.pbf", "osm.gz", "geojson"]) {
      const path = join(folder, `absent.${ending}`);
      await expect(openOsmSource(path)).rejects.toMatchObject({ code: "file-not-found", place: { file: path } });
    }
    await expect(openFileSource(folder)).rejects.toMatchObject({ code: "file-not-found" });
  });

  it("says when a gzip file is cut off, damaged or none at all", async () => {
    const packed = gzipSync(osmXml(elements));
    const flipped = packed.slice();
    flipped[packed.length - 6]! ^= 1;
    for (const [name, content] of Object.entries({ cut: packed.slice(0, -9), flipped, plain: osmXml(elements) })) {
      const source = await openOsmSource(write(`${name}.osm.gz`, content));
      await expect(source.read({}), name).rejects.toMatchObject({
        code: "invalid-osm",
        message: expect.stringMatching(/gzip file is damaged/),
      });
    }
    const source = await openOsmSource(write("cut.geojson.gz", gzipSync(geoJson).slice(0, -9)));
    await expect(source.read({ way() {} })).rejects.toMatchObject({ code: "invalid-geojson" });
  });

  it("lets a handler's own error through, and can read again after it", async () => {
    const own = new Error("stop");
    for (const [name, content] of [
      ["h.osm.pbf", pbf],
      ["h.osm.gz", gzipSync(osmXml(elements))],
      ["h.geojson", geoJson],
    ] as const) {
      const source = await openOsmSource(write(name, content));
      const stop = () => {
        throw own;
      };
      await expect(source.read({ way: stop })).rejects.toBe(own);
      expect(await collect(source)).toEqual(elements);
    }
  });

  it("notices a file that is replaced between passes or shorter than it was", async () => {
    const path = write("changing.osm.pbf", pbf);
    const source = await openOsmSource(path);
    await source.read({});
    write("changing.osm.pbf", pbf.slice(0, -10));
    await expect(source.read({ way() {} })).rejects.toThrow(/changed while it was being read/);
    const same = write("same-size.osm.pbf", pbf);
    const again = await openOsmSource(same);
    await again.read({});
    utimesSync(same, 1, 1);
    await expect(again.read({ way() {} })).rejects.toThrow(/changed while it was being read/);
    const file = await openFileSource(path);
    await expect(file.read(0, pbf.length)).rejects.toThrow(/changed while it was being read/);
    await file.close();
  });

  it("reads any part of a file, and again after closing it", async () => {
    const bytes = Uint8Array.from({ length: 1000 }, (_, i) => i & 255);
    const file = await openFileSource(write("bytes.pbf", bytes));
    expect(file.size).toBe(1000);
    for (const [offset, length] of [
      [0, 10],
      [990, 10],
      [3, 997],
      [5, 0],
      [0, 1000],
    ] as const) {
      expect(Array.from(await file.read(offset, length))).toEqual(Array.from(bytes.slice(offset, offset + length)));
      if (length === 10) await file.close();
    }
    await file.close();
    await file.close();
  });

  it.each(["bomb.osm.gz", "bomb.geojson.gz"])("unpacks no %s that was made to fill memory", async (name) => {
    const file = join(folder, name);
    const isXml = name.includes("osm");
    const begun = isXml ? "<osm version='0.6'>" : '{"type":"FeatureCollection","features":[';
    const filling = isXml ? "<bounds/>" : " ";
    writeFileSync(file, gzipSync(begun + filling.repeat(30_000_000 / filling.length)));
    await expect(openOsmSource(file).then((source) => collect(source))).rejects.toMatchObject({
      message: expect.stringContaining("unpacks to more than 100 times as many"),
      place: { file },
    });
  });
});
