import { booleanPointInPolygon } from "@turf/turf";
import * as fc from "fast-check";
import type { MultiPolygon, Polygon, Position } from "geojson";
import { describe, expect, it } from "vitest";
import { toFixedDegrees } from "../../src/core/units";
import { openOsmSource } from "../../src/node/files/open-osm-source";
import { buildRoadGraph } from "../../src/roads/build/build-road-graph";
import { AreaCutSource } from "../../src/roads/sources/area-cut-source";
import { boxArea, type CutArea, polygonArea, readArea } from "../../src/roads/sources/cut-area";
import { GeoJsonSource } from "../../src/roads/sources/geojson-source";
import { IdSet } from "../../src/roads/sources/id-set";
import { OsmXmlSource } from "../../src/roads/sources/osm-xml";
import { collect, type OsmElements } from "../support/osm-elements";
import { osmXml, textChunks } from "../support/osm-text";
import { needsSharedData, sharedData } from "../support/shared-data";

type Corners = [west: number, south: number, east: number, north: number];
const box = (...[west, south, east, north]: Corners): CutArea => boxArea({ west, south, east, north });

const xmlSource = (elements: OsmElements) => new OsmXmlSource("memory.osm", textChunks(osmXml(elements), 97));

/** Nodes 1 to 6 along a parallel, a hundredth of a degree apart from longitude 0.01. */
const line: OsmElements = {
  nodes: [1, 2, 3, 4, 5, 6].map((id) => ({ id, lon: id * 100_000, lat: 510_000_000, tags: undefined })),
  ways: [
    { id: 10, nodes: [1, 2, 3], tags: { highway: "primary" } },
    { id: 11, nodes: [3, 4], tags: { highway: "primary" } },
    { id: 12, nodes: [5, 6], tags: { highway: "primary" } },
  ],
  relations: [
    { id: 20, members: [{ type: "way", ref: 10, role: "from" }], tags: { type: "restriction" } },
    { id: 21, members: [{ type: "way", ref: 12, role: "from" }], tags: { type: "restriction" } },
    { id: 22, members: [{ type: "node", ref: 3, role: "via" }], tags: {} },
  ],
};

