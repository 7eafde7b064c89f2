import { lengthened } from "../../core/growable";
import type { CellGraph } from "./cell-graph";

/** Scratch of {@link orderLeaf}; belongs to one thread. */
export class LeafScratch {
  /** Int32[places]: column of a halo place in the bit matrix, -1 between leaves. */
  readonly haloColumn: Int32Array;
  haloPlaces = new Int32Array(64);
  rows = new Int32Array(0);
  degree = new Int32Array(0);
  /** Rows that stand, in no particular order. */
  standing = new Int32Array(0);
  sequence = new Int32Array(0);
  nodes = new Int32Array(0);

  constructor(placeCount: number) {
    this.haloColumn = new Int32Array(placeCount).fill(-1);
  }

  /** Makes room for a leaf of `size` nodes. */
  reserve(size: number): void {
    if (this.degree.length >= size) return;
    this.degree = new Int32Array(size);
    this.standing = new Int32Array(size);
    this.sequence = new Int32Array(size);
    this.nodes = new Int32Array(size);
  }

  /** A zeroed bit matrix of `words` words. */
  clearRows(words: number): void {
    if (this.rows.length < words) this.rows = new Int32Array(words * 2);
    else this.rows.fill(0, 0, words);
  }
}

/**
 * Orders a cell by minimum degree: each time the node with the fewest neighbours left is eliminated and its neighbours
 * are joined to each other; among equals the one listed first.
 *
 * The *halo*, the separator nodes the cell touches, is never eliminated here but counts in the degrees, as it will be
 * there when these nodes are eliminated (Pellegrini, Roman, Amestoy, "Hybridizing nested dissection and halo approximate
 * minimum degree", Concurrency 12, 2000). Without it the triangles grow by 14 to 20 %.
 *
 * A few hundred nodes with their halo are a bit matrix of some ten words a row: joining two neighbourhoods is a handful
 * of word operations and degrees are exact. The work is size² · words, which is why cells are cut up first.
 */
export function orderLeaf(cells: CellGraph, scratch: LeafScratch, lo: number, hi: number): void {
  const size = hi - lo;
  if (size <= 1) return;
  scratch.reserve(size);
  const haloCount = numberHalo(cells, scratch, lo, hi);
  const words = (size + haloCount + 31) >> 5;
  scratch.clearRows(size * words);
  fillRows(cells, scratch, lo, hi, words);
  forgetHalo(scratch, haloCount);
  eliminate(scratch, size, words);
  const { nodes, sequence } = scratch;
  for (let i = 0; i < size; i++) nodes[i] = cells.node[lo + sequence[i]!]!;
  for (let i = 0; i < size; i++) cells.node[lo + i] = nodes[i]!;
}

/** Gives each halo place a column, after those of the cell's own nodes; returns how many there are. */
function numberHalo({ innerEnd, arcEnd, head }: CellGraph, scratch: LeafScratch, lo: number, hi: number): number {
  const { haloColumn } = scratch;
  const size = hi - lo;
  let count = 0;
  for (let place = lo; place < hi; place++) {
    for (let arc = innerEnd[place]!; arc < arcEnd[place]!; arc++) {
      const halo = head[arc]!;
      if (haloColumn[halo]! >= 0) continue;
      if (count === scratch.haloPlaces.length) {
        scratch.haloPlaces = lengthened(scratch.haloPlaces, count * 2);
      }
      haloColumn[halo] = size + count;
      scratch.haloPlaces[count++] = halo;
    }
  }
  return count;
}

function forgetHalo({ haloColumn, haloPlaces }: LeafScratch, count: number): void {
  for (let i = 0; i < count; i++) haloColumn[haloPlaces[i]!] = -1;
}

function fillRows(
  { firstArc, innerEnd, arcEnd, head }: CellGraph,
  { haloColumn, rows, degree }: LeafScratch,
  lo: number,
  hi: number,
  words: number,
): void {
  for (let place = lo; place < hi; place++) {
    const row = (place - lo) * words;
    const start = firstArc[place]!;
    const innerStop = innerEnd[place]!;
    const stop = arcEnd[place]!;
    for (let arc = start; arc < innerStop; arc++) {
      const column = head[arc]! - lo;
      rows[row + (column >> 5)]! |= 1 << (column & 31);
    }
    for (let arc = innerStop; arc < stop; arc++) {
      const column = haloColumn[head[arc]!]!;
      rows[row + (column >> 5)]! |= 1 << (column & 31);
    }
    degree[place - lo] = stop - start;
  }
}

/** Leaves the elimination sequence in `sequence`. Bits of eliminated nodes are cleared, so rows hold standing ones only. */
function eliminate(scratch: LeafScratch, size: number, words: number): void {
  const { rows, degree, standing, sequence } = scratch;
  for (let i = 0; i < size; i++) standing[i] = i;
  const ownWords = (size + 31) >> 5;
  for (let step = 0; step < size; step++) {
    const v = takeLowestDegree(degree, standing, size - step);
    sequence[step] = v;
    const row = v * words;
    for (let word = 0; word < ownWords; word++) {
      let bits = rows[row + word]!;
      while (bits !== 0) {
        const w = (word << 5) + 31 - Math.clz32(bits & -bits);
        if (w >= size) break;
        bits &= bits - 1;
        degree[w] = joinRows(rows, w, v, words);
      }
    }
  }
}

/** Removes and returns the standing row of the lowest degree; the lowest row among equals. */
function takeLowestDegree(degree: Int32Array, standing: Int32Array, count: number): number {
  let best = 0;
  let key = degree[standing[0]!]!;
  for (let i = 1; i < count; i++) {
    const d = degree[standing[i]!]!;
    if (d < key) {
      key = d;
      best = i;
    }
  }
  const v = standing[best]!;
  standing.copyWithin(best, best + 1, count);
  return v;
}

/** Adds the neighbours of v to those of w, except the two themselves; returns how many w has now. */
function joinRows(rows: Int32Array, w: number, v: number, words: number): number {
  const to = w * words;
  const from = v * words;
  for (let i = 0; i < words; i++) rows[to + i]! |= rows[from + i]!;
  rows[to + (v >> 5)]! &= ~(1 << (v & 31));
  rows[to + (w >> 5)]! &= ~(1 << (w & 31));
  let count = 0;
  for (let i = 0; i < words; i++) count += bitCount(rows[to + i]!);
  return count;
}

/** Set bits of a word by the usual parallel sums. */
function bitCount(word: number): number {
  word -= (word >>> 1) & 0x55555555;
  word = (word & 0x33333333) + ((word >>> 2) & 0x33333333);
  return Math.imul((word + (word >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
