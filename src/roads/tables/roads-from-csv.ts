import { defined } from "../../core/defined";
import { DiversionError } from "../../core/errors";
import { fixedDistanceMetres } from "../../core/geometry";
import { GrowableFloat64, GrowableInt32 } from "../../core/growable";
import type { ProgressListener } from "../../core/progress";
import { INFINITE_MS, MINIMUM_EDGE_MS, toFixedDegrees } from "../../core/units";
import { reportOfGivenTimes } from "../build/build-report";
import type { BuiltRoads } from "../build/build-road-graph";
import { assembleRoadGraph, NAMELESS_ROAD, toCentimetres } from "../graph/assemble-road-graph";
import { edgeKey } from "../graph/edge-key";
import { IdIndex } from "../graph/id-index";
import { MAXIMUM_PROFILES, type SegmentTable } from "../graph/segment-table";
import type { ByteChunks } from "../sources/byte-chunks";
import type { ProfiledSequence } from "../turns/turn-sequences";
import { splitNodes } from "../turns/turn-split";
import { type CsvRow, forEachCsvRow } from "./csv-rows";
import { segmentsFromArcs } from "./roads-from-arcs";

/** A csv file, unpacked. */
export interface CsvFile {
  /** For messages. */
  readonly name: string;
  readonly bytes: ByteChunks;
}

export interface CsvRoadsOptions {
  /** Names the roads in messages and reports. */
  readonly source: string;
  /** `node,lon,lat`: any whole number for a name, and degrees. */
  readonly nodes: CsvFile;
  /**
   * `from,to,milliseconds,metres`: an edge a row, one direction each. `metres` may be missing: lengths are then those of
   * straight lines. In place of `milliseconds` there may be `milliseconds:NAME` for each of several profiles, the default
   * one first; an empty field is an edge that profile may not drive.
   */
  readonly edges: CsvFile;
  /** `from,via,to`: runs of three nodes or more that may not be passed one right after the other. Default: none. */
  readonly turns?: CsvFile | undefined;
  readonly onProgress?: ProgressListener | undefined;
}

const MAXIMUM_METRES = 20_000_000;
const TIME_COLUMN = /^milliseconds(?::(.+))?$/;

/**
 * Reads a road network from csv tables, such as `export --format csv` writes. Nodes are never folded. Opposite edges that
 * agree in times and length make one two-way segment. Journeys and turns are those of the tables, so a plain Dijkstra over
 * them gives every answer. Roads have no names.
 *
 * @throws DiversionError `invalid-roads-csv`, with the row and field, when a table is malformed; `empty-road-graph` when
 * there is no edge.
 */
export async function readCsvRoads(options: CsvRoadsOptions): Promise<BuiltRoads> {
  const { source, onProgress } = options;
  onProgress?.({ stage: "reading nodes", done: 0, total: 0, unit: "nodes" });
  const { ids, lon, lat } = await readNodes(options.nodes);
  onProgress?.({ stage: "reading arcs", done: 0, total: 0, unit: "arcs" });
  const edges = await readEdges(options.edges, ids);
  const { tails, heads, metres } = edges;
  if (tails.length === 0) {
    throw new DiversionError(
      "empty-road-graph",
      `${options.edges.name} holds no edge. Check that it is the right file.`,
      {
        file: options.edges.name,
      },
    );
  }
  const centimetres = tails.map((tail, edge) => {
    const head = heads[edge]!;
    return toCentimetres(metres[edge] ?? fixedDistanceMetres(lon[tail]!, lat[tail]!, lon[head]!, lat[head]!));
  });
  const [milliseconds, ...otherMilliseconds] = edges.times;
  const segments = segmentsFromArcs({
    nodeLon: lon,
    nodeLat: lat,
    tails,
    heads,
    milliseconds: milliseconds!,
    otherMilliseconds,
    centimetres,
    road: new Int32Array(tails.length),
    kind: kindsOf([...edges.times, centimetres]),
  });
  const runs = options.turns === undefined ? [] : await readTurns(options.turns, ids, segments, edges.profiles.length);
  const split = runs.length === 0 ? { segments, edges: undefined } : splitNodes(segments, runs);
  const roads = assembleRoadGraph(split.segments, [NAMELESS_ROAD], split.edges);
  const reports = edges.profiles.map((profile, number) =>
    reportOfGivenTimes(source, profile, roads.underProfile(number), tails.length),
  );
  return defined({ roads, report: reports[0]!, profileReports: reports.length === 1 ? undefined : reports });
}

async function readNodes(file: CsvFile): Promise<{ ids: IdIndex; lon: Int32Array; lat: Int32Array }> {
  const names = new GrowableFloat64();
  const lons = new GrowableInt32();
  const lats = new GrowableInt32();
  await forEachCsvRow(file, ["node", "lon", "lat"], (row) => {
    names.push(row.integer("node", Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER));
    lons.push(toFixedDegrees(row.number("lon", -180, 180)));
    lats.push(toFixedDegrees(row.number("lat", -90, 90)));
  });
  const [name, nodeLon, nodeLat] = [names.toArray(), lons.toArray(), lats.toArray()];
  const ids = new IdIndex(name);
  if (ids.size < name.length) {
    const seen = new Set<number>();
    const twice = name.findIndex((id) => seen.size === seen.add(id).size);
    throw new DiversionError(
      "invalid-roads-csv",
      `Node ${name[twice]} is listed twice. Give each node a row and a number of its own.`,
      { file: file.name, field: "node" },
    );
  }
  const lon = new Int32Array(name.length);
  const lat = new Int32Array(name.length);
  name.forEach((id, i) => {
    lon[ids.indexOf(id)] = nodeLon[i]!;
    lat[ids.indexOf(id)] = nodeLat[i]!;
  });
  return { ids, lon, lat };
}

