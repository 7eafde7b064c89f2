import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { DiversionError } from "../../src/core/errors";
import { runSteps } from "../../src/core/steps";
import { replaceFile } from "../../src/node/files/write-file";
import { compactStatus, readArchivedStatusLog } from "../../src/node/logs/status-compaction";
import { loadStatus, openStatus } from "../../src/node/logs/status-file";
import { essex, stoppedClock } from "../hospitals/support/essex";
import { Crashed, disk, type Fault } from "../support/faulty-disk";

vi.mock("node:fs", async (original) => {
  const faulty = await import("../support/faulty-disk");
  return faulty.disk.wrap(await original());
});

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "crash-"));
});
afterEach(() => {
  disk.disarm();
  rmSync(folder, { recursive: true, force: true });
});

const clock = stoppedClock("2017-05-12T12:00:00+01:00");
// The process that is said to have ended is this one, which the system knows to live.
const lock = { takeOver: true } as const;

/** A program that writes, and what it was told: whatever happens to it, what was acknowledged must be there afterwards. */
interface Writer {
  /** Before the operations that are made to fail. */
  prepare(): void;
  /** Calls `acknowledge` after each change, with what the change makes. */
  work(acknowledge: (change: string) => void): void;
  /** The changes found afterwards, in order; throws when what is there cannot be used. */
  found(): string[];
}

const status = (): string => join(folder, "status.log");
const open = () => openStatus(status(), essex, { clock, lock });

/** The changes found in a log that is opened again, which then goes on from there. */
function changes(): string[] {
  const board = open();
  const versions = board.history().map(({ version }) => String(version));
  board.setOpen("RAJ01", board.version % 2 === 0);
  board.close();
  return versions;
}

const WRITERS: Readonly<Record<string, () => Writer>> = {
  "a status log, from its making on": () => ({
    prepare: () => undefined,
    work(acknowledge) {
      const board = open();
      for (let change = 0; change < 3; change++) {
        acknowledge(String(board.setOpen("RQ8L0", change % 2 === 1).version));
      }
      board.close();
    },
    found: changes,
  }),
  "a status log that is compacted": () => ({
    prepare() {
      const board = open();
      for (let change = 0; change < 4; change++) board.setOpen("RQ8L0", change % 2 === 1);
      board.close();
    },
    work(acknowledge) {
      for (const version of ["1", "2", "3", "4"]) acknowledge(version);
      compactStatus(status(), lock);
    },
    found() {
      changes();
      const { events } = readArchivedStatusLog(status(), (path) => readFileSync(path));
      return events.map(({ version }) => String(version)).slice(0, 4);
    },
  }),
  "a status log that is compacted while it is written": () => ({
    prepare() {
      const board = open();
      for (let change = 0; change < 3; change++) board.setOpen("RQ8L0", change % 2 === 1);
      board.close();
    },
    work(acknowledge) {
      for (const version of ["1", "2", "3"]) acknowledge(version);
      const board = open();
      const steps = board.compactSteps();
      steps.next();
      acknowledge(String(board.setOpen("RWH01", false).version));
      runSteps(steps);
      acknowledge(String(board.setOpen("RWH01", true).version));
      board.close();
    },
    found() {
      changes();
      const { events } = readArchivedStatusLog(status(), (path) => readFileSync(path));
      return events.map(({ version }) => String(version)).slice(0, 5);
    },
  }),
  "a file that is replaced, such as the closures": () => {
    const path = (): string => join(folder, "closures.geojson");
    return {
      prepare: () => void replaceFile(path(), ["0".repeat(5000)]),
      work(acknowledge) {
        for (const change of ["1", "2"]) {
          replaceFile(path(), [change.repeat(2500), change.repeat(2500)]);
          acknowledge(change);
        }
      },
      found() {
        const text = readFileSync(path(), "utf8");
        expect(text).toMatch(/^(0{5000}|1{5000}|2{5000})$/);
        return ["1", "2"].slice(0, Number(text[0]));
      },
    };
  },
};

const FAULTS: readonly Fault[] = [
  { code: "EIO", lasting: false },
  { code: "ENOSPC", lasting: true },
  { code: "EROFS", lasting: true },
  { code: "short" },
  { code: "crash" },
];

/** Runs the writer with a fault at one operation; what it acknowledged, or undefined when there are not so many. */
function run(writer: Writer, at: number, fault: Fault): { readonly told: string[]; readonly reached: boolean } {
  const told: string[] = [];
  disk.arm(folder, at, fault);
  try {
    writer.work((change) => told.push(change));
  } catch (error) {
    const isExpected = error instanceof Crashed || error instanceof DiversionError;
    if (!isExpected) throw error;
  }
  return { told, reached: disk.done.length > at };
}

function requireWhole(found: readonly string[], told: readonly string[], writer: string): void {
  expect(found.slice(0, told.length), writer).toEqual(told);
}

describe.each(Object.keys(WRITERS))("%s", (name) => {
  it.each(FAULTS.map((fault) => [fault.code, fault] as const))(
    "loses nothing acknowledged to %s at any file operation",
    (_, fault) => {
      let at = 0;
      for (let reached = true; reached; at++) {
        rmSync(folder, { recursive: true });
        folder = mkdtempSync(join(tmpdir(), "crash-"));
        const writer = WRITERS[name]!();
        writer.prepare();
        const ran = run(writer, at, fault);
        disk.disarm();
        reached = ran.reached;
        requireWhole(writer.found(), ran.told, `${name}, ${fault.code} at operation ${at}`);
      }
      expect(at).toBeGreaterThan(8);
    },
  );

  it.each(["lost", "kept"] as const)(
    "loses nothing acknowledged to a loss of power, unsynchronized names %s, and starts again by itself",
    (names) => {
      for (let at = 0, reached = true; reached; at++) {
        rmSync(folder, { recursive: true });
        folder = mkdtempSync(join(tmpdir(), "crash-"));
        const writer = WRITERS[name]!();
        writer.prepare();
        const ran = run(writer, at, { code: "crash" });
        disk.cutPower(names);
        reached = ran.reached;
        requireWhole(writer.found(), ran.told, `${name}, power lost at operation ${at}`);
      }
    },
  );
});

describe("what is told of a file that cannot be written", () => {
  it("is a sentence with the file and what to do, at every operation of every kind", () => {
    for (let at = 0, reached = true; reached && at < 200; at++) {
      disk.arm(folder, at, { code: "EACCES", lasting: false });
      try {
        const board = openStatus(status(), essex, { clock });
        board.setOpen("RQ8L0", at % 2 === 0);
        board.close();
      } catch (error) {
        expect(error, `operation ${at}: ${disk.done.at(-1)}`).toBeInstanceOf(DiversionError);
      }
      reached = disk.done.length > at;
      disk.disarm();
      expect(loadable()).toBe(true);
    }
  });

  const loadable = (): boolean => {
    rmSync(`${status()}.lock`, { force: true });
    if (!readdirSync(folder).includes("status.log")) return true;
    return loadStatus(status(), essex).status.version >= 0;
  };
});
