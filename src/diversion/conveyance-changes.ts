import type { FeedHealth } from "../hospitals/feeds/feed-health";
import { applicability, type Restriction } from "../hospitals/restriction";
import type { ConveyanceBook, Tracked } from "./conveyance-book";
import type { Policy } from "./policy";
import type { Ranking } from "./ranking";
import type { Incident } from "./request";

/**
 * Whom a change of what is held at one ED may turn: those that looked at the ED and whose patient is in the scope of what
 * changed, before or after; or who might be by other needs, under a bypass rule; or for whom two EDs rank equal, because
 * ties go to the fresher status whatever it is about.
 *
 * @param changed what was held under the key, and what is now.
 */
export function touchedByStatus(
  book: ConveyanceBook,
  target: number,
  changed: readonly Restriction[],
  policy: Policy,
): Tracked[] {
  return [...book.lookersAt(target)].filter(
    ({ hasTies, incident }) => hasTies || mayFallBack(incident, policy) || isAboutAny(changed, incident),
  );
}

/**
 * Whom news of feeds may turn: those that looked at an ED of which something else is known now, or another handover time;
 * where EDs rank equal, also those for which one is fresher.
 */
export function touchedByFeeds(book: ConveyanceBook, before: FeedHealth, after: FeedHealth): Tracked[] {
  return [...book.all()].filter(({ lookedAt, incident, hasTies }) =>
    [...lookedAt].some((target) => {
      const was = before.stateOf(target, incident.atMs);
      const is = after.stateOf(target, incident.atMs);
      const isOther = was.unknown !== is.unknown || was.handoverMinutes !== is.handoverMinutes;
      return isOther || (hasTies && was.heardMs !== is.heardMs);
    }),
  );
}

/** Whether two EDs have the same rank time, so that the freshness of their status decides between them. */
export function hasTies({ candidates }: Ranking): boolean {
  return new Set(candidates.map(({ rankMs }) => rankMs)).size < candidates.length;
}

/** Whether a bypass rule may put other needs in the place of the patient's. */
const mayFallBack = ({ needs }: Incident, { bypass }: Policy): boolean =>
  bypass.some(({ need }) => needs.includes(need));

const isAboutAny = (restrictions: readonly Restriction[], { ways, age, acuity }: Incident): boolean =>
  restrictions.some(({ scope }) => ways.some((needs) => applicability(scope, { needs, age, acuity }) !== "no"));
