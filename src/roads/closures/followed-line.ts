import { longitudeScale, METRES_PER_DEGREE, shortStepFixed } from "../../core/geometry";
import type { Polylines } from "../../core/prepared-polygon";
import type { Steps } from "../../core/steps";
import { fromFixedDegrees, toFixedDegrees, UNITS_PER_DEGREE } from "../../core/units";
import { DIRECTIONS, type Direction } from "../graph/edge-key";
import { type ClosedParts, unionOfParts } from "../snap/closed-edges";
import { partsInArea } from "./closed-parts";
import { sharesBetween } from "./line-buffer";
import { PieceBands } from "./piece-bands";
import { segmentCellsOf } from "./segment-cells";

/** Which way of a road a drawn line is about: that in which it is drawn, or both. */
export const ALONG = ["one-way", "both-ways"] as const;
export type Along = (typeof ALONG)[number];

/** Cosine of the angle by which a road may turn from the drawn line and still run along it: 30 degrees. */
const ALIGNED_COSINE = Math.sqrt(3) / 2;

/** A road that goes half a reach sideways on a way shorter than so many reaches, at 4 degrees or more, does not follow. */
const SOON_REACHES = 7;

/** So much of a road beside the line, or half of the road, must run along it: less is a line drawn past a junction. */
const MINIMUM_METRES = 20;

/**
 * The roads that run along a drawn line, not those that cross it or go on where it ends: where authorities draw what they
 * close, the streets across it stay open. Lengths are measured as {@link LineBuffer} does.
 */
export class FollowedLine {
  readonly #drawn: PieceBands;
  readonly #reach: number;
  readonly #isOneWay: boolean;

  /** @param lines each of at least two positions, longitude first. */
  constructor(lines: readonly (readonly (readonly number[])[])[], bufferMetres: number, along: Along) {
    const pieces: number[] = [];
    for (const line of lines) {
      for (let i = 1; i < line.length; i++) {
        const [ax, ay, bx, by] = [...line[i - 1]!.slice(0, 2), ...line[i]!.slice(0, 2)].map(toFixedDegrees);
        if (ax !== bx || ay !== by) pieces.push(ax!, ay!, bx!, by!);
      }
    }
    this.#reach = (bufferMetres / METRES_PER_DEGREE) * UNITS_PER_DEGREE;
    this.#drawn = new PieceBands(pieces, this.#reach);
    this.#isOneWay = along === "one-way";
  }

  /** Segments that may run along the line. */
  *candidates(drawn: Polylines): Steps<number[]> {
    const cells = yield* segmentCellsOf(drawn);
    const { pieces } = this.#drawn;
    const [found, seen] = [new Set<number>(), new Set<number>()];
    for (let i = 0; i < pieces.length; i += 4) {
      yield;
      const [ax, ay, bx, by] = [pieces[i]!, pieces[i + 1]!, pieces[i + 2]!, pieces[i + 3]!];
      const reachX = this.#reach / scaleAt(ay, by);
      const [west, east] = [Math.min(ax, bx) - reachX, Math.max(ax, bx) + reachX];
      const [south, north] = [Math.min(ay, by) - this.#reach, Math.max(ay, by) + this.#reach];
      cells.addWithin([west, south, east, north], found, seen);
    }
    return [...found];
  }

  /** The parts of a segment that run along the line when driven so; empty for one that does not. */
  parts(drawn: Polylines, segment: number, direction: Direction): ClosedParts {
    if (this.#isOneWay) return this.#aligned(drawn, segment, direction);
    return unionOfParts(DIRECTIONS.map((one) => this.#aligned(drawn, segment, one)));
  }

  #aligned(drawn: Polylines, segment: number, direction: Direction): ClosedParts {
    const sign = direction === "forward" ? 1 : -1;
    const spans = (...piece: [number, number, number, number]) => this.#spans(piece, sign);
    const covered = partsInArea({ spans }, drawn, segment);
    if (covered.length === 0) return covered;
    const metres = lengthMetres(drawn, segment);
    const share = covered.reduce((sum, bound, i) => sum + (i % 2 === 0 ? -bound : bound), 0);
    if (share * metres < Math.min(MINIMUM_METRES, metres / 2)) return [];
    // Outside of a bend of the line a few metres lie beside neither of its pieces.
    const gap = metres === 0 ? 0 : (2 * this.#reach * METRES_PER_DEGREE) / UNITS_PER_DEGREE / metres;
    return covered.filter((bound, i) => {
      const isInner = i > 0 && i < covered.length - 1;
      const other = i % 2 === 0 ? covered[i - 1]! : covered[i + 1]!;
      return !isInner || Math.abs(bound - other) > gap;
    });
  }

  /** The shares of the straight piece from c to d that lie beside a drawn piece and run its way. */
  #spans([cx, cy, dx, dy]: readonly [number, number, number, number], sign: number): number[] {
    const spans: number[] = [];
    const { pieces } = this.#drawn;
    for (const i of this.#drawn.near(Math.min(cy, dy), Math.max(cy, dy))) {
      const [ax, ay, bx, by] = [pieces[i]!, pieces[i + 1]!, pieces[i + 2]!, pieces[i + 3]!];
      const scale = scaleAt(ay, by);
      const reachX = this.#reach / scale;
      if (Math.max(cx, dx) < Math.min(ax, bx) - reachX || Math.min(cx, dx) > Math.max(ax, bx) + reachX) continue;
      if (Math.max(cy, dy) < Math.min(ay, by) - this.#reach || Math.min(cy, dy) > Math.max(ay, by) + this.#reach)
        continue;
      const [runX, runY] = [(dx - cx) * scale, dy - cy];
      const length = Math.hypot((bx - ax) * scale, by - ay);
      const [alongX, alongY] = [((bx - ax) * scale) / length, (by - ay) / length];
      const run = Math.hypot(runX, runY);
      const forward = runX * alongX + runY * alongY;
      if (run === 0 || sign * forward < ALIGNED_COSINE * run) continue;
      const [awayX, awayY] = [(cx - ax) * scale, cy - ay];
      const beside = sharesBetween(awayX * alongX + awayY * alongY, forward, 0, length);
      const [off, drift] = [awayY * alongX - awayX * alongY, runY * alongX - runX * alongY];
      const across = sharesBetween(off, drift, -this.#reach, this.#reach);
      const from = Math.max(0, beside[0], across[0]);
      const to = Math.min(1, beside[1], across[1]);
      if (from >= to || this.#leaves(off + from * drift, off + to * drift, (to - from) * run)) continue;
      spans.push(from, to);
    }
    return spans;
  }

  /**
   * Whether a stretch of road, by how far off the line it begins and ends, soon comes from the side or goes off to it: a
   * street that meets the line at a narrow angle, or a slip road.
   */
  #leaves(begin: number, end: number, length: number): boolean {
    return Math.abs(end - begin) > this.#reach / 2 && length < SOON_REACHES * this.#reach;
  }
}

const scaleAt = (ay: number, by: number): number => Math.max(1e-6, longitudeScale(fromFixedDegrees((ay + by) / 2)));

function lengthMetres({ segmentFirstPoint, points }: Polylines, segment: number): number {
  let units = 0;
  for (let p = 2 * segmentFirstPoint[segment]!; p < 2 * segmentFirstPoint[segment + 1]! - 2; p += 2) {
    const scale = scaleAt(points[p + 1]!, points[p + 3]!);
    units += Math.hypot(shortStepFixed(points[p + 2]! - points[p]!) * scale, points[p + 3]! - points[p + 1]!);
  }
  return (units / UNITS_PER_DEGREE) * METRES_PER_DEGREE;
}
