import { DiversionError } from "../../core/errors";
import type { EpochMs } from "../../core/instant";
import { Listeners } from "../../core/listeners";
import { millisecondsToSeconds, type Position } from "../../core/units";
import type { HospitalDirectory } from "../../hospitals/directory/directory";
import type { Status, StatusEvent, StatusView } from "../../hospitals/status/status";
import type { HospitalReference } from "../answer/recommendation";
import { RoadReach } from "../drives/road-reach";
import { writeInstant } from "../incidents/request";
import { type ExpectedArrivals, InboundReading, type InboundSource } from "../rules/inbound";
import {
  Conveyance,
  type ConveyanceAdvice,
  type ConveyanceEnd,
  type ConveyanceKeeper,
  type ConveyanceState,
  requireTrackRequest,
  type TrackRequest,
  type UpdateOptions,
} from "./conveyance";
import { allArrivals, expectedArrivals } from "./conveyance-arrivals";
import { ConveyanceBook, type Tracked } from "./conveyance-book";
import { type FeedMoment, touchedByFeeds, touchedByStatus } from "./conveyance-changes";
import { type Judged, judgeConveyance } from "./conveyance-judge";
import type { Course, TurnReason } from "./en-route";
import type { TrackingGround } from "./tracking-ground";

/** Since the tracker was made. */
export interface TrackingCounts {
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
  private readonly book = new ConveyanceBook();
  private readonly reach: RoadReach;
  private view: StatusView;
  private feeds: FeedMoment | undefined;
  /** When a feed falls silent next, for any ED. */
  private silenceMs = Number.POSITIVE_INFINITY;
  private nowMs: EpochMs;
  private tally = { judged: 0, turned: 0 };
  private heldHospitals: HospitalDirectory;
  private stopStatus: () => void;
  private readonly stopRoads: () => void;
  private readonly stopFeeds: () => void;

  /** @internal Use `router.conveyances`. */
  constructor(private readonly ground: TrackingGround) {
    this.nowMs = ground.clock();
    this.heldHospitals = ground.hospitals;
    this.view = ground.status.view();
    this.takeFeeds();
    this.reach = new RoadReach(ground.roads, ground.drives, this.nowMs);
    this.stopStatus = this.follow(ground.status);
    this.stopRoads = ground.roads.onChange(() => this.refresh());
    this.stopFeeds = ground.onFeedNews(() => this.refresh());
  }

  get counts(): TrackingCounts {
    return { tracked: this.book.size, ...this.tally };
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
    const { id, destination, ...question } = request;
    if (this.book.has(id)) {
      const message = `A conveyance with the id ${JSON.stringify(id)} is tracked already; end it first, or update it.`;
      throw new DiversionError("invalid-argument", message, { field: "id" });
    }
    const incident = this.ground.readIncident({ ...question, alternatives: 0 });
    const bound =
      destination === undefined ? undefined : this.ground.hospitals.requireIndex(destination, "destination");
    this.advanceTo(Math.max(this.ground.clock(), incident.atMs));
    const course = { destination: bound, left: new Set<number>() };
    const { tracked, because } = this.judge({ id, request: question, incident }, course);
    this.book.keep(tracked);
    if (bound !== undefined) this.tellTurns([{ before: course, tracked, because }]);
    return new Conveyance(id, this);
  }

