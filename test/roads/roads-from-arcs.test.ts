import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { NAMELESS_ROAD } from "../../src/roads/graph/assemble-road-graph";
import { pairArcs, roadsFromArcs } from "../../src/roads/tables/roads-from-arcs";
import { randomRoads } from "../support/random-roads";
import { brokenInvariants } from "../support/road-fixtures";

type Arc = readonly [tail: number, head: number, kind: number];

const pairsOf = (nodeCount: number, arcs: readonly Arc[]) =>
  pairArcs(
    nodeCount,
    Int32Array.from(arcs, ([tail]) => tail),
    Int32Array.from(arcs, ([, head]) => head),
    Int32Array.from(arcs, ([, , kind]) => kind),
  );

describe("pairing arcs", () => {
  it("joins opposite arcs of one kind, the first with the first", () => {
    const { partner, roadCount } = pairsOf(3, [
      [0, 1, 5],
      [1, 0, 5],
      [0, 1, 5],
      [1, 0, 7],
      [1, 2, 5],
      [1, 0, 5],
    ]);
    expect([...partner]).toEqual([1, 0, 5, -1, -1, 2]);
    expect(roadCount).toBe(4);
  });

  it("leaves self loops alone", () => {
    expect([
      ...pairsOf(1, [
        [0, 0, 1],
        [0, 0, 1],
      ]).partner,
    ]).toEqual([-1, -1]);
  });

  it("pairs as many as there are in both directions, and each with its opposite", () => {
    const arc = fc.tuple(fc.nat({ max: 3 }), fc.nat({ max: 3 }), fc.nat({ max: 1 }));
    fc.assert(
      fc.property(fc.array(arc, { maxLength: 40 }), (arcs) => {
        const { partner, roadCount } = pairsOf(4, arcs);
        let roads = 0;
        arcs.forEach(([tail, head, kind], i) => {
          const other = partner[i]!;
          if (other === -1 || i < other) roads++;
          if (other === -1) return;
          expect(partner[other]).toBe(i);
          expect(arcs[other]).toEqual([head, tail, kind]);
        });
        expect(roads).toBe(roadCount);
        for (let i = 0; i < arcs.length; i++) {
          const [tail, head, kind] = arcs[i]!;
          const lonelyOpposite = arcs.findIndex(
            ([t, h, k], j) => partner[j] === -1 && t === head && h === tail && k === kind && t !== h,
          );
          if (partner[i] === -1) expect(lonelyOpposite).toBe(-1);
        }
      }),
      { numRuns: 500, seed: 3 },
    );
  });
});

describe("roads from arcs", () => {
  it("makes a two-way segment of a pair and one-way segments of the rest", () => {
    const roads = roadsFromArcs(
      {
        nodeLon: Int32Array.of(0, 100),
        nodeLat: Int32Array.of(0, 0),
        tails: Int32Array.of(1, 0, 0),
        heads: Int32Array.of(0, 1, 1),
        milliseconds: Int32Array.of(5, 5, 9),
        centimetres: Int32Array.of(30, 30, 40),
        road: new Int32Array(3),
        kind: Int32Array.of(5, 5, 9),
      },
      [NAMELESS_ROAD],
    );
    const c = roads.columns;
    expect([...c.segmentTail]).toEqual([1, 0]);
    expect([...c.segmentHead]).toEqual([0, 1]);
    expect([roads.segmentMilliseconds(0, "forward"), roads.segmentMilliseconds(0, "backward")]).toEqual([5, 5]);
    expect(c.segmentBackwardEdge[1]).toBe(-1);
    expect([...c.wayId]).toEqual([0, 1, 2]);
    expect([...c.segmentCentimetres]).toEqual([30, 40]);
  });

  it("keeps every rule of a road graph on random graphs", () => {
    for (let seed = 1; seed <= 30; seed++) {
      expect(brokenInvariants(randomRoads(seed, 12, 40)), `seed ${seed}`).toEqual([]);
    }
  });
});
