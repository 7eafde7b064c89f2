import { INFINITE_MS, type Position } from "../../core/units";
import { isBackward, reverseKey, segmentOf } from "../graph/edge-key";
import type { RoadGraph, RoadNames } from "../graph/road-graph";
import { bearingAlong, turnAngle } from "./instruction-geometry";
import type { Route } from "./route";

/** A way on from a junction that the route does not take. */
export interface Arm {
  readonly road: RoadNames;
  /** Degrees to the right of the way the junction is come to; below 0 to the left. */
  readonly angle: number;
}

/**
 * A route as a crew meets it: pieces of road, and between each two a junction with what else one could do there.
 * Junction `i` lies before piece `i`, from 1 on. What is open there is asked of the map alone: a closed road is still
 * seen by those who drive past it, and turn restrictions do not make exits of a roundabout disappear.
 */
export class RouteSteps {
  readonly #graph: RoadGraph;
  readonly #route: Route;
  /** The pieces with a length; those without are no driving at all. */
  readonly #pieces: readonly Piece[];
  readonly #choices = new Map<number, readonly Arm[]>();

  constructor(graph: RoadGraph, route: Route) {
    this.#graph = graph;
    this.#route = route;
    this.#pieces = piecesOf(route);
  }

  get count(): number {
    return this.#pieces.length;
  }

  road(piece: number): RoadNames {
    return this.#graph.edgeRoad(this.#pieces[piece]!.edge);
  }

  centimetres(piece: number): number {
    return this.#pieces[piece]!.centimetres;
  }

  milliseconds(piece: number): number {
    return this.#pieces[piece]!.milliseconds;
  }

  /** Where a piece begins. */
  start(piece: number): Position {
    return this.#route.positions[this.#pieces[piece]!.firstPosition]!;
  }

  /** How far the way taken at a junction turns, from the road before it to the road of piece `onto`. */
  angle(junction: number, onto = junction): number {
    return turnAngle(this.#bearingInto(junction), this.#bearingOutOf(onto));
  }

  /** Whether the route turns round on the spot. */
  turnsRound(junction: number): boolean {
    const { keyOfEdge } = this.#graph.columns;
    const [before, after] = [this.#pieces[junction - 1]!, this.#pieces[junction]!];
    return keyOfEdge[before.edge]! === reverseKey(keyOfEdge[after.edge]!);
  }

  /** The other ways on from a junction, the way back not among them. */
  others(junction: number): readonly Arm[] {
    let arms = this.#choices.get(junction);
    if (arms === undefined) this.#choices.set(junction, (arms = this.#findOthers(junction)));
    return arms;
  }

  /** The pieces from one on for as long as there is nothing else to do, and no more than this length. */
  *onward(piece: number, centimetres = Number.POSITIVE_INFINITY): Generator<number> {
    let driven = 0;
    for (let i = piece; i < this.count && driven <= centimetres; i++) {
      if (i > piece && this.others(i).length > 0) return;
      yield i;
      driven += this.centimetres(i);
    }
  }

  #findOthers(junction: number): Arm[] {
    const graph = this.#graph;
    const { edgeHead, keyOfEdge, edgeMilliseconds, firstEdge } = graph.columns;
    const before = this.#pieces[junction - 1]!.edge;
    const taken = keyOfEdge[this.#pieces[junction]!.edge]!;
    const back = reverseKey(keyOfEdge[before]!);
    const node = graph.junctionOf(edgeHead[before]!);
    const into = this.#bearingInto(junction);
    const arms: Arm[] = [];
    for (let edge = firstEdge[node]!; edge < firstEdge[node + 1]!; edge++) {
      const key = keyOfEdge[edge]!;
      if (key === taken || key === back || edgeMilliseconds[edge]! >= INFINITE_MS) continue;
      const line = graph.segmentPositions(segmentOf(key));
      const bearing = bearingAlong(isBackward(key) ? line.reverse() : line) ?? into;
      arms.push({ road: graph.edgeRoad(edge), angle: turnAngle(into, bearing) });
    }
    return arms;
  }

  #bearingInto(junction: number): number {
    const bearing = bearingAlong(this.#positionsBack(junction));
    return bearing === undefined ? 0 : (bearing + 180) % 360;
  }

  #bearingOutOf(piece: number): number {
    return bearingAlong(this.#positionsOn(piece)) ?? 0;
  }

  /** From a junction back along the road before it; past junctions only where these leave nothing to choose. */
  *#positionsBack(junction: number): Generator<Position> {
    const { positions } = this.#route;
    for (let i = junction - 1; i >= 0; i--) {
      for (let p = this.#end(i); p >= this.#pieces[i]!.firstPosition; p--) yield positions[p]!;
      if (i > 0 && (this.turnsRound(i) || this.#hasOthers(i))) return;
    }
  }

  *#positionsOn(piece: number): Generator<Position> {
    const { positions } = this.#route;
    for (let i = piece; i < this.count; i++) {
      for (let p = this.#pieces[i]!.firstPosition; p <= this.#end(i); p++) yield positions[p]!;
      if (i + 1 < this.count && (this.turnsRound(i + 1) || this.#hasOthers(i + 1))) return;
    }
  }

  /** {@link others} without their directions, which would be asked for in turn. */
  #hasOthers(junction: number): boolean {
    const { edgeHead, keyOfEdge, edgeMilliseconds, firstEdge } = this.#graph.columns;
    const before = this.#pieces[junction - 1]!.edge;
    const taken = keyOfEdge[this.#pieces[junction]!.edge]!;
    const node = this.#graph.junctionOf(edgeHead[before]!);
    for (let edge = firstEdge[node]!; edge < firstEdge[node + 1]!; edge++) {
      const key = keyOfEdge[edge]!;
      const isOther = key !== taken && key !== reverseKey(keyOfEdge[before]!);
      if (isOther && edgeMilliseconds[edge]! < INFINITE_MS) return true;
    }
    return false;
  }

  #end(piece: number): number {
    return this.#pieces[piece + 1]?.firstPosition ?? this.#route.positions.length - 1;
  }
}

interface Piece {
  readonly edge: number;
  milliseconds: number;
  centimetres: number;
  readonly firstPosition: number;
}

/** A route that starts or ends on a junction has a part without length there; what it has goes to its neighbour. */
function piecesOf({ parts, positions }: Route): Piece[] {
  const pieces: Piece[] = [];
  let [milliseconds, centimetres] = [0, 0];
  parts.forEach((part, i) => {
    milliseconds += part.milliseconds;
    centimetres += part.centimetres;
    const end = parts[i + 1]?.firstPosition ?? positions.length - 1;
    if (end > part.firstPosition && part.centimetres > 0) {
      pieces.push({ ...part, milliseconds, centimetres });
      [milliseconds, centimetres] = [0, 0];
    }
  });
  const last = pieces.at(-1);
  if (last !== undefined) {
    last.milliseconds += milliseconds;
    last.centimetres += centimetres;
  }
  return pieces;
}
