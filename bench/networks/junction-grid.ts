import type { Sketch } from "./synthetic-sketch";

const CELL_METRES = 220;
const MAXIMUM_COUNT = 16;

/** The junctions nearest to a place, by rings of grid cells around it. */
export class JunctionGrid {
  /** The junctions found last, nearest first. */
  readonly node = new Int32Array(MAXIMUM_COUNT);
  /** Square metres: the squares of their distances. */
  readonly squared = new Float64Array(MAXIMUM_COUNT);
  readonly #x: Float64Array;
  readonly #y: Float64Array;
  readonly #columns: number;
  /** Int32[cells + 1]: the junctions of a cell are #inCell[#firstInCell[cell]] … */
  readonly #firstInCell: Int32Array;
  readonly #inCell: Int32Array;
  #count = 0;

  /** Of the junctions there are now. */
  constructor({ x, y, side }: Sketch) {
    this.#x = Float64Array.from(x);
    this.#y = Float64Array.from(y);
    this.#columns = Math.ceil(side / CELL_METRES);
    const cellOf = (v: number): number =>
      Math.floor(y[v]! / CELL_METRES) * this.#columns + Math.floor(x[v]! / CELL_METRES);
    const first = new Int32Array(this.#columns ** 2 + 1);
    for (let v = 0; v < x.length; v++) first[cellOf(v) + 1]!++;
    for (let cell = 0; cell < first.length - 1; cell++) first[cell + 1]! += first[cell]!;
    const next = first.slice();
    this.#inCell = new Int32Array(x.length);
    for (let v = 0; v < x.length; v++) this.#inCell[next[cellOf(v)]!++] = v;
    this.#firstInCell = first;
  }

  /** Fills {@link node} and {@link squared} with up to `wanted` junctions that pass; returns how many there are. */
  findNearest(x: number, y: number, wanted: number, passes: (junction: number) => boolean = () => true): number {
    this.#count = 0;
    const column = Math.floor(x / CELL_METRES);
    const row = Math.floor(y / CELL_METRES);
    for (let ring = 0; ring < this.#columns; ring++) {
      // Whatever lies in this ring is at least ring - 1 cells away.
      const reach = (ring - 1) * CELL_METRES;
      if (this.#count === wanted && reach > 0 && reach ** 2 > this.squared[wanted - 1]!) break;
      for (let r = row - ring; r <= row + ring; r++) {
        const step = r === row - ring || r === row + ring ? 1 : 2 * ring;
        for (let c = column - ring; c <= column + ring; c += step) this.#searchCell(x, y, c, r, wanted, passes);
      }
    }
    return this.#count;
  }

  #searchCell(
    x: number,
    y: number,
    column: number,
    row: number,
    wanted: number,
    passes: (junction: number) => boolean,
  ): void {
    if (column < 0 || row < 0 || column >= this.#columns || row >= this.#columns) return;
    const cell = row * this.#columns + column;
    for (let i = this.#firstInCell[cell]!; i < this.#firstInCell[cell + 1]!; i++) {
      const junction = this.#inCell[i]!;
      const squared = (this.#x[junction]! - x) ** 2 + (this.#y[junction]! - y) ** 2;
      if (this.#count === wanted && squared >= this.squared[wanted - 1]!) continue;
      if (!passes(junction)) continue;
      let at = this.#count === wanted ? wanted - 1 : this.#count++;
      for (; at > 0 && this.squared[at - 1]! > squared; at--) {
        this.squared[at] = this.squared[at - 1]!;
        this.node[at] = this.node[at - 1]!;
      }
      this.squared[at] = squared;
      this.node[at] = junction;
    }
  }
}
