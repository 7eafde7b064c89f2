import type { RoadGraph } from "../../src/roads/graph/road-graph";
import { indexOrderedRoads } from "../../src/roads/index-roads";
import { hierarchyQuality } from "../networks/quality";
import * as build from "./build-cases";
import { CASE_NAMES, type CaseName, UNITS, type Unit } from "./case-names";
import { quantile } from "./measure";
import type { Network } from "./networks";
import type { CaseResult } from "./query-cases";
import * as query from "./query-cases";
import * as advice from "./recommend-cases";
import { figure } from "./report";
import { GEOJSON_MOST_NODES, geojsonPathFinderNearest, NGRAPH_MOST_NODES, ngraphPathNearest } from "./rival-cases";
import { type BenchRow, thisMachine } from "./row";
import { Subject, type SubjectOptions } from "./subject";

export interface NetworkRun {
  readonly rows: readonly BenchRow[];
  /** What the rows do not say: the quality of the order, cases left out and why. */
  readonly notes: readonly string[];
}

const PER_UNIT: Record<Unit, number> = { ns: 1, us: 1e3, ms: 1e6, bytes: 1 };

/** Loads a network, makes it ready, and measures the cases on it, verifying each before its clock starts. */
export async function runNetwork(
  network: Network,
  cases: readonly CaseName[],
  options: SubjectOptions,
  progress: (text: string) => void,
): Promise<NetworkRun> {
  const started = performance.now();
  progress(`${network.name}: loading`);
  const graph = await network.load();
  const loaded = performance.now();
  progress(`${network.name}: order`);
  const { order, result } = await build.order(graph);
  const subject = prepare(graph, order, network.name, options);
  const { nodeCount, edgeCount } = subject.roads.graph;
  const notes = [`Loaded in ${figure((loaded - started) / 1000)} s. ${describeQuality(subject)}`];
  const rows: BenchRow[] = [];
  const add = (name: CaseName, { samples, checksum }: CaseResult): void => {
    const scaled = (share: number): number => round(quantile(samples, share) / PER_UNIT[UNITS[name]]);
    rows.push({
      case: name,
      graph: network.name,
      nodes: nodeCount,
      edges: edgeCount,
      unit: UNITS[name],
      median: scaled(0.5),
      p99: scaled(0.99),
      samples: samples.values.length,
      checksum: checksum.toString(),
      machine: thisMachine(),
      node: process.version,
    });
  };
  let verified = 0;
  for (const name of CASE_NAMES) {
    if (!cases.includes(name)) continue;
    const tooLarge = MOST_NODES[name];
    if (tooLarge !== undefined && nodeCount > tooLarge) {
      notes.push(`${name} left out: above ${tooLarge.toLocaleString("en-GB")} nodes it takes minutes.`);
      continue;
    }
    progress(`${network.name}: ${name}`);
    const measured = name === "order" ? result : await MEASURE[name](subject);
    verified += measured.verified;
    add(name, measured);
  }
  if (verified > 0) notes.push(`${verified.toLocaleString("en-GB")} answers compared with Dijkstra's, all equal.`);
  if (cases.includes("customize-partial-1")) {
    progress(`${network.name}: closing roads`);
    const milliseconds = figure(build.closeOneRoad(subject));
    notes.push(`A road slowed a hundredfold or reopened is in all answers ${milliseconds} ms after the call (median).`);
  }
  return { rows, notes };
}

function prepare(graph: RoadGraph, order: Int32Array, name: string, options: SubjectOptions): Subject {
  const description = { source: name, notice: "", profile: "", snapLimitMetres: 1000, report: {} };
  return new Subject(indexOrderedRoads(graph, order, description), options);
}

const MOST_NODES: Partial<Record<CaseName, number>> = {
  "ngraph-path-nearest": NGRAPH_MOST_NODES,
  "geojson-path-finder-nearest": GEOJSON_MOST_NODES,
};

const MEASURE: Record<Exclude<CaseName, "order">, (subject: Subject) => CaseResult | Promise<CaseResult>> = {
  "table-nearest": query.tableNearest,
  "bucket-nearest": query.bucketNearest,
  "one-to-many": query.oneToMany,
  "point-to-point": query.pointToPoint,
  path: query.path,
  snap: query.snap,
  recommend: advice.recommend,
  "recommend-route": advice.recommendRoute,
  "recommend-restricted": advice.recommendRestricted,
  "recommend-restricted-route": advice.recommendRestrictedRoute,
  "bulk-nearest": query.bulkNearest,
  "dijkstra-nearest": query.dijkstraNearest,
  "ngraph-path-nearest": ngraphPathNearest,
  "geojson-path-finder-nearest": geojsonPathFinderNearest,
  hierarchy: build.hierarchy,
  customize: build.customizeInFull,
  "customize-partial-1": (subject) => build.customizeInPart(subject, 1),
  "customize-partial-100": (subject) => build.customizeInPart(subject, 100),
  buckets: build.buckets,
  "table-build": build.tableBuild,
  "open-file": build.openFile,
  "memory-bytes-per-node": build.memoryPerNode,
};

function describeQuality({ roads }: Subject): string {
  const { nodes, arcs, upwardArcs, upwardArcsPerNode, triangles, trianglesPerNode, separators } = hierarchyQuality(
    roads.hierarchy,
  );
  const count = (value: number): string => value.toLocaleString("en-GB");
  return (
    `${count(nodes)} nodes, ${count(arcs)} arcs; ${count(upwardArcs)} upward arcs (${figure(upwardArcsPerNode)} per node), ` +
    `${count(triangles)} triangles (${figure(trianglesPerNode)} per node), mean separators from the top ${separators.join(", ")}.`
  );
}

/** Four digits are more than any clock here is good for, and files stay readable. */
const round = (value: number): number => Number(value.toPrecision(4));
