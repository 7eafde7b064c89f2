import { rmSync } from "node:fs";
import { afterAll, describe, expect, it } from "vitest";
import { encodeRoads } from "../../src/roads/roads-file";
import { HALF_SPACING_KM, motorway } from "../support/motorway";
import { at } from "../support/small-county";
import { runCommand } from "../support/terminal";
import { countyFiles } from "./county-files";

const files = countyFiles();
afterAll(() => rmSync(files.folder, { recursive: true }));

const roads = files.write("motorway.roads", Buffer.concat(encodeRoads(motorway())));
const hospitals = files.write(
  "ends.json",
  JSON.stringify([
    { id: "West", name: "West Hospital", location: at(0), handoverMinutes: 0 },
    { id: "East", name: "East Hospital", location: at(20), handoverMinutes: 0 },
  ]),
);
const nearest = (args: readonly string[], stdin = "") =>
  runCommand(["nearest", "--roads", roads, "--hospitals", hospitals, ...args], { stdin });
const eastbound = at(8, HALF_SPACING_KM).join(",");

describe("nearest on a dual carriageway", () => {
  it("prints both answers when the location does not tell the carriageway", async () => {
    const { status, stdout } = await nearest(["--at", eastbound, "-k", "1"]);
    expect(status).toBe(0);
    expect(stdout).toContain("Go to East Hospital (East): 12 min by road, 12.0 km.\n");
    expect(stdout).toContain(
      "The location does not tell which road the incident is on: this is for M25 eastbound, 0 m away.\n" +
        "If the incident is on the other carriageway (M25 westbound, 25 m away): go to West Hospital, 8 min\n" +
        "  by road.\n",
    );
  });

  it("takes --bearing and --road, compass north written as 0 or 360", async () => {
    const answer = async (...args: string[]): Promise<Record<string, never>> =>
      JSON.parse((await nearest(["--at", eastbound, "--json", ...args])).stdout);
    expect(await answer("--bearing", "270", "--road", "m25")).toMatchObject({
      destination: { hospital: { id: "West" } },
      incident: { bearing: 270, roadName: "m25", snapped: { road: "M25", distanceMetres: 25 } },
    });
    expect(Object.keys(await answer("--bearing", "270"))).not.toContain("snapAmbiguous");
    expect(await answer("--bearing", "360")).toMatchObject({
      incident: {
        bearing: 0,
        warnings: [{ code: "bearing-not-matched" }, { code: "secluded-road" }, { code: "snap-ambiguous" }],
      },
    });
    const { stdout } = await nearest(["--at", eastbound, "--bearing", "0", "--road", "A1"]);
    expect(stdout).toContain(
      "Note: no road here is driven in the direction of 0°: the bearing was not taken into account.\n",
    );
    expect(stdout).toContain("Note: no road here is called A1: the nearest was taken.\n");
  });

  it("takes them from a batch, and replays what it logged", async () => {
    const log = files.path("decisions.log");
    const batch = `id,lon,lat,bearing,roadName\n1,${eastbound},270,\n2,${eastbound},90,M25\n3,${eastbound},,\n`;
    const { status, stdout } = await nearest(["--incidents", "-", "--format", "csv", "--log", log], batch);
    expect(status).toBe(0);
    const answers = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(answers.map(({ destination }) => destination.hospital.id)).toEqual(["West", "East", "East"]);
    expect(answers.map(({ snapAmbiguous }) => snapAmbiguous?.candidates.length)).toEqual([undefined, undefined, 2]);
    const replay = await runCommand(["replay-decision", log, "--roads", roads, "--hospitals", hospitals]);
    expect([replay.status, replay.stderr]).toEqual([0, ""]);
  });
});
