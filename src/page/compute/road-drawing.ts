import { fromFixedDegrees } from "../../core/units";
import type { RoadIndex } from "../../roads/road-index";
import { type DrawnRoads, WORLD } from "./protocol";

/** From the widest drawn to the narrowest; a road without class stands in the middle. */
export const ROAD_RANKS = ["motorway", "trunk", "primary", "secondary", "tertiary", "minor", "track"] as const;

const RANK_OF_CLASS: Readonly<Record<string, (typeof ROAD_RANKS)[number]>> = {
  motorway: "motorway",
  trunk: "trunk",
  primary: "primary",
  secondary: "secondary",
  tertiary: "tertiary",
  ferry: "tertiary",
  service: "track",
  track: "track",
  path: "track",
  footway: "track",
  pedestrian: "track",
};

export const rankOf = (highway: string): number =>
  ROAD_RANKS.indexOf(RANK_OF_CLASS[highway.replace(/_link$/, "")] ?? "minor");

const DEGREE = Math.PI / 180;

/** Web Mercator (EPSG:3857) in units of {@link WORLD}, as the tiles of maps are cut. */
export const worldX = (lon: number): number => Math.round((lon / 360 + 0.5) * WORLD);
export const worldY = (lat: number): number =>
  Math.round((0.5 - Math.log(Math.tan(Math.PI / 4 + (lat * DEGREE) / 2)) / (2 * Math.PI)) * WORLD);

/** Lays the roads out for drawing. */
export function drawnRoads({ graph, snapColumns }: RoadIndex): DrawnRoads {
  const points = new Int32Array(snapColumns.points.length);
  for (let i = 0; i < points.length; i += 2) {
    points[i] = worldX(fromFixedDegrees(snapColumns.points[i]!));
    points[i + 1] = worldY(fromFixedDegrees(snapColumns.points[i + 1]!));
  }
  const rankOfRow = Uint8Array.from(graph.roads, ({ highway }) => rankOf(highway));
  const rank = Uint8Array.from(graph.columns.segmentRoad, (row) => rankOfRow[row]!);
  return { firstPoint: snapColumns.segmentFirstPoint.slice(), points, rank };
}

/** Float64[2 * segments]: the middle point of each segment's shape, longitude and latitude, for what is told per segment. */
export function segmentMiddles({ graph, snapColumns }: RoadIndex): Float64Array {
  const { segmentFirstPoint, points } = snapColumns;
  const middles = new Float64Array(2 * graph.segmentCount);
  for (let segment = 0; segment < graph.segmentCount; segment++) {
    const first = segmentFirstPoint[segment]!;
    const last = segmentFirstPoint[segment + 1]! - 1;
    const [a, b] = [(first + last) >> 1, (first + last + 1) >> 1];
    middles[2 * segment] = fromFixedDegrees((points[2 * a]! + points[2 * b]!) / 2);
    middles[2 * segment + 1] = fromFixedDegrees((points[2 * a + 1]! + points[2 * b + 1]!) / 2);
  }
  return middles;
}
