import type { RoadGraph } from "../../roads/graph/road-graph";
import { drivenEdges, routeOf } from "../../roads/route/route";
import type { Warning } from "../answer/recommendation";
import { ferryText } from "../answer/texts";
import type { ReachableEds } from "./reachable-eds";

/**
 * Says that the drive to a hospital, by its number, goes over the sea or a river: each ferry with its time, the usual wait
 * for it included. Whether it sails at that hour the roads do not know.
 */
export function ferryWarnings(graph: RoadGraph, eds: ReachableEds, target: number): Warning[] {
  const drive = eds.drive(target);
  if (drive === undefined || !drivenEdges(graph, drive).some((edge) => graph.edgeRoad(edge).highway === "ferry"))
    return [];
  const { weights, state } = eds.drives;
  return routeOf(graph, weights, drive, state.closed)
    .legs.filter(({ highway }) => highway === "ferry")
    .map(({ name, ref, seconds }) => ({ code: "ferry", text: ferryText(name || ref, seconds * 1000) }));
}
