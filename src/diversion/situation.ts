import type { EpochMs } from "../core/instant";
import type { HospitalDirectory } from "../hospitals/directory/directory";
import type { FeedHealth } from "../hospitals/feeds/feed-health";
import type { StatusView } from "../hospitals/status/status";
import type { RoadState } from "../roads/closures/closure-state";
import type { RoadIndex } from "../roads/road-index";
import type { RoadPoint } from "../roads/snap/snap-index";
import type { Basis } from "./answer/recommendation";
import type { DrivePool } from "./drives/drive-pool";
import type { Departure, HospitalSites } from "./drives/hospital-sites";
import type { IncidentPlace } from "./drives/incident-place";
import { ReachableEds } from "./drives/reachable-eds";
import type { Incident, Whereabouts } from "./incidents/request";
import { type Decision, decide } from "./rules/bypass";
import { type Circumstances, type Question, withHospitals, withoutRestrictions } from "./rules/circumstances";
import { type Assessment, assess } from "./rules/eligibility";
import type { Policy } from "./rules/policy";
import { policyChecksum } from "./rules/policy";

/** What a {@link Situation} is made of. */
interface SituationParts extends Circumstances {
  /** Engines that take themselves to the roads of the situation. */
  readonly drives: DrivePool;
  /** What holds on the roads at the moment of the situation. */
  readonly roadState: RoadState;
  /** Of the roads' closures and slowdowns; undefined while none is held. */
  readonly roadsVersion: number | undefined;
}

/**
 * All that an answer follows from, as one value that never changes: the same situation and question give the same bytes.
 * Every other question (without closures, with nothing restricted, under another policy, at another version) is this
 * value {@link with} one part changed.
 */
export class Situation implements Circumstances {
  readonly hospitals: HospitalDirectory;
  readonly status: StatusView;
  readonly policy: Policy;
  readonly feeds: FeedHealth | undefined;
  readonly inbound: Circumstances["inbound"];
  readonly atMs: EpochMs;
  readonly roadState: RoadState;
  readonly roadsVersion: number | undefined;
  readonly #drives: DrivePool;

  constructor({ drives, roadState, roadsVersion, hospitals, status, policy, feeds, inbound, atMs }: SituationParts) {
    this.#drives = drives;
    this.roadState = roadState;
    this.roadsVersion = roadsVersion;
    this.hospitals = hospitals;
    this.status = status;
    this.policy = policy;
    this.feeds = feeds;
    this.inbound = inbound;
    this.atMs = atMs;
  }

  get roads(): RoadIndex {
    return this.#drives.roads;
  }

  /** Farther than this from a usable road is off the network. */
  get snapLimitMetres(): number {
    return this.#drives.snapLimitMetres;
  }

  /** The same but for some parts; at another moment the roads are as they are then, unless that is said too. */
  with(changed: Partial<Omit<SituationParts, "drives">>): Situation {
    const { atMs } = changed;
    const moved = atMs === undefined || atMs === this.atMs ? {} : { roadState: this.roads.stateAt(atMs) };
    return new Situation({ ...this, drives: this.#drives, ...moved, ...changed });
  }

  /** The same with other EDs: of one that the status does not know, nothing was reported. */
  withHospitals(hospitals: HospitalDirectory): Situation {
    return this.with(withHospitals(this, hospitals));
  }

  /** What an answer names as its basis; what it adds is the moment of its question, and the counts it asked for. */
  get basis(): Omit<Basis, "at" | "inbound"> {
    const { roads, hospitals, policy, status, roadsVersion, feeds } = this;
    return {
      roads: roads.checksum,
      ...(roads.description.trusted === true ? { roadsTrusted: true as const } : {}),
      hospitals: hospitals.checksum,
      policy: policyChecksum(policy),
      statusVersion: status.version,
      ...(roadsVersion === undefined ? {} : { roadsVersion }),
      ...(feeds === undefined ? {} : { feeds: feeds.checksum }),
    };
  }

  /**
   * Which ED, and how it was chosen.
   *
   * @param eds of this incident's departure in this situation, where they are at hand.
   */
  decide(question: Question, eds: ReachableEds = this.edsFrom(question.incident)): Decision {
    return decide(eds, this, question);
  }

  /**
   * The same question with nothing restricted. Where nothing is held at any ED judged, that is the decision itself.
   *
   * @param decision of the question in this situation.
   */
  decideUnrestricted(question: Question, eds: ReachableEds, decision: Decision): Decision {
    const { status } = this;
    const isTouched = decision.lists.some(({ looked }) =>
      looked.some(({ target }) => status.restrictionsAt(target).length > 0),
    );
    if (!isTouched) return decision;
    return decide(eds, this.with({ status: withoutRestrictions(status) }), question, decision);
  }

  /** Every ED by number, judged for a patient who arrives at the moment of the situation, wherever they come from. */
  verdicts(incident: Incident): readonly Assessment[] {
    return this.hospitals.hospitals.map((_, target) => assess(this, incident, target, this.atMs));
  }

  /** The road an incident is on, and those it may be on as well. @throws DiversionError `off-network`. */
  placeOf(whereabouts: Whereabouts): IncidentPlace {
    return this.#at().placeOf(whereabouts);
  }

  /** The EDs by drive from an incident. @throws DiversionError `off-network`. */
  edsFrom(whereabouts: Whereabouts): ReachableEds {
    return this.#edsOf(this.#at().departureFrom(whereabouts));
  }

  /** The EDs by drive from a point on the roads. */
  edsFromPoint(point: RoadPoint): ReachableEds {
    return this.#edsOf(this.#at().departureAt(point));
  }

  /** The hospitals on the roads, as they are driven to in this situation. */
  get sites(): Pick<HospitalSites, "numbers" | "target"> {
    return this.#at().sites;
  }

  #edsOf(departure: Departure): ReachableEds {
    return new ReachableEds(departure, () => this.#at());
  }

  #at() {
    return this.#drives.at(this.roadState, this.hospitals);
  }
}
