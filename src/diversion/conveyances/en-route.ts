import { type EpochMs, MS_PER_MINUTE } from "../../core/instant";
import type { Shortfall } from "../../hospitals/directory/availability";
import type { NearestCursor } from "../../shortest-path/engine";
import { reasonsAgainst } from "../answer/advice";
import type { ReasonCode } from "../answer/recommendation";
import { type Decision, decide } from "../rules/bypass";
import type { Assessment } from "../rules/eligibility";
import type { InboundReading } from "../rules/inbound";
import type { Candidate, Ranking, RankingContext } from "../rules/ranking";

/** Where an ambulance under way is bound, and what it was turned away from. Numbers of the directory. */
export interface Course {
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

/** What becomes of a course. */
export interface Steering {
  readonly course: Course;
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
 * Steering again by the same state changes nothing: what was left is not chosen, and nothing is sooner than the best.
 *
 * @param open starts a search from where the ambulance is; a new one ends the one before.
 * @param nowMs counts against the predicted arrival, that is `context.incident.atMs` and the drive.
 * @param inbound asked only when there is cause to turn. Default: no ED is at its cap.
 */
export function steer(
  open: () => NearestCursor,
  context: RankingContext,
  course: Course,
  nowMs: EpochMs,
  inbound?: InboundReading,
): Steering {
  const { destination, left } = course;
  const first = decide(open, { ...context, avoid: left, lookAt: destination }, 1);
  const current = first.ranking.candidates.find(({ target }) => target === destination);
  const kept = { course, candidate: current, because: [], rankings: first.rankings };
  const cause = causeToTurn(first, current, context, nowMs);
  if (cause === "none") return kept;
  if (inbound !== undefined) {
    const sparing = decide(open, { ...context, avoid: left, lookAt: destination, inbound }, 1);
    // Whoever must go somewhere goes to the best of full EDs when all are full.
    const spared = fullAmong(sparing, cause === "must" ? sparing.choice.destination?.target : undefined);
    const steering = steer(open, context, { destination, left: new Set([...left, ...spared]) }, nowMs);
    return { ...steering, rankings: [...first.rankings, ...sparing.rankings, ...steering.rankings] };
  }
  const rankings = [...first.rankings];
  let next = first.choice.destination;
  if (next === undefined && cause === "must") {
    const anyone = decide(open, context, 1);
    rankings.push(...anyone.rankings);
    next = anyone.choice.destination;
  }
  if (destination === undefined && next === undefined) return { ...kept, rankings };
  const stillLeft = new Set(left);
  if (destination !== undefined) stillLeft.add(destination);
  if (next !== undefined) stillLeft.delete(next.target);
  return {
    course: { destination: next?.target, left: stillLeft },
    candidate: next,
    because: reasonsToTurn(destination, current, next, context),
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
  { incident, policy }: RankingContext,
  nowMs: EpochMs,
): "none" | "may" | "must" {
  if (current === undefined || isUseless(current)) return "must";
  const best = choice.destination;
  if (best === undefined || best.target === current.target) return "none";
  const { gainMinutes, pointOfNoReturnMinutes } = policy.enRoute;
  const remainingMs = incident.atMs + current.driveMs - nowMs;
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
  { hospitals, incident }: RankingContext,
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
