import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readStatusLog } from "../../src/hospitals/status/status-log";
import { compactStatus } from "../../src/node/logs/status-compaction";
import { loadStatus, openStatus } from "../../src/node/logs/status-file";
import { recoverStatus, verifyStatus } from "../../src/node/logs/status-recovery";
import { epochMs, essex, failure, stoppedClock } from "../hospitals/support/essex";

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "recovery-"));
  path = join(folder, "status.log");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const NOON = "2017-05-12T12:00:00+01:00";
const nowMs = epochMs("2017-05-12T13:00:00+01:00");

function written(changes: number): Buffer {
  const clock = stoppedClock(NOON);
  const status = openStatus(path, essex, { clock });
  for (let change = 0; change < changes; change++) {
    clock.advance(60_000);
    status.report({ hospital: change % 3 === 0 ? "RAJ01" : "RQ8L0", effect: "inform", reason: `change ${change}` });
  }
  status.close();
  return readFileSync(path);
}

describe("verifyStatus", () => {
  it("tells a whole log, a torn end, and a damaged line with the changes before it", () => {
    const bytes = written(6);
    expect(verifyStatus(path, nowMs)).toEqual({ version: 6, changes: 6, ahead: 0 });
    writeFileSync(path, bytes.subarray(0, bytes.length - 5));
    expect(verifyStatus(path, nowMs)).toMatchObject({ version: 5, torn: { row: 7 } });
    const damaged = Buffer.from(bytes);
    damaged[damaged.indexOf('"v":4')]! ^= 1;
    writeFileSync(path, damaged);
    expect(verifyStatus(path, nowMs)).toMatchObject({ version: 3, changes: 3, damage: { row: 5 } });
    expect(readFileSync(path).equals(damaged)).toBe(true);
  });
});

describe("recoverStatus", () => {
  it("keeps the good beginning of a log damaged anywhere, and the whole beside it, so that it opens again", () => {
    const bytes = written(8);
    const whole = readStatusLog(bytes).events;
    const firstLine = bytes.indexOf(0x0a) + 1;
    fc.assert(
      fc.property(
        fc.integer({ min: firstLine, max: bytes.length - 2 }),
        fc.integer({ min: 1, max: 255 }),
        (at, flip) => {
          const damaged = Buffer.from(bytes);
          damaged[at]! ^= flip;
          writeFileSync(path, damaged);
          const found = verifyStatus(path, nowMs);
          const done = recoverStatus(path, { nowMs });
          expect(done.version).toBe(found.version);
          expect(verifyStatus(path, nowMs)).toEqual({ version: found.version, changes: found.version, ahead: 0 });
          expect(readStatusLog(readFileSync(path)).events).toEqual(whole.slice(0, done.version));
          expect(done.keptAside).toBeDefined();
          expect(readFileSync(done.keptAside!).equals(damaged)).toBe(true);
          // Every line is either kept or said to be lost; a flip may make two lines of one, or one of two.
          expect(Math.abs(done.version + done.linesLost - 8)).toBeLessThanOrEqual(1);
          const status = openStatus(path, essex);
          expect(status.setOpen("RWH01", false).version).toBe(done.version + 1);
          status.close();
          for (const name of readdirSync(folder)) if (name !== "status.log") rmSync(join(folder, name));
        },
      ),
      { numRuns: 60 },
    );
  });

  it("leaves a whole log alone, and one that another writes", () => {
    const bytes = written(3);
    expect(recoverStatus(path, { nowMs })).toEqual({ version: 3, linesLost: 0, broughtBack: 0 });
    const status = openStatus(path, essex);
    expect(failure(() => recoverStatus(path, { nowMs })).code).toBe("status-log-locked");
    status.close();
    expect(readFileSync(path).equals(bytes)).toBe(true);
    expect(readdirSync(folder)).toEqual(["status.log"]);
  });

  it("keeps a compacted log's way to its archive", () => {
    written(6);
    compactStatus(path);
    const clock = stoppedClock("2017-05-12T12:30:00+01:00");
    const status = openStatus(path, essex, { clock });
    status.setOpen("RWH01", false);
    status.setOpen("RWH01", true);
    status.close();
    const damaged = readFileSync(path);
    damaged[damaged.lastIndexOf("RWH01")]! ^= 1;
    writeFileSync(path, damaged);
    expect(recoverStatus(path, { nowMs })).toMatchObject({ version: 7, linesLost: 1 });
    expect(loadStatus(path, essex, { archives: true }).status.history()).toHaveLength(7);
  });

  it("says that nothing can be kept of a file that is no log, or whose first line is damaged", () => {
    for (const text of ["id,name\n", `{"v":0,"log":"ambulance-diversion status","format":1,"x":1}\n`, ""]) {
      writeFileSync(path, text);
      if (text === "") expect(recoverStatus(path, { nowMs }).version).toBe(0);
      else expect(() => recoverStatus(path, { nowMs })).toThrow();
    }
    expect(failure(() => recoverStatus(join(folder, "none"), { nowMs })).code).toBe("file-not-found");
  });
});

describe("a clock that was ahead once", () => {
  const ahead = () => {
    const clock = stoppedClock(NOON);
    const status = openStatus(path, essex, { clock });
    status.setOpen("RQ8L0", false);
    clock.setTo("2018-05-12T12:00:00+01:00");
    status.report({ hospital: "RAJ01", effect: "divert", key: "x", reason: "queue" });
    clock.setTo("2017-05-12T12:10:00+01:00");
    return { clock, status };
  };

  it("keeps no later word from counting, is noticed, and is repaired", () => {
    const { status } = ahead();
    expect(status.aheadMs).toBeGreaterThan(364 * 86_400_000);
    // A refusal that says when it was true is not dropped as late for the sake of a moment that has not come.
    const refusal = { hospital: "RAJ01", effect: "refuse", key: "x", reason: "fire" } as const;
    expect(status.report({ ...refusal, observedAt: "2017-05-12T12:09:00+01:00" }).outcome).toBe("accepted");
    status.close();
    expect(verifyStatus(path, nowMs)).toMatchObject({ ahead: 2 });
    const done = recoverStatus(path, { nowMs, clockWasAhead: true });
    expect(done).toMatchObject({ version: 3, broughtBack: 2 });
    expect(verifyStatus(path, nowMs)).toEqual({ version: 3, changes: 3, ahead: 0 });
    const again = openStatus(path, essex, { clock: () => nowMs });
    expect(again.aheadMs).toBe(0);
    const [held] = again.view().restrictionsOf("RAJ01");
    expect([held?.effect, held?.receivedAt.epochMs]).toEqual(["refuse", nowMs]);
    again.close();
  });

  it("does not make late what is a little older than the newest word", () => {
    const clock = stoppedClock(NOON);
    const status = openStatus(path, essex, { clock });
    status.report({ hospital: "RAJ01", effect: "divert", key: "x", reason: "queue" });
    const older = {
      hospital: "RAJ01",
      effect: "refuse",
      key: "x",
      reason: "fire",
      observedAt: "2017-05-12T11:59:00+01:00",
    } as const;
    expect(status.report(older).outcome).toBe("late");
    clock.advance(-240_000);
    expect([status.report(older).outcome, status.aheadMs]).toEqual(["late", 0]);
    status.close();
  });
});
