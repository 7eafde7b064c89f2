import type { Position } from "../core/units";
import type { MapGrid } from "../planning/situation/scene-map-data";
import type { RoadIndex } from "../roads/road-index";
import { areaColours, areaPaths, borderPath, CELL } from "./report-html-areas";
import { AREA_COLOURS } from "./report-html-style";
import { type Html, html } from "./report-html-text";

/** What an ED asks at the moment of the second map. */
export type MapAsks = "nothing" | "some" | "all";

interface MapHospital {
  readonly name: string;
  readonly location: Position;
  readonly asks: MapAsks;
  /** Beside its name in the key. Default: what it asks. */
  readonly tag?: string;
}

interface CatchmentMaps {
  readonly roads: RoadIndex;
  readonly grid: MapGrid;
  /** By number. */
  readonly hospitals: readonly MapHospital[];
  /** Int32[cells]: number of the ED to which patients of each cell are brought; negative where there is none. */
  readonly before: Int32Array;
  /** Absent: there is one map. */
  readonly after?: Int32Array;
  readonly beforeCaption: string;
  readonly afterCaption?: string;
}

/** Distance of the middles of two marks so that their numbers can be read. */
const MARK_SPACING = 25;
const MARK_RADIUS = 11;

/** A map with the EDs' areas, or two, before and after, and the key to their numbers. */
export function catchmentMaps(maps: CatchmentMaps): Html {
  const { grid, hospitals, before, after, beforeCaption, afterCaption = "" } = maps;
  const colours = areaColours(
    grid,
    after === undefined ? [before] : [before, after],
    hospitals.length,
    AREA_COLOURS.length,
  );
  const project = projection(grid);
  const roads = drawnRoads(maps.roads, project);
  const marks = spread(hospitals.map(({ location }) => project(location)));
  const frame = (title: string, body: Html): Html =>
    html`<figure><figcaption>${title}</figcaption><svg class="map" role="img" aria-label="${title}" viewBox="0 0 ${grid.columns * CELL} ${grid.rows * CELL}">${body}</svg></figure>`;
  const fill = (paths: ReadonlyMap<number, string>, kind: string): Html[] =>
    [...paths].map(([number, path]) => html`<path class="${kind}" fill="url(#area${colours[number]})" d="${path}"/>`);
  const lines = html`<g id="roads">${roads.map(({ width, path }) => html`<path class="road" stroke-width="${width}" d="${path}"/>`)}</g>`;
  const first = frame(
    beforeCaption,
    html`<defs>${AREA_COLOURS.map(areaPattern)}</defs>${fill(areaPaths(grid, before), "area")}<path class="edge" d="${borderPath(grid, before)}"/>${lines}${markers(
      hospitals.map((hospital) => ({ ...hospital, asks: "nothing" })),
      marks,
      project,
    )}`,
  );
  if (after === undefined) return html`<div class="pair">${first}</div>${key(hospitals, colours)}`;
  const moved = (cell: number): boolean => before[cell] !== after[cell];
  return html`<div class="pair">${first}${frame(
    afterCaption,
    html`${fill(
      areaPaths(grid, after, (cell) => !moved(cell)),
      "area kept",
    )}${fill(areaPaths(grid, after, moved), "area")}<path class="edge" d="${borderPath(grid, after)}"/><use href="#roads"/>${markers(hospitals, marks, project)}`,
  )}</div>${key(hospitals, colours)}`;
}

/** Strokes over the fill, different for each colour, for readers who do not tell colours apart. */
const STROKES = [
  "",
  "M0 16L16 0M-4 4L4 -4M12 20L20 12",
  "M0 0L16 16M-4 12L4 20M12 -4L20 4",
  "M0 4H16M0 12H16",
  "M4 0V16M12 0V16",
  "M8 6v4M6 8h4",
  "M0 8H16M8 0V16",
  "M0 0L16 16M16 0L0 16",
];

