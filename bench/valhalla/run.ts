/**
 * `npx tsx bench/valhalla/run.ts`: the product side by side with Valhalla on real extracts; see the section of
 * ../README.md. Writes ../results/valhalla.{md,json}. Exit status: 0 done, 1 a route of Valhalla's is better by our own
 * weights, or an explanation is missing or no longer needed, 2 the extracts are not there.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { openOsmSource } from "../../src/node/files/open-osm-source";
import { progressLine } from "../suite/progress";
import { type ComparedPair, type Contest, comparePair } from "./compare";
import { type Explanations, explanationFaults, pairKey } from "./explanations";
import { ensureValhalla, type ValhallaPackage } from "./install";
import { compareNearest } from "./nearest";
import { OurRouter } from "./ours";
import { borderPairs, hospitalsOf, type Pair, pocketPairs, seededPairs } from "./places";
import { readRawExtract } from "./raw-extract";
import { RawLineIndex } from "./raw-line";
import { RefusalReader } from "./refusal";
import { formatJson, formatMarkdown } from "./report";
import { comparisonProfile, EXTRACTS, type Extract, OBJECTIVES, valhallaCosting } from "./settings";
import { oursBeaten, type Summary, summarize, worstPairs } from "./summary";
import { TheirRouter } from "./theirs";
import { withTiles } from "./tiles";

const dataFolder = fileURLToPath(new URL("../../../shared/data/", import.meta.url));
const results = (name: string): string => fileURLToPath(new URL(`../results/${name}`, import.meta.url));
const explanationsFile = fileURLToPath(new URL("explanations.json", import.meta.url));

process.exitCode = await main();

async function main(): Promise<number> {
  const missing = EXTRACTS.filter(({ file }) => !existsSync(`${dataFolder}${file}`));
  if (missing.length > 0) {
    const files = missing.map(({ file }) => file).join(", ");
    process.stderr.write(
      `This comparison reads extracts from ../shared/data beside the checkout; missing: ${files}.\n`,
    );
    return 2;
  }
  const valhalla = ensureValhalla();
  const pairs: ComparedPair[] = [];
  const summaries: Summary[] = [];
  for (const extract of EXTRACTS) {
    for (const { compared, summary } of await compareOn(extract, valhalla)) {
      pairs.push(...compared);
      summaries.push(summary);
    }
  }
  const explanations = JSON.parse(readFileSync(explanationsFile, "utf8")) as Explanations;
  const worst = OBJECTIVES.map((objective) => ({ objective, pairs: worstPairs(pairs, objective) }));
  const exceptions = pairs.filter(({ theirsByOurs }) => theirsByOurs?.kind === "refused");
  const report = { summaries, worst, exceptions, explanations };
  writeFileSync(results("valhalla.md"), formatMarkdown(report));
  writeFileSync(results("valhalla.json"), formatJson(report));

  const faults = [
    ...oursBeaten(pairs).map((pair) => `${pairKey(pair)}: Valhalla's route is better than ours by our own weights.`),
    ...explanationFaults(
      worst.flatMap((list) => list.pairs),
      explanations,
    ),
  ];
  for (const fault of faults) process.stdout.write(`${fault}\n`);
  return faults.length === 0 ? 0 : 1;
}

async function compareOn(
  extract: Extract,
  valhalla: ValhallaPackage,
): Promise<{ compared: ComparedPair[]; summary: Summary }[]> {
  const progress = progressLine(process.stderr);
  const file = `${dataFolder}${extract.file}`;
  const source = await openOsmSource(file);
  const raw = await readRawExtract(source);
  const lines = new RawLineIndex(raw);
  const pairs = seededPairs(raw);
  const apart = [
    { name: "border", pairs: borderPairs(raw) },
    { name: "pockets", pairs: pocketPairs(raw) },
  ].filter((one) => one.pairs.length > 0);
  return withTiles(valhalla, file, async (actor) => {
    const answers = [];
    for (const objective of OBJECTIVES) {
      progress.show(`${extract.name}, ${objective}`);
      const profile = comparisonProfile(objective, extract.density);
      const contest: Contest = {
        extract: extract.name,
        objective,
        ours: await OurRouter.over(source, profile),
        theirs: new TheirRouter(actor, valhallaCosting(objective)),
        lines,
        refusals: new RefusalReader(raw, lines, profile),
      };
      const compareAll = async (all: readonly Pair[]): Promise<ComparedPair[]> => {
        const compared: ComparedPair[] = [];
        for (const pair of all) compared.push(await comparePair(contest, pair));
        return compared;
      };
      const compared = await compareAll(pairs);
      const nearest = objective === "fastest" ? await compareNearest(contest, pairs, hospitalsOf(raw)) : undefined;
      answers.push({ compared, summary: summarize(extract.name, objective, compared, nearest) });
      for (const { name, pairs: some } of apart) {
        const compared = await compareAll(some);
        answers.push({
          compared,
          summary: summarize(`${extract.name}, ${name}`, objective, compared, undefined),
        });
      }
    }
    progress.clear();
    return answers;
  });
}
