import { parseArgs } from "node:util";
import { CASE_NAMES, type CaseName } from "./case-names";

/** What `npm run bench` was asked to do. */
export interface BenchArguments {
  readonly help: boolean;
  /** Roads files and graphs to measure on instead of the built-in networks. */
  readonly roads: readonly string[];
  /** The DIMACS coordinate file of a `.gr` graph. */
  readonly coordinates: string | undefined;
  /** Built-in networks to measure on. */
  readonly graphs: readonly GraphName[];
  /** About how many nodes the synthetic network has. */
  readonly size: number;
  readonly cases: readonly CaseName[];
  readonly seed: number;
  readonly targets: number;
  readonly open: number;
  readonly json: string | undefined;
  readonly markdown: string | undefined;
  readonly against: string | undefined;
  /** Slower than before by more than this share is a regression. */
  readonly band: number;
}

export const GRAPH_NAMES = ["montevideo", "gothenburg", "synthetic"] as const;
export type GraphName = (typeof GRAPH_NAMES)[number];

export const DEFAULT_SIZE = 250_000;
export const FULL_SIZE = 1_000_000;
export const DEFAULT_BAND = 0.3;

export const USAGE = `npm run bench -- [options]

  --roads FILE       measure on this file instead: .roads, .osm.pbf, .osm, .geojson, or .gr with --coordinates;
                     may be given several times
  --coordinates FILE the DIMACS .co file of a .gr graph
  --graphs a,b       of ${GRAPH_NAMES.join(", ")}; default: all
  --size N           nodes of the synthetic network; default ${DEFAULT_SIZE}
  --full             the same as --size ${FULL_SIZE}
  --case a,b         only these cases; default: all
  --targets N        hospitals, default 200        --open N   of these accepting, default 159
  --seed N           default 1
  --json FILE        write the rows                --markdown FILE  write the table
  --against FILE     compare with the rows of an earlier run; exit status 1 when a median is slower by more than the band
  --band SHARE       the noise band, default ${DEFAULT_BAND}: medians up to ${100 + 100 * DEFAULT_BAND} % of the earlier run's pass

Cases: ${CASE_NAMES.join(", ")}
`;

/** A mistake on the command line; the message is for the one who made it. */
export class ArgumentError extends Error {}

/** @throws ArgumentError naming the option, the value and what it takes. */
export function parseBenchArguments(words: readonly string[]): BenchArguments {
  const values = readOptions(words);
  const size = values.full === true ? FULL_SIZE : whole("--size", values.size, DEFAULT_SIZE, 1000);
  const targets = whole("--targets", values.targets, 200, 1);
  const open = whole("--open", values.open, Math.round(targets * 0.795), 1);
  if (open > targets) throw new ArgumentError(`--open ${open} is more than the ${targets} hospitals there are.`);
  if (values.full === true && values.size !== undefined) throw new ArgumentError("Give --size or --full, not both.");
  const roads = values.roads ?? [];
  if (roads.length > 0 && values.graphs !== undefined) throw new ArgumentError("Give --roads or --graphs, not both.");
  if (values.coordinates !== undefined && !roads.some((file) => /\.gr(\.gz)?$/i.test(file))) {
    throw new ArgumentError("--coordinates goes with --roads FILE.gr; the other formats carry their own.");
  }
  return {
    help: values.help === true,
    roads,
    coordinates: values.coordinates,
    graphs: roads.length > 0 ? [] : names("--graphs", values.graphs, GRAPH_NAMES),
    size,
    cases: names("--case", values.case, CASE_NAMES),
    seed: whole("--seed", values.seed, 1, 0),
    targets,
    open,
    json: values.json,
    markdown: values.markdown,
    against: values.against,
    band: share("--band", values.band, DEFAULT_BAND),
  };
}

function readOptions(words: readonly string[]) {
  try {
    return parseArgs({
      args: [...words],
      options: {
        help: { type: "boolean", short: "h" },
        roads: { type: "string", multiple: true },
        coordinates: { type: "string" },
        graphs: { type: "string" },
        size: { type: "string" },
        full: { type: "boolean" },
        case: { type: "string" },
        seed: { type: "string" },
        targets: { type: "string" },
        open: { type: "string" },
        json: { type: "string" },
        markdown: { type: "string" },
        against: { type: "string" },
        band: { type: "string" },
      },
    }).values;
  } catch (error) {
    throw new ArgumentError(`${(error as Error).message} See --help.`);
  }
}

export function whole(option: string, text: string | undefined, fallback: number, least: number): number {
  if (text === undefined) return fallback;
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= least && Number.isSafeInteger(value)) return value;
  throw new ArgumentError(`${option} is ${JSON.stringify(text)}; give a whole number, at least ${least}.`);
}

function share(option: string, text: string | undefined, fallback: number): number {
  if (text === undefined) return fallback;
  const value = Number(text);
  if (text.trim() !== "" && value >= 0 && value < 100) return value;
  throw new ArgumentError(`${option} is ${JSON.stringify(text)}; give a share such as 0.3.`);
}

function names<Name extends string>(option: string, text: string | undefined, known: readonly Name[]): readonly Name[] {
  if (text === undefined) return known;
  const wanted = text.split(",").map((name) => name.trim());
  const unknown = wanted.find((name) => !(known as readonly string[]).includes(name));
  if (unknown !== undefined) {
    throw new ArgumentError(`${option} names ${JSON.stringify(unknown)}; known are ${known.join(", ")}.`);
  }
  return known.filter((name) => wanted.includes(name));
}