function areaPattern(colour: string, number: number): Html {
  const stroke = STROKES[number];
  const strokes =
    stroke === "" ? "" : html`<path d="${stroke}" stroke="#000000" stroke-opacity="0.28" stroke-width="1.5"/>`;
  return html`<pattern id="area${number}" width="16" height="16" patternUnits="userSpaceOnUse"><rect width="16" height="16" fill="${colour}"/>${strokes}</pattern>`;
}

/** A circle for an ED that asks nothing, a diamond for one that diverts some patients, a square for one that diverts all. */
function markers(
  hospitals: readonly MapHospital[],
  marks: readonly (readonly [number, number])[],
  project: (position: Position) => readonly [number, number],
): Html {
  const r = MARK_RADIUS;
  return html`<g>${hospitals.map(({ name, location, asks }, number) => {
    const [siteX, siteY] = project(location).map(Math.round) as [number, number];
    const [x, y] = marks[number]!;
    const shape =
      asks === "all"
        ? html`<rect class="mark all" x="${x - r}" y="${y - r}" width="${2 * r}" height="${2 * r}"/>`
        : asks === "some"
          ? html`<path class="mark some" d="M${x} ${y - r - 3}l${r + 3} ${r + 3}l-${r + 3} ${r + 3}l-${r + 3} -${r + 3}z"/>`
          : html`<circle class="mark" cx="${x}" cy="${y}" r="${r}"/>`;
    const isAway = (siteX - x) ** 2 + (siteY - y) ** 2 > 4;
    return html`<g><title>${name}</title>${isAway ? html`<path class="leader" d="M${siteX} ${siteY}L${x} ${y}"/>` : undefined}${shape}<text class="number ${asks}" x="${x}" y="${y + 5}">${number + 1}</text></g>`;
  })}</g>`;
}

const ASKS: Record<MapAsks, string> = { nothing: "", some: "diverts some", all: "diverts all" };

function key(hospitals: readonly MapHospital[], colours: readonly number[]): Html {
  return html`<ol class="key">${hospitals.map(
    ({ name, asks, tag = ASKS[asks] }, number) =>
      html`<li><b>${number + 1}</b><svg class="swatch" aria-hidden="true" viewBox="0 0 32 18"><rect width="32" height="18" fill="url(#area${colours[number]})"/></svg><span>${name}${
        tag === "" ? undefined : html` <span class="tag ${asks}">${tag}</span>`
      }</span></li>`,
  )}</ol>`;
}

function projection({ bounds, columns, rows }: MapGrid): (position: Position) => readonly [number, number] {
  const { west, south, east, north } = bounds;
  return ([lon, lat]) => [
    ((lon - west) / (east - west)) * columns * CELL,
    ((north - lat) / (north - south)) * rows * CELL,
  ];
}

/** Moves marks apart until their numbers can be read; each stays as near to its ED as that allows. */
function spread(sites: readonly (readonly [number, number])[]): readonly (readonly [number, number])[] {
  const marks = sites.map(([x, y]): [number, number] => [x, y]);
  for (let pass = 0; pass < 200; pass++) {
    for (const [i, mark] of marks.entries()) {
      for (const other of marks.slice(i + 1)) {
        const [dx, dy] = [other[0] - mark[0], other[1] - mark[1]];
        const distance = Math.sqrt(dx * dx + dy * dy);
        if (distance >= MARK_SPACING) continue;
        // Marks in the same place part along a line that depends on their number alone.
        const [ux, uy] = distance === 0 ? [1, 0] : [dx / distance, dy / distance];
        const push = (MARK_SPACING - distance) / 2;
        mark[0] -= ux * push;
        mark[1] -= uy * push;
        other[0] += ux * push;
        other[1] += uy * push;
      }
    }
  }
  return marks.map(([x, y]) => [Math.round(x), Math.round(y)]);
}

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
function drawnRoads(
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
