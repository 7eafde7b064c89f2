import polyline from "@mapbox/polyline";
import type { Feature, LineString } from "geojson";
import type { Position } from "../core/units";

/** Decimals of a degree that are kept: 5 as Google's services and most maps have it, 6 as Valhalla and newer OSRM do. */
export type PolylinePrecision = 5 | 6;

/**
 * A line as an encoded polyline (Google's Encoded Polyline Algorithm Format): the text that map widgets and routing
 * clients take in place of coordinates. The format has latitude first; here, as everywhere, longitude comes first.
 *
 * @param line a route, any GeoJSON LineString feature, or positions in degrees.
 * @param precision must be known to whoever decodes: the text does not say it. Default: 5, steps of about a metre.
 */
export function encodePolyline(
  line: Feature<LineString> | readonly Position[],
  precision: PolylinePrecision = 5,
): string {
  const positions = "geometry" in line ? line.geometry.coordinates : line;
  return polyline.encode(
    positions.map(([lon, lat]) => [lat!, lon!]),
    precision,
  );
}

/** The positions of an encoded polyline, longitude first, in degrees. */
export const decodePolyline = (text: string, precision: PolylinePrecision = 5): Position[] =>
  polyline.decode(text, precision).map(([lat, lon]) => [lon, lat]);
