/** What no label claims. */
export const UNCLAIMED = -1;

/** A rectangle of equal cells, each with a label. */
export interface LabelledCells {
  readonly columns: number;
  readonly rows: number;
  /** Int32[columns * rows]: row by row from the south, each from the west; {@link UNCLAIMED} or 0 and more. */
  readonly labels: Int32Array;
}

/**
 * A closed line: x and y alternating, in half cells from the grid's south-west corner, the first point not repeated at
 * the end. What it bounds lies to its left.
 */
export type HalfCellRing = Int32Array;

/** One outer ring, and the rings of its holes. */
export interface TracedPolygon {
  readonly outer: HalfCellRing;
  readonly holes: HalfCellRing[];
}

/**
 * Turns labelled cells into polygons that share their borders exactly: between two labels there is one line, which both
 * polygons have point by point, so that they neither overlap nor leave a gap.
 *
 * The line goes through the middles of the sides at which labels change, and from one middle straight to the next: that
 * cuts the corners of the staircase. At a grid corner where three or more labels meet it goes to that corner. So lines
 * stay within a square of one cell round each grid corner, in which at most two run, side by side; hence lines never
 * cross, no centre of a cell changes sides, and no border is more than a cell's half diagonal from where it was. Points
 * on a straight line are left out, which loses nothing. Where cells of one label touch only by their corners, the higher
 * label is joined.
 *
 * @returns the polygons of each label in the order in which they are met; labels that no cell has are missing.
 */
export function traceLabels(cells: LabelledCells): Map<number, TracedPolygon[]> {
  const rings = new Map<number, HalfCellRing[]>();
  const tracer = new RingTracer(cells);
  tracer.traceAll((label, ring) => {
    const known = rings.get(label);
    if (known === undefined) rings.set(label, [ring]);
    else known.push(ring);
  });
  return new Map([...rings].sort(([a], [b]) => a - b).map(([label, own]) => [label, polygonsOf(own)]));
}

/** Directions of travel, counted clockwise. */
const NORTH = 0;
const EAST = 1;
const SOUTH = 2;
const WEST = 3;
const STEP_X = [0, 1, 0, -1] as const;
const STEP_Y = [1, 0, -1, 0] as const;

class RingTracer {
  readonly #columns: number;
  readonly #rows: number;
  readonly #labels: Int32Array;
  /**
   * Uint8[4 per corner]: 1 where the line that leaves the corner in a direction, label to its left, has been followed.
   */
  readonly #isDone: Uint8Array;

  constructor({ columns, rows, labels }: LabelledCells) {
    this.#columns = columns;
    this.#rows = rows;
    this.#labels = labels;
    this.#isDone = new Uint8Array(4 * (columns + 1) * (rows + 1));
  }

