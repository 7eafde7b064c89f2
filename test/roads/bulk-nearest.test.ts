import { describe, expect, it } from "vitest";
import { syntheticRoads } from "../../bench/networks/synthetic";
import { SeededRandom } from "../../src/core/random";
import { INFINITE_MS, type Position } from "../../src/core/units";
import { BulkNearest, type BulkNearestOptions, NO_TARGET, OFF_NETWORK } from "../../src/roads/bulk-nearest";
import type { RoadGraph } from "../../src/roads/graph/road-graph";
import { indexRoads } from "../../src/roads/index-roads";
import type { RoadIndex } from "../../src/roads/road-index";
import { wholeClosed } from "../../src/roads/snap/closed-edges";
import { DriveEnds } from "../../src/roads/snap/on-foot";
import { departureAccessPoints, directDrive } from "../../src/roads/snap/road-point";
import type { RoadPoint } from "../../src/roads/snap/snap-index";
import type { CchEngine } from "../../src/shortest-path/cch-engine";
import { DijkstraEngine } from "../../src/shortest-path/dijkstra/dijkstra-engine";
import { randomRoads } from "../support/random-roads";

const index = (graph: RoadGraph): RoadIndex =>
  indexRoads(graph, { source: "test", notice: "", profile: "", snapLimitMetres: 2000, report: {} });

interface Setting {
  readonly roads: RoadIndex;
  readonly points: RoadPoint[][];
  readonly options?: BulkNearestOptions;
  readonly engine: CchEngine;
  readonly bulk: BulkNearest;
  readonly random: SeededRandom;
}

/** Targets with one or two entrances on roads, one on a node, one removed. */
function setUp(graph: RoadGraph, seed: number, targetCount: number): Setting {
  const roads = index(graph);
  const random = new SeededRandom(seed);
  const somewhere = (): RoadPoint => {
    const { west, south, east, north } = roads.bounds;
    for (;;) {
      const point = roads.trySnap([random.between(west, east), random.between(south, north)]);
      if (point !== undefined) return point;
    }
  };
  const points = Array.from({ length: targetCount }, (_, i) =>
    i % 3 === 0 ? [somewhere(), somewhere()] : [somewhere()],
  );
  points.push([roads.snap(roads.graph.nodePosition(roads.graph.columns.segmentTail[somewhere().segment]!))], []);
  const engine = roads.createEngine("cch", BulkNearest.targetsAt(roads, points)) as CchEngine;
  return { roads, points, engine, bulk: new BulkNearest(roads, engine, points), random };
}

/** Some anywhere, some off the roads, some beside targets so that both lie on one road. */
function locationsIn({ roads, points, random }: Setting, count: number): Float64Array {
  const { west, south, east, north } = roads.bounds;
  const targets = points.flat();
  return Float64Array.from({ length: count }, (_, i) => i).reduce(
    (all, i) => {
      const [lon, lat] =
        i % 3 === 0
          ? random.pick(targets).position
          : [random.between(west - 0.05, east + 0.05), random.between(south - 0.05, north + 0.05)];
      const reach = i % 3 === 0 ? 2e-4 : 0;
      all[2 * i] = lon + random.between(-reach, reach);
      all[2 * i + 1] = lat + random.between(-reach, reach);
      return all;
    },
    new Float64Array(2 * count),
  );
}

function oneByOne(
  { roads, points, options = {} }: Setting,
  locations: Float64Array,
  accepted: Uint8Array,
): [number, number][] {
  const { weights = roads.weights, addedMilliseconds = [] } = options;
  const targets = BulkNearest.targetsAt(roads, points, { weights }).map((seeds, target) =>
    seeds.map(({ node, milliseconds }) => ({ node, milliseconds: milliseconds + (addedMilliseconds[target] ?? 0) })),
  );
  const oracle = new DijkstraEngine(roads.graph.topology, weights);
  const closed = wholeClosed(roads.weights, weights);
  const ends = new DriveEnds(roads.graph, weights, closed);
  oracle.setTargets(targets);
  return Array.from({ length: locations.length / 2 }, (_, i) => {
    const location: Position = [locations[2 * i]!, locations[2 * i + 1]!];
    const home = roads.trySnap(location);
    if (home === undefined) return [OFF_NETWORK, INFINITE_MS];
    const starts = ends.departures(home);
    const isDriven = starts[0] === home;
    const direct = points.flatMap((entrances, target) =>
      entrances.flatMap((to) => {
        const drives = (isDriven ? [home] : [home, ...starts]).map(
          (from) => directDrive(roads.graph, weights, from, to, closed)?.milliseconds,
        );
        const walk = isDriven ? undefined : ends.walkBetween(home, to)?.onFoot?.milliseconds;
        return [...drives, walk].flatMap((milliseconds) =>
          milliseconds === undefined ? [] : [{ target, milliseconds: milliseconds + (addedMilliseconds[target] ?? 0) }],
        );
      }),
    );
    const origin = {
      accessPoints: starts.flatMap((from) => departureAccessPoints(roads.graph, weights, from, closed)),
      direct,
    };
    const [nearest] = oracle.nearest(origin, { accepts: (target) => accepted[target] !== 0 });
    return nearest === undefined ? [NO_TARGET, INFINITE_MS] : [nearest.target, nearest.milliseconds];
  });
}

