import { type EpochMs, MS_PER_MINUTE } from "../../core/instant";
import { isDuring } from "../../core/interval";
import { type Shortfall, shortfalls } from "../../hospitals/directory/availability";
import { EMERGENCY } from "../../hospitals/directory/capabilities";
import type { FeedState } from "../../hospitals/feeds/feed-health";
import { applicability, type Restriction } from "../../hospitals/status/restriction";
import type { Overrule } from "../../hospitals/status/status";
import type { Incident } from "../incidents/request";
import { type Bearing, bearingsOn, inForceAt, isOverruled, lifetimeOf, only, overrules } from "./bearings";
import type { Circumstances } from "./circumstances";
import { type InboundLoad, isFull, loadAt, mayBeCapped } from "./inbound";
import { effectivePolicy, type Policy } from "./policy";
import { type EdForWay, firstRefusalMs, lackingAt, type WaitCause, waitAt } from "./waits";

/**
 * Whether an ED can take this patient when the ambulance gets there.
 * - `accepts`: nothing stands against it, perhaps after a wait.
 * - `diverts`: able, and asks that such patients go elsewhere, or is at its cap of ambulances an hour.
 * - `doubtful`: only the age that was not given may stand against it.
 * - `refuses`: never go there. Without restrictions: the policy refuses EDs of which feeds do not know.
 * - `incapable`: does not offer what the patient needs, or not to that age, or is shut by then.
 */
export type Verdict = "accepts" | "diverts" | "doubtful" | "refuses" | "incapable";

export interface Assessment {
  readonly verdict: Verdict;
  /** Whether a divert that is honoured is in force at the arrival, or when the wait for the door ends. */
  readonly asksDivert: boolean;
  /** Present when as many ambulances are expected as the ED takes in an hour, or more. */
  readonly full?: InboundLoad | undefined;
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
  /** How many restrictions about this patient are in force when it takes them, notices and what is lifted included. */
  readonly inForceCount: number;
  /** Refusals and diverts about this patient that begin after the arrival, and when. */
  readonly begins: readonly { readonly restriction: Restriction; readonly fromMs: EpochMs }[];
  /** What the patient would lack there, in the way of meeting the needs that lacks least. */
  readonly missing: readonly Shortfall[];
  /** Needs of the patient of which it is not recorded whether the ED offers them: it is used for them, with a warning. */
  readonly unrecorded: readonly string[];
  /** What was not given and decided: with another age, or acuity, the ED would be judged otherwise. */
  readonly assumed: { readonly age: boolean; readonly acuity: boolean };
  /** What feeds know of the ED at the moment of the question; absent without feeds. */
  readonly feed?: FeedState | undefined;
}

/** A patient whose age is not known is taken to be this old. */
export const ADULT_AGE = 18;

/** But so old who needs `paediatric`, whatever else will do: years for a child, within the ages of any children's ED. */
const CHILD_AGE = 8;

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

const NONE: readonly never[] = [];

const UNASSUMED: Assessment["assumed"] = { age: false, acuity: false };
const AGE_ASSUMED: Assessment["assumed"] = { age: true, acuity: false };

/** Of the words of a way those of which it is not recorded whether an ED offers them. */
function unrecordedOf(
  { circumstances: { hospitals }, target }: PatientAt,
  way: ReadonlySet<string>,
): readonly string[] {
  let unrecorded: string[] | undefined;
  for (const word of way) {
    if (word === EMERGENCY || hospitals.isRecorded(target, word)) continue;
    unrecorded ??= [];
    unrecorded.push(word);
  }
  return unrecorded ?? NONE;
}

/**
 * {@link assessWay} for nearly every ED of a board: one at which nothing is held, and that lacks nothing. Undefined for any
 * other.
 */
function assessUnheld(
  patient: PatientAt,
  way: ReadonlySet<string>,
  unrecorded: readonly string[],
): Assessment | undefined {
  const { circumstances, incident, target, arrivalMs, policy, feed, load } = patient;
  const { status, hospitals } = circumstances;
  if (status.restrictionsAt(target).length > 0 || status.overruleAt(target) !== undefined) return undefined;
  if (incident.acuity === "extremis") return undefined;
  if (unrecorded.length > 0 && policy.unrecorded !== "use-with-warning") return undefined;
  for (const { capability } of shortfalls(hospitals.hospitals[target]!, way, ageOf(incident), arrivalMs)) {
    if (!unrecorded.includes(capability)) return undefined;
  }
  const refuses = feed?.unknown === true && policy.unknown === "refuse";
  const isFullNow = load !== undefined && isFull(load);
  const isCapped = !refuses && isFullNow && policy.inbound?.effect === "divert" && mayBeCapped(incident);
  return {
    verdict: refuses ? "refuses" : isCapped ? "diverts" : "accepts",
    asksDivert: false,
    full: isFullNow ? load : undefined,
    isCapped,
    waitMs: 0,
    restrictions: NONE,
    naming: NONE,
    refusals: NONE,
    notices: NONE,
    lifted: NONE,
    endsBeforeArrival: NONE,
    lapsed: NONE,
    begins: NONE,
    inForceCount: 0,
    missing: NONE,
    unrecorded,
    assumed: incident.age === undefined && wouldAgesMatter(patient, way, NONE) ? AGE_ASSUMED : UNASSUMED,
    feed,
  };
}

function assessWay(patient: PatientAt, way: ReadonlySet<string>): Assessment {
  const unrecorded = unrecordedOf(patient, way);
  return assessUnheld(patient, way, unrecorded) ?? assessWayInFull(patient, way, unrecorded);
}

