import { MS_PER_MINUTE } from "../core/instant";
import { waysToMeet } from "../hospitals/needs";
import type { NearestCursor } from "../shortest-path/engine";
import type { Policy } from "./policy";
import { type Candidate, type Choice, choose, type Ranking, type RankingContext, rank } from "./ranking";

export type BypassRule = Policy["bypass"][number];

/** What was decided, and how. */
export interface Decision {
  readonly ranking: Ranking;
  readonly choice: Choice;
  /** Every ranking that had a part in it. */
  readonly rankings: readonly Ranking[];
  /** Set when the patient goes to a fallback because no specialist ED is within the policy's time. */
  readonly fallback?: { readonly rule: BypassRule; readonly specialist: Candidate | undefined };
}

/**
 * Ranks and chooses under the policy's bypass rules: the specialist centre if it can be reached within the rule's time,
 * else the nearest ED that offers the fallback, as a stop on the way; when that is no nearer than the centre, the centre
 * after all. A specialist centre offers the fallback too, so it stays among the alternatives.
 *
 * @param open starts a search from the incident; a new one ends the one before.
 */
export function decide(open: () => NearestCursor, context: RankingContext, wanted: number): Decision {
  const ranking = rank(open(), context, wanted);
  const choice = choose(ranking, context);
  const { incident, policy, hospitals } = context;
  const rule = policy.bypass.find(({ need }) => incident.needs.includes(need));
  const specialist = choice.destination;
  const inTime =
    specialist !== undefined && rule !== undefined && specialist.driveMs <= rule.withinMinutes * MS_PER_MINUTE;
  if (rule === undefined || inTime || incident.acuity === "extremis") return { ranking, choice, rankings: [ranking] };

  const needs = incident.needs.map((need) => (need === rule.need ? rule.fallback : need));
  const relaxed = { ...context, incident: { ...incident, ways: waysToMeet(needs, hospitals.vocabulary) } };
  const fallbackRanking = rank(open(), relaxed, wanted);
  const fallbackChoice = choose(fallbackRanking, relaxed);
  const stop = fallbackChoice.destination;
  const isNearer = stop !== undefined && (specialist === undefined || stop.driveMs < specialist.driveMs);
  const rankings = [ranking, fallbackRanking];
  if (!isNearer) return { ranking, choice, rankings };
  return { ranking: fallbackRanking, rankings, choice: fallbackChoice, fallback: { rule, specialist } };
}
