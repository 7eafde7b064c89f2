import { DiversionError } from "../../core/errors";
import { calendarDate, type EpochMs, MS_PER_DAY, MS_PER_MINUTE } from "../../core/instant";
import type { Interval } from "../../core/interval";
import { TimeZone } from "../../core/time-zone";
import type { HospitalDirectory } from "../directory/directory";
import { subjectOf } from "./held-restrictions";
import { type Effect, feedOf, type Restriction, type Scope } from "./restriction";
import type { StatusEvent } from "./status";

/** Ten years with their leap days: days are told one by one. */
export const LONGEST_STATISTICS_DAYS = 3653;

interface StatusStatisticsOptions {
  readonly fromMs: EpochMs;
  /** The first moment no longer counted. */
  readonly untilMs: EpochMs;
  /** The IANA zone whose days are counted: a policy's. */
  readonly timeZone: string;
  /** When a restriction is in force: a policy's default stands in for an end that was not given. */
  readonly lifetime: (restriction: Restriction) => Interval;
}

/** Minutes of one effect for one group of patients. */
export interface DivertKind {
  readonly effect: Effect;
  /** Whom it was about, by need; empty for patients of any need. */
  readonly needs: readonly string[];
  readonly minutes: number;
}

/** One ED on one day. */
interface DivertDay {
  /** A day of the zone, YYYY-MM-DD. */
  readonly day: string;
  readonly hospital: string;
  /** With any divert or refusal in force, whomever it was about. */
  readonly minutes: number;
  /** By effect, then by needs; two that overlap both count. */
  readonly kinds: readonly DivertKind[];
}

/** How long so many EDs at once had a divert or refusal in force. */
interface NetworkShare {
  readonly hospitals: number;
  readonly minutes: number;
  /** Of the whole period, 0 to 1. */
  readonly share: number;
}

/** A divert or refusal from when it was known and in force to when it was not, renewals included. */
export interface DivertAlert {
  readonly hospital: string;
  readonly key: string;
  readonly effect: Effect;
  readonly scope: Scope;
  readonly fromMs: EpochMs;
  readonly untilMs: EpochMs;
  readonly minutes: number;
  /** Present where it began before the period, or ended after it: then it lasted longer than is told. */
  readonly isCut?: true;
}

/** Plain JSON. */
export interface StatusStatistics {
  readonly fromMs: EpochMs;
  readonly untilMs: EpochMs;
  readonly timeZone: string;
  /** EDs in the list. */
  readonly hospitals: number;
  /** By day, then by hospital; only those with minutes. */
  readonly perDay: readonly DivertDay[];
  /** From none on, without gaps in the number of EDs. */
  readonly network: readonly NetworkShare[];
  /** By beginning, then by hospital and key. */
  readonly alerts: readonly DivertAlert[];
}

/** A stretch of time in which a restriction was known and in force. */
interface Stretch extends Interval {
  readonly restriction: Restriction;
}

/**
 * How long EDs diverted and refused in a period, by what was known at each moment: a restriction counts from when it was
 * received, to when it was replaced, cleared or over, and one of a feed not while a person's word held against it.
 *
 * The log does not tell when a feed restated the same unchanged, so that what feeds said without an end is counted by the
 * default, from each entry in the log.
 *
 * @param history of a status; what an archive holds is missing from it
 * @throws DiversionError `invalid-argument` for a period of more than {@link LONGEST_STATISTICS_DAYS}.
 */
