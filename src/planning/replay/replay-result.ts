import type { Position } from "../../core/units";
import type { HospitalReference, Outcome } from "../../diversion/answer/recommendation";
import type { Needs } from "../../hospitals/directory/needs";
import type { Acuity } from "../../hospitals/status/restriction";
import type { GenerationAccount } from "./incident-generator";
import type { ExtraMinutes } from "./replay-figures";
import type { DivertPeriod } from "./scenario-status";

/** An incident that would have gone elsewhere with nothing restricted. */
export interface ChangedIncident {
  readonly id: string;
  readonly at: string;
  readonly location: Position;
  /** Number or name of the road it is on. */
  readonly road: string;
  readonly needs: Needs;
  readonly age?: number;
  readonly acuity?: Acuity;
  readonly outcome: Outcome;
  /** With nothing restricted. */
  readonly from: HospitalReference;
  /** As it was; absent when no ED was left. */
  readonly to?: HospitalReference;
  /** To care: drive and handover. Absent when no ED was left. */
  readonly extraMinutes?: number;
}

export interface ReplayHour {
  /** Its beginning. */
  readonly at: string;
  /** What kept some patients from an ED at some time of the hour, in order of the EDs' ids. */
  readonly restricted: readonly (Pick<DivertPeriod, "onRoads" | "effect" | "scope"> & { readonly hospital: string })[];
  readonly incidents: number;
  readonly changed: number;
  readonly extraMinutes: number;
}

/** A fact that the scenario quotes, beside what its events come to. */
export interface CheckedFact {
  readonly at: string;
  readonly statement: string;
  readonly source: string;
  /** EDs on divert, as stated. */
  readonly stated: number;
  /** As the scenario's events have it. */
  readonly inScenario: number;
  /** Of these, on the roads of this replay. */
  readonly onRoads: number;
}

export interface ReplayLoad {
  readonly hospital: HospitalReference;
  /** Patients brought there with nothing restricted, and as it was. */
  readonly before: number;
  readonly after: number;
  /** Whether it diverted or refused some patients at some time. */
  readonly restricted: boolean;
}

/** What diverts did, told as numbers: plain JSON, the same bytes for the same basis. */
export interface ScenarioReplay {
  readonly scenario: { readonly id: string; readonly title: string; readonly from: string; readonly until: string };
  readonly facts: readonly CheckedFact[];
  readonly diverts: readonly (Omit<DivertPeriod, "fromMs" | "untilMs"> & {
    readonly from: string;
    readonly until: string;
  })[];
  readonly incidents: {
    readonly total: number;
    /** Listed in the scenario, not drawn. */
    readonly listed: number;
    readonly changed: number;
    /** By outcome, as it was. */
    readonly outcomes: Readonly<Record<Outcome, number>>;
    /** Had an ED with nothing restricted, and none as it was. */
    readonly withoutEd: number;
  };
  /** Of the changed incidents that still had an ED. */
  readonly extraMinutes: ExtraMinutes;
  readonly hours: readonly ReplayHour[];
  readonly load: readonly ReplayLoad[];
  readonly changes: readonly ChangedIncident[];
  /** Absent when the scenario generates no incidents. */
  readonly generation?: GenerationAccount;
  readonly basis: {
    readonly roads: string;
    readonly hospitals: string;
    readonly policy: string;
    readonly scenario: string;
    readonly places: string;
  };
}
