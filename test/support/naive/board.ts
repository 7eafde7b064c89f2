import type { Asked, FeedWord, PlainFeed, PlainScope, World } from "./world";

const MINUTE = 60_000;

export const momentOfQuestion = ({ at }: World): number => Date.parse(at);

/** Something an ED asks, with the time `[from, until)` in which it holds. */
export interface Held {
  readonly asked: Asked;
  readonly from: number;
  readonly until: number;
  /** From when its times count. */
  readonly observed: number;
  /** Since when it is known to hold. */
  readonly since: number;
  /** Rule 25: when what a feed asks does not count, because a person overrules it. */
  readonly overruled?: Span | undefined;
}

/** The time `[from, until)`. */
export interface Span {
  readonly from: number;
  readonly until: number;
}

/** What stands on the board for one hospital, whether in force or not, ordered by key. */
export function heldAt(world: World, hospital: string): Held[] {
  const now = momentOfQuestion(world);
  const at = (minutes: number): number => now + minutes * MINUTE;
  const held = new Map<string, Held>();
  for (const report of world.reports) {
    if (report.hospital !== hospital) continue;
    // Rule 24: times count from the earlier of observed and received.
    const observed = at(Math.min(report.observed, report.received));
    const before = held.get(report.key);
    // A late, older message never overwrites a newer one.
    if (before !== undefined && observed < before.observed) continue;
    // Rule 24: what held then; a report without a beginning is of something that may have begun half an hour before it,
    // and one that says again what still holds is of the same.
    const isSame =
      before !== undefined &&
      report.from === undefined &&
      before.asked.effect === report.effect &&
      sameScope(before.asked.scope, report.scope) &&
      (before.asked.until === undefined || at(before.asked.until) >= observed);
    const since = isSame ? Math.min(before.since, observed) : report.from === undefined ? observed : at(report.from);
    const from = report.from === undefined ? since - 30 * MINUTE : at(report.from);
    const expiry = report.key === "flag" ? null : world.policy.defaultExpiryMinutes[report.effect];
    const lapses = expiry === null ? Number.POSITIVE_INFINITY : Math.max(from, observed) + expiry * MINUTE;
    held.set(report.key, {
      asked: report,
      from,
      until: report.until === undefined ? lapses : at(report.until),
      observed,
      since,
    });
  }
  for (const { id, timeToLiveMinutes, words } of world.feeds ?? []) {
    const word = words[hospital];
    for (const asked of word?.asks ?? []) {
      const since = at(asked.from ?? word!.since);
      const from = asked.from === undefined ? since - 30 * MINUTE : since;
      const heard = at(word!.heard);
      // Rule 23: while the feed is fresh, what it last said holds; once it is silent, by the default expiry from then.
      const isFresh = -word!.heard <= timeToLiveMinutes;
      const expiry = isFresh ? null : world.policy.defaultExpiryMinutes[asked.effect];
      const lapses = expiry === null ? Number.POSITIVE_INFINITY : Math.max(from, heard) + expiry * MINUTE;
      const key = `feed:${id}:${asked.key}`;
      const until = asked.until === undefined ? lapses : at(asked.until);
      held.set(key, {
        asked: { ...asked, key },
        from,
        until,
        since,
        observed: heard,
        overruled: overruleOf(world, hospital),
      });
    }
  }
  return [...held.values()].sort((a, b) => (a.asked.key < b.asked.key ? -1 : 1));
}

/** Whether two scopes take in the same patients, in whatever order their words stand. */
function sameScope(a: PlainScope = {}, b: PlainScope = {}): boolean {
  const plain = ({ needs = [], exceptNeeds = [], minAge, maxAge, acuity = [] }: PlainScope): string =>
    JSON.stringify([[...needs].sort(), [...exceptNeeds].sort(), minAge, maxAge, [...acuity].sort()]);
  return plain(a) === plain(b);
}

/** Rule 25: when a person's word holds against that of feeds; it ends by itself. */
export function overruleOf(world: World, hospital: string): Span | undefined {
  const last = world.overrules?.filter((one) => one.hospital === hospital).at(-1);
  const at = (minutes: number): number => momentOfQuestion(world) + minutes * MINUTE;
  return last === undefined ? undefined : { from: at(last.received), until: at(last.until) };
}

export const inForce = ({ from, until }: Span, moment: number): boolean => from <= moment && moment < until;

/** The patient as far as scopes go: one way to treat him. */
export interface Scoped {
  readonly way: ReadonlySet<string>;
  /** What he needs beyond that way: the specialist's care, at a stop on the way. */
  readonly alsoNeeds: ReadonlySet<string>;
  readonly age: number | undefined;
  /** Rule 20: what is taken for his age where it is not given. */
  readonly assumedAge: number;
  readonly acuity: string | undefined;
}

