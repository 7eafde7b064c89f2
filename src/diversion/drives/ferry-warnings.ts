import { MS_PER_MINUTE } from "../../core/instant";
import type { RoadGraph } from "../../roads/graph/road-graph";
import { drivenEdges, routeOf } from "../../roads/route/route";
import type { Warning } from "../answer/recommendation";
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
    .map(({ name, ref, seconds }) => {
      const minutes = Math.round((seconds * 1000) / MS_PER_MINUTE);
      const called = name || ref;
      const ferry = called === "" ? "a ferry" : `the ferry ${called}`;
      const text = `the way is by ${ferry}, ${minutes} min with the usual wait: whether it sails then is not known`;
      return { code: "ferry", text };
    });
}
