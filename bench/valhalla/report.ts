import type { Position } from "../../src/core/units";
import { builtInProfile } from "../../src/roads/profile/profile";
import type { ComparedPair, Side, Verdict } from "./compare";
import { type Explanations, pairKey } from "./explanations";
import {
  BORDER_PAIRS_PER_EXTRACT,
  comparisonProfile,
  EXTRACTS,
  OBJECTIVES,
  type Objective,
  PAIRS_PER_EXTRACT,
  POCKET_PAIRS_PER_EXTRACT,
  REMAINING_DIFFERENCES,
  SEED,
  VALHALLA_PACKAGE,
  VALHALLA_VERSION,
  valhallaCosting,
} from "./settings";
import { distribution, SHARES } from "./statistics";
import { lengthRatio, type Summary, timeRatio } from "./summary";

export interface Report {
  readonly summaries: readonly Summary[];
  readonly worst: readonly { readonly objective: Objective; readonly pairs: readonly ComparedPair[] }[];
  /** Pairs whose route by Valhalla our rules do not allow. */
  readonly exceptions: readonly ComparedPair[];
  readonly explanations: Explanations;
}

export function formatJson({ summaries, worst, exceptions, explanations }: Report): string {
  const profiles = OBJECTIVES.flatMap((objective) =>
    [...new Set(EXTRACTS.map(({ density }) => density))].map((density) => comparisonProfile(objective, density)),
  );
  const data = {
    valhalla: `${VALHALLA_PACKAGE}@${VALHALLA_VERSION}`,
    seed: SEED,
    pairsPerExtract: PAIRS_PER_EXTRACT,
    costing: Object.fromEntries(OBJECTIVES.map((objective) => [objective, valhallaCosting(objective)])),
    profiles,
    shares: SHARES,
    summaries,
    worst: worst.flatMap(({ pairs }) =>
      pairs.map((pair) => ({ key: pairKey(pair), explanation: explanations[pairKey(pair)], ...pair })),
    ),
    exceptions: exceptions.map((pair) => ({ key: pairKey(pair), theirsByOurs: pair.theirsByOurs })),
  };
  return `${JSON.stringify(data, null, 1)}\n`;
}

export function formatMarkdown(report: Report): string {
  return `${[
    "# Side by side with Valhalla",
    `\`${VALHALLA_PACKAGE}\` ${VALHALLA_VERSION}, ${PAIRS_PER_EXTRACT} pairs on each extract and ${BORDER_PAIRS_PER_EXTRACT} with an end on a road that only leads in, or only leads out, at its border (where there are such roads), and ${POCKET_PAIRS_PER_EXTRACT} with an end in a pocket that no open road joins to the others, seed ${SEED}, made by \`npx tsx bench/valhalla/run.ts\`. How to read it: bench/README.md. Data © OpenStreetMap contributors, ODbL 1.0.`,
    "## Is ours the best by our own weights?",
    verdictText(report.summaries),
    verdictTable(report.summaries),
    exceptionList(report.exceptions),
    "## Lengths and times",
    "Ours divided by Valhalla's. Lengths are measured with one ruler along both lines. Under `shortest` both look for the fewest metres: what differs is rules. Under `fastest` each has its own clock and looks for its own least.",
    ratioTable(report.summaries),
    "## The same nearest hospital",
    nearestTable(report.summaries),
    ...report.worst.flatMap(({ objective, pairs }) => worstSection(objective, pairs, report.explanations)),
    "## Settings",
    settingsText(),
  ].join("\n\n")}\n`;
}

function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [line(heads), line(heads.map((_, i) => (i < 2 ? "---" : "---:"))), ...rows.map(line)].join("\n");
}

const sum = (summaries: readonly Summary[], of: (summary: Summary) => number): number =>
  summaries.reduce((total, summary) => total + of(summary), 0);

function verdictText(summaries: readonly Summary[]): string {
  const count = (kind: Verdict["kind"]): number => sum(summaries, ({ verdicts }) => verdicts[kind] ?? 0);
  const judged = count("equal") + count("slower") + count("faster");
  return `Every route of Valhalla's was driven again over our graph, edge by edge, and costed by our weights. Of ${judged} that our rules allow, **${count("faster")} are better than ours**, ${count("equal")} are equal, ${count("slower")} worse. ${count("refused")} hold a piece or a turn that our rules forbid; ${count("other-ends")} begin or end in another place than ours and cannot be set against them.`;
}

function verdictTable(summaries: readonly Summary[]): string {
  return table(
    [
      "extract",
      "objective",
      "answered by both",
      "only by Valhalla",
      "better than ours",
      "equal",
      "worse",
      "forbidden to ours",
      "other ends",
      "theirs / ours by our weights, median",
      "95 %",
      "ours turn round",
      "theirs turn round",
    ],
    summaries.map((summary) => {
      const { verdicts, theirsByOurs } = summary;
      const count = (kind: Verdict["kind"]): string => `${verdicts[kind] ?? 0}`;
      return [
        summary.extract,
        summary.objective,
        `${summary.answeredByBoth}`,
        `${summary.onlyTheirs}`,
        count("faster"),
        count("equal"),
        count("slower"),
        count("refused"),
        count("other-ends"),
        ratio(theirsByOurs?.[SHARES.indexOf(0.5)]),
        ratio(theirsByOurs?.[SHARES.indexOf(0.95)]),
        `${summary.oursTurnRound}`,
        `${summary.theirsTurnRound}`,
      ];
    }),
  );
}

