import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { buildRoadGraph } from "../../src/roads/build/build-road-graph";
import { RoadGraph, type RoadGraphColumns } from "../../src/roads/graph/road-graph";
import { indexRoads } from "../../src/roads/index-roads";
import { builtInProfile } from "../../src/roads/profile/profile";
import { RoadIndex } from "../../src/roads/road-index";
import { encodeRoads, roadGraphChecksum } from "../../src/roads/roads-file";
import { osmFixture } from "../support/osm-fixture";
import { restrictedGrid } from "../support/restricted-grid";
import { runCommand } from "../support/terminal";

const folder = mkdtempSync(join(tmpdir(), "verify-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** The roads file of a town with turn restrictions, some of its columns exchanged and its checksums in order. */
async function townFile(name: string, alter: (graph: RoadGraph) => Partial<RoadGraphColumns>): Promise<string> {
  const profile = builtInProfile("blue-light");
  const index = indexRoads((await buildRoadGraph(osmFixture(restrictedGrid(4, 5, 20)), { profile })).roads);
  const { graph, snapColumns, hierarchy, metric, description } = index;
  const altered = new RoadGraph({ ...graph.columns, ...alter(graph) }, graph.roads);
  const checksum = roadGraphChecksum(altered);
  const file = join(folder, name);
  const roads = new RoadIndex({ graph: altered, snapColumns, hierarchy, metric, description, checksum });
  writeFileSync(file, Buffer.concat(encodeRoads(roads)));
  return file;
}

describe("verify", () => {
  it("says what it has proved", async () => {
    const file = await townFile("town.roads", () => ({}));
    const { status, stdout, stderr } = await runCommand(["verify", "--roads", file, "--samples", "8"]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout).toMatch(/^.*town\.roads: 72 answers of cch, dijkstra equal plain Dijkstra's .*, seed 1\)$/m);
    expect(stdout).toMatch(/town\.roads: \d+ forbidden turns cannot be driven, and nothing else is barred \(\d+ ways/);
    const json = JSON.parse((await runCommand(["verify", file, "--samples", "8", "--json"])).stdout);
    expect(json).toMatchObject({ comparisons: 72, turns: { turns: expect.any(Number), judged: expect.any(Number) } });
  });

  it("finds a turn restriction that was lost from the list, and one that the roads no longer obey", async () => {
    const unlisted = await townFile("unlisted.roads", () => ({
      turnFirst: Int32Array.of(0),
      turnSequence: new Int32Array(0),
    }));
    const lost = await runCommand(["verify", unlisted]);
    expect([lost.status, lost.stdout]).toEqual([
      1,
      expect.stringMatching(/unlisted\.roads: the drive .* → .*: is allowed, and cannot be driven\n$/),
    ]);
    const disobeyed = await townFile("disobeyed.roads", (graph) => ({
      edgeHead: graph.columns.edgeHead.map((head) => graph.junctionOf(head)),
    }));
    const driven = await runCommand(["verify", disobeyed, "--json"]);
    expect(driven.status).toBe(1);
    expect(JSON.parse(driven.stdout).difference).toMatch(/is forbidden, and can be driven$/);
  });
});
