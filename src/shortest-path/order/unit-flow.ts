import { type CellGraph, type FlowScratch, SIDE_A, SIDE_B } from "./cell-graph";

/** Label of a sink that no arc from outside the sinks leads to: never below any base, so never entered. */
const BURIED = 0x7fffffff;

/** Labels restart from zero before base + path length could leave the int32 range. */
const HIGHEST_BASE = 0x3fffffff;

/** What the last phase of a flow left behind, for reading the cut off it. */
export interface FlowResult {
  /** Units sent: the number of links in a smallest cut, or at least `limit` when the flow was given up. */
  value: number;
  /** queue[lo .. sinkReachEnd) are the boundary sinks and all free nodes from which a sink can still be reached. */
  sinkReachEnd: number;
}

/**
 * Sends as many units as possible from the nodes marked SIDE_A to those marked SIDE_B, one unit per link and direction,
 * by phases as in Dinic's algorithm: label nodes by distance to the sinks, send along the labels, repeat. Leaned out for
 * many small cuts of large planar-like cells:
 *
 * - The labelling covers *all* nodes, not only those up to the first source, so that sources farther away send their
 *   units in the same phase.
 * - The labels guide the sending but do not bind it: a search may go sideways or up. Road cuts are a few dozen links and
 *   the ways round a full one are long, so a phase bound to strictly falling labels sends one to four units and labels
 *   the whole cell again for the next. On New York going round visits 8.6M nodes to label in 6,400 phases and as many to
 *   send, where strict phases labelled 25.5M in 14,000.
 * - `label` holds base + distance. The base moves past all labels in use between phases, which clears them at no cost.
 * - `flow[a]` is the flow along arc a, -1, 0 or 1; along the arc in the other direction it is the negative, kept there
 *   when a unit is sent (found by a search of a short list) instead of through a stored index. From v, arc a has room
 *   when flow[a] < 1, and the arc against it has room when flow[a] > -1: the backward search needs no mate.
 * - It is given up as soon as the value reaches `limit`: the cut can then no longer beat one already known.
 *
 * The value grows in every phase that labels a source, since the first search of a phase goes straight down the labels;
 * when no source can be labelled it is the largest (Ford, Fulkerson 1956).
 */
export function sendFlow(
  cells: CellGraph,
  scratch: FlowScratch,
  lo: number,
  hi: number,
  limit: number,
  result: FlowResult,
): void {
  scratch.flow.fill(0, cells.firstArc[lo]!, cells.arcEnd[hi - 1]!);
  scratch.label.fill(0, lo, hi);
  const boundaryEnd = collectBoundarySinks(cells, scratch, lo, hi);
  let base = 1;
  result.value = 0;
  while (result.value < limit) {
    const sourcesFrom = labelTowardsSinks(cells, scratch, lo, hi, boundaryEnd, base, result);
    if (sourcesFrom === hi) return;
    // The last labelled source is the farthest, unless free nodes were labelled after it.
    const farthest = Math.max(scratch.label[scratch.queue[sourcesFrom]!]!, farthestFree(scratch, result.sinkReachEnd));
    result.value += sendPhase(cells, scratch, lo, hi, sourcesFrom, base, limit - result.value);
    base = farthest + 1;
    if (base > HIGHEST_BASE) base = restartLabels(scratch, lo, hi);
  }
}

const farthestFree = ({ label, queue }: FlowScratch, end: number): number => label[queue[end - 1]!]!;

function restartLabels({ label }: FlowScratch, lo: number, hi: number): number {
  for (let place = lo; place < hi; place++) if (label[place] !== BURIED) label[place] = 0;
  return 1;
}

/** Puts the sinks that have other neighbours at the head of the queue, where every phase starts; buries the others. */
function collectBoundarySinks(
  { firstArc, innerEnd, head }: CellGraph,
  { label, queue, side }: FlowScratch,
  lo: number,
  hi: number,
): number {
  let end = lo;
  for (let place = lo; place < hi; place++) {
    if (side[place] !== SIDE_B) continue;
    let arc = firstArc[place]!;
    const stop = innerEnd[place]!;
    while (arc < stop && side[head[arc]!] === SIDE_B) arc++;
    if (arc < stop) queue[end++] = place;
    else label[place] = BURIED;
  }
  return end;
}

