import { includesSorted, type RoadState } from "../../roads/closures/closure-state";
import type { RoadGraph } from "../../roads/graph/road-graph";
import { type DrivenPath, drivenEdges } from "../../roads/route/route";
import type { ClosureNotice, Warning } from "../answer/recommendation";
import { closureText, type SpokenClock, withoutRoadsText } from "../answer/texts";

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

/** That closures which hold are about no road here, so that nobody takes them for heeded. */
export const closuresWithoutRoads = ({ withoutRoads }: RoadState): Warning[] =>
  withoutRoads.length === 0 ? [] : [{ code: "closure-without-roads", text: withoutRoadsText(withoutRoads) }];
