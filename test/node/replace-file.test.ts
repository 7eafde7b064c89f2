import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { replaceFile } from "../../src/node/files/write-file";
import { failure } from "../hospitals/support/essex";

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "replace-"));
  path = join(folder, "closures.geojson");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe("replaceFile", () => {
  it("makes a file, and tells how many bytes it has", () => {
    expect(replaceFile(path, ["£", Uint8Array.of(1, 2), ""])).toBe(4);
    expect([...readFileSync(path)]).toEqual([0xc2, 0xa3, 1, 2]);
    expect(readdirSync(folder)).toEqual(["closures.geojson"]);
  });

  it("keeps the mode of what it replaces", () => {
    for (const mode of [0o600, 0o640, 0o664, 0o444]) {
      writeFileSync(path, "old");
      chmodSync(path, mode);
      replaceFile(path, ["new"]);
      expect([statSync(path).mode & 0o7777, readFileSync(path, "utf8")]).toEqual([mode, "new"]);
      chmodSync(path, 0o600);
    }
  });

  it.runIf(process.getuid?.() === 0)("keeps the owner and the group of what it replaces", async () => {
    const { chownSync } = await import("node:fs");
    writeFileSync(path, "old");
    chownSync(path, 12_345, 54_321);
    replaceFile(path, ["new"]);
    const { uid, gid } = statSync(path);
    expect([uid, gid]).toEqual([12_345, 54_321]);
  });

  it("leaves a symlink one, and replaces what it leads to in its own folder", () => {
    mkdirSync(join(folder, "elsewhere"));
    const real = join(folder, "elsewhere", "real.geojson");
    writeFileSync(real, "old");
    symlinkSync(real, path);
    replaceFile(path, ["new"]);
    expect(lstatSync(path).isSymbolicLink()).toBe(true);
    expect(readFileSync(real, "utf8")).toBe("new");
    expect(readdirSync(join(folder, "elsewhere"))).toEqual(["real.geojson"]);
  });

  it("leaves the old file when what is to be written fails, and nothing beside it", () => {
    writeFileSync(path, "old");
    function* failing(): Generator<string> {
      yield "half";
      throw new Error("no more");
    }
    expect(() => replaceFile(path, failing())).toThrow("no more");
    expect([readFileSync(path, "utf8"), ...readdirSync(folder)]).toEqual(["old", "closures.geojson"]);
  });

  it("says which file cannot be written", () => {
    const error = failure(() => replaceFile(join(folder, "no", "file"), ["x"]));
    expect([error.code, error.place.file]).toEqual(["file-not-writable", join(folder, "no", "file")]);
  });
});
