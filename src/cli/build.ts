import { basename } from "node:path";
import { defined } from "../core/defined";
import { DiversionError } from "../core/errors";
import { parseJson } from "../core/parse-json";
import { buildRoads, writeRoads } from "../node/files/roads-files";
import { parseTextFile } from "../node/files/text-file";
import type { BuildReport } from "../roads/build/build-report";
import { DIMACS_BUILD_STAGES, OSM_BUILD_STAGES, WRITING } from "../roads/build/build-stages";
import {
  BUILT_IN_PROFILES,
  type BuiltInProfileName,
  builtInProfile,
  parseProfile,
  type VehicleProfile,
} from "../roads/profile/profile";
import { boxArea, type CutArea, readArea } from "../roads/sources/cut-area";
import { command, EXIT } from "./command";
import { POLICY_OPTION } from "./common-options";
import { EDS_OPTIONS, edRows, edsOnRoads, openEds } from "./eds-text";
import * as option from "./options";
import { profileRows, profileSize } from "./profile-text";
import { progressLine } from "./progress-line";
import { reportRows } from "./report-text";
import { definitionList, grouped } from "./text";

export const buildCommand = command({
  name: "build",
  usage: "<roads>... -o FILE.roads [options]",
  summary: "Build a roads file from OpenStreetMap, GeoJSON, DIMACS or csv data.",
  details: [
    "<roads> is .osm.pbf, .osm, .osm.gz, .geojson, .geojson.gz (LineStrings with OSM tags), or a DIMACS .gr or .gr.gz\n" +
      "graph, whose weights are read as milliseconds and which needs --coordinates.",
    "It may also be a folder of csv tables, as `export` writes them: nodes.csv (node,lon,lat), edges.csv\n" +
      "(from,to,milliseconds,metres) and turns.csv (from,via,to; may be missing), each of them also as .csv.gz. Several\n" +
      "profiles have a column milliseconds:NAME each, empty where they may not drive.",
    "Several extracts of OpenStreetMap (.osm.pbf, .osm, .osm.gz) become one network. What occurs in several is taken\n" +
      "once; where they differ, ways and relations in their highest version, then as the extract named first has them;\n" +
      "stretches of one way are put together. Extracts are sorted by kind and id, as they are when downloaded.\n" +
      "Of an element that one file states more than once the highest version is taken.",
    "--bbox and --polygon keep each way with a node in the area or on its border, whole: roads go on beyond the border to\n" +
      "the end of their way. What crosses the area without a node in it is left out. The source is read once more.",
    "Roads may serve several profiles: --profile blue-light --profile normal-road. The first is the default; `nearest`,\n" +
      "`export` and others take another by --profile NAME. Each drives exactly the roads it would have by itself.",
  ],
  options: {
    output: option.text({ short: "o", value: "FILE", help: "The roads file to write." }),
    profile: option.texts({
      value: "NAME|FILE",
      help: `Speeds and access: ${BUILT_IN_PROFILES.join(", ")}, or a profile in JSON. Default: blue-light.`,
    }),
    bbox: option.text({
      value: "WEST,SOUTH,EAST,NORTH",
      help: "Build the roads of this box, in degrees, longitude first.",
    }),
    polygon: option.text({
      value: "FILE",
      help: "Build the roads of this area: GeoJSON (Polygon, MultiPolygon, Feature) or an Osmosis .poly.",
    }),
    coordinates: option.text({ value: "FILE", help: "The .co or .co.gz file of a DIMACS graph." }),
    "snap-limit": option.number({
      value: "METRES",
      help: "Refuse locations farther than this from a road. Default: 1000.",
      min: 1,
      max: 100_000,
    }),
    ...EDS_OPTIONS,
    ...POLICY_OPTION,
    json: option.flag({ help: "Print what was built as JSON." }),
  },
  async run(args, terminal) {
    const sources = args.positionals;
    const output = args.get("output");
    if (sources.length === 0) {
      throw new DiversionError(
        "invalid-argument",
        "build takes one file of roads or more. See `ambulance-diversion build --help`.",
      );
    }
    if (output === undefined) {
      throw new DiversionError("invalid-argument", "Say where to write the roads file with -o FILE.roads.", {
        field: "--output",
      });
    }
    const profiles = await Promise.all(args.get("profile").map(loadProfile));
    const coordinates = args.get("coordinates");
    const area = await areaOf(args);
    const snapLimitMetres = args.get("snap-limit");
    // Read first: a slip in it is told before the hours of a large build.
    const openedEds = await openEds(args.get("hospitals"), args.get("policy"));
    const started = performance.now();
    const { listener, clear } = progressLine(
      terminal,
      sources.some((source) => /\.gr(\.gz)?$/i.test(source)) ? DIMACS_BUILD_STAGES : OSM_BUILD_STAGES,
    );
    let bytes: number;
    const roads = await buildRoads(sources, {
      ...defined({ profiles: profiles.length === 0 ? undefined : profiles, coordinates, area, snapLimitMetres }),
      onProgress: listener,
    }).finally(clear);
    listener({ stage: WRITING, done: 0, total: 0, unit: "bytes" });
    bytes = await writeRoads(output, roads).finally(clear);
    const seconds = (performance.now() - started) / 1000;
    const profileSizes = roads.profiles.map((name) => profileSize(roads.withProfile(name)));
    const { nodes, edges, km } = profileSizes[0]!;
    const eds = edsOnRoads(openedEds, roads);
    if (args.get("json")) {
      const summary = { output, nodes, edges, km, seconds, bytes, checksum: roads.checksum };
      const others = profileSizes.length === 1 ? {} : { profiles: profileSizes };
      terminal.stdout.write(
        `${JSON.stringify({ ...summary, ...others, report: roads.description.report, hospitals: eds })}\n`,
      );
    } else {
      terminal.stdout.write(
        `${output}: ${grouped(nodes)} nodes, ${grouped(edges)} edges, ` +
          `${grouped(km)} km of road, ${seconds.toFixed(1)} seconds, ${grouped(bytes)} bytes\n`,
      );
      const rows = [
        ...profileRows(profileSizes),
        ...reportRows(roads.description.report as Partial<BuildReport>),
        ...edRows(eds),
      ];
      if (rows.length > 0) terminal.stdout.write(definitionList(rows));
    }
    return EXIT.done;
  },
});

