import { execFile } from "node:child_process";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, it } from "vitest";

const STEPS = 1_000_000;
const SEED = 1;
const run = fileURLToPath(new URL("../simulate/run.ts", import.meta.url));

it(`a server that lives on agrees with a naive decision maker over ${STEPS} steps of seed ${SEED}`, async () => {
  const jobs = `${availableParallelism()}`;
  const args = ["--import", "tsx", run, "--steps", `${STEPS}`, "--seed", `${SEED}`, "--jobs", jobs];
  const { stdout } = await promisify(execFile)(process.execPath, args).catch((error: { stdout: string }) => error);
  expect(stdout.trimEnd().split("\n").slice(-40).join("\n")).toMatch(
    new RegExp(`${STEPS} steps of seed ${SEED}: no disagreement$`),
  );
});
