import type { ProfiledRun } from "./turn-runs";

/** No turn restriction has begun. */
export const NO_TURN_BEGUN = 0;

/**
 * Recognizes forbidden runs of directions while they are driven (Aho and Corasick, Commun. ACM 1975, with directions of
 * road segments for letters): a state is the longest part of what was driven last that begins a forbidden run. However
 * restrictions overlap or share roads, a journey is legal exactly when no state on its way forbids what comes next. One
 * automaton serves several profiles: what it tells of a turn is which of them may not drive it.
 */
export class TurnAutomaton {
  /** Last direction driven to come into each state; -1 for {@link NO_TURN_BEGUN}. */
  private readonly direction: number[] = [-1];
  private readonly children: Map<number, number>[] = [new Map()];
  /** For each state, the profiles to which each direction is forbidden: bit p for profile p. */
  private readonly forbidden: Map<number, number>[] = [new Map()];
  /** The state of the longest proper suffix. */
  private readonly fallback: number[] = [NO_TURN_BEGUN];

  /** @param runs each of two directions or more. */
  constructor(runs: Iterable<ProfiledRun>) {
    for (const { run, profiles } of runs) {
      let state = NO_TURN_BEGUN;
      for (const direction of run.slice(0, -1)) state = this.childOf(state, direction);
      this.forbid(state, run.at(-1)!, profiles);
    }
    this.linkFallbacks();
  }

  get stateCount(): number {
    return this.direction.length;
  }

  /** The direction whose end a state waits at. */
  directionInto(state: number): number {
    return this.direction[state]!;
  }

  /** The profiles to which a direction is forbidden in a state: bit p for profile p. */
  forbiddenTo(state: number, direction: number): number {
    return this.forbidden[state]!.get(direction) ?? 0;
  }

  next(state: number, direction: number): number {
    for (let s = state; ; s = this.fallback[s]!) {
      const child = this.children[s]!.get(direction);
      if (child !== undefined) return child;
      if (s === NO_TURN_BEGUN) return NO_TURN_BEGUN;
    }
  }

  private childOf(state: number, direction: number): number {
    let child = this.children[state]!.get(direction);
    if (child === undefined) {
      child = this.direction.push(direction) - 1;
      this.children.push(new Map());
      this.forbidden.push(new Map());
      this.fallback.push(NO_TURN_BEGUN);
      this.children[state]!.set(direction, child);
    }
    return child;
  }

  /** Shorter states first, since a fallback is shorter than its state; what it forbids is forbidden here too. */
  private linkFallbacks(): void {
    const queue = [...this.children[NO_TURN_BEGUN]!.values()];
    for (const state of queue) {
      for (const [direction, child] of this.children[state]!) {
        this.fallback[child] = this.next(this.fallback[state]!, direction);
        queue.push(child);
      }
      for (const [direction, profiles] of this.forbidden[this.fallback[state]!]!) {
        this.forbid(state, direction, profiles);
      }
    }
  }

  private forbid(state: number, direction: number, profiles: number): void {
    this.forbidden[state]!.set(direction, this.forbiddenTo(state, direction) | profiles);
  }
}
