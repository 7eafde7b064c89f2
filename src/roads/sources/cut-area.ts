import type { MultiPolygon, Position } from "geojson";
import * as z from "zod/mini";
import type { BoundingBox } from "../../core/bounding-box";
import { DiversionError } from "../../core/errors";
import { AreaSchema } from "../../core/geojson";
import { parseJson } from "../../core/parse-json";
import { PreparedPolygon } from "../../core/prepared-polygon";
import { safeParse } from "../../core/safe-parse";
import { toFixedDegrees } from "../../core/units";

/** An area to cut out of a source. Its border is part of it. */
export interface CutArea {
  /** In words, for reports and messages. */
  readonly name: string;
  /** In degrees. */
  readonly bounds: BoundingBox;
  /** Whether a position, in units of 1e-7 degree, lies in the area or on its border. */
  covers(lon: number, lat: number): boolean;
}

/**
 * A box between two meridians and two parallels.
 *
 * @param bounds in degrees.
 * @throws DiversionError `invalid-area` for values out of range or out of order.
 */
export function boxArea(bounds: BoundingBox): CutArea {
  const { west, south, east, north } = bounds;
  const corners = [west, south, east, north];
  const stated = `The box ${corners.join(",")}`;
  if (!corners.every(Number.isFinite)) {
    throw invalid(`${stated} is not four numbers: west,south,east,north in degrees.`);
  }
  if (Math.abs(south) > 90 || Math.abs(north) > 90) {
    const isSwapped = Math.abs(west) <= 90 && Math.abs(east) <= 90;
    throw invalid(
      `${stated} has a latitude beyond 90 degrees; ` +
        (isSwapped ? "longitude comes first: west,south,east,north." : "the order is west,south,east,north."),
    );
  }
  if (Math.abs(west) > 180 || Math.abs(east) > 180) throw invalid(`${stated} has a longitude beyond 180 degrees.`);
  if (south >= north) throw invalid(`${stated} has its south (${south}) not below its north (${north}).`);
  if (west >= east) {
    throw invalid(
      `${stated} has its west (${west}) not left of its east (${east}); a box across the antimeridian is cut in two runs.`,
    );
  }
  const [left, bottom, right, top] = corners.map(toFixedDegrees) as [number, number, number, number];
  return {
    name: `box ${corners.join(",")}`,
    bounds,
    covers: (lon, lat) => lon >= left && lon <= right && lat >= bottom && lat <= top,
  };
}

const FeatureSchema = z.object({ type: z.literal("Feature"), geometry: AreaSchema });

/**
 * The area of a GeoJSON Polygon or MultiPolygon, of a Feature that has one, or of all Features of a FeatureCollection.
 *
 * @throws DiversionError `invalid-area` with the field.
 */
export function polygonArea(geojson: unknown, name = "polygon"): CutArea {
  const type = typeof geojson === "object" && geojson !== null && "type" in geojson ? geojson.type : undefined;
  if (type === "FeatureCollection") {
    const { features } = checked(
      z.object({ features: z.array(FeatureSchema).check(z.minLength(1, "there is no feature")) }),
      geojson,
    );
    return areaOf(
      features.map(({ geometry }) => geometry),
      name,
    );
  }
  if (type === "Feature") return areaOf([checked(FeatureSchema, geojson).geometry], name);
  return areaOf([checked(AreaSchema, geojson)], name);
}

/**
 * Reads the area in a file: GeoJSON as {@link polygonArea}, or the `.poly` of Osmosis and Geofabrik.
 *
 * @param name the file's name; it tells the two apart by its ending.
 * @throws DiversionError `invalid-area`.
 */
export function readArea(text: string, name: string): CutArea {
  try {
    return polygonArea(/\.poly$/i.test(name) ? readOsmosisPolygon(text) : areaJson(text), name);
  } catch (error) {
    throw error instanceof DiversionError ? error.in(name) : error;
  }
}

function areaJson(text: string): unknown {
  try {
    return parseJson(text);
  } catch (cause) {
    throw invalid(`The area is not JSON (${(cause as Error).message}); give GeoJSON, or name a .poly file as one.`);
  }
}

