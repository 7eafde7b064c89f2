import { distanceMetres } from "../../core/geometry";
import { INFINITE_MS } from "../../core/units";
import type { ArcWeights } from "../../shortest-path/graph";
import { DIRECTIONS, directionOf, segmentOf } from "../graph/edge-key";
import type { RoadGraph } from "../graph/road-graph";
import type { ClosedEdges } from "./closed-edges";
import {
  arrivalAccessPoints,
  departureAccessPoints,
  edgesFrom,
  isOnward,
  millisecondsBefore,
  openMilliseconds,
  positionAlong,
  tailFraction,
} from "./road-point";
import type { OnFoot, RoadPoint, Stretch } from "./snap-index";

/** Walking pace where the vehicle profile says nothing: that of OSRM's foot profile; Valhalla's pedestrians take 5.1 km/h. */
export const DEFAULT_ON_FOOT_KMH = 5;

/**
 * The length of most motorway pieces between junctions, and an hour on foot: who stands on a closed one is told of the way
 * out. Farther than that nobody is carried, and there is no way.
 */
const LONGEST_WALK_METRES = 5000;

interface OnFootOptions {
  readonly kmh?: number;
  /** No farther than this on foot. Default: {@link LONGEST_WALK_METRES}. */
  readonly limitMetres?: number;
}

type WalkedStretch = OnFoot["stretches"][number];

/** A node reached on foot, and how: the stretches in the order of the search. */
interface Reached {
  readonly node: number;
  readonly milliseconds: number;
  readonly centimetres: number;
  readonly stretches: readonly WalkedStretch[];
}

/**
 * Where drives begin and end on roads of which some are closed.
 *
 * A place that a vehicle can drive away from (or to) is driven from (to) as it is. A place that none can, because it lies
 * in a closed part of its road or closed parts shut it in, is served on foot: along the closed roads round it, in the
 * directions in which a vehicle would drive them, to each place where driving goes on.
 *
 * **Why a closure brings nothing nearer.** A stretch on foot takes walking pace, and never less than driving it would if
 * nothing were closed. So whatever is walked and driven under closures could be driven without them, along the same edges
 * under the same turn restrictions, in no more time.
 */
export class DriveEnds {
  readonly #graph: RoadGraph;
  readonly #weights: ArcWeights;
  readonly #closed: ClosedEdges;
  readonly #limitCentimetres: number;
  readonly #millisecondsPerCentimetre: number;
  #closedInto: ReadonlyMap<number, readonly number[]> | undefined;
  #segmentsAt: ReadonlyMap<number, readonly number[]> | undefined;

  /** @param weights travel time of every edge; `closed` says what is closed of those that take INFINITE_MS by it. */
  constructor(
    graph: RoadGraph,
    weights: ArcWeights,
    closed: ClosedEdges,
    { kmh = DEFAULT_ON_FOOT_KMH, limitMetres = LONGEST_WALK_METRES }: OnFootOptions = {},
  ) {
    this.#graph = graph;
    this.#weights = weights;
    this.#closed = closed;
    this.#millisecondsPerCentimetre = 36 / kmh;
    this.#limitCentimetres = limitMetres * 100;
  }

