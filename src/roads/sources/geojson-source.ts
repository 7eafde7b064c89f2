import { DiversionError } from "../../core/errors";
import { parseJson } from "../../core/parse-json";
import { utf8Chunks } from "../../core/text";
import { UNITS_PER_DEGREE } from "../../core/units";
import { CoordinateIds } from "../graph/coordinate-ids";
import type { ByteChunks } from "./byte-chunks";
import { FeatureScanner, type FeatureText } from "./feature-scanner";
import { isObject, type JsonObject, tagsOfProperties } from "./geojson-tags";
import type { OsmHandler, OsmSource, Tags } from "./osm-source";

/**
 * Roads from a GeoJSON FeatureCollection (RFC 7946) of LineStrings and MultiLineStrings whose properties are OSM tags,
 * streamed feature by feature.
 *
 * - **Nodes** are positions: two lines meet where they share a position to 1e-7 degree. Node ids count positions in
 *   order of first appearance, from 1; each node is handed on once, without tags, before the first way through it.
 * - **Ways** are lines; the parts of a MultiLineString are ways of the same id. Where the first line has an OSM id
 *   (`@id`, the feature's `id`, or a property `id`, `osm_id` or `osm_way_id`; a whole number, or `way/123`), ids are
 *   taken from there, and a line without one gets minus its position in `features`, counted from 1. Where the first
 *   line has none, all are numbered by that position. So ids of both sorts never meet.
 * - **Tags** are the properties, in the forms that exporters give them: {@link tagsOfProperties}.
 *
 * Other geometries are not roads and are passed over. Rejects with `invalid-geojson`, naming the feature and its line
 * in the file. What a handler throws comes through as it is.
 */
export class GeoJsonSource implements OsmSource {
  readonly name: string;
  readonly #open: ByteChunks;

  /** @param open starts the (unpacked) text from the beginning, once per {@link read}. */
  constructor(name: string, open: ByteChunks) {
    this.name = name;
    this.#open = open;
  }

  async read(handler: OsmHandler): Promise<void> {
    if (!handler.node && !handler.way) return;
    const lines = new LineReader(this.name, handler);
    const scanner = new FeatureScanner();
    let progress: readonly [doneBytes: number, totalBytes: number] = [0, 0];
    const bytes = this.#open((doneBytes, totalBytes) => (progress = [doneBytes, totalBytes]));
    for await (const chunk of utf8Chunks(bytes)) {
      for (const feature of this.#scan(scanner, () => scanner.push(chunk))) lines.read(feature);
      await handler.piece?.(...progress);
    }
    checkCollection(
      this.#scan(scanner, () => scanner.finish()),
      lines.count,
      this.name,
      scanner.line,
    );
  }

  #scan<T>(scanner: FeatureScanner, step: () => T): T {
    try {
      return step();
    } catch (cause) {
      const what =
        cause instanceof TypeError
          ? "The text is not UTF-8 (it looks like Latin-1 or another encoding of Windows)"
          : `The file holds ${(cause as Error).message}`;
      throw new DiversionError("invalid-geojson", `${what}; export it again as UTF-8 GeoJSON, one feature per road.`, {
        file: this.name,
        row: scanner.line,
      });
    }
  }
}

/** Turns the texts of features into nodes and ways. */
class LineReader {
  readonly #file: string;
  readonly #handler: OsmHandler;
  readonly #ids = new CoordinateIds();
  readonly #nodes: number[] = [];
  #hasOsmIds: boolean | undefined;
  #row = 0;
  /** Features read so far. */
  count = 0;

  constructor(file: string, handler: OsmHandler) {
    this.#file = file;
    this.#handler = handler;
  }

  read({ json, row }: FeatureText): void {
    this.#row = row;
    this.count++;
    let feature: unknown;
    try {
      feature = parseJson(json);
    } catch (cause) {
      throw this.#invalid("", `is not JSON (${(cause as Error).message}); correct it`);
    }
    if (!isObject(feature) || feature.type !== "Feature") {
      throw this.#invalid(".type", `is ${show(isObject(feature) ? feature.type : feature)} instead of "Feature"`);
    }
    const { geometry, properties } = feature;
    if (geometry === null || geometry === undefined) return;
    if (!isObject(geometry)) throw this.#invalid(".geometry", `is ${show(geometry)} instead of an object or null`);
    const { type, coordinates } = geometry;
    if (type !== "LineString" && type !== "MultiLineString") return;
    if (properties !== null && properties !== undefined && !isObject(properties)) {
      throw this.#invalid(".properties", `is ${show(properties)} instead of an object or null`);
    }
    const id = this.#wayId(feature, properties ?? {});
    const tags = this.#handler.way ? tagsOfProperties(properties ?? {}) : NO_TAGS;
    if (!isTags(tags))
      throw this.#invalid(`.properties.${tags.field}`, `${tags.what}; export it again or leave it out`);
    const where = ".geometry.coordinates";
    if (type === "LineString") this.#line(id, coordinates, tags, where);
    else if (!Array.isArray(coordinates))
      throw this.#invalid(where, `is ${show(coordinates)} instead of a list of lines`);
    else for (const [i, part] of coordinates.entries()) this.#line(id, part, tags, `${where}[${i}]`);
  }

