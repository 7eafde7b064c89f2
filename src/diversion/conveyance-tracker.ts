import { DiversionError } from "../core/errors";
import type { Clock, EpochMs } from "../core/instant";
import { Listeners } from "../core/listeners";
import { millisecondsToSeconds, type Position } from "../core/units";
import type { HospitalDirectory } from "../hospitals/directory";
import type { FeedHealth } from "../hospitals/feeds/feed-health";
import type { Status, StatusEvent, StatusView } from "../hospitals/status";
import type { RoadIndex } from "../roads/road-index";
import {
  Conveyance,
  type ConveyanceAdvice,
  type ConveyanceKeeper,
  type ConveyanceState,
  requireTrackRequest,
  type TrackRequest,
} from "./conveyance";
import { ConveyanceBook, type Tracked } from "./conveyance-book";
import { hasTies, touchedByFeeds, touchedByStatus } from "./conveyance-changes";
import type { Drives } from "./drives";
import { type Course, steer, type TurnReason } from "./en-route";
import type { Policy } from "./policy";
import type { HospitalReference } from "./recommendation";
import { type Incident, type RecommendationRequest, writeInstant } from "./request";
import { RoadReach } from "./road-reach";

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
  readIncident(request: RecommendationRequest): Incident;
}

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
 * A conveyance is judged by where and when it was last reported, by the status, and by the roads as they are now. So as
 * long as none of these changes, neither does its advice: the arrival that was predicted there stays the prediction while
 * it drives as predicted, and what begins or ends by the clock at an ED is judged for that arrival in advance.
 *
 * **Which are judged after a change of status.** Ranking reads drive times, and the status only of the EDs it looks at;
 * which those are follows from what it reads. After a change at an ED that it did not look at, it would read the same
 * again and take the same steps. So only conveyances that looked at the ED are judged: those bound for it, those that
 * passed it over or had it among the alternatives. An ED that opens and would be nearer than the destination is among
 * them, for ranking looks at every ED up to there, open or not. Of these, a conveyance whose patient is outside the scope
 * of the restriction before and after is left out as well; but not where two EDs rank equal, because ties go to the
 * fresher status whatever it is about, nor where a bypass rule may replace the needs.
 *
 * **After a feed was heard** those are judged that looked at an ED of which something else is known now, or another
 * handover time; where EDs rank equal, also those for which one is fresher.
 *
 * **After a change of roads** {@link RoadReach} tells. After a change of policy or hospitals all are judged.
 *
 * Advice is told when all of a change is done, in order of the conveyances' ids: the same changes give the same events.
 */
export class ConveyanceTracker implements ConveyanceKeeper {
  /** @internal */
  readonly advice = new Listeners<ConveyanceAdvice>();
  private readonly book = new ConveyanceBook();
  private readonly reach: RoadReach;
  private view: StatusView;
  private feeds: FeedHealth | undefined;
  private nowMs: EpochMs;
  private tally = { judged: 0, turned: 0 };
  private heldHospitals: HospitalDirectory;
  private stopStatus: () => void;
  private readonly stopRoads: () => void;

  /** @internal Use `router.conveyances`. */
  constructor(private readonly ground: TrackingGround) {
    this.nowMs = ground.clock();
    this.heldHospitals = ground.hospitals;
    this.view = ground.status.view();
    this.feeds = ground.feeds;
    this.reach = new RoadReach(ground.roads, ground.drives, this.nowMs);
    this.stopStatus = this.follow(ground.status);
    this.stopRoads = ground.roads.onChange(() => this.refresh());
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
   * Looks at the clock and at the feeds: closures that began or ended since, and what feeds said since, are taken into
   * account. Every other call does so too, so this is for a timer where calls are rare.
   */
  refresh(): void {
    this.advanceTo(this.ground.clock());
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
    this.feeds = this.ground.feeds;
    this.reach.hospitalsChanged();
    this.nowMs = Math.max(this.nowMs, this.ground.clock());
    this.judgeAgain(this.book.all(), removed);
  }

  /** Stops tracking and listening. */
  close(): void {
    this.stopStatus();
    this.stopRoads();
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
  update(id: string, location: Position, at: string | Date | undefined): boolean {
    const known = this.book.find(id);
    if (known === undefined) return false;
    const { at: _, ...rest } = known.request;
    const request = { ...rest, location, ...(at === undefined ? {} : { at }) };
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
  end(id: string): void {
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

  /** Moves on to a moment, and judges those whom the roads as they are then, or what feeds have said, may turn. */
  private advanceTo(epochMs: EpochMs): void {
    this.nowMs = Math.max(this.nowMs, epochMs);
    const isAffected = this.reach.moveTo(this.nowMs, this.book.all());
    if (isAffected !== undefined) this.judgeAgain([...this.book.all()].filter(isAffected));
    const before = this.feeds;
    const after = this.ground.feeds;
    this.feeds = after;
    if (before === after || before === undefined || after === undefined) return;
    this.judgeAgain(touchedByFeeds(this.book, before, after));
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

  private judge(
    { id, request, incident }: Pick<Tracked, "id" | "request" | "incident">,
    course: Course,
  ): { readonly tracked: Tracked; readonly because: readonly TurnReason[] } {
    const { drives, hospitals, policy } = this.ground;
    // Others ask the same drives about other moments.
    drives.moveTo(this.nowMs);
    const departure = drives.departureFrom(incident.location);
    const context = { hospitals, status: this.view, incident, policy, feeds: this.feeds };
    // What a new course would look at, this search has looked at too: the ED turned to is the best that may be chosen, or
    // all were looked at; and the ED turned from was looked at for being the destination.
    const steering = steer(() => drives.open(departure), context, course, this.nowMs);
    const { because } = steering;
    this.tally.judged++;
    const { rankings } = steering;
    const tracked: Tracked = {
      id,
      request,
      incident,
      course: steering.course,
      candidate: steering.candidate,
      departure,
      startsAtHome: this.reach.startsAtHome(departure, incident.location),
      lookedAt: new Set(rankings.flatMap(({ candidates }) => candidates.map(({ target }) => target))),
      horizonMs: Math.max(...rankings.map(({ horizonMs }) => horizonMs)),
      hasTies: rankings.some(hasTies),
    };
    return { tracked, because };
  }

  private tellTurns(turns: readonly Turn[]): void {
    for (const { before, tracked, because, from = this.reference(before.destination) } of turns) {
      const to = this.reference(tracked.course.destination);
      if (from?.id === to?.id) continue;
      this.tally.turned++;
      const removed: TurnReason[] = [{ code: "removed", text: `${from?.name} is no longer in the list of hospitals` }];
      this.advice.tell({
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
