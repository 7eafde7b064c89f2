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

  const elsewhere = { properties: { road: "M25", reason: "works" } };
  const mistyped = { properties: { road: "AI", reason: "typing", until: "2017-05-15T19:00:00+01:00" } };
  const partly = () => county.write("elsewhere.geojson", collection(elsewhere, crash, mistyped));
  const explained =
    "2 of 3 closures are about no road of these and do not count. " +
    'row 1: No road here is called "M25". row 3: No road here is called "AI". Did you mean A1?';

  it("says which closures are about no road here, and says it in the answer", async () => {
    const file = partly();
    const single = ["--at", atKm(12), "--closures", file];
    const { status, stdout, stderr } = await nearest(...single);
    expect(status).toBe(0);
    expect(stderr).toBe(`ambulance-diversion: WARNING: ${file}: ${explained}\n`);
    const text = "2 closures do not count, being about no road here: M25 closed, works; AI closed, typing";
    expect(stdout.replace(/\n +/g, " ")).toContain(`${text}.`);
    const warningsOf = ({ incident }: { incident: { warnings?: object[] } }) => incident.warnings;
    const warning = { code: "closure-without-roads", text };
    expect(warningsOf(JSON.parse((await nearest(...single, "--json")).stdout))).toEqual([warning]);
    const later = await nearest(...single, "--json", "--when", "2017-05-15T19:00:00+01:00");
    expect(warningsOf(JSON.parse(later.stdout))).toEqual([
      { ...warning, text: "a closure does not count, being about no road here: M25 closed, works" },
    ]);
  });

  it("stops a batch for a closure about no road, and answers it where that is said to be meant", async () => {
    const file = partly();
    const incidents = county.write("incidents.csv", `id,lon,lat\na,${atKm(12)}\nb,${atKm(9)}\n`);
    const batch = (...args: string[]) => nearest("--incidents", incidents, "--closures", file, ...args);
    for (const args of [[], ["--strict-closures"]]) {
      const { status, stdout, stderr } = await batch(...args);
      expect([status, stdout]).toEqual([1, ""]);
      expect(stderr).toBe(
        `ambulance-diversion: ${file}: STOPPED: ${explained} A road that is closed could be driven over: ` +
          "correct them, or go on without them by --lenient-closures.\n",
      );
    }
    for (const threads of ["1", "2"]) {
      const { status, stdout, stderr } = await batch("--lenient-closures", "--threads", threads);
      expect([status, stderr]).toEqual([0, `ambulance-diversion: WARNING: ${file}: ${explained}\n`]);
      const lines = stdout
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line));
      expect(lines.map(({ id, incident }) => [id, incident.warnings[0].code])).toEqual([
        ["a", "closure-without-roads"],
        ["b", "closure-without-roads"],
      ]);
    }
  });

  it("stops for one where that is asked for, and for nothing where all are about roads here", async () => {
    const strict = ["--at", atKm(12), "--strict-closures", "--closures"];
    expect(await nearest(...strict, partly())).toMatchObject({ status: 1, stdout: "" });
    const fine = county.write("closures.geojson", collection(crash));
    expect(await nearest(...strict, fine)).toMatchObject({ status: 0, stderr: "" });
    const both = await nearest(...strict, fine, "--lenient-closures");
    expect(both.status).toBe(2);
    expect(both.stderr).toContain("Choose one of --strict-closures and --lenient-closures.");
  });

  it.each([
    ["what-if", county.options],
    ["catchments", county.options],
    ["serve", [...county.options, "--port", "0"]],
    ["serve", [...county.options, "--port", "0", "--strict-closures"]],
    ["export", [county.path("county.roads"), "--format", "csv", "-o", county.path("out")]],
  ])("stops %s for one where that is asked for, and `serve` by itself", async (name, options) => {
    const asked = name === "serve" ? [] : ["--strict-closures"];
    const { status, stdout, stderr } = await runCommand([name, ...options, "--closures", partly(), ...asked]);
    expect([status, stdout, stderr]).toEqual([1, "", expect.stringContaining("STOPPED: 2 of 3 closures")]);
  });

  it("names in what-if a closure about no road here as one that changes nothing", async () => {
    const { stdout } = await runCommand(["what-if", ...county.options, "--closures", partly(), "--json"]);
    expect(JSON.parse(stdout).notes).toContain(
      "The closure closure-1 (works) is about no road here and changes nothing.",
    );
  });

  it("is said in catchments made with it too", async () => {
    const { stdout } = await runCommand(["catchments", ...county.options, "--closures", partly()]);
    expect(JSON.parse(stdout).basis.roadWarnings).toEqual([
      "2 closures do not count, being about no road here: M25 closed, works; AI closed, typing",
    ]);
    const file = county.path("catchments.geojson");
    const table = await runCommand(["catchments", ...county.options, "--closures", partly(), "-o", file]);
    expect(table.stdout.replace(/\n +/g, " ")).toContain("Note: 2 closures do not count, being about no road here");
  });

  it("makes an answer again from the log it was written to, warning and all", async () => {
    const log = county.path("decisions.log");
    await nearest("--at", atKm(12), "--closures", partly(), "--log", log, "--json");
    const { status, stderr } = await runCommand(["replay-decision", log, ...county.options]);
    expect([status, stderr]).toEqual([0, ""]);
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

describe("nearest --closure-feed", () => {
  const NOW = new Date().toISOString();
  const workZone = (id: string, from: number, to: number, impact = "all-lanes-closed", geometry?: object) => ({
    type: "Feature",
    id,
    geometry: geometry ?? { type: "LineString", coordinates: [at(from), at(to)] },
    properties: {
      core_details: { event_type: "work-zone", road_names: ["A-1"], direction: "unknown", description: "Resurfacing" },
      vehicle_impact: impact,
    },
  });
  const feed = (updated: string, ...features: readonly object[]): string =>
    county.write(
      "zones.geojson",
      JSON.stringify({ type: "FeatureCollection", feed_info: { version: "4.2", update_date: updated }, features }),
    );
  const asked = (file: string, ...args: string[]) =>
    nearest("--at", atKm(12), "--closure-feed", `county:wzdx=${file}`, "--closure-feed-ttl", "10", "--json", ...args);

  it("closes what the authority says is closed, and tells what of it does not count", async () => {
    const far = {
      type: "LineString",
      coordinates: [
        [-93.5, 41.6],
        [-93.6, 41.6],
      ],
    };
    const field = { type: "LineString", coordinates: [at(5, -1), at(5, 1)] };
    const file = feed(
      NOW,
      workZone("a", 11, 11.6),
      workZone("b", 15, 16, "some-lanes-closed"),
      workZone("c", 0, 0, "all-lanes-closed", far),
      workZone("d", 0, 0, "all-lanes-closed", field),
    );
    const { status, stdout, stderr } = await asked(file);
    const { destination, closures, incident } = JSON.parse(stdout);
    expect([status, destination.hospital.id, incident.warnings]).toEqual([0, "B2", undefined]);
    expect(closures).toEqual([
      { id: "county:a", kind: "closure", reason: "Resurfacing", text: "A1 closed, Resurfacing" },
    ]);
    expect(stderr.split("\n")).toEqual([
      "ambulance-diversion: closure feed county: 1 closure or slowdown here, 1 elsewhere, 1 of lanes on roads that stay open.",
      "ambulance-diversion: closure feed county: WARNING: d: about no road here, and not counted.",
      "ambulance-diversion: closure feed county: odd: The direction is not said; taken for both. (3 times, first a)",
      "",
    ]);
  });

  it("holds in a batch on several threads, and says that the message is too old to know", async () => {
    const file = feed("2017-05-15T09:00:00Z", workZone("a", 11, 11.6));
    const incidents = county.write("incidents.csv", `id,lon,lat\na,${atKm(12)}\nb,${atKm(9)}\n`);
    const { stdout } = await nearest(
      ...["--incidents", incidents, "--threads", "2"],
      ...["--closure-feed", `county:wzdx=${file}`, "--closure-feed-ttl", "10"],
    );
    const lines = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(lines.map(({ destination, incident }) => [destination.hospital.id, incident.warnings[0].code])).toEqual([
      ["B2", "closure-feed-silent"],
      ["A1", "closure-feed-silent"],
    ]);
  });

  it.each<[string, readonly string[], RegExp]>([
    ["no time to live", ["--closure-feed", "a:wzdx=x"], /--closure-feed-ttl/],
    ["no such format", ["--closure-feed", "a:json=x", "--closure-feed-ttl", "1"], /one of wzdx, datex2/],
    ["no format", ["--closure-feed", "a=x", "--closure-feed-ttl", "1"], /write ID:FORMAT/],
    ["a header of no feed", ["--closure-feed-header", "b=X-Key:secret"], /"b", which is no closure feed/],
    ["a file that is not there", ["--closure-feed", "a:wzdx=/no/such", "--closure-feed-ttl", "1"], /\/no\/such/],
  ])("stops with one line for %s", async (_, args, message) => {
    const { status, stdout, stderr } = await nearest("--at", atKm(12), ...args);
    expect([status, stdout, stderr]).toEqual([2, "", expect.stringMatching(message)]);
    expect(stderr.trimEnd().split("\n")).toHaveLength(1);
    expect(stderr).not.toContain("secret");
  });
});
