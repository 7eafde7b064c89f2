import { SeededRandom } from "../../src/core/random";
import { INFINITE_MS } from "../../src/core/units";
import { type ArcWeights, arcTails, type Graph, graphFromArcs } from "../../src/shortest-path/graph";

/** A seeded graph with travel times and positions; `name` carries shape, size and seed so that a failure repeats. */
export interface TestGraph {
  readonly name: string;
  readonly graph: Graph;
  readonly weights: ArcWeights;
  /** Int32[nodeCount], 1e-7 degree. */
  readonly lon: Int32Array;
  readonly lat: Int32Array;
}

export interface GraphTraits {
  /** Share of links that may be driven one way only. Default 0.2. */
  readonly oneWayShare?: number;
  /** Parallel arcs added, as a share of arcs. Default 0.05. */
  readonly parallelShare?: number;
  /** Self loops added, as a share of nodes. Default 0.05. */
  readonly selfLoopShare?: number;
  /** Share of arcs that are closed from the start. Default 0.03. */
  readonly closedShare?: number;
  /** Travel times are 1 .. maximumWeight. A small bound makes ties. Default 1000. */
  readonly maximumWeight?: number;
  /** Whether node numbers are shuffled, so that they say nothing about place. Default true. */
  readonly shuffled?: boolean;
}

/** Links between points, before traits turn them into arcs. */
interface Sketch {
  readonly x: number[];
  readonly y: number[];
  readonly links: [number, number][];
}

const UNITS_PER_STEP = 20_000;

function dress(name: string, sketch: Sketch, random: SeededRandom, traits: GraphTraits): TestGraph {
  const {
    oneWayShare = 0.2,
    parallelShare = 0.05,
    selfLoopShare = 0.05,
    closedShare = 0.03,
    maximumWeight = 1000,
    shuffled = true,
  } = traits;
  const nodeCount = sketch.x.length;
  const numbering = Int32Array.from({ length: nodeCount }, (_, v) => v);
  if (shuffled) shuffle(numbering, random);

  const tails: number[] = [];
  const heads: number[] = [];
  const times: number[] = [];
  const add = (from: number, to: number) => {
    tails.push(numbering[from]!);
    heads.push(numbering[to]!);
    times.push(random.next() < closedShare ? INFINITE_MS : 1 + random.integer(maximumWeight));
  };
  for (const [a, b] of sketch.links) {
    const oneWay = random.next() < oneWayShare;
    const forward = random.next() < 0.5;
    if (!oneWay || forward) add(a, b);
    if (!oneWay || !forward) add(b, a);
    while (random.next() < parallelShare) add(a, b);
  }
  for (let v = 0; v < nodeCount; v++) if (random.next() < selfLoopShare) add(v, v);

  const { graph, inputArc } = graphFromArcs(nodeCount, Int32Array.from(tails), Int32Array.from(heads));
  const lon = new Int32Array(nodeCount);
  const lat = new Int32Array(nodeCount);
  for (let v = 0; v < nodeCount; v++) {
    lon[numbering[v]!] = Math.round(sketch.x[v]! * UNITS_PER_STEP);
    lat[numbering[v]!] = 500_000_000 + Math.round(sketch.y[v]! * UNITS_PER_STEP);
  }
  return { name, graph, weights: inputArc.map((i) => times[i]!), lon, lat };
}

export function shuffle(items: Int32Array, random: SeededRandom): void {
  for (let i = items.length - 1; i > 0; i--) {
    const j = random.integer(i + 1);
    const held = items[i]!;
    items[i] = items[j]!;
    items[j] = held;
  }
}

/** A full grid of columns × rows. */
export function gridGraph(columns: number, rows: number, seed: number, traits: GraphTraits = {}): TestGraph {
  const sketch: Sketch = { x: [], y: [], links: [] };
  addPatch(sketch, columns, rows, 0, new SeededRandom(seed), { jitter: 0, missing: 0, diagonal: 0 });
  return dress(`grid ${columns}×${rows}, seed ${seed}`, sketch, new SeededRandom(seed + 1), traits);
}

