import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openOsmSource, openOsmSources } from "../../../src/node/files/open-osm-source";
import { buildRoadGraph } from "../../../src/roads/build/build-road-graph";
import { roadGraphChecksum } from "../../../src/roads/roads-file";
import { joinNodeLists, MergedSource } from "../../../src/roads/sources/merged-source";
import type { OsmSource } from "../../../src/roads/sources/osm-source";
import { collect, noElements, type OsmElements } from "../../support/osm-elements";
import { osmXml } from "../../support/osm-text";
import { needsSharedData, sharedData } from "../../support/shared-data";

/** Elements in memory, in pieces of one element, as no file would be cut. */
function sourceOf(name: string, elements: Partial<OsmElements>, versions: Record<number, number> = {}): OsmSource {
  const { nodes, ways, relations } = { ...noElements(), ...elements };
  const tagsOf = (tags: Record<string, string> | undefined) => new Map(Object.entries(tags ?? {}));
  return {
    name,
    async read(handler) {
      let done = 0;
      const total = nodes.length + ways.length + relations.length;
      for (const { id, lon, lat, tags } of nodes) {
        handler.node?.(id, lon, lat, tags && tagsOf(tags));
        await handler.piece?.(++done, total);
      }
      for (const { id, nodes: refs, tags } of ways) {
        handler.way?.(id, refs, tagsOf(tags), versions[id] ?? 0);
        await handler.piece?.(++done, total);
      }
      for (const { id, members, tags } of relations) {
        handler.relation?.(id, members as Parameters<NonNullable<typeof handler.relation>>[1], tagsOf(tags));
        await handler.piece?.(++done, total);
      }
    },
  };
}

const node = (id: number, lon = id, tags?: Record<string, string>) => ({ id, lon, lat: id, tags });
const way = (id: number, nodes: number[], tags: Record<string, string> = { highway: "primary" }) => ({
  id,
  nodes,
  tags,
});

