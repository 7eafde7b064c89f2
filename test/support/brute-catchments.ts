import { INFINITE_MS } from "../../src/core/units";
import { HospitalSites } from "../../src/diversion/drives/hospital-sites";
import type { HospitalDirectory } from "../../src/hospitals/directory/directory";
import type { RoadIndex } from "../../src/roads/road-index";
import { arrivalAccessPoints } from "../../src/roads/snap/road-point";
import type { ArcWeights } from "../../src/shortest-path/graph";
import { addStep, type PlainNetwork, plainDijkstra } from "./plain-dijkstra";

/**
 * Travel times from every junction to every ED by textbook Dijkstra backward from each ED, one ED at a time: knows no
 * order, no table and no bulk answers.
 *
 * @returns per ED: milliseconds by node of the road graph, INFINITE_MS where there is no way.
 */
export function bruteForceTimes(roads: RoadIndex, weights: ArcWeights, hospitals: HospitalDirectory): Int32Array[] {
  const { graph } = roads;
  const reversed: PlainNetwork = new Map();
  const { firstEdge, edgeHead } = graph.columns;
  for (let tail = 0; tail < graph.nodeCount; tail++) {
    for (let edge = firstEdge[tail]!; edge < firstEdge[tail + 1]!; edge++) {
      if (weights[edge]! < INFINITE_MS) addStep(reversed, String(edgeHead[edge]), String(tail), weights[edge]!);
    }
  }
  const sites = new HospitalSites(roads, hospitals, roads.description.snapLimitMetres);
  return hospitals.hospitals.map(({ id }, number) => {
    for (const { point } of sites.homes(number)) {
      for (const { node, milliseconds } of arrivalAccessPoints(graph, weights, point)) {
        addStep(reversed, `ED ${id}`, String(node), milliseconds);
      }
    }
    const times = new Int32Array(graph.nodeCount).fill(INFINITE_MS);
    for (const [place, { milliseconds }] of plainDijkstra(reversed, `ED ${id}`)) {
      if (!place.startsWith("ED ")) times[Number(place)] = milliseconds;
    }
    return times;
  });
}

/** The first by (time, number) of the EDs that are usable, in the first tier in which one can be reached. */
export function bruteForceChoice(
  timesMs: readonly number[],
  handoverMs: readonly number[],
  tiers: readonly (readonly boolean[])[],
): { readonly ed: number; readonly milliseconds: number } {
  for (const usable of tiers) {
    let ed = -1;
    let milliseconds = INFINITE_MS;
    timesMs.forEach((time, number) => {
      if (usable[number] !== true || time >= INFINITE_MS || time + handoverMs[number]! >= milliseconds) return;
      ed = number;
      milliseconds = time + handoverMs[number]!;
    });
    if (ed >= 0) return { ed, milliseconds };
  }
  return { ed: -1, milliseconds: INFINITE_MS };
}
