import type { Scope } from "../hospitals/status/restriction";

/** Whom a restriction is about, in few words. */
export function scopeWords({ needs, exceptNeeds, minAge, maxAge, acuity }: Scope): string {
  const except = exceptNeeds === undefined ? undefined : `not ${exceptNeeds.join(", ")}`;
  const words = [needs?.join(", "), except, ageWords(minAge, maxAge), acuity?.join(", ")].filter(
    (part) => part !== undefined,
  );
  return words.length === 0 ? "everyone" : words.join("; ");
}

function ageWords(minAge: number | undefined, maxAge: number | undefined): string | undefined {
  if (minAge !== undefined && maxAge !== undefined) return `aged ${minAge} to ${maxAge}`;
  if (minAge !== undefined) return `aged ${minAge} and over`;
  return maxAge === undefined ? undefined : `aged ${maxAge} and under`;
}

const WEEKDAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** The wall clock of an instant as it is written: `Sun 14 May 15:00`. */
export const wallClock = (instant: string): string => `${wallDay(instant)} ${instant.slice(11, 16)}`;

/** The day of an instant as it is written: `Sun 14 May`. */
export function wallDay(instant: string): string {
  const [year, month, day] = instant.slice(0, 10).split("-").map(Number) as [number, number, number];
  const weekday = WEEKDAYS[new Date(Date.UTC(year, month - 1, day)).getUTCDay()];
  return `${weekday} ${day} ${MONTHS[month - 1]}`;
}

/** Digits in groups of three: 264,346. */
export const grouped = (value: number): string => value.toLocaleString("en-GB");

/** In groups of three, with one digit after the point. */
export const oneDecimal = (value: number): string =>
  value.toLocaleString("en-GB", { minimumFractionDigits: 1, maximumFractionDigits: 1 });
