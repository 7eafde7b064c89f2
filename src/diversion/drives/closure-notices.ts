import type { RoadClosure } from "../../roads/closures/closure";
import { includesSorted, type RoadState } from "../../roads/closures/closure-state";
import type { RoadGraph } from "../../roads/graph/road-graph";
import { type DrivenPath, drivenEdges } from "../../roads/route/route";
import type { ClosureNotice } from "../answer/recommendation";
import { type SpokenClock, spokenMoment } from "../answer/texts";

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

/** A closure in plain English: "Putney Bridge closed since 09:30 until 18:00, bridge strike". */
function closureText(closure: RoadClosure, metOn: string, clock: SpokenClock): string {
  const { kind, selection, from, until, reason, kmh, factor } = closure;
  const where = selection.bridge ?? selection.road ?? (metOn === "" ? "a road" : metOn);
  const change =
    kind === "closure"
      ? "closed"
      : kmh !== undefined
        ? `driven at ${kmh} km/h`
        : `driven at ${Math.round(100 * factor!)} % of its usual speed`;
  const since = from === undefined ? "" : ` since ${spokenMoment(from.epochMs, clock, true)}`;
  const end = until === undefined ? "" : ` until ${spokenMoment(until.epochMs, clock, true)}`;
  return `${where} ${change}${since}${end}, ${reason}`;
}