function inBulk({ bulk }: Setting, locations: Float64Array, accepted: Uint8Array): [number, number][] {
  const count = locations.length / 2;
  const target = new Int32Array(count).fill(7);
  const milliseconds = new Int32Array(count).fill(7);
  bulk.find(locations, accepted, target, milliseconds);
  return Array.from(target, (number, i) => [number, milliseconds[i]!]);
}

describe("the nearest accepted target of many locations", () => {
  const openShares = [1, 0.5, 0.1, 0];

  it.each([1, 2, 3])("is what Dijkstra finds one by one on a small town and its country, seed %i", (seed) => {
    const setting = setUp(syntheticRoads({ nodes: 600, seed }), seed, 14);
    for (const tables of [false, true]) {
      if (tables) setting.engine.refreshTable();
      for (const share of openShares) {
        const accepted = Uint8Array.from(setting.points, () => (setting.random.next() < share ? 1 : 0));
        const locations = locationsIn(setting, 60);
        const message = `seed ${seed}, share open ${share}, tables ${tables}`;
        expect(inBulk(setting, locations, accepted), message).toEqual(oneByOne(setting, locations, accepted));
      }
    }
  });

  it("is the same on one-way roads, loops and parallel roads, and says which locations are off the network", () => {
    const setting = setUp(randomRoads(5, 120, 400), 5, 9);
    setting.engine.refreshTable();
    const accepted = Uint8Array.from(setting.points, (_, target) => (target % 4 === 0 ? 0 : 1));
    const locations = locationsIn(setting, 150);
    const found = inBulk(setting, locations, accepted);
    expect(found).toEqual(oneByOne(setting, locations, accepted));
    expect(found.some(([target]) => target === OFF_NETWORK)).toBe(true);
    expect(found.some(([target]) => target >= 0)).toBe(true);
  });

  it("finds a target on the location's own road without passing a node", () => {
    const setting = setUp(syntheticRoads({ nodes: 600, seed: 4 }), 4, 10);
    const accepted = new Uint8Array(setting.points.length).fill(1);
    const between = setting.points.findIndex((entrances) => entrances.length === 1 && entrances[0]!.node < 0);
    const [[target, milliseconds]] = inBulk(
      setting,
      Float64Array.from(setting.points[between]![0]!.position),
      accepted,
    ) as [[number, number]];
    expect(target).toBe(between);
    expect(milliseconds).toBeLessThan(100);
  });

  it("crosses the borders of its chunks", () => {
    const setting = setUp(syntheticRoads({ nodes: 600, seed: 6 }), 6, 12);
    setting.engine.refreshTable();
    const accepted = new Uint8Array(setting.points.length).fill(1);
    const few = locationsIn(setting, 41);
    const many = new Float64Array(2 * 41 * 1601);
    for (let i = 0; i < 1601; i++) many.set(few, i * few.length);
    const expected = inBulk(setting, few, accepted);
    expect(inBulk(setting, many, accepted)).toEqual(Array.from({ length: 1601 }, () => expected).flat());
  });

  it.each([1, 2])("counts waits at targets, and keeps to roads that are open and times that hold, seed %i", (seed) => {
    const plain = setUp(syntheticRoads({ nodes: 600, seed }), seed, 14);
    const { roads, points, random } = plain;
    const weights = Int32Array.from(roads.weights, (milliseconds) =>
      random.next() < 0.15 ? INFINITE_MS : random.next() < 0.2 ? 2 * milliseconds : milliseconds,
    );
    const options = { weights, addedMilliseconds: points.map((_, target) => (target % 3) * 200_000) };
    const engine = roads.createEngine("cch", BulkNearest.targetsAt(roads, points, options)) as CchEngine;
    engine.setWeights(Int32Array.from(weights.keys()), weights);
    const setting = { ...plain, options, engine, bulk: new BulkNearest(roads, engine, points, options) };
    const locations = locationsIn(setting, 200);
    for (const share of openShares) {
      engine.refreshTable();
      const accepted = Uint8Array.from(points, () => (random.next() < share ? 1 : 0));
      const found = inBulk(setting, locations, accepted);
      expect(found, `seed ${seed}, share open ${share}`).toEqual(oneByOne(setting, locations, accepted));
      if (share === 1) expect(found).not.toEqual(inBulk(plain, locations, accepted));
    }
  });

  it("refuses locations that are not on the earth and arrays that do not fit", () => {
    const { bulk, roads, engine } = setUp(syntheticRoads({ nodes: 300, seed: 1 }), 1, 3);
    const accepted = new Uint8Array(5).fill(1);
    const out = () => new Int32Array(2);
    expect(() => bulk.find(Float64Array.of(0, 52, 52, 91), accepted, out(), out())).toThrow(
      "Location 1 is longitude 52",
    );
    expect(() => bulk.find(Float64Array.of(Number.NaN, 52), accepted, out(), out())).toThrow("Location 0");
    expect(() => bulk.find(Float64Array.of(0, 52, 1), accepted, out(), out())).toThrow("1.5 locations");
    expect(() => bulk.find(new Float64Array(6), accepted, out(), out())).toThrow("at least 3 numbers");
    expect(() => bulk.find(new Float64Array(2), new Uint8Array(4), out(), out())).toThrow("flags for 5 targets");
    expect(() => new BulkNearest(roads, engine, [])).toThrow("The engine has 5 targets");
  });
});
