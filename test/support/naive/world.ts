/**
 * A question and all that its answer depends on, as plain data that can be printed and read back: nothing here is shared
 * with the product. Moments are minutes from the moment of the question, drives whole milliseconds.
 */
export interface World {
  /** The moment of the question, RFC 3339. */
  readonly at: string;
  readonly network: Network;
  /** Numbers of the roads of the network that are closed, in both directions. */
  readonly closed: readonly number[];
  readonly hospitals: readonly PlainHospital[];
  /** The words the list of hospitals says it records; absent: those that any of its hospitals carries. */
  readonly recorded?: readonly string[];
  /** What people reported, in the order it was received. */
  readonly reports: readonly Report[];
  /** A person's word against what feeds say of a hospital, the last of each counting. */
  readonly overrules?: readonly { readonly hospital: string; readonly received: number; readonly until: number }[];
  /** Absent: there are no feeds. */
  readonly feeds?: readonly PlainFeed[];
  /** Ambulances expected within the hour, by hospital. */
  readonly expected: Readonly<Record<string, number>>;
  readonly policy: PlainPolicy;
  readonly question: Question;
}

/** Roads between numbered nodes, driven both ways, each way with its own time; a minute of the first way is a kilometre. */
export interface Network {
  /** Kilometres east and north of [0, 52]. */
  readonly nodes: readonly (readonly [east: number, north: number])[];
  readonly roads: readonly (readonly [from: number, to: number, thereMs: number, backMs: number])[];
}

export interface PlainHours {
  readonly zone: string;
  readonly weekly: readonly { readonly opens: string; readonly closes: string }[];
}

export interface PlainService {
  readonly capability: string;
  readonly minAge?: number;
  readonly maxAge?: number;
  readonly openingHours?: PlainHours;
}

export interface PlainHospital {
  readonly id: string;
  readonly node: number;
  readonly services: readonly PlainService[];
  readonly openingHours?: PlainHours;
  readonly handoverMinutes?: number;
  readonly inboundCapPerHour?: number;
  /** False: a place that takes the needs it lists and nobody else. */
  readonly emergencyDepartment?: false;
  /** The words recorded for this one, where not those of the list. */
  readonly recorded?: readonly string[];
}

export type PlainAcuity = "extremis" | "immediate" | "urgent" | "standard";
export type PlainEffect = "refuse" | "divert" | "inform";

export interface PlainScope {
  readonly needs?: readonly string[];
  readonly exceptNeeds?: readonly string[];
  readonly minAge?: number;
  readonly maxAge?: number;
  readonly acuity?: readonly PlainAcuity[];
}

/** What is asked for, by a person or in a message of a feed. */
export interface Asked {
  /** `flag` is the plain open/closed flag. */
  readonly key: string;
  readonly effect: PlainEffect;
  readonly scope?: PlainScope;
  readonly from?: number;
  readonly until?: number;
  readonly divertTo?: string;
  /** Keys that do not count at this hospital while this one does. */
  readonly lifts?: readonly string[];
}

export interface Report extends Asked {
  readonly hospital: string;
  readonly observed: number;
  readonly received: number;
}

export interface PlainFeed {
  readonly id: string;
  readonly timeToLiveMinutes: number;
  /** Of each of its hospitals; null: it was never heard of. */
  readonly words: Readonly<Record<string, FeedWord | null>>;
}

/** The last word of a feed on one hospital. */
export interface FeedWord {
  /** When it was last heard. */
  readonly heard: number;
  /** When it was first heard to say so, word for word; repeated each time to live since. */
  readonly since: number;
  readonly says: "accepting" | "restricted" | "unknown" | "no-ed";
  readonly asks: readonly Asked[];
  readonly handoverMinutes?: number;
}

export interface PlainLimits {
  readonly divertExtraMinutes: number | null;
  readonly divertWithinMinutes?: number | null;
  readonly receiverExtraMinutes: number | null;
  readonly capExtraMinutes: number | null;
  readonly handoverExtraMinutes: number | null;
  readonly nearestWhenDiverting: number | null;
}

export interface PlainPolicy {
  readonly diverts: "honour" | "ignore";
  readonly namedReceiver: "prefer" | "ignore";
  readonly rankBy: "total" | "drive";
  readonly limits: PlainLimits;
  readonly waitMinutes: number;
  readonly handoverDefaultMinutes: number;
  readonly handoverCapMinutes: number | null;
  readonly byAcuity?: Partial<Record<PlainAcuity, AcuityRules>>;
  readonly defaultExpiryMinutes: Readonly<Record<PlainEffect, number | null>>;
  readonly bypass: readonly { readonly need: string; readonly withinMinutes: number; readonly fallback: string }[];
  readonly unknown: "use-with-warning" | "refuse";
  readonly unrecorded: "use-with-warning" | "refuse";
  readonly inbound?: { readonly capPerHour: number | null; readonly effect: "divert" | "inform" };
}

/** What holds in place of the policy's own fields for patients of one acuity. */
export interface AcuityRules {
  readonly rankBy?: "total" | "drive";
  readonly diverts?: "honour" | "ignore";
  readonly namedReceiver?: "prefer" | "ignore";
  readonly inbound?: "ignore";
  readonly handoverCapMinutes?: number | null;
  readonly limits?: Partial<PlainLimits>;
}

export interface Question {
  readonly node: number;
  readonly needs: readonly (string | { readonly anyOf: readonly string[] })[];
  readonly age?: number;
  readonly acuity?: PlainAcuity;
}

/** What an ED says to a patient; `waits`: it would take him after a wait. */
export type VerdictClass =
  | "accepts"
  | "waits"
  | "diverts"
  | "full"
  | "refuses"
  | "unknown"
  | "not-offered"
  | "age"
  | "closed";

/** An answer as plain data, by the naive decision maker or by the product. Seconds. */
export interface PlainAnswer {
  readonly outcome: "destination" | "all-on-divert" | "no-facility" | "unreachable";
  readonly destination?: PlainOption;
  /** The destination of the same decision on an empty board. */
  readonly unrestricted?: { readonly hospital: string; readonly driveSeconds: number; readonly totalSeconds: number };
  /** Whether a limit decided, so that an ED that accepts is farther. */
  readonly beyondLimit: boolean;
  /** EDs nearer than the destination (all, without one), each with what it says to this patient; by id. */
  readonly passedOver: Readonly<Record<string, VerdictClass>>;
}

export interface PlainOption {
  readonly hospital: string;
  readonly driveSeconds: number;
  readonly waitSeconds: number;
  readonly handoverSeconds: number;
  readonly totalSeconds: number;
}
