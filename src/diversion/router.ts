import type { Feature, LineString } from "geojson";
import { DiversionError } from "../core/errors";
import { type Clock, systemClock } from "../core/instant";
import { TimeZone } from "../core/time-zone";
import { centimetresToMetres, millisecondsToSeconds, type Position } from "../core/units";
import type { HospitalDirectory } from "../hospitals/directory";
import type { Hospital } from "../hospitals/hospital";
import type { Status } from "../hospitals/status";
import { StatusBoard } from "../hospitals/status-board";
import type { RoadIndex } from "../roads/road-index";
import { driveCentimetres, routeOf } from "../roads/route";
import { type RouteProperties, routeFeature } from "../roads/route-feature";
import type { EngineName, ShortestPathEngine } from "../shortest-path/engine";
import { describeAdvice } from "./advice";
import { decide } from "./bypass";
import { type Departure, HospitalSites, type OffNetworkHospital } from "./hospital-sites";
import { ENGLAND_DEFAULT, type Policy, policyChecksum } from "./policy";
import { rank } from "./ranking";
import type { HospitalReference, Recommendation, RecommendationData } from "./recommendation";
import { type Incident, type RecommendationRequest, readIncident, writeInstant } from "./request";

export interface DiversionRouterOptions {
  readonly roads: RoadIndex;
  readonly hospitals: HospitalDirectory;
  /** Default: `england-default`. */
  readonly policy?: Policy;
  /** Default: an empty board in memory. */
  readonly status?: Status;
  /** Which shortest-path engine answers; all give the same answers. Default: the roads' fastest. */
  readonly engine?: EngineName;
  /** Tells the moment of questions that name none. Default: the wall clock. */
  readonly clock?: Clock;
  /** Farther than this from a usable road is an error. Default: what the roads file says. */
  readonly snapLimitMetres?: number;
  /**
   * What to do with hospitals off these roads: `error` (the default) names them and stops; `exclude` leaves them out and
   * lists them in {@link DiversionRouter.offNetwork}.
   */
  readonly hospitalsOffNetwork?: "error" | "exclude";
}

export interface NearestOpen {
  readonly hospital: Hospital;
  readonly driveSeconds: number;
  readonly distanceMetres: number;
}

/** Finds the nearest ED that can take this patient now, and says why. */
export class DiversionRouter {
  readonly roads: RoadIndex;
  readonly hospitals: HospitalDirectory;
  readonly policy: Policy;
  readonly status: Status;
  readonly engine: ShortestPathEngine;
  /** Hospitals left out because no usable road is near; empty unless `hospitalsOffNetwork` is `exclude`. */
  readonly offNetwork: readonly OffNetworkHospital[];
  /** Farther than this from a usable road is an error. */
  readonly snapLimitMetres: number;
  /** Tells the moment of questions that name none. */
  readonly clock: Clock;
  private readonly sites: HospitalSites;
  private readonly policyChecksum: string;

  /** @throws DiversionError `hospital-off-network` when a hospital is too far from any usable road. */
  constructor(options: DiversionRouterOptions) {
    const { roads, hospitals, policy = ENGLAND_DEFAULT, clock = systemClock } = options;
    this.roads = roads;
    this.hospitals = hospitals;
    this.policy = policy;
    this.clock = clock;
    this.status = options.status ?? new StatusBoard(hospitals, { clock, timeZone: policy.timeZone });
    if (this.status.directory.checksum !== hospitals.checksum) {
      throw new DiversionError(
        "invalid-argument",
        "The status is of another hospital list than the router's; make both from one directory.",
        { field: "status" },
      );
    }
    this.snapLimitMetres = options.snapLimitMetres ?? roads.description.snapLimitMetres;
    this.policyChecksum = policyChecksum(policy);
    this.sites = new HospitalSites(roads, hospitals, this.snapLimitMetres);
    this.offNetwork = this.sites.offNetwork;
    if (options.hospitalsOffNetwork !== "exclude") requireAllOnNetwork(this.offNetwork, hospitals.size);
    this.engine = roads.createEngine(options.engine, this.sites.targets);
  }

