import { parseArgs } from "node:util";
import { ArgumentError, DEFAULT_SIZE, whole } from "../suite/arguments";

/** What `bench/load.ts` was asked to do. */
export interface LoadArguments {
  readonly help: boolean;
  /** Roads file or graph; undefined for the synthetic network. */
  readonly roads: string | undefined;
  readonly coordinates: string | undefined;
  /** About how many nodes the synthetic network has. */
  readonly size: number;
  /** What results call the network; undefined: by its file. */
  readonly name: string | undefined;
  readonly seconds: number;
  readonly connections: number;
  readonly eds: number;
  readonly flipsPerSecond: number;
  readonly closuresPerSecond: number;
  /** One answer in so many is kept and compared with Dijkstra's. */
  readonly sampleEvery: number;
  readonly seed: number;
  readonly record: boolean;
  /** Folder for a processor profile of the server. */
  readonly profile: string | undefined;
}

export const USAGE = `npx tsx bench/load.ts [options]

  --roads FILE         serve these roads: .roads, .osm.pbf, .osm, .geojson, or .gr with --coordinates
  --coordinates FILE   the DIMACS .co file of a .gr graph
  --size N             nodes of the synthetic network that is served otherwise; default ${DEFAULT_SIZE}
  --name NAME          what results call the network; default: after its file
  --seconds N          how long, after a warm-up; default 30
  --connections N      open at once, each with one question under way; default 50
  --eds N              emergency departments at seeded places; default 200
  --flips N            changes of status a second; default 5
  --closures N         roads closed or reopened a second; default 1
  --sample-every N     compare one answer in N with Dijkstra's; default 100
  --seed N             default 1
  --record             write bench/results/load-NAME.{json,md}
  --profile FOLDER     have the server write a processor profile there
`;

/** @throws ArgumentError naming the option, the value and what it takes. */
export function parseLoadArguments(words: readonly string[]): LoadArguments {
  const values = readOptions(words);
  if (values.coordinates !== undefined && !/\.gr(\.gz)?$/i.test(values.roads ?? "")) {
    throw new ArgumentError("--coordinates goes with --roads FILE.gr; the other formats carry their own.");
  }
  return {
    help: values.help === true,
    roads: values.roads,
    coordinates: values.coordinates,
    size: whole("--size", values.size, DEFAULT_SIZE, 1000),
    name: values.name,
    seconds: whole("--seconds", values.seconds, 30, 1),
    connections: whole("--connections", values.connections, 50, 1),
    eds: whole("--eds", values.eds, 200, 1),
    flipsPerSecond: whole("--flips", values.flips, 5, 0),
    closuresPerSecond: whole("--closures", values.closures, 1, 0),
    sampleEvery: whole("--sample-every", values["sample-every"], 100, 1),
    seed: whole("--seed", values.seed, 1, 0),
    record: values.record === true,
    profile: values.profile,
  };
}

function readOptions(words: readonly string[]) {
  try {
    return parseArgs({
      args: [...words],
      options: {
        help: { type: "boolean", short: "h" },
        roads: { type: "string" },
        coordinates: { type: "string" },
        size: { type: "string" },
        name: { type: "string" },
        seconds: { type: "string" },
        connections: { type: "string" },
        eds: { type: "string" },
        flips: { type: "string" },
        closures: { type: "string" },
        "sample-every": { type: "string" },
        seed: { type: "string" },
        record: { type: "boolean" },
        profile: { type: "string" },
      },
    }).values;
  } catch (error) {
    throw new ArgumentError(`${(error as Error).message} See --help.`);
  }
}
