import { defined } from "../core/defined";
import { readInstant } from "../core/instant";
import { intervalBetween, isDuring } from "../core/interval";
import type { HospitalDirectory } from "../hospitals/directory/directory";
import type { ReplayMapData } from "../planning/replay/replay-map-data";
import { type ChangedIncident, phasesOf, type ScenarioReplay } from "../planning/replay/replay-result";
import type { Scenario } from "../planning/replay/scenario";
import type { RoadIndex } from "../roads/road-index";
import { grouped, oneDecimal, scopeWords, wallClock, wallDay } from "./replay-words";
import { type ReportAssumption, type ReportSection, reportHtml } from "./report-html";
import { catchmentMaps, type MapAsks } from "./report-html-map";
import { statisticsSection } from "./report-html-statistics";
import { loadFigure, tableFigure } from "./report-html-table";
import { html } from "./report-html-text";
import { type TimelineRow, timelineFigure } from "./report-html-timeline";

export interface ReplayReport {
  readonly replay: ScenarioReplay;
  readonly scenario: Scenario;
  readonly roads: RoadIndex;
  readonly hospitals: HospitalDirectory;
  readonly mapData: ReplayMapData;
  /** What people call the area. Default: the source of the roads. */
  readonly areaName?: string | undefined;
  /** What people call a place. Default: the road and the coordinates. */
  readonly placeName?: ((location: readonly [number, number]) => string | undefined) | undefined;
}

/** How many places the table of the worst has. */
const WORST_PLACES = 12;
const HOUR_MS = 3_600_000;
const DAY_HOURS = 24;

/** The page for a committee: who was on divert when, where patients went instead, and what that took. */
export function replayReport(report: ReplayReport): string {
  const { replay, roads } = report;
  const { incidents, extraMinutes, scenario, generation, basis } = replay;
  const share = incidents.total === 0 ? 0 : (100 * incidents.changed) / incidents.total;
  return reportHtml({
    title: scenario.title,
    standfirst: `What diverts did to ambulance journeys, ${wallClock(scenario.from)} to ${wallClock(scenario.until)}, replayed over the roads of ${report.areaName ?? roads.description.source}.`,
    caution:
      generation === undefined
        ? ""
        : "Not a record of what happened to patients: they are drawn at random, and parts of the scenario are assumed. Each is sent by the same rules twice, once as it was and once with nothing restricted. The differences show the size of the effect.",
    figures: [
      { value: grouped(incidents.total), label: "patients replayed" },
      { value: grouped(incidents.changed), label: `taken to another ED (${oneDecimal(share)}\u00a0%)` },
      { value: `${oneDecimal(extraMinutes.mean)} min`, label: "longer for each of them, on average" },
      {
        value: `${oneDecimal(extraMinutes.worst)} min`,
        label: `longer at worst; 95\u00a0% had at most ${oneDecimal(extraMinutes.p95)}`,
      },
      { value: `${grouped(Math.round(extraMinutes.total / 60))} h`, label: "more on the road in all" },
    ],
    sections: [
      timelineSection(report),
      statisticsSection(replay.statistics, report.hospitals),
      mapSection(report),
      loadSection(replay),
      worstSection(report),
      ...(replay.facts.length === 0 ? [] : [factsSection(replay)]),
    ],
    assumptions: assumptionsOf(report),
    basis: [
      ["scenario", basis.scenario],
      ["roads", basis.roads],
      ["hospitals", basis.hospitals],
      ["policy", basis.policy],
      ["places", basis.places],
      ...(generation === undefined ? [] : [["seed", String(generation.seed)] as const]),
    ],
    notices: [
      ...(roads.description.notice === "" ? [] : [`Roads: ${roads.description.notice}.`]),
      "It ranks and explains; a professional decides. For planning and study, not for operations.",
    ],
  });
}

