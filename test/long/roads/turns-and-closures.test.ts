import { describe, expect, it } from "vitest";
import { SeededRandom } from "../../../src/core/random";
import { INFINITE_MS } from "../../../src/core/units";
import { openOsmSource } from "../../../src/node/files/open-osm-source";
import { csvFiles } from "../../../src/output/roads-csv";
import { buildRoadGraph } from "../../../src/roads/build/build-road-graph";
import type { SpeedRequest } from "../../../src/roads/closures/closure";
import { graphInState } from "../../../src/roads/closures/closure-state";
import { LiveWeights } from "../../../src/roads/closures/live-weights";
import { DIRECTIONS } from "../../../src/roads/graph/edge-key";
import { indexRoads } from "../../../src/roads/index-roads";
import { builtInProfile } from "../../../src/roads/profile/profile";
import type { RoadIndex } from "../../../src/roads/road-index";
import {
  arrivalAccessPoints,
  departureAccessPoints,
  directDrive,
  type RoadAccessPoint,
} from "../../../src/roads/snap/road-point";
import type { RoadPoint } from "../../../src/roads/snap/snap-index";
import { CchEngine } from "../../../src/shortest-path/cch-engine";
import { DIJKSTRA_ENGINE } from "../../../src/shortest-path/dijkstra/dijkstra-engine";
import { REFERENCE_ENGINE } from "../../../src/shortest-path/dijkstra/reference-engine";
import type { EngineChoice, Origin, Path, ShortestPathEngine } from "../../../src/shortest-path/engine";
import { CsvOutsider } from "../../support/csv-outsider";
import { osmFixture } from "../../support/osm-fixture";
import { restrictedGrid } from "../../support/restricted-grid";
import { needsSharedData, sharedData } from "../../support/shared-data";
import { TurnOracle } from "../../support/turn-oracle";

const HOUR = 3_600_000;
const START = Date.UTC(2017, 4, 12);
const instant = (hour: number): string => new Date(START + hour * HOUR).toISOString();

const onNode = ({ graph }: RoadIndex, node: number): RoadPoint => ({
  segment: -1,
  fraction: 0,
  node,
  position: graph.nodePosition(node),
  distanceMetres: 0,
});

/** A random place: on a node or somewhere between. */
function anyPoint(roads: RoadIndex, random: SeededRandom): RoadPoint {
  const { graph } = roads;
  if (random.next() < 0.3) return onNode(roads, graph.junctionOf(random.integer(graph.nodeCount)));
  const segment = random.integer(graph.segmentCount);
  return { segment, fraction: random.between(0.05, 0.95), node: -1, position: [0, 0], distanceMetres: 0 };
}

/** What each direction takes at a moment, told from the list of what is held. */
function directionTimes({ graph, closures }: RoadIndex, epochMs: number): Float64Array {
  const times = Float64Array.from({ length: graph.segmentCount * 2 }, (_, direction) =>
    graph.segmentMilliseconds(direction >> 1, (direction & 1) === 1 ? "backward" : "forward"),
  );
  const slowest = times.slice();
  for (const { kind, edges, from, until, factor } of closures) {
    if ((from?.epochMs ?? -Infinity) > epochMs || epochMs >= (until?.epochMs ?? Infinity)) continue;
    for (const edge of edges) {
      const direction = graph.columns.keyOfEdge[edge]!;
      const time = kind === "closure" ? INFINITE_MS : Math.max(1, Math.round(times[direction]! / factor!));
      slowest[direction] = Math.max(slowest[direction]!, time);
    }
  }
  return slowest;
}

/** Closes, slows down or reopens something, near forbidden turns more often than elsewhere. */
function change(roads: RoadIndex, random: SeededRandom, hours: number): void {
  const { graph, closures } = roads;
  if (closures.length > 0 && random.next() < 0.3) {
    roads.reopen(random.pick(closures).id);
    return;
  }
  const { turnSequence } = graph.columns;
  const segments = Array.from({ length: 1 + random.integer(3) }, () =>
    random.next() < 0.6 ? random.pick([...turnSequence]) >> 1 : random.integer(graph.segmentCount),
  );
  const request: Omit<SpeedRequest, "factor"> = {
    segments,
    reason: "test",
    direction: random.pick(["both", "both", "forward", "backward"]),
    ...(random.next() < 0.5 ? {} : { until: instant(1 + random.integer(hours)) }),
  };
  // A one-way street has nothing to close the other way.
  const isMeant = segments.some((segment) =>
    DIRECTIONS.some(
      (direction) =>
        (request.direction === "both" || request.direction === direction) &&
        graph.edgesOfSegment(segment, direction).length > 0,
    ),
  );
  if (!isMeant) return;
  if (random.next() < 0.6) roads.close(request);
  else roads.setSpeed({ ...request, factor: random.between(0.02, 1) });
}

