import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SeededRandom } from "../../src/core/random";
import { INFINITE_MS } from "../../src/core/units";
import { writeRoads } from "../../src/node/files/roads-files";
import { orderWorkers } from "../../src/node/workers/order-workers";
import type { RoadGraph } from "../../src/roads/graph/road-graph";
import { coordinatesOf } from "../../src/roads/index-roads";
import { readRoads } from "../../src/roads/roads-file";
import { PartialCustomizer } from "../../src/shortest-path/cch/customization-partial";
import { buildHierarchy, type Hierarchy } from "../../src/shortest-path/cch/hierarchy";
import { createMetric, customize, type Metric } from "../../src/shortest-path/cch/metric";
import { computeOrderInParallel } from "../../src/shortest-path/order/parallel-order";
import { Checksum, counted, measure, measureAsync, quantile } from "./measure";
import type { CaseResult } from "./query-cases";
import { requireEqual, type Subject, WrongAnswer } from "./subject";

/** Long work: enough samples for a median, and no more. */
const LONG = { warmUps: 1, leastSamples: 3, mostSamples: 25, budgetMilliseconds: 2000 };

/** On all cores, as `build` does it; small graphs on one. The first run counts too: a build orders once. */
export async function order(graph: RoadGraph): Promise<{ order: Int32Array; result: CaseResult }> {
  let found = new Int32Array(0);
  const samples = await measureAsync(
    async () => {
      found = (await computeOrderInParallel(graph.topology, coordinatesOf(graph), orderWorkers())) as typeof found;
    },
    { ...LONG, warmUps: 0 },
  );
  return { order: found, result: { samples, checksum: new Checksum().addAll(found), verified: 0 } };
}

export function hierarchy(subject: Subject): CaseResult {
  const { topology } = subject.roads.graph;
  let built: Hierarchy = subject.roads.hierarchy;
  const samples = measure(() => {
    built = buildHierarchy(topology);
  }, LONG);
  return { samples, checksum: new Checksum().addAll(built.upHead).addAll(built.parent), verified: 0 };
}

/** In one thread, into a metric that exists, as a change of profile or of very many weights does. */
export function customizeInFull({ roads }: Subject): CaseResult {
  const metric = createMetric(roads.hierarchy);
  const samples = measure(() => customize(roads.hierarchy, roads.weights, metric), LONG);
  requireSameMetric(metric, roads.metric, "the metric customized again");
  return { samples, checksum: new Checksum().addAll(metric.forward).addAll(metric.backward), verified: 0 };
}

/** Random edges become two to four times slower, and in the next sample what they were. */
export function customizeInPart({ roads, options }: Subject, changes: number): CaseResult {
  const { hierarchy } = roads;
  const random = new SeededRandom(options.seed + changes);
  const metric: Metric = { forward: roads.metric.forward.slice(), backward: roads.metric.backward.slice() };
  const weights = roads.weights.slice();
  const customizer = new PartialCustomizer(hierarchy);
  const drawn = Array.from({ length: 128 }, () => {
    const edges = Int32Array.from({ length: changes }, () => random.integer(weights.length));
    return {
      edges,
      slower: edges.map((edge) => Math.min(INFINITE_MS, roads.weights[edge]! * (2 + random.integer(3)))),
    };
  });
  const update = (sample: number): void => {
    const { edges, slower } = drawn[(sample >> 1) % drawn.length]!;
    for (let i = 0; i < changes; i++) {
      const edge = edges[i]!;
      weights[edge] = sample % 2 === 0 ? slower[i]! : roads.weights[edge]!;
    }
    customizer.update(metric, weights, edges);
  };
  const checksum = new Checksum();
  for (let sample = 0; sample < 5; sample++) {
    update(sample);
    requireSameMetric(metric, customize(hierarchy, weights), `the metric after ${sample + 1} times ${changes} changes`);
  }
  checksum.addAll(metric.forward).addAll(metric.backward);
  update(5);
  const samples = measure(update, { warmUps: 64, leastSamples: 256, budgetMilliseconds: 1000 });
  return { samples, checksum, verified: 0 };
}