export function statusStatistics(
  history: readonly StatusEvent[],
  directory: HospitalDirectory,
  { fromMs, untilMs, timeZone, lifetime }: StatusStatisticsOptions,
): StatusStatistics {
  if (untilMs - fromMs > LONGEST_STATISTICS_DAYS * MS_PER_DAY) {
    const message = `The period is longer than ${LONGEST_STATISTICS_DAYS} days; ask for a shorter one.`;
    throw new DiversionError("invalid-argument", message, { field: "until" });
  }
  const stretches = stretchesOf(history, directory, lifetime).filter(
    ({ restriction }) => restriction.effect !== "inform",
  );
  const alerts = alertsOf(stretches, fromMs, untilMs);
  const clipped = stretches.flatMap((stretch) => clip(stretch, fromMs, untilMs));
  const days = daysOf(fromMs, untilMs, TimeZone.of(timeZone));
  const byHospital = groupBy(clipped, ({ restriction }) => restriction.hospital);
  const perDay = days.flatMap(({ day, ...span }) =>
    [...byHospital].flatMap(([hospital, all]): DivertDay[] => {
      const ofDay = all.flatMap((stretch) => clip(stretch, span.fromMs, span.untilMs));
      if (ofDay.length === 0) return [];
      const byKind = groupBy(ofDay, ({ restriction: { effect, scope } }) =>
        JSON.stringify([effect, scope.needs ?? []]),
      );
      const kinds = [...byKind]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([kind, ofKind]) => {
          const [effect, needs] = JSON.parse(kind) as [Effect, string[]];
          return { effect, needs, minutes: minutesOf(union(ofKind)) };
        });
      return [{ day, hospital, minutes: minutesOf(union(ofDay)), kinds }];
    }),
  );
  perDay.sort((a, b) => compare(a.day, b.day) || compare(a.hospital, b.hospital));
  const network = networkOf([...byHospital.values()].map(union), fromMs, untilMs);
  return { fromMs, untilMs, timeZone, hospitals: directory.size, perDay, network, alerts };
}

function stretchesOf(
  history: readonly StatusEvent[],
  directory: HospitalDirectory,
  lifetime: StatusStatisticsOptions["lifetime"],
): Stretch[] {
  const nameOf = (event: StatusEvent): string => {
    const { hospital, key } = subjectOf(event);
    return JSON.stringify([directory.get(hospital)?.id ?? hospital, key]);
  };
  /** Until when each change is the last for its hospital and key. */
  const replacedMs = new Array<EpochMs>(history.length).fill(Number.POSITIVE_INFINITY);
  const next = new Map<string, EpochMs>();
  for (let index = history.length - 1; index >= 0; index--) {
    const name = nameOf(history[index]!);
    replacedMs[index] = next.get(name) ?? Number.POSITIVE_INFINITY;
    next.set(name, subjectOf(history[index]!).receivedAt.epochMs);
  }
  const overruled = new Map<string, Interval[]>();
  history.forEach((event, index) => {
    if (event.kind !== "overrule") return;
    const id = directory.get(event.hospital)?.id ?? event.hospital;
    const span = { fromMs: event.receivedAt.epochMs, untilMs: Math.min(event.until.epochMs, replacedMs[index]!) };
    overruled.set(id, [...(overruled.get(id) ?? []), span]);
  });
  return history.flatMap((event, index): Stretch[] => {
    if (event.kind !== "report") return [];
    const id = directory.get(event.restriction.hospital)?.id;
    if (id === undefined) return [];
    const restriction = { ...event.restriction, hospital: id };
    const { fromMs, untilMs } = lifetime(event.restriction);
    const span = {
      fromMs: Math.max(fromMs, restriction.receivedAt.epochMs),
      untilMs: Math.min(untilMs, replacedMs[index]!),
    };
    const holes = feedOf(restriction) === undefined ? [] : (overruled.get(id) ?? []);
    return without(span, holes).map((left) => ({ ...left, restriction }));
  });
}

function alertsOf(stretches: readonly Stretch[], fromMs: EpochMs, untilMs: EpochMs): DivertAlert[] {
  const same = groupBy(stretches, ({ restriction: { hospital, key, effect, scope } }) =>
    JSON.stringify([hospital, key, effect, scope]),
  );
  return [...same.values()]
    .flatMap((group) => {
      const { hospital, key, effect, scope } = group[0]!.restriction;
      return union(group).flatMap((span) =>
        clip(span, fromMs, untilMs).map((within): DivertAlert => {
          const told = { hospital, key, effect, scope, ...within, minutes: minutesOf([within]) };
          const isWhole = within.fromMs === span.fromMs && within.untilMs === span.untilMs;
          return isWhole ? told : { ...told, isCut: true };
        }),
      );
    })
    .sort((a, b) => a.fromMs - b.fromMs || compare(a.hospital, b.hospital) || compare(a.key, b.key));
}

