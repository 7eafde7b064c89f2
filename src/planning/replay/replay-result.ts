import type { Position } from "../../core/units";
import type { HospitalReference, Outcome } from "../../diversion/answer/recommendation";
import type { Needs } from "../../hospitals/directory/needs";
import type { Acuity } from "../../hospitals/status/restriction";
import type { DivertAlert, StatusStatistics } from "../../hospitals/status/status-statistics";
import type { GenerationStatistics } from "./incident-generator";
import type { DivertPeriod } from "./scenario-status";

/** Extra minutes of those whose ED changed; zeros when there is nobody. */
interface ExtraMinutes {
  readonly mean: number;
  /** As many as 95 % have at most (nearest rank). */
  readonly p95: number;
  readonly worst: number;
  readonly total: number;
}

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

interface ReplayHour {
  /** Its beginning. */
  readonly at: string;
  /** What kept some patients from an ED at some time of the hour, in order of the EDs' ids. */
  readonly restricted: readonly (Pick<DivertPeriod, "onRoads" | "effect" | "scope"> & { readonly hospital: string })[];
  readonly incidents: number;
  readonly changed: number;
  readonly extraMinutes: number;
}

/** A fact that the scenario quotes, beside what its events come to. */
interface CheckedFact {
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

interface ReplayLoad {
  readonly hospital: HospitalReference;
  /** Patients brought there with nothing restricted, and as it was. */
  readonly before: number;
  readonly after: number;
  /** Whether it diverted or refused some patients at some time. */
  readonly restricted: boolean;
}

/** How long EDs on the roads diverted and refused, by days of the scenario's zone. */
export interface ReplayStatistics extends Pick<StatusStatistics, "hospitals" | "perDay" | "network"> {
  readonly alerts: readonly (Omit<DivertAlert, "fromMs" | "untilMs"> & {
    readonly from: string;
    readonly until: string;
  })[];
}

/** What diverts did, told as numbers: plain JSON, the same bytes for the same basis. */
export interface ScenarioReplay {
  readonly scenario: { readonly id: string; readonly title: string; readonly from: string; readonly until: string };
  readonly facts: readonly CheckedFact[];
  readonly diverts: readonly (Omit<DivertPeriod, "fromMs" | "untilMs"> & {
    readonly from: string;
    readonly until: string;
  })[];
  readonly statistics: ReplayStatistics;
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
  readonly generation?: GenerationStatistics;
  readonly basis: {
    readonly roads: string;
    readonly hospitals: string;
    readonly policy: string;
    readonly scenario: string;
    readonly places: string;
  };
}

/** @param extraMs whole milliseconds, in any order. */
export function extraMinutesOf(extraMs: readonly number[]): ExtraMinutes {
  if (extraMs.length === 0) return { mean: 0, p95: 0, worst: 0, total: 0 };
  const sorted = [...extraMs].sort((a, b) => a - b);
  // Whole numbers add up to the same sum in any order.
  const totalMs = sorted.reduce((sum, ms) => sum + ms, 0);
  const minutes = (ms: number): number => ms / 60_000;
  return {
    mean: minutes(totalMs / sorted.length),
    p95: minutes(sorted[Math.ceil(0.95 * sorted.length) - 1]!),
    worst: minutes(sorted.at(-1)!),
    total: minutes(totalMs),
  };
}

/** Hours in a row in which the same EDs were restricted for the same patients. */
interface ReplayPhase extends Pick<ReplayHour, "restricted" | "incidents" | "changed" | "extraMinutes"> {
  /** Beginning of its first hour. */
  readonly from: string;
  /** Beginning of the hour after its last, or the scenario's end. */
  readonly until: string;
}

/** The hours of a replay, joined while nothing changes. */
export function phasesOf({ hours, scenario }: Pick<ScenarioReplay, "hours" | "scenario">): readonly ReplayPhase[] {
  const phases: ReplayPhase[] = [];
  for (const [index, hour] of hours.entries()) {
    const until = hours[index + 1]?.at ?? scenario.until;
    const last = phases.at(-1);
    if (last !== undefined && JSON.stringify(last.restricted) === JSON.stringify(hour.restricted)) {
      phases[phases.length - 1] = {
        ...last,
        until,
        incidents: last.incidents + hour.incidents,
        changed: last.changed + hour.changed,
        extraMinutes: last.extraMinutes + hour.extraMinutes,
      };
    } else {
      const { at, restricted, incidents, changed, extraMinutes } = hour;
      phases.push({ from: at, until, restricted, incidents, changed, extraMinutes });
    }
  }
  return phases;
}
