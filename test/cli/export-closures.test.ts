import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { at } from "../support/small-county";
import { runCommand } from "../support/terminal";
import { countyFiles } from "./county-files";

const county = countyFiles();
afterAll(() => rmSync(county.folder, { recursive: true }));

it("export writes the roads as closures have them at a moment", async () => {
  const feature = (km: number, properties: object): object => ({
    type: "Feature",
    geometry: { type: "Point", coordinates: at(km) },
    properties: { bufferMetres: 10, reason: "test", ...properties },
  });
  const closures = county.write(
    "closures.geojson",
    JSON.stringify({
      type: "FeatureCollection",
      features: [feature(3.5, { until: "2017-05-15T12:00:00Z" }), feature(7.5, { factor: 0.5 }), feature(900, {})],
    }),
  );
  const edgesAt = async (...args: string[]): Promise<string[]> => {
    const { status } = await runCommand([
      "export",
      county.options[1]!,
      "--format",
      "csv",
      "-o",
      county.path("out"),
      ...args,
    ]);
    expect(status).toBe(0);
    return readFileSync(join(county.path("out"), "edges.csv"), "utf8")
      .trimEnd()
      .split("\n")
      .slice(1);
  };
  const milliseconds = (rows: readonly string[]): number[] => rows.map((row) => Number(row.split(",")[2])).sort();
  expect(milliseconds(await edgesAt())).toEqual(Array(120).fill(60_000));
  const morning = milliseconds(await edgesAt("--closures", closures, "--when", "2017-05-15T11:59:00Z"));
  expect(morning).toEqual([...Array(2).fill(120_000), ...Array(116).fill(60_000)]);
  expect(await edgesAt("--closures", closures, "--when", "2017-05-15T12:00:00Z")).toHaveLength(120);
  const { stderr } = await runCommand([
    ...["export", county.options[1]!, "--format", "csv", "-o", county.path("out"), "--closures", closures],
  ]);
  expect(stderr).toMatch(/1 of 3 closures are about no road of these and do not count\. row 3: The point lies off/);
});
