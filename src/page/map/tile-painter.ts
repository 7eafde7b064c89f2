import { type DrawnRoads, WORLD } from "../compute/protocol";
import { CATCHMENT_COLOURS, RANK_COLOURS, type Theme } from "./map-colours";
import { RoadCells } from "./road-cells";

export interface Tile {
  readonly x: number;
  readonly y: number;
  readonly zoom: number;
  /** In CSS pixels. */
  readonly size: number;
  readonly pixelRatio: number;
  readonly theme: Theme;
}

/** Pixels of a road's width at zoom 12, by rank. */
const WIDTHS = [3, 2.6, 2, 1.5, 1.1, 0.8, 0.5];
const WIDTH_GROWTH = 1.22;
const WIDEST = 12;

/** The lowest rank that is drawn up to a zoom: a county's lanes in one tile are a blot. */
const LAST_RANK_BY_ZOOM = [
  { zoom: 8, rank: 2 },
  { zoom: 10, rank: 4 },
  { zoom: 12, rank: 5 },
];

/** Draws roads on tiles. It runs in a worker: a tile of a whole city takes too long for the page's own thread. */
export class TilePainter {
  #roads: DrawnRoads | undefined;
  #cells: RoadCells | undefined;
  #colours: Int16Array | undefined;
  /** Whether the roads have classes at all: without, none is more important than another. */
  #hasClasses = false;

  setRoads(roads: DrawnRoads): void {
    this.#roads = roads;
    this.#cells = new RoadCells(roads);
    this.#colours = undefined;
    this.#hasClasses = roads.rank.some((rank) => rank < 5);
  }

  /** Int16[segments]: catchment colours, or undefined for the roads' own. */
  setColours(colours: Int16Array | undefined): void {
    this.#colours = colours;
  }

  /** Paints a tile on a canvas that is one. */
  paint(context: OffscreenCanvasRenderingContext2D, tile: Tile): void {
    const roads = this.#roads;
    const cells = this.#cells;
    const colours = this.#colours;
    if (roads === undefined || cells === undefined) return;
    const unitsPerPixel = WORLD / (256 * 2 ** tile.zoom);
    const span = tile.size * unitsPerPixel;
    const box = { left: tile.x * span, top: tile.y * span, right: (tile.x + 1) * span, bottom: (tile.y + 1) * span };
    const margin = WIDEST * unitsPerPixel;
    const visible = cells.within(box.left - margin, box.top - margin, box.right + margin, box.bottom + margin);
    const scale = tile.pixelRatio / unitsPerPixel;
    context.lineCap = "round";
    context.lineJoin = "round";
    const last = this.#hasClasses ? (LAST_RANK_BY_ZOOM.find(({ zoom }) => tile.zoom <= zoom)?.rank ?? 6) : 6;
    for (let rank = last; rank >= 0; rank--) {
      const isPlain = colours === undefined;
      context.lineWidth = this.#widthOf(rank, tile.zoom, !isPlain) * tile.pixelRatio;
      const groups = isPlain ? [undefined] : [-1, ...CATCHMENT_COLOURS.keys()];
      for (const group of groups) {
        context.strokeStyle =
          group === undefined || group < 0 ? RANK_COLOURS[tile.theme][rank]! : CATCHMENT_COLOURS[group]![tile.theme];
        context.beginPath();
        for (const segment of visible) {
          if (roads.rank[segment] !== rank || (group !== undefined && colours![segment] !== group)) continue;
          trace(context, roads, segment, box.left, box.top, scale);
        }
        context.stroke();
      }
    }
  }

  #widthOf(rank: number, zoom: number, isColoured: boolean): number {
    const width = Math.min(WIDEST, WIDTHS[rank]! * WIDTH_GROWTH ** (zoom - 12)) * (isColoured ? 1.5 : 1);
    return Math.max(isColoured ? 0.9 : this.#hasClasses ? 0.6 : 0.4, width);
  }
}

/** Adds a segment to the path; points nearer than half a pixel to the one before show nothing. */
function trace(
  context: OffscreenCanvasRenderingContext2D,
  { firstPoint, points }: DrawnRoads,
  segment: number,
  left: number,
  top: number,
  scale: number,
): void {
  const first = firstPoint[segment]!;
  const last = firstPoint[segment + 1]! - 1;
  let x = (points[2 * first]! - left) * scale;
  let y = (points[2 * first + 1]! - top) * scale;
  context.moveTo(x, y);
  for (let point = first + 1; point <= last; point++) {
    const nextX = (points[2 * point]! - left) * scale;
    const nextY = (points[2 * point + 1]! - top) * scale;
    if (point < last && Math.abs(nextX - x) < 0.5 && Math.abs(nextY - y) < 0.5) continue;
    context.lineTo(nextX, nextY);
    x = nextX;
    y = nextY;
  }
}
