import { describe, expect, it } from "vitest";
import { DiversionError } from "../../src/core/errors";
import { CoordinateIds } from "../../src/roads/graph/coordinate-ids";
import { GeoJsonSource } from "../../src/roads/sources/geojson-source";
import { collect } from "../support/osm-elements";
import { textChunks } from "../support/osm-text";

const read = (document: unknown, size?: number) =>
  collect(
    new GeoJsonSource(
      "t.geojson",
      textChunks(typeof document === "string" ? document : JSON.stringify(document), size),
    ),
  );

const line = (coordinates: unknown, properties: unknown = { highway: "primary" }, more: object = {}) => ({
  type: "Feature",
  ...more,
  properties,
  geometry: { type: "LineString", coordinates },
});
const collection = (...features: unknown[]) => ({ type: "FeatureCollection", features });

async function expectFailure(document: unknown, message: RegExp, place: object = {}): Promise<void> {
  const error = await read(document).catch((thrown: unknown) => thrown);
  expect(error, String(message)).toBeInstanceOf(DiversionError);
  expect((error as DiversionError).message).toMatch(message);
  expect(error).toMatchObject({ code: "invalid-geojson", place: { file: "t.geojson", ...place } });
}

describe("reading GeoJSON", () => {
  const a = [0.469, 51.7356];
  const b = [0.47, 51.74];
  const c = [-0.1234567, -51.7654321];

  it("makes one node of equal positions, handed on once and before its first way", async () => {
    const order: string[] = [];
    const source = new GeoJsonSource(
      "t",
      textChunks(JSON.stringify(collection(line([a, b]), line([[0.46999999999, 51.7400000001], c, a])))),
    );
    await source.read({
      node: (id, lon, lat, tags) => void order.push(`node ${id} ${lon} ${lat} ${tags}`),
      way: (id, nodes) => void order.push(`way ${id}: ${Array.from(nodes)}`),
    });
    expect(order).toEqual([
      "node 1 4690000 517356000 undefined",
      "node 2 4700000 517400000 undefined",
      "way 1: 1,2",
      "node 3 -1234567 -517654321 undefined",
      "way 2: 2,3,1",
    ]);
  });

  it("gives the same elements however the bytes are cut, on every pass, and when only ways are wanted", async () => {
    const document = collection(line([a, b], { highway: "primary", name: 'Größe 6" 道 {[ \\' }), line([b, c, a]));
    const expected = await read(document, 1 << 20);
    expect(expected.ways[0]!.tags.name).toBe('Größe 6" 道 {[ \\');
    for (const size of [1, 2, 3, 7, 64]) expect(await read(document, size), `pieces of ${size}`).toEqual(expected);
    expect(await read(JSON.stringify(document, null, 2))).toEqual(expected);
    const source = new GeoJsonSource("t", textChunks(JSON.stringify(document)));
    await collect(source);
    const ways: number[][] = [];
    await source.read({ way: (_id, nodes) => void ways.push(Array.from(nodes)) });
    expect(ways).toEqual(expected.ways.map((way) => way.nodes));
  });

  it("keeps properties as tags: numbers and booleans as text, nulls and nested values left out", async () => {
    const properties = {
      highway: "trunk",
      ref: "A12",
      length_km: 4.25,
      oneway: true,
      lanes: 2,
      name: null,
      style: { w: 1 },
      list: [1],
      access: ["no", "permit"],
    };
    expect((await read(collection(line([a, b], properties)))).ways[0]!.tags).toEqual({
      highway: "trunk",
      ref: "A12",
      length_km: "4.25",
      oneway: "true",
      lanes: "2",
      access: "no;permit",
    });
    const nested = { type: "way", id: 7, tags: { highway: "service" } };
    expect((await read(collection(line([a, b], nested)))).ways).toEqual([
      { id: 7, nodes: [1, 2], tags: { highway: "service" } },
    ]);
    expect((await read(collection(line([a, b], null)))).ways[0]!.tags).toEqual({});
  });

  it.each<[string, Record<string, unknown>, Record<string, string>]>([
    [
      "hstore of ogr2ogr",
      { highway: "primary", other_tags: '"oneway"=>"-1","maxspeed"=>"30 mph"', z_order: 7 },
      { highway: "primary", oneway: "-1", maxspeed: "30 mph", z_order: "7" },
    ],
    [
      "quotes, backslashes, commas and arrows in hstore",
      { highway: "primary", other_tags: String.raw`"a \"b\""=>"c\\d", "e=>f" => "g,\nh","none"=>NULL` },
      { highway: "primary", 'a "b"': "c\\d", "e=>f": "g,nh" },
    ],
    [
      "JSON of ogr2ogr",
      { highway: "primary", other_tags: '{"oneway":"-1","motor_vehicle:conditional":"no @ (22:00-06:00)"}' },
      { highway: "primary", oneway: "-1", "motor_vehicle:conditional": "no @ (22:00-06:00)" },
    ],
    ["all tags in one", { osm_id: "5", all_tags: '"highway"=>"service"' }, { osm_id: "5", highway: "service" }],
    ["tags as hstore", { tags: '"highway"=>"service"' }, { highway: "service" }],
    ["a column comes first", { highway: "primary", other_tags: '"highway"=>"x"' }, { highway: "primary" }],
    ["no other tags", { highway: "primary", other_tags: null }, { highway: "primary" }],
    ["tags that are somebody's own", { highway: "primary", tags: "red" }, { highway: "primary", tags: "red" }],
    [
      "Geofabrik's layer",
      { osm_id: "9", fclass: "secondary", oneway: "F", bridge: "F", tunnel: "T", maxspeed: 0, layer: 0 },
      { osm_id: "9", fclass: "secondary", highway: "secondary", oneway: "F", bridge: "no", tunnel: "yes", layer: "0" },
    ],
    [
      "Geofabrik's tracks",
      { fclass: "track_grade2", maxspeed: 30 },
      { fclass: "track_grade2", highway: "track", tracktype: "grade2", maxspeed: "30" },
    ],
    ["Geofabrik's unknown roads", { fclass: "unknown" }, { fclass: "unknown", highway: "road" }],
  ])("reads tags as exporters write them: %s", async (_, properties, tags) => {
    expect((await read(collection(line([a, b], properties)))).ways[0]!.tags).toEqual(tags);
  });

  it.each(['"oneway"', '"oneway"=>', '"oneway"=>"-1",', '"a"=>"b" "c"=>"d"', "oneway=-1", "{oneway: -1}", "[1]"])(
    "refuses other tags that it cannot read, with the feature: %s",
    async (text) => {
      const properties = { highway: "primary", other_tags: text };
      await expectFailure(collection(line([a, b]), line([b, c], properties)), /neither hstore nor JSON/, {
        field: "features[1].properties.other_tags",
      });
    },
  );

  it("reads UTF-16, with and without its mark, and names Latin-1", async () => {
    const document = collection(line([a, b], { highway: "primary", name: "Größe" }));
    const text = JSON.stringify(document);
    const expected = await read(document);
    const of = (bytes: Uint8Array) => collect(new GeoJsonSource("t.geojson", textChunks(bytes, 16)));
    expect(await of(Buffer.from(`\ufeff${text}`))).toEqual(expected);
    expect(await of(Buffer.from(text, "utf16le"))).toEqual(expected);
    expect(await of(Buffer.from(`\ufeff${text}`, "utf16le"))).toEqual(expected);
    await expect(of(Buffer.from(text, "latin1"))).rejects.toMatchObject({
      code: "invalid-geojson",
      message: expect.stringContaining("Latin-1"),
    });
  });

  it("makes a way of each part of a MultiLineString, and passes over other geometries", async () => {
    const multi = {
      ...line([]),
      geometry: {
        type: "MultiLineString",
        coordinates: [
          [a, b],
          [b, c],
        ],
      },
    };
    const others = [
      { type: "Feature", properties: {}, geometry: { type: "Point", coordinates: a } },
      { type: "Feature", properties: {}, geometry: null },
      { type: "Feature", properties: {}, geometry: { type: "Polygon", coordinates: [[a, b, c, a]] } },
    ];
    const { ways, nodes } = await read(collection(...others, multi, line([c, a])));
    expect(ways.map(({ id, nodes: refs }) => [id, refs])).toEqual([
      [4, [1, 2]],
      [4, [2, 3]],
      [5, [3, 1]],
    ]);
    expect(nodes).toHaveLength(3);
  });

  it("takes way ids from wherever exporters put them", async () => {
    const idOf = async (properties: object, more: object = {}) =>
      (await read(collection(line([a, b], properties, more)))).ways[0]!.id;
    expect(await idOf({ "@id": "way/5016127" })).toBe(5016127);
    expect(await idOf({}, { id: "way/12345678901" })).toBe(12345678901);
    expect(await idOf({}, { id: 77 })).toBe(77);
    expect(await idOf({ id: 78 })).toBe(78);
    expect(await idOf({ osm_id: "79" })).toBe(79);
    expect(await idOf({ osm_way_id: 80 })).toBe(80);
    for (const useless of ["relation/5", "A12-3", "", -4, 1.5, true, null, ["9"], "99999999999999999999"]) {
      expect(await idOf({ id: useless }), JSON.stringify(useless)).toBe(1);
    }
  });

  it("never lets positions and ids meet", async () => {
    const idsOf = async (...ids: (number | undefined)[]) =>
      (await read(collection(...ids.map((id) => line([a, b], id === undefined ? {} : { id }))))).ways.map(
        (way) => way.id,
      );
    expect(await idsOf(2, undefined, 3, undefined)).toEqual([2, -2, 3, -4]);
    expect(await idsOf(undefined, 1, 3)).toEqual([1, 2, 3]);
  });

  it("reads features wherever they stand in the document, and a byte order mark before it", async () => {
    const text = `\uFEFF{"name":"x \\"features\\": [{","other":[{"type":"Feature"}],"features" : [\n${JSON.stringify(line([a, b]))}\n],"type":"FeatureCollection"}`;
    expect((await read(text)).ways).toHaveLength(1);
    expect((await read(collection())).ways).toEqual([]);
    const crs = { type: "name", properties: { name: "urn:ogc:def:crs:OGC:1.3:CRS84" } };
    expect((await read({ ...collection(line([a, b])), crs })).ways).toHaveLength(1);
  });

  it("lets a handler's own error through untouched", async () => {
    const own = new TypeError("stop");
    const stop = () => {
      throw own;
    };
    const source = new GeoJsonSource("t", textChunks(JSON.stringify(collection(line([a, b])))));
    await expect(source.read({ way: stop })).rejects.toBe(own);
    await expect(source.read({ node: stop })).rejects.toBe(own);
  });
});

