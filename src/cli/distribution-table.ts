import type { CapacityUse, Distribution } from "../planning/distribution/distribution";
import { wrap } from "./answer-table";
import { textColumns } from "./text";
import { minutesText, named } from "./what-if-table";

const minutes = (seconds: number): string => minutesText(seconds / 60);

/** A plan for people, by ED, each line ended by a line feed. */
export function distributionTable(plan: Distribution): string {
  const sections = [summaryLines(plan), hospitalLines(plan), limitLines(plan), unknownLines(plan), unplacedLines(plan)];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n")}\n`;
}

function summaryLines({ assignments, unplaced, latestSeconds, weightedSeconds, basis }: Distribution): string[] {
  const all = assignments.length + unplaced.length;
  const last = latestSeconds === undefined ? "" : `; the last arrives after ${minutes(latestSeconds)}`;
  const weighted = `${minutes(weightedSeconds)} of drive, wait and handover by weight`;
  return wrap(`${assignments.length} of ${all} casualties have a place${last}; ${weighted}; ${basis.at}.`);
}

/** A line for each ED and priority, in the order in which the first of them arrive. */
function hospitalLines({ assignments }: Distribution): string[] {
  const rows = new Map<
    string,
    { readonly cells: string[]; readonly casualties: string[]; firstSeconds: number; lastSeconds: number }
  >();
  for (const { hospital, priority, casualty, driveSeconds, diverts } of assignments) {
    const key = `${hospital.id} ${priority} ${diverts}`;
    const name = `${named(hospital)}${diverts ? ", asks for a divert" : ""}`;
    const row = rows.get(key) ?? {
      cells: [name, priority],
      casualties: [],
      firstSeconds: driveSeconds,
      lastSeconds: 0,
    };
    rows.set(key, row);
    row.casualties.push(casualty);
    row.firstSeconds = Math.min(row.firstSeconds, driveSeconds);
    row.lastSeconds = Math.max(row.lastSeconds, driveSeconds);
  }
  if (rows.size === 0) return [];
  const table = [...rows.values()]
    .sort((a, b) => a.firstSeconds - b.firstSeconds || (a.cells.join() < b.cells.join() ? -1 : 1))
    .map(({ cells, casualties, lastSeconds }) => [...cells, String(casualties.length), minutes(lastSeconds)]);
  return textColumns([["ED", "priority", "casualties", "last drive"], ...table], 2).map((line) => line.trimEnd());
}

function limitLines({ capacity }: Distribution): string[] {
  const binding = capacity.filter(({ used, of }) => used >= of);
  if (binding.length === 0) return [];
  const what = ({ oneMoreWouldPlace, oneMoreWouldSaveSeconds }: CapacityUse): string =>
    oneMoreWouldPlace !== undefined
      ? `one more would place a ${oneMoreWouldPlace}`
      : oneMoreWouldSaveSeconds > 0
        ? `one more would save ${minutes(oneMoreWouldSaveSeconds)} by weight`
        : "one more would change nothing";
  return [
    "Full:",
    ...binding.flatMap((use) => {
      const kind = use.priority === "total" ? "in all" : use.priority;
      return wrap(`${named(use.hospital)}, ${use.of} ${kind}: ${what(use)}`, "  ");
    }),
  ];
}

function unknownLines({ withoutLimit }: Distribution): string[] {
  if (withoutLimit.length === 0) return [];
  const all = withoutLimit.map(({ hospital, used }) => `${named(hospital)} (${used})`).join(", ");
  return wrap(`Note: no limit in all was stated for ${all}; ask whether they have room.`);
}

function unplacedLines({ unplaced }: Distribution): string[] {
  const byReason = new Map<string, string[]>();
  for (const { casualty, priority, because } of unplaced) {
    const text = because.map((one) => one.text).join("; ");
    byReason.set(text, [...(byReason.get(text) ?? []), `${casualty} (${priority})`]);
  }
  if (byReason.size === 0) return [];
  return [
    "WITHOUT A PLACE:",
    ...[...byReason].flatMap(([text, casualties]) => wrap(`${casualties.join(", ")}: ${text}`, "  ")),
  ];
}
