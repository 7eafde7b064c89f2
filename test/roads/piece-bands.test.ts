import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PieceBands } from "../../src/roads/closures/piece-bands";

describe("PieceBands", () => {
  it("finds every piece within the reach of a latitude, and for a short reach few others", () => {
    const coordinate = fc.integer({ min: -1_000_000, max: 1_000_000 });
    const piece = fc.tuple(coordinate, coordinate, coordinate, coordinate);
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 30 }),
        fc.integer({ min: 0, max: 500_000 }),
        coordinate,
        coordinate,
        (pieces, reach, a, b) => {
          const [low, high] = [Math.min(a, b), Math.max(a, b)];
          const found = new Set(new PieceBands(pieces.flat(), reach).near(low, high));
          for (const [place, [, one, , other]] of pieces.entries()) {
            const isNear = Math.min(one, other) - reach <= high && Math.max(one, other) + reach >= low;
            if (isNear) expect(found).toContain(4 * place);
          }
        },
      ),
    );
    const ladder = Array.from({ length: 4000 }, (_, i) => [0, 1000 * i, 10, 1000 * i + 500]).flat();
    expect([...new PieceBands(ladder, 100).near(2_000_000, 2_000_400)].length).toBeLessThan(20);
  });
});
