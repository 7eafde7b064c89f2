import { stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { defined } from "../../core/defined";
import { DiversionError } from "../../core/errors";
import type { ProgressListener } from "../../core/progress";
import { type BuiltRoads, buildRoadGraph } from "../../roads/build/build-road-graph";
import { coordinatesOf, indexOrderedRoads } from "../../roads/index-roads";
import type { VehicleProfile } from "../../roads/profile/profile";
import { DEFAULT_SNAP_LIMIT_METRES, type RoadIndex } from "../../roads/road-index";
import { encodeRoads, type ReadRoadsOptions, readRoads } from "../../roads/roads-file";
import type { CutArea } from "../../roads/sources/cut-area";
import { readDimacs } from "../../roads/tables/dimacs";
import { type CsvFile, type CsvRoadsOptions, readCsvRoads } from "../../roads/tables/roads-from-csv";
import { computeOrderInParallel } from "../../shortest-path/order/parallel-order";
import { orderWorkers } from "../workers/order-workers";
import { fileChunks } from "./file-chunks";
import { openForReading } from "./file-source";
import { openOsmSources } from "./open-osm-source";
import { writeFileWhole } from "./write-file";

/** The notice that OpenStreetMap's licence asks every copy of its data to carry. */
const OSM_NOTICE = "© OpenStreetMap contributors, Open Database Licence 1.0 (opendatacommons.org/licenses/odbl)";

export interface BuildRoadsOptions {
  /** How fast which road may be driven. Default: `blue-light`. Sources that come with travel times take none. */
  readonly profile?: VehicleProfile;
  /** Several profiles for the roads to serve, the default one first; in place of `profile`. See `RoadIndex.withProfile`. */
  readonly profiles?: readonly VehicleProfile[];
  /** The DIMACS coordinate file that belongs to a `.gr` graph. */
  readonly coordinates?: string;
  /** Keeps the roads of this area alone: see `boxArea`, `polygonArea`. Not for DIMACS. Default: all roads. */
  readonly area?: CutArea;
  /** Default: {@link DEFAULT_SNAP_LIMIT_METRES}. */
  readonly snapLimitMetres?: number;
  /** Attribution to carry along. Default: OpenStreetMap's for `.osm` files, none for others. */
  readonly notice?: string;
  readonly onProgress?: ProgressListener;
}

/**
 * Builds roads from a file: `.osm.pbf`, `.osm[.gz]`, `.geojson[.gz]` (LineStrings with OSM tags), DIMACS `.gr[.gz]`
 * whose weights are milliseconds, or a folder of csv tables as `export --format csv` writes them (`readCsvRoads`). Several extracts of OpenStreetMap become one network; where they disagree, see
 * `MergedSource`.
 *
 * @throws DiversionError naming the file and the place in it when the data is malformed.
 */
export async function buildRoads(
  files: string | readonly string[],
  options: BuildRoadsOptions = {},
): Promise<RoadIndex> {
  const paths = typeof files === "string" ? [files] : files;
  const isDimacs = paths.some((path) => /\.gr(\.gz)?$/i.test(path));
  const folder = paths.length === 1 ? await csvFolder(paths[0]!) : undefined;
  const { roads, report, profileReports } = await (isDimacs
    ? buildFromDimacs(paths, options)
    : folder !== undefined
      ? buildFromCsv(paths[0]!, folder, options)
      : buildFromOsm(paths, options));
  const isOsm = paths.some((path) => /\.(pbf|osm|osm\.gz)$/i.test(path));
  // People walk alike whatever they came in: of several profiles the default one's pace holds.
  const onFootKmh = (options.profiles?.[0] ?? options.profile)?.onFootKmh;
  const description = defined({
    source: paths.map((path) => basename(path)).join(" + "),
    notice: options.notice ?? (isOsm ? OSM_NOTICE : ""),
    profile: report.profile ?? "",
    snapLimitMetres: options.snapLimitMetres ?? DEFAULT_SNAP_LIMIT_METRES,
    onFootKmh,
    report: { ...report },
    profiles: profileReports?.map((own) => ({ name: own.profile ?? "", report: { ...own } })),
  });
  const { onProgress } = options;
  const order = await computeOrderInParallel(
    roads.topology,
    coordinatesOf(roads),
    orderWorkers(),
    defined({ onProgress }),
  );
  return indexOrderedRoads(roads, order, description, onProgress);
}

async function buildFromOsm(
  paths: readonly string[],
  { profile, profiles, coordinates, area, onProgress }: BuildRoadsOptions,
): Promise<BuiltRoads> {
  const [path] = paths;
  if (path === undefined) throw new DiversionError("invalid-argument", "No file of roads is named; name one or more.");
  if (coordinates !== undefined) {
    throw new DiversionError(
      "invalid-argument",
      `A coordinate file goes with a DIMACS .gr graph; ${basename(path)} carries its own coordinates. Leave it out.`,
      { field: "--coordinates" },
    );
  }
  const source = await openOsmSources(paths, area);
  return buildRoadGraph(source, defined({ profile, profiles, onProgress }));
}

async function buildFromCsv(
  path: string,
  tables: NonNullable<Awaited<ReturnType<typeof csvFolder>>>,
  { profile, profiles, coordinates, area, onProgress }: BuildRoadsOptions,
): Promise<BuiltRoads> {
  const misplaced = [
    [coordinates, "--coordinates"],
    [area, "--bbox or --polygon"],
    [profile ?? profiles, "--profile"],
  ] as const;
  for (const [value, field] of misplaced) {
    if (value === undefined) continue;
    throw new DiversionError(
      "invalid-argument",
      `csv tables come with their own positions and travel times, so ${field} has nothing to act on. Leave it out.`,
      { file: path, field },
    );
  }
  try {
    return await readCsvRoads({ source: basename(path), ...tables, onProgress });
  } catch (error) {
    if (!(error instanceof DiversionError) || error.place.file === undefined) throw error;
    throw new DiversionError(error.code, error.message, {
      ...error.place,
      file: join(path, basename(error.place.file)),
    });
  }
}

async function buildFromDimacs(
  paths: readonly string[],
  { profile, profiles, coordinates, area, onProgress }: BuildRoadsOptions,
): Promise<BuiltRoads> {
  const path = paths[0]!;
  if (paths.length > 1) {
    throw new DiversionError(
      "invalid-argument",
      `A DIMACS graph numbers its nodes by itself, so nothing can be merged with it (${paths.length} files are named); ` +
        "build it alone.",
      { file: paths.find((file) => /\.gr(\.gz)?$/i.test(file))! },
    );
  }
  if (area !== undefined) {
    throw new DiversionError(
      "invalid-argument",
      "An area is cut out of roads with a shape; a DIMACS graph has arcs alone. Leave the area out.",
      { file: path, field: "--bbox or --polygon" },
    );
  }
  if (profile !== undefined || profiles !== undefined) {
    throw new DiversionError(
      "invalid-argument",
      "A DIMACS graph comes with its own travel times, so a profile has nothing to act on. Leave it out.",
      { field: "--profile" },
    );
  }
  for (const file of coordinates === undefined ? [path] : [path, coordinates])
    await (await openForReading(file)).close();
  const dimacsFile = (file: string) => ({ name: basename(file), bytes: () => fileChunks(file, "invalid-dimacs") });
  return readDimacs({
    graph: dimacsFile(path),
    coordinates: coordinates === undefined ? undefined : dimacsFile(coordinates),
    ...defined({ onProgress }),
  });
}

export interface OpenRoadsOptions extends ReadRoadsOptions {
  /**
   * Lays the roads in memory that worker threads can read too, so that all of them read one copy; see `recommendMany`.
   * Default: false.
   */
  readonly shared?: boolean;
}

/**
 * Opens a `.roads` file.
 *
 * @throws DiversionError `file-not-found`, `invalid-roads-file`, `unsupported-roads-version`.
 */
export async function openRoads(
  path: string,
  { shared = false, ...options }: OpenRoadsOptions = {},
): Promise<RoadIndex> {
  const file = await openForReading(path);
  try {
    const { size } = await stat(path);
    const bytes = new Uint8Array(shared ? new SharedArrayBuffer(size) : new ArrayBuffer(size));
    let filled = 0;
    while (filled < size) {
      const { bytesRead } = await file.read(bytes, filled, Math.min(size - filled, 1 << 30), filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    return readRoads(bytes.subarray(0, filled), options);
  } catch (error) {
    throw error instanceof DiversionError ? error.in(path) : error;
  } finally {
    await file.close();
  }
}

/** Writes a `.roads` file, whole or not at all. Returns its size in bytes. */
export const writeRoads = (path: string, roads: RoadIndex): Promise<number> => writeFileWhole(path, encodeRoads(roads));

/**
 * The tables of a folder: `nodes.csv`, `edges.csv` and, where there are any, `turns.csv`, each of them also packed as
 * `.csv.gz`. Undefined when there is no folder of this name.
 *
 * @throws DiversionError `file-not-found` when nodes or edges are missing.
 */
async function csvFolder(path: string): Promise<Pick<CsvRoadsOptions, "nodes" | "edges" | "turns"> | undefined> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory() !== true) return undefined;
  const [nodes, edges, turns] = await Promise.all(["nodes", "edges", "turns"].map((table) => tableIn(path, table)));
  for (const [name, file] of [
    ["nodes", nodes],
    ["edges", edges],
  ] as const) {
    if (file === undefined) {
      throw new DiversionError(
        "file-not-found",
        `The folder has no ${name}.csv (or ${name}.csv.gz); a road graph in csv is nodes.csv, edges.csv and, if turns are forbidden, turns.csv.`,
        { file: path },
      );
    }
  }
  return { nodes: nodes!, edges: edges!, turns };
}

async function tableIn(folder: string, table: string): Promise<CsvFile | undefined> {
  for (const name of [`${table}.csv`, `${table}.csv.gz`]) {
    const path = join(folder, name);
    const found = await stat(path).catch(() => undefined);
    if (found?.isFile() === true) return { name, bytes: (onBytes) => fileChunks(path, "invalid-roads-csv", onBytes) };
  }
  return undefined;
}
