import type { BoundingBox } from "../../core/bounding-box";
import { longitudeScale } from "../../core/geometry";
import type { Position } from "../../core/units";
import type { DemandPoints } from "./demand-points";
import type { PlanningSituation } from "./planning-situation";

/** The ground under some roads as equal cells, row by row from the north-west: what maps of catchments are drawn from. */
export interface MapGrid {
  readonly bounds: BoundingBox;
  readonly columns: number;
  readonly rows: number;
  /** The middle of each cell, each counting 1. */
  readonly demandPoints: DemandPoints;
}

/** Fine enough for a map across a page, some 40,000 demand points for a square one. */
const STANDARD_COLUMNS = 200;

/**
 * @param bounds of the roads; a margin of a fiftieth of the longer side is added all round.
 * @param columns how many cells the grid is wide; its rows follow, for cells as high as they are wide.
 */
export function mapGrid(bounds: BoundingBox, columns = STANDARD_COLUMNS): MapGrid {
  const scale = longitudeScale((bounds.south + bounds.north) / 2);
  const width = (bounds.east - bounds.west) * scale;
  const height = bounds.north - bounds.south;
  // Roads all on one meridian or parallel still have ground to draw.
  const margin = Math.max(width, height, 0.01) / 50;
  const west = bounds.west - margin / scale;
  const north = bounds.north + margin;
  const cellHeight = (width + 2 * margin) / columns;
  const cellWidth = cellHeight / scale;
  const rows = Math.max(1, Math.ceil((height + 2 * margin) / cellHeight));
  const locations = new Float64Array(2 * columns * rows);
  for (let row = 0, at = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      locations[at++] = west + (column + 0.5) * cellWidth;
      locations[at++] = north - (row + 0.5) * cellHeight;
    }
  }
  return {
    bounds: { west, south: north - rows * cellHeight, east: west + columns * cellWidth, north },
    columns,
    rows,
    demandPoints: { locations, weights: new Float64Array(columns * rows).fill(1), unit: "junctions" },
  };
}

/** Whose ED is where, as things are. */
export interface SceneMapData {
  readonly grid: MapGrid;
  /** Every ED, by its number. */
  readonly hospitals: readonly { readonly name: string; readonly location: Position }[];
  /**
   * Int32[cells]: number in `hospitals` of the ED to which patients of a cell are brought; negative where there is none.
   */
  readonly assigned: Int32Array;
}

/** Draws a plan's area as things are. @param columns how many cells the map is wide. Default: those of {@link mapGrid}. */
export function sceneMapData(planning: PlanningSituation, columns?: number): SceneMapData {
  const grid = mapGrid(planning.situation.roads.bounds, columns);
  const drawn = planning.withDemandPoints(grid.demandPoints);
  const { hospitals, assignment } = drawn.scene;
  return {
    grid,
    hospitals: hospitals.hospitals.map(({ name, location }) => ({ name, location })),
    assigned: assignment.ed,
  };
}
