import { compassWord, turnDegrees } from "../../core/geometry";
import { MS_PER_MINUTE } from "../../core/instant";
import type { PassedOver, RecommendationData, SnapAmbiguity, SnapAnswer } from "./recommendation-data";
import { spokenMinutes } from "./texts";

const seconds = (value: number): string => spokenMinutes(value * 1000);
const kilometres = (metres: number): string => (metres < 50 ? "under 0.1 km" : `${(metres / 1000).toFixed(1)} km`);

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
  if (ms < MS_PER_MINUTE / 2) return [`${without}, in about the same time.`];
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
