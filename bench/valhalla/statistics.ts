/** The shares at which distributions are told. */
export const SHARES = [0, 0.05, 0.25, 0.5, 0.75, 0.95, 1] as const;

/** The values at {@link SHARES} of the sorted list, by the nearest rank; undefined for an empty list. */
export function distribution(values: readonly number[]): number[] | undefined {
  if (values.length === 0) return undefined;
  const sorted = [...values].sort((a, b) => a - b);
  return SHARES.map((share) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)]!);
}

/** How far a ratio is from agreement, whichever of the two is the larger: 0.5 and 2 are equally far. */
export const disagreement = (ratio: number): number => Math.abs(Math.log(ratio));

/** The items whose ratio is farthest from 1, farthest first; equally far ones in their order. */
export function worstByRatio<T>(items: readonly T[], ratioOf: (item: T) => number | undefined, count: number): T[] {
  return items
    .flatMap((item, place) => {
      const ratio = ratioOf(item);
      return ratio === undefined ? [] : [{ item, place, apart: disagreement(ratio) }];
    })
    .sort((a, b) => b.apart - a.apart || a.place - b.place)
    .slice(0, count)
    .map(({ item }) => item);
}

/** Counts by a key, in the order in which the keys were first met. */
export function countBy<T>(items: readonly T[], keyOf: (item: T) => string | undefined): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const item of items) {
    const key = keyOf(item);
    if (key !== undefined) counts[key] = (counts[key] ?? 0) + 1;
  }
  return counts;
}
