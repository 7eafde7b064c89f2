import type { Position } from "../../core/units";
import type { Needs } from "../../hospitals/directory/needs";
import type { Acuity } from "../../hospitals/status/restriction";

/**
 * - `destination`: an ED that can take this patient.
 * - `all-on-divert`: every ED that could take this patient asks not to; the nearest is named all the same, because a
 *   divert is a request (Los Angeles County; Deo and Gurvich 2011).
 * - `no-facility`: EDs can be reached, but each refuses or lacks what the patient needs.
 * - `unreachable`: no ED can be reached by road.
 */
export type Outcome = "destination" | "all-on-divert" | "no-facility" | "unreachable";

export type ReasonCode =
  /** The ED asks that such patients go elsewhere. */
  | "divert"
  /** The ED takes no such patient at all. */
  | "refuse"
  /** The ED does not offer what the patient needs. */
  | "capability"
  /** The ED does not take patients of this age. */
  | "age"
  /** The ED, or the service the patient needs, is shut when the ambulance would arrive. */
  | "closed"
  /** The drive is shorter, but with the wait for handover care begins later. */
  | "handover"
  /** A nearer ED's divert names another receiver, which can take the patient. */
  | "named-receiver"
  /** The receiver that the ED names diverts, refuses or cannot help: the name was ignored. */
  | "receiver-unusable"
  /** Feeds do not tell whether the ED is open, and the policy refuses such EDs. */
  | "unknown-status"
  /** As many ambulances are due there within the hour as the ED takes, and the policy spares it. */
  | "inbound-cap"
  /** No road leads there. */
  | "unreachable";

/** Why an ED was passed over, for programs (`code`) and to be read aloud (`text`). */
export interface Reason {
  readonly code: ReasonCode;
  readonly text: string;
}

export type WarningCode =
  /** The ED asks that such patients go elsewhere; it is named because none other can be, the patient is in extremis, or the policy ignores diverts. */
  | "on-divert"
  /** The ED asked for a divert, or is shut, and that will have ended when the ambulance arrives. */
  | "opens-before-arrival"
  /** The ED asked for something without saying until when, and the policy takes it as ended. */
  | "lapsed"
  /** No specialist ED is within the time of the policy's bypass rule: this is the nearest that can help meanwhile. */
  | "bypass-fallback"
  /** The specialist ED is beyond the time of the policy's bypass rule, and no nearer ED can help meanwhile. */
  | "beyond-bypass"
  /** The ED asks for a divert, and no other can be reached by road. */
  | "no-alternative"
  /** The ED names another to take its patients, which cannot: the name was ignored. */
  | "receiver-unusable"
  /** As many ambulances are due there within the hour as the ED takes, or more. */
  | "inbound-cap"
  /** The ED lets something be known that changes no ranking. */
  | "inform"
  /** Feeds do not tell whether the ED is open: silent, or none reports on it. What was last known counts. */
  | "unknown-status"
  /** The patient is in extremis and the ED lacks something the patient needs. */
  | "capability"
  /** The age was not given and the ED or a service has age limits: the patient was taken for an adult. */
  | "age-not-given"
  /** No handover time is known for the ED, and with one it might come after another for which one is. */
  | "handover-unknown"
  /** The road at the ED's entrance is closed: the drive, and its time, end on an open road some way from it. */
  | "entrance-closed"
  /** The road at the incident is closed: the drive, and its time, begin on an open road some way from it. */
  | "road-closed"
  /** The roads the incident may be on lead to different answers; see `snapAmbiguous`. */
  | "snap-ambiguous"
  /** No road here is driven in the direction of the bearing. */
  | "bearing-not-matched"
  /** No road here has the name given. */
  | "road-name-not-found";

export interface Warning {
  readonly code: WarningCode;
  readonly text: string;
}

/** A closure or slowdown that turned the answer, for programs and to be read aloud. */
export interface ClosureNotice {
  readonly id: string;
  readonly kind: "closure" | "slowdown";
  readonly reason: string;
  readonly text: string;
}

/** The feed that spoke of an ED. */
export interface FeedReference {
  readonly id: string;
  /** Between when it was last heard and the moment of the question; absent when it never was. */
  readonly ageSeconds?: number;
}

