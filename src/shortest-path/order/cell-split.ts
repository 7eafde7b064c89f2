import { type CellGraph, type FlowScratch, SIDE_A, SIDE_B } from "./cell-graph";

/** Where a split cell's parts end: side A is lo .. aEnd - 1, side B aEnd .. bEnd - 1, the separator the rest. */
export interface Split {
  readonly aEnd: number;
  readonly bEnd: number;
}

/**
 * Moves the nodes of a cell so that side A, side B and the separator follow each other, each in the order it had, and
 * rewrites their arcs in place: heads become new places, and links to the separator become halo.
 */
export function splitCell(cells: CellGraph, side: Int8Array, scratch: FlowScratch, lo: number, hi: number): Split {
  const newPlace = scratch.label;
  const split = assignPlaces(side, newPlace, lo, hi);
  moveArcs(cells, side, scratch, lo, hi);
  for (const column of [cells.node, cells.x, cells.y]) permute(column, newPlace, scratch.queue, lo, hi);
  return split;
}

function assignPlaces(side: Int8Array, newPlace: Int32Array, lo: number, hi: number): Split {
  let aCount = 0;
  let bCount = 0;
  for (let place = lo; place < hi; place++) {
    if (side[place] === SIDE_A) aCount++;
    else if (side[place] === SIDE_B) bCount++;
  }
  const split = { aEnd: lo + aCount, bEnd: lo + aCount + bCount };
  let a = lo;
  let b = split.aEnd;
  let separator = split.bEnd;
  for (let place = lo; place < hi; place++) {
    newPlace[place] = side[place] === SIDE_A ? a++ : side[place] === SIDE_B ? b++ : separator++;
  }
  return split;
}

/** Values of column[lo .. hi) to their new places. */
function permute(column: Int32Array, newPlace: Int32Array, scratch: Int32Array, lo: number, hi: number): void {
  for (let place = lo; place < hi; place++) scratch[newPlace[place]!] = column[place]!;
  for (let place = lo; place < hi; place++) column[place] = scratch[place]!;
}

/** The arcs of a cell are one range of `head`, and stay in that range, grouped by the new place of their tail. */
function moveArcs(cells: CellGraph, side: Int8Array, scratch: FlowScratch, lo: number, hi: number): void {
  const { firstArc, innerEnd, arcEnd, head, movedHead } = cells;
  const { label: newPlace, queue: oldPlace, nextArc: newInnerEnd, path: newArcEnd } = scratch;
  const arcsFrom = firstArc[lo]!;
  const arcsTo = arcEnd[hi - 1]!;
  for (let place = lo; place < hi; place++) oldPlace[newPlace[place]!] = place;
  let to = arcsFrom;
  for (let place = lo; place < hi; place++) {
    to = moveList(cells, side, newPlace, oldPlace[place]!, to, newInnerEnd, place);
    newArcEnd[place] = to;
  }
  head.set(movedHead.subarray(arcsFrom, arcsTo), arcsFrom);
  let from = arcsFrom;
  for (let place = lo; place < hi; place++) {
    firstArc[place] = from;
    innerEnd[place] = newInnerEnd[place]!;
    from = newArcEnd[place]!;
    arcEnd[place] = from;
  }
}

/** Writes one list to movedHead[to ..), links within the same part first; returns its end. */
function moveList(
  { firstArc, innerEnd, arcEnd, head, movedHead }: CellGraph,
  side: Int8Array,
  newPlace: Int32Array,
  old: number,
  to: number,
  newInnerEnd: Int32Array,
  place: number,
): number {
  const start = firstArc[old]!;
  const innerStop = innerEnd[old]!;
  const stop = arcEnd[old]!;
  const own = side[old]!;
  for (let arc = start; arc < innerStop; arc++) {
    const w = head[arc]!;
    if (side[w] === own) movedHead[to++] = newPlace[w]!;
  }
  newInnerEnd[place] = to;
  for (let arc = start; arc < innerStop; arc++) {
    const w = head[arc]!;
    if (side[w] !== own) movedHead[to++] = newPlace[w]!;
  }
  for (let arc = innerStop; arc < stop; arc++) movedHead[to++] = head[arc]!;
  return to;
}
