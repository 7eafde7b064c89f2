/**
 * A segment and the direction it is driven in, as one number: its **edge key**, `2 * segment`, plus 1 backward. What turn
 * restrictions, closures and routes speak of is keys, since a segment with split nodes at its ends has several edges per
 * direction and all of them have one key.
 *
 * The functions are small enough to be inlined wherever they are called.
 */

/** By the direction in which a segment was drawn. */
export type Direction = "forward" | "backward";

export const DIRECTIONS: readonly Direction[] = ["forward", "backward"];

export const edgeKey = (segment: number, direction: Direction): number =>
  direction === "forward" ? 2 * segment : 2 * segment + 1;

export const segmentOf = (key: number): number => key >> 1;

export const isBackward = (key: number): boolean => (key & 1) === 1;

export const directionOf = (key: number): Direction => ((key & 1) === 1 ? "backward" : "forward");

/** The same segment the other way. */
export const reverseKey = (key: number): number => key ^ 1;

/** Another segment in the same direction. */
export const keyOnSegment = (key: number, segment: number): number => 2 * segment + (key & 1);

/** Keys are 0 .. edgeKeyCount - 1. */
export const edgeKeyCount = (segmentCount: number): number => 2 * segmentCount;
