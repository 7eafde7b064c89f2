import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SeededRandom } from "../../src/core/random";
import { buildHierarchy } from "../../src/shortest-path/cch/hierarchy";
import { arcTails, graphFromArcs } from "../../src/shortest-path/graph";
import {
  alongCurve,
  type CellGraph,
  layOutCells,
  NO_SIDE,
  SEPARATOR,
  SIDE_A,
  SIDE_B,
} from "../../src/shortest-path/order/cell-graph";
import { splitCell } from "../../src/shortest-path/order/cell-split";
import { POSITION_LIMIT, planarPositions } from "../../src/shortest-path/order/coordinates";
import { balanceSides } from "../../src/shortest-path/order/dissect";
import { eliminationTree, postorder, rankOfNode } from "../../src/shortest-path/order/elimination-tree";
import { DIRECTION_COUNT, END_SHARE, markEnds } from "../../src/shortest-path/order/inertial-ends";
import { eliminateLowDegree } from "../../src/shortest-path/order/low-degree";
import { LeafScratch, orderLeaf } from "../../src/shortest-path/order/minimum-degree";
import { pseudoPositions } from "../../src/shortest-path/order/pseudo-positions";
import { undirectedGraph } from "../../src/shortest-path/order/undirected-graph";
import { sendFlow } from "../../src/shortest-path/order/unit-flow";
import { markSeparator } from "../../src/shortest-path/order/vertex-separator";
import {
  archipelago,
  describeGraph,
  graphZoo,
  gridGraph,
  planarGraph,
  randomGraph,
  shuffle,
  type TestGraph,
} from "../support/graphs";
import { renumber } from "../support/ranked-graph";

const seeds = fc.integer({ min: 0, max: 2 ** 30 });
const UNLIMITED = 0x3fffffff;

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);

function neighbourSets({ graph }: TestGraph): Set<number>[] {
  const sets = range(0, graph.nodeCount).map(() => new Set<number>());
  for (let v = 0; v < graph.nodeCount; v++) {
    for (const w of graph.head.subarray(graph.firstArc[v], graph.firstArc[v + 1])) {
      if (v === w) continue;
      sets[v]!.add(w);
      sets[w]!.add(v);
    }
  }
  return sets;
}

/** All nodes of a test graph as one cell, laid out by coordinates that fit as they are. */
function oneCell(test: TestGraph): CellGraph {
  const links = undirectedGraph(test.graph);
  const nodes = Int32Array.from(range(0, test.graph.nodeCount));
  return layOutCells(links, nodes, { x: test.lon, y: test.lat }, 1, "local").cells;
}

/** Largest number of link-disjoint paths from A to B, by one breadth first search per unit over a map of what is left. */
function plainMaximumFlow(cells: CellGraph, side: Int8Array): number {
  const room = new Map<string, number>();
  const next = range(0, cells.nodeCount).map((v) => [...cells.head.subarray(cells.firstArc[v], cells.innerEnd[v])]);
  next.forEach((list, v) => {
    for (const w of list) room.set(`${v}>${w}`, 1);
  });
  for (let value = 0; ; value++) {
    const from = new Map<number, number>();
    const queue = range(0, cells.nodeCount).filter((v) => side[v] === SIDE_A);
    for (const v of queue) from.set(v, v);
    let sink = -1;
    for (const v of queue) {
      if (side[v] === SIDE_B) {
        sink = v;
        break;
      }
      for (const w of next[v]!) {
        if (from.has(w) || room.get(`${v}>${w}`) === 0) continue;
        from.set(w, v);
        queue.push(w);
      }
    }
    if (sink < 0) return value;
    for (let w = sink; from.get(w) !== w; w = from.get(w)!) {
      const v = from.get(w)!;
      room.set(`${v}>${w}`, room.get(`${v}>${w}`)! - 1);
      room.set(`${w}>${v}`, room.get(`${w}>${v}`)! + 1);
    }
  }
}

function linksBetweenSides(cells: CellGraph, side: Int8Array): [number, number][] {
  const links: [number, number][] = [];
  for (let v = 0; v < cells.nodeCount; v++) {
    if (side[v] !== SIDE_A) continue;
    for (const w of cells.head.subarray(cells.firstArc[v], cells.innerEnd[v])) {
      if (side[w] === SIDE_B) links.push([v, w]);
    }
  }
  return links;
}

