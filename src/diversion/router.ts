import type { Feature, LineString } from "geojson";
import { type Clock, parseInstant, systemClock } from "../core/instant";
import { TimeZone } from "../core/time-zone";
import { centimetresToMetres, millisecondsToSeconds, type Position } from "../core/units";
import type { HospitalDirectory } from "../hospitals/directory/directory";
import type { FeedHealth, FeedSource } from "../hospitals/feeds/feed-health";
import type { Status } from "../hospitals/status/status";
import type { RoadIndex } from "../roads/road-index";
import { routeOf } from "../roads/route/route";
import { type RouteProperties, routeFeature } from "../roads/route/route-feature";
import type { ShortestPathEngine } from "../shortest-path/engine";
import { describeAdvice } from "./answer/advice";
import type { Basis, Recommendation, RecommendationData } from "./answer/recommendation";
import type { Conveyance, TrackRequest } from "./conveyances/conveyance";
import { ConveyanceTracker } from "./conveyances/conveyance-tracker";
import type { TrackingGround } from "./conveyances/tracking-ground";
import { closedEntrance, closedStart } from "./drives/closed-ends";
import { ClosureComparison } from "./drives/closure-comparison";
import type { Drives } from "./drives/drives";
import type { OffNetworkHospital } from "./drives/hospital-sites";
import { HospitalsInService } from "./drives/hospitals-in-service";
import { snapAmbiguity } from "./drives/snap-ambiguity";
import { type Incident, type RecommendationRequest, readIncident, writeInstant } from "./incidents/request";
import { type DiversionRouterOptions, type NearestOpen, type RecommendOptions, requireParts } from "./router-options";
import { decide } from "./rules/bypass";
import { InboundReading, type InboundSource } from "./rules/inbound";
import { ENGLAND_DEFAULT, type Policy, policyChecksum } from "./rules/policy";
import { rank } from "./rules/ranking";

export type { DiversionRouterOptions, NearestOpen, RecommendOptions } from "./router-options";

/**
 * Finds the nearest ED that can take this patient now, and says why.
 *
 * Closures and slowdowns of the roads count from the next question on. A question is answered with the roads as they are
 * at its moment: what begins or ends while the ambulance is under way is not foreseen.
 */
export class DiversionRouter {
  readonly roads: RoadIndex;
  /** Farther than this from a usable road is an error. */
  readonly snapLimitMetres: number;
  /** Tells the moment of questions that name none. */
  readonly clock: Clock;
  /** What feeds know of each ED; undefined when there are none. */
  readonly feeds: FeedSource | undefined;
  private readonly givenInbound: InboundSource | undefined;
  private readonly service: HospitalsInService;
  /** On the roads as they are at the moment of the question. */
  private readonly live: Drives;
  private readonly comparison: ClosureComparison;
  private heldPolicy: Policy;
  private policyChecksum: string;
  private tracker: ConveyanceTracker | undefined;
  private readonly options: DiversionRouterOptions;

  /** @throws DiversionError `hospital-off-network` when a hospital is too far from any usable road. */
  constructor(options: DiversionRouterOptions) {
    requireParts(options);
    const { roads, policy = ENGLAND_DEFAULT, clock = systemClock } = options;
    this.options = options;
    this.roads = roads;
    this.heldPolicy = policy;
    this.policyChecksum = policyChecksum(policy);
    this.clock = clock;
    this.feeds = options.feeds;
    this.givenInbound = options.inbound;
    this.snapLimitMetres = options.snapLimitMetres ?? roads.description.snapLimitMetres;
    this.service = new HospitalsInService(options);
    this.live = this.service.drives;
    this.comparison = new ClosureComparison(roads.graph, this.live, () => this.service.undisturbedDrives());
  }

