import { FULL_TURN, longitudeScale, METRES_PER_DEGREE, planeBearing, shortStepFixed } from "../../core/geometry";
import { fromFixedDegrees, type Position, toFixedDegrees, UNITS_PER_DEGREE } from "../../core/units";
import type { Direction } from "../graph/edge-key";
import type { RoadGraph } from "../graph/road-graph";
import { RoadConnections } from "./road-connections";
import { buildSnapColumns, type SnapColumns } from "./snap-columns";
import { type NearPlace, placesNear } from "./snap-near";

/** A place on a road. */
export interface RoadPoint {
  readonly segment: number;
  /** Share of the segment's length from its tail, 0 to 1. */
  readonly fraction: number;
  /** The node the point lies on, -1 when it lies between nodes or has a direction. */
  readonly node: number;
  readonly position: Position;
  /** Straight-line distance from the location that was snapped. */
  readonly distanceMetres: number;
  /**
   * Which way journeys leave from here, by the direction the segment was drawn in. Absent: either way that may be driven,
   * and on a node any road that begins there.
   */
  readonly direction?: Direction;
  /** How one gets on foot between the place that was asked for and this point; absent when this is the place. */
  readonly onFoot?: OnFoot;
}

/** A piece of an edge; fractions are shares of the segment's length from its tail. */
export interface Stretch {
  readonly edge: number;
  readonly from: number;
  readonly to: number;
}

/** A way on foot, where no vehicle gets through. */
export interface OnFoot {
  readonly milliseconds: number;
  readonly centimetres: number;
  /** In walking order; empty when the way is not along roads. */
  readonly stretches: readonly (Stretch & { readonly milliseconds: number })[];
  /** The other end of the way. */
  readonly place: RoadPoint;
}

/** The nearest place of one segment, as far as it can be told at little cost; see {@link SnapIndex.pointAt}. */
export interface NearSegment extends NearPlace {
  readonly distanceMetres: number;
  /** The node the place lies on, -1 when it lies between nodes. */
  readonly node: number;
}

/** Takes every road that is driven, whether or not it leads anywhere. */
export const ANY_ROAD = (): boolean => true;

export class SnapIndex {
  readonly #graph: RoadGraph;
  readonly #columns: SnapColumns;
  readonly #segmentHint: Int32Array;
  readonly #connections: RoadConnections;
  /** Components that are networks, and those from which one is reached. */
  readonly #leading: Uint8Array;

  constructor(
    graph: RoadGraph,
    columns: SnapColumns = buildSnapColumns(graph),
    connections: RoadConnections = new RoadConnections(graph),
  ) {
    this.#graph = graph;
    this.#columns = columns;
    this.#connections = connections;
    this.#leading = connections.leadingTo(connections.usable);
    this.#segmentHint = buildSegmentHint(columns.segmentFirstPoint);
  }

  /** Whether a road is a network's, or leads into one: what questions that say nothing else are answered with. */
  readonly isUsable = (segment: number): boolean => this.#connections.isLeftFor(segment, this.#leading);

  // Scratch of the last search: the winning piece, how far along it, and the squared distance in scaled units.
  #piece = -1;
  #along = 0;
  #squared = Number.POSITIVE_INFINITY;

  #accepts: (segment: number) => boolean = ANY_ROAD;

  // Where the last search ended; see `locate`.
  segment = -1;
  fraction = 0;
  node = -1;

  /**
   * The nearest point on a usable road within `limitMetres`; undefined when there is none. Distances are measured on a
   * plane with longitudes scaled by cos(latitude) (by plain degrees 18 % of points near 52°N snap to the wrong road).
   * Among equally near points a node wins over the middle of a piece, then the segment listed first.
   *
   * @param accepts leaves out segments, such as closed ones. Default: every usable one will do, see {@link isUsable}.
   */
  snap(
    [longitude, latitude]: Position,
    limitMetres: number,
    accepts?: (segment: number) => boolean,
  ): RoadPoint | undefined {
    return this.locate(longitude, latitude, limitMetres, accepts) ? this.#result() : undefined;
  }

