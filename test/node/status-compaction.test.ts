import { appendFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { subjectOf } from "../../src/hospitals/status/held-restrictions";
import { StatusBoard } from "../../src/hospitals/status/status-board";
import { readStatusLog, writeStatusLog } from "../../src/hospitals/status/status-log";
import { compactStatus } from "../../src/node/logs/status-compaction";
import { loadStatus, openStatus } from "../../src/node/logs/status-file";
import { essex, failure, stoppedClock } from "../hospitals/support/essex";

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "compaction-"));
  path = join(folder, "status.log");
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

type Flip = readonly [hospital: string, isOpen: boolean];
const START = "2017-05-12T12:00:00+01:00";
const open = (at = START) => openStatus(path, essex, { clock: stoppedClock(at) });

/** Enters flips one after the other, each observed a minute after the one before. */
function enter(flips: readonly Flip[], at = START): void {
  const status = open(at);
  flips.forEach(([hospital, isOpen], minute) => {
    const observedAt = new Date(Date.parse(at) - (flips.length - minute) * 60_000).toISOString();
    status.setOpen(hospital, isOpen, { observedAt, reason: `flip ${minute}` });
  });
  status.close();
}

const MORNING: readonly Flip[] = [
  ["RQ8L0", false],
  ["RWH01", false],
  ["RQ8L0", true],
  ["RAJ01", false],
  ["RQ8L0", false],
  ["RWH01", true],
];

