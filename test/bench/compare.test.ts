import { describe, expect, it } from "vitest";
import { compareRuns, regressions } from "../../bench/suite/compare";
import { formatComparison, formatMarkdown, formatTable } from "../../bench/suite/report";
import { type BenchRow, formatRows, parseRows } from "../../bench/suite/row";

const row = (change: Partial<BenchRow> = {}): BenchRow => ({
  case: "table-nearest",
  graph: "montevideo",
  nodes: 18_376,
  edges: 50_171,
  unit: "ns",
  median: 20,
  p99: 40,
  samples: 1000,
  checksum: "0123abcd",
  machine: "AMD EPYC, 2 cores, 24 GiB, linux",
  node: "v20.20.2",
  ...change,
});

describe("benchmark rows", () => {
  it("have exactly the fields that are agreed, in their order", () => {
    expect(Object.keys(JSON.parse(formatRows([row()]))[0])).toEqual([
      "case",
      "graph",
      "nodes",
      "edges",
      "unit",
      "median",
      "p99",
      "samples",
      "checksum",
      "machine",
      "node",
    ]);
  });

  it("are read back as written", () => {
    const rows = [row(), row({ case: "order", unit: "ms", median: 1.5 })];
    expect(parseRows(formatRows(rows), "run.json")).toEqual(rows);
  });

  it.each([
    ["an unknown case", [{ ...row(), case: "warp" }]],
    ["a further field", [{ ...row(), extra: 1 }]],
    ["no checksum", [{ ...row(), checksum: "" }]],
    ["no list", { rows: [] }],
  ])("with %s are refused, naming the file", (_, value) => {
    expect(() => parseRows(JSON.stringify(value), "run.json")).toThrow(/^run\.json holds no benchmark rows/);
  });
});

describe("a comparison with an earlier run", () => {
  it.each([
    [20, "same"],
    [26, "same"],
    [26.1, "slower"],
    [15.4, "same"],
    [15.3, "faster"],
  ])("takes a median of %d ns against 20 ns, with a band of 30 %%, for %s", (median, verdict) => {
    const compared = compareRuns([row({ median })], [row()], 0.3);
    expect(compared.comparisons[0]!.verdict).toBe(verdict);
    expect(regressions(compared)).toHaveLength(verdict === "slower" ? 1 : 0);
  });

  it("ignores p99", () => {
    expect(regressions(compareRuns([row({ p99: 4000 })], [row()], 0.3))).toEqual([]);
  });

  it("matches rows by case and graph and names those missing", () => {
    const before = [row(), row({ graph: "gothenburg" }), row({ case: "path", unit: "us" })];
    const compared = compareRuns([row(), row({ case: "snap" })], before, 0.3);
    expect(compared.comparisons).toHaveLength(1);
    expect(compared.missing).toEqual(["table-nearest on gothenburg", "path on montevideo"]);
  });

  it("holds memory to a narrower band than time", () => {
    const memory = (median: number) => row({ case: "memory-bytes-per-node", unit: "bytes", median });
    expect(regressions(compareRuns([memory(103)], [memory(100)], 0.3))).toHaveLength(1);
    expect(regressions(compareRuns([memory(101)], [memory(100)], 0.3))).toEqual([]);
  });

  it("compares across units", () => {
    const [comparison] = compareRuns([row({ unit: "us", median: 0.02 })], [row()], 0.3).comparisons;
    expect(comparison!.ratio).toBeCloseTo(1, 10);
  });

  it("says when answers differ on the same graph, and when the machine is another", () => {
    const other = row({ checksum: "ffffffff", machine: "another" });
    const compared = compareRuns([other], [row()], 0.3);
    expect(compared.comparisons[0]!.answersDiffer).toBe(true);
    expect(compared.otherMachine).toBe(true);
    expect(compareRuns([row({ checksum: "ffffffff", nodes: 5 })], [row()], 0.3).comparisons[0]!.answersDiffer).toBe(
      false,
    );
    const text = formatComparison(compared, 0.3);
    expect(text).toContain("answers differ");
    expect(text).toContain("another machine");
    expect(text).toContain("within 30 %");
  });
});

describe("tables of rows", () => {
  it("have one line per case, figures of three digits, and their unit", () => {
    const lines = formatTable([
      row({ median: 18.456, p99: 1234.5 }),
      row({ case: "path", unit: "us", median: 0.8 }),
    ]).split("\n");
    expect(lines[1]).toMatch(/table-nearest\s+18\.5\s+1,23[45]\s+ns\s+1,000\s+0123abcd$/);
    expect(lines[2]).toMatch(/path\s+0\.800\s+40\.0\s+µs/);
  });

  it("as Markdown say graph, machine and notes", () => {
    const text = formatMarkdown([row(), row({ graph: "other" })], new Map([["other", ["A note."]]]));
    expect(text).toContain("## montevideo\n18,376 nodes, 50,171 edges. Node v20.20.2 on AMD EPYC");
    expect(text).toContain("| `table-nearest` | 20.0 ns | 40.0 ns | 1,000 |");
    expect(text).toContain("- A note.");
  });
});
