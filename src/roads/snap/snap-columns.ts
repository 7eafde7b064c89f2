import { crossesAntimeridian, FULL_TURN, longitudeScale } from "../../core/geometry";
import { fromFixedDegrees, UNITS_PER_DEGREE } from "../../core/units";
import type { RoadGraph } from "../graph/road-graph";
import { mappedSegments } from "./road-connections";

/**
 * Finds the nearest point on a road: a uniform grid over the straight pieces of all segments that are driven and are no
 * ferries (see {@link mappedSegments}). Which of them will do, each question says.
 */
export interface SnapColumns {
  /**
   * Int32[8]: west, south, cell width, cell height (1e-7 degree), columns, rows, 1 where the roads lie on both sides of the
   * antimeridian (the cells then go beyond it, and a piece that crosses it is in those of both sides), and a spare zero.
   */
  readonly grid: Int32Array;
  /** Int32[segments + 1]: points of segment s are points[2 * segmentFirstPoint[s]] …, end nodes included. */
  readonly segmentFirstPoint: Int32Array;
  /** Int32[2 * points]: longitude and latitude alternating, so that a piece is 16 bytes in one place. */
  readonly points: Int32Array;
  /** Int32[cells + 1], row by row from the south-west. */
  readonly cellFirstPiece: Int32Array;
  /** Int32[…]: pieces that touch each cell's box; piece p runs from point p to point p + 1. */
  readonly cellPiece: Int32Array;
}

/** What of the columns is the same for every profile. */
type DrawnSegments = Pick<SnapColumns, "segmentFirstPoint" | "points">;

const PIECES_PER_CELL = 1;
const MAXIMUM_CELLS = 1 << 24;
/** Cells in a row and in a column of the grid: a search visits them ring by ring, in time by the square of it. */
const MAXIMUM_GRID_SIDE = 4097;

const HALF_TURN = FULL_TURN / 2;
/** Nearer than this to the antimeridian, one degree, roads on the other side may be the nearest. */
const SEAM_UNITS = UNITS_PER_DEGREE;

const isAcross = (points: Int32Array, piece: number): boolean =>
  crossesAntimeridian(points[2 * piece]!, points[2 * piece + 2]!);

/** @param drawn the columns of another profile of the same roads, whose points are shared. Default: they are laid out. */
export function buildSnapColumns(
  graph: RoadGraph,
  { segmentFirstPoint, points }: DrawnSegments = layOutPoints(graph),
): SnapColumns {
  const mapped = mappedSegments(graph);
  const grid = chooseGrid(points, mapped, segmentFirstPoint);
  const cells = grid[4]! * grid[5]!;
  const cellFirstPiece = new Int32Array(cells + 1);
  forEachPieceCell(grid, points, mapped, segmentFirstPoint, (cell) => {
    cellFirstPiece[cell + 1]!++;
  });
  for (let cell = 0; cell < cells; cell++) cellFirstPiece[cell + 1]! += cellFirstPiece[cell]!;
  const next = cellFirstPiece.slice(0, cells);
  const cellPiece = new Int32Array(cellFirstPiece[cells]!);
  forEachPieceCell(grid, points, mapped, segmentFirstPoint, (cell, piece) => {
    cellPiece[next[cell]!++] = piece;
  });
  return { grid, segmentFirstPoint, points, cellFirstPiece, cellPiece };
}

/** The grid that {@link buildSnapColumns} would lay over these points. */
export function gridOver(graph: RoadGraph, { segmentFirstPoint, points }: DrawnSegments): Int32Array {
  return chooseGrid(points, mappedSegments(graph), segmentFirstPoint);
}

function layOutPoints(graph: RoadGraph): DrawnSegments {
  const { nodeLon, nodeLat, segmentTail, segmentHead, segmentFirstShape, shapeLon, shapeLat } = graph.columns;
  const segmentFirstPoint = new Int32Array(graph.segmentCount + 1);
  const points = new Int32Array(2 * (shapeLon.length + 2 * graph.segmentCount));
  let at = 0;
  for (let s = 0; s < graph.segmentCount; s++) {
    segmentFirstPoint[s] = at >> 1;
    points[at++] = nodeLon[segmentTail[s]!]!;
    points[at++] = nodeLat[segmentTail[s]!]!;
    for (let i = segmentFirstShape[s]!; i < segmentFirstShape[s + 1]!; i++) {
      points[at++] = shapeLon[i]!;
      points[at++] = shapeLat[i]!;
    }
    points[at++] = nodeLon[segmentHead[s]!]!;
    points[at++] = nodeLat[segmentHead[s]!]!;
  }
  segmentFirstPoint[graph.segmentCount] = at >> 1;
  return { segmentFirstPoint, points };
}

