import type { Question } from "./circumstances";
import { type Candidate, type JudgedEds, limitOf } from "./judged-eds";

/** Which ED is recommended, and why it and no other. */
export interface Choice {
  readonly destination: Candidate | undefined;
  /** Whose divert, or refusal, named it. */
  readonly namedBy?: Candidate;
  /**
   * Why it is used although it diverts or is full, or `doubtful`: the age not given may stand against it.
   * - `all-on-divert`: no ED accepts.
   * - `nearest-diverting`: so many of the nearest divert that the nearest of them takes the patient.
   * - `beyond-limit`: {@link nearestAccepting} is farther than the policy's limits let a divert or a cap lead.
   */
  readonly although?: "all-on-divert" | "nearest-diverting" | "beyond-limit";
  /** The nearest that accepts; present with `nearest-diverting` and `beyond-limit`. */
  readonly nearestAccepting?: Candidate;
  /** Whether the pool was of those that only an age not given may stand against. */
  readonly isDoubtful?: true;
}

/** Who may be chosen of all that are looked at. */
export interface Pool {
  readonly has: (candidate: Candidate) => boolean;
  readonly accepts: (candidate: Candidate) => boolean;
}

const isFree = ({ assessment }: Candidate): boolean => !assessment.asksDivert && !assessment.isCapped;

/** Those that are able, but for some to avoid; or, where none is, those that are doubtful. */
export function poolOf(
  eds: JudgedEds,
  { avoid }: Question,
  isIn: (candidate: Candidate) => boolean = () => true,
): Pool {
  const pool = (verdicts: readonly string[]): Pool => {
    const has = (one: Candidate): boolean =>
      verdicts.includes(one.assessment.verdict) && !avoid?.has(one.target) && isIn(one);
    return { has, accepts: (one) => has(one) && isFree(one) };
  };
  const able = pool(["accepts", "diverts"]);
  return eds.first(able.has) === undefined && eds.incident.age === undefined ? pool(["doubtful"]) : able;
}

/**
 * Chooses. A divert, a cap, a name and a queue are reasons to drive farther, each only up to the policy's limit against the
 * ED that would be used without that reason; beyond it the ED is used although it asks for a divert or is full.
 *
 * An ED that refuses or asks for a divert, ranks before the choice and names a receiver settles the matter, if the receiver
 * accepts this patient within the limit. A receiver that diverts in turn does not accept, so chains are not followed and
 * cycles cannot arise (a patient refused by A, B and again A is a documented case: HSIB local investigation pilot 3).
 */
export function choose(eds: JudgedEds, question: Question, pool = poolOf(eds, question)): Choice {
  if (eds.incident.acuity === "extremis") return { destination: eds.best((one) => isOpenDoor(one, question)) };
  const anyone = eds.best(pool.has);
  if (anyone === undefined) return { destination: undefined };
  const doubt = anyone.assessment.verdict === "doubtful" ? { isDoubtful: true as const } : {};
  const { limits, namedReceiver } = eds.policy;
  const nearest = nearestWhenDiverting(eds, pool, limits.nearestWhenDiverting);
  if (nearest !== undefined) return { destination: nearest, ...doubt, ...used(eds, pool, "nearest-diverting") };
  let chosen = anyone;
  let although: ReturnType<typeof used> | undefined;
  if (!pool.accepts(anyone)) {
    const { asksDivert, isCapped } = anyone.assessment;
    const extraMs = Math.max(
      asksDivert ? limitOf(limits.divertExtraMinutes) : 0,
      isCapped ? limitOf(limits.capExtraMinutes) : 0,
    );
    const withinMs = asksDivert ? limitOf(limits.divertWithinMinutes) : Number.POSITIVE_INFINITY;
    const other = eds.best(pool.accepts, Math.min(anyone.driveMs + extraMs, withinMs));
    if (other === undefined) although = used(eds, pool, "beyond-limit");
    else chosen = other;
  }
  const named = namedReceiver === "prefer" ? namedInstead(eds, pool, chosen) : undefined;
  return named === undefined ? { destination: chosen, ...doubt, ...although } : { ...named, ...doubt };
}

const isOpenDoor = ({ target, assessment }: Candidate, { avoid }: Question): boolean =>
  assessment.verdict === "accepts" && !avoid?.has(target);

function used(
  eds: JudgedEds,
  { accepts }: Pool,
  why: "nearest-diverting" | "beyond-limit",
): Pick<Choice, "although" | "nearestAccepting"> {
  const nearestAccepting = eds.first(accepts);
  return nearestAccepting === undefined ? { although: "all-on-divert" } : { although: why, nearestAccepting };
}

/** The nearest of the pool, when the so many nearest by drive all ask for a divert. */
function nearestWhenDiverting(eds: JudgedEds, { has }: Pool, count: number | null): Candidate | undefined {
  if (count === null) return undefined;
  const nearest: Candidate[] = [];
  let lastMs = Number.POSITIVE_INFINITY;
  for (const candidate of eds.within()) {
    if (candidate.driveMs > lastMs) break;
    if (!has(candidate)) continue;
    nearest.push(candidate);
    // One that accepts, and is nearer than as many as count, settles it; equal drives are looked at to the last.
    if (nearest.length === count) lastMs = candidate.driveMs;
  }
  if (nearest.length < count) return undefined;
  nearest.sort((a, b) => a.driveMs - b.driveMs || eds.order(a, b));
  return nearest.slice(0, count).every(({ assessment }) => assessment.asksDivert) ? nearest[0] : undefined;
}

/** The receiver that an ED ranked before the choice names, or the choice itself, if it diverts. */
function namedInstead(
  eds: JudgedEds,
  { has, accepts }: Pool,
  chosen: Candidate,
): Pick<Choice, "destination" | "namedBy"> | undefined {
  const { hospitals, status } = eds.circumstances;
  // Who holds nothing names nobody; who is doubtful counts, and names, only where nobody is able.
  const namers = eds
    .among(chosen.rankMs, (target) => status.restrictionsAt(target).length > 0)
    .filter((one) => eds.order(one, chosen) <= 0 && (one.assessment.verdict !== "doubtful" || has(one)))
    .sort(eds.order);
  const limitMs = chosen.driveMs + limitOf(eds.policy.limits.receiverExtraMinutes);
  for (const namer of namers) {
    for (const { divertTo } of namer.assessment.naming) {
      const number = hospitals.indexOf(divertTo!);
      if (number < 0) continue;
      const receiver = eds.find(number, limitMs);
      // Who names anybody does not accept, so that nobody is told to go where he is by its own word.
      if (receiver !== undefined && accepts(receiver)) return { destination: receiver, namedBy: namer };
    }
  }
  return undefined;
}
