import { defined } from "../../core/defined";
import { type Clock, type EpochMs, systemClock } from "../../core/instant";
import { SeededRandom } from "../../core/random";
import { Recommendation } from "../../diversion/answer/recommendation";
import type { RecommendationRequest } from "../../diversion/incidents/request";
import { DiversionRouter } from "../../diversion/router";
import { type Policy, parsePolicy } from "../../diversion/rules/policy";
import { CapabilityVocabulary } from "../../hospitals/directory/capabilities";
import { HospitalDirectory } from "../../hospitals/directory/directory";
import { FeedHealth, type FeedReport } from "../../hospitals/feeds/feed-health";
import type { StatusView } from "../../hospitals/status/status";
import type { RoadState } from "../../roads/closures/closure-state";
import { RoadIndex } from "../../roads/road-index";
import { readRoads } from "../../roads/roads-file";
import { Handover } from "../remote-call";
import { neighbourColours, RoadCatchments } from "./catchments";
import { PlaceSearch } from "./place-search";
import type {
  Answer,
  AnswerTimes,
  Change,
  DescribedEvent,
  DrawnRoads,
  FoundPlace,
  Moment,
  Opened,
  OwnEntry,
  Question,
  StatusSnapshot,
  WireEvent,
  WireHistory,
  WireSetup,
} from "./protocol";
import { drawnRoads } from "./road-drawing";
import { applyChange, keyOf, StatusRecord } from "./status-record";
import { describeEvent, snapshotOf, writtenAt } from "./status-snapshot";

interface Parts {
  readonly roads: RoadIndex;
  readonly hospitals: HospitalDirectory;
  readonly policy: Policy;
  readonly record: StatusRecord;
  readonly search: PlaceSearch;
  readonly colours: Uint8Array;
}

const WARM_UP_ANSWERS = 50;

/** Colours of catchments; more cannot be told apart at a glance. */
const COLOURS = 8;

/**
 * All that the page computes: the library over the roads, hospitals and status that the server has sent. It runs in a
 * worker and asks no network, so it answers the same with the server there or gone.
 */
export class RecommendationWorker {
  readonly #ownClock: Clock;
  #parts: Parts | undefined;
  #roads: RoadIndex | undefined;
  #closures: unknown;
  #feeds: FeedHealth | undefined;
  #router: DiversionRouter | undefined;
  #catchments: { readonly map: RoadCatchments; readonly state: RoadState } | undefined;
  #clockOffsetMs = 0;

  constructor(ownClock: Clock = systemClock) {
    this.#ownClock = ownClock;
  }

  readonly #clock: Clock = () => this.#ownClock() + this.#clockOffsetMs;

  /** How far this computer's clock is behind the server's. */
  setClockOffset(milliseconds: number): void {
    this.#clockOffsetMs = milliseconds;
  }

  /**
   * @param checksum of the profile the server answers by; the file may serve several.
   * @throws DiversionError `invalid-roads-file`, `unsupported-roads-version`.
   */
  openRoads(bytes: ArrayBuffer, checksum: string): void {
    const file = readRoads(new Uint8Array(bytes));
    const profile = file.servedProfiles.find((served) => served.checksum === checksum);
    this.#roads = profile === undefined ? file : file.withProfile(profile.name);
    this.#parts = undefined;
    this.#router = undefined;
    this.#catchments = undefined;
  }

