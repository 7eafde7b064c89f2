import type { BenchRow } from "./row";

/** Memory is counted, not timed: more than this share above the earlier run is a regression. */
export const MEMORY_BAND = 0.02;

/** How one case fared against an earlier run. */
export interface Comparison {
  readonly now: BenchRow;
  readonly before: BenchRow;
  /** Median now / median before. */
  readonly ratio: number;
  readonly verdict: "faster" | "same" | "slower";
  /** Same graph, other answers: to be looked into before any figure is believed. */
  readonly answersDiffer: boolean;
}

export interface ComparedRuns {
  readonly comparisons: readonly Comparison[];
  /** Cases of the earlier run that this one does not have, as `case on graph`. */
  readonly missing: readonly string[];
  /** Whether the two ran on different machines or versions of Node, so that times say little. */
  readonly otherMachine: boolean;
}

/**
 * Compares by case and graph. The medians are compared: with a few dozen samples p99 is one bad moment of the machine.
 *
 * @param band a median above (1 + band) times the earlier one is slower, below 1 / (1 + band) times it faster.
 */
export function compareRuns(now: readonly BenchRow[], before: readonly BenchRow[], band: number): ComparedRuns {
  const key = (row: BenchRow): string => `${row.case} on ${row.graph}`;
  const present = new Map(now.map((row) => [key(row), row]));
  const comparisons: Comparison[] = [];
  const missing: string[] = [];
  for (const old of before) {
    const row = present.get(key(old));
    if (row === undefined) missing.push(key(old));
    else comparisons.push(compareRow(row, old, row.unit === "bytes" ? MEMORY_BAND : band));
  }
  return {
    comparisons,
    missing,
    otherMachine: comparisons.some(({ now: a, before: b }) => a.machine !== b.machine || a.node !== b.node),
  };
}

function compareRow(now: BenchRow, before: BenchRow, band: number): Comparison {
  const ratio = inNanoseconds(now) / Math.max(inNanoseconds(before), Number.MIN_VALUE);
  const sameGraph = now.nodes === before.nodes && now.edges === before.edges;
  return {
    now,
    before,
    ratio,
    verdict: ratio > 1 + band ? "slower" : ratio < 1 / (1 + band) ? "faster" : "same",
    answersDiffer: sameGraph && now.checksum !== before.checksum,
  };
}

/** So that a case whose unit changed is still compared; bytes are bytes. */
const inNanoseconds = ({ median, unit }: BenchRow): number => median * { ns: 1, us: 1e3, ms: 1e6, bytes: 1 }[unit];

export const regressions = ({ comparisons }: ComparedRuns): Comparison[] =>
  comparisons.filter(({ verdict }) => verdict === "slower");
