import { rmSync } from "node:fs";
import { afterAll, describe, expect, it } from "vitest";
import { at } from "../support/small-county";
import { runCommand } from "../support/terminal";
import { countyFiles } from "./county-files";

const county = countyFiles();
afterAll(() => rmSync(county.folder, { recursive: true }));

const [lon, lat] = at(10);
const casualties = county.write(
  "casualties.csv",
  `id,lon,lat,priority,count\nhurt,${lon},${lat},P1,2\nwalking,${lon},${lat},P3,4\n`,
);
const capacity = county.write("capacity.json", '{"A1":{"total":1},"B2":{"P1":1,"total":2},"C3":{"total":2}}');
const distribute = (...args: string[]) => runCommand(["distribute", ...county.options, ...args]);

describe("distribute", () => {
  it("prints who goes where, what is full, and who has no place", async () => {
    const { status, stdout, stderr } = await distribute("--casualties", casualties, "--capacity", capacity);
    expect({ status, stderr }).toEqual({ status: 1, stderr: "" });
    expect(stdout.split("\n")).toEqual([
      "5 of 6 casualties have a place; the last arrives after 30.0 min; 110.0 min of drive, wait and",
      "  handover by weight; 2017-05-15T12:00:00+01:00.",
      "",
      "ED           priority  casualties  last drive",
      "Ashby (A1)   P1                 1     0.0 min",
      "Burton (B2)  P1                 1    10.0 min",
      "Burton (B2)  P3                 1    10.0 min",
      "Cowley (C3)  P3                 2    30.0 min",
      "",
      "Full:",
      "  Ashby (A1), 1 in all: one more would place a P3",
      "  Burton (B2), 1 P1: one more would change nothing",
      "  Burton (B2), 2 in all: one more would place a P3",
      "  Cowley (C3), 2 in all: one more would place a P3",
      "",
      "WITHOUT A PLACE:",
      "  walking/4 (P3): none of the 3 EDs that can take them has a place left",
      "",
    ]);
  });

  it("gives JSON, reads standard input, and says which EDs have no limit", async () => {
    const line = JSON.stringify({ location: [lon, lat], casualties: [{ id: "hurt", priority: "P1", count: 2 }] });
    const { status, stdout, stderr } = await runCommand(
      ["distribute", ...county.options, "--casualties", "-", "--json"],
      {
        stdin: `${line}\n`,
      },
    );
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    const { assignments, withoutLimit } = JSON.parse(stdout);
    expect(assignments.map(({ casualty }: { casualty: string }) => casualty)).toEqual(["hurt/1", "hurt/2"]);
    expect(withoutLimit.map(({ used }: { used: number }) => used).reduce((a: number, b: number) => a + b)).toBe(2);
    const table = await runCommand(["distribute", ...county.options, "--casualties", "-"], { stdin: `${line}\n` });
    expect(table.stdout).toContain("Note: no limit in all was stated for");
  });

  it.each([
    [[], "Name the casualties: --casualties FILE, or - for standard input."],
    [["--casualties", "nowhere.csv"], "nowhere.csv"],
    [["--casualties", casualties, "--capacity", casualties], "casualties.csv"],
    [["--casualties", casualties, "--objective", "best"], "--objective"],
  ])("refuses %j", async (args, message) => {
    const { status, stdout, stderr } = await distribute(...args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toContain(message);
  });
});
