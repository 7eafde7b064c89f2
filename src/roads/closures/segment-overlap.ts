import { DIRECTIONS, edgeKey, isBackward, segmentOf } from "../graph/edge-key";
import type { RoadGraph } from "../graph/road-graph";
import type { SnapColumns } from "../snap/snap-columns";

/**
 * The edge keys given, and those of all segments that run over the same ground the same
 * way. Where profiles have segments of their own for one road, a number names that of one profile; the road is meant.
 */
export function withOverlapping(
  graph: RoadGraph,
  snapColumns: Pick<SnapColumns, "segmentFirstPoint" | "points">,
  keys: ReadonlySet<number>,
): ReadonlySet<number> {
  if (graph.profiles.length === 1) return keys;
  const { segmentFirstWay, wayId } = graph.columns;
  const waysOf = (segment: number): Float64Array =>
    wayId.subarray(segmentFirstWay[segment], segmentFirstWay[segment + 1]);
  const ways = new Set<number>();
  const pieces = new Set<string>();
  for (const key of keys) {
    for (const way of waysOf(segmentOf(key))) ways.add(way);
    for (const piece of piecesOf(snapColumns, key)) pieces.add(piece);
  }
  const found = new Set(keys);
  for (let segment = 0; segment < graph.segmentCount; segment++) {
    if (!waysOf(segment).some((way) => ways.has(way))) continue;
    for (const key of DIRECTIONS.map((one) => edgeKey(segment, one))) {
      for (const piece of piecesOf(snapColumns, key)) if (pieces.has(piece)) found.add(key);
    }
  }
  return found;
}

/** Text for each straight piece driven along a key: where it begins and ends. */
function* piecesOf(
  { segmentFirstPoint, points }: Pick<SnapColumns, "segmentFirstPoint" | "points">,
  key: number,
): Generator<string> {
  const segment = segmentOf(key);
  for (let point = segmentFirstPoint[segment]!; point < segmentFirstPoint[segment + 1]! - 1; point++) {
    const [a, b] = isBackward(key) ? [2 * point + 2, 2 * point] : [2 * point, 2 * point + 2];
    yield `${points[a]} ${points[a + 1]} ${points[b]} ${points[b + 1]}`;
  }
}
