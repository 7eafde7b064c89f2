import type { MultiPolygon, Position } from "geojson";
import { DiversionError } from "../../core/errors";

interface Ring {
  readonly isHole: boolean;
  readonly positions: Position[];
}

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;

/**
 * An area in the form that Osmosis and Geofabrik use (`.poly`,
 * https://wiki.openstreetmap.org/wiki/Osmosis/Polygon_Filter_File_Format): a name; then sections of a name (`!` before
 * that of a hole), a longitude and latitude a line, and `END`; and `END` once more. A hole belongs to the outlines that
 * its first corner lies in the box of.
 *
 * @throws DiversionError `invalid-area` with the line.
 */
export function readOsmosisPolygon(text: string): MultiPolygon {
  const rings = readRings(text.split(/\r\n|\n|\r/));
  const outlines = rings.filter(({ isHole }) => !isHole);
  if (outlines.length === 0) throw invalid("The file has no outline: a section whose name does not begin with `!`.", 1);
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
  throw invalid("The file ends without its last END; is it complete?", lines.length);
}

function positionOf(line: string, row: number): Position {
  const words = line.split(/\s+/);
  if (words.length !== 2 || !words.every((word) => NUMBER.test(word))) {
    throw invalid(`"${line}" is not a longitude and a latitude in degrees.`, row);
  }
  return words.map(Number);
}

function closed({ isHole, positions }: Ring, row: number): Ring {
  const [first] = positions;
  const last = positions.at(-1);
  const isClosed = first !== undefined && last !== undefined && first[0] === last[0] && first[1] === last[1];
  const all = isClosed || first === undefined ? positions : [...positions, first];
  if (all.length < 4) throw invalid("A section has fewer than three corners.", row);
  return { isHole, positions: all };
}

function isInBoxOf([lon, lat]: Position, ring: readonly Position[]): boolean {
  const lons = ring.map((position) => position[0]!);
  const lats = ring.map((position) => position[1]!);
  const within = (value: number, values: readonly number[]): boolean =>
    values.some((other) => other <= value) && values.some((other) => other >= value);
  return within(lon!, lons) && within(lat!, lats);
}

const invalid = (message: string, row: number): DiversionError => new DiversionError("invalid-area", message, { row });