  /**
   * A router over the same roads under another of their profiles, with hospitals, policy and all else as they are here
   * now. Status and closures are shared: what is reported to one router counts for the other. Making the first for a
   * profile takes a customization of the hierarchy; nothing is built again.
   *
   * @throws DiversionError `unknown-profile`; `hospital-off-network` when a hospital is too far from the roads the profile
   * may use.
   */
  withProfile(name: string): DiversionRouter {
    const { hospitals, status, policy } = this;
    return new DiversionRouter({ ...this.options, roads: this.roads.withProfile(name), hospitals, status, policy });
  }

  get policy(): Policy {
    return this.heldPolicy;
  }

  get hospitals(): HospitalDirectory {
    return this.service.hospitals;
  }

  get status(): Status {
    return this.service.status;
  }

  /** Its targets are numbered as the hospitals were at first; hospitals that come later take free numbers or new ones. */
  get engine(): ShortestPathEngine {
    return this.live.engine;
  }

  /** Hospitals left out because no usable road is near; empty unless `hospitalsOffNetwork` is `exclude`. */
  get offNetwork(): readonly OffNetworkHospital[] {
    return this.service.offNetwork;
  }

  /**
   * Takes over another list of hospitals, such as `router.hospitals.with(hospital)` or `.without(id)`. Only those that
   * came, moved or went are told to the engine.
   *
   * @param status of the new list; required when the router was given one. Default: a new board with the history of the
   * router's own, found under {@link status} from then on.
   * @throws DiversionError `hospital-off-network`, or `invalid-argument` for a status of another list; nothing has
   * changed then.
   */
  setHospitals(hospitals: HospitalDirectory, status?: Status): void {
    this.service.replace(hospitals, status, this.policy.timeZone);
    this.comparison.setHospitals(hospitals);
    this.tracker?.hospitalsChanged();
  }

  /** Takes over another rule book, from the next question on. */
  setPolicy(policy: Policy): void {
    this.heldPolicy = policy;
    this.policyChecksum = policyChecksum(policy);
    this.tracker?.judgeAll();
  }

  /**
   * The EDs for one patient, ranked and explained.
   *
   * @throws DiversionError `invalid-incident` or `invalid-location` for a question that is not of the documented form,
   * `off-network` when no usable road is near, `invalid-argument` for a version of the status not yet reached.
   */
  recommend(request: RecommendationRequest, { statusVersion }: RecommendOptions = {}): Recommendation {
    const incident = this.readIncident(request);
    this.live.moveTo(incident.atMs);
    const place = this.live.placeOf(incident);
    const departure = this.live.departureAt(incident.location, place.chosen.point);
    const view = statusVersion === undefined ? this.status.view() : this.status.viewAt({ version: statusVersion });
    const feeds = this.feedHealth();
    const { hospitals, policy } = this;
    const inbound = new InboundReading(this.inbound, policy);
    const centimetresTo = (target: number): number => this.live.centimetres(departure, target);
    const context = { hospitals, status: view, incident, policy, feeds, inbound, centimetresTo };
    const decision = decide(() => this.live.open(departure), context, incident.alternatives + 1);
    const snapAmbiguous = snapAmbiguity(this.live, context, place, decision);
    const closures = this.comparison.turning(context, departure, decision.choice);
    return describeAdvice({
      incident,
      departure,
      placeWarnings: [
        ...place.warnings,
        ...closedStart(this.roads.graph, this.live.state, departure, decision.ranking.candidates.length > 0),
      ],
      entranceWarnings: (target) => closedEntrance(this.roads.graph, this.live, departure, target),
      snapAmbiguous,
      ...decision,
      hospitals,
      road: this.roads.graph.roads[this.roads.graph.columns.segmentRoad[departure.point.segment]!]!,
      distanceMetres: (target) => centimetresToMetres(centimetresTo(target)),
      closures,
      basis: {
        roads: this.roads.checksum,
        hospitals: hospitals.checksum,
        policy: this.policyChecksum,
        statusVersion: view.version,
        ...(this.roads.closures.length === 0 ? {} : { roadsVersion: this.roads.version }),
        ...(feeds === undefined ? {} : { feeds: feeds.checksum }),
        // Last of all that asks for counts: it holds every one that had a part.
        ...(inbound.basis === undefined ? {} : { inbound: inbound.basis }),
        at: writeInstant(incident, incident.atMs),
      },
    });
  }

