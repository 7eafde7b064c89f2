import { bbox, lineString } from "@turf/turf";
import type { BBox, Feature, LineString } from "geojson";
import { centimetresToMetres, millisecondsToSeconds } from "../core/units";
import type { Route, RouteLeg } from "./route";

export interface RouteProperties {
  /** Where the route ends. */
  readonly destination: { readonly id: string; readonly name: string };
  readonly driveSeconds: number;
  readonly distanceMetres: number;
  /** Road after road, in driving order. */
  readonly legs: readonly RouteLeg[];
}

/** A route as a GeoJSON LineString Feature with its bounding box (RFC 7946). */
export function routeFeature(
  route: Route,
  destination: { readonly id: string; readonly name: string },
): Feature<LineString, RouteProperties> {
  const feature = lineString<RouteProperties>(
    route.positions.map(([lon, lat]) => [lon, lat]),
    {
      destination: { id: destination.id, name: destination.name },
      driveSeconds: millisecondsToSeconds(route.milliseconds),
      distanceMetres: centimetresToMetres(route.centimetres),
      legs: route.legs,
    },
  );
  return { type: "Feature", bbox: bbox(feature) as BBox, geometry: feature.geometry, properties: feature.properties };
}
