/** `npm run bench:scaling`: how every case grows with the network; see README.md beside this file. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { ArgumentError, whole } from "./suite/arguments";
import { CASE_NAMES, type CaseName } from "./suite/case-names";
import { growthOf } from "./suite/growth";
import { syntheticNetwork } from "./suite/networks";
import { growthPlot } from "./suite/plot";
import { progressLine } from "./suite/progress";
import { formatMarkdown, formatTable } from "./suite/report";
import { type BenchRow, formatRows, thisMachine } from "./suite/row";
import { runNetwork } from "./suite/run-network";
import { WrongAnswer } from "./suite/subject";

/** Each four times the one before it. */
const DEFAULT_SIZES = "16000,64000,250000,1000000";

/** The rivals are out of their depth at most of these sizes. */
const RIVALS: readonly CaseName[] = ["ngraph-path-nearest", "geojson-path-finder-nearest"];
const CASES = CASE_NAMES.filter((name) => !RIVALS.includes(name));

process.exitCode = await main(process.argv.slice(2));

async function main(words: readonly string[]): Promise<number> {
  try {
    const { values } = parseArgs({
      args: [...words],
      options: { sizes: { type: "string" }, out: { type: "string" }, seed: { type: "string" } },
    });
    const sizes = (values.sizes ?? DEFAULT_SIZES).split(",").map((size) => whole("--sizes", size.trim(), 0, 1000));
    if (sizes.length < 2) throw new ArgumentError("--sizes names one size; growth takes at least two.");
    await study(sizes, whole("--seed", values.seed, 1, 0), values.out ?? "bench/results");
    return 0;
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return error instanceof WrongAnswer ? 1 : 2;
  }
}

async function study(sizes: readonly number[], seed: number, folder: string): Promise<void> {
  const progress = progressLine(process.stderr);
  const rows: BenchRow[] = [];
  const notes = new Map<string, readonly string[]>();
  process.stdout.write(`Node ${process.version} on ${thisMachine()}\n`);
  for (const size of sizes) {
    const network = syntheticNetwork(size, seed);
    const run = await runNetwork(network, CASES, { seed, targets: 200, open: 159 }, progress.show).finally(
      progress.clear,
    );
    rows.push(...run.rows);
    notes.set(network.name, run.notes);
    process.stdout.write(
      `\n${network.name}\n${formatTable(run.rows)}${run.notes.map((note) => `  ${note}\n`).join("")}`,
    );
  }
  const growths = growthOf(rows);
  const exponents = growths.map(({ case: name, exponent }) => `${name.padEnd(28)}n^${exponent.toFixed(2)}`);
  process.stdout.write(`\nGrowth with the nodes n\n  ${exponents.join("\n  ")}\n`);
  mkdirSync(folder, { recursive: true });
  const subtitle = `Synthetic road networks, 200 hospitals, 159 accepting. Node ${process.version}, ${thisMachine()}.`;
  writeFileSync(join(folder, "scaling.json"), formatRows(rows));
  writeFileSync(join(folder, "scaling.md"), formatMarkdown(rows, notes));
  writeFileSync(join(folder, "scaling.svg"), growthPlot(growths, "Median time by size of the network", subtitle));
}