/**
 * Breadth first search against the arcs with room, from the sinks. Sources are labelled but not searched beyond: a path
 * through a second source contains a shorter one from it.
 *
 * The queue grows from `lo`, the sources found are listed from `hi` downwards; together they are distinct nodes of the
 * cell, so they never meet.
 *
 * @returns where the list of sources begins; `hi` when no source can reach a sink any more.
 */
function labelTowardsSinks(
  { firstArc, innerEnd, head }: CellGraph,
  { label, queue, side, flow }: FlowScratch,
  lo: number,
  hi: number,
  boundaryEnd: number,
  base: number,
  result: FlowResult,
): number {
  for (let i = lo; i < boundaryEnd; i++) label[queue[i]!] = base;
  let end = boundaryEnd;
  let sourcesFrom = hi;
  for (let i = lo; i < end; i++) {
    const v = queue[i]!;
    const next = label[v]! + 1;
    const stop = innerEnd[v]!;
    for (let arc = firstArc[v]!; arc < stop; arc++) {
      const w = head[arc]!;
      if (label[w]! >= base || flow[arc]! < 0) continue;
      label[w] = next;
      if (side[w] === SIDE_A) queue[--sourcesFrom] = w;
      else queue[end++] = w;
    }
  }
  result.sinkReachEnd = end;
  return sourcesFrom;
}

/**
 * Depth first search from each source in turn, towards lower labels first, until none finds a sink or `limit` units are
 * sent. A node on the path or found a dead end is *closed*, its label negated; sending a unit opens its path again.
 *
 * A dead end may owe it to a closed node and be alive after all; the next phase finds out. In return the closed nodes of
 * all searches of a phase together are visited once.
 */
function sendPhase(
  cells: CellGraph,
  scratch: FlowScratch,
  lo: number,
  hi: number,
  sourcesFrom: number,
  base: number,
  limit: number,
): number {
  const { firstArc, innerEnd, head } = cells;
  const { label, nextArc, queue, path, flow } = scratch;
  let sent = 0;
  for (let i = hi - 1; i >= sourcesFrom; i--) {
    const source = queue[i]!;
    // A search from another source may have come through here and found no way on.
    if (label[source]! < 0) continue;
    let v = source;
    let end = lo;
    path[end++] = v;
    label[v] = -label[v]!;
    while (end > lo) {
      let lowest = BURIED;
      let lowestArc = -1;
      const stop = innerEnd[v]!;
      for (let arc = firstArc[v]!; arc < stop; arc++) {
        const at = label[head[arc]!]!;
        if (at < base || at >= lowest || flow[arc]! > 0) continue;
        lowest = at;
        lowestArc = arc;
      }
      if (lowestArc < 0) {
        end--;
        if (end > lo) v = path[end - 1]!;
        continue;
      }
      nextArc[v] = lowestArc;
      v = head[lowestArc]!;
      path[end++] = v;
      label[v] = -lowest;
      if (lowest !== base) continue;
      sendUnit(cells, scratch, lo, end);
      if (++sent >= limit) return sent;
      openPath(scratch, lo, end);
      v = source;
      end = lo + 1;
      label[v] = -label[v]!;
    }
  }
  return sent;
}

function openPath({ label, path }: FlowScratch, lo: number, end: number): void {
  for (let i = lo; i < end; i++) label[path[i]!] = -label[path[i]!]!;
}

/** Sends one unit along path[lo .. end); each node's arc on it is its `nextArc`. */
function sendUnit({ firstArc, head }: CellGraph, { nextArc, path, flow }: FlowScratch, lo: number, end: number): void {
  for (let i = lo; i + 1 < end; i++) {
    const v = path[i]!;
    const arc = nextArc[v]!;
    flow[arc]!++;
    let mate = firstArc[path[i + 1]!]!;
    while (head[mate] !== v) mate++;
    flow[mate]!--;
  }
}
