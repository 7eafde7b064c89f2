/**
 * `npx tsx bench/build-scaling.ts --source EXTRACT.osm.pbf [--copies 20,80,200] [--to BYTES] [--module dist/node/index.js]`:
 * how building a roads file grows with the extract: time and peak memory on copies of a real one, and what that means for
 * one of `--to` bytes. See README.md beside this file, "Building at scale".
 */
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs, promisify } from "node:util";
import { openOsmSource } from "../src/node/files/open-osm-source";
import { type ReplicatedCounts, writeReplicatedExtract } from "./suite/replicated-extract";
import { thisMachine } from "./suite/row";

interface Stage {
  readonly stage: string;
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly peakBytes: number;
}

/** As printed by suite/measured-build.mjs. */
interface MeasuredBuild {
  readonly sourceBytes: number;
  readonly roadsBytes: number;
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly atRestBytes: number;
  readonly peakBytes: number;
  readonly graphNodes: number;
  readonly graphEdges: number;
  readonly waysUsed: number;
  readonly stages: readonly Stage[];
}

type Measured = MeasuredBuild & ReplicatedCounts & { readonly copies: number };

const { values } = parseArgs({
  options: {
    source: { type: "string" },
    copies: { type: "string", default: "20,80,200" },
    to: { type: "string", default: "1900000000" },
    module: { type: "string", default: "dist/node/index.js" },
  },
});
if (values.source === undefined) {
  process.stderr.write("Name a real extract with --source FILE.osm.pbf; see the head of this file.\n");
  process.exit(2);
}
const source = values.source;
const originalBytes = statSync(source).size;
const copies = values.copies.split(",").map(Number);
const HEAD =
  "| copies | MB | nodes | ways | driven ways | graph nodes | edges | seconds | CPU seconds | peak MB | bytes per graph node |\n" +
  "|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|";

async function main(): Promise<void> {
  process.stdout.write(`Node ${process.version} on ${thisMachine()}, copies of ${source}\n\n`);
  const rows: Measured[] = [];
  const folder = mkdtempSync(join(tmpdir(), "build-scaling-"));
  try {
    for (const count of copies) {
      const file = join(folder, `${count}.osm.pbf`);
      const counts = await writeReplicatedExtract(file, await openOsmSource(source), count);
      const built = await measure(file, join(folder, `${count}.roads`));
      rmSync(file);
      rows.push({ ...built, ...counts, copies: count });
      if (rows.length === 1) process.stdout.write(`${HEAD}\n`);
      process.stdout.write(`${rowOf(rows.at(-1)!)}\n`);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
  const largest = rows.reduce((a, b) => (a.copies > b.copies ? a : b));
  process.stdout.write(`\n${stagesOf(largest)}\n\n${extrapolation(largest, Number(values.to) / originalBytes)}\n`);
}

async function measure(file: string, output: string): Promise<MeasuredBuild> {
  const script = fileURLToPath(new URL("suite/measured-build.mjs", import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [script, resolve(values.module), file, output]);
  return JSON.parse(stdout) as MeasuredBuild;
}

const grouped = (value: number): string => Math.round(value).toLocaleString("en-GB");
const tenths = (value: number): string => value.toFixed(1);
const megabytes = (bytes: number): string => grouped(bytes / 1e6);

/** Memory a graph node costs at the peak, the program itself apart. */
const bytesPerNode = ({ peakBytes, atRestBytes, graphNodes }: MeasuredBuild): number =>
  (peakBytes - atRestBytes) / graphNodes;

function rowOf(row: Measured): string {
  const { copies: count, bytes, nodes, ways, waysUsed, graphNodes, graphEdges, seconds, cpuSeconds, peakBytes } = row;
  const counts = [nodes, ways, waysUsed, graphNodes, graphEdges].map(grouped);
  const cells = [count, megabytes(bytes), ...counts, tenths(seconds), tenths(cpuSeconds), megabytes(peakBytes)];
  return `| ${[...cells, grouped(bytesPerNode(row))].join(" | ")} |`;
}

function stagesOf({ stages, cpuSeconds, sourceBytes }: Measured): string {
  const lines = stages.map(
    (own) =>
      `| ${own.stage} | ${tenths(own.seconds)} | ${tenths(own.cpuSeconds)} | ${Math.round((100 * own.cpuSeconds) / cpuSeconds)} | ` +
      `${Math.round((1000 * own.cpuSeconds) / (sourceBytes / 1e6))} | ${megabytes(own.peakBytes)} |`,
  );
  return [
    "| stage | seconds | CPU seconds | % of CPU | CPU ms per MB | peak MB so far |",
    "|---|---:|---:|---:|---:|---:|",
    ...lines,
  ].join("\n");
}

/** As many copies of the original as have the bytes asked for; everything in proportion to the largest run. */
function extrapolation(row: Measured, wanted: number): string {
  const factor = wanted / row.copies;
  const scaled = (value: number): string => `${tenths((value * factor) / 1e6)} M`;
  const peakGigabytes = (row.atRestBytes + (row.peakBytes - row.atRestBytes) * factor) / 1e9;
  return (
    `${grouped(Number(values.to) / 1e6)} MB are ${grouped(wanted)} times the original, ${tenths(factor)} times the largest run: ` +
    `${scaled(row.nodes)} nodes, ${scaled(row.ways)} ways, ${scaled(row.graphNodes)} graph nodes, ${scaled(row.graphEdges)} edges, ` +
    `${tenths((row.seconds * factor) / 60)} minutes, ${tenths(peakGigabytes)} GB at the peak, ` +
    `a roads file of ${tenths((row.roadsBytes * factor) / 1e9)} GB.`
  );
}

await main();
