import type { Polylines } from "../../core/prepared-polygon";

/** About a kilometre, 1e-7 degree: a closure's line spans a few cells, and a cell holds some hundreds of pieces. */
const CELL_UNITS = 100_000;

/** As many cells as a degree of longitude has, all around, and some to spare. */
const COLUMNS = 1 << 17;

/**
 * Which segments may lie in a box, by a grid of cells over all of them, driven or not: for closures that come by the
 * hundred, each of which would otherwise look at every segment there is.
 */
class SegmentCells {
  readonly #cells = new Map<number, number[]>();

  constructor({ segmentFirstPoint, points }: Polylines) {
    for (let segment = 0; segment < segmentFirstPoint.length - 1; segment++) {
      for (let p = 2 * segmentFirstPoint[segment]!; p < 2 * segmentFirstPoint[segment + 1]! - 2; p += 2) {
        const [ax, ay, bx, by] = [points[p]!, points[p + 1]!, points[p + 2]!, points[p + 3]!];
        for (const cell of cellsOf(Math.min(ax, bx), Math.min(ay, by), Math.max(ax, bx), Math.max(ay, by))) {
          const known = this.#cells.get(cell);
          if (known === undefined) this.#cells.set(cell, [segment]);
          else if (known.at(-1) !== segment) known.push(segment);
        }
      }
    }
  }

  /** Those of which a piece shares a cell with the box, each once. Bounds in 1e-7 degree. */
  within(west: number, south: number, east: number, north: number): Set<number> {
    const found = new Set<number>();
    for (const cell of cellsOf(west, south, east, north)) {
      for (const segment of this.#cells.get(cell) ?? []) found.add(segment);
    }
    return found;
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
export function segmentCellsOf(drawn: Polylines): SegmentCells {
  let cells = known.get(drawn.points);
  if (cells === undefined) {
    cells = new SegmentCells(drawn);
    known.set(drawn.points, cells);
  }
  return cells;
}