/** Whether a scope takes in a patient. `assumed`: only by what the question leaves out. */
export function takesIn(scope: PlainScope | undefined, patient: Scoped): "yes" | "no" | "assumed" {
  const { needs = [], exceptNeeds = [], minAge = 0, maxAge = 150, acuity = [] } = scope ?? {};
  // What is given elsewhere takes a patient into a scope, but never out of one.
  if (needs.length > 0 && !needs.some((word) => patient.way.has(word) || patient.alsoNeeds.has(word))) return "no";
  if (exceptNeeds.some((word) => patient.way.has(word))) return "no";
  const age = patient.age ?? patient.assumedAge;
  if (age < minAge || age >= maxAge + 1) return "no";
  if (acuity.length > 0 && patient.acuity !== undefined && !acuity.some((one) => one === patient.acuity)) return "no";
  const namesAges = scope?.minAge !== undefined || scope?.maxAge !== undefined;
  const ageAssumed = namesAges && patient.age === undefined;
  const acuityAssumed = acuity.length > 0 && patient.acuity === undefined;
  return ageAssumed || acuityAssumed ? "assumed" : "yes";
}

/** What the restrictions of an ED say to a patient at a moment. */
export interface Says {
  readonly refuses: boolean;
  readonly diverts: boolean;
  /** Receivers named by what refuses or diverts, in order of key. */
  readonly names: readonly string[];
  /** How many restrictions are in force about him, notices among them. */
  readonly count: number;
}

/** @param honoured whether the policy honours diverts for him; those it ignores count as notices, and so do their names. */
export function saysAt(held: readonly Held[], patient: Scoped, moment: number, honoured: boolean): Says {
  const about = held.filter((one) => inForce(one, moment) && takesIn(one.asked.scope, patient) !== "no");
  const isOverruled = ({ overruled }: Held): boolean => overruled !== undefined && inForce(overruled, moment);
  const lifting = about.filter(({ asked }) => asked.lifts !== undefined);
  // Only a request can be lifted, never a refusal, and not what lifts.
  const isLifted = ({ asked }: Held): boolean =>
    asked.effect === "divert" &&
    asked.lifts === undefined &&
    lifting.some((one) => one.asked.lifts!.includes(asked.key));
  // Rule 20: a refusal that takes the patient in only by what is assumed counts as a divert.
  const isHard = ({ asked }: Held): boolean => takesIn(asked.scope, patient) === "yes";
  const counting = about.filter((one) => !isOverruled(one));
  const refusals = counting.filter((one) => one.asked.effect === "refuse" && isHard(one));
  const requests = counting.filter(
    (one) =>
      honoured &&
      ((one.asked.effect === "divert" && !isLifted(one)) || (one.asked.effect === "refuse" && !isHard(one))),
  );
  return {
    refuses: refusals.length > 0,
    diverts: requests.length > 0,
    names: about
      .filter((one) => refusals.includes(one) || requests.includes(one))
      .flatMap(({ asked }) => (asked.divertTo === undefined ? [] : [asked.divertTo])),
    count: about.length,
  };
}

/** What feeds know of a hospital at the moment of the question. */
export interface Known {
  readonly unknown: boolean;
  readonly handoverMinutes?: number | undefined;
  /** When the feed that knows most last spoke of it; absent when unknown: to say that one does not know tells nothing. */
  readonly heard?: number;
}

/** Rule 8: a feed silent past its time to live is unknown, and so is an ED without one where there are feeds. */
export function knownOf(world: World, hospital: string): Known {
  if (world.feeds === undefined) return { unknown: false };
  const words = world.feeds
    .flatMap((feed) => {
      const word = feed.words[hospital];
      return word === undefined || word === null ? [] : [{ feed, word, tells: tells(feed, word) }];
    })
    // The feed that knows most: one that knows at all, then the one heard last, then by id.
    .sort(
      (a, b) => Number(b.tells) - Number(a.tells) || b.word.heard - a.word.heard || (a.feed.id < b.feed.id ? -1 : 1),
    );
  const [best] = words;
  if (best === undefined) return { unknown: true };
  const heard = momentOfQuestion(world) + best.word.heard * MINUTE;
  return best.tells ? { unknown: false, handoverMinutes: best.word.handoverMinutes, heard } : { unknown: true };
}

const tells = ({ timeToLiveMinutes }: PlainFeed, { heard, says }: FeedWord): boolean =>
  -heard <= timeToLiveMinutes && (says === "accepting" || says === "restricted");
