import fc from "fast-check";
import { expect, it } from "vitest";
import { IdIndex } from "../../src/roads/graph/id-index";

it("finds every id at its place in ascending order and no other", () => {
  const id = fc.oneof(
    fc.integer({ min: -50, max: 50 }),
    fc.integer({ min: 2 ** 40, max: 2 ** 40 + 20 }),
    fc.maxSafeInteger(),
  );
  fc.assert(
    fc.property(fc.array(id, { maxLength: 200 }), fc.array(id), (members, others) => {
      const index = new IdIndex(Float64Array.from(members));
      const sorted = [...new Set(members)].sort((a, b) => a - b);
      expect(index.size).toBe(sorted.length);
      for (const probe of [...members, ...others]) expect(index.indexOf(probe)).toBe(sorted.indexOf(probe));
    }),
    { numRuns: 500, seed: 7 },
  );
});