describe("refusing GeoJSON", () => {
  const good = line([
    [0, 0],
    [1, 1],
  ]);

  it("names the feature and its line", async () => {
    const text = (bad: unknown) =>
      `{"type":"FeatureCollection","features":[\n${JSON.stringify(good)},\n${JSON.stringify(bad)}\n]}`;
    const cases: [bad: unknown, message: RegExp, field: string][] = [
      [{ type: "Road" }, /features\[1\]\.type is "Road"/, "features[1].type"],
      [{ ...good, geometry: 5 }, /geometry is 5/, "features[1].geometry"],
      [{ ...good, properties: "x" }, /properties is "x"/, "features[1].properties"],
      [line([[0, 0]]), /two or more positions/, "features[1].geometry.coordinates"],
      [line(undefined), /missing instead of/, "features[1].geometry.coordinates"],
      [line([[0, 0], [1]]), /coordinates\[1\] is \[1\]/, "features[1].geometry.coordinates[1]"],
      [
        line([
          [0, 0],
          ["1", "2"],
        ]),
        /is \["1","2"\]/,
        "features[1].geometry.coordinates[1]",
      ],
      [
        line([
          [51, 101],
          [1, 2],
        ]),
        /latitude seems to come first/,
        "features[1].geometry.coordinates[0]",
      ],
      [
        line([
          [545_000, 206_000],
          [1, 2],
        ]),
        /looks projected.*4326/,
        "features[1].geometry.coordinates[0]",
      ],
      [
        {
          ...good,
          geometry: {
            type: "MultiLineString",
            coordinates: [
              [
                [0, 0],
                [1, 1],
              ],
              [[0, 0]],
            ],
          },
        },
        /two or more/,
        "features[1].geometry.coordinates[1]",
      ],
      [
        { ...good, geometry: { type: "MultiLineString", coordinates: 5 } },
        /is 5 instead of a list of lines/,
        "features[1].geometry.coordinates",
      ],
    ];
    for (const [bad, message, field] of cases) await expectFailure(text(bad), message, { row: 3, field });
    await expectFailure(text(good).replace('"LineString"', "LineString"), /features\[0\] is not JSON/, { row: 2 });
  });

  it("refuses documents that are something else", async () => {
    await expectFailure("", /not JSON/);
    await expectFailure("[]", /instead of a GeoJSON "FeatureCollection"/);
    await expectFailure(good, /The document is "Feature"/);
    await expectFailure({ elements: [] }, /The document is missing/);
    await expectFailure({ type: "FeatureCollection" }, /instead of/);
    await expectFailure({ type: "FeatureCollection", features: [good, 7] }, /features\[1\] is 7/);
    await expectFailure({ type: "FeatureCollection", features: [good, [good]] }, /features\[1\] is \[/);
    await expectFailure({ type: "FeatureCollection", features: [good, 0] }, /numbers in it/);
    await expectFailure(`${JSON.stringify(collection(good))}x`, /not JSON/);
    const crs = { type: "name", properties: { name: "urn:ogc:def:crs:EPSG::27700" } };
    await expectFailure({ ...collection(good), crs }, /EPSG::27700; convert them/);
  });

  it("refuses bytes that are not UTF-8", async () => {
    const bytes = new TextEncoder().encode(
      JSON.stringify(
        collection(
          line(
            [
              [0, 0],
              [1, 1],
            ],
            { name: "#" },
          ),
        ),
      ),
    );
    bytes[bytes.indexOf(0x23)] = 0xff;
    await expect(new GeoJsonSource("t", textChunks(bytes)).read({ way() {} })).rejects.toMatchObject({
      code: "invalid-geojson",
      message: expect.stringMatching(/not UTF-8/),
    });
  });

  it("reports every truncation", async () => {
    const text = JSON.stringify(
      collection(
        good,
        line([
          [1, 1],
          [2, 2],
        ]),
      ),
    );
    for (let length = 0; length < text.length; length++) {
      const error = await read(text.slice(0, length)).catch((thrown: unknown) => thrown);
      expect(error, `${length} characters`).toBeInstanceOf(DiversionError);
    }
  });
});

describe("numbering positions", () => {
  it("gives equal positions equal numbers, in order of first appearance, through every growth", () => {
    const ids = new CoordinateIds();
    const positions = Array.from(
      { length: 50_000 },
      (_, i) => [(i % 250) * 1000 - 125_000, Math.floor(i / 250) * 1000] as const,
    );
    const expected = positions.map((_, i) => i + 1);
    for (let pass = 0; pass < 2; pass++) expect(positions.map(([lon, lat]) => ids.idOf(lon, lat))).toEqual(expected);
    expect(ids.size).toBe(50_000);
    expect(ids.idOf(-1_800_000_000, 900_000_000)).toBe(50_001);
    expect(ids.idOf(900_000_000, -1_800_000_000)).toBe(50_002);
  });
});
