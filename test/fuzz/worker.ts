/** One target's inputs, one after the other, in a process that may hang or run out of memory: see `run.ts`. */
import { openSync, writeSync } from "node:fs";
import { minimal } from "./minimal";
import { faultOf, inputOf, TARGETS } from "./targets";

const [name = "", seedText = "", secondsText = "", first = "", progressFile = ""] = process.argv.slice(2);
const target = TARGETS[name]!();
const progress = openSync(progressFile, "w");
const until = performance.now() + Number(secondsText) * 1000;

let iteration = Number(first);
for (; performance.now() < until; iteration++) {
  writeSync(progress, `${iteration}`.padEnd(12), 0);
  const input = inputOf(target, Number(seedText), iteration);
  const fault = await faultOf(target, input);
  if (fault !== undefined) {
    let tries = 0;
    const least = await minimal(input, async (part) => {
      // A sign of life: making an input small is no hang.
      writeSync(progress, `${iteration}.${tries++}`.padEnd(12), 0);
      return (await faultOf(target, part))?.split("\n")[0] === fault.split("\n")[0];
    });
    process.stdout.write(`${JSON.stringify({ iteration, fault, input: Buffer.from(least).toString("base64") })}\n`);
    process.exit(3);
  }
}
process.stdout.write(`${JSON.stringify({ iteration })}\n`);