function timelineSection({ replay, scenario }: ReplayReport): ReportSection {
  const msOf = (instant: string): number => readInstant(instant)!.epochMs;
  const { diverts, hours, facts } = replay;
  const rows = new Map<string, TimelineRow>();
  for (const { hospital, onRoads, effect, scope, divertTo, from, until } of diverts) {
    if (effect === "inform") continue;
    const row = rows.get(hospital.id) ?? {
      label: hospital.name,
      note: onRoads ? "" : "not on these roads",
      isAway: !onRoads,
      bars: [],
    };
    const about = Object.keys(scope).length === 0 ? "all" : "some";
    const text = `${effect === "refuse" ? "refuses " : ""}${scopeWords(scope)}${divertTo === undefined ? "" : ` \u2192 ${divertTo.name}`}`;
    rows.set(hospital.id, {
      ...row,
      note: about === "all" ? row.note : [row.note, text].filter((part) => part !== "").join("; "),
      bars: [...row.bars, { fromMs: msOf(from), untilMs: msOf(until), about, text }],
    });
  }
  const days = hours.filter(({ at }, index) => index === 0 || at.slice(0, 10) !== hours[index - 1]!.at.slice(0, 10));
  const figure = timelineFigure({
    fromMs: scenario.period.from.epochMs,
    untilMs: scenario.period.until.epochMs,
    rows: [...rows.values()],
    days: hours.length > 14 * DAY_HOURS ? [] : days.map(({ at }) => ({ atMs: msOf(at), text: wallDay(at) })),
    marks: facts.map(({ at, stated }) => ({ atMs: msOf(at), text: String(stated) })),
    flow: { label: "Patients taken elsewhere, by hour", stepMs: HOUR_MS, counts: hours.map(({ changed }) => changed) },
    caption: html`Solid red: everyone was to be taken elsewhere. Amber: some patients, named under the ED. Dashed: an ED that is not on
these roads. Dotted lines carry the number of EDs on divert that sources give for that moment.`,
  });
  const phases = tableFigure({
    caption: "The same in figures; hours in which the same was asked are one line.",
    columns: [
      { heading: "from", isWhole: true },
      { heading: "until", isWhole: true },
      { heading: "EDs on divert", isNumber: true },
      { heading: "on these roads", isNumber: true },
      { heading: "patients", isNumber: true },
      { heading: "taken elsewhere", isNumber: true },
      { heading: "extra minutes", isNumber: true },
    ],
    rows: phasesOf(replay).map(({ from, until, restricted, incidents, changed, extraMinutes }) => [
      wallClock(from),
      wallClock(until),
      new Set(restricted.map(({ hospital }) => hospital)).size,
      new Set(restricted.filter(({ onRoads }) => onRoads).map(({ hospital }) => hospital)).size,
      grouped(incidents),
      grouped(changed),
      oneDecimal(extraMinutes),
    ]),
  });
  return { heading: "Who was on divert, and when", body: [figure, phases] };
}

function mapSection({ replay, roads, hospitals, mapData }: ReplayReport): ReportSection {
  const { at, group, grid, before, after } = mapData;
  const { epochMs: atMs } = readInstant(at)!;
  const asks = (id: string): MapAsks => {
    const own = replay.diverts.filter(
      ({ hospital, effect, from, until }) =>
        hospital.id === id &&
        effect !== "inform" &&
        isDuring(intervalBetween(readInstant(from), readInstant(until)), atMs),
    );
    if (own.length === 0) return "nothing";
    return own.some(({ scope }) => Object.keys(scope).length === 0) ? "all" : "some";
  };
  const who = group.needs === undefined ? "patients who need any full ED" : `${group.needs.join(", ")} patients`;
  return {
    heading: "Where patients would be taken",
    body: [
      html`<p>The ED for ${who}, by the shortest drive, from every place near these roads. On the second map the areas whose ED
changed are in full colour. A square is an ED that diverted everyone, a diamond one that diverted some.</p>`,
      catchmentMaps({
        roads,
        grid,
        hospitals: hospitals.hospitals.map(({ id, name, location }) => ({ name, location, asks: asks(id) })),
        before,
        after,
        beforeCaption: "With nothing restricted",
        afterCaption: `As it was, ${wallClock(at)}`,
      }),
    ],
  };
}

function loadSection({ load }: ScenarioReplay): ReportSection {
  const rows = [...load].sort((a, b) => b.after - b.before - (a.after - a.before) || b.before - a.before);
  const same = rows.filter(({ before, after }) => before === after);
  return {
    heading: "What neighbours took on",
    body: loadFigure({
      caption: `Patients brought to each ED over the whole time. Before: with nothing restricted; after: as it was.${
        same.length === 0 ? "" : ` ${same.length} EDs for which nothing changed are left out.`
      }`,
      unit: "patients",
      rows: rows
        .filter(({ before, after }) => before !== after)
        .map(({ hospital, before, after, restricted }) => ({
          name: hospital.name,
          tag: restricted ? "diverted" : "",
          before,
          after,
        })),
    }),
  };
}

