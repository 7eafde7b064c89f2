import { includesSorted, type RoadState } from "../../roads/closures/closure-state";
import type { RoadGraph, RoadNames } from "../../roads/graph/road-graph";
import { drivenEdges } from "../../roads/route/route";
import type { RoadPoint } from "../../roads/snap/snap-index";
import type { Warning } from "../answer/recommendation";
import type { Departure } from "./hospital-sites";
import type { ReachableEds } from "./reachable-eds";

/**
 * Says that the drive begins elsewhere, for the road at the incident is closed: what is not driven is not in the time, so
 * that an answer may look better than without the closure. Empty for a drive that begins where it should.
 *
 * @param isDriven whether any hospital can be reached from there.
 */
export function closedStart(graph: RoadGraph, state: RoadState, { point }: Departure, isDriven: boolean): Warning[] {
  if (point.standsInFor === undefined) return [];
  const { segmentRoad } = graph.columns;
  const why = closureReason(graph, state, point.standsInFor);
  const where = spokenPlace(graph.roads[segmentRoad[point.segment]!]!, point);
  const drive = isDriven ? `: the drive begins on ${where}; that stretch is not in the time` : "";
  return [{ code: "road-closed", text: `the road at the incident is closed${why}${drive}` }];
}

/** Says that the drive to a hospital, by its number, ends on another road than its entrance is on; empty otherwise. */
export function closedEntrance(graph: RoadGraph, eds: ReachableEds, target: number): Warning[] {
  const { sites, state } = eds.drives;
  // Finding the drive again costs as much as finding its length: only where an entrance is closed at all.
  if (!sites.entrances(sites.slots[target]!).some(({ standsInFor }) => standsInFor !== undefined)) return [];
  const drive = eds.drive(target);
  if (drive?.to.standsInFor === undefined) return [];
  const { segmentRoad } = graph.columns;
  const last = drivenEdges(graph, drive).at(-1);
  // At a junction the point may be counted to any road there: the road that is driven last is meant.
  const road = last === undefined ? graph.roads[segmentRoad[drive.to.segment]!]! : graph.edgeRoad(last);
  const why = closureReason(graph, state, drive.to.standsInFor);
  const where = spokenPlace(road, drive.to);
  const text = `the road at its entrance is closed${why}: the drive ends on ${where}; the last stretch is not in the time`;
  return [{ code: "entrance-closed", text }];
}

/** `A1016, 946 m away`, in a straight line from the location that should have been driven to or from. */
function spokenPlace({ ref, name }: RoadNames, { distanceMetres }: RoadPoint): string {
  return `${ref || name || "a road without a name"}, ${Math.round(distanceMetres)} m away`;
}

/** Of the closures on the point's road the reason of the first, in brackets. */
function closureReason({ columns }: RoadGraph, { inForce }: RoadState, { segment }: RoadPoint): string {
  const edges = [columns.segmentForwardEdge[segment]!, columns.segmentBackwardEdge[segment]!];
  const closure = inForce.find(
    (one) => one.kind === "closure" && edges.some((edge) => edge >= 0 && includesSorted(one.edges, edge)),
  );
  return closure === undefined ? "" : ` (${closure.reason})`;
}