  /** Where drives from a place begin: there, or at the points reached on foot; there when there are none. */
  departures(place: RoadPoint): readonly RoadPoint[] {
    if (this.#closed.size === 0 || this.#isLeft(place)) return [place];
    // A vehicle on a road driven both ways turns round where the way it came by is closed ahead.
    const either: RoadPoint = { ...place, direction: undefined };
    if (place.direction !== undefined && this.#isLeft(either)) return [either];
    const ends: RoadPoint[] = [];
    const start: Reached = { node: -1, milliseconds: 0, centimetres: 0, stretches: [] };
    const edges = place.node < 0 ? edgesFrom(this.#graph, place) : this.#closedOutOf(place.node);
    const fraction = (edge: number): number => (place.node < 0 ? place.fraction : tailFraction(this.#graph, edge));
    const walkOut = (from: Reached, edge: number, begin: number): (Reached | undefined)[] => {
      const parts = this.#closed.get(edge)?.parts;
      if (parts === undefined) return [];
      const head = 1 - tailFraction(this.#graph, edge);
      const border = head === 1 ? parts.at(-1)! : parts[0]!;
      if (border !== head && isOnward(this.#graph, edge, begin, border) && this.#isPlain(edge, from)) {
        const there = this.#walk(from, edge, begin, border, -1);
        if (there !== undefined) ends.push(this.#pointOn(place, edge, border, there, there.stretches));
      }
      return [this.#walk(from, edge, begin, head, this.#graph.columns.edgeHead[edge]!)];
    };
    this.#explore(
      edges.flatMap((edge) => walkOut(start, edge, fraction(edge))),
      (from) => {
        ends.push(this.#pointAt(place, from, from.stretches.at(-1)!, from.stretches));
        return this.#closedOutOf(from.node).flatMap((edge) => walkOut(from, edge, tailFraction(this.#graph, edge)));
      },
    );
    return withPlace(ends, place);
  }

  /** Where drives to a place end: there, or at the points from where it is reached on foot; there when there are none. */
  arrivals(place: RoadPoint): readonly RoadPoint[] {
    if (this.#closed.size === 0 || this.#isReached(place)) return [place];
    const ends: RoadPoint[] = [];
    const start: Reached = { node: -1, milliseconds: 0, centimetres: 0, stretches: [] };
    const graph = this.#graph;
    const inWalkingOrder = ({ stretches }: Reached): readonly WalkedStretch[] => [...stretches].reverse();
    /** @param end where on the edge the walk ends. */
    const walkIn = (from: Reached, edge: number, end: number): (Reached | undefined)[] => {
      const parts = this.#closed.get(edge)?.parts;
      if (parts === undefined) return [];
      const tail = tailFraction(graph, edge);
      const border = tail === 0 ? parts[0]! : parts.at(-1)!;
      if (border !== tail && isOnward(graph, edge, border, end) && this.#isPlain(edge, from)) {
        const there = this.#walk(from, edge, border, end, -1);
        if (there !== undefined) ends.push(this.#pointOn(place, edge, border, there, inWalkingOrder(there)));
      }
      return [this.#walk(from, edge, tail, end, graph.edgeTail(edge))];
    };
    const first =
      place.node < 0
        ? DIRECTIONS.flatMap((direction) => graph.edgesOfSegment(place.segment, direction)).flatMap((edge) =>
            walkIn(start, edge, place.fraction),
          )
        : [place.node, ...graph.splitNodesOf(place.node)]
            .flatMap((node) => this.#closedTo(node))
            .flatMap((edge) => walkIn(start, edge, 1 - tailFraction(graph, edge)));
    this.#explore(first, (from) => {
      ends.push(this.#pointAt(place, from, from.stretches.at(-1)!, inWalkingOrder(from)));
      return this.#closedTo(from.node).flatMap((edge) => walkIn(from, edge, 1 - tailFraction(graph, edge)));
    });
    return withPlace(ends, place);
  }

  /** The way all on foot along a closed piece of road, of which no vehicle gets away from one place or to the other. */
  walkBetween(from: RoadPoint, to: RoadPoint): RoadPoint | undefined {
    if (from.segment !== to.segment || from.node >= 0 || to.node >= 0) return undefined;
    if (from.onFoot !== undefined || to.onFoot !== undefined) return undefined;
    const start: Reached = { node: -1, milliseconds: 0, centimetres: 0, stretches: [] };
    let best: Reached | undefined;
    for (const edge of edgesFrom(this.#graph, from)) {
      if (!this.#closed.has(edge) || !isOnward(this.#graph, edge, from.fraction, to.fraction)) continue;
      const walked = this.#walk(start, edge, from.fraction, to.fraction, -1);
      if (walked !== undefined && walked.milliseconds < (best?.milliseconds ?? INFINITE_MS)) best = walked;
    }
    if (best === undefined) return undefined;
    const { milliseconds, centimetres, stretches } = best;
    return { ...from, onFoot: { milliseconds, centimetres, stretches, place: to } };
  }

  /** Whether a vehicle can drive away from a place, or could not if nothing were closed. */
  #isLeft(place: RoadPoint): boolean {
    if (place.node < 0) {
      if (departureAccessPoints(this.#graph, this.#weights, place, this.#closed).length > 0) return true;
      return !edgesFrom(this.#graph, place).some((edge) => this.#closed.has(edge));
    }
    const { firstEdge } = this.#graph.columns;
    for (let edge = firstEdge[place.node]!; edge < firstEdge[place.node + 1]!; edge++) {
      if (this.#weights[edge]! < INFINITE_MS) return true;
    }
    return this.#closedOutOf(place.node).length === 0;
  }

  #isReached(place: RoadPoint): boolean {
    const graph = this.#graph;
    if (place.node < 0) {
      if (arrivalAccessPoints(graph, this.#weights, place, this.#closed).length > 0) return true;
      return !DIRECTIONS.some((direction) =>
        graph.edgesOfSegment(place.segment, direction).some((edge) => this.#closed.has(edge)),
      );
    }
    const nodes = [place.node, ...graph.splitNodesOf(place.node)];
    if (nodes.every((node) => this.#closedTo(node).length === 0)) return true;
    return this.#segmentsOf(place.node).some((segment) =>
      DIRECTIONS.some((direction) => {
        const isInto = graph.columns[direction === "forward" ? "segmentHead" : "segmentTail"][segment] === place.node;
        return isInto && graph.edgesOfSegment(segment, direction).some((edge) => this.#weights[edge]! < INFINITE_MS);
      }),
    );
  }

  /** Dijkstra's search on foot over closed edges, all of which lie within the limit. */
  #explore(first: readonly (Reached | undefined)[], goOn: (from: Reached) => readonly (Reached | undefined)[]): void {
    const best = new Map<number, Reached>();
    const open: Reached[] = [];
    const offer = (found: readonly (Reached | undefined)[]): void => {
      for (const one of found) {
        if (one === undefined || one.milliseconds >= (best.get(one.node)?.milliseconds ?? INFINITE_MS)) continue;
        best.set(one.node, one);
        open.push(one);
      }
    };
    offer(first);
    while (open.length > 0) {
      let at = 0;
      for (let i = 1; i < open.length; i++) if (open[i]!.milliseconds < open[at]!.milliseconds) at = i;
      const [next] = open.splice(at, 1);
      if (best.get(next!.node) === next) offer(goOn(next!));
    }
  }

  /** @param from with what was walked already; `begin` and `end` are in driving direction. */
  #walk(from: Reached, edge: number, begin: number, end: number, node: number): Reached | undefined {
    const graph = this.#graph;
    // Nobody walks on water: where a ferry does not sail there is no way.
    if (graph.edgeRoad(edge).highway === "ferry") return undefined;
    const whole = openMilliseconds(this.#weights, this.#closed, edge);
    const driven = millisecondsBefore(graph, edge, whole, end) - millisecondsBefore(graph, edge, whole, begin);
    const length = Math.round(graph.edgeCentimetres(edge) * Math.abs(end - begin));
    const milliseconds = Math.max(driven, Math.round(length * this.#millisecondsPerCentimetre));
    const centimetres = from.centimetres + length;
    const total = from.milliseconds + milliseconds;
    if (centimetres > this.#limitCentimetres || total >= INFINITE_MS) return undefined;
    const stretch: Stretch = { edge, from: begin, to: end };
    return { node, milliseconds: total, centimetres, stretches: [...from.stretches, { ...stretch, milliseconds }] };
  }

  /** @param stretch on foot that ends at the node, or begins there. */
  #pointAt(
    place: RoadPoint,
    { node, ...walked }: Reached,
    { edge }: Stretch,
    stretches: OnFoot["stretches"],
  ): RoadPoint {
    const position = this.#graph.nodePosition(node);
    const { keyOfEdge, edgeHead } = this.#graph.columns;
    const tail = tailFraction(this.#graph, edge);
    return {
      segment: segmentOf(keyOfEdge[edge]!),
      fraction: edgeHead[edge] === node ? 1 - tail : tail,
      node,
      position,
      distanceMetres: distanceMetres(place.position, position),
      onFoot: joined(place, { ...walked, stretches }),
    };
  }

  #pointOn(
    place: RoadPoint,
    edge: number,
    fraction: number,
    { milliseconds, centimetres }: Reached,
    stretches: readonly WalkedStretch[],
  ): RoadPoint {
    const segment = segmentOf(this.#graph.columns.keyOfEdge[edge]!);
    const position = positionAlong(this.#graph, segment, fraction);
    return {
      segment,
      fraction,
      node: -1,
      position,
      distanceMetres: distanceMetres(place.position, position),
      direction: tailFraction(this.#graph, edge) === 0 ? "forward" : "backward",
      onFoot: joined(place, { milliseconds, centimetres, stretches }),
    };
  }

  /**
   * Whether a point between the ends of an edge stands for this edge alone: on its way the first walked, or without
   * others along the same road that other turn restrictions bind.
   */
  #isPlain(edge: number, from: Reached): boolean {
    if (from.stretches.length === 0) return true;
    const key = this.#graph.columns.keyOfEdge[edge]!;
    return this.#graph.edgesOfSegment(segmentOf(key), directionOf(key)).length === 1;
  }

  #closedOutOf(node: number): number[] {
    const { firstEdge } = this.#graph.columns;
    const edges: number[] = [];
    for (let edge = firstEdge[node]!; edge < firstEdge[node + 1]!; edge++) {
      if (this.#closed.has(edge)) edges.push(edge);
    }
    return edges;
  }

  /** Closed edges into a node, ascending. */
  #closedTo(node: number): readonly number[] {
    if (this.#closedInto === undefined) {
      const into = new Map<number, number[]>();
      for (const edge of this.#closed.keys()) {
        const head = this.#graph.columns.edgeHead[edge]!;
        const others = into.get(head);
        if (others === undefined) into.set(head, [edge]);
        else others.push(edge);
      }
      this.#closedInto = into;
    }
    return this.#closedInto.get(node) ?? [];
  }

  /** Segments that end at a junction; only junctions where a closed edge ends are known. */
  #segmentsOf(junction: number): readonly number[] {
    if (this.#segmentsAt === undefined) {
      const at = new Map<number, number[]>();
      for (const edge of this.#closed.keys()) at.set(this.#graph.junctionOf(this.#graph.columns.edgeHead[edge]!), []);
      const { segmentTail, segmentHead } = this.#graph.columns;
      for (let segment = 0; segment < this.#graph.segmentCount; segment++) {
        for (const end of [segmentTail[segment]!, segmentHead[segment]!]) at.get(end)?.push(segment);
      }
      this.#segmentsAt = at;
    }
    return this.#segmentsAt.get(junction) ?? [];
  }
}

/** A walk along roads from (or to) a place that is itself reached on foot begins (or ends) with the way there. */
function joined(place: RoadPoint, walked: Omit<OnFoot, "place">): OnFoot {
  const { onFoot } = place;
  if (onFoot === undefined) return { ...walked, place };
  const milliseconds = walked.milliseconds + onFoot.milliseconds;
  const centimetres = walked.centimetres + onFoot.centimetres;
  return { milliseconds, centimetres, stretches: walked.stretches, place: onFoot.place };
}

/** What is at a junction is there without a step, for whoever gets to the junction; last, for no drive leads on from it. */
const withPlace = (ends: readonly RoadPoint[], place: RoadPoint): readonly RoadPoint[] =>
  ends.length === 0 || place.node >= 0 ? [...ends, place] : ends;
