import type { EpochMs } from "../../core/instant";
import { INFINITE_MS } from "../../core/units";
import { LiveWeights, type WeightChanges } from "../../roads/closures/live-weights";
import { segmentOf } from "../../roads/graph/edge-key";
import type { RoadIndex } from "../../roads/road-index";
import type { RoadAccessPoint } from "../../roads/snap/road-point";
import { millisecondsTo } from "../../shortest-path/dijkstra/node-search";
import { type ReverseGraph, reverseGraph } from "../../shortest-path/graph";
import type { Departure, HospitalSites } from "./hospital-sites";

/** A search that was made on the roads: from where, and how far it looked. */
export interface RoadSearch {
  readonly departure: Departure;
  /** No hospital with a longer drive had a part in it; Infinity when all had. */
  readonly horizonMs: number;
}

/** Tells whether a search would come out otherwise after a change of the roads; never false when it would. */
type RoadChangeTest = (search: RoadSearch) => boolean;

/**
 * Finds which of many searches a change of the roads can matter to, by one search instead of all of them anew.
 *
 * **Why it is exact enough.** Let a drive from s to a hospital take at most h before or after the change, and another time
 * or none in the other state. Then it uses a changed edge, or ends at an entrance that one state does not have. Take the
 * first changed edge on it: up to that edge's tail it uses only edges that are the same in both states, so the tail can be
 * reached within h on the roads as they are now. If there is none, it is the same up to its entrance, which can likewise
 * be reached within h. So when neither tails of changed edges nor entrances that came or went are within h of s on the
 * roads as they are now, the same hospitals are within h of s as before, at the same times; and a search that looked no
 * farther than h takes the same steps. The start needs a look of its own: a search is also affected when its own segment
 * is changed or has such an entrance, or when it began on foot.
 */
export class RoadReach {
  readonly #roads: RoadIndex;
  /** The hospitals on the roads as they are driven to at a moment. */
  readonly #sitesAt: (epochMs: EpochMs) => Pick<HospitalSites, "numbers" | "target">;
  #nowMs: EpochMs;
  readonly #live: LiveWeights;
  readonly #reversed: ReverseGraph;
  #targets: readonly (readonly RoadAccessPoint[])[];

  constructor(
    roads: RoadIndex,
    sitesAt: (epochMs: EpochMs) => Pick<HospitalSites, "numbers" | "target">,
    nowMs: EpochMs,
  ) {
    this.#roads = roads;
    this.#sitesAt = sitesAt;
    this.#nowMs = nowMs;
    this.#live = new LiveWeights(roads);
    this.#live.moveTo(nowMs);
    this.#reversed = reverseGraph(roads.graph.topology);
    this.#targets = this.#currentTargets();
  }

  /**
   * Takes note of the roads at a moment.
   *
   * @param searches all that might be affected.
   * @returns undefined when nothing changed since the last call.
   */
  moveTo(nowMs: EpochMs, searches: Iterable<RoadSearch>): RoadChangeTest | undefined {
    this.#nowMs = nowMs;
    const changes = this.#live.moveTo(nowMs);
    return changes === undefined ? undefined : this.#testFor(changes, searches);
  }

  /** Takes note of hospitals that came, moved or went. */
  hospitalsChanged(): void {
    this.#targets = this.#currentTargets();
  }

  #testFor({ edges }: WeightChanges, searches: Iterable<RoadSearch>): RoadChangeTest {
    const { graph } = this.#roads;
    const { keyOfEdge } = graph.columns;
    const accessPoints: RoadAccessPoint[] = [];
    for (const edge of edges) accessPoints.push({ node: graph.edgeTail(edge), milliseconds: 0, edge });
    const before = this.#targets;
    this.#targets = this.#currentTargets();
    for (const [slot, target] of this.#targets.entries()) {
      if (target !== before[slot]) accessPoints.push(...target, ...(before[slot] ?? []));
    }
    const segments = new Set<number>();
    for (const { edge } of accessPoints) if (edge >= 0) segments.add(segmentOf(keyOfEdge[edge]!));
    let farthestMs = 0;
    for (const { horizonMs } of searches) if (Number.isFinite(horizonMs)) farthestMs = Math.max(farthestMs, horizonMs);
    const times = millisecondsTo(
      this.#reversed,
      this.#live.weights,
      accessPoints,
      Math.min(farthestMs, INFINITE_MS - 1),
    );
    return ({ departure, horizonMs }) =>
      !departure.isDriven ||
      segments.has(departure.point.segment) ||
      departure.accessPoints.some(({ node, milliseconds }) => milliseconds + times[node]! <= horizonMs);
  }

  #currentTargets(): readonly (readonly RoadAccessPoint[])[] {
    const sites = this.#sitesAt(this.#nowMs);
    return sites.numbers.map((_, slot) => sites.target(slot));
  }
}
