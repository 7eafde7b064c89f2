import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readStatusLog } from "../../src/hospitals/status/status-log";
import { loadStatus, openStatus } from "../../src/node/logs/status-file";
import { essex, failure, stoppedClock } from "../hospitals/support/essex";

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "status-"));
  path = join(folder, "status.log");
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const open = (start = "2017-05-12T12:00:00+01:00") => openStatus(path, essex, { clock: stoppedClock(start) });

describe("openStatus", () => {
  it("makes a log, and finds everything again", () => {
    const first = open();
    first.report({
      hospital: "RQ8L0",
      effect: "divert",
      scope: { needs: ["trauma"] },
      divertTo: "RAJ01",
      reason: "IT outage",
    });
    first.setOpen("RWH01", false, { reason: "phones fail" });
    const held = first.view().all();
    first.close();
    const second = open("2017-05-12T13:00:00+01:00");
    expect(second.torn).toBeUndefined();
    expect(second.version).toBe(2);
    expect(second.view().all()).toEqual(held);
    expect(second.clear("RWH01", "flag").version).toBe(3);
    second.close();
    expect(loadStatus(path, essex).status.history()).toEqual(second.history());
    expect(existsSync(`${path}.lock`)).toBe(false);
  });

  it("has a change in the file before it is acknowledged, and not when it is dropped", () => {
    const status = open();
    status.onChange(() => expect(readStatusLog(readFileSync(path)).events).toHaveLength(status.version));
    const observedAt = "2017-05-12T10:00:00Z";
    expect(status.setOpen("RQ8L0", false, { observedAt }).version).toBe(1);
    const size = statSync(path).size;
    expect(status.setOpen("RQ8L0", false, { observedAt }).outcome).toBe("duplicate");
    expect(status.setOpen("RQ8L0", true, { observedAt: "2017-05-12T09:00:00Z" }).outcome).toBe("late");
    expect(statSync(path).size).toBe(size);
    status.close();
  });

  it("goes on from a log cut off at any byte, telling what it cut away", () => {
    const whole = open();
    whole.setOpen("RQ8L0", false);
    whole.setOpen("RQ8L0", true);
    whole.setOpen("RAJ01", false);
    whole.close();
    const bytes = readFileSync(path);
    for (let length = 0; length <= bytes.length; length += length % 5 === 0 ? 3 : 1) {
      writeFileSync(path, bytes.subarray(0, length));
      const begin = bytes.subarray(0, length).lastIndexOf(0x0a) + 1;
      const status = open();
      expect(status.history()).toEqual(whole.history().slice(0, status.version));
      expect(status.torn?.bytes ?? 0).toBe(length - begin);
      const { version } = status.setOpen("RWH01", false);
      status.close();
      const log = readStatusLog(readFileSync(path));
      expect(log.torn).toBeUndefined();
      expect(log.events).toHaveLength(version);
    }
  });

  it("leaves damaged and foreign files as they are, and unlocked", () => {
    const status = open();
    status.setOpen("RQ8L0", false);
    status.setOpen("RQ8L0", true);
    status.close();
    const damaged = readFileSync(path);
    damaged[damaged.indexOf("RQ8L0")]! ^= 1;
    for (const content of [damaged, Buffer.from("id,name,lon,lat"), Buffer.from("{}\n")]) {
      writeFileSync(path, content);
      const error = failure(open);
      expect(["corrupt-status-log", "unsupported-status-log"]).toContain(error.code);
      expect(error.place.file).toBe(path);
      expect(failure(() => loadStatus(path, essex)).code).toBe(error.code);
      expect(readFileSync(path).equals(content)).toBe(true);
      expect(existsSync(`${path}.lock`)).toBe(false);
    }
  });

  it("makes no change when the file was touched by another, moved or closed", () => {
    const status = open();
    status.setOpen("RQ8L0", false);
    const refusal = () => failure(() => status.setOpen("RWH01", false));
    const whole = readFileSync(path);
    appendFileSync(path, "x");
    expect(refusal()).toMatchObject({
      code: "file-not-writable",
      message: expect.stringContaining("another writer changed the file"),
    });
    writeFileSync(path, whole);
    renameSync(path, `${path}.old`);
    expect(refusal().message).toMatch(/moved or removed/);
    renameSync(`${path}.old`, path);
    expect(status.setOpen("RAJ01", false).version).toBe(2);
    status.close();
    status.close();
    expect(refusal().message).toMatch(/the log is closed/);
    expect([status.version, status.view().all().length]).toEqual([2, 2]);
  });

  it("says what is wrong with a path that cannot be opened or read", () => {
    expect(failure(() => openStatus(join(folder, "no", "status.log"), essex)).code).toBe("file-not-writable");
    expect(failure(() => openStatus(folder, essex)).code).toBe("file-not-writable");
    expect(failure(() => loadStatus(path, essex)).code).toBe("file-not-found");
  });
});

describe("the lock", () => {
  it("keeps a second writer out until the first is done, in one process", () => {
    const first = open();
    const error = failure(open);
    expect(error.code).toBe("status-log-locked");
    expect(error.message).toContain(`process ${process.pid} on ${hostname()}`);
    expect(loadStatus(path, essex).status.version).toBe(0);
    first.close();
    open().close();
  });
});

describe("a writer killed while it writes", () => {
  it("loses nothing it acknowledged, and its lock is taken over", async () => {
    const script = fileURLToPath(new URL("./support/append-status.ts", import.meta.url));
    let acknowledged = 0;
    for (let round = 0; round < 3; round++) {
      const child = spawn(process.execPath, ["--import", "tsx", script, path], {
        stdio: ["ignore", "pipe", "inherit"],
      });
      const goal = acknowledged + 20 + 7 * round;
      let output = "";
      child.stdout.on("data", (chunk) => {
        output += chunk;
        const versions = output.split("\n").slice(0, -1).map(Number);
        acknowledged = Math.max(acknowledged, ...versions);
        if (acknowledged >= goal) child.kill("SIGKILL");
      });
      const [, signal] = await once(child, "close");
      expect(signal).toBe("SIGKILL");
      expect(existsSync(`${path}.lock`)).toBe(true);
      const { status } = loadStatus(path, essex);
      expect(status.version).toBeGreaterThanOrEqual(acknowledged);
      expect(status.version).toBeLessThanOrEqual(acknowledged + 1);
    }
    const status = openStatus(path, essex);
    expect(status.version).toBeGreaterThanOrEqual(acknowledged);
    status.close();
  });
});
