import { MS_PER_MINUTE } from "../../core/instant";
import type { Hospital } from "../../hospitals/directory/hospital";
import type { FeedState } from "../../hospitals/feeds/feed-health";
import { countedMs, feedOf } from "../../hospitals/status/restriction";
import type { Incident } from "../incidents/request";
import type { Circumstances, EdsByDrive, Reached } from "./circumstances";
import { type Assessment, assess } from "./eligibility";
import { effectivePolicy, type Policy } from "./policy";

/** An ED that can be reached, judged for one patient. */
export interface Candidate {
  /** Its number in the directory and among the engine's targets. */
  readonly target: number;
  readonly driveMs: number;
  /** The handover that is counted: no more than the policy's cap. */
  readonly handoverMs: number;
  /** Whether that time is known; `assumed`: the policy's default stands for it. */
  readonly handover: "known" | "assumed";
  /** What ranks it: drive and wait, and the handover where the policy counts it. */
  readonly rankMs: number;
  /** When anything about its status was last observed, or its feed heard; -Infinity when nothing ever was. */
  readonly observedMs: number;
  readonly assessment: Assessment;
}

/** In extremis the drive alone counts, whatever the policy. */
export const ranksByDrive = (policy: Policy, { acuity }: Pick<Incident, "acuity">): boolean =>
  acuity === "extremis" || effectivePolicy(policy, acuity).rankBy === "drive";

/** How far a choice may look: `driveMs` bounds the drive, `rankMs` what the drive is a part of. */
interface Bounds {
  driveMs: number;
  rankMs: number;
}

/**
 * The EDs as one patient finds them, by drive: each judged once, when it is first asked for, and only if it may matter. All
 * choices for the patient read the same list, and {@link horizonMs} tells how far they looked.
 *
 * A handover only ever adds to the drive, and how much it adds at least is known beforehand: an ED that would rank behind
 * by its drive and that alone is not judged, and where every other would, the search ends.
 */
export class JudgedEds {
  readonly circumstances: Circumstances;
  readonly incident: Incident;
  /** As it is for this patient's acuity. */
  readonly policy: Policy;
  readonly #eds: EdsByDrive;
  /** Undefined where the drive alone ranks. */
  readonly #handovers: LeastHandovers | undefined;
  /** By place; with holes where an ED could not matter. */
  readonly #candidates: (Candidate | undefined)[] = [];
  readonly #like: JudgedEds | undefined;
  #horizonMs = Number.NEGATIVE_INFINITY;

  /**
   * @param like the same patient's EDs, from the same place, in circumstances that differ in nothing but restrictions:
   * where neither has any, what was found there holds here.
   */
  constructor(eds: EdsByDrive, circumstances: Circumstances, incident: Incident, like?: JudgedEds) {
    this.circumstances = circumstances;
    this.incident = incident;
    this.policy = effectivePolicy(circumstances.policy, incident.acuity);
    this.#eds = eds;
    this.#handovers = ranksByDrive(circumstances.policy, incident)
      ? undefined
      : leastHandovers(this.policy, circumstances);
    this.#like = like;
  }

  /** Every ED that was judged, in order of drive time: all that could matter. */
  get looked(): readonly Candidate[] {
    return this.#candidates.filter((candidate) => candidate !== undefined);
  }

  /**
   * No ED with a longer drive could have had a part in any choice, whatever its handover; Infinity when all that can be
   * reached might have.
   */
  get horizonMs(): number {
    return this.#horizonMs;
  }

