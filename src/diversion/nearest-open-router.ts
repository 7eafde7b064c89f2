import { DiversionError } from "../core/errors";
import { type Clock, type EpochMs, systemClock } from "../core/instant";
import { TimeZone } from "../core/time-zone";
import { centimetresToMetres, millisecondsToSeconds, type Position } from "../core/units";
import type { HospitalDirectory } from "../hospitals/directory/directory";
import type { FeedSource } from "../hospitals/feeds/feed-health";
import type { Status, StatusView } from "../hospitals/status/status";
import { StatusBoard } from "../hospitals/status/status-board";
import type { RoadIndex } from "../roads/road-index";
import { CchEngine } from "../shortest-path/cch-engine";
import type { EngineName } from "../shortest-path/engine";
import { DrivePool } from "./drives/drive-pool";
import type { FarEntrance, OffNetworkHospital } from "./drives/hospital-sites";
import { type Incident, type RecommendationRequest, readIncident } from "./incidents/request";
import { type DiversionRouterOptions, type NearestOpen, requireParts } from "./router-options";
import type { InboundSource } from "./rules/inbound";
import { ENGLAND_DEFAULT, type Policy, parsePolicy } from "./rules/policy";
import { Situation } from "./situation";

/** Which situation: of what moment, by what was known of EDs when. */
export interface SituationOptions {
  /** Default: now. */
  readonly atMs?: EpochMs;
  /** Default: as it is. */
  readonly status?: StatusView;
}

/**
 * Finds the nearest ED that accepts, and no more: for pages that ask nothing else, half the size of a `DiversionRouter`,
 * which is one of these that also recommends, explains, draws routes and follows ambulances.
 *
 * Closures and slowdowns of the roads count from the next question on. A question is answered with the roads as they are
 * at its moment: what begins or ends while the ambulance is under way is not foreseen.
 */
export class NearestOpenRouter {
  readonly roads: RoadIndex;
  /** Farther than this from a usable road is an error. */
  readonly snapLimitMetres: number;
  /** Tells the moment of questions that name none. */
  readonly clock: Clock;
  /** What feeds know of each ED; undefined when there are none. */
  readonly feeds: FeedSource | undefined;
  /** By which status questions are answered: as it is, or as it was known at the moment of the question. */
  readonly statusAsOf: "now" | "question";
  readonly #options: DiversionRouterOptions;
  readonly #drives: DrivePool;
  #hospitals: HospitalDirectory;
  #status: Status;
  #policy: Policy;

