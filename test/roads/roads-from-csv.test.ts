import { describe, expect, it } from "vitest";
import { SeededRandom } from "../../src/core/random";
import { edgesCsv, nodesCsv, turnsCsv } from "../../src/output/roads-csv";
import { buildRoadGraph } from "../../src/roads/build/build-road-graph";
import type { RoadGraph } from "../../src/roads/graph/road-graph";
import { builtInProfile } from "../../src/roads/profile/profile";
import { type CsvFile, readCsvRoads } from "../../src/roads/tables/roads-from-csv";
import { verifyTurns } from "../../src/roads/verify-turns";
import { CsvOutsider } from "../support/csv-outsider";
import { osmFixture } from "../support/osm-fixture";
import { restrictedGrid } from "../support/restricted-grid";
import { brokenInvariants } from "../support/road-fixtures";

const file = (name: string, text: string | Uint8Array): CsvFile => ({
  name,
  async *bytes() {
    // In pieces that end within rows.
    const bytes = typeof text === "string" ? new TextEncoder().encode(text) : text;
    for (let i = 0; i < bytes.length; i += 1000) yield bytes.slice(i, i + 1000);
  },
});

const read = (nodes: string | Uint8Array, edges: string | Uint8Array, turns?: string) =>
  readCsvRoads({
    source: "tables",
    nodes: file("nodes.csv", nodes),
    edges: file("edges.csv", edges),
    ...(turns === undefined ? {} : { turns: file("turns.csv", turns) }),
  });

const exported = (roads: RoadGraph): [nodes: string, edges: string, turns: string] => [
  [...nodesCsv(roads)].join(""),
  [...edgesCsv(roads)].join(""),
  [...turnsCsv(roads)].join(""),
];

const NODES = "node,lon,lat\n7,0,51\n9,0.01,51\n-3,0.02,51\n";
const EDGES = "from,to,milliseconds,metres\n7,9,1000,700\n9,7,1000,700\n9,-3,2000,700\n-3,7,500,900.5\n";