  /** The EDs up to {@link horizonMs}, by number. */
  *withinHorizon(): Generator<number> {
    for (let place = 0; ; place++) {
      const reached = this.#eds.at(place);
      if (reached === undefined || reached.driveMs > this.#horizonMs) return;
      yield reached.target;
    }
  }

  /** How many EDs can be reached, if fewer than `most`; else that. */
  countReached(most: number): number {
    for (let place = 0; place < most; place++) if (this.#eds.at(place) === undefined) return place;
    return most;
  }

  /** Those whose drive is no longer than so much, in order of drive. */
  *within(ceilingMs = Number.POSITIVE_INFINITY): Generator<Candidate> {
    for (let place = 0; ; place++) {
      const reached = this.#reachedBy(place, { driveMs: ceilingMs, rankMs: Number.POSITIVE_INFINITY });
      if (reached === undefined) return;
      yield this.#judged(place, reached);
    }
  }

  /** The first by drive that is meant. */
  first(isMeant: (candidate: Candidate) => boolean): Candidate | undefined {
    for (const candidate of this.within()) if (isMeant(candidate)) return candidate;
    return undefined;
  }

  /** An ED by its number, if its drive is no longer than so much. */
  find(target: number, ceilingMs = Number.POSITIVE_INFINITY): Candidate | undefined {
    const bounds = { driveMs: ceilingMs, rankMs: Number.POSITIVE_INFINITY };
    for (let place = 0; ; place++) {
      const reached = this.#reachedBy(place, bounds);
      if (reached === undefined) return undefined;
      if (reached.target === target) return this.#judged(place, reached);
    }
  }

  /** Those that may rank no later than so much and are meant by their number, in order of drive. */
  among(rankMs: number, isMeant: (target: number) => boolean): Candidate[] {
    const bounds: Bounds = { driveMs: Number.POSITIVE_INFINITY, rankMs };
    const found: Candidate[] = [];
    for (let place = 0; ; place++) {
      const reached = this.#reachedBy(place, bounds);
      if (reached === undefined) return found;
      if (isMeant(reached.target) && !this.#ranksBehind(reached, bounds)) found.push(this.#judged(place, reached));
    }
  }

  /**
   * Rank time, then fewer restrictions, then the fresher status, then the shorter distance, then id: the directory is
   * ordered by id. An ED of which nothing was ever reported has the least fresh status.
   */
  readonly order = (a: Candidate, b: Candidate): number =>
    a.rankMs - b.rankMs ||
    a.assessment.inForceCount - b.assessment.inForceCount ||
    Number(b.observedMs > a.observedMs) - Number(a.observedMs > b.observedMs) ||
    (a.target === b.target ? 0 : this.#eds.centimetres(a.target) - this.#eds.centimetres(b.target)) ||
    a.target - b.target;

  /**
   * The first by {@link order} of a pool: of those whose drive is no longer than that of the pool's nearest by more than the
   * limit to detours for a shorter handover.
   */
  best(isMeant: (candidate: Candidate) => boolean, ceilingMs = Number.POSITIVE_INFINITY): Candidate | undefined {
    const limitMs =
      this.#handovers === undefined ? Number.POSITIVE_INFINITY : limitOf(this.policy.limits.handoverExtraMinutes);
    return this.#leader(isMeant, { driveMs: ceilingMs, rankMs: Number.POSITIVE_INFINITY }, limitMs);
  }

  /** The first by {@link order} that is meant, of those that rank no later than so much. */
  leader(isMeant: (candidate: Candidate) => boolean, rankMs: number): Candidate | undefined {
    return this.#leader(isMeant, { driveMs: Number.POSITIVE_INFINITY, rankMs }, Number.POSITIVE_INFINITY);
  }

  /** The first so many of a pool, in order. */
  bestOf(isMeant: (candidate: Candidate) => boolean, count: number): readonly Candidate[] {
    if (count === 0) return [];
    const bounds: Bounds = { driveMs: Number.POSITIVE_INFINITY, rankMs: Number.POSITIVE_INFINITY };
    const found: Candidate[] = [];
    for (let place = 0; ; place++) {
      const reached = this.#reachedBy(place, bounds);
      if (reached === undefined) return found.sort(this.order).slice(0, count);
      if (this.#ranksBehind(reached, bounds)) continue;
      const candidate = this.#judged(place, reached);
      if (!isMeant(candidate) || candidate.rankMs > bounds.rankMs) continue;
      found.push(candidate);
      if (found.length < count) continue;
      // Those behind the last that counts are gone for good, but for its equals.
      found.sort((a, b) => a.rankMs - b.rankMs);
      bounds.rankMs = found[count - 1]!.rankMs;
      while (found.at(-1)!.rankMs > bounds.rankMs) found.pop();
    }
  }

  #leader(isMeant: (candidate: Candidate) => boolean, bounds: Bounds, limitMs: number): Candidate | undefined {
    let chosen: Candidate | undefined;
    for (let place = 0; ; place++) {
      const reached = this.#reachedBy(place, bounds);
      if (reached === undefined) return chosen;
      if (this.#ranksBehind(reached, bounds)) continue;
      const candidate = this.#judged(place, reached);
      if (!isMeant(candidate) || candidate.rankMs > bounds.rankMs) continue;
      if (chosen === undefined) bounds.driveMs = Math.min(bounds.driveMs, candidate.driveMs + limitMs);
      if (chosen === undefined || this.order(candidate, chosen) < 0) chosen = candidate;
      bounds.rankMs = chosen.rankMs;
    }
  }

  /** The ED in a place by drive, from 0, if it may be within bounds, as may any behind it only then; undefined also behind the last. */
  #reachedBy(place: number, { driveMs, rankMs }: Bounds): Reached | undefined {
    const reached = this.#eds.at(place);
    if (reached === undefined) {
      this.#horizonMs = Number.POSITIVE_INFINITY;
      return undefined;
    }
    if (reached.driveMs <= Math.min(driveMs, rankMs - (this.#handovers?.leastMs ?? 0))) {
      if (reached.driveMs > this.#horizonMs) this.#horizonMs = reached.driveMs;
      return reached;
    }
    this.#horizonMs = Math.max(this.#horizonMs, Math.min(driveMs, rankMs));
    return undefined;
  }

  #ranksBehind({ target, driveMs }: Reached, { rankMs }: Bounds): boolean {
    return this.#handovers !== undefined && driveMs + this.#handovers.ofTarget[target]! > rankMs;
  }

  #judged(place: number, { target, driveMs }: Reached): Candidate {
    const known = this.#candidates[place];
    if (known !== undefined) return known;
    const candidate =
      this.#unaffected(place, target) ?? candidateOf(target, driveMs, this.circumstances, this.incident);
    this.#candidates[place] = candidate;
    return candidate;
  }

  /** What was found where nothing but restrictions is other, if the ED has none there. */
  #unaffected(place: number, target: number): Candidate | undefined {
    const like = this.#like;
    if (like === undefined || like.circumstances.status.restrictionsAt(target).length > 0) return undefined;
    return like.#candidates[place];
  }
}

/** The handovers that count at each ED at the least, by number, whatever feeds are worth at the moment. */
interface LeastHandovers {
  readonly ofTarget: Float64Array;
  readonly leastMs: number;
}

const knownHandovers = new WeakMap<object, WeakMap<Policy, LeastHandovers>>();

function leastHandovers(policy: Policy, { hospitals, feeds }: Circumstances): LeastHandovers {
  // What feeds know is by the numbers of one list of hospitals.
  const of = feeds ?? hospitals;
  let byPolicy = knownHandovers.get(of);
  if (byPolicy === undefined) {
    byPolicy = new WeakMap();
    knownHandovers.set(of, byPolicy);
  }
  let known = byPolicy.get(policy);
  if (known === undefined) {
    const ofTarget = Float64Array.from(hospitals.hospitals, (hospital, target) =>
      Math.min(
        handoverOf(policy, hospital).handoverMs,
        ...(feeds?.handoversOf(target) ?? []).map(
          (minutes) => handoverOf(policy, { handoverMinutes: minutes }).handoverMs,
        ),
      ),
    );
    known = { ofTarget, leastMs: ofTarget.reduce((least, ms) => Math.min(least, ms), Number.POSITIVE_INFINITY) };
    byPolicy.set(policy, known);
  }
  return known;
}

/** Minutes of a limit as milliseconds; no limit is Infinity. */
export const limitOf = (minutes: number | null): number =>
  minutes === null ? Number.POSITIVE_INFINITY : minutes * MS_PER_MINUTE;

/** The handover that counts at an ED under a policy, as it is for the patient's acuity. */
export function handoverOf(
  { handoverDefaultMinutes, handoverCapMinutes }: Policy,
  { handoverMinutes }: Pick<Hospital, "handoverMinutes">,
  feed?: FeedState,
): Pick<Candidate, "handover" | "handoverMs"> {
  const known = feed?.handoverMinutes ?? handoverMinutes;
  const minutes = Math.min(known ?? handoverDefaultMinutes, handoverCapMinutes ?? Number.POSITIVE_INFINITY);
  return { handover: known === undefined ? "assumed" : "known", handoverMs: Math.round(minutes * MS_PER_MINUTE) };
}

function candidateOf(target: number, driveMs: number, circumstances: Circumstances, incident: Incident): Candidate {
  const { hospitals, status } = circumstances;
  const policy = effectivePolicy(circumstances.policy, incident.acuity);
  const assessment = assess(circumstances, incident, target, incident.atMs + driveMs);
  const { feed } = assessment;
  const { handover, handoverMs } = handoverOf(policy, hospitals.hospitals[target]!, feed);
  const readyMs = driveMs + assessment.waitMs;
  let observedMs = feed?.unknown === false ? feed.heardMs! : Number.NEGATIVE_INFINITY;
  for (const restriction of status.restrictionsAt(target)) {
    // A feed says it again each time it speaks of the ED, also when it has fallen silent since.
    const word = feed?.words.find(({ feed: id }) => id === feedOf(restriction));
    observedMs = Math.max(observedMs, countedMs(restriction), word?.heardMs ?? Number.NEGATIVE_INFINITY);
  }
  return {
    target,
    driveMs,
    handoverMs,
    handover,
    rankMs: ranksByDrive(policy, incident) ? readyMs : readyMs + handoverMs,
    observedMs,
    assessment,
  };
}
