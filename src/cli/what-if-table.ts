import type { HospitalReference } from "../diversion/answer/recommendation";
import { patientWords } from "../output/plan-words";
import type { PlaceCount } from "../planning/situation/scene-totals";
import type { ClosureRanking } from "../planning/what-if/rank-closures";
import type { PlanBasis, WhatIfResult } from "../planning/what-if/what-if-result";
import { wrap } from "./answer-table";
import { grouped, textColumns } from "./text";

/** Rows of a table that are shown; `--json` has them all. */
const SHOWN_ROWS = 12;

export const named = (hospital: HospitalReference | null): string =>
  hospital === null ? "no ED" : `${hospital.name} (${hospital.id})`;

export const minutesText = (minutes: number): string => `${minutes.toFixed(1)} min`;

const signed = (minutes: number): string => `${minutes > 0 ? "+" : ""}${minutesText(minutes)}`;

/** A change's effect for people, each line ended by a line feed. */
export function whatIfTable(result: WhatIfResult): string {
  const sections = [
    basisLines(result.basis, result.total),
    result.notes.flatMap((note) => wrap(`Note: ${note}`)),
    summaryLines(result),
    tableOf("Brought elsewhere", ["from", "to", unitOf(result.basis), "mean extra"], 2, shiftRows(result)),
    tableOf("Load", ["ED", "before", "after", "change"], 1, loadRows(result)),
    tableOf("Places that fare worst", ["longitude, latitude", "from", "to", "before", "after"], 3, worstRows(result)),
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n")}\n`;
}

const unitOf = ({ unit }: PlanBasis): string => unit;

export function basisLines(basis: PlanBasis, total: PlaceCount): string[] {
  const where = basis.unit === "people" ? ` at ${grouped(total.places)} places` : "";
  return [
    ...wrap(`${grouped(total.people)} ${basis.unit}${where}; ${patientWords(basis)}; ${basis.at}.`),
    ...(basis.roadWarnings ?? []).flatMap((text) => wrap(`Note: ${text}.`)),
  ];
}

function summaryLines(result: WhatIfResult): string[] {
  const { basis, before, after, changed, newlyStranded, affected, extraMinutes, beyond, total } = result;
  const unit = unitOf(basis);
  const onRoads = total.people - before.offNetwork.people;
  const share = onRoads > 0 ? ` (${((100 * changed.people) / onRoads).toFixed(1)} %)` : "";
  const rows: [string, string][] = [[`${unit} whose ED changes`, `${grouped(changed.people)}${share}`]];
  if (affected.people > changed.people) {
    rows.push([`${unit} with other minutes to care`, grouped(affected.people)]);
  }
  if (extraMinutes !== null) {
    const { mean, p95, worst } = extraMinutes;
    rows.push(["extra minutes", `mean ${signed(mean)}, p95 ${signed(p95)}, worst ${signed(worst)}`]);
  }
  rows.push(["left without an ED", grouped(newlyStranded.people)]);
  for (const { minutes, before: was, after: is } of beyond) {
    rows.push([`more than ${minutes} min from care`, `${grouped(was)} before, ${grouped(is)} after`]);
  }
  if (before.stranded.people + after.stranded.people > 0) {
    rows.push([
      "no ED can be reached",
      `${grouped(before.stranded.people)} before, ${grouped(after.stranded.people)} after`,
    ]);
  }
  if (after.offNetwork.people > 0) rows.push(["off these roads, not counted above", grouped(after.offNetwork.people)]);
  const width = Math.max(...rows.map(([term]) => term.length));
  return rows.map(([term, text]) => `${term.padEnd(width)}  ${text}`);
}

const shiftRows = ({ shifts }: WhatIfResult): string[][] =>
  shifts.map(({ from, to, people, meanExtraMinutes }) => [
    named(from),
    named(to),
    grouped(people),
    meanExtraMinutes === null ? "" : signed(meanExtraMinutes),
  ]);

const loadRows = ({ load }: WhatIfResult): string[][] =>
  load
    .filter(({ before, after }) => before !== after)
    .sort((a, b) => Math.abs(b.after - b.before) - Math.abs(a.after - a.before))
    .map(({ hospital, before, after }) => [
      named(hospital),
      grouped(before),
      grouped(after),
      `${after > before ? "+" : ""}${grouped(after - before)}`,
    ]);

const worstRows = ({ worstPlaces }: WhatIfResult): string[][] =>
  worstPlaces.map(({ location, from, to, minutesBefore, minutesAfter }) => [
    location.map((degrees) => degrees.toFixed(5)).join(", "),
    from.name,
    to.name,
    minutesText(minutesBefore),
    minutesText(minutesAfter),
  ]);

/** The closures that hurt most, each line ended by a line feed. */
export function rankingTable({ basis, total, together, weighed, ranked }: ClosureRanking): string {
  const rows = ranked.map(({ close, people, newlyStranded, extraPersonMinutes, beyond }) => [
    close.map(named).join(" and "),
    grouped(people),
    grouped(newlyStranded),
    grouped(Math.round(extraPersonMinutes)),
    ...beyond.map(({ more }) => grouped(more)),
  ]);
  const unit = basis.unit === "people" ? "person" : "junction";
  const header = ["closed", basis.unit, "without an ED", `extra ${unit}-minutes`, "beyond 45 min", "beyond 60 min"];
  const what = together === 1 ? "closures of one ED" : "closures of two EDs";
  return `${[
    ...basisLines(basis, total),
    "",
    ...tableOf(`Of ${grouped(weighed)} ${what}, those that hurt most`, header, 1, rows, rows.length),
  ].join("\n")}\n`;
}

/** A titled table; nothing when it has no rows. */
export function tableOf(
  title: string,
  header: readonly string[],
  leftCount: number,
  rows: readonly (readonly string[])[],
  shownRows = SHOWN_ROWS,
): string[] {
  if (rows.length === 0) return [];
  const shown = textColumns([header, ...rows.slice(0, shownRows)], leftCount).map((line) => `  ${line.trimEnd()}`);
  const more = rows.length - shownRows;
  return [`${title}:`, ...shown, ...(more > 0 ? [`  and ${more} more`] : [])];
}
