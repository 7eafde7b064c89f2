import { includesSorted, type RoadState } from "../../roads/closures/closure-state";
import { segmentOf } from "../../roads/graph/edge-key";
import type { RoadGraph } from "../../roads/graph/road-graph";
import { drivenEdges } from "../../roads/route/route";
import type { OnFoot } from "../../roads/snap/snap-index";
import type { Warning } from "../answer/recommendation";
import { closedEntranceText, closedStartText } from "./drive-texts";
import type { SiteDrive } from "./hospital-sites";
import type { ReachableEds } from "./reachable-eds";

/**
 * Says that no vehicle gets away from the incident, for the road there is closed, and how far the way on foot is. Empty
 * for a drive that begins where it should.
 *
 * @param target the ED it leads to, by number; undefined when there is none.
 */
export function closedStart(graph: RoadGraph, eds: ReachableEds, target: number | undefined): Warning[] {
  const { point, isDriven } = eds.departure;
  if (isDriven) return [];
  const { state } = eds.drives;
  const drive = target === undefined ? undefined : eds.drive(target);
  const onFoot = drive?.from.onFoot;
  if (drive !== undefined && !isAlongRoads(onFoot)) return [];
  const segment = onFoot === undefined ? point.segment : segmentWalked(graph, onFoot, 0);
  const road = drive === undefined || onFoot === undefined ? undefined : drivenRoads(graph, drive)[0];
  return [{ code: "road-closed", text: closedStartText(closureReason(graph, state, segment), onFoot, road) }];
}

/** Says that no vehicle gets to the entrance of a hospital, by its number, and how far the way on foot is; empty otherwise. */
export function closedEntrance(graph: RoadGraph, eds: ReachableEds, target: number): Warning[] {
  if (!mayWalk(eds, target)) return [];
  const { state } = eds.drives;
  const drive = eds.drive(target);
  const onFoot = drive?.to.onFoot;
  if (drive === undefined || onFoot === undefined || !isAlongRoads(onFoot)) return [];
  const road = drivenRoads(graph, drive).at(-1);
  const reason = closureReason(graph, state, segmentWalked(graph, onFoot, -1));
  return [{ code: "entrance-closed", text: closedEntranceText(reason, onFoot, road) }];
}

/** How much of the way to a hospital, by its number, is on foot. */
export function onFootMilliseconds(eds: ReachableEds, target: number): number {
  if (!mayWalk(eds, target)) return 0;
  const drive = eds.drive(target);
  const [from, to] = [drive?.from.onFoot, drive?.to.onFoot];
  return (from?.milliseconds ?? 0) + (to === from ? 0 : (to?.milliseconds ?? 0));
}

/** A way on foot off the roads is from one that is not connected, and no closure's. */
const isAlongRoads = (onFoot: OnFoot | undefined): boolean => onFoot !== undefined && onFoot.stretches.length > 0;

/** Finding a drive again costs as much as finding its length: only where any part of one may be on foot. */
function mayWalk({ departure, drives }: ReachableEds, target: number): boolean {
  const { sites } = drives;
  const isWalked = !departure.isDriven || departure.point.onFoot !== undefined;
  return isWalked || sites.entrances(sites.slots[target]!).some(({ onFoot }) => onFoot !== undefined);
}

const segmentWalked = ({ columns }: RoadGraph, { stretches, place }: OnFoot, at: number): number => {
  const stretch = stretches.at(at);
  return stretch === undefined ? place.segment : segmentOf(columns.keyOfEdge[stretch.edge]!);
};

/** What the roads are called that are driven, in order; none for a way that is all on foot. */
function drivenRoads(graph: RoadGraph, drive: SiteDrive): string[] {
  const edges = drivenEdges(graph, drive);
  const [before, after] = [drive.from.onFoot?.stretches.length ?? 0, drive.to.onFoot?.stretches.length ?? 0];
  return edges.slice(before, edges.length - after).map((edge) => {
    const { ref, name } = graph.edgeRoad(edge);
    return ref || name || "a road without a name";
  });
}

/** Of the closures on a segment the reason of the first. */
function closureReason({ columns }: RoadGraph, { inForce }: RoadState, segment: number): string | undefined {
  const edges = [columns.segmentForwardEdge[segment]!, columns.segmentBackwardEdge[segment]!];
  const closure = inForce.find(
    (one) => one.kind === "closure" && edges.some((edge) => edge >= 0 && includesSorted(one.edges, edge)),
  );
  return closure?.reason;
}
