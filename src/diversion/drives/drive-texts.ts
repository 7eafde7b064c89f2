import { type EpochMs, readInstant } from "../../core/instant";
import type { RoadClosure, SilentFeed } from "../../roads/closures/closure";
import type { RoadNames } from "../../roads/graph/road-graph";
import type { PassedBy, Seclusion } from "../../roads/snap/place-finder";
import type { OnFoot } from "../../roads/snap/snap-index";
import { type SpokenClock, spokenMinutes, spokenMoment } from "../answer/texts";

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
