import { describe, expect, it } from "vitest";
import { readInstant } from "../../src/core/instant";
import { intervalBetween, isDuring } from "../../src/core/interval";

const from = readInstant("2026-03-01T08:00:00Z")!;
const until = readInstant("2026-03-01T09:00:00+00:30")!;

describe("intervals", () => {
  it("hold from their first moment on, and no longer at their end", () => {
    const hold = (interval = intervalBetween(from, until)) =>
      [-1, 0, 1_799_999, 1_800_000].map((ms) => isDuring(interval, from.epochMs + ms));
    expect(hold()).toEqual([false, true, true, false]);
    expect(hold(intervalBetween(undefined, until))).toEqual([true, true, true, false]);
    expect(hold(intervalBetween(from, undefined))).toEqual([false, true, true, true]);
    expect(hold(intervalBetween(undefined, undefined))).toEqual([true, true, true, true]);
    expect(hold(intervalBetween(until, from))).toEqual([false, false, false, false]);
    expect(isDuring(intervalBetween(from, from), from.epochMs)).toBe(false);
  });
});
