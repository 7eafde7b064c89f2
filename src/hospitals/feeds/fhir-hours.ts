import type { OpeningHours } from "../directory/opening-hours";
import type { AvailableTime } from "./fhir-schemas";

type WeeklySpan = OpeningHours["periods"][number]["weekly"][number];

/**
 * FHIR's `availableTime` as opening hours of a zone; undefined when nothing usable is stated. Days that are not listed
 * are closed. Seconds are rounded towards closed, but for 23:59:59, which means the end of the day.
 *
 * @param lost told of what could not be taken over.
 */
export function hoursOf(
  times: readonly AvailableTime[],
  zone: string,
  lost: (text: string) => void,
): OpeningHours | undefined {
  const weekly = times.flatMap((time) => spanOf(time, lost) ?? []);
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
  // A minute that rounds up to midnight opens the next day: nothing is left of this one.
  if (opens === "24:00") {
    lost(`An available time from ${start} begins with the next day; it is not used.`);
    return undefined;
  }
  return { ...days, opens, closes: end.startsWith("23:59:59") ? "24:00" : minuteFrom(end, "down") };
}

function minuteFrom(time: string, rounding: "up" | "down"): string {
  const whole = Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5));
  const minute = rounding === "up" && Number(time.slice(6)) > 0 ? whole + 1 : whole;
  return `${String(Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;
}
