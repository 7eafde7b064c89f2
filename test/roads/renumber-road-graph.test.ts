import { describe, expect, it } from "vitest";
import { SeededRandom } from "../../src/core/random";
import { renumberRoadGraph } from "../../src/roads/graph/renumber-road-graph";
import type { RoadGraph } from "../../src/roads/graph/road-graph";
import { randomRoads } from "../support/random-roads";
import { allPairsMilliseconds, brokenInvariants } from "../support/road-fixtures";

function shuffled(count: number, seed: number): Int32Array {
  const random = new SeededRandom(seed);
  const order = Int32Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i--) {
    const j = random.integer(i + 1);
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
}

/** Everything about each segment that numbering does not touch, sorted. */
const segmentTexts = (roads: RoadGraph): string[] =>
  Array.from({ length: roads.segmentCount }, (_, s) => {
    const c = roads.columns;
    return JSON.stringify([
      roads.segmentPositions(s),
      c.segmentCentimetres[s],
      roads.segmentMilliseconds(s, "forward"),
      roads.segmentMilliseconds(s, "backward"),
      roads.roads[c.segmentRoad[s]!],
      [...c.wayId.subarray(c.segmentFirstWay[s], c.segmentFirstWay[s + 1])],
    ]);
  }).sort();

describe("renumbering", () => {
  it("moves nodes and leaves roads, distances and rules as they were", () => {
    for (let seed = 1; seed <= 20; seed++) {
      const roads = randomRoads(seed, 14, 40);
      const order = shuffled(14, seed);
      const renumbered = renumberRoadGraph(roads, order);
      expect(brokenInvariants(renumbered), `seed ${seed}`).toEqual([]);
      expect(segmentTexts(renumbered), `seed ${seed}`).toEqual(segmentTexts(roads));
      const before = allPairsMilliseconds(roads);
      const after = allPairsMilliseconds(renumbered);
      for (let a = 0; a < 14; a++) {
        expect(renumbered.nodePosition(a)).toEqual(roads.nodePosition(order[a]!));
        for (let b = 0; b < 14; b++) expect(after[a]![b], `seed ${seed}`).toBe(before[order[a]!]![order[b]!]);
      }
    }
  });

  it("sorts segments by their lower end node", () => {
    const { segmentTail, segmentHead } = renumberRoadGraph(randomRoads(3, 30, 90), shuffled(30, 5)).columns;
    const lower = Array.from(segmentTail, (tail, s) => Math.min(tail, segmentHead[s]!));
    expect(lower).toEqual([...lower].sort((a, b) => a - b));
  });

  it("is undone by the inverse order, up to the order of segments, and keeps sorted graphs to the byte", () => {
    const identity = Int32Array.from({ length: 14 }, (_, i) => i);
    const sorted = renumberRoadGraph(randomRoads(8, 14, 40), identity);
    expect(renumberRoadGraph(sorted, identity).columns).toEqual(sorted.columns);
    const order = shuffled(14, 6);
    const inverse = new Int32Array(14);
    for (const [i, old] of order.entries()) inverse[old] = i;
    expect(segmentTexts(renumberRoadGraph(renumberRoadGraph(sorted, order), inverse))).toEqual(segmentTexts(sorted));
  });

  it("numbers components afresh: by size, then by the lowest new node", () => {
    const { nodeComponent } = renumberRoadGraph(randomRoads(11, 20, 18), shuffled(20, 2)).columns;
    const size = (component: number) => nodeComponent.filter((c) => c === component).length;
    for (let c = 1; c <= Math.max(...nodeComponent); c++) {
      const inOrder = size(c - 1) > size(c) || nodeComponent.indexOf(c - 1) < nodeComponent.indexOf(c);
      expect(inOrder, `components ${c - 1} and ${c}`).toBe(true);
    }
  });

  it.each([
    ["too short", Int32Array.of(0, 1)],
    ["with a node twice", Int32Array.of(0, 1, 1)],
    ["with a node that does not exist", Int32Array.of(0, 1, 3)],
  ])("refuses an order that is %s", (_, order) => {
    expect(() => renumberRoadGraph(randomRoads(1, 3, 5), order)).toThrow(
      expect.objectContaining({ code: "invalid-argument" }),
    );
  });
});