  /** Whether a conveyance with this id is tracked. */
  has(id: string): boolean {
    return this.book.has(id);
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
  refresh(nowMs: EpochMs = this.ground.clock()): void {
    this.advanceTo(nowMs);
  }

  /**
   * The first moment at which advice may change though nothing is reported: a closure or slowdown of the roads begins or
   * ends, or a feed on an ED that had a part in some advice falls silent. Undefined when there is none. Counted from the
   * moment that was last looked at, so one that has passed unnoticed is given too. Later calls of anything here may bring
   * it forward: ask again after them, or let no timer wait longer than a minute or so.
   */
  nextChangeAt(): EpochMs | undefined {
    if (this.book.size === 0) return undefined;
    let nextMs = this.ground.roads.stateAt(this.nowMs).until;
    for (let target = 0; target < this.heldHospitals.size; target++) {
      if (!this.book.hasLookersAt(target)) continue;
      nextMs = Math.min(nextMs, this.feeds?.feeds.nextSilence(target, this.nowMs) ?? Number.POSITIVE_INFINITY);
    }
    return nextMs === Number.POSITIVE_INFINITY ? undefined : nextMs;
  }

  /** Judges every conveyance anew, as after a change of policy. */
  judgeAll(): void {
    this.advanceTo(this.ground.clock());
    this.judgeAgain(this.book.all());
  }

  /** Takes over the ground's hospitals and status after they were replaced. */
  hospitalsChanged(): void {
    const { hospitals, status } = this.ground;
    const removed = new Map<string, HospitalReference>();
    const numberOf = (target: number): number => hospitals.indexOf(this.heldHospitals.hospitals[target]!.id);
    for (const { id, course } of this.book.all()) {
      if (course.destination === undefined || numberOf(course.destination) >= 0) continue;
      removed.set(id, this.reference(course.destination)!);
    }
    this.book.renumber(numberOf);
    this.heldHospitals = hospitals;
    this.stopStatus();
    this.stopStatus = this.follow(status);
    this.view = status.view();
    this.nowMs = Math.max(this.nowMs, this.ground.clock());
    this.takeFeeds();
    this.reach.hospitalsChanged();
    this.judgeAgain(this.book.all(), removed);
  }

  /** How many ambulances an arrival at an ED would meet within the hour; see {@link expectedArrivals}. */
  expectedAt(hospital: string, arrivalMs: EpochMs, except?: string): number {
    return expectedArrivals(this.book, this.heldHospitals.indexOf(hospital), arrivalMs, except);
  }

  expected(): readonly ExpectedArrivals[] {
    return allArrivals(this.book, this.heldHospitals);
  }

  /** Stops tracking and listening. */
  close(): void {
    this.stopStatus();
    this.stopRoads();
    this.stopFeeds();
    this.book.clear();
  }

  /** @internal */
  stateOf(id: string): ConveyanceState | undefined {
    const tracked = this.book.find(id);
    if (tracked === undefined) return undefined;
    const { incident, candidate, course } = tracked;
    return {
      location: incident.location,
      at: writeInstant(incident, incident.atMs),
      destination: this.reference(course.destination),
      driveSeconds: candidate === undefined ? undefined : millisecondsToSeconds(candidate.driveMs),
      arrival: candidate === undefined ? undefined : writeInstant(incident, incident.atMs + candidate.driveMs),
    };
  }

  /** @internal */
  update(id: string, location: Position, at: string | Date | undefined, { bearing }: UpdateOptions = {}): boolean {
    const known = this.book.find(id);
    if (known === undefined) return false;
    // Bearing and road were those of the place it has left.
    const { at: _, bearing: _bearing, roadName: _roadName, ...rest } = known.request;
    const now = { ...(at === undefined ? {} : { at }), ...(bearing === undefined ? {} : { bearing }) };
    const request = { ...rest, location, ...now };
    const incident = this.ground.readIncident({ ...request, alternatives: 0 });
    if (incident.atMs < known.incident.atMs) return false;
    this.advanceTo(Math.max(this.ground.clock(), incident.atMs));
    // The roads may have turned it just now.
    const before = this.book.find(id)!.course;
    const { tracked, because } = this.judge({ id, request, incident }, before);
    this.book.keep(tracked);
    this.tellTurns([{ before, tracked, because }]);
    return true;
  }

  /** @internal */
  redirect(id: string, hospital: string): void {
    const target = this.ground.hospitals.requireIndex(hospital, "hospital");
    this.advanceTo(this.ground.clock());
    const known = this.book.find(id);
    if (known === undefined || known.course.destination === target) return;
    const left = new Set(known.course.left);
    if (known.course.destination !== undefined) left.add(known.course.destination);
    left.delete(target);
    const course = { destination: target, left };
    const { tracked, because } = this.judge(known, course);
    this.book.keep(tracked);
    const byCrew: TurnReason = { code: "crew", text: `the crew goes to ${this.reference(target)!.name}` };
    this.tellTurns([
      { before: known.course, tracked: { ...known, course }, because: [byCrew] },
      { before: course, tracked, because },
    ]);
  }

  /** @internal */
  end(id: string, how: ConveyanceEnd): void {
    if (how === "arrived") this.book.arrive(id, Math.max(this.nowMs, this.ground.clock()));
    this.book.remove(id);
  }

  private follow(status: Status): () => void {
    return status.onChange((event) => this.statusChanged(status, event));
  }

  private statusChanged(status: Status, event: StatusEvent): void {
    const { hospital, key, receivedAt } = event.kind === "report" ? event.restriction : event;
    this.advanceTo(receivedAt.epochMs);
    const before = this.view;
    // Listeners are told of changes one by one, and the status may be ahead of the one that is told.
    this.view = status.viewAt({ version: event.version });
    const target = this.ground.hospitals.indexOf(hospital);
    if (target < 0) return;
    const changed = [before, this.view].flatMap((view) =>
      view.restrictionsAt(target).filter((restriction) => restriction.key === key),
    );
    this.judgeAgain(touchedByStatus(this.book, target, changed, this.ground.policy));
  }

  /** Moves on to a moment, and judges those whom the roads as they are then, or what feeds know then, may turn. */
  private advanceTo(epochMs: EpochMs): void {
    this.nowMs = Math.max(this.nowMs, epochMs);
    const touched = new Set<Tracked>();
    const isTouched = this.reach.moveTo(this.nowMs, this.book.all());
    if (isTouched !== undefined) for (const tracked of this.book.all()) if (isTouched(tracked)) touched.add(tracked);
    const before = this.feeds;
    if (before?.feeds !== this.ground.feeds || this.nowMs >= this.silenceMs) {
      this.takeFeeds();
      if (before !== undefined && this.feeds !== undefined) {
        for (const tracked of touchedByFeeds(this.book, this.heldHospitals.size, before, this.feeds))
          touched.add(tracked);
      }
    }
    if (touched.size > 0) this.judgeAgain(touched);
  }

  private takeFeeds(): void {
    const { feeds } = this.ground;
    this.silenceMs = Number.POSITIVE_INFINITY;
    if (feeds === undefined) return;
    this.feeds = { feeds, atMs: this.nowMs };
    for (let target = 0; target < this.heldHospitals.size; target++) {
      this.silenceMs = Math.min(this.silenceMs, feeds.nextSilence(target, this.nowMs) ?? Number.POSITIVE_INFINITY);
    }
  }

  /** @param removed the destinations of those whose ED is no longer in the list. */
  private judgeAgain(affected: Iterable<Tracked>, removed?: ReadonlyMap<string, HospitalReference>): void {
    const turns: Turn[] = [];
    for (const known of [...affected].sort((a, b) => (a.id < b.id ? -1 : 1))) {
      const { id } = known;
      const { tracked, because } = this.judge(known, known.course);
      this.book.keep(tracked);
      const from = removed?.get(id);
      turns.push({ before: known.course, tracked, because, ...(from === undefined ? {} : { from }) });
    }
    this.tellTurns(turns);
  }

  private judge(known: Pick<Tracked, "id" | "request" | "incident">, course: Course): Judged {
    const { drives, hospitals, policy } = this.ground;
    this.tally.judged++;
    return judgeConveyance(known, course, {
      drives,
      hospitals,
      policy,
      status: this.view,
      feeds: this.feeds?.feeds,
      nowMs: this.nowMs,
      inbound: this.inboundBut(known.id, course),
    });
  }

  /**
   * What is expected at EDs, for one that may turn: without itself, and nothing at the ED it is bound for, which expects
   * it. Undefined where no cap sends anyone elsewhere.
   */
  private inboundBut(id: string, { destination }: Course): InboundReading | undefined {
    const { inbound, policy } = this.ground;
    if (policy.inbound?.effect !== "divert" || inbound === undefined) return undefined;
    const own = destination === undefined ? undefined : this.heldHospitals.hospitals[destination]!.id;
    const expectedAt = (hospital: string, arrivalMs: EpochMs): number => {
      if (hospital === own) return 0;
      return inbound === this ? this.expectedAt(hospital, arrivalMs, id) : inbound.expectedAt(hospital, arrivalMs);
    };
    return new InboundReading({ expectedAt }, policy);
  }

  private tellTurns(turns: readonly Turn[]): void {
    for (const { before, tracked, because, from = this.reference(before.destination) } of turns) {
      const to = this.reference(tracked.course.destination);
      if (from?.id === to?.id) continue;
      this.tally.turned++;
      const removed: TurnReason[] = [{ code: "removed", text: `${from?.name} is no longer in the list of hospitals` }];
      this.advice.emit({
        conveyance: tracked.id,
        ...(from === undefined ? {} : { from }),
        ...(to === undefined ? {} : { to }),
        because: from !== undefined && before.destination === undefined ? removed : because,
        at: writeInstant(tracked.incident, this.nowMs),
        statusVersion: this.view.version,
      });
    }
  }

  private reference(target: number | undefined): HospitalReference | undefined {
    if (target === undefined) return undefined;
    const { id, name } = this.heldHospitals.hospitals[target]!;
    return { id, name };
  }
}

/** A course before and after it was judged. */
interface Turn {
  readonly before: Course;
  readonly tracked: Tracked;
  readonly because: readonly TurnReason[];
  /** The destination before, where the course can no longer tell. */
  readonly from?: HospitalReference;
}