/** One line per way, node or relation that forbids, with the pairs it does so to. */
function exceptionList(exceptions: readonly ComparedPair[]): string {
  const byEvidence = new Map<string, string[]>();
  for (const pair of exceptions) {
    if (pair.theirsByOurs?.kind !== "refused") continue;
    const { kind, evidence } = pair.theirsByOurs.refusal;
    const line = `${kind}: ${evidence}`;
    byEvidence.set(line, [...(byEvidence.get(line) ?? []), pairKey(pair)]);
  }
  const lines = [...byEvidence].map(
    ([line, keys]) => `- ${line}: ${keys.length} (${keys.slice(0, 3).join(", ")}${keys.length > 3 ? ", …" : ""})`,
  );
  return ["What our rules forbid on Valhalla's routes, each with the tags that say so:", "", ...lines].join("\n");
}

const shareHeads = SHARES.map((share) => (share === 0 ? "least" : share === 1 ? "most" : `${share * 100} %`));
const ratio = (value: number | undefined): string => (value === undefined ? "" : value.toFixed(3));
const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;

function ratioTable(summaries: readonly Summary[]): string {
  const lengths = table(
    ["extract", "lengths", ...shareHeads, "within 0.1 %", "1 %", "5 %"],
    summaries.map(({ extract, objective, lengths: values, alikeLengths }) => [
      extract,
      objective,
      ...(values ?? []).map(ratio),
      ...alikeLengths.map(percent),
    ]),
  );
  const times = table(
    ["extract", "times", ...shareHeads],
    summaries
      .filter(({ objective }) => objective === "fastest")
      .map(({ extract, objective, times: values }) => [extract, objective, ...(values ?? []).map(ratio)]),
  );
  return `${lengths}\n\n${times}`;
}

function nearestTable(summaries: readonly Summary[]): string {
  return table(
    [
      "extract",
      "hospitals",
      "starts",
      "same choice",
      "other choice, at most 2 % farther by Valhalla",
      "other choice, median farther",
      "most",
    ],
    summaries.flatMap(({ extract, nearest }) => {
      if (nearest === undefined) return [];
      const margins = distribution(nearest.margins);
      return [
        [
          extract,
          `${nearest.hospitals}`,
          `${nearest.asked}`,
          percent(nearest.same / nearest.asked),
          percent(nearest.differentWithinTwoPercent / nearest.asked),
          ratio(margins?.[SHARES.indexOf(0.5)]),
          ratio(margins?.at(-1)),
        ],
      ];
    }),
  );
}

function worstSection(objective: Objective, pairs: readonly ComparedPair[], explanations: Explanations): string[] {
  const by = objective === "shortest" ? "lengths under `shortest`" : "times under `fastest`";
  return [
    `## The ${pairs.length} worst disagreements by ${by}`,
    ...pairs.map((pair) => {
      const { ours, theirs, oursByTheirs } = pair;
      const byTheirs =
        oursByTheirs === undefined
          ? "Valhalla cannot follow our route."
          : `Our route by Valhalla's own clock: ${oursByTheirs.seconds} s, at a cost of ${oursByTheirs.cost}.`;
      return [
        `### ${pairKey(pair)}`,
        `From ${place(pair.from)} to ${place(pair.to)}; times ${ratio(timeRatio(pair))}, lengths ${ratio(lengthRatio(pair))}.`,
        `- ours: ${sideText(ours!)}`,
        `- Valhalla: ${sideText(theirs!)}`,
        `- Valhalla's route by our weights: ${verdictOf(pair.theirsByOurs!)}. ${byTheirs}`,
        "",
        explanations[pairKey(pair)] ?? "**Not explained yet.**",
      ].join("\n");
    }),
  ];
}

const place = ([lon, lat]: Position): string => `[${lon}, ${lat}]`;

const sideText = ({ seconds, metres, cost, start, end, roads }: Side): string =>
  `${seconds} s, ${metres} m${cost === undefined ? "" : `, cost ${cost}`}, from ${place(start)} to ${place(end)}: ${roads}`;

function verdictOf(verdict: Verdict): string {
  switch (verdict.kind) {
    case "equal":
      return "the same as ours";
    case "slower":
    case "faster":
      return `${verdict.seconds} s`;
    case "refused":
      return `forbidden, ${verdict.refusal.kind}: ${verdict.refusal.evidence}`;
    case "other-ends":
      return `not comparable, it begins ${verdict.startApartMetres} m and ends ${verdict.endApartMetres} m from ours`;
  }
}

function settingsText(): string {
  const { heightMetres, widthMetres } = builtInProfile("normal-road").vehicle;
  const options = OBJECTIVES.map(
    (objective) => `- \`auto\`, ${objective}: \`${JSON.stringify(valhallaCosting(objective))}\``,
  );
  return [
    `Tiles are built without shortcuts, borders, time zones and traffic; pruning of the hierarchy is off; places are moved to a junction within 1 m only. Ours: the built-in \`normal-road\` with the changes that \`comparisonProfile\` in bench/valhalla/settings.ts makes and explains (in full in valhalla.json), a vehicle of ${heightMetres} by ${widthMetres} m.`,
    options.join("\n"),
    "What no setting makes alike:",
    REMAINING_DIFFERENCES.map((line) => `- ${line}`).join("\n"),
  ].join("\n\n");
}
