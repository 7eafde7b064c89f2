import type { Feature, LineString } from "geojson";
import { defined } from "../core/defined";
import { INFINITE_MS, millisecondsToSeconds } from "../core/units";
import { DIRECTIONS } from "../roads/graph/edge-key";
import type { RoadGraph } from "../roads/graph/road-graph";
import { inChunks } from "./text-chunks";

/** Properties of one exported road segment. */
export interface SegmentProperties {
  readonly segment: number;
  /** Places at the first and last point of the line, numbered as in the csv export. */
  readonly from: number;
  readonly to: number;
  readonly name: string;
  readonly ref: string;
  readonly highway: string;
  /** OSM tags, present where they say something; `junction:ref` is the number of the junction a slip road belongs to. */
  readonly junction?: "roundabout" | "circular";
  readonly destination?: string;
  readonly "junction:ref"?: string;
  readonly layer?: number;
  /** OSM spelling, relative to the line: `yes` along it, `-1` against it, `no` both ways. */
  readonly oneway: "yes" | "-1" | "no";
  /** Drive time along and against the line; null where that direction may not be driven. */
  readonly secondsForward: number | null;
  readonly secondsBackward: number | null;
  readonly metres: number;
  /** Ways of the source. */
  readonly ways: readonly number[];
}

/** GeoJSON FeatureCollection with one LineString per segment that the roads' profile may drive, one feature a line. */
export function roadsGeojson(roads: RoadGraph): Generator<string> {
  return inChunks(lines());
  function* lines(): Generator<string> {
    yield '{"type":"FeatureCollection","features":[';
    let separator = "";
    for (let segment = 0; segment < roads.segmentCount; segment++) {
      const isDriven = DIRECTIONS.some((direction) => roads.segmentMilliseconds(segment, direction) < INFINITE_MS);
      if (!isDriven) continue;
      yield `${separator}\n${JSON.stringify(segmentFeature(roads, segment))}`;
      separator = ",";
    }
    yield "\n]}\n";
  }
}

/** One segment as a GeoJSON feature. */
function segmentFeature(roads: RoadGraph, segment: number): Feature<LineString, SegmentProperties> {
  const c = roads.columns;
  const { name, ref, highway, junction, destination, exit, layer } = roads.roads[c.segmentRoad[segment]!]!;
  const secondsForward = secondsOrNull(roads.segmentMilliseconds(segment, "forward"));
  const secondsBackward = secondsOrNull(roads.segmentMilliseconds(segment, "backward"));
  return {
    type: "Feature",
    properties: defined({
      segment,
      from: roads.junctionNumber(c.segmentTail[segment]!),
      to: roads.junctionNumber(c.segmentHead[segment]!),
      name,
      ref,
      highway,
      junction: junction === "" ? undefined : junction,
      destination: destination === "" ? undefined : destination,
      "junction:ref": exit === "" ? undefined : exit,
      layer: layer === 0 ? undefined : layer,
      oneway: secondsBackward === null ? "yes" : secondsForward === null ? "-1" : "no",
      secondsForward,
      secondsBackward,
      metres: c.segmentCentimetres[segment]! / 100,
      ways: [...c.wayId.subarray(c.segmentFirstWay[segment], c.segmentFirstWay[segment + 1])],
    }),
    geometry: {
      type: "LineString",
      coordinates: roads.segmentPositions(segment).map(([lon, lat]) => [lon, lat]),
    },
  };
}

const secondsOrNull = (milliseconds: number): number | null =>
  milliseconds >= INFINITE_MS ? null : millisecondsToSeconds(milliseconds);

/** The files of a GeoJSON export, by name. */
export const geojsonFiles = (roads: RoadGraph): Readonly<Record<string, Generator<string>>> => ({
  "roads.geojson": roadsGeojson(roads),
});
