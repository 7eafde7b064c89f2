/**
 * Puts a way together from two stretches of it, each of which lacks nodes of the other at an end or in between. The
 * nodes both have must come in the same order, and between two of them (and at either end) only one list may have
 * further nodes: then there is just one way to lay them side by side.
 *
 * @returns undefined when there is none or more than one, or when a list meets a node twice.
 */
export function joinNodeLists(a: ArrayLike<number>, b: ArrayLike<number>): Float64Array | undefined {
  const placeInA = placesOf(a);
  const placeInB = placesOf(b);
  if (placeInA === undefined || placeInB === undefined) return undefined;
  const joined: number[] = [];
  let nextInB = 0;
  let ownOfA: number[] = [];
  let shared = 0;
  for (let i = 0; i < a.length; i++) {
    const node = a[i]!;
    const place = placeInB.get(node);
    if (place === undefined) {
      ownOfA.push(node);
      continue;
    }
    if (place < nextInB || (place > nextInB && ownOfA.length > 0)) return undefined;
    for (; nextInB < place; nextInB++) joined.push(b[nextInB]!);
    joined.push(...ownOfA, node);
    nextInB = place + 1;
    ownOfA = [];
    shared++;
  }
  if (shared === 0 || (nextInB < b.length && ownOfA.length > 0)) return undefined;
  joined.push(...ownOfA);
  for (; nextInB < b.length; nextInB++) joined.push(b[nextInB]!);
  return Float64Array.from(joined);
}

function placesOf(nodes: ArrayLike<number>): Map<number, number> | undefined {
  const places = new Map<number, number>();
  for (let i = 0; i < nodes.length; i++) places.set(nodes[i]!, i);
  return places.size === nodes.length ? places : undefined;
}
