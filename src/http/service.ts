import { defined } from "../core/defined";
import { DiversionError } from "../core/errors";
import { instantAt } from "../core/instant";
import { Listeners } from "../core/listeners";
import type { Steps } from "../core/steps";
import type { Recommendation } from "../diversion/answer/recommendation";
import type { RecommendationRequest } from "../diversion/incidents/request";
import type { DiversionRouter } from "../diversion/router";
import type { FeedMonitor } from "../hospitals/feeds/feed-monitor";
import { saysTheSame, subjectOf } from "../hospitals/status/held-restrictions";
import type { SharedStatus, StatusFreshness } from "../hospitals/status/shared-status";
import {
  OVERRULE_KEY,
  type Status,
  type StatusChange,
  type StatusEntry,
  type StatusEvent,
  type StatusResult,
} from "../hospitals/status/status";
import { type ClosureDraft, draftClosures, followClosures } from "../node/logs/logged-closures";
import type { StatusCompaction } from "../node/logs/status-compaction";
import type { ClosureFeedMonitor } from "../roads/closure-feed-monitor";
import type { ClosureCollection } from "../roads/closures/closure-geojson";
import { Turns } from "./turns";

export interface DiversionServiceOptions {
  /** Answers, and holds the status: a `StatusFile` for one that outlives the process. */
  readonly router: DiversionRouter;
  /** The feeds whose messages may be posted; the router's own. Default: none. */
  readonly feeds?: FeedMonitor;
  /** Brings what followed from a message of a feed into the log of a shared status. Default: it is there already. */
  readonly shareFeed?: (feed: string) => Promise<void>;
  /** The feeds of road authorities that close and slow the router's roads. Default: none. */
  readonly closureFeeds?: ClosureFeedMonitor;
  /** Makes closures durable after each change, before it is acknowledged; those of feeds are not among them. Default: they last as long as the process. */
  readonly saveClosures?: (closures: ClosureCollection) => Promise<void>;
  /**
   * Keeps an answer, such as a decision log does. When it throws, the answer is given all the same, and said to be not
   * recorded: advice is worth more than its record. Default: answers are not kept.
   */
  readonly record?: (request: RecommendationRequest, advice: Recommendation) => void;
  /** The status that the router reads, where several machines keep it: changes go to its store. Default: the router's own is changed. */
  readonly shared?: SharedStatus;
  /** Who writes here, as the log names it: a desk or a server. Default: nobody is named; of a shared status its own. */
  readonly origin?: string;
  /** Makes the status log short while it is written, in steps. Default: there is none here that could be. */
  readonly compact?: () => Steps<StatusCompaction>;
  /** How the server's own parts are, asked whenever somebody wants to know. Default: well. */
  readonly trouble?: () => ServiceTrouble;
}

/** What is wrong inside, a sentence each. */
interface ServiceTrouble {
  /** Why changes cannot be kept: requests should go elsewhere, where there is another. */
  readonly failing: readonly string[];
  /** What does not keep answers from being right. */
  readonly degraded: readonly string[];
}

const NO_TROUBLE: ServiceTrouble = { failing: [], degraded: [] };

/** An answer, and whether it is on record as it should be. */
interface RecordedAdvice {
  readonly advice: Recommendation;
  /** Why it is not recorded; absent when it is, or need not be. */
  readonly unrecorded?: string;
}

