import { defined } from "../../core/defined";
import { invalidFeed } from "../../core/feed-message";
import {
  calendarDate,
  type EpochMs,
  epochDay,
  type Instant,
  instantAt,
  MS_PER_DAY,
  MS_PER_MINUTE,
} from "../../core/instant";
import { readSenderTime } from "../../core/sender-time";
import type { TimeZone } from "../../core/time-zone";
import { childOf, within, type XmlElement } from "../../core/xml";
import { type Period, shown } from "./closure-feed-reading";

/** Hours that come again each day are laid out for so many days from the message; the next message lays out more. */
const DAYS_AHEAD = 8;

const DAYS = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"] as const;

interface ValidityOptions {
  readonly zone: TimeZone | undefined;
  /** When the message was sent. */
  readonly sentMs: EpochMs | undefined;
  readonly note: (kind: "lost" | "odd", text: string) => void;
}

/**
 * When a record of DATEX II holds: its overall time, cut to its valid periods, and hours of days laid out on the calendar.
 * Where these hours cannot be laid out it holds throughout: a road taken for open that is closed is the worse mistake.
 *
 * @throws DiversionError `invalid-feed` for a time that is none.
 */
export function periodsOf(record: XmlElement, options: ValidityOptions): Period[] {
  const specification = within(record, "validityTimeSpecification")[0];
  if (specification === undefined) return [{}];
  const overall = periodOf(specification, "overallStartTime", "overallEndTime", options);
  if (within(specification, "exceptionPeriod").length > 0) {
    options.note("lost", "Exceptions to the time are not read; it is taken to hold in them too.");
  }
  const valid = specification.children.filter(({ name }) => name === "validPeriod");
  const periods = valid.length === 0 ? [overall] : valid.flatMap((one) => validPeriods(one, overall, options));
  return periods;
}

function validPeriods(element: XmlElement, overall: Period, options: ValidityOptions): Period[] {
  const own = intersection(overall, periodOf(element, "startOfPeriod", "endOfPeriod", options));
  if (own === undefined) return [];
  const hours = within(element, "recurringTimePeriodOfDay");
  const days = within(element, "recurringDayWeekMonthPeriod");
  if (hours.length + days.length === 0) return [own];
  const { zone, sentMs, note } = options;
  const isByWeek = days.some((one) => within(one, "applicableWeek").length + within(one, "applicableMonth").length > 0);
  if (zone === undefined || sentMs === undefined || isByWeek) {
    note("odd", "Hours and days that come again cannot be laid out; it is taken to hold throughout.");
    return [own];
  }
  const weekdays = new Set(days.flatMap((one) => within(one, "applicableDay").map(({ text }) => text.toLowerCase())));
  const spans = hours.length === 0 ? [[0, 24 * 60] as const] : hours.map(hoursOf);
  const today = Math.floor((sentMs + zone.offsetMinutes(sentMs) * MS_PER_MINUTE) / MS_PER_DAY);
  const laid: Period[] = [];
  // Yesterday's night may last until this morning.
  for (let day = today - 1; day < today + DAYS_AHEAD; day++) {
    const { year, month, day: ofMonth } = calendarDate(day);
    const weekday = DAYS[(epochDay(year, month, ofMonth) + 4) % 7]!;
    if (weekdays.size > 0 && !weekdays.has(weekday)) continue;
    for (const [opens, closes] of spans) {
      const at = (minute: number): Instant => {
        const epochMs = zone.instantOfLocal(day * MS_PER_DAY + minute * MS_PER_MINUTE);
        return instantAt(epochMs, zone.offsetMinutes(epochMs));
      };
      const end = closes <= opens ? closes + 24 * 60 : closes;
      const period = intersection(own, { from: at(opens), until: at(end) });
      if (period !== undefined) laid.push(period);
    }
  }
  return laid;
}

/** Minutes of the day; an end at or before the beginning is of the next day. */
function hoursOf(element: XmlElement): readonly [number, number] {
  const minuteOf = (name: string): number => {
    const text = within(element, name)[0]?.text ?? "";
    const match = /^([01]\d|2[0-4]):([0-5]\d)(?::[0-5]\d(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:\d{2})?$/.exec(text);
    if (match === null) throw invalidFeed(`${name} is ${shown(text)}, no time of day`, { row: element.line });
    return Number(match[1]) * 60 + Number(match[2]);
  };
  return [minuteOf("startTimeOfPeriod"), minuteOf("endTimeOfPeriod")];
}

function periodOf(element: XmlElement, start: string, end: string, { zone }: ValidityOptions): Period {
  const [from, until] = [start, end].map((name) => {
    const text = childOf(element, name)?.text;
    if (text === undefined || text === "") return undefined;
    const moment = readSenderTime(text, zone);
    if (moment === undefined) throw invalidFeed(`${name} is ${shown(text)}, no moment`, { row: element.line });
    return moment;
  });
  return defined({ from, until });
}

function intersection(a: Period, b: Period): Period | undefined {
  const from = later(a.from, b.from);
  const until = later(a.until, b.until, -1);
  if (from !== undefined && until !== undefined && from.epochMs >= until.epochMs) return undefined;
  return defined({ from, until });
}

const later = (a: Instant | undefined, b: Instant | undefined, sign = 1): Instant | undefined =>
  a === undefined || (b !== undefined && sign * (b.epochMs - a.epochMs) > 0) ? b : a;
