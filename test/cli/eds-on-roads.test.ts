import { readFileSync, rmSync } from "node:fs";
import { afterAll, describe, expect, it } from "vitest";
import { at } from "../support/small-county";
import { runCommand } from "../support/terminal";
import { countyFiles } from "./county-files";

const county = countyFiles();
afterAll(() => rmSync(county.folder, { recursive: true }));

const hospitals = county.write(
  "scattered.json",
  JSON.stringify([
    { id: "NEAR", name: "Near ED", location: at(5, 0.14) },
    { id: "FAR", name: "Far ED", location: at(10, 0.4) },
    { id: "OFF", name: "Off ED", location: at(20, 3) },
  ]),
);
const [, roads] = county.options as [string, string];

describe("EDs far from the road where drives to them end", () => {
  it("are told by info, beside those off the roads", async () => {
    const { stdout } = await runCommand(["info", roads, "--hospitals", hospitals]);
    expect(stdout).toMatch(/^EDs +3; 1 off these roads: Off ED \(OFF\)$/m);
    expect(stdout).toMatch(
      /^EDs far off +1 of 3 ED is farther than 150 m from the road where drives to it end: Far ED \(FAR\), 400 m from A1$/m,
    );
    const json = JSON.parse((await runCommand(["info", roads, "--hospitals", hospitals, "--json"])).stdout);
    expect(json.hospitals).toEqual({
      count: 3,
      offNetwork: [{ id: "OFF", name: "Off ED" }],
      farMetres: 150,
      far: [{ id: "FAR", name: "Far ED", road: "A1", distanceMetres: 400 }],
    });
    expect(JSON.parse((await runCommand(["info", roads, "--json"])).stdout)).not.toHaveProperty("hospitals");
  });

  it("are told by build", async () => {
    const source = county.write(
      "lane.geojson",
      JSON.stringify({
        type: "FeatureCollection",
        features: [
          {
            type: "Feature",
            properties: { highway: "primary", ref: "B1" },
            geometry: { type: "LineString", coordinates: [at(0), at(60)] },
          },
        ],
      }),
    );
    const { stdout } = await runCommand(["build", source, "-o", county.path("lane.roads"), "--hospitals", hospitals]);
    expect(stdout).toContain("Far ED (FAR), 400 m from B1");
  });

  it("are told when a command takes them, and in every answer that names them", async () => {
    const asked = ["nearest", "--roads", roads, "--hospitals", hospitals, "--exclude-off-network", "--at"];
    const { stdout, stderr } = await runCommand([...asked, at(10).join(","), "-k", "1"]);
    expect(stderr).toContain("to it end: Far ED (FAR), 400 m from A1.\n");
    expect(stdout).toContain("Note, Far ED: the drive ends on A1, 400 m from where its entrance is listed.");
    expect(stdout).not.toContain("Note, Near ED: the drive ends");
  });

  it("are as far as the policy says", async () => {
    const text = readFileSync(new URL("../../data/policies/england-default.json", import.meta.url), "utf8");
    const policy = county.write("policy.json", text.replace('"entranceFarMetres": 150', '"entranceFarMetres": 100'));
    const { stdout } = await runCommand(["info", roads, "--hospitals", hospitals, "--policy", policy]);
    expect(stdout).toContain(
      "2 of 3 EDs are farther than 100 m from the road where drives to them end: Far ED (FAR), 400 m from A1; Near ED (NEAR), 140 m from A1",
    );
  });
});
