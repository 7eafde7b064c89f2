import { type EpochMs, MS_PER_MINUTE } from "../../core/instant";
import { type Interval, isDuring } from "../../core/interval";
import { type Shortfall, shortfalls, withinAges } from "../../hospitals/directory/availability";
import { EMERGENCY } from "../../hospitals/directory/capabilities";
import type { FeedState } from "../../hospitals/feeds/feed-health";
import {
  applicability,
  countedMs,
  feedOf,
  type Restriction,
  lifetimeOf as restrictionLifetime,
} from "../../hospitals/status/restriction";
import { FLAG_KEY, type Overrule } from "../../hospitals/status/status";
import type { Incident } from "../incidents/request";
import type { Circumstances } from "./circumstances";
import { type InboundLoad, isFull, loadAt, mayBeCapped } from "./inbound";
import { effectivePolicy, type Policy } from "./policy";

/**
 * Whether an ED can take this patient when the ambulance gets there.
 * - `accepts`: nothing stands against it, perhaps after a wait.
 * - `diverts`: able, and asks that such patients go elsewhere, or is at its cap of ambulances an hour.
 * - `doubtful`: only the age that was not given may stand against it.
 * - `refuses`: never go there. Without restrictions: the policy refuses EDs of which feeds do not know.
 * - `incapable`: does not offer what the patient needs, or not to that age, or is shut by then.
 */
export type Verdict = "accepts" | "diverts" | "doubtful" | "refuses" | "incapable";

/** What an ED is waited for on arrival: a door, or the end of a divert. */
export type WaitCause =
  | { readonly kind: "door"; readonly capability: string }
  | { readonly kind: "divert"; readonly restriction: Restriction };

export interface Assessment {
  readonly verdict: Verdict;
  /** Whether a divert that is honoured is in force at the arrival, or when the wait for the door ends. */
  readonly asksDivert: boolean;
  /** Present when as many ambulances are expected as the ED takes in an hour, or more. */
  readonly full?: InboundLoad;
  /** Whether being full is a reason to go elsewhere for this patient. */
  readonly isCapped: boolean;
  /** From arrival until it takes the patient; 0 when it does at once. */
  readonly waitMs: number;
  /** What ends last of all that is waited for; present with a wait. */
  readonly waitsFor?: WaitCause;
  /** The restrictions that gave the verdict, or that extremis or the policy overrides. */
  readonly restrictions: readonly Restriction[];
  /** Of those in force that ask it to be spared, or refuse: the ones that name a receiver, by key. */
  readonly naming: readonly Restriction[];
  /** Refusals in force and about this patient, also where what is missing gave the verdict. */
  readonly refusals: readonly Restriction[];
  /** In force and about this patient, changing nothing: that is all they ask, or a person overrules the feed that asks. */
  readonly notices: readonly Restriction[];
  /** Of the notices those that would ask for something, did another not lift them. */
  readonly lifted: readonly Restriction[];
  /** Present when a person's word holds against that of feeds when the ambulance arrives. */
  readonly overrule?: Overrule;
  /** Would stand against it now, and will have ended when the ambulance arrives. */
  readonly endsBeforeArrival: readonly Restriction[];
  /** Were reported without an end and are taken as ended by the policy's default. */
  readonly lapsed: readonly Restriction[];
  /** Refusals and diverts about this patient that begin after the arrival, and when. */
  readonly begins: readonly { readonly restriction: Restriction; readonly fromMs: EpochMs }[];
  /** What the patient would lack there, in the way of meeting the needs that lacks least. */
  readonly missing: readonly Shortfall[];
  /** Needs of the patient of which it is not recorded whether the ED offers them: it is used for them, with a warning. */
  readonly unrecorded: readonly string[];
  /** What was not given and decided: with another age, or acuity, the ED would be judged otherwise. */
  readonly assumed: { readonly age: boolean; readonly acuity: boolean };
  /** What feeds know of the ED at the moment of the question; absent without feeds. */
  readonly feed?: FeedState;
}

/** A patient whose age is not known is taken to be this old. */
export const ADULT_AGE = 18;

/** But so old who needs `paediatric`, whatever else will do: years for a child, within the ages of any children's ED. */
export const CHILD_AGE = 8;

