import { readFileSync, rmSync } from "node:fs";
import { afterAll, describe, expect, it } from "vitest";
import { at } from "../support/small-county";
import { runCommand } from "../support/terminal";
import { countyFiles } from "./county-files";

const county = countyFiles();
afterAll(() => rmSync(county.folder, { recursive: true }));

const atKm = (km: number): string => at(km).join(",");
const population = county.write("people.csv", `lon,lat,people\n${atKm(0)},100\n${atKm(12)},30\n${atKm(39)},7\n5,5,3\n`);
const whatIf = (...args: string[]) => runCommand(["what-if", ...county.options, ...args]);
const whatIfJson = async (...args: string[]) => JSON.parse((await whatIf(...args, "--json")).stdout);

describe("what-if", () => {
  it("prints who goes elsewhere", async () => {
    const { status, stdout, stderr } = await whatIf("--close", "A1", "--population", population);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout.split("\n")).toEqual([
      "140 people at 4 places; any patient; 2017-05-15T12:00:00+01:00.",
      "",
      "people whose ED changes             130 (94.9 %)",
      "extra minutes                       mean +9.1 min, p95 +10.0 min, worst +10.0 min",
      "left without an ED                  0",
      "more than 45 min from care          0 before, 0 after",
      "more than 60 min from care          0 before, 0 after",
      "off these roads, not counted above  3",
      "",
      "Brought elsewhere:",
      "  from        to           people  mean extra",
      "  Ashby (A1)  Burton (B2)     130    +9.1 min",
      "",
      "Load:",
      "  ED           before  after  change",
      "  Ashby (A1)      130      0    -130",
      "  Burton (B2)       0    130    +130",
      "",
      "Places that fare worst:",
      "  longitude, latitude  from   to        before     after",
      "  0.00000, 52.00000    Ashby  Burton  10.0 min  20.0 min",
      `  ${at(12)[0].toFixed(5)}, 52.00000    Ashby  Burton   2.0 min   8.0 min`,
      "",
    ]);
  });

  it("gives JSON with needs, status and moment, and takes several changes at once", async () => {
    const status = county.path("status.log");
    await runCommand([
      ...["status", "report", "B2", "--status", status, "--effect", "divert", "--needs", "trauma"],
      ...["--until", "2017-05-15T14:00:00+01:00", "--reason", "IT", "--by", "matron", "--hospitals", county.hospitals],
    ]);
    const asked = ["--close", "A1", "--population", population, "--status", status, "--needs", "trauma"];
    const diverted = await whatIfJson(...asked);
    expect(diverted.basis).toMatchObject({ needs: ["trauma"], unit: "people", statusVersion: 1 });
    expect(diverted.shifts.map(({ to }: { to: { id: string } }) => to.id)).toEqual(["B2"]);
    const opened = await whatIfJson(...asked.slice(0, -2), "--open", "B2", "--add", `N1=${atKm(1)}:trauma|stroke`);
    expect(opened.load.map(({ hospital }: { hospital: { id: string } }) => hospital.id)).toEqual([
      "A1",
      "B2",
      "C3",
      "N1",
    ]);
    const moved = await whatIfJson("--move", `C3=${atKm(35)}`, "--when", "2017-05-15T15:00:00+01:00");
    expect(moved.basis.at).toBe("2017-05-15T15:00:00+01:00");
    expect(moved.affected.people).toBeGreaterThan(0);
  });

  it("closes roads by name and by file", async () => {
    const byName = await whatIfJson("--close-road", "A1");
    // All that is left is to stand at an ED.
    expect(byName.after.served.places).toBeLessThan(byName.before.served.places);
    const file = county.write(
      "flood.geojson",
      JSON.stringify({
        type: "FeatureCollection",
        features: [
          {
            type: "Feature",
            geometry: { type: "Point", coordinates: at(14.5) },
            properties: { bufferMetres: 20, reason: "flood" },
          },
          { type: "Feature", geometry: null, properties: { road: "B9", reason: "works" } },
        ],
      }),
    );
    const { stdout, stderr } = await whatIf("--closures", file, "--json");
    expect(stderr).toContain("1 of 2 closures are about no road of these");
    // The junction at 15 km is as near to either; nothing else changes, as both EDs lie on their own side.
    expect(JSON.parse(stdout).changed.people).toBe(1);
  });

  it("ranks closures", async () => {
    const { stdout } = await whatIf("--rank", "--population", population);
    expect(stdout).toContain("Of 3 closures of one ED, those that hurt most:");
    expect(stdout).toMatch(/\n {2}Ashby \(A1\) +130 +0 +1,180 +0 +0\n/);
    const pairs = await whatIfJson("--rank", "--pairs", "--top", "2", "--population", population);
    expect(pairs).toMatchObject({ together: 2, weighed: 3 });
    expect(pairs.ranked.map(({ close }: { close: { id: string }[] }) => close.map(({ id }) => id))).toEqual([
      ["A1", "B2"],
      ["A1", "C3"],
    ]);
    expect(pairs.ranked[0].extraPersonMinutes).toBe(100 * 30 + 30 * 26);
  });

  it.each([
    [[], "Say what would be otherwise"],
    [["--close", "Ashby"], "--close: No hospital has the id"],
    [["--close", "A1", "--rank"], "--rank: --rank weighs every closure"],
    [["--close", "A1", "--pairs"], "--pairs: --pairs goes with --rank"],
    [["--close", "A1", "--top", "3"], "--top: --top goes with --rank"],
    [["--add", "N1"], '--add: --add is "N1"; write an id and where it is'],
    [["--add", `N1=${at(3).join(",")}:surgery`], "surgery"],
    [["--move", "A1=north"], '--move: --move is "A1=north"'],
    [["--close", "A1", "--needs", "magic"], "--needs"],
    [["--close", "A1", "--population", "nowhere.csv"], "nowhere.csv: The file nowhere.csv does not exist"],
    [["--close-road", "M99"], "M99"],
    [["A1"], 'takes options only, not "A1"'],
  ])("refuses %j", async (args, words) => {
    const { status, stdout, stderr } = await whatIf(...args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toContain(words);
    expect(stderr.trimEnd().split("\n").length).toBe(1);
  });

  it("tells its options", async () => {
    const { stdout } = await runCommand(["what-if", "--help"]);
    for (const option of ["--close", "--open", "--add", "--move", "--close-road", "--rank", "--population", "--json"]) {
      expect(stdout).toContain(option);
    }
  });
});

