import type { Feature, FeatureCollection, Geometry } from "geojson";
import * as z from "zod/mini";
import { defined } from "../../core/defined";
import { DiversionError } from "../../core/errors";
import { safeParse } from "../../core/safe-parse";
import { segmentOf } from "../graph/edge-key";
import type { RoadGraph } from "../graph/road-graph";
import {
  type CheckedRequest,
  invalidClosure,
  type RoadClosure,
  readCloseRequest,
  readSpeedRequest,
  type SilentFeed,
} from "./closure";
import type { ClosureEntry } from "./closures";

/** Properties of a closure's feature: the fields of a request that are no geometry. */
interface ClosureProperties extends Omit<CheckedRequest, "id" | "polygon" | "line" | "point" | "from" | "until"> {
  readonly kind: RoadClosure["kind"];
  readonly from?: string;
  readonly until?: string;
}

export interface ClosureCollection extends FeatureCollection<Geometry | null, ClosureProperties> {
  /** Checksum of the roads that numbers of edges and segments are of. */
  readonly roads: string;
  /** Of the roads' closures when this was written. */
  readonly roadsVersion: number;
  /** Closure feeds that were silent then; absent when none was. */
  readonly silentFeeds?: SilentFeed[];
}

const CollectionSchema = z.object(
  {
    type: z.literal("FeatureCollection"),
    roads: z.optional(z.string()),
    roadsVersion: z.optional(z.int().check(z.gte(0))),
    silentFeeds: z.optional(z.array(z.object({ feed: z.string(), heardAt: z.optional(z.string()) }))),
    features: z.array(
      z.object({
        type: z.literal("Feature"),
        id: z.optional(z.union([z.string(), z.number()])),
        geometry: z.nullable(z.object({ type: z.string(), coordinates: z.optional(z.unknown()) })),
        properties: z.nullable(z.record(z.string(), z.unknown())),
      }),
    ),
  },
  "give a GeoJSON FeatureCollection",
);

const GEOMETRY_FIELDS = {
  Polygon: "polygon",
  MultiPolygon: "polygon",
  LineString: "line",
  MultiLineString: "line",
  Point: "point",
} as const;

/**
 * Reads a GeoJSON FeatureCollection, a closure or slowdown a feature. Its properties are the fields of a request (`kind`,
 * `reason`, `from`, `until`, `direction`, `road`, `wayId`, `kmh` …; `kind` is `closure` or `slowdown`, by default a
 * slowdown where `kmh`, `maximumKmh` or `factor` is given); its `id`, when it has one, is the closure's. A Polygon or MultiPolygon says
 * which area is meant; a Point or line says so only with `bufferMetres`, and is otherwise a mere drawing of what the
 * properties name.
 *
 * @param roads checksums of the roads at hand, one per profile: numbers of edges and segments mean nothing on others.
 * @returns entries with requests that have been tried, so that the first mistake is told by its feature; and the version
 * the collection was written at, 0 when it does not say.
 * @throws DiversionError `invalid-closure`, naming the feature (row, from 1) and the field.
 */
export function readClosures(
  geojson: unknown,
  roads: readonly string[],
): {
  readonly entries: readonly ClosureEntry[];
  readonly version: number;
  readonly silentFeeds: readonly SilentFeed[];
} {
  const result = safeParse(CollectionSchema, geojson);
  if (!result.success) {
    const [issue] = result.error.issues;
    throw invalidClosure(`The closures are not a GeoJSON FeatureCollection: ${issue!.message}.`, issue!.path.join("."));
  }
  const isOfOtherRoads = result.data.roads !== undefined && !roads.includes(result.data.roads);
  const entries = result.data.features.map(({ id, geometry, properties }, place): ClosureEntry => {
    const { kind: statedKind, ...fields } = properties ?? {};
    const row = place + 1;
    if (statedKind !== undefined && statedKind !== "closure" && statedKind !== "slowdown") {
      throw inRow(row, `kind is ${JSON.stringify(statedKind)}; it is closure or slowdown.`, "kind");
    }
    if (isOfOtherRoads && (fields.edges !== undefined || fields.segments !== undefined)) {
      throw inRow(row, "Numbers of edges and segments were written for other roads; name roads or areas.", "edges");
    }
    const isSlow = ["kmh", "maximumKmh", "factor"].some((field) => fields[field] !== undefined);
    const kind = statedKind ?? (isSlow ? "slowdown" : "closure");
    const request = defined({
      id: id === undefined ? undefined : String(id),
      ...areaFields(geometry, fields.bufferMetres !== undefined, row),
      ...fields,
    });
    try {
      void (kind === "closure" ? readCloseRequest(request) : readSpeedRequest(request));
    } catch (error) {
      throw error instanceof DiversionError
        ? new DiversionError(error.code, error.message, { ...error.place, row }, { cause: error })
        : error;
    }
    return { kind, request };
  });
  const { roadsVersion = 0, silentFeeds = [] } = result.data;
  return { entries, version: roadsVersion, silentFeeds: silentFeeds.map((one) => defined(one)) };
}

function areaFields(
  geometry: { type: string; coordinates?: unknown } | null,
  hasBuffer: boolean,
  row: number,
): Record<string, unknown> {
  if (geometry === null) return {};
  const { type, coordinates } = geometry;
  const field = Object.hasOwn(GEOMETRY_FIELDS, type)
    ? GEOMETRY_FIELDS[type as keyof typeof GEOMETRY_FIELDS]
    : undefined;
  if (field === undefined) {
    const known = Object.keys(GEOMETRY_FIELDS).join(", ");
    throw inRow(row, `The geometry is a ${type}; a closure is drawn as one of ${known}, or has none.`, "geometry");
  }
  if (field !== "polygon" && !hasBuffer) return {};
  return { [field]: field === "point" ? coordinates : { type, coordinates } };
}

const inRow = (row: number, message: string, field: string): DiversionError =>
  new DiversionError("invalid-closure", message, { row, field });

/**
 * Closures as GeoJSON: each with the area it was given, or else with the roads it is about drawn as lines; without a
 * geometry when it is about none.
 */
export function closureFeatures(
  graph: RoadGraph,
  closures: readonly RoadClosure[],
  checksum: string,
  version: number,
  silentFeeds: readonly SilentFeed[] = [],
): ClosureCollection {
  return defined({
    type: "FeatureCollection",
    roads: checksum,
    roadsVersion: version,
    silentFeeds: silentFeeds.length === 0 ? undefined : [...silentFeeds],
    features: closures.map((closure) => featureOf(graph, closure)),
  });
}

function featureOf(graph: RoadGraph, closure: RoadClosure): Feature<Geometry | null, ClosureProperties> {
  const { id, kind, selection, from, until, reason, by, feed, kmh, maximumKmh, factor } = closure;
  const { polygon, line, point, ...conditions } = selection;
  return {
    type: "Feature",
    id,
    geometry:
      polygon ?? line ?? (point === undefined ? drawn(graph, closure) : { type: "Point", coordinates: [...point] }),
    properties: defined({
      kind,
      reason,
      by,
      from: from?.text,
      until: until?.text,
      kmh,
      maximumKmh,
      factor,
      feed,
      ...conditions,
    }),
  };
}

function drawn(graph: RoadGraph, { edges }: RoadClosure): Geometry | null {
  if (edges.length === 0) return null;
  const segments = new Set(Array.from(edges, (edge) => segmentOf(graph.columns.keyOfEdge[edge]!)));
  return {
    type: "MultiLineString",
    coordinates: [...segments].map((segment) => graph.segmentPositions(segment).map(([lon, lat]) => [lon, lat])),
  };
}
