import { crossesAntimeridian, longitudeScale, shortStepFixed } from "../../core/geometry";
import type { Polylines } from "../../core/prepared-polygon";
import { fromFixedDegrees } from "../../core/units";
import { type ClosedParts, unionOfParts } from "../snap/closed-edges";

/** An area that can tell which parts of a straight piece lie in it. */
interface Area {
  spans(ax: number, ay: number, bx: number, by: number): number[];
}

/**
 * The parts of a segment that lie in an area. Shares are of its length on the plane that snapping measures on, as
 * `RoadPoint.fraction` is.
 */
export function partsInArea(area: Area, { segmentFirstPoint, points }: Polylines, segment: number): ClosedParts {
  const first = segmentFirstPoint[segment]!;
  const last = segmentFirstPoint[segment + 1]! - 1;
  const scale = longitudeScale(fromFixedDegrees(points[2 * first + 1]!));
  const before = [0];
  for (let point = first; point < last; point++) {
    const runX = shortStepFixed(points[2 * point + 2]! - points[2 * point]!) * scale;
    const runY = points[2 * point + 3]! - points[2 * point + 1]!;
    before.push(before.at(-1)! + Math.sqrt(runX * runX + runY * runY));
  }
  const total = before.at(-1)!;
  const spans: number[] = [];
  for (let point = first; point < last; point++) {
    const at = 2 * point;
    if (crossesAntimeridian(points[at]!, points[at + 2]!)) continue;
    const inArea = area.spans(points[at]!, points[at + 1]!, points[at + 2]!, points[at + 3]!);
    const [start, end] = [before[point - first]!, before[point - first + 1]!];
    for (const share of inArea) {
      // The ends exactly, whatever rounding makes of sums: a part from 0 to 1 is the whole.
      const isEnd = share === 1 && point === last - 1;
      spans.push(isEnd ? 1 : total === 0 ? share : (start + share * (end - start)) / total);
    }
  }
  return unionOfParts([spans]);
}
