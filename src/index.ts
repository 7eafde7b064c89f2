/**
 * `ambulance-diversion`: runs in browsers and in Node. The road graph, the shortest-path core, hospitals and their
 * status, and recommendations.
 */

export type { BoundingBox } from "./core/bounding-box";
export { DiversionError, ERROR_TABLE, type ErrorCode, type ErrorPlace } from "./core/errors";
export { type Clock, type EpochMs, Instant } from "./core/instant";
export type { Progress, ProgressListener } from "./core/progress";
export type { SealedEnd, SealedLine, TornLine } from "./core/sealed-log";
export type { Position } from "./core/units";
export {
  type Basis,
  type ClosureNotice,
  type HospitalReference,
  type Option,
  type Outcome,
  type PassedOver,
  type Reason,
  type ReasonCode,
  Recommendation,
  type RecommendationData,
  type SnapAmbiguity,
  type SnapAnswer,
  type Warning,
  type WarningCode,
} from "./diversion/answer/recommendation";
export type {
  Conveyance,
  ConveyanceAdvice,
  ConveyanceEnd,
  ConveyanceState,
  TrackRequest,
  UpdateOptions as ConveyanceUpdateOptions,
} from "./diversion/conveyances/conveyance";
export type { ConveyanceTracker, TrackingCounts } from "./diversion/conveyances/conveyance-tracker";
export type { TurnCode, TurnReason } from "./diversion/conveyances/en-route";
export type { IncidentRow } from "./diversion/incidents/incident-row";
export { readIncidents } from "./diversion/incidents/read-incidents";
export type { RecommendationRequest } from "./diversion/incidents/request";
export {
  type DecisionCountOptions,
  type DecisionCounts,
  type DivertCount,
  decisionCounts,
} from "./diversion/log/decision-counts";
export {
  type AppendLine,
  DECISION_LOG_FORMAT,
  type DecisionLogState,
  DecisionRecorder,
  type DecisionReference,
  type DecisionSource,
  type LoggedDecision,
  readDecisions,
} from "./diversion/log/decision-log";
export {
  type Replay,
  type ReplayDifference,
  type ReplayedPart,
  type ReplayOptions,
  replayDecisions,
} from "./diversion/log/decision-replay";
export {
  DiversionRouter,
  type DiversionRouterOptions,
  type NearestOpen,
  type RecommendOptions,
  type SituationOptions,
} from "./diversion/router";
export { type ExpectedArrivals, InboundList, type InboundSource } from "./diversion/rules/inbound";
export { BUILT_IN_POLICIES, ENGLAND_DEFAULT, type Policy, parsePolicy } from "./diversion/rules/policy";
export { keyOfWord, restrictionOfWord, type WordReport } from "./diversion/rules/status-words";
export type { Situation } from "./diversion/situation";
export { type CapabilityDefinition, CapabilityVocabulary } from "./hospitals/directory/capabilities";
export { HospitalDirectory, type HospitalDirectoryOptions, type HospitalList } from "./hospitals/directory/directory";
export type { Hospital, HospitalInput, Service } from "./hospitals/directory/hospital";
export type { Need, Needs } from "./hospitals/directory/needs";
export {
  FeedHealth,
  type FeedNews,
  type FeedSource,
  type FeedState,
  type UnknownCause,
} from "./hospitals/feeds/feed-health";
export {
  type FeedApplication,
  type FeedDefinition,
  FeedMonitor,
  type FeedMonitorOptions,
  type FeedSummary,
} from "./hospitals/feeds/feed-monitor";
export type { FeedNote, FeedReading, HospitalReading, UnmatchedHospital } from "./hospitals/feeds/feed-reading";
export { type HaveMessage, type HaveWriterOptions, writeHave } from "./hospitals/feeds/have-writer";
export { FEED_FORMATS, type FeedFormat, type ReadFeedOptions, readFeed } from "./hospitals/feeds/read-feed";
export type { Acuity, Effect, Restriction, RestrictionReport, Scope } from "./hospitals/status/restriction";
export type {
  ClearOptions,
  SetOpenOptions,
  Status,
  StatusEvent,
  StatusListener,
  StatusMoment,
  StatusOutcome,
  StatusResult,
  StatusView,
} from "./hospitals/status/status";
export { StatusBoard, type StatusBoardOptions } from "./hospitals/status/status-board";
export { decodePolyline, encodePolyline, type PolylinePrecision } from "./output/polyline";
export { recommendationFeatures } from "./output/recommendation-geojson";
export { type ReplayReport, replayReport } from "./output/report-html-replay";
export {
  type AreaAccount,
  type CatchmentCollection,
  type CatchmentProperties,
  type CatchmentsOptions,
  catchments,
} from "./planning/catchments/catchments";
export {
  type IsochroneCollection,
  type IsochroneProperties,
  type IsochronesOptions,
  isochrones,
} from "./planning/catchments/isochrones";
export type { PatientGroup } from "./planning/ground/patient-group";
export { junctionsOf, type Places, readPopulation } from "./planning/ground/places";
export {
  type PlanningBase,
  PlanningGround,
  type PlanningQuestion,
  type Scene,
} from "./planning/ground/planning-ground";
export type { PlaceCount, Reach } from "./planning/ground/scene-totals";
export { replayScenario, type ScenarioReplayOptions } from "./planning/replay/replay";
export { type ReplayMapData, replayMapData } from "./planning/replay/replay-map-data";
export type { ScenarioReplay } from "./planning/replay/replay-result";
export { parseScenario, type Scenario } from "./planning/replay/scenario";
export { type ChangedScene, type PlannedChange, sceneAfter, separateRoads } from "./planning/what-if/planned-change";
export {
  type ClosureHarm,
  type ClosureRanking,
  type RankClosuresOptions,
  rankClosures,
} from "./planning/what-if/rank-closures";
export { whatIf } from "./planning/what-if/what-if";
export type { ExtraMinutes, PlanBasis, Shift, WhatIfResult, WorsePlace } from "./planning/what-if/what-if-result";
export type { BuildReport } from "./roads/build/build-report";
export { type BuildOptions, type BuiltRoads, buildRoadGraph } from "./roads/build/build-road-graph";
export type { CloseRequest, Direction, RoadClosure, RoadSelection, SpeedRequest } from "./roads/closures/closure";
export type { ClosureCollection, ClosureProperties } from "./roads/closures/closure-geojson";
export type { RoadState } from "./roads/closures/closure-state";
export type {
  ClosureEntry,
  ClosureRevision,
  EntryWithoutRoads,
  RoadChange,
  RoadChangeListener,
} from "./roads/closures/closures";
export {
  type ForbiddenTurns,
  type ProfileColumns,
  RoadGraph,
  type RoadGraphColumns,
  type RoadNames,
} from "./roads/graph/road-graph";
export { type IndexDescription, indexRoads } from "./roads/index-roads";
export { BUILT_IN_PROFILES, builtInProfile, parseProfile, type VehicleProfile } from "./roads/profile/profile";
export { RoadEditor, type RoadEditorOptions } from "./roads/road-editor";
export {
  DEFAULT_SNAP_LIMIT_METRES,
  type ImportedClosures,
  RoadIndex,
  type RoadProfile,
  type RoadsDescription,
} from "./roads/road-index";
export { encodeRoads, readRoads } from "./roads/roads-file";
export type { CompassPoint, InstructionType, RouteInstruction, TurnModifier } from "./roads/route/instruction";
export type { RouteLeg } from "./roads/route/route";
export type { RouteProperties } from "./roads/route/route-feature";
export type { SnapCandidate, SnapCandidatesOptions } from "./roads/snap/snap-candidates";
export type { RoadPoint } from "./roads/snap/snap-index";
export { AreaCutSource } from "./roads/sources/area-cut-source";
export { boxArea, type CutArea, polygonArea, readArea } from "./roads/sources/cut-area";
export { GeoJsonSource } from "./roads/sources/geojson-source";
export { MergedSource } from "./roads/sources/merged-source";
export { type Inflate, OsmPbfSource } from "./roads/sources/osm-pbf";
export type {
  ByteSource,
  CutCounts,
  ElementCounts,
  MergeCounts,
  OsmHandler,
  OsmMember,
  OsmSource,
  SourceAccount,
  Tags,
} from "./roads/sources/osm-source";
export { OsmXmlSource } from "./roads/sources/osm-xml";
export type { EditedLink, EditedLinkData } from "./roads/tables/link-edit";
export {
  type BboxDegrees,
  type EventedGraph,
  type FromNgraphOptions,
  fromNgraph,
  type NgraphLinkData,
  type NgraphNodeData,
  type NgraphRoads,
  toNgraph,
  toNgraphOfPlaces,
} from "./roads/tables/ngraph";
export { type CsvFile, type CsvRoadsOptions, readCsvRoads } from "./roads/tables/roads-from-csv";
export type {
  DirectOffer,
  EngineName,
  Nearest,
  NearestCursor,
  NearestOptions,
  Origin,
  Path,
  Seed,
  ShortestPathEngine,
  Target,
} from "./shortest-path/engine";
export type { ArcWeights, Graph } from "./shortest-path/graph";
