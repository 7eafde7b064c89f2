import { MS_PER_MINUTE } from "../../core/instant";
import { waysToMeet } from "../../hospitals/directory/needs";
import type { Circumstances, EdsByDrive, Question } from "./circumstances";
import type { Policy } from "./policy";
import { type Candidate, type Choice, choose, type Ranking, rank } from "./ranking";

export type BypassRule = Policy["bypass"][number];

/** What was decided, and how. */
export interface Decision {
  readonly ranking: Ranking;
  readonly choice: Choice;
  /** Every ranking that had a part in it. */
  readonly rankings: readonly Ranking[];
  /** Set when a bypass rule could not be kept: no specialist ED that accepts is within the policy's time. */
  readonly bypass?: {
    readonly rule: BypassRule;
    /** The specialist ED that would be chosen, whatever its distance; undefined when none can be named. */
    readonly specialist: Candidate | undefined;
    /** Whether the patient goes to a nearer fallback, as a stop on the way. */
    readonly usesFallback: boolean;
  };
}

/**
 * Ranks and chooses under the policy's bypass rules: the specialist centre if one that accepts can be reached within the
 * rule's time, else the nearest ED that offers the fallback, as a stop on the way; when that is no nearer than the centre,
 * the centre after all. A specialist centre offers the fallback too, so it stays among the alternatives. When nobody
 * accepts at all, a diverting centre within the time comes before a diverting fallback.
 */
export function decide(eds: EdsByDrive, circumstances: Circumstances, question: Question): Decision {
  const ranking = rank(eds, circumstances, question);
  const choice = choose(ranking, circumstances, question);
  const { policy, hospitals } = circumstances;
  const { incident } = question;
  const rule = policy.bypass.find(({ need }) => incident.needs.includes(need));
  const specialist = choice.destination;
  if (rule === undefined || incident.acuity === "extremis") return { ranking, choice, rankings: [ranking] };

  const isInTime = ({ driveMs }: Candidate): boolean => driveMs <= rule.withinMinutes * MS_PER_MINUTE;
  if (specialist !== undefined && isInTime(specialist) && accepts(specialist)) {
    return { ranking, choice, rankings: [ranking] };
  }
  // A centre farther than the rule's time may rank first, by a shorter handover or because it is named. Every candidate
  // within the time has been looked at by then, since its drive is shorter.
  if (ranking.accepting.some(isInTime)) {
    const timely: Ranking = {
      ...ranking,
      candidates: ranking.candidates.filter(isInTime),
      able: ranking.able.filter(isInTime),
      accepting: ranking.accepting.filter(isInTime),
      diverting: ranking.diverting.filter(isInTime),
    };
    return { ranking: timely, choice: choose(timely, circumstances, question), rankings: [ranking] };
  }

  const needs = incident.needs.map((need) => (need === rule.need ? rule.fallback : need));
  // Whoever refuses or diverts such patients does so at a stop on the way too.
  const alsoNeeds = hospitals.vocabulary.implied(rule.need);
  const ways = waysToMeet(needs, hospitals.vocabulary);
  const relaxed = { ...question, incident: { ...incident, ways, alsoNeeds } };
  const fallbackRanking = rank(eds, circumstances, relaxed);
  const fallbackChoice = choose(fallbackRanking, circumstances, relaxed);
  const stop = fallbackChoice.destination;
  const usesFallback =
    stop !== undefined &&
    (specialist === undefined ||
      (stop.driveMs < specialist.driveMs && (accepts(stop) || accepts(specialist) || !isInTime(specialist))));
  const rankings = [ranking, fallbackRanking];
  const bypass = { rule, specialist, usesFallback };
  return usesFallback
    ? { ranking: fallbackRanking, choice: fallbackChoice, rankings, bypass }
    : { ranking, choice, rankings, bypass };
}

const accepts = ({ assessment }: Candidate): boolean => assessment.verdict === "accepts";
