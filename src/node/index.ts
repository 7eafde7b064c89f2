/**
 * `ambulance-diversion/node`: what needs a file system. Roads and status from disk, and the embedded example data.
 */

export {
  ClosureFeedPoller,
  type ClosureFeedPollerOptions,
  type ClosurePollerHealth,
} from "./feeds/closure-feed-poller";
export { FeedPoller, type FeedPollerOptions, type PollerHealth } from "./feeds/feed-poller";
export { embeddedHospitals, embeddedRoads, englandHospitals } from "./files/embedded";
export { incidentsOfFile, incidentsOfStream } from "./files/incident-file";
export { openOsmSource, openOsmSources } from "./files/open-osm-source";
export { type BuildRoadsOptions, buildRoads, type OpenRoadsOptions, openRoads, writeRoads } from "./files/roads-files";
export { BUILT_IN_SCENARIOS, loadClosures, openHospitals, openPolicy, openScenario } from "./files/text-file";
export {
  type DecisionLogFile,
  type DecisionLogOptions,
  decisionsOfFile,
  openDecisionLog,
} from "./logs/decision-log-file";
export { compactStatus, type StatusCompaction } from "./logs/status-compaction";
export { loadStatus, openStatus, type StatusFile } from "./logs/status-file";
export {
  type RecoverStatusOptions,
  recoverStatus,
  type StatusRecovery,
  type StatusVerification,
  verifyStatus,
} from "./logs/status-recovery";
export { type BatchAnswer, type BatchOptions, recommendMany } from "./workers/recommend-many";
