import { MinHeap } from "../shortest-path/heap";
import type { Directions, TurnRun } from "./turn-runs";

/** How long a drive beyond a restricted turn U-turns are kept from getting round it, in milliseconds. */
export const U_TURN_REACH_MS = 20_000;

/**
 * Forbids U-turns, except at dead ends, where they could pay.
 *
 * Where turns are free, no fastest route turns round: who comes to a node by one road and goes back by it would have been
 * faster by not coming. A U-turn pays only to get round a forbidden turn, by driving past it and back. So U-turns are
 * forbidden at every junction that can be reached within {@link U_TURN_REACH_MS} of one, and allowed where no other way
 * on is left. A route that drives farther than that past a forbidden turn before it turns round is not prevented: it costs
 * twice the reach, for which there is nearly always a way round the block; forbidding it too would mean to expand the
 * whole graph.
 */
export function forbidUTurns(directions: Directions, runs: readonly TurnRun[]): TurnRun[] {
  const known = new Set(runs.map((run) => run.join()));
  const added: TurnRun[] = [];
  for (const driven of reachedDirections(directions, runs)) {
    const back = driven ^ 1;
    const onward = Array.from(directions.outOf(directions.head(driven))).filter(
      (next) => next !== back && !known.has(`${driven},${next}`),
    );
    if (!directions.isDriven(back) || onward.length === 0 || known.has(`${driven},${back}`)) continue;
    added.push([driven, back]);
  }
  return [...runs, ...added];
}

/** Directions whose far end is within reach of a node at which a forbidden turn is under way, nearest first. */
function reachedDirections(directions: Directions, runs: readonly TurnRun[]): Set<number> {
  const reached = new Set<number>();
  const settled = new Set<number>();
  const heap = new MinHeap();
  for (const run of runs) for (const driven of run.slice(0, -1)) heap.push(0, directions.head(driven));
  while (heap.size > 0) {
    const milliseconds = heap.minKey;
    const node = heap.minValue;
    heap.pop();
    if (settled.has(node)) continue;
    settled.add(node);
    for (const driven of directions.outOf(node)) {
      const arrival = milliseconds + directions.milliseconds(driven);
      if (arrival > U_TURN_REACH_MS) continue;
      reached.add(driven);
      heap.push(arrival, directions.head(driven));
    }
  }
  return reached;
}