const PAEDIATRIC = "paediatric";

/** The age a patient is judged by. */
export const ageOf = ({ age, ways }: Incident): number =>
  age ?? (ways.every((way) => way.has(PAEDIATRIC)) ? CHILD_AGE : ADULT_AGE);

const RANK: Record<Verdict, number> = { accepts: 0, diverts: 0, doubtful: 1, refuses: 2, incapable: 3 };

/**
 * Judges one ED, by number, for one patient at the predicted arrival. Pure: the same arguments give the same answer.
 *
 * Needs that can be met in several ways are judged way by way and the best verdict holds; then the way with the fewest
 * needs of which nothing is recorded, then one that accepts, then the shorter wait.
 *
 * **What is left out strands nobody.** A patient whose age is not given is an adult, or a child if `paediatric` is needed.
 * An ED whose age limits alone stand against that is doubtful; a refusal that names ages, or acuities that were not
 * given, counts as a divert.
 *
 * **In extremis** the nearest ED whose door is open and that does not refuse accepts, whatever it asks or lacks:
 * `restrictions` and `missing` then say what was overridden.
 */
export function assess(
  circumstances: Circumstances,
  incident: Incident,
  target: number,
  arrivalMs: EpochMs,
): Assessment {
  const { hospitals, policy, feeds, inbound, atMs } = circumstances;
  const hospital = hospitals.hospitals[target]!;
  const patient: PatientAt = {
    circumstances,
    incident,
    target,
    arrivalMs,
    policy: effectivePolicy(policy, incident.acuity),
    feed: feeds?.stateOf(target, atMs),
    load: inbound === undefined ? undefined : loadAt(inbound, policy, hospital, arrivalMs),
  };
  let best: Assessment | undefined;
  for (const way of incident.ways) {
    const assessment = assessWay(patient, way);
    if (best === undefined || comparePlainly(assessment, best) < 0) best = assessment;
  }
  return best!;
}

const comparePlainly = (a: Assessment, b: Assessment): number =>
  RANK[a.verdict] - RANK[b.verdict] ||
  a.unrecorded.length - b.unrecorded.length ||
  Number(a.asksDivert || a.isCapped) - Number(b.asksDivert || b.isCapped) ||
  a.waitMs - b.waitMs ||
  a.missing.length - b.missing.length;

interface PatientAt {
  readonly circumstances: Circumstances;
  readonly incident: Incident;
  readonly target: number;
  readonly arrivalMs: EpochMs;
  readonly policy: Policy;
  readonly feed: FeedState | undefined;
  readonly load: InboundLoad | undefined;
}

/** A restriction about the patient, what it comes to, and when it holds. */
interface Bearing extends Interval {
  readonly restriction: Restriction;
  readonly effect: Restriction["effect"];
  readonly assumes: "age" | "acuity" | undefined;
}

const NONE: readonly never[] = [];

