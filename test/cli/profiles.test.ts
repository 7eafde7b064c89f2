import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { distanceMetres } from "../../src/core/geometry";
import { runCommand } from "../support/terminal";

const folder = mkdtempSync(join(tmpdir(), "profiles-"));
const inFolder = (name: string): string => join(folder, name);
const roads = inFolder("town.roads");
const hospitals = inFolder("hospitals.json");

const street = (name: string, tags: Record<string, string>, coordinates: [number, number][]) => ({
  type: "Feature",
  properties: { highway: "residential", name, ...tags },
  geometry: { type: "LineString", coordinates },
});

/** A square of streets, and a lane across it that is for emergency vehicles alone. */
const town = {
  type: "FeatureCollection",
  features: [
    street("South Street", {}, [
      [0, 51],
      [0.02, 51],
    ]),
    street("East Street", {}, [
      [0.02, 51],
      [0.02, 51.02],
    ]),
    street("North Street", {}, [
      [0.02, 51.02],
      [0, 51.02],
    ]),
    street("West Street", {}, [
      [0, 51.02],
      [0, 51],
    ]),
    street("Fire Lane", { motor_vehicle: "no", emergency: "yes" }, [
      [0, 51],
      [0.02, 51.02],
    ]),
  ],
};

const nearest = (...options: string[]) =>
  runCommand(["nearest", "--roads", roads, "--hospitals", hospitals, "--at", "0,51", "--json", ...options]);

