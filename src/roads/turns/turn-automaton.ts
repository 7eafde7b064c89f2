import type { ProfiledSequence } from "./turn-sequences";

/** No turn restriction has begun. */
export const NO_TURN_BEGUN = 0;

/**
 * Recognizes forbidden turn sequences while they are driven (Aho and Corasick, Commun. ACM 1975, with edge keys for
 * letters): a state is the longest part of what was driven last that begins a forbidden sequence. However
 * restrictions overlap or share roads, a journey is legal exactly when no state on its way forbids what comes next. One
 * automaton serves several profiles: what it tells of a turn is which of them may not drive it.
 */
export class TurnAutomaton {
  /** Last key driven to come into each state; -1 for {@link NO_TURN_BEGUN}. */
  readonly #key: number[] = [-1];
  readonly #children: Map<number, number>[] = [new Map()];
  /** For each state, the profiles to which each key is forbidden: bit p for profile p. */
  readonly #forbidden: Map<number, number>[] = [new Map()];
  /** The state of the longest proper suffix. */
  readonly #fallback: number[] = [NO_TURN_BEGUN];

  /** @param sequences each of two keys or more. */
  constructor(sequences: Iterable<ProfiledSequence>) {
    for (const { sequence, profiles } of sequences) {
      let state = NO_TURN_BEGUN;
      for (const key of sequence.slice(0, -1)) state = this.#childOf(state, key);
      this.#forbid(state, sequence.at(-1)!, profiles);
    }
    this.#linkFallbacks();
  }

  get stateCount(): number {
    return this.#key.length;
  }

  /** The key whose end a state waits at. */
  keyInto(state: number): number {
    return this.#key[state]!;
  }

  /** The profiles to which a key is forbidden in a state: bit p for profile p. */
  forbiddenTo(state: number, key: number): number {
    return this.#forbidden[state]!.get(key) ?? 0;
  }

  next(state: number, key: number): number {
    for (let s = state; ; s = this.#fallback[s]!) {
      const child = this.#children[s]!.get(key);
      if (child !== undefined) return child;
      if (s === NO_TURN_BEGUN) return NO_TURN_BEGUN;
    }
  }

  #childOf(state: number, key: number): number {
    let child = this.#children[state]!.get(key);
    if (child === undefined) {
      child = this.#key.push(key) - 1;
      this.#children.push(new Map());
      this.#forbidden.push(new Map());
      this.#fallback.push(NO_TURN_BEGUN);
      this.#children[state]!.set(key, child);
    }
    return child;
  }

  /** Shorter states first, since a fallback is shorter than its state; what it forbids is forbidden here too. */
  #linkFallbacks(): void {
    const queue = [...this.#children[NO_TURN_BEGUN]!.values()];
    for (const state of queue) {
      for (const [key, child] of this.#children[state]!) {
        this.#fallback[child] = this.next(this.#fallback[state]!, key);
        queue.push(child);
      }
      for (const [key, profiles] of this.#forbidden[this.#fallback[state]!]!) {
        this.#forbid(state, key, profiles);
      }
    }
  }

  #forbid(state: number, key: number, profiles: number): void {
    this.#forbidden[state]!.set(key, this.forbiddenTo(state, key) | profiles);
  }
}
