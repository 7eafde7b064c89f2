import type { WhatIfMapData } from "../planning/what-if/what-if";
import type { Shift, WhatIfResult, WorsePlace } from "../planning/what-if/what-if-result";
import type { RoadIndex } from "../roads/road-index";
import { patientWords } from "./plan-words";
import { grouped, oneDecimal, wallClock } from "./replay-words";
import { type ReportSection, reportHtml } from "./report-html";
import { catchmentMaps } from "./report-html-map";
import { planEnding } from "./report-html-plan";
import { loadFigure, tableFigure } from "./report-html-table";
import { html } from "./report-html-text";

interface WhatIfReport {
  /** The change in words, such as "Broomfield Hospital closed". */
  readonly title: string;
  readonly result: WhatIfResult;
  readonly mapData: WhatIfMapData;
  readonly roads: RoadIndex;
  /** What people call the area. Default: the source of the roads. */
  readonly areaName?: string | undefined;
  /** What people call a place. Default: its coordinates. */
  readonly placeName?: ((location: readonly [number, number]) => string | undefined) | undefined;
}

/** How many rows the table of shifts has. */
const MOST_SHIFTS = 15;

/** The page for a committee: whose ED would change, and what that would take. */
export function whatIfReport(report: WhatIfReport): string {
  const { title, result, roads, areaName = roads.description.source } = report;
  const { basis, total, changed, newlyStranded, extraMinutes, beyond } = result;
  return reportHtml({
    title: `What if: ${title}`,
    standfirst: `${grouped(total.people)} ${basis.unit} of ${areaName}; ${patientWords(basis)}; as things are on ${wallClock(basis.at)}.`,
    caution: result.notes.join(" "),
    figures: [
      { value: grouped(changed.people), label: `${basis.unit} whose ED changes` },
      ...(extraMinutes === null
        ? []
        : [
            { value: `${oneDecimal(extraMinutes.mean)} min`, label: "more to care, on average" },
            {
              value: `${oneDecimal(extraMinutes.worst)} min`,
              label: `at worst; 95\u00a0% have at most ${oneDecimal(extraMinutes.p95)}`,
            },
          ]),
      { value: grouped(newlyStranded.people), label: "left without an ED" },
      ...beyond.map(({ minutes, before, after }) => ({
        value: grouped(after),
        label: `more than ${minutes} minutes from care; ${grouped(before)} before`,
      })),
    ],
    sections: [mapSection(report), shiftSection(result), loadSection(result), worstSection(report)],
    ...planEnding(basis, roads),
  });
}

function mapSection({ mapData, roads }: WhatIfReport): ReportSection {
  const { grid, hospitals, before, after } = mapData;
  return {
    heading: "Where patients would be taken",
    body: [
      html`<p>The nearest usable ED from every place near these roads. On the second map the areas whose ED changes are in full
colour. A square is an ED that takes nobody after the change.</p>`,
      catchmentMaps({
        roads,
        grid,
        hospitals: hospitals.map(({ name, location, isClosed }) => ({
          name,
          location,
          asks: isClosed ? "all" : "nothing",
          tag: isClosed ? "closed" : "",
        })),
        before,
        after,
        beforeCaption: "Before",
        afterCaption: "After",
      }),
    ],
  };
}

const edName = (hospital: Shift["from"]): string => (hospital === null ? "no ED" : hospital.name);

function shiftSection({ shifts, basis }: WhatIfResult): ReportSection {
  const more = shifts.length > MOST_SHIFTS ? ` The ${MOST_SHIFTS} largest of ${shifts.length}.` : "";
  return {
    heading: "From where to where",
    body: tableFigure({
      caption: `Those who would be brought elsewhere.${more}`,
      columns: [
        { heading: "from" },
        { heading: "to" },
        { heading: basis.unit, isNumber: true },
        { heading: "minutes more, mean", isNumber: true },
      ],
      rows: shifts
        .slice(0, MOST_SHIFTS)
        .map(({ from, to, people, meanExtraMinutes }) => [
          edName(from),
          edName(to),
          grouped(people),
          meanExtraMinutes === null ? "" : oneDecimal(meanExtraMinutes),
        ]),
    }),
  };
}

function loadSection({ load, basis }: WhatIfResult): ReportSection {
  const moved = load.filter(({ before, after }) => before !== after);
  return {
    heading: "What each ED would take on",
    body: loadFigure({
      caption: `${basis.unit === "people" ? "People who would be brought there." : "Junctions whose patients would be brought there."}${
        moved.length === load.length ? "" : ` ${load.length - moved.length} EDs for which nothing changes are left out.`
      }`,
      unit: basis.unit,
      rows: [...moved]
        .sort((a, b) => b.after - b.before - (a.after - a.before))
        .map(({ hospital, before, after }) => ({ name: hospital.name, tag: "", before, after })),
    }),
  };
}

function worstSection({ result, placeName }: WhatIfReport): ReportSection {
  const place = ({ location }: WorsePlace): string =>
    placeName?.(location) ?? `${location[0].toFixed(4)}, ${location[1].toFixed(4)}`;
  return {
    heading: "The worst places",
    body: tableFigure({
      caption: "Places whose way to care grows most, the most first.",
      columns: [
        { heading: "place" },
        { heading: result.basis.unit, isNumber: true },
        { heading: "minutes before", isNumber: true },
        { heading: "after", isNumber: true },
        { heading: "to" },
        { heading: "instead of" },
      ],
      rows: result.worstPlaces.map((worst) => [
        place(worst),
        grouped(worst.people),
        oneDecimal(worst.minutesBefore),
        oneDecimal(worst.minutesAfter),
        worst.to.name,
        worst.from.name,
      ]),
    }),
  };
}
