import { safeParse } from "../../core/safe-parse";
import type { OpeningHours } from "../directory/opening-hours";
import { quote } from "../directory/schema-problems";
import { type AvailableTime, AvailableTimeSchema } from "./fhir-schemas";

type WeeklySpan = OpeningHours["periods"][number]["weekly"][number];

/**
 * FHIR's `availableTime` as opening hours of a zone; undefined when nothing usable is stated. Days that are not listed
 * are closed. Seconds are rounded towards closed, but for 23:59:59, which means the end of the day. Hours that cannot be
 * read are told and left out: they are for people to compare, and cost nobody a status.
 *
 * @param lost told of what could not be taken over.
 */
export function hoursOf(times: unknown, zone: string, lost: (text: string) => void): OpeningHours | undefined {
  const list = times === undefined ? [] : Array.isArray(times) ? times : [times];
  const weekly = list.flatMap((time) => {
    const { success, data } = safeParse(AvailableTimeSchema, time);
    if (success) return spanOf(data, lost) ?? [];
    lost(`An available time is ${quote(time)}, which cannot be read; it is not used.`);
    return [];
  });
  return weekly.length === 0 ? undefined : { zone, periods: [{ weekly }] };
}

function spanOf(time: AvailableTime, lost: (text: string) => void): WeeklySpan | undefined {
  const { daysOfWeek = [], allDay = false, availableStartTime: start, availableEndTime: end } = time;
  const days = daysOfWeek.length === 0 ? {} : { days: [...new Set(daysOfWeek)] };
  if (allDay) return { ...days, opens: "00:00", closes: "24:00" };
  if (start === undefined || end === undefined) {
    lost(`An available time has no ${start === undefined ? "start" : "end"} and is not all day; it is not used.`);
    return undefined;
  }
  const opens = minuteFrom(start, "up");
  const closes = /^23:59:59/.test(end) ? "24:00" : minuteFrom(end, "down");
  if (opens === undefined || closes === undefined) {
    const bad = opens === undefined ? start : end;
    lost(`An available time has ${quote(bad)}, which is no time of day such as 08:30:00; it is not used.`);
    return undefined;
  }
  // A minute that rounds up to midnight opens the next day: nothing is left of this one.
  if (opens === "24:00") {
    lost(`An available time from ${start} begins with the next day; it is not used.`);
    return undefined;
  }
  return { ...days, opens, closes };
}

/** A time of day to the minute; without seconds too, as many write it. Undefined for what is none. */
function minuteFrom(time: string, rounding: "up" | "down"): string | undefined {
  const match = /^(\d{2}):(\d{2})(?::(\d{2}(?:\.\d{1,9})?))?$/.exec(time.trim());
  if (match === null) return undefined;
  const [hour, minutes, seconds = 0] = match.slice(1).map(Number) as [number, number, number?];
  if (minutes > 59 || seconds >= 60) return undefined;
  const whole = hour * 60 + minutes;
  const minute = rounding === "up" && seconds > 0 ? whole + 1 : whole;
  if (whole + seconds / 60 > 24 * 60) return undefined;
  return `${String(Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;
}
