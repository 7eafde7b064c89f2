import { defined } from "../core/defined";
import { INFINITE_MS } from "../core/units";
import { isBackward, segmentOf } from "./graph/edge-key";
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
  /** The longest end of the drive that begins a forbidden turn, as edge keys. */
  readonly begun: readonly number[];
  /** The standing before the last key driven. */
  readonly before: Standing | undefined;
  readonly driven: number;
}

/**
 * Proves that split nodes enforce the forbidden turns that are stored, and nothing else: that a walk over the
 * roads, from any place on, can be driven over the edges of the graph exactly when no forbidden turn is part of it, and
 * with the same travel times. Walks are endless in number; where they can stand is not. Two walks that stand at the same
 * node and end in the same beginnings of forbidden turns have the same futures, so each such standing is judged once, by
 * comparing every way on over the roads with every edge out of its node. Edges that only other profiles may drive are
 * none here.
 *
 * Reads the stored turns anew, with nothing of the automaton the nodes were split by.
 */
export function verifyTurns(graph: RoadGraph): TurnVerification {
  const law = new ForbiddenTurns(graph);
  const { splitNode, firstEdge, keyOfEdge, edgeHead, edgeMilliseconds } = graph.columns;
  const isSplit = new Uint8Array(graph.nodeCount);
  for (const node of splitNode) isSplit[node] = 1;
  let judged = 0;
  const result = (difference?: string): TurnVerification =>
    defined({ turns: law.count, copies: splitNode.length, judged, difference });

  const known = new Set<string>();
  const standings: Standing[] = [];
  for (let node = 0; node < graph.nodeCount; node++) {
    if (isSplit[node] === 0) standings.push({ node, begun: [], before: undefined, driven: -1 });
  }
  // The list grows while it is walked. Junctions where nothing has begun are all in it from the start.
  for (const standing of standings) {
    const { node, begun } = standing;
    const junction = graph.junctionOf(node);
    const own = edgesByKey(graph, node);
    const keys = new Set(keyOfEdge.subarray(firstEdge[node], firstEdge[node + 1]));
    if (keys.size < firstEdge[node + 1]! - firstEdge[node]!) {
      return result(`${drive(graph, standing)}: two edges go on along one direction of one road`);
    }
    for (let edge = firstEdge[junction]!; edge < firstEdge[junction + 1]!; edge++) {
      if (edgeMilliseconds[edge]! >= INFINITE_MS) continue;
      const key = keyOfEdge[edge]!;
      const onward = own.get(key);
      const forbidden = law.forbids(begun, key);
      judged++;
      if (forbidden && onward !== undefined) {
        return result(`${drive(graph, standing, key)}: is forbidden, and can be driven`);
      }
      if (forbidden) continue;
      if (onward === undefined) return result(`${drive(graph, standing, key)}: is allowed, and cannot be driven`);
      own.delete(key);
      const head = edgeHead[onward]!;
      if (graph.junctionOf(head) !== graph.junctionOf(edgeHead[edge]!)) {
        return result(`${drive(graph, standing, key)}: leads elsewhere than the road`);
      }
      if (edgeMilliseconds[onward] !== edgeMilliseconds[edge]) {
        return result(`${drive(graph, standing, key)}: takes another time than the road`);
      }
      const next = { node: head, begun: law.begunBy(begun, key), before: standing, driven: key };
      if (isSplit[head] === 0 && next.begun.length === 0) continue;
      const standpoint = `${head} ${next.begun.join()}`;
      if (known.has(standpoint)) continue;
      known.add(standpoint);
      standings.push(next);
    }
    for (const [key] of own) {
      if (!law.forbids(begun, key)) {
        return result(`${drive(graph, standing, key)}: can be driven, and no road leads there`);
      }
    }
  }
  return result();
}

/** Where one has got to in some of the sequences, by the keys that go on. */
interface Beginning {
  readonly onward: Map<number, Beginning>;
  isWhole: boolean;
}

/** The stored turns, as a tree of what was driven. */
class ForbiddenTurns {
  readonly count: number;
  readonly #root: Beginning = { onward: new Map(), isWhole: false };

  constructor({ columns: { turnFirst, turnSequence } }: RoadGraph) {
    this.count = Math.max(0, turnFirst.length - 1);
    for (let turn = 0; turn < this.count; turn++) {
      let at = this.#root;
      for (const key of turnSequence.subarray(turnFirst[turn], turnFirst[turn + 1])) {
        let next = at.onward.get(key);
        if (next === undefined) at.onward.set(key, (next = { onward: new Map(), isWhole: false }));
        at = next;
      }
      at.isWhole = true;
    }
  }

  /** Whether any end of what has begun becomes, with this key, a forbidden turn. */
  forbids(begun: readonly number[], key: number): boolean {
    return begun.some((_, from) => this.#at(begun, from)?.onward.get(key)?.isWhole === true);
  }

  /** What has begun after this key. */
  begunBy(begun: readonly number[], key: number): readonly number[] {
    const longer = [...begun, key];
    for (let from = 0; from < longer.length; from++) {
      const beginning = this.#at(longer, from);
      // What no sequence goes on from is no beginning of one.
      if (beginning !== undefined && beginning.onward.size > 0) return longer.slice(from);
    }
    return [];
  }

  #at(keys: readonly number[], from: number): Beginning | undefined {
    let at: Beginning | undefined = this.#root;
    for (let i = from; i < keys.length && at !== undefined; i++) at = at.onward.get(keys[i]!);
    return at;
  }
}

/** The edges out of a node that may be driven. */
function edgesByKey({ columns }: RoadGraph, node: number): Map<number, number> {
  const { firstEdge, keyOfEdge, edgeMilliseconds } = columns;
  const edges = new Map<number, number>();
  for (let edge = firstEdge[node]!; edge < firstEdge[node + 1]!; edge++) {
    if (edgeMilliseconds[edge]! < INFINITE_MS) edges.set(keyOfEdge[edge]!, edge);
  }
  return edges;
}

/** A drive in words: the places it passes, as far back as the turn at stake can have begun. */
function drive(graph: RoadGraph, standing: Standing, onward?: number): string {
  const keys = onward === undefined ? [] : [onward];
  for (let at = standing; at.before !== undefined; at = at.before) keys.unshift(at.driven);
  const { segmentTail, segmentHead } = graph.columns;
  const place = (key: number, atEnd: boolean): string => {
    const node = (isBackward(key) === atEnd ? segmentTail : segmentHead)[segmentOf(key)]!;
    return graph.nodePosition(node).join(",");
  };
  const [first] = keys;
  if (first === undefined) return `at ${graph.nodePosition(standing.node).join(",")}`;
  const places = [place(first, false), ...keys.map((key) => place(key, true))];
  return `the drive ${places.join(" → ")}`;
}