function assessWay(patient: PatientAt, way: ReadonlySet<string>): Assessment {
  const { circumstances, incident, target, arrivalMs, policy, feed, load } = patient;
  const hospital = circumstances.hospitals.hospitals[target]!;
  const age = ageOf(incident);
  const inExtremis = incident.acuity === "extremis";
  const held = circumstances.status.restrictionsAt(target);
  const bearings = held.length === 0 ? NONE : bearingsOn(held, way, incident, age, policy, feed);
  const heldOverrule = circumstances.status.overruleAt(target);
  const holdsAt = (ms: EpochMs): readonly Bearing[] => inForceAt(bearings, ms, heldOverrule);
  const overrule = overrules(heldOverrule, arrivalMs) ? heldOverrule : undefined;
  const now = holdsAt(arrivalMs);
  const restrictionsOf = (of: readonly Bearing[], effect: Restriction["effect"]): readonly Restriction[] =>
    of.length === 0 ? NONE : of.filter((one) => one.effect === effect).map(({ restriction }) => restriction);
  const refusals = restrictionsOf(now, "refuse");

  const isUnrecorded = (word: string): boolean =>
    word !== EMERGENCY && !hospital.capabilities.includes(word) && !circumstances.hospitals.isRecorded(target, word);
  const unrecorded = [...way].filter(isUnrecorded);
  const toleratesUnrecorded = unrecorded.length > 0 && (policy.unrecorded === "use-with-warning" || inExtremis);
  const lackingAt = (ms: EpochMs, ofAge: number | undefined): readonly Shortfall[] => {
    const lacking = shortfalls(hospital, way, ofAge, ms);
    return toleratesUnrecorded && lacking.length > 0
      ? lacking.filter(({ capability }) => !unrecorded.includes(capability))
      : lacking;
  };

  const full = load !== undefined && isFull(load) ? load : undefined;
  const isCapped = full !== undefined && policy.inbound?.effect === "divert" && mayBeCapped(incident);
  const ended =
    bearings.length === 0
      ? NONE
      : bearings.filter(({ restriction, untilMs }) => restriction.effect !== "inform" && untilMs <= arrivalMs);
  const common = {
    refusals,
    notices: restrictionsOf(now, "inform"),
    lifted: now
      .filter(
        ({ restriction, effect }) =>
          effect === "inform" && restriction.effect !== "inform" && !isOverruled(restriction, overrule),
      )
      .map(only),
    endsBeforeArrival: ended
      .filter(({ fromMs, untilMs }) => fromMs <= incident.atMs && incident.atMs < untilMs)
      .map(only),
    lapsed: ended
      .filter(({ restriction, untilMs }) => restriction.until === undefined && untilMs <= incident.atMs)
      .map(only),
    begins: bearings
      .filter(({ effect, fromMs }) => effect !== "inform" && fromMs > arrivalMs)
      .map(({ restriction, fromMs }) => ({ restriction, fromMs })),
    unrecorded: toleratesUnrecorded ? unrecorded : NONE,
    ...(feed === undefined || (overrule !== undefined && feed.unknown) ? {} : { feed }),
    ...(overrule === undefined ? {} : { overrule }),
    ...(full === undefined ? {} : { full }),
  };
  const missing = lackingAt(arrivalMs, age);
  const diverts = restrictionsOf(now, "divert");
  const agesMatter = incident.age === undefined && !inExtremis && wouldAgesMatter(patient, way, held);
  const plain = {
    missing,
    asksDivert: false,
    isCapped: false,
    waitMs: 0,
    restrictions: NONE as readonly Restriction[],
    naming: NONE as readonly Restriction[],
    assumed: assumptionsIn(now, agesMatter),
    ...common,
  };

  if (inExtremis) {
    // The door alone counts: the ages it is open to are a warning.
    const door = shortfalls(hospital, new Set([EMERGENCY]), undefined, arrivalMs);
    if (!hospital.emergencyDepartment || door.length > 0) {
      const lacks: readonly Shortfall[] = hospital.emergencyDepartment
        ? door
        : [{ capability: EMERGENCY, why: "not-offered" }];
      return { ...plain, verdict: "incapable", missing: lacks };
    }
    if (refusals.length > 0) return { ...plain, verdict: "refuses", restrictions: refusals };
    return { ...plain, verdict: "accepts", restrictions: diverts };
  }

  const honours = policy.diverts === "honour";
  const namingAmong = (of: readonly Bearing[]): readonly Restriction[] =>
    of
      .filter(
        ({ restriction, effect }) =>
          restriction.divertTo !== undefined && (effect === "refuse" || (honours && effect === "divert")),
      )
      .map(only);
  const latestMs = Math.min(
    arrivalMs + policy.waitMinutes * MS_PER_MINUTE,
    firstRefusalMs(bearings, heldOverrule, arrivalMs, holdsAt) - 1,
  );
  const wait = waitAt(arrivalMs, latestMs, lackingAt, holdsAt, age, honours);
  const doubt = wait === undefined && incident.age === undefined;
  const anyAge = doubt ? waitAt(arrivalMs, latestMs, lackingAt, holdsAt, undefined, honours) : undefined;
  const found = wait ?? anyAge;
  if (found === undefined) return { ...plain, verdict: "incapable" };
  // A refusal is not waited for, so neither is a door behind it.
  if (refusals.length > 0 && lackingAt(arrivalMs, wait === undefined ? undefined : age).length > 0) {
    return { ...plain, verdict: "incapable" };
  }
  if (refusals.length > 0) return { ...plain, verdict: "refuses", restrictions: refusals, naming: namingAmong(now) };
  if (feed?.unknown && overrule === undefined && policy.unknown === "refuse") {
    return { ...plain, verdict: "refuses", naming: namingAmong(now) };
  }
  const { waitMs, asksDivert, waitsFor } = found;
  const then = waitMs === 0 ? now : holdsAt(arrivalMs + waitMs);
  const isAsking = asksDivert || isCapped;
  return {
    ...plain,
    verdict: wait === undefined ? "doubtful" : isAsking ? "diverts" : "accepts",
    // What it lacks for the age assumed is why it is doubtful; what a wait mends is missing no more.
    missing: wait === undefined ? missing : NONE,
    asksDivert,
    isCapped,
    waitMs,
    ...(waitsFor === undefined ? {} : { waitsFor }),
    restrictions: waitMs > 0 && !asksDivert ? NONE : restrictionsOf(then, "divert"),
    naming: asksDivert ? namingAmong(then) : NONE,
    assumed: assumptionsIn(then, agesMatter),
  };
}

