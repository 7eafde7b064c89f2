import { describe, expect, it } from "vitest";
import { SeededRandom } from "../../src/core/random";
import { distinctPositions } from "../../src/roads/graph/assemble-road-graph";

const none = new Int32Array(0);

describe("distinctPositions", () => {
  it("moves the later of two nodes in one place by a centimetre, and further ones further", () => {
    const lon = Int32Array.of(5, 5, 9, 5, 5);
    const lat = Int32Array.of(7, 7, 7, 8, 7);
    expect([...distinctPositions({ lon, lat }, none, none).lat]).toEqual([7, 8, 7, 9, 10]);
    expect([...lat]).toEqual([7, 7, 7, 8, 7]);
  });

  it("keeps a copy where its base is", () => {
    const positions = { lon: Int32Array.of(5, 5, 5, 5), lat: Int32Array.of(7, 7, 7, 7) };
    expect([...distinctPositions(positions, Int32Array.of(2, 3), Int32Array.of(0, 1)).lat]).toEqual([7, 8, 7, 8]);
  });

  it("leaves no two nodes in one place, whatever is given, and nothing moved that need not be", () => {
    const seed = 4;
    const random = new SeededRandom(seed);
    for (let round = 0; round < 50; round++) {
      const count = random.integer(300);
      const lon = Int32Array.from({ length: count }, () => random.integer(12));
      const lat = Int32Array.from({ length: count }, () => random.integer(12));
      const after = distinctPositions({ lon, lat }, none, none);
      const places = Array.from(after.lat, (value, node) => `${after.lon[node]},${value}`);
      expect(new Set(places).size, `seed ${seed}, round ${round}`).toBe(count);
      expect(distinctPositions(after, none, none)).toEqual(after);
    }
  });
});
