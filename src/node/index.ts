/**
 * `ambulance-diversion/node`: what needs a file system. Roads and status from disk, and the embedded example data.
 */
export { embeddedHospitals, embeddedRoads, englandHospitals } from "./embedded";
export { openOsmSource } from "./open-osm-source";
export { type BuildRoadsOptions, buildRoads, openRoads, writeRoads } from "./roads-files";
