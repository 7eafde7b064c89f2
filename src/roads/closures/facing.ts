import { FULL_TURN } from "../../core/geometry";
import type { Polylines } from "../../core/prepared-polygon";
import type { CheckedRequest } from "./closure";

const HALF_TURN = FULL_TURN / 2;
const QUARTER_TURN = FULL_TURN / 4;

/** What a closure's geometry is held against on a plane, and the closure with its geometry on the same plane. */
export interface Facing {
  readonly request: CheckedRequest;
  readonly drawn: Polylines;
}

/**
 * The plane on which a closure's geometry is whole: where it, or roads about as far round the earth, lie on both sides of the
 * antimeridian, that of longitudes counted from there. A step over 180 degrees of longitude is meant the short way, as
 * programs draw it that do not cut at the antimeridian as RFC 7946 asks (3.1.9).
 */
export function facing(request: CheckedRequest, drawn: Polylines): Facing {
  const { polygon, line, point } = request;
  const lines = linesOf(request);
  const isAcross = lines.some((one) => one.some(([lon], i) => i > 0 && Math.abs(lon! - one[i - 1]![0]!) > 180));
  const isFar = lines.length > 0 && lines.every((one) => one.every(([lon]) => Math.abs(lon!) >= 90));
  if (!isAcross && !(isFar && isOnBothSides(drawn))) return { request, drawn };
  return {
    request: {
      ...request,
      ...(polygon === undefined ? {} : { polygon: turnedShape(polygon) }),
      ...(line === undefined ? {} : { line: turnedShape(line) }),
      ...(point === undefined ? {} : { point: [turnedDegrees(point[0]), point[1]] }),
    },
    drawn: { segmentFirstPoint: drawn.segmentFirstPoint, points: turnedPoints(drawn.points) },
  };
}

type Positions = readonly (readonly number[])[];

function linesOf({ polygon, line, point }: CheckedRequest): readonly Positions[] {
  if (polygon !== undefined) return polygon.type === "Polygon" ? polygon.coordinates : polygon.coordinates.flat();
  if (line !== undefined) return line.type === "LineString" ? [line.coordinates] : line.coordinates;
  return point === undefined ? [] : [[point]];
}

const turnedDegrees = (lon: number): number => (lon < 0 ? lon + 180 : lon - 180);

type Nested = number[] | Nested[];

function turnedShape<Shape extends { readonly coordinates: unknown }>(shape: Shape): Shape {
  const turned = (list: Nested): Nested =>
    typeof list[0] === "number"
      ? [turnedDegrees(list[0]), ...(list.slice(1) as number[])]
      : (list as Nested[]).map(turned);
  return { ...shape, coordinates: turned(shape.coordinates as Nested) };
}

interface Around {
  readonly isOnBothSides: boolean;
  turned?: Int32Array;
}

/** By the points of roads, found out once. */
const known = new WeakMap<Int32Array, Around>();

function around(points: Int32Array): Around {
  let found = known.get(points);
  if (found === undefined) {
    let [isEast, isWest] = [false, false];
    for (let i = 0; i < points.length; i += 2) {
      if (points[i]! >= QUARTER_TURN) isEast = true;
      else if (points[i]! <= -QUARTER_TURN) isWest = true;
    }
    found = { isOnBothSides: isEast && isWest };
    known.set(points, found);
  }
  return found;
}

const isOnBothSides = ({ points }: Polylines): boolean => around(points).isOnBothSides;

function turnedPoints(points: Int32Array): Int32Array {
  const found = around(points);
  found.turned ??= points.map((value, i) => (i % 2 === 1 ? value : value < 0 ? value + HALF_TURN : value - HALF_TURN));
  return found.turned;
}