describe("cutting out an area", () => {
  it("keeps whole each way with a node inside or on the border, and what belongs to it", async () => {
    const cut = new AreaCutSource(xmlSource(line), box(0.03, 50, 0.035, 52));
    const { nodes, ways, relations } = await collect(cut);
    expect(nodes.map(({ id }) => id)).toEqual([1, 2, 3, 4]);
    expect(ways.map(({ id, nodes: refs }) => [id, ...refs])).toEqual([
      [10, 1, 2, 3],
      [11, 3, 4],
    ]);
    expect(relations.map(({ id }) => id)).toEqual([20, 22]);
    expect(cut.statistics().cut).toEqual({ area: "box 0.03,50,0.035,52", nodesInside: 1, waysKept: 2, waysLeftOut: 1 });
  });

  it("leaves out what crosses the area without a node in it", async () => {
    const cut = new AreaCutSource(xmlSource(line), box(0.012, 50, 0.028, 52));
    expect((await collect(cut)).ways.map(({ id }) => id)).toEqual([10]);
    await expect(collect(new AreaCutSource(xmlSource(line), box(0.031, 50, 0.039, 52)))).rejects.toMatchObject({
      code: "invalid-area",
    });
  });

  it("reads sources whose ways come before their nodes", async () => {
    const text = osmXml(line);
    const [head, ...parts] = text.split(/(?= {2}<node )|(?= {2}<way )|(?= {2}<relation )/);
    const rank = (part: string) => (part.includes("<relation") ? 0 : part.includes("<way") ? 1 : 2);
    const body = parts.map((part) => part.replace("</osm>\n", "")).sort((a, b) => rank(a) - rank(b));
    const shuffled = new OsmXmlSource("shuffled.osm", textChunks(`${head}${body.join("")}</osm>\n`, 97));
    const area = box(0.03, 50, 0.035, 52);
    const expected = await collect(new AreaCutSource(xmlSource(line), area));
    expect(await collect(new AreaCutSource(shuffled, area))).toEqual(expected);
  });

  it("works on GeoJSON", async () => {
    const features = line.ways.map(({ nodes, tags }) => ({
      type: "Feature",
      properties: tags,
      geometry: { type: "LineString", coordinates: nodes.map((id) => [id / 100, 51]) },
    }));
    const text = JSON.stringify({ type: "FeatureCollection", features });
    const cut = new AreaCutSource(new GeoJsonSource("r.geojson", textChunks(text)), box(0.03, 50, 0.035, 52));
    expect((await collect(cut)).ways.map(({ id }) => id)).toEqual([1, 2]);
  });

  it("says what the source covers when nothing lies inside, and sees swapped coordinates", async () => {
    const read = (corners: Corners) => collect(new AreaCutSource(xmlSource(line), box(...corners)));
    await expect(read([10, 50, 11, 52])).rejects.toMatchObject({
      code: "invalid-area",
      message:
        "No way has a node in the area (box 10,50,11,52); memory.osm covers longitude 0.01 to 0.06, latitude 51 to 51.",
    });
    await expect(read([50, 0, 52, 0.1])).rejects.toThrow(/seem swapped: longitude comes first/);
  });

  it("tells progress over all of its readings, and ends at the total", async () => {
    const seen: [number, number][] = [];
    const bytes = new TextEncoder().encode(osmXml(line));
    const source = new OsmXmlSource("memory.osm", (onBytes) => {
      const chunks = textChunks(bytes, 100)();
      return (async function* () {
        let done = 0;
        for await (const chunk of chunks) {
          onBytes?.((done += chunk.length), bytes.length);
          yield chunk;
        }
      })();
    });
    await new AreaCutSource(source, box(0, 50, 1, 52)).read({
      way() {},
      piece: (...piece) => void seen.push(piece),
    });
    expect(seen.every(([done], i) => i === 0 || done >= seen[i - 1]![0])).toBe(true);
    expect(seen.every(([, total], i) => i === 0 || total <= seen[i - 1]![1])).toBe(true);
    expect(seen.at(-1)![0]).toBe(seen.at(-1)![1]);
    // The ids, the nodes, and the ways.
    expect(seen.at(-1)![1]).toBe(3 * bytes.length);
  });

  const monaco = sharedData("osm/monaco.osm.pbf");
  it.skipIf(monaco === undefined)(`cuts Monaco as turf would ${needsSharedData}`, async () => {
    const ring: Position[] = [
      [7.41, 43.73],
      [7.43, 43.725],
      [7.435, 43.745],
      [7.42, 43.75],
      [7.418, 43.738],
      [7.41, 43.73],
    ];
    const hole: Position[] = [
      [7.422, 43.735],
      [7.427, 43.735],
      [7.427, 43.74],
      [7.422, 43.735],
    ];
    const polygon: Polygon = { type: "Polygon", coordinates: [ring, hole] };
    const whole = await collect(await openOsmSource(monaco!));
    const inside = new Set(
      whole.nodes.filter(({ lon, lat }) => booleanPointInPolygon([lon / 1e7, lat / 1e7], polygon)).map(({ id }) => id),
    );
    const ways = whole.ways.filter(({ nodes }) => nodes.some((id) => inside.has(id)));
    const needed = new Set([...inside, ...ways.flatMap(({ nodes }) => nodes)]);
    const cut = new AreaCutSource(await openOsmSource(monaco!), polygonArea(polygon));
    const elements = await collect(cut);
    expect(inside.size).toBeGreaterThan(1000);
    expect(elements.nodes).toEqual(whole.nodes.filter(({ id }) => needed.has(id)));
    expect(elements.ways).toEqual(ways);
    expect(cut.statistics().cut?.nodesInside).toBe(inside.size);
    const { roads, report } = await buildRoadGraph(
      new AreaCutSource(await openOsmSource(monaco!), polygonArea(polygon)),
    );
    expect(roads.edgeCount).toBeGreaterThan(100);
    expect(report.missingNodes).toBe(0);
    expect(report.cut?.waysKept).toBe(ways.length);
  });
});