/** What the routes work on: one router, its status and its feeds, and the versions that `If-Match` speaks of. */
export class DiversionService {
  readonly router: DiversionRouter;
  readonly feeds: FeedMonitor | undefined;
  readonly closureFeeds: ClosureFeedMonitor | undefined;
  readonly shareFeed: (feed: string) => Promise<void>;
  readonly versions: EntityVersions;
  /** Takes work that may be heavy in turns with everything else. */
  readonly turns = new Turns();
  readonly #compact: DiversionServiceOptions["compact"];
  /** The status where several machines keep it. */
  readonly shared: SharedStatus | undefined;
  /** What of the log could not be taken over, such as closures of other roads. */
  readonly #untaken: string[] = [];
  readonly #origin: string | undefined;
  readonly #saveClosures: DiversionServiceOptions["saveClosures"];
  readonly #record: DiversionServiceOptions["record"];
  readonly #trouble: NonNullable<DiversionServiceOptions["trouble"]>;
  readonly #answered = new Listeners<Recommendation>();
  readonly #roadsChanged = new Listeners<number>();
  readonly #unrecorded = new Listeners<string>();
  #lastUnrecorded: string | undefined;
  /** Changes of closures that are made and not yet saved. */
  #unsaved = 0;
  #closing: Promise<unknown> = Promise.resolve();

