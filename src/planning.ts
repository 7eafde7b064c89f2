/**
 * `ambulance-diversion/planning`: what-if, catchments, drive-time bands, closures ranked and days played again, with the
 * types of their results. Runs in browsers and in Node.
 */
export { type ReplayReport, replayReport } from "./output/report-html-replay";
export {
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
export { type Distribution, distribute } from "./planning/distribution/distribution";
export { type DistributionRequest, readCasualties } from "./planning/distribution/distribution-request";
export { replayScenario, type ScenarioReplayOptions } from "./planning/replay/replay";
export { replayMapData } from "./planning/replay/replay-map-data";
export type { ScenarioReplay } from "./planning/replay/replay-result";
export { parseScenario, type Scenario } from "./planning/replay/scenario";
export { type DemandPoints, junctionsOf, readPopulation } from "./planning/situation/demand-points";
export { type PlanningQuestion, PlanningSituation } from "./planning/situation/planning-situation";
export { type PlannedChange, sceneAfter, separateRoads } from "./planning/what-if/planned-change";
export { type ClosureRanking, type RankClosuresOptions, rankClosures } from "./planning/what-if/rank-closures";
export { whatIf } from "./planning/what-if/what-if";
export type { WhatIfResult } from "./planning/what-if/what-if-result";
