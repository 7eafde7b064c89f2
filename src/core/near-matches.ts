/** Names close to a mistyped one, nearest first, at most `limit`: what an error message offers as "did you mean". */
export function nearMatches(wanted: string, candidates: Iterable<string>, limit = 3): string[] {
  const target = wanted.toLowerCase();
  // One slip per three letters; more would offer words that have nothing to do with the one meant.
  const tolerance = Math.max(1, Math.floor(target.length / 3));
  return [...new Set(candidates)]
    .map((name) => ({ name, distance: closeness(target, name.toLowerCase(), tolerance) }))
    .filter(({ distance }) => distance <= tolerance)
    .sort((a, b) => a.distance - b.distance || (a.name < b.name ? -1 : 1))
    .slice(0, limit)
    .map(({ name }) => name);
}

/** A sentence fragment such as ` Did you mean trauma or maternity?`, empty when nothing is near. */
export function didYouMean(wanted: string, candidates: Iterable<string>): string {
  const near = nearMatches(wanted, candidates);
  return near.length === 0 ? "" : ` Did you mean ${near.join(" or ")}?`;
}

/** Edit distance, or 1 when the one continues the other ("RQ8" for "RQ8L0"). */
function closeness(a: string, b: string, tolerance: number): number {
  if (a.length >= 3 && b.length >= 3 && (a.startsWith(b) || b.startsWith(a))) return a === b ? 0 : 1;
  // Each letter more or less is a slip of its own: most of a long list need not be looked at.
  if (Math.abs(a.length - b.length) > tolerance) return Number.POSITIVE_INFINITY;
  return editDistance(a, b);
}

/** Insertions, deletions, replacements and swaps of neighbours (optimal string alignment). */
function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = last[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      let best = Math.min(replaced, last[j]! + 1, row[j - 1]! + 1);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (swapped) best = Math.min(best, beforeLast[j - 2]! + 1);
      row.push(best);
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length]!;
}
