import { type EpochMs, MS_PER_HOUR, MS_PER_MINUTE } from "../../core/instant";
import type { Shortfall } from "../../hospitals/directory/availability";
import { type CapabilityVocabulary, EMERGENCY } from "../../hospitals/directory/capabilities";
import type { HospitalDirectory } from "../../hospitals/directory/directory";
import type { FeedState } from "../../hospitals/feeds/feed-health";
import type { Restriction, Scope } from "../../hospitals/status/restriction";
import { ADULT_AGE, type Assessment } from "../rules/eligibility";
import type { InboundLoad } from "../rules/inbound";

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

/** A capability as it is said: "major trauma". */
export const spokenWord = (word: string): string => word.replaceAll("-", " ");

const spoken = (words: readonly string[], joiner: string): string => {
  const plain = words.map(spokenWord);
  return plain.length < 2 ? plain.join("") : `${plain.slice(0, -1).join(", ")} ${joiner} ${plain.at(-1)}`;
};

/** The clock by which instants are spoken. */
export interface SpokenClock {
  readonly atMs: EpochMs;
  readonly offsetMinutes: number | undefined;
}

/** A moment on the question's clock: the time alone on the day of the question, else the day, with the time if that is asked for. */
export function spokenMoment(epochMs: EpochMs, { atMs, offsetMinutes = 0 }: SpokenClock, withTime = false): string {
  const local = new Date(epochMs + offsetMinutes * MS_PER_MINUTE);
  const today = new Date(atMs + offsetMinutes * MS_PER_MINUTE);
  const time = local.toISOString().slice(11, 16);
  if (local.toISOString().slice(0, 10) === today.toISOString().slice(0, 10)) return time;
  const day = `${local.getUTCDate()} ${MONTHS[local.getUTCMonth()]}`;
  const date = local.getUTCFullYear() === today.getUTCFullYear() ? day : `${day} ${local.getUTCFullYear()}`;
  return withTime ? `${time} on ${date}` : date;
}

/** Which patients, before any exception; empty for everyone. */
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

/** Whom a restriction with exceptions is about: "adults, but not maternity or stroke". */
function spokenWithout(exceptNeeds: readonly string[], scope: Scope): string {
  const { needs, minAge, maxAge, acuity } = scope;
  const isAdults = [needs, maxAge, acuity].every((part) => part === undefined) && minAge === ADULT_AGE;
  const who = isAdults ? "adults" : spokenScope(scope);
  return `${who === "" ? "all patients" : who}, but not ${spoken(exceptNeeds, "or")}`;
}

/**
 * A restriction in plain English: "trauma divert to Southend Hospital since 12 May, IT outage", or "divert for adults, but
 * not stroke, full".
 */
export function restrictionText(restriction: Restriction, directory: HospitalDirectory, clock: SpokenClock): string {
  const { effect, scope, from, until, divertTo, reason } = restriction;
  const { exceptNeeds } = scope;
  const who = exceptNeeds === undefined ? spokenScope(scope) : spokenWithout(exceptNeeds, scope);
  const receiver = divertTo === undefined ? "" : ` to ${directory.get(divertTo)?.name ?? divertTo}`;
  const opening =
    effect === "divert"
      ? exceptNeeds !== undefined
        ? `divert${receiver} for ${who}`
        : `${who === "" ? "divert" : `${who} divert`}${receiver}`
      : effect === "refuse"
        ? `refuses ${who === "" ? "all patients" : who}${receiver}`
        : `${who === "" ? "notice" : `notice about ${who}`}${receiver}`;
  const since = from === undefined ? "" : ` since ${spokenMoment(from.epochMs, clock)}`;
  const end = until === undefined ? "" : ` until ${spokenMoment(until.epochMs, clock, true)}`;
  return `${opening}${since}${end}, ${reason}`;
}

/** Why the receiver that a restriction names is not used, in plain English; undefined when it accepts the patient. */
export function receiverText(
  { hospital, divertTo }: Restriction,
  receiver: Assessment,
  directory: HospitalDirectory,
): string | undefined {
  const name = directory.get(divertTo!)?.name ?? divertTo;
  switch (receiver.verdict) {
    case "accepts":
      return undefined;
    case "incapable":
      return `${name} cannot take this patient`;
    case "refuses":
      return `${name} cannot be used itself`;
    case "diverts": {
      const isCycle = receiver.restrictions.some((restriction) => restriction.divertTo === hospital);
      const back = directory.get(hospital)?.name ?? hospital;
      return isCycle
        ? `${name} in turn diverts to ${back}: both names are ignored`
        : `${name} itself asks for a divert`;
    }
  }
}

/** What an ED lacks for a patient, in plain English: "does not offer stroke", "shut until 08:00". */
export function shortfallText({ capability, why, opensAtMs }: Shortfall, clock: SpokenClock): string {
  const what = spoken([capability], "and");
  if (why === "not-offered") return `does not offer ${what}`;
  if (why === "age") return `does not take patients of this age${capability === EMERGENCY ? "" : ` for ${what}`}`;
  const opens = opensAtMs === undefined ? "" : ` until ${spokenMoment(opensAtMs, clock, true)}`;
  return capability === EMERGENCY ? `shut${opens}` : `${what} service shut${opens}`;
}

/** What is lacking without what goes without saying: who is shut, or lacks major trauma, need not be said to lack trauma. */
export function plainShortfalls(missing: readonly Shortfall[], vocabulary: CapabilityVocabulary): readonly Shortfall[] {
  const says = (one: Shortfall, other: Shortfall): boolean =>
    one.capability === EMERGENCY ||
    (other.capability !== EMERGENCY && vocabulary.implied(one.capability).has(other.capability));
  return missing.filter((other) => !missing.some((one) => one !== other && one.why === other.why && says(one, other)));
}

/** Why feeds do not tell whether an ED is open, in plain English, with the feed's age; undefined when they do. */
export function unknownText({ feed, ageMs = 0, why }: FeedState): string | undefined {
  const age = spokenAge(ageMs);
  switch (why) {
    case undefined:
      return undefined;
    case "no-feed":
      return "status unknown: no feed reports on this ED";
    case "never-heard":
      return `status unknown: nothing heard yet from the feed ${feed}`;
    case "silent":
      return `status unknown: the feed ${feed} was last heard ${age} ago`;
    case "says-unknown":
      return `status unknown: the feed ${feed} said ${age} ago that it does not know`;
    case "says-no-ed":
      return `status unknown: the feed ${feed} said ${age} ago that there is no ED`;
  }
}

/** Why an ED is full: "7 ambulances are due within the same hour and the cap is 6". */
export const fullText = ({ count, capPerHour }: InboundLoad): string =>
  `${count} ${count === 1 ? "ambulance is" : "ambulances are"} due within the same hour and the cap is ${capPerHour}`;

/** Seconds up to two minutes, minutes up to two hours, then hours: all rounded down, as ages are. */
function spokenAge(ms: number): string {
  if (ms < 2 * MS_PER_MINUTE) return `${Math.floor(ms / 1000)} s`;
  if (ms < 2 * MS_PER_HOUR) return `${Math.floor(ms / MS_PER_MINUTE)} min`;
  return `${Math.floor(ms / MS_PER_HOUR)} h`;
}