async function areaOf(
  args: option.Arguments<{ bbox: string | undefined; polygon: string | undefined }>,
): Promise<CutArea | undefined> {
  const box = args.get("bbox");
  const file = args.get("polygon");
  if (box !== undefined && file !== undefined) {
    throw new DiversionError("invalid-argument", "Give --bbox or --polygon, not both.", { field: "--polygon" });
  }
  if (box !== undefined) return boxOf(box);
  if (file === undefined) return undefined;
  return parseTextFile(file, (text) => readArea(text, basename(file)));
}

function boxOf(text: string): CutArea {
  const words = text.split(",");
  const [west, south, east, north] = words.map((word) => (word.trim() === "" ? Number.NaN : Number(word)));
  if (words.length !== 4) {
    throw new DiversionError(
      "invalid-argument",
      `--bbox takes four numbers, WEST,SOUTH,EAST,NORTH in degrees, not "${text}".`,
      { field: "--bbox" },
    );
  }
  try {
    return boxArea({ west: west!, south: south!, east: east!, north: north! });
  } catch (error) {
    throw error instanceof DiversionError
      ? new DiversionError(error.code, error.message, { field: "--bbox" }, { cause: error })
      : error;
  }
}

async function loadProfile(nameOrFile: string): Promise<VehicleProfile> {
  if ((BUILT_IN_PROFILES as readonly string[]).includes(nameOrFile)) {
    return builtInProfile(nameOrFile as BuiltInProfileName);
  }
  return parseTextFile(nameOrFile, (text) => {
    let json: unknown;
    try {
      json = parseJson(text);
    } catch (error) {
      throw new DiversionError("invalid-profile", `The profile is not JSON (${(error as Error).message}).`);
    }
    return parseProfile(json);
  }).catch((error: unknown) => {
    if (!(error instanceof DiversionError && error.code === "file-not-found")) throw error;
    throw new DiversionError(
      "file-not-found",
      `The profile is neither built in (${BUILT_IN_PROFILES.join(", ")}) nor a file that can be read.`,
      { file: nameOrFile },
      { cause: error },
    );
  });
}
