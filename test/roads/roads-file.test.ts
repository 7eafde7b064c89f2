import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DiversionError } from "../../src/core/errors";
import { SeededRandom } from "../../src/core/random";
import { embeddedRoads } from "../../src/node/files/embedded";
import { openRoads, writeRoads } from "../../src/node/files/roads-files";
import type { RoadIndex } from "../../src/roads/road-index";
import { encodeRoads, readRoads, roadGraphChecksum } from "../../src/roads/roads-file";
import { smallCounty } from "../support/small-county";

const bytesOf = (roads: RoadIndex): Uint8Array => Uint8Array.from(Buffer.concat(encodeRoads(roads)));

const codeOf = (bytes: Uint8Array): string => {
  try {
    readRoads(bytes);
    return "accepted";
  } catch (error) {
    if (error instanceof DiversionError) return error.code;
    throw error;
  }
};

describe("roads file", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "roads-"));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it("gives back the same roads, and the same bytes for the same roads", async () => {
    const roads = await embeddedRoads();
    const bytes = bytesOf(roads);
    expect(Buffer.compare(bytes, bytesOf(await embeddedRoads()))).toBe(0);
    const opened = readRoads(bytes);
    expect(opened.graph.columns).toEqual(roads.graph.columns);
    expect(opened.graph.roads).toEqual(roads.graph.roads);
    expect(opened.description).toEqual(roads.description);
    expect(opened.snapColumns).toEqual(roads.snapColumns);
    expect(opened.checksum).toBe(roads.checksum);
    expect(roadGraphChecksum(opened.graph)).toBe(roads.checksum);
    expect(Buffer.compare(bytesOf(opened), bytes)).toBe(0);
  });

  it("is opened without copying", () => {
    const bytes = bytesOf(smallCounty());
    expect(readRoads(bytes).graph.columns.edgeHead.buffer).toBe(bytes.buffer);
  });

  it("has another checksum when a travel time, a name or a position differs", async () => {
    const roads = await embeddedRoads();
    const { graph } = roads;
    const checksums = new Set([roads.checksum]);
    for (const column of ["edgeMilliseconds", "nodeLon", "segmentCentimetres", "segmentRoad"] as const) {
      const changed = Int32Array.from(graph.columns[column]);
      changed[3]!++;
      const other = Object.assign(Object.create(Object.getPrototypeOf(graph)), graph, {
        columns: { ...graph.columns, [column]: changed },
      });
      checksums.add(roadGraphChecksum(other));
    }
    expect(checksums.size).toBe(5);
  });

  it("is refused truncated at any byte, and with any bit flipped", () => {
    const bytes = bytesOf(smallCounty());
    for (let length = 0; length < bytes.length; length += 7) {
      expect(codeOf(bytes.slice(0, length)), `${length} bytes`).toBe("invalid-roads-file");
    }
    const seed = 5;
    const random = new SeededRandom(seed);
    for (let round = 0; round < 2000; round++) {
      const bit = random.integer(bytes.length * 8);
      bytes[bit >> 3]! ^= 1 << (bit & 7);
      expect(codeOf(bytes), `seed ${seed}, bit ${bit}`).toBe("invalid-roads-file");
      bytes[bit >> 3]! ^= 1 << (bit & 7);
    }
    expect(codeOf(bytes)).toBe("accepted");
  });

  it("is written whole or not at all, and errors name the file", async () => {
    const path = join(folder, "county.roads");
    const bytes = await writeRoads(path, smallCounty());
    expect(readFileSync(path).length).toBe(bytes);
    expect(readdirSync(folder)).toEqual(["county.roads"]);
    expect((await openRoads(path)).checksum).toBe(smallCounty().checksum);

    await expect(writeRoads(join(folder, "nowhere/county.roads"), smallCounty())).rejects.toMatchObject({
      code: "file-not-writable",
      place: { file: join(folder, "nowhere/county.roads") },
    });
    await expect(openRoads(join(folder, "none.roads"))).rejects.toMatchObject({ code: "file-not-found" });
    writeFileSync(join(folder, "text.roads"), "id,name\n");
    await expect(openRoads(join(folder, "text.roads"))).rejects.toMatchObject({
      code: "invalid-roads-file",
      place: { file: join(folder, "text.roads") },
    });
    expect(readdirSync(folder).filter((name) => name.endsWith(".tmp"))).toEqual([]);
  });
});