describe("compactStatus", () => {
  it("keeps what is held, its version and the protection from late reports, and moves the rest", () => {
    enter(MORNING);
    const before = loadStatus(path, essex).status;
    const bytes = readFileSync(path);
    const done = compactStatus(path);
    expect(done).toEqual({ archive: `${path}.to-6`, version: 6, changesBefore: 6, changesAfter: 3 });
    expect(readFileSync(done.archive!).equals(bytes)).toBe(true);
    expect(readdirSync(folder).sort()).toEqual(["status.log", "status.log.to-6"]);
    const { status } = loadStatus(path, essex);
    expect([status.version, status.archivedTo]).toEqual([6, 6]);
    expect(status.view().all()).toEqual(before.view().all());
    // Cleared before, and cleared still: a report from before the clearance comes late.
    const late = { observedAt: "2017-05-12T10:00:00+01:00" };
    expect(status.setOpen("RWH01", false, late).outcome).toBe("late");
    expect(before.setOpen("RWH01", false, late).outcome).toBe("late");
  });

  it("is gone on from, and its archives are read with it as one history", () => {
    enter(MORNING);
    compactStatus(path);
    enter(
      [
        ["RWH01", false],
        ["RAJ01", true],
      ],
      "2017-05-12T14:00:00+01:00",
    );
    expect(compactStatus(path)).toMatchObject({ archive: `${path}.to-8`, changesBefore: 5, changesAfter: 3 });
    enter([["RAJ01", false]], "2017-05-12T16:00:00+01:00");
    const all = loadStatus(path, essex, { archives: true });
    expect(all.missingArchive).toBeUndefined();
    expect(all.status.history().map(({ version }) => version)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(
      all.status
        .viewAt({ version: 2 })
        .all()
        .map(({ hospital }) => hospital),
    ).toEqual(["RQ8L0", "RWH01"]);
    const short = loadStatus(path, essex).status;
    expect(short.viewAt({ version: 8 }).all()).toEqual(all.status.viewAt({ version: 8 }).all());
    const error = failure(() => short.viewAt({ version: 7 }));
    expect(error.code).toBe("status-archived");
    expect(error.message).toContain("begins at version 8");
    expect(failure(() => short.viewAt({ at: Date.parse(START) - 1 })).code).toBe("status-archived");
    rmSync(`${path}.to-6`);
    const partly = loadStatus(path, essex, { archives: true });
    expect(partly).toMatchObject({ missingArchive: `${path}.to-6`, status: { archivedTo: 6, version: 9 } });
  });

  it("moves nothing when every change is the last of its kind, and makes no log", () => {
    expect(failure(() => compactStatus(path)).code).toBe("file-not-found");
    enter([["RQ8L0", false]]);
    const bytes = readFileSync(path);
    expect(compactStatus(path)).toEqual({ version: 1, changesBefore: 1, changesAfter: 1 });
    expect(readFileSync(path).equals(bytes)).toBe(true);
    expect(readdirSync(folder)).toEqual(["status.log"]);
  });

  it("takes up the archive a crash left behind, and refuses a foreign file of its name", () => {
    enter(MORNING);
    const bytes = readFileSync(path);
    writeFileSync(`${path}.to-6`, bytes);
    expect(compactStatus(path).changesAfter).toBe(3);
    writeFileSync(path, bytes);
    writeFileSync(`${path}.to-6`, bytes.subarray(0, -1));
    const error = failure(() => compactStatus(path));
    expect([error.code, error.place.file]).toEqual(["file-not-writable", `${path}.to-6`]);
    expect(readFileSync(path).equals(bytes)).toBe(true);
    expect(existsSync(`${path}.lock`)).toBe(false);
  });

  it("is refused while a writer has the log open", () => {
    enter(MORNING);
    const writer = open();
    expect(failure(() => compactStatus(path)).code).toBe("status-log-locked");
    writer.close();
  });

  it("finds an archive that was exchanged or altered, and a log that lacks a line carried over", () => {
    enter(MORNING);
    compactStatus(path);
    const archive = readFileSync(`${path}.to-6`, "utf8");
    writeFileSync(`${path}.to-6`, archive.split("\n").slice(0, -2).join("\n").concat("\n"));
    const exchanged = failure(() => loadStatus(path, essex, { archives: true }));
    expect([exchanged.code, exchanged.place.file]).toEqual(["corrupt-status-log", `${path}.to-6`]);
    writeFileSync(`${path}.to-6`, archive.replace("flip 2", "flip 9"));
    expect(failure(() => loadStatus(path, essex, { archives: true })).place).toMatchObject({
      file: `${path}.to-6`,
      row: 4,
    });
    const lines = readFileSync(path, "utf8").split("\n");
    for (const kept of [2, 3, 4]) {
      writeFileSync(path, `${lines.slice(0, kept).join("\n")}\n`);
      expect(failure(() => loadStatus(path, essex)).message).toMatch(/carried over/);
    }
    writeFileSync(path, lines.join("\n"));
    appendFileSync(path, "{");
    expect(loadStatus(path, essex).torn?.bytes).toBe(1);
  });

  it("changes no answer to any question about the status, whatever was reported and whenever it is compacted", () => {
    const hospitals = ["RQ8L0", "RWH01", "RAJ01"] as const;
    const flip = fc.tuple(fc.constantFrom(...hospitals), fc.boolean());
    fc.assert(
      fc.property(fc.array(flip, { maxLength: 12 }), fc.array(flip, { maxLength: 6 }), (first, then) => {
        const live = new StatusBoard(essex, { clock: stoppedClock(START) });
        for (const [hospital, isOpen] of first) live.setOpen(hospital, isOpen);
        const last = new Map(live.history().map((event) => [JSON.stringify([subjectOf(event).hospital]), event]));
        const kept = [...last.values()].sort((a, b) => a.version - b.version);
        const archive = { version: live.version };
        const log = readStatusLog(kept.length === 0 ? writeStatusLog([]) : writeStatusLog(kept, archive));
        const short = new StatusBoard(essex, {
          clock: stoppedClock(START),
          history: log.events,
          archivedTo: log.archive?.version ?? 0,
        });
        for (const [hospital, isOpen] of then) {
          expect(short.setOpen(hospital, isOpen)).toEqual(live.setOpen(hospital, isOpen));
        }
        for (let version = short.archivedTo; version <= live.version; version++) {
          expect(short.viewAt({ version }).all()).toEqual(live.viewAt({ version }).all());
        }
      }),
      { seed: 20170512 },
    );
  });
});