interface Edges {
  /** Undefined for the one profile of a plain `milliseconds` column. */
  readonly profiles: readonly (string | undefined)[];
  readonly tails: Int32Array;
  readonly heads: Int32Array;
  /** For each profile, Int32[edges]. */
  readonly times: readonly Int32Array[];
  /** Float64[edges]; empty when there is no such column. */
  readonly metres: Float64Array;
}

async function readEdges(file: CsvFile, ids: IdIndex): Promise<Edges> {
  const tails = new GrowableInt32();
  const heads = new GrowableInt32();
  const metres = new GrowableFloat64();
  let columns: readonly string[] = [];
  let times: GrowableInt32[] = [];
  let hasMetres = false;
  const header = await forEachCsvRow(file, ["from", "to"], (row) => {
    if (columns.length === 0) {
      columns = timeColumns(file, row.header);
      times = columns.map(() => new GrowableInt32());
      hasMetres = row.header.includes("metres");
    }
    tails.push(nodeIn(row, "from", ids));
    heads.push(nodeIn(row, "to", ids));
    columns.forEach((column, profile) => {
      const isClosed = columns.length > 1 && row.isEmpty(column);
      times[profile]!.push(isClosed ? INFINITE_MS : Math.max(MINIMUM_EDGE_MS, row.integer(column, 0, INFINITE_MS - 1)));
    });
    if (hasMetres) metres.push(row.number("metres", 0, MAXIMUM_METRES));
  });
  columns = timeColumns(file, header);
  return {
    profiles: columns.map((column) => TIME_COLUMN.exec(column)![1]),
    tails: tails.toArray(),
    heads: heads.toArray(),
    times: times.map((column) => column.toArray()),
    metres: metres.toArray(),
  };
}

/** The columns of travel times, one per profile. */
function timeColumns(file: CsvFile, header: readonly string[]): readonly string[] {
  const columns = header.filter((name) => TIME_COLUMN.test(name));
  const isPlain = columns.length === 1;
  const areNamed = columns.every((name) => name !== "milliseconds") && new Set(columns).size === columns.length;
  if (isPlain || (columns.length > 1 && columns.length <= MAXIMUM_PROFILES && areNamed)) return columns;
  throw new DiversionError(
    "invalid-roads-csv",
    `The header has the time columns ${columns.map((name) => `"${name}"`).join(", ") || "none"}. Write one column ` +
      `milliseconds, or 2 to ${MAXIMUM_PROFILES} of the form milliseconds:NAME, each named after its profile.`,
    { file: file.name, row: 1 },
  );
}

function nodeIn(row: CsvRow, field: string, ids: IdIndex): number {
  const name = row.integer(field, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
  const node = ids.indexOf(name);
  if (node < 0) return row.fail(field, `names node ${name}, which the table of nodes does not have`);
  return node;
}

/** Int32[rows]: equal numbers for rows that are equal in every column. */
function kindsOf(columns: readonly Int32Array[]): Int32Array {
  const kinds = new Map<string, number>();
  return columns[0]!.map((_, row) => {
    const key = columns.map((column) => column[row]).join();
    const kind = kinds.get(key) ?? kinds.size;
    kinds.set(key, kind);
    return kind;
  });
}

async function readTurns(
  file: CsvFile,
  ids: IdIndex,
  segments: SegmentTable,
  profileCount: number,
): Promise<ProfiledSequence[]> {
  const passed: { readonly nodes: readonly number[]; readonly row: number }[] = [];
  await forEachCsvRow(
    file,
    ["from", "via", "to"],
    (row) => {
      const names = row.integers(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
      const nodes = names.map((name) => ids.indexOf(name));
      const stranger = nodes.indexOf(-1);
      if (stranger >= 0)
        row.fail("from,via,to", `names node ${names[stranger]}, which the table of nodes does not have`);
      if (nodes.length < 3) row.fail("from,via,to", "has fewer than three nodes");
      passed.push({ nodes, row: row.line });
    },
    { moreFields: true },
  );
  const keys = keysBetween(
    segments,
    passed.map(({ nodes }) => nodes),
  );
  return passed.map(({ nodes, row }) => {
    const sequence = nodes.slice(1).map((head, i) => {
      const between = keys.get(`${nodes[i]} ${head}`) ?? [];
      if (between.length === 1) return between[0]!;
      throw new DiversionError(
        "invalid-roads-csv",
        `${between.length === 0 ? "No edge leads" : `${between.length} edges lead`} from one node of the turn to the next ` +
          `(the ${i + 1}. and ${i + 2}. in the row). Name nodes that exactly one edge joins; put a node into one of two parallel edges.`,
        { file: file.name, row },
      );
    });
    return { sequence, profiles: (1 << profileCount) - 1 };
  });
}

/** Edge keys that lead from one node to another, by both, as far as the runs pass them. */
function keysBetween(
  { segmentTail, segmentHead, backwardMilliseconds, otherTimes = [] }: SegmentTable,
  runs: readonly (readonly number[])[],
): Map<string, number[]> {
  const between = new Map<string, number[]>();
  for (const nodes of runs) {
    for (let i = 1; i < nodes.length; i++) between.set(`${nodes[i - 1]} ${nodes[i]}`, []);
  }
  if (between.size === 0) return between;
  segmentTail.forEach((tail, segment) => {
    const head = segmentHead[segment]!;
    between.get(`${tail} ${head}`)?.push(edgeKey(segment, "forward"));
    const isTwoWay = [backwardMilliseconds, ...otherTimes.map((times) => times.backwardMilliseconds)].some(
      (times) => times[segment]! < INFINITE_MS,
    );
    if (isTwoWay) between.get(`${head} ${tail}`)?.push(edgeKey(segment, "backward"));
  });
  return between;
}
