/**
 * Simulates a server that lives on: reports, late ones and clearances, expiries, closures, hospitals that come and go, clocks
 * that jump, changes that cannot be written, restarts from the log, tables half brought up to date. Every question is asked
 * of the naive decision maker too, on the roads and the board as they are.
 *
 *   npm run simulate                                   100,000 steps of seed 1
 *   npm run simulate -- --steps 1000000 --seed 7
 *
 * A fault is printed as a short script for `played` of `simulation.ts`; the exit status is 1 then.
 */
import { parseArgs } from "node:util";
import { firstFault } from "./simulation";

const { values } = parseArgs({
  options: { steps: { type: "string", default: "100000" }, seed: { type: "string", default: "1" } },
});
const steps = Number(values.steps);
const fault = firstFault(Number(values.seed), steps, (done) => {
  if (done % 50_000 === 0) console.log(`${done} steps`);
});
console.log(fault ?? `${steps} steps of seed ${values.seed}: no disagreement`);
process.exitCode = fault === undefined ? 0 : 1;
