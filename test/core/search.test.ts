import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { firstWhere, groupOf, lowerBound } from "../../src/core/search";

const sorted = fc.array(fc.integer({ min: 0, max: 60 })).map((values) => Int32Array.from(values).sort());
/** Any stretch of any ascending list, empty ones too, and a value within its range or just beyond. */
const questions = sorted.chain((values) =>
  fc.record({
    values: fc.constant(values),
    stretch: fc.tuple(fc.nat(values.length), fc.nat(values.length)).map((ends) => ends.sort((a, b) => a - b)),
    value: fc.integer({ min: -1, max: 61 }),
  }),
);

describe("binary search", () => {
  it.each([
    {
      name: "firstWhere",
      search: (values: Int32Array, from: number, end: number, value: number) =>
        firstWhere(from, end, (at) => values[at]! >= value),
    },
    { name: "lowerBound", search: lowerBound },
  ])("$name agrees with a linear scan of the stretch", ({ search }) => {
    fc.assert(
      fc.property(questions, ({ values, stretch: [from, end], value }) => {
        let expected = from!;
        while (expected < end! && values[expected]! < value) expected++;
        expect(search(values, from!, end!, value)).toBe(expected);
      }),
    );
  });

  it("groupOf finds the row of every element, past empty rows", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(4), { minLength: 1 }), (lengths) => {
        const first = new Int32Array(lengths.length + 1);
        lengths.forEach((length, row) => {
          first[row + 1] = first[row]! + length;
        });
        const rows = lengths.flatMap((length, row) => new Array<number>(length).fill(row));
        expect(rows.map((_, element) => groupOf(first, element))).toEqual(rows);
      }),
    );
  });
});