/** The largest matching by recursion over its definition's augmenting paths. */
function plainMatchingSize(links: readonly [number, number][]): number {
  const partner = new Map<number, number>();
  const tryFrom = (a: number, seen: Set<number>): boolean =>
    links.some(([from, b]) => {
      if (from !== a || seen.has(b)) return false;
      seen.add(b);
      if (partner.has(b) && !tryFrom(partner.get(b)!, seen)) return false;
      partner.set(b, a);
      return true;
    });
  for (const a of new Set(links.map(([from]) => from))) tryFrom(a, new Set());
  return partner.size;
}

const cutGraphs = (seed: number) => [
  planarGraph(60, seed),
  gridGraph(9, 7, seed),
  archipelago(2, 30, seed),
  randomGraph(50, 90, seed),
  randomGraph(24, 150, seed),
];

describe("the undirected graph", () => {
  it("lists every neighbour once at both ends", () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        for (const test of graphZoo(seed)) {
          const text = describeGraph(test);
          const { first, end, head } = undirectedGraph(test.graph);
          neighbourSets(test).forEach((expected, v) => {
            const listed = [...head.subarray(first[v], end[v])];
            expect(new Set(listed), text).toEqual(expected);
            expect(listed.length, text).toBe(expected.size);
          });
        }
      }),
      { numRuns: 20 },
    );
  });
});

describe("low-degree elimination", () => {
  it("leaves the core that eliminating the same nodes one by one leaves, never above degree two", () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        for (const test of [...graphZoo(seed), planarGraph(300, seed)]) {
          const text = describeGraph(test);
          const links = undirectedGraph(test.graph);
          const eliminated = eliminateLowDegree(links);
          const sets = neighbourSets(test);
          for (const v of eliminated) {
            const around = [...sets[v]!];
            expect(around.length, text).toBeLessThanOrEqual(2);
            for (const a of around) sets[a]!.delete(v);
            if (around.length === 2) {
              sets[around[0]!]!.add(around[1]!);
              sets[around[1]!]!.add(around[0]!);
            }
          }
          const gone = new Set(eliminated);
          expect(gone.size, "each once").toBe(eliminated.length);
          for (let v = 0; v < test.graph.nodeCount; v++) {
            if (gone.has(v)) continue;
            const listed = [...links.head.subarray(links.first[v], links.end[v])];
            expect(new Set(listed), text).toEqual(sets[v]);
            expect(listed.length, text).toBe(sets[v]!.size);
            expect(listed.length, text).toBeGreaterThan(2);
          }
        }
      }),
      { numRuns: 20 },
    );
  });
});

describe("the ends of a cell", () => {
  it("are the lowest and the highest projections, in equal number, even among ties", () => {
    const random = new SeededRandom(5);
    for (let run = 0; run < 40; run++) {
      const test = randomGraph(30 + random.integer(200), 60, run);
      const values = 1 + random.integer(12);
      const lon = test.lon.map(() => random.integer(values));
      const lat = test.lat.map(() => random.integer(values));
      const cells = oneCell({ ...test, lon, lat });
      const scratch = cells.scratch[0]!;
      const count = Math.max(1, Math.floor(cells.nodeCount * END_SHARE));
      for (let direction = 0; direction < DIRECTION_COUNT; direction++) {
        markEnds(cells, scratch, 0, cells.nodeCount, direction);
        const projections = (which: number) =>
          range(0, cells.nodeCount)
            .filter((v) => scratch.side[v] === which)
            .map((v) => [lon[v]!, lat[v]!, lon[v]! + lat[v]!, lon[v]! - lat[v]!][direction]!);
        const [low, high, rest] = [projections(SIDE_A), projections(SIDE_B), projections(NO_SIDE)];
        expect([low.length, high.length], test.name).toEqual([count, count]);
        expect(Math.max(...low), test.name).toBeLessThanOrEqual(Math.min(...rest));
        expect(Math.min(...high), test.name).toBeGreaterThanOrEqual(Math.max(...rest));
      }
    }
  });
});

