import { type EpochMs, MS_PER_MINUTE } from "../../core/instant";
import { type Interval, isDuring } from "../../core/interval";
import { withinAges } from "../../hospitals/directory/availability";
import type { FeedState } from "../../hospitals/feeds/feed-health";
import {
  applicability,
  countedMs,
  feedOf,
  heldSinceMs,
  type Restriction,
  lifetimeOf as restrictionLifetime,
} from "../../hospitals/status/restriction";
import { FLAG_KEY, type Overrule } from "../../hospitals/status/status";
import type { Incident } from "../incidents/request";
import type { Policy } from "./policy";

/** A restriction about the patient, what it comes to, and when it holds. */
export interface Bearing extends Interval {
  readonly restriction: Restriction;
  readonly effect: Restriction["effect"];
  readonly assumes: "age" | "acuity" | undefined;
}

const NONE: readonly never[] = [];

export const only = ({ restriction }: Bearing): Restriction => restriction;

/** The restrictions about a patient, by what was not given counted as the least that strands nobody. */
export function bearingsOn(
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
      ...lifetimeFor(incident, restriction, policy, feed),
    });
  }
  return bearings;
}

/**
 * Those in force at a moment; what another of them lifts, or a person overrules, is a notice. A refusal is never lifted, for
 * it is absolute, nor is what lifts another.
 */
export function inForceAt(
  bearings: readonly Bearing[],
  ms: EpochMs,
  overrule: Overrule | undefined,
): readonly Bearing[] {
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

export const isOverruled = (restriction: Restriction, overrule: Overrule | undefined): boolean =>
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

/**
 * How long before it is reported something may have held already: nobody telephones at the moment itself, and a call may be
 * asked about by the moment it came in. Assumed; within it the door counts as closed.
 */
const REPORT_DELAY_MS = 30 * MS_PER_MINUTE;

/**
 * As {@link lifetimeOf}; a question about the past is answered by what held then, so that what is reported without a
 * beginning begins, for a question that gives its moment, {@link REPORT_DELAY_MS} before it was first reported.
 */
function lifetimeFor({ isDated }: Incident, restriction: Restriction, policy: Policy, feed?: FeedState): Interval {
  const lifetime = lifetimeOf(restriction, policy, feed);
  if (!isDated || restriction.from !== undefined) return lifetime;
  return { ...lifetime, fromMs: heldSinceMs(restriction) - REPORT_DELAY_MS };
}

/** Whether a person's word holds against that of feeds at a moment. */
export function overrules(overrule: Overrule | undefined, epochMs: number): overrule is Overrule {
  return overrule !== undefined && countedMs(overrule) <= epochMs && epochMs < overrule.until.epochMs;
}
