import type { SeededRandom } from "../../src/core/random";
import { INFINITE_MS } from "../../src/core/units";
import type { AccessPoint, Nearest, Origin, Target } from "../../src/shortest-path/engine";
import { type ArcWeights, arcTails, type Graph } from "../../src/shortest-path/graph";

/** Floyd-Warshall: the shortest program that is obviously right. Row-major travel times, INFINITE_MS if unreachable. */
export function allTravelTimes(graph: Graph, weights: ArcWeights): Int32Array {
  const n = graph.nodeCount;
  const time = new Int32Array(n * n).fill(INFINITE_MS);
  const tails = arcTails(graph);
  for (let v = 0; v < n; v++) time[v * n + v] = 0;
  for (let arc = 0; arc < graph.arcCount; arc++) {
    const at = tails[arc]! * n + graph.head[arc]!;
    time[at] = Math.min(time[at]!, weights[arc]!);
  }
  for (let via = 0; via < n; via++) {
    for (let from = 0; from < n; from++) {
      for (let to = 0; to < n; to++) {
        time[from * n + to] = Math.min(time[from * n + to]!, time[from * n + via]! + time[via * n + to]!);
      }
    }
  }
  return time;
}

export class Oracle {
  readonly #nodeCount: number;
  readonly #time: Int32Array;

  constructor(graph: Graph, weights: ArcWeights) {
    this.#nodeCount = graph.nodeCount;
    this.#time = allTravelTimes(graph, weights);
  }

  milliseconds(origin: Origin, destination: Target): number {
    let best = INFINITE_MS;
    for (const from of origin.accessPoints) {
      for (const to of destination) {
        const between = this.#time[from.node * this.#nodeCount + to.node]!;
        best = Math.min(best, from.milliseconds + between + to.milliseconds);
      }
    }
    return best;
  }

  toTargets(origin: Origin, targets: readonly Target[]): number[] {
    return targets.map((seeds, target) => {
      const offers = (origin.direct ?? []).filter((offer) => offer.target === target);
      return Math.min(this.milliseconds(origin, seeds), ...offers.map(({ milliseconds }) => milliseconds));
    });
  }

  /** Every reachable target in ascending (milliseconds, target) order. */
  ranking(origin: Origin, targets: readonly Target[]): Nearest[] {
    return this.toTargets(origin, targets)
      .map((milliseconds, target) => ({ target, milliseconds }))
      .filter(({ milliseconds }) => milliseconds < INFINITE_MS)
      .sort((a, b) => a.milliseconds - b.milliseconds || a.target - b.target);
  }
}

const randomSeeds = (random: SeededRandom, nodeCount: number, count: number, maximumOffset: number): AccessPoint[] =>
  Array.from({ length: count }, () => ({
    node: random.integer(nodeCount),
    milliseconds: random.next() < 0.3 ? 0 : random.integer(maximumOffset),
  }));

/** Targets of zero to three seeds; zero seeds are empty slots. Some repeat an earlier target, so that times tie. */
export function randomTargets(random: SeededRandom, nodeCount: number, count: number, maximumOffset: number): Target[] {
  const targets: Target[] = [];
  for (let t = 0; t < count; t++) {
    if (t > 0 && random.next() < 0.2) targets.push(random.pick(targets));
    else targets.push(randomSeeds(random, nodeCount, random.pick([0, 1, 1, 1, 2, 2, 3]), maximumOffset));
  }
  return targets;
}

export function randomOrigin(
  random: SeededRandom,
  nodeCount: number,
  targetCount: number,
  maximumOffset: number,
): Origin {
  const seeds = randomSeeds(random, nodeCount, random.pick([0, 1, 1, 2, 2]), maximumOffset);
  if (targetCount === 0 || random.next() < 0.6) return { accessPoints: seeds };
  const direct = Array.from({ length: random.pick([1, 1, 2, 3]) }, () => ({
    target: random.integer(targetCount),
    milliseconds: random.integer(maximumOffset),
  }));
  return { accessPoints: seeds, direct };
}

/** New weights for some arcs: closures, reopenings, small and large changes, and some that change nothing. */
export function randomWeightChange(
  random: SeededRandom,
  weights: ArcWeights,
  count: number,
  maximumWeight: number,
): { arcs: number[]; values: number[] } {
  const arcs: number[] = [];
  const values: number[] = [];
  for (let i = 0; i < count && weights.length > 0; i++) {
    const arc = random.integer(weights.length);
    arcs.push(arc);
    const kind = random.integer(4);
    if (kind === 0) values.push(INFINITE_MS);
    else if (kind === 1) values.push(weights[arc]!);
    else values.push(1 + random.integer(maximumWeight));
  }
  return { arcs, values };
}
