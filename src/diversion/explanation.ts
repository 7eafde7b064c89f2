import { type EpochMs, type Instant, MS_PER_MINUTE } from "../core/instant";
import type { HospitalDirectory } from "../hospitals/directory";
import type { Restriction, Scope } from "../hospitals/restriction";

const MONTHS = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
];

const spoken = (words: readonly string[], joiner: string): string => {
  const plain = words.map((word) => word.replaceAll("-", " "));
  return plain.length < 2 ? plain.join("") : `${plain.slice(0, -1).join(", ")} ${joiner} ${plain.at(-1)}`;
};

/** The moment as its author's clock showed it: the time alone on the day of the question, else the day. */
function spokenInstant({ epochMs, text }: Instant, atMs: EpochMs, offsetMinutes: number | undefined): string {
  const local = new Date(epochMs + (offsetMinutes ?? 0) * MS_PER_MINUTE);
  const today = new Date(atMs + (offsetMinutes ?? 0) * MS_PER_MINUTE);
  if (Number.isNaN(local.getTime())) return text;
  const time = local.toISOString().slice(11, 16);
  if (local.toISOString().slice(0, 10) === today.toISOString().slice(0, 10)) return time;
  const day = `${local.getUTCDate()} ${MONTHS[local.getUTCMonth()]}`;
  return local.getUTCFullYear() === today.getUTCFullYear() ? day : `${day} ${local.getUTCFullYear()}`;
}

function spokenScope({ needs = [], minAge, maxAge, acuity = [] }: Scope): string {
  const parts = [
    needs.length > 0 ? spoken(needs, "and") : "",
    minAge !== undefined && maxAge !== undefined
      ? `age ${minAge} to ${maxAge}`
      : minAge !== undefined
        ? `age ${minAge} and over`
        : maxAge !== undefined
          ? `age ${maxAge} and under`
          : "",
    acuity.length > 0 ? `${spoken(acuity, "or")} cases` : "",
  ];
  return parts.filter((part) => part !== "").join(", ");
}

/** The clock by which instants are spoken. */
export interface SpokenClock {
  readonly atMs: EpochMs;
  readonly offsetMinutes: number | undefined;
}

/** A restriction in plain English: "trauma divert to Southend Hospital since 12 May, IT outage". */
export function restrictionText(restriction: Restriction, directory: HospitalDirectory, clock: SpokenClock): string {
  const { effect, scope, from, until, divertTo, reason } = restriction;
  const who = spokenScope(scope);
  const opening =
    effect === "divert"
      ? who === ""
        ? "divert"
        : `${who} divert`
      : effect === "refuse"
        ? `refuses ${who === "" ? "all patients" : who}`
        : who === ""
          ? "notice"
          : `notice about ${who}`;
  const receiver = divertTo === undefined ? "" : ` to ${directory.get(divertTo)?.name ?? divertTo}`;
  const since = from === undefined ? "" : ` since ${spokenInstant(from, clock.atMs, clock.offsetMinutes)}`;
  const end = until === undefined ? "" : ` until ${spokenInstant(until, clock.atMs, clock.offsetMinutes)}`;
  return `${opening}${receiver}${since}${end}, ${reason}`;
}

/** What an ED lacks, in plain English. */
export const missingText = (missing: readonly string[]): string => `does not offer ${spoken(missing, "and")}`;