  /**
   * @throws DiversionError `hospital-off-network` when a hospital is too far from any usable road; `invalid-policy` for one
   * that {@link parsePolicy} refuses with the hospitals' vocabulary.
   */
  constructor(options: DiversionRouterOptions) {
    requireParts(options);
    requirePolicy(options.policy, options.hospitals);
    const { roads, hospitals, policy = ENGLAND_DEFAULT, clock = systemClock, engine, schedule } = options;
    this.#options = options;
    this.roads = roads;
    this.clock = clock;
    this.feeds = options.feeds;
    this.statusAsOf = options.statusAsOf ?? "now";
    this.snapLimitMetres = options.snapLimitMetres ?? roads.description.snapLimitMetres;
    this.#policy = policy;
    this.#hospitals = hospitals;
    this.#status = options.status ?? new StatusBoard(hospitals, { clock, timeZone: policy.timeZone });
    requireSameHospitals(this.#status, hospitals);
    this.#drives = new DrivePool({ roads, hospitals, snapLimitMetres: this.snapLimitMetres, engine, schedule });
    if (options.hospitalsOffNetwork !== "exclude") this.#drives.requireOnNetwork(hospitals);
  }

  /**
   * A router over the same roads under another of their profiles, with hospitals, policy and all else as they are here
   * now. Status and closures are shared: what is reported to one router counts for the other. Making the first for a
   * profile takes a customization of the hierarchy; nothing is built again.
   *
   * @throws DiversionError `unknown-profile`; `hospital-off-network` when a hospital is too far from the roads the profile
   * may use.
   */
  withProfile(name: string): NearestOpenRouter {
    return new NearestOpenRouter(this.optionsUnder(name));
  }

  protected optionsUnder(profile: string): DiversionRouterOptions {
    const { hospitals, status, policy } = this;
    return { ...this.#options, roads: this.roads.withProfile(profile), hospitals, status, policy };
  }

  get policy(): Policy {
    return this.#policy;
  }

  get hospitals(): HospitalDirectory {
    return this.#hospitals;
  }

  get status(): Status {
    return this.#status;
  }

  /** Which shortest-path engine answers. */
  get engineName(): EngineName {
    return this.#drives.live.engine.name;
  }

  /** Hospitals left out because no usable road is near; empty unless `hospitalsOffNetwork` is `exclude`. */
  get offNetwork(): readonly OffNetworkHospital[] {
    return this.#drives.live.sites.offNetwork;
  }

  /** Hospitals farther than the policy's `entranceFarMetres` from a road where drives to them end. */
  get farEntrances(): readonly FarEntrance[] {
    return this.#drives.live.sites.farEntrances(this.#hospitals, this.#policy.entranceFarMetres);
  }

  /** Whether the engine's table is up to date with roads and hospitals; true where it keeps none. */
  get tableIsFresh(): boolean {
    const { engine } = this.#drives.live;
    return !(engine instanceof CchEngine) || engine.tableIsFresh;
  }

  /**
   * Brings the engine's table over all hospitals up to date now, in place of soon: worth it before a measurement or a large batch.
   *
   * @returns its words; undefined where the engine keeps none.
   */
  refreshTable(): Int32Array | undefined {
    const { engine } = this.#drives.live;
    if (!(engine instanceof CchEngine)) return undefined;
    engine.refreshTable();
    return engine.table?.words;
  }

  /** Reads the table's words where they lie: those of a router of the same parts, perhaps of another thread. */
  adoptTable(words: Int32Array): void {
    const { engine } = this.#drives.live;
    if (engine instanceof CchEngine) engine.adoptTable(words);
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
    if (status === undefined && this.#options.status !== undefined) {
      throw new DiversionError(
        "invalid-argument",
        "This router was given its status; give the status of the new hospital list beside the list.",
        { field: "status" },
      );
    }
    const { clock, policy } = this;
    requirePolicy(policy, hospitals);
    const history = this.#status.history();
    const next = status ?? new StatusBoard(hospitals, { clock, timeZone: policy.timeZone, history });
    requireSameHospitals(next, hospitals);
    if (this.#options.hospitalsOffNetwork !== "exclude") this.#drives.requireOnNetwork(hospitals);
    this.#drives.setHospitals(hospitals);
    this.#hospitals = hospitals;
    this.#status = next;
  }

  /** Takes over another rule book, from the next question on. */
  setPolicy(policy: Policy): void {
    requirePolicy(policy, this.hospitals);
    this.#policy = policy;
  }

  /**
   * All that answers follow from, as one value: what is reported later changes nothing of it.
   *
   * @param options of which moment the roads, and by what was known of EDs when. Default: now.
   */
  situation({ atMs = this.clock(), status = this.#status.view() }: SituationOptions = {}): Situation {
    const { roads } = this;
    return new Situation({
      drives: this.#drives,
      roadState: roads.stateAt(atMs),
      roadsVersion: roads.isUndisturbed ? undefined : roads.version,
      hospitals: this.#hospitals,
      status,
      policy: this.#policy,
      feeds: this.feeds?.health().in(this.#hospitals),
      inbound: this.inbound,
      atMs,
    });
  }

  /**
   * The ED that would be recommended for anyone, if it accepts: the plain question behind the plain flag. Undefined when
   * none accepts.
   */
  nearestOpen(location: Position): NearestOpen | undefined {
    const incident = this.readIncident({ location, alternatives: 0 });
    const situation = this.situation({ atMs: incident.atMs });
    const eds = situation.edsFrom(incident);
    const { destination } = situation.decide({ incident }, eds).choice;
    if (destination?.assessment.verdict !== "accepts") return undefined;
    return {
      hospital: situation.hospitals.hospitals[destination.target]!,
      driveSeconds: millisecondsToSeconds(destination.driveMs),
      distanceMetres: centimetresToMetres(eds.centimetres(destination.target)),
    };
  }

  /** How many ambulances are expected at EDs, for a policy with a cap; undefined while nobody is listed. */
  get inbound(): InboundSource | undefined {
    return this.#options.inbound;
  }

  /**
   * Checks and completes a question.
   *
   * @throws DiversionError `invalid-incident`, `invalid-location`.
   */
  readIncident(request: RecommendationRequest): Incident {
    return readIncident(request, {
      vocabulary: this.hospitals.vocabulary,
      alternatives: this.policy.alternatives,
      nowMs: this.clock,
      offsetMinutesAt: (epochMs) => TimeZone.of(this.policy.timeZone).offsetMinutes(epochMs),
    });
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

/**
 * Whatever object a policy is, it is checked here: a word that the hospitals do not have would show when a patient needs
 * it. The default's words may be missing from a short vocabulary; then nobody can ask for them.
 */
function requirePolicy(policy: Policy | undefined, { vocabulary }: HospitalDirectory): void {
  if (policy !== undefined && policy !== ENGLAND_DEFAULT) parsePolicy(policy, vocabulary);
}