  #line(id: number, coordinates: unknown, tags: Tags, where: string): void {
    if (!Array.isArray(coordinates) || coordinates.length < 2) {
      throw this.#invalid(where, `is ${show(coordinates)} instead of a list of two or more positions`);
    }
    const handler = this.#handler;
    const ids = this.#ids;
    const nodes = this.#nodes;
    nodes.length = 0;
    for (let i = 0; i < coordinates.length; i++) {
      const position: unknown = coordinates[i];
      const [lon, lat] = Array.isArray(position) ? (position as unknown[]) : [];
      if (typeof lon !== "number" || typeof lat !== "number" || !(Math.abs(lon) <= 180 && Math.abs(lat) <= 90)) {
        throw this.#invalid(`${where}[${i}]`, describePosition(position, lon, lat));
      }
      const lonUnits = Math.round(lon * UNITS_PER_DEGREE) + 0;
      const latUnits = Math.round(lat * UNITS_PER_DEGREE) + 0;
      const known = ids.size;
      const node = ids.idOf(lonUnits, latUnits);
      if (node > known) handler.node?.(node, lonUnits, latUnits, undefined);
      nodes.push(node);
    }
    handler.way?.(id, nodes, tags);
  }

  #wayId(feature: JsonObject, properties: JsonObject): number {
    const id =
      osmWayId(properties["@id"]) ??
      osmWayId(feature.id) ??
      osmWayId(properties.id) ??
      osmWayId(properties.osm_id) ??
      osmWayId(properties.osm_way_id);
    this.#hasOsmIds ??= id !== undefined;
    return this.#hasOsmIds ? (id ?? -this.count) : this.count;
  }

  #invalid(field: string, what: string): DiversionError {
    const place = `features[${this.count - 1}]${field}`;
    return new DiversionError("invalid-geojson", `${place} ${what}.`, {
      file: this.#file,
      row: this.#row,
      field: place,
    });
  }
}

const NO_TAGS: Tags = new Map();

const isTags = (tags: ReturnType<typeof tagsOfProperties>): tags is Tags => tags instanceof Map;

/** Whole positive numbers only: so minus a position, and 0, are never an OSM id. */
function osmWayId(value: unknown): number | undefined {
  const digits = typeof value === "string" ? /^(?:way\/)?(\d{1,16})$/.exec(value)?.[1] : value;
  const id = Number(digits ?? Number.NaN);
  return typeof value !== "object" && typeof value !== "boolean" && Number.isSafeInteger(id) && id > 0 ? id : undefined;
}

function describePosition(position: unknown, lon: unknown, lat: unknown): string {
  const stated = `is ${show(position)} instead of [longitude, latitude] in degrees`;
  if (typeof lon !== "number" || typeof lat !== "number") return stated;
  if (Math.abs(lon) <= 90 && Math.abs(lat) <= 180) return `${stated}: latitude seems to come first, swap the two`;
  return `${stated}: it looks projected, convert it to WGS 84 (for instance with "ogr2ogr -t_srs EPSG:4326")`;
}

function show(value: unknown): string {
  const text = JSON.stringify(value) ?? "missing";
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}

/** Names under which the older GeoJSON of 2008 says "longitude and latitude on WGS 84". */
const WGS84 = /CRS:?:?84$|EPSG:(?:[\d.]*:)?4326$/;

/** Checks what surrounds the features; `rest` has a 0 for each of them. */
function checkCollection(rest: string, features: number, file: string, row: number): void {
  const invalid = (what: string) => new DiversionError("invalid-geojson", what, { file, row });
  let collection: unknown;
  try {
    collection = parseJson(rest);
  } catch (cause) {
    throw invalid(`The text around the features is not JSON (${(cause as Error).message}); is the file complete?`);
  }
  if (!isObject(collection) || collection.type !== "FeatureCollection" || !Array.isArray(collection.features)) {
    const type = isObject(collection) ? collection.type : collection;
    throw invalid(`The document is ${show(type)} instead of a GeoJSON "FeatureCollection"; export it as one.`);
  }
  const stranger = collection.features.findIndex((feature) => feature !== 0);
  if (stranger >= 0) throw invalid(`features[${stranger}] is ${show(collection.features[stranger])} and no feature.`);
  if (collection.features.length !== features) throw invalid('The document has "features" twice, or numbers in it.');
  const { crs } = collection;
  const name = isObject(crs) && isObject(crs.properties) ? crs.properties.name : undefined;
  if (typeof name === "string" && !WGS84.test(name)) {
    throw invalid(`The coordinates are in ${name}; convert them to WGS 84 (for instance "ogr2ogr -t_srs EPSG:4326").`);
  }
}
