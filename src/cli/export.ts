import { DiversionError } from "../core/errors";
import { systemClock } from "../core/instant";
import { openRoads } from "../node/files/roads-files";
import { writeFolder } from "../node/files/write-file";
import { csvFiles } from "../output/roads-csv";
import { dimacsFiles } from "../output/roads-dimacs";
import { geojsonFiles } from "../output/roads-geojson";
import { graphInState } from "../roads/closures/closure-state";
import type { RoadGraph } from "../roads/graph/road-graph";
import { command, EXIT } from "./command";
import { CLOSURES_CHECK_OPTIONS, enterClosures, isStrict, PROFILE_OPTION, underProfile } from "./common-options";
import * as option from "./options";
import { grouped } from "./text";

const FORMATS: Readonly<Record<string, (roads: RoadGraph) => Readonly<Record<string, Generator<string>>>>> = {
  geojson: geojsonFiles,
  dimacs: dimacsFiles,
  csv: csvFiles,
};

export const exportCommand = command({
  name: "export",
  usage: "FILE.roads --format geojson|dimacs|csv -o FOLDER",
  summary: "Write the road graph out again, with nothing left out that the router uses.",
  details: [
    "csv writes nodes.csv (node,lon,lat), edges.csv (from,to,milliseconds,metres; one row per direction) and turns.csv\n" +
      "(forbidden runs of nodes): a plain Dijkstra on these files reproduces every answer.",
    "Of roads built for several profiles one is written: what it may drive, and its times. Nodes have the same numbers\n" +
      "under all.",
    "With --closures the roads are written as they are at a moment: without the closed ones, and with the times of slow\n" +
      "ones. Nodes and turns stay as they are.",
  ],
  options: {
    format: option.text({ value: "FORMAT", help: "geojson, dimacs or csv." }),
    output: option.text({ short: "o", value: "FOLDER", help: "The folder to write into." }),
    ...PROFILE_OPTION,
    closures: option.text({
      value: "FILE",
      help: "Closed and slow roads, GeoJSON. Default: none; roads are as the roads file says.",
    }),
    ...CLOSURES_CHECK_OPTIONS,
    when: option.instant({ value: "TIME", help: "At which moment closures hold, RFC 3339 with offset. Default: now." }),
  },
  async run(args, terminal) {
    const [file, ...rest] = args.positionals;
    const folder = args.get("output");
    const format = args.get("format");
    if (file === undefined || rest.length > 0) {
      throw new DiversionError(
        "invalid-argument",
        "export takes one roads file. See `ambulance-diversion export --help`.",
      );
    }
    if (folder === undefined) {
      throw new DiversionError("invalid-argument", "Say where to write with -o FOLDER.", { field: "--output" });
    }
    const filesOf = format === undefined || !Object.hasOwn(FORMATS, format) ? undefined : FORMATS[format];
    if (filesOf === undefined) {
      throw new DiversionError(
        "invalid-argument",
        `--format takes ${Object.keys(FORMATS).join(", ")}${format === undefined ? "" : `, not "${format}"`}.`,
        { field: "--format" },
      );
    }
    const roads = underProfile(args, await openRoads(file));
    const when = args.get("when")?.epochMs ?? systemClock();
    await enterClosures(args.get("closures"), terminal, roads, isStrict(args));
    const graph = graphInState(roads.graph, roads.stateAt(when));
    for (const { path, bytes } of await writeFolder(folder, filesOf(graph))) {
      terminal.stdout.write(`${path}: ${grouped(bytes)} bytes\n`);
    }
    return EXIT.done;
  },
});