function assessWayInFull(patient: PatientAt, way: ReadonlySet<string>, unrecorded: readonly string[]): Assessment {
  const { circumstances, incident, target, arrivalMs, policy, feed, load } = patient;
  const hospital = circumstances.hospitals.hospitals[target]!;
  const age = ageOf(incident);
  const inExtremis = incident.acuity === "extremis";
  const held = circumstances.status.restrictionsAt(target);
  const heldOverrule = circumstances.status.overruleAt(target);
  const tolerated = policy.unrecorded === "use-with-warning" || inExtremis ? unrecorded : NONE;
  const bearings = bearingsOn(held, way, incident, age, policy, feed);
  const ed: EdForWay = { hospital, way, tolerated, bearings, overrule: heldOverrule };
  const overrule = overrules(heldOverrule, arrivalMs) ? heldOverrule : undefined;
  const now = inForceAt(bearings, arrivalMs, heldOverrule);
  const refusals = withEffect(now, "refuse");

  const full = load !== undefined && isFull(load) ? load : undefined;
  const isCapped = full !== undefined && policy.inbound?.effect === "divert" && mayBeCapped(incident);
  const missing = lackingAt(ed, arrivalMs, age);
  const agesMatter = incident.age === undefined && !inExtremis && wouldAgesMatter(patient, way, held);
  const plain = {
    asksDivert: false,
    full,
    isCapped: false,
    waitMs: 0,
    restrictions: NONE,
    naming: NONE,
    refusals,
    ...sayings(bearings, now, patient, overrule),
    inForceCount: now.length,
    missing,
    unrecorded: tolerated,
    assumed: assumptionsIn(now, agesMatter),
    feed: overrule !== undefined && feed?.unknown === true ? undefined : feed,
    ...(overrule === undefined ? {} : { overrule }),
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
    return { ...plain, verdict: "accepts", restrictions: withEffect(now, "divert") };
  }

  const honours = policy.diverts === "honour";
  const latestMs = Math.min(
    arrivalMs + policy.waitMinutes * MS_PER_MINUTE,
    firstRefusalMs(bearings, heldOverrule, arrivalMs) - 1,
  );
  const wait = waitAt(ed, arrivalMs, latestMs, age, honours);
  const doubt = wait === undefined && incident.age === undefined;
  const anyAge = doubt ? waitAt(ed, arrivalMs, latestMs, undefined, honours) : undefined;
  const found = wait ?? anyAge;
  if (found === undefined) return { ...plain, verdict: "incapable" };
  // A refusal is not waited for, so neither is a door behind it.
  if (refusals.length > 0 && lackingAt(ed, arrivalMs, wait === undefined ? undefined : age).length > 0) {
    return { ...plain, verdict: "incapable" };
  }
  if (refusals.length > 0) {
    return { ...plain, verdict: "refuses", restrictions: refusals, naming: namingAmong(now, honours) };
  }
  if (feed?.unknown && overrule === undefined && policy.unknown === "refuse") {
    return { ...plain, verdict: "refuses", naming: namingAmong(now, honours) };
  }
  const { waitMs, asksDivert, waitsFor } = found;
  const then = waitMs === 0 ? now : inForceAt(bearings, arrivalMs + waitMs, heldOverrule);
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
    restrictions: waitMs > 0 && !asksDivert ? NONE : withEffect(then, "divert"),
    naming: asksDivert ? namingAmong(then, honours) : NONE,
    inForceCount: then.length,
    assumed: assumptionsIn(then, agesMatter),
  };
}

const withEffect = (bearings: readonly Bearing[], effect: Restriction["effect"]): readonly Restriction[] =>
  bearings.length === 0 ? NONE : bearings.filter((one) => one.effect === effect).map(only);

const namingAmong = (bearings: readonly Bearing[], honours: boolean): readonly Restriction[] =>
  bearings
    .filter(
      ({ restriction, effect }) =>
        restriction.divertTo !== undefined && (effect === "refuse" || (honours && effect === "divert")),
    )
    .map(only);

type Sayings = Pick<Assessment, "notices" | "lifted" | "endsBeforeArrival" | "lapsed" | "begins">;

const NOTHING_SAID: Sayings = { notices: NONE, lifted: NONE, endsBeforeArrival: NONE, lapsed: NONE, begins: NONE };

/** What restrictions about the patient are there to be told, beside those that give the verdict. */
function sayings(
  bearings: readonly Bearing[],
  now: readonly Bearing[],
  { incident, arrivalMs }: PatientAt,
  overrule: Overrule | undefined,
): Sayings {
  if (bearings.length === 0) return NOTHING_SAID;
  const ended = bearings.filter(({ restriction, untilMs }) => restriction.effect !== "inform" && untilMs <= arrivalMs);
  return {
    notices: withEffect(now, "inform"),
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
  };
}

function assumptionsIn(inForce: readonly Bearing[], agesMatter: boolean): Assessment["assumed"] {
  if (inForce.length === 0) return agesMatter ? AGE_ASSUMED : UNASSUMED;
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
  for (const service of services) if (isLimited(service) && way.has(service.capability)) return true;
  return held.some((restriction) => {
    if (restriction.effect === "inform" || !isLimited(restriction.scope)) return false;
    if (!isDuring(lifetimeOf(restriction, policy, feed), arrivalMs)) return false;
    const { alsoNeeds, acuity } = incident;
    return applicability(restriction.scope, { needs: way, alsoNeeds, acuity }) !== "no";
  });
}
