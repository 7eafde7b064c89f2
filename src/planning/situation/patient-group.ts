import { type RecommendationRequest, readIncident } from "../../diversion/incidents/request";
import { emptyStatus } from "../../diversion/rules/circumstances";
import type { Verdict } from "../../diversion/rules/eligibility";
import { handoverOf, ranksByDrive } from "../../diversion/rules/judged-eds";
import { effectivePolicy } from "../../diversion/rules/policy";
import type { Situation } from "../../diversion/situation";

/** The patients a plan is about: what a recommendation asks of a patient, without a place. */
export type PatientGroup = Pick<RecommendationRequest, "needs" | "age" | "acuity">;

/** What becomes of a group of patients at an ED at one moment. */
export interface EdVerdict {
  readonly verdict: Verdict;
  /** Whether it asks that such patients go elsewhere. */
  readonly asksDivert: boolean;
  /** Whether it would accept such patients if nothing were reported against it and its doors were open. */
  readonly isAble: boolean;
  /** Whether only the age that was not given might then stand against it. */
  readonly isDoubtful: boolean;
  /** The wait for handover that the ranking counts, in milliseconds; 0 where it counts the drive alone. */
  readonly handoverMs: number;
}

/**
 * Judges every ED for a group of patients as a recommendation does, but for an arrival at the moment itself: a plan is a
 * picture of one moment. Rules that depend on where a patient is (the bypass time of specialist centres, named receivers)
 * have no part in it, nor have counts of inbound ambulances.
 *
 * @returns by the numbers of `hospitals`.
 * @throws DiversionError `invalid-incident` for a group that is not of the documented form.
 */
export function verdictsOf(group: PatientGroup, situation: Situation): readonly EdVerdict[] {
  const { hospitals, atMs } = situation;
  const incident = readIncident(
    { ...group, location: [0, 0] },
    { vocabulary: hospitals.vocabulary, alternatives: 0, nowMs: () => atMs, offsetMinutesAt: () => 0 },
  );
  const uncounted = situation.with({ inbound: undefined });
  const asTheyAre = uncounted.verdicts(incident);
  const unhindered = uncounted.with({ status: emptyStatus(hospitals), feeds: undefined }).verdicts(incident);
  const policy = effectivePolicy(situation.policy, incident.acuity);
  const driveOnly = ranksByDrive(policy, incident);
  return hospitals.hospitals.map((hospital, number) => {
    const { verdict, asksDivert, feed } = asTheyAre[number]!;
    const able = unhindered[number]!;
    return {
      verdict,
      asksDivert,
      isAble: able.verdict === "accepts" || able.missing.every(({ why }) => why === "closed"),
      isDoubtful: able.verdict === "doubtful",
      handoverMs: driveOnly ? 0 : handoverOf(policy, hospital, feed).handoverMs,
    };
  });
}

/**
 * The EDs that may be used, in the order in which they are tried: Uint8[hospitals] each, 1 for those that may. Where no
 * ED of the first can be reached one of the second is used, and so on.
 */
export type EdsByVerdict = readonly Uint8Array[];

/**
 * EDs that accept; then, for demand points from where none of these can be reached, those that only ask for a divert. Where
 * none of either can be reached, those that only the age not given may stand against, in the same order: they are used as
 * a recommendation uses them, where nobody is able.
 *
 * @param closed EDs that are not to be used, by number. Default: none.
 * @param opened EDs that ask and refuse nothing whatever was reported, if they are able or doubtful. Default: none.
 */
export function groupByVerdict(
  verdicts: readonly EdVerdict[],
  closed: ReadonlySet<number> = new Set(),
  opened: ReadonlySet<number> = new Set(),
): EdsByVerdict {
  const uses = verdicts.map(({ verdict, asksDivert, isAble, isDoubtful }, number) => {
    if (closed.has(number)) return "none";
    if (opened.has(number) && isAble) return "accepts";
    if (opened.has(number) && isDoubtful) return "doubtful";
    return verdict === "doubtful" && asksDivert ? "doubtful-diverts" : verdict;
  });
  const order = ["accepts", "diverts", "doubtful", "doubtful-diverts"] as const;
  return order.map((use) => Uint8Array.from(uses, (one) => (one === use ? 1 : 0)));
}

/** The same without some EDs, by number. */
export const withoutEds = (edsByVerdict: EdsByVerdict, closed: readonly number[]): EdsByVerdict =>
  edsByVerdict.map((eds) => {
    const left = eds.slice();
    for (const number of closed) left[number] = 0;
    return left;
  });

/**
 * The EDs that such patients are brought to: those of the first kind of {@link EdsByVerdict} that has any.
 *
 * @returns Uint8[hospitals]: 1 for each of them.
 * @throws DiversionError `invalid-incident` for a group that is not of the documented form.
 */
export function usableEds(group: PatientGroup, situation: Situation): Uint8Array {
  const edsByVerdict = groupByVerdict(verdictsOf(group, situation));
  return edsByVerdict.find((eds) => eds.includes(1)) ?? edsByVerdict[0]!;
}
