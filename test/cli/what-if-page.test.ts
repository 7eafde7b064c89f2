import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { writeWhatIfPage } from "../../src/cli/what-if";
import { DiversionRouter } from "../../src/diversion/router";
import { PlanningSituation } from "../../src/planning/situation/planning-situation";
import type { PlannedChange } from "../../src/planning/what-if/planned-change";
import { whatIf } from "../../src/planning/what-if/what-if";
import { at, hospitalsAt, smallCounty } from "../support/small-county";

const folder = mkdtempSync(join(tmpdir(), "what-if-"));
afterAll(() => rmSync(folder, { recursive: true }));

describe("the page of a what-if", () => {
  const hospitals = hospitalsAt({ A: 10, B: 30, C: 50 });
  const page = async (change: PlannedChange): Promise<string> => {
    const planning = new PlanningSituation(new DiversionRouter({ roads: smallCounty(), hospitals, clock: () => 0 }));
    const path = join(folder, "page.html");
    await writeWhatIfPage(path, planning, change, whatIf(planning, change), false);
    return readFileSync(path, "utf8");
  };

  it.each([
    ["one ED closed", { close: ["A"] }, "A Hospital closed"],
    [
      "two, and one that is new",
      { close: ["A", "B"], add: [{ id: "D", name: "D Hospital", location: at(20) }] },
      "A Hospital and B Hospital closed, D Hospital new",
    ],
    ["one elsewhere", { move: [{ id: "C", location: at(40) }] }, "C Hospital moved"],
    ["one open", { open: ["B"] }, "B Hospital open"],
  ] as const)("has the change for its title: %s", async (_, change, title) => {
    expect(await page(change as PlannedChange)).toContain(`<h1>What if: ${title}</h1>`);
  });

  it("has the name of a closed road in its title, and draws the county cut in two", async () => {
    const written = await page({ closeRoads: [{ road: "A1", reason: "flood" }] });
    expect(written).toContain("<h1>What if: A1 closed</h1>");
    expect(written).toMatch(/^<!DOCTYPE html>/);
  });
});
