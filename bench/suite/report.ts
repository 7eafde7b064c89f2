import type { ComparedRuns } from "./compare";
import type { BenchRow } from "./row";

/** Three digits that matter: 0.023, 1.42, 17.9, 1,038. */
export function figure(value: number): string {
  if (value === 0) return "0";
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
  return value.toLocaleString("en-GB", { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

const UNIT_SIGNS = { ns: "ns", us: "µs", ms: "ms", bytes: "B" } as const;

const HEADINGS = ["case", "median", "p99", "", "samples", "checksum"] as const;

const cellsOf = (row: BenchRow): string[] => [
  row.case,
  figure(row.median),
  figure(row.p99),
  UNIT_SIGNS[row.unit],
  row.samples.toLocaleString("en-GB"),
  row.checksum,
];

/** The rows of one graph as a table for a terminal. */
export function formatTable(rows: readonly BenchRow[]): string {
  return alignColumns([[...HEADINGS], ...rows.map(cellsOf)], [false, true, true, false, true, false]);
}

/** All rows as Markdown, one table per graph. */
export function formatMarkdown(rows: readonly BenchRow[], notes: ReadonlyMap<string, readonly string[]>): string {
  const graphs = [...new Set(rows.map(({ graph }) => graph))];
  return graphs
    .map((graph) => {
      const own = rows.filter((row) => row.graph === graph);
      const [{ nodes, edges, machine, node }] = own as [BenchRow];
      const lines = own.map((row) => {
        const [name, median, p99, unit, samples] = cellsOf(row);
        return `| \`${name}\` | ${median} ${unit} | ${p99} ${unit} | ${samples} |`;
      });
      return [
        `## ${graph}`,
        `${nodes.toLocaleString("en-GB")} nodes, ${edges.toLocaleString("en-GB")} edges. Node ${node} on ${machine}.\n`,
        "| case | median | p99 | samples |\n|---|---:|---:|---:|",
        ...lines,
        "",
        ...(notes.get(graph) ?? []).map((note) => `- ${note}`),
        "",
      ].join("\n");
    })
    .join("\n");
}

/** A comparison as a table, slower ones marked, and what else the reader must know. */
export function formatComparison({ comparisons, missing, otherMachine }: ComparedRuns, band: number): string {
  const marks = { faster: "faster", same: "", slower: "SLOWER" };
  const table = alignColumns(
    [
      ["case", "graph", "before", "now", "", "ratio", ""],
      ...comparisons.map(({ now, before, ratio, verdict, answersDiffer }) => [
        now.case,
        now.graph,
        figure(before.median),
        figure(now.median),
        UNIT_SIGNS[now.unit],
        ratio.toFixed(2),
        [marks[verdict], answersDiffer ? "answers differ" : ""].filter(Boolean).join(", "),
      ]),
    ],
    [false, false, true, true, false, true, false],
  );
  const remarks = [
    `Medians within ${Math.round(band * 100)} % of each other count as the same.`,
    ...(otherMachine ? ["The earlier run was on another machine or version of Node: times are not comparable."] : []),
    ...(missing.length > 0 ? [`Not measured this time: ${missing.join(", ")}.`] : []),
  ];
  return `${table}\n${remarks.join("\n")}\n`;
}

function alignColumns(rows: readonly (readonly string[])[], rightAligned: readonly boolean[]): string {
  const widths = rightAligned.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows
    .map((row) =>
      `  ${row.map((cell, i) => (rightAligned[i] ? cell.padStart(widths[i]!) : cell.padEnd(widths[i]!))).join("  ")}`.trimEnd(),
    )
    .join("\n")
    .concat("\n");
}
