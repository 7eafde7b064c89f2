import { describe, expect, it } from "vitest";
import { SeededRandom } from "../../src/core/random";
import { NO_TURN_BEGUN, TurnAutomaton } from "../../src/roads/turns/turn-automaton";
import type { ProfiledSequence } from "../../src/roads/turns/turn-sequences";

const endsWith = (driven: readonly number[], part: readonly number[]): boolean =>
  part.length <= driven.length && part.every((direction, i) => driven[driven.length - part.length + i] === direction);

/** Forbidden turns of two to four directions out of a few, so that they overlap, nest and repeat, each for some of three profiles. */
function randomTurns(random: SeededRandom, letters: number): ProfiledSequence[] {
  return Array.from({ length: 1 + random.integer(8) }, () => ({
    sequence: Array.from({ length: 2 + random.integer(3) }, () => random.integer(letters)),
    profiles: 1 + random.integer(7),
  }));
}

describe("the automaton of forbidden turns", () => {
  it("tells at every step who may not drive where next, as comparing with every turn does", () => {
    let forbidden = 0;
    let mixed = 0;
    for (let seed = 1; seed <= 200; seed++) {
      const random = new SeededRandom(seed);
      const letters = 2 + random.integer(4);
      const turns = randomTurns(random, letters);
      const automaton = new TurnAutomaton(turns);
      const driven: number[] = [];
      let state = NO_TURN_BEGUN;
      for (let step = 0; step < 60; step++) {
        for (let next = 0; next < letters; next++) {
          const hit = turns.filter(({ sequence }) => endsWith([...driven, next], sequence));
          const expected = hit.reduce((all, { profiles }) => all | profiles, 0);
          const message = `seed ${seed}, after ${driven.join(" ")}, on to ${next}`;
          expect(automaton.forbiddenTo(state, next), message).toBe(expected);
          if (expected !== 0) forbidden++;
          if (new Set(hit.map(({ profiles }) => profiles)).size > 1) mixed++;
        }
        const direction = random.integer(letters);
        driven.push(direction);
        state = automaton.next(state, direction);
        // The longest part of what was driven last that begins a turn.
        const begun = turns
          .flatMap(({ sequence }) => sequence.slice(0, -1).map((_, i) => sequence.slice(0, i + 1)))
          .filter((part) => endsWith(driven, part));
        expect(state === NO_TURN_BEGUN, `seed ${seed}, after ${driven.join(" ")}`).toBe(begun.length === 0);
        expect(automaton.keyInto(state)).toBe(begun.length === 0 ? -1 : direction);
      }
    }
    expect([forbidden > 1000, mixed > 100]).toEqual([true, true]);
  });

  it("has one state per part that begins a turn, and one for none", () => {
    const automaton = new TurnAutomaton([
      { sequence: [1, 2, 3], profiles: 1 },
      { sequence: [1, 2, 4], profiles: 2 },
      { sequence: [2, 3], profiles: 4 },
      { sequence: [1, 5], profiles: 1 },
    ]);
    // None, 1, 1 2, and 2.
    expect(automaton.stateCount).toBe(4);
    const through = automaton.next(automaton.next(NO_TURN_BEGUN, 1), 2);
    expect([3, 4, 5].map((direction) => automaton.forbiddenTo(through, direction))).toEqual([1 | 4, 2, 0]);
    expect(new TurnAutomaton([]).stateCount).toBe(1);
  });
});
