/** Extra minutes of those whose ED changed; zeros when there is nobody. */
export interface ExtraMinutes {
  readonly mean: number;
  /** As many as 95 % have at most (nearest rank). */
  readonly p95: number;
  readonly worst: number;
  readonly total: number;
}

/** @param extraMs whole milliseconds, in any order. */
export function extraMinutesOf(extraMs: readonly number[]): ExtraMinutes {
  if (extraMs.length === 0) return { mean: 0, p95: 0, worst: 0, total: 0 };
  const sorted = [...extraMs].sort((a, b) => a - b);
  // Whole numbers add up to the same sum in any order.
  const totalMs = sorted.reduce((sum, ms) => sum + ms, 0);
  const minutes = (ms: number): number => ms / 60_000;
  return {
    mean: minutes(totalMs / sorted.length),
    p95: minutes(sorted[Math.ceil(0.95 * sorted.length) - 1]!),
    worst: minutes(sorted.at(-1)!),
    total: minutes(totalMs),
  };
}