  /**
   * The EDs for one patient, ranked and explained.
   *
   * @throws DiversionError `invalid-incident` or `invalid-location` for a question that is not of the documented form,
   * `off-network` when no usable road is near.
   */
  recommend(request: RecommendationRequest): Recommendation {
    const incident = this.readIncident(request);
    const departure = this.departureFrom(incident.location);
    const view = this.status.view();
    const context = { hospitals: this.hospitals, status: view, incident, policy: this.policy };
    const decision = decide(() => this.engine.open(departure), context, incident.alternatives + 1);
    return describeAdvice({
      incident,
      departure,
      ...decision,
      hospitals: this.hospitals,
      road: this.roads.graph.roads[this.roads.graph.columns.segmentRoad[departure.point.segment]!]!,
      distanceMetres: (target) => this.distanceMetres(departure, target),
      basis: {
        roads: this.roads.checksum,
        hospitals: this.hospitals.checksum,
        policy: this.policyChecksum,
        statusVersion: view.version,
        at: writeInstant(incident, incident.atMs),
      },
    });
  }

  /** The nearest ED that can take anyone now: the plain question behind the plain flag. */
  nearestOpen(location: Position): NearestOpen | undefined {
    const incident = this.readIncident({ location, alternatives: 0 });
    const departure = this.departureFrom(incident.location);
    const context = { hospitals: this.hospitals, status: this.status.view(), incident, policy: this.policy };
    const { accepting } = rank(this.engine.open(departure), context, 1);
    const best = accepting[0];
    if (best === undefined) return undefined;
    return {
      hospital: this.hospitals.hospitals[best.target]!,
      driveSeconds: millisecondsToSeconds(best.driveMs),
      distanceMetres: this.distanceMetres(departure, best.target),
    };
  }

  /**
   * The way to an ED as a GeoJSON LineString: to the recommendation's destination, or to the hospital named.
   * Undefined when the recommendation has no destination or no road leads there.
   *
   * @throws DiversionError `unknown-hospital`.
   */
  route(
    advice: Pick<RecommendationData, "incident" | "destination">,
    hospital = advice.destination?.hospital.id,
  ): Feature<LineString, RouteProperties> | undefined {
    if (hospital === undefined) return undefined;
    const target = this.hospitals.requireIndex(hospital);
    const departure = this.departureFrom(advice.incident.location);
    const path = this.engine.path(departure, target);
    if (path === undefined) return undefined;
    const drive = this.sites.drivenPath(departure, target, path);
    return routeFeature(routeOf(this.roads.graph, this.roads.weights, drive), this.reference(target));
  }

  private readIncident(request: RecommendationRequest): Incident {
    return readIncident(request, {
      vocabulary: this.hospitals.vocabulary,
      alternatives: this.policy.alternatives,
      nowMs: this.clock,
      offsetMinutesAt: (epochMs) => TimeZone.of(this.policy.timeZone).offsetMinutes(epochMs),
    });
  }

  private departureFrom(location: Position): Departure {
    return this.sites.departureFrom(this.roads.snap(location, this.snapLimitMetres));
  }

  private reference(target: number): HospitalReference {
    const { id, name } = this.hospitals.hospitals[target]!;
    return { id, name };
  }

  private distanceMetres(departure: Departure, target: number): number {
    const path = this.engine.path(departure, target);
    if (path === undefined) throw new Error(`The engine reached target ${target} and has no path to it.`);
    return centimetresToMetres(driveCentimetres(this.roads.graph, this.sites.drivenPath(departure, target, path)));
  }
}

function requireAllOnNetwork(offNetwork: readonly OffNetworkHospital[], total: number): void {
  const [first] = offNetwork;
  if (first === undefined) return;
  const rest = offNetwork.length > 1 ? ` (and ${offNetwork.length - 1} more of ${total})` : "";
  throw new DiversionError(
    "hospital-off-network",
    `${first.name}${rest} is off these roads: ${first.reason} Or leave such hospitals out on purpose with ` +
      'hospitalsOffNetwork: "exclude" (--exclude-off-network).',
    { field: first.id },
  );
}
