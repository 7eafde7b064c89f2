import * as z from "zod/mini";
import { type EpochMs, epochDay, isCalendarDate, MS_PER_DAY, MS_PER_MINUTE } from "../../core/instant";
import { type Interval, isDuring } from "../../core/interval";
import { TimeZone } from "../../core/time-zone";

/** Days of the week in the order of ISO 8601: Monday is 0. */
export const WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;

const Weekday = z.enum(WEEKDAYS);

const TimeOfDay = z
  .string()
  .check(z.regex(/^([01]\d|2[0-3]):[0-5]\d$|^24:00$/, "write a time of day from 00:00 to 24:00, such as 08:30"));

const CalendarDay = z.string().check(
  z.regex(/^\d{4}-\d{2}-\d{2}$/, "write a date such as 2017-07-04"),
  z.refine(
    (text) => isCalendarDate(Number(text.slice(0, 4)), Number(text.slice(5, 7)), Number(text.slice(8, 10))),
    "the calendar has no such day",
  ),
);

const Span = z.strictObject({ opens: TimeOfDay, closes: TimeOfDay }).check(
  z.refine(({ opens }) => opens !== "24:00", {
    error: "a span opens before midnight; write 00:00 of the next day",
    path: ["opens"],
  }),
);

const WeeklySpan = z
  .strictObject({ days: z.optional(z.array(Weekday).check(z.minLength(1))), opens: TimeOfDay, closes: TimeOfDay })
  .check(
    z.refine(({ opens }) => opens !== "24:00", {
      error: "a span opens before midnight; write 00:00 of the next day",
      path: ["opens"],
    }),
  );

const Period = z
  .strictObject({ firstDay: z.optional(CalendarDay), lastDay: z.optional(CalendarDay), weekly: z.array(WeeklySpan) })
  .check(
    z.refine(({ firstDay, lastDay }) => firstDay === undefined || lastDay === undefined || firstDay <= lastDay, {
      error: "the last day comes before the first",
      path: ["lastDay"],
    }),
  );

/**
 * Opening hours of an ED, or of one service in it, as wall-clock times of an IANA zone.
 *
 * - `periods`: weekly hours with the days they are in effect, `firstDay` and `lastDay` both included and both optional.
 *   On a day in no period it is open round the clock, as EDs are; on a day in several, the period listed last holds.
 * - `weekly`: spans on the days named (all seven when none is). A span that closes at or before the time it opens runs
 *   overnight and belongs to the day it opens on. An empty list means closed.
 * - `exceptions`: single days that differ, such as 25 December; they come before every period.
 *
 * Spans are turned into instants before anything is compared, so that on the two awkward nights of the year they are
 * neither skipped nor doubled: a time that comes twice is the first of the two, one that is skipped is read with the
 * offset before the gap (RFC 5545 section 3.3.5).
 */
export const OpeningHoursSchema = z.strictObject({
  zone: z
    .string()
    .check(z.refine((name) => TimeZone.find(name) !== undefined, "write an IANA time zone such as Europe/London")),
  periods: z.array(Period).check(z.minLength(1)),
  exceptions: z.optional(z.array(z.strictObject({ day: CalendarDay, spans: z.array(Span) }))),
});

export type OpeningHours = z.infer<typeof OpeningHoursSchema>;

/** How far ahead {@link nextOpening} and {@link nextClosing} look: a year of weekly hours and holidays, and some weeks. */
const HORIZON_DAYS = 400;

/** Whether hours take in a moment. Hours that are not given are round the clock. */
export function isOpenAt(hours: OpeningHours | undefined, epochMs: EpochMs): boolean {
  return hours === undefined || isWithin(spansAround(compile(hours), epochMs), epochMs);
}

/** The first moment from `epochMs` on at which it is open; undefined when there is none within 400 days. */
export function nextOpening(hours: OpeningHours | undefined, epochMs: EpochMs): EpochMs | undefined {
  if (hours === undefined || isOpenAt(hours, epochMs)) return epochMs;
  const compiled = compile(hours);
  const today = localDay(compiled, epochMs);
  const beginsOn = (day: number): EpochMs[] =>
    spansOf(compiled, day)
      .filter(({ fromMs, untilMs }) => fromMs > epochMs && fromMs < untilMs)
      .map(({ fromMs }) => fromMs);
  for (let day = today - 1; day <= today + HORIZON_DAYS; day++) {
    const begins = beginsOn(day);
    // The day after is looked at too: where clocks skip midnight, its first span may begin before this day's last.
    if (begins.length > 0) return Math.min(...begins, ...beginsOn(day + 1));
  }
  return undefined;
}

