import { FULL_TURN, shortStepFixed } from "../../core/geometry";
import type { SnapColumns } from "./snap-columns";

/** The nearest place of a segment. */
export interface NearPlace {
  readonly segment: number;
  /** The straight piece it lies on, and the share of the piece that lies before it. */
  piece: number;
  along: number;
  /** Square of its distance, in 1e-7 degree of latitude. */
  squared: number;
}

const isAtEnd = (along: number): boolean => along === 0 || along === 1;

/** The order of preference: the nearer, a point where pieces join before the middle of one, the piece listed first. */
const isBefore = (piece: number, along: number, squared: number, other: NearPlace): boolean => {
  if (squared !== other.squared) return squared < other.squared;
  if (isAtEnd(along) !== isAtEnd(other.along)) return isAtEnd(along);
  return piece < other.piece;
};

/**
 * The nearest place of each segment that comes within a radius, in order of preference.
 *
 * @param x longitude of the centre, 1e-7 degree; `y` its latitude.
 * @param scale length of a degree of longitude there, as a share of that of latitude.
 * @param radius 1e-7 degree of latitude.
 * @param segmentOf the segment a piece belongs to.
 * @param accepts leaves out segments.
 */
export function placesNear(
  { grid, cellFirstPiece, cellPiece, points }: SnapColumns,
  x: number,
  y: number,
  scale: number,
  radius: number,
  segmentOf: (piece: number) => number,
  accepts: (segment: number) => boolean,
): NearPlace[] {
  const places: NearPlace[] = [];
  if (cellPiece.length === 0) return places;
  const west = grid[0]!;
  const south = grid[1]!;
  const columns = grid[4]!;
  const radiusSquared = radius * radius;
  // A unit of slack: which cell a piece that runs along a border is listed in is a matter of rounding.
  const reachX = radius / scale + 1;
  const firstRow = cellAt(y - radius - 1 - south, grid[3]!, grid[5]!);
  const lastRow = cellAt(y + radius + 1 - south, grid[3]!, grid[5]!);
  // What is beside the antimeridian is beside it on both sides.
  for (const centre of grid[6] === 1 ? [x, x < 0 ? x + FULL_TURN : x - FULL_TURN] : [x]) {
    const firstColumn = cellAt(centre - reachX - west, grid[2]!, columns);
    const lastColumn = cellAt(centre + reachX - west, grid[2]!, columns);
    for (let row = firstRow; row <= lastRow; row++) {
      // The cells of a row lie one after the other, and so do their pieces.
      const end = cellFirstPiece[row * columns + lastColumn + 1]!;
      for (let i = cellFirstPiece[row * columns + firstColumn]!; i < end; i++) {
        const piece = cellPiece[i]!;
        const at = 2 * piece;
        const startX = shortStepFixed(points[at]! - x) * scale;
        const startY = points[at + 1]! - y;
        const runX = shortStepFixed(points[at + 2]! - points[at]!) * scale;
        const runY = points[at + 3]! - points[at + 1]!;
        const runSquared = runX * runX + runY * runY;
        let along = runSquared === 0 ? 0 : -(startX * runX + startY * runY) / runSquared;
        along = along > 0 ? (along < 1 ? along : 1) : 0;
        const dx = startX + along * runX;
        const dy = startY + along * runY;
        const squared = dx * dx + dy * dy;
        if (squared <= radiusSquared) note(places, segmentOf(piece), piece, along, squared, accepts);
      }
    }
  }
  return places.sort((a, b) => (isBefore(a.piece, a.along, a.squared, b) ? -1 : 1));
}

const cellAt = (offset: number, size: number, count: number): number =>
  Math.max(0, Math.min(count - 1, Math.floor(offset / size)));

function note(
  places: NearPlace[],
  segment: number,
  piece: number,
  along: number,
  squared: number,
  accepts: (segment: number) => boolean,
): void {
  for (const known of places) {
    if (known.segment !== segment) continue;
    if (!isBefore(piece, along, squared, known)) return;
    known.piece = piece;
    known.along = along;
    known.squared = squared;
    return;
  }
  if (accepts(segment)) places.push({ segment, piece, along, squared });
}
