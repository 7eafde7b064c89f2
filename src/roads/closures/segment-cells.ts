import { crossesAntimeridian } from "../../core/geometry";
import type { Polylines } from "../../core/prepared-polygon";
import { ENTRIES_PER_STEP, type Steps } from "../../core/steps";

/** About a kilometre, 1e-7 degree: a closure's line spans a few cells, and a cell holds some hundreds of pieces. */
const CELL_UNITS = 100_000;

/** As many cells as a degree of longitude has, all around, and some to spare. */
const COLUMNS = 1 << 17;

type Box = readonly [west: number, south: number, east: number, north: number];

/**
 * Which segments may lie in a box, by a grid of cells over all of them, driven or not: for closures that come by the
 * hundred, each of which would otherwise look at every segment there is.
 */
class SegmentCells {
  readonly #cells = new Map<number, number[]>();

  static *of({ segmentFirstPoint, points }: Polylines): Steps<SegmentCells> {
    const cells = new SegmentCells();
    for (let segment = 0; segment < segmentFirstPoint.length - 1; segment++) {
      if (segment % ENTRIES_PER_STEP === 0) yield;
      for (let p = 2 * segmentFirstPoint[segment]!; p < 2 * segmentFirstPoint[segment + 1]! - 2; p += 2) {
        const [ax, ay, bx, by] = [points[p]!, points[p + 1]!, points[p + 2]!, points[p + 3]!];
        if (crossesAntimeridian(ax, bx)) continue;
        for (const cell of cellsOf(Math.min(ax, bx), Math.min(ay, by), Math.max(ax, bx), Math.max(ay, by))) {
          const known = cells.#cells.get(cell);
          if (known === undefined) cells.#cells.set(cell, [segment]);
          else if (known.at(-1) !== segment) known.push(segment);
        }
      }
    }
    return cells;
  }

  /**
   * Adds those of which a piece shares a cell with the box. Bounds in 1e-7 degree.
   *
   * @param seen cells that need not be looked at again: boxes along a line overlap
   */
  addWithin([west, south, east, north]: Box, found: Set<number>, seen: Set<number>): void {
    for (const cell of cellsOf(west, south, east, north)) {
      if (seen.has(cell)) continue;
      seen.add(cell);
      for (const segment of this.#cells.get(cell) ?? []) found.add(segment);
    }
  }
}

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
