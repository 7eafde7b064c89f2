import { crossesAntimeridian, longitudeScale, METRES_PER_DEGREE } from "../../core/geometry";
import type { Polylines } from "../../core/prepared-polygon";
import { runSteps, type Steps } from "../../core/steps";
import { fromFixedDegrees, toFixedDegrees, UNITS_PER_DEGREE } from "../../core/units";
import { PieceBands } from "./piece-bands";

/**
 * All that lies within a distance of a drawn line or point. Distances are measured on the plane that snapping measures
 * on: longitudes scaled by cos(latitude), here of the drawn piece's middle, pieces straight in longitude and latitude as
 * GeoJSON means them (RFC 7946, 3.1.1).
 */
export class LineBuffer {
  /** A point is a piece of no length. */
  readonly #drawn: PieceBands;
  readonly #reach: number;

  /** @param lines each of at least one position, longitude first. */
  constructor(lines: readonly (readonly (readonly number[])[])[], bufferMetres: number) {
    const pieces: number[] = [];
    for (const line of lines) {
      for (let i = Math.min(1, line.length - 1); i < line.length; i++) {
        for (const [lon, lat] of [line[Math.max(0, i - 1)]!, line[i]!]) {
          pieces.push(toFixedDegrees(lon!), toFixedDegrees(lat!));
        }
      }
    }
    this.#reach = (bufferMetres / METRES_PER_DEGREE) * UNITS_PER_DEGREE;
    this.#drawn = new PieceBands(pieces, this.#reach);
  }

  /** Segments of which any part lies within the distance, ascending. */
  segments(drawn: Polylines): number[] {
    return runSteps(this.segmentSteps(drawn));
  }

