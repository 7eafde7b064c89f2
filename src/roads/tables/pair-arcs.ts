/** What {@link pairArcs} finds: which arcs are the two directions of one road. */
export interface ArcPairs {
  /** Int32[arcs]: the arc of the opposite direction, or -1 where the road is one-way. */
  readonly partner: Int32Array;
  /** Number of roads: pairs, and arcs without a partner. */
  readonly roadCount: number;
}

/**
 * Pairs arcs a → b and b → a that agree in `kind`: sources that list every direction by itself, such as DIMACS, mean one
 * two-way road by them. Among parallel arcs the first pairs with the first. Self loops stay alone: each is a direction of
 * travel in its own right.
 *
 * @param kind Int32[arcs]: arcs pair only when equal here (travel time, or a number that stands for all attributes).
 */
export function pairArcs(nodeCount: number, tails: Int32Array, heads: Int32Array, kind: Int32Array): ArcPairs {
  const arcCount = tails.length;
  const partner = new Int32Array(arcCount).fill(-1);
  const low = tails.map((tail, arc) => Math.min(tail, heads[arc]!));
  const byLow = new Int32Array(nodeCount + 1);
  for (const node of low) byLow[node + 1]!++;
  for (let v = 0; v < nodeCount; v++) byLow[v + 1]! += byLow[v]!;
  const next = byLow.slice(0, nodeCount);
  const arcs = new Int32Array(arcCount);
  for (let arc = 0; arc < arcCount; arc++) arcs[next[low[arc]!]!++] = arc;

  const otherEnd = (arc: number): number => tails[arc]! + heads[arc]! - low[arc]!;
  const compare = (a: number, b: number): number => otherEnd(a) - otherEnd(b) || kind[a]! - kind[b]! || a - b;
  let pairs = 0;
  for (let v = 0; v < nodeCount; v++) {
    const group = arcs.subarray(byLow[v], byLow[v + 1]).sort(compare);
    for (let start = 0; start < group.length; ) {
      let end = start + 1;
      while (end < group.length && sameRoad(group[start]!, group[end]!)) end++;
      pairs += pairWithin(group.subarray(start, end), v);
      start = end;
    }
  }
  return { partner, roadCount: arcCount - pairs };

  function sameRoad(a: number, b: number): boolean {
    return otherEnd(a) === otherEnd(b) && kind[a] === kind[b];
  }

  /** Pairs the arcs out of `node` with those into it, in order; `group` joins one pair of nodes and is of one kind. */
  function pairWithin(group: Int32Array, node: number): number {
    const out = group.filter((arc) => tails[arc] === node);
    // Empty for self loops, so they find no partner.
    const into = group.filter((arc) => tails[arc] !== node);
    const count = Math.min(out.length, into.length);
    for (let i = 0; i < count; i++) {
      partner[out[i]!] = into[i]!;
      partner[into[i]!] = out[i]!;
    }
    return count;
  }
}
