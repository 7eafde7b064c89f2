import type { HospitalDirectory } from "../hospitals/directory/directory";
import type { DivertKind } from "../hospitals/status/status-statistics";
import type { ReplayStatistics } from "../planning/replay/replay-result";
import { grouped, oneDecimal, scopeWords, wallClock, wallDay } from "./replay-words";
import type { ReportSection } from "./report-html";
import { tableFigure } from "./report-html-table";
import type { Html } from "./report-html-text";

/** How many alerts the table of the longest has. */
const LONGEST_ALERTS = 12;

/** How long EDs on the roads diverted or refused: by day, at once, and each time. */
export function statisticsSection(statistics: ReplayStatistics, hospitals: HospitalDirectory): ReportSection {
  const nameOf = (id: string): string => hospitals.require(id).name;
  const hasNone = statistics.perDay.length === 0;
  return {
    heading: "Statistics of the status",
    body: [
      ...(hasNone ? [] : [dayTable(statistics, nameOf)]),
      networkTable(statistics),
      ...(hasNone ? [] : [alertTable(statistics, nameOf)]),
    ],
  };
}

function dayTable({ perDay }: ReplayStatistics, nameOf: (id: string) => string): Html {
  return tableFigure({
    caption:
      "Minutes with a divert or refusal in force, by day, ED and kind; EDs on these roads. Kinds that overlap count once in the minutes of any kind.",
    columns: [
      { heading: "day", isWhole: true },
      { heading: "ED" },
      { heading: "minutes of any kind", isNumber: true },
      { heading: "kind" },
      { heading: "minutes of it", isNumber: true },
    ],
    rows: perDay.flatMap(({ day, hospital, minutes, kinds }) =>
      kinds.map((kind, index) => [
        wallDay(day),
        nameOf(hospital),
        index === 0 ? oneDecimal(minutes) : "",
        kindWords(kind),
        oneDecimal(kind.minutes),
      ]),
    ),
  });
}

function networkTable({ network, hospitals }: ReplayStatistics): Html {
  return tableFigure({
    caption: `How many of the ${grouped(hospitals)} EDs on these roads diverted or refused some patients at once, and for how long.`,
    columns: [
      { heading: "EDs at once", isNumber: true },
      { heading: "of all, %", isNumber: true },
      { heading: "minutes", isNumber: true },
      { heading: "of the time, %", isNumber: true },
    ],
    rows: network
      .filter(({ minutes }) => minutes > 0)
      .map(({ hospitals: count, minutes, share }) => [
        grouped(count),
        oneDecimal((100 * count) / hospitals),
        oneDecimal(minutes),
        oneDecimal(100 * share),
      ]),
  });
}

function alertTable({ alerts }: ReplayStatistics, nameOf: (id: string) => string): Html {
  const longest = [...alerts].sort((a, b) => b.minutes - a.minutes).slice(0, LONGEST_ALERTS);
  const rest = alerts.length - longest.length;
  return tableFigure({
    caption: `The longest diverts and refusals, from when each was known and in force.${
      rest === 0 ? "" : ` ${grouped(rest)} that were no longer are left out.`
    }`,
    columns: [
      { heading: "ED" },
      { heading: "asked" },
      { heading: "from", isWhole: true },
      { heading: "until", isWhole: true },
      { heading: "minutes", isNumber: true },
    ],
    rows: longest.map(({ hospital, effect, scope, from, until, minutes, isCut }) => [
      nameOf(hospital),
      `${effect} ${scopeWords(scope)}`,
      wallClock(from),
      wallClock(until),
      `${isCut ? "at least " : ""}${oneDecimal(minutes)}`,
    ]),
  });
}

const kindWords = ({ effect, needs }: DivertKind): string =>
  `${effect}, ${needs.length === 0 ? "any need" : needs.join(" or ")}`;
