import { existsSync, rmSync, writeFileSync } from "node:fs";
import { afterAll, describe, expect, it } from "vitest";
import { runCommand } from "../support/terminal";
import { countyFiles } from "./county-files";

const county = countyFiles();
afterAll(() => rmSync(county.folder, { recursive: true }));

describe("serve", () => {
  it("ends when there is no status log and one is required, makes none, and lets go of what it had locked", async () => {
    const log = county.path("missing.log");
    const closures = county.path("roads-closed.geojson");
    const { status, stderr } = await runCommand([
      ...["serve", ...county.options],
      ...["--status", log, "--require-log", "--closures", closures, "--port", "0"],
    ]);
    expect([status, stderr]).toEqual([2, expect.stringContaining("There is no status log, and --require-log asks")]);
    expect([existsSync(log), existsSync(`${log}.lock`), existsSync(`${closures}.lock`)]).toEqual([false, false, false]);
  });

  it("keeps closures that another process keeps out of its hands", async () => {
    const closures = county.path("kept.geojson");
    const { FileLock } = await import("../../src/node/files/file-lock");
    const lock = FileLock.acquire(`${closures}.lock`, () => {
      throw new Error("nobody has it");
    });
    writeFileSync(closures, '{"type":"FeatureCollection","features":[]}');
    const { status, stderr } = await runCommand([
      ...["serve", ...county.options, "--closures", closures, "--port", "0"],
    ]);
    lock.release();
    expect([status, stderr]).toEqual([2, expect.stringContaining("The closures are kept by process")]);
  });
});
