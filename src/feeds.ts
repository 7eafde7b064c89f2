/**
 * `ambulance-diversion/feeds`: what EDs' systems report (EDXL-HAVE, FHIR, plain lists), read, held and written; and what
 * road authorities publish of closures (WZDx, DATEX II), read and held. Runs in browsers and in Node.
 */
export {
  keyOfStatusCode,
  restrictionOfStatusCode,
  type StatusCodeReport,
} from "./diversion/rules/hospital-status-codes";
export { FeedHealth, type FeedNews, type FeedSource, type FeedState } from "./hospitals/feeds/feed-health";
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
export {
  type ClosureFeedApplication,
  type ClosureFeedDefinition,
  ClosureFeedMonitor,
  type ClosureFeedSummary,
} from "./roads/closure-feed-monitor";
export type {
  ClosureEvent,
  ClosureFeedNote,
  ClosureFeedReading,
  LaneEvent,
} from "./roads/closure-feeds/closure-feed-reading";
export {
  CLOSURE_FEED_FORMATS,
  type ClosureFeedFormat,
  readClosureFeed,
} from "./roads/closure-feeds/read-closure-feed";
