import { defined } from "../../core/defined";
import { invalidFeed } from "../../core/feed-message";
import { epochDay, type Instant, instantAt, isCalendarDate, MS_PER_DAY } from "../../core/instant";
import { readSenderTime } from "../../core/sender-time";
import type { TimeZone } from "../../core/time-zone";
import { quote } from "../directory/schema-problems";
import type { Period } from "./fhir-schemas";

/**
 * FHIR's `Period` as a restriction's `from` and `until`. A date without a time is the whole of it in the zone given, so
 * that an end of 14 May takes in all of 14 May (R4, datatypes, Period). Times are read in the forms senders use.
 *
 * @throws DiversionError `invalid-feed` for what is no moment, for days the calendar does not have, or an end before the
 * start.
 */
export function periodOf(
  { start, end }: Period,
  zone: TimeZone,
  field: string,
): { readonly from?: Instant; readonly until?: Instant } {
  const from = start === undefined ? undefined : edge(start, zone, "start", `${field}.start`);
  const until = end === undefined ? undefined : edge(end, zone, "end", `${field}.end`);
  if (from !== undefined && until !== undefined && from.epochMs >= until.epochMs) {
    throw invalidFeed(`The period from ${quote(start)} to ${quote(end)} ends before it has begun`, { field });
  }
  return defined({ from, until });
}

function edge(text: string, zone: TimeZone, which: "start" | "end", field: string): Instant {
  const instant = readSenderTime(text, zone);
  if (instant !== undefined) return instant;
  const match = /^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?$/.exec(text.trim());
  const [year = 0, month, day] = (match?.slice(1) ?? []).map((part) => (part === undefined ? undefined : Number(part)));
  if (match === null || !isCalendarDate(year, month ?? 1, day ?? 1)) {
    throw invalidFeed(`${quote(text)} is no moment of the calendar`, { field });
  }
  const afterLastDay =
    day !== undefined
      ? epochDay(year, month!, day) + 1
      : month !== undefined
        ? month === 12
          ? epochDay(year + 1, 1, 1)
          : epochDay(year, month + 1, 1)
        : epochDay(year + 1, 1, 1);
  const dayNumber = which === "start" ? epochDay(year, month ?? 1, day ?? 1) : afterLastDay;
  const epochMs = zone.instantOfLocal(dayNumber * MS_PER_DAY);
  return instantAt(epochMs, zone.offsetMinutes(epochMs));
}
