import type { EpochMs } from "../../core/instant";
import { isDuring } from "../../core/interval";
import type { Hospital } from "../../hospitals/directory/hospital";
import { isOpenAt } from "../../hospitals/directory/opening-hours";
import type { FeedState } from "../../hospitals/feeds/feed-health";
import { feedOf, isEveryone, type Restriction } from "../../hospitals/status/restriction";
import type { Overrule } from "../../hospitals/status/status";
import { lifetimeOf, overrules } from "./bearings";
import type { Policy } from "./policy";

/**
 * How an ED stands at a moment, in one word for maps and lists. It says nothing of any one patient: that is what a
 * recommendation is for.
 * - `refuse`: it takes nobody.
 * - `shut`: outside its opening hours.
 * - `divert`: it asks that everybody goes elsewhere.
 * - `partial`: it refuses or diverts some patients.
 * - `unknown`: nothing stands against it, and feeds do not tell whether it is open.
 * - `open`: nothing stands against it.
 */
export const ED_CONDITIONS = ["open", "partial", "divert", "refuse", "shut", "unknown"] as const;
export type EdCondition = (typeof ED_CONDITIONS)[number];

/**
 * Whether a restriction is in force at a moment, by the policy's default end where it has none of its own.
 *
 * @param feed what feeds know of the ED at that moment; undefined without feeds.
 */
export function isInForce(restriction: Restriction, policy: Policy, atMs: EpochMs, feed?: FeedState): boolean {
  return isDuring(lifetimeOf(restriction, policy, feed), atMs);
}

/**
 * @param feed what feeds know of the ED at that moment; undefined without feeds.
 * @param overrule the person's word held against that of feeds; undefined when there is none.
 */
export function edCondition(
  hospital: Hospital,
  held: readonly Restriction[],
  policy: Policy,
  atMs: EpochMs,
  feed?: FeedState,
  overrule?: Overrule,
): EdCondition {
  const isOverruled = overrules(overrule, atMs);
  const counted = isOverruled ? held.filter((restriction) => feedOf(restriction) === undefined) : held;
  const inForce = counted.filter((restriction) => isInForce(restriction, policy, atMs, feed));
  const asksOfAll = (effect: Restriction["effect"]): boolean =>
    inForce.some((restriction) => restriction.effect === effect && isEveryone(restriction.scope));
  if (asksOfAll("refuse")) return "refuse";
  if (!isOpenAt(hospital.openingHours, atMs)) return "shut";
  if (asksOfAll("divert")) return "divert";
  if (inForce.some(({ effect }) => effect !== "inform")) return "partial";
  return feed?.unknown === true && !isOverruled ? "unknown" : "open";
}
