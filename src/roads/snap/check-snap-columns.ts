import { Contradiction, requireLength, requireOffsets, requireThat } from "../../core/columns";
import { FULL_TURN } from "../../core/geometry";
import type { RoadGraph } from "../graph/road-graph";
import { MAXIMUM_GRID_SIDE, type SnapColumns } from "./snap-columns";

/**
 * Holds that the columns for snapping fit the road graph: the points are those of its segments, the grid has a size that
 * searches end in, and its cells list pieces there are. Linear in the columns. Which cells a piece belongs in follows from
 * the points; `verify` lays the grid anew.
 *
 * @param graph one that was checked.
 * @throws Contradiction at the first that does not hold.
 */
export function checkSnapColumns(graph: RoadGraph, { grid, ...columns }: SnapColumns): void {
  const isLast = checkPoints(graph, columns);
  requireLength("the snapping grid", grid, 8);
  const [west, south, cellWidth, cellHeight, across, rows, isOnBothSides] = grid as unknown as number[];
  requireThat(
    cellWidth! >= 1 && cellHeight! >= 1,
    () => `cells of the snapping grid are ${cellWidth} by ${cellHeight}`,
  );
  requireThat(
    across! >= 1 && rows! >= 1 && across! <= MAXIMUM_GRID_SIDE && rows! <= MAXIMUM_GRID_SIDE,
    () => `the snapping grid has ${across} by ${rows} cells, where it has 1 to ${MAXIMUM_GRID_SIDE} each way`,
  );
  requireThat(isOnBothSides === 0 || isOnBothSides === 1, "the snapping grid is on no number of sides");
  // Farther out there is nothing, on either side of the antimeridian.
  requireThat(
    Math.abs(west!) <= FULL_TURN && Math.abs(south!) <= FULL_TURN / 4,
    () => `the snapping grid begins at ${west}, ${south}`,
  );
  requireOffsets("the snapping grid's cells", columns.cellFirstPiece, across! * rows!, columns.cellPiece.length);
  const { cellPiece } = columns;
  for (let i = 0; i < cellPiece.length; i++) {
    // Out of range is undefined.
    if (isLast[cellPiece[i]!] !== 0) {
      throw new Contradiction(`the snapping grid lists piece ${cellPiece[i]} at ${i}, and no segment has it`);
    }
  }
}

/** Uint8[points]: 1 for the last of each segment, from which no piece goes on. */
function checkPoints(
  { columns, segmentCount }: RoadGraph,
  { segmentFirstPoint, points }: Pick<SnapColumns, "segmentFirstPoint" | "points">,
): Uint8Array {
  const { nodeLon, nodeLat, segmentTail, segmentHead, segmentFirstShape, shapeLon, shapeLat } = columns;
  const pointCount = shapeLon.length + 2 * segmentCount;
  requireLength("the snapping points", points, 2 * pointCount);
  requireLength("the segments' first points", segmentFirstPoint, segmentCount + 1);
  const isLast = new Uint8Array(pointCount);
  let at = 0;
  for (let s = 0; s < segmentCount; s++) {
    if (segmentFirstPoint[s] !== at >> 1) {
      throw new Contradiction(`segment ${s} begins at snapping point ${segmentFirstPoint[s]}, which is ${at >> 1}`);
    }
    const tail = segmentTail[s]!;
    const head = segmentHead[s]!;
    let isSame = points[at] === nodeLon[tail] && points[at + 1] === nodeLat[tail];
    at += 2;
    const end = segmentFirstShape[s + 1]!;
    for (let i = segmentFirstShape[s]!; i < end; i++, at += 2) {
      if (points[at] !== shapeLon[i] || points[at + 1] !== shapeLat[i]) isSame = false;
    }
    if (points[at] !== nodeLon[head] || points[at + 1] !== nodeLat[head]) isSame = false;
    if (!isSame) throw new Contradiction(`segment ${s} has other points for snapping than it is drawn by`);
    isLast[at >> 1] = 1;
    at += 2;
  }
  requireThat(segmentFirstPoint[segmentCount] === pointCount, "the snapping points do not end with the last segment");
  return isLast;
}