  /** @throws DiversionError when a part is not of its documented form. */
  open(setup: WireSetup, history: WireHistory, closures: unknown): Opened {
    const file = this.#roads!;
    const vocabulary = CapabilityVocabulary.parse(setup.capabilities);
    const hospitals = HospitalDirectory.parse(setup.hospitals, { vocabulary });
    const policy = parsePolicy(setup.policy, vocabulary);
    const record = new StatusRecord(hospitals, this.#clock, policy.timeZone);
    record.replace(history);
    const colours = neighbourColours(hospitals, COLOURS);
    const search = new PlaceSearch(file, hospitals);
    this.#parts = { roads: file, hospitals, policy, record, search, colours };
    this.setFeeds(setup.feeds);
    this.setClosures(closures);
    // The first answers of a fresh engine run unoptimized: better these than somebody's.
    this.measure(WARM_UP_ANSWERS);
    const { bounds, checksum, graph, description } = file;
    return {
      roads: {
        checksum,
        bounds,
        nodes: graph.junctionCount,
        segments: graph.segmentCount,
        notice: description.notice,
      },
      hospitalsChecksum: hospitals.checksum,
      capabilities: vocabulary.definitions.map(({ word, meaning }) => ({ word, meaning })),
      timeZone: policy.timeZone,
    };
  }

  setFeeds(reports: readonly unknown[] | undefined): void {
    const { hospitals } = this.#opened();
    this.#feeds = reports === undefined ? undefined : new FeedHealth(hospitals, reports as readonly FeedReport[]);
    this.#router = undefined;
  }

  /** Replaces all closures, so that the roads have the server's version. */
  setClosures(closures: unknown): void {
    this.#closures = closures;
    this.#router = undefined;
    this.#catchments = undefined;
  }

  replaceHistory(history: WireHistory): void {
    this.#opened().record.replace(history);
    this.#statusChanged();
  }

  extendHistory(events: readonly WireEvent[]): void {
    this.#opened().record.extend(events);
    this.#statusChanged();
  }

  setEntries(entries: readonly OwnEntry[]): void {
    this.#opened().record.setEntries(entries);
    this.#statusChanged();
  }

  snapshot(moment: Moment): StatusSnapshot {
    const { view, atMs } = this.#at(moment);
    const { hospitals, policy, record } = this.#opened();
    return snapshotOf({ hospitals, policy, record, feeds: this.#feeds }, view, atMs, moment.kind === "now");
  }

  /** The server's changes after a version, oldest first, as far back as the status can be told. */
  eventsSince(version: number): DescribedEvent[] {
    const { hospitals, policy, record } = this.#opened();
    return record.serverEvents
      .filter((event) => event.version > version && event.version >= record.archivedTo)
      .map((event) => describeEvent(event, { hospitals, policy, feeds: this.#feeds }));
  }

  /**
   * Whether a change could be made, and the key it would have.
   * @throws DiversionError `invalid-status` or `unknown-hospital` when it could not.
   */
  check(change: Change): string {
    applyChange(this.#opened().record.serverBoard(), change);
    return keyOf(change);
  }

  find(text: string): FoundPlace[] {
    return this.#opened().search.find(text);
  }

  /** @throws DiversionError `off-network`, `invalid-incident`, `invalid-location`. */
  ask(question: Question, moment: Moment): Answer {
    const router = this.#routerNow();
    const { atMs } = this.#at(moment);
    const request = { ...question, at: writtenAt(this.#opened().policy, atMs) } as RecommendationRequest;
    const options = moment.kind === "now" ? {} : { statusVersion: moment.version };
    const startedMs = performance.now();
    const advice = router.recommend(request, options);
    const milliseconds = performance.now() - startedMs;
    const route = router.route(advice);
    return defined({
      advice: { ...advice },
      explanation: advice.explain().split("\n"),
      milliseconds,
      route,
    });
  }

  /** The way to another ED than the one recommended. */
  routeTo(advice: Answer["advice"], hospital: string): Answer["route"] {
    return this.#routerNow().route(new Recommendation(advice), hospital);
  }

  /** Int16[segments] as colours, -1 where no ED is there for such patients. */
  catchmentColours(group: Pick<Question, "needs" | "age" | "acuity">, moment: Moment): Handover<Int16Array> {
    const { colours } = this.#opened();
    const { view: status, atMs } = this.#at(moment);
    const router = this.#routerNow();
    const situation = router.situation({ atMs, status });
    const { roadState: state } = situation;
    if (this.#catchments?.state !== state) {
      this.#catchments = { map: new RoadCatchments(situation, router.offNetwork), state };
    }
    const patients = { ...group } as Parameters<RoadCatchments["assign"]>[0];
    const eds = this.#catchments.map.assign(patients, situation);
    const segments = eds.map((ed) => (ed < 0 ? -1 : colours[ed]!));
    return new Handover(segments, [segments.buffer]);
  }

  /** By number of ED: its catchment's colour. */
  edColours(): Uint8Array {
    return this.#opened().colours.slice();
  }

  drawing(): Handover<DrawnRoads> {
    const drawn = drawnRoads(this.#opened().roads);
    return new Handover(drawn, [drawn.firstPoint.buffer, drawn.points.buffer, drawn.rank.buffer]);
  }

  /** Times answers to seeded questions at junctions, one by one. */
  measure(answers: number): AnswerTimes {
    const router = this.#routerNow();
    const { graph } = router.roads;
    const random = new SeededRandom(1);
    const times = new Float64Array(answers);
    let done = 0;
    for (let attempt = 0; done < answers && attempt < 10 * answers; attempt++) {
      const location = graph.nodePosition(random.integer(graph.nodeCount));
      if (router.roads.trySnap(location, 1) === undefined) continue;
      const startedMs = performance.now();
      router.recommend({ location, needs: [] });
      times[done++] = performance.now() - startedMs;
    }
    const sorted = times.subarray(0, done).sort();
    const at = (share: number): number => sorted[Math.min(done - 1, Math.floor(share * done))] ?? 0;
    const mean = done === 0 ? 0 : times.subarray(0, done).reduce((sum, time) => sum + time) / done;
    return { answers: done, mean, median: at(0.5), p99: at(0.99), worst: at(1) };
  }

  #statusChanged(): void {
    const { hospitals, record } = this.#opened();
    this.#router?.setHospitals(hospitals, record.board);
  }

  #opened(): Parts {
    if (this.#parts === undefined) throw new Error("The worker is asked before its parts are in.");
    return this.#parts;
  }

  #at(moment: Moment): { readonly view: StatusView; readonly atMs: EpochMs } {
    const { record } = this.#opened();
    if (moment.kind === "now") return { view: record.board.view(), atMs: this.#clock() };
    const { version } = moment;
    const view = record.board.viewAt({ version });
    const event = record.serverEvents.find((one) => one.version === version);
    const received = event === undefined ? undefined : event.kind === "report" ? event.restriction : event;
    return { view, atMs: received?.receivedAt.epochMs ?? this.#clock() };
  }

  /** Made anew when closures or feeds changed: a fresh book of closures over the same roads takes the server's version. */
  #routerNow(): DiversionRouter {
    if (this.#router !== undefined) return this.#router;
    const { roads: file, hospitals, policy, record } = this.#opened();
    const roads = new RoadIndex(file);
    if (this.#closures !== undefined) roads.importClosures(this.#closures);
    const feeds = this.#feeds;
    this.#router = new DiversionRouter(
      defined({
        roads,
        hospitals,
        policy,
        clock: this.#clock,
        status: record.board,
        hospitalsOffNetwork: "exclude",
        feeds: feeds === undefined ? undefined : { health: () => feeds },
      }),
    );
    return this.#router;
  }
}