describe("catchments", () => {
  it("gives GeoJSON of every ED, and bands when asked", async () => {
    const { status, stdout } = await runCommand([
      "catchments",
      ...county.options,
      "--cell",
      "500",
      "--minutes",
      "5,10",
    ]);
    expect(status).toBe(0);
    const { type, bbox, areas, features } = JSON.parse(stdout);
    expect({ type, areas }).toEqual({ type: "FeatureCollection", areas: { cellMetres: 500, withinMetres: 1000 } });
    expect(bbox.length).toBe(4);
    expect(features.map(({ id }: { id: string }) => id)).toEqual([
      "A1",
      "B2",
      "C3",
      "A1-5",
      "A1-10",
      "B2-5",
      "B2-10",
      "C3-5",
      "C3-10",
    ]);
    const [ashby, , , within5, within10] = features;
    expect(ashby.properties).toMatchObject({ kind: "catchment", people: 16, margin: { p95: 10 }, withoutSecond: 0 });
    expect(within5.properties).toMatchObject({ kind: "isochrone", fromMinutes: 0, minutes: 5, people: 11 });
    expect(within10.properties).toMatchObject({ fromMinutes: 5, minutes: 10, people: 10, peopleWithin: 21 });
  });

  it("writes a file, and a table for people", async () => {
    const file = county.path("areas.geojson");
    const args = ["catchments", ...county.options, "--population", population, "-o", file, "--minutes", "10"];
    const { status, stdout, stderr } = await runCommand(args);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout).toContain("3 are off these roads.");
    expect(stdout).toMatch(/Ashby \(A1\) +130 +8\.2 min +10\.0 min +9\.1 min +10\.0 min/);
    expect(stdout).toContain("Within minutes of driving, people:");
  });

  it.each([
    [["--minutes", "ten"], '--minutes is "ten"'],
    [["--minutes", "20,10"], "minutes is 20,10"],
    [["--cell", "0"], "--cell takes a number"],
    [["here"], 'takes options only, not "here"'],
  ])("refuses %j", async (args, words) => {
    const { status, stdout, stderr } = await runCommand(["catchments", ...county.options, ...args]);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toContain(words);
  });
});

describe("what-if --html", () => {
  it("writes the page beside the table, and none for a ranking", async () => {
    const out = county.path("what-if.html");
    const { status, stdout } = await whatIf("--close", "A1", "--html", out);
    expect(status).toBe(0);
    expect(stdout).toBe((await whatIf("--close", "A1")).stdout);
    expect(readFileSync(out, "utf8")).toContain("<h1>What if: Ashby closed</h1>");
    const refused = await whatIf("--rank", "--html", out);
    expect(refused).toMatchObject({ status: 2, stdout: "" });
    expect(refused.stderr).toContain("it does not go with --rank");
  });
});
