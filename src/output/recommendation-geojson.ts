import type { Feature, Geometry, LineString, Point } from "geojson";
import { defined } from "../core/defined";
import type { Position } from "../core/units";
import type { Basis, Option, Outcome, PassedOver, RecommendationData } from "../diversion/answer/recommendation";
import type { IncidentId } from "../diversion/incidents/incident-row";
import type { DiversionRouter } from "../diversion/router";
import type { RouteProperties } from "../roads/route/route-feature";

/** Every feature says which incident it belongs to, so that a map may hold many. */
interface Labelled {
  readonly incident: IncidentId;
}

interface IncidentProperties extends Labelled {
  readonly kind: "incident";
  readonly outcome: Outcome;
  /** The road the drive begins on, and how far that is. */
  readonly road: string;
  readonly snappedMetres: number;
  readonly basis: Basis;
}

interface RouteLineProperties extends Labelled, RouteProperties {
  readonly kind: "route";
}

interface EdProperties extends Labelled {
  readonly kind: "ed";
  readonly role: "destination" | "alternative" | "passed-over";
  readonly id: string;
  readonly name: string;
  readonly driveSeconds?: number;
  readonly distanceMetres?: number;
  readonly arrival?: string;
  /** Reasons and warnings, in plain English. */
  readonly notes: readonly string[];
}

type RecommendationFeature =
  | Feature<Point, IncidentProperties>
  | Feature<LineString, RouteLineProperties>
  | Feature<Point, EdProperties>;

/**
 * A recommendation as a map shows it (RFC 7946): the incident, the route to the destination, and the EDs that were
 * considered, as the destination, an alternative, or passed over.
 */
export function recommendationFeatures(
  advice: RecommendationData,
  router: Pick<DiversionRouter, "hospitals" | "route">,
  incident: IncidentId,
): RecommendationFeature[] {
  const { outcome, basis, destination, alternatives, passedOver } = advice;
  const { location, snapped } = advice.incident;
  const route = router.route(advice);
  const positionOf = (id: string): Position => router.hospitals.require(id).location;
  const option = (role: EdProperties["role"], { hospital, ...drive }: Option): Feature<Point, EdProperties> =>
    feature(point(positionOf(hospital.id)), {
      incident,
      kind: "ed",
      role,
      ...hospital,
      driveSeconds: drive.driveSeconds,
      distanceMetres: drive.distanceMetres,
      arrival: drive.arrival,
      notes: drive.warnings.map(({ text }) => text),
    });
  const passed = ({ hospital, driveSeconds, because }: PassedOver): Feature<Point, EdProperties> =>
    feature(point(positionOf(hospital.id)), {
      incident,
      kind: "ed",
      role: "passed-over",
      ...hospital,
      ...defined({ driveSeconds }),
      notes: because.map(({ text }) => text),
    });
  return [
    feature(point(location), {
      incident,
      kind: "incident",
      outcome,
      road: snapped.road,
      snappedMetres: snapped.distanceMetres,
      basis,
    }),
    ...(route === undefined
      ? []
      : [feature(route.geometry, { incident, kind: "route" as const, ...route.properties })]),
    ...(destination === undefined ? [] : [option("destination", destination)]),
    ...alternatives.map((alternative) => option("alternative", alternative)),
    ...passedOver.map(passed),
  ];
}

const point = ([lon, lat]: Position): Point => ({ type: "Point", coordinates: [lon, lat] });

const feature = <G extends Geometry, P extends object>(geometry: G, properties: P): Feature<G, P> => ({
  type: "Feature",
  properties,
  geometry,
});