export interface HospitalReference {
  readonly id: string;
  readonly name: string;
}

export interface Option {
  readonly hospital: HospitalReference;
  readonly driveSeconds: number;
  readonly distanceMetres: number;
  readonly handoverSeconds: number;
  readonly totalSeconds: number;
  /** RFC 3339, in the offset of the question. */
  readonly arrival: string;
  /** Absent when no feed reports on the ED. */
  readonly feed?: FeedReference;
  /** Its place from 1 by drive time alone; absent when that is its place in the answer. */
  readonly driveRank?: number;
  /** A divert ends, or a door opens, while the ambulance is on its way; absent otherwise. Why is among the warnings. */
  readonly opensBeforeArrival?: true;
  readonly warnings: readonly Warning[];
}

export interface PassedOver {
  readonly hospital: HospitalReference;
  /** Absent when the ED cannot be reached by road. */
  readonly driveSeconds?: number;
  /** Absent when no feed reports on the ED. */
  readonly feed?: FeedReference;
  readonly because: readonly Reason[];
}

/** What an answer was computed from: the same basis and question give the same bytes. */
export interface Basis {
  readonly roads: string;
  readonly hospitals: string;
  readonly policy: string;
  readonly statusVersion: number;
  /** Of the roads' closures and slowdowns; absent while none is held. */
  readonly roadsVersion?: number;
  /** Checksum of what feeds had said; absent without feeds. */
  readonly feeds?: string;
  /** Ambulances expected, by hospital: of each ED whose count was asked. Absent where the policy counts none. */
  readonly inbound?: Readonly<Record<string, number>>;
  readonly at: string;
}

/** What the answer would be, were the incident on this road. */
export interface SnapAnswer {
  readonly snapped: {
    readonly location: Position;
    readonly distanceMetres: number;
    /** Number or name. */
    readonly road: string;
    /** Of traffic there, in degrees clockwise from north; absent on a road driven both ways, unless a bearing was given. */
    readonly bearing?: number;
    /** OSM `layer`, for instance 1 on a bridge; absent on the ground. */
    readonly layer?: number;
  };
  readonly outcome: Outcome;
  readonly destination?: HospitalReference;
  readonly driveSeconds?: number;
}

/** That the answer depends on which of several roads the incident is on. */
export interface SnapAmbiguity {
  /** Drives that differ by no more are taken as the same. */
  readonly toleranceSeconds: number;
  /** The answer given, then that for each road for which it is another: each in order of distance. */
  readonly candidates: readonly SnapAnswer[];
}

export interface RecommendationData {
  readonly outcome: Outcome;
  /** With the outcome `all-on-divert`; absent otherwise. */
  readonly allOnDivert?: true;
  readonly incident: {
    readonly location: Position;
    /** Where the drive begins: the nearest point on a usable road, and that road's number or name. */
    readonly snapped: { readonly location: Position; readonly distanceMetres: number; readonly road: string };
    readonly bearing?: number;
    readonly roadName?: string;
    readonly needs: Needs;
    readonly age?: number;
    readonly acuity?: Acuity;
    /** About the road the incident was taken to be on; absent when there is nothing to warn of. */
    readonly warnings?: readonly Warning[];
  };
  /** Absent unless the answer depends on which of several near roads the incident is on: this one is for the first. */
  readonly snapAmbiguous?: SnapAmbiguity;
  readonly destination?: Option;
  /** The next best, ranked as the destination was. */
  readonly alternatives: readonly Option[];
  /** Every ED whose drive is no longer than the destination's and was passed over; every ED when there is none. */
  readonly passedOver: readonly PassedOver[];
  /** Beyond the nearest ED with what the patient needs, had no restriction been in force; absent without a destination. */
  readonly extraSeconds?: number;
  readonly extraMetres?: number;
  /**
   * The closures and slowdowns that turned the answer; absent when none did. They lie on the way that would be driven to
   * the destination, or to the ED that would be recommended, with no closure in force, or on the way driven now.
   */
  readonly closures?: readonly ClosureNotice[];
  readonly basis: Basis;
}
