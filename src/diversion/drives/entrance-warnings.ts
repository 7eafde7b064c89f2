import type { RoadGraph } from "../../roads/graph/road-graph";
import { seclusionAt } from "../../roads/snap/place-finder";
import type { Warning } from "../answer/recommendation";
import { farEntranceText, passedByText, secludedText } from "./drive-texts";
import type { ReachableEds } from "./reachable-eds";

/**
 * Says of the drive to a hospital, by its number, that it does not end where one would think: on another road than the
 * nearest, on one that nobody enters from beside it, or farther than so many metres from the hospital.
 */
export function entranceWarnings(graph: RoadGraph, eds: ReachableEds, target: number, farMetres: number): Warning[] {
  const { sites } = eds.drives;
  const slot = sites.slots[target]!;
  const drive = eds.drive(target);
  const home = drive === undefined ? undefined : sites.homeOf(slot, drive.to);
  if (home === undefined) return [];
  const { point, passedBy } = home;
  const road = graph.roads[graph.columns.segmentRoad[point.segment]!]!;
  const warnings: Warning[] = [];
  if (passedBy !== undefined) {
    const used = { road, metres: point.distanceMetres, onFoot: point.onFoot };
    warnings.push({ code: "not-nearest-road", text: passedByText(passedBy, used, true) });
  }
  const seclusion = seclusionAt(graph, point);
  if (seclusion !== undefined && seclusion !== "bridge") {
    warnings.push({ code: "secluded-road", text: secludedText("its entrance was taken to be", road, seclusion) });
  }
  if (point.distanceMetres > farMetres) {
    warnings.push({ code: "entrance-far", text: farEntranceText(road, point.distanceMetres) });
  }
  return warnings;
}
