import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { stronglyConnectedComponents } from "../../src/roads/graph/assemble-road-graph";
import { graphFromArcs } from "../../src/shortest-path/graph";

const graphOf = (nodeCount: number, arcs: readonly (readonly [number, number])[]) =>
  graphFromArcs(
    nodeCount,
    Int32Array.from(arcs, ([a]) => a),
    Int32Array.from(arcs, ([, b]) => b),
  ).graph;

/** Which nodes reach which, by transitive closure. */
function reachability(nodeCount: number, arcs: readonly (readonly [number, number])[]): boolean[][] {
  const reaches = Array.from({ length: nodeCount }, (_, a) => Array.from({ length: nodeCount }, (_, b) => a === b));
  for (const [a, b] of arcs) reaches[a]![b] = true;
  for (let via = 0; via < nodeCount; via++) {
    for (let a = 0; a < nodeCount; a++) {
      for (let b = 0; b < nodeCount; b++) reaches[a]![b] ||= reaches[a]![via]! && reaches[via]![b]!;
    }
  }
  return reaches;
}

describe("strongly connected components", () => {
  it("are the classes of mutual reachability, numbered by size and then by lowest node", () => {
    const arcs = fc.array(fc.tuple(fc.nat({ max: 11 }), fc.nat({ max: 11 })), { maxLength: 30 });
    fc.assert(
      fc.property(arcs, (list) => {
        const component = stronglyConnectedComponents(graphOf(12, list));
        const reaches = reachability(12, list);
        for (let a = 0; a < 12; a++) {
          for (let b = 0; b < 12; b++) {
            expect(component[a] === component[b]).toBe(reaches[a]![b]! && reaches[b]![a]!);
          }
        }
        const count = Math.max(...component) + 1;
        const inOrder = Array.from({ length: count }, (_, c) =>
          Array.from(component.keys()).filter((node) => component[node] === c),
        );
        expect(inOrder.every((members) => members.length > 0)).toBe(true);
        for (let i = 1; i < inOrder.length; i++) {
          const [larger, smaller] = [inOrder[i - 1]!, inOrder[i]!];
          expect(larger.length > smaller.length || (larger.length === smaller.length && larger[0]! < smaller[0]!)).toBe(
            true,
          );
        }
      }),
      { numRuns: 500, seed: 1972 },
    );
  });

  it("need no deep call stack: a one-way street of 300,000 nodes closed into a ring, and an open one", () => {
    const n = 300_000;
    const tails = Int32Array.from({ length: n }, (_, i) => i);
    const ring = graphFromArcs(
      n,
      tails,
      tails.map((i) => (i + 1) % n),
    ).graph;
    expect(stronglyConnectedComponents(ring).every((c) => c === 0)).toBe(true);
    const open = graphFromArcs(n, tails.subarray(1), tails.subarray(0, n - 1)).graph;
    expect(stronglyConnectedComponents(open)).toEqual(tails);
  });

  it("of nothing are none", () => {
    expect(stronglyConnectedComponents(graphOf(0, [])).length).toBe(0);
  });
});
