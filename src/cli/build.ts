import { readFile } from "node:fs/promises";
import { DiversionError } from "../core/errors";
import { buildRoads, writeRoads } from "../node/roads-files";
import {
  BUILT_IN_PROFILES,
  type BuiltInProfileName,
  builtInProfile,
  parseProfile,
  type VehicleProfile,
} from "../roads/profile";
import { type Command, EXIT } from "./command";
import { progressLine } from "./progress-line";
import { grouped } from "./text";

export const buildCommand: Command = {
  name: "build",
  usage: "<roads> -o FILE.roads [options]",
  summary: "Build a roads file from OpenStreetMap, GeoJSON or DIMACS data.",
  details: [
    "<roads> is .osm.pbf, .osm, .osm.gz, .geojson, .geojson.gz (LineStrings with OSM tags), or a DIMACS .gr or .gr.gz\n" +
      "graph, whose weights are read as milliseconds and which needs --coordinates.",
  ],
  options: {
    output: { short: "o", value: "FILE", help: "The roads file to write." },
    profile: {
      value: "NAME|FILE",
      help: `Speeds and access: ${BUILT_IN_PROFILES.join(", ")}, or a profile in JSON. Default: blue-light.`,
    },
    coordinates: { value: "FILE", help: "The .co or .co.gz file of a DIMACS graph." },
    "snap-limit": { value: "METRES", help: "Refuse locations farther than this from a road. Default: 1000." },
    json: { help: "Print what was built as JSON." },
  },
  async run(args, terminal) {
    const [source, ...rest] = args.positionals;
    const output = args.text("output");
    if (source === undefined || rest.length > 0) {
      throw new DiversionError(
        "invalid-argument",
        "build takes one file of roads. See `ambulance-diversion build --help`.",
      );
    }
    if (output === undefined) {
      throw new DiversionError("invalid-argument", "Say where to write the roads file with -o FILE.roads.", {
        field: "--output",
      });
    }
    const profileName = args.text("profile");
    const profile = profileName === undefined ? undefined : await loadProfile(profileName);
    const coordinates = args.text("coordinates");
    const snapLimitMetres = args.number("snap-limit", { min: 1, max: 100_000 });
    const started = performance.now();
    const { listener, clear } = progressLine(terminal);
    let bytes: number;
    const roads = await buildRoads(source, {
      ...(profile === undefined ? {} : { profile }),
      ...(coordinates === undefined ? {} : { coordinates }),
      ...(snapLimitMetres === undefined ? {} : { snapLimitMetres }),
      onProgress: listener,
    }).finally(clear);
    bytes = await writeRoads(output, roads);
    const seconds = (performance.now() - started) / 1000;
    const km = Math.round(Number(roads.description.report.kilometres));
    if (args.flag("json")) {
      const summary = { output, nodes: roads.graph.placeCount, edges: roads.graph.edgeCount, km, seconds, bytes };
      terminal.stdout.write(
        `${JSON.stringify({ ...summary, checksum: roads.checksum, report: roads.description.report })}\n`,
      );
    } else {
      terminal.stdout.write(
        `${output}: ${grouped(roads.graph.placeCount)} nodes, ${grouped(roads.graph.edgeCount)} edges, ` +
          `${grouped(km)} km of road, ${seconds.toFixed(1)} seconds, ${grouped(bytes)} bytes\n`,
      );
    }
    return EXIT.done;
  },
};

async function loadProfile(nameOrFile: string): Promise<VehicleProfile> {
  if ((BUILT_IN_PROFILES as readonly string[]).includes(nameOrFile)) {
    return builtInProfile(nameOrFile as BuiltInProfileName);
  }
  let text: string;
  try {
    text = await readFile(nameOrFile, "utf8");
  } catch (cause) {
    throw new DiversionError(
      "file-not-found",
      `The profile is neither built in (${BUILT_IN_PROFILES.join(", ")}) nor a file that can be read.`,
      { file: nameOrFile },
      { cause },
    );
  }
  try {
    return parseProfile(JSON.parse(text));
  } catch (error) {
    if (error instanceof DiversionError) throw error.in(nameOrFile);
    throw new DiversionError("invalid-profile", `The profile is not JSON (${(error as Error).message}).`, {
      file: nameOrFile,
    });
  }
}