describe("areas", () => {
  it("agree with turf on any polygon, its border included", () => {
    const coordinate = fc.integer({ min: 0, max: 8 });
    const corner = fc.tuple(coordinate, coordinate);
    const outline = fc.uniqueArray(corner, { minLength: 3, maxLength: 8, selector: String });
    fc.assert(
      fc.property(outline, fc.array(corner, { minLength: 1, maxLength: 20 }), (corners, points) => {
        const ring = [...corners, corners[0]!].map(([x, y]) => [x / 1000, 51 + y / 1000]);
        // Outlines that cross themselves are not polygons, and turf and the even-odd rule may part ways on them.
        if (crossesItself(corners)) return;
        const polygon: Polygon = { type: "Polygon", coordinates: [ring] };
        const area = polygonArea(polygon);
        for (const [x, y] of points) {
          const exact: Polygon = { type: "Polygon", coordinates: [[...corners, corners[0]!]] };
          expect(area.covers(x * 10_000, 510_000_000 + y * 10_000)).toBe(booleanPointInPolygon([x, y], exact));
        }
      }),
      { seed: 1, numRuns: 400 },
    );
  });

  it("reads Features, collections of them and MultiPolygons", () => {
    const square = (west: number): Polygon => ({
      type: "Polygon",
      coordinates: [
        [
          [west, 50],
          [west + 1, 50],
          [west + 1, 51],
          [west, 51],
          [west, 50],
        ],
      ],
    });
    const both: MultiPolygon = { type: "MultiPolygon", coordinates: [square(0).coordinates, square(5).coordinates] };
    const feature = (geometry: Polygon | MultiPolygon) => ({ type: "Feature", properties: {}, geometry });
    const forms: unknown[] = [
      both,
      feature(both),
      { type: "FeatureCollection", features: [feature(square(0)), feature(square(5))] },
    ];
    for (const form of forms) {
      const area = polygonArea(form);
      expect([0.5, 3, 5.5].map((lon) => at(area, lon, 50.5))).toEqual([true, false, true]);
      expect(area.bounds).toEqual({ west: 0, south: 50, east: 6, north: 51 });
    }
  });

  it("reads the .poly of Osmosis, holes and several outlines included", () => {
    const area = readArea(
      "area\n1\n   0 50\n   2 50\n   2 52\n   0 52\nEND\n!hole\n 0.5 50.5\n 1.5 50.5\n 1.5 51.5\n 0.5 51.5\n 0.5 50.5\nEND\n" +
        "2\n 5.0E+00 5.0E+01\n 6 50\n 6 51\nEND\nEND\n",
      "essex.poly",
    );
    expect([0.2, 1, 1.8, 5.8].map((lon) => at(area, lon, lon > 5 ? 50.5 : 51))).toEqual([true, false, true, true]);
  });

  it.each<[bounds: Corners, message: RegExp]>([
    [[1, 50, 0, 51], /west \(1\) not left of its east \(0\)/],
    [[0, 51, 1, 50], /south \(51\) not below its north \(50\)/],
    [[51, 120, 52, 121], /longitude comes first/],
    [[0, 50, 200, 51], /longitude beyond 180/],
    [[Number.NaN, 50, 1, 51], /not four numbers/],
  ])("refuses the box %j", (bounds, message) => {
    expect(() => box(...bounds)).toThrow(
      expect.objectContaining({ code: "invalid-area", message: expect.stringMatching(message) }),
    );
  });

  it.each<[what: string, text: string, message: RegExp]>([
    ["a point", '{"type":"Point","coordinates":[0,51]}', /give a GeoJSON Polygon or MultiPolygon/],
    ["an open ring", '{"type":"Polygon","coordinates":[[[0,50],[1,50],[1,51],[0,51]]]}', /ends where it begins/],
    [
      "swapped positions",
      '{"type":"Polygon","coordinates":[[[50,100],[50,101],[51,100],[50,100]]]}',
      /longitude comes first/,
    ],
    ["no features", '{"type":"FeatureCollection","features":[]}', /there is no feature/],
    ["no JSON", "{", /not JSON/],
  ])("refuses %s", (_, text, message) => {
    expect(() => readArea(text, "area.geojson")).toThrow(
      expect.objectContaining({
        code: "invalid-area",
        message: expect.stringMatching(message),
        place: expect.objectContaining({ file: "area.geojson" }),
      }),
    );
  });

  it.each<[what: string, text: string, row: number]>([
    ["a line that is no position", "a\n1\n 0 50\n 1 x\nEND\nEND\n", 4],
    ["a cut off file", "a\n1\n 0 50\n 1 50\n 1 51\nEND\n", 7],
    ["too few corners", "a\n1\n 0 50\n 1 50\nEND\nEND\n", 5],
    ["no outline", "a\n!1\n 0 50\n 1 50\n 1 51\nEND\nEND\n", 1],
  ])("refuses a .poly with %s", (_, text, row) => {
    expect(() => readArea(text, "a.poly")).toThrow(
      expect.objectContaining({ code: "invalid-area", place: expect.objectContaining({ row }) }),
    );
  });
});