/** Street-like: a jittered grid with a quarter of its links missing and some diagonals, planar. */
export function planarGraph(nodeCount: number, seed: number, traits: GraphTraits = {}): TestGraph {
  const random = new SeededRandom(seed);
  const columns = Math.max(1, Math.ceil(Math.sqrt(nodeCount)));
  const sketch: Sketch = { x: [], y: [], links: [] };
  addPatch(sketch, columns, Math.ceil(nodeCount / columns), 0, random, { jitter: 0.8, missing: 0.25, diagonal: 0.1 });
  return dress(`planar ${sketch.x.length}, seed ${seed}`, sketch, random, traits);
}

/** Several street-like islands with no road between them, and a few nodes with no road at all. */
export function archipelago(
  islands: number,
  nodesPerIsland: number,
  seed: number,
  traits: GraphTraits = {},
): TestGraph {
  const random = new SeededRandom(seed);
  const side = Math.max(1, Math.round(Math.sqrt(nodesPerIsland)));
  const sketch: Sketch = { x: [], y: [], links: [] };
  for (let i = 0; i < islands; i++) {
    addPatch(sketch, side, side, i * (side + 3), random, { jitter: 0.8, missing: 0.15, diagonal: 0.1 });
  }
  for (let i = 0; i < 3; i++) {
    sketch.x.push(-2 - i);
    sketch.y.push(-2);
  }
  return dress(`archipelago ${islands}×${side * side}, seed ${seed}`, sketch, random, traits);
}

/** No geometry at all: links between nodes drawn at random, as dense as asked. */
export function randomGraph(nodeCount: number, linkCount: number, seed: number, traits: GraphTraits = {}): TestGraph {
  const random = new SeededRandom(seed);
  const sketch: Sketch = { x: [], y: [], links: [] };
  for (let v = 0; v < nodeCount; v++) {
    sketch.x.push(random.between(0, 30));
    sketch.y.push(random.between(0, 30));
  }
  for (let i = 0; i < linkCount && nodeCount > 1; i++) {
    sketch.links.push([random.integer(nodeCount), random.integer(nodeCount)]);
  }
  return dress(`random ${nodeCount} nodes ${linkCount} links, seed ${seed}`, sketch, random, traits);
}

function addPatch(
  sketch: Sketch,
  columns: number,
  rows: number,
  offset: number,
  random: SeededRandom,
  shape: { jitter: number; missing: number; diagonal: number },
): void {
  const base = sketch.x.length;
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const v = base + row * columns + column;
      sketch.x.push(offset + column + (random.next() - 0.5) * shape.jitter);
      sketch.y.push(row + (random.next() - 0.5) * shape.jitter);
      if (column > 0 && random.next() >= shape.missing) sketch.links.push([v - 1, v]);
      if (row > 0 && random.next() >= shape.missing) sketch.links.push([v - columns, v]);
      if (column > 0 && row > 0 && random.next() < shape.diagonal) sketch.links.push([v - columns - 1, v]);
    }
  }
}

/** One small graph of every kind, the degenerate ones included: what every algorithm of the core must survive. */
export function graphZoo(seed: number): TestGraph[] {
  const tie = { maximumWeight: 3 };
  return [
    planarGraph(36, seed),
    planarGraph(49, seed + 1, tie),
    gridGraph(6, 6, seed + 2),
    gridGraph(5, 8, seed + 3, { ...tie, oneWayShare: 0, closedShare: 0 }),
    gridGraph(40, 1, seed + 4),
    archipelago(3, 12, seed + 5),
    archipelago(2, 16, seed + 6, { ...tie, oneWayShare: 0.6 }),
    randomGraph(30, 45, seed + 7),
    randomGraph(20, 90, seed + 8, { ...tie, parallelShare: 0.4, selfLoopShare: 0.4 }),
    randomGraph(25, 60, seed + 9, { closedShare: 0.5 }),
    randomGraph(12, 0, seed + 10, { selfLoopShare: 0 }),
    randomGraph(1, 0, seed + 11, { selfLoopShare: 1 }),
  ];
}

/** The arcs as text, for the message of a failing test. */
export function describeGraph({ name, graph, weights }: TestGraph): string {
  const tails = arcTails(graph);
  const arcs = Array.from(graph.head, (head, arc) => {
    const weight = weights[arc]! === INFINITE_MS ? "closed" : weights[arc];
    return `${tails[arc]}>${head}:${weight}`;
  });
  return `${name}; ${graph.nodeCount} nodes; ${arcs.join(" ")}`;
}
