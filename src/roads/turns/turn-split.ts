import { GrowableInt32, lengthened } from "../../core/growable";
import type { SplitEdges } from "../graph/assemble-road-graph";
import { edgeKeyCount } from "../graph/edge-key";
import type { ForbiddenTurns } from "../graph/road-graph";
import { profilesOfKeys, type SegmentTable, timesUnderProfiles } from "../graph/segment-table";
import { drivenUnderAny } from "./merge-profiles";
import { NO_TURN_BEGUN, TurnAutomaton } from "./turn-automaton";
import { EdgeKeys, type ProfiledSequence } from "./turn-sequences";

/**
 * Splits nodes so that the forbidden turns cannot be driven, and nothing else is lost: the product of the road graph and
 * the {@link TurnAutomaton}, restricted to what can come up. A junction gets one split node for each set of states that leave it
 * the same ways on, to the same split nodes; where no restriction has begun, roads lead to the node itself. What is not near a
 * restriction stays as it was, so the graph grows by the restrictions and not by its turns, as the usual expansion of
 * every edge to a node would (a factor of 2.5 on road networks).
 *
 * A way on that is forbidden to every profile that may drive there is left out; one forbidden to some of them is closed
 * to those. Which split node a road leads to depends on what was driven and not on who drives, so each profile's journeys are
 * exactly those that its own forbidden turns leave.
 */
export function splitNodes(
  segments: SegmentTable,
  sequences: readonly ProfiledSequence[],
): { segments: SegmentTable; edges: SplitEdges } {
  return new NodeSplitter(segments, new TurnAutomaton(sequences)).split(sequences);
}

class NodeSplitter {
  readonly #segments: SegmentTable;
  readonly #automaton: TurnAutomaton;
  /** States that come up, shorter ones first; {@link NO_TURN_BEGUN} is not among them. */
  readonly #states: readonly number[];
  /** Which split node a state waits at, counted from 0; -1 where it forbids nothing that the node itself allows. */
  readonly #splitOfState: Int32Array;
  readonly #keys: EdgeKeys;
  /** Int32[edge keys]: the profiles that may drive each. */
  readonly #drivenBy: Int32Array;

  constructor(segments: SegmentTable, automaton: TurnAutomaton) {
    this.#segments = segments;
    this.#automaton = automaton;
    this.#keys = new EdgeKeys(drivenUnderAny(segments));
    this.#drivenBy = profilesOfKeys(segments);
    this.#states = this.#reachedStates();
    this.#splitOfState = this.#mergeStates();
  }

  split(sequences: readonly ProfiledSequence[]): { segments: SegmentTable; edges: SplitEdges } {
    const segments = this.#segments;
    const keys = this.#keys;
    const automaton = this.#automaton;
    const junctionCount = segments.nodeLon.length;
    const stateOfSplit: number[] = [];
    for (const state of this.#states) {
      const split = this.#splitOfState[state]!;
      if (split >= 0) stateOfSplit[split] ??= state;
    }
    const junctionOfSplit = Int32Array.from(stateOfSplit, (state) => keys.head(automaton.keyInto(state)));
    const splitsAt = new Map<number, number[]>();
    junctionOfSplit.forEach((junction, split) => {
      const splits = splitsAt.get(junction);
      if (splits === undefined) splitsAt.set(junction, [split]);
      else splits.push(split);
    });

    const tail = new GrowableInt32();
    const head = new GrowableInt32();
    const keyOfEdge = new GrowableInt32();
    const closedTo = new GrowableInt32();
    const headAfter = (state: number, key: number): number => {
      const split = this.#splitOfState[automaton.next(state, key)]!;
      return split < 0 ? keys.head(key) : junctionCount + split;
    };
    for (let key = 0; key < edgeKeyCount(segments.segmentTail.length); key++) {
      if (!keys.isDriven(key)) continue;
      tail.push(keys.tail(key));
      head.push(headAfter(NO_TURN_BEGUN, key));
      keyOfEdge.push(key);
      closedTo.push(0);
      for (const split of splitsAt.get(keys.tail(key)) ?? []) {
        const state = stateOfSplit[split]!;
        const closed = this.#closedTo(state, key);
        if (closed === this.#drivenBy[key]) continue;
        tail.push(junctionCount + split);
        head.push(headAfter(state, key));
        keyOfEdge.push(key);
        closedTo.push(closed);
      }
    }
    const withSplits = (column: Int32Array): Int32Array => {
      const longer = lengthened(column, junctionCount + junctionOfSplit.length);
      junctionOfSplit.forEach((junction, split) => {
        longer[junctionCount + split] = column[junction]!;
      });
      return longer;
    };
    return {
      segments: { ...segments, nodeLon: withSplits(segments.nodeLon), nodeLat: withSplits(segments.nodeLat) },
      edges: {
        tail: tail.toArray(),
        head: head.toArray(),
        key: keyOfEdge.toArray(),
        closedTo: closedTo.toArray(),
        splitNode: Int32Array.from(junctionOfSplit, (_, split) => junctionCount + split),
        splitJunction: junctionOfSplit,
        turns: timesUnderProfiles(segments).map((_, profile) => forbiddenUnder(sequences, profile)),
      },
    };
  }

  /** Of the profiles that may drive a key, those that may not in this state. */
  #closedTo(state: number, key: number): number {
    return this.#automaton.forbiddenTo(state, key) & this.#drivenBy[key]!;
  }