describe("a cut", () => {
  it("has as many links as the largest flow, both ends on their sides, and the separator fewest nodes", () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        for (const test of cutGraphs(seed)) {
          const text = describeGraph(test);
          const cells = oneCell(test);
          const [scratch, size] = [cells.scratch[0]!, cells.nodeCount];
          for (let direction = 0; direction < DIRECTION_COUNT; direction++) {
            markEnds(cells, scratch, 0, size, direction);
            const ends = scratch.side.slice();
            const result = { value: 0, sinkReachEnd: 0 };
            sendFlow(cells, scratch, 0, size, UNLIMITED, result);
            expect(result.value, text).toBe(plainMaximumFlow(cells, ends));

            const smaller = balanceSides(cells, scratch, 0, size, result);
            const { side } = scratch;
            const onA = side.filter((value) => value === SIDE_A).length;
            const onB = side.filter((value) => value === SIDE_B).length;
            expect([onA + onB, Math.min(onA, onB)], text).toEqual([size, smaller]);
            ends.forEach((end, v) => {
              if (end !== NO_SIDE) expect(side[v], text).toBe(end);
            });
            const cut = linksBetweenSides(cells, side);
            expect(cut.length, text).toBe(result.value);

            markSeparator(cells, side, scratch, 0, size);
            expect(linksBetweenSides(cells, side), text).toEqual([]);
            const separator = side.filter((value) => value === SEPARATOR).length;
            expect(separator, text).toBe(plainMatchingSize(cut));
          }
        }
      }),
      { numRuns: 25, examples: [[655678115]] },
    );
  });

  it("is given up once it cannot beat the limit, and only then", () => {
    const cells = oneCell(gridGraph(12, 12, 9));
    const scratch = cells.scratch[0]!;
    const result = { value: 0, sinkReachEnd: 0 };
    const valueWithin = (limit: number) => {
      markEnds(cells, scratch, 0, cells.nodeCount, 0);
      sendFlow(cells, scratch, 0, cells.nodeCount, limit, result);
      return result.value;
    };
    const value = valueWithin(UNLIMITED);
    expect(value).toBe(12);
    for (let limit = 0; limit <= value; limit++) expect(valueWithin(limit)).toBe(limit);
    expect(valueWithin(value + 1)).toBe(value);
  });

  it("finds the one link between two towns and gives each town a side", () => {
    const town = gridGraph(10, 10, 3, { shuffled: false, oneWayShare: 0, parallelShare: 0, selfLoopShare: 0 }).graph;
    const tails = [99, ...arcTails(town), ...arcTails(town).map((v) => v + 100)];
    const heads = [100, ...town.head, ...town.head.map((v) => v + 100)];
    const graph = graphFromArcs(200, Int32Array.from(tails), Int32Array.from(heads)).graph;
    const x = Int32Array.from(range(0, 200), (v) => (v % 10) + (v < 100 ? 0 : 12));
    const y = Int32Array.from(range(0, 200), (v) => Math.floor((v % 100) / 10));
    const { cells } = layOutCells(undirectedGraph(graph), Int32Array.from(range(0, 200)), { x, y }, 1, "local");
    const scratch = cells.scratch[0]!;
    const result = { value: 0, sinkReachEnd: 0 };
    markEnds(cells, scratch, 0, 200, 0);
    sendFlow(cells, scratch, 0, 200, UNLIMITED, result);
    expect(result.value).toBe(1);
    expect(balanceSides(cells, scratch, 0, 200, result)).toBe(100);
  });
});

describe("a split", () => {
  it("moves nodes and arcs together, keeps links within a part inside and turns links to the separator to halo", () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        for (const test of cutGraphs(seed)) {
          const text = describeGraph(test);
          const expected = neighbourSets(test);
          const cells = oneCell(test);
          const [scratch, size] = [cells.scratch[0]!, cells.nodeCount];
          const result = { value: 0, sinkReachEnd: 0 };
          markEnds(cells, scratch, 0, size, 1);
          sendFlow(cells, scratch, 0, size, UNLIMITED, result);
          balanceSides(cells, scratch, 0, size, result);
          markSeparator(cells, scratch.side, scratch, 0, size);
          const { aEnd, bEnd } = splitCell(cells, scratch.side, scratch, 0, size);
          const partOf = (place: number) => (place < aEnd ? "a" : place < bEnd ? "b" : "separator");
          for (let place = 0; place < size; place++) {
            const node = cells.node[place]!;
            const inner = [...cells.head.subarray(cells.firstArc[place], cells.innerEnd[place])];
            const halo = [...cells.head.subarray(cells.innerEnd[place], cells.arcEnd[place])];
            const nodes = [...inner, ...halo].map((at) => cells.node[at]!);
            expect(new Set(nodes), text).toEqual(expected[node]);
            expect([cells.x[place], cells.y[place]], test.name).toEqual([test.lon[node], test.lat[node]]);
            for (const at of inner) expect(partOf(at), text).toBe(partOf(place));
            if (place < bEnd) for (const at of halo) expect(partOf(at), text).toBe("separator");
          }
        }
      }),
      { numRuns: 25 },
    );
  });
});

