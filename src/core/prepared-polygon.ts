import type { MultiPolygon, Polygon } from "geojson";
import { crossesAntimeridian } from "./geometry";
import { ENTRIES_PER_STEP, runSteps, type Steps } from "./steps";
import { toFixedDegrees } from "./units";

/** Bands of latitude into which an outline's edges are sorted; more edges per band than this make more bands. */
const EDGES_PER_BAND = 4;
const MAXIMUM_BANDS = 4096;

/** Lines laid end to end: line i has the positions from `segmentFirstPoint[i]` to `segmentFirstPoint[i + 1]`, not included. */
export interface Polylines {
  readonly segmentFirstPoint: Uint32Array | Int32Array;
  /** Two numbers per position, longitude first, in units of 1e-7 degree. */
  readonly points: Int32Array;
}

/**
 * An area, ready to be held against every segment of a country. Its outline's edges are sorted into bands of latitude, so
 * that a piece of road meets only those beside it.
 *
 * All coordinates are whole units of 1e-7 degree. Orientation tests multiply differences of coordinates; up to 9 degrees
 * (1000 km) these products stay below 2^53, so the tests are exact.
 */
export class PreparedPolygon {
  readonly #west: number;
  readonly #south: number;
  readonly #east: number;
  readonly #north: number;
  /** Outline edges, four numbers each: x and y of both ends. */
  readonly #edges: Float64Array;
  readonly #bandCount: number;
  readonly #bandHeight: number;
  /** Edges of each band, as offsets into #edges. */
  readonly #bands: readonly number[][];