  constructor(options: DiversionServiceOptions) {
    const { router, feeds, closureFeeds, shared, origin, saveClosures, record, compact, trouble } = options;
    this.shareFeed = options.shareFeed ?? (async () => undefined);
    this.router = router;
    this.shared = shared;
    this.#origin = origin;
    this.feeds = feeds;
    this.closureFeeds = closureFeeds;
    this.#saveClosures = saveClosures;
    this.#record = record;
    this.#compact = compact;
    this.#trouble = trouble ?? (() => NO_TROUBLE);
    this.versions = new EntityVersions(router.status);
    if (shared !== undefined) this.#followLog(shared.status);
    let told = router.roads.version;
    router.roads.onChange(() => {
      // Of many changes made as one, which are told one by one, it is enough to hear once.
      const { version } = router.roads;
      if (this.#unsaved > 0 || version === told) return;
      told = version;
      this.#roadsChanged.emit(version);
    });
  }

  /**
   * Makes the status log short, in turns with everything else.
   *
   * @throws DiversionError `invalid-argument` where there is no log of this server's own; `file-not-writable`.
   */
  async compact(): Promise<StatusCompaction> {
    if (this.#compact !== undefined) return this.turns.run(this.#compact());
    const message = "This server keeps no status log of its own that could be compacted; start it with --status FILE.";
    throw new DiversionError("invalid-argument", message);
  }

  recommend(request: RecommendationRequest): Recommendation {
    return this.answer(request).advice;
  }

  /** {@link recommend}, and whether the answer is on record. */
  answer(request: RecommendationRequest): RecordedAdvice {
    const advice = this.router.recommend(request);
    let unrecorded: string | undefined;
    try {
      this.#record?.(request, advice);
    } catch (error) {
      if (!(error instanceof DiversionError)) throw error;
      unrecorded = error.message;
      this.#unrecorded.emit(unrecorded);
    }
    this.#lastUnrecorded = unrecorded;
    this.#answered.emit(advice);
    return unrecorded === undefined ? { advice } : { advice, unrecorded };
  }

  /** Calls the listener with the reason after every answer that could not be recorded. Returns the way to stop it. */
  onUnrecorded(listener: (why: string) => void): () => void {
    return this.#unrecorded.add(listener);
  }

  /** Calls the listener with the roads' version after every change of them that holds: of closures, once they are saved. */
  onRoadsChange(listener: (version: number) => void): () => void {
    return this.#roadsChanged.add(listener);
  }

  /** How the server stands to the store of a shared status; undefined where it is not shared. */
  standing(): StoreStanding | undefined {
    if (this.shared === undefined) return undefined;
    const { state, confirmedAt } = this.shared.freshness;
    return defined({ state, confirmedAt: confirmedAt === undefined ? undefined : instantAt(confirmedAt).text });
  }

  trouble(): ServiceTrouble {
    const { failing, degraded: told } = this.#trouble();
    const degraded = [...told, ...this.#untaken];
    const last = this.#lastUnrecorded;
    return { failing, degraded: last === undefined || degraded.length > 0 ? degraded : [last] };
  }

  /** Calls the listener after every answer. Returns the way to stop it. */
  onAnswer(listener: (advice: Recommendation) => void): () => void {
    return this.#answered.add(listener);
  }

  /**
   * Makes a change to one restriction if it is the one the caller knows. What was made already, by the same request or
   * just now by one that says the same, is not made again: the answer is that of a success (RFC 9110, 13.1.1).
   *
   * @throws DiversionError `precondition-failed`, and what the change throws.
   */
  async change(change: StatusChange, key: string, { ifMatch, id }: ChangeConditions): Promise<StatusResult> {
    const { status, hospitals } = this.router;
    const hospital = hospitals.require(change.hospital).id;
    const precondition = (): StatusResult | undefined => {
      const last = this.versions.lastOf(hospital, key);
      if (last !== undefined && this.#isRepeat(change, last)) return heldBy(status, last);
      const version = last?.version ?? 0;
      if (ifMatch === undefined || matches(ifMatch, version)) return undefined;
      throw new DiversionError(
        "precondition-failed",
        `The request is about version ${ifMatch} of ${key} at ${hospital}, which has version "${version}"; read it again and decide anew.`,
        { field: "If-Match" },
      );
    };
    const named = id === undefined ? {} : { id };
    if (this.shared !== undefined) return this.shared.submit(change, { ...named, precondition });
    const settled = id !== undefined && status.madeBy(id) !== undefined ? undefined : precondition();
    const origin = this.#origin === undefined ? {} : { origin: this.#origin };
    return settled ?? status.make(change, { ...named, ...origin });
  }

  /**
   * Whether a request without a name of its own is one sent twice: it says what is held, of which it says no other moment,
   * so soon after that nobody can mean to renew it.
   */
  #isRepeat(change: StatusChange, last: StatusEvent): boolean {
    const { receivedAt } = subjectOf(last);
    if (change.observedAt !== undefined || this.router.clock() - receivedAt.epochMs > SENT_TWICE_MS) return false;
    return saysTheSame(change, last, this.router.hospitals);
  }

  /**
   * Enters closures: in the log of a shared status, or here.
   *
   * @param id names the request, for a log.
   * @returns ids of those entered, and places of those about no road here, which are left out.
   * @throws DiversionError `invalid-closure`, and what making it durable throws.
   */
  async enterClosures(collection: unknown, id: string | undefined): Promise<EnteredClosures> {
    const { roads } = this.router;
    const { shared } = this;
    // What is wrong with it is told before it is in a log that nobody can take it out of.
    const prepared = await this.turns.run(roads.prepareClosures(collection));
    if (shared === undefined) {
      return this.changeClosures(() => {
        const { entered, withoutRoads } = roads.enterClosures(prepared, "leave-out");
        return {
          done: { entered: entered.map((one) => one.id), withoutRoads: withoutRoads.map(({ place }) => place) },
          undo: () => entered.forEach((one) => void roads.reopen(one.id)),
        };
      });
    }
    const drafted = (): ClosureDraft => draftClosures(roads, collection, prepared, shared.head.version + 1);
    const { features, withoutRoads } = drafted();
    if (features.length === 0) return { entered: [], withoutRoads };
    const entry = await shared.enter(
      () => ({ kind: "closure", features: drafted().features, roads: roads.checksum }),
      defined({ id }),
    );
    return { entered: entry.kind === "closure" ? entry.features.map((one) => one.id) : [], withoutRoads };
  }

  /** Opens the roads of a closure again. @throws DiversionError `unknown-closure`, and what making it durable throws. */
  async reopenClosure(closure: string, id: string | undefined): Promise<void> {
    const { roads } = this.router;
    if (this.shared === undefined) {
      return this.changeClosures(() => {
        const before = roads.exportClosures();
        roads.reopen(closure);
        const features = before.features.filter((feature) => feature.id === closure);
        return { done: undefined, undo: () => void roads.importClosures({ ...before, features }) };
      });
    }
    await this.shared.enter(() => {
      roads.requireClosure(closure);
      return { kind: "reopen", closure };
    }, defined({ id }));
  }

  /** Keeps the roads at what the log says; what the log said before may have been taken over already. */
  #followLog(status: Status): void {
    const { roads } = this.router;
    const follow = (entries: readonly StatusEntry[]): void =>
      followClosures(roads, entries, (why) => void this.#untaken.push(why));
    follow(status.entries().filter(({ version }) => version > roads.version));
    status.onEntry((entry) => follow([entry]));
  }

  /**
   * Changes the roads' closures, one change after the other. When they cannot be saved, they are as before.
   *
   * @param make returns what was done, and how to undo it.
   */
  changeClosures<T>(make: () => { readonly done: T; readonly undo: () => void }): Promise<T> {
    const next = this.#closing.then(async () => {
      const versionBefore = this.router.roads.version;
      this.#unsaved++;
      try {
        const { done, undo } = make();
        try {
          await this.#saveClosures?.(ownClosures(this.router.roads.exportClosures()));
        } catch (error) {
          undo();
          throw error;
        }
        return done;
      } finally {
        this.#unsaved--;
        if (this.router.roads.version !== versionBefore) this.#roadsChanged.emit(this.router.roads.version);
      }
    });
    this.#closing = next.catch(() => undefined);
    return next;
  }
}

/** How a server stands to the store of a shared status, as it is told over the wire. */
interface StoreStanding {
  readonly state: StatusFreshness["state"];
  readonly confirmedAt?: string;
}

interface EnteredClosures {
  readonly entered: readonly string[];
  readonly withoutRoads: readonly number[];
}

/** What a request says of when and under which name its change is to be made. */
interface ChangeConditions {
  /** The header: entity tags of versions, or `*` for any that is there. */
  readonly ifMatch?: string | undefined;
  /** Names the request: the header `Idempotency-Key`. */
  readonly id?: string | undefined;
}

/** Clients and proxies repeat a request within seconds; a person who says again that an ED diverts renews that. */
const SENT_TWICE_MS = 60_000;

function heldBy(status: Status, event: StatusEvent): StatusResult {
  const { hospital, key } = subjectOf(event);
  const place = status.directory.requireIndex(hospital);
  const view = status.view();
  return defined({
    outcome: "duplicate",
    version: status.version,
    hospital: status.directory.hospitals[place]!.id,
    key,
    held: view.restrictionsAt(place).find((one) => one.key === key),
    overrule: key === OVERRULE_KEY ? view.overruleAt(place) : undefined,
  });
}

/** Without those of feeds, which feeds will say again. */
function ownClosures({ silentFeeds: _, features, ...collection }: ClosureCollection): ClosureCollection {
  return { ...collection, features: features.filter(({ properties }) => properties.feed === undefined) };
}

function matches(ifMatch: string, version: number): boolean {
  const tags = ifMatch.split(",").map((tag) => tag.trim());
  return tags.includes("*") ? version > 0 : tags.includes(`"${version}"`);
}

/**
 * Under which version of the status each restriction was last changed: what an `ETag` names and `If-Match` asks for. A
 * restriction that was cleared keeps the version of its clearance, one never heard of has 0.
 */
class EntityVersions {
  readonly #last = new Map<string, StatusEvent>();
  readonly #status: Status;

  constructor(status: Status) {
    this.#status = status;
    for (const event of status.history()) this.#note(event);
    status.onChange((event) => this.#note(event));
  }

  of(hospital: string, key: string): number {
    return this.lastOf(hospital, key)?.version ?? 0;
  }

  /** The last change under a key. */
  lastOf(hospital: string, key: string): StatusEvent | undefined {
    return this.#last.get(this.#nameOf(hospital, key));
  }

  #note(event: StatusEvent): void {
    const { hospital, key } = subjectOf(event);
    this.#last.set(this.#nameOf(hospital, key), event);
  }

  /** Neither ids nor keys hold a space. A hospital goes by its own id, whichever of its aliases is used. */
  #nameOf(hospital: string, key: string): string {
    return `${this.#status.directory.get(hospital)?.id ?? hospital} ${key}`;
  }
}
