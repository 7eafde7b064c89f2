import * as z from "zod";
import { isCalendarDate } from "../core/instant";
import { TimeZone } from "../core/time-zone";

/** Days of the week in the order of ISO 8601: Monday is 0. */
export const WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;

const Weekday = z.enum(WEEKDAYS);

const TimeOfDay = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$|^24:00$/, "write a time of day from 00:00 to 24:00, such as 08:30");

const CalendarDay = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}$/, "write a date such as 2017-07-04")
  .refine(
    (text) => isCalendarDate(Number(text.slice(0, 4)), Number(text.slice(5, 7)), Number(text.slice(8, 10))),
    "the calendar has no such day",
  );

const Span = z.strictObject({ opens: TimeOfDay, closes: TimeOfDay }).refine(({ opens }) => opens !== "24:00", {
  error: "a span opens before midnight; write 00:00 of the next day",
  path: ["opens"],
});

const WeeklySpan = z
  .strictObject({ days: z.array(Weekday).min(1).optional(), opens: TimeOfDay, closes: TimeOfDay })
  .refine(({ opens }) => opens !== "24:00", {
    error: "a span opens before midnight; write 00:00 of the next day",
    path: ["opens"],
  });

const Period = z
  .strictObject({ firstDay: CalendarDay.optional(), lastDay: CalendarDay.optional(), weekly: z.array(WeeklySpan) })
  .refine(({ firstDay, lastDay }) => firstDay === undefined || lastDay === undefined || firstDay <= lastDay, {
    error: "the last day comes before the first",
    path: ["lastDay"],
  });

/**
 * Opening hours of an ED, or of one service in it, as wall-clock times of an IANA zone.
 *
 * - `periods`: weekly hours with the days they are in effect, `firstDay` and `lastDay` both included and both optional.
 *   On a day in no period it is open round the clock, as EDs are; on a day in several, the period listed last holds.
 * - `weekly`: spans on the days named (all seven when none is). A span that closes at or before the time it opens runs
 *   overnight and belongs to the day it opens on. An empty list means closed.
 * - `exceptions`: single days that differ, such as 25 December; they come before every period.
 */
export const OpeningHoursSchema = z.strictObject({
  zone: z.string().refine((name) => TimeZone.find(name) !== undefined, "write an IANA time zone such as Europe/London"),
  periods: z.array(Period).min(1),
  exceptions: z.array(z.strictObject({ day: CalendarDay, spans: z.array(Span) })).optional(),
});

export type OpeningHours = z.infer<typeof OpeningHoursSchema>;
