import { fixedDistanceMetres } from "../../core/geometry";
import { GrowableFloat64, GrowableInt32 } from "../../core/growable";
import { groupOf } from "../../core/search";
import { drivingMilliseconds, toCentimetres } from "./assemble-road-graph";
import type { AttributeRows } from "./attribute-rows";
import type { SegmentTable } from "./segment-table";

/** Latitude of a point the source never gave: extracts cut ways at their edge. */
export const MISSING = 0x7fffffff;

/** Drivable ways as runs of points. A **piece** is the straight line between two consecutive points of one way. */
export interface WayTable {
  /** Float64[ways]: id in the source. */
  readonly wayId: Float64Array;
  /** Int32[ways + 1]: the way's points are wayPoint[firstPoint[w]] .. wayPoint[firstPoint[w + 1] - 1]. */
  readonly firstPoint: Int32Array;
  /** Int32: index into the point columns; consecutive points of a way differ. */
  readonly wayPoint: Int32Array;
  /** Int32[ways]: attribute row. */
  readonly row: Int32Array;
}

/** Int32[points], 1e-7 degree; `lat` is {@link MISSING} for points without a position. */
export interface Points {
  readonly lon: Int32Array;
  readonly lat: Int32Array;
}

/** Segments, and where they lie on the ways. A step is a piece * 2, plus 1 when it is driven against its way. */
export interface FoldedSegments extends SegmentTable {
  /** Int32[segments]: the first and the last step of the segment in its drawing direction. */
  readonly segmentFirstStep: Int32Array;
  readonly segmentLastStep: Int32Array;
}

/**
 * Cuts ways into segments: chains of pieces are folded at every point that exactly two pieces use and at which no
 * attribute changes, so what remains as a node is a junction, a dead end, or a change of name, class, speed or one-way.
 * A closed loop without any such point keeps the point its first piece starts at. Pieces with an end missing are left out.
 *
 * Nodes are numbered in the order in which chains, taken in source order, first end at them.
 *
 * @param keep points that remain nodes whatever meets there.
 */
export function foldChains(
  ways: WayTable,
  points: Points,
  rows: AttributeRows,
  keep: Iterable<number> = [],
): FoldedSegments {
  return new ChainFolder(ways, points, rows, keep).fold();
}

class ChainFolder {
  readonly #ways: WayTable;
  readonly #points: Points;
  readonly #rows: AttributeRows;
  readonly #done: Uint8Array;
  readonly #folds: Uint8Array;
  /** The first two pieces met at each point: all there are where it folds. */
  readonly #firstPiece: Int32Array;
  readonly #secondPiece: Int32Array;
  readonly #nodeOfPoint: Int32Array;
  #lastWay = 0;

  readonly #nodeLon = new GrowableInt32();
  readonly #nodeLat = new GrowableInt32();
  readonly #tail = new GrowableInt32();
  readonly #head = new GrowableInt32();
  readonly #centimetres = new GrowableInt32();
  readonly #forwardMilliseconds = new GrowableInt32();
  readonly #backwardMilliseconds = new GrowableInt32();
  readonly #firstShape = new GrowableInt32();
  readonly #shapeLon = new GrowableInt32();
  readonly #shapeLat = new GrowableInt32();
  readonly #segmentRoad = new GrowableInt32();
  readonly #firstStep = new GrowableInt32();
  readonly #lastStep = new GrowableInt32();
  readonly #firstWay = new GrowableInt32();
  readonly #wayId = new GrowableFloat64();

  constructor(ways: WayTable, points: Points, rows: AttributeRows, keep: Iterable<number>) {
    this.#ways = ways;
    this.#points = points;
    this.#rows = rows;
    const pointCount = points.lon.length;
    this.#done = this.#markUnusable();
    this.#firstPiece = new Int32Array(pointCount);
    this.#secondPiece = new Int32Array(pointCount);
    this.#nodeOfPoint = new Int32Array(pointCount).fill(-1);
    this.#folds = this.#findFoldingPoints();
    for (const point of keep) this.#folds[point] = 0;
  }

  fold(): FoldedSegments {
    const { wayPoint } = this.#ways;
    for (let piece = 0; piece < wayPoint.length; piece++) if (this.#done[piece] === 0) this.#emitChainThrough(piece);
    this.#firstShape.push(this.#shapeLon.length);
    this.#firstWay.push(this.#wayId.length);
    return {
      nodeLon: this.#nodeLon.toArray(),
      nodeLat: this.#nodeLat.toArray(),
      segmentTail: this.#tail.toArray(),
      segmentHead: this.#head.toArray(),
      segmentCentimetres: this.#centimetres.toArray(),
      forwardMilliseconds: this.#forwardMilliseconds.toArray(),
      backwardMilliseconds: this.#backwardMilliseconds.toArray(),
      segmentFirstShape: this.#firstShape.toArray(),
      shapeLon: this.#shapeLon.toArray(),
      shapeLat: this.#shapeLat.toArray(),
      segmentRoad: this.#segmentRoad.toArray(),
      segmentFirstWay: this.#firstWay.toArray(),
      wayId: this.#wayId.toArray(),
      segmentFirstStep: this.#firstStep.toArray(),
      segmentLastStep: this.#lastStep.toArray(),
    };
  }

  /** Piece p joins points p and p + 1 of one way; the last point of a way starts none, nor do points missing an end. */
  #markUnusable(): Uint8Array {
    const { firstPoint, wayPoint } = this.#ways;
    const { lat } = this.#points;
    const unusable = new Uint8Array(wayPoint.length);
    for (let w = 0; w + 1 < firstPoint.length; w++) {
      const last = firstPoint[w + 1]! - 1;
      unusable[last] = 1;
      for (let p = firstPoint[w]!; p < last; p++) {
        if (lat[wayPoint[p]!] === MISSING || lat[wayPoint[p + 1]!] === MISSING) unusable[p] = 1;
      }
    }
    return unusable;
  }

