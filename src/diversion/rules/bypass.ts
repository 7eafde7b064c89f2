import { MS_PER_MINUTE } from "../../core/instant";
import { waysToMeet } from "../../hospitals/directory/needs";
import type { Circumstances, EdsByDrive, Question } from "./circumstances";
import { type Candidate, JudgedEds } from "./judged-eds";
import type { Policy } from "./policy";
import { type Choice, choose, type Pool, poolOf } from "./ranking";

type BypassRule = Policy["bypass"][number];

/** What was decided, and how. */
export interface Decision {
  readonly choice: Choice;
  /** The EDs as judged for the choice: at a stop on the way, for the needs that it meets. */
  readonly eds: JudgedEds;
  /** Who might have been chosen. */
  readonly pool: Pool;
  /** Every list that had a part in it; the first is for the patient's own needs. */
  readonly lists: readonly JudgedEds[];
  /** Set when a bypass rule had a part in it. */
  readonly bypass?: {
    readonly rule: BypassRule;
    /** The specialist ED that would be chosen, whatever its distance; undefined when none can be named. */
    readonly specialist: Candidate | undefined;
    /** Whether the rule could be kept: a specialist ED that accepts is within its time. */
    readonly isKept: boolean;
    /** Whether the patient goes to a nearer fallback, as a stop on the way. */
    readonly usesFallback: boolean;
  };
}

/**
 * Ranks and chooses under the policy's bypass rules: the specialist centre if one that accepts can be reached within the
 * rule's time, else the nearest ED that offers the fallback, as a stop on the way; when that is no nearer than the centre,
 * the centre after all. A specialist centre offers the fallback too, so it stays among the alternatives. When nobody
 * accepts at all, a diverting centre within the time comes before a diverting fallback.
 *
 * @param like what was decided on the same question in circumstances that differ in nothing but restrictions.
 */
export function decide(
  found: EdsByDrive,
  circumstances: Circumstances,
  question: Question,
  like?: Pick<Decision, "lists">,
): Decision {
  const { policy, hospitals } = circumstances;
  const { incident, lookAt } = question;
  const eds = new JudgedEds(found, circumstances, incident, like?.lists[0]);
  if (lookAt !== undefined) eds.find(lookAt);
  const pool = poolOf(eds, question);
  const choice = choose(eds, question, pool);
  const plain = { choice, eds, pool, lists: [eds] };
  const rule = policy.bypass.find(({ need }) => incident.needs.includes(need));
  if (rule === undefined || incident.acuity === "extremis") return plain;

  const specialist = choice.destination;
  const limitMs = rule.withinMinutes * MS_PER_MINUTE;
  const isInTime = ({ driveMs }: Candidate): boolean => driveMs <= limitMs;
  const kept = keptChoice();
  // An ED that is doubtful keeps no rule while a stop that is able may do.
  const isSure = choice.isDoubtful !== true;
  if (kept !== undefined && isSure) return kept;

  const needs = incident.needs.map((need) => (need === rule.need ? rule.fallback : need));
  // Whoever refuses or diverts such patients does so at a stop on the way too.
  const alsoNeeds = hospitals.vocabulary.implied(rule.need);
  const ways = waysToMeet(needs, hospitals.vocabulary);
  const relaxed = { ...question, incident: { ...incident, ways, alsoNeeds } };
  const stops = new JudgedEds(found, circumstances, relaxed.incident, like?.lists[1]);
  const stopPool = poolOf(stops, relaxed);
  const stopChoice = choose(stops, relaxed, stopPool);
  const stop = stopChoice.destination;
  const isBetterSure = stop !== undefined && stopChoice.isDoubtful !== true && !isSure;
  if (kept !== undefined && !isBetterSure) return kept;
  const usesFallback =
    stop !== undefined &&
    (specialist === undefined ||
      (stop.driveMs < specialist.driveMs &&
        (isBetterSure || stopPool.accepts(stop) || pool.accepts(specialist) || !isInTime(specialist))));
  const lists = [eds, stops];
  const bypass = { rule, specialist, isKept: false, usesFallback };
  return usesFallback
    ? { choice: stopChoice, eds: stops, pool: stopPool, lists, bypass }
    : { choice, eds, pool, lists, bypass };

  /** The choice that keeps the rule; undefined when no specialist ED that accepts is within its time. */
  function keptChoice(): Decision | undefined {
    const bypass = { rule: rule!, specialist, isKept: true, usesFallback: false };
    if (specialist !== undefined && isInTime(specialist) && pool.accepts(specialist)) return { ...plain, bypass };
    // A centre farther than the rule's time may rank first, by a shorter handover or because it is named.
    if (eds.best(pool.accepts, limitMs) === undefined) return undefined;
    const timely = poolOf(eds, question, isInTime);
    const timelyChoice = choose(eds, question, timely);
    return {
      ...plain,
      choice: timelyChoice,
      pool: timely,
      bypass: { ...bypass, specialist: timelyChoice.destination },
    };
  }
}
