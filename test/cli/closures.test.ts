import { rmSync } from "node:fs";
import { afterAll, describe, expect, it } from "vitest";
import { at } from "../support/small-county";
import { runCommand } from "../support/terminal";
import { countyFiles } from "./county-files";

const county = countyFiles();
afterAll(() => rmSync(county.folder, { recursive: true }));

const collection = (...features: object[]): string =>
  JSON.stringify({
    type: "FeatureCollection",
    features: features.map((feature) => ({ type: "Feature", geometry: null, ...feature })),
  });
const atKm = (km: number): string => at(km).join(",");
const point = (km: number) => ({ type: "Point", coordinates: at(km) });
const nearest = (...args: string[]) => runCommand(["nearest", ...county.options, ...args]);

describe("nearest --closures", () => {
  const crash = {
    id: "crash",
    geometry: point(11.5),
    properties: { bufferMetres: 20, reason: "crash", until: "2017-05-15T19:00:00+01:00" },
  };

  it("keeps to the roads that are open, and names the closure that turned the answer", async () => {
    const file = county.write("closures.geojson", collection(crash));
    const { status, stdout, stderr } = await nearest("--at", atKm(12), "--closures", file);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout).toContain(
      "Go to Burton (B2): 8 min by road, 8.0 km.\nOn the roads: A1 closed until 19:00, crash.\n",
    );
    expect(stdout).toMatch(/status version 0, roads version 1\.\n$/);
    const { closures, basis } = JSON.parse((await nearest("--at", atKm(12), "--closures", file, "--json")).stdout);
    expect(closures).toEqual([{ id: "crash", kind: "closure", reason: "crash", text: "A1 closed until 19:00, crash" }]);
    expect(Object.keys(basis)).toEqual(["roads", "hospitals", "policy", "statusVersion", "roadsVersion", "at"]);
    const later = await nearest("--at", atKm(12), "--closures", file, "--when", "2017-05-15T19:00:00+01:00");
    expect(later.stdout).toContain("Go to Ashby (A1): 2 min");
    expect(later.stdout).not.toContain("On the roads");
  });

  it("counts in batches too", async () => {
    const file = county.write("closures.geojson", collection(crash));
    const incidents = county.write("incidents.csv", `id,lon,lat\na,${atKm(12)}\nb,${atKm(9)}\n`);
    const { stdout } = await nearest("--incidents", incidents, "--closures", file);
    const answers = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(answers.map(({ id, destination, closures }) => [id, destination.hospital.id, closures?.length])).toEqual([
      ["a", "B2", 1],
      ["b", "A1", undefined],
    ]);
  });

  it("says which closures are about no road here", async () => {
    const elsewhere = { properties: { road: "M25", reason: "works" } };
    const file = county.write(
      "elsewhere.geojson",
      collection(elsewhere, crash, { properties: { road: "AI", reason: "typing" } }),
    );
    const { status, stderr } = await nearest("--at", atKm(12), "--closures", file);
    expect(status).toBe(0);
    expect(stderr).toBe(
      `ambulance-diversion: ${file}: 2 of 3 closures are about no road of these and were left out. ` +
        'row 1: No road here is called "M25". row 3: No road here is called "AI". Did you mean A1?\n',
    );
  });

  it.each([
    ["is not there", undefined, /file-not-found|cannot be read|No such|not exist/i],
    ["is not JSON", "closed", /not JSON.*FeatureCollection/],
    ["is wrong in a feature", collection(crash, { properties: { road: "A1" } }), /row 2, field reason/],
  ])("stops with one line when the file %s", async (_, content, message) => {
    const file = content === undefined ? county.path("none.geojson") : county.write("bad.geojson", content);
    const { status, stdout, stderr } = await nearest("--at", atKm(12), "--closures", file);
    expect([status, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(message);
    expect(stderr).toContain(file);
    expect(stderr.trimEnd().split("\n")).toHaveLength(1);
  });
});
