import type { Position } from "../../core/units";
import type { HospitalReference } from "../../diversion/answer/recommendation";
import type { Need } from "../../hospitals/directory/needs";
import type { Acuity } from "../../hospitals/status/restriction";
import type { DemandPoints } from "../situation/demand-points";
import type { PlaceCount, Reach } from "../situation/scene-totals";

/** Minutes to care that a change adds; negative where it saves some. */
export interface ExtraMinutes {
  readonly mean: number;
  /** For at most a twentieth of the people it is more. */
  readonly p95: number;
  readonly worst: number;
}

/** Patients of these places would be brought elsewhere. */
export interface Shift extends PlaceCount {
  /** Null: they had no ED. */
  readonly from: HospitalReference | null;
  /** Null: no ED is left that they could reach. */
  readonly to: HospitalReference | null;
  /** Null where there is no ED before or after. */
  readonly meanExtraMinutes: number | null;
}

/** A place that is farther from care than before. */
export interface WorsePlace {
  readonly location: Position;
  readonly people: number;
  readonly from: HospitalReference;
  readonly to: HospitalReference;
  readonly minutesBefore: number;
  readonly minutesAfter: number;
}

/** What a plan is about, for whoever reads its result. */
export interface PlanBasis {
  readonly needs: readonly Need[];
  readonly age?: number;
  readonly acuity?: Acuity;
  readonly at: string;
  /** What `people` counts. */
  readonly unit: DemandPoints["unit"];
  /** What minutes to care are: the drive and the wait for handover, or the drive alone. */
  readonly minutes: "drive-and-handover" | "drive";
  readonly roads: string;
  readonly hospitals: string;
  readonly policy: string;
  readonly statusVersion: number;
  /** What of closures does not count, or is not known, a sentence each; absent when there is nothing of the kind. */
  readonly roadWarnings?: readonly string[];
}

/** What a change does to those who live in an area. Plain JSON. */
export interface WhatIfResult {
  readonly basis: PlanBasis;
  /** What about the change is worth a word, such as an ED to be closed that is not used anyway. */
  readonly notes: readonly string[];
  readonly total: PlaceCount;
  readonly before: Reach;
  readonly after: Reach;
  /** Those whose ED is another one, or who gain or lose theirs. */
  readonly changed: PlaceCount;
  /** Those who had an ED and have none. */
  readonly newlyStranded: PlaceCount;
  /** Those with an ED before and after and another one, or other minutes to care. */
  readonly affected: PlaceCount;
  /** Over those affected; null when there is nobody. */
  readonly extraMinutes: ExtraMinutes | null;
  /** Extra minutes times people, over those affected. */
  readonly extraPersonMinutes: number;
  /** The places whose way to care grows most, up to ten; those with the most people first among equal ones. */
  readonly worstPlaces: readonly WorsePlace[];
  /** Ordered by people, most first, then by the ids of both EDs. */
  readonly shifts: readonly Shift[];
  /** Every ED that anybody is brought to before or after, by id. */
  readonly load: readonly { readonly hospital: HospitalReference; readonly before: number; readonly after: number }[];
  /** People more than so many minutes from care; those who can reach no ED are counted, those off the network are not. */
  readonly beyond: readonly { readonly minutes: number; readonly before: number; readonly after: number }[];
}