describe("sets of ids", () => {
  it("hold what was put in, negative and beyond 2^32 alike", () => {
    const id = fc.oneof(fc.integer({ min: -5000, max: 5000 }), fc.maxSafeInteger());
    fc.assert(
      fc.property(fc.array(id), fc.array(id), (added, asked) => {
        const set = new IdSet();
        for (const value of added) set.add(value);
        const expected = new Set(added);
        expect(set.size).toBe(expected.size);
        for (const value of [...added, ...asked]) expect(set.has(value)).toBe(expected.has(value));
      }),
      { seed: 1 },
    );
  });

  it("keep more pages than one slab holds", () => {
    const set = new IdSet();
    for (let i = 0; i < 10_000; i++) set.add(i * 2048 + (i % 2048));
    for (let i = 0; i < 10_000; i++)
      expect(set.has(i * 2048 + (i % 2048)) && !set.has(i * 2048 + ((i + 1) % 2048))).toBe(true);
  });
});

const at = (area: CutArea, lon: number, lat: number): boolean => area.covers(toFixedDegrees(lon), toFixedDegrees(lat));

/** Whether two edges of the ring meet anywhere but at the corner they share. */
function crossesItself(corners: readonly (readonly [number, number])[]): boolean {
  const count = corners.length;
  const turn = (a: readonly number[], b: readonly number[], c: readonly number[]): number =>
    Math.sign((b[0]! - a[0]!) * (c[1]! - a[1]!) - (b[1]! - a[1]!) * (c[0]! - a[0]!));
  const onEdge = (a: readonly number[], b: readonly number[], c: readonly number[]): boolean =>
    turn(a, b, c) === 0 &&
    c[0]! >= Math.min(a[0]!, b[0]!) &&
    c[0]! <= Math.max(a[0]!, b[0]!) &&
    c[1]! >= Math.min(a[1]!, b[1]!) &&
    c[1]! <= Math.max(a[1]!, b[1]!);
  for (let i = 0; i < count; i++) {
    const [a, b] = [corners[i]!, corners[(i + 1) % count]!];
    for (let k = 0; k < count; k++) {
      const corner = corners[k]!;
      if (k !== i && k !== (i + 1) % count && onEdge(a, b, corner)) return true;
      const next = corners[(k + 1) % count]!;
      if (k === i || turn(a, b, corner) * turn(a, b, next) >= 0) continue;
      if (turn(corner, next, a) * turn(corner, next, b) < 0) return true;
    }
  }
  return false;
}
