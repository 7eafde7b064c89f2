import { spawnSync } from "node:child_process";
import {
  existsSync,
  linkSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { DiversionError } from "../../src/core/errors";
import { FileLock, LEASE_MS, type LockOptions } from "../../src/node/files/file-lock";
import { openStatus } from "../../src/node/logs/status-file";
import { essex, failure } from "../hospitals/support/essex";

let folder: string;
let path: string;
const held: FileLock[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "lock-"));
  path = join(folder, "x.lock");
});
afterEach(() => {
  for (const lock of held.splice(0)) lock.release();
  rmSync(folder, { recursive: true, force: true });
});

const locked = (holder: string, lock: string): DiversionError =>
  new DiversionError("file-locked", `locked by ${holder}, ${lock}`);

/** Takes the lock; time passes only in what `asleep` does with each nap. */
function acquire(options: LockOptions = {}, asleep: (sleptMs: number) => void = () => undefined) {
  let sleptMs = 0;
  const sleep = (milliseconds: number): void => {
    sleptMs += milliseconds;
    asleep(sleptMs);
  };
  const lock = FileLock.acquire(path, locked, { sleep, ...options });
  held.push(lock);
  return { lock, sleptMs };
}

const here = (): Record<string, unknown> => {
  const { lock } = acquire();
  const holder = JSON.parse(readFileSync(path, "utf8"));
  lock.release();
  return holder;
};

/** As a holder gives signs of life. */
const touch = (atMs: number): void => utimesSync(path, atMs / 1000, atMs / 1000);

describe("a lock that was left behind", () => {
  it.each([
    ["empty, as after a loss of power", ""],
    ["half written", '{"pid":12'],
    ["of another machine", { pid: 1, host: "elsewhere", space: "another boot", started: "1", nonce: "x" }],
    [
      "of another container, process 1 of it too",
      { pid: 1, host: "c1", space: "boot pid:[1]", started: "5", nonce: "x" },
    ],
    ["of the release before", { pid: 1, host: "c1", started: "5" }],
    ["nested without end", "[".repeat(100_000)],
  ])("%s, is taken over when nobody touched it for the length of a lease", (_, content) => {
    writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
    const said: string[] = [];
    const { lock, sleptMs } = acquire({ onWait: (holder, seconds) => said.push(`${holder}, ${seconds} s`) });
    expect(sleptMs).toBe(LEASE_MS);
    expect(said).toHaveLength(1);
    expect(lock.isHeld()).toBe(true);
    expect(readdirSync(folder)).toEqual(["x.lock"]);
  });

  it("by a process of this system that is gone is taken over at once", () => {
    const gone = spawnSync(process.execPath, ["-e", ""]).pid;
    writeFileSync(path, JSON.stringify({ ...here(), pid: gone }));
    expect(acquire().sleptMs).toBe(0);
  });

  it.runIf(process.platform === "linux")("by an earlier process of the same number is taken over at once", () => {
    writeFileSync(path, JSON.stringify({ ...here(), pid: process.ppid, started: "1" }));
    expect(acquire().sleptMs).toBe(0);
  });

  it("with the remains of a take-over that died half way, is taken over all the same", () => {
    writeFileSync(path, "");
    // The first claim fails over a file that lies there already, as its maker died.
    const claims = new Set<string>();
    const { lock } = acquire({}, (sleptMs) => {
      if (sleptMs !== LEASE_MS) return;
      const { ino } = statSync(path);
      const name = `x.lock.${ino}-e3b0c44298fc1c14-0.claim`;
      writeFileSync(join(folder, name), "");
      claims.add(name);
    });
    expect(claims.size).toBe(1);
    expect(lock.isHeld()).toBe(true);
    expect(readdirSync(folder)).toEqual(["x.lock"]);
  });
});

describe("a lock that is held", () => {
  it("is left to a living process of this system, and to one elsewhere that gives a sign of life", () => {
    const first = acquire().lock;
    expect(failure(() => acquire()).message).toContain(`process ${process.pid} on ${hostname()}`);
    first.release();
    writeFileSync(path, JSON.stringify({ pid: 1, host: "c1", space: "elsewhere", started: "5", nonce: "x" }));
    for (const lifeMs of [250, 4000, LEASE_MS]) {
      const error = failure(() =>
        acquire({}, (sleptMs) => {
          if (sleptMs === lifeMs) touch(Date.now() + lifeMs);
        }),
      );
      expect(error.message).toContain("process 1 on c1");
    }
  });

  it("is left to one that put another in the place of the dead one meanwhile", () => {
    writeFileSync(path, "");
    expect(
      failure(() =>
        acquire({}, (sleptMs) => {
          if (sleptMs === 500) {
            rmSync(path);
            held.push(FileLock.acquire(path, locked));
          }
        }),
      ).message,
    ).toContain(`process ${process.pid}`);
  });

  it("goes to whoever takes it over by force, and the one before finds out", () => {
    const first = acquire().lock;
    const second = acquire({ takeOver: true }).lock;
    expect([first.isHeld(), second.isHeld()]).toEqual([false, true]);
    first.release();
    expect(second.isHeld()).toBe(true);
    second.release();
    expect(existsSync(path)).toBe(false);
  });

  it("that another removed and made anew is no longer held, though the file has the same number", () => {
    const first = acquire().lock;
    rmSync(path);
    const second = acquire().lock;
    expect([first.isHeld(), second.isHeld()]).toEqual([false, true]);
  });
});

describe("a log that is locked", () => {
  const log = (): string => join(folder, "status.log");

  it("has one writer, by whatever symlink it is named", () => {
    const first = openStatus(log(), essex);
    for (const [target, name] of [
      [log(), "alias.log"],
      [folder, "alias"],
    ] as const) {
      symlinkSync(target, join(folder, name));
    }
    expect(failure(() => openStatus(join(folder, "alias.log"), essex)).code).toBe("status-log-locked");
    expect(failure(() => openStatus(join(folder, "alias", "status.log"), essex)).code).toBe("status-log-locked");
    first.close();
    openStatus(join(folder, "alias.log"), essex).close();
  });

  it("is not written under one of several names, for the lock lies beside one", () => {
    openStatus(log(), essex).close();
    linkSync(log(), join(folder, "second.log"));
    const error = failure(() => openStatus(log(), essex));
    expect([error.code, error.message]).toEqual(["file-not-writable", expect.stringContaining("2 names (hard links)")]);
    rmSync(join(folder, "second.log"));
    openStatus(log(), essex).close();
  });

  it("takes no change from a writer whose lock was taken over, and says why it is in trouble", () => {
    const first = openStatus(log(), essex);
    first.setOpen("RQ8L0", false);
    expect(first.trouble).toBeUndefined();
    const second = openStatus(log(), essex, { lock: { takeOver: true } });
    expect(first.trouble).toMatch(/another process took its lock over/);
    expect(failure(() => first.setOpen("RQ8L0", true)).code).toBe("file-not-writable");
    expect(second.setOpen("RAJ01", false).version).toBe(2);
    first.close();
    expect(second.trouble).toBeUndefined();
    second.close();
  });

  it("is cleaned of what a writer left that died while it replaced the file", () => {
    const litter = "status.log.0f8fad5b-d9cb-469f-a165-70867728950e.tmp";
    writeFileSync(join(folder, litter), "x");
    writeFileSync(join(folder, "status.log.notes"), "x");
    openStatus(log(), essex).close();
    expect(readdirSync(folder).sort()).toEqual(["status.log", "status.log.notes"]);
  });
});
