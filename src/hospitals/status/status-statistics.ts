import { DiversionError } from "../../core/errors";
import { calendarDate, type EpochMs, MS_PER_DAY, MS_PER_MINUTE } from "../../core/instant";
import type { Interval } from "../../core/interval";
import { ENTRIES_PER_STEP, runSteps, type Steps, sortSteps } from "../../core/steps";
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
export const statusStatistics = (
  history: readonly StatusEvent[],
  directory: HospitalDirectory,
  options: StatusStatisticsOptions,
): StatusStatistics => runSteps(statusStatisticsSteps(history, directory, options));

/** {@link statusStatistics}, in steps. */
export function* statusStatisticsSteps(
  history: readonly StatusEvent[],
  directory: HospitalDirectory,
  { fromMs, untilMs, timeZone, lifetime }: StatusStatisticsOptions,
): Steps<StatusStatistics> {
  if (untilMs - fromMs > LONGEST_STATISTICS_DAYS * MS_PER_DAY) {
    const message = `The period is longer than ${LONGEST_STATISTICS_DAYS} days; ask for a shorter one.`;
    throw new DiversionError("invalid-argument", message, { field: "until" });
  }
  const stretches = yield* stretchesOf(history, directory, lifetime);
  const alerts = yield* alertsOf(stretches, fromMs, untilMs);
  const days = yield* daysOf(fromMs, untilMs, TimeZone.of(timeZone));
  const perDay: DivertDay[][] = days.map(() => []);
  const unions: Interval[][] = [];
  const byHospital = groupBy(stretches, ({ restriction }) => restriction.hospital);
  for (const hospital of [...byHospital.keys()].sort()) {
    yield;
    const clipped = byHospital.get(hospital)!.flatMap((stretch) => clip(stretch, fromMs, untilMs));
    unions.push(union(clipped));
    for (const [number, day] of yield* daysOfHospital(hospital, clipped, days)) perDay[number]!.push(day);
  }
  yield;
  const network = networkOf(unions, fromMs, untilMs);
  return { fromMs, untilMs, timeZone, hospitals: directory.size, perDay: perDay.flat(), network, alerts };
}

/** The days on which one ED diverted or refused, by number. */
function* daysOfHospital(
  hospital: string,
  stretches: readonly Stretch[],
  days: readonly Day[],
): Steps<readonly (readonly [number, DivertDay])[]> {
  const coming = yield* sortSteps(stretches, (a, b) => a.fromMs - b.fromMs);
  const told: [number, DivertDay][] = [];
  let begun = 0;
  let open: Stretch[] = [];
  for (const [number, { day, fromMs, untilMs }] of days.entries()) {
    if (begun === coming.length && open.length === 0) break;
    while (begun < coming.length && coming[begun]!.fromMs < untilMs) open.push(coming[begun++]!);
    if (open.length === 0) continue;
    const ofDay = open.flatMap((stretch) => clip(stretch, fromMs, untilMs));
    open = open.filter((stretch) => stretch.untilMs > untilMs);
    const byKind = groupBy(ofDay, ({ restriction: { effect, scope } }) => JSON.stringify([effect, scope.needs ?? []]));
    const kinds = [...byKind]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([kind, ofKind]) => {
        const [effect, needs] = JSON.parse(kind) as [Effect, string[]];
        return { effect, needs, minutes: minutesOf(union(ofKind)) };
      });
    told.push([number, { day, hospital, minutes: minutesOf(union(ofDay)), kinds }]);
    yield;
  }
  return told;
}