describe("a leaf", () => {
  it("is ordered by exact degrees in which the halo counts", () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        for (const test of cutGraphs(seed)) {
          const text = describeGraph(test);
          const cells = oneCell(test);
          const [scratch, size] = [cells.scratch[0]!, cells.nodeCount];
          const result = { value: 0, sinkReachEnd: 0 };
          markEnds(cells, scratch, 0, size, 0);
          sendFlow(cells, scratch, 0, size, UNLIMITED, result);
          balanceSides(cells, scratch, 0, size, result);
          markSeparator(cells, scratch.side, scratch, 0, size);
          const { aEnd } = splitCell(cells, scratch.side, scratch, 0, size);
          const before = new Set(cells.node.subarray(0, aEnd));
          orderLeaf(cells, new LeafScratch(size), 0, aEnd);

          const sets = neighbourSets(test);
          for (const v of cells.node.subarray(0, aEnd)) {
            const lowest = Math.min(...[...before].map((w) => sets[w]!.size));
            expect(sets[v]!.size, text).toBe(lowest);
            before.delete(v);
            for (const a of sets[v]!) {
              sets[a]!.delete(v);
              for (const b of sets[v]!) if (a !== b) sets[a]!.add(b);
            }
          }
          expect(before.size, test.name).toBe(0);
        }
      }),
      { numRuns: 25 },
    );
  });
});

describe("the elimination tree", () => {
  it("is the hierarchy's, and its postorder keeps the fill", () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        for (const test of graphZoo(seed)) {
          const text = describeGraph(test);
          const order = Int32Array.from(range(0, test.graph.nodeCount));
          shuffle(order, new SeededRandom(seed));
          const hierarchy = buildHierarchy(renumber(test.graph, test.weights, order).graph);
          const parent = eliminationTree(test.graph, order);
          expect(parent, text).toEqual(Int32Array.from(hierarchy.parent));

          const sequence = postorder(order, parent);
          expect([...sequence].sort((a, b) => a - b)).toEqual(range(0, order.length));
          const again = buildHierarchy(renumber(test.graph, test.weights, sequence).graph);
          expect(again.arcCount, text).toBe(hierarchy.arcCount);
          // The parent of a node is the same node, whatever the ranks are now.
          const rankOf = rankOfNode(sequence);
          order.forEach((node, rank) => {
            const above = parent[rank]!;
            expect(again.parent[rankOf[node]!], text).toBe(above < 0 ? -1 : rankOf[order[above]!]!);
          });
        }
      }),
      { numRuns: 20 },
    );
  });
});

describe("places", () => {
  it("follow a curve: all nodes of one quarter of the plane, then all of the next", () => {
    const test = planarGraph(900, 5);
    const { x, y } = planarPositions({ x: test.lon, y: test.lat }, test.graph.nodeCount)!;
    const placed = alongCurve(Int32Array.from(range(0, test.graph.nodeCount)), { x, y });
    expect([...placed].sort((a, b) => a - b)).toEqual(range(0, test.graph.nodeCount));
    const quarters = [...placed].map(
      (v) => (x[v]! > POSITION_LIMIT / 2 ? 2 : 0) + (y[v]! > POSITION_LIMIT / 2 ? 1 : 0),
    );
    expect(quarters).toEqual(quarters.toSorted((a, b) => a - b));
    expect(new Set(quarters).size).toBe(4);
  });
});

describe("pseudo-positions", () => {
  it("lay components side by side and span both axes", () => {
    const test = archipelago(3, 400, 8, { shuffled: false });
    const { x, y } = pseudoPositions(undirectedGraph(test.graph));
    const sets = neighbourSets(test);
    const component = new Int32Array(test.graph.nodeCount).fill(-1);
    for (let v = 0; v < component.length; v++) {
      if (component[v]! >= 0) continue;
      const queue = [v];
      component[v] = v;
      for (const w of queue) {
        for (const next of sets[w]!) {
          if (component[next]! >= 0) continue;
          component[next] = v;
          queue.push(next);
        }
      }
    }
    const spans = [...new Set(component)].map((id) => {
      const members = range(0, component.length).filter((v) => component[v] === id);
      const extent = (values: Int32Array) => [
        Math.min(...members.map((v) => values[v]!)),
        Math.max(...members.map((v) => values[v]!)),
      ];
      return { size: members.length, x: extent(x), y: extent(y) };
    });
    spans.reduce((left, right) => {
      expect(right.x[0]!).toBeGreaterThan(left.x[1]!);
      return right;
    });
    for (const span of spans.filter(({ size }) => size > 200)) {
      expect((span.x[1]! - span.x[0]!) / POSITION_LIMIT).toBeGreaterThan(0.2);
      expect((span.y[1]! - span.y[0]!) / POSITION_LIMIT).toBeGreaterThan(0.1);
    }
  });
});
