import { quantile } from "../suite/measure";
import { figure } from "../suite/report";
import type { MemoryTrend } from "./memory";

/** Milliseconds. */
export interface Spread {
  readonly count: number;
  readonly median: number;
  readonly p99: number;
  readonly worst: number;
}

/** What a run under load came to, as it is recorded. */
export interface LoadResult {
  readonly network: string;
  readonly nodes: number;
  readonly edges: number;
  readonly eds: number;
  readonly connections: number;
  readonly seconds: number;
  readonly answersPerSecond: number;
  readonly answerMs: Spread;
  /** Processor time the server took, all of its work and threads, for each answer. */
  readonly cpuMicrosecondsPerAnswer: number;
  /** Changes of status a second and how long each took, its line on disk. */
  readonly flipsPerSecond: number;
  readonly flipMs: Spread;
  /** The same before the load began. */
  readonly idleFlipMs: Spread;
  readonly closuresPerSecond: number;
  readonly closureMs: Spread;
  /** From sending a change of status to its event at a client. */
  readonly eventMs: Spread;
  /** Changes told, but more than a second after they were sent; none was lost or out of order. */
  readonly toldLate: number;
  readonly memory: MemoryTrend;
  /** Of the server's event loop, over stretches of 5 s: the 99th percentile of its delays, in the middle and at worst. */
  readonly loopDelayP99Ms: { readonly median: number; readonly worst: number };
  /** Answers compared with Dijkstra's, all equal. */
  readonly compared: number;
  readonly statusVersion: number;
  readonly roadsVersion: number;
  readonly seed: number;
  readonly machine: string;
  readonly node: string;
  readonly command: string;
}

export function spreadOf(milliseconds: ArrayLike<number>): Spread {
  const values = Float64Array.from(milliseconds).sort();
  const at = (share: number): number => (values.length === 0 ? 0 : rounded(quantile({ values }, share)));
  return { count: values.length, median: at(0.5), p99: at(0.99), worst: at(1) };
}

/** Four digits are more than any clock here is good for. */
export const rounded = (value: number): number => Number(value.toPrecision(4));

const megabytes = (bytes: number): string => `${figure(bytes / 1e6)} MB`;

const spreadText = ({ count, median, p99, worst }: Spread): string =>
  count === 0 ? "none" : `median ${figure(median)} ms, p99 ${figure(p99)} ms, worst ${figure(worst)} ms`;

/** What is said of a run, line by line: the figure and its name. */
export function linesOf(result: LoadResult): [string, string][] {
  const { memory, loopDelayP99Ms, answerMs, flipMs, idleFlipMs, closureMs, eventMs } = result;
  const trend = `${memory.bytesPerMinute < 0 ? "-" : "+"}${megabytes(Math.abs(memory.bytesPerMinute))}`;
  return [
    ["recommendations a second", figure(result.answersPerSecond)],
    [
      "recommendation",
      `${spreadText(answerMs)}; ${answerMs.count.toLocaleString("en-GB")} in ${figure(result.seconds)} s`,
    ],
    [
      "server's processor time",
      `${figure(result.cpuMicrosecondsPerAnswer)} µs an answer, changes and all: ${figure(1e6 / result.cpuMicrosecondsPerAnswer)} answers a second of it`,
    ],
    [`status changed ${result.flipsPerSecond}/s`, spreadText(flipMs)],
    ["the same without load", spreadText(idleFlipMs)],
    [
      "change to event",
      `${spreadText(eventMs)}; ${result.toldLate} after more than a second, none lost or out of order`,
    ],
    [`roads changed ${result.closuresPerSecond}/s`, spreadText(closureMs)],
    [
      "server's memory",
      `${megabytes(memory.firstMedianBytes)} at first, ${megabytes(memory.lastMedianBytes)} at last, ${trend} a minute once settled`,
    ],
    [
      "server's event loop",
      `p99 of its delays over 5 s: median ${figure(loopDelayP99Ms.median)} ms, worst ${figure(loopDelayP99Ms.worst)} ms`,
    ],
    [
      "answers compared",
      `${result.compared.toLocaleString("en-GB")} with Dijkstra's at their versions, all equal (${result.statusVersion} versions of the status, ${result.roadsVersion} of the roads)`,
    ],
  ];
}

const headingOf = ({ nodes, edges, eds, connections }: LoadResult): string =>
  `${nodes.toLocaleString("en-GB")} nodes, ${edges.toLocaleString("en-GB")} edges, ${eds} EDs, ${connections} connections on loopback.`;

/** For a terminal. */
export function formatLoad(result: LoadResult): string {
  const lines = linesOf(result);
  const width = Math.max(...lines.map(([name]) => name.length));
  return [
    `${result.network}: ${headingOf(result)}`,
    ...lines.map(([name, text]) => `  ${name.padEnd(width)}  ${text}`),
    "",
  ].join("\n");
}

export function formatLoadMarkdown(result: LoadResult): string {
  return [
    `## ${result.network} under load`,
    `${headingOf(result)} Node ${result.node} on ${result.machine}.\n`,
    "| what | figure |\n|---|---|",
    ...linesOf(result).map(([name, text]) => `| ${name} | ${text} |`),
    "",
    `\`${result.command}\``,
    "",
  ].join("\n");
}
