import { INFINITE_MS } from "../../core/units";
import type { ArcWeights } from "../../shortest-path/graph";

/**
 * Closed parts of a segment as shares of its length from its tail: where a part begins and where it ends, alternating,
 * ascending; no two overlap or touch. A part of no length is a place that cannot be passed.
 */
export type ClosedParts = readonly number[];

/** All of a segment. */
export const WHOLE: ClosedParts = [0, 1];

/** What is closed of an edge that a vehicle of this profile drives when nothing is. */
export interface ClosedEdge {
  /** Travel time over the whole edge if no part of it were closed; slowdowns count. */
  readonly milliseconds: number;
  readonly parts: ClosedParts;
}

/** By number, the edges of which any part is closed: none of them can be driven through. */
export type ClosedEdges = ReadonlyMap<number, ClosedEdge>;

export const NONE_CLOSED: ClosedEdges = new Map();

/** Edges that may not be driven by some travel times and may by the usual ones: closed as a whole. */
export function wholeClosed(usual: ArcWeights, weights: ArcWeights): ClosedEdges {
  if (usual === weights) return NONE_CLOSED;
  const closed = new Map<number, ClosedEdge>();
  for (let edge = 0; edge < weights.length; edge++) {
    if (weights[edge]! >= INFINITE_MS && usual[edge]! < INFINITE_MS) {
      closed.set(edge, { milliseconds: usual[edge]!, parts: WHOLE });
    }
  }
  return closed;
}

/** @param lists each of begins and ends, in any order, overlapping or not. */
export function unionOfParts(lists: readonly (readonly number[])[]): ClosedParts {
  const spans = lists.flatMap((list) =>
    list.flatMap((begin, i) => (i % 2 === 0 ? [[begin, list[i + 1]!] as const] : [])),
  );
  spans.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  const union: number[] = [];
  for (const [begin, end] of spans) {
    if (union.length > 0 && begin <= union.at(-1)!) union[union.length - 1] = Math.max(union.at(-1)!, end);
    else union.push(begin, end);
  }
  return union;
}

export const isWhole = (parts: ClosedParts): boolean => parts[0] === 0 && parts[1] === 1;

/** Whether one can go from one place of a segment to another without entering a closed part; its border is not in it. */
export function isOpenBetween(parts: ClosedParts, from: number, to: number): boolean {
  const low = Math.min(from, to);
  const high = Math.max(from, to);
  for (let i = 0; i < parts.length; i += 2) if (parts[i + 1]! > low && parts[i]! < high) return false;
  return true;
}

export const sameClosedEdge = (a: ClosedEdge | undefined, b: ClosedEdge | undefined): boolean =>
  a === b ||
  (a !== undefined &&
    b !== undefined &&
    a.milliseconds === b.milliseconds &&
    a.parts.length === b.parts.length &&
    a.parts.every((share, i) => share === b.parts[i]));
