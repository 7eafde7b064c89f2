import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { inflate } from "../../src/node/files/open-osm-source";
import { buildRoadGraph } from "../../src/roads/build/build-road-graph";
import { AreaCutSource } from "../../src/roads/sources/area-cut-source";
import { boxArea } from "../../src/roads/sources/cut-area";
import { MergedSource } from "../../src/roads/sources/merged-source";
import { OsmPbfSource } from "../../src/roads/sources/osm-pbf";
import type { OsmSource } from "../../src/roads/sources/osm-source";
import { OsmXmlSource } from "../../src/roads/sources/osm-xml";
import { byteSource, collect } from "../support/osm-elements";
import {
  pbfFile,
  type SampleBlock,
  type SampleNode,
  type SampleRelation,
  type SampleWay,
} from "../support/osm-pbf-encoder";
import { textChunks } from "../support/osm-text";

const version = (one: { readonly version?: number }): string =>
  one.version === undefined ? "" : ` version="${one.version}"`;
const degrees = (units: number): string => (units / 1e7).toFixed(7);
const tags = (of: Readonly<Record<string, string>> = {}): string =>
  Object.entries(of)
    .map(([k, v]) => `<tag k="${k}" v="${v}"/>`)
    .join("");

const xmlOf = (blocks: readonly SampleBlock[]): string =>
  `<osm version="0.6">${blocks
    .flatMap(({ nodes = [], ways = [], relations = [] }) => [
      ...nodes.map(
        (node) =>
          `<node id="${node.id}"${version(node)} lat="${degrees(node.lat)}" lon="${degrees(node.lon)}">${tags(node.tags)}</node>`,
      ),
      ...ways.map((way) => {
        const nds = way.nodes.map((ref, i) => {
          const [lon, lat] = way.positions?.[i] ?? [];
          const isKnown = lon !== undefined && Math.abs(lon) <= 1_800_000_000;
          return `<nd ref="${ref}"${isKnown ? ` lat="${degrees(lat!)}" lon="${degrees(lon)}"` : ""}/>`;
        });
        return `<way id="${way.id}"${version(way)}>${nds.join("")}${tags(way.tags)}</way>`;
      }),
      ...relations.map((relation) => {
        const members = relation.members.map(
          ({ type, ref, role }) => `<member type="${type}" ref="${ref}" role="${role}"/>`,
        );
        return `<relation id="${relation.id}"${version(relation)}>${members.join("")}${tags(relation.tags)}</relation>`;
      }),
    ])
    .join("")}</osm>`;

type Format = "XML" | "PBF" | "PBF without dense nodes";
const FORMATS: readonly Format[] = ["XML", "PBF", "PBF without dense nodes"];

/** Each block is a blob of its own in a PBF file. */
function fileOf(format: Format, blocks: readonly SampleBlock[]): OsmSource {
  if (format === "XML") return new OsmXmlSource("t.osm", textChunks(xmlOf(blocks), 4096));
  const dense = format === "PBF";
  return new OsmPbfSource(byteSource(pbfFile(blocks.map((block) => ({ ...block, dense })))), inflate);
}

const node = (id: number, of: number, more: Partial<SampleNode> = {}): SampleNode => ({
  id,
  lon: id * 10_000,
  lat: 510_000_000 + of * 10,
  version: of,
  ...more,
});
const way = (id: number, of: number, more: Partial<SampleWay> = {}): SampleWay => ({
  id,
  nodes: [1, 2],
  version: of,
  tags: { highway: "primary", name: `v${of}` },
  ...more,
});
const relation = (id: number, of: number): SampleRelation => ({
  id,
  version: of,
  members: [{ type: "way", ref: 10, role: `v${of}` }],
  tags: { type: "restriction" },
});

