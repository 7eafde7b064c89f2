import { createRequire } from "node:module";
import type { Feature, LineString, Point } from "geojson";
import { SeededRandom } from "../../src/core/random";
import { INFINITE_MS } from "../../src/core/units";
import { ReferenceEngine } from "../../src/shortest-path/dijkstra/reference-engine";
import { Checksum, measure } from "./measure";
import type { CaseResult } from "./query-cases";
import { requireEqual, type Subject } from "./subject";

// Its ES modules lack the file endings Node asks for, and its CommonJS has the class one level deeper than its types say.
const { default: PathFinder } = createRequire(import.meta.url)(
  "geojson-path-finder",
) as typeof import("geojson-path-finder");

/** Above these sizes the rivals take minutes, or more memory than a small machine has. */
export const NGRAPH_MOST_NODES = 300_000;
export const GEOJSON_MOST_NODES = 70_000;

const RIVAL_ANSWERS = 3;

/**
 * ngraph.path in the kindest form we know (see ReferenceEngine): one NBA* to a sink behind all targets, and one more for
 * each nearer target that is closed, where its users would run one search per target.
 */
export function ngraphPathNearest(subject: Subject): CaseResult {
  const { roads, targets, accepts } = subject;
  const engine = new ReferenceEngine(roads.graph.topology, roads.weights, targets);
  const checksum = new Checksum();
  for (let i = 0; i < RIVAL_ANSWERS; i++) {
    const [found] = engine.nearest(subject.origin(i), { accepts });
    const [expected] = subject.dijkstra.nearest(subject.origin(i), { accepts });
    requireEqual(found?.target, expected?.target, `ngraph.path's nearest target of node ${subject.nodes[i]}`);
    requireEqual(found?.milliseconds, expected?.milliseconds, `ngraph.path's time from node ${subject.nodes[i]}`);
    checksum.add(found?.milliseconds ?? INFINITE_MS);
  }
  const samples = measure((i) => engine.nearest(subject.origin(i), { accepts }), {
    warmUps: 1,
    leastSamples: 5,
    mostSamples: 200,
    budgetMilliseconds: 2000,
  });
  return { samples, checksum, verified: RIVAL_ANSWERS };
}

/**
 * geojson-path-finder, once per accepting target, which is the only way it has. Its graph is given in the form it keeps
 * whole: one line per pair of neighbours with the faster time of each direction, since of parallel roads it would keep
 * the last, and of a road given as two one-way features one direction.
 */
export function geojsonPathFinderNearest(subject: Subject): CaseResult {
  const finder = new PathFinder(
    { type: "FeatureCollection", features: linesOf(subject) },
    {
      tolerance: COORDINATE_STEP / 10,
      weight: (_a, _b, { forward, backward }) => ({ forward, backward }),
    },
  );
  const nearest = (node: number): number => {
    let best = INFINITE_MS;
    subject.targets.forEach((seeds, target) => {
      if (!subject.accepts(target)) return;
      for (const seed of seeds) {
        const found = seed.node === node ? 0 : finder.findPath(pointOf(node), pointOf(seed.node))?.weight;
        if (found !== undefined) best = Math.min(best, found + seed.milliseconds);
      }
    });
    return best;
  };
  const checksum = new Checksum();
  const origins = originsAmong(subject);
  for (const node of origins.slice(0, 1)) {
    const [expected] = subject.dijkstra.nearest(
      { accessPoints: [{ node, milliseconds: 0 }] },
      { accepts: subject.accepts },
    );
    const found = nearest(node);
    requireEqual(found, expected?.milliseconds ?? INFINITE_MS, `geojson-path-finder's time from node ${node}`);
    checksum.add(found);
  }
  const samples = measure((i) => nearest(origins[i % origins.length]!), {
    warmUps: 0,
    leastSamples: 2,
    mostSamples: 20,
    budgetMilliseconds: 2000,
  });
  return { samples, checksum, verified: 1 };
}

interface Times {
  readonly forward: number;
  readonly backward: number;
}

const COORDINATE_STEP = 1e-3;
const COLUMNS = 1000;

/** A place of its own for each node: nodes in one place, which a road graph may have, would become one. */
const pointOf = (node: number): Feature<Point> => ({
  type: "Feature",
  properties: {},
  geometry: { type: "Point", coordinates: placeOf(node) },
});

const placeOf = (node: number): [number, number] => [
  Math.round((node % COLUMNS) + 1) * COORDINATE_STEP,
  Math.round(Math.floor(node / COLUMNS) + 1) * COORDINATE_STEP,
];

function linesOf({ roads }: Subject): Feature<LineString, Times>[] {
  const { nodeCount, columns } = roads.graph;
  const { firstEdge, edgeHead } = columns;
  const times = new Map<number, { forward: number; backward: number }>();
  for (let tail = 0; tail < nodeCount; tail++) {
    for (let edge = firstEdge[tail]!; edge < firstEdge[tail + 1]!; edge++) {
      const head = edgeHead[edge]!;
      if (head === tail) continue;
      const key = Math.min(tail, head) * nodeCount + Math.max(tail, head);
      const pair = times.get(key) ?? { forward: INFINITE_MS, backward: INFINITE_MS };
      times.set(key, pair);
      if (tail < head) pair.forward = Math.min(pair.forward, roads.weights[edge]!);
      else pair.backward = Math.min(pair.backward, roads.weights[edge]!);
    }
  }
  // 0 is how it is told that there is no way.
  const driven = (milliseconds: number): number => (milliseconds === INFINITE_MS ? 0 : milliseconds);
  return Array.from(times, ([key, { forward, backward }]) => ({
    type: "Feature",
    properties: { forward: driven(forward), backward: driven(backward) },
    geometry: { type: "LineString", coordinates: [placeOf(Math.floor(key / nodeCount)), placeOf(key % nodeCount)] },
  }));
}

/** It knows only nodes that roads meet. */
function originsAmong({ roads, options }: Subject): number[] {
  const random = new SeededRandom(options.seed);
  const { nodeComponent } = roads.graph.columns;
  const origins: number[] = [];
  while (origins.length < 20) {
    const node = random.integer(roads.graph.nodeCount);
    if (nodeComponent[node] === 0) origins.push(node);
  }
  return origins;
}
