/**
 * `ambulance-diversion`: runs in browsers and in Node. The road graph, the shortest-path core, hospitals and their
 * status, and recommendations.
 */
export { DiversionError, ERROR_TABLE, type ErrorCode, type ErrorPlace } from "./core/errors";
export { type Clock, type EpochMs, Instant } from "./core/instant";
export type { Progress, ProgressListener } from "./core/progress";
export type { SealedEnd, SealedLine, TornLine } from "./core/sealed-log";
export type { Position } from "./core/units";
export type {
  Conveyance,
  ConveyanceAdvice,
  ConveyanceEnd,
  ConveyanceState,
  TrackRequest,
  UpdateOptions as ConveyanceUpdateOptions,
} from "./diversion/conveyance";
export type { ConveyanceTracker, TrackingCounts } from "./diversion/conveyance-tracker";
export {
  type DecisionCountOptions,
  type DecisionCounts,
  type DivertCount,
  decisionCounts,
} from "./diversion/decision-counts";
export {
  type AppendLine,
  DECISION_LOG_FORMAT,
  type DecisionLogState,
  DecisionRecorder,
  type DecisionReference,
  type DecisionSource,
  type LoggedDecision,
  readDecisions,
} from "./diversion/decision-log";
export {
  type Replay,
  type ReplayDifference,
  type ReplayedPart,
  type ReplayOptions,
  replayDecisions,
} from "./diversion/decision-replay";
export type { TurnCode, TurnReason } from "./diversion/en-route";
export { type ExpectedArrivals, InboundList, type InboundSource } from "./diversion/inbound";
export type { IncidentRow } from "./diversion/incident-row";
export { BUILT_IN_POLICIES, ENGLAND_DEFAULT, type Policy, parsePolicy } from "./diversion/policy";
export { readIncidents } from "./diversion/read-incidents";
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
} from "./diversion/recommendation";
export type { RecommendationRequest } from "./diversion/request";
export {
  DiversionRouter,
  type DiversionRouterOptions,
  type NearestOpen,
  type RecommendOptions,
} from "./diversion/router";
export { keyOfWord, restrictionOfWord, type WordReport } from "./diversion/status-words";
export { type CapabilityDefinition, CapabilityVocabulary } from "./hospitals/capabilities";
export { HospitalDirectory, type HospitalDirectoryOptions } from "./hospitals/directory";
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
export type { Hospital, HospitalInput, Service } from "./hospitals/hospital";
export type { Need, Needs } from "./hospitals/needs";
export type { Acuity, Effect, Restriction, RestrictionReport, Scope } from "./hospitals/restriction";
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
} from "./hospitals/status";
export { StatusBoard, type StatusBoardOptions } from "./hospitals/status-board";
export { decodePolyline, encodePolyline, type PolylinePrecision } from "./output/polyline";
export { recommendationFeatures } from "./output/recommendation-geojson";
export { type ReplayReport, replayReport } from "./output/report-html-replay";
export {
  type AreaAccount,
  type CatchmentCollection,
  type CatchmentProperties,
  type CatchmentsOptions,
  catchments,
} from "./planning/catchments";
export {
  type IsochroneCollection,
  type IsochroneProperties,
  type IsochronesOptions,
  isochrones,
} from "./planning/isochrones";
export type { PatientGroup } from "./planning/patient-group";
export { junctionsOf, type Places, readPopulation } from "./planning/places";
export { type ChangedScene, type PlannedChange, sceneAfter, separateRoads } from "./planning/planned-change";
export { type PlanningBase, PlanningGround, type PlanningQuestion, type Scene } from "./planning/planning-ground";
export {
  type ClosureHarm,
  type ClosureRanking,
  type RankClosuresOptions,
  rankClosures,
} from "./planning/rank-closures";
export { replayScenario, type ScenarioReplayOptions } from "./planning/replay";
export { type ReplayPicture, replayPicture } from "./planning/replay-picture";
export type { ScenarioReplay } from "./planning/replay-result";
export { parseScenario, type Scenario } from "./planning/scenario";
export { whatIf } from "./planning/what-if";
export type {
  ExtraMinutes,
  PlaceCount,
  PlanBasis,
  Reach,
  Shift,
  WhatIfResult,
  WorsePlace,
} from "./planning/what-if-result";
export { AreaCutSource } from "./roads/area-cut-source";
export type { BoundingBox } from "./roads/bounding-box";
export type { BuildReport } from "./roads/build-report";
export { type BuildOptions, type BuiltRoads, buildRoadGraph } from "./roads/build-road-graph";
export type { CloseRequest, Direction, RoadClosure, RoadSelection, SpeedRequest } from "./roads/closure";
export type { ClosureCollection, ClosureProperties } from "./roads/closure-geojson";
export type { RoadState } from "./roads/closure-state";
export type {
  ClosureEntry,
  ClosureRevision,
  EntryWithoutRoads,
  RoadChange,
  RoadChangeListener,
} from "./roads/closures";
export { boxArea, type CutArea, polygonArea, readArea } from "./roads/cut-area";
export { GeoJsonSource } from "./roads/geojson-source";
export { type IndexDescription, indexRoads } from "./roads/index-roads";
export type { CompassPoint, InstructionType, RouteInstruction, TurnModifier } from "./roads/instruction";
export type { EditedLink, EditedLinkData } from "./roads/link-edit";
export { MergedSource } from "./roads/merged-source";
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
} from "./roads/ngraph";
export { type Inflate, OsmPbfSource } from "./roads/osm-pbf";
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
} from "./roads/osm-source";
export { OsmXmlSource } from "./roads/osm-xml";
export { BUILT_IN_PROFILES, builtInProfile, parseProfile, type VehicleProfile } from "./roads/profile";
export { RoadEditor, type RoadEditorOptions } from "./roads/road-editor";
export {
  type ForbiddenTurns,
  type ProfileColumns,
  RoadGraph,
  type RoadGraphColumns,
  type RoadNames,
} from "./roads/road-graph";
export {
  DEFAULT_SNAP_LIMIT_METRES,
  type ImportedClosures,
  RoadIndex,
  type RoadProfile,
  type RoadsDescription,
} from "./roads/road-index";
export { encodeRoads, readRoads } from "./roads/roads-file";
export { type CsvFile, type CsvRoadsOptions, readCsvRoads } from "./roads/roads-from-csv";
export type { RouteLeg } from "./roads/route";
export type { RouteProperties } from "./roads/route-feature";
export type { SnapCandidate, SnapCandidatesOptions } from "./roads/snap-candidates";
export type { RoadPoint } from "./roads/snap-index";
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
