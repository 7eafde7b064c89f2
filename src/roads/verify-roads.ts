import { defined } from "../core/defined";
import type { ProgressListener } from "../core/progress";
import { SeededRandom } from "../core/random";
import { INFINITE_MS } from "../core/units";
import { CchEngine } from "../shortest-path/cch-engine";
import { plainDijkstra } from "../shortest-path/dijkstra/plain-dijkstra";
import type { EngineChoice, EngineName, Origin, Path, ShortestPathEngine, Target } from "../shortest-path/engine";
import type { RoadIndex } from "./road-index";
import { arrivalAccessPoints, departureAccessPoints } from "./snap/road-point";
import { verifyDerived } from "./verify-derived";
import { type TurnVerification, verifyTurns } from "./verify-turns";

interface VerifyOptions {
  /** Which engines to judge. */
  readonly engines: readonly EngineChoice[];
  /** Where journeys end; default: seeded random places on the roads. */
  readonly targets?: readonly Target[];
  /** Origins to try, half of them on nodes, half between. Default 100. */
  readonly samples?: number;
  readonly seed?: number;
  readonly onProgress?: ProgressListener;
}

export interface Verification {
  readonly samples: number;
  readonly targets: number;
  readonly seed: number;
  readonly engines: readonly EngineName[];
  /** Answers compared with plain Dijkstra. */
  readonly comparisons: number;
  /** Whether the roads obey the turn restrictions stored with them, and nothing else. */
  readonly turns: TurnVerification;
  /** The first answer or turn that differs, in words; absent when all agree. */
  readonly difference?: string;
}

const RANDOM_TARGETS = 40;

/**
 * Proves that the road graph enforces its turn restrictions ({@link verifyTurns}) and that what is stored beside it follows
 * from it ({@link verifyDerived}), and holds engines to plain Dijkstra on it: the order of the nearest targets and their
 * times, from all open to one open to none; the time to every target; and the path to one of them, edge by edge. Stops at
 * the first difference.
 */
export function verifyRoads(roads: RoadIndex, options: VerifyOptions): Verification {
  const { samples = 100, seed = 1, engines, onProgress } = options;
  const random = new SeededRandom(seed);
  const turns = verifyTurns(roads.graph);
  const targets = options.targets ?? randomTargets(roads, random);
  let comparisons = 0;
  const result = (difference?: string): Verification =>
    defined({
      samples,
      targets: targets.length,
      seed,
      engines: engines.map(engineName),
      comparisons,
      turns,
      difference,
    });
  const difference = turns.difference ?? verifyDerived(roads);
  if (difference !== undefined) return result(difference);
  const judged = engines.flatMap((engine) => candidatesOf(roads, engine, targets));
  for (let sample = 0; sample < samples; sample++) {
    onProgress?.({ stage: "verifying", done: sample, total: samples, unit: "origins" });
    const origin = randomOrigin(roads, random, sample % 2 === 0);
    const distance = plainDijkstra(roads.graph.topology, roads.weights, origin.accessPoints);
    const expected = targets.map((seeds) =>
      seeds.reduce((best, { node, milliseconds }) => Math.min(best, distance[node]! + milliseconds), INFINITE_MS),
    );
    const openShare = [1, 0.5, 0.1, 0][sample % 4]!;
    const open = targets.map(() => random.next() < openShare);
    for (const { label, engine } of judged) {
      const place = `${label}, origin ${sample} of seed ${seed}`;
      const difference =
        compareNearest(engine, origin, expected, open) ??
        compareOneToMany(engine, origin, expected) ??
        comparePath(roads, engine, origin, targets, expected, random.integer(Math.max(1, targets.length)));
      comparisons += 3;
      if (difference !== undefined) return result(`${place}: ${difference}`);
    }
  }
  return result();
}

interface Candidate {
  readonly label: string;
  readonly engine: ShortestPathEngine;
}

