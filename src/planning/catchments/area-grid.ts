import type { Position as GeoJsonPosition, MultiPolygon, Polygon } from "geojson";
import type { BoundingBox } from "../../core/bounding-box";
import { DiversionError } from "../../core/errors";
import { longitudeScale, METRES_PER_DEGREE } from "../../core/geometry";
import { fromFixedDegrees, toFixedDegrees } from "../../core/units";
import { type HalfCellRing, type TracedPolygon, traceLabels } from "./trace-labels";

/** More cells than this are more than a map can show; the side of a cell is chosen so that there are no more. */
const MOST_CELLS = 400_000;

/** A caller may ask for finer ones, up to so many: beyond, polygons grow larger than readers of GeoJSON take. */
const MOST_CELLS_ASKED = 8_000_000;

/** Sides of cells to choose from, in metres. */
const CELL_SIDES = [50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000] as const;

/** An area cut into equal cells, about square, each of which stands for its centre. */
export class AreaGrid {
  readonly cellMetres: number;
  readonly columns: number;
  readonly rows: number;
  readonly #west: number;
  readonly #south: number;
  readonly #cellEast: number;
  readonly #cellNorth: number;

  /**
   * @param beyondMetres how far the area goes beyond the box on every side.
   * @param cellMetres side of a cell. Default: the smallest of 50, 100, 200, 500 … that makes no more than 400,000.
   * @throws DiversionError `invalid-argument` for a side that is none or makes more than eight million cells.
   */
  constructor({ west, south, east, north }: BoundingBox, beyondMetres: number, cellMetres?: number) {
    const scale = longitudeScale((south + north) / 2);
    const reach = beyondMetres / METRES_PER_DEGREE;
    const widthMetres = (east - west) * scale * METRES_PER_DEGREE + 2 * beyondMetres;
    const heightMetres = (north - south) * METRES_PER_DEGREE + 2 * beyondMetres;
    const cellsOf = (side: number): number => Math.ceil(widthMetres / side + 1) * Math.ceil(heightMetres / side + 1);
    this.cellMetres = cellMetres ?? CELL_SIDES.find((side) => cellsOf(side) <= MOST_CELLS) ?? CELL_SIDES.at(-1)!;
    if (!(this.cellMetres > 0) || cellsOf(this.cellMetres) > MOST_CELLS_ASKED) {
      throw new DiversionError(
        "invalid-argument",
        `Cells of ${this.cellMetres} m a side make more than ${MOST_CELLS_ASKED} of them here; give a larger side.`,
        { field: "cellMetres" },
      );
    }
    this.#cellNorth = this.cellMetres / METRES_PER_DEGREE;
    this.#cellEast = this.#cellNorth / scale;
    this.columns = Math.ceil(widthMetres / this.cellMetres + 1);
    this.rows = Math.ceil(heightMetres / this.cellMetres + 1);
    this.#west = west - reach / scale - this.#cellEast / 2;
    this.#south = south - reach - this.#cellNorth / 2;
  }

  /** Float64[2 * cells]: longitude and latitude of each cell's centre, row by row from the south-west. */
  centres(): Float64Array {
    const centres = new Float64Array(2 * this.columns * this.rows);
    for (let row = 0, at = 0; row < this.rows; row++) {
      for (let column = 0; column < this.columns; column++, at += 2) {
        centres[at] = this.#west + (column + 0.5) * this.#cellEast;
        centres[at + 1] = this.#south + (row + 0.5) * this.#cellNorth;
      }
    }
    return centres;
  }

  /** @param labels of the cells, as {@link centres} orders them. @returns the area of each label that a cell has. */
  polygons(labels: Int32Array): Map<number, Polygon | MultiPolygon> {
    const traced = traceLabels({ columns: this.columns, rows: this.rows, labels });
    return new Map([...traced].map(([label, polygons]) => [label, this.#geometry(polygons)]));
  }

  #geometry(polygons: readonly TracedPolygon[]): Polygon | MultiPolygon {
    const coordinates = polygons.map(({ outer, holes }) => [outer, ...holes].map((ring) => this.#positions(ring)));
    return coordinates.length === 1
      ? { type: "Polygon", coordinates: coordinates[0]! }
      : { type: "MultiPolygon", coordinates };
  }

  /** The same half cell is the same position in every ring. */
  #positions(ring: HalfCellRing): GeoJsonPosition[] {
    const positions: GeoJsonPosition[] = [];
    for (let i = 0; i < ring.length; i += 2) {
      positions.push([
        sevenDecimals(this.#west + (ring[i]! / 2) * this.#cellEast),
        sevenDecimals(this.#south + (ring[i + 1]! / 2) * this.#cellNorth),
      ]);
    }
    positions.push(positions[0]!);
    return positions;
  }
}

const sevenDecimals = (degrees: number): number => fromFixedDegrees(toFixedDegrees(degrees));
