import { readFileSync, rmSync } from "node:fs";
import { SaxesParser } from "saxes";
import { afterAll, describe, expect, it } from "vitest";
import { runCommand } from "../support/terminal";
import { countyFiles } from "./county-files";

const county = countyFiles();
afterAll(() => rmSync(county.folder, { recursive: true }));

describe("catchments --html", () => {
  it("writes one map of things as they are, with each ED's share, and asks nobody for anything", async () => {
    const page = county.path("areas.html");
    const run = await runCommand(["catchments", ...county.options, "-o", county.path("areas.geojson"), "--html", page]);
    expect({ status: run.status, stderr: run.stderr }).toEqual({ status: 0, stderr: "" });
    const text = readFileSync(page, "utf8");
    expect(text.match(/<svg class="map"/g)).toHaveLength(1);
    // 61 junctions, a kilometre apart, EDs at 10, 20 and 40: the borders lie at 15 and 30, and the lower takes a tie.
    for (const row of [
      /Ashby<\/t[hd]>\s*<td[^>]*>16</,
      /Burton<\/t[hd]>\s*<td[^>]*>15</,
      /Cowley<\/t[hd]>\s*<td[^>]*>30</,
    ]) {
      expect(text).toMatch(row);
    }
    expect(text).not.toMatch(/(src|href)="(?!#)/);
    const parser = new SaxesParser();
    parser.on("error", (error) => {
      throw error;
    });
    parser.write(text.replace(/^<!DOCTYPE html>/, "").replaceAll("&nbsp;", " ")).close();
  });
});
