import { rmSync } from "node:fs";
import { afterAll, describe, expect, it } from "vitest";
import { ENGLAND_DEFAULT } from "../../src/diversion/rules/policy";
import { at } from "../support/small-county";
import { runCommand } from "../support/terminal";
import { countyFiles } from "./county-files";

const county = countyFiles();
afterAll(() => rmSync(county.folder, { recursive: true }));

const atKm = (km: number): string => at(km).join(",");
const nearest = (...args: string[]) => runCommand(["nearest", ...county.options, ...args]);
/** The names of the EDs an answer names, in order. */
const idsOf = (text: string): string[] => {
  const { destination, alternatives } = JSON.parse(text);
  return [destination, ...alternatives].map(({ hospital }) => hospital.id);
};

/** A status log whose commands were run one after the other. */
async function statusLog(name: string, ...commands: readonly (readonly string[])[]): Promise<string> {
  const file = county.path(name);
  for (const command of commands) {
    const args = ["status", ...command, "--status", file, "--hospitals", county.hospitals];
    const { status, stderr } = await runCommand(args, { now: "2017-05-15T11:00:00+01:00" });
    expect(stderr).toBe("");
    expect(status).toBe(0);
  }
  return file;
}

const divert = (id: string, ...more: string[]): readonly string[] => [
  "report",
  id,
  "--effect",
  "divert",
  "--reason",
  "IT outage",
  "--by",
  "manager",
  ...more,
];

