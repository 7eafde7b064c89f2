import { describe, expect, it } from "vitest";
import { SeededRandom } from "../../src/core/random";
import { buildRoadGraph } from "../../src/roads/build/build-road-graph";
import { renumberRoadGraph } from "../../src/roads/graph/renumber-road-graph";
import type { RoadGraph } from "../../src/roads/graph/road-graph";
import {
  gather,
  haveSameAttributes,
  SEGMENT_COLUMNS,
  type SegmentAttributes,
  type SegmentTable,
} from "../../src/roads/graph/segment-table";
import { indexRoads } from "../../src/roads/index-roads";
import { builtInProfile } from "../../src/roads/profile/profile";
import { encodeRoads, readRoads } from "../../src/roads/roads-file";
import { mergeProfiles } from "../../src/roads/turns/merge-profiles";
import { osmFixture } from "../support/osm-fixture";

const names = Object.keys(SEGMENT_COLUMNS) as (keyof SegmentAttributes)[];

/** All that the columns say of a segment, taken from them by nothing that moves them. */
function attributesAt(table: SegmentAttributes, segment: number): Record<string, unknown> {
  const list = (first: Int32Array, values: Int32Array | Float64Array): number[] => [
    ...values.subarray(first[segment], first[segment + 1]),
  ];
  return Object.fromEntries(
    names.map((name) => {
      const column = SEGMENT_COLUMNS[name];
      if (column.kind === "value") return [name, table[name][segment]];
      if (column.kind === "first") return [name, table[name][segment + 1]! - table[name][segment]!];
      return [name, list(table[column.by], table[name])];
    }),
  );
}

const all = (table: SegmentAttributes, count: number): Record<string, unknown>[] =>
  Array.from({ length: count }, (_, segment) => attributesAt(table, segment));

const sorted = (rows: readonly unknown[]): string[] => rows.map((row) => JSON.stringify(row)).sort();

/** A table in which no two segments are alike in any column. */
function randomTable(random: SeededRandom, segments: number): SegmentTable {
  const table: Record<string, Int32Array | Float64Array> = {};
  for (const name of names) {
    const column = SEGMENT_COLUMNS[name];
    if (column.kind === "value") table[name] = Int32Array.from({ length: segments }, (_, s) => 1000 * (s + 1));
    else if (column.kind === "first") {
      const first = new Int32Array(segments + 1);
      for (let s = 0; s < segments; s++) first[s + 1] = first[s]! + random.integer(4);
      table[name] = first;
    } else {
      const values = Array.from({ length: table[column.by]!.at(-1)! }, (_, i) => 7 * i + random.integer(7));
      table[name] = name === "wayId" ? Float64Array.from(values, (id) => id + 2 ** 40) : Int32Array.from(values);
    }
  }
  return {
    ...(table as unknown as SegmentAttributes),
    nodeLon: Int32Array.from({ length: segments + 1 }, (_, i) => 1000 * i),
    nodeLat: new Int32Array(segments + 1),
    segmentTail: Int32Array.from({ length: segments }, (_, s) => s),
    segmentHead: Int32Array.from({ length: segments }, (_, s) => s + 1),
    forwardMilliseconds: new Int32Array(segments).fill(1000),
    backwardMilliseconds: new Int32Array(segments).fill(2000),
  };
}

/** Streets in a row, each with a bend and a name of its own. */
const streets = () =>
  osmFixture({
    nodes: Object.fromEntries(Array.from({ length: 30 }, (_, i) => [i + 1, [i / 1000, 52 + (i % 3) / 2000]])),
    ways: Array.from({ length: 14 }, (_, i) => ({
      id: 100 + i,
      nodes: [2 * i + 1, 2 * i + 2, 2 * i + 3],
      tags: { highway: "residential", name: `Street ${i}` },
    })),
  });

describe("the columns of segments", () => {
  it("are gathered whole, by any list of segments out of any tables", () => {
    const seed = 20261130;
    const random = new SeededRandom(seed);
    const tables = [randomTable(random, 12), randomTable(random, 7)];
    const tableOf = Int32Array.from({ length: 40 }, () => random.integer(2));
    const rows = tableOf.map((table) => random.integer(table === 0 ? 12 : 7));
    const gathered = gather(tables, rows, tableOf);
    rows.forEach((row, i) => {
      const from = tables[tableOf[i]!]!;
      expect(attributesAt(gathered, i), `seed ${seed}`).toEqual(attributesAt(from, row));
      expect(haveSameAttributes(gathered, i, from, row)).toBe(true);
    });
    expect(all(gather(tables, new Int32Array(0)), 0)).toEqual([]);
    for (const name of names) expect(gathered[name].constructor, name).toBe(tables[0]![name].constructor);
  });

  it.each(names)("tell segments apart: %s", (name) => {
    const table = randomTable(new SeededRandom(5), 9);
    const column = SEGMENT_COLUMNS[name];
    const changed = { ...table, [name]: table[name].slice() };
    if (column.kind === "first") changed[name]!.fill(table[name].at(-1)!, 5);
    else for (let i = 0; i < changed[name]!.length; i++) changed[name]![i]!++;
    const agreeing = all(table, 9).filter((_, s) => haveSameAttributes(table, s, changed, s));
    const equal = all(table, 9).filter((row, s) => JSON.stringify(row) === JSON.stringify(attributesAt(changed, s)));
    expect(agreeing).toEqual(equal);
    expect(agreeing.length).toBeLessThan(9);
  });

  it("survive the merging of profiles", () => {
    const random = new SeededRandom(3);
    const tables = [randomTable(random, 12), randomTable(random, 7)];
    const { segments } = mergeProfiles([...tables, tables[0]!].map((table) => ({ segments: table, sequences: [] })));
    const count = segments.segmentTail.length;
    expect(count).toBe(19);
    expect(sorted(all(segments, count))).toEqual(sorted([...all(tables[0]!, 12), ...all(tables[1]!, 7)]));
  });

  it("survive folding, assembling, renumbering, writing and reading", async () => {
    const { roads } = await buildRoadGraph(streets(), { profile: builtInProfile("normal-road") });
    const { columns, segmentCount } = roads;
    const folded = all(columns, segmentCount);
    expect(segmentCount).toBe(14);
    for (const [name, column] of Object.entries(SEGMENT_COLUMNS)) {
      if (column.kind === "list") expect(columns[name as keyof SegmentAttributes].length, name).toBeGreaterThan(0);
      else expect(new Set(columns[name as keyof SegmentAttributes]).size, name).toBeGreaterThan(1);
    }
    const backwards = Int32Array.from({ length: roads.nodeCount }, (_, node) => roads.nodeCount - 1 - node);
    const renumbered = renumberRoadGraph(roads, backwards);
    expect(all(renumbered.columns, segmentCount)).toEqual(folded.toReversed());
    const index = indexRoads(roads, { source: "", notice: "", profile: "", snapLimitMetres: 1000, report: {} });
    expect(sorted(all(index.graph.columns, segmentCount))).toEqual(sorted(folded));
    const bytes = encodeRoads(index);
    const read: RoadGraph = readRoads(new Uint8Array(Buffer.concat(bytes))).graph;
    for (const name of names) expect(read.columns[name], name).toEqual(index.graph.columns[name]);
  });
});
