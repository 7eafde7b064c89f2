import { describe, expect, it } from "vitest";
import { buildHierarchy } from "../../../src/shortest-path/cch/hierarchy";
import type { Graph } from "../../../src/shortest-path/graph";
import { computeOrder } from "../../../src/shortest-path/order/compute-order";
import type { NodeCoordinates } from "../../../src/shortest-path/order/coordinates";
import { type EliminationStatistics, eliminationStatistics } from "../../support/elimination-statistics";
import { gridGraph, planarGraph } from "../../support/graphs";
import { newYorkIsPresent, readNewYork } from "../../support/new-york";
import { renumber } from "../../support/ranked-graph";
import { needsSharedData } from "../../support/shared-data";

function statisticsOf(graph: Graph, coordinates?: NodeCoordinates): EliminationStatistics {
  const order = computeOrder(graph, coordinates);
  return eliminationStatistics(buildHierarchy(renumber(graph, new Int32Array(graph.arcCount), order).graph));
}

/** Bounds are what was measured when they were set plus some percent: a change that costs quality must say so here. */
describe("the quality of an order", () => {
  it("holds on street-like networks, with coordinates (7.95 arcs per node) and without (7.89)", () => {
    const { graph, lon, lat, name } = planarGraph(40_000, 1);
    for (const coordinates of [{ x: lon, y: lat }, undefined]) {
      const { upwardArcs, triangles, height } = statisticsOf(graph, coordinates);
      expect(upwardArcs / graph.nodeCount, name).toBeLessThan(8.2);
      expect(triangles / graph.nodeCount, name).toBeLessThan(130);
      expect(height, name).toBeLessThan(330);
    }
  });

  it("grows on grids as nested dissection should: arcs by n·log n (1.25 to 1.82 times), height by √n (3.1 to 3.2)", () => {
    for (const side of [32, 64, 128]) {
      const { graph, lon, lat, name } = gridGraph(side, side, 3, { oneWayShare: 0 });
      const { upwardArcs, height } = statisticsOf(graph, { x: lon, y: lat });
      expect(upwardArcs / (side * side * Math.log2(side * side)), name).toBeLessThan(1.9);
      expect(height / side, name).toBeLessThan(3.4);
    }
  });

  it.skipIf(!newYorkIsPresent)(`holds on New York (1,205,810 arcs, 8,239,390 triangles) ${needsSharedData}`, () => {
    const { graph, x, y } = readNewYork();
    const { upwardArcs, triangles, height } = statisticsOf(graph, { x, y, xScale: Math.cos((40.7 * Math.PI) / 180) });
    expect(upwardArcs).toBeLessThanOrEqual(1_250_000);
    expect(triangles).toBeLessThanOrEqual(8_800_000);
    expect(height).toBeLessThanOrEqual(310);
  });
});
