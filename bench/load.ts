/**
 * `npx tsx bench/load.ts --help`: the HTTP wrapper under load. Questions about seeded incidents over as many connections as
 * asked for, while the status flips and roads close; how many are answered a second and how fast, whether memory grows,
 * whether every change is told in time, and whether sampled answers are Dijkstra's at the versions they name. Exit status
 * 1 when one is not.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { loadStatus } from "../src/node/logs/status-file";
import { type LoadArguments, parseLoadArguments, USAGE } from "./load/arguments";
import { Changer } from "./load/changes";
import { type County, makeCounty } from "./load/county";
import { judgeEvents, TOLD_WITHIN_MS, watchEvents } from "./load/event-watch";
import { generateLoad } from "./load/generator";
import { median, memoryTrend, ServerSampler } from "./load/memory";
import { seededQuestions } from "./load/questions";
import { formatLoad, formatLoadMarkdown, type LoadResult, rounded, spreadOf } from "./load/result";
import { startServer } from "./load/server-process";
import { firstWrongAnswer } from "./load/verify";
import { progressLine } from "./suite/progress";
import { thisMachine } from "./suite/row";

/** Distinct questions for each connection. */
const QUESTIONS_EACH = 400;
/** The first thousands of answers are slower: the compiler has not seen them. */
const WARM_UP_SECONDS = 5;

/** What must not happen, as against figures that may be better or worse. */
class Failure extends Error {}

process.exitCode = await main(process.argv.slice(2));

/** Returns the exit status: 0 done, 1 a wrong answer or an untold change, 2 a mistake on the command line or in a file. */
async function main(words: readonly string[]): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), "load-"));
  try {
    const options = parseLoadArguments(words);
    if (options.help) {
      process.stdout.write(USAGE);
      return 0;
    }
    const result = await run(options, folder, `npx tsx bench/load.ts ${words.join(" ")}`.trimEnd());
    process.stdout.write(formatLoad(result));
    if (options.record) record(result);
    // After the figures: on a machine busy with other work they say why.
    return result.toldLate === 0 ? 0 : 1;
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return error instanceof Failure ? 1 : 2;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function run(options: LoadArguments, folder: string, command: string): Promise<LoadResult> {
  const { connections, seconds, seed, sampleEvery, flipsPerSecond, closuresPerSecond, profile } = options;
  const progress = progressLine(process.stderr);
  progress.show("roads and EDs");
  const county = await makeCounty(options, folder);
  const roads = await county.openRoads();
  const questions = seededQuestions(roads, connections * QUESTIONS_EACH, seed);
  const server = await startServer(county, profile === undefined ? [] : ["--cpu-prof", `--cpu-prof-dir=${profile}`]);
  try {
    const { url } = server;
    const hospitals = county.hospitals.hospitals.map(({ id }) => id);
    const changer = new Changer({ url, hospitals, roads, flipsPerSecond, closuresPerSecond, seed });
    const sampler = new ServerSampler(url);
    const events = await watchEvents(url);
    await changer.begin();
    const idleFlips = changer.record.flips.length;
    const idleClosures = changer.record.closureMs.length;
    changer.start();
    progress.show(`warming up, ${WARM_UP_SECONDS} s`);
    await generateLoad({ url, questions, connections, seconds: WARM_UP_SECONDS, sampleEvery });
    progress.show(`asking, ${seconds} s`);
    await sampler.start();
    const load = await generateLoad({ url, questions, connections, seconds, sampleEvery });
    await sampler.stop();
    await changer.stop();
    await new Promise((resolve) => setTimeout(resolve, TOLD_WITHIN_MS));
    events.close();
    await server.stop();

    const refused = Object.entries(load.refused).map(([status, count]) => `${count} times ${status}`);
    if (load.errors > 0 || refused.length > 0) {
      throw new Failure(`Not every question was answered: ${[`${load.errors} errors`, ...refused].join(", ")}.`);
    }
    const { flips, closures, closureMs } = changer.record;
    const verdict = judgeEvents(flips, events.record);
    const underLoad = judgeEvents(flips.slice(idleFlips), events.record);
    const { disorder } = events.record;
    if (disorder !== undefined) throw new Failure(`Version ${disorder.version} was told after ${disorder.after}.`);
    if (verdict.missing.length > 0) throw new Failure(`Versions never told: ${verdict.missing.join(", ")}.`);
    const { status } = loadStatus(county.statusFile, county.hospitals);
    const acknowledged = flips.at(-1)?.version ?? 0;
    if (status.version < acknowledged) {
      throw new Failure(`The log ends at version ${status.version}; ${acknowledged} was acknowledged.`);
    }
    await verify(county, status, closures, load.kept, progress.show);
    progress.clear();
    const { graph } = roads;
    const flipMs = flips.map(({ sentMs, answeredMs }) => answeredMs - sentMs);
    const cpuSeconds = sampler.samples.at(-1)!.cpuSeconds - sampler.samples[0]!.cpuSeconds;
    const loopDelays = sampler.samples.map(({ loopDelayP99Ms }) => loopDelayP99Ms);
    return {
      network: county.name,
      nodes: graph.nodeCount,
      edges: graph.edgeCount,
      eds: hospitals.length,
      connections,
      seconds: load.seconds,
      answersPerSecond: rounded(load.latencyMs.length / load.seconds),
      answerMs: spreadOf(load.latencyMs),
      cpuMicrosecondsPerAnswer: rounded((1e6 * cpuSeconds) / load.latencyMs.length),
      flipsPerSecond,
      flipMs: spreadOf(flipMs.slice(idleFlips)),
      idleFlipMs: spreadOf(flipMs.slice(0, idleFlips)),
      closuresPerSecond,
      closureMs: spreadOf(closureMs.slice(idleClosures)),
      eventMs: spreadOf(underLoad.delaysMs),
      toldLate: verdict.late.length,
      memory: memoryTrend(sampler.samples),
      loopDelayP99Ms: { median: rounded(median(loopDelays)), worst: rounded(Math.max(...loopDelays)) },
      compared: load.kept.length,
      statusVersion: status.version,
      roadsVersion: closures.length,
      seed,
      machine: thisMachine(),
      node: process.version,
      command,
    };
  } finally {
    await server.stop();
  }
}

async function verify(
  county: County,
  status: ReturnType<typeof loadStatus>["status"],
  closures: Changer["record"]["closures"],
  kept: Awaited<ReturnType<typeof generateLoad>>["kept"],
  show: (text: string) => void,
): Promise<void> {
  const { hospitals } = county;
  const judge = { roads: await county.openRoads(), hospitals, status, closures };
  const wrong = firstWrongAnswer(judge, kept, (done) => {
    if (done % 100 === 0) show(`comparing with Dijkstra, ${done} of ${kept.length}`);
  });
  if (wrong === undefined) return;
  throw new Failure(`Wrong answer to ${JSON.stringify(wrong.question)}: ${wrong.difference}.\n${wrong.body}`);
}

function record(result: LoadResult): void {
  const base = fileURLToPath(new URL(`results/load-${result.network}`, import.meta.url));
  writeFileSync(`${base}.json`, `${JSON.stringify(result, undefined, 2)}\n`);
  writeFileSync(`${base}.md`, formatLoadMarkdown(result));
  process.stdout.write(`written: ${relative(process.cwd(), base)}.{json,md}\n`);
}
