import type { Position } from "../core/units";
import type { RoadIndex } from "../roads/road-index";

/** OSM classes in the order in which a map does without them, most important first. */
const CLASSES = ["motorway", "trunk", "primary", "secondary", "tertiary", "unclassified", "residential", "road"];

/** Points drawn at most: about 250 kB of path data. */
const MOST_POINTS = 25_000;

/** Roads of one width on the map. */
interface DrawnRoads {
  readonly width: number;
  readonly path: string;
}

/** Widths on the map by rank of the class; what is beyond has the last. */
const WIDTHS = [3, 2.4, 1.6, 1.1, 0.8];

/**
 * Roads as path data in whole units: the most important classes whole, as many as {@link MOST_POINTS} allow, and of the
 * first class that is too many the longest roads.
 *
 * @param project to units of drawing.
 */
export function drawnRoads(
  { graph }: RoadIndex,
  project: (position: Position) => readonly [number, number],
): readonly DrawnRoads[] {
  const { segmentRoad, segmentFirstShape, segmentCentimetres } = graph.columns;
  const byRank = [...CLASSES, "other"].map((): number[] => []);
  for (let segment = 0; segment < graph.segmentCount; segment++) {
    const highway = graph.roads[segmentRoad[segment]!]!.highway.replace(/_link$/, "");
    const rank = CLASSES.indexOf(highway);
    byRank[rank < 0 ? CLASSES.length : rank]!.push(segment);
  }
  const paths = new Map<number, string>();
  let left = MOST_POINTS;
  for (const [rank, segments] of byRank.entries()) {
    const points = (segment: number): number => 2 + segmentFirstShape[segment + 1]! - segmentFirstShape[segment]!;
    const needed = segments.reduce((sum, segment) => sum + points(segment), 0);
    const longestFirst = (a: number, b: number): number => segmentCentimetres[b]! - segmentCentimetres[a]! || a - b;
    const width = WIDTHS[Math.min(rank, WIDTHS.length - 1)]!;
    for (const segment of needed <= left ? segments : [...segments].sort(longestFirst)) {
      left -= points(segment);
      if (left < 0) break;
      paths.set(width, (paths.get(width) ?? "") + linePath(graph.segmentPositions(segment).map(project)));
    }
    if (left <= 0) break;
  }
  return [...paths].map(([width, path]) => ({ width, path })).sort((a, b) => a.width - b.width);
}

/** Points that fall together are drawn once; each is written relative to the one before. */
function linePath(points: readonly (readonly [number, number])[]): string {
  let [x, y] = points[0]!.map(Math.round) as [number, number];
  let path = `M${x} ${y}l`;
  let isFirst = true;
  for (const point of points.slice(1)) {
    const [nextX, nextY] = point.map(Math.round) as [number, number];
    if (nextX === x && nextY === y) continue;
    path += `${isFirst ? "" : " "}${nextX - x} ${nextY - y}`;
    [x, y, isFirst] = [nextX, nextY, false];
  }
  return isFirst ? "" : path;
}
