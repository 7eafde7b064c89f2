import type { EpochMs } from "../../core/instant";
import type { ArcWeights } from "../../shortest-path/graph";
import { sameClosedEdge } from "../snap/closed-edges";
import { isStateAt, type RoadState, UNDISTURBED } from "./closure-state";

/** Where states come from: a road index. */
interface StateSource {
  readonly version: number;
  readonly weights: ArcWeights;
  stateAt(epochMs: EpochMs): RoadState;
}

/** Edges whose travel time, or what of them is closed, changed, ascending, and the travel time each has now. */
export interface WeightChanges {
  readonly edges: Int32Array;
  readonly milliseconds: Int32Array;
}

/**
 * Travel times of one user of the roads (a router with its engine), kept at the state of one moment. Several users of one
 * road index may stand at different moments.
 */
export class LiveWeights {
  readonly #roads: StateSource;
  #state = UNDISTURBED;
  #own: ArcWeights | undefined;

  constructor(roads: StateSource) {
    this.#roads = roads;
  }

  /** The state the weights are in. */
  get state(): RoadState {
    return this.#state;
  }

  /** Int32[edges]; read only. The road index's own array until the first change. */
  get weights(): ArcWeights {
    return this.#own ?? this.#roads.weights;
  }

  /**
   * Takes the weights to a moment, or to a state of these roads: in constant time while nothing on the roads changes,
   * otherwise in time proportional to the edges that are not as the roads file has them.
   *
   * @returns what changed; undefined when nothing did.
   */
  moveTo(moment: EpochMs | RoadState): WeightChanges | undefined {
    const before = this.#state;
    if (moment === before) return undefined;
    const isKnown = typeof moment !== "number";
    if (!isKnown && before.version === this.#roads.version && isStateAt(before, moment)) return undefined;
    const after = isKnown ? moment : this.#roads.stateAt(moment);
    this.#state = after;
    const changes = changesBetween(before, after, this.#roads.weights);
    if (changes.edges.length === 0) return undefined;
    this.#own ??= this.#roads.weights.slice();
    for (let i = 0; i < changes.edges.length; i++) this.#own[changes.edges[i]!] = changes.milliseconds[i]!;
    return changes;
  }
}

/** Merges two ascending lists: an edge missing from one has its usual time there. */
function changesBetween(before: RoadState, after: RoadState, usual: ArcWeights): WeightChanges {
  const edges: number[] = [];
  const milliseconds: number[] = [];
  const timeAt = (state: RoadState, place: number, edge: number): number =>
    state.edges[place] === edge ? state.milliseconds[place]! : usual[edge]!;
  for (let b = 0, a = 0; b < before.edges.length || a < after.edges.length; ) {
    const edge = Math.min(
      b < before.edges.length ? before.edges[b]! : Number.POSITIVE_INFINITY,
      a < after.edges.length ? after.edges[a]! : Number.POSITIVE_INFINITY,
    );
    const now = timeAt(after, a, edge);
    if (timeAt(before, b, edge) !== now || !sameClosedEdge(before.closed.get(edge), after.closed.get(edge))) {
      edges.push(edge);
      milliseconds.push(now);
    }
    if (before.edges[b] === edge) b++;
    if (after.edges[a] === edge) a++;
  }
  return { edges: Int32Array.from(edges), milliseconds: Int32Array.from(milliseconds) };
}
