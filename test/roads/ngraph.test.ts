import createGraph from "ngraph.graph";
import { describe, expect, it } from "vitest";
import { distanceMetres } from "../../src/core/geometry";
import { NAMELESS_ROAD } from "../../src/roads/graph/assemble-road-graph";
import { fromNgraph, toNgraph } from "../../src/roads/tables/ngraph";
import { randomRoads } from "../support/random-roads";
import { allPairsMilliseconds, brokenInvariants } from "../support/road-fixtures";

const town = () => {
  const graph = createGraph();
  graph.addNode("A", { lon: 0, lat: 51 });
  graph.addNode("B", { x: 0.001, y: 51 });
  graph.addNode(3, { lon: 0.002, lat: 51 });
  return graph;
};

describe("from ngraph.graph", () => {
  it("takes nodes in their order, links as directed edges, opposite equal links as one road", () => {
    const graph = town();
    graph.addLink("A", "B", { milliseconds: 7000.4, name: "High Street", highway: "primary" });
    graph.addLink("B", "A", { seconds: 7, name: "High Street", highway: "primary" });
    graph.addLink("B", 3, { milliseconds: 0, metres: 80 });
    const { roads, nodeIds } = fromNgraph(graph);
    expect(nodeIds).toEqual(["A", "B", 3]);
    expect(brokenInvariants(roads)).toEqual([]);
    expect(roads.segmentCount).toBe(2);
    expect([roads.segmentMilliseconds(0, "forward"), roads.segmentMilliseconds(0, "backward")]).toEqual([7000, 7000]);
    expect(roads.segmentMilliseconds(1, "forward")).toBe(1);
    expect(roads.columns.segmentBackwardEdge[1]).toBe(-1);
    expect(roads.columns.segmentCentimetres[0]).toBe(Math.round(distanceMetres([0, 51], [0.001, 51]) * 100));
    expect(roads.columns.segmentCentimetres[1]).toBe(8000);
    expect(roads.edgeRoad(roads.columns.segmentForwardEdge[0]!)).toEqual({
      ...NAMELESS_ROAD,
      name: "High Street",
      highway: "primary",
    });
  });

  it("keeps opposite links apart that differ in name or shape", () => {
    const graph = town();
    graph.addLink("A", "B", { milliseconds: 7, name: "North side" });
    graph.addLink("B", "A", { milliseconds: 7, name: "South side" });
    graph.addLink("B", 3, { milliseconds: 7, metres: 90, shape: [[0.0015, 51.001]] });
    graph.addLink(3, "B", { milliseconds: 7, metres: 90, shape: [[0.0015, 50.999]] });
    expect(fromNgraph(graph).roads.segmentCount).toBe(4);
  });

  it("asks the caller's functions for positions and times", () => {
    const graph = createGraph();
    graph.addNode("a", "0 51");
    graph.addNode("b", "0.001 51");
    graph.addLink("a", "b", 12);
    const { roads } = fromNgraph(graph, {
      position: ({ data }) => {
        const [lon, lat] = String(data).split(" ").map(Number);
        return [lon!, lat!];
      },
      milliseconds: ({ data }) => data * 1000,
    });
    expect(roads.segmentMilliseconds(0, "forward")).toBe(12_000);
    expect(roads.nodePosition(1)).toEqual([0.001, 51]);
  });

  it.each([
    ["a node without a position", () => town().addNode("lost", {}), "lost"],
    ["a node without data", () => town().addNode("lost"), "lost"],
    ["a latitude of 510 degrees", () => town().addNode("lost", { lon: 0, lat: 510 }), "510"],
  ])("refuses %s and names it", (_, addNode, quoted) => {
    const node = addNode();
    const graph = town();
    graph.addNode(node.id, node.data);
    graph.addLink("A", "B", { milliseconds: 1 });
    expect(() => fromNgraph(graph)).toThrow(expect.objectContaining({ code: "invalid-ngraph" }));
    expect(() => fromNgraph(graph)).toThrow(quoted);
  });

  it.each<[string, unknown]>([
    ["no data", undefined],
    ["no time", { metres: 3 }],
    ["a negative time", { milliseconds: -1 }],
    ["an infinite time", { milliseconds: Number.POSITIVE_INFINITY }],
    ["a time in words", { milliseconds: "12" }],
    ["a negative length", { milliseconds: 1, metres: -3 }],
    ["a shape that is none", { milliseconds: 1, shape: "curve" }],
    ["a shape point that is none", { milliseconds: 1, shape: [[0]] }],
  ])("refuses a link with %s and names it", (_, data) => {
    const graph = town();
    graph.addLink("A", 3, data);
    expect(() => fromNgraph(graph)).toThrow(expect.objectContaining({ code: "invalid-ngraph" }));
    expect(() => fromNgraph(graph)).toThrow('"A" → 3');
  });

  it("refuses a graph without links", () => {
    expect(() => fromNgraph(town())).toThrow(expect.objectContaining({ code: "empty-road-graph" }));
  });
});

describe("to ngraph.graph", () => {
  it("and back leaves every road as it was", () => {
    for (let seed = 1; seed <= 20; seed++) {
      const roads = randomRoads(seed, 12, 40);
      const { roads: back, nodeIds } = fromNgraph(toNgraph(roads));
      expect(nodeIds).toEqual(Array.from({ length: 12 }, (_, i) => i));
      expect(brokenInvariants(back), `seed ${seed}`).toEqual([]);
      expect(allPairsMilliseconds(back), `seed ${seed}`).toEqual(allPairsMilliseconds(roads));
      expect(back.segmentCount, `seed ${seed}`).toBe(roads.segmentCount);
      expect(back.columns.nodeComponent, `seed ${seed}`).toEqual(roads.columns.nodeComponent);
      const drawn = (graph: typeof roads): string[] =>
        Array.from({ length: graph.edgeCount }, (_, e) => {
          const code = graph.columns.keyOfEdge[e]!;
          const line = graph.segmentPositions(code >> 1);
          return JSON.stringify([graph.edgeRoad(e), graph.edgeCentimetres(e), code & 1 ? line.reverse() : line]);
        }).sort();
      expect(drawn(back), `seed ${seed}`).toEqual(drawn(roads));
    }
  });

  it("cuts to a bounding box: nodes inside and the edges between them", () => {
    const roads = randomRoads(4, 40, 200);
    const graph = toNgraph(roads, { west: -0.2, south: 51.2, east: 0.3, north: 51.8 });
    const inside = (node: number): boolean => {
      const [lon, lat] = roads.nodePosition(node);
      return lon >= -0.2 && lon <= 0.3 && lat >= 51.2 && lat <= 51.8;
    };
    const expected = Array.from({ length: roads.edgeCount }, (_, e) => e).filter(
      (e) => inside(roads.edgeTail(e)) && inside(roads.columns.edgeHead[e]!),
    );
    const found: number[] = [];
    graph.forEachLink(({ data, fromId, toId }) => {
      found.push(data.edge);
      expect([fromId, toId]).toEqual([roads.edgeTail(data.edge), roads.columns.edgeHead[data.edge]]);
    });
    expect(found.sort((a, b) => a - b)).toEqual(expected);
    expect(expected.length).toBeGreaterThan(0);
    expect(expected.length).toBeLessThan(roads.edgeCount);
  });
});
