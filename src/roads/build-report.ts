import type { BarrierCounts } from "./barrier-cuts";
import type { IgnoredTag } from "./ignored-tags";
import type { RoadGraph } from "./road-graph";
import type { TurnRestrictionCounts } from "./turn-restrictions";
import type { NotDrivenReason } from "./way-evaluator";

/** The size of a road graph. */
export interface RoadGraphSummary {
  /** Junctions, dead ends and places where attributes change. */
  readonly nodes: number;
  /** Further nodes in the same places, for turn restrictions. */
  readonly nodeCopies: number;
  readonly segments: number;
  readonly edges: number;
  /** Length of all segments, each counted once, to the metre. */
  readonly kilometres: number;
  /** Strongly connected components. */
  readonly components: number;
  /** Share of all nodes, copies included, that lie in the largest one, 0 to 1. */
  readonly largestComponentShare: number;
}

/** What a build read, used and left out. Plain JSON. */
export interface BuildReport extends RoadGraphSummary {
  readonly source: string;
  /** Name of the profile; undefined for sources whose travel times are given. */
  readonly profile: string | undefined;
  readonly waysRead: number;
  readonly waysUsed: number;
  /** Roads left out, by reason; `too-short` have fewer than two different points. */
  readonly waysNotDriven: Readonly<Record<NotDrivenReason | "too-short", number>>;
  /** Points that ways refer to and the source does not hold, as at the edge of an extract. */
  readonly missingNodes: number;
  /** Ways that were cut, or lost, because of them. */
  readonly waysCut: number;
  readonly turnRestrictions: TurnRestrictionCounts;
  /** Barriers and fords on the roads used; the many without effect, such as cattle grids, are not counted. */
  readonly barriers: BarrierCounts;
  readonly ignoredTags: readonly IgnoredTag[];
}

export function summarizeRoadGraph(roads: RoadGraph): RoadGraphSummary {
  const { nodeComponent, segmentCentimetres } = roads.columns;
  let components = 0;
  let inLargest = 0;
  for (const component of nodeComponent) {
    if (component >= components) components = component + 1;
    if (component === 0) inLargest++;
  }
  let centimetres = 0;
  for (const length of segmentCentimetres) centimetres += length;
  return {
    nodes: roads.placeCount,
    nodeCopies: roads.nodeCount - roads.placeCount,
    segments: roads.segmentCount,
    edges: roads.edgeCount,
    kilometres: Math.round(centimetres / 100) / 1000,
    components,
    largestComponentShare: roads.nodeCount === 0 ? 0 : inLargest / roads.nodeCount,
  };
}
