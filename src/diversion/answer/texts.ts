import { type EpochMs, MS_PER_HOUR, MS_PER_MINUTE, readInstant } from "../../core/instant";
import type { Shortfall } from "../../hospitals/directory/availability";
import { type CapabilityVocabulary, EMERGENCY } from "../../hospitals/directory/capabilities";
import type { HospitalDirectory } from "../../hospitals/directory/directory";
import type { FeedState } from "../../hospitals/feeds/feed-health";
import type { Acuity, Restriction, Scope } from "../../hospitals/status/restriction";
import type { Overrule } from "../../hospitals/status/status";
import type { RoadClosure, SilentFeed } from "../../roads/closures/closure";
import type { RoadNames } from "../../roads/graph/road-graph";
import type { PassedBy, Seclusion } from "../../roads/snap/place-finder";
import type { OnFoot } from "../../roads/snap/snap-index";
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
export interface NamedReceiver {
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

/** A closure in plain English: "Putney Bridge closed since 09:30 until 18:00, bridge strike". */
export function closureText(closure: RoadClosure, metOn: string, clock: SpokenClock): string {
  const { kind, selection, from, until, reason, kmh, maximumKmh, factor } = closure;
  const where = selection.bridge ?? selection.road ?? (metOn === "" ? "a road" : metOn);
  const change =
    kind === "closure"
      ? "closed"
      : kmh !== undefined
        ? `driven at ${kmh} km/h`
        : maximumKmh !== undefined
          ? `driven at no more than ${maximumKmh} km/h`
          : `driven at ${Math.round(100 * factor!)} % of its usual speed`;
  const since = from === undefined ? "" : ` since ${spokenMoment(from.epochMs, clock, true)}`;
  const end = until === undefined ? "" : ` until ${spokenMoment(until.epochMs, clock, true)}`;
  return `${where} ${change}${since}${end}, ${reason}`;
}

/** Closures and slowdowns that are about no road here: "not counted, for no road here is M25: closed, works". */
export function withoutRoadsText(closures: readonly RoadClosure[], namedAtMost = 3): string {
  const named = closures.slice(0, namedAtMost).map(({ kind, selection, reason }) => {
    const { road, bridge, wayId } = selection;
    const ways = wayId === undefined ? undefined : `way ${[wayId].flat().slice(0, 3).join(", ")}`;
    return `${road ?? bridge ?? ways ?? "an area"} ${kind === "closure" ? "closed" : "slow"}, ${reason}`;
  });
  const more = closures.length > named.length ? `; and ${closures.length - named.length} more` : "";
  const many = closures.length === 1 ? "a closure does" : `${closures.length} closures do`;
  return `${many} not count, being about no road here: ${named.join("; ")}${more}`;
}

/** That a closure feed is silent: "the closure feed county was last heard at 09:00: roads may be closed that it does not tell of". */
export function silentFeedText({ feed, heardAt }: SilentFeed, clock: SpokenClock): string {
  const heard = heardAt === undefined ? undefined : readInstant(heardAt);
  const what =
    heard === undefined
      ? `nothing was heard yet from the closure feed ${feed}`
      : `the closure feed ${feed} was last heard at ${spokenMoment(heard.epochMs, clock, true)}`;
  return `${what}: roads may be closed, or open again, that it does not tell of`;
}

const because = (reason: string | undefined): string => (reason === undefined ? "" : ` (${reason})`);

/** `250 m on foot (3 min, counted in the time)`. */
const onFootText = ({ centimetres, milliseconds }: OnFoot): string =>
  `${Math.round(centimetres / 100)} m on foot (${spokenMinutes(milliseconds)}, counted in the time)`;

/** That no vehicle gets away from the incident. @param road where the drive begins */
export function closedStartText(reason: string | undefined, onFoot?: OnFoot, road?: string): string {
  const closed = `the road at the incident is closed${because(reason)}`;
  if (onFoot === undefined) return closed;
  const way = `${closed}: ${onFootText(onFoot)}`;
  return road === undefined ? way : `${way} to ${road}, where the drive begins`;
}

/** That no vehicle gets to the entrance of a hospital. @param road where the drive ends */
export function closedEntranceText(reason: string | undefined, onFoot: OnFoot, road: string | undefined): string {
  const end = road === undefined ? "" : `the drive ends on ${road}, then `;
  return `the road at its entrance is closed${because(reason)}: ${end}${onFootText(onFoot)}`;
}

/** What a road is called beside others. */
export const roadText = ({ ref, name }: Pick<RoadNames, "ref" | "name">): string =>
  ref || name || "a road without a name";

/** That the nearest road is not where a drive begins (or ends), why, and where it does. */
export function passedByText(
  { road, distanceMetres, why }: PassedBy,
  used: { readonly road: RoadNames; readonly metres: number; readonly onFoot?: OnFoot | undefined },
  isEntrance = false,
): string {
  const reason =
    why !== "not-connected"
      ? `is ${SECLUDED[why]}`
      : isEntrance
        ? "cannot be driven to on these roads"
        : "leads to no ED on these roads";
  const nearest = `the nearest road, ${roadText(road)} (${Math.round(distanceMetres)} m), ${reason}`;
  const { onFoot } = used;
  const other = roadText(used.road);
  if (onFoot === undefined) {
    return `${nearest}: the drive ${isEntrance ? "ends" : "begins"} on ${other}, ${Math.round(used.metres)} m away`;
  }
  return isEntrance
    ? `${nearest}: the drive ends on ${other}, then ${onFootText(onFoot)}`
    : `${nearest}: ${onFootText(onFoot)} to ${other}, where the drive begins`;
}

const SECLUDED: Readonly<Record<Seclusion, string>> = {
  motorway: "a motorway or its slip road",
  tunnel: "in a tunnel or below the ground",
  bridge: "on a bridge",
};

/** That a place is on a road that cannot be entered from the ground beside it. */
export const secludedText = (taken: string, road: RoadNames, seclusion: Seclusion): string =>
  `${taken} on ${roadText(road)}, ${SECLUDED[seclusion]}`;

/** That a hospital is far from the road where drives to it end. */
export const farEntranceText = (road: RoadNames, metres: number): string =>
  `the drive ends on ${roadText(road)}, ${Math.round(metres)} m from where its entrance is listed`;

/** What is known of when a ferry sails. */
export interface Sailing {
  /** Whether it does at the moment it is needed; undefined where its hours cannot tell. */
  readonly sails: boolean | undefined;
  /** As the roads have them. */
  readonly hours: readonly string[];
  readonly season: string | undefined;
  readonly departsMs: EpochMs;
  readonly clock: SpokenClock;
}

/** That the drive goes by a ferry, how long that takes, and whether it sails; without a name it is called nothing. */
export function ferryText(
  name: string,
  { milliseconds, waitMs }: { readonly milliseconds: number; readonly waitMs: number },
  { sails, hours, season, departsMs, clock }: Sailing,
): string {
  const wait = waitMs === 0 ? "" : `, ${spokenMinutes(waitMs)} of them the usual wait`;
  const way = `the way is by ${name === "" ? "a ferry" : `the ferry ${name}`}, ${spokenMinutes(milliseconds)}${wait}`;
  const inSeason = season === undefined ? "" : `, and it sails in season alone (${season})`;
  if (hours.length === 0) return `${way}: whether it sails then is not known${inSeason}`;
  const moment = spokenMoment(departsMs, clock, true);
  const does =
    sails === undefined
      ? `whether it sails at ${moment} is not known`
      : `it ${sails ? "sails" : "does not sail"} at ${moment}`;
  return `${way}: by its hours (${hours.join(", ")}) ${does}${inSeason}`;
}

export const privateRoadText = (names: readonly string[]): string =>
  `the way is by a private road${namedRoads(names)}: somebody may have to open it`;

export const timedRoadText = (names: readonly string[]): string =>
  `the way is by a road that is closed to vehicles but at certain times${namedRoads(names)}`;

export const fordText = (names: readonly string[]): string =>
  `the way is through a ford${namedRoads(names)}: how deep it is now is not known`;

/** " (Mill Lane, Park Road)", each once; nothing where none has a name. */
function namedRoads(names: readonly string[]): string {
  const known = [...new Set(names.filter((name) => name !== ""))];
  return known.length === 0 ? "" : ` (${known.join(", ")})`;
}

/** "the way is past 2 gates and a bollard: they may have to be opened". */
export function barriersText(kinds: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const kind of kinds) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  const each = [...counts].map(([kind, count]) => {
    const word = kind === "yes" ? "barrier" : kind.replaceAll("_", " ");
    return count === 1 ? `a ${word}` : `${count} times a ${word}`;
  });
  const all = each.length === 1 ? each[0] : `${each.slice(0, -1).join(", ")} and ${each.at(-1)}`;
  return `the way is past ${all}: somebody may have to open ${kinds.length === 1 ? "it" : "them"}`;
}

export const bearingText = (degrees: number): string =>
  `no road here is driven in the direction of ${degrees}°: the bearing was not taken into account`;

export const roadNameText = (name: string): string => `no road here is called ${name}: the nearest was taken`;

/** Why another ED is advised under way: it is so much sooner. */
export const soonerText = (name: string, ms: number, than: string): string =>
  `${name} is ${spokenMinutes(ms)} sooner than ${than}`;

export const returnedText = (name: string, ms: number, than: string): string =>
  `${name} can take the patient again and is ${spokenMinutes(ms)} sooner than ${than}`;

export const availableText = (name: string): string => `${name} can be named now; before, no ED could`;

export const noRoadText = (name: string): string => `no road leads to ${name} from here`;
