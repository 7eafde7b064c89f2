import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import type { ScenarioReplay } from "../../src/planning/replay/replay-result";
import { runCommand } from "../support/terminal";

const folder = mkdtempSync(join(tmpdir(), "replay-"));
const file = (name: string): string => join(folder, name);
afterAll(() => rmSync(folder, { recursive: true }));

const run = (...words: string[]) => runCommand(words);

const FEW = ["--incidents-per-day", "60"];

describe("replay", () => {
  it("runs the cyber attack of May 2017 when nothing is named, and says what it found", async () => {
    const { status, stdout, stderr } = await run("replay", ...FEW);
    expect([status, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(/^Fri 12 May 16:00 {2}Mon 15 May 09:00 +7 +5 /m);
    expect(stdout).toMatch(/^Mon 15 May 09:00 {2}Tue 16 May 12:00 +2 +2 /m);
    expect(stdout).toMatch(/^Tue 16 May 12:00 {2}Wed 17 May 00:00 +0 +0 /m);
    expect(stdout).toContain("West Cumberland Hospital (RNLBX), not on these roads");
    expect(stdout).toMatch(/Broomfield Hospital \(RQ8L0\) +divert to Southend Hospital +trauma/);
    expect(stdout).not.toMatch(/^Sun 14 May 15:00 {2}R1H12/m);
  });

  it("prints JSON alone with --json, the same bytes each time, and others for another seed", async () => {
    const first = await run("replay", "nhs-cyber-attack-2017", "--json", ...FEW);
    const replay = JSON.parse(first.stdout) as ScenarioReplay;
    expect(replay.incidents.total).toBe(270);
    expect(replay.changes.length).toBe(replay.incidents.changed);
    expect((await run("replay", "--json", ...FEW)).stdout).toBe(first.stdout);
    expect((await run("replay", "--json", "--seed", "1", ...FEW)).stdout).not.toBe(first.stdout);
  });

  it("prints every hour with --hours", async () => {
    const { stdout } = await run("replay", "--hours", ...FEW);
    expect(stdout).toMatch(/^Sun 14 May 15:00 {2}R1H12 R1HKH R1HNH RN506 RNLBX RQ8L0 RWH01 /m);
    expect(stdout).toMatch(/^Mon 15 May 17:00 {2}RQ8L0 \(trauma\) RWH01 \(heart-attack, stroke, trauma\) /m);
    expect(stdout).toMatch(/^Tue 16 May 18:00 {2}none /m);
  });

  it("writes a page with --html", async () => {
    const { status } = await run("replay", "--html", file("replay.html"), ...FEW);
    expect(status).toBe(0);
    const page = readFileSync(file("replay.html"), "utf8");
    expect(page).toMatch(/^<!DOCTYPE html>/);
    expect(page).toContain("As it was, Sun 14 May 15:00");
  });

  it("puts patients where people live, with --population", async () => {
    writeFileSync(file("people.csv"), "lon,lat,people\n0.4667,51.7746,100\n0.6886,51.5538,100\n-0.212,51.924,0\n");
    const { stdout } = await run("replay", "--json", "--population", file("people.csv"), ...FEW);
    const { load, generation } = JSON.parse(stdout) as ScenarioReplay;
    expect(generation!.placesBy).toBe("people");
    expect(load.filter(({ before }) => before > 0).map(({ hospital }) => hospital.id)).toEqual(
      expect.arrayContaining(["RAJ01", "RQ8L0"]),
    );
    expect(load.filter(({ hospital, before }) => before > 0 && !hospital.id.startsWith("R")).length).toBe(0);
  });

  it.each([
    ["a scenario that is not there", ["replay", "no-such.json"], /no-such\.json/],
    ["two scenarios", ["replay", "a.json", "b.json"], /Name one scenario/],
    ["a seed that is none", ["replay", "--seed", "x"], /--seed takes a whole number/],
    ["too many incidents", ["replay", "--incidents-per-day", "1e9"], /--incidents-per-day takes a number/],
  ])("refuses %s on one line, with exit status 2", async (_, words, message) => {
    const { status, stdout, stderr } = await run(...words);
    expect([status, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(message);
    expect(stderr.trim().split("\n").length).toBe(1);
  });

  it("names file and field of a scenario that is not of the form", async () => {
    writeFileSync(file("bad.json"), JSON.stringify({ id: "Bad id" }));
    const { status, stderr } = await run("replay", file("bad.json"));
    expect(status).toBe(2);
    expect(stderr).toMatch(/bad\.json, field id: The scenario is not of the documented form/);
    writeFileSync(file("broken.json"), "{");
    expect((await run("replay", file("broken.json"))).stderr).toMatch(/broken\.json: The file is not JSON/);
  });
});
