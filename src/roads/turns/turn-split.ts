import { GrowableInt32 } from "../../core/growable";
import {
  profilesOfDirections,
  type SegmentTable,
  type SplitEdges,
  timesUnderProfiles,
} from "../graph/assemble-road-graph";
import type { ForbiddenTurns } from "../graph/road-graph";
import { drivenUnderAny } from "./merge-profiles";
import { NO_TURN_BEGUN, TurnAutomaton } from "./turn-automaton";
import { Directions, type ProfiledRun } from "./turn-runs";

/**
 * Splits nodes so that the forbidden turns cannot be driven, and nothing else is lost: the product of the road graph and
 * the {@link TurnAutomaton}, restricted to what can come up. A node gets one copy for each set of states that leave it
 * the same ways on, to the same copies; where no restriction has begun, roads lead to the node itself. What is not near a
 * restriction stays as it was, so the graph grows by the restrictions and not by its turns, as the usual expansion of
 * every edge to a node would (a factor of 2.5 on road networks).
 *
 * A way on that is forbidden to every profile that may drive there is left out; one forbidden to some of them is closed
 * to those. Which copy a road leads to depends on what was driven and not on who drives, so each profile's journeys are
 * exactly those that its own forbidden turns leave.
 */
export function splitNodes(
  segments: SegmentTable,
  runs: readonly ProfiledRun[],
): { segments: SegmentTable; edges: SplitEdges } {
  return new NodeSplitter(segments, new TurnAutomaton(runs)).split(runs);
}

class NodeSplitter {
  /** States that come up, shorter ones first; {@link NO_TURN_BEGUN} is not among them. */
  private readonly states: readonly number[];
  /** Which copy a state waits at, counted from 0; -1 where it forbids nothing that the node itself allows. */
  private readonly copyOfState: Int32Array;
  private readonly directions: Directions;
  /** Int32[directions]: the profiles that may drive each. */
  private readonly drivenBy: Int32Array;

  constructor(
    private readonly segments: SegmentTable,
    private readonly automaton: TurnAutomaton,
  ) {
    this.directions = new Directions(drivenUnderAny(segments));
    this.drivenBy = profilesOfDirections(segments);
    this.states = this.reachedStates();
    this.copyOfState = this.mergeStates();
  }

  split(runs: readonly ProfiledRun[]): { segments: SegmentTable; edges: SplitEdges } {
    const { segments, directions, automaton } = this;
    const baseCount = segments.nodeLon.length;
    const stateOfCopy: number[] = [];
    for (const state of this.states) {
      const copy = this.copyOfState[state]!;
      if (copy >= 0) stateOfCopy[copy] ??= state;
    }
    const baseOfCopy = Int32Array.from(stateOfCopy, (state) => directions.head(automaton.directionInto(state)));
    const copiesAt = new Map<number, number[]>();
    baseOfCopy.forEach((base, copy) => {
      const copies = copiesAt.get(base);
      if (copies === undefined) copiesAt.set(base, [copy]);
      else copies.push(copy);
    });

    const tail = new GrowableInt32();
    const head = new GrowableInt32();
    const direction = new GrowableInt32();
    const closedTo = new GrowableInt32();
    const headAfter = (state: number, driven: number): number => {
      const copy = this.copyOfState[automaton.next(state, driven)]!;
      return copy < 0 ? directions.head(driven) : baseCount + copy;
    };
    for (let driven = 0; driven < segments.segmentTail.length * 2; driven++) {
      if (!directions.isDriven(driven)) continue;
      tail.push(directions.tail(driven));
      head.push(headAfter(NO_TURN_BEGUN, driven));
      direction.push(driven);
      closedTo.push(0);
      for (const copy of copiesAt.get(directions.tail(driven)) ?? []) {
        const state = stateOfCopy[copy]!;
        const closed = this.closedTo(state, driven);
        if (closed === this.drivenBy[driven]) continue;
        tail.push(baseCount + copy);
        head.push(headAfter(state, driven));
        direction.push(driven);
        closedTo.push(closed);
      }
    }
    const withCopies = (column: Int32Array): Int32Array => {
      const longer = new Int32Array(baseCount + baseOfCopy.length);
      longer.set(column);
      baseOfCopy.forEach((base, copy) => {
        longer[baseCount + copy] = column[base]!;
      });
      return longer;
    };
    return {
      segments: { ...segments, nodeLon: withCopies(segments.nodeLon), nodeLat: withCopies(segments.nodeLat) },
      edges: {
        tail: tail.toArray(),
        head: head.toArray(),
        direction: direction.toArray(),
        closedTo: closedTo.toArray(),
        copyNode: Int32Array.from(baseOfCopy, (_, copy) => baseCount + copy),
        copyBase: baseOfCopy,
        turns: timesUnderProfiles(segments).map((_, profile) => forbiddenUnder(runs, profile)),
      },
    };
  }

  /** Of the profiles that may drive a direction, those that may not in this state. */
  private closedTo(state: number, driven: number): number {
    return this.automaton.forbiddenTo(state, driven) & this.drivenBy[driven]!;
  }

  private node(state: number): number {
    return this.directions.head(this.automaton.directionInto(state));
  }

  private reachedStates(): number[] {
    const { automaton, directions } = this;
    const reached = new Uint8Array(automaton.stateCount);
    const states: number[] = [];
    const reach = (state: number): void => {
      if (state === NO_TURN_BEGUN || reached[state] === 1) return;
      reached[state] = 1;
      states.push(state);
    };
    for (let driven = 0; driven < this.segments.segmentTail.length * 2; driven++) {
      if (directions.isDriven(driven)) reach(automaton.next(NO_TURN_BEGUN, driven));
    }
    // The list grows while it is walked.
    for (const state of states) {
      for (const driven of directions.outOf(this.node(state))) {
        if (this.closedTo(state, driven) !== this.drivenBy[driven]) reach(automaton.next(state, driven));
      }
    }
    return states;
  }

  /**
   * Moore's partition refinement: states at one node are together until what they forbid, or where what they allow leads,
   * tells them apart. A state that ends up with the node itself needs no copy.
   */
  private mergeStates(): Int32Array {
    const { automaton, directions, states } = this;
    let group = new Int32Array(automaton.stateCount).fill(-1);
    let groupCount = 0;
    for (;;) {
      const next = new Int32Array(automaton.stateCount).fill(-1);
      const known = new Map<string, number>();
      const groupOfNode = new Map<number, string>();
      const leads = (state: number, node: number): string => {
        let text = `${node}`;
        for (const driven of directions.outOf(node)) {
          const closed = this.closedTo(state, driven);
          text += closed === this.drivenBy[driven] ? " x" : ` ${group[automaton.next(state, driven)]}`;
          if (closed !== 0) text += `!${closed}`;
        }
        return text;
      };
      for (const state of states) {
        const node = this.node(state);
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

function forbiddenUnder(runs: readonly ProfiledRun[], profile: number): ForbiddenTurns {
  const own = runs.filter(({ profiles }) => (profiles & (1 << profile)) !== 0).map(({ run }) => run);
  const turnFirst = new Int32Array(own.length + 1);
  own.forEach((run, i) => {
    turnFirst[i + 1] = turnFirst[i]! + run.length;
  });
  return { turnFirst, turnRun: Int32Array.from(own.flat()) };
}