function checked<T>(schema: z.core.$ZodType<T>, value: unknown): T {
  const result = safeParse(schema, value);
  if (result.success) return result.data;
  const { path, message } = result.error.issues[0]!;
  const field = path.join(".");
  throw invalid(`The area is not a GeoJSON polygon: ${message}.`, field === "" ? {} : { field });
}

/** Polygons may overlap: each is asked by itself. */
function areaOf(geometries: readonly z.infer<typeof AreaSchema>[], name: string): CutArea {
  const polygons = geometries.flatMap((geometry) =>
    geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates,
  );
  const areas = polygons.map((coordinates) => new PreparedPolygon({ type: "Polygon", coordinates }));
  const bounds = { west: 180, south: 90, east: -180, north: -90 };
  for (const [lon, lat] of polygons.flatMap(([outline]) => outline!)) {
    bounds.west = Math.min(bounds.west, lon!);
    bounds.south = Math.min(bounds.south, lat!);
    bounds.east = Math.max(bounds.east, lon!);
    bounds.north = Math.max(bounds.north, lat!);
  }
  return { name, bounds, covers: (lon, lat) => areas.some((area) => area.covers(lon, lat)) };
}

const invalid = (message: string, place: { field?: string; row?: number } = {}): DiversionError =>
  new DiversionError("invalid-area", message, place);

interface Ring {
  readonly isHole: boolean;
  readonly positions: Position[];
}

const NUMBER = /^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/;

/**
 * An area in the form that Osmosis and Geofabrik use (`.poly`,
 * https://wiki.openstreetmap.org/wiki/Osmosis/Polygon_Filter_File_Format): a name; then sections of a name (`!` before
 * that of a hole), a longitude and latitude a line, and `END`; and `END` once more. A hole belongs to the outlines that
 * its first corner lies in the box of.
 *
 * @throws DiversionError `invalid-area` with the line.
 */
function readOsmosisPolygon(text: string): MultiPolygon {
  const rings = readRings(text.split(/\r\n|\n|\r/));
  const outlines = rings.filter(({ isHole }) => !isHole);
  if (outlines.length === 0)
    throw invalid("The file has no outline: a section whose name does not begin with `!`.", { row: 1 });
  const holes = rings.filter(({ isHole }) => isHole);
  return {
    type: "MultiPolygon",
    coordinates: outlines.map(({ positions }) => [
      positions,
      ...holes.filter((hole) => isInBoxOf(hole.positions[0]!, positions)).map((hole) => hole.positions),
    ]),
  };
}

function readRings(lines: readonly string[]): Ring[] {
  const rings: Ring[] = [];
  let ring: Ring | undefined;
  // The first line is the name of the file, which need not be there to be understood but always is.
  for (let i = 1; i < lines.length; i++) {
    const line = lines[i]!.trim();
    const row = i + 1;
    if (line === "") continue;
    if (line === "END") {
      if (ring === undefined) return rings;
      rings.push(closed(ring, row));
      ring = undefined;
    } else if (ring === undefined) ring = { isHole: line.startsWith("!"), positions: [] };
    else ring.positions.push(positionOf(line, row));
  }
  throw invalid("The file ends without its last END; is it complete?", { row: lines.length });
}

function positionOf(line: string, row: number): Position {
  const words = line.split(/\s+/);
  if (words.length !== 2 || !words.every((word) => NUMBER.test(word))) {
    throw invalid(`"${line}" is not a longitude and a latitude in degrees.`, { row });
  }
  return words.map(Number);
}

function closed({ isHole, positions }: Ring, row: number): Ring {
  const [first] = positions;
  const last = positions.at(-1);
  const isClosed = first !== undefined && last !== undefined && first[0] === last[0] && first[1] === last[1];
  const all = isClosed || first === undefined ? positions : [...positions, first];
  if (all.length < 4) throw invalid("A section has fewer than three corners.", { row });
  return { isHole, positions: all };
}

function isInBoxOf([lon, lat]: Position, ring: readonly Position[]): boolean {
  const lons = ring.map((position) => position[0]!);
  const lats = ring.map((position) => position[1]!);
  const within = (value: number, values: readonly number[]): boolean =>
    values.some((other) => other <= value) && values.some((other) => other >= value);
  return within(lon!, lons) && within(lat!, lats);
}
