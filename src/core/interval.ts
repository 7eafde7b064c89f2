import type { EpochMs, Instant } from "./instant";

/** A stretch of time `[fromMs, untilMs)`: its end is the first moment outside it. Infinite where it has no end. */
export interface Interval {
  readonly fromMs: EpochMs;
  readonly untilMs: EpochMs;
}

/** An interval as its ends are written; one that is not written is infinitely far away. */
export const intervalBetween = (from: Instant | undefined, until: Instant | undefined): Interval => ({
  fromMs: from?.epochMs ?? Number.NEGATIVE_INFINITY,
  untilMs: until?.epochMs ?? Number.POSITIVE_INFINITY,
});

export const isDuring = ({ fromMs, untilMs }: Interval, atMs: EpochMs): boolean => fromMs <= atMs && atMs < untilMs;
