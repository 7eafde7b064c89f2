import type { EpochMs } from "../../core/instant";
import type { FeedHealth } from "../../hospitals/feeds/feed-health";
import { applicability, type Restriction } from "../../hospitals/status/restriction";
import type { Incident } from "../incidents/request";
import type { JudgedEds } from "../rules/judged-eds";
import type { Policy } from "../rules/policy";
import type { ConveyanceStore, Tracked } from "./conveyance-store";

/**
 * Whom a change of what is held at one ED may turn: those that looked at the ED and whose patient is in the scope of what
 * changed, before or after; or who might be by other needs, under a bypass rule; or for whom two EDs rank equal, because
 * ties go to the fresher status whatever it is about.
 *
 * @param changed what was held under the key, and what is now.
 */
export function touchedByStatus(
  store: ConveyanceStore,
  target: number,
  changed: readonly Restriction[],
  policy: Policy,
): Tracked[] {
  return [...store.lookersAt(target)].filter(
    ({ hasTies, incident }) => hasTies || mayFallBack(incident, policy) || isAboutAny(changed, incident),
  );
}

/** What feeds knew at a moment. */
export interface FeedMoment {
  readonly feeds: FeedHealth;
  readonly atMs: EpochMs;
}

/**
 * Whom news of feeds, or the silence of one, may turn: those that looked at an ED of which something else is known now,
 * or another handover time; where EDs rank equal, also those for which one is fresher.
 */
export function touchedByFeeds(
  store: ConveyanceStore,
  hospitals: number,
  before: FeedMoment,
  after: FeedMoment,
): Tracked[] {
  const touched = new Set<Tracked>();
  for (let target = 0; target < hospitals; target++) {
    const was = before.feeds.stateOf(target, before.atMs);
    const is = after.feeds.stateOf(target, after.atMs);
    const isOther = was.unknown !== is.unknown || was.handoverMinutes !== is.handoverMinutes;
    if (!isOther && was.heardMs === is.heardMs) continue;
    for (const tracked of store.lookersAt(target)) if (isOther || tracked.hasTies) touched.add(tracked);
  }
  return [...touched];
}

/** Whether two EDs have the same rank time, so that the freshness of their status decides between them. */
export function hasTies({ looked }: JudgedEds): boolean {
  return new Set(looked.map(({ rankMs }) => rankMs)).size < looked.length;
}

/** Whether a bypass rule may put other needs in the place of the patient's. */
const mayFallBack = ({ needs }: Incident, { bypass }: Policy): boolean =>
  bypass.some(({ need }) => needs.includes(need));

const isAboutAny = (restrictions: readonly Restriction[], { ways, age, acuity }: Incident): boolean =>
  restrictions.some(({ scope }) => ways.some((needs) => applicability(scope, { needs, age, acuity }) !== "no"));
