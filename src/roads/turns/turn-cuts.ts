import { fixedDistanceMetres } from "../../core/geometry";
import { GrowableInt32, lengthened } from "../../core/growable";
import { INFINITE_MS, MINIMUM_EDGE_MS } from "../../core/units";
import { isBackward, keyOnSegment, segmentOf } from "../graph/edge-key";
import { gather, type SegmentTable } from "../graph/segment-table";
import type { EdgeKeys, TurnSequence } from "./turn-sequences";

/**
 * Makes forbidden turns tell by their nodes alone, as `turns.csv` writes them: of several segments between the same two
 * nodes on which a turn lies all but the first get a node in the middle, and a loop gets two. Undefined when all tell
 * already; otherwise the new segments, and a function that gives a sequence its new numbers.
 */
export function cutAmbiguousSegments(
  segments: SegmentTable,
  keys: EdgeKeys,
  sequences: readonly TurnSequence[],
): { segments: SegmentTable; translate: (sequence: TurnSequence) => TurnSequence } | undefined {
  const parts = new Map<number, number>();
  for (const key of new Set(sequences.flat())) {
    const tail = keys.tail(key);
    const head = keys.head(key);
    if (tail === head) {
      parts.set(segmentOf(key), 3);
      continue;
    }
    const ways = [
      ...Array.from(keys.outOf(tail)).filter((other) => keys.head(other) === head),
      ...Array.from(keys.outOf(head)).filter((other) => keys.head(other) === tail),
    ];
    const parallel = [...new Set(ways.map((other) => segmentOf(other)))].sort((a, b) => a - b);
    for (const segment of parallel.slice(1)) parts.set(segment, 2);
  }
  if (parts.size === 0) return undefined;
  const cutter = new SegmentCutter(segments, parts);
  return { segments: cutter.cut(), translate: (sequence) => cutter.translate(sequence) };
}

class SegmentCutter {
  readonly #old: SegmentTable;
  /** Int32[segments + 1]: parts of old segment s are the new segments firstPart[s] .. firstPart[s + 1] - 1. */
  readonly #firstPart: Int32Array;
  readonly #nodeLon: number[];
  readonly #nodeLat: number[];

  constructor(old: SegmentTable, parts: ReadonlyMap<number, number>) {
    this.#old = old;
    const count = old.segmentTail.length;
    this.#firstPart = new Int32Array(count + 1);
    for (let s = 0; s < count; s++) this.#firstPart[s + 1] = this.#firstPart[s]! + (parts.get(s) ?? 1);
    this.#nodeLon = [];
    this.#nodeLat = [];
  }

  /** What comes before the middle node of the first segment, or after that of the last, is no part of the turn. */
  translate(sequence: TurnSequence): TurnSequence {
    const long = sequence.map((key) => this.#partsOf(key));
    return long.flatMap((parts, i) => (i === 0 ? parts.slice(-1) : i === long.length - 1 ? parts.slice(0, 1) : parts));
  }

  #partsOf(key: number): number[] {
    const parts: number[] = [];
    for (let part = this.#firstPart[segmentOf(key)]!; part < this.#firstPart[segmentOf(key) + 1]!; part++) {
      parts.push(keyOnSegment(key, part));
    }
    return isBackward(key) ? parts.reverse() : parts;
  }

