/**
 * `ambulance-diversion/roads`: road graphs from OpenStreetMap data and tables, and what they are made of. Runs in browsers
 * and in Node.
 */
export type { BoundingBox } from "./core/bounding-box";
export type { BuildReport } from "./roads/build/build-report";
export { type BuildOptions, type BuiltRoads, buildRoadGraph } from "./roads/build/build-road-graph";
export { RoadGraph, type RoadGraphColumns } from "./roads/graph/road-graph";
export { type IndexDescription, indexRoads } from "./roads/index-roads";
export { AreaCutSource } from "./roads/sources/area-cut-source";
export { boxArea, type CutArea, polygonArea, readArea } from "./roads/sources/cut-area";
export { GeoJsonSource } from "./roads/sources/geojson-source";
export { MergedSource } from "./roads/sources/merged-source";
export { type Inflate, OsmPbfSource } from "./roads/sources/osm-pbf";
export type { ByteSource, OsmHandler, OsmSource } from "./roads/sources/osm-source";
export { OsmXmlSource } from "./roads/sources/osm-xml";
export { type CsvFile, type CsvRoadsOptions, readCsvRoads } from "./roads/tables/roads-from-csv";
export { DIJKSTRA_ENGINE } from "./shortest-path/dijkstra/dijkstra-engine";
export type { AccessPoint, Nearest, Origin, Path, ShortestPathEngine, Target } from "./shortest-path/engine";
export type { ArcWeights, Graph } from "./shortest-path/graph";
