import { includesSorted, type RoadState } from "../../roads/closures/closure-state";
import type { RoadGraph } from "../../roads/graph/road-graph";
import { type DrivenPath, drivenEdges } from "../../roads/route/route";
import type { ClosureNotice, Warning } from "../answer/recommendation";
import type { SpokenClock } from "../answer/texts";
import { closureText, silentFeedText, withoutRoadsText } from "./drive-texts";

/**
 * The closures and slowdowns that these drives meet, in the order in which they were entered, each with the road on which
 * it is first met.
 */
export function closuresMet(
  graph: RoadGraph,
  { edges, inForce }: RoadState,
  drives: readonly DrivenPath[],
  clock: SpokenClock,
): ClosureNotice[] {
  const met = drives.flatMap((drive) => drivenEdges(graph, drive)).filter((edge) => includesSorted(edges, edge));
  return inForce.flatMap((closure) => {
    const edge = met.find((edge) => includesSorted(closure.edges, edge));
    if (edge === undefined) return [];
    const { ref, name } = graph.edgeRoad(edge);
    const { id, kind, reason } = closure;
    return [{ id, kind, reason, text: closureText(closure, name || ref, clock) }];
  });
}

/** What of closures does not count or is not known, so that nobody takes it for heeded. */
export const closureWarnings = ({ withoutRoads, silentFeeds = [] }: RoadState, clock: SpokenClock): Warning[] => [
  ...(withoutRoads.length === 0
    ? []
    : [{ code: "closure-without-roads" as const, text: withoutRoadsText(withoutRoads) }]),
  ...silentFeeds.map((one) => ({ code: "closure-feed-silent" as const, text: silentFeedText(one, clock) })),
];
