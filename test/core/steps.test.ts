import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ENTRIES_PER_STEP, runSteps, sortSteps } from "../../src/core/steps";

describe("sortSteps", () => {
  it("sorts as the language does, equals as they were, and pauses as it goes", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 50 }), { maxLength: 4 * ENTRIES_PER_STEP }), (numbers) => {
        const list = numbers.map((value, place) => ({ value, place }));
        const byValue = (a: { value: number }, b: { value: number }): number => a.value - b.value;
        expect(runSteps(sortSteps(list, byValue))).toEqual([...list].sort(byValue));
      }),
      { numRuns: 30 },
    );
    const long = Array.from({ length: 20 * ENTRIES_PER_STEP }, (_, i) => -i);
    expect([...sortSteps(long, (a, b) => a - b)].length).toBeGreaterThan(20 * Math.log2(20));
  });
});