describe("merging extracts", () => {
  it("hands on each element once, in the order of ids", async () => {
    const a = sourceOf("a", { nodes: [node(1), node(2), node(5)], ways: [way(10, [1, 2]), way(30, [2, 5])] });
    const b = sourceOf("b", { nodes: [node(2), node(3)], ways: [way(10, [1, 2]), way(20, [2, 3])] });
    const merged = new MergedSource([a, b]);
    const { nodes, ways } = await collect(merged);
    expect(nodes.map(({ id }) => id)).toEqual([1, 2, 3, 5]);
    expect(ways.map(({ id }) => id)).toEqual([10, 20, 30]);
    expect(merged.statistics().merge).toEqual({
      sources: ["a", "b"],
      shared: { nodes: 1, ways: 1, relations: 0 },
      newer: 0,
      joined: 0,
      differing: { nodes: 0, ways: 0, relations: 0 },
    });
  });

  it("joins the stretches that clipping left of one way", async () => {
    const a = sourceOf("a", { ways: [way(10, [1, 2, 3, 8, 9])] });
    const b = sourceOf("b", { ways: [way(10, [3, 4, 5, 6, 7, 8])] });
    const merged = new MergedSource([a, b]);
    expect((await collect(merged)).ways[0]!.nodes).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(merged.statistics().merge).toMatchObject({ joined: 1, differing: { ways: 0 } });
  });

  it("takes the highest version, whoever has it", async () => {
    const a = sourceOf("a", { ways: [way(10, [1, 2]), way(11, [1, 2])] }, { 10: 3, 11: 7 });
    const b = sourceOf("b", { ways: [way(10, [1, 2, 3]), way(11, [1, 2, 3])] }, { 10: 4, 11: 6 });
    const merged = new MergedSource([a, b]);
    expect((await collect(merged)).ways.map(({ nodes }) => nodes)).toEqual([
      [1, 2, 3],
      [1, 2],
    ]);
    expect(merged.statistics().merge).toMatchObject({ newer: 2, joined: 0, shared: { ways: 2 } });
  });

  it("otherwise takes the extract named first, and counts it", async () => {
    const a = sourceOf("a", {
      nodes: [node(1, 100, { barrier: "gate" })],
      ways: [way(10, [1, 2], { highway: "primary" }), way(11, [1, 2, 3])],
      relations: [{ id: 5, members: [], tags: { type: "restriction" } }],
    });
    const b = sourceOf("b", {
      nodes: [node(1, 101)],
      ways: [way(10, [1, 2], { highway: "secondary" }), way(11, [4, 5, 6])],
      relations: [{ id: 5, members: [{ type: "way", ref: 1, role: "from" }], tags: { type: "restriction" } }],
    });
    const merged = new MergedSource([a, b]);
    const { nodes, ways, relations } = await collect(merged);
    expect(nodes).toEqual([node(1, 100, { barrier: "gate" })]);
    expect(ways.map(({ tags }) => tags.highway)).toEqual(["primary", "primary"]);
    expect(ways[1]!.nodes).toEqual([1, 2, 3]);
    expect(relations[0]!.members).toEqual([]);
    expect(merged.statistics().merge).toMatchObject({ differing: { nodes: 1, ways: 2, relations: 1 }, joined: 0 });
    const others = await collect(new MergedSource([b, a]));
    expect(others.ways.map(({ tags }) => tags.highway)).toEqual(["secondary", "primary"]);
  });

  it("refuses an extract that is not sorted, naming it", async () => {
    const merged = new MergedSource([
      sourceOf("a", { ways: [way(1, [1, 2])] }),
      sourceOf("b", { ways: [way(3, [1, 2]), way(2, [1, 2])] }),
    ]);
    await expect(collect(merged)).rejects.toMatchObject({
      code: "invalid-osm",
      place: { file: "b" },
      message: expect.stringMatching(/way 2 comes after way 3.*osmium sort/),
    });
  });

  it("ends every reader when the handler or a reader fails", async () => {
    const ended: string[] = [];
    const watched = (source: OsmSource): OsmSource => ({
      name: source.name,
      read: (handler) => source.read(handler).finally(() => ended.push(source.name)),
    });
    const long = (name: string) => sourceOf(name, { nodes: Array.from({ length: 50 }, (_, i) => node(i + 1)) });
    const merged = new MergedSource([watched(long("a")), watched(long("b"))]);
    const failure = new Error("stop");
    const fail = () => {
      throw failure;
    };
    await expect(merged.read({ node: fail })).rejects.toBe(failure);
    expect(ended.sort()).toEqual(["a", "b"]);
  });

  it("tells progress as bytes of all sources", async () => {
    const seen: number[][] = [];
    const long = (count: number) => sourceOf("a", { nodes: Array.from({ length: count }, (_, i) => node(i + 1)) });
    await new MergedSource([long(3), long(40)]).read({
      node: () => undefined,
      piece: (...bytes) => void seen.push(bytes),
    });
    expect(seen.at(-1)).toEqual([43, 43]);
    expect(seen).toEqual([...seen].sort((a, b) => a[0]! - b[0]!));
  });

  it("equals the union for any split of any network", async () => {
    const split = fc.array(fc.tuple(fc.boolean(), fc.boolean()), { minLength: 1, maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(split, async (places) => {
        const all = places.map((_, i) => node(i + 1));
        const part = (name: string, side: 0 | 1) => sourceOf(name, { nodes: all.filter((_, i) => places[i]![side]) });
        const { nodes } = await collect(new MergedSource([part("a", 0), part("b", 1)]));
        expect(nodes).toEqual(all.filter((_, i) => places[i]!.some(Boolean)));
      }),
      { seed: 1, numRuns: 200 },
    );
  });
});

describe("joining the stretches of a way", () => {
  it("restores any way from two stretches that overlap", () => {
    const cut = fc
      .integer({ min: 2, max: 12 })
      .chain((length) =>
        fc.tuple(fc.constant(length), fc.integer({ min: 0, max: length - 1 }), fc.integer({ min: 0, max: length - 1 })),
      );
    fc.assert(
      fc.property(cut, ([length, x, y]) => {
        const whole = Array.from({ length }, (_, i) => 100 + i);
        const a = whole.slice(0, Math.max(x, y) + 1);
        const b = whole.slice(Math.min(x, y));
        expect([...joinNodeLists(a, b)!]).toEqual(whole);
        expect([...joinNodeLists(b, a)!]).toEqual(whole);
      }),
      { seed: 1 },
    );
  });

  it.each([
    ["nothing in common", [1, 2], [3, 4]],
    ["both go on", [1, 2, 3], [1, 2, 4]],
    ["both have a way between", [1, 2, 4], [1, 3, 4]],
    ["turned round", [1, 2, 3], [3, 2, 1]],
    ["a loop", [1, 2, 3, 1], [3, 1, 4]],
  ])("refuses to guess: %s", (_, a, b) => {
    expect(joinNodeLists(a, b)).toBeUndefined();
  });
});

describe(`two halves of a real extract ${needsSharedData}`, () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "halves-"));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  /** Ways with a node on the side wanted: whole, or (clipped) as the stretch of their nodes on it and the next one over. */
  function half(whole: OsmElements, isInside: (lon: number) => boolean, clip: boolean): OsmElements {
    const inside = new Set(whole.nodes.filter(({ lon }) => isInside(lon)).map(({ id }) => id));
    const ways = whole.ways.filter(({ nodes }) => nodes.some((id) => inside.has(id)));
    const kept = clip ? ways.map((way) => ({ ...way, nodes: stretch(way.nodes, inside) })) : ways;
    const needed = new Set([...inside, ...kept.flatMap(({ nodes }) => nodes)]);
    const wayIds = new Set(kept.map(({ id }) => id));
    return {
      nodes: whole.nodes.filter(({ id }) => needed.has(id)),
      ways: kept,
      relations: whole.relations.filter(({ members }) =>
        members.some(({ type, ref }) => (type === "way" && wayIds.has(ref)) || (type === "node" && needed.has(ref))),
      ),
    };
  }

  /** From the first node inside to the last, unless a loop would lose its seam. */
  function stretch(nodes: number[], inside: ReadonlySet<number>): number[] {
    if (new Set(nodes).size < nodes.length) return nodes;
    const first = nodes.findIndex((id) => inside.has(id));
    const last = nodes.findLastIndex((id) => inside.has(id));
    return nodes.slice(Math.max(0, first - 1), last + 2);
  }

  for (const { file, clip } of [
    { file: "osm/monaco.osm.pbf", clip: false },
    { file: "osm/monaco.osm.pbf", clip: true },
    { file: "osm/rutland-2022.osm.pbf", clip: false },
  ]) {
    const path = sharedData(file);
    it.skipIf(path === undefined)(
      `${file}, ${clip ? "clipped" : "with complete ways"}, merge into the whole's road graph`,
      async () => {
        const whole = await collect(await openOsmSource(path!));
        const lons = whole.nodes.map(({ lon }) => lon).sort((a, b) => a - b);
        const middle = lons[lons.length >> 1]!;
        const overlap = 20_000;
        const files = [
          half(whole, (lon) => lon <= middle + overlap, clip),
          half(whole, (lon) => lon >= middle - overlap, clip),
        ].map((elements, i) => {
          expect(elements.ways.length).toBeLessThan(whole.ways.length);
          const name = join(folder, `${clip ? "clipped" : "complete"}-${i}.osm`);
          writeFileSync(name, osmXml(elements));
          return name;
        });
        const expected = await buildRoadGraph(await openOsmSource(path!));
        const merged = await openOsmSources(files);
        const built = await buildRoadGraph(merged);
        expect(roadGraphChecksum(built.roads)).toBe(roadGraphChecksum(expected.roads));
        expect(built.report).toMatchObject({ edges: expected.report.edges, barriers: expected.report.barriers });
        const { shared, joined, differing } = merged.statistics!().merge!;
        expect(shared.ways).toBeGreaterThan(100);
        expect(joined > 0).toBe(clip);
        expect(differing).toEqual({ nodes: 0, ways: 0, relations: 0 });
        const reversed = await buildRoadGraph(await openOsmSources([...files].reverse()));
        expect(roadGraphChecksum(reversed.roads)).toBe(roadGraphChecksum(expected.roads));
      },
      180_000,
    );
  }
});
