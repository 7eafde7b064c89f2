import type { EdCondition } from "../diversion/rules/ed-condition";

export const minutesText = (seconds: number): string => `${Math.round(seconds / 60)} min`;
export const kilometresText = (metres: number): string => `${(metres / 1000).toFixed(1)} km`;

/** Hours and minutes of an RFC 3339 instant, by its own offset. */
export const timeOf = (instant: string): string => instant.slice(11, 16);

/** The time alone when the instant is on the day of the other, else the date too. */
export const momentText = (instant: string, now: string): string =>
  instant.slice(0, 10) === now.slice(0, 10)
    ? timeOf(instant)
    : `${Number(instant.slice(8, 10))} ${MONTHS[Number(instant.slice(5, 7)) - 1]} ${timeOf(instant)}`;

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** By this computer's clock and zone. */
export function localTime(epochMs: number, withSeconds = false): string {
  const date = new Date(epochMs);
  const parts = [date.getHours(), date.getMinutes(), ...(withSeconds ? [date.getSeconds()] : [])];
  return parts.map((part) => String(part).padStart(2, "0")).join(":");
}

/** "major trauma" for `major-trauma`. */
export const wordText = (word: string): string => word.replaceAll("-", " ");

export const CONDITION_TEXT: Readonly<Record<EdCondition, string>> = {
  open: "open",
  partial: "restricted",
  divert: "on divert",
  refuse: "refuses all",
  shut: "shut",
  unknown: "unknown",
};

export const CONDITION_MEANING: Readonly<Record<EdCondition, string>> = {
  open: "Takes patients",
  partial: "Diverts or refuses some patients",
  divert: "Asks that everybody goes elsewhere",
  refuse: "Takes nobody",
  shut: "Outside opening hours",
  unknown: "Feeds do not tell",
};
