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

  it.each([
    [["--status", "postgres://db1/x", "--closures", "x.geojson"], "The database holds the closures too"],
    [["--status", "postgres://db1/x", "--closure-feed", "a:wzdx=x"], "not shared yet"],
    [["--status", "postgres://db1/x", "--compact-above", "1000"], "The database keeps all changes"],
    [["--mirror", "x.log"], "--mirror repeats a database"],
    [["--desk", "control room"], "--desk is"],
  ])("refuses %j, which do not go together", async (args, message) => {
    const more = args.includes("--closure-feed") ? ["--closure-feed-ttl", "5"] : [];
    const { status, stderr } = await runCommand(["serve", ...county.options, ...args, ...more, "--port", "0"]);
    expect([status, stderr]).toEqual([2, expect.stringContaining(message)]);
    // Nothing was made for what is refused.
    expect(existsSync("x.geojson")).toBe(false);
  });
});
