/** `npm run bench`: measures the core on real and synthetic road networks; see README.md beside this file. */
import { readFileSync, writeFileSync } from "node:fs";
import { type BenchArguments, parseBenchArguments, USAGE } from "./suite/arguments";
import { compareRuns, regressions } from "./suite/compare";
import { networksOf } from "./suite/networks";
import { progressLine } from "./suite/progress";
import { formatComparison, formatMarkdown, formatTable } from "./suite/report";
import { type BenchRow, formatRows, parseRows, thisMachine } from "./suite/row";
import { runNetwork } from "./suite/run-network";
import { WrongAnswer } from "./suite/subject";

process.exitCode = await main(process.argv.slice(2));

/** Returns the exit status: 0 done, 1 a wrong answer or a regression, 2 a mistake on the command line or in a file. */
async function main(words: readonly string[]): Promise<number> {
  try {
    const options = parseBenchArguments(words);
    if (options.help) {
      process.stdout.write(USAGE);
      return 0;
    }
    // Read before measuring: a mistyped name should not cost three minutes.
    const before =
      options.against === undefined ? undefined : parseRows(readFileSync(options.against, "utf8"), options.against);
    const rows = await measureAll(options);
    return before === undefined ? 0 : judge(rows, before, options.band);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return error instanceof WrongAnswer ? 1 : 2;
  }
}

async function measureAll(options: BenchArguments): Promise<BenchRow[]> {
  const progress = progressLine(process.stderr);
  const rows: BenchRow[] = [];
  const notes = new Map<string, readonly string[]>();
  process.stdout.write(`Node ${process.version} on ${thisMachine()}\n`);
  process.stdout.write(`${options.targets} hospitals, ${options.open} of them accepting; seed ${options.seed}\n`);
  for (const network of networksOf(options)) {
    const run = await runNetwork(network, options.cases, options, progress.show).finally(progress.clear);
    rows.push(...run.rows);
    notes.set(network.name, run.notes);
    process.stdout.write(
      `\n${network.name}\n${formatTable(run.rows)}${run.notes.map((note) => `  ${note}\n`).join("")}`,
    );
    if (options.json !== undefined) writeFileSync(options.json, formatRows(rows));
    if (options.markdown !== undefined) writeFileSync(options.markdown, formatMarkdown(rows, notes));
  }
  return rows;
}

function judge(rows: readonly BenchRow[], before: readonly BenchRow[], band: number): number {
  const compared = compareRuns(rows, before, band);
  process.stdout.write(`\nAgainst the earlier run\n${formatComparison(compared, band)}`);
  const slower = regressions(compared);
  if (slower.length === 0) return 0;
  process.stdout.write(`${slower.length} of ${compared.comparisons.length} cases are slower.\n`);
  return 1;
}
