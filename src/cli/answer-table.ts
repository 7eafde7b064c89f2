import { ambiguityLines, unrestrictedLines } from "../diversion/answer/explanation";
import type { Option, PassedOver, RecommendationData } from "../diversion/answer/recommendation";

/** No line is longer, as far as its words allow: it fits a terminal and a printed page. */
export const TABLE_WIDTH = 100;

/** More EDs than this passed over are counted, not listed; `--json` has them all. */
const LISTED_PASSED_OVER = 10;

const minutes = (seconds: number): string =>
  seconds > 0 && seconds < 30 ? "<1 min" : `${Math.round(seconds / 60)} min`;
const kilometres = (metres: number): string => `${(metres / 1000).toFixed(1)} km`;

/** A recommendation for people, each line ended by a line feed. */
export function answerTable(advice: RecommendationData): string {
  const sections = [
    question(advice),
    [...outcomeLines(advice), ...extraLines(advice), ...roadLines(advice)],
    optionLines(advice),
    placeLines(advice),
    noteLines(advice),
    passedOverLines(advice),
    basisLines(advice),
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n")}\n`;
}

function question({ incident, basis }: RecommendationData): string[] {
  const { location, snapped, needs, age, acuity } = incident;
  const away = `${Math.round(snapped.distanceMetres)} m from ${snapped.road === "" ? "the nearest road" : snapped.road}`;
  const wanted = needs.map((need) => (typeof need === "string" ? need : need.anyOf.join(" or "))).join(", ");
  return wrap(
    `Incident at ${location.join(", ")} (${away}), ${basis.at.slice(11, 16)} on ${basis.at.slice(0, 10)} (${/Z$/i.test(basis.at) ? "UTC" : basis.at.slice(-6)})` +
      (wanted === "" ? "" : `, needs ${wanted}`) +
      (age === undefined ? "" : `, aged ${age}`) +
      (acuity === undefined ? "" : `, ${acuity}`),
  );
}

function outcomeLines({ outcome, destination }: RecommendationData): string[] {
  if (destination === undefined) {
    return outcome === "unreachable"
      ? ["No ED can be reached by road from here."]
      : ["No ED that can be reached can take this patient."];
  }
  const { driveSeconds, distanceMetres, waitSeconds = 0, handoverSeconds } = destination;
  const wait = waitSeconds > 0 ? `, then ${minutes(waitSeconds)} of waiting` : "";
  const handover = handoverSeconds > 0 ? `, then about ${minutes(handoverSeconds)} to handover` : "";
  const drive = `${named(destination)}: ${minutes(driveSeconds)} by road, ${kilometres(distanceMetres)}${wait}${handover}.`;
  const heading = outcome === "all-on-divert" ? ["ALL ON DIVERT: no ED that could take this patient accepts."] : [];
  return [...heading, ...wrap(`Go to ${drive}`)];
}

const extraLines = (advice: RecommendationData): string[] => [
  ...unrestrictedLines(advice).flatMap((line) => wrap(line)),
  ...(advice.closeCalls ?? []).flatMap(({ text }) => wrap(`Close: ${text}.`)),
];

function roadLines({ closures = [] }: RecommendationData): string[] {
  return closures.flatMap(({ text }) => wrap(`On the roads: ${text}.`));
}

function optionLines({ destination, alternatives, basis }: RecommendationData): string[] {
  if (destination === undefined) return [];
  const options = [destination, ...alternatives];
  const hasWait = options.some(({ waitSeconds = 0 }) => waitSeconds > 0);
  const hasHandover = options.some(({ handoverSeconds }) => handoverSeconds > 0);
  const rows = options.map((option, place) => [
    place === 0 ? "destination" : `alternative ${place}`,
    named(option),
    minutes(option.driveSeconds),
    kilometres(option.distanceMetres),
    ...(hasWait ? [minutes(option.waitSeconds ?? 0)] : []),
    ...(hasHandover ? [minutes(option.handoverSeconds)] : []),
    ...(hasWait || hasHandover ? [minutes(option.totalSeconds)] : []),
    arrival(option, basis.at),
  ]);
  return columns([
    [
      "",
      "ED",
      "drive",
      "distance",
      ...(hasWait ? ["wait"] : []),
      ...(hasHandover ? ["handover"] : []),
      ...(hasWait || hasHandover ? ["total"] : []),
      "arrival",
    ],
    ...rows,
  ]);
}

/** What is doubtful about the road the incident was taken to be on. */
function placeLines({ incident: { warnings = [] }, snapAmbiguous }: RecommendationData): string[] {
  const notes = warnings.filter(({ code }) => code !== "snap-ambiguous").map(({ text }) => `Note: ${text}.`);
  const doubts = snapAmbiguous === undefined ? [] : ambiguityLines(snapAmbiguous);
  return [...notes, ...doubts].flatMap((line) => wrap(line));
}

/** What there is to be told of EDs; once, where it is the same of several. */
function noteLines({ destination, alternatives }: RecommendationData): string[] {
  const options = destination === undefined ? [] : [destination, ...alternatives];
  const namesByText = new Map<string, string[]>();
  for (const { hospital, warnings } of options) {
    for (const { text } of warnings) namesByText.set(text, [...(namesByText.get(text) ?? []), hospital.name]);
  }
  const all = options.length > 1 ? options.length : Number.POSITIVE_INFINITY;
  return [...namesByText].flatMap(([text, names]) =>
    wrap(`Note, ${names.length === all ? "all of these" : names.join(", ")}: ${text}.`),
  );
}

function passedOverLines({ outcome, passedOver }: RecommendationData): string[] {
  // Then every ED of the list is there, each for the reason the answer already gave.
  if (passedOver.length === 0 || outcome === "unreachable") return [];
  const listed = passedOver.slice(0, LISTED_PASSED_OVER);
  const more = passedOver.length - listed.length;
  return [
    "Passed over:",
    ...listed.flatMap((passed) => wrap(`${named(passed)}${away(passed)}: ${reasons(passed)}`, "  ")),
    ...(more > 0 ? [`  and ${more} more`] : []),
  ];
}

const away = ({ driveSeconds }: PassedOver): string => (driveSeconds === undefined ? "" : `, ${minutes(driveSeconds)}`);
const reasons = ({ because }: PassedOver): string => because.map(({ text }) => text).join("; ");

function basisLines({ basis }: RecommendationData): string[] {
  const { roads, hospitals, policy, statusVersion, roadsVersion } = basis;
  const short = (checksum: string): string => checksum.replace(/^sha256:/, "").slice(0, 8);
  return wrap(
    `Based on roads ${short(roads)}, hospitals ${short(hospitals)}, policy ${short(policy)}, ` +
      `status version ${statusVersion}${roadsVersion === undefined ? "" : `, roads version ${roadsVersion}`}.`,
  );
}

const named = ({ hospital }: { hospital: Option["hospital"] }): string => `${hospital.name} (${hospital.id})`;

/** To the nearest minute, as the drive is: 24 min from 17:00 ends at 17:24. */
function nearestMinute(instant: string): string {
  const rounded = new Date(Math.round(Date.parse(`${instant.slice(0, 19)}Z`) / 60_000) * 60_000);
  return rounded.toISOString().slice(0, 16);
}

/** The time alone on the day of the question, the day as well on another. */
function arrival({ arrival: instant }: Option, at: string): string {
  const [day, time] = nearestMinute(instant).split("T");
  return day === at.slice(0, 10) ? time! : `${day} ${time}`;
}

/** Rows as columns of one width each: the first two to the left, figures to the right; names give way to the width. */
function columns(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const gaps = 2 * (widths.length - 1);
  const others = widths.reduce((sum, width, column) => (column === 1 ? sum : sum + width), gaps);
  widths[1] = Math.min(widths[1]!, TABLE_WIDTH - others);
  return rows.map((row) =>
    row
      .map((cell, column) => {
        const width = widths[column]!;
        if (column > 1) return cell.padStart(width);
        return (cell.length <= width ? cell : `${cell.slice(0, width - 3)}...`).padEnd(width);
      })
      .join("  ")
      .trimEnd(),
  );
}

/** Breaks a text between words; lines after the first are set in by two more. */
export function wrap(text: string, indent = "", width = TABLE_WIDTH): string[] {
  const lines: string[] = [];
  let line = indent;
  for (const word of text.split(" ")) {
    const isStart = line.trim() === "";
    if (!isStart && line.length + 1 + word.length > width) {
      lines.push(line);
      line = `${indent}  ${word}`;
    } else line += isStart ? word : ` ${word}`;
  }
  return [...lines, line];
}
