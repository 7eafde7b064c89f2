/**
 * Work that may be interrupted: it yields wherever it can pause, after milliseconds rather than seconds whatever the size
 * of the input, and returns its result at the end. A server takes such work in turns with everything else it does.
 */
export type Steps<T> = Generator<void, T, void>;

/** Does the work in one go. */
export function runSteps<T>(steps: Steps<T>): T {
  for (;;) {
    const { value, done } = steps.next();
    if (done) return value;
  }
}

/** Entries of a list handled between two pauses, where each takes microseconds. */
export const ENTRIES_PER_STEP = 512;

/** The list in order, equals as they were; a new one. */
export function* sortSteps<T>(list: readonly T[], compare: (a: T, b: T) => number): Steps<T[]> {
  let runs: T[][] = [];
  for (let from = 0; from < list.length; from += ENTRIES_PER_STEP) {
    runs.push(list.slice(from, from + ENTRIES_PER_STEP).sort(compare));
    yield;
  }
  while (runs.length > 1) {
    const longer: T[][] = [];
    for (let i = 0; i < runs.length; i += 2) longer.push(yield* mergeSteps(runs[i]!, runs[i + 1] ?? [], compare));
    runs = longer;
  }
  return runs[0] ?? [];
}

function* mergeSteps<T>(first: readonly T[], second: readonly T[], compare: (a: T, b: T) => number): Steps<T[]> {
  const merged: T[] = [];
  for (let a = 0, b = 0; a < first.length || b < second.length; ) {
    const isFirst = b === second.length || (a < first.length && compare(first[a]!, second[b]!) <= 0);
    merged.push(isFirst ? first[a++]! : second[b++]!);
    if (merged.length % ENTRIES_PER_STEP === 0) yield;
  }
  return merged;
}
