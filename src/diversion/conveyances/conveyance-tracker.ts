import { defined } from "../../core/defined";
import { DiversionError } from "../../core/errors";
import type { EpochMs } from "../../core/instant";
import { Listeners } from "../../core/listeners";
import { millisecondsToSeconds, type Position } from "../../core/units";
import type { HospitalDirectory } from "../../hospitals/directory/directory";
import type { FeedHealth } from "../../hospitals/feeds/feed-health";
import type { Status, StatusEvent, StatusView } from "../../hospitals/status/status";
import type { HospitalReference } from "../answer/recommendation";
import { RoadReach } from "../drives/road-reach";
import { type Incident, type RecommendationRequest, writeInstant } from "../incidents/request";
import type { NearestOpenRouter } from "../nearest-open-router";
import { type ExpectedArrivals, InboundReading, type InboundSource } from "../rules/inbound";
import type { Situation } from "../situation";
import {
  Conveyance,
  type ConveyanceAdvice,
  type ConveyanceEnd,
  type ConveyanceKeeper,
  type ConveyanceState,
  type Reassessment,
  requireTrackRequest,
  type TrackRequest,
  type UpdateOptions,
} from "./conveyance";
import { type FeedMoment, hasTies, touchedByFeeds, touchedByStatus } from "./conveyance-changes";
import { allArrivals, ConveyanceStore, expectedArrivals, type Tracked } from "./conveyance-store";
import { type Assignment, reroute, type TurnReason } from "./en-route";

/** Since the tracker was made. */
interface TrackingCounts {
  /** Conveyances tracked now. */
  readonly tracked: number;
  /** How often a conveyance was ranked anew. */
  readonly judged: number;
  /** How often advice changed. */
  readonly turned: number;
}

/**
 * Ambulances on their way, advised anew when something changes for them.
 *
 * A conveyance is judged by where and when it was last reported, by the status, and by the roads and feeds as they are
 * now. So as long as none of these changes, neither does its advice: the arrival that was predicted there stays the
 * prediction while it drives as predicted, and what begins or ends by the clock at an ED (a restriction, opening hours) is
 * judged for that arrival in advance.
 *
 * **What the clock alone changes** is the roads, where a closure begins or ends, and feeds, where one falls silent. Nobody
 * calls when that happens: {@link nextChangeAt} says when it will, and {@link refresh} takes it into account. One timer
 * is enough, set again after each refresh; refreshing more often changes nothing.
 *
 * **Which are judged after a change of status.** Ranking reads drive times, and the status only of the EDs it looks at;
 * which those are follows from what it reads. After a change at an ED that it did not look at, it would read the same
 * again and take the same steps. So only conveyances that looked at the ED are judged: those bound for it, those that
 * passed it over or had it among the alternatives. An ED that opens and would be nearer than the destination is among
 * them, for ranking looks at every ED up to there, open or not. Of these, a conveyance whose patient is outside the scope
 * of the restriction before and after is left out as well; but not where two EDs rank equal, because ties go to the
 * fresher status whatever it is about, nor where a bypass rule may replace the needs.
 *
 * **After a feed was heard or fell silent** those are judged that looked at an ED of which something else is known now, or
 * another handover time; where EDs rank equal, also those for which one is fresher. A feed that tells when it was heard (a
 * `FeedMonitor`) needs no refresh.
 *
 * **After a change of roads** {@link RoadReach} tells. After a change of policy or hospitals all are judged.
 *
 * Advice is told when all of a change is done, in order of the conveyances' ids: the same changes give the same events.
 */
export class ConveyanceTracker implements ConveyanceKeeper, InboundSource {
  /** @internal */
  readonly advice = new Listeners<ConveyanceAdvice>();
  readonly #source: NearestOpenRouter;
  readonly #store = new ConveyanceStore();
  readonly #reach: RoadReach;
  #view: StatusView;
  #feeds: FeedMoment | undefined;
  /** When a feed falls silent next, for any ED. */
  #silenceMs = Number.POSITIVE_INFINITY;
  #nowMs: EpochMs;
  #tally = { judged: 0, turned: 0 };
  #heldHospitals: HospitalDirectory;
  #stopStatus: () => void;
  readonly #stopRoads: () => void;
  readonly #stopFeeds: () => void;