/** Median milliseconds until answers know of a closed road: metric and buckets up to date, one random road at a time. */
export function closeOneRoad({ roads, bucketEngine, options }: Subject): number {
  const random = new SeededRandom(options.seed + 17);
  const edges = Array.from({ length: 100 }, () => random.integer(roads.weights.length));
  const samples = measure(
    (sample) => {
      const edge = edges[(sample >> 1) % edges.length]!;
      bucketEngine.setWeights([edge], [sample % 2 === 0 ? roads.weights[edge]! * 100 : roads.weights[edge]!]);
    },
    { warmUps: 20, leastSamples: 100, mostSamples: 200, budgetMilliseconds: 1500 },
  );
  return quantile(samples, 0.5) / 1e6;
}

export function buckets({ roads, targets }: Subject): CaseResult {
  const engine = roads.createEngine("cch", targets) as Subject["engine"];
  // Setting targets is building their buckets: the table is only marked as stale.
  const samples = measure(() => engine.setTargets(targets), { ...LONG, budgetMilliseconds: 1000 });
  const { firstPair, pairs } = engine.buckets;
  return { samples, checksum: new Checksum().addAll(firstPair).addAll(pairs), verified: 0 };
}

export function tableBuild(subject: Subject): CaseResult {
  const engine = subject.roads.createEngine("cch", subject.targets) as Subject["engine"];
  const times: number[] = [];
  const end = performance.now() + LONG.budgetMilliseconds;
  for (let i = 0; i < LONG.mostSamples && (i <= LONG.leastSamples || performance.now() < end); i++) {
    engine.setTargets(subject.targets);
    const start = performance.now();
    engine.refreshTable();
    if (i > 0) times.push((performance.now() - start) * 1e6);
  }
  const checksum = new Checksum();
  const { nodes, accepted } = subject;
  const target = new Int32Array(nodes.length);
  const milliseconds = new Int32Array(nodes.length);
  engine.nearestAccepted(nodes, accepted, target, milliseconds);
  return {
    samples: { values: Float64Array.from(times).sort() },
    checksum: checksum.addAll(target).addAll(milliseconds),
    verified: 0,
  };
}

/** From the bytes in memory to roads that can be asked, checksums tested. */
export async function openFile({ roads }: Subject): Promise<CaseResult & { bytes: number }> {
  const folder = await mkdtemp(join(tmpdir(), "bench-"));
  try {
    const file = join(folder, "bench.roads");
    const size = await writeRoads(file, roads);
    const bytes = new Uint8Array(await readFile(file));
    const opened = readRoads(bytes);
    requireEqual(opened.checksum, roads.checksum, "checksum of the roads read back");
    requireSameMetric(opened.metric, roads.metric, "the metric read back");
    const samples = measure(() => readRoads(bytes), { ...LONG, budgetMilliseconds: 1000 });
    return { samples, checksum: new Checksum().addText(opened.checksum), verified: 0, bytes: size };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Graph, hierarchy, one metric and the table of the nearest; geometry, names and the snapping grid apart. */
export function memoryPerNode({ roads, engine }: Subject): CaseResult {
  const { firstEdge, edgeHead } = roads.graph.columns;
  const { firstUp, upHead, firstDown, downTail, parent } = roads.hierarchy;
  const table = engine.table;
  if (table === undefined) throw new WrongAnswer("The table of the engine is not fresh.");
  const arrays = [
    ...[firstEdge, edgeHead, roads.weights],
    ...[firstUp, upHead, firstDown, downTail, parent],
    ...[roads.metric.forward, roads.metric.backward],
    table.words,
  ];
  const bytes = arrays.reduce((sum, { byteLength }) => sum + byteLength, 0);
  return { samples: counted(bytes / roads.graph.nodeCount), checksum: new Checksum().add(bytes), verified: 0 };
}

function requireSameMetric(found: Metric, expected: Metric, what: string): void {
  for (const direction of ["forward", "backward"] as const) {
    const at = found[direction].findIndex((time, arc) => time !== expected[direction][arc]);
    if (at >= 0) throw new WrongAnswer(`${what} differs from customizing in full at upward arc ${at}, ${direction}.`);
  }
}