/** The fast engine is judged twice: answering from its tables, and from its buckets as it does while tables are stale. */
function candidatesOf(roads: RoadIndex, choice: EngineChoice, targets: readonly Target[]): Candidate[] {
  const name = engineName(choice);
  const engine = roads.createEngine(choice, targets);
  if (!(engine instanceof CchEngine)) return [{ label: `engine ${name}`, engine }];
  engine.refreshTable();
  return [
    { label: `engine ${name} by tables`, engine },
    { label: `engine ${name} by buckets`, engine: roads.createEngine(choice, targets) },
  ];
}

const engineName = (choice: EngineChoice): EngineName => (typeof choice === "string" ? choice : choice.name);

function randomOrigin(roads: RoadIndex, random: SeededRandom, onNode: boolean): Origin {
  const { graph } = roads;
  if (onNode) return { accessPoints: [{ node: random.integer(graph.nodeCount), milliseconds: 0 }] };
  return { accessPoints: departureAccessPoints(graph, roads.weights, pointBetween(roads, random)) };
}

function randomTargets(roads: RoadIndex, random: SeededRandom): Target[] {
  return Array.from({ length: RANDOM_TARGETS }, () =>
    arrivalAccessPoints(roads.graph, roads.weights, pointBetween(roads, random)),
  );
}

const pointBetween = (roads: RoadIndex, random: SeededRandom) => ({
  segment: random.integer(roads.graph.segmentCount),
  fraction: random.between(0.001, 0.999),
  node: -1,
  position: [0, 0] as const,
  distanceMetres: 0,
});

function compareNearest(
  engine: ShortestPathEngine,
  origin: Origin,
  expected: readonly number[],
  open: readonly boolean[],
): string | undefined {
  const k = 5;
  const right = expected
    .map((milliseconds, target) => ({ target, milliseconds }))
    .filter(({ target, milliseconds }) => open[target] && milliseconds < INFINITE_MS)
    .sort((a, b) => a.milliseconds - b.milliseconds || a.target - b.target)
    .slice(0, k);
  const found = engine.nearest(origin, { k, accepts: (target) => open[target]! });
  const text = (list: typeof right): string =>
    list.map(({ target, milliseconds }) => `target ${target} in ${milliseconds} ms`).join(", ") || "none";
  return text(found as typeof right) === text(right)
    ? undefined
    : `the nearest open targets are ${text(right)}; the engine says ${text(found as typeof right)}`;
}

function compareOneToMany(engine: ShortestPathEngine, origin: Origin, expected: readonly number[]): string | undefined {
  const found = engine.oneToMany(origin);
  const at = expected.findIndex((milliseconds, target) => found[target] !== milliseconds);
  return at < 0 ? undefined : `target ${at} is ${expected[at]} ms away; the engine says ${found[at]} ms`;
}

/** A path is right when it is as fast as can be, and is a path: each edge starts where the one before it ended. */
function comparePath(
  roads: RoadIndex,
  engine: ShortestPathEngine,
  origin: Origin,
  targets: readonly Target[],
  expected: readonly number[],
  target: number,
): string | undefined {
  if (targets.length === 0) return undefined;
  const path = engine.path(origin, target);
  if (path === undefined) {
    return expected[target] === INFINITE_MS ? undefined : `target ${target} can be reached; the engine has no path`;
  }
  const driven = drivenMilliseconds(roads, origin, targets[target]!, path);
  if (driven === undefined) return `the engine's path to target ${target} is broken`;
  return driven === expected[target] && path.milliseconds === driven
    ? undefined
    : `the fastest path to target ${target} takes ${expected[target]} ms; the engine's takes ${driven} ms`;
}

function drivenMilliseconds(roads: RoadIndex, origin: Origin, target: Target, path: Path): number | undefined {
  const from = origin.accessPoints[path.originAccessPoint ?? -1];
  const to = target[path.targetAccessPoint ?? -1];
  if (from === undefined || to === undefined) return undefined;
  let node = from.node;
  let milliseconds = from.milliseconds;
  for (const edge of path.arcs) {
    if (roads.graph.edgeTail(edge) !== node) return undefined;
    node = roads.graph.columns.edgeHead[edge]!;
    milliseconds += roads.weights[edge]!;
  }
  return node === to.node ? milliseconds + to.milliseconds : undefined;
}