  /** Corners by row and column, directions clockwise: the order of rings follows from the cells alone. */
  traceAll(found: (label: number, ring: HalfCellRing) => void): void {
    for (let row = 0; row <= this.#rows; row++) {
      for (let column = 0; column <= this.#columns; column++) {
        for (let direction = NORTH; direction <= WEST; direction++) {
          const label = this.#leftOf(column, row, direction);
          if (label === UNCLAIMED || label === this.#rightOf(column, row, direction)) continue;
          if (this.#isDone[this.#sideOf(column, row, direction)] === 1) continue;
          found(label, this.#trace(column, row, direction));
        }
      }
    }
  }

  #trace(column: number, row: number, direction: number): HalfCellRing {
    const points: number[] = [];
    const isFixed: boolean[] = [];
    let [x, y, going] = [column, row, direction];
    for (;;) {
      const side = this.#sideOf(x, y, going);
      if (this.#isDone[side] === 1) break;
      this.#isDone[side] = 1;
      points.push(2 * x + STEP_X[going]!, 2 * y + STEP_Y[going]!);
      isFixed.push(false);
      x += STEP_X[going]!;
      y += STEP_Y[going]!;
      if (this.#isMeetingPoint(x, y)) {
        points.push(2 * x, 2 * y);
        isFixed.push(true);
      }
      going = this.#onward(x, y, going);
    }
    return withoutStraightPoints(points, isFixed);
  }

  /** The way on from a corner, keeping to the same label. */
  #onward(x: number, y: number, going: number): number {
    const left = (going + 3) % 4;
    const right = (going + 1) % 4;
    if (this.#isSaddle(x, y) && this.#joinsDiagonal(x, y, going)) return right;
    for (const way of [left, going, right]) {
      if (this.#leftOf(x, y, way) !== this.#rightOf(x, y, way)) return way;
    }
    throw new Error(`A border ends at the corner ${x}, ${y}.`);
  }

  /** Whether three or more labels meet, none of them only across the corner: then all of their lines end there. */
  #isMeetingPoint(x: number, y: number): boolean {
    let sides = 0;
    for (let way = NORTH; way <= WEST; way++) if (this.#leftOf(x, y, way) !== this.#rightOf(x, y, way)) sides++;
    return sides === 3 || (sides === 4 && !this.#isSaddle(x, y));
  }

  /** Whether labels change at all four sides of a corner, and two across from one another are the same. */
  #isSaddle(x: number, y: number): boolean {
    const [southWest, southEast, northWest, northEast] = this.#around(x, y);
    const allChange =
      southWest !== southEast && southEast !== northEast && northEast !== northWest && northWest !== southWest;
    return allChange && (southWest === northEast || southEast === northWest);
  }

  /** At a saddle: whether the label to the left of who comes there is joined with the same one across the corner. */
  #joinsDiagonal(x: number, y: number, going: number): boolean {
    const [southWest, southEast, northWest, northEast] = this.#around(x, y);
    const rising = southWest === northEast;
    const falling = southEast === northWest;
    const joinsRising = rising && (!falling || southWest > southEast);
    // Behind the left hand: south-west going north, north-west going east, north-east going south, south-east going west.
    const isOnRising = going === NORTH || going === SOUTH;
    return joinsRising === isOnRising;
  }

  #around(x: number, y: number): readonly [number, number, number, number] {
    return [this.#label(x - 1, y - 1), this.#label(x, y - 1), this.#label(x - 1, y), this.#label(x, y)];
  }

  /** The cell to the left of the side that leaves a corner in a direction. */
  #leftOf(x: number, y: number, direction: number): number {
    return this.#label(x - (direction === NORTH || direction === WEST ? 1 : 0), y - (direction >= SOUTH ? 1 : 0));
  }

  #rightOf(x: number, y: number, direction: number): number {
    return this.#label(x - (direction >= SOUTH ? 1 : 0), y - (direction === EAST || direction === SOUTH ? 1 : 0));
  }

  #label(column: number, row: number): number {
    if (column < 0 || row < 0 || column >= this.#columns || row >= this.#rows) return UNCLAIMED;
    return this.#labels[row * this.#columns + column]!;
  }

  #sideOf(x: number, y: number, direction: number): number {
    return 4 * (y * (this.#columns + 1) + x) + direction;
  }
}

/** Points on the straight line between their neighbours are dropped, unless other lines end there. */
function withoutStraightPoints(points: readonly number[], isFixed: readonly boolean[]): HalfCellRing {
  const kept: number[] = [];
  const count = isFixed.length;
  for (let i = 0; i < count; i++) {
    const before = 2 * ((i + count - 1) % count);
    const after = 2 * ((i + 1) % count);
    const turn =
      (points[2 * i]! - points[before]!) * (points[after + 1]! - points[2 * i + 1]!) -
      (points[2 * i + 1]! - points[before + 1]!) * (points[after]! - points[2 * i]!);
    if (isFixed[i] || turn !== 0) kept.push(points[2 * i]!, points[2 * i + 1]!);
  }
  return Int32Array.from(kept);
}

/** Each hole goes to the smallest outer ring round it. Rings of one label never touch. */
function polygonsOf(rings: readonly HalfCellRing[]): TracedPolygon[] {
  const polygons: TracedPolygon[] = [];
  const holes: HalfCellRing[] = [];
  for (const ring of rings) {
    if (doubleArea(ring) > 0) polygons.push({ outer: ring, holes: [] });
    else holes.push(ring);
  }
  for (const hole of holes) {
    let home: TracedPolygon | undefined;
    for (const polygon of polygons) {
      if (!surrounds(polygon.outer, hole[0]!, hole[1]!)) continue;
      if (home === undefined || doubleArea(polygon.outer) < doubleArea(home.outer)) home = polygon;
    }
    home!.holes.push(hole);
  }
  return polygons;
}

/** Twice the area in square half cells; negative for a ring whose inside is to the right. */
export function doubleArea(ring: HalfCellRing): number {
  let sum = 0;
  for (let i = 0, j = ring.length - 2; i < ring.length; j = i, i += 2) {
    sum += ring[j]! * ring[i + 1]! - ring[i]! * ring[j + 1]!;
  }
  return sum;
}

/** Whether a point that is not on the ring lies inside it: a ray eastward crosses the ring an odd number of times. */
function surrounds(ring: HalfCellRing, x: number, y: number): boolean {
  let inside = false;
  for (let i = 0, j = ring.length - 2; i < ring.length; j = i, i += 2) {
    const [ax, ay, bx, by] = [ring[j]!, ring[j + 1]!, ring[i]!, ring[i + 1]!];
    if (ay > y === by > y) continue;
    if (x < ax + ((y - ay) / (by - ay)) * (bx - ax)) inside = !inside;
  }
  return inside;
}
