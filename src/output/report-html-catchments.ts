import type { CatchmentCollection } from "../planning/catchments/catchments";
import type { SceneMapData } from "../planning/situation/scene-map-data";
import type { RoadIndex } from "../roads/road-index";
import { patientWords } from "./plan-words";
import { grouped, oneDecimal, wallClock } from "./replay-words";
import { reportHtml } from "./report-html";
import { catchmentMaps } from "./report-html-map";
import { planEnding } from "./report-html-plan";
import { tableFigure } from "./report-html-table";

interface CatchmentsReport {
  readonly areas: CatchmentCollection;
  readonly mapData: SceneMapData;
  readonly roads: RoadIndex;
  /** What people call the area. Default: the source of the roads. */
  readonly areaName?: string | undefined;
}

/** The page of catchments: a map of them, and who lives in each. */
export function catchmentsReport({ areas, mapData, roads, areaName }: CatchmentsReport): string {
  const { basis, total, reach, features } = areas;
  const inUse = features
    .map(({ properties }) => properties)
    .filter(({ people, use }) => people > 0 || use !== "none")
    .sort((a, b) => b.people - a.people);
  const spread = (of: { readonly mean: number; readonly p95: number } | null): string[] =>
    of === null ? ["", ""] : [oneDecimal(of.mean), oneDecimal(of.p95)];
  return reportHtml({
    title: `Catchments of ${areaName ?? roads.description.source}`,
    standfirst: `${grouped(total.people)} ${basis.unit}; ${patientWords(basis)}; as things are on ${wallClock(basis.at)}.`,
    caution: "",
    figures: [
      { value: grouped(inUse.length), label: "EDs that such patients are brought to" },
      { value: grouped(reach.stranded.people), label: `${basis.unit} without an ED` },
      { value: grouped(reach.offNetwork.people), label: `${basis.unit} off these roads` },
    ],
    sections: [
      {
        heading: "Where patients would be taken",
        body: catchmentMaps({
          roads,
          grid: mapData.grid,
          hospitals: mapData.hospitals.map(({ name, location }) => ({ name, location, asks: "nothing", tag: "" })),
          before: mapData.assigned,
          beforeCaption: "The nearest usable ED from every place near these roads.",
        }),
      },
      {
        heading: "Each ED's area",
        body: tableFigure({
          caption: "Minutes to care, and how many more the second choice takes.",
          columns: [
            { heading: "ED" },
            { heading: basis.unit, isNumber: true },
            { heading: "to care, mean", isNumber: true },
            { heading: "95 % within", isNumber: true },
            { heading: "margin, mean", isNumber: true },
            { heading: "95 % within", isNumber: true },
          ],
          rows: inUse.map(({ hospital, use, people, minutes, margin }) => [
            `${hospital.name}${use === "diverts" ? ", on divert" : use === "doubtful" ? ", if the age allows" : ""}`,
            grouped(people),
            ...spread(minutes),
            ...spread(margin),
          ]),
        }),
      },
    ],
    ...planEnding(basis, roads),
  });
}
