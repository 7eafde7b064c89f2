import type { Position as GeoJsonPosition } from "geojson";
import { defined } from "../../core/defined";
import { didYouMean } from "../../core/near-matches";
import { fromFixedDegrees } from "../../core/units";
import type { RoadGraph } from "../graph/road-graph";
import type { SnapColumns } from "../snap/snap-columns";
import type { CheckedRequest } from "./closure";
import { areaOf, namesOf, selectedEdges } from "./closure-selection";
import { facing } from "./facing";

/**
 * Why no road of these is meant by a selection, in sentences for whoever wrote it: the first condition that nothing
 * fulfils, with what may have been meant; or, where roads fulfil each of them, that none fulfils all.
 */
export function explainNoRoads(graph: RoadGraph, snapColumns: SnapColumns, request: CheckedRequest): string {
  const { wayId, road, bridge, direction } = request;
  const fits = (selection: Partial<CheckedRequest>): boolean =>
    selectedEdges(graph, snapColumns, { ...selection, reason: request.reason }).length > 0;

  for (const name of [road, bridge]) {
    if (name !== undefined && !fits({ road: name })) {
      return `No road here is called ${JSON.stringify(name)}.${didYouMean(name, namesOf(graph))}`;
    }
  }
  if (wayId !== undefined && !fits({ wayId })) {
    const ids = typeof wayId === "number" ? [wayId] : wayId;
    return `No road here was made of ${ids.length === 1 ? "way" : "any of the ways"} ${ids.slice(0, 3).join(", ")}; ways that the vehicle may not drive are left out of roads.`;
  }
  const drawn = drawnShape(request);
  if (drawn !== undefined && isEmptyArea(request, snapColumns)) {
    return explainEmptyArea(snapColumns, request, drawn);
  }
  if (direction !== undefined && direction !== "both" && fits({ ...request, direction: "both" })) {
    return direction === "forward"
      ? "The roads meant are driven only backward, against the way they are drawn; leave direction out."
      : "The roads meant are driven only forward, along the way they are drawn; leave direction out.";
  }
  return "Roads here fit each thing that the closure says, and none fits all of them.";
}

function isEmptyArea(request: CheckedRequest, snapColumns: SnapColumns): boolean {
  const faced = facing(request, snapColumns);
  return areaOf(faced.request)!.segments(faced.drawn).length === 0;
}

type Drawing = "polygon" | "line" | "point";

const drawnShape = ({ polygon, line, point }: CheckedRequest): Drawing | undefined =>
  polygon !== undefined ? "polygon" : line !== undefined ? "line" : point !== undefined ? "point" : undefined;

function explainEmptyArea(snapColumns: SnapColumns, request: CheckedRequest, drawn: Drawing): string {
  const { bufferMetres } = request;
  const place = drawn === "polygon" ? "in the polygon" : `within ${bufferMetres} m of the ${drawn}`;
  const swapped = swappedArea(request);
  if (swapped !== undefined && !isEmptyArea(swapped, snapColumns)) {
    return `No road here lies ${place}, but some would with longitude and latitude swapped; give longitude first.`;
  }
  const [west, south, east, north] = boxOf(snapColumns.points).map(fromFixedDegrees) as [
    number,
    number,
    number,
    number,
  ];
  const positions = positionsOf(request);
  const isBeyond =
    positions.every(([lon]) => lon! < west) ||
    positions.every(([lon]) => lon! > east) ||
    positions.every(([, lat]) => lat! < south) ||
    positions.every(([, lat]) => lat! > north);
  return isBeyond
    ? `The ${drawn} lies off these roads, which cover longitudes ${west} to ${east} and latitudes ${south} to ${north}.`
    : `No road here lies ${place}; draw it ${drawn === "polygon" ? "larger" : "with a larger bufferMetres"}.`;
}

/** The same shape with the coordinates of each position exchanged; undefined where that is no place on earth. */
function swappedArea(request: CheckedRequest): CheckedRequest | undefined {
  if (positionsOf(request).some(([lon]) => Math.abs(lon!) > 90)) return undefined;
  const { polygon, line, point, bufferMetres, reason } = request;
  const swap = ([lon, lat]: GeoJsonPosition): [number, number] => [lat!, lon!];
  return {
    reason,
    ...defined({ bufferMetres }),
    ...(polygon === undefined
      ? {}
      : {
          polygon: {
            type: "MultiPolygon",
            coordinates: ringsOf(polygon).map((rings) => rings.map((ring) => ring.map(swap))),
          },
        }),
    ...(line === undefined
      ? {}
      : { line: { type: "MultiLineString", coordinates: linesOf(line).map((one) => one.map(swap)) } }),
    ...defined({ point: point && swap([...point]) }),
  };
}

const ringsOf = (polygon: NonNullable<CheckedRequest["polygon"]>): GeoJsonPosition[][][] =>
  polygon.type === "Polygon" ? [polygon.coordinates] : polygon.coordinates;

const linesOf = (line: NonNullable<CheckedRequest["line"]>): GeoJsonPosition[][] =>
  line.type === "LineString" ? [line.coordinates] : line.coordinates;

function positionsOf({ polygon, line, point }: CheckedRequest): GeoJsonPosition[] {
  if (polygon !== undefined) return ringsOf(polygon).flat(2);
  if (line !== undefined) return linesOf(line).flat();
  return point === undefined ? [] : [[...point]];
}

/** West, south, east, north of points whose longitudes and latitudes alternate. */
function boxOf(points: Int32Array): [number, number, number, number] {
  const box: [number, number, number, number] = [points[0]!, points[1]!, points[0]!, points[1]!];
  for (let i = 0; i < points.length; i += 2) {
    box[0] = Math.min(box[0], points[i]!);
    box[1] = Math.min(box[1], points[i + 1]!);
    box[2] = Math.max(box[2], points[i]!);
    box[3] = Math.max(box[3], points[i + 1]!);
  }
  return box;
}
