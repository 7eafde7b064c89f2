import { longitudeScale, METRES_PER_DEGREE } from "../../core/geometry";
import { fromFixedDegrees, type Position, UNITS_PER_DEGREE } from "../../core/units";
import type { AttributeRows } from "../graph/attribute-rows";
import { MISSING, type Points, type WayTable } from "../graph/fold-chains";
import type { RoadNames } from "../graph/road-graph";

/** Ends of roads that lie on another road and have no point in common with it: nobody can turn there. */
export interface LooseEnds {
  readonly count: number;
  /** The first few, in the order of the source. */
  readonly examples: readonly LooseEnd[];
}

interface LooseEnd {
  readonly location: Position;
  /** Source ids: of the road that ends, and of that on which it does. */
  readonly way: number;
  readonly on: number;
}

export const NO_LOOSE_ENDS: LooseEnds = { count: 0, examples: [] };

const EXAMPLES = 5;

/** Nearer than any two roads run side by side, and farther than drawing programs miss a line they snap to. */
const TOLERANCE_METRES = 0.5;

/** Fixed degrees, about 100 m: most pieces of road lie in one or two cells. */
const CELL = 10_000;

/**
 * Finds the dead ends of ways that lie on a piece of another road, at the same layer; ferries are no such road. A map
 * compiled by hand, or exported line by line, has T-junctions without a common point like this.
 *
 * @param roads the road table that rows name.
 */
export function findLooseEnds(
  ways: WayTable,
  points: Points,
  rows: AttributeRows,
  roads: readonly RoadNames[],
): LooseEnds {
  const ends = deadEnds(ways, points);
  if (ends.length === 0) return NO_LOOSE_ENDS;
  const cells = new Map<number, number[]>();
  ends.forEach(({ point }, at) => {
    const key = cellKey(Math.floor(points.lon[point]! / CELL), Math.floor(points.lat[point]! / CELL));
    const there = cells.get(key);
    if (there === undefined) cells.set(key, [at]);
    else there.push(at);
  });

  const roadOf = (way: number): RoadNames => roads[rows.road[ways.row[way]!]!]!;
  const nearest = new Map<number, { way: number; metres: number }>();
  const { firstPoint, wayPoint } = ways;
  for (let way = 0; way + 1 < firstPoint.length; way++) {
    const road = roadOf(way);
    if (road.highway === "ferry") continue;
    for (let p = firstPoint[way]!; p + 1 < firstPoint[way + 1]!; p++) {
      const piece = new Piece(points, wayPoint[p]!, wayPoint[p + 1]!);
      if (!piece.isKnown) continue;
      for (const at of piece.endsNear(cells, ends.length)) {
        const end = ends[at]!;
        const endRoad = roadOf(end.way);
        if (piece.touches(end.point) || piece.touches(end.neighbour) || endRoad.layer !== road.layer) continue;
        if (endRoad.highway === "ferry") continue;
        const metres = piece.metresTo(end.point);
        if (metres <= TOLERANCE_METRES && metres < (nearest.get(at)?.metres ?? Number.POSITIVE_INFINITY)) {
          nearest.set(at, { way, metres });
        }
      }
    }
  }
  const found = [...nearest].sort(([a], [b]) => a - b);
  return {
    count: found.length,
    examples: found.slice(0, EXAMPLES).map(([at, { way }]) => {
      const { point, way: own } = ends[at]!;
      return {
        location: [fromFixedDegrees(points.lon[point]!), fromFixedDegrees(points.lat[point]!)],
        way: ways.wayId[own]!,
        on: ways.wayId[way]!,
      };
    }),
  };
}

/** The end of a way where nothing else is driven, and the point before it. */
interface DeadEnd {
  readonly point: number;
  readonly neighbour: number;
  readonly way: number;
}

function deadEnds({ firstPoint, wayPoint }: WayTable, { lat }: Points): DeadEnd[] {
  const uses = new Uint8Array(lat.length);
  for (let way = 0; way + 1 < firstPoint.length; way++) {
    const [first, last] = [firstPoint[way]!, firstPoint[way + 1]! - 1];
    for (let p = first; p <= last; p++) {
      const point = wayPoint[p]!;
      uses[point] = Math.min(2, uses[point]! + (p === first || p === last ? 1 : 2));
    }
  }
  const ends: DeadEnd[] = [];
  for (let way = 0; way + 1 < firstPoint.length; way++) {
    const [first, last] = [firstPoint[way]!, firstPoint[way + 1]! - 1];
    for (const [p, before] of [
      [first, first + 1],
      [last, last - 1],
    ] as const) {
      const [point, neighbour] = [wayPoint[p]!, wayPoint[before]!];
      if (uses[point] === 1 && lat[point] !== MISSING) ends.push({ point, neighbour, way });
    }
  }
  return ends;
}

/** Metres of a unit of longitude and of latitude; towards a pole the first goes to nothing, and stops short of it here. */
const metresPerUnit = (lat: number): { readonly x: number; readonly y: number } => {
  const y = METRES_PER_DEGREE / UNITS_PER_DEGREE;
  return { x: y * Math.max(0.001, longitudeScale(fromFixedDegrees(lat))), y };
};

const cellKey = (x: number, y: number): number => y * 1_000_000 + x;

/** The straight line between two points of a way. */
class Piece {
  readonly #points: Points;
  readonly #a: number;
  readonly #b: number;

  constructor(points: Points, a: number, b: number) {
    this.#points = points;
    this.#a = a;
    this.#b = b;
  }

  get isKnown(): boolean {
    const { lat } = this.#points;
    return lat[this.#a] !== MISSING && lat[this.#b] !== MISSING;
  }

  touches(point: number): boolean {
    return point === this.#a || point === this.#b;
  }

  /** Places in the list of ends: of those in the cells that the piece lies in or borders on. */
  *endsNear(cells: ReadonlyMap<number, readonly number[]>, endCount: number): Generator<number> {
    const { lon, lat } = this.#points;
    const cellsOf = (one: number, other: number, margin: number): [number, number] => [
      Math.floor((Math.min(one, other) - margin) / CELL),
      Math.floor((Math.max(one, other) + margin) / CELL),
    ];
    const { x: metresEast, y: metresNorth } = metresPerUnit(lat[this.#a]!);
    const [west, east] = cellsOf(lon[this.#a]!, lon[this.#b]!, TOLERANCE_METRES / metresEast);
    const [south, north] = cellsOf(lat[this.#a]!, lat[this.#b]!, TOLERANCE_METRES / metresNorth);
    // A line drawn across a county: fewer ends than cells.
    if ((east - west + 1) * (north - south + 1) > endCount) {
      for (const there of cells.values()) yield* there;
      return;
    }
    for (let y = south; y <= north; y++) for (let x = west; x <= east; x++) yield* cells.get(cellKey(x, y)) ?? [];
  }

  metresTo(point: number): number {
    const { lon, lat } = this.#points;
    const scale = metresPerUnit(lat[point]!);
    const x = (one: number): number => (lon[one]! - lon[point]!) * scale.x;
    const y = (one: number): number => (lat[one]! - lat[point]!) * scale.y;
    const [ax, ay, bx, by] = [x(this.#a), y(this.#a), x(this.#b), y(this.#b)];
    const [dx, dy] = [bx - ax, by - ay];
    const length = dx * dx + dy * dy;
    const share = length === 0 ? 0 : Math.min(1, Math.max(0, -(ax * dx + ay * dy) / length));
    return Math.hypot(ax + share * dx, ay + share * dy);
  }
}
