import type { EpochMs } from "../core/instant";
import { assess } from "../diversion/eligibility";
import type { Policy } from "../diversion/policy";
import { type RecommendationRequest, readIncident } from "../diversion/request";
import type { HospitalDirectory } from "../hospitals/directory";
import type { FeedHealth } from "../hospitals/feeds/feed-health";
import type { StatusView } from "../hospitals/status";

/** The patients a plan is about: what a recommendation asks of a patient, without a place. */
export type PatientGroup = Pick<RecommendationRequest, "needs" | "age" | "acuity">;

/** Which EDs are there for a group of patients at one moment. */
export interface UsableEds {
  /** Uint8[hospitals]: 1 for each ED such patients are brought to. */
  readonly usable: Uint8Array;
  /** No ED accepts, and those that only ask for a divert are used all the same. */
  readonly allOnDivert: boolean;
}

export interface PlanningMoment {
  readonly hospitals: HospitalDirectory;
  readonly status: StatusView;
  readonly policy: Policy;
  readonly atMs: EpochMs;
  readonly feeds?: FeedHealth | undefined;
}

/**
 * Judges every ED for a group of patients as a recommendation does, but for an arrival at the moment itself: a plan is a
 * picture of one moment. Rules that depend on where a patient is (the bypass time of specialist centres, named receivers)
 * have no part in it.
 *
 * @throws DiversionError `invalid-incident` for a group that is not of the documented form.
 */
export function usableEds(group: PatientGroup, moment: PlanningMoment): UsableEds {
  const { hospitals, status, policy, atMs, feeds } = moment;
  const incident = readIncident(
    { ...group, location: [0, 0] },
    { vocabulary: hospitals.vocabulary, alternatives: 0, nowMs: () => atMs, offsetMinutesAt: () => 0 },
  );
  const verdicts = hospitals.hospitals.map(
    (hospital, index) =>
      assess(hospital, status.restrictionsAt(index), incident, policy, atMs, feeds?.stateOf(index, atMs)).verdict,
  );
  const among = (verdict: string): Uint8Array => Uint8Array.from(verdicts, (one) => (one === verdict ? 1 : 0));
  const accepting = among("accepts");
  if (accepting.includes(1)) return { usable: accepting, allOnDivert: false };
  const diverting = among("diverts");
  return { usable: diverting, allOnDivert: diverting.includes(1) };
}
