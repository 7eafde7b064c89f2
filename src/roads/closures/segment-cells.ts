import { crossesAntimeridian } from "../../core/geometry";
import type { Polylines } from "../../core/prepared-polygon";
import { ENTRIES_PER_STEP, type Steps } from "../../core/steps";

/** About a kilometre, 1e-7 degree: a closure's line spans a few cells, and a cell holds some hundreds of pieces. */
const CELL_UNITS = 100_000;

/** As many cells as a degree of longitude has, all around, and some to spare. */
const COLUMNS = 1 << 17;

type Box = readonly [west: number, south: number, east: number, north: number];

/** A longer piece is listed nowhere, and looked at always. */
const MOST_CELLS = 1024;

/**
 * Which segments may lie in a box, by a grid of cells over all of them, driven or not: for closures that come by the
 * hundred, each of which would otherwise look at every segment there is.
 */
class SegmentCells {
  readonly #cells = new Map<number, number[]>();
  /** Segments with a piece that spans more cells than are worth listing: a few ferries. */
  readonly #wide: number[] = [];

  static *of({ segmentFirstPoint, points }: Polylines): Steps<SegmentCells> {
    const cells = new SegmentCells();
    for (let segment = 0; segment < segmentFirstPoint.length - 1; segment++) {
      if (segment % ENTRIES_PER_STEP === 0) yield;
      for (let p = 2 * segmentFirstPoint[segment]!; p < 2 * segmentFirstPoint[segment + 1]! - 2; p += 2) {
        const [ax, ay, bx, by] = [points[p]!, points[p + 1]!, points[p + 2]!, points[p + 3]!];
        if (crossesAntimeridian(ax, bx)) continue;
        const box: Box = [Math.min(ax, bx), Math.min(ay, by), Math.max(ax, bx), Math.max(ay, by)];
        if (cellCount(box) > MOST_CELLS) {
          if (cells.#wide.at(-1) !== segment) cells.#wide.push(segment);
          continue;
        }
        for (const cell of cellsOf(...box)) {
          const known = cells.#cells.get(cell);
          if (known === undefined) cells.#cells.set(cell, [segment]);
          else if (known.at(-1) !== segment) known.push(segment);
        }
      }
    }
    return cells;
  }

  /**
   * Adds those of which a piece may share a cell with the box. Bounds in 1e-7 degree.
   *
   * @param seen cells that need not be looked at again: boxes along a line overlap
   */
  addWithin(box: Box, found: Set<number>, seen: Set<number>): void {
    for (const segment of this.#wide) found.add(segment);
    // A box of more cells than there are is looked at by the cells there are.
    if (cellCount(box) > this.#cells.size) {
      for (const segments of this.#cells.values()) for (const segment of segments) found.add(segment);
      return;
    }
    const [west, south, east, north] = box;
    for (const cell of cellsOf(west, south, east, north)) {
      if (seen.has(cell)) continue;
      seen.add(cell);
      for (const segment of this.#cells.get(cell) ?? []) found.add(segment);
    }
  }
}

const cellCount = ([west, south, east, north]: Box): number =>
  (Math.floor(east / CELL_UNITS) - Math.floor(west / CELL_UNITS) + 1) *
  (Math.floor(north / CELL_UNITS) - Math.floor(south / CELL_UNITS) + 1);

function* cellsOf(west: number, south: number, east: number, north: number): Generator<number> {
  const lastRow = Math.floor(north / CELL_UNITS);
  const lastColumn = Math.floor(east / CELL_UNITS);
  for (let row = Math.floor(south / CELL_UNITS); row <= lastRow; row++) {
    for (let column = Math.floor(west / CELL_UNITS); column <= lastColumn; column++) yield row * COLUMNS + column;
  }
}

const known = new WeakMap<Int32Array, SegmentCells>();

/** The cells of these segments, laid out once. */
export function* segmentCellsOf(drawn: Polylines): Steps<SegmentCells> {
  let cells = known.get(drawn.points);
  if (cells === undefined) {
    cells = yield* SegmentCells.of(drawn);
    known.set(drawn.points, cells);
  }
  return cells;
}
