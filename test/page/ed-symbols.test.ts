import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { roomForLabels, type WantedLabel } from "../../src/page/map/ed-symbols";

const label = (x: number, y: number, weight = 0): WantedLabel => ({
  x,
  y,
  symbolSize: 26,
  width: 100,
  height: 22,
  weight,
});

const boxOf = ({ x, y, width, height, symbolSize }: WantedLabel, side: string) => {
  const left = side === "right" ? x + symbolSize / 2 : x - symbolSize / 2 - width;
  return { left, right: left + width, top: y - height / 2, bottom: y + height / 2 };
};

describe("labels of the map", () => {
  it("stand to the right, or to the left where that is taken, or not at all", () => {
    expect(roomForLabels([label(0, 0)], 1000)).toEqual(["right"]);
    expect(roomForLabels([label(0, 0), label(100, 0)], 1000)).toEqual(["left", "right"]);
    expect(roomForLabels([label(0, 0), label(100, 0), label(-100, 0)], 1000)).toEqual([undefined, "right", "left"]);
  });

  it("stand to the left where the map ends", () => {
    expect(roomForLabels([label(300, 0)], 400)).toEqual(["left"]);
    expect(roomForLabels([label(300, 0), label(200, 0)], 400)).toEqual(["right", "left"]);
  });

  it("make way for what matters more", () => {
    expect(roomForLabels([label(0, 0), label(10, 5, 1)], 1000)[1]).toBeDefined();
  });

  it("never lie on each other or on the symbol of another", () => {
    const place = fc.integer({ min: 0, max: 600 });
    const labels = fc.array(fc.record({ x: place, y: place, weight: fc.integer({ min: 0, max: 2 }) }), {
      maxLength: 30,
    });
    fc.assert(
      fc.property(labels, (places) => {
        const wanted = places.map(({ x, y, weight }) => label(x, y, weight));
        const sides = roomForLabels(wanted, 600);
        const boxes = wanted.flatMap((one, i) => (sides[i] === undefined ? [] : [{ i, ...boxOf(one, sides[i]) }]));
        for (const a of boxes) {
          for (const b of boxes) {
            if (a === b) continue;
            expect(a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom).toBe(false);
          }
          wanted.forEach(({ x, y }, j) => {
            if (j === a.i) return;
            expect(a.left < x + 13 && x - 13 < a.right && a.top < y + 13 && y - 13 < a.bottom).toBe(false);
          });
        }
      }),
    );
  });
});