  /**
   * As {@link snap}, for bulk work: allocates nothing, and leaves the place in {@link segment}, {@link fraction} and
   * {@link node}, as in {@link RoadPoint}, until the next search. False when there is none.
   */
  locate(
    longitude: number,
    latitude: number,
    limitMetres: number,
    accepts: (segment: number) => boolean = this.isUsable,
  ): boolean {
    this.#accepts = accepts;
    const x = toFixedDegrees(longitude);
    const y = toFixedDegrees(latitude);
    const scale = longitudeScale(latitude);
    const limit = (limitMetres / METRES_PER_DEGREE) * UNITS_PER_DEGREE;
    this.#piece = -1;
    this.#squared = limit * limit;
    this.#search(x, y, scale);
    // Roads on the other side of the antimeridian lie beside the same place counted the other way round.
    if (this.#columns.grid[6] === 1) this.#search(x < 0 ? x + FULL_TURN : x - FULL_TURN, y, scale);
    if (this.#piece < 0) return false;
    this.#placeOnSegment(scale);
    return true;
  }

  /**
   * The nearest place of each usable segment within a radius, in order of distance; among equally near ones in the order
   * of {@link snap}, whose point is the first.
   *
   * @param accepts leaves out segments, such as closed ones. Default: every usable one will do, see {@link isUsable}.
   */
  near(
    [longitude, latitude]: Position,
    radiusMetres: number,
    accepts: (segment: number) => boolean = this.isUsable,
  ): readonly NearSegment[] {
    const radius = (radiusMetres / METRES_PER_DEGREE) * UNITS_PER_DEGREE;
    const x = toFixedDegrees(longitude);
    const y = toFixedDegrees(latitude);
    const scale = longitudeScale(latitude);
    return placesNear(this.#columns, x, y, scale, radius, (piece) => this.#segmentOf(piece), accepts).map((place) => {
      const { segment, piece, along, squared } = place;
      return { segment, piece, along, squared, distanceMetres: metresOf(squared), node: this.#nodeAt(place) };
    });
  }

  /** The point of a place that {@link near} found round a location of this latitude. */
  pointAt({ piece, along, squared }: NearPlace, latitude: number): RoadPoint {
    this.#piece = piece;
    this.#along = along;
    this.#squared = squared;
    this.#placeOnSegment(longitudeScale(latitude));
    return this.#result();
  }

  /** The direction in which the segment of a place was drawn there, in degrees clockwise from north. */
  drawnDegrees({ piece }: NearPlace, latitude: number): number {
    const { points } = this.#columns;
    const from = 2 * piece;
    const to = from + 2;
    const east = shortStepFixed(points[to]! - points[from]!) * longitudeScale(latitude);
    return planeBearing(east, points[to + 1]! - points[from + 1]!);
  }

  #nodeAt({ segment, piece, along }: NearPlace): number {
    const { segmentFirstPoint } = this.#columns;
    if (along === 0 && piece === segmentFirstPoint[segment]!) return this.#graph.columns.segmentTail[segment]!;
    if (along === 1 && piece === segmentFirstPoint[segment + 1]! - 2) return this.#graph.columns.segmentHead[segment]!;
    return -1;
  }

  /** Looks for what is nearer than the piece found so far. */
  #search(x: number, y: number, scale: number): void {
    const { grid } = this.#columns;
    const west = grid[0]!;
    const south = grid[1]!;
    const cellWidth = grid[2]!;
    const cellHeight = grid[3]!;
    const columns = grid[4]!;
    const rows = grid[5]!;
    if (this.#columns.cellPiece.length === 0) return;
    const column = Math.floor((x - west) / cellWidth);
    const row = Math.floor((y - south) / cellHeight);
    // Rings that lie wholly outside the grid hold nothing: start at the first that touches it, end at the last.
    const firstRing = Math.max(0, -column, column - columns + 1, -row, row - rows + 1);
    const lastRing = Math.max(column, columns - 1 - column, row, rows - 1 - row);
    for (let ring = firstRing; ring <= lastRing; ring++) {
      if (ring > 0) {
        // Every point of this ring is at least as far as the nearest side of the square of rings already searched.
        const reachX = Math.min(x - (west + (column - ring + 1) * cellWidth), west + (column + ring) * cellWidth - x);
        const reachY = Math.min(y - (south + (row - ring + 1) * cellHeight), south + (row + ring) * cellHeight - y);
        const reach = Math.min(reachX * scale, reachY);
        if (reach > 0 && reach * reach > this.#squared) return;
      }
      const bottom = row - ring;
      const top = row + ring;
      for (let r = Math.max(0, bottom); r <= Math.min(rows - 1, top); r++) {
        if (r === bottom || r === top) {
          const last = Math.min(columns - 1, column + ring);
          for (let c = Math.max(0, column - ring); c <= last; c++) this.#searchCell(c, r, x, y, scale);
        } else {
          if (column - ring >= 0) this.#searchCell(column - ring, r, x, y, scale);
          if (column + ring < columns) this.#searchCell(column + ring, r, x, y, scale);
        }
      }
    }
  }

  #searchCell(column: number, row: number, x: number, y: number, scale: number): void {
    const { grid, cellFirstPiece, cellPiece, points } = this.#columns;
    const cell = row * grid[4]! + column;
    let i = cellFirstPiece[cell]!;
    const end = cellFirstPiece[cell + 1]!;
    if (i === end) return;
    // Most cells of a ring are farther than what is found by then. A unit of slack: which cell a piece that runs along
    // a border is listed in is a matter of rounding.
    const boxX = grid[0]! + column * grid[2]! - x;
    const boxY = grid[1]! + row * grid[3]! - y;
    const awayX = scale * (boxX > 0 ? boxX - 1 : boxX + grid[2]! < 0 ? boxX + grid[2]! + 1 : 0);
    const awayY = boxY > 0 ? boxY - 1 : boxY + grid[3]! < 0 ? boxY + grid[3]! + 1 : 0;
    let best = this.#squared;
    if (awayX * awayX + awayY * awayY > best) return;
    for (; i < end; i++) {
      const piece = cellPiece[i]!;
      const at = 2 * piece;
      const run = points[at + 2]! - points[at]!;
      const isCrossing = run > FULL_TURN / 2 || run < -FULL_TURN / 2;
      const startX = (isCrossing ? shortStepFixed(points[at]! - x) : points[at]! - x) * scale;
      const startY = points[at + 1]! - y;
      const runX = (isCrossing ? shortStepFixed(run) : run) * scale;
      const runY = points[at + 3]! - points[at + 1]!;
      const runSquared = runX * runX + runY * runY;
      let along = runSquared === 0 ? 0 : -(startX * runX + startY * runY) / runSquared;
      along = along > 0 ? (along < 1 ? along : 1) : 0;
      const dx = startX + along * runX;
      const dy = startY + along * runY;
      const squared = dx * dx + dy * dy;
      if (squared > best || (squared === best && !this.#winsTie(piece, along))) continue;
      // Asked about winners only: nearly all that are asked about will do.
      if (!this.#accepts(this.#segmentOf(piece))) continue;
      best = squared;
      this.#piece = piece;
      this.#along = along;
    }
    this.#squared = best;
  }

  #winsTie(piece: number, along: number): boolean {
    if (this.#piece < 0) return true;
    const wasAtEnd = this.#along === 0 || this.#along === 1;
    const isAtEnd = along === 0 || along === 1;
    if (wasAtEnd !== isAtEnd) return isAtEnd;
    return piece < this.#piece;
  }

  #segmentOf(piece: number): number {
    const { segmentFirstPoint } = this.#columns;
    let segment = this.#segmentHint[piece >> HINT_SHIFT]!;
    while (segmentFirstPoint[segment + 1]! <= piece) segment++;
    return segment;
  }

  #placeOnSegment(scale: number): void {
    const { segmentFirstPoint, points } = this.#columns;
    const piece = this.#piece,
      along = this.#along;
    const segment = this.#segmentOf(piece);
    const firstPiece = segmentFirstPoint[segment]!;
    const lastPiece = segmentFirstPoint[segment + 1]! - 2;
    this.segment = segment;
    this.node = -1;
    if (piece === firstPiece && along === 0) {
      this.fraction = 0;
      this.node = this.#graph.columns.segmentTail[segment]!;
    } else if (piece === lastPiece && along === 1) {
      this.fraction = 1;
      this.node = this.#graph.columns.segmentHead[segment]!;
    } else {
      this.fraction = shareBefore(points, firstPiece, lastPiece, piece, along, scale);
    }
  }

  #result(): RoadPoint {
    const { points } = this.#columns;
    const { segment, fraction, node } = this,
      piece = this.#piece,
      along = this.#along;
    const lon = shortStepFixed(
      points[2 * piece]! + along * shortStepFixed(points[2 * piece + 2]! - points[2 * piece]!),
    );
    const lat = points[2 * piece + 1]! + along * (points[2 * piece + 3]! - points[2 * piece + 1]!);
    return {
      segment,
      fraction,
      node,
      position: [fromFixedDegrees(Math.round(lon)), fromFixedDegrees(Math.round(lat))],
      distanceMetres: metresOf(this.#squared),
    };
  }
}

const metresOf = (squared: number): number => (Math.sqrt(squared) / UNITS_PER_DEGREE) * METRES_PER_DEGREE;

/** Share of a segment's length that lies before a place `along` one of its pieces. */
function shareBefore(
  points: Int32Array,
  firstPiece: number,
  lastPiece: number,
  piece: number,
  along: number,
  scale: number,
): number {
  if (firstPiece === lastPiece) return along;
  let before = 0;
  let total = 0;
  for (let p = firstPiece; p <= lastPiece; p++) {
    const runX = shortStepFixed(points[2 * p + 2]! - points[2 * p]!) * scale;
    const runY = points[2 * p + 3]! - points[2 * p + 1]!;
    const length = Math.sqrt(runX * runX + runY * runY);
    if (p === piece) before = total + along * length;
    total += length;
  }
  return total === 0 ? 0 : before / total;
}

/** A hint for every 16 points: segments have two points or more, so the right one is at most eight on. */
const HINT_SHIFT = 4;

/** The segment that holds every 16th point. */
function buildSegmentHint(segmentFirstPoint: Int32Array): Int32Array {
  const segmentCount = segmentFirstPoint.length - 1;
  const pointCount = segmentFirstPoint[segmentCount]!;
  const hint = new Int32Array((pointCount >> HINT_SHIFT) + 1);
  for (let i = 0, segment = 0; i < hint.length; i++) {
    while (segment < segmentCount && segmentFirstPoint[segment + 1]! <= i << HINT_SHIFT) segment++;
    hint[i] = segment;
  }
  return hint;
}