/** Of what diverts or refuses. */
function* stretchesOf(
  history: readonly StatusEvent[],
  directory: HospitalDirectory,
  lifetime: StatusStatisticsOptions["lifetime"],
): Steps<Stretch[]> {
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
    if (index % ENTRIES_PER_STEP === 0) yield;
  }
  const overruled = new Map<string, Interval[]>();
  for (const [index, event] of history.entries()) {
    if (index % ENTRIES_PER_STEP === 0) yield;
    if (event.kind !== "overrule") continue;
    const id = directory.get(event.hospital)?.id ?? event.hospital;
    const span = { fromMs: event.receivedAt.epochMs, untilMs: Math.min(event.until.epochMs, replacedMs[index]!) };
    const known = overruled.get(id);
    if (known === undefined) overruled.set(id, [span]);
    else known.push(span);
  }
  const stretches: Stretch[] = [];
  for (const [index, event] of history.entries()) {
    if (index % ENTRIES_PER_STEP === 0) yield;
    if (event.kind !== "report" || event.restriction.effect === "inform") continue;
    const id = directory.get(event.restriction.hospital)?.id;
    if (id === undefined) continue;
    const restriction = { ...event.restriction, hospital: id };
    const { fromMs, untilMs } = lifetime(event.restriction);
    const span = {
      fromMs: Math.max(fromMs, restriction.receivedAt.epochMs),
      untilMs: Math.min(untilMs, replacedMs[index]!),
    };
    const holes = feedOf(restriction) === undefined ? [] : (overruled.get(id) ?? []);
    for (const left of without(span, holes)) stretches.push({ ...left, restriction });
  }
  return stretches;
}

function* alertsOf(stretches: readonly Stretch[], fromMs: EpochMs, untilMs: EpochMs): Steps<DivertAlert[]> {
  const same = new Map<string, Stretch[]>();
  for (const [index, stretch] of stretches.entries()) {
    if (index % ENTRIES_PER_STEP === 0) yield;
    const { hospital, key, effect, scope } = stretch.restriction;
    const name = JSON.stringify([hospital, key, effect, scope]);
    const known = same.get(name);
    if (known === undefined) same.set(name, [stretch]);
    else known.push(stretch);
  }
  const alerts: DivertAlert[] = [];
  for (const group of same.values()) {
    yield;
    const { hospital, key, effect, scope } = group[0]!.restriction;
    for (const span of union(group)) {
      for (const within of clip(span, fromMs, untilMs)) {
        const told = { hospital, key, effect, scope, ...within, minutes: minutesOf([within]) };
        const isWhole = within.fromMs === span.fromMs && within.untilMs === span.untilMs;
        alerts.push(isWhole ? told : { ...told, isCut: true });
      }
    }
  }
  return yield* sortSteps(
    alerts,
    (a, b) => a.fromMs - b.fromMs || compare(a.hospital, b.hospital) || compare(a.key, b.key),
  );
}

function networkOf(perHospital: readonly (readonly Interval[])[], fromMs: EpochMs, untilMs: EpochMs): NetworkShare[] {
  const begins = Float64Array.from(perHospital.flat(), (span) => span.fromMs).sort();
  const ends = Float64Array.from(perHospital.flat(), (span) => span.untilMs).sort();
  const lasted: EpochMs[] = [0];
  let count = 0;
  let sinceMs = fromMs;
  const lastUntil = (ms: EpochMs): void => {
    lasted[count] = (lasted[count] ?? 0) + ms - sinceMs;
    sinceMs = ms;
  };
  for (let begun = 0, ended = 0; ended < ends.length; ) {
    // Of one that ends as another begins there are never two.
    const isEnd = begun === begins.length || ends[ended]! <= begins[begun]!;
    lastUntil(isEnd ? ends[ended++]! : begins[begun++]!);
    count += isEnd ? -1 : 1;
  }
  lastUntil(untilMs);
  return Array.from(lasted, (ms = 0, hospitals) => ({
    hospitals,
    minutes: ms / MS_PER_MINUTE,
    share: ms / (untilMs - fromMs),
  }));
}

interface Day extends Interval {
  /** YYYY-MM-DD. */
  readonly day: string;
}

/** The days of a zone that a period touches, each cut to it. */
function* daysOf(fromMs: EpochMs, untilMs: EpochMs, zone: TimeZone): Steps<Day[]> {
  const days: Day[] = [];
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
    yield;
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
