import type { Clock } from "../../core/instant";
import type { HospitalDirectory } from "../../hospitals/directory/directory";
import type { FeedHealth } from "../../hospitals/feeds/feed-health";
import type { Status } from "../../hospitals/status/status";
import type { RoadIndex } from "../../roads/road-index";
import type { Drives } from "../drives/drives";
import type { Incident, RecommendationRequest } from "../incidents/request";
import type { InboundSource } from "../rules/inbound";
import type { Policy } from "../rules/policy";

/** What conveyances are judged by; a router, and what it keeps to itself. */
export interface TrackingGround {
  readonly roads: RoadIndex;
  readonly hospitals: HospitalDirectory;
  readonly status: Status;
  readonly policy: Policy;
  readonly clock: Clock;
  readonly drives: Drives;
  /** What feeds know now, by the numbers of `hospitals`; the same object until something is heard. */
  readonly feeds: FeedHealth | undefined;
  /** Calls the listener when feeds were heard, if it can be told. Returns the way to stop it. */
  onFeedNews(listener: () => void): () => void;
  /** How many ambulances are expected at EDs, for a policy with a cap. */
  readonly inbound: InboundSource | undefined;
  readIncident(request: RecommendationRequest): Incident;
}
