import { defined } from "../core/defined";
import { DiversionError } from "../core/errors";
import { EMBEDDED_AREA } from "../node/files/embedded";
import { writeFileWhole } from "../node/files/write-file";
import { catchmentsReport } from "../output/report-html-catchments";
import { type CatchmentCollection, catchments } from "../planning/catchments/catchments";
import { type IsochroneCollection, isochrones } from "../planning/catchments/isochrones";
import { sceneMapData } from "../planning/situation/scene-map-data";
import { command, EXIT } from "./command";
import * as option from "./options";
import { CLOSURES_OPTION, openPlanning, PLANNING_OPTIONS } from "./planning-options";
import { grouped } from "./text";
import { basisLines, minutesText, named, tableOf } from "./what-if-table";
import { writeText } from "./write-text";

export const catchmentsCommand = command({
  name: "catchments",
  usage: "[-o FILE] [--minutes 10,20,30]  [options]",
  summary: "Draw which places are brought to which ED, as GeoJSON, and tell the minutes and margins.",
  details: [
    "  ambulance-diversion catchments -o catchments.geojson\n" +
      "  ambulance-diversion catchments --needs trauma --population lsoa.csv --minutes 15,30,45 > areas.geojson",
    "GeoJSON on standard output; with -o in a file, and a table for people on standard output. One feature an ED (kind\n" +
      '"catchment"): people or junctions brought there, mean and p95 minutes to care, and the margin, which is how much\n' +
      'longer the second choice is. --minutes adds drive-time bands round each ED (kind "isochrone"): from more than\n' +
      "fromMinutes and up to minutes of driving, with the people in the band and within it.",
    "Areas are made of cells, each of which belongs to the ED nearest to its centre by road; their side is stated as\n" +
      "areas.cellMetres, and a border is exact to one cell. Neighbours share their borders point by point. Nothing farther\n" +
      "from a road than areas.withinMetres is claimed. Counts and minutes are not of cells but exact, place by place.",
    "It is a picture of one moment (--when), as described under `what-if --help`.",
  ],
  options: {
    output: option.text({ short: "o", value: "FILE", help: "Write the GeoJSON there. Default: standard output." }),
    minutes: option.list({ value: "A,B", help: "Add drive-time bands that end at these minutes." }),
    cell: option.number({
      value: "METRES",
      help: "Side of a cell. Default: the smallest of 50, 100, 200 … that gives up to 400,000.",
      min: 1,
      max: 100_000,
    }),
    within: option.number({
      value: "METRES",
      help: "Claim nothing farther from a road. Default: the snapping limit, at most 2000.",
      min: 1,
      max: 100_000,
    }),
    html: option.text({
      value: "OUT",
      help: "Write the areas as one page that needs nothing else, to read, print or send.",
    }),
    ...PLANNING_OPTIONS,
    ...CLOSURES_OPTION,
  },
  async run(args, terminal) {
    if (args.positionals.length > 0) {
      throw new DiversionError("invalid-argument", `catchments takes options only, not "${args.positionals[0]}".`);
    }
    const minutes = minutesOf(args.get("minutes"));
    const cellMetres = args.get("cell");
    const withinMetres = args.get("within");
    const { planning } = await openPlanning(args, terminal, args.get("closures"));
    const options = defined({ cellMetres, withinMetres });
    const areas = catchments(planning, options);
    const bands = minutes.length === 0 ? undefined : isochrones(planning, { ...options, minutes });
    const text = `${JSON.stringify({ ...areas, features: [...areas.features, ...(bands?.features ?? [])] })}\n`;
    const page = args.get("html");
    if (page !== undefined) {
      const areaName = args.get("roads") === undefined ? EMBEDDED_AREA : undefined;
      const { roads } = planning.situation;
      await writeFileWhole(page, [catchmentsReport({ areas, mapData: sceneMapData(planning), roads, areaName })]);
    }
    const file = args.get("output");
    if (file !== undefined) await writeFileWhole(file, [text]);
    await writeText(terminal.stdout, file === undefined ? text : catchmentsTable(areas, bands));
    return EXIT.done;
  },
});

function minutesOf(texts: readonly string[]): number[] {
  return texts.map((text) => {
    const minutes = Number(text);
    if (minutes > 0 && minutes <= 24 * 60) return minutes;
    throw new DiversionError("invalid-argument", `--minutes is "${text}"; write minutes such as 10,20,30.`, {
      field: "--minutes",
    });
  });
}

/** Catchments and bands for people, each line ended by a line feed. */
function catchmentsTable(areas: CatchmentCollection, bands: IsochroneCollection | undefined): string {
  const { basis, total, reach, features } = areas;
  const rows = features
    .map(({ properties }) => properties)
    .filter(({ people, use }) => people > 0 || use !== "none")
    .sort((a, b) => b.people - a.people)
    .map(({ hospital, use, people, minutes, margin }) => [
      `${named(hospital)}${use === "diverts" ? ", on divert" : use === "doubtful" ? ", if the age allows" : ""}`,
      grouped(people),
      ...[minutes, margin].flatMap((spread) =>
        spread === null ? ["", ""] : [minutesText(spread.mean), minutesText(spread.p95)],
      ),
    ]);
  const header = ["ED", basis.unit, "to care", "p95", "margin", "p95"];
  const lost = [
    ...(reach.stranded.people > 0 ? [`${grouped(reach.stranded.people)} can reach no ED.`] : []),
    ...(reach.offNetwork.people > 0 ? [`${grouped(reach.offNetwork.people)} are off these roads.`] : []),
  ];
  const sections = [
    basisLines(basis, total),
    lost,
    tableOf("Catchments", header, 1, rows, rows.length),
    bands === undefined ? [] : bandLines(bands),
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n")}\n`;
}

function bandLines({ basis, features }: IsochroneCollection): string[] {
  const ends = [...new Set(features.map(({ properties }) => properties.minutes))];
  const rows = features
    .filter(({ properties }) => properties.minutes === ends[0])
    .map(({ properties: { hospital } }) => [
      named(hospital),
      ...features
        .filter(({ properties }) => properties.hospital.id === hospital.id)
        .map(({ properties }) => grouped(properties.peopleWithin)),
    ]);
  const header = ["ED", ...ends.map((end) => `${end} min`)];
  return tableOf(`Within minutes of driving, ${basis.unit}`, header, 1, rows, rows.length);
}
