import { type DrawnRoads, WORLD } from "../compute/protocol";

/** Cells as large as tiles of zoom 12: about 6 km in England, a few hundred roads in a city. */
const CELL = WORLD / 2 ** 12;

/** Which roads lie where: a grid of cells over the roads' box. */
export class RoadCells {
  readonly #west: number;
  readonly #north: number;
  readonly #columns: number;
  readonly #rows: number;
  /** Int32[cells + 1]: the segments of cell c are segments[firstSegment[c]] .. segments[firstSegment[c + 1] - 1]. */
  readonly #firstSegment: Int32Array;
  readonly #segments: Int32Array;
  /** Uint32[segments]: the search that saw a segment last, as a long one lies in several cells. */
  readonly #seen: Uint32Array;
  #searches = 0;

  constructor(roads: DrawnRoads) {
    const { points } = roads;
    let [west, north, east, south] = [WORLD, WORLD, 0, 0];
    for (let i = 0; i < points.length; i += 2) {
      west = Math.min(west, points[i]!);
      east = Math.max(east, points[i]!);
      north = Math.min(north, points[i + 1]!);
      south = Math.max(south, points[i + 1]!);
    }
    this.#west = Math.floor(west / CELL);
    this.#north = Math.floor(north / CELL);
    this.#columns = Math.max(1, Math.floor(east / CELL) - this.#west + 1);
    this.#rows = Math.max(1, Math.floor(south / CELL) - this.#north + 1);
    const segmentCount = roads.firstPoint.length - 1;
    this.#seen = new Uint32Array(segmentCount);
    this.#firstSegment = new Int32Array(this.#columns * this.#rows + 1);
    this.#forEachCell(roads, (_, cell) => void this.#firstSegment[cell + 1]!++);
    for (let cell = 0; cell < this.#columns * this.#rows; cell++)
      this.#firstSegment[cell + 1]! += this.#firstSegment[cell]!;
    const next = this.#firstSegment.slice();
    this.#segments = new Int32Array(this.#firstSegment.at(-1)!);
    this.#forEachCell(roads, (segment, cell) => {
      this.#segments[next[cell]!++] = segment;
    });
  }

  /** The segments whose cells touch a box in world coordinates, each once. */
  within(left: number, top: number, right: number, bottom: number): number[] {
    const found: number[] = [];
    const [west, north] = [this.#west * CELL, this.#north * CELL];
    const [east, south] = [west + this.#columns * CELL, north + this.#rows * CELL];
    if (right < west || left >= east || bottom < north || top >= south) return found;
    const search = ++this.#searches;
    const [firstColumn, lastColumn] = [this.#column(left), this.#column(right)];
    const [firstRow, lastRow] = [this.#row(top), this.#row(bottom)];
    for (let row = firstRow; row <= lastRow; row++) {
      for (let column = firstColumn; column <= lastColumn; column++) {
        const cell = row * this.#columns + column;
        for (let i = this.#firstSegment[cell]!; i < this.#firstSegment[cell + 1]!; i++) {
          const segment = this.#segments[i]!;
          if (this.#seen[segment] === search) continue;
          this.#seen[segment] = search;
          found.push(segment);
        }
      }
    }
    return found;
  }

  readonly #column = (x: number): number => Math.min(this.#columns - 1, Math.max(0, Math.floor(x / CELL) - this.#west));
  readonly #row = (y: number): number => Math.min(this.#rows - 1, Math.max(0, Math.floor(y / CELL) - this.#north));

  #forEachCell({ firstPoint, points }: DrawnRoads, visit: (segment: number, cell: number) => void): void {
    for (let segment = 0; segment + 1 < firstPoint.length; segment++) {
      let [left, top, right, bottom] = [WORLD, WORLD, 0, 0];
      for (let point = firstPoint[segment]!; point < firstPoint[segment + 1]!; point++) {
        left = Math.min(left, points[2 * point]!);
        right = Math.max(right, points[2 * point]!);
        top = Math.min(top, points[2 * point + 1]!);
        bottom = Math.max(bottom, points[2 * point + 1]!);
      }
      for (let row = this.#row(top); row <= this.#row(bottom); row++) {
        for (let column = this.#column(left); column <= this.#column(right); column++) {
          visit(segment, row * this.#columns + column);
        }
      }
    }
  }
}
