import { MS_PER_MINUTE } from "../../core/instant";
import type { Incident } from "../incidents/request";
import type { Circumstances, EdsByDrive, Question, Reached } from "./circumstances";
import { type Assessment, assess } from "./eligibility";

/** An ED that can be reached, judged for one patient. */
export interface Candidate {
  /** Its number in the directory and among the engine's targets. */
  readonly target: number;
  readonly driveMs: number;
  /** 0 where no handover time is known. */
  readonly handoverMs: number;
  /** Whether that time is known; `not-counted` where the drive alone ranks. */
  readonly handover: "known" | "unknown" | "not-counted";
  /** What ranks it: time to care, or the drive alone for a patient in extremis. */
  readonly rankMs: number;
  /** When anything about its status was last observed, or its feed heard; -Infinity when nothing ever was. */
  readonly observedMs: number;
  readonly assessment: Assessment;
}

export interface Ranking {
  /** Every candidate looked at, in order of drive time: all that could matter, or all that can be reached. */
  readonly candidates: readonly Candidate[];
  /** Those of them that can treat the patient and have an open door, whatever they ask, best first. */
  readonly able: readonly Candidate[];
  /** Those that accept and may be chosen, best first. */
  readonly accepting: readonly Candidate[];
  /** Those that ask for a divert and may be chosen, best first. */
  readonly diverting: readonly Candidate[];
  /** No ED with a longer drive had a part in this; Infinity when all that can be reached had. */
  readonly horizonMs: number;
}

/**
 * Looks at EDs in order of drive time until no farther one can be among the `wanted` best, and every receiver that a
 * better-ranked divert names has been seen.
 *
 * Handover only ever adds to the drive, so an ED whose drive alone is longer than the last of the best cannot displace
 * any of them: that is the exact moment to stop.
 */
export function rank(eds: EdsByDrive, circumstances: Circumstances, question: Question): Ranking {
  const { hospitals } = circumstances;
  const { incident, avoid, lookAt, wanted = incident.alternatives + 1 } = question;
  const candidates: Candidate[] = [];
  /** When care would begin at each that may be chosen, soonest first: all that tells when to stop. */
  const acceptingMs: number[] = [];
  const seen = new Set<number>();
  const named = new Set<number>(lookAt === undefined ? [] : [lookAt]);
  let horizonMs = Number.POSITIVE_INFINITY;
  const enough = (driveMs: number): boolean => {
    const lastMs = acceptingMs[wanted - 1];
    return lastMs !== undefined && driveMs > lastMs && named.size === 0;
  };
  for (let place = 0, reached = eds.at(0); reached !== undefined; reached = eds.at(++place)) {
    const { driveMs } = reached;
    if (enough(driveMs)) {
      horizonMs = Math.max(acceptingMs[wanted - 1]!, candidates.at(-1)!.driveMs);
      break;
    }
    const candidate = candidateOf(reached, circumstances, incident);
    candidates.push(candidate);
    seen.add(candidate.target);
    named.delete(candidate.target);
    if (candidate.assessment.verdict === "accepts") {
      if (avoid?.has(candidate.target)) continue;
      acceptingMs.push(candidate.rankMs);
      acceptingMs.sort((a, b) => a - b);
    } else if (acceptingMs.length === 0 || candidate.rankMs < acceptingMs[0]!) {
      for (const { divertTo } of candidate.assessment.restrictions) {
        const receiver = divertTo === undefined ? -1 : hospitals.indexOf(divertTo);
        if (receiver >= 0 && !seen.has(receiver)) named.add(receiver);
      }
    }
  }
  // Only now: asking for a distance is a search of its own, and ends the one that finds the EDs.
  const able = candidates.filter(({ assessment }) => assessment.verdict !== "incapable").sort(rankOrder(eds));
  const choosable = (verdict: Assessment["verdict"]): readonly Candidate[] =>
    able.filter(({ target, assessment }) => assessment.verdict === verdict && !avoid?.has(target));
  return { candidates, able, accepting: choosable("accepts"), diverting: choosable("diverts"), horizonMs };
}

function candidateOf({ target, driveMs }: Reached, circumstances: Circumstances, incident: Incident): Candidate {
  const { hospitals, status, policy } = circumstances;
  const arrivalMs = incident.atMs + driveMs;
  const assessment = assess(circumstances, incident, target, arrivalMs);
  const { feed } = assessment;
  const handoverMinutes = feed?.handoverMinutes ?? hospitals.hospitals[target]!.handoverMinutes;
  const handoverMs = Math.round((handoverMinutes ?? 0) * MS_PER_MINUTE);
  const driveOnly = policy.rankBy === "drive" || incident.acuity === "extremis";
  return {
    target,
    driveMs,
    handoverMs,
    handover: driveOnly ? "not-counted" : handoverMinutes === undefined ? "unknown" : "known",
    rankMs: driveOnly ? driveMs : driveMs + handoverMs,
    observedMs: Math.max(
      ...status.restrictionsAt(target).map(({ observedAt }) => observedAt.epochMs),
      feed?.unknown === false ? feed.heardMs! : Number.NEGATIVE_INFINITY,
    ),
    assessment,
  };
}

const concerns = ({ assessment }: Candidate): number => assessment.restrictions.length + assessment.notices.length;

/**
 * Rank time, then fewer restrictions, then the fresher status, then the shorter distance, then id: the directory is
 * ordered by id. An ED of which nothing was ever reported has the least fresh status.
 */
function rankOrder(eds: EdsByDrive): (a: Candidate, b: Candidate) => number {
  return (a, b) =>
    a.rankMs - b.rankMs ||
    concerns(a) - concerns(b) ||
    Number(b.observedMs > a.observedMs) - Number(a.observedMs > b.observedMs) ||
    eds.centimetres(a.target) - eds.centimetres(b.target) ||
    a.target - b.target;
}

/** Which ED is recommended, and whose divert named it. */
export interface Choice {
  readonly destination: Candidate | undefined;
  readonly namedBy?: Candidate;
}

/**
 * Goes down the ranking: the first ED that accepts is the destination. One that diverts or refuses and names a receiver
 * settles the matter too, if the receiver can be reached and itself accepts this patient; otherwise the name is ignored.
 * A receiver that diverts in turn does not accept, so chains are not followed and cycles cannot arise (a patient refused
 * by A, B and again A is a documented case: HSIB local investigation pilot 3). When none accepts, the best of those that
 * only ask for a divert is used anyway.
 */
export function choose(
  { able, accepting, diverting }: Ranking,
  { hospitals, policy }: Circumstances,
  { avoid }: Question,
): Choice {
  const named = policy.namedReceiver === "prefer" ? accepting : [];
  const receivers = new Map(named.map((candidate) => [candidate.target, candidate]));
  for (const candidate of able) {
    if (candidate.assessment.verdict === "accepts") {
      if (avoid?.has(candidate.target)) continue;
      return { destination: candidate };
    }
    for (const { divertTo } of candidate.assessment.restrictions) {
      const receiver = divertTo === undefined ? undefined : receivers.get(hospitals.indexOf(divertTo));
      if (receiver !== undefined) return { destination: receiver, namedBy: candidate };
    }
  }
  return { destination: diverting[0] };
}
