/**
 * Simulates a server that lives on: reports, late ones and clearances, expiries, closures, hospitals that come and go, clocks
 * that jump, changes that cannot be written, restarts from the log, tables half brought up to date. Every question is asked
 * of the naive decision maker too, on the roads and the board as they are.
 *
 *   npm run simulate                                   100,000 steps of seed 1
 *   npm run simulate -- --steps 1000000 --seed 7 --jobs 2
 *
 * A fault is printed as a short script for `played` of `simulation.ts`; the exit status is 1 then. Several jobs share the
 * worlds of the seed, and find what one would.
 */
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { firstFault } from "./simulation";

const { values } = parseArgs({
  options: {
    steps: { type: "string", default: "100000" },
    seed: { type: "string", default: "1" },
    jobs: { type: "string", default: "1" },
    /** Which of the jobs this process is, from 0; without it the run as a whole. */
    job: { type: "string" },
  },
});
const [steps, seed, jobs] = [Number(values.steps), Number(values.seed), Number(values.jobs)];
if (![steps, seed, jobs].every((number) => Number.isSafeInteger(number) && number >= 1))
  throw new Error(`--steps, --seed and --jobs are whole numbers from 1, not ${steps}, ${seed} and ${jobs}.`);

if (values.job !== undefined || jobs === 1) {
  const fault = firstFault(
    seed,
    steps,
    (done) => {
      if (done % 50_000 === 0) console.log(`${done} steps`);
    },
    { first: Number(values.job ?? 0), every: jobs },
  );
  console.log(
    fault ?? `${steps} steps of seed ${seed}${jobs === 1 ? "" : `, job ${values.job} of ${jobs}`}: no disagreement`,
  );
  process.exitCode = fault === undefined ? 0 : 1;
} else {
  const statuses = await Promise.all(Array.from({ length: jobs }, (_, job) => statusOf(job)));
  if (statuses.every((status) => status === 0)) console.log(`${steps} steps of seed ${seed}: no disagreement`);
  else process.exitCode = 1;
}

function statusOf(job: number): Promise<number | null> {
  const own = fileURLToPath(import.meta.url);
  const args = [
    "--import",
    "tsx",
    own,
    "--steps",
    `${steps}`,
    "--seed",
    `${seed}`,
    "--jobs",
    `${jobs}`,
    "--job",
    `${job}`,
  ];
  const child = spawn(process.execPath, args, { stdio: "inherit" });
  return new Promise((resolve) => child.once("close", resolve));
}
