import { type EpochMs, MS_PER_HOUR, MS_PER_MINUTE } from "../../core/instant";
import type { Shortfall } from "../../hospitals/directory/availability";
import { type CapabilityVocabulary, EMERGENCY } from "../../hospitals/directory/capabilities";
import type { HospitalDirectory } from "../../hospitals/directory/directory";
import type { FeedState } from "../../hospitals/feeds/feed-health";
import type { Acuity, Restriction, Scope } from "../../hospitals/status/restriction";
import type { Overrule } from "../../hospitals/status/status";
import { ADULT_AGE } from "../rules/eligibility";
import type { InboundLoad } from "../rules/inbound";
import type { Candidate } from "../rules/judged-eds";
import type { WaitCause } from "../rules/waits";

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

/** The clock of a question, and whose question it is. */
export interface SpokenPatient extends SpokenClock {
  readonly age?: number | undefined;
  readonly acuity?: Acuity | undefined;
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
  const when = spokenPeriod(from?.epochMs, until?.epochMs, clock);
  // "adults, but not stroke, since 12 May": it is not stroke that is since then.
  return `${opening}${exceptNeeds !== undefined && when !== "" ? "," : ""}${when}, ${reason}`;
}

function spokenPeriod(fromMs: EpochMs | undefined, untilMs: EpochMs | undefined, clock: SpokenClock): string {
  const isAhead = fromMs !== undefined && fromMs > clock.atMs;
  const begin = fromMs === undefined ? "" : ` ${isAhead ? "from" : "since"} ${spokenMoment(fromMs, clock, isAhead)}`;
  return untilMs === undefined ? begin : `${begin} until ${spokenMoment(untilMs, clock, true)}`;
}

/** A refusal of which it is not known whether it is about the patient: it names ages, or acuities, that were not given. */
export function doubtfulRefusalText(
  restriction: Restriction,
  directory: HospitalDirectory,
  patient: SpokenPatient,
): string {
  const { minAge, maxAge } = restriction.scope;
  const isByAge = patient.age === undefined && (minAge !== undefined || maxAge !== undefined);
  const lacks = isByAge ? "age" : "acuity";
  return `${restrictionText(restriction, directory, patient)}: counted as a divert, because no ${lacks} was given`;
}

/** That a person's word holds against that of the feed, whose, why and until when, and what is not counted for it. */
export function overruleText(
  { authorisedBy, reason, until }: Overrule,
  uncounted: readonly Restriction[],
  directory: HospitalDirectory,
  clock: SpokenClock,
): string {
  const what = uncounted.map((one) => restrictionText(one, directory, clock)).join("; ");
  const end = spokenMoment(until.epochMs, clock, true);
  return `${authorisedBy} overrules the feed until ${end}, ${reason}${what === "" ? "" : `: what it says (${what}) does not count`}`;
}

/** How much farther the receiver that a restriction names is than the ED used; undefined when no road leads there. */
interface NamedReceiver {
  readonly extraMs: number | undefined;
  /** For how much farther a name is followed. */
  readonly limitMinutes: number | null;
  /** Undefined when it was too far to be looked at. */
  readonly candidate: Candidate | undefined;
}

/** Why the receiver that a restriction names is not used, in plain English. */
export function receiverText(
  { hospital, divertTo }: Restriction,
  { extraMs, limitMinutes, candidate }: NamedReceiver,
  directory: HospitalDirectory,
): string {
  const name = directory.get(divertTo!)?.name ?? divertTo;
  if (extraMs === undefined) return `no road leads to ${name}, which it names`;
  if (candidate === undefined || candidate.assessment.verdict === "accepts") {
    const limit = limitMinutes ?? 0;
    return `${name}, which it names, is ${spokenBeside(extraMs, limit)} farther, and a name is followed for no more than ${limit} min`;
  }
  const { verdict, asksDivert, restrictions } = candidate.assessment;
  if (verdict === "incapable" || verdict === "doubtful") return `${name}, which it names, cannot take this patient`;
  if (verdict === "refuses" && restrictions.length === 0)
    return `${name}, which it names, is not used: its status is unknown`;
  if (verdict === "refuses") return `${name}, which it names, refuses this patient itself`;
  if (!asksDivert) return `${name}, which it names, is at its cap of ambulances`;
  const back = directory.get(hospital)?.name ?? hospital;
  return restrictions.some((restriction) => restriction.divertTo === hospital)
    ? `${name} in turn diverts to ${back}: both names are ignored`
    : `${name}, which it names, itself asks for a divert`;
}

