import type { Feature, LineString } from "geojson";
import { DiversionError } from "../core/errors";
import type { Position } from "../core/units";

/** Decimals of a degree that are kept: 5 as Google's services and most maps have it, 6 as Valhalla and newer OSRM do. */
export type PolylinePrecision = 5 | 6;

/** The format's letters are chunks of five bits, the lowest first, from `?` on; one more bit says that another follows. */
const FIRST_LETTER = "?".charCodeAt(0);
const CHUNK_BITS = 5;
const CHUNK = 0b01_1111;
const MORE = 0b10_0000;
/** Letters of one number: 32 bits. */
const MAXIMUM_LETTERS = 7;

/**
 * A line as an encoded polyline (Google's Encoded Polyline Algorithm Format): the text that map widgets and routing
 * clients take in place of coordinates. The format has latitude first; here, as everywhere, longitude comes first.
 *
 * @param line a route, any GeoJSON LineString feature, or positions in degrees.
 * @param precision must be known to whoever decodes: the text does not say it. Default: 5, steps of about a metre.
 */
export function encodePolyline(
  line: Feature<LineString> | readonly Position[],
  precision: PolylinePrecision = 5,
): string {
  const positions = "geometry" in line ? line.geometry.coordinates : line;
  const steps = 10 ** precision;
  let text = "";
  let [x, y] = [0, 0];
  for (const [lon, lat] of positions) {
    const [nextX, nextY] = [roundAwayFromZero(lon! * steps), roundAwayFromZero(lat! * steps)];
    text += encodeNumber(nextY - y) + encodeNumber(nextX - x);
    [x, y] = [nextX, nextY];
  }
  return text;
}

/**
 * The positions of an encoded polyline, longitude first, in degrees.
 *
 * @throws DiversionError `invalid-argument` for a text that is none, or that ends within a position.
 */
export function decodePolyline(text: string, precision: PolylinePrecision = 5): Position[] {
  const steps = 10 ** precision;
  const positions: Position[] = [];
  let [x, y, at] = [0, 0, 0];
  const next = (): number => {
    let bits = 0;
    for (let letter = 0; letter < MAXIMUM_LETTERS; letter++) {
      const chunk = text.charCodeAt(at++) - FIRST_LETTER;
      // Past the end of the text the chunk is NaN.
      if (!(chunk >= 0 && chunk < 2 * MORE)) break;
      bits |= (chunk & CHUNK) << (CHUNK_BITS * letter);
      if (chunk < MORE) return (bits >>> 1) ^ -(bits & 1);
    }
    throw new DiversionError(
      "invalid-argument",
      `"${text.slice(0, 40)}" is no whole encoded polyline: it breaks off at character ${at}. Give the text as it was encoded.`,
    );
  };
  while (at < text.length) {
    y += next();
    x += next();
    positions.push([x / steps, y / steps]);
  }
  return positions;
}

/** The sign goes to the lowest bit, so that small numbers either way are short. */
function encodeNumber(number: number): string {
  let bits = (number << 1) ^ (number >> 31);
  let text = "";
  while (bits >>> 0 >= MORE) {
    text += String.fromCharCode((MORE | (bits & CHUNK)) + FIRST_LETTER);
    bits >>>= CHUNK_BITS;
  }
  return text + String.fromCharCode(bits + FIRST_LETTER);
}

/** Half steps go away from zero, as the format's own examples have it. */
const roundAwayFromZero = (number: number): number => Math.sign(number) * Math.floor(Math.abs(number) + 0.5);
