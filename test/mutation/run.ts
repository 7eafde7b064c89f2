/**
 * Mutation testing: changes one operator, boundary, constant or condition of a source file at a time and runs the tests
 * nearest to it. A mutant that they pass is a survivor: a change of behaviour no test would notice, or none at all.
 * Not part of `npm test`; a file takes minutes.
 *
 *   npm run test:mutation                                   all files below
 *   npm run test:mutation -- --file opening-hours           those whose path contains the text
 *   npm run test:mutation -- --limit 20 --seed 3            so many mutants per file, drawn by the seed (default 1)
 *   npm run test:mutation -- --file turn-split --line 130   those of one line, or of lines, such as 98,115-130
 *
 * The same arguments give the same mutants. Exits with 1 when one survives. Those that behave as what they replace are
 * listed in `equivalents.ts` with the reason, and not run.
 */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { SeededRandom } from "../../src/core/random";
import { EQUIVALENTS } from "./equivalents";
import type { Trial, Verdict } from "./mutant-tester";
import { type Mutant, mutantsOf } from "./mutants";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** The first compares the router with a decision maker written from the domain alone. */
const RULE_TESTS = [
  "test/diversion/naive-decisions.test.ts",
  "test/diversion/rules.test.ts",
  "test/diversion/decision-edges.test.ts",
  "test/diversion/properties.test.ts",
];
const TABLE_TESTS = ["test/shortest-path/nearest-table.test.ts", "test/shortest-path/cch-engine.test.ts"];
const WALK_TESTS = ["test/shortest-path/fastest-walk.test.ts", ...TABLE_TESTS];
const BUCKET_TESTS = ["test/shortest-path/buckets.test.ts", "test/shortest-path/cch-engine.test.ts"];

/** Source files, and the tests that must notice a change of each: the nearest first, as those behind run when it passes. */
const NEAREST_TESTS: Readonly<Record<string, readonly string[]>> = {
  "src/diversion/rules/judged-eds.ts": RULE_TESTS,
  "src/diversion/rules/ranking.ts": RULE_TESTS,
  "src/diversion/rules/eligibility.ts": RULE_TESTS,
  "src/diversion/rules/bearings.ts": RULE_TESTS,
  "src/diversion/rules/waits.ts": RULE_TESTS,
  "src/hospitals/directory/opening-hours.ts": ["test/hospitals/opening-hours.test.ts"],
  "src/roads/turns/turn-automaton.ts": ["test/roads/turn-automaton.test.ts"],
  "src/roads/turns/turn-split.ts": ["test/roads/profiles.test.ts", "test/roads/turn-split.test.ts"],
  "src/shortest-path/nearest/bucket-query.ts": BUCKET_TESTS,
  "src/shortest-path/nearest/buckets.ts": BUCKET_TESTS,
  "src/shortest-path/nearest/fastest-walk.ts": WALK_TESTS,
  "src/shortest-path/nearest/nearest-table.ts": TABLE_TESTS,
  "src/shortest-path/nearest/table-path.ts": WALK_TESTS,
  "src/shortest-path/nearest/table-repair.ts": TABLE_TESTS,
  "src/shortest-path/nearest/table-stream.ts": TABLE_TESTS,
};

const { values } = parseArgs({
  options: {
    file: { type: "string", default: "" },
    line: { type: "string" },
    limit: { type: "string" },
    seed: { type: "string", default: "1" },
  },
});

/** A mutant that loops for ever is noticed too: by so many times what the tests take without one, and ten seconds. */
const TIME_LIMIT_FACTOR = 5;

let tester: ChildProcess | undefined;

/** Whether the tests pass with the source in place of the file's own. */
async function passes(file: string, source: string, tests: readonly string[], limitMs?: number): Promise<boolean> {
  tester ??= fork(join(root, "test/mutation/mutant-tester.ts"), { cwd: root, execArgv: ["--import", "tsx"] });
  const running = tester;
  const ended = new AbortController();
  const timer = limitMs === undefined ? undefined : setTimeout(() => ended.abort(), limitMs);
  try {
    running.send({ file: join(root, file), source, tests } satisfies Trial);
    const [verdict] = await Promise.race([
      once(running, "message", ended) as Promise<[Verdict]>,
      // As when a mutant grows an array without end.
      once(running, "exit", ended).then(() => [undefined]),
    ]);
    if (verdict === undefined) tester = undefined;
    return verdict?.passes === true;
  } catch (error) {
    if (!ended.signal.aborted) throw error;
    running.kill("SIGKILL");
    tester = undefined;
    return false;
  } finally {
    clearTimeout(timer);
    ended.abort();
  }
}

/** @throws when a mutant that is listed as equivalent is no longer one of the file's. */
function withoutEquivalents(file: string, text: string): Mutant[] {
  const lines = text.split("\n");
  const left = new Set(mutantsOf(text));
  for (const { code, from, to } of EQUIVALENTS.filter((listed) => listed.file === file)) {
    const found = [...left].find((one) => lines[one.line - 1]!.trim() === code && one.from === from && one.to === to);
    if (found === undefined)
      throw new Error(`${file} has no mutant ${from} -> ${to} in: ${code}; strike it off equivalents.ts.`);
    left.delete(found);
  }
  return [...left];
}

/** Whether a line is one of those asked for. */
const isMeant = (line: number): boolean =>
  values.line === undefined ||
  values.line.split(",").some((range) => {
    const [first, last = first] = range.split("-").map(Number);
    return line >= first! && line <= last!;
  });

function chosen(file: string, text: string): Mutant[] {
  const mutants = withoutEquivalents(file, text).filter(({ line }) => isMeant(line));
  if (values.limit === undefined) return mutants;
  const random = new SeededRandom(Number(values.seed));
  const left = mutants.map((_, i) => i);
  const drawn: number[] = [];
  while (drawn.length < Number(values.limit) && left.length > 0) {
    drawn.push(left.splice(random.integer(left.length), 1)[0]!);
  }
  process.stdout.write(`${file}: ${drawn.length} of ${mutants.length} mutants, seed ${values.seed}\n`);
  return drawn.sort((a, b) => a - b).map((i) => mutants[i]!);
}

let survivors = 0;
try {
  for (const [file, tests] of Object.entries(NEAREST_TESTS)) {
    if (!file.includes(values.file)) continue;
    const text = readFileSync(join(root, file), "utf8");
    const startedMs = performance.now();
    if (!(await passes(file, text, tests)))
      throw new Error(`The tests of ${file} fail without any mutant; mend them first.`);
    const limitMs = Math.round(10_000 + TIME_LIMIT_FACTOR * (performance.now() - startedMs));
    const mutants = chosen(file, text);
    let killed = 0;
    for (const { line, from, to, source } of mutants) {
      if (!(await passes(file, source, tests, limitMs))) {
        killed++;
        continue;
      }
      survivors++;
      process.stdout.write(`  survived: ${file}:${line}: ${from} -> ${to}\n`);
    }
    process.stdout.write(`${file}: ${killed} of ${mutants.length} killed\n`);
  }
} finally {
  tester?.kill();
}
process.exitCode = survivors === 0 ? 0 : 1;
