import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { runSteps } from "../../src/core/steps";
import { StatusBoard } from "../../src/hospitals/status/status-board";
import { readStatusLog, writeStatusLog } from "../../src/hospitals/status/status-log";
import { readArchivedStatusLog } from "../../src/node/logs/status-compaction";
import { loadStatus, openStatus, type StatusFile } from "../../src/node/logs/status-file";
import { essex, failure, stoppedClock } from "../hospitals/support/essex";

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "online-"));
  path = join(folder, "status.log");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const clock = stoppedClock("2017-05-12T12:00:00+01:00");

/** A log of so many changes, without waiting for the disk at each. */
function openLong(changes: number): StatusFile {
  const board = new StatusBoard(essex, { clock });
  for (let change = 0; change < changes; change++) {
    const hospital = change % 4 < 2 ? "RQ8L0" : "RWH01";
    board.setOpen(hospital, change % 2 === 1, { reason: "IT outage", by: "duty manager" });
    clock.advance(1000);
  }
  writeFileSync(path, writeStatusLog(board.entries()));
  return openStatus(path, essex, { clock });
}

const wholeLog = () => readArchivedStatusLog(path, (file) => readFileSync(file));

describe("a status log that is compacted while it is written", () => {
  it("loses no change made meanwhile, stays one chain, keeps its versions, and goes on", () => {
    const status = openLong(9000);
    const steps = status.compactSteps();
    let pauses = 0;
    let next = steps.next();
    for (; !next.done; next = steps.next()) {
      status.setOpen("RAJ01", pauses % 2 === 1, { reason: `pause ${pauses++}` });
      clock.advance(1000);
    }
    expect(pauses).toBeGreaterThan(2);
    const version = 9000 + pauses;
    expect(next.value).toEqual({ archive: `${path}.to-${version}`, version, changesBefore: version, changesAfter: 3 });
    expect(readdirSync(folder).sort()).toEqual(["status.log", "status.log.lock", `status.log.to-${version}`]);
    expect([status.trouble, status.changesInLog]).toEqual([undefined, 3]);
    status.setOpen("RAJ01", false, { reason: "after" });
    expect(status.viewAt({ version: 1 }).all()).toHaveLength(1);
    const { events, missingArchive } = wholeLog();
    expect(missingArchive).toBeUndefined();
    expect(events).toEqual(status.entries());
    status.close();
    const again = openStatus(path, essex, { clock });
    expect([again.version, again.archivedTo, again.changesInLog]).toEqual([version + 1, version, 4]);
    expect(again.view().all()).toEqual(status.view().all());
    expect(runSteps(again.compactSteps())).toMatchObject({ version: version + 1, changesBefore: 4, changesAfter: 3 });
    again.close();
    expect(wholeLog().events.map((entry) => entry.version)).toEqual(
      Array.from({ length: version + 1 }, (_, index) => index + 1),
    );
    expect(loadStatus(path, essex, { archives: true }).status.viewAt({ version: 1 }).all()).toHaveLength(1);
  });

  it("is left alone where nothing can be moved, and while it is compacted already", () => {
    const status = openLong(1);
    expect(runSteps(status.compactSteps())).toEqual({ version: 1, changesBefore: 1, changesAfter: 1 });
    status.setOpen("RQ8L0", true);
    const first = status.compactSteps();
    first.next();
    expect(failure(() => runSteps(status.compactSteps())).message).toMatch(/being compacted already/);
    runSteps(first);
    expect(status.changesInLog).toBe(1);
    status.close();
  });

  it("takes up an archive that a crash left, and touches no other file of its name", () => {
    let status = openLong(5);
    writeFileSync(`${path}.to-5`, readFileSync(path));
    expect(runSteps(status.compactSteps())).toMatchObject({ changesAfter: 2 });
    status.close();
    rmSync(`${path}.to-5`);
    status = openLong(5);
    writeFileSync(`${path}.to-5`, "mine");
    const before = readFileSync(path);
    const error = failure(() => runSteps(status.compactSteps()));
    expect([error.code, error.place.file]).toEqual(["file-not-writable", `${path}.to-5`]);
    expect(readFileSync(path).equals(before)).toBe(true);
    expect(status.setOpen("RAJ01", false).version).toBe(6);
    status.close();
    expect(readStatusLog(readFileSync(path)).events).toHaveLength(6);
    expect(readdirSync(folder).filter((name) => name.endsWith(".tmp"))).toEqual([]);
  });

  it("stays as it is when the server ends meanwhile", () => {
    const status = openLong(9000);
    const steps = status.compactSteps();
    steps.next();
    steps.next();
    const before = readFileSync(path);
    status.close();
    expect(failure(() => runSteps(steps)).code).toBe("file-not-writable");
    expect(readFileSync(path).equals(before)).toBe(true);
    expect(readdirSync(folder)).toEqual(["status.log"]);
  });
});
