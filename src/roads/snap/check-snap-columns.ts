import { Contradiction, requireLength, requireOffsets, requireThat } from "../../core/columns";
import type { RoadGraph } from "../graph/road-graph";
import { gridOver, type SnapColumns } from "./snap-columns";

/**
 * Holds that the columns for snapping fit the road graph: the points are those of its segments, the grid is the one
 * laid over them, and its cells list pieces there are. Linear in the columns. Which cells a piece belongs in follows from
 * the points; `verify` lays the grid anew.
 *
 * @param graph one that was checked.
 * @throws Contradiction at the first that does not hold.
 */
export function checkSnapColumns(graph: RoadGraph, { grid, ...columns }: SnapColumns): void {
  const isLast = checkPoints(graph, columns);
  requireLength("the snapping grid", grid, 8);
  const expected = gridOver(graph, columns);
  for (let i = 0; i < expected.length; i++) {
    if (grid[i] !== expected[i]) {
      throw new Contradiction(`the snapping grid is ${grid[i]} at ${i}, and over these points it is ${expected[i]}`);
    }
  }
  const across = expected[4]!;
  const rows = expected[5]!;
  requireOffsets("the snapping grid's cells", columns.cellFirstPiece, across * rows, columns.cellPiece.length);
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
