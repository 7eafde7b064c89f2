import { checksumOf } from "../../core/checksum";
import { defined } from "../../core/defined";
import { DiversionError } from "../../core/errors";
import type { EpochMs } from "../../core/instant";
import type { HospitalDirectory } from "../../hospitals/directory/directory";
import { FeedHealth, type FeedReport } from "../../hospitals/feeds/feed-health";
import type { Status } from "../../hospitals/status/status";
import { StatusBoard } from "../../hospitals/status/status-board";
import type { ClosureCollection } from "../../roads/closures/closure-geojson";
import { RoadIndex } from "../../roads/road-index";
import { NearestOpenRouter } from "../nearest-open-router";
import { recommend } from "../recommend";
import type { DiversionRouterOptions } from "../router-options";
import { ENGLAND_DEFAULT, policyChecksum } from "../rules/policy";
import type { Situation } from "../situation";
import { type LoggedDecision, statusChecksum } from "./decision-log";

/**
 * The parts of the router that makes decisions again. The status holds at least the versions that the decisions name; its
 * default is that nothing was ever reported. Another engine than before is a second opinion.
 */
export type ReplayOptions = Pick<DiversionRouterOptions, "roads" | "hospitals" | "policy" | "status" | "engine">;

/** What of a decision is not as it was: a part of its basis, or the answer. */
type ReplayedPart = "roads" | "hospitals" | "policy" | "status" | "feeds" | "closures" | "answer";

/** The first thing in which a decision made again differs from the one recorded. */
export interface ReplayDifference {
  /** The number of the decision's line in the log. */
  readonly line: number;
  /** The moment of the decision, RFC 3339. */
  readonly at: string;
  readonly part: ReplayedPart;
  /** Where in the decision, such as `answer.passedOver[0].driveSeconds`. */
  readonly path: string;
  /** What stands there, and what would now; undefined where there is nothing. JSON values. */
  readonly recorded: unknown;
  readonly recomputed: unknown;
}

export interface Replay {
  readonly decisions: number;
  /** Those whose answer came out the same, byte for byte. */
  readonly reproduced: number;
  /** Of the first decision that did not; absent when all did. */
  readonly difference?: ReplayDifference;
}

/**
 * Makes every decision of a log again, from its question and the versions its basis names, and compares byte for byte.
 * Where the basis is not at hand the decision is not made again, and the difference names the part that is missing.
 *
 * @param onDecision called after each, for progress.
 */
export function replayDecisions(
  decisions: Iterable<LoggedDecision>,
  options: ReplayOptions,
  onDecision?: (decision: LoggedDecision) => void,
): Replay {
  const replayer = new Replayer(options);
  let count = 0;
  let reproduced = 0;
  let first: ReplayDifference | undefined;
  for (const decision of decisions) {
    const difference = replayer.replay(decision);
    count++;
    if (difference === undefined) reproduced++;
    else first ??= { line: decision.line, at: decision.answer.basis.at, ...difference };
    onDecision?.(decision);
  }
  return defined({ decisions: count, reproduced, difference: first });
}

type Difference = Omit<ReplayDifference, "line" | "at">;

class Replayer {
  readonly #roads: RoadIndex;
  readonly #hospitals: HospitalDirectory;
  readonly #policyChecksum: string;
  readonly #status: Status;
  readonly #parts: DiversionRouterOptions;
  /** By the snapping limit of the decisions. */
  readonly #routers = new Map<number, NearestOpenRouter>();
  /** What was held on the roads, and what feeds had said, at the decision last made again: often the same for the next. */
  #closed: { readonly closures: ClosureCollection | undefined; readonly roads: RoadIndex } | undefined;
  #heard: { readonly feeds: readonly FeedReport[]; readonly health: FeedHealth } | undefined;
  #statusKnown: { readonly version: number; readonly checksum: string } | undefined;

  constructor({ policy = ENGLAND_DEFAULT, status, ...parts }: ReplayOptions) {
    this.#roads = parts.roads;
    this.#hospitals = parts.hospitals;
    this.#policyChecksum = policyChecksum(policy);
    this.#status = status ?? new StatusBoard(parts.hospitals, { clock: () => 0 });
    // The router that made the decisions was allowed to leave out hospitals, or had none to leave out.
    this.#parts = { ...parts, policy, status: this.#status, hospitalsOffNetwork: "exclude" };
  }

