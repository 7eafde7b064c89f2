import { DiversionError } from "../core/errors";
import type { Clock } from "../core/instant";
import type { HospitalDirectory } from "../hospitals/directory/directory";
import type { Hospital } from "../hospitals/directory/hospital";
import type { FeedSource } from "../hospitals/feeds/feed-health";
import type { Status } from "../hospitals/status/status";
import type { RoadIndex } from "../roads/road-index";
import { type EngineChoice, engineFactory } from "../shortest-path/engine";
import type { InboundSource } from "./rules/inbound";
import type { Policy } from "./rules/policy";

export interface DiversionRouterOptions {
  readonly roads: RoadIndex;
  readonly hospitals: HospitalDirectory;
  /** Default: `england-default`. */
  readonly policy?: Policy;
  /** Default: an empty board in memory. */
  readonly status?: Status;
  /**
   * What feeds know of each ED, such as a FeedMonitor. With feeds, an ED of which they do not know is unknown, and the
   * policy says what follows. Default: there are no feeds, and what is not reported against an ED is in its favour.
   */
  readonly feeds?: FeedSource;
  /**
   * How many ambulances are expected at each ED, where the policy sets a cap. Default: the router's own conveyances.
   */
  readonly inbound?: InboundSource;
  /** Which shortest-path engine answers; all give the same answers. Default: the roads' fastest. */
  readonly engine?: EngineChoice;
  /** Tells the moment of questions that name none. Default: the wall clock. */
  readonly clock?: Clock;
  /** Farther than this from a usable road is an error. Default: what the roads file says. */
  readonly snapLimitMetres?: number;
  /**
   * What to do with hospitals off these roads: `error` (the default) names them and stops; `exclude` leaves them out and
   * lists them in `DiversionRouter.offNetwork`.
   */
  readonly hospitalsOffNetwork?: "error" | "exclude";
  /**
   * Runs a piece of work soon, outside the current call: how the engine brings its tables up to date after roads or
   * hospitals changed; until then it answers a little slower, and as exactly. Default: a timer, which in Node keeps no
   * process alive.
   */
  readonly schedule?: (work: () => void) => void;
  /**
   * By which status questions about the past are answered: by what held then, as it is known `now` (the default), or as it
   * was known at the moment of the `question`: what was reported later has no part in their answers.
   */
  readonly statusAsOf?: "now" | "question";
}

export interface RecommendOptions {
  /** Answers by the status as it was at this version, for audits. Default: as it is. */
  readonly statusVersion?: number;
}

export interface NearestOpen {
  readonly hospital: Hospital;
  readonly driveSeconds: number;
  readonly distanceMetres: number;
}

/**
 * Tells callers without a type checker which part is not what it should be, before it fails somewhere inside.
 * @throws DiversionError `invalid-argument`.
 */
export function requireParts({ roads, hospitals, policy, engine }: DiversionRouterOptions): void {
  const parts: readonly (readonly [field: string, isRight: boolean, whence: string])[] = [
    [
      "roads",
      typeof (roads as Partial<RoadIndex> | undefined)?.snap === "function",
      "openRoads, readRoads or indexRoads",
    ],
    [
      "hospitals",
      Array.isArray((hospitals as Partial<HospitalDirectory> | undefined)?.hospitals),
      "HospitalDirectory.parse",
    ],
    [
      "policy",
      policy === undefined || Array.isArray((policy as Partial<Policy>).bypass),
      "parsePolicy, openPolicy or BUILT_IN_POLICIES",
    ],
    [
      "engine",
      engine === undefined || engine === "cch" || engineFactory(engine) !== undefined,
      "ambulance-diversion/roads (DIJKSTRA_ENGINE) or ambulance-diversion/ngraph (REFERENCE_ENGINE); their names do once ambulance-diversion/node is imported",
    ],
  ];
  const wrong = parts.find(([, isRight]) => !isRight);
  if (wrong === undefined) return;
  const [field, , whence] = wrong;
  throw new DiversionError("invalid-argument", `${field} is not what a router takes; it comes from ${whence}.`, {
    field,
  });
}
