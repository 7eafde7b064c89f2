import { INFINITE_MS } from "../core/units";
import type { RoadGraph } from "./graph/road-graph";

/** What {@link verifyTurns} found. */
export interface TurnVerification {
  /** Forbidden turns stored. */
  readonly turns: number;
  readonly copies: number;
  /** Ways on that were judged, every way on from everywhere a drive can stand. */
  readonly judged: number;
  /** The first drive that is possible and forbidden, or legal and impossible, in words; absent when there is none. */
  readonly difference?: string;
}

/** Where a drive stands: at which node of the split graph, and what of it may still become a forbidden turn. */
interface Standing {
  readonly node: number;
  /** The longest end of the drive that begins a forbidden turn, directions as in `edgeSegment`. */
  readonly begun: readonly number[];
  /** The standing before the last direction driven. */
  readonly before: Standing | undefined;
  readonly driven: number;
}

/**
 * Proves that the copies of nodes enforce the forbidden turns that are stored, and nothing else: that a walk over the
 * roads, from any place on, can be driven over the edges of the graph exactly when no forbidden turn is part of it, and
 * with the same travel times. Walks are endless in number; where they can stand is not. Two walks that stand at the same
 * node and end in the same beginnings of forbidden turns have the same futures, so each such standing is judged once, by
 * comparing every way on over the roads with every edge out of its node. Edges that only other profiles may drive are
 * none here.
 *
 * Reads the stored turns anew, with nothing of the automaton the copies were made by.
 */
export function verifyTurns(graph: RoadGraph): TurnVerification {
  const law = new ForbiddenTurns(graph);
  const { copyNode, firstEdge, edgeSegment, edgeHead, edgeMilliseconds } = graph.columns;
  const isCopy = new Uint8Array(graph.nodeCount);
  for (const copy of copyNode) isCopy[copy] = 1;
  let judged = 0;
  const result = (difference?: string): TurnVerification => ({
    turns: law.count,
    copies: copyNode.length,
    judged,
    ...(difference === undefined ? {} : { difference }),
  });

  const known = new Set<string>();
  const standings: Standing[] = [];
  for (let node = 0; node < graph.nodeCount; node++) {
    if (isCopy[node] === 0) standings.push({ node, begun: [], before: undefined, driven: -1 });
  }
  // The list grows while it is walked. Bases where nothing has begun are all in it from the start.
  for (const standing of standings) {
    const { node, begun } = standing;
    const base = graph.baseNode(node);
    const own = edgesByDirection(graph, node);
    const directions = new Set(edgeSegment.subarray(firstEdge[node], firstEdge[node + 1]));
    if (directions.size < firstEdge[node + 1]! - firstEdge[node]!) {
      return result(`${drive(graph, standing)}: two edges go on along one direction of one road`);
    }
    for (let edge = firstEdge[base]!; edge < firstEdge[base + 1]!; edge++) {
      if (edgeMilliseconds[edge]! >= INFINITE_MS) continue;
      const direction = edgeSegment[edge]!;
      const onward = own.get(direction);
      const forbidden = law.forbids(begun, direction);
      judged++;
      if (forbidden && onward !== undefined) {
        return result(`${drive(graph, standing, direction)}: is forbidden, and can be driven`);
      }
      if (forbidden) continue;
      if (onward === undefined) return result(`${drive(graph, standing, direction)}: is allowed, and cannot be driven`);
      own.delete(direction);
      const head = edgeHead[onward]!;
      if (graph.baseNode(head) !== graph.baseNode(edgeHead[edge]!)) {
        return result(`${drive(graph, standing, direction)}: leads elsewhere than the road`);
      }
      if (edgeMilliseconds[onward] !== edgeMilliseconds[edge]) {
        return result(`${drive(graph, standing, direction)}: takes another time than the road`);
      }
      const next = { node: head, begun: law.begunBy(begun, direction), before: standing, driven: direction };
      if (isCopy[head] === 0 && next.begun.length === 0) continue;
      const key = `${head} ${next.begun.join()}`;
      if (known.has(key)) continue;
      known.add(key);
      standings.push(next);
    }
    for (const [direction] of own) {
      if (!law.forbids(begun, direction)) {
        return result(`${drive(graph, standing, direction)}: can be driven, and no road leads there`);
      }
    }
  }
  return result();
}

/** The stored turns, looked up by what was driven last. */
class ForbiddenTurns {
  readonly count: number;
  private readonly runs = new Set<string>();
  /** Every proper beginning of a run. */
  private readonly beginnings = new Set<string>();

  constructor({ columns: { turnFirst, turnRun } }: RoadGraph) {
    this.count = Math.max(0, turnFirst.length - 1);
    for (let turn = 0; turn < this.count; turn++) {
      const run = Array.from(turnRun.subarray(turnFirst[turn], turnFirst[turn + 1]));
      this.runs.add(run.join());
      for (let length = 1; length < run.length; length++) this.beginnings.add(run.slice(0, length).join());
    }
  }

  /** Whether any end of what has begun becomes, with this direction, a forbidden turn. */
  forbids(begun: readonly number[], direction: number): boolean {
    return begun.some((_, from) => this.runs.has(`${begun.slice(from).join()},${direction}`));
  }

  /** What has begun after this direction. */
  begunBy(begun: readonly number[], direction: number): readonly number[] {
    const longer = [...begun, direction];
    for (let from = 0; from < longer.length; from++) {
      const end = longer.slice(from);
      if (this.beginnings.has(end.join())) return end;
    }
    return [];
  }
}

/** The edges out of a node that may be driven. */
function edgesByDirection({ columns }: RoadGraph, node: number): Map<number, number> {
  const { firstEdge, edgeSegment, edgeMilliseconds } = columns;
  const edges = new Map<number, number>();
  for (let edge = firstEdge[node]!; edge < firstEdge[node + 1]!; edge++) {
    if (edgeMilliseconds[edge]! < INFINITE_MS) edges.set(edgeSegment[edge]!, edge);
  }
  return edges;
}

/** A drive in words: the places it passes, as far back as the turn at stake can have begun. */
function drive(graph: RoadGraph, standing: Standing, onward?: number): string {
  const directions = onward === undefined ? [] : [onward];
  for (let at = standing; at.before !== undefined; at = at.before) directions.unshift(at.driven);
  const { segmentTail, segmentHead } = graph.columns;
  const place = (direction: number, atEnd: boolean): string => {
    const node = (((direction & 1) === 1) === atEnd ? segmentTail : segmentHead)[direction >> 1]!;
    return graph.nodePosition(node).join(",");
  };
  const [first] = directions;
  if (first === undefined) return `at ${graph.nodePosition(standing.node).join(",")}`;
  const places = [place(first, false), ...directions.map((direction) => place(direction, true))];
  return `the drive ${places.join(" → ")}`;
}
