import { compassWord, turnDegrees } from "../../core/geometry";
import { type EpochMs, MS_PER_HOUR, MS_PER_MINUTE } from "../../core/instant";
import type { Shortfall } from "../../hospitals/directory/availability";
import { type CapabilityVocabulary, EMERGENCY } from "../../hospitals/directory/capabilities";
import type { HospitalDirectory } from "../../hospitals/directory/directory";
import type { FeedState } from "../../hospitals/feeds/feed-health";
import type { Restriction, Scope } from "../../hospitals/status/restriction";
import { ADULT_AGE, type WaitCause } from "../rules/eligibility";
import type { InboundLoad } from "../rules/inbound";
import type { Candidate } from "../rules/ranking";
import type { PassedOver, RecommendationData, SnapAmbiguity, SnapAnswer } from "./recommendation-data";

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

/** Why the receiver that a restriction names is not used, in plain English. @param extraMinutes by which it is farther */
export function receiverText(
  { hospital, divertTo }: Restriction,
  receiver: Candidate | undefined,
  directory: HospitalDirectory,
  extraMinutes: number,
): string {
  const name = directory.get(divertTo!)?.name ?? divertTo;
  if (receiver === undefined) return `${name}, which it names, cannot be reached by road or is too far to be looked at`;
  const { verdict, asksDivert, restrictions } = receiver.assessment;
  if (verdict === "accepts") return `${name}, which it names, is ${extraMinutes} min farther than a name is followed`;
  if (verdict === "incapable" || verdict === "doubtful") return `${name}, which it names, cannot take this patient`;
  if (verdict === "refuses") return `${name}, which it names, cannot be used itself`;
  if (!asksDivert) return `${name}, which it names, is at its cap of ambulances`;
  const back = directory.get(hospital)?.name ?? hospital;
  return restrictions.some((restriction) => restriction.divertTo === hospital)
    ? `${name} in turn diverts to ${back}: both names are ignored`
    : `${name}, which it names, itself asks for a divert`;
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

const minutesOf = (ms: number): number => Math.round(ms / MS_PER_MINUTE);

/** "3 min", never "0 min": what is less than half a minute is under a minute. */
export const spokenMinutes = (ms: number): string => (minutesOf(ms) < 1 ? "under 1 min" : `${minutesOf(ms)} min`);

/** Minutes beside a limit of whole minutes: no "45 min, beyond 45 min". */
export function spokenBeside(ms: number, limitMinutes: number): string {
  const rounded = minutesOf(ms);
  if (rounded !== limitMinutes || ms === limitMinutes * MS_PER_MINUTE) return `${rounded} min`;
  return ms > limitMinutes * MS_PER_MINUTE ? `just over ${limitMinutes} min` : `just under ${limitMinutes} min`;
}

/** Why an ED is used although it diverts or is full. */
export function althoughText(
  { asksDivert, isCapped }: { readonly asksDivert: boolean; readonly isCapped: boolean },
  why:
    | { readonly code: "all-on-divert"; readonly others: number; readonly someAreFull: boolean }
    | { readonly code: "nearest-diverting"; readonly count: number }
    | { readonly code: "beyond-limit"; readonly name: string; readonly extraMs: number; readonly driveMs: number },
): string {
  const asks = [asksDivert ? "asks for a divert" : "", isCapped ? "is at its cap of ambulances" : ""];
  const although = `used although it ${asks.filter((part) => part !== "").join(" and ")}`;
  switch (why.code) {
    case "all-on-divert":
      if (why.others === 0)
        return `${although}, because no other ED that could take the patient can be reached by road`;
      return `${although}, because every ED that could take the patient ${why.someAreFull ? "does so or is at its cap" : "does"}`;
    case "nearest-diverting":
      return why.count === 1
        ? `${although}, because it is the nearest that could take the patient`
        : `${although}, because the ${why.count} nearest EDs that could take the patient all do`;
    case "beyond-limit":
      return `${although}, because the nearest that accepts, ${why.name}, is ${spokenMinutes(why.driveMs)} away, ${spokenMinutes(why.extraMs)} more by road than the policy's limits allow for`;
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

const seconds = (value: number): string => spokenMinutes(value * 1000);
const kilometres = (metres: number): string => `${(metres / 1000).toFixed(1)} km`;

/** A recommendation as a dispatcher reads it aloud, a sentence a line. */
export function explanationLines(advice: RecommendationData): string[] {
  const { outcome, destination } = advice;
  const lines: string[] = [];
  if (destination !== undefined) {
    const { hospital, driveSeconds, onFootSeconds, distanceMetres, waitSeconds = 0 } = destination;
    const { handoverSeconds, warnings } = destination;
    const wait = waitSeconds > 0 ? `, then ${seconds(waitSeconds)} of waiting` : "";
    const handover = handoverSeconds > 0 ? `, then about ${seconds(handoverSeconds)} to handover` : "";
    const by = onFootSeconds === undefined ? "by road" : "by road and on foot";
    const way = `${seconds(driveSeconds)} ${by}, ${kilometres(distanceMetres)}`;
    lines.push(`Go to ${hospital.name}: ${way}${wait}${handover}.`);
    for (const warning of warnings) lines.push(`Note: ${warning.text}.`);
    lines.push(...unrestrictedLines(advice));
  } else if (outcome === "no-facility") {
    lines.push("No ED that can be reached can take this patient.");
  } else {
    lines.push("No ED can be reached by road from here.");
  }
  for (const { text } of advice.closeCalls ?? []) lines.push(`Close: ${text}.`);
  if (advice.snapAmbiguous !== undefined) lines.push(...ambiguityLines(advice.snapAmbiguous));
  for (const { code, text } of advice.incident.warnings ?? []) {
    if (code !== "snap-ambiguous") lines.push(`Note: ${text}.`);
  }
  for (const { text } of advice.closures ?? []) lines.push(`On the roads: ${text}.`);
  lines.push(...passedOverLines(advice.passedOver));
  return lines;
}

/** What the restrictions cost: the same rules with nothing restricted, where that comes to another ED. */
export function unrestrictedLines({
  destination,
  unrestricted,
  extraSeconds = 0,
  extraMetres = 0,
}: RecommendationData): string[] {
  if (unrestricted === undefined || unrestricted.hospital.id === destination?.hospital.id) return [];
  const without = `With nothing restricted it would be ${unrestricted.hospital.name}`;
  const ms = Math.abs(extraSeconds) * 1000;
  if (minutesOf(ms) === 0) return [`${without}, in about the same time.`];
  const farther = extraMetres > 0 && extraSeconds > 0 ? ` and ${kilometres(extraMetres)}` : "";
  return [`${without}, ${spokenMinutes(ms)}${farther} ${extraSeconds > 0 ? "less" : "more"}.`];
}

/** EDs passed over for the same reason are told together: from so many on. */
const TOGETHER = 3;

function passedOverLines(passedOver: readonly PassedOver[]): string[] {
  const why = ({ because }: PassedOver): string => because.map(({ text }) => text).join("; ");
  const named = ({ hospital, driveSeconds }: PassedOver): string =>
    `${hospital.name}${driveSeconds === undefined ? "" : ` (${seconds(driveSeconds)})`}`;
  const byReason = new Map<string, PassedOver[]>();
  for (const one of passedOver) byReason.set(why(one), [...(byReason.get(why(one)) ?? []), one]);
  return [...byReason].flatMap(([reason, eds]) => {
    if (eds.length < TOGETHER) return eds.map((one) => `Passed over ${named(one)}: ${reason}.`);
    return [`Passed over ${eds.length} EDs, each for the same reason, from ${named(eds[0]!)} on: ${reason}.`];
  });
}

type SnappedTo = SnapAnswer["snapped"];

/** An ambiguity in plain English, a sentence a line. */
/** An ambiguity in plain English, a sentence a line. */
export function ambiguityLines({ candidates }: SnapAmbiguity): string[] {
  const [given, ...others] = candidates;
  if (given === undefined) return [];
  return [
    `The location does not tell which road the incident is on: this is for ${spokenRoad(given.snapped)}.`,
    ...others.map(
      (answer) => `If the incident is on ${spokenOther(given.snapped, answer.snapped)}: ${spokenAnswer(answer)}.`,
    ),
  ];
}

/** A road with what tells it from others here: `M25 westbound, 23 m away`. */
function spokenRoad({ road, bearing, layer = 0, distanceMetres }: SnappedTo): string {
  const name = road === "" ? "a road without a name" : road;
  const direction = bearing === undefined ? "" : ` ${compassWord(bearing)}`;
  const level = layer === 0 ? "" : layer > 0 ? " on the upper level" : " on the lower level";
  return `${name}${direction}${level}, ${Math.round(distanceMetres)} m away`;
}

function spokenOther(given: SnappedTo, other: SnappedTo): string {
  const isCarriageway =
    given.road === other.road &&
    given.bearing !== undefined &&
    other.bearing !== undefined &&
    turnDegrees(given.bearing, other.bearing) > 90;
  return isCarriageway ? `the other carriageway (${spokenRoad(other)})` : spokenRoad(other);
}

function spokenAnswer({ outcome, destination, driveSeconds = 0 }: SnapAnswer): string {
  if (destination === undefined) {
    return outcome === "unreachable"
      ? "no ED can be reached by road"
      : "no ED that can be reached can take this patient";
  }
  const drive = `${destination.name}, ${Math.round(driveSeconds / 60)} min by road`;
  // It may divert or be at its cap, and others may refuse or not offer what is needed: this is true of all of them.
  return outcome === "all-on-divert"
    ? `go to ${drive}, although it does not accept such patients now: no ED does`
    : `go to ${drive}`;
}