  /** The first difference; undefined when there is none. */
  replay(decision: LoggedDecision): Difference | undefined {
    const { request, answer } = decision;
    const missing = this.#missingBasis(decision);
    if (missing !== undefined) return missing;
    try {
      const incident = this.#routerFor(decision).readIncident(request);
      return differenceOf(answer, recommend(this.#situationOf(decision, incident.atMs), incident));
    } catch (error) {
      if (!(error instanceof DiversionError)) throw error;
      const part = error.code === "invalid-closure" ? "closures" : "answer";
      return {
        part,
        path: part,
        recorded: part === "answer" ? answer.outcome : answer.basis.roadsVersion,
        recomputed: error.describe(),
      };
    }
  }

  #missingBasis({ answer: { basis }, status, feeds }: LoggedDecision): Difference | undefined {
    const present = {
      roads: this.#roads.checksum,
      hospitals: this.#hospitals.checksum,
      policy: this.#policyChecksum,
    };
    for (const part of ["roads", "hospitals", "policy"] as const) {
      if (basis[part] !== present[part]) {
        return { part, path: `answer.basis.${part}`, recorded: basis[part], recomputed: present[part] };
      }
    }
    const { statusVersion } = basis;
    const { archivedTo, version } = this.#status;
    if (statusVersion > version || statusVersion < archivedTo) {
      const path = "answer.basis.statusVersion";
      return {
        part: "status",
        path,
        recorded: statusVersion,
        recomputed: statusVersion > version ? version : archivedTo,
      };
    }
    const recomputed = this.#statusAt(statusVersion);
    if (recomputed !== status) return { part: "status", path: "status", recorded: status, recomputed };
    const heard = feeds === undefined ? undefined : checksumOf(feeds);
    if (heard === basis.feeds) return undefined;
    return { part: "feeds", path: "answer.basis.feeds", recorded: basis.feeds, recomputed: heard };
  }

  #statusAt(version: number): string {
    if (this.#statusKnown?.version !== version) {
      this.#statusKnown = { version, checksum: statusChecksum(this.#status, version) };
    }
    return this.#statusKnown.checksum;
  }

  #situationOf(decision: LoggedDecision, atMs: EpochMs): Situation {
    const { answer, closures, feeds } = decision;
    const { inbound = {}, statusVersion } = answer.basis;
    const roads = this.#roadsUnder(closures);
    return this.#routerFor(decision)
      .situation({ atMs, status: this.#status.viewAt({ version: statusVersion }) })
      .with({
        roadState: roads.stateAt(atMs),
        roadsVersion: roads.isUndisturbed ? undefined : roads.version,
        feeds: feeds === undefined ? undefined : this.#healthBy(feeds),
        // All counts that the answer asked for are in its basis.
        inbound: { expectedAt: (hospital) => inbound[hospital] ?? 0 },
      });
  }

  #routerFor({ snapLimitMetres }: LoggedDecision): NearestOpenRouter {
    let router = this.#routers.get(snapLimitMetres);
    if (router === undefined) {
      router = new NearestOpenRouter({ ...this.#parts, snapLimitMetres });
      this.#routers.set(snapLimitMetres, router);
    }
    return router;
  }

  /** Roads of their own: those given may have other closures by now. */
  #roadsUnder(closures: ClosureCollection | undefined): RoadIndex {
    if (this.#closed === undefined || this.#closed.closures !== closures) {
      const roads = new RoadIndex(this.#roads);
      if (closures !== undefined) roads.importClosures(closures);
      this.#closed = { closures, roads };
    }
    return this.#closed.roads;
  }

  #healthBy(feeds: readonly FeedReport[]): FeedHealth {
    if (this.#heard?.feeds !== feeds) this.#heard = { feeds, health: new FeedHealth(this.#hospitals, feeds) };
    return this.#heard.health;
  }
}

/** Compares as JSON: what was read from a log with what is in memory. */
function differenceOf(recorded: unknown, recomputed: unknown): Difference | undefined {
  const text = JSON.stringify(recomputed);
  if (text === JSON.stringify(recorded)) return undefined;
  return { part: "answer", ...firstDifference(recorded, JSON.parse(text), "answer") };
}

/**
 * The first place where two JSON values differ, in the order of the first. When they hold the same and are written
 * differently, it is the first object whose members come in another order.
 */
function firstDifference(a: unknown, b: unknown, path: string): Pick<Difference, "path" | "recorded" | "recomputed"> {
  const whole = { path, recorded: a, recomputed: b };
  if (!isNested(a) || !isNested(b) || Array.isArray(a) !== Array.isArray(b)) return whole;
  const keys = [...new Set([...Object.keys(a), ...Object.keys(b)])];
  for (const key of keys) {
    const [inA, inB] = [a[key], b[key]];
    if (JSON.stringify(inA) === JSON.stringify(inB)) continue;
    return firstDifference(inA, inB, Array.isArray(a) ? `${path}[${key}]` : `${path}.${key}`);
  }
  return { path: `${path} (order of members)`, recorded: Object.keys(a), recomputed: Object.keys(b) };
}

const isNested = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null;
