import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Contradiction } from "../../src/core/columns";
import {
  adoptHierarchy,
  buildHierarchy,
  checkHierarchy,
  type Hierarchy,
  type HierarchyArrays,
  NO_PARENT,
} from "../../src/shortest-path/cch/hierarchy";
import type { Graph } from "../../src/shortest-path/graph";
import { describeGraph, graphZoo, randomGraph } from "../support/graphs";
import { rankByMinimumDegree } from "../support/ranked-graph";

/** The textbook elimination game on sets: what the hierarchy's arcs must be, found the dumb way. */
function eliminationGame(graph: Graph): number[][] {
  const neighbours = Array.from({ length: graph.nodeCount }, () => new Set<number>());
  for (let v = 0; v < graph.nodeCount; v++) {
    for (let arc = graph.firstArc[v]!; arc < graph.firstArc[v + 1]!; arc++) {
      const w = graph.head[arc]!;
      if (w === v) continue;
      neighbours[v]!.add(w);
      neighbours[w]!.add(v);
    }
  }
  return neighbours.map((around, v) => {
    const upper = [...around].filter((w) => w > v).sort((a, b) => a - b);
    for (const a of upper) for (const b of upper) if (a !== b) neighbours[a]!.add(b);
    return upper;
  });
}

const upperNeighbours = (h: Hierarchy, v: number) => Array.from(h.upHead.subarray(h.firstUp[v], h.firstUp[v + 1]));
const lowerNeighbours = (h: Hierarchy, v: number) =>
  Array.from(h.downTail.subarray(h.firstDown[v], h.firstDown[v + 1]));

describe("buildHierarchy", () => {
  it.each([1, 2, 3, 4])("finds the arcs of the elimination game on every kind of graph (seed %i)", (seed) => {
    for (const sample of graphZoo(1000 * seed)) {
      for (const { graph } of [sample, rankByMinimumDegree(sample)]) {
        const hierarchy = buildHierarchy(graph);
        const expected = eliminationGame(graph);
        const message = describeGraph(sample);
        expect(hierarchy.arcCount, message).toBe(expected.flat().length);
        expect(
          expected.map((_, v) => upperNeighbours(hierarchy, v)),
          message,
        ).toEqual(expected);
        expect(Array.from(hierarchy.parent), message).toEqual(expected.map((upper) => upper[0] ?? NO_PARENT));
      }
    }
  });

  it("is chordal: the upper neighbours of a node are adjacent to each other, and ancestors of it", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 0, max: 90 }), fc.nat(), (nodes, links, seed) => {
        const hierarchy = buildHierarchy(randomGraph(nodes, links, seed).graph);
        for (let v = 0; v < nodes; v++) {
          const upper = upperNeighbours(hierarchy, v);
          const ancestors = new Set<number>();
          for (let a = hierarchy.parent[v]!; a !== NO_PARENT; a = hierarchy.parent[a]!) ancestors.add(a);
          expect(upper.every((w) => ancestors.has(w))).toBe(true);
          for (const x of upper) {
            for (const y of upper) if (x < y) expect(upperNeighbours(hierarchy, x)).toContain(y);
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  it("lists every upward arc once at its higher end, ascending", () => {
    for (const sample of graphZoo(77)) {
      const hierarchy = buildHierarchy(sample.graph);
      const byHead: number[][] = Array.from({ length: hierarchy.nodeCount }, () => []);
      for (let v = 0; v < hierarchy.nodeCount; v++) for (const w of upperNeighbours(hierarchy, v)) byHead[w]!.push(v);
      expect(
        byHead.map((_, v) => lowerNeighbours(hierarchy, v)),
        describeGraph(sample),
      ).toEqual(byHead);
    }
  });

  it("refuses arcs that lead outside the graph, naming them", () => {
    const graph = { nodeCount: 2, arcCount: 1, firstArc: Int32Array.of(0, 1, 1), head: Int32Array.of(7) };
    expect(() => buildHierarchy(graph)).toThrow(/Arc 0 leads to node 7, but the nodes are 0 to 1/);
    expect(() => buildHierarchy({ ...graph, arcCount: 2 })).toThrow(/2 nodes and 2 arcs has 3 row starts and 1 heads/);
  });
});

describe("adoptHierarchy", () => {
  it("takes the arrays of a hierarchy built before", () => {
    const { graph } = randomGraph(30, 60, 6);
    const built = buildHierarchy(graph);
    expect(adoptHierarchy(graph, built)).toEqual(built);
  });

  it("refuses arrays of another graph", () => {
    const built = buildHierarchy(randomGraph(30, 60, 6).graph);
    expect(() => adoptHierarchy(randomGraph(31, 60, 6).graph, built)).toThrow(/does not fit a graph of 31 nodes/);
  });
});

describe("checkHierarchy", () => {
  const { graph } = randomGraph(40, 90, 6);
  const built = buildHierarchy(graph);
  const broken = (name: keyof HierarchyArrays, at: number, value: number) => {
    const array = built[name].slice();
    array[at] = value;
    return () => checkHierarchy({ ...built, [name]: array });
  };
  const busiest = built.firstUp.findIndex((first, v) => built.firstUp[v + 1]! - first >= 3);
  const first = built.firstUp[busiest]!;

  it("holds for what is built", () => {
    expect(busiest).toBeGreaterThanOrEqual(0);
    expect(() => checkHierarchy(built)).not.toThrow();
  });

  it.each([
    ["a parent that is not the lowest upper neighbour", "parent", busiest, built.upHead[first + 1]!, /lowest upper/],
    ["a parent where there is no arc up", "parent", graph.nodeCount - 1, 0, /lowest upper/],
    ["heads that do not ascend", "upHead", first + 1, built.upHead[first]!, /ascend/],
    ["a head below the node", "upHead", first, 0, /lowest upper|ascend/],
    ["a tail that has no such arc", "downTail", 0, built.downTail[0]! === 0 ? 1 : 0, /ascend|other way round/],
    ["an arc missing at its head", "firstDown", graph.nodeCount, built.arcCount - 1, /end at/],
    ["rows that run backwards", "firstUp", 1, -1, /lists begin/],
  ] as const)("finds %s", (_, name, at, value, message) => {
    expect(broken(name, at, value)).toThrow(message);
    expect(broken(name, at, value)).toThrow(Contradiction);
  });

  it("finds an upper neighbour that the parent lacks", () => {
    // Nodes 0 - 1 and 0 - 2 without the link 1 - 2 that eliminating 0 makes.
    const open = {
      graph,
      nodeCount: 3,
      arcCount: 2,
      firstUp: Int32Array.of(0, 2, 2, 2),
      upHead: Int32Array.of(1, 2),
      firstDown: Int32Array.of(0, 0, 1, 2),
      downTail: Int32Array.of(0, 0),
      parent: Int32Array.of(1, NO_PARENT, NO_PARENT),
    };
    expect(() => checkHierarchy(open)).toThrow(/upper neighbour 2, and its parent 1 has not/);
  });

  it("is asked of every hierarchy that is built or adopted in tests", () => {
    const parent = built.parent.slice();
    parent[busiest] = built.upHead[first + 1]!;
    expect(() => adoptHierarchy(graph, { ...built, parent })).toThrow(/lowest upper/);
  });
});
