import { MinHeap } from "../../shortest-path/heap";
import { reverseKey } from "../graph/edge-key";
import type { EdgeKeys, TurnSequence } from "./turn-sequences";

/** How long a drive beyond a restricted turn U-turns are kept from getting round it, in milliseconds. */
export const U_TURN_REACH_MS = 10_000;

/**
 * Forbids U-turns, except at dead ends, where they could pay.
 *
 * Where turns are free, no fastest route turns round: who comes to a node by one road and goes back by it would have been
 * faster by not coming. A U-turn pays only to get round a forbidden turn, by driving past it and back. So U-turns are
 * forbidden at every junction that can be reached within {@link U_TURN_REACH_MS} of one, and allowed where no other way
 * on is left. Not exact: a route that drives farther than that past a forbidden turn before it turns round is found, since
 * the ball of junctions to split grows with the square of the reach. Of 4,000 random routes through Portland, where one
 * junction in 25 is restricted, 7 in 100 turn round where that is free, fewer than 1 in 100 with a reach of 10 s, at 7 %
 * more nodes, and 4 in 1,000 with 20 s, at 19 %.
 */
export function forbidUTurns(keys: EdgeKeys, sequences: readonly TurnSequence[]): TurnSequence[] {
  const known = new Set(sequences.map((sequence) => sequence.join()));
  const added: TurnSequence[] = [];
  for (const key of reachedKeys(keys, sequences, known)) {
    const back = reverseKey(key);
    const onward = Array.from(keys.outOf(keys.head(key))).filter(
      (next) => next !== back && !known.has(`${key},${next}`),
    );
    if (!keys.isDriven(back) || onward.length === 0 || known.has(`${key},${back}`)) continue;
    added.push([key, back]);
  }
  return [...sequences, ...added];
}

/** Keys whose far end is within reach of those on whom a forbidden turn is beginning, nearest first. */
function reachedKeys(keys: EdgeKeys, sequences: readonly TurnSequence[], known: ReadonlySet<string>): Set<number> {
  const reached = new Set<number>();
  const settled = new Set<number>();
  const heap = new MinHeap();
  const drive = (key: number, milliseconds: number): void => {
    const arrival = milliseconds + keys.milliseconds(key);
    if (arrival > U_TURN_REACH_MS) return;
    reached.add(key);
    heap.push(arrival, keys.head(key));
  };
  for (const begun of beginnings(sequences)) {
    for (const key of keys.outOf(keys.head(begun.at(-1)!))) {
      if (!known.has(`${begun},${key}`)) drive(key, 0);
    }
  }
  while (heap.size > 0) {
    const milliseconds = heap.minKey;
    const node = heap.minValue;
    heap.pop();
    if (settled.has(node)) continue;
    settled.add(node);
    for (const key of keys.outOf(node)) drive(key, milliseconds);
  }
  return reached;
}

/** Every proper beginning of a sequence, once. */
function beginnings(sequences: readonly TurnSequence[]): Iterable<TurnSequence> {
  const all = sequences.flatMap((sequence) => sequence.slice(1).map((_, i) => sequence.slice(0, i + 1)));
  return new Map(all.map((begun) => [begun.join(), begun])).values();
}
