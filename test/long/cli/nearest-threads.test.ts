import { rmSync } from "node:fs";
import { Writable } from "node:stream";
import { afterAll, describe, expect, it } from "vitest";
import { SeededRandom } from "../../../src/core/random";
import { countyFiles } from "../../cli/county-files";
import { at } from "../../support/small-county";
import { runCommand, type TerminalOptions } from "../../support/terminal";

const county = countyFiles();
afterAll(() => rmSync(county.folder, { recursive: true }));

const SEED = 8;
/** Rows enough for threads to be started and to have answered many. */
const COUNT = 3000;

const random = new SeededRandom(SEED);
const LINES = Array.from({ length: COUNT }, (_, i) => {
  if (i % 50 === 49) return "not json";
  if (i % 50 === 29) return `{"id":${i},"location":[0,0]}`;
  if (i % 50 === 19) return `{"id":"${i}","location":${JSON.stringify(at(9))},"needs":["burns"]}`;
  const needs = i % 4 === 0 ? `,"needs":["stroke"]` : "";
  const id = i % 6 === 0 ? "" : `"id":"call \\"${i}\\"",`;
  return `{${id}"location":${JSON.stringify(at(random.next() * 60))}${needs}}`;
});

const batch = (args: readonly string[], options?: TerminalOptions) =>
  runCommand(["nearest", ...county.options, ...args], options);

describe("nearest --incidents --threads", () => {
  it("writes the same bytes whatever the number of threads, bad rows in their places", async () => {
    const file = county.write("calls.ndjson", `${LINES.join("\n")}\n`);
    const alone = await batch(["--incidents", file, "--threads", "1"]);
    expect(alone.status).toBe(2);
    expect(alone.stdout.split("\n")).toHaveLength(COUNT + 1);
    expect(alone.stderr.split("\n")).toHaveLength(COUNT / 25 + 1);
    expect(await batch(["--incidents", file, "--threads", "3"]), `seed ${SEED}`).toEqual(alone);
  });

  it("answers row by row as a batch of one row is answered", async () => {
    const places = [0, 1, 2, COUNT - 20, COUNT - 12, COUNT - 2];
    const { stdout } = await batch(["--incidents", "-", "--threads", "1"], { stdin: LINES.join("\n") });
    const answers = stdout.split("\n");
    for (const place of places) {
      const single = await batch(["--incidents", "-"], { stdin: LINES[place]! });
      expect(single.stdout, LINES[place]).toBe(`${answers[place]}\n`);
    }
  });

  it("stops without an error when nobody reads its output any more", async () => {
    let asked = 0;
    function* rows(): Generator<string> {
      for (; asked < 100_000; asked++) yield `{"location":${JSON.stringify(at(9))}}\n`;
    }
    let lines = 0;
    const gone = new Writable({
      write(chunk: Buffer, _encoding, done) {
        lines += chunk.toString("utf8").split("\n").length - 1;
        done(lines < 2500 ? null : Object.assign(new Error("write EPIPE"), { code: "EPIPE" }));
      },
    });
    gone.on("error", () => {});
    const { status, stderr } = await batch(["--incidents", "-", "--threads", "2"], { stdin: rows(), stdout: gone });
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(asked).toBeLessThan(5000);
  });

  it("refuses a number of threads that is none, and threads without a batch", async () => {
    const file = county.write("one.ndjson", LINES[0]!);
    for (const threads of ["0", "1.5", "many", "1000"]) {
      const { status, stderr } = await batch(["--incidents", file, "--threads", threads]);
      expect(status).toBe(2);
      expect(stderr).toContain(`--threads takes a whole number from 1 to 256, not "${threads}".`);
    }
    const single = await batch(["--at", "0.1,52", "--threads", "2"]);
    expect(single).toMatchObject({ status: 2, stdout: "" });
    expect(single.stderr).toContain("--threads goes with --incidents.");
  });
});
