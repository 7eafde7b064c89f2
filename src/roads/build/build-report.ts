import { INFINITE_MS } from "../../core/units";
import { segmentOf } from "../graph/edge-key";
import type { RoadGraph } from "../graph/road-graph";
import type { IgnoredTag } from "../profile/ignored-tags";
import type { NotDrivenReason } from "../profile/way-evaluator";
import type { SourceStatistics } from "../sources/osm-source";
import { NO_TURN_RESTRICTIONS, type TurnRestrictionCounts } from "../turns/turn-restrictions";
import type { BarrierCounts } from "./barrier-cuts";
import { type LooseEnds, NO_LOOSE_ENDS } from "./loose-ends";

/** The size of a road graph, or of the part of it that one of its profiles drives. */
interface RoadGraphSummary {
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
export interface BuildReport extends RoadGraphSummary, SourceStatistics {
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
  readonly looseEnds: LooseEnds;
  readonly ignoredTags: readonly IgnoredTag[];
}

/** The report on a source that gives the travel times itself: all it lists is driven, and there is nothing to leave out. */
export const reportOfGivenTimes = (
  source: string,
  profile: string | undefined,
  roads: RoadGraph,
  arcs: number,
): BuildReport => ({
  source,
  profile,
  ...summarizeRoadGraph(roads),
  waysRead: arcs,
  waysUsed: arcs,
  waysNotDriven: { class: 0, area: 0, access: 0, reversible: 0, closed: 0, size: 0, "too-short": 0 },
  barriers: { shut: 0, delayed: 0, atJunctions: 0 },
  looseEnds: NO_LOOSE_ENDS,
  missingNodes: 0,
  waysCut: 0,
  turnRestrictions: NO_TURN_RESTRICTIONS,
  ignoredTags: [],
});

export function summarizeRoadGraph(roads: RoadGraph): RoadGraphSummary {
  const { nodeComponent, segmentCentimetres, keyOfEdge, splitNode } = roads.columns;
  const { isDriven, isOnRoad } = partInUse(roads);
  const components = new Set<number>();
  let nodes = 0;
  let inLargest = 0;
  nodeComponent.forEach((component, node) => {
    if (isOnRoad[node] === 0) return;
    nodes++;
    components.add(component);
    if (component === 0) inLargest++;
  });
  const nodeCopies = splitNode.reduce((count, node) => count + isOnRoad[node]!, 0);
  const drivenSegments = new Uint8Array(roads.segmentCount);
  keyOfEdge.forEach((key, edge) => {
    if (isDriven[edge] === 1) drivenSegments[segmentOf(key)] = 1;
  });
  const segments = drivenSegments.reduce((count, driven) => count + driven, 0);
  let centimetres = 0;
  for (let s = 0; s < roads.segmentCount; s++) if (drivenSegments[s] === 1) centimetres += segmentCentimetres[s]!;
  return {
    nodes: nodes - nodeCopies,
    nodeCopies,
    segments,
    edges: isDriven.reduce((count, driven) => count + driven, 0),
    kilometres: Math.round(centimetres / 100) / 1000,
    components: components.size,
    largestComponentShare: nodes === 0 ? 0 : inLargest / nodes,
  };
}

/**
 * Uint8[edges], Uint8[nodes]: 1 where the profile may drive, and where an edge it may drive ends or begins. Roads made for
 * one profile are all of it, nodes without a road included.
 */
function partInUse(roads: RoadGraph): { isDriven: Uint8Array; isOnRoad: Uint8Array } {
  const { firstEdge, edgeHead, edgeMilliseconds } = roads.columns;
  const isOnlyProfile = roads.profiles.length === 1;
  const isDriven = Uint8Array.from(edgeMilliseconds, (milliseconds) => (milliseconds < INFINITE_MS ? 1 : 0));
  const isOnRoad = new Uint8Array(roads.nodeCount).fill(isOnlyProfile ? 1 : 0);
  for (let node = 0; node < roads.nodeCount; node++) {
    for (let edge = firstEdge[node]!; edge < firstEdge[node + 1]!; edge++) {
      if (isDriven[edge] === 1) isOnRoad[node] = isOnRoad[edgeHead[edge]!] = 1;
    }
  }
  return { isDriven, isOnRoad };
}
