import { rmSync } from "node:fs";
import { afterAll, describe, expect, it } from "vitest";
import { openRoads } from "../../src/node/files/roads-files";
import { isShared } from "../../src/node/workers/shared-memory";
import { countyFiles } from "../cli/county-files";
import { at } from "../support/small-county";

const county = countyFiles();
afterAll(() => rmSync(county.folder, { recursive: true }));

describe("openRoads", () => {
  it("lays every array into one buffer, shared with other threads when asked", async () => {
    const file = county.path("county.roads");
    const [own, shared] = await Promise.all([openRoads(file), openRoads(file, { shared: true })]);
    const arraysOf = ({ graph, snapColumns, hierarchy, metric }: typeof own): Int32Array[] =>
      [graph.columns, snapColumns, hierarchy, metric]
        .flatMap((columns) => Object.values(columns) as unknown[])
        .filter((value) => ArrayBuffer.isView(value)) as Int32Array[];
    expect(arraysOf(own).length).toBeGreaterThan(25);
    expect(arraysOf(own).some(isShared)).toBe(false);
    expect(arraysOf(shared).every(isShared)).toBe(true);
    expect(new Set(arraysOf(shared).map(({ buffer }) => buffer)).size).toBe(1);
    expect(arraysOf(shared)).toEqual(arraysOf(own));
    expect(shared.snap(at(12.5))).toEqual(own.snap(at(12.5)));
  });

  it("tells a damaged file by its name, shared or not", async () => {
    const file = county.write("cut.roads", "ROADS\r\n\u001a and no more");
    for (const shared of [false, true]) {
      await expect(openRoads(file, { shared })).rejects.toMatchObject({ code: "invalid-roads-file", place: { file } });
    }
  });
});