const only = ({ restriction }: Bearing): Restriction => restriction;

function assumptionsIn(inForce: readonly Bearing[], agesMatter: boolean): Assessment["assumed"] {
  const decided = inForce.filter(({ effect, assumes }) => effect !== "inform" && assumes !== undefined);
  return {
    age: agesMatter || decided.some(({ assumes }) => assumes === "age"),
    acuity: decided.some(({ assumes }) => assumes === "acuity"),
  };
}

/** Whether a patient of another age than the one assumed would be judged otherwise. */
function wouldAgesMatter(
  { circumstances, incident, target, arrivalMs, policy, feed }: PatientAt,
  way: ReadonlySet<string>,
  held: readonly Restriction[],
): boolean {
  const { services } = circumstances.hospitals.hospitals[target]!;
  const isLimited = ({ minAge, maxAge }: { readonly minAge?: number; readonly maxAge?: number }): boolean =>
    minAge !== undefined || maxAge !== undefined;
  if (services.some((service) => isLimited(service) && way.has(service.capability))) return true;
  return held.some((restriction) => {
    if (restriction.effect === "inform" || !isLimited(restriction.scope)) return false;
    if (!isDuring(lifetimeOf(restriction, policy, feed), arrivalMs)) return false;
    const { alsoNeeds, acuity } = incident;
    return applicability(restriction.scope, { needs: way, alsoNeeds, acuity }) !== "no";
  });
}

interface Wait {
  readonly waitMs: number;
  readonly asksDivert: boolean;
  readonly waitsFor?: WaitCause;
}

/** The first moment after the arrival at which the ED refuses the patient: nobody is left standing there till then. */
function firstRefusalMs(
  bearings: readonly Bearing[],
  overrule: Overrule | undefined,
  arrivalMs: EpochMs,
  holdsAt: (ms: EpochMs) => readonly Bearing[],
): EpochMs {
  const begins = bearings.filter(({ effect }) => effect === "refuse").map(({ fromMs }) => fromMs);
  if (overrule !== undefined) begins.push(overrule.until.epochMs);
  const refusing = begins.filter((ms) => ms > arrivalMs && holdsAt(ms).some(({ effect }) => effect === "refuse"));
  return Math.min(...refusing);
}

/**
 * The least wait after arrival, up to the latest moment that may be waited for, until every need is offered and no divert is in force; where
 * a divert outlasts that, until every need is offered. Undefined when a need is not met in that time. What stands in the
 * way at a moment stands there until it ends, so the latest end is the next moment to look at.
 */
