import { MS_PER_MINUTE } from "../../core/instant";
import type { Shortfall } from "../../hospitals/directory/availability";
import { reasonsAgainst } from "../answer/advice";
import type { ReasonCode } from "../answer/recommendation";
import type { ReachableEds } from "../drives/reachable-eds";
import type { Incident } from "../incidents/request";
import type { Decision } from "../rules/bypass";
import type { Assessment } from "../rules/eligibility";
import type { Candidate, Ranking } from "../rules/ranking";
import type { Situation } from "../situation";

/** Where an ambulance under way is bound, and what it was turned away from. Numbers of the directory. */
export interface Assignment {
  /** Undefined when no ED could be named. */
  readonly destination: number | undefined;
  readonly left: ReadonlySet<number>;
}

export type TurnCode =
  | ReasonCode
  /** The new destination is sooner by at least the policy's gain. */
  | "sooner"
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
export interface Rerouting {
  readonly assignment: Assignment;
  /** The destination, ranked from where the ambulance is. */
  readonly candidate: Candidate | undefined;
  /** Empty when the destination is kept. */
  readonly because: readonly TurnReason[];
  /** Every ranking that had a part in it. */
  readonly rankings: readonly Ranking[];
}

/**
 * Re-ranks from where the ambulance is, and keeps its destination unless there is cause to turn. Pure but for the search.
 *
 * - A destination that refuses, will be shut at the predicted arrival, or cannot be reached by road is always left.
 * - Within the policy's minutes of arrival nothing else turns it.
 * - One that diverts is left for an ED that accepts; when every other diverts too, it is kept: a divert is a request.
 * - One that does not offer what the patient needs is left for any that may be chosen.
 * - One that accepts is left when the ED that would be recommended now is sooner by the policy's gain.
 * - An ED that was left is not chosen again unless every other refuses or cannot help.
 * - Whoever has cause to turn does not turn to an ED at its cap of inbound ambulances while another will do, and counts it
 *   as left. A cap turns nobody away who is bound there already: that would send ambulances to and fro.
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
  const question = { incident, avoid: left, lookAt: destination, wanted: 1 };
  const first = situation.decide(question, eds);
  const current = first.ranking.candidates.find(({ target }) => target === destination);
  const kept = { assignment, candidate: current, because: [], rankings: first.rankings };
  const cause = causeToTurn(first, current, situation, incident);
  if (cause === "none") return kept;
  if (inbound !== undefined) {
    const sparing = situation.with({ inbound }).decide(question, eds);
    // Whoever must go somewhere goes to the best of full EDs when all are full.
    const spared = fullAmong(sparing, cause === "must" ? sparing.choice.destination?.target : undefined);
    const rerouting = reroute(situation, eds, incident, { destination, left: new Set([...left, ...spared]) });
    return { ...rerouting, rankings: [...first.rankings, ...sparing.rankings, ...rerouting.rankings] };
  }
  const rankings = [...first.rankings];
  let next = first.choice.destination;
  if (next === undefined && cause === "must") {
    const anyone = situation.decide({ incident, wanted: 1 }, eds);
    rankings.push(...anyone.rankings);
    next = anyone.choice.destination;
  }
  if (destination === undefined && next === undefined) return { ...kept, rankings };
  const stillLeft = new Set(left);
  if (destination !== undefined) stillLeft.add(destination);
  if (next !== undefined) stillLeft.delete(next.target);
  return {
    assignment: { destination: next?.target, left: stillLeft },
    candidate: next,
    because: reasonsToTurn(destination, current, next, situation, incident),
    rankings,
  };
}

/** Those that would accept were they not at their cap, but one. */
const fullAmong = ({ rankings }: Decision, but: number | undefined): number[] =>
  rankings
    .flatMap(({ candidates }) => candidates)
    .filter(({ target, assessment }) => target !== but && assessment.onlyFull)
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
    return [{ code: "available", text: `${name(next!.target)} can be named now; before, no ED could` }];
  }
  if (current === undefined) {
    return [{ code: "unreachable", text: `no road leads to ${name(destination)} from here` }];
  }
  const { assessment } = current;
  const { refusals } = assessment;
  const refused: Assessment = { ...assessment, verdict: "refuses", restrictions: refusals };
  const against = reasonsAgainst(refusals.length > 0 ? refused : assessment, hospitals, incident);
  if (against.length > 0) return against;
  const minutes = Math.round((current.rankMs - next!.rankMs) / MS_PER_MINUTE);
  return [{ code: "sooner", text: `${name(next!.target)} is ${minutes} min sooner than ${name(destination)}` }];
}
