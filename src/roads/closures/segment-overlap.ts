import type { RoadGraph } from "../graph/road-graph";
import type { SnapColumns } from "../snap/snap-columns";

/**
 * The directions given (segment * 2, plus 1 against it), and those of all segments that run over the same ground the same
 * way. Where profiles have segments of their own for one road, a number names that of one profile; the road is meant.
 */
export function withOverlapping(
  graph: RoadGraph,
  snapColumns: Pick<SnapColumns, "segmentFirstPoint" | "points">,
  directions: ReadonlySet<number>,
): ReadonlySet<number> {
  if (graph.profiles.length === 1) return directions;
  const { segmentFirstWay, wayId } = graph.columns;
  const waysOf = (segment: number): Float64Array =>
    wayId.subarray(segmentFirstWay[segment], segmentFirstWay[segment + 1]);
  const ways = new Set<number>();
  const pieces = new Set<string>();
  for (const direction of directions) {
    for (const way of waysOf(direction >> 1)) ways.add(way);
    for (const piece of piecesOf(snapColumns, direction)) pieces.add(piece);
  }
  const found = new Set(directions);
  for (let segment = 0; segment < graph.segmentCount; segment++) {
    if (!waysOf(segment).some((way) => ways.has(way))) continue;
    for (const direction of [2 * segment, 2 * segment + 1]) {
      for (const piece of piecesOf(snapColumns, direction)) if (pieces.has(piece)) found.add(direction);
    }
  }
  return found;
}

/** Text for each straight piece driven along a direction: where it begins and ends. */
function* piecesOf(
  { segmentFirstPoint, points }: Pick<SnapColumns, "segmentFirstPoint" | "points">,
  direction: number,
): Generator<string> {
  const segment = direction >> 1;
  for (let point = segmentFirstPoint[segment]!; point < segmentFirstPoint[segment + 1]! - 1; point++) {
    const [a, b] = direction & 1 ? [2 * point + 2, 2 * point] : [2 * point, 2 * point + 2];
    yield `${points[a]} ${points[a + 1]} ${points[b]} ${points[b + 1]}`;
  }
}