function waitAt(
  arrivalMs: EpochMs,
  latestMs: EpochMs,
  lackingAt: (ms: EpochMs, age: number | undefined) => readonly Shortfall[],
  holdsAt: (ms: EpochMs) => readonly Bearing[],
  age: number | undefined,
  honours: boolean,
): Wait | undefined {
  let door: Wait | undefined;
  let waitsFor: WaitCause | undefined;
  for (let ms = arrivalMs; ms === arrivalMs || ms <= latestMs; ) {
    const inForce = holdsAt(ms);
    // Nobody is told to wait at the door of an ED that refuses all the while.
    if (ms > arrivalMs && inForce.some(({ effect }) => effect === "refuse")) break;
    const lacking = lackingAt(ms, age);
    const asking = honours ? inForce.filter(({ effect }) => effect === "divert") : NONE;
    const waitMs = ms - arrivalMs;
    const cause = waitsFor === undefined ? {} : { waitsFor };
    if (lacking.length === 0) {
      if (asking.length === 0) return { waitMs, asksDivert: false, ...cause };
      door ??= { waitMs, asksDivert: true, ...cause };
    }
    let next = Number.NEGATIVE_INFINITY;
    for (const { why, opensAtMs = Number.POSITIVE_INFINITY, capability } of lacking) {
      const opens = why === "closed" ? opensAtMs : Number.POSITIVE_INFINITY;
      if (opens > next) [next, waitsFor] = [opens, { kind: "door", capability }];
    }
    for (const { restriction, untilMs } of asking) {
      // A door must be found open first, else what ends before it opens would hide the moment it does.
      if (untilMs > next && lacking.length === 0) [next, waitsFor] = [untilMs, { kind: "divert", restriction }];
    }
    if (!(next > ms)) break;
    ms = next;
  }
  return door;
}

/** The restrictions about a patient, by what was not given counted as the least that strands nobody. */
function bearingsOn(
  held: readonly Restriction[],
  needs: ReadonlySet<string>,
  incident: Incident,
  assumedAge: number,
  policy: Policy,
  feed: FeedState | undefined,
): readonly Bearing[] {
  const { alsoNeeds, age, acuity } = incident;
  const bearings: Bearing[] = [];
  for (const restriction of held) {
    const { scope, effect } = restriction;
    const applies = applicability(scope, { needs, alsoNeeds, age, acuity });
    if (applies === "no") continue;
    const namesAges = scope.minAge !== undefined || scope.maxAge !== undefined;
    const assumesAge = applies === "unknown" && namesAges && age === undefined;
    if (assumesAge && !withinAges(assumedAge, scope.minAge, scope.maxAge)) continue;
    const assumes = applies !== "unknown" ? undefined : assumesAge ? "age" : "acuity";
    bearings.push({
      restriction,
      effect: effect === "refuse" && assumes !== undefined ? "divert" : effect,
      assumes,
      ...lifetimeOf(restriction, policy, feed),
    });
  }
  return bearings;
}

/**
 * Those in force at a moment; what another of them lifts, or a person overrules, is a notice. A refusal is never lifted, for
 * it is absolute, nor is what lifts another.
 */
function inForceAt(bearings: readonly Bearing[], ms: EpochMs, overrule: Overrule | undefined): readonly Bearing[] {
  if (bearings.length === 0) return NONE;
  const counted = overrules(overrule, ms) ? overrule : undefined;
  const inForce = bearings.filter((one) => isDuring(one, ms));
  const lifted = new Set(inForce.flatMap(({ restriction }) => restriction.lifts ?? NONE));
  if (lifted.size === 0 && counted === undefined) return inForce;
  return inForce.map((one) =>
    isLifted(one.restriction, lifted) || isOverruled(one.restriction, counted)
      ? { ...one, effect: "inform" as const }
      : one,
  );
}

const isLifted = ({ key, effect, lifts }: Restriction, lifted: ReadonlySet<string>): boolean =>
  lifted.has(key) && effect !== "refuse" && lifts === undefined;

const isOverruled = (restriction: Restriction, overrule: Overrule | undefined): boolean =>
  overrule !== undefined && feedOf(restriction) !== undefined;

/**
 * When a restriction is in force, the policy's default standing in for an end that was not given.
 *
 * @param feed what feeds know of the ED at the moment of the question: one that is fresh renews what it last said.
 */
export function lifetimeOf(restriction: Restriction, policy: Policy, feed?: Pick<FeedState, "words">): Interval {
  const defaultMinutes = restriction.key === FLAG_KEY ? null : policy.defaultExpiryMinutes[restriction.effect];
  return restrictionLifetime(restriction, { defaultMinutes, words: feed?.words ?? [] });
}

/** Whether a person's word holds against that of feeds at a moment. */
export function overrules(overrule: Overrule | undefined, epochMs: number): overrule is Overrule {
  return overrule !== undefined && countedMs(overrule) <= epochMs && epochMs < overrule.until.epochMs;
}
