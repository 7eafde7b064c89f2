/**
 * Feeds every parser and the HTTP surface with inputs changed at random. An error without a code, a hang of more than 5 s,
 * more than 1 GB of memory, and an answer that contradicts itself are faults; so is a 500 of the server.
 *
 *   npm run fuzz                                 60 s, shared by all targets, seed 1
 *   npm run fuzz -- --seconds 600 --seed 7       longer, and other inputs
 *   npm run fuzz -- --target osm-pbf             one target; the list is in targets.ts
 *
 * The same seed gives the same inputs. A fault is made as small as it gets and kept in `corpus/`, which `npm test` replays.
 */
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { inputOf, TARGETS } from "./targets";

const HANG_CPU_SECONDS = 5;
const MEMORY_MB = 1024;

const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "60" },
    seed: { type: "string", default: "1" },
    target: { type: "string" },
  },
});
const names = values.target === undefined ? Object.keys(TARGETS) : [values.target];
const unknown = names.find((name) => !(name in TARGETS));
if (unknown !== undefined)
  throw new Error(`There is no target ${unknown}; there are ${Object.keys(TARGETS).join(", ")}.`);

const folder = mkdtempSync(join(tmpdir(), "fuzz-"));
const corpus = fileURLToPath(new URL("corpus/", import.meta.url));
const worker = fileURLToPath(new URL("worker.ts", import.meta.url));
const secondsEach = Number(values.seconds) / names.length;
let inputs = 0;
let faults = 0;

for (const name of names) {
  const { count, fault, input } = await run(name, Number(values.seed));
  inputs += count;
  console.log(`${name.padEnd(20)} ${String(count).padStart(8)} inputs${fault === undefined ? "" : `  FAULT ${fault}`}`);
  if (fault === undefined) continue;
  faults++;
  const hash = createHash("sha256").update(input!).digest("hex").slice(0, 12);
  writeFileSync(join(corpus, `${name}.${hash}`), input!);
}
rmSync(folder, { recursive: true });
console.log(`${inputs} inputs of seed ${values.seed} to ${names.length} targets, ${faults} faults`);
process.exitCode = faults > 0 ? 1 : 0;

interface Outcome {
  readonly count: number;
  readonly fault?: string;
  readonly input?: Uint8Array;
}

async function run(name: string, seed: number): Promise<Outcome> {
  const progress = join(folder, name);
  writeFileSync(progress, "0");
  const args = [
    `--max-old-space-size=${MEMORY_MB}`,
    "--import",
    "tsx",
    worker,
    name,
    String(seed),
    String(secondsEach),
    "0",
    progress,
  ];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  let complaint = "";
  child.stdout.on("data", (data) => (output += data));
  child.stderr.on("data", (data) => (complaint = (complaint + data).slice(-4000)));
  let hung = false;
  let since = { iteration: "", cpuSeconds: 0 };
  const watch = setInterval(() => {
    const iteration = readFileSync(progress, "utf8").trim();
    const cpuSeconds = cpuSecondsOf(child.pid!);
    if (iteration !== since.iteration) since = { iteration, cpuSeconds };
    else if (iteration !== "0" && cpuSeconds - since.cpuSeconds > HANG_CPU_SECONDS) {
      hung = true;
      child.kill("SIGKILL");
    }
  }, 500);
  const status = await new Promise((resolve) => child.once("close", resolve));
  clearInterval(watch);
  const at = Math.floor(Number(readFileSync(progress, "utf8")));
  const told = output.trim() === "" ? undefined : JSON.parse(output.trim().split("\n").at(-1)!);
  if (told?.fault !== undefined)
    return { count: told.iteration, fault: told.fault, input: Buffer.from(told.input, "base64") };
  if (hung) return { count: at, fault: `a hang at input ${at}`, input: inputOf(TARGETS[name]!(), seed, at) };
  if (status === 0) return { count: told.iteration };
  return {
    count: at,
    fault: `the process ended at input ${at}: ${complaint}`,
    input: inputOf(TARGETS[name]!(), seed, at),
  };
}

/** Of a process, its threads included; 0 where the system does not tell, and nothing hangs. */
function cpuSecondsOf(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    // Clock ticks, of which Linux has a hundred a second.
    return (Number(fields[11]) + Number(fields[12])) / 100;
  } catch {
    return 0;
  }
}
