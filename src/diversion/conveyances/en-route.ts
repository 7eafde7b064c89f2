import { MS_PER_MINUTE } from "../../core/instant";
import type { Shortfall } from "../../hospitals/directory/availability";
import { reasonsAgainst } from "../answer/reasons";
import type { ReasonCode } from "../answer/recommendation";
import { availableText, noRoadText, returnedText, soonerText } from "../answer/texts";
import type { ReachableEds } from "../drives/reachable-eds";
import type { Incident } from "../incidents/request";
import type { Decision } from "../rules/bypass";
import type { Assessment } from "../rules/eligibility";
import type { Candidate, JudgedEds } from "../rules/judged-eds";
import type { Situation } from "../situation";

/** Where an ambulance under way is bound, and what it was turned away from. Numbers of the directory. */
export interface Assignment {
  /** Undefined when no ED could be named. */
  readonly destination: number | undefined;
  /** What it was turned away from, and whether it may return there when nothing stands against it any more. */
  readonly left: ReadonlyMap<number, "may-return" | "for-good">;
}

type TurnCode =
  | ReasonCode
  /** The new destination is sooner by at least the policy's gain. */
  | "sooner"
  /** The cause for which it was left is withdrawn, and it is sooner by at least the policy's gain for a return. */
  | "returned"
  /** No ED could be named before. */
  | "available"
  /** The destination is no longer in the list of hospitals. */
  | "removed"
  /** The crew said where it goes. */
  | "crew";

/** Why the advice changed, for programs (`code`) and to be read aloud (`text`). */
export interface TurnReason {
  readonly code: TurnCode;
  readonly text: string;
}

/** What becomes of an assignment. */
interface Rerouting {
  readonly assignment: Assignment;
  /** The destination, ranked from where the ambulance is. */
  readonly candidate: Candidate | undefined;
  /** Empty when the destination is kept. */
  readonly because: readonly TurnReason[];
  /** Every list of EDs that had a part in it. */
  readonly lists: readonly JudgedEds[];
}

/**
 * Re-ranks from where the ambulance is, and keeps its destination unless there is cause to turn. Pure but for the search.
 *
 * - A destination that refuses, will be shut at the predicted arrival, or cannot be reached by road is always left.
 * - Within the policy's minutes of arrival nothing else turns it.
 * - One that diverts is left for an ED that accepts; when every other diverts too, it is kept: a divert is a request.
 * - One that does not offer what the patient needs is left for any that may be chosen.
 * - One that accepts is left when the ED that would be recommended now is sooner by the policy's gain.
 * - An ED that was left is not chosen again unless every other refuses or cannot help; but one that was left for what it
 *   asked, and accepts again, is returned to when that is sooner by the policy's gain for a return: a divert entered by
 *   mistake and withdrawn costs nothing for good.
 * - Whoever has cause to turn does not turn to an ED at its cap of inbound ambulances while another will do, and counts it
 *   as left for good. A cap turns nobody away who is bound there already: that would send ambulances to and fro.
 *
 * Doing so again in the same situation changes nothing: what was left is not chosen, and nothing is sooner than the best.
 *
 * @param situation now, without counts of inbound ambulances; its moment counts against the predicted arrival.
 * @param eds by drive from where the ambulance is.
 * @param inbound asked only when there is cause to turn. Default: no ED is at its cap.
 */
export function reroute(
  situation: Situation,
  eds: ReachableEds,
  incident: Incident,
  assignment: Assignment,
  inbound?: Situation["inbound"],
): Rerouting {
  const { destination, left } = assignment;
  const avoid = new Set(left.keys());
  const question = { incident, avoid, lookAt: destination };
  const first = situation.decide(question, eds);
  const lists = [...first.lists];
  const current = lists
    .map((list) => (destination === undefined ? undefined : list.find(destination, list.horizonMs)))
    .filter((one) => one !== undefined)
    .at(first.eds === lists[0] ? 0 : -1);
  const returning = returnTo(first, current, situation, incident, left);
  if (returning !== undefined && destination !== undefined) {
    const stillLeft = new Map(left).set(destination, "for-good" as const);
    stillLeft.delete(returning.target);
    return {
      assignment: { destination: returning.target, left: stillLeft },
      candidate: returning,
      because: [returnedReason(returning, current, situation)],
      lists,
    };
  }
  const kept = { assignment, candidate: current, because: [], lists };
  const cause = causeToTurn(first, current, situation, incident);
  if (cause === "none") return kept;
  if (inbound !== undefined) {
    const sparing = situation.with({ inbound }).decide(question, eds);
    // Whoever must go somewhere goes to the best of full EDs when all are full.
    const spared = fullAmong(sparing, cause === "must" ? sparing.choice.destination?.target : undefined);
    const spare = new Map([...left, ...spared.map((target) => [target, "for-good"] as const)]);
    const rerouting = reroute(situation, eds, incident, { destination, left: spare });
    return { ...rerouting, lists: [...lists, ...sparing.lists, ...rerouting.lists] };
  }
  let next = first.choice.destination;
  if (next === undefined && cause === "must") {
    const anyone = situation.decide({ incident }, eds);
    lists.push(...anyone.lists);
    next = anyone.choice.destination;
  }
  if (destination === undefined && next === undefined) return { ...kept, lists };
  const stillLeft = new Map(left);
  const isForCause = current !== undefined && current.assessment.verdict !== "accepts";
  if (destination !== undefined) stillLeft.set(destination, isForCause ? "may-return" : "for-good");
  if (next !== undefined) stillLeft.delete(next.target);
  return {
    assignment: { destination: next?.target, left: stillLeft },
    candidate: next,
    because: reasonsToTurn(destination, current, next, situation, incident),
    lists,
  };
}