function networkOf(perHospital: readonly (readonly Interval[])[], fromMs: EpochMs, untilMs: EpochMs): NetworkShare[] {
  const steps = perHospital.flat().flatMap((span) => [
    { atMs: span.fromMs, by: 1 },
    { atMs: span.untilMs, by: -1 },
  ]);
  steps.sort((a, b) => a.atMs - b.atMs);
  const lasted: EpochMs[] = [0];
  let count = 0;
  let sinceMs = fromMs;
  for (const { atMs, by } of [...steps, { atMs: untilMs, by: 0 }]) {
    lasted[count] = (lasted[count] ?? 0) + atMs - sinceMs;
    sinceMs = atMs;
    count += by;
  }
  return Array.from(lasted, (ms = 0, hospitals) => ({
    hospitals,
    minutes: ms / MS_PER_MINUTE,
    share: ms / (untilMs - fromMs),
  }));
}

/** The days of a zone that a period touches, each cut to it. */
function daysOf(fromMs: EpochMs, untilMs: EpochMs, zone: TimeZone): (Interval & { readonly day: string })[] {
  const days: (Interval & { readonly day: string })[] = [];
  const first = Math.floor((fromMs + zone.offsetMinutes(fromMs) * MS_PER_MINUTE) / MS_PER_DAY);
  for (let number = first; ; number++) {
    const begins = zone.instantOfLocal(number * MS_PER_DAY);
    if (begins >= untilMs) return days;
    const ends = zone.instantOfLocal((number + 1) * MS_PER_DAY);
    const { year, month, day } = calendarDate(number);
    const text = [String(year).padStart(4, "0"), String(month).padStart(2, "0"), String(day).padStart(2, "0")].join(
      "-",
    );
    days.push({ day: text, fromMs: Math.max(begins, fromMs), untilMs: Math.min(ends, untilMs) });
  }
}

function clip<S extends Interval>(span: S, fromMs: EpochMs, untilMs: EpochMs): S[] {
  const clipped = { ...span, fromMs: Math.max(span.fromMs, fromMs), untilMs: Math.min(span.untilMs, untilMs) };
  return clipped.fromMs < clipped.untilMs ? [clipped] : [];
}

/** Ascending, apart, together covering the same. */
function union(spans: readonly Interval[]): Interval[] {
  const merged: Interval[] = [];
  for (const { fromMs, untilMs } of [...spans].sort((a, b) => a.fromMs - b.fromMs)) {
    if (fromMs >= untilMs) continue;
    const last = merged.at(-1);
    if (last === undefined || last.untilMs < fromMs) merged.push({ fromMs, untilMs });
    else merged[merged.length - 1] = { fromMs: last.fromMs, untilMs: Math.max(last.untilMs, untilMs) };
  }
  return merged;
}

/** What is left of a span. */
function without(span: Interval, holes: readonly Interval[]): Interval[] {
  let left: Interval[] = span.fromMs < span.untilMs ? [span] : [];
  for (const hole of holes) {
    left = left.flatMap((one) => [
      ...clip(one, Number.NEGATIVE_INFINITY, hole.fromMs),
      ...clip(one, hole.untilMs, Number.POSITIVE_INFINITY),
    ]);
  }
  return left;
}

function groupBy<T>(list: readonly T[], nameOf: (one: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const one of list) {
    const name = nameOf(one);
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [one]);
    else group.push(one);
  }
  return groups;
}

const minutesOf = (spans: readonly Interval[]): number =>
  spans.reduce((sum, { fromMs, untilMs }) => sum + untilMs - fromMs, 0) / MS_PER_MINUTE;

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
