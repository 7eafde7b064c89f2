import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MinHeap } from "../../src/shortest-path/heap";

const SEED = 4;

describe("MinHeap", () => {
  it("pops (key, value) pairs in ascending order, whatever was pushed in between", () => {
    const pair = fc.tuple(fc.integer({ min: 0, max: 20 }), fc.integer({ min: -5, max: 5 }));
    const step = fc.oneof({ arbitrary: pair, weight: 3 }, { arbitrary: fc.constant("pop" as const), weight: 2 });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const heap = new MinHeap(1);
        let expected: (readonly [number, number])[] = [];
        for (const next of [...steps, ...expected.map(() => "pop" as const)]) {
          if (next !== "pop") {
            heap.push(...next);
            expected = [...expected, next].sort((a, b) => a[0] - b[0] || a[1] - b[1]);
          } else if (expected.length > 0) {
            expect([heap.minKey, heap.minValue]).toEqual(expected.shift());
            heap.pop();
          }
          expect(heap.size).toBe(expected.length);
        }
      }),
      { seed: SEED },
    );
  });

  it("is empty after clearing, and usable again", () => {
    const heap = new MinHeap();
    for (let i = 0; i < 3000; i++) heap.push(3000 - i, i);
    heap.clear();
    expect(heap.size).toBe(0);
    heap.push(7, 1);
    heap.push(5, 2);
    expect([heap.minKey, heap.minValue]).toEqual([5, 2]);
  });
});
