import type { EpochMs } from "../../core/instant";
import { type Interval, isDuring } from "../../core/interval";
import { type Shortfall, shortfalls } from "../../hospitals/directory/availability";
import { EMERGENCY } from "../../hospitals/directory/capabilities";
import type { Hospital } from "../../hospitals/directory/hospital";
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
import type { Policy } from "./policy";

/**
 * Whether an ED can take this patient when the ambulance gets there.
 * - `accepts`: nothing stands against it.
 * - `diverts`: able, and asks that such patients go elsewhere. Without restrictions: it is at its cap of ambulances an hour.
 * - `refuses`: never go there. Without restrictions: the policy refuses EDs of which feeds do not know.
 * - `incapable`: does not offer what the patient needs, or not to that age, or is shut by then.
 */
export type Verdict = "accepts" | "diverts" | "refuses" | "incapable";

export interface Assessment {
  readonly verdict: Verdict;
  /** The restrictions that gave the verdict, or that extremis or the policy overrides. */
  readonly restrictions: readonly Restriction[];
  /** Refusals in force and about this patient, also where what is missing gave the verdict. */
  readonly refusals: readonly Restriction[];
  /** In force and about this patient, changing nothing: that is all they ask, or a person overrules the feed that asks. */
  readonly notices: readonly Restriction[];
  /** Present when a person's word holds against that of feeds when the ambulance arrives. */
  readonly overrule?: Overrule;
  /** Would stand against it now, and will have ended when the ambulance arrives. */
  readonly endsBeforeArrival: readonly Restriction[];
  /** Were reported without an end and are taken as ended by the policy's default. */
  readonly lapsed: readonly Restriction[];
  /** What the patient would lack there, in the way of meeting the needs that lacks least. */
  readonly missing: readonly Shortfall[];
  /** What feeds know of the ED at the moment of the question; absent without feeds. */
  readonly feed?: FeedState;
  /** Present when as many ambulances are expected as the ED takes in an hour, or more. */
  readonly full?: InboundLoad;
  /** Present when that alone makes it divert. */
  readonly onlyFull?: true;
}

/** A patient whose age is not known is taken to be this old. */
export const ADULT_AGE = 18;

const RANK: Record<Verdict, number> = { accepts: 0, diverts: 1, refuses: 2, incapable: 3 };

/**
 * Judges one ED, by number, for one patient at the predicted arrival. Pure: the same arguments give the same answer.
 *
 * Needs that can be met in several ways are judged way by way and the best verdict holds. A patient whose age is not
 * known is an adult to a service with age limits and within the scope of any restriction that names ages: that errs
 * away from a closed door.
 *
 * In extremis the nearest ED that does not refuse accepts, diverting or not and whatever it lacks beyond being an ED (Los
 * Angeles County and San Diego rules): `restrictions` and `missing` then say what was overridden.
 */
export function assess(
  { hospitals, status, policy, feeds, inbound, atMs }: Circumstances,
  incident: Incident,
  target: number,
  arrivalMs: EpochMs,
): Assessment {
  const hospital = hospitals.hospitals[target]!;
  const held = status.restrictionsAt(target);
  const overrule = status.overruleAt(target);
  const feed = feeds?.stateOf(target, atMs);
  const load = inbound === undefined ? undefined : loadAt(inbound, policy, hospital, arrivalMs);
  let best: Assessment | undefined;
  for (const way of incident.ways) {
    const assessment = assessWay(hospital, held, incident, policy, way, arrivalMs, feed, load, overrule);
    if (best === undefined || isBetter(assessment, best)) best = assessment;
  }
  return best!;
}

function isBetter(a: Assessment, b: Assessment): boolean {
  if (a.verdict !== b.verdict) return RANK[a.verdict] < RANK[b.verdict];
  return a.missing.length < b.missing.length;
}

function assessWay(
  hospital: Hospital,
  held: readonly Restriction[],
  incident: Incident,
  policy: Policy,
  way: ReadonlySet<string>,
  arrivalMs: number,
  feed: FeedState | undefined,
  load: InboundLoad | undefined,
  heldOverrule: Overrule | undefined,
): Assessment {
  const patient = { needs: way, alsoNeeds: incident.alsoNeeds, age: incident.age, acuity: incident.acuity };
  const about = held.filter(({ scope }) => applicability(scope, patient) !== "no");
  const lifetimes = about.map((restriction) => ({ restriction, ...lifetimeOf(restriction, policy, feed) }));
  const inForce = lifetimes.filter((lifetime) => isDuring(lifetime, arrivalMs));
  const overrule = overrules(heldOverrule, arrivalMs) ? heldOverrule : undefined;
  const effectOf = (restriction: Restriction): Restriction["effect"] =>
    overrule !== undefined && feedOf(restriction) !== undefined ? "inform" : restriction.effect;
  const ofEffect = (effect: Restriction["effect"]): readonly Restriction[] =>
    inForce.map(({ restriction }) => restriction).filter((restriction) => effectOf(restriction) === effect);
  const ended = lifetimes.filter(({ restriction, untilMs }) => restriction.effect !== "inform" && untilMs <= arrivalMs);
  const missing = shortfalls(hospital, way, incident.age ?? ADULT_AGE, arrivalMs);
  const extremis = incident.acuity === "extremis" && !missing.some(({ capability }) => capability === EMERGENCY);
  const refusals = ofEffect("refuse");
  const common = {
    missing,
    refusals,
    notices: ofEffect("inform"),
    endsBeforeArrival: ended
      .filter((lifetime) => isDuring(lifetime, incident.atMs))
      .map(({ restriction }) => restriction),
    lapsed: ended
      .filter(({ restriction, untilMs }) => restriction.until === undefined && untilMs <= incident.atMs)
      .map(({ restriction }) => restriction),
    ...(feed === undefined || (overrule !== undefined && feed.unknown) ? {} : { feed }),
    ...(overrule === undefined ? {} : { overrule }),
    ...(load !== undefined && isFull(load) ? { full: load } : {}),
  };
  if (missing.length > 0 && !extremis) return { verdict: "incapable", restrictions: [], ...common };
  if (refusals.length > 0) return { verdict: "refuses", restrictions: refusals, ...common };
  if (feed?.unknown && overrule === undefined && policy.unknown === "refuse" && !extremis) {
    return { verdict: "refuses", restrictions: [], ...common };
  }
  const diverts = ofEffect("divert");
  const honoured = diverts.length > 0 && policy.diverts === "honour" && !extremis;
  const capped = common.full !== undefined && policy.inbound?.effect === "divert" && mayBeCapped(incident);
  const verdict = honoured || capped ? "diverts" : "accepts";
  return { verdict, restrictions: diverts, ...common, ...(capped && !honoured ? { onlyFull: true } : {}) };
}

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
