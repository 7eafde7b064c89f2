import type { EpochMs } from "../../core/instant";
import type { HospitalDirectory } from "../../hospitals/directory/directory";
import type { FeedHealth } from "../../hospitals/feeds/feed-health";
import type { StatusView } from "../../hospitals/status/status";
import type { Drives } from "../drives/drives";
import type { InboundReading } from "../rules/inbound";
import type { Policy } from "../rules/policy";
import type { Tracked } from "./conveyance-book";
import { hasTies } from "./conveyance-changes";
import { type Course, steer, type TurnReason } from "./en-route";

/** What one conveyance is judged by, at one moment. */
export interface JudgingGround {
  readonly hospitals: HospitalDirectory;
  readonly policy: Policy;
  readonly drives: Drives;
  readonly status: StatusView;
  readonly feeds: FeedHealth | undefined;
  readonly nowMs: EpochMs;
  /** What is expected at EDs, for one that may turn; undefined where no cap sends anyone elsewhere. */
  readonly inbound: InboundReading | undefined;
}

export interface Judged {
  /** With its course from now on, and all that had a part in that. */
  readonly tracked: Tracked;
  /** Why it turns; empty when it does not. */
  readonly because: readonly TurnReason[];
}

/** Advises one conveyance on the course it is on. */
export function judgeConveyance(
  { id, request, incident }: Pick<Tracked, "id" | "request" | "incident">,
  course: Course,
  ground: JudgingGround,
): Judged {
  const { drives, hospitals, policy, status, feeds, nowMs, inbound } = ground;
  // Others ask the same drives about other moments.
  drives.moveTo(nowMs);
  const departure = drives.departureFrom(incident);
  const context = {
    hospitals,
    status,
    incident,
    policy,
    feeds,
    feedsAtMs: nowMs,
    centimetresTo: (target: number): number => drives.centimetres(departure, target),
  };
  // What a new course would look at, this search has looked at too: the ED turned to is the best that may be chosen, or
  // all were looked at; and the ED turned from was looked at for being the destination.
  const steering = steer(() => drives.open(departure), context, course, nowMs, inbound);
  const { rankings } = steering;
  const tracked: Tracked = {
    id,
    request,
    incident,
    course: steering.course,
    candidate: steering.candidate,
    departure,
    lookedAt: new Set(rankings.flatMap(({ candidates }) => candidates.map(({ target }) => target))),
    horizonMs: Math.max(...rankings.map(({ horizonMs }) => horizonMs)),
    hasTies: rankings.some(hasTies),
  };
  return { tracked, because: steering.because };
}