  /** The nearest ED that can take anyone now: the plain question behind the plain flag. */
  nearestOpen(location: Position): NearestOpen | undefined {
    const incident = this.readIncident({ location, alternatives: 0 });
    this.live.moveTo(incident.atMs);
    const departure = this.live.departureFrom(incident);
    const { hospitals, policy } = this;
    const centimetresTo = (target: number): number => this.live.centimetres(departure, target);
    const feeds = this.feedHealth();
    const context = { hospitals, status: this.status.view(), incident, policy, feeds, centimetresTo };
    const { accepting } = rank(this.live.open(departure), context, 1);
    const best = accepting[0];
    if (best === undefined) return undefined;
    return {
      hospital: this.hospitals.hospitals[best.target]!,
      driveSeconds: millisecondsToSeconds(best.driveMs),
      distanceMetres: centimetresToMetres(centimetresTo(best.target)),
    };
  }

  /**
   * The way to an ED as a GeoJSON LineString: to the recommendation's destination, or to the hospital named.
   * Undefined when the recommendation has no destination or no road leads there. It keeps to the roads as they are at the
   * recommendation's moment, by what is known of closures now.
   *
   * @throws DiversionError `unknown-hospital`.
   */
  route(
    advice: Pick<RecommendationData, "incident" | "destination"> & { readonly basis?: Pick<Basis, "at"> },
    hospital = advice.destination?.hospital.id,
  ): Feature<LineString, RouteProperties> | undefined {
    if (hospital === undefined) return undefined;
    const target = this.hospitals.requireIndex(hospital);
    this.live.moveTo(advice.basis === undefined ? this.clock() : parseInstant(advice.basis.at, "basis.at").epochMs);
    const drive = this.live.drive(this.live.departureFrom(advice.incident), target);
    if (drive === undefined) return undefined;
    return routeFeature(
      this.roads.graph,
      routeOf(this.roads.graph, this.live.weights, drive),
      this.hospitals.hospitals[target]!,
    );
  }

  /** How many ambulances are expected at EDs, for a policy with a cap; undefined while nobody is tracked or listed. */
  get inbound(): InboundSource | undefined {
    return this.givenInbound ?? this.tracker;
  }

  /** Ambulances under way: events when the advice for one changes. */
  get conveyances(): ConveyanceTracker {
    this.tracker ??= new ConveyanceTracker(this.trackingGround());
    return this.tracker;
  }

  /**
   * Follows an ambulance on its way to an ED, and advises it to go elsewhere when status or roads give cause.
   *
   * @throws DiversionError `invalid-incident`, `invalid-location`, `unknown-hospital`, `off-network`; `invalid-argument`
   * for an id that is tracked.
   */
  track(request: TrackRequest): Conveyance {
    return this.conveyances.track(request);
  }

  private trackingGround(): TrackingGround {
    const router = this;
    return {
      roads: this.roads,
      clock: this.clock,
      drives: this.live,
      get policy() {
        return router.policy;
      },
      get feeds() {
        return router.feedHealth();
      },
      get hospitals() {
        return router.hospitals;
      },
      get status() {
        return router.status;
      },
      onFeedNews: (listener) => this.feeds?.onNews?.(listener) ?? (() => undefined),
      get inbound() {
        return router.inbound;
      },
      readIncident: (request) => this.readIncident(request),
    };
  }

  private feedHealth(): FeedHealth | undefined {
    return this.feeds?.health().in(this.hospitals);
  }

  private readIncident(request: RecommendationRequest): Incident {
    return readIncident(request, {
      vocabulary: this.hospitals.vocabulary,
      alternatives: this.policy.alternatives,
      nowMs: this.clock,
      offsetMinutesAt: (epochMs) => TimeZone.of(this.policy.timeZone).offsetMinutes(epochMs),
    });
  }
}
