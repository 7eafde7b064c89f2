/**
 * `ambulance-diversion/decisions`: the log of what was recommended, counted and played again. Runs in browsers and in Node.
 */
export { type DecisionCountOptions, type DecisionCounts, decisionCounts } from "./diversion/log/decision-counts";
export {
  DECISION_LOG_FORMAT,
  DecisionRecorder,
  type DecisionSource,
  type LoggedDecision,
  readDecisions,
} from "./diversion/log/decision-log";
export {
  type Replay,
  type ReplayDifference,
  type ReplayOptions,
  replayDecisions,
} from "./diversion/log/decision-replay";
