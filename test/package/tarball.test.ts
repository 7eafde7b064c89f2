import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, inject, it } from "vitest";
import { run } from "../support/run";

const tarball = inject("tarball");
const consumer = inject("consumer");
const { paths, unpackedBytes } = inject("packed");
const installed = join(consumer, "node_modules/ambulance-diversion");

/** 2.4 MB when this was written: a fifth is data, a quarter the map page, a third code, the rest types and papers. */
const UNPACKED_CEILING_BYTES = 3_600_000;

describe("the packed tarball", () => {
  it("holds the bundle, the embedded data and the papers, and nothing else", () => {
    const places = new Set(paths.map((path) => path.match(/^(dist|data\/[^/]+)\//)?.[1] ?? path));
    expect([...places].sort()).toEqual([
      "CHANGELOG.md",
      "LICENSE",
      "README.md",
      "data/capabilities.json",
      "data/closure-feeds",
      "data/england",
      "data/essex",
      "data/policies",
      "data/profiles",
      "data/safety",
      "data/scenarios",
      "dist",
      "package.json",
    ]);
    expect(paths).toContain("data/essex/roads.geojson");
    expect(paths).toContain("data/england/emergency-departments.json");
    expect(paths.filter((path) => /\.(map|tsx?|test\.js)$/.test(path) && !path.endsWith(".d.ts"))).toEqual([]);
  });

  it(`weighs less than ${UNPACKED_CEILING_BYTES} bytes unpacked`, () => {
    expect(unpackedBytes).toBeLessThan(UNPACKED_CEILING_BYTES);
  });

  it("passes publint", async () => {
    const { status, stdout, stderr } = await run("npx", ["--no-install", "publint", "run", "--strict", tarball]);
    expect(status, stdout + stderr).toBe(0);
  });

  it("passes attw: its types are found as its code is", async () => {
    const { status, stdout, stderr } = await run("npx", ["--no-install", "attw", "--profile", "esm-only", tarball]);
    expect(status, stdout + stderr).toBe(0);
  });

  it("quotes the licence of every package whose code it carries", async () => {
    const chunks = paths.filter((path) => path.startsWith("dist/") && path.endsWith(".js"));
    const code = await Promise.all(chunks.map((path) => readFile(join(installed, path), "utf8")));
    // The bundler heads each module with a comment that names its file.
    const bundled = code.flatMap((text) =>
      [...text.matchAll(/^\/\/ .*node_modules\/((?:@[^/]+\/)?[^/]+)/gm)].map((match) => match[1]!),
    );
    const notices = await readFile(join(installed, "dist/THIRD-PARTY-NOTICES.txt"), "utf8");
    const quoted = [...notices.matchAll(/^-+\n\n(\S+) \d+\.\d+\.\d+ \(.+\)\n\n.*(?:licen[cs]e|copyright)/gim)];
    expect(bundled).toContain("@turf/helpers");
    expect(quoted.map((match) => match[1])).toEqual([...new Set(bundled)].sort());
  });

  it("holds the map page, and quotes what is in it", async () => {
    const page = paths.filter((path) => path.startsWith("dist/page/")).map((path) => path.slice("dist/page/".length));
    expect(page.sort()).toEqual([
      "THIRD-PARTY-NOTICES.txt",
      "compute-worker.js",
      "event-worker.js",
      "icon.svg",
      "index.html",
      "page.css",
      "page.js",
      "page.webmanifest",
      "service-worker.js",
      "tile-worker.js",
    ]);
    const notices = await readFile(join(installed, "dist/page/THIRD-PARTY-NOTICES.txt"), "utf8");
    for (const name of ["leaflet", "idb", "zod"]) expect(notices).toMatch(new RegExp(`^${name} \\d`, "m"));
  });
});
