/** Binary search: in each of these what is looked for is at the border between those that come before it and the rest. */

/** The first of `from` .. `end - 1` for which `holds`, as it does for all that follow; `end` when there is none. */
export function firstWhere(from: number, end: number, holds: (index: number) => boolean): number {
  let low = from;
  let high = end;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** First position in [from, end) of an ascending run whose value is at least `value`; `end` when there is none. */
export function lowerBound(sorted: Int32Array, from: number, end: number, value: number): number {
  if (from < end && sorted[from]! >= value) return from;
  // Most lists hold a handful of nodes, where halving costs more in mispredicted branches than it saves.
  while (end - from > 12) {
    const middle = (from + end) >> 1;
    if (sorted[middle]! < value) from = middle + 1;
    else end = middle;
  }
  while (from < end && sorted[from]! < value) from++;
  return from;
}

/** The group an element of a compressed sparse row belongs to: the lower end of an upward arc, the tail of an input arc. */
export function groupOf(first: Int32Array, element: number): number {
  let low = 0;
  let high = first.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (first[middle]! <= element) low = middle;
    else high = middle;
  }
  return low;
}