  #findFoldingPoints(): Uint8Array {
    const { wayPoint } = this.#ways;
    const uses = new Uint8Array(this.#points.lon.length);
    const use = (point: number, piece: number): void => {
      const count = uses[point]!;
      if (count === 0) this.#firstPiece[point] = piece;
      else if (count === 1) this.#secondPiece[point] = piece;
      if (count < 3) uses[point] = count + 1;
    };
    for (let piece = 0; piece < wayPoint.length; piece++) {
      if (this.#done[piece] === 1) continue;
      use(wayPoint[piece]!, piece);
      use(wayPoint[piece + 1]!, piece);
    }
    for (let point = 0; point < uses.length; point++) {
      const folds =
        uses[point] === 2 &&
        this.#rowTo(point, this.#firstPiece[point]!) === this.#rowFrom(point, this.#secondPiece[point]!);
      uses[point] = folds ? 1 : 0;
    }
    return uses;
  }

  /** The row of a piece as seen when it is driven away from `point`. */
  #rowFrom(point: number, piece: number): number {
    const row = this.#ways.row[this.#wayOf(piece)]!;
    return this.#ways.wayPoint[piece] === point ? row : this.#rows.mirror[row]!;
  }

  /** The row of a piece as seen when it is driven towards `point`. */
  #rowTo(point: number, piece: number): number {
    return this.#rowFrom(this.#farEnd(point, piece), piece);
  }

  #farEnd(point: number, piece: number): number {
    const { wayPoint } = this.#ways;
    return wayPoint[piece] === point ? wayPoint[piece + 1]! : wayPoint[piece]!;
  }

  #stepFrom(point: number, piece: number): number {
    return piece * 2 + (this.#ways.wayPoint[piece] === point ? 0 : 1);
  }

  #otherPiece(point: number, piece: number): number {
    return this.#firstPiece[point] === piece ? this.#secondPiece[point]! : this.#firstPiece[point]!;
  }

  /** Chains run along few ways, so the way looked up last is nearly always the right one; binary search otherwise. */
  #wayOf(piece: number): number {
    const { firstPoint } = this.#ways;
    if (firstPoint[this.#lastWay]! <= piece && piece < firstPoint[this.#lastWay + 1]!) return this.#lastWay;
    return (this.#lastWay = groupOf(firstPoint, piece));
  }

  /** The whole chain a piece belongs to, in the direction that piece was drawn. */
  #emitChainThrough(seed: number): void {
    let piece = seed;
    let start = this.#ways.wayPoint[seed]!;
    while (this.#folds[start] === 1) {
      const previous = this.#otherPiece(start, piece);
      // Back at the seed: a loop without a junction. `start` is then the seed's head; the loop begins at its tail.
      if (previous === seed) {
        piece = seed;
        start = this.#ways.wayPoint[seed]!;
        break;
      }
      start = this.#farEnd(start, previous);
      piece = previous;
    }
    this.#emitChainFrom(start, piece);
  }

  #emitChainFrom(start: number, firstPiece: number): void {
    const { lon, lat } = this.#points;
    const row = this.#rowFrom(start, firstPiece);
    this.#firstShape.push(this.#shapeLon.length);
    this.#firstWay.push(this.#wayId.length);
    const ownWaysFrom = this.#wayId.length;
    let drawnMetres = 0;
    let point = start;
    let piece = firstPiece;
    for (;;) {
      this.#done[piece] = 1;
      const id = this.#ways.wayId[this.#wayOf(piece)]!;
      if (this.#wayId.length === ownWaysFrom || this.#wayId.last() !== id) this.#wayId.push(id);
      const next = this.#farEnd(point, piece);
      drawnMetres += fixedDistanceMetres(lon[point]!, lat[point]!, lon[next]!, lat[next]!);
      point = next;
      if (this.#folds[point] === 0 || point === start) break;
      this.#shapeLon.push(lon[point]!);
      this.#shapeLat.push(lat[point]!);
      piece = this.#otherPiece(point, piece);
    }
    const metres = drawnMetres * this.#rows.lengthScale[row]!;
    this.#firstStep.push(this.#stepFrom(start, firstPiece));
    this.#lastStep.push(this.#stepFrom(point, piece) ^ 1);
    this.#tail.push(this.#nodeAt(start));
    this.#head.push(this.#nodeAt(point));
    this.#centimetres.push(toCentimetres(metres));
    this.#forwardMilliseconds.push(drivingMilliseconds(metres, this.#rows.forwardKmh[row]!));
    this.#backwardMilliseconds.push(drivingMilliseconds(metres, this.#rows.backwardKmh[row]!));
    this.#segmentRoad.push(this.#rows.road[row]!);
  }

  #nodeAt(point: number): number {
    const known = this.#nodeOfPoint[point]!;
    if (known >= 0) return known;
    this.#nodeLat.push(this.#points.lat[point]!);
    this.#nodeLon.push(this.#points.lon[point]!);
    return (this.#nodeOfPoint[point] = this.#nodeLon.length - 1);
  }
}
