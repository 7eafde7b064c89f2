import { assert } from "./assert";
import { DiversionError } from "./errors";

/** Milliseconds since 1970-01-01T00:00:00Z, leap seconds not counted, as in ECMAScript and POSIX. */
export type EpochMs = number;

/** Tells the present. Given as an option wherever the present matters, so that tests and replays bring their own. */
export type Clock = () => EpochMs;

/** The one place in the product where the wall clock is read. */
export const systemClock: Clock = () => Date.now();

export const MS_PER_MINUTE = 60_000;
export const MS_PER_HOUR = 3_600_000;
export const MS_PER_DAY = 86_400_000;

/** A moment, together with the text it was given as: audits quote what was said, comparisons use the milliseconds. */
export class Instant {
  constructor(
    readonly epochMs: EpochMs,
    readonly text: string,
  ) {}

  toJSON(): string {
    return this.text;
  }

  toString(): string {
    return this.text;
  }
}

/** The moment at `epochMs`, {@link boundedMs}, written as {@link formatInstant} writes it. */
export function instantAt(epochMs: EpochMs, offsetMinutes?: number): Instant {
  const bounded = boundedMs(epochMs);
  return new Instant(bounded, formatInstant(bounded, offsetMinutes));
}

/**
 * The moment nearest to `epochMs` in the years 1 to 9998. Databases write "no beginning" and "no end" as the first and the
 * last moment there is; a lifetime added to such a one, or the offset of a zone, would lead to years that RFC 3339 cannot
 * write. A year at each end is more than both together.
 */
export const boundedMs = (epochMs: EpochMs): EpochMs => Math.min(Math.max(epochMs, EARLIEST_MS), LATEST_MS);

const RFC_3339 = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?(?:Z|([+-])(\d{2}):(\d{2}))$/i;

/**
 * Reads an RFC 3339 date-time; undefined when the text is none. The offset (or `Z`) is required: a time without one
 * means different moments on different machines. Digits beyond milliseconds are cut off. Leap seconds (`:60`) are
 * refused: no clock of ours counts them. What is beyond the years 1 to 9998 keeps its text and counts as {@link boundedMs}.
 */
export function readInstant(text: string): Instant | undefined {
  const match = RFC_3339.exec(text);
  if (match === null) return undefined;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const offsetHours = Number(match[9] ?? 0);
  const offsetRest = Number(match[10] ?? 0);
  if (!isCalendarDate(year, month, day) || hour > 23 || minute > 59 || second > 59) return undefined;
  if (offsetHours > 23 || offsetRest > 59) return undefined;
  const milliseconds = Number((match[7] ?? "").padEnd(3, "0").slice(0, 3));
  const offsetMs = (match[8] === "-" ? -1 : 1) * (offsetHours * 60 + offsetRest) * MS_PER_MINUTE;
  const localMs =
    epochDay(year, month, day) * MS_PER_DAY +
    hour * MS_PER_HOUR +
    minute * MS_PER_MINUTE +
    second * 1000 +
    milliseconds;
  return new Instant(boundedMs(localMs - offsetMs), text);
}

/** {@link readInstant}, or a DiversionError `invalid-argument` that names the field. */
export function parseInstant(text: string, field = "instant"): Instant {
  const instant = readInstant(text);
  if (instant === undefined) {
    throw new DiversionError("invalid-argument", `${field} is ${JSON.stringify(text)}; ${INSTANT_FORM}.`, { field });
  }
  return instant;
}

/** How error messages describe the accepted form. */
export const INSTANT_FORM = "write a date, a time and its offset from UTC, such as 2017-05-15T17:00:00+01:00";

/**
 * RFC 3339 at the given offset, east positive. Milliseconds are written only when they are not zero. Without an offset
 * the text ends in `Z`, which says that local time is not known (RFC 9557 section 2); an offset of 0 is `+00:00`.
 *
 * Every whole number is written, beyond the years 0 to 9999 as the nearest moment within them: one odd moment must never
 * keep a list of others from being written.
 */
export function formatInstant(epochMs: EpochMs, offsetMinutes?: number): string {
  assert(Number.isInteger(epochMs) && Number.isInteger(offsetMinutes ?? 0), "moments and offsets are whole numbers");
  const local = Math.min(Math.max(epochMs + (offsetMinutes ?? 0) * MS_PER_MINUTE, YEAR_0), YEAR_10000 - 1);
  const dayNumber = Math.floor(local / MS_PER_DAY);
  const { year, month, day } = calendarDate(dayNumber);
  const inDay = local - dayNumber * MS_PER_DAY;
  const ms = inDay % 1000;
  const fraction = ms === 0 ? "" : `.${String(ms).padStart(3, "0")}`;
  const time = `${two(Math.floor(inDay / MS_PER_HOUR))}:${two(Math.floor(inDay / MS_PER_MINUTE) % 60)}:${two(Math.floor(inDay / 1000) % 60)}`;
  return `${String(year).padStart(4, "0")}-${two(month)}-${two(day)}T${time}${fraction}${formatOffset(offsetMinutes)}`;
}

const formatOffset = (minutes: number | undefined): string => {
  if (minutes === undefined) return "Z";
  const size = Math.abs(minutes);
  return `${minutes < 0 ? "-" : "+"}${two(Math.floor(size / 60))}:${two(size % 60)}`;
};

const two = (value: number): string => (value < 10 ? `0${value}` : String(value));

const YEAR_0 = -62_167_219_200_000;
const YEAR_10000 = 253_402_300_800_000;
/** 0001-01-01T00:00:00Z. */
const EARLIEST_MS = -62_135_596_800_000;
/** 9999-01-01T00:00:00Z. */
const LATEST_MS = 253_370_764_800_000;

/** A day of the proleptic Gregorian calendar; months and days count from 1. */
interface CalendarDate {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

/** Whether the calendar has this day. */
export function isCalendarDate(year: number, month: number, day: number): boolean {
  if (month < 1 || month > 12 || day < 1) return false;
  const date = calendarDate(epochDay(year, month, day));
  return date.month === month;
}

/**
 * Days from 1970-01-01 to a date; days beyond the month's end run on into the next month. March-based years put the leap
 * day last, so that month lengths follow (153m + 2) / 5 (Howard Hinnant, "chrono-compatible low-level date algorithms").
 */
export function epochDay(year: number, month: number, day: number): number {
  const marchYear = month <= 2 ? year - 1 : year;
  const era = Math.floor(marchYear / 400);
  const yearOfEra = marchYear - era * 400;
  const dayOfYear = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * DAYS_PER_ERA + dayOfEra - DAYS_FROM_ERA_TO_1970;
}

/** The inverse of {@link epochDay}. */
export function calendarDate(dayNumber: number): CalendarDate {
  const shifted = dayNumber + DAYS_FROM_ERA_TO_1970;
  const era = Math.floor(shifted / DAYS_PER_ERA);
  const dayOfEra = shifted - era * DAYS_PER_ERA;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const marchMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9;
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * marchMonth + 2) / 5) + 1,
  };
}

/** Days in the 400 years after which the Gregorian calendar repeats. */
const DAYS_PER_ERA = 146_097;
/** Days from 0000-03-01 to 1970-01-01. */
const DAYS_FROM_ERA_TO_1970 = 719_468;
