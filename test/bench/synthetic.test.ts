import { beforeAll, describe, expect, it } from "vitest";
import { hierarchyQuality } from "../../bench/networks/quality";
import { syntheticRoads } from "../../bench/networks/synthetic";
import { renumberRoadGraph } from "../../src/roads/graph/renumber-road-graph";
import type { RoadGraph } from "../../src/roads/graph/road-graph";
import { coordinatesOf } from "../../src/roads/index-roads";
import { buildHierarchy } from "../../src/shortest-path/cch/hierarchy";
import { computeOrder } from "../../src/shortest-path/order/compute-order";

const NODES = 20_000;

describe("the synthetic road network", () => {
  let roads: RoadGraph;

  beforeAll(() => {
    roads = syntheticRoads({ nodes: NODES });
  });

  it("is the same for the same options and another for another seed", () => {
    const columns = (options: Parameters<typeof syntheticRoads>[0]) => syntheticRoads(options).columns;
    expect(columns({ nodes: 2000, seed: 5 })).toEqual(columns({ nodes: 2000, seed: 5 }));
    expect(columns({ nodes: 2000, seed: 6 }).nodeLon).not.toEqual(columns({ nodes: 2000, seed: 5 }).nodeLon);
  });

  it.each([1000, 5000, NODES])("has about the size asked for: %i nodes", (nodes) => {
    const { nodeCount } = nodes === NODES ? roads : syntheticRoads({ nodes });
    expect(nodeCount).toBeGreaterThan(0.93 * nodes);
    expect(nodeCount).toBeLessThan(1.03 * nodes);
  });

  it("is connected, both ways", () => {
    expect(roads.columns.nodeComponent.every((component) => component === 0)).toBe(true);
  });

  it("has road-like degrees: junctions of three, dead ends, few of five and more", () => {
    const { firstEdge } = roads.columns;
    const degrees = new Array<number>(20).fill(0);
    for (let v = 0; v < roads.nodeCount; v++) degrees[firstEdge[v + 1]! - firstEdge[v]!]! += 1 / roads.nodeCount;
    expect(roads.edgeCount / roads.nodeCount).toBeGreaterThan(2.6);
    expect(roads.edgeCount / roads.nodeCount).toBeLessThan(2.9);
    expect(degrees[0]).toBe(0);
    expect(degrees[1]).toBeGreaterThan(0.1);
    expect(degrees[3]).toBeGreaterThan(0.33);
    expect(degrees.slice(5).reduce((sum, share) => sum + share, 0)).toBeLessThan(0.1);
  });

  it("has lanes, arterial roads and motorways, at speeds one may drive there", () => {
    const classes = new Map<string, number>();
    const { segmentCentimetres, edgeMilliseconds, keyOfEdge } = roads.columns;
    for (let edge = 0; edge < roads.edgeCount; edge++) {
      const { highway } = roads.edgeRoad(edge);
      classes.set(highway, (classes.get(highway) ?? 0) + 1);
      const metres = segmentCentimetres[keyOfEdge[edge]! >> 1]! / 100;
      // Times are whole milliseconds, so the speed of the shortest roads is known to a few percent only.
      if (metres < 20) continue;
      const kilometresPerHour = (metres / edgeMilliseconds[edge]!) * 3600;
      expect(kilometresPerHour, `edge ${edge}`).toBeGreaterThan(25);
      expect(kilometresPerHour, `edge ${edge}`).toBeLessThan(133);
    }
    expect([...classes.keys()].sort()).toEqual(["motorway", "primary", "residential"]);
    expect(classes.get("primary")).toBeGreaterThan(0.05 * roads.edgeCount);
    expect(classes.get("primary")).toBeLessThan(0.4 * roads.edgeCount);
  });

  it("is as kind to nested dissection as roads are: less than New York's arcs per node, more than a tree's", () => {
    const order = computeOrder(roads.topology, coordinatesOf(roads));
    const quality = hierarchyQuality(buildHierarchy(renumberRoadGraph(roads, order).topology));
    // At 250,000 nodes it has 4.7 and 30, New York 4.6 and 31; both grow slowly with the size.
    expect(quality.upwardArcsPerNode).toBeGreaterThan(3.2);
    expect(quality.upwardArcsPerNode).toBeLessThan(4.6);
    expect(quality.trianglesPerNode).toBeGreaterThan(8);
    expect(quality.trianglesPerNode).toBeLessThan(25);
    const [top] = quality.separators;
    expect(top).toBeGreaterThan(2);
    // Of a square grid it would be 141.
    expect(top).toBeLessThan(45);
  });
});

describe("the quality of a hierarchy", () => {
  it("reads separators off the elimination tree", () => {
    // The path 0-2-1-6-3-5-4, numbered by rank: node 6 splits it, then 2 and 5 split the halves.
    const firstArc = Int32Array.of(0, 1, 3, 5, 7, 8, 10, 12);
    const head = Int32Array.of(2, 2, 6, 0, 1, 5, 6, 5, 3, 4, 1, 3);
    const graph = { nodeCount: 7, arcCount: 12, firstArc, head };
    const quality = hierarchyQuality(buildHierarchy(graph));
    expect(quality.separators).toEqual([1, 1, 1]);
    expect(quality.nodes).toBe(7);
  });
});