/** An engine as a router keeps it: its weights and targets at the moment of the question. */
class Follower {
  private readonly engine: ShortestPathEngine;
  private readonly live: LiveWeights;

  constructor(
    readonly label: string,
    private readonly roads: RoadIndex,
    name: EngineChoice,
    private readonly targets: readonly RoadPoint[],
    private readonly byTables: boolean,
  ) {
    this.live = new LiveWeights(roads);
    this.engine = roads.createEngine(
      name,
      targets.map((point) => arrivalAccessPoints(roads.graph, roads.weights, point)),
    );
  }

  moveTo(epochMs: number): void {
    const changes = this.live.moveTo(epochMs);
    if (changes !== undefined) {
      this.engine.setWeights(changes.edges, changes.milliseconds);
      for (const [target, point] of this.targets.entries()) this.engine.setTarget(target, this.arrivals(point));
    }
    if (this.byTables) (this.engine as CchEngine).refreshTable();
  }

  /** The first answer that is wrong, in words. */
  faultFrom(
    from: RoadPoint,
    expected: readonly number[],
    oracle: TurnOracle,
    times: Float64Array,
    random: SeededRandom,
  ) {
    const { engine, live, roads, targets } = this;
    if (engine instanceof CchEngine) expect(engine.tableIsFresh).toBe(this.byTables);
    const departures = departureAccessPoints(roads.graph, live.weights, from);
    const direct = targets.flatMap((to, target) => {
      const drive = directDrive(roads.graph, live.weights, from, to);
      return drive === undefined ? [] : [{ target, milliseconds: drive.milliseconds }];
    });
    const origin: Origin = { accessPoints: departures, direct };
    const found = [...engine.oneToMany(origin)];
    if (found.join() !== expected.join()) return `times ${found.join()}, not ${expected.join()}`;

    const isOpen = targets.map(() => random.next() < 0.6);
    const k = 1 + random.integer(4);
    const nearest = expected
      .map((milliseconds, target) => ({ target, milliseconds }))
      .filter(({ target, milliseconds }) => isOpen[target] && milliseconds < INFINITE_MS)
      .sort((a, b) => a.milliseconds - b.milliseconds || a.target - b.target)
      .slice(0, k);
    const told = engine.nearest(origin, { k, accepts: (target) => isOpen[target]! });
    if (JSON.stringify(told) !== JSON.stringify(nearest)) return `nearest ${JSON.stringify(told)}`;

    for (const [target, to] of targets.entries()) {
      const arrivals = this.arrivals(to);
      const paths = [engine.path(origin, target), engine.pathBetween({ accessPoints: departures }, arrivals)];
      const isDirect = direct.some((offer) => offer.target === target && offer.milliseconds === expected[target]);
      for (const [i, path] of paths.entries()) {
        // Between two points, the drive that passes no node is the caller's to compare.
        if (i === 1 && isDirect) continue;
        const fault = this.faultOf(path, departures, arrivals, expected[target]!, oracle, times);
        if (fault !== undefined) return `path ${i} to target ${target}: ${fault}`;
      }
    }
    return undefined;
  }

  private arrivals(point: RoadPoint): RoadAccessPoint[] {
    return arrivalAccessPoints(this.roads.graph, this.live.weights, point);
  }

  private faultOf(
    path: Path | undefined,
    departures: readonly RoadAccessPoint[],
    arrivals: readonly RoadAccessPoint[],
    expected: number,
    oracle: TurnOracle,
    times: Float64Array,
  ): string | undefined {
    if (path === undefined) return expected === INFINITE_MS ? undefined : "there is none";
    if (path.milliseconds !== expected) return `takes ${path.milliseconds} ms, not ${expected}`;
    if (path.originAccessPoint === undefined || path.targetAccessPoint === undefined) return undefined;
    const departure = departures[path.originAccessPoint]!;
    const arrival = arrivals[path.targetAccessPoint]!;
    const { keyOfEdge } = this.roads.graph.columns;
    const driven = [departure.edge, ...path.arcs, arrival.edge]
      .filter((edge) => edge >= 0)
      .map((edge) => keyOfEdge[edge]!);
    const closed = driven.find((direction) => times[direction]! >= INFINITE_MS);
    if (closed !== undefined) return `drives direction ${closed}, which is closed`;
    const whole = [...path.arcs].reduce((sum, edge) => sum + times[keyOfEdge[edge]!]!, 0);
    const sum = departure.milliseconds + whole + arrival.milliseconds;
    return sum === expected ? oracle.fault(driven) : `its parts take ${sum} ms`;
  }
}

const followersOf = (roads: RoadIndex, targets: readonly RoadPoint[], names: readonly EngineChoice[]): Follower[] => [
  new Follower("cch by tables", roads, "cch", targets, true),
  ...names.map((name) => new Follower(typeof name === "string" ? name : name.name, roads, name, targets, false)),
];

