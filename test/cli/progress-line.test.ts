import { Readable, Writable } from "node:stream";
import { describe, expect, it } from "vitest";
import type { Terminal } from "../../src/cli/command";
import { progressLine } from "../../src/cli/progress-line";
import type { Progress } from "../../src/core/progress";

/** What is drawn while the given progress is told, a line each; times in seconds. */
function drawn(
  reports: readonly (readonly [seconds: number, progress: Partial<Progress>])[],
  stages: Parameters<typeof progressLine>[1] = [],
  showsProgress = true,
): string[] {
  let text = "";
  let seconds = 0;
  const sink = new Writable({
    write(chunk: Buffer, _encoding, done) {
      text += chunk.toString("utf8");
      done();
    },
  });
  const now = () => new Date(seconds * 1000);
  const terminal: Terminal = { stdin: Readable.from([]), stdout: sink, stderr: sink, showsProgress, now };
  const { listener, clear } = progressLine(terminal, stages);
  for (const [at, progress] of reports) {
    seconds = at;
    listener({ stage: "read", done: 0, total: 0, unit: "bytes", ...progress });
  }
  clear();
  return text.split("\r\x1b[K").filter((line) => line !== "");
}

const STAGES = [
  { stage: "read", cost: 50 },
  { stage: "write", cost: 50 },
];

describe("the line of progress", () => {
  it("shows the whole work, and the time left once it can be told", () => {
    const lines = drawn(
      [
        [0, { done: 0, total: 200e6 }],
        [1, { done: 50e6, total: 200e6 }],
        [10, { done: 100e6, total: 200e6 }],
        [500, { stage: "write" }],
      ],
      STAGES,
    );
    expect(lines).toEqual([
      "[........................]   0 %  read  0.0 of 200.0 MB",
      "[###.....................]  12 %  read  50.0 of 200.0 MB",
      "[######..................]  25 %  about 30 s left  read  100.0 of 200.0 MB",
      "[############............]  50 %  about 8.5 min left  write",
    ]);
  });

  it("never says 100 % of what is not done", () => {
    const lines = drawn([[0, { stage: "write", done: 999_999, total: 1_000_000, unit: "rows" }]], STAGES);
    expect(lines).toEqual(["[#######################.]  99 %  write  999,999 of 1,000,000 rows"]);
  });

  it("shows the stage at hand when the whole is not known", () => {
    expect(drawn([[0, { done: 5, total: 0, unit: "ways" }]])).toEqual(["read  5 ways"]);
    expect(drawn([[0, { done: 5, total: 10, unit: "ways" }]])).toEqual([
      "read  [############............]  50 %  5 of 10 ways",
    ]);
  });

  it("is redrawn ten times a second at most, and at each new stage", () => {
    const lines = drawn([
      [0, { done: 1 }],
      [0.05, { done: 2 }],
      [0.06, { stage: "write", done: 3 }],
      [0.2, { stage: "write", done: 4 }],
    ]);
    expect(lines.map((line) => line.split("  ")[0])).toEqual(["read", "write", "write"]);
  });

  it("draws nothing in a pipe", () => {
    expect(drawn([[0, { done: 1 }]], STAGES, false)).toEqual([]);
  });
});
