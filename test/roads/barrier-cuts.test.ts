import { describe, expect, it } from "vitest";
import { distanceMetres } from "../../src/core/geometry";
import { SeededRandom } from "../../src/core/random";
import { INFINITE_MS } from "../../src/core/units";
import { type BuiltRoads, buildRoadGraph } from "../../src/roads/build/build-road-graph";
import type { RoadGraph } from "../../src/roads/graph/road-graph";
import { type FixtureWay, osmFixture } from "../support/osm-fixture";
import { allPairsMilliseconds, brokenInvariants, lineOfNodes, placeOf, roundProfile } from "../support/road-fixtures";

type NodeTags = Readonly<Record<number, Readonly<Record<string, string>>>>;
const GATE = { barrier: "gate" };
const BOLLARD = { barrier: "bollard" };
const GATE_MS = 30_000;
/** 36 km/h is 10 m/s. */
const STEP_MS = distanceMetres([0, 51], [0.001, 51]) * 100;
const street = (nodes: readonly number[], tags: Record<string, string> = {}): FixtureWay => ({
  nodes,
  tags: { highway: "residential", maxspeed: "36", ...tags },
});

const build = (ways: readonly FixtureWay[], nodeTags: NodeTags, count = 9): Promise<BuiltRoads> =>
  buildRoadGraph(osmFixture({ nodes: lineOfNodes(count), ways, nodeTags }), { profile: roundProfile() });

/** Fastest time between two points of the line, over every node that lies there: a shut point has two. */
function milliseconds(roads: RoadGraph, from: number, to: number): number {
  const times = allPairsMilliseconds(roads);
  const nodesAt = (number: number): number[] =>
    Array.from({ length: roads.nodeCount }, (_, node) => node).filter(
      (node) => Math.round(roads.nodePosition(node)[0] * 1000) + 1 === number,
    );
  return Math.min(...nodesAt(from).flatMap((a) => nodesAt(to).map((b) => times[a]![b]!)));
}

describe("a shut barrier", () => {
  it.each<[string, readonly FixtureWay[]]>([
    ["in the middle of a way", [street([1, 2, 3])]],
    ["where two ways meet", [street([1, 2]), street([2, 3])]],
    ["where two ways meet head to head", [street([1, 2]), street([3, 2])]],
  ])("%s ends the road on both sides", async (_, ways) => {
    const { roads, report } = await build(ways, { 2: BOLLARD });
    expect(report.barriers).toEqual({ shut: 1, delayed: 0, atJunctions: 0 });
    expect(milliseconds(roads, 1, 3)).toBe(INFINITE_MS);
    expect(milliseconds(roads, 1, 2)).toBe(Math.round(STEP_MS));
    expect(milliseconds(roads, 3, 2)).toBe(Math.round(STEP_MS));
    expect(roads.nodeCount).toBe(4);
    expect(brokenInvariants(roads)).toEqual([]);
  });

  it("opens a ring", async () => {
    const nodes = { 1: [0, 51], 2: [0.001, 51], 3: [0.001, 51.001], 4: [0, 51.001] } as const;
    const ways = [street([1, 2, 3, 4, 1])];
    const { roads } = await buildRoadGraph(osmFixture({ nodes, ways, nodeTags: { 1: BOLLARD } }));
    expect([roads.nodeCount, roads.segmentCount]).toEqual([2, 1]);
    expect(roads.columns.segmentTail[0]).not.toBe(roads.columns.segmentHead[0]);
  });

  it("does nothing at a dead end", async () => {
    const { roads, report } = await build([street([1, 2, 3])], { 1: BOLLARD, 3: GATE });
    expect(report.barriers).toEqual({ shut: 0, delayed: 0, atJunctions: 0 });
    expect([roads.nodeCount, milliseconds(roads, 1, 3)]).toEqual([2, Math.round(STEP_MS * 2)]);
  });

  it("is left out at a junction, where the data does not say what it bars, and counted", async () => {
    const { roads, report } = await build([street([1, 2, 3]), street([2, 4])], { 2: BOLLARD });
    expect(report.barriers).toEqual({ shut: 0, delayed: 0, atJunctions: 1 });
    expect(milliseconds(roads, 1, 4)).toBeLessThan(INFINITE_MS);
  });

  it("means nothing on roads that are not driven", async () => {
    const { report } = await build([street([1, 2]), { nodes: [3, 4, 5], tags: { highway: "steps" } }], { 4: BOLLARD });
    expect(report.barriers).toEqual({ shut: 0, delayed: 0, atJunctions: 0 });
  });
});

describe("a barrier that takes time", () => {
  it.each<[string, readonly FixtureWay[]]>([
    ["in the middle of a way", [street([1, 2, 3, 4, 5])]],
    ["where two ways meet", [street([1, 2, 3]), street([5, 4, 3])]],
  ])("%s costs exactly that in each direction, once, and moves nothing", async (_, ways) => {
    const { roads, report } = await build(ways, { 3: GATE });
    expect(report.barriers).toEqual({ shut: 0, delayed: 1, atJunctions: 0 });
    expect(Math.abs(milliseconds(roads, 1, 5) - STEP_MS * 4 - GATE_MS)).toBeLessThan(3);
    expect(Math.abs(milliseconds(roads, 5, 1) - STEP_MS * 4 - GATE_MS)).toBeLessThan(3);
    let centimetres = 0;
    for (const length of roads.columns.segmentCentimetres) centimetres += length;
    expect(Math.abs(centimetres - STEP_MS * 4)).toBeLessThan(3);
    expect(brokenInvariants(roads)).toEqual([]);
  });

  it("keeps a one-way, and the length a way is tagged with", async () => {
    const { roads } = await build([street([1, 2, 3], { oneway: "yes", length_km: "1" })], { 2: GATE });
    expect(Math.abs(milliseconds(roads, 1, 3) - 100_000 - GATE_MS)).toBeLessThan(2);
    expect(milliseconds(roads, 3, 1)).toBe(INFINITE_MS);
  });

  it("adds up where two share the only piece between them", async () => {
    const { roads } = await build([street([1, 2, 3, 4])], { 2: GATE, 3: GATE });
    expect(Math.abs(milliseconds(roads, 1, 4) - STEP_MS * 3 - 2 * GATE_MS)).toBeLessThan(4);
  });
});

