import { defined } from "../../core/defined";
import { type EpochMs, formatInstant, parseInstant } from "../../core/instant";
import { TimeZone } from "../../core/time-zone";
import { restrictionText, type SpokenClock, unknownText } from "../../diversion/answer/texts";
import { lifetimeOf, overrules } from "../../diversion/rules/bearings";
import type { Circumstances } from "../../diversion/rules/circumstances";
import { edCondition, isInForce } from "../../diversion/rules/ed-condition";
import type { Policy } from "../../diversion/rules/policy";
import type { FeedState } from "../../hospitals/feeds/feed-health";
import { subjectOf } from "../../hospitals/status/held-restrictions";
import { feedOf, type Restriction } from "../../hospitals/status/restriction";
import type { Overrule, StatusEvent, StatusView } from "../../hospitals/status/status";
import type {
  DescribedEvent,
  EntryStanding,
  ShownEd,
  ShownOverrule,
  ShownRestriction,
  StatusSnapshot,
} from "./protocol";
import type { EntryResult, StatusRecord } from "./status-record";

/** What a snapshot is made from. */
interface SnapshotParts extends Pick<Circumstances, "hospitals" | "policy" | "feeds"> {
  readonly record: StatusRecord;
}

const spokenClockOf = (policy: Policy, atMs: EpochMs): SpokenClock => ({
  atMs,
  offsetMinutes: TimeZone.of(policy.timeZone).offsetMinutes(atMs),
});

export const writtenAt = (policy: Policy, atMs: EpochMs): string =>
  formatInstant(atMs, TimeZone.of(policy.timeZone).offsetMinutes(atMs));

/** How every ED stands at a moment, by a view of the status. */
export function snapshotOf(parts: SnapshotParts, view: StatusView, atMs: EpochMs, isLive: boolean): StatusSnapshot {
  const { hospitals, policy, record, feeds } = parts;
  const clock = spokenClockOf(policy, atMs);
  const own = new Set(
    isLive
      ? record.results
          .filter(({ outcome }) => outcome === "accepted")
          .map(({ entry }) => `${entry.change.hospital} ${entry.key}`)
      : [],
  );
  const eds = hospitals.hospitals.map((hospital, index): ShownEd => {
    const held = view.restrictionsAt(index);
    const feed = isLive ? feeds?.stateOf(index, atMs) : undefined;
    const overrule = view.overruleAt(index);
    const isOverruled = overrules(overrule, atMs);
    const isOwn = (key: string): boolean => own.has(`${hospital.id} ${key}`);
    const feedText = feed === undefined ? undefined : unknownText(feed);
    return defined({
      id: hospital.id,
      name: hospital.name,
      location: hospital.location,
      capabilities: hospital.capabilities,
      condition: edCondition(hospital, held, policy, atMs, feed, overrule),
      restrictions: held.map((restriction) => ({
        ...shown(restriction, parts, clock, feed),
        isOverruled: isOverruled && feedOf(restriction) !== undefined,
        isOwn: isOwn(restriction.key),
      })),
      overrule:
        overrule === undefined
          ? undefined
          : { ...shownOverrule(overrule), inForce: isOverruled, isOwn: isOwn(overrule.key) },
      versions: record.versionsOf(hospital.id),
      feedText,
      neverHeard: feed !== undefined && feed.words.length === 0 ? true : undefined,
    });
  });
  return {
    version: isLive ? record.version : view.version,
    at: writtenAt(policy, atMs),
    isLive,
    eds,
    ownEntries: isLive ? record.results.map((result) => standing(result, parts)) : [],
  };
}

function shown(
  restriction: Restriction,
  { hospitals, policy }: SnapshotParts,
  clock: SpokenClock,
  feed: FeedState | undefined,
): Omit<ShownRestriction, "isOwn" | "isOverruled"> {
  const { key, effect, scope, reason, authorisedBy, source, observedAt, until } = restriction;
  const { untilMs } = lifetimeOf(restriction, policy, feed);
  const saidBy = feedOf(restriction);
  return defined({
    key,
    effect,
    scope,
    text: restrictionText(restriction, hospitals, clock),
    reason,
    authorisedBy,
    source,
    observedAt: observedAt.text,
    until: until?.text,
    endsByPolicyAt:
      until !== undefined || untilMs === Number.POSITIVE_INFINITY ? undefined : writtenAt(policy, untilMs),
    inForce: isInForce(restriction, policy, clock.atMs, feed),
    feed: saidBy,
  });
}

function shownOverrule(overrule: Overrule): Omit<ShownOverrule, "inForce" | "isOwn"> {
  const { key, reason, authorisedBy, source, observedAt, until } = overrule;
  return defined({
    key,
    text: `What feeds say is overruled: ${reason}`,
    authorisedBy,
    source,
    observedAt: observedAt.text,
    until: until.text,
  });
}

function standing({ entry, outcome }: EntryResult, { hospitals, policy }: SnapshotParts): EntryStanding {
  const { change } = entry;
  const name = hospitals.get(change.hospital)?.name ?? change.hospital;
  const what =
    change.kind === "clear" || (change.kind === "open" && change.open)
      ? `${entry.key} ended`
      : change.kind === "overrule"
        ? overruledUntil(policy, parseInstant(change.until).epochMs)
        : `${change.kind === "open" ? (change.effect ?? "divert") : change.effect}`;
  const who = change.kind === "report" ? change.authorisedBy : change.by;
  const because = change.reason === undefined ? "" : `, ${change.reason}`;
  return {
    id: entry.id,
    stands: outcome === "accepted",
    text: `${name}: ${what}${because}${who === undefined ? "" : ` (${who})`}`,
  };
}

const overruledUntil = (policy: Policy, untilMs: EpochMs): string =>
  `feeds overruled until ${writtenAt(policy, untilMs)}`;

/** A change of the log in a line. */
export function describeEvent(
  event: StatusEvent,
  { hospitals, policy }: Omit<SnapshotParts, "record">,
): DescribedEvent {
  const { hospital, key, receivedAt } = subjectOf(event);
  const name = hospitals.get(hospital)?.name ?? hospital;
  const what =
    event.kind === "report"
      ? restrictionText(event.restriction, hospitals, spokenClockOf(policy, receivedAt.epochMs))
      : event.kind === "overrule"
        ? `${overruledUntil(policy, event.until.epochMs)}, ${event.reason}`
        : `${key === "flag" ? "open again" : `${key} ended`}${event.reason === undefined ? "" : `, ${event.reason}`}`;
  const { authorisedBy } = event.kind === "report" ? event.restriction : event;
  return {
    version: event.version,
    hospital,
    key,
    atMs: receivedAt.epochMs,
    at: writtenAt(policy, receivedAt.epochMs),
    text: `${name}: ${what}${authorisedBy === undefined ? "" : ` (${authorisedBy})`}`,
  };
}