describe("nearest --at", () => {
  it("prints a table for people", async () => {
    const log = await statusLog("table.log", divert("A1", "--needs", "trauma", "--divert-to", "B2"));
    const { status, stdout, stderr } = await nearest("--at", atKm(8), "--needs", "trauma", "--status", log);
    expect(stderr).toBe("");
    expect(status).toBe(0);
    expect(stdout.replace(/[0-9a-f]{8}/g, "########")).toBe(
      [
        `Incident at ${at(8).join(", ")} (0 m from A1), 12:00 on 2017-05-15 (+01:00), needs trauma`,
        "",
        "Go to Burton (B2): 12 min by road, 12.0 km.",
        "With nothing restricted it would be Ashby, 10 min and 10.0 km less.",
        "",
        "             ED            drive  distance  arrival",
        "destination  Burton (B2)  12 min   12.0 km    12:12",
        "",
        "Passed over:",
        "  Ashby (A1), 2 min: trauma divert to Burton, IT outage",
        "",
        "Based on roads ########, hospitals ########, policy ########, status version 1.",
        "",
      ].join("\n"),
    );
  });

  it("prints one JSON document and nothing else with --json", async () => {
    const { status, stdout, stderr } = await nearest("--at", atKm(12), "-k", "2", "--json");
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    const answer = JSON.parse(stdout);
    expect(stdout).toBe(`${JSON.stringify(answer, undefined, 2)}\n`);
    expect(answer).toMatchObject({
      outcome: "destination",
      incident: { location: at(12) },
      destination: { hospital: { id: "A1", name: "Ashby" }, driveSeconds: 120, arrival: "2017-05-15T12:02:00+01:00" },
      alternatives: [{ hospital: { id: "B2" }, driveSeconds: 480 }],
      basis: { statusVersion: 0, at: "2017-05-15T12:00:00+01:00" },
    });
  });

  it("gives the same bytes for the same question, whichever engine answers", async () => {
    const answers = await Promise.all(
      ["dijkstra", "reference", "cch", "dijkstra"].map((engine) =>
        nearest("--at", atKm(27.5), "--json", "--engine", engine),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual([0, 0, 0, 0]);
    expect(new Set(answers.map(({ stdout }) => stdout)).size).toBe(1);
  });

  it("takes negative longitudes, as a word of their own or after an equals sign", async () => {
    for (const option of [["--at", "-0.0072,52"], ["--at=-0.0072,52"]]) {
      const { status, stdout, stderr } = await nearest(...option, "--json");
      expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
      expect(JSON.parse(stdout)).toMatchObject({
        incident: { location: [-0.0072, 52], snapped: { location: [0, 52] } },
        destination: { hospital: { id: "A1" }, driveSeconds: 600 },
      });
    }
  });

  it("counts the destination among the EDs that -k asks for", async () => {
    for (const [k, ids] of [
      ["1", ["A1"]],
      ["2", ["A1", "B2"]],
      ["3", ["A1", "B2", "C3"]],
      ["9", ["A1", "B2", "C3"]],
    ] as const) {
      const { stdout } = await nearest("--at", atKm(0), "-k", k, "--json");
      expect(idsOf(stdout), `-k ${k}`).toEqual(ids);
    }
  });

  it("answers for the moment of --when, in the offset it was given", async () => {
    const { stdout } = await nearest("--at", atKm(9), "--when", "2017-05-15T17:00:00-04:00", "--json");
    expect(JSON.parse(stdout)).toMatchObject({
      destination: { arrival: "2017-05-15T17:01:00-04:00" },
      basis: { at: "2017-05-15T17:00:00-04:00" },
    });
  });

  it("answers several --at with a line each, in order", async () => {
    const { status, stdout } = await nearest("--at", atKm(39), "--at", atKm(11), "--json");
    expect(status).toBe(0);
    const lines = stdout.trimEnd().split("\n");
    expect(lines.map(idsOf).map(([id]) => id)).toEqual(["C3", "A1"]);
  });

  it("tells the way turn by turn with --instructions", async () => {
    const plain = await nearest("--at", atKm(8));
    const { status, stdout } = await nearest("--at", atKm(8), "--instructions");
    expect(status).toBe(0);
    expect(stdout.startsWith(plain.stdout)).toBe(true);
    const lines = stdout.slice(plain.stdout.length).split("\n");
    expect(lines[1]).toMatch(/^The way to .+:$/);
    expect(lines[2]).toMatch(/^ {2}1\. Head (east|west) on the A1, then \d+\.\d km$/);
    expect(lines.at(-2)).toMatch(/^ {2}\d\. Arrive at /);
  });

  it("draws incident, route and EDs with --geojson", async () => {
    const log = await statusLog("map.log", divert("A1"));
    const { status, stdout } = await nearest("--at", atKm(8), "-k", "2", "--status", log, "--geojson");
    expect(status).toBe(0);
    const { type, features } = JSON.parse(stdout);
    expect(type).toBe("FeatureCollection");
    expect(
      features.map(({ geometry, properties }: { geometry: { type: string }; properties: Record<string, unknown> }) => [
        geometry.type,
        properties.kind,
        properties.role ?? properties.outcome ?? properties.driveSeconds,
        properties.id,
      ]),
    ).toEqual([
      ["Point", "incident", "destination", undefined],
      ["LineString", "route", 720, undefined],
      ["Point", "ed", "destination", "B2"],
      ["Point", "ed", "alternative", "C3"],
      ["Point", "ed", "passed-over", "A1"],
    ]);
    const route = features[1].geometry.coordinates;
    expect([route[0], route.at(-1)]).toEqual([at(8), at(20)]);
    expect(features[4].properties.notes).toEqual(["divert, IT outage"]);
  });
});

describe("nearest's exit status", () => {
  it("is 0 when all divert and the nearest is named, with a clear line", async () => {
    const log = await statusLog("all.log", divert("A1"), divert("B2"), divert("C3"));
    const { status, stdout } = await nearest("--at", atKm(18), "--status", log);
    expect(status).toBe(0);
    expect(stdout).toContain(
      "ALL ON DIVERT: no ED that could take this patient accepts.\n" + "Go to Burton (B2): 2 min by road, 2.0 km.\n",
    );
    expect(stdout).toContain("Note, all of these: divert, IT outage.\n");
  });

  it("is 1 when no ED can take the patient", async () => {
    const refuse = (id: string): readonly string[] => divert(id).map((word) => (word === "divert" ? "refuse" : word));
    const log = await statusLog("refused.log", refuse("A1"), refuse("B2"), refuse("C3"));
    const { status, stdout, stderr } = await nearest("--at", atKm(18), "--status", log);
    expect({ status, stderr }).toEqual({ status: 1, stderr: "" });
    expect(stdout).toContain("\nNo ED that can be reached can take this patient.\n");
    expect(stdout).toContain("  Burton (B2), 2 min: refuses all patients, IT outage\n");
    expect((await nearest("--at", atKm(18), "--status", log, "--json")).status).toBe(1);
  });

  const badUses: readonly (readonly [readonly string[], string])[] = [
    [[], "Say where the patient is with --at LON,LAT, or name a batch with --incidents FILE, one of the two."],
    [["--at", "0.1"], '--at: --at is "0.1"; write longitude and latitude in degrees, such as 0.469,51.7356.'],
    [["--at", "0x1,52"], '--at: --at is "0x1,52"; write longitude and latitude in degrees'],
    [["--at", "0.1,95"], "--at: location.1 is 95; latitude is from -90 to 90; longitude comes first."],
    [["--at", "52,0.1"], "longitude and latitude look swapped; give longitude first."],
    [["--at", "0.1,52", "--needs", "wings"], '--needs: "wings" is not a known capability.'],
    [["--at", "0.1,52", "--age", "-1"], '--age: --age takes a number from 0 to 150, not "-1".'],
    [["--at", "0.1,52", "--acuity", "bad"], '--acuity is "bad"; it takes extremis, immediate, urgent, standard.'],
    [["--at", "0.1,52", "--engine", "fast"], '--engine is "fast"; it takes dijkstra, reference, cch.'],
    [["--at", "0.1,52", "-k", "0"], '--count: --count takes a whole number from 1 to 51, not "0".'],
    [["--at", "0.1,52", "--when", "noon"], '--when: --when is "noon"; write a date, a time and its offset'],
    [["--at", "0.1,52", "--bearing", "361"], '--bearing: --bearing takes a number from 0 to 360, not "361".'],
    [["--at", "0.1,52", "--road", "?"], '--road: --road is "?"; write a road\'s name or number, such as M25.'],
    [["--at", "0.1,52", "--json", "--geojson"], "Choose one of --json and --geojson."],
    [
      ["--at", "0.1,52", "--json", "--instructions"],
      "--instructions goes with --at and the table; with --geojson the routes have them.",
    ],
    [["--at", "0.1,52", "--format", "csv"], "--format: --format goes with --incidents."],
    [["--at", "0.1,52", "here"], 'nearest takes options only, not "here".'],
    [["--incidents", "-", "--at", "0.1,52"], "one of the two."],
    [["--incidents", "-", "--needs", "trauma"], "--needs goes with --at; in a batch each incident says its own."],
    [["--incidents", "-", "--bearing", "90"], "--bearing goes with --at; in a batch each incident says its own."],
    [["--at", "0.1,52", "--status", "/no/such.log"], "/no/such.log: "],
    [["--at", "0.1,52", "--policy", "/no/such.json"], "The file /no/such.json does not exist; check the path."],
    [["--incidents", "/no/such.csv"], "The file /no/such.csv does not exist; check the path."],
  ];
  it.each(badUses)("is 2 with one line on stderr for %j", async (args, message) => {
    const { status, stdout, stderr } = await nearest(...args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toContain(message);
    expect(stderr).toMatch(/^ambulance-diversion: [^\n]+\n$/);
  });

  it("is 2 when one of several places is bad; the others are answered", async () => {
    const { status, stdout, stderr } = await nearest("--at", atKm(9), "--at", "5,52", "--at", atKm(41), "--json");
    expect(status).toBe(2);
    const lines = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(lines.map((line) => line.destination?.hospital.id ?? line.error.code)).toEqual(["A1", "off-network", "C3"]);
    expect(stderr).toMatch(/^ambulance-diversion: --at, row 2, field location: No usable road lies within[^\n]+\n$/);
  });
});

describe("nearest's files", () => {
  it("stops at EDs off the roads, or leaves them out and says so", async () => {
    const hospitals = county.write("far.csv", "id,name,lon,lat\nA1,Ashby,0.1460654,52\nX9,Xanadu,5,52\n");
    const args = [
      "nearest",
      "--roads",
      county.path("county.roads"),
      "--hospitals",
      hospitals,
      "--at",
      atKm(9),
      "--json",
    ];
    const stopped = await runCommand(args);
    expect(stopped).toMatchObject({ status: 2, stdout: "" });
    expect(stopped.stderr).toContain("field X9: Xanadu is off these roads");
    const went = await runCommand([...args, "--exclude-off-network"]);
    expect(went).toMatchObject({
      status: 0,
      stderr: "ambulance-diversion: left out 1 of 2 EDs that are off these roads: Xanadu (X9).\n",
    });
    expect(idsOf(went.stdout)).toEqual(["A1"]);
  });

  it("keeps to --snap-limit", async () => {
    const { status, stderr } = await nearest("--at", at(5, 0.5).join(","), "--snap-limit", "400");
    expect(status).toBe(2);
    expect(stderr).toContain("No usable road lies within 400 m");
    expect((await nearest("--at", at(5, 0.5).join(","), "--snap-limit", "600")).status).toBe(0);
  });

  it("reads the rules from --policy, and puts their checksum into the answer", async () => {
    const policy = { ...ENGLAND_DEFAULT, id: "one", title: "One ED only", timeZone: "Europe/Paris", alternatives: 0 };
    const file = county.write("policy.json", JSON.stringify(policy));
    const { stdout } = await nearest("--at", atKm(0), "--policy", file, "--json");
    expect(idsOf(stdout)).toEqual(["A1"]);
    const { basis } = JSON.parse(stdout);
    expect(basis.at).toBe("2017-05-15T13:00:00+02:00");
    expect(basis.policy).not.toBe(JSON.parse((await nearest("--at", atKm(0), "--json")).stdout).basis.policy);
    const broken = await nearest("--at", atKm(0), "--policy", county.write("broken.json", "{"));
    expect(broken).toMatchObject({ status: 2, stdout: "" });
    expect(broken.stderr).toContain("broken.json: The file is not JSON");
  });

  it("answers from the embedded example without any", async () => {
    const { status, stdout } = await runCommand(["nearest", "--at", "0.469,51.7356", "--needs", "trauma", "--json"]);
    expect(status).toBe(0);
    expect(idsOf(stdout)[0]).toBe("RQ8L0");
  });

  it("explains itself", async () => {
    const { status, stdout } = await runCommand(["nearest", "--help"]);
    expect(status).toBe(0);
    for (const word of [
      "--incidents",
      "NDJSON",
      "id,lon,lat,bearing,roadName,needs,age,acuity,at",
      "Exit status",
      "nearest --at",
    ]) {
      expect(stdout).toContain(word);
    }
  });
});

describe("nearest --inbound", () => {
  const policy = county.write(
    "capped.json",
    JSON.stringify({ ...ENGLAND_DEFAULT, inbound: { capPerHour: 4, effect: "divert" } }),
  );
  const counted = (name: string, content: string, rules = policy) =>
    nearest("--at", atKm(8), "--policy", rules, "--json", "--inbound", county.write(name, content));

  it("passes over an ED at its cap, by counts in csv as in json", async () => {
    const full = await counted("full.csv", "count,id\n4,A1\n0,B2\n");
    expect([full.stderr, full.status]).toEqual(["", 0]);
    expect(idsOf(full.stdout)[0]).toBe("B2");
    expect(JSON.parse(full.stdout).basis.inbound).toMatchObject({ A1: 4, B2: 0 });
    const json = JSON.stringify([
      { id: "A1", count: 4 },
      { id: "B2", count: 0 },
    ]);
    expect((await counted("full.json", json)).stdout).toBe(full.stdout);
    expect(idsOf((await counted("one-less.csv", "id,count\nA1,3\n")).stdout)[0]).toBe("A1");
  });

  it.each([
    ["count.csv", "id,count\nA1,many\n", /count\.csv.*inbound\.0\.count.*write a whole number/],
    ["empty-cell.csv", "id,count\nA1,\n", /empty-cell\.csv.*inbound\.0\.count/],
    ["header.csv", "ed,count\nA1,3\n", /header\.csv.*The header is "ed,count"; write id,count\./],
    ["stranger.csv", "id,count\nZ9,3\n", /stranger\.csv.*Z9 is not in the list of hospitals/],
    ["twice.csv", "id,count\nA1,3\nA1,4\n", /twice\.csv.*A1 comes twice/],
    ["torn.csv", "id,count\nA1,3,5\n", /torn\.csv, row 2: The row has 3 cells; write id,count/],
    ["torn.json", "[", /torn\.json.*not JSON/],
  ])("refuses %s with one line", async (name, content, message) => {
    const { status, stdout, stderr } = await counted(name, content);
    expect([status, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(message);
    expect(stderr.split("\n")).toHaveLength(2);
  });

  it("is refused where the policy counts nothing", async () => {
    const { status, stderr } = await counted("idle.csv", "id,count\nA1,3\n", "england-default");
    expect(status).toBe(2);
    expect(stderr).toContain("--inbound: The policy england-default sets no cap");
  });
});

describe("the notice of the roads", () => {
  const NOTICE = "\n\nRoads: Hand-compiled example data, major roads only; not for operational use.\n";

  it("ends the tables of the embedded example once, and no JSON", async () => {
    const at = ["--at", "0.469,51.7356", "--at", "0.1,51.8"];
    const { stdout } = await runCommand(["nearest", ...at]);
    expect(stdout.split(NOTICE)).toEqual([expect.stringContaining("Go to"), ""]);
    for (const form of ["--json", "--geojson"]) {
      expect((await runCommand(["nearest", ...at, form])).stdout).not.toContain("operational");
    }
  });

  it("is not there for roads without one", async () => {
    expect((await nearest("--at", atKm(8))).stdout).not.toContain("Roads:");
  });
});