describe("streets full of barriers", () => {
  /**
   * The same streets by hand: states are points with the piece last driven, so that passing a point is seen. Slow, and
   * nothing like the builder.
   */
  function expectedTimes(ways: readonly FixtureWay[], nodeTags: NodeTags, size: number): number[][] {
    const places = Array.from({ length: size }, (_, i) => [(i % 5) * 0.001, 51 + Math.floor(i / 5) * 0.001] as const);
    const pieces = ways.flatMap(({ nodes }) => nodes.slice(1).map((b, i) => [nodes[i]!, b] as const));
    const degree = (point: number): number => pieces.filter((piece) => piece.includes(point)).length;
    const steps = pieces.flatMap(([a, b]) => [[a, b] as const, [b, a] as const]);
    const passing = (point: number): number => {
      const kind = degree(point) === 2 ? nodeTags[point]?.barrier : undefined;
      return kind === "bollard" ? INFINITE_MS : kind === "gate" ? GATE_MS : 0;
    };
    return places.map((_, from) => {
      const best = steps.map(([a, b]) =>
        a === from + 1 ? distanceMetres(places[a - 1]!, places[b - 1]!) * 100 : INFINITE_MS,
      );
      for (let changed = true; changed; ) {
        changed = false;
        for (const [i, [, via]] of steps.entries()) {
          for (const [j, [tail, head]] of steps.entries()) {
            if (tail !== via || i >> 1 === j >> 1) continue;
            const metres = distanceMetres(places[tail - 1]!, places[head - 1]!);
            const found = best[i]! + passing(via) + metres * 100;
            if (found < best[j]! - 1e-6) {
              best[j] = found;
              changed = true;
            }
          }
        }
      }
      return places.map((__, to) =>
        to === from
          ? 0
          : Math.min(INFINITE_MS, ...steps.map(([, head], i) => (head === to + 1 ? best[i]! : INFINITE_MS))),
      );
    });
  }

  it("take as long to cross as the same streets searched piece by piece", async () => {
    for (let seed = 1; seed <= 25; seed++) {
      const random = new SeededRandom(seed);
      const size = 15;
      const nodes = Object.fromEntries(
        Array.from({ length: size }, (_, i) => [i + 1, [(i % 5) * 0.001, 51 + Math.floor(i / 5) * 0.001] as const]),
      );
      const used = new Set<string>();
      const ways: FixtureWay[] = [];
      for (let w = 0; w < 7; w++) {
        const line: number[] = [1 + random.integer(size)];
        for (let i = 0; i < 4; i++) {
          const at = line.at(-1)! - 1;
          const next = [at + 1, at - 1, at + 5, at - 5][random.integer(4)]!;
          const isNeighbour =
            next >= 0 && next < size && (Math.abs(next - at) === 5 || Math.floor(next / 5) === Math.floor(at / 5));
          const key = [Math.min(at, next), Math.max(at, next)].join();
          if (!isNeighbour || used.has(key)) continue;
          used.add(key);
          line.push(next + 1);
        }
        if (line.length > 1) ways.push(street(line));
      }
      const nodeTags: NodeTags = Object.fromEntries(
        Array.from({ length: size }, (_, i) => [
          i + 1,
          random.integer(3) === 0 ? BOLLARD : random.integer(2) === 0 ? GATE : {},
        ]),
      );
      const { roads } = await buildRoadGraph(osmFixture({ nodes, ways, nodeTags }), { profile: roundProfile() });
      const ends = ways.flatMap((way) => way.nodes.flatMap((node, i) => (i === 0 ? [] : [node, way.nodes[i - 1]!])));
      const isPassed = (point: number): boolean =>
        nodeTags[point]?.barrier !== undefined && ends.filter((end) => end === point).length === 2;
      const times = allPairsMilliseconds(roads);
      const expected = expectedTimes(ways, nodeTags, size);
      const pointOf = Array.from({ length: roads.nodeCount }, (_, node) => {
        const place = placeOf(roads, node);
        return Object.values(nodes).findIndex(
          (position) => position.join(",") === place || near(position, roads.nodePosition(node)),
        );
      });
      for (let a = 0; a < roads.nodeCount; a++) {
        for (let b = 0; b < roads.nodeCount; b++) {
          const [from, to] = [pointOf[a]!, pointOf[b]!];
          // Who starts at a barrier pays for none, a part or all of it, as the piece beside it happens to lie.
          if (from === to || isPassed(from + 1) || isPassed(to + 1)) continue;
          const all = pointOf.flatMap((point, x) =>
            point === from ? pointOf.flatMap((other, y) => (other === to ? [times[x]![y]!] : [])) : [],
          );
          const difference = Math.min(...all) - expected[from]![to]!;
          expect(Math.abs(difference), `seed ${seed}, from point ${from + 1} to ${to + 1}`).toBeLessThan(20);
        }
      }
    }
  });
});

const near = (a: readonly [number, number], b: readonly [number, number]): boolean =>
  Math.abs(a[0] - b[0]) < 1e-6 && Math.abs(a[1] - b[1]) < 1e-6;