  #node(state: number): number {
    return this.#keys.head(this.#automaton.keyInto(state));
  }

  #reachedStates(): number[] {
    const automaton = this.#automaton;
    const keys = this.#keys;
    const reached = new Uint8Array(automaton.stateCount);
    const states: number[] = [];
    const reach = (state: number): void => {
      if (state === NO_TURN_BEGUN || reached[state] === 1) return;
      reached[state] = 1;
      states.push(state);
    };
    for (let key = 0; key < edgeKeyCount(this.#segments.segmentTail.length); key++) {
      if (keys.isDriven(key)) reach(automaton.next(NO_TURN_BEGUN, key));
    }
    // The list grows while it is walked.
    for (const state of states) {
      for (const key of keys.outOf(this.#node(state))) {
        if (this.#closedTo(state, key) !== this.#drivenBy[key]) reach(automaton.next(state, key));
      }
    }
    return states;
  }

  /**
   * Moore's partition refinement: states at one node are together until what they forbid, or where what they allow leads,
   * tells them apart. A state that ends up with the node itself needs no split node.
   */
  #mergeStates(): Int32Array {
    const automaton = this.#automaton;
    const keys = this.#keys;
    const states = this.#states;
    let group = new Int32Array(automaton.stateCount).fill(-1);
    let groupCount = 0;
    for (;;) {
      const next = new Int32Array(automaton.stateCount).fill(-1);
      const known = new Map<string, number>();
      const groupOfNode = new Map<number, string>();
      const leads = (state: number, node: number): string => {
        let text = `${node}`;
        for (const key of keys.outOf(node)) {
          const closed = this.#closedTo(state, key);
          text += closed === this.#drivenBy[key] ? " x" : ` ${group[automaton.next(state, key)]}`;
          if (closed !== 0) text += `!${closed}`;
        }
        return text;
      };
      for (const state of states) {
        const node = this.#node(state);
        let plain = groupOfNode.get(node);
        if (plain === undefined) groupOfNode.set(node, (plain = leads(NO_TURN_BEGUN, node)));
        const own = leads(state, node);
        if (own === plain) continue;
        const number = known.get(own) ?? known.size;
        known.set(own, number);
        next[state] = number;
      }
      group = next;
      if (known.size === groupCount) return group;
      groupCount = known.size;
    }
  }
}

function forbiddenUnder(sequences: readonly ProfiledSequence[], profile: number): ForbiddenTurns {
  const own = sequences.filter(({ profiles }) => (profiles & (1 << profile)) !== 0).map(({ sequence }) => sequence);
  const turnFirst = new Int32Array(own.length + 1);
  own.forEach((sequence, i) => {
    turnFirst[i + 1] = turnFirst[i]! + sequence.length;
  });
  return { turnFirst, turnSequence: Int32Array.from(own.flat()) };
}
