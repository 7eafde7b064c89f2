/**
 * Units and sentinels used by every room.
 *
 * Times inside the product are whole milliseconds in Int32; lengths are whole centimetres in Int32; positions are
 * longitude and latitude in units of 1e-7 degree (about 1 cm) in Int32, the resolution OpenStreetMap itself uses.
 */

/**
 * "Not reachable", and the weight of an edge that may not be driven.
 *
 * 0x3fffffff ms is 12.4 days. INFINITE_MS + INFINITE_MS = 0x7ffffffe still fits in an int32, so relaxing an infinite
 * arc from an infinite label never overflows and needs no test of its own.
 */
export const INFINITE_MS = 0x3fffffff;

/** No edge is faster than this: weights of at least 1 are what makes paths walkable out of the nearest table. */
export const MINIMUM_EDGE_MS = 1;

/** Fixed-point positions: 1e-7 degree per unit. */
export const UNITS_PER_DEGREE = 1e7;

export const toFixedDegrees = (degrees: number): number => Math.round(degrees * UNITS_PER_DEGREE);

/** Correctly rounded: dividing an integer by 1e7 gives the double nearest to the 7-decimal text. */
export const fromFixedDegrees = (units: number): number => units / UNITS_PER_DEGREE;

export const millisecondsToSeconds = (milliseconds: number): number => milliseconds / 1000;

/** Centimetres to metres, rounded to one decimal: finer is noise in any road survey. */
export const centimetresToMetres = (centimetres: number): number => Math.round(centimetres / 10) / 10;

/** Longitude first, then latitude, in degrees (RFC 7946 order). */
export type Position = readonly [longitude: number, latitude: number];

/** A type of plain data that nobody changes, at any depth. */
export type DeepReadonly<T> = T extends object ? { readonly [Field in keyof T]: DeepReadonly<T[Field]> } : T;