describe.each(FORMATS)("versions of one element in one file (%s)", (format) => {
  it.each<[string, readonly SampleBlock[]]>([
    ["one after the other", [{ ways: [way(10, 1), way(10, 2)] }]],
    ["the later first", [{ ways: [way(10, 2), way(10, 1)] }]],
    ["far apart", [{ ways: [way(10, 1), way(20, 1)] }, { ways: [way(5, 1), way(10, 2)] }]],
    ["three of them", [{ ways: [way(10, 2), way(10, 1)] }, { ways: [way(10, 1)] }]],
    ["stated again", [{ ways: [way(10, 2), way(10, 2, { tags: { highway: "no" } })] }]],
    ["one without a version", [{ ways: [{ id: 10, nodes: [1, 2], tags: { name: "none" } }, way(10, 2)] }]],
  ])("the highest is taken: %s", async (_, blocks) => {
    const source = fileOf(format, blocks);
    for (const pass of [1, 2]) {
      const { ways } = await collect(source);
      expect(
        ways.filter(({ id }) => id === 10).map((one) => one.tags.name),
        `pass ${pass}`,
      ).toEqual(["v2"]);
    }
  });

  it("the highest of nodes and of relations is taken, and what was left out is counted", async () => {
    const source = fileOf(format, [
      { nodes: [node(1, 1), node(2, 2, { tags: { barrier: "gate" } })] },
      { ways: [way(10, 1)], relations: [relation(7, 3), relation(7, 4)] },
      { nodes: [node(2, 1), node(1, 3), node(1, 3)] },
    ]);
    const { nodes, ways, relations } = await collect(source);
    expect(nodes.map(({ id, lat, tags: own }) => [id, lat, own])).toEqual([
      [2, 510_000_020, { barrier: "gate" }],
      [1, 510_000_030, undefined],
    ]);
    expect(ways).toHaveLength(1);
    expect(relations.map(({ members }) => members[0]!.role)).toEqual(["v4"]);
    expect(source.statistics?.().repeated).toEqual({ older: 3, again: 1 });
  });

  it("nothing is said where nothing is repeated, whatever the order", async () => {
    const source = fileOf(format, [{ ways: [way(20, 1), way(10, 2)] }, { nodes: [node(2, 1), node(-1, 1)] }]);
    expect((await collect(source)).ways).toHaveLength(2);
    expect(source.statistics?.()).toEqual({});
  });

  it("is the one that any order of the same statements gives", async () => {
    const statements = fc.array(fc.record({ id: fc.integer({ min: 1, max: 4 }), of: fc.integer({ min: 0, max: 5 }) }), {
      maxLength: 12,
    });
    await fc.assert(
      fc.asyncProperty(statements, async (stated) => {
        const source = fileOf(
          format,
          stated.map(({ id, of }) => ({ ways: [way(id, of)] })),
        );
        const taken = (await collect(source)).ways.map((one) => `${one.id} ${one.tags.name}`).sort();
        const best = new Map<number, number>();
        for (const { id, of } of stated) best.set(id, Math.max(best.get(id) ?? 0, of));
        expect(taken).toEqual([...best].map(([id, of]) => `${id} v${of}`).sort());
        const left = source.statistics?.().repeated ?? { older: 0, again: 0 };
        expect(left.older + left.again).toBe(stated.length - best.size);
      }),
      { numRuns: 60 },
    );
  });

  it("closes a road that a later version closes", async () => {
    const nodes = [node(1, 0), node(2, 0), node(3, 0)];
    const source = fileOf(format, [
      { nodes },
      { ways: [way(10, 1), way(20, 1, { nodes: [2, 3] }), way(10, 2, { tags: { highway: "primary", access: "no" } })] },
    ]);
    const { roads, report } = await buildRoadGraph(source);
    expect([...roads.columns.wayId]).toEqual([20]);
    expect(report.repeated).toEqual({ older: 1, again: 0 });
    expect(report.waysRead).toBe(2);
  });

  it("counts in each of several files", async () => {
    const file = () => fileOf(format, [{ ways: [way(10, 1), way(10, 2)] }]);
    const merged = new MergedSource([file(), file()]);
    expect((await collect(merged)).ways.map((one) => one.tags.name)).toEqual(["v2"]);
    expect(merged.statistics().repeated).toEqual({ older: 2, again: 0 });
  });
});

describe.each(FORMATS)("nodes stated on ways alone (%s)", (format) => {
  const at = (id: number): readonly [number, number] => [id * 10_000, 510_000_000];
  const located = (id: number, nodes: readonly number[]): SampleWay => way(id, 1, { nodes, positions: nodes.map(at) });

  it("make the roads that the same nodes make by themselves", async () => {
    const ways = [located(10, [1, 2, 3]), located(11, [3, 4]), located(12, [3, 5, 1])];
    const byThemselves = [1, 2, 3, 4, 5].map((id) => ({ id, lon: at(id)[0], lat: at(id)[1] }));
    const plain = fileOf(format, [{ nodes: byThemselves }, { ways: ways.map(({ positions: _, ...rest }) => rest) }]);
    const { roads, report } = await buildRoadGraph(fileOf(format, [{ ways }]));
    expect(roads.columns).toEqual((await buildRoadGraph(plain)).roads.columns);
    expect(report.missingNodes).toBe(0);
  });

  it("leave a node that has tags to be read from the file", async () => {
    const barrier = { id: 2, lon: at(2)[0], lat: at(2)[1], tags: { barrier: "bollard" } };
    for (const blocks of [
      [{ nodes: [barrier] }, { ways: [located(10, [1, 2, 3])] }],
      [{ ways: [located(10, [1, 2, 3])] }, { nodes: [barrier] }],
    ]) {
      const source = fileOf(format, blocks);
      const { nodes } = await collect(source);
      expect(nodes.map(({ id }) => id).sort()).toEqual([1, 2, 3]);
      expect(nodes.find(({ id }) => id === 2)!.tags).toEqual({ barrier: "bollard" });
      expect((await buildRoadGraph(source)).report.barriers.shut).toBe(1);
    }
  });

  it("are missing where the way does not know them", async () => {
    const unknown: readonly [number, number] = [2_147_483_647, 2_147_483_647];
    const source = fileOf(format, [{ ways: [way(10, 1, { nodes: [1, 2, 3], positions: [at(1), at(2), unknown] })] }]);
    expect((await collect(source)).nodes.map(({ id }) => id)).toEqual([1, 2]);
    expect((await buildRoadGraph(source)).report).toMatchObject({ missingNodes: 1, waysCut: 1 });
  });

  it("may be cut by an area", async () => {
    const source = fileOf(format, [{ ways: [located(10, [1, 2]), located(11, [2, 3]), located(12, [8, 9])] }]);
    const cut = new AreaCutSource(source, boxArea({ west: 0.0005, south: 50, east: 0.0015, north: 52 }));
    const { nodes, ways } = await collect(cut);
    expect(ways.map(({ id }) => id)).toEqual([10]);
    expect(nodes.map(({ id }) => id)).toEqual([1, 2]);
  });
});

describe("damaged positions on ways", () => {
  it("are refused where they are not one for each node", async () => {
    const bytes = pbfFile([{ ways: [way(10, 1, { nodes: [1, 2, 3], positions: [[0, 0]] })] }]);
    const source = new OsmPbfSource(byteSource(bytes), inflate);
    await expect(collect(source)).rejects.toMatchObject({ code: "invalid-osm" });
  });

  it("are refused where a half of one is missing", async () => {
    const text = `<osm version="0.6"><way id="1"><nd ref="1" lat="51"/></way></osm>`;
    await expect(collect(new OsmXmlSource("t.osm", textChunks(text)))).rejects.toMatchObject({ code: "invalid-osm" });
  });
});
