/**
 * `ambulance-diversion/node`: what needs a file system. Roads and status from disk, and the embedded example data.
 */
export { loadClosures } from "./closure-file";
export { type DecisionLogFile, type DecisionLogOptions, decisionsOfFile, openDecisionLog } from "./decision-log-file";
export { embeddedHospitals, embeddedRoads, englandHospitals } from "./embedded";
export { FeedPoller, type FeedPollerOptions, type PollerHealth } from "./feed-poller";
export { openHospitals } from "./hospital-files";
export { incidentsOfFile, incidentsOfStream } from "./incident-file";
export { openOsmSource, openOsmSources } from "./open-osm-source";
export { openPolicy } from "./policy-file";
export { type BatchAnswer, type BatchOptions, recommendMany } from "./recommend-many";
export { type BuildRoadsOptions, buildRoads, type OpenRoadsOptions, openRoads, writeRoads } from "./roads-files";
export { BUILT_IN_SCENARIOS, openScenario } from "./scenario-file";
export { compactStatus, type StatusCompaction } from "./status-compaction";
export { loadStatus, openStatus, type StatusFile } from "./status-file";