/** What an ED lacks for a patient, in plain English: "does not offer stroke", "shut until 08:00". */
export function shortfallText({ capability, why, opensAtMs }: Shortfall, clock: SpokenPatient): string {
  const what = spoken([capability], "and");
  if (why === "not-offered") return capability === EMERGENCY ? "is no emergency department" : `does not offer ${what}`;
  if (why === "age") {
    const age = clock.age === undefined ? "the age assumed" : "this age";
    return `does not take patients of ${age}${capability === EMERGENCY ? "" : ` for ${what}`}`;
  }
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

const minutesOf = (ms: number): number => Math.round(ms / MS_PER_MINUTE);

/** "3 min", never "0 min": what is less than half a minute is under a minute. */
export const spokenMinutes = (ms: number): string => (minutesOf(ms) < 1 ? "under 1 min" : `${minutesOf(ms)} min`);

/** Minutes beside a limit of whole minutes: no "45 min, beyond 45 min". */
export function spokenBeside(ms: number, limitMinutes: number): string {
  const rounded = minutesOf(ms);
  if (rounded !== limitMinutes || ms === limitMinutes * MS_PER_MINUTE) return `${rounded} min`;
  return ms > limitMinutes * MS_PER_MINUTE ? `just over ${limitMinutes} min` : `just under ${limitMinutes} min`;
}

/** What an ED asks or is, for which it is passed over while another will do. */
export interface Reluctance {
  readonly asksDivert: boolean;
  /** Whether all that asks for the divert is a refusal that may not be about this patient. */
  readonly mayRefuse: boolean;
  readonly isCapped: boolean;
}

const spokenReluctance = ({ asksDivert, mayRefuse, isCapped }: Reluctance): string[] => [
  ...(asksDivert ? [mayRefuse ? "may refuse this patient" : "asks for a divert"] : []),
  ...(isCapped ? ["is at its cap of ambulances"] : []),
];

/** Why an ED is used although it diverts or is full. */
export function althoughText(
  used: Reluctance,
  why:
    | { readonly code: "all-on-divert"; readonly others: readonly Reluctance[] }
    | { readonly code: "nearest-diverting"; readonly count: number }
    | {
        readonly code: "beyond-limit";
        readonly name: string;
        readonly driveMs: number;
        readonly extraMs: number;
        /** How much farther, and how far in all, an ED may be that is used in its place. */
        readonly extraMinutes: number;
        readonly withinMinutes: number;
      },
): string {
  const although = `used although it ${spokenReluctance(used).join(" and ")}`;
  switch (why.code) {
    case "all-on-divert": {
      if (why.others.length === 0) return `${although}, because no other ED that can be reached could take the patient`;
      const all = [used, ...why.others].map((one) => spokenReluctance(one)[0]!);
      const does = new Set(all).size > 1 ? [...new Set(all)].sort().join(" or ") : used.mayRefuse ? "may" : "does";
      const isOnlyFull = does === "does" && !used.asksDivert;
      return `${although}, because every ED that could take the patient ${isOnlyFull ? "is" : does}`;
    }
    case "nearest-diverting":
      return why.count === 1
        ? `${although}, because it is the nearest that could take the patient`
        : `${although}, because the ${why.count} nearest EDs that could take the patient all ask for a divert`;
    case "beyond-limit": {
      const { name, driveMs, extraMs, extraMinutes, withinMinutes } = why;
      const accepts = `${although}, because the nearest that accepts, ${name}, is ${spokenBeside(driveMs, withinMinutes)} away`;
      return extraMs > extraMinutes * MS_PER_MINUTE
        ? `${accepts}, ${spokenBeside(extraMs, extraMinutes)} farther, and the policy allows no more than ${extraMinutes} min farther`
        : `${accepts}, and the policy allows no more than ${withinMinutes} min`;
    }
  }
}

/** What is waited for: "the divert ends 3 min after arrival". */
export function waitText({ waitMs, waitsFor }: { readonly waitMs: number; readonly waitsFor?: WaitCause }): string {
  const when = `${spokenMinutes(waitMs)} after arrival`;
  if (waitsFor?.kind === "divert") return `the divert (${waitsFor.restriction.reason}) ends ${when}`;
  const isDoor = waitsFor === undefined || waitsFor.capability === EMERGENCY;
  return isDoor ? `the door opens ${when}` : `the ${spokenWord(waitsFor.capability)} service opens ${when}`;
}

export const handoverAssumedText = (ms: number): string => `no handover time is known: ${minutesOf(ms)} min assumed`;

export const notRecordedText = (words: readonly string[]): string =>
  `whether it offers ${spoken(words, "or")} is not recorded`;

export const recordedText = (need: string, name: string, driveMs: number): string =>
  `the nearest ED recorded as offering ${spokenWord(need)} is ${name}, ${spokenMinutes(driveMs)} away`;

export const ageAssumedText = (age: number): string =>
  `no age was given: taken for ${age < ADULT_AGE ? `a child of ${age}` : "an adult"}, and with another age an ED would be judged otherwise`;

export const ACUITY_ASSUMED =
  "no acuity was given: diverts for some acuities were counted, refusals for some were taken as diverts";

/** Why an ED is passed over that would take the patient: care would begin later there for its handover. */
export const handoverText = (ms: number, isAssumed: boolean): string =>
  isAssumed
    ? `${handoverAssumedText(ms)}, so care would begin later`
    : `handover there takes about ${spokenMinutes(ms)}, so care would begin later`;

/** Why another ED is advised under way: it is so much sooner. */
export const soonerText = (name: string, ms: number, than: string): string =>
  `${name} is ${spokenMinutes(ms)} sooner than ${than}`;

export const returnedText = (name: string, ms: number, than: string): string =>
  `${name} can take the patient again and is ${spokenMinutes(ms)} sooner than ${than}`;

export const availableText = (name: string): string => `${name} can be named now; before, no ED could`;

export const noRoadText = (name: string): string => `no road leads to ${name} from here`;