describe("a roads file of several profiles", () => {
  beforeAll(async () => {
    writeFileSync(inFolder("town.geojson"), JSON.stringify(town));
    writeFileSync(hospitals, JSON.stringify([{ id: "H", name: "Hospital", location: [0.02, 51.02] }]));
    const profiles = ["--profile", "normal-road", "--profile", "blue-light"];
    const built = await runCommand(["build", inFolder("town.geojson"), "-o", roads, ...profiles]);
    expect([built.status, built.stderr]).toEqual([0, ""]);
    expect(built.stdout).toContain("profiles  normal-road (default): 4 nodes, 8 edges, 7 km");
    expect(built.stdout).toContain("          blue-light: 4 nodes, 10 edges, 10 km");
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it("answers by the profile that is named, by the first where none is", async () => {
    const [usual, same, blue] = await Promise.all([
      nearest(),
      nearest("--profile", "normal-road"),
      nearest("--profile", "blue-light"),
    ]);
    const answers = [usual, same, blue].map(({ stdout }) => JSON.parse(stdout));
    const [south, east] = [distanceMetres([0, 51], [0.02, 51]), distanceMetres([0.02, 51], [0.02, 51.02])];
    const north = distanceMetres([0, 51.02], [0.02, 51.02]);
    const lane = distanceMetres([0, 51], [0.02, 51.02]);
    const [plain, named, straight] = answers.map(({ destination }) => destination.distanceMetres);
    expect(plain).toBeCloseTo(Math.min(south, north) + east, 0);
    expect(named).toBe(plain);
    expect(straight).toBeCloseTo(lane, 0);
    expect(answers[0].basis.roads).toBe(answers[1].basis.roads);
    expect(answers[2].basis.roads).not.toBe(answers[0].basis.roads);
  });

  it("refuses a profile it does not have, naming those it has", async () => {
    for (const command of [
      ["nearest", "--roads", roads, "--at", "0,51"],
      ["verify", "--roads", roads],
      ["info", roads],
      ["export", roads, "--format", "csv", "-o", inFolder("none")],
    ]) {
      const { status, stderr } = await runCommand([...command, "--profile", "bicycle"]);
      expect([command[0], status]).toEqual([command[0], 2]);
      expect(stderr).toContain(
        '--profile: These roads serve no profile "bicycle"; they serve "normal-road", "blue-light"',
      );
    }
  });

  it("says what each profile drives", async () => {
    const { stdout } = await runCommand(["info", roads]);
    expect(stdout).toMatch(/^profile +normal-road$/m);
    expect(stdout).toMatch(/^profiles +normal-road \(default\): 4 nodes, 8 edges, 7 km$/m);
    expect(stdout).toMatch(/^ +blue-light: 4 nodes, 10 edges, 10 km$/m);
    const whole = JSON.parse((await runCommand(["info", roads, "--json"])).stdout);
    const other = JSON.parse((await runCommand(["info", roads, "--json", "--profile", "blue-light"])).stdout);
    expect(whole).toMatchObject({ profile: "normal-road", edges: 8, km: 7 });
    expect(other).toMatchObject({ profile: "blue-light", edges: 10, km: 10, profiles: whole.profiles });
    expect(whole.profiles.map(({ checksum }: { checksum: string }) => checksum)).toEqual([
      whole.checksum,
      other.checksum,
    ]);
  });

  it("verifies every profile, or the one named", async () => {
    const all = await runCommand(["verify", "--roads", roads, "--samples", "4"]);
    expect(all.status).toBe(0);
    expect(all.stdout.match(/equal plain Dijkstra/g)?.length).toBe(2);
    const one = await runCommand(["verify", "--roads", roads, "--samples", "4", "--profile", "blue-light"]);
    expect(one.stdout).toMatch(/town\.roads, blue-light: 36 answers/);
    expect(one.stdout).not.toContain("normal-road");
    const json = JSON.parse((await runCommand(["verify", "--roads", roads, "--samples", "4", "--json"])).stdout);
    expect(json.profiles.map(({ profile }: { profile: string }) => profile)).toEqual(["normal-road", "blue-light"]);
  });

  it("exports what a profile may drive, in every format", async () => {
    const rows = async (format: string, profile: string, file: string): Promise<string[]> => {
      const into = inFolder(`${format}-${profile}`);
      const { status } = await runCommand(["export", roads, "--format", format, "-o", into, "--profile", profile]);
      expect(status).toBe(0);
      return readFileSync(join(into, file), "utf8").trimEnd().split("\n");
    };
    expect((await rows("csv", "normal-road", "edges.csv")).length).toBe(1 + 8);
    expect((await rows("csv", "blue-light", "edges.csv")).length).toBe(1 + 10);
    expect(await rows("csv", "normal-road", "nodes.csv")).toEqual(await rows("csv", "blue-light", "nodes.csv"));
    const dimacs = await rows("dimacs", "normal-road", "roads.gr");
    expect(dimacs).toContain("p sp 4 8");
    expect(dimacs.filter((row) => row.startsWith("a ")).length).toBe(8);
    const geojson = JSON.parse((await rows("geojson", "normal-road", "roads.geojson")).join("\n"));
    expect(geojson.features.map(({ properties }: { properties: { name: string } }) => properties.name)).not.toContain(
      "Fire Lane",
    );
    expect(geojson.features.length).toBe(4);
  });

  it("answers batches by the profile, and replays decisions made by it", async () => {
    const incidents = inFolder("incidents.csv");
    writeFileSync(
      incidents,
      `id,lon,lat\n${Array.from({ length: 40 }, (_, i) => `c${i},0.00${i % 9},51`).join("\n")}\n`,
    );
    const log = inFolder("decisions.log");
    const files = ["--roads", roads, "--hospitals", hospitals];
    const batch = ["nearest", ...files, "--incidents", incidents, "--profile", "blue-light"];
    const [one, two] = [await runCommand([...batch, "--threads", "1", "--log", log]), await runCommand(batch)];
    expect([one.status, two.stdout]).toEqual([0, one.stdout]);
    const plain = await runCommand(["nearest", ...files, "--incidents", incidents]);
    expect(plain.stdout).not.toBe(one.stdout);
    expect((await runCommand(["replay-decision", log, ...files, "--profile", "blue-light"])).status).toBe(0);
    const other = await runCommand(["replay-decision", log, ...files]);
    expect([other.status, other.stdout]).toEqual([1, expect.stringContaining("roads")]);
  });

  it("is built again from a folder of csv tables", async () => {
    const into = inFolder("tables");
    await runCommand(["export", roads, "--format", "csv", "-o", into, "--profile", "blue-light"]);
    const again = inFolder("again.roads");
    expect((await runCommand(["build", into, "-o", again])).status).toBe(0);
    const answer = await runCommand(["nearest", "--roads", again, "--hospitals", hospitals, "--at", "0,51", "--json"]);
    const straight = JSON.parse((await nearest("--profile", "blue-light")).stdout);
    expect(JSON.parse(answer.stdout).destination.driveSeconds).toBe(straight.destination.driveSeconds);
    const withProfile = await runCommand(["build", into, "-o", again, "--profile", "blue-light"]);
    expect([withProfile.status, withProfile.stderr]).toEqual([
      2,
      expect.stringContaining("--profile has nothing to act"),
    ]);
    rmSync(join(into, "edges.csv"));
    const torn = await runCommand(["build", into, "-o", again]);
    expect([torn.status, torn.stderr]).toEqual([2, expect.stringContaining("The folder has no edges.csv")]);
  });

  it("is not built for two profiles of one name", async () => {
    const again = ["--profile", "blue-light", "--profile", "blue-light"];
    const { status, stderr } = await runCommand(["build", inFolder("town.geojson"), "-o", roads, ...again]);
    expect([status, stderr]).toEqual([2, expect.stringContaining('Two of the profiles are named "blue-light"')]);
  });
});