/** The first moment from `epochMs` on at which it is closed; undefined when there is none within 400 days. */
export function nextClosing(hours: OpeningHours | undefined, epochMs: EpochMs): EpochMs | undefined {
  if (hours === undefined) return undefined;
  const compiled = compile(hours);
  let moment = epochMs;
  while (moment < epochMs + HORIZON_DAYS * MS_PER_DAY) {
    const around = spansAround(compiled, moment);
    if (!isWithin(around, moment)) return moment;
    moment = Math.max(...around.filter((span) => isDuring(span, moment)).map(({ untilMs }) => untilMs));
  }
  return undefined;
}

/** Minutes of wall clock since the midnight that begins the day the span belongs to; the end may be on the next day. */
interface LocalSpan {
  readonly opensMinute: number;
  readonly closesMinute: number;
}

interface CompiledPeriod {
  readonly firstDay: number;
  readonly lastDay: number;
  /** By day of the week, Monday first. */
  readonly weekly: readonly (readonly LocalSpan[])[];
}

interface CompiledHours {
  readonly zone: TimeZone;
  /** Last listed first: the first that fits holds. */
  readonly periods: readonly CompiledPeriod[];
  readonly exceptions: ReadonlyMap<number, readonly LocalSpan[]>;
  /** Days already turned into instants: one question after the other is about the same few. */
  readonly remembered: Map<number, readonly OpenSpan[]>;
}

/** A bound on what is remembered, above the horizon so that one search ahead does not push itself out. */
const REMEMBERED_DAYS = 512;

/** Empty when a summer-time gap swallowed it. */
type OpenSpan = Interval;

const compiledHours = new WeakMap<OpeningHours, CompiledHours>();

function compile(hours: OpeningHours): CompiledHours {
  let compiled = compiledHours.get(hours);
  if (compiled === undefined) {
    compiled = {
      zone: TimeZone.of(hours.zone),
      periods: hours.periods.map(compilePeriod).reverse(),
      exceptions: new Map((hours.exceptions ?? []).map(({ day, spans }) => [dayOf(day), spans.map(localSpan)])),
      remembered: new Map(),
    };
    compiledHours.set(hours, compiled);
  }
  return compiled;
}

function compilePeriod({ firstDay, lastDay, weekly }: OpeningHours["periods"][number]): CompiledPeriod {
  return {
    firstDay: firstDay === undefined ? Number.NEGATIVE_INFINITY : dayOf(firstDay),
    lastDay: lastDay === undefined ? Number.POSITIVE_INFINITY : dayOf(lastDay),
    weekly: WEEKDAYS.map((weekday) =>
      weekly.filter(({ days }) => days === undefined || days.includes(weekday)).map(localSpan),
    ),
  };
}

const MINUTES_PER_DAY = 1440;

const ALL_DAY: readonly LocalSpan[] = [{ opensMinute: 0, closesMinute: MINUTES_PER_DAY }];

function localSpan({ opens, closes }: { readonly opens: string; readonly closes: string }): LocalSpan {
  const opensMinute = minuteOf(opens);
  const closesMinute = minuteOf(closes);
  return { opensMinute, closesMinute: closesMinute > opensMinute ? closesMinute : closesMinute + MINUTES_PER_DAY };
}

const minuteOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5));

const dayOf = (date: string): number =>
  epochDay(Number(date.slice(0, 4)), Number(date.slice(5, 7)), Number(date.slice(8, 10)));

const localDay = ({ zone }: CompiledHours, epochMs: EpochMs): number =>
  Math.floor((epochMs + zone.offsetMinutes(epochMs) * MS_PER_MINUTE) / MS_PER_DAY);

function spansOf(hours: CompiledHours, day: number): readonly OpenSpan[] {
  const { remembered } = hours;
  let spans = remembered.get(day);
  if (spans === undefined) {
    if (remembered.size >= REMEMBERED_DAYS) remembered.clear();
    spans = instantsOf(hours, day);
    remembered.set(day, spans);
  }
  return spans;
}

function instantsOf({ zone, periods, exceptions }: CompiledHours, day: number): readonly OpenSpan[] {
  const period = periods.find(({ firstDay, lastDay }) => firstDay <= day && day <= lastDay);
  // 1970-01-01 was a Thursday; days before it are negative.
  const weekday = (((day + 3) % 7) + 7) % 7;
  const spans = exceptions.get(day) ?? period?.weekly[weekday] ?? ALL_DAY;
  return spans.map(({ opensMinute, closesMinute }) => ({
    fromMs: zone.instantOfLocal(day * MS_PER_DAY + opensMinute * MS_PER_MINUTE),
    untilMs: zone.instantOfLocal(day * MS_PER_DAY + closesMinute * MS_PER_MINUTE),
  }));
}

/** All spans that may hold a moment: yesterday's run overnight, tomorrow's may have begun before clocks went back. */
function spansAround(hours: CompiledHours, epochMs: EpochMs): OpenSpan[] {
  const today = localDay(hours, epochMs);
  return [today - 1, today, today + 1].flatMap((day) => spansOf(hours, day));
}

const isWithin = (spans: readonly OpenSpan[], epochMs: EpochMs): boolean =>
  spans.some((span) => isDuring(span, epochMs));
