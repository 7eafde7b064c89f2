import type { Feature, LineString } from "geojson";
import { DiversionError } from "../core/errors";
import { type Clock, parseInstant, systemClock } from "../core/instant";
import { TimeZone } from "../core/time-zone";
import { centimetresToMetres, millisecondsToSeconds, type Position } from "../core/units";
import type { HospitalDirectory } from "../hospitals/directory";
import type { FeedHealth, FeedSource } from "../hospitals/feeds/feed-health";
import type { Hospital } from "../hospitals/hospital";
import type { Status } from "../hospitals/status";
import { StatusBoard } from "../hospitals/status-board";
import type { RoadIndex } from "../roads/road-index";
import { type DrivenPath, driveCentimetres, routeOf } from "../roads/route";
import { type RouteProperties, routeFeature } from "../roads/route-feature";
import type { EngineName, ShortestPathEngine } from "../shortest-path/engine";
import { describeAdvice } from "./advice";
import { decide } from "./bypass";
import { closuresMet } from "./closure-notices";
import type { Conveyance, TrackRequest } from "./conveyance";
import { ConveyanceTracker, type TrackingGround } from "./conveyance-tracker";
import { Drives, type DrivesOptions } from "./drives";
import { type Departure, HospitalSites, type OffNetworkHospital } from "./hospital-sites";
import { ENGLAND_DEFAULT, type Policy, policyChecksum } from "./policy";
import { type Choice, type RankingContext, rank } from "./ranking";
import type { Basis, ClosureNotice, HospitalReference, Recommendation, RecommendationData } from "./recommendation";
import { type Incident, type RecommendationRequest, readIncident, writeInstant } from "./request";

export interface DiversionRouterOptions {
  readonly roads: RoadIndex;
  readonly hospitals: HospitalDirectory;
  /** Default: `england-default`. */
  readonly policy?: Policy;
  /** Default: an empty board in memory. */
  readonly status?: Status;
  /**
   * What feeds know of each ED, such as a FeedMonitor. With feeds, an ED of which they do not know is unknown, and the
   * policy says what follows. Default: there are no feeds, and what is not reported against an ED is in its favour.
   */
  readonly feeds?: FeedSource;
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
  /**
   * Runs a piece of work soon, outside the current call: how the engine brings its tables up to date after roads or
   * hospitals changed; until then it answers a little slower, and as exactly. Default: a timer, which in Node keeps no
   * process alive.
   */
  readonly schedule?: (work: () => void) => void;
}

export interface RecommendOptions {
  /** Answers by the status as it was at this version, for audits. Default: as it is. */
  readonly statusVersion?: number;
}

