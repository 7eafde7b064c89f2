import { MS_PER_MINUTE } from "../../core/instant";

/** Minutes over people. */
export interface MinutesSpread {
  readonly mean: number;
  /** For at most a twentieth of the people it is more. */
  readonly p95: number;
}

/** @returns null when nobody counts. */
export function minutesSpread(milliseconds: ArrayLike<number>, people: ArrayLike<number>): MinutesSpread | null {
  let total = 0;
  let sum = 0;
  for (let i = 0; i < milliseconds.length; i++) {
    total += people[i]!;
    sum += people[i]! * milliseconds[i]!;
  }
  if (total === 0) return null;
  const descending = Array.from(milliseconds, (_, i) => i).sort((a, b) => milliseconds[b]! - milliseconds[a]!);
  let passed = 0;
  const p95 = descending.find((i) => {
    passed += people[i]!;
    return passed > total / 20;
  })!;
  return { mean: sum / total / MS_PER_MINUTE, p95: milliseconds[p95]! / MS_PER_MINUTE };
}
