import { describe, expect, it } from "vitest";
import { distanceMetres } from "../../src/core/geometry";
import { fileChunks } from "../../src/node/files/file-chunks";
import { type DimacsFile, readDimacs } from "../../src/roads/tables/dimacs";
import { brokenInvariants } from "../support/road-fixtures";
import { needsSharedData, sharedData } from "../support/shared-data";
import { textBytes } from "../support/texts";

const file = (name: string, text: string, chunkBytes?: number): DimacsFile => ({
  name,
  bytes: textBytes(text, chunkBytes),
});

const GRAPH = `c a town
p sp 3 5

a 1 2 400
a 2 1 400\r
a\t2  3 0
a 1 2 900
a 3 3 7
`;

const COORDINATES = `c positions
p aux sp co 3
v 1 -73530767 41085396
v 2 -73530538 41086098
v 3 -73519366 41048796
`;

const read = (graph = GRAPH, coordinates: string | undefined = COORDINATES, chunkBytes?: number) =>
  readDimacs({
    graph: file("town.gr", graph, chunkBytes),
    coordinates: coordinates === undefined ? undefined : file("town.co", coordinates, chunkBytes),
  });

describe("DIMACS graphs", () => {
  it.each([1, 7, 4096])("are read whatever the chunks (%d bytes)", async (chunkBytes) => {
    const { roads, report } = await read(GRAPH, COORDINATES, chunkBytes);
    expect(brokenInvariants(roads)).toEqual([]);
    expect(roads.nodePosition(0)).toEqual([-73.530767, 41.085396]);
    const arcs = Array.from({ length: roads.edgeCount }, (_, e) => [
      roads.edgeTail(e) + 1,
      roads.columns.edgeHead[e]! + 1,
      roads.columns.edgeMilliseconds[e],
    ]);
    expect(arcs).toEqual([
      [1, 2, 400],
      [1, 2, 900],
      [2, 1, 400],
      [2, 3, 1],
      [3, 3, 7],
    ]);
    expect(report).toMatchObject({
      source: "town.gr",
      profile: undefined,
      nodes: 3,
      segments: 4,
      edges: 5,
      waysRead: 5,
    });
  });

  it("need no line feed at the end", async () => {
    const { roads } = await read(GRAPH.trimEnd(), COORDINATES.trimEnd());
    expect([roads.nodeCount, roads.edgeCount]).toEqual([3, 5]);
  });

  it("measure edges between the positions, at least one centimetre", async () => {
    const { roads } = await read();
    const metres = distanceMetres(roads.nodePosition(0), roads.nodePosition(1));
    expect(roads.columns.segmentCentimetres[0]).toBe(Math.round(metres * 100));
    expect(roads.columns.segmentCentimetres[3]).toBe(1);
  });

  it("say that coordinates are needed, and how to pass them", async () => {
    const missing = readDimacs({ graph: file("town.gr", GRAPH), coordinates: undefined });
    await expect(missing).rejects.toMatchObject({ code: "invalid-dimacs" });
    await expect(missing).rejects.toThrow("--coordinates");
  });

  it.each<[string, string, number | undefined, string]>([
    ["a weight that is no number", GRAPH.replace("400", "4x0"), 4, '"4x0"'],
    ["a negative weight", GRAPH.replace("400", "-4"), 4, "-4"],
    ["a weight beyond 12 days", GRAPH.replace("400", "1073741823"), 4, "1073741823"],
    ["a node 0", GRAPH.replace("a 1 2", "a 0 2"), 4, "tail 0"],
    ["a node beyond the count", GRAPH.replace("a 2 1", "a 2 4"), 5, "head 4"],
    ["a missing field", GRAPH.replace("400\n", "\n"), 4, "weight"],
    ["a field too many", GRAPH.replace("400\n", "400 1\n"), 4, '"1"'],
    ["an unknown line", GRAPH.replace("a 1 2", "e 1 2"), 4, '"e"'],
    ["too many arcs", GRAPH.replace("3 5", "3 4"), 8, "4"],
    ["too few arcs", GRAPH.replace("3 5", "3 6"), undefined, "5 of the 6"],
    ["a second problem line", `${GRAPH}p sp 3 5\n`, 9, "second"],
    ["an arc before the problem line", `a 1 2 3\n${GRAPH}`, 1, "before"],
    ["another problem", GRAPH.replace("p sp", "p max"), 2, '"max"'],
    ["no problem line", "c nothing\n", undefined, "problem line"],
    ["bytes that are no text", `\u001f\u008b${"x".repeat(100_000)}`, 1, "unpack"],
  ])("with %s are refused with the row", async (_, graph, row, quoted) => {
    const attempt = read(graph);
    await expect(attempt).rejects.toMatchObject({
      code: "invalid-dimacs",
      place: { file: "town.gr", ...(row && { row }) },
    });
    await expect(attempt).rejects.toThrow(quoted);
  });

  it.each<[string, string, number | undefined, string]>([
    ["a node twice", COORDINATES.replace("v 3", "v 2"), 5, "second position"],
    ["a node too few", COORDINATES.replace("v 3 -73519366 41048796\n", ""), undefined, "2 of the 3"],
    ["the count of another graph", COORDINATES.replace("co 3", "co 4"), 2, "matching"],
    ["a latitude beyond the pole", COORDINATES.replace("41048796", "91048796"), 5, "latitude"],
    ["a longitude of degrees and decimals", COORDINATES.replace("-73519366", "-73.519366"), 5, "longitude"],
    ["a position before the problem line", COORDINATES.replace("p aux sp co 3\n", ""), 2, "before"],
    ["no problem line", "", undefined, "problem line"],
  ])("with coordinates that have %s are refused with the row", async (_, coordinates, row, quoted) => {
    const attempt = read(GRAPH, coordinates);
    await expect(attempt).rejects.toMatchObject({
      code: "invalid-dimacs",
      place: { file: "town.co", ...(row && { row }) },
    });
    await expect(attempt).rejects.toThrow(quoted);
  });

  it("without arcs are empty", async () => {
    await expect(read("p sp 3 0\n")).rejects.toMatchObject({ code: "empty-road-graph" });
  });

  it("tell their progress only now and then", async () => {
    const stages: string[] = [];
    await readDimacs({
      graph: file("g", GRAPH),
      coordinates: file("c", COORDINATES),
      onProgress: (p) => stages.push(p.stage),
    });
    expect(stages.length).toBeLessThan(5);
  });
});

const newYork = sharedData("dimacs/USA-road-t.NY.gr.gz");
const newYorkCoordinates = sharedData("dimacs/USA-road-d.NY.co.gz");

it.skipIf(newYork === undefined || newYorkCoordinates === undefined)(
  `New York is one component of 264,346 nodes and 733,846 edges ${needsSharedData}`,
  async () => {
    const { report } = await readDimacs({
      graph: { name: "NY.gr", bytes: () => fileChunks(newYork!, "invalid-dimacs") },
      coordinates: { name: "NY.co", bytes: () => fileChunks(newYorkCoordinates!, "invalid-dimacs") },
    });
    expect(report).toMatchObject({ nodes: 264_346, edges: 733_846, components: 1, largestComponentShare: 1 });
  },
);
