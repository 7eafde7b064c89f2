import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { noteHead } from "../../src/node/logs/log-head";
import { openStatus } from "../../src/node/logs/status-file";
import { essex, stoppedClock } from "../hospitals/support/essex";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "head-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe("what is noted beside a log", () => {
  it("tells of whole lines that were cut off its end, which nothing in the log does", () => {
    const path = join(folder, "status.log");
    const complaints: string[] = [];
    /** Opens the log, makes changes, closes it; how many were missing. */
    const work = (changes: number): number => {
      const status = openStatus(path, essex, { clock: stoppedClock("2017-05-12T12:00:00+01:00") });
      const head = noteHead(`${path}.head`, status, (why) => void complaints.push(why));
      for (let change = 0; change < changes; change++) status.setOpen("RQ8L0", change % 2 === 1);
      head.stop();
      expect(status.torn).toBeUndefined();
      status.close();
      return head.missing;
    };
    expect([work(4), work(0)]).toEqual([0, 0]);
    const lines = readFileSync(path, "utf8").split("\n");
    writeFileSync(path, `${lines.slice(0, -3).join("\n")}\n`);
    expect([work(0), work(1), work(0)]).toEqual([2, 2, 0]);
    writeFileSync(
      path,
      readFileSync(path, "utf8")
        .slice(0, -200)
        .replace(/[^\n]*$/, ""),
    );
    expect(work(0)).toBeGreaterThan(0);
    expect(complaints).toEqual([]);
    for (const text of ["", "[", "{}", '{"version":-1}']) {
      writeFileSync(`${path}.head`, text);
      expect(work(0)).toBe(0);
    }
    expect(complaints).toHaveLength(4);
  });
});