describe("forbidden turns while roads close, slow down and open again", () => {
  it.each([false, true])(
    "are obeyed by every engine in towns, and nothing else is lost; U-turns free: %s",
    async (free) => {
      const profile = builtInProfile(free ? "blue-light" : "normal-road");
      let closedOrSlow = 0;
      let copies = 0;
      for (let seed = 1; seed <= 16; seed++) {
        const random = new SeededRandom(seed);
        const { roads: built } = await buildRoadGraph(osmFixture(restrictedGrid(seed, 5, 18, true)), { profile });
        const roads = indexRoads(built);
        copies += roads.graph.nodeCount - roads.graph.junctionCount;
        const oracle = new TurnOracle(roads.graph);
        const targets = Array.from({ length: 6 }, () => anyPoint(roads, random));
        const followers = followersOf(roads, targets, ["cch", DIJKSTRA_ENGINE, REFERENCE_ENGINE]);
        for (let step = 0; step < 8; step++) {
          for (let i = 0; i < step; i++) change(roads, random, 8);
          if (step === 7) for (const { id } of roads.closures) roads.reopen(id);
          // Closures end between the questions, and before some that are asked about an earlier hour.
          const moment = START + random.integer(9) * HOUR;
          const times = directionTimes(roads, moment);
          closedOrSlow += roads.stateAt(moment).edges.length;
          const from = anyPoint(roads, random);
          const expected = oracle.times(from, targets, times);
          for (const follower of followers) {
            follower.moveTo(moment);
            const fault = follower.faultFrom(from, expected, oracle, times, random);
            expect(fault, `seed ${seed}, step ${step}, ${follower.label}`).toBeUndefined();
          }
        }
      }
      expect(closedOrSlow).toBeGreaterThan(500);
      expect(copies).toBeGreaterThan(200);
    },
  );

  it("are told by the csv files of the moment alone", async () => {
    for (let seed = 1; seed <= 20; seed++) {
      const random = new SeededRandom(seed);
      const profile = builtInProfile("blue-light");
      const { roads: built } = await buildRoadGraph(osmFixture(restrictedGrid(seed, 5, 18, true)), { profile });
      const roads = indexRoads(built);
      const { graph } = roads;
      const bases = Array.from({ length: graph.nodeCount }, (_, node) => node).filter((v) => graph.junctionOf(v) === v);
      const targets = bases.map((node) => arrivalAccessPoints(graph, roads.weights, onNode(roads, node)));
      const engine = roads.createEngine("cch", targets);
      const live = new LiveWeights(roads);
      for (let step = 0; step < 3; step++) {
        for (let i = 0; i < 4; i++) change(roads, random, 4);
        const moment = START + step * HOUR;
        const files = csvFiles(graphInState(graph, roads.stateAt(moment)));
        const text = (name: string): string => [...files[name]!].join("");
        const outsider = new CsvOutsider(text("nodes.csv"), text("edges.csv"), text("turns.csv"));
        const from = random.integer(bases.length);
        const told = outsider.timesFrom(from);
        const changes = live.moveTo(moment);
        if (changes !== undefined) engine.setWeights(changes.edges, changes.milliseconds);
        const found = [...engine.oneToMany({ accessPoints: [{ node: bases[from]!, milliseconds: 0 }] })];
        const expected = bases.map((_, place) => told.get(place) ?? INFINITE_MS);
        expect(found, `seed ${seed}, step ${step}`).toEqual(expected);
      }
    }
  });

  it.each(["portland", "porto"])(`are obeyed in %s ${needsSharedData}`, async (name) => {
    const path = sharedData(`osm/${name}.osm.pbf`);
    if (path === undefined) return;
    const { roads: built } = await buildRoadGraph(await openOsmSource(path));
    const roads = indexRoads(built);
    const oracle = new TurnOracle(roads.graph);
    const random = new SeededRandom(17);
    const targets = Array.from({ length: 8 }, () => anyPoint(roads, random));
    const followers = followersOf(roads, targets, ["cch", DIJKSTRA_ENGINE]);
    for (let step = 0; step < 4; step++) {
      if (step > 0) for (let i = 0; i < 80; i++) change(roads, random, 4);
      if (step === 3) for (const { id } of roads.closures.filter((_, i) => i % 2 === 0)) roads.reopen(id);
      const moment = START + step * HOUR;
      const times = directionTimes(roads, moment);
      const from = anyPoint(roads, random);
      const expected = oracle.times(from, targets, times);
      for (const follower of followers) {
        follower.moveTo(moment);
        const fault = follower.faultFrom(from, expected, oracle, times, random);
        expect(fault, `seed 17, step ${step}, ${follower.label}`).toBeUndefined();
      }
    }
  });
});