describe("roads from csv", () => {
  it.each([1, 2, 3])("are those that were exported, forbidden turns included, in town %i", async (seed) => {
    const source = osmFixture(restrictedGrid(seed, 6, 20, true));
    const { roads } = await buildRoadGraph(source, { profile: builtInProfile("normal-road") });
    const tables = exported(roads);
    const { roads: again } = await read(...tables);
    expect(brokenInvariants(again)).toEqual([]);
    expect(again.junctionCount).toBe(roads.junctionCount);
    expect(again.columns.turnSequence.length).toBe(roads.columns.turnSequence.length);
    expect(verifyTurns(again).difference).toBeUndefined();
    const [before, after] = [new CsvOutsider(...tables), new CsvOutsider(...exported(again))];
    const random = new SeededRandom(seed);
    for (let trial = 0; trial < 5; trial++) {
      const start = random.integer(roads.junctionCount);
      expect([...after.timesFrom(start)].sort(), `seed ${seed}, from ${start}`).toEqual(
        [...before.timesFrom(start)].sort(),
      );
    }
  });

  it("have nodes of any number, times and lengths as given", async () => {
    const { roads, report } = await read(NODES, EDGES);
    expect(report).toMatchObject({ source: "tables", profile: undefined, nodes: 3, edges: 4, segments: 3 });
    expect([...roads.columns.edgeMilliseconds].sort()).toEqual([1000, 1000, 2000, 500].sort());
    expect([...roads.columns.segmentCentimetres].sort()).toEqual([70_000, 70_000, 90_050].sort());
  });

  it("may have line ends of any kind, blank rows, columns in any order, and no lengths", async () => {
    const nodes = "lat,lon,label,node\r\n51,0,1,7\r\n\r\n51,0.01,2,9";
    const { roads } = await read(nodes, "to,from,milliseconds\r\n7,9,1000\r\n");
    expect(roads.edgeCount).toBe(1);
    expect(roads.columns.segmentCentimetres[0]).toBeGreaterThan(69_000);
  });

  it("may come from a spreadsheet: decimal commas, a separator that is said, quotes, empty columns and rows", async () => {
    const nodes = 'sep=;\r\n"node";lon;lat;;\r\n7;0;51;;\r\n9;0,01;"51";;\r\n;;;;\r\n-3;0,02;51\r\n';
    const edges = EDGES.replaceAll(",", "\t").replace("900.5", "900,5");
    const turns = "from;via;to;;\n7;9;-3;;\n";
    const plainly = await read(NODES, EDGES, "from,via,to\n7,9,-3\n");
    expect((await read(nodes, edges, turns)).roads.columns).toEqual(plainly.roads.columns);
  });

  it("may be in UTF-16, and in no encoding that would damage the name of a profile", async () => {
    const plainly = await read(NODES, EDGES);
    for (const mark of ["", "\ufeff"]) {
      const inUtf16 = (text: string): Uint8Array => Buffer.from(`${mark}${text}`, "utf16le");
      expect((await read(inUtf16(NODES), inUtf16(EDGES))).roads.columns).toEqual(plainly.roads.columns);
    }
    const named = EDGES.replace("milliseconds", "milliseconds:Notfälle");
    await expect(read(NODES, Buffer.from(named, "latin1"))).rejects.toMatchObject({
      code: "invalid-roads-csv",
      message: expect.stringContaining("Latin-1"),
      place: { file: "edges.csv", row: 1 },
    });
  });

  it("serve several profiles, with an empty field where one may not drive", async () => {
    const edges =
      "from,to,milliseconds:blue,milliseconds:plain\n7,9,1000,2000\n9,7,1000,2000\n9,-3,2000,\n-3,7,500,700\n";
    const { roads, report, profileReports } = await read(NODES, edges);
    expect(report.profile).toBe("blue");
    expect(profileReports!.map(({ profile, edges: count }) => [profile, count])).toEqual([
      ["blue", 4],
      ["plain", 3],
    ]);
    const [blue, plain] = roads.profiles.map(({ edgeMilliseconds }) => [...edgeMilliseconds]);
    expect(blue!.map((ms, edge) => [ms, plain![edge]]).sort()).toEqual(
      [
        [1000, 2000],
        [1000, 2000],
        [2000, 0x3fffffff],
        [500, 700],
      ].sort(),
    );
  });

  it.each([
    ["a missing column", NODES, "from,to,metres\n7,9,3\n", "edges.csv, row 1: The header has the time columns none"],
    ["a column twice", NODES, "from,to,milliseconds:a,milliseconds:a\n7,9,3,3\n", '"milliseconds:a", "milliseconds:a"'],
    ["no header", "7,0,51\n", EDGES, "nodes.csv, row 1, field node: The row should be a header"],
    ["an unknown node", NODES, "from,to,milliseconds\n7,8,3\n", "edges.csv, row 2, field to: The row names node 8"],
    ["a time that is none", NODES, "from,to,milliseconds\n7,9,fast\n", 'field milliseconds: The row has "fast"'],
    ["an empty time", NODES, "from,to,milliseconds\n7,9,\n", 'field milliseconds: The row has ""'],
    ["a node twice", `${NODES}7,0,50\n`, EDGES, "nodes.csv, field node: Node 7 is listed twice"],
    ["a latitude beyond the pole", `${NODES}8,0,91\n`, EDGES, 'nodes.csv, row 5, field lat: The row has "91"'],
    ["too few fields", NODES, "from,to,milliseconds\n7,9\n", "edges.csv, row 2: The row has 2 fields"],
    ["a stray quote", NODES, 'from,to,milliseconds\n7,9,"3\n', "edges.csv, row 2: The row has a quote within a field"],
    ["nothing", "", EDGES, "nodes.csv: The file is empty"],
  ])("are refused with %s", async (_, nodes, edges, message) => {
    const error: unknown = await read(nodes, edges).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: "invalid-roads-csv" });
    expect((error as { describe(): string }).describe()).toContain(message);
  });

  it("are refused when a turn does not tell which edges it is about", async () => {
    const turns = (row: string) => read(NODES, `${EDGES}9,-3,3000,800\n`, `from,via,to\n${row}\n`);
    await expect(turns("7,9,-3")).rejects.toMatchObject({ code: "invalid-roads-csv", place: { row: 2 } });
    await expect(turns("7,-3,9")).rejects.toThrow("No edge leads");
    await expect(turns("7,9")).rejects.toThrow("has 2 fields");
    const { roads } = await turns("-3,7,9");
    expect(roads.columns.turnFirst.length).toBe(2);
  });

  it("are refused when there is no edge", async () => {
    await expect(read(NODES, "from,to,milliseconds\n")).rejects.toMatchObject({ code: "empty-road-graph" });
  });
});
