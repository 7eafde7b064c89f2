import type { BoundingBox } from "../../core/bounding-box";
import { DiversionError } from "../../core/errors";
import { longitudeScale } from "../../core/geometry";
import type { Position } from "../../core/units";

/**
 * The error for a location that no usable road is near: it says so when the location would lie on the roads with
 * longitude and latitude exchanged, or lies outside the area they cover.
 *
 * @param isOnRoads whether a usable road is within the limit of a location.
 */
export function offNetwork(
  [lon, lat]: Position,
  limitMetres: number,
  bounds: BoundingBox,
  isOnRoads: (location: Position) => boolean,
): DiversionError {
  const here = `No usable road lies within ${limitMetres} m of longitude ${lon}, latitude ${lat}`;
  const advice =
    Math.abs(lon) <= 90 && isOnRoads([lat, lon])
      ? `, but [${lat}, ${lon}] lies on these roads: longitude and latitude look swapped; give longitude first.`
      : `${coverage([lon, lat], limitMetres, bounds)}. Check the location, use roads that cover it, or raise the snapping limit.`;
  return new DiversionError("off-network", `${here}${advice}`, { field: "location" });
}

function coverage([lon, lat]: Position, limitMetres: number, { west, south, east, north }: BoundingBox): string {
  const reach = limitMetres / 111_000;
  const reachLon = reach / longitudeScale(lat);
  const isWithin = lon >= west - reachLon && lon <= east + reachLon && lat >= south - reach && lat <= north + reach;
  return isWithin ? "" : `; these roads cover longitudes ${west} to ${east} and latitudes ${south} to ${north}`;
}