/** Square cells (in metres, at the middle latitude), as many as there are pieces. */
function chooseGrid(points: Int32Array, mapped: Uint8Array, segmentFirstPoint: Int32Array): Int32Array {
  let west = Number.MAX_SAFE_INTEGER;
  let south = Number.MAX_SAFE_INTEGER;
  let east = -Number.MAX_SAFE_INTEGER;
  let north = -Number.MAX_SAFE_INTEGER;
  let westOver = west;
  let eastOver = east;
  let pieces = 0;
  for (let s = 0; s < mapped.length; s++) {
    if (mapped[s] === 0) continue;
    pieces += segmentFirstPoint[s + 1]! - segmentFirstPoint[s]! - 1;
    for (let i = 2 * segmentFirstPoint[s]!; i < 2 * segmentFirstPoint[s + 1]!; i += 2) {
      west = Math.min(west, points[i]!);
      east = Math.max(east, points[i]!);
      south = Math.min(south, points[i + 1]!);
      north = Math.max(north, points[i + 1]!);
      if (i + 2 === 2 * segmentFirstPoint[s + 1]! || !isAcross(points, i >> 1)) continue;
      const [low, high] = [Math.min(points[i]!, points[i + 2]!), Math.max(points[i]!, points[i + 2]!)];
      westOver = Math.min(westOver, high - FULL_TURN);
      eastOver = Math.max(eastOver, low + FULL_TURN);
    }
  }
  west = Math.min(west, westOver);
  east = Math.max(east, eastOver);
  if (pieces === 0) return Int32Array.of(0, 0, 1, 1, 1, 1, 0, 0);
  const scale = longitudeScale(fromFixedDegrees((south + north) / 2));
  const width = Math.max(1, (east - west) * scale);
  const height = Math.max(1, north - south);
  const cellCount = Math.min(MAXIMUM_CELLS, Math.max(1, Math.ceil(pieces / PIECES_PER_CELL)));
  const side = Math.max(1, Math.sqrt((width * height) / cellCount), Math.max(width, height) / (MAXIMUM_GRID_SIDE - 1));
  const cellWidth = Math.ceil(side / scale);
  const cellHeight = Math.ceil(side);
  const columns = Math.floor((east - west) / cellWidth) + 1;
  const rows = Math.floor((north - south) / cellHeight) + 1;
  const isOnBothSides = west < SEAM_UNITS - HALF_TURN && east > HALF_TURN - SEAM_UNITS;
  return Int32Array.of(west, south, cellWidth, cellHeight, columns, rows, Number(isOnBothSides), 0);
}

/** Visits every cell that a piece passes through, row by row: in each row the cells under the part of the piece there. */
function forEachPieceCell(
  grid: Int32Array,
  points: Int32Array,
  mapped: Uint8Array,
  segmentFirstPoint: Int32Array,
  visit: (cell: number, piece: number) => void,
): void {
  const [west, south, cellWidth, cellHeight, columns] = grid as unknown as [number, number, number, number, number];
  const visitCells = (piece: number, startX: number, endX: number): void => {
    const at = 2 * piece;
    const upward = points[at + 1]! <= points[at + 3]!;
    const lowX = (upward ? startX : endX) - west;
    const lowY = points[upward ? at + 1 : at + 3]! - south;
    const highX = (upward ? endX : startX) - west;
    const highY = points[upward ? at + 3 : at + 1]! - south;
    const lastRow = Math.floor(highY / cellHeight);
    const slope = highY === lowY ? 0 : (highX - lowX) / (highY - lowY);
    for (let row = Math.floor(lowY / cellHeight); row <= lastRow; row++) {
      const fromX = row * cellHeight <= lowY ? lowX : lowX + slope * (row * cellHeight - lowY);
      const toX = (row + 1) * cellHeight >= highY ? highX : lowX + slope * ((row + 1) * cellHeight - lowY);
      // Half a unit of slack: a crossing computed in floating point may fall on the wrong side of a cell border.
      const firstColumn = Math.max(0, Math.floor((Math.min(fromX, toX) - 0.5) / cellWidth));
      const lastColumn = Math.min(columns - 1, Math.floor((Math.max(fromX, toX) + 0.5) / cellWidth));
      for (let column = firstColumn; column <= lastColumn; column++) visit(row * columns + column, piece);
    }
  };
  for (let s = 0; s < mapped.length; s++) {
    if (mapped[s] === 0) continue;
    for (let piece = segmentFirstPoint[s]!; piece < segmentFirstPoint[s + 1]! - 1; piece++) {
      const [startX, endX] = [points[2 * piece]!, points[2 * piece + 2]!];
      if (!isAcross(points, piece)) {
        visitCells(piece, startX, endX);
        continue;
      }
      // As it lies east of the antimeridian, and as it lies west of it.
      const east = (x: number): number => (x < 0 ? x + FULL_TURN : x);
      visitCells(piece, east(startX), east(endX));
      visitCells(piece, east(startX) - FULL_TURN, east(endX) - FULL_TURN);
    }
  }
}
