/**
 * `ambulance-diversion`: runs in browsers and in Node. The roads, hospitals and their status, recommendations and
 * planning; details of feeds, of building roads, of decision logs and of planning have entries of their own.
 */

export { DiversionError, ERROR_TABLE, type ErrorCode, type ErrorPlace } from "./core/errors";
export { type Clock, type EpochMs, Instant } from "./core/instant";
export type { Progress, ProgressListener } from "./core/progress";
export type { Position } from "./core/units";
export {
  type HospitalReference,
  type Option as RecommendationOption,
  type Outcome as RecommendationOutcome,
  type PassedOver,
  type Reason as RecommendationReason,
  Recommendation,
  type RecommendationData,
  type Warning as RecommendationWarning,
} from "./diversion/answer/recommendation";
export type { Conveyance, TrackRequest } from "./diversion/conveyances/conveyance";
export type { ConveyanceTracker } from "./diversion/conveyances/conveyance-tracker";
export { readIncidents } from "./diversion/incidents/read-incidents";
export type { RecommendationRequest } from "./diversion/incidents/request";
export { NearestOpenRouter } from "./diversion/nearest-open-router";
export {
  DiversionRouter,
  type DiversionRouterOptions,
  type NearestOpen,
  type RecommendOptions,
  type SituationOptions,
} from "./diversion/router";
export { InboundList } from "./diversion/rules/inbound";
export { BUILT_IN_POLICIES, ENGLAND_DEFAULT, type Policy, parsePolicy } from "./diversion/rules/policy";
export type { Situation } from "./diversion/situation";
export { CapabilityVocabulary } from "./hospitals/directory/capabilities";
export { readHospitalCsv } from "./hospitals/directory/csv";
export { HospitalDirectory, type HospitalDirectoryOptions, type HospitalList } from "./hospitals/directory/directory";
export type { Hospital, HospitalInput } from "./hospitals/directory/hospital";
export { FeedMonitor } from "./hospitals/feeds/feed-monitor";
export { readFeed } from "./hospitals/feeds/read-feed";
export type { Acuity, Effect, Restriction, RestrictionReport, Scope } from "./hospitals/status/restriction";
export type { Status, StatusEvent, StatusResult, StatusView } from "./hospitals/status/status";
export { StatusBoard, type StatusBoardOptions } from "./hospitals/status/status-board";
export { decodePolyline, encodePolyline, type PolylinePrecision } from "./output/polyline";
export { recommendationFeatures } from "./output/recommendation-geojson";
export { catchments } from "./planning/catchments/catchments";
export { isochrones } from "./planning/catchments/isochrones";
export { replayScenario } from "./planning/replay/replay";
export { parseScenario } from "./planning/replay/scenario";
export { readPopulation } from "./planning/situation/demand-points";
export { PlanningSituation } from "./planning/situation/planning-situation";
export { rankClosures } from "./planning/what-if/rank-closures";
export { whatIf } from "./planning/what-if/what-if";
export { buildRoadGraph } from "./roads/build/build-road-graph";
export type { CloseRequest, RoadClosure, SpeedRequest } from "./roads/closures/closure";
export type { RoadGraph } from "./roads/graph/road-graph";
export { indexRoads } from "./roads/index-roads";
export { BUILT_IN_PROFILES, builtInProfile, parseProfile, type VehicleProfile } from "./roads/profile/profile";
export { RoadIndex } from "./roads/road-index";
export { encodeRoads, type ReadRoadsOptions, readRoads } from "./roads/roads-file";
export type { RouteProperties } from "./roads/route/route-feature";
export type { SnapCandidate } from "./roads/snap/snap-candidates";
export type { EngineChoice } from "./shortest-path/engine";