function worstSection({ replay, placeName }: ReplayReport): ReportSection {
  const places = new Map<string, ChangedIncident[]>();
  for (const change of replay.changes) {
    if (change.extraMinutes === undefined) continue;
    const key = change.location.join(" ");
    places.set(key, [...(places.get(key) ?? []), change]);
  }
  const worst = [...places.values()]
    .map((changes) => {
      const top = changes.reduce((a, b) => (b.extraMinutes! > a.extraMinutes! ? b : a));
      const mean = changes.reduce((sum, { extraMinutes }) => sum + extraMinutes!, 0) / changes.length;
      return { changes, top, mean };
    })
    .sort((a, b) => b.top.extraMinutes! - a.top.extraMinutes! || (a.top.id < b.top.id ? -1 : 1))
    .slice(0, WORST_PLACES);
  return {
    heading: "The worst places",
    body: tableFigure({
      caption: "Places whose patients had the longest way added, the longest first.",
      columns: [
        { heading: "place" },
        { heading: "patients taken elsewhere", isNumber: true },
        { heading: "minutes more, mean", isNumber: true },
        { heading: "worst", isNumber: true },
        { heading: "of whom the worst needed" },
        { heading: "was taken to" },
        { heading: "instead of" },
      ],
      rows: worst.map(({ changes, top, mean }) => [
        placeText(top, placeName),
        changes.length,
        oneDecimal(mean),
        oneDecimal(top.extraMinutes!),
        needWords(top.needs),
        top.to!.name,
        top.from.name,
      ]),
    }),
  };
}

const needWords = (needs: ChangedIncident["needs"]): string =>
  needs.length === 0
    ? "any full ED"
    : needs.map((need) => (typeof need === "string" ? need : need.anyOf.join(" or "))).join(", ");

function placeText({ location, road }: ChangedIncident, placeName: ReplayReport["placeName"]): string {
  const name = placeName?.(location);
  if (name !== undefined) return name;
  const [lon, lat] = location;
  return `${road === "" ? "" : `${road}, `}${lon.toFixed(4)}, ${lat.toFixed(4)}`;
}

function factsSection({ facts }: ScenarioReplay): ReportSection {
  return {
    heading: "What sources say, and what was replayed",
    body: tableFigure({
      caption:
        "EDs on divert at a moment: as stated, as this scenario has it, and how many of those are on these roads.",
      columns: [
        { heading: "at", isWhole: true },
        { heading: "statement" },
        { heading: "source" },
        { heading: "stated", isNumber: true },
        { heading: "replayed", isNumber: true },
        { heading: "on these roads", isNumber: true },
      ],
      rows: facts.map(({ at, statement, source, stated, inScenario, onRoads }) => [
        wallClock(at),
        statement,
        source,
        stated,
        inScenario,
        onRoads,
      ]),
    }),
  };
}

/** Every event that is not known throughout, what the scenario says of itself, and how patients were drawn. */
function assumptionsOf({ scenario, replay }: ReplayReport): ReportAssumption[] {
  const named = new Map(replay.diverts.map(({ hospital }) => [hospital.id, hospital.name]));
  const seen = new Map<string, { names: string[]; source: string | undefined }>();
  for (const { hospital, note, source } of scenario.events) {
    if (note === undefined) continue;
    const entry = seen.get(note) ?? { names: [], source };
    const name = named.get(hospital) ?? hospital;
    if (!entry.names.includes(name)) entry.names.push(name);
    seen.set(note, entry);
  }
  const { generation } = scenario;
  const drawn = replay.generation;
  return [
    ...scenario.about.map((text) => ({ text })),
    ...[...seen].map(([note, { names, source }]) => ({ text: `${names.join(", ")}: ${note}`, source })),
    ...(generation === undefined || drawn === undefined
      ? []
      : [
          defined({
            text: `${grouped(drawn.total)} patients, ${oneDecimal(drawn.perDay)} a day, were drawn with the seed ${drawn.seed}: ${
              drawn.areasBy === "attendances" ? "the area of an ED by its attendances, and in it " : ""
            }a place ${drawn.placesBy === "people" ? "by the people who live there" : "by chance among the junctions of the roads"}.`,
            source: generation.attendances?.source,
          }),
          ...(generation.attendances === undefined ? [] : [{ text: generation.attendances.note }]),
          { text: generation.note },
        ]),
    {
      text: "Travel times are those of the roads and the vehicle profile: no traffic, no time of day. Real blue-light journeys scatter by about 5 minutes around any such estimate.",
      source: "McMeekin 2014",
    },
  ];
}