  /** {@link segments}, in steps. */
  *segmentSteps({ segmentFirstPoint, points }: Polylines): Steps<number[]> {
    const found: number[] = [];
    for (let segment = 0; segment < segmentFirstPoint.length - 1; segment++) {
      if (segment % SEGMENTS_PER_STEP === 0) yield;
      for (let p = 2 * segmentFirstPoint[segment]!; p < 2 * segmentFirstPoint[segment + 1]! - 2; p += 2) {
        if (crossesAntimeridian(points[p]!, points[p + 2]!)) continue;
        if (!this.#reaches(points[p]!, points[p + 1]!, points[p + 2]!, points[p + 3]!)) continue;
        found.push(segment);
        break;
      }
    }
    return found;
  }

  /** Whether any of the straight piece from c to d lies within the distance. */
  #reaches(cx: number, cy: number, dx: number, dy: number): boolean {
    const { pieces } = this.#drawn;
    for (const i of this.#drawn.near(Math.min(cy, dy), Math.max(cy, dy))) {
      const [ax, ay, bx, by] = [pieces[i]!, pieces[i + 1]!, pieces[i + 2]!, pieces[i + 3]!];
      const scale = Math.max(1e-6, longitudeScale(fromFixedDegrees((ay + by) / 2)));
      const reachX = this.#reach / scale;
      if (Math.max(cx, dx) < Math.min(ax, bx) - reachX || Math.min(cx, dx) > Math.max(ax, bx) + reachX) continue;
      if (Math.max(cy, dy) < Math.min(ay, by) - this.#reach || Math.min(cy, dy) > Math.max(ay, by) + this.#reach)
        continue;
      const squared = pieceDistanceSquared(ax * scale, ay, bx * scale, by, cx * scale, cy, dx * scale, dy);
      if (squared <= this.#reach * this.#reach) return true;
    }
    return false;
  }

  /** The parts of the straight piece from c to d that lie within the distance; as {@link PreparedPolygon.spans}. */
  spans(cx: number, cy: number, dx: number, dy: number): number[] {
    const { pieces } = this.#drawn;
    const spans: number[] = [];
    for (const i of this.#drawn.near(Math.min(cy, dy), Math.max(cy, dy))) {
      const [ax, ay, bx, by] = [pieces[i]!, pieces[i + 1]!, pieces[i + 2]!, pieces[i + 3]!];
      const scale = Math.max(1e-6, longitudeScale(fromFixedDegrees((ay + by) / 2)));
      const share = reachedShare(ax * scale, ay, bx * scale, by, cx * scale, cy, dx * scale, dy, this.#reach);
      if (share === undefined || share[1] < 0 || share[0] > 1) continue;
      // Nothing can be added to the whole.
      if (share[0] <= 0 && share[1] >= 1) return [0, 1];
      spans.push(Math.max(0, share[0]), Math.min(1, share[1]));
    }
    return spans;
  }
}

/** Held against the pieces beside them between two pauses. */
const SEGMENTS_PER_STEP = 64;

/**
 * The share of the line from c to d, from -infinity to infinity, that lies within a distance of the piece a-b. All that
 * lies so near is convex, so the share is one stretch: the union of those within reach of either end and of those beside
 * the piece.
 */
function reachedShare(
  ax: number,
  ay: number,
  bx: number,
  by: number,
  cx: number,
  cy: number,
  dx: number,
  dy: number,
  reach: number,
): readonly [number, number] | undefined {
  const [runX, runY] = [dx - cx, dy - cy];
  const runSquared = runX * runX + runY * runY;
  if (runSquared === 0) {
    const isNear = pointDistanceSquared(cx, cy, ax, ay, bx, by) <= reach * reach;
    return isNear ? [0, 1] : undefined;
  }
  let [from, to] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  const take = (begin: number, end: number): void => {
    if (begin > end) return;
    from = Math.min(from, begin);
    to = Math.max(to, end);
  };
  for (const [x, y] of [
    [ax, ay],
    [bx, by],
  ] as const) {
    const middle = ((x - cx) * runX + (y - cy) * runY) / runSquared;
    const away = (cx + middle * runX - x) ** 2 + (cy + middle * runY - y) ** 2;
    const half = Math.sqrt((reach * reach - away) / runSquared);
    if (reach * reach >= away) take(middle - half, middle + half);
  }
  const length = Math.hypot(bx - ax, by - ay);
  if (length > 0) {
    const [alongX, alongY] = [(bx - ax) / length, (by - ay) / length];
    const beside = sharesBetween((cx - ax) * alongX + (cy - ay) * alongY, runX * alongX + runY * alongY, 0, length);
    const across = sharesBetween((cy - ay) * alongX - (cx - ax) * alongY, runY * alongX - runX * alongY, -reach, reach);
    take(Math.max(beside[0], across[0]), Math.min(beside[1], across[1]));
  }
  return from <= to ? [from, to] : undefined;
}

/** For which t a value that starts at `start` and grows by `step` per t lies from `low` to `high`. */
export function sharesBetween(start: number, step: number, low: number, high: number): readonly [number, number] {
  if (step === 0) {
    return start >= low && start <= high
      ? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]
      : [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  }
  const [one, other] = [(low - start) / step, (high - start) / step];
  return one <= other ? [one, other] : [other, one];
}

/** Squared distance between the pieces a-b and c-d: 0 when they cross, else that of an end from the other piece. */
function pieceDistanceSquared(
  ax: number,
  ay: number,
  bx: number,
  by: number,
  cx: number,
  cy: number,
  dx: number,
  dy: number,
): number {
  const side = (px: number, py: number, qx: number, qy: number, rx: number, ry: number): number =>
    Math.sign((qx - px) * (ry - py) - (qy - py) * (rx - px));
  const crosses =
    side(ax, ay, bx, by, cx, cy) * side(ax, ay, bx, by, dx, dy) < 0 &&
    side(cx, cy, dx, dy, ax, ay) * side(cx, cy, dx, dy, bx, by) < 0;
  if (crosses) return 0;
  return Math.min(
    pointDistanceSquared(ax, ay, cx, cy, dx, dy),
    pointDistanceSquared(bx, by, cx, cy, dx, dy),
    pointDistanceSquared(cx, cy, ax, ay, bx, by),
    pointDistanceSquared(dx, dy, ax, ay, bx, by),
  );
}

function pointDistanceSquared(x: number, y: number, ax: number, ay: number, bx: number, by: number): number {
  const length = (bx - ax) ** 2 + (by - ay) ** 2;
  const share = length === 0 ? 0 : ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / length;
  const along = Math.max(0, Math.min(1, share));
  return (ax + along * (bx - ax) - x) ** 2 + (ay + along * (by - ay) - y) ** 2;
}