  constructor(area: Polygon | MultiPolygon) {
    const rings = area.type === "Polygon" ? area.coordinates : area.coordinates.flat();
    const edges: number[] = [];
    for (const ring of rings) {
      for (let i = 1; i < ring.length; i++) {
        for (const [lon, lat] of [ring[i - 1]!, ring[i]!]) edges.push(toFixedDegrees(lon!), toFixedDegrees(lat!));
      }
    }
    this.#edges = Float64Array.from(edges);
    let west = Number.POSITIVE_INFINITY;
    let south = Number.POSITIVE_INFINITY;
    let east = Number.NEGATIVE_INFINITY;
    let north = Number.NEGATIVE_INFINITY;
    for (let i = 0; i < edges.length; i += 2) {
      west = Math.min(west, edges[i]!);
      east = Math.max(east, edges[i]!);
      south = Math.min(south, edges[i + 1]!);
      north = Math.max(north, edges[i + 1]!);
    }
    this.#west = west;
    this.#south = south;
    this.#east = east;
    this.#north = north;
    this.#bandCount = Math.max(1, Math.min(MAXIMUM_BANDS, Math.ceil(edges.length / 4 / EDGES_PER_BAND)));
    this.#bandHeight = Math.max(1, Math.ceil((north - south + 1) / this.#bandCount));
    const bands: number[][] = Array.from({ length: this.#bandCount }, () => []);
    for (let edge = 0; edge < edges.length; edge += 4) {
      const low = Math.min(edges[edge + 1]!, edges[edge + 3]!);
      const high = Math.max(edges[edge + 1]!, edges[edge + 3]!);
      for (let band = this.#bandOf(low); band <= this.#bandOf(high); band++) bands[band]!.push(edge);
    }
    this.#bands = bands;
  }

  /** Segments of which any part lies in the area or touches its border, ascending. */
  segments(drawn: Polylines): number[] {
    return runSteps(this.segmentSteps(drawn));
  }

  /** {@link segments}, in steps. */
  *segmentSteps({ segmentFirstPoint, points }: Polylines): Steps<number[]> {
    const found: number[] = [];
    for (let segment = 0; segment < segmentFirstPoint.length - 1; segment++) {
      if (segment % ENTRIES_PER_STEP === 0) yield;
      const begin = 2 * segmentFirstPoint[segment]!;
      const end = 2 * segmentFirstPoint[segment + 1]!;
      if (this.#mayReach(points, begin, end) && this.#touches(points, begin, end)) found.push(segment);
    }
    return found;
  }

  /**
   * The parts of the straight piece from a to b that lie in the area or on its border, as shares of the piece: pairs of
   * where a part begins and ends, in no order; they may overlap. A place where the piece only touches the border is a part
   * of no length.
   */
  spans(ax: number, ay: number, bx: number, by: number): number[] {
    const low = Math.min(ay, by);
    const high = Math.max(ay, by);
    if (high < this.#south || low > this.#north) return [];
    const met: number[] = [];
    const edges = this.#edges;
    for (let band = this.#bandOf(low); band <= this.#bandOf(high); band++) {
      for (const edge of this.#bands[band]!) {
        const [cx, cy, dx, dy] = [edges[edge]!, edges[edge + 1]!, edges[edge + 2]!, edges[edge + 3]!];
        if (segmentsMeet(ax, ay, bx, by, cx, cy, dx, dy)) met.push(...meetingShares(ax, ay, bx, by, cx, cy, dx, dy));
      }
    }
    const spans = met.flatMap((share) => [share, share]);
    const cuts = [0, ...met, 1].sort((one, other) => one - other);
    const length = Math.max(Math.abs(bx - ax), Math.abs(by - ay));
    for (let i = 1; i < cuts.length; i++) {
      const [from, to] = [cuts[i - 1]!, cuts[i]!];
      if (from === to) continue;
      const middle = (from + to) / 2;
      // Between two meetings the piece stays on one side. A sliver no longer than the grid of positions is fine has no
      // middle of its own; it lies on the border as far as anybody can tell.
      const isSliver = (to - from) * length <= 2 && from > 0 && to < 1;
      if (isSliver || this.covers(Math.round(ax + middle * (bx - ax)), Math.round(ay + middle * (by - ay)))) {
        spans.push(from, to);
      }
    }
    return spans;
  }

  /** Whether a position, in units of 1e-7 degree, lies in the area or on its border. */
  covers(x: number, y: number): boolean {
    if (x < this.#west || x > this.#east || y < this.#south || y > this.#north) return false;
    return this.#contains(x, y) || this.#meetsOutline(x, y, x, y);
  }

  /** Whether the box around these points meets the box around the area. */
  #mayReach(points: Int32Array, begin: number, end: number): boolean {
    let isWest = true;
    let isEast = true;
    let isSouth = true;
    let isNorth = true;
    for (let i = begin; i < end; i += 2) {
      const x = points[i]!;
      const y = points[i + 1]!;
      if (x >= this.#west) isWest = false;
      if (x <= this.#east) isEast = false;
      if (y >= this.#south) isSouth = false;
      if (y <= this.#north) isNorth = false;
    }
    return !(isWest || isEast || isSouth || isNorth);
  }

  /** A line that does not meet the outline lies wholly inside or wholly outside, as its first point does. */
  #touches(points: Int32Array, begin: number, end: number): boolean {
    for (let i = begin; i < end - 2; i += 2) {
      if (crossesAntimeridian(points[i]!, points[i + 2]!)) continue;
      if (this.#meetsOutline(points[i]!, points[i + 1]!, points[i + 2]!, points[i + 3]!)) return true;
    }
    return this.#contains(points[begin]!, points[begin + 1]!);
  }

  #meetsOutline(ax: number, ay: number, bx: number, by: number): boolean {
    const low = Math.min(ay, by);
    const high = Math.max(ay, by);
    if (high < this.#south || low > this.#north) return false;
    const edges = this.#edges;
    for (let band = this.#bandOf(low); band <= this.#bandOf(high); band++) {
      for (const edge of this.#bands[band]!) {
        if (segmentsMeet(ax, ay, bx, by, edges[edge]!, edges[edge + 1]!, edges[edge + 2]!, edges[edge + 3]!))
          return true;
      }
    }
    return false;
  }

  /** Even-odd rule: a ray eastward crosses the outline an odd number of times. Holes and several parts follow by themselves. */
  #contains(x: number, y: number): boolean {
    if (x < this.#west || x > this.#east || y < this.#south || y > this.#north) return false;
    const edges = this.#edges;
    let inside = false;
    for (const edge of this.#bands[this.#bandOf(y)]!) {
      const cy = edges[edge + 1]!;
      const dy = edges[edge + 3]!;
      if (cy > y === dy > y) continue;
      const side = turn(edges[edge]!, cy, edges[edge + 2]!, dy, x, y);
      if (dy > cy ? side > 0 : side < 0) inside = !inside;
    }
    return inside;
  }

  #bandOf(y: number): number {
    const band = Math.floor((y - this.#south) / this.#bandHeight);
    return Math.max(0, Math.min(this.#bandCount - 1, band));
  }
}

/** Above 0 when c lies to the left of the line from a to b, below 0 to its right, 0 on it. */
const turn = (ax: number, ay: number, bx: number, by: number, cx: number, cy: number): number =>
  (bx - ax) * (cy - ay) - (by - ay) * (cx - ax);

function segmentsMeet(
  ax: number,
  ay: number,
  bx: number,
  by: number,
  cx: number,
  cy: number,
  dx: number,
  dy: number,
): boolean {
  if (Math.max(ax, bx) < Math.min(cx, dx) || Math.max(cx, dx) < Math.min(ax, bx)) return false;
  if (Math.max(ay, by) < Math.min(cy, dy) || Math.max(cy, dy) < Math.min(ay, by)) return false;
  // With boxes that meet, each segment's ends being on both sides of the other's line (or on it) is enough, collinear
  // segments included.
  const c = Math.sign(turn(ax, ay, bx, by, cx, cy));
  const d = Math.sign(turn(ax, ay, bx, by, dx, dy));
  if (c * d > 0) return false;
  const a = Math.sign(turn(cx, cy, dx, dy, ax, ay));
  const b = Math.sign(turn(cx, cy, dx, dy, bx, by));
  return a * b <= 0;
}

/** Where on the piece from a to b a piece from c to d that it meets lies, as shares: one, or both ends of what they share. */
function meetingShares(
  ax: number,
  ay: number,
  bx: number,
  by: number,
  cx: number,
  cy: number,
  dx: number,
  dy: number,
): number[] {
  const a = turn(cx, cy, dx, dy, ax, ay);
  const b = turn(cx, cy, dx, dy, bx, by);
  if (a !== b) return [Math.max(0, Math.min(1, a / (a - b)))];
  const square = (bx - ax) ** 2 + (by - ay) ** 2;
  if (square === 0) return [0];
  return [
    [cx, cy],
    [dx, dy],
  ].map(([x, y]) => Math.max(0, Math.min(1, ((x! - ax) * (bx - ax) + (y! - ay) * (by - ay)) / square)));
}
