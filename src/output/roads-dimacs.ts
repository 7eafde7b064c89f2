import { INFINITE_MS, UNITS_PER_DEGREE } from "../core/units";
import type { RoadGraph } from "../roads/graph/road-graph";
import { inChunks } from "./text-chunks";

const UNITS_PER_MICRODEGREE = UNITS_PER_DEGREE / 1e6;

const microdegrees = (units: number): number => Math.round(units / UNITS_PER_MICRODEGREE) || 0;

/**
 * DIMACS `.gr`: every directed edge that the roads' profile may drive, its weight in milliseconds. Nodes count from 1. The format knows no turns, so copies
 * of nodes are written as the nodes they are, and comments say of which: a plain search obeys the turn restrictions when
 * it starts at nodes that are no copies, and takes the nearest of a node and its copies for the node.
 */
export function dimacsGraph(roads: RoadGraph): Generator<string> {
  return inChunks(lines());
  function* lines(): Generator<string> {
    const { edgeHead, edgeMilliseconds, splitNode, splitJunction } = roads.columns;
    yield "c travel times in milliseconds\n";
    for (let i = 0; i < splitNode.length; i++) yield `c copy ${splitNode[i]! + 1} of ${splitJunction[i]! + 1}\n`;
    const arcCount = edgeMilliseconds.reduce((count, weight) => count + Number(weight < INFINITE_MS), 0);
    yield `p sp ${roads.nodeCount} ${arcCount}\n`;
    for (let edge = 0; edge < roads.edgeCount; edge++) {
      if (edgeMilliseconds[edge]! >= INFINITE_MS) continue;
      yield `a ${roads.edgeTail(edge) + 1} ${edgeHead[edge]! + 1} ${edgeMilliseconds[edge]}\n`;
    }
  }
}

/** DIMACS `.co`: positions in millionths of a degree, a tenth of the road graph's resolution. */
export function dimacsCoordinates(roads: RoadGraph): Generator<string> {
  return inChunks(lines());
  function* lines(): Generator<string> {
    const { nodeLon, nodeLat } = roads.columns;
    yield `c longitude and latitude in millionths of a degree\np aux sp co ${roads.nodeCount}\n`;
    for (let node = 0; node < roads.nodeCount; node++) {
      yield `v ${node + 1} ${microdegrees(nodeLon[node]!)} ${microdegrees(nodeLat[node]!)}\n`;
    }
  }
}

/** The files of a DIMACS export, by name. */
export const dimacsFiles = (roads: RoadGraph): Readonly<Record<string, Generator<string>>> => ({
  "roads.gr": dimacsGraph(roads),
  "roads.co": dimacsCoordinates(roads),
});
