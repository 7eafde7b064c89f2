import { type CellGraph, type FlowScratch, SEPARATOR, SIDE_A, SIDE_B } from "./cell-graph";

const UNMATCHED = -1;

/** In `nextArc` of a node: an alternating path from an unmatched node leads here. */
const REACHED = -2;

/**
 * Marks as SEPARATOR the fewest nodes that touch every link between the two sides. By König's theorem they are as many as
 * the largest matching of the cut's links and can be read off it: of side A those that alternating paths from unmatched
 * nodes do not reach, of side B those they do. A third fewer nodes than taking one side's end of every link.
 *
 * `label` is the matched partner. `nextArc` is, on side A, the arc last tried, on side B the search that last came by.
 */
export function markSeparator(cells: CellGraph, side: Int8Array, scratch: FlowScratch, lo: number, hi: number): void {
  const boundaryEnd = listBoundary(cells, side, scratch, lo, hi);
  matchGreedily(cells, side, scratch, lo, boundaryEnd);
  for (let i = lo; i < boundaryEnd; i++) {
    const v = scratch.queue[i]!;
    if (scratch.label[v] === UNMATCHED) augment(cells, side, scratch, lo, v);
  }
  markCover(cells, side, scratch, lo, boundaryEnd);
}

/** Lists in `queue` the nodes of side A with a link to side B; unmatches and unmarks both ends of every such link. */
function listBoundary(
  { firstArc, innerEnd, head }: CellGraph,
  side: Int8Array,
  { label, nextArc, queue }: FlowScratch,
  lo: number,
  hi: number,
): number {
  let end = lo;
  for (let v = lo; v < hi; v++) {
    if (side[v] !== SIDE_A) continue;
    let onBoundary = false;
    const stop = innerEnd[v]!;
    for (let arc = firstArc[v]!; arc < stop; arc++) {
      const w = head[arc]!;
      if (side[w] !== SIDE_B) continue;
      onBoundary = true;
      label[w] = UNMATCHED;
      nextArc[w] = UNMATCHED;
    }
    if (!onBoundary) continue;
    label[v] = UNMATCHED;
    queue[end++] = v;
  }
  return end;
}

function matchGreedily(
  { firstArc, innerEnd, head }: CellGraph,
  side: Int8Array,
  { label, queue }: FlowScratch,
  lo: number,
  boundaryEnd: number,
): void {
  for (let i = lo; i < boundaryEnd; i++) {
    const v = queue[i]!;
    const stop = innerEnd[v]!;
    for (let arc = firstArc[v]!; arc < stop; arc++) {
      const w = head[arc]!;
      if (side[w] !== SIDE_B || label[w] !== UNMATCHED) continue;
      label[w] = v;
      label[v] = w;
      break;
    }
  }
}

/**
 * Looks for an augmenting path from `root` and flips it (Kuhn 1955), by an explicit stack in `path`: boundaries of
 * thousands of nodes must not overflow the call stack. Searches are told apart by their root.
 */
function augment(
  { firstArc, innerEnd, head }: CellGraph,
  side: Int8Array,
  { label, nextArc, path }: FlowScratch,
  lo: number,
  root: number,
): void {
  let end = lo;
  path[end++] = root;
  nextArc[root] = firstArc[root]!;
  while (end > lo) {
    const v = path[end - 1]!;
    const stop = innerEnd[v]!;
    let arc = nextArc[v]!;
    while (arc < stop && (side[head[arc]!] !== SIDE_B || nextArc[head[arc]!] === root)) arc++;
    nextArc[v] = arc;
    if (arc === stop) {
      end--;
      continue;
    }
    const w = head[arc]!;
    nextArc[w] = root;
    const partner = label[w]!;
    if (partner !== UNMATCHED) {
      path[end++] = partner;
      nextArc[partner] = firstArc[partner]!;
      continue;
    }
    while (end > lo) {
      const u = path[--end]!;
      const taken = head[nextArc[u]!]!;
      label[taken] = u;
      label[u] = taken;
    }
  }
}

function markCover(
  { firstArc, innerEnd, head }: CellGraph,
  side: Int8Array,
  { label, nextArc, queue, path }: FlowScratch,
  lo: number,
  boundaryEnd: number,
): void {
  let end = lo;
  for (let i = lo; i < boundaryEnd; i++) {
    const v = queue[i]!;
    nextArc[v] = UNMATCHED;
    if (label[v] !== UNMATCHED) continue;
    nextArc[v] = REACHED;
    path[end++] = v;
  }
  for (let i = lo; i < end; i++) {
    const v = path[i]!;
    const stop = innerEnd[v]!;
    for (let arc = firstArc[v]!; arc < stop; arc++) {
      const w = head[arc]!;
      if (side[w] !== SIDE_B || nextArc[w] === REACHED) continue;
      nextArc[w] = REACHED;
      // Matched, or the path here would have been augmented.
      const partner = label[w]!;
      nextArc[partner] = REACHED;
      path[end++] = partner;
    }
  }
  // Side B first: its nodes are found through links of side A, which are told by their sides.
  for (let i = lo; i < end; i++) {
    const w = label[path[i]!]!;
    if (w !== UNMATCHED) side[w] = SEPARATOR;
  }
  for (let i = lo; i < boundaryEnd; i++) {
    const v = queue[i]!;
    if (nextArc[v] !== REACHED) side[v] = SEPARATOR;
  }
}