/** The best of those that were left for what they asked, and accept again, if it is enough sooner than where it goes now. */
function returnTo(
  { eds }: Decision,
  current: Candidate | undefined,
  { policy, atMs }: Situation,
  incident: Incident,
  left: Assignment["left"],
): Candidate | undefined {
  if (current === undefined || left.size === 0) return undefined;
  const { returnGainMinutes, pointOfNoReturnMinutes } = policy.enRoute;
  if (incident.atMs + current.driveMs - atMs <= pointOfNoReturnMinutes * MS_PER_MINUTE) return undefined;
  const latestMs = current.rankMs - returnGainMinutes * MS_PER_MINUTE;
  const back = [...eds.within(latestMs)].filter(
    ({ target, assessment, rankMs }) =>
      left.get(target) === "may-return" &&
      assessment.verdict === "accepts" &&
      rankMs <= latestMs &&
      rankMs < current.rankMs,
  );
  return back.sort(eds.order)[0];
}

function returnedReason(back: Candidate, current: Candidate | undefined, { hospitals }: Situation): TurnReason {
  const name = (target: number): string => hospitals.hospitals[target]!.name;
  const text = returnedText(name(back.target), current!.rankMs - back.rankMs, name(current!.target));
  return { code: "returned", text };
}

/** Those that would accept were they not at their cap, but one. */
const fullAmong = ({ lists }: Decision, but: number | undefined): number[] =>
  lists
    .flatMap((list) => [...list.within(list.horizonMs)])
    .filter(({ target, assessment }) => target !== but && assessment.isCapped && !assessment.asksDivert)
    .map(({ target }) => target);

/** `must`: to whichever ED there is. `may`: to the one chosen. */
function causeToTurn(
  { choice }: Decision,
  current: Candidate | undefined,
  { policy, atMs }: Situation,
  incident: Incident,
): "none" | "may" | "must" {
  if (current === undefined || isUseless(current)) return "must";
  const best = choice.destination;
  if (best === undefined || best.target === current.target) return "none";
  const { gainMinutes, pointOfNoReturnMinutes } = policy.enRoute;
  const remainingMs = incident.atMs + current.driveMs - atMs;
  if (remainingMs <= pointOfNoReturnMinutes * MS_PER_MINUTE) return "none";
  switch (current.assessment.verdict) {
    case "accepts":
      return current.rankMs - best.rankMs >= gainMinutes * MS_PER_MINUTE ? "may" : "none";
    case "diverts":
      return best.assessment.verdict === "accepts" ? "may" : "none";
    default:
      return "may";
  }
}

/** Whether arriving there is of no use to anyone: it refuses, whatever else it lacks, or the door will be shut. */
const isUseless = ({ assessment }: Candidate): boolean =>
  assessment.verdict === "refuses" ||
  assessment.refusals.length > 0 ||
  (assessment.verdict === "incapable" && assessment.missing.some(isShut));

const isShut = ({ why }: Shortfall): boolean => why === "closed";

function reasonsToTurn(
  destination: number | undefined,
  current: Candidate | undefined,
  next: Candidate | undefined,
  { hospitals }: Situation,
  incident: Incident,
): TurnReason[] {
  const name = (target: number): string => hospitals.hospitals[target]!.name;
  if (destination === undefined) {
    return [{ code: "available", text: availableText(name(next!.target)) }];
  }
  if (current === undefined) {
    return [{ code: "unreachable", text: noRoadText(name(destination)) }];
  }
  const { assessment } = current;
  const { refusals } = assessment;
  const refused: Assessment = { ...assessment, verdict: "refuses", restrictions: refusals };
  const against = reasonsAgainst(refusals.length > 0 ? refused : assessment, hospitals, incident);
  if (against.length > 0) return against;
  return [{ code: "sooner", text: soonerText(name(next!.target), current.rankMs - next!.rankMs, name(destination)) }];
}
