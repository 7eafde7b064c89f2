import { describe, expect, it } from "vitest";
import { GrowableFloat64, GrowableInt32, lengthened } from "../../src/core/growable";

describe("growable columns", () => {
  it.each([
    { kind: Int32Array, column: new GrowableInt32(), of: (i: number) => 3 * i - 5000 },
    { kind: Float64Array, column: new GrowableFloat64(), of: (i: number) => 2 ** 52 + i },
  ])("hold in order what was pushed: $kind.name", ({ kind, column, of }) => {
    expect(column.toArray()).toEqual(new kind(0));
    expect(column.last()).toBeUndefined();
    for (let i = 0; i < 5000; i++) {
      column.push(of(i));
      expect(column.last()).toBe(of(i));
    }
    expect(column.length).toBe(5000);
    expect(column.toArray()).toEqual(new kind(Array.from({ length: 5000 }, (_, i) => of(i))));
    column.toArray().fill(0);
    expect(column.toArray()[4999]).toBe(of(4999));
  });

  it("begin as they did and go on with zeros when lengthened, in memory of their own", () => {
    const shared = new Int32Array(new SharedArrayBuffer(8)).fill(7);
    const longer = lengthened(shared, 4);
    expect(longer).toEqual(Int32Array.of(7, 7, 0, 0));
    expect(longer.buffer).toBeInstanceOf(ArrayBuffer);
    expect(lengthened(Uint8Array.of(1), 2)).toEqual(Uint8Array.of(1, 0));
  });
});
