import type { RoadNames } from "../graph/road-graph";

const RANKS = [
  "motorway",
  "trunk",
  "primary",
  "secondary",
  "tertiary",
  "unclassified",
  "residential",
  "living_street",
  "service",
  "pedestrian",
  "track",
];

export const isLink = ({ highway }: RoadNames): boolean => highway.endsWith("_link");
export const isRing = ({ junction }: RoadNames): boolean => junction !== "";
export const isFerry = ({ highway }: RoadNames): boolean => highway === "ferry";
export const isMotorway = ({ highway }: RoadNames): boolean => highway === "motorway";

/** How important a road is: 0 is the most. Those of a class not listed are streets. */
export function rankOf({ highway }: RoadNames): number {
  const rank = RANKS.indexOf(highway.replace(/_link$/, ""));
  return rank >= 0
    ? rank
    : /path|footway|cycleway|bridleway/.test(highway)
      ? RANKS.length
      : RANKS.indexOf("residential");
}

/** Drives, yards, tracks: roads that nobody takes for the one they are on. */
export const isMinor = (road: RoadNames): boolean => rankOf(road) >= RANKS.indexOf("service");

const numbersOf = (ref: string): string[] =>
  ref
    .split(";")
    .map((number) => number.trim())
    .filter((number) => number !== "");

/** Whether people would say they are still on the same road. */
export function isSameRoad(a: RoadNames, b: RoadNames): boolean {
  if (isUnlabelled(a) && isUnlabelled(b)) return a.highway === b.highway;
  if (a.name !== "" && a.name === b.name) return true;
  const numbers = numbersOf(a.ref);
  return numbersOf(b.ref).some((number) => numbers.includes(number));
}

export const isUnlabelled = ({ name, ref }: RoadNames): boolean => name === "" && ref === "";

/**
 * What a road is called in a sentence: motorways and trunk roads by number, others by name with the number behind it;
 * empty where it has neither.
 */
export function roadLabel(road: RoadNames): string {
  const numbers = numbersOf(road.ref).join("/");
  const isByNumber = rankOf(road) <= RANKS.indexOf("trunk");
  if (numbers === "") return road.name;
  if (road.name === "" || isByNumber) return `the ${numbers}`;
  return `${road.name} (${numbers})`;
}