  /** @internal Use `router.conveyances`. */
  constructor(source: NearestOpenRouter) {
    this.#source = source;
    this.#nowMs = source.clock();
    this.#heldHospitals = source.hospitals;
    this.#view = source.status.view();
    this.#takeFeeds();
    this.#reach = new RoadReach(source.roads, (atMs) => source.situation({ atMs }).sites, this.#nowMs);
    this.#stopStatus = this.#follow(source.status);
    let roadsVersion = source.roads.version;
    this.#stopRoads = source.roads.onChange(() => {
      // Many changes made as one are told one by one, when all are made.
      if (source.roads.version === roadsVersion) return;
      roadsVersion = source.roads.version;
      this.refresh();
    });
    this.#stopFeeds = source.feeds?.onNews?.(() => this.refresh()) ?? (() => undefined);
  }

  get counts(): TrackingCounts {
    return { tracked: this.#store.size, ...this.#tally };
  }

  /**
   * Begins to track an ambulance. Without a destination it is bound for the ED that is recommended; with one, it is
   * advised to keep it or not at once.
   *
   * @throws DiversionError `invalid-incident`, `invalid-location`, `unknown-hospital`, `off-network`; `invalid-argument`
   * for an id that is tracked.
   */
  track(request: TrackRequest): Conveyance {
    requireTrackRequest(request);
    const { id, destination, departAt, ...question } = request;
    if (this.#store.has(id)) {
      const message = `A conveyance with the id ${JSON.stringify(id)} is tracked already; end it first, or update it.`;
      throw new DiversionError("invalid-argument", message, { field: "id" });
    }
    const { incident, reportedMs } = this.#read(question, departAt);
    const bound =
      destination === undefined ? undefined : this.#source.hospitals.requireIndex(destination, "destination");
    this.#advanceTo(Math.max(this.#source.clock(), reportedMs));
    const assignment: Assignment = { destination: bound, left: new Map() };
    const { tracked, because } = this.#judge({ id, request: question, incident, reportedMs }, assignment);
    this.#store.keep(tracked);
    if (bound !== undefined) this.#tellTurns([{ before: assignment, tracked, because }]);
    return new Conveyance(id, this);
  }

  /** Whether a conveyance with this id is tracked. */
  has(id: string): boolean {
    return this.#store.has(id);
  }

  /** Calls the listener whenever advice changes. Returns the way to stop it. */
  onAdvice(listener: (advice: ConveyanceAdvice) => void): () => void {
    return this.advice.add(listener);
  }

  /**
   * Takes into account what the clock has changed since the last call of anything here, and feeds that do not tell when
   * they were heard.
   *
   * @param nowMs Default: the router's clock. A moment before the last one counts as the last one.
   */
  refresh(nowMs: EpochMs = this.#source.clock()): void {
    this.#advanceTo(nowMs);
  }

  /**
   * The first moment at which advice may change though nothing is reported: a closure or slowdown of the roads begins or
   * ends, or a feed on an ED that had a part in some advice falls silent. Undefined when there is none. Counted from the
   * moment that was last looked at, so one that has passed unnoticed is given too. Later calls of anything here may bring
   * it forward: ask again after them, or let no timer wait longer than a minute or so.
   */
  nextChangeAt(): EpochMs | undefined {
    if (this.#store.size === 0) return undefined;
    let nextMs = this.#source.roads.stateAt(this.#nowMs).until;
    for (let target = 0; target < this.#heldHospitals.size; target++) {
      if (!this.#store.hasLookersAt(target)) continue;
      nextMs = Math.min(nextMs, this.#feeds?.feeds.nextSilence(target, this.#nowMs) ?? Number.POSITIVE_INFINITY);
    }
    return nextMs === Number.POSITIVE_INFINITY ? undefined : nextMs;
  }

  /** Judges every conveyance anew, as after a change of policy. */
  judgeAll(): void {
    this.#advanceTo(this.#source.clock());
    this.#judgeAgain(this.#store.all());
  }

  /** Takes over the source's hospitals and status after they were replaced. */
  hospitalsChanged(): void {
    const { hospitals, status } = this.#source;
    const removed = new Map<string, HospitalReference>();
    const numberOf = (target: number): number => hospitals.indexOf(this.#heldHospitals.hospitals[target]!.id);
    for (const { id, assignment } of this.#store.all()) {
      if (assignment.destination === undefined || numberOf(assignment.destination) >= 0) continue;
      removed.set(id, this.#reference(assignment.destination)!);
    }
    this.#store.renumber(numberOf);
    this.#heldHospitals = hospitals;
    this.#stopStatus();
    this.#stopStatus = this.#follow(status);
    this.#view = status.view();
    this.#nowMs = Math.max(this.#nowMs, this.#source.clock());
    this.#takeFeeds();
    this.#reach.hospitalsChanged();
    this.#judgeAgain(this.#store.all(), removed);
  }

  /** How many ambulances an arrival at an ED would meet within the hour; see {@link expectedArrivals}. */
  expectedAt(hospital: string, arrivalMs: EpochMs, except?: string): number {
    return expectedArrivals(this.#store, this.#heldHospitals.indexOf(hospital), arrivalMs, except);
  }

  expected(): readonly ExpectedArrivals[] {
    return allArrivals(this.#store, this.#heldHospitals);
  }

  /** Stops tracking and listening. */
  close(): void {
    this.#stopStatus();
    this.#stopRoads();
    this.#stopFeeds();
    this.#store.clear();
  }

  /** @internal */
  stateOf(id: string): ConveyanceState | undefined {
    const tracked = this.#store.find(id);
    if (tracked === undefined) return undefined;
    const { incident, candidate, assignment } = tracked;
    return {
      location: incident.location,
      at: writeInstant(incident, incident.atMs),
      destination: this.#reference(assignment.destination),
      driveSeconds: candidate === undefined ? undefined : millisecondsToSeconds(candidate.driveMs),
      arrival: candidate === undefined ? undefined : writeInstant(incident, incident.atMs + candidate.driveMs),
    };
  }

  /** @internal */
  update(
    id: string,
    location: Position,
    at: string | Date | undefined,
    { bearing, departAt }: UpdateOptions = {},
  ): boolean {
    const known = this.#store.find(id);
    if (known === undefined) return false;
    // Bearing and road were those of the place it has left.
    const { at: _, bearing: _bearing, roadName: _roadName, ...rest } = known.request;
    const request = { ...rest, location, ...defined({ at, bearing }) };
    const { incident, reportedMs } = this.#read(request, departAt);
    if (reportedMs < known.reportedMs) return false;
    this.#advanceTo(Math.max(this.#source.clock(), reportedMs));
    // The roads may have turned it just now.
    const before = this.#store.find(id)!.assignment;
    const { tracked, because } = this.#judge({ id, request, incident, reportedMs }, before);
    this.#store.keep(tracked);
    this.#tellTurns([{ before, tracked, because }]);
    return true;
  }

  /** @internal */
  reassess(id: string, patient: Reassessment): boolean {
    const found = this.#store.find(id);
    if (found === undefined) return false;
    // Nothing but the patient: where it is, and since when, is for updates.
    const { location, bearing, roadName, at } = found.request;
    const { needs = found.request.needs, age, acuity } = { ...found.request, ...patient };
    const request = defined({ location, bearing, roadName, needs, age, acuity, at });
    const {
      ways,
      needs: read,
      age: years,
      acuity: urgency,
    } = this.#source.readIncident({ ...request, alternatives: 0 });
    this.#advanceTo(this.#source.clock());
    const known = this.#store.find(id)!;
    const incident = { ...known.incident, ways, needs: read, age: years, acuity: urgency };
    // What was left was left by another patient's needs: it may be what this one needs.
    const before = known.assignment;
    const assignment: Assignment = { destination: before.destination, left: new Map() };
    const { tracked, because } = this.#judge({ ...known, request, incident }, assignment);
    this.#store.keep(tracked);
    this.#tellTurns([{ before, tracked, because }]);
    return true;
  }

  /** A question, and when it was reported; its moment is when the drive begins. */
  #read(
    request: RecommendationRequest,
    departAt: string | Date | undefined,
  ): { readonly incident: Incident; readonly reportedMs: EpochMs } {
    // Whoever is under way is advised by all that is held, whenever it was that it was last heard of.
    const reported = { ...this.#source.readIncident({ ...request, alternatives: 0 }), isDated: false };
    if (departAt === undefined) return { incident: reported, reportedMs: reported.atMs };
    const incident = { ...this.#source.readIncident({ ...request, alternatives: 0, at: departAt }), isDated: false };
    if (incident.atMs >= reported.atMs) return { incident, reportedMs: reported.atMs };
    const message =
      "The conveyance leaves before it was where it is said to be; give a departAt that is not before at.";
    throw new DiversionError("invalid-incident", message, { field: "departAt" });
  }

  /** @internal */
  redirect(id: string, hospital: string): void {
    const target = this.#source.hospitals.requireIndex(hospital, "hospital");
    this.#advanceTo(this.#source.clock());
    const known = this.#store.find(id);
    if (known === undefined || known.assignment.destination === target) return;
    const left = new Map(known.assignment.left);
    if (known.assignment.destination !== undefined) left.set(known.assignment.destination, "for-good");
    left.delete(target);
    const assignment = { destination: target, left };
    const { tracked, because } = this.#judge(known, assignment);
    this.#store.keep(tracked);
    const byCrew: TurnReason = { code: "crew", text: `the crew goes to ${this.#reference(target)!.name}` };
    this.#tellTurns([
      { before: known.assignment, tracked: { ...known, assignment }, because: [byCrew] },
      { before: assignment, tracked, because },
    ]);
  }

  /** @internal */
  end(id: string, how: ConveyanceEnd): void {
    if (how === "arrived") this.#store.arrive(id, Math.max(this.#nowMs, this.#source.clock()));
    this.#store.remove(id);
  }

  #follow(status: Status): () => void {
    return status.onChange((event) => this.#statusChanged(status, event));
  }

  #statusChanged(status: Status, event: StatusEvent): void {
    const { hospital, key, receivedAt } = event.kind === "report" ? event.restriction : event;
    this.#advanceTo(receivedAt.epochMs);
    const before = this.#view;
    // Listeners are told of changes one by one, and the status may be ahead of the one that is told.
    this.#view = status.viewAt({ version: event.version });
    const target = this.#source.hospitals.indexOf(hospital);
    if (target < 0) return;
    const changed = [before, this.#view].flatMap((view) =>
      view.restrictionsAt(target).filter((restriction) => restriction.key === key),
    );
    this.#judgeAgain(touchedByStatus(this.#store, target, changed, this.#source.policy));
  }

  /** Moves on to a moment, and judges those whom the roads as they are then, or what feeds know then, may turn. */
  #advanceTo(epochMs: EpochMs): void {
    this.#nowMs = Math.max(this.#nowMs, epochMs);
    const touched = new Set<Tracked>();
    const isTouched = this.#reach.moveTo(this.#nowMs, this.#store.all());
    if (isTouched !== undefined) for (const tracked of this.#store.all()) if (isTouched(tracked)) touched.add(tracked);
    const before = this.#feeds;
    if (before?.feeds !== this.#feedsNow || this.#nowMs >= this.#silenceMs) {
      this.#takeFeeds();
      if (before !== undefined && this.#feeds !== undefined) {
        for (const tracked of touchedByFeeds(this.#store, this.#heldHospitals.size, before, this.#feeds))
          touched.add(tracked);
      }
    }
    if (touched.size > 0) this.#judgeAgain(touched);
  }

  #takeFeeds(): void {
    const feeds = this.#feedsNow;
    this.#silenceMs = Number.POSITIVE_INFINITY;
    if (feeds === undefined) return;
    this.#feeds = { feeds, atMs: this.#nowMs };
    for (let target = 0; target < this.#heldHospitals.size; target++) {
      this.#silenceMs = Math.min(this.#silenceMs, feeds.nextSilence(target, this.#nowMs) ?? Number.POSITIVE_INFINITY);
    }
  }

  /** @param removed the destinations of those whose ED is no longer in the list. */
  #judgeAgain(affected: Iterable<Tracked>, removed?: ReadonlyMap<string, HospitalReference>): void {
    const turns: Turn[] = [];
    for (const known of [...affected].sort((a, b) => (a.id < b.id ? -1 : 1))) {
      const { id } = known;
      const { tracked, because } = this.#judge(known, known.assignment);
      this.#store.keep(tracked);
      turns.push({ before: known.assignment, tracked, because, ...defined({ from: removed?.get(id) }) });
    }
    this.#tellTurns(turns);
  }

  /** Advises one conveyance on the assignment it has. */
  #judge(known: Pick<Tracked, "id" | "request" | "incident" | "reportedMs">, given: Assignment): Judged {
    const { id, request, incident, reportedMs } = known;
    this.#tally.judged++;
    const situation = this.#situation();
    const eds = situation.edsFrom(incident);
    // What a new assignment would look at, this search has looked at too: the ED turned to is the best that may be chosen,
    // or all were looked at; and the ED turned from was looked at for being the destination.
    const inbound = this.#inboundBut(id, given);
    const { assignment, candidate, because, lists } = reroute(situation, eds, incident, given, inbound);
    const tracked: Tracked = {
      id,
      request,
      incident,
      reportedMs,
      assignment,
      candidate,
      departure: eds.departure,
      lookedAt: new Set(lists.flatMap((list) => [...list.withinHorizon()])),
      horizonMs: Math.max(...lists.map(({ horizonMs }) => horizonMs)),
      hasTies: lists.some(hasTies),
    };
    return { tracked, because };
  }

  /** As things are, as far as the tracker has been told: it may be told of changes one by one. */
  #situation(): Situation {
    const [view, feeds, nowMs] = [this.#view, this.#feeds, this.#nowMs];
    return this.#source.situation({ atMs: nowMs }).with({ status: view, feeds: feeds?.feeds, inbound: undefined });
  }

  get #feedsNow(): FeedHealth | undefined {
    return this.#source.feeds?.health().in(this.#source.hospitals);
  }

  /**
   * What is expected at EDs, for one that may turn: without itself, and nothing at the ED it is bound for, which expects
   * it. Undefined where no cap sends anyone elsewhere.
   */
  #inboundBut(id: string, { destination }: Assignment): InboundReading | undefined {
    const { inbound, policy } = this.#source;
    if (policy.inbound?.effect !== "divert" || inbound === undefined) return undefined;
    const own = destination === undefined ? undefined : this.#heldHospitals.hospitals[destination]!.id;
    const expectedAt = (hospital: string, arrivalMs: EpochMs): number => {
      if (hospital === own) return 0;
      return inbound === this ? this.expectedAt(hospital, arrivalMs, id) : inbound.expectedAt(hospital, arrivalMs);
    };
    return new InboundReading({ expectedAt });
  }

  #tellTurns(turns: readonly Turn[]): void {
    for (const { before, tracked, because, from = this.#reference(before.destination) } of turns) {
      const to = this.#reference(tracked.assignment.destination);
      if (from?.id === to?.id) continue;
      this.#tally.turned++;
      const removed: TurnReason[] = [{ code: "removed", text: `${from?.name} is no longer in the list of hospitals` }];
      this.advice.emit({
        conveyance: tracked.id,
        ...defined({ from, to }),
        because: from !== undefined && before.destination === undefined ? removed : because,
        at: writeInstant(tracked.incident, this.#nowMs),
        statusVersion: this.#view.version,
      });
    }
  }

  #reference(target: number | undefined): HospitalReference | undefined {
    if (target === undefined) return undefined;
    const { id, name } = this.#heldHospitals.hospitals[target]!;
    return { id, name };
  }
}

/** An assignment before and after it was judged. */
interface Turn {
  readonly before: Assignment;
  readonly tracked: Tracked;
  readonly because: readonly TurnReason[];
  /** The destination before, where the assignment can no longer tell. */
  readonly from?: HospitalReference;
}

interface Judged {
  /** With its assignment from now on, and all that had a part in that. */
  readonly tracked: Tracked;
  /** Why it turns; empty when it does not. */
  readonly because: readonly TurnReason[];
}
