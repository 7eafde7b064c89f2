import type { BBox, Feature, LineString } from "geojson";
import { oppositeBearing } from "../../core/geometry";
import { centimetresToMetres, millisecondsToSeconds, type Position } from "../../core/units";
import type { RoadGraph } from "../graph/road-graph";
import type { RouteInstruction } from "./instruction";
import { bearingAlong } from "./instruction-geometry";
import { routeInstructions } from "./instructions";
import type { Route, RouteLeg } from "./route";

export interface RouteProperties {
  /** Where the route ends. */
  readonly destination: { readonly id: string; readonly name: string };
  readonly driveSeconds: number;
  readonly distanceMetres: number;
  /** Road after road, in driving order. */
  readonly legs: readonly RouteLeg[];
  /** What a crew is told, from departure to arrival; metres and seconds add up to the route's. */
  readonly instructions: readonly RouteInstruction[];
  /**
   * Degrees clockwise from true north over the first and the last 20 m, with one decimal; null for a route without length.
   */
  readonly bearingStart: number | null;
  readonly bearingEnd: number | null;
  /** Ferries, private roads, fords and gates on the way, as a recommendation tells of them; absent where there are none. */
  readonly warnings?: readonly { readonly code: string; readonly text: string }[];
}

/**
 * A route as a GeoJSON LineString Feature with its bounding box (RFC 7946).
 *
 * @param destination its `location`, where given, tells on which side of the road it is.
 */
export function routeFeature(
  graph: RoadGraph,
  route: Route,
  destination: { readonly id: string; readonly name: string; readonly location?: Position },
  warnings: NonNullable<RouteProperties["warnings"]> = [],
): Feature<LineString, RouteProperties> {
  const { positions } = route;
  const endBearing = bearingAlong([...positions].reverse());
  return {
    type: "Feature",
    bbox: bboxOf(positions),
    geometry: { type: "LineString", coordinates: positions.map(([lon, lat]) => [lon, lat]) },
    properties: {
      destination: { id: destination.id, name: destination.name },
      driveSeconds: millisecondsToSeconds(route.milliseconds),
      distanceMetres: centimetresToMetres(route.centimetres),
      legs: route.legs,
      instructions: routeInstructions(graph, route, destination),
      bearingStart: rounded(bearingAlong(positions)),
      bearingEnd: rounded(endBearing === undefined ? undefined : oppositeBearing(endBearing)),
      ...(warnings.length === 0 ? {} : { warnings }),
    },
  };
}

function bboxOf(positions: readonly Position[]): BBox {
  let [[west, south]] = positions as [Position];
  let [east, north] = [west, south];
  for (const [lon, lat] of positions) {
    west = Math.min(west, lon);
    east = Math.max(east, lon);
    south = Math.min(south, lat);
    north = Math.max(north, lat);
  }
  return [west, south, east, north];
}

const rounded = (bearing: number | undefined): number | null =>
  bearing === undefined ? null : (Math.round(bearing * 10) / 10) % 360;
