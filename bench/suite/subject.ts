import { SeededRandom } from "../../src/core/random";
import { INFINITE_MS, type Position } from "../../src/core/units";
import { DiversionRouter } from "../../src/diversion/router";
import { HospitalDirectory } from "../../src/hospitals/directory/directory";
import { BulkNearest } from "../../src/roads/bulk-nearest";
import type { RoadIndex } from "../../src/roads/road-index";
import { seclusionAt } from "../../src/roads/snap/place-finder";
import type { RoadPoint } from "../../src/roads/snap/snap-index";
import type { CchEngine } from "../../src/shortest-path/cch-engine";
import { DijkstraEngine } from "../../src/shortest-path/dijkstra/dijkstra-engine";
import { NodeSearch } from "../../src/shortest-path/dijkstra/node-search";
import type { EngineChoice, Origin, Target } from "../../src/shortest-path/engine";

/** A case whose answers are not those of Dijkstra: no figure of this run is worth anything. */
export class WrongAnswer extends Error {}

export function requireEqual(found: unknown, expected: unknown, what: string): void {
  if (found === expected) return;
  throw new WrongAnswer(`${what}: Dijkstra says ${String(expected)}, the measured code says ${String(found)}.`);
}

export interface SubjectOptions {
  readonly seed: number;
  /** Hospitals, and how many of them accept. */
  readonly targets: number;
  readonly open: number;
}

/** Origins of timed queries. A power of two, so that a counter wraps by a mask. */
const ORIGINS = 1 << 16;
/** Origins from which Dijkstra runs over the whole graph, to judge one-to-many, point-to-point and Dijkstra itself. */
const JUDGED_ORIGINS = 5;
/** Locations lie up to this far (in degrees) from a node, some 200 m. */
const JITTER_DEGREES = 0.002;

/**
 * Everything queries are asked on one road network: hospitals on its roads, some of them closed, and origins, all drawn
 * from one seed. What only some cases need is made when first asked for.
 */
export class Subject {
  readonly roads: RoadIndex;
  readonly options: SubjectOptions;
  /** Where each hospital may be driven into: one point on a road. */
  readonly points: readonly (readonly RoadPoint[])[];
  readonly targets: readonly Target[];
  /** Uint8[targets]: 1 where a hospital accepts. */
  readonly accepted: Uint8Array;
  /** Int32[65,536]: origins that are nodes. */
  readonly nodes: Int32Array;
  /** Float64[2 * 65,536]: origins that are places near roads; longitude, latitude. */
  readonly locations: Float64Array;
  readonly #made = new Map<string, unknown>();

  constructor(roads: RoadIndex, options: SubjectOptions) {
    this.roads = roads;
    this.options = options;
    const random = new SeededRandom(options.seed);
    this.points = Array.from({ length: options.targets }, () => [pointOnRoad(roads, random)]);
    this.targets = BulkNearest.targetsAt(roads, this.points);
    this.accepted = someAccepting(options, random);
    this.nodes = Int32Array.from({ length: ORIGINS }, () => random.integer(roads.graph.nodeCount));
    this.locations = new Float64Array(2 * ORIGINS);
    for (let i = 0; i < ORIGINS; i++) this.locations.set(placeNearRoad(roads, random), 2 * i);
  }

  readonly accepts = (target: number): boolean => this.accepted[target] !== 0;

  location(i: number): Position {
    return [this.locations[2 * i]!, this.locations[2 * i + 1]!];
  }

  origin(i: number): Origin {
    return { accessPoints: [{ node: this.nodes[i]!, milliseconds: 0 }] };
  }

  /** Answers from its table. */
  get engine(): CchEngine {
    return this.#once("engine", () => {
      const engine = this.roads.createEngine("cch", this.targets) as CchEngine;
      engine.refreshTable();
      return engine;
    });
  }

  /** Answers from its buckets: its table has never been built. */
  get bucketEngine(): CchEngine {
    return this.#once("bucket engine", () => this.roads.createEngine("cch", this.targets) as CchEngine);
  }

  /** What judges all others. */
  get dijkstra(): DijkstraEngine {
    return this.#once(
      "dijkstra",
      () => new DijkstraEngine(this.roads.graph.topology, this.roads.weights, this.targets),
    );
  }

  /** A router over hospitals at the same places, the same ones closed. */
  router(engine: EngineChoice): DiversionRouter {
    return this.#once(`router ${typeof engine === "string" ? engine : engine.name}`, () => {
      const hospitals = HospitalDirectory.parse(
        this.points.map(([point], target) => ({
          id: `H${String(target).padStart(6, "0")}`,
          name: `Hospital ${target}`,
          location: point!.position,
        })),
      );
      const router = new DiversionRouter({ roads: this.roads, hospitals, engine });
      this.accepted.forEach((accepts, target) => {
        if (accepts === 0) router.status.setOpen(hospitals.hospitals[target]!.id, false, { reason: "benchmark" });
      });
      router.refreshTable();
      return router;
    });
  }

  /** For a few origins (the first of `nodes`) the travel time to every node, by Dijkstra over the whole graph. */
  get judgedTimes(): readonly Int32Array[] {
    return this.#once("judged times", () => {
      const { topology } = this.roads.graph;
      const search = new NodeSearch(topology, this.roads.weights);
      return Array.from({ length: JUDGED_ORIGINS }, (_, i) => {
        const times = new Int32Array(topology.nodeCount).fill(INFINITE_MS);
        search.begin(this.origin(i).accessPoints);
        for (let node = search.settleNext(); node >= 0; node = search.settleNext())
          times[node] = search.milliseconds(node);
        return times;
      });
    });
  }

  /** From one of the judged origins to a target. */
  judgedTargetTime(origin: number, target: number): number {
    const times = this.judgedTimes[origin]!;
    return this.targets[target]!.reduce(
      (best, { node, milliseconds }) => Math.min(best, times[node]! + milliseconds),
      INFINITE_MS,
    );
  }

  #once<T>(name: string, make: () => T): T {
    if (!this.#made.has(name)) this.#made.set(name, make());
    return this.#made.get(name) as T;
  }
}

function someAccepting({ targets, open }: SubjectOptions, random: SeededRandom): Uint8Array {
  const accepted = new Uint8Array(targets);
  for (let left = open; left > 0; ) {
    const target = random.integer(targets);
    if (accepted[target] !== 0) continue;
    accepted[target] = 1;
    left--;
  }
  return accepted;
}

/** Near nodes, because that is where people are: as dense as the network itself. */
function placeNearRoad(roads: RoadIndex, random: SeededRandom): Position {
  const [lon, lat] = roads.graph.nodePosition(random.integer(roads.graph.nodeCount));
  return [lon + random.between(-JITTER_DEGREES, JITTER_DEGREES), lat + random.between(-JITTER_DEGREES, JITTER_DEGREES)];
}

function pointOnRoad(roads: RoadIndex, random: SeededRandom): RoadPoint {
  for (;;) {
    const point = roads.trySnap(placeNearRoad(roads, random));
    // No hospital is entered from a motorway or a bridge: a router would have it on a road near by.
    if (point !== undefined && seclusionAt(roads.graph, point) === undefined) return point;
  }
}