export interface NearestOpen {
  readonly hospital: Hospital;
  readonly driveSeconds: number;
  readonly distanceMetres: number;
}

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
  private heldPolicy: Policy;
  private policyChecksum: string;
  private readonly ownsStatus: boolean;
  private readonly excludesOffNetwork: boolean;
  private readonly drivesOptions: Omit<DrivesOptions, "hospitals">;
  /** On the roads as they are at the moment of the question. */
  private readonly live: Drives;
  /** On the roads as the file has them: made when a closure is first in force, to tell what closures change. */
  private undisturbed: Drives | undefined;
  private heldHospitals: HospitalDirectory;
  private heldStatus: Status;
  private tracker: ConveyanceTracker | undefined;

  /** @throws DiversionError `hospital-off-network` when a hospital is too far from any usable road. */
  constructor(options: DiversionRouterOptions) {
    const { roads, hospitals, policy = ENGLAND_DEFAULT, clock = systemClock } = options;
    this.roads = roads;
    this.heldPolicy = policy;
    this.clock = clock;
    this.heldHospitals = hospitals;
    this.ownsStatus = options.status === undefined;
    this.heldStatus = options.status ?? new StatusBoard(hospitals, { clock, timeZone: policy.timeZone });
    requireSameHospitals(this.heldStatus, hospitals);
    this.feeds = options.feeds;
    this.snapLimitMetres = options.snapLimitMetres ?? roads.description.snapLimitMetres;
    this.policyChecksum = policyChecksum(policy);
    this.excludesOffNetwork = options.hospitalsOffNetwork === "exclude";
    const { engine, schedule = soon } = options;
    this.drivesOptions = { roads, engine, snapLimitMetres: this.snapLimitMetres, schedule };
    this.live = new Drives({ ...this.drivesOptions, hospitals });
    if (!this.excludesOffNetwork) requireAllOnNetwork(this.offNetwork, hospitals.size);
  }

  get policy(): Policy {
    return this.heldPolicy;
  }

  get hospitals(): HospitalDirectory {
    return this.heldHospitals;
  }

  get status(): Status {
    return this.heldStatus;
  }

  /** Its targets are numbered as the hospitals were at first; hospitals that come later take free numbers or new ones. */
  get engine(): ShortestPathEngine {
    return this.live.engine;
  }

  /** Hospitals left out because no usable road is near; empty unless `hospitalsOffNetwork` is `exclude`. */
  get offNetwork(): readonly OffNetworkHospital[] {
    return this.live.sites.offNetwork;
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
    if (status === undefined && !this.ownsStatus) {
      throw new DiversionError(
        "invalid-argument",
        "This router was given its status; give the status of the new hospital list beside the list.",
        { field: "status" },
      );
    }
    const { clock, roads, policy, snapLimitMetres } = this;
    const history = this.heldStatus.history();
    const nextStatus = status ?? new StatusBoard(hospitals, { clock, timeZone: policy.timeZone, history });
    requireSameHospitals(nextStatus, hospitals);
    if (!this.excludesOffNetwork) {
      requireAllOnNetwork(new HospitalSites(roads, hospitals, snapLimitMetres).offNetwork, hospitals.size);
    }
    this.live.setHospitals(hospitals);
    this.undisturbed?.setHospitals(hospitals);
    this.heldHospitals = hospitals;
    this.heldStatus = nextStatus;
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
    const departure = this.live.departureFrom(incident.location);
    const view = statusVersion === undefined ? this.status.view() : this.status.viewAt({ version: statusVersion });
    const feeds = this.feedHealth();
    const context = { hospitals: this.hospitals, status: view, incident, policy: this.policy, feeds };
    const decision = decide(() => this.live.open(departure), context, incident.alternatives + 1);
    return describeAdvice({
      incident,
      departure,
      ...decision,
      hospitals: this.hospitals,
      road: this.roads.graph.roads[this.roads.graph.columns.segmentRoad[departure.point.segment]!]!,
      distanceMetres: (target) => this.distanceMetres(departure, target),
      closures: this.turningClosures(context, departure, decision.choice),
      basis: {
        roads: this.roads.checksum,
        hospitals: this.hospitals.checksum,
        policy: this.policyChecksum,
        statusVersion: view.version,
        ...(this.roads.closures.length === 0 ? {} : { roadsVersion: this.roads.version }),
        ...(feeds === undefined ? {} : { feeds: feeds.checksum }),
        at: writeInstant(incident, incident.atMs),
      },
    });
  }

  /** The nearest ED that can take anyone now: the plain question behind the plain flag. */
  nearestOpen(location: Position): NearestOpen | undefined {
    const incident = this.readIncident({ location, alternatives: 0 });
    this.live.moveTo(incident.atMs);
    const departure = this.live.departureFrom(incident.location);
    const { hospitals, policy } = this;
    const context = { hospitals, status: this.status.view(), incident, policy, feeds: this.feedHealth() };
    const { accepting } = rank(this.live.open(departure), context, 1);
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
    const drive = this.live.drive(this.live.departureFrom(advice.incident.location), target);
    if (drive === undefined) return undefined;
    return routeFeature(routeOf(this.roads.graph, this.live.weights, drive), this.reference(target));
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
      readIncident: (request) => this.readIncident(request),
    };
  }

  /**
   * The closures that turned an answer, told by putting the same question to the roads without any: those on the way
   * that would be driven then to the ED that would be recommended, if it is another; and, if the drive to the destination
   * would take another time, those on the way there then and those (slowdowns) on the way now.
   */
  private turningClosures(context: RankingContext, departure: Departure, { destination }: Choice): ClosureNotice[] {
    const { state } = this.live;
    if (state.edges.length === 0) return [];
    this.undisturbed ??= new Drives({ ...this.drivesOptions, schedule: undefined, hospitals: this.hospitals });
    const { undisturbed } = this;
    const usualDeparture = undisturbed.departureFrom(context.incident.location);
    const usual = decide(() => undisturbed.open(usualDeparture), context, 1).choice.destination;
    const drives: (DrivenPath | undefined)[] = [];
    if (usual !== undefined && usual.target !== destination?.target) {
      drives.push(undisturbed.drive(usualDeparture, usual.target));
    }
    if (destination !== undefined) {
      const drive = undisturbed.drive(usualDeparture, destination.target);
      if (drive?.path.milliseconds !== destination.driveMs) {
        drives.push(drive, this.live.drive(departure, destination.target));
      }
    }
    const known = drives.filter((drive) => drive !== undefined);
    return known.length === 0 ? [] : closuresMet(this.roads.graph, state, known, context.incident);
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

  private reference(target: number): HospitalReference {
    const { id, name } = this.hospitals.hospitals[target]!;
    return { id, name };
  }

  private distanceMetres(departure: Departure, target: number): number {
    const drive = this.live.drive(departure, target);
    if (drive === undefined) throw new Error(`The engine reached hospital ${target} and has no path to it.`);
    return centimetresToMetres(driveCentimetres(this.roads.graph, drive));
  }
}

/** A timer that in Node does not keep a process alive which has nothing else to do. */
function soon(work: () => void): void {
  const timer: unknown = setTimeout(work, 0);
  if (typeof timer === "object" && timer !== null && "unref" in timer && typeof timer.unref === "function") {
    timer.unref();
  }
}

function requireSameHospitals(status: Status, hospitals: HospitalDirectory): void {
  if (status.directory.checksum === hospitals.checksum) return;
  throw new DiversionError(
    "invalid-argument",
    "The status is of another hospital list than the router's; make both from one directory.",
    { field: "status" },
  );
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
