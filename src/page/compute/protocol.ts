import type { Feature, LineString } from "geojson";
import type { Position } from "../../core/units";
import type { RecommendationData } from "../../diversion/answer/recommendation";
import type { EdCondition } from "../../diversion/rules/ed-condition";
import type { Effect, Scope } from "../../hospitals/status/restriction";
import type { RouteProperties } from "../../roads/route/route-feature";

/** An entry of the status log as it goes over the wire: a `StatusEntry` whose instants are text. */
export interface WireEvent {
  readonly version: number;
  readonly kind: "report" | "overrule" | "clear" | "closure" | "reopen" | "heard";
  readonly [field: string]: unknown;
}

/** The changes a server has accepted. */
export interface WireHistory {
  readonly version: number;
  readonly archivedTo: number;
  readonly events: readonly WireEvent[];
}

/** What answers are computed from beside roads, status and closures: the body of `GET /v1/setup`. */
export interface WireSetup {
  readonly hospitals: unknown;
  readonly capabilities: unknown;
  readonly policy: unknown;
  readonly feeds?: readonly unknown[];
}

/** A change of the status that someone at this page enters; the same four that the server takes. */
export type Change =
  | {
      readonly kind: "open";
      readonly hospital: string;
      readonly open: boolean;
      readonly effect?: "divert" | "refuse";
      readonly reason?: string;
      readonly by?: string;
    }
  | {
      readonly kind: "report";
      readonly hospital: string;
      readonly effect: Effect;
      readonly scope: Scope;
      readonly reason: string;
      readonly authorisedBy?: string;
      readonly until?: string;
      readonly divertTo?: string;
    }
  | {
      readonly kind: "overrule";
      readonly hospital: string;
      readonly reason: string;
      readonly by: string;
      readonly until: string;
    }
  | {
      readonly kind: "clear";
      readonly hospital: string;
      readonly key: string;
      readonly reason?: string;
      readonly by?: string;
    };

/** A change entered while the server could not be asked. */
export interface OwnEntry {
  readonly id: string;
  readonly change: Change;
  /** Under which the change is held. */
  readonly key: string;
  /** RFC 3339. */
  readonly enteredAt: string;
}

/** What became of an own entry over what the server has. */
export interface EntryStanding {
  readonly id: string;
  /** Counts in answers. False when something newer is held in its place. */
  readonly stands: boolean;
  /** In a line, for people. */
  readonly text: string;
}

export interface ShownRestriction {
  readonly key: string;
  readonly effect: Effect;
  readonly scope: Scope;
  readonly text: string;
  readonly reason: string;
  readonly authorisedBy?: string;
  readonly source?: string;
  readonly observedAt: string;
  readonly until?: string;
  /** When it ends by the policy, where it says nothing itself. */
  readonly endsByPolicyAt?: string;
  readonly inForce: boolean;
  /** The feed whose word it is; absent where people say it. */
  readonly feed?: string;
  /** A feed's word that does not count, for a person's holds against it. */
  readonly isOverruled: boolean;
  /** Entered at this page and not known to the server. */
  readonly isOwn: boolean;
}

/** A person's word against that of feeds. */
export interface ShownOverrule
  extends Pick<ShownRestriction, "key" | "text" | "source" | "observedAt" | "inForce" | "isOwn"> {
  readonly authorisedBy: string;
  /** When it ends by itself. */
  readonly until: string;
}

export interface ShownEd {
  readonly id: string;
  readonly name: string;
  readonly location: Position;
  readonly capabilities: readonly string[];
  readonly condition: EdCondition;
  readonly restrictions: readonly ShownRestriction[];
  readonly overrule?: ShownOverrule;
  /** By key: the server's version, for `If-Match`; a key never heard of has none. */
  readonly versions: Readonly<Record<string, number>>;
  /** Why feeds do not tell whether it is open; absent when they do, or where there are none. */
  readonly feedText?: string;
  /** No feed has ever spoken of it. */
  readonly neverHeard?: true;
}

/** How everything stands at one version of the status. */
export interface StatusSnapshot {
  /** The server's version. */
  readonly version: number;
  /** RFC 3339, in the policy's zone. */
  readonly at: string;
  readonly isLive: boolean;
  readonly eds: readonly ShownEd[];
  readonly ownEntries: readonly EntryStanding[];
}

/** A change of the log, for the time bar and for telling what happened. */
export interface DescribedEvent {
  readonly version: number;
  readonly hospital: string;
  readonly key: string;
  readonly atMs: number;
  readonly at: string;
  readonly text: string;
}

/** What is asked about: the status as it is, or as it was at a version. */
export type Moment = { readonly kind: "now" } | { readonly kind: "past"; readonly version: number };

export const NOW: Moment = { kind: "now" };

/** A question as the page asks it: of the live status, or of a past version. */
export interface Question {
  readonly location: Position;
  readonly needs: readonly string[];
  readonly age?: number;
  readonly acuity?: string;
  readonly roadName?: string;
}

export interface Answer {
  readonly advice: RecommendationData;
  readonly explanation: readonly string[];
  readonly route?: Feature<LineString, RouteProperties>;
  /** The computation of the recommendation alone, without the route. */
  readonly milliseconds: number;
}

export interface FoundPlace {
  readonly label: string;
  readonly detail: string;
  readonly location: Position;
  readonly roadName?: string;
}

/** Roads laid out for drawing: what a tile needs, in world coordinates, see `WORLD`. */
export interface DrawnRoads {
  /** Int32[segments + 1] into pairs of `points`. */
  readonly firstPoint: Int32Array;
  /** Int32[2 * points]: x to the east, y to the south. */
  readonly points: Int32Array;
  /** Uint8[segments]: row of `ROAD_RANKS`. */
  readonly rank: Uint8Array;
}

/** The whole Web Mercator square is this many units wide: at most 4 cm each. */
export const WORLD = 2 ** 30;

interface RoadsSummary {
  readonly checksum: string;
  readonly nodes: number;
  readonly segments: number;
  readonly notice: string;
  readonly bounds: { readonly west: number; readonly south: number; readonly east: number; readonly north: number };
}

export interface CapabilityWord {
  readonly word: string;
  readonly meaning: string;
}

/** What the page knows once the parts are in. */
export interface Opened {
  readonly roads: RoadsSummary;
  readonly hospitalsChecksum: string;
  readonly capabilities: readonly CapabilityWord[];
  readonly timeZone: string;
}

/** Figures over a series of answers, in milliseconds. */
export interface AnswerTimes {
  readonly answers: number;
  /** Of all of them together: browsers' clocks tick ten times a millisecond, too coarse for one. */
  readonly mean: number;
  readonly median: number;
  readonly p99: number;
  readonly worst: number;
}
