import { INFINITE_MS } from "../../core/units";
import { edgeKey, edgeKeyCount } from "./edge-key";

/**
 * What is known of a segment beside its ends and its edges. Whatever is done to segments (folding, merging, cutting,
 * renumbering, writing, reading) takes all of these columns along by {@link SEGMENT_COLUMNS}: a column is added here, where
 * it is computed, and where it is read.
 */
export interface SegmentAttributes {
  /** Int32[segments]. */
  readonly segmentCentimetres: Int32Array;
  /** Int32[segments + 1], Int32[shape points]: points strictly between the end nodes, in drawing direction. */
  readonly segmentFirstShape: Int32Array;
  readonly shapeLon: Int32Array;
  readonly shapeLat: Int32Array;
  /** Int32[segments]: row of the road table. */
  readonly segmentRoad: Int32Array;
  /**
   * Int32[segments + 1], Float64[ways]: the source ways (OSM way ids, or positions in the source) the segment was made of.
   */
  readonly segmentFirstWay: Int32Array;
  readonly wayId: Float64Array;
}

/**
 * - `value`: one number a segment;
 * - `first`: the list of segment s begins at [s] and ends before [s + 1];
 * - `list`: the numbers of those lists, one list after the other.
 */
type SegmentColumn =
  | { readonly kind: "value"; readonly section: string }
  | { readonly kind: "first"; readonly section: string }
  | { readonly kind: "list"; readonly section: string; readonly by: keyof SegmentAttributes };

/** How each column is kept, and the section of the `.roads` file it goes to, in the order of the file. */
export const SEGMENT_COLUMNS = {
  segmentCentimetres: { kind: "value", section: "segment-cm" },
  segmentFirstShape: { kind: "first", section: "segment-shape" },
  shapeLon: { kind: "list", section: "shape-lon", by: "segmentFirstShape" },
  shapeLat: { kind: "list", section: "shape-lat", by: "segmentFirstShape" },
  segmentRoad: { kind: "value", section: "segment-road" },
  segmentFirstWay: { kind: "first", section: "segment-way" },
  wayId: { kind: "list", section: "way-id", by: "segmentFirstWay" },
} as const satisfies Record<keyof SegmentAttributes, SegmentColumn>;

const COLUMNS = Object.entries(SEGMENT_COLUMNS) as readonly [keyof SegmentAttributes, SegmentColumn][];

/** Travel times over segments under one vehicle profile. */
export interface SegmentTimes {
  /** Int32[segments]: travel time forward and backward, at least 1; INFINITE_MS where it may not be driven. */
  readonly forwardMilliseconds: Int32Array;
  readonly backwardMilliseconds: Int32Array;
}

/** Nodes and the segments between them, before edges are laid out: what every kind of source is turned into. */
export interface SegmentTable extends SegmentAttributes, SegmentTimes {
  /** Int32[nodes], 1e-7 degree. */
  readonly nodeLon: Int32Array;
  readonly nodeLat: Int32Array;
  /** Int32[segments]. */
  readonly segmentTail: Int32Array;
  readonly segmentHead: Int32Array;
  /** Times under further profiles of the same roads. Default: there is one profile. */
  readonly otherTimes?: readonly SegmentTimes[];
}

/** The attributes alone. */
export const attributesOf = (segments: SegmentAttributes): SegmentAttributes =>
  Object.fromEntries(COLUMNS.map(([name]) => [name, segments[name]])) as unknown as SegmentAttributes;

/**
 * The attributes of these segments, in this order; a segment may be listed any number of times.
 *
 * @param rows Int32[segments afterwards]: the number each has in its table.
 * @param tableOf Int32[segments afterwards]: the table each comes from. Default: all from the first.
 */
export function gather(
  tables: readonly SegmentAttributes[],
  rows: Int32Array,
  tableOf?: Int32Array,
): SegmentAttributes {
  const tableAt = (i: number): number => (tableOf === undefined ? 0 : tableOf[i]!);
  const gathered: Partial<Record<keyof SegmentAttributes, Int32Array | Float64Array>> = {};
  for (const [name, column] of COLUMNS) {
    // Looked up by name once a table: a country has millions of rows.
    const from = tables.map((table) => table[name]);
    if (column.kind === "value") {
      const values = emptyLike(from[0]!, rows.length);
      for (let i = 0; i < rows.length; i++) values[i] = from[tableAt(i)]![rows[i]!]!;
      gathered[name] = values;
    } else if (column.kind === "first") {
      const first = new Int32Array(rows.length + 1);
      for (let i = 0; i < rows.length; i++) {
        const firstThere = from[tableAt(i)]!;
        first[i + 1] = first[i]! + firstThere[rows[i]! + 1]! - firstThere[rows[i]!]!;
      }
      gathered[name] = first;
    } else {
      const firstOf = tables.map((table) => table[column.by]);
      const values = emptyLike(from[0]!, gathered[column.by]!.at(-1)!);
      let count = 0;
      for (let i = 0; i < rows.length; i++) {
        const list = from[tableAt(i)]!;
        const firstThere = firstOf[tableAt(i)]!;
        const end = firstThere[rows[i]! + 1]!;
        for (let at = firstThere[rows[i]!]!; at < end; at++) values[count++] = list[at]!;
      }
      gathered[name] = values;
    }
  }
  return gathered as unknown as SegmentAttributes;
}

const emptyLike = (column: Int32Array | Float64Array, length: number): Int32Array | Float64Array =>
  column instanceof Float64Array ? new Float64Array(length) : new Int32Array(length);

/** Whether segment s of one table and segment t of another have the same attributes. */
export function haveSameAttributes(a: SegmentAttributes, s: number, b: SegmentAttributes, t: number): boolean {
  return COLUMNS.every(([name, column]) => {
    if (column.kind === "value") return a[name][s] === b[name][t];
    if (column.kind === "first") return a[name][s + 1]! - a[name][s]! === b[name][t + 1]! - b[name][t]!;
    const [beginA, beginB] = [a[column.by][s]!, b[column.by][t]!];
    const length = a[column.by][s + 1]! - beginA;
    for (let i = 0; i < length; i++) if (a[name][beginA + i] !== b[name][beginB + i]) return false;
    return true;
  });
}

/** Under every profile, the default one first. */
export const timesUnderProfiles = (segments: SegmentTable): readonly SegmentTimes[] => [
  segments,
  ...(segments.otherTimes ?? []),
];

/** Profiles are told apart by bits of an Int32, beside which a sign is not wanted. */
export const MAXIMUM_PROFILES = 16;

/** Int32[edge keys]: the profiles that may drive each, bit p for profile p. */
export function profilesOfKeys(segments: SegmentTable): Int32Array {
  const driven = new Int32Array(edgeKeyCount(segments.segmentTail.length));
  timesUnderProfiles(segments).forEach(({ forwardMilliseconds, backwardMilliseconds }, profile) => {
    for (let s = 0; s < segments.segmentTail.length; s++) {
      if (forwardMilliseconds[s]! < INFINITE_MS) driven[edgeKey(s, "forward")]! |= 1 << profile;
      if (backwardMilliseconds[s]! < INFINITE_MS) driven[edgeKey(s, "backward")]! |= 1 << profile;
    }
  });
  return driven;
}