  cut(): SegmentTable {
    const old = this.#old;
    const firstPart = this.#firstPart;
    const count = firstPart[old.segmentTail.length]!;
    const oldOf = new Int32Array(count);
    const columns = {
      segmentTail: new Int32Array(count),
      segmentHead: new Int32Array(count),
      forwardMilliseconds: new Int32Array(count),
      backwardMilliseconds: new Int32Array(count),
    };
    const segmentCentimetres = new Int32Array(count);
    const segmentFirstShape = new Int32Array(count + 1);
    const shapeLon = new GrowableInt32();
    const shapeLat = new GrowableInt32();
    for (let s = 0; s < old.segmentTail.length; s++) {
      const parts = firstPart[s + 1]! - firstPart[s]!;
      // Nearly all segments stay whole: a country's worth of them is copied without an object per point.
      const lines = parts === 1 ? undefined : this.#cutLine(s, parts);
      for (let i = 0; i < parts; i++) {
        const part = firstPart[s]! + i;
        const share = (whole: number): number =>
          Math.round((whole * (i + 1)) / parts) - Math.round((whole * i) / parts);
        const time = (whole: number): number =>
          whole >= INFINITE_MS ? INFINITE_MS : Math.max(MINIMUM_EDGE_MS, share(whole));
        columns.segmentTail[part] = i === 0 ? old.segmentTail[s]! : this.#lastNode - (parts - 1 - i);
        columns.segmentHead[part] = i === parts - 1 ? old.segmentHead[s]! : this.#lastNode - (parts - 2 - i);
        segmentCentimetres[part] = Math.max(1, share(old.segmentCentimetres[s]!));
        columns.forwardMilliseconds[part] = time(old.forwardMilliseconds[s]!);
        columns.backwardMilliseconds[part] = time(old.backwardMilliseconds[s]!);
        oldOf[part] = s;
        if (lines === undefined) {
          for (let point = old.segmentFirstShape[s]!; point < old.segmentFirstShape[s + 1]!; point++) {
            shapeLon.push(old.shapeLon[point]!);
            shapeLat.push(old.shapeLat[point]!);
          }
        } else {
          for (const [lon, lat] of lines[i]!) {
            shapeLon.push(lon);
            shapeLat.push(lat);
          }
        }
        segmentFirstShape[part + 1] = shapeLon.length;
      }
    }
    return {
      ...gather([old], oldOf),
      ...columns,
      segmentCentimetres,
      segmentFirstShape,
      nodeLon: extended(old.nodeLon, this.#nodeLon),
      nodeLat: extended(old.nodeLat, this.#nodeLat),
      shapeLon: shapeLon.toArray(),
      shapeLat: shapeLat.toArray(),
    };
  }

  /** The number of the node made last. */
  get #lastNode(): number {
    return this.#old.nodeLon.length + this.#nodeLon.length - 1;
  }

  /** Makes the nodes between the two or more equally long parts of a segment; returns the shape points of each part. */
  #cutLine(segment: number, parts: number): Point[][] {
    const { segmentFirstShape, shapeLon, shapeLat } = this.#old;
    const shape: Point[] = [];
    for (let i = segmentFirstShape[segment]!; i < segmentFirstShape[segment + 1]!; i++) {
      shape.push([shapeLon[i]!, shapeLat[i]!]);
    }
    const line = [
      this.#nodeAt(this.#old.segmentTail[segment]!),
      ...shape,
      this.#nodeAt(this.#old.segmentHead[segment]!),
    ];
    const along = [0];
    for (let i = 1; i < line.length; i++) {
      along.push(along[i - 1]! + fixedDistanceMetres(...line[i - 1]!, ...line[i]!));
    }
    const lines: Point[][] = [[]];
    let next = 1;
    for (let part = 1; part < parts; part++) {
      const cutAt = (along.at(-1)! * part) / parts;
      while (next < line.length - 1 && along[next]! < cutAt) lines.at(-1)!.push(line[next++]!);
      const piece = along[next]! - along[next - 1]!;
      const share = piece === 0 ? 0 : (cutAt - along[next - 1]!) / piece;
      const between = (a: number, b: number): number => Math.round(a + (b - a) * share);
      this.#nodeLon.push(between(line[next - 1]![0], line[next]![0]));
      this.#nodeLat.push(between(line[next - 1]![1], line[next]![1]));
      lines.push([]);
    }
    lines.at(-1)!.push(...line.slice(next, -1));
    return lines;
  }

  #nodeAt(node: number): Point {
    return [this.#old.nodeLon[node]!, this.#old.nodeLat[node]!];
  }
}

function extended(column: Int32Array, values: readonly number[]): Int32Array {
  const longer = lengthened(column, column.length + values.length);
  longer.set(values, column.length);
  return longer;
}

type Point = readonly [lon: number, lat: number];
