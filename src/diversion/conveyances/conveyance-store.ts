import { type EpochMs, MS_PER_HOUR } from "../../core/instant";
import type { HospitalDirectory } from "../../hospitals/directory/directory";
import type { Departure } from "../drives/hospital-sites";
import type { RoadSearch } from "../drives/road-reach";
import type { Incident, RecommendationRequest } from "../incidents/request";
import { type ExpectedArrivals, mostInOneHour } from "../rules/inbound";
import type { Candidate } from "../rules/judged-eds";
import type { Assignment } from "./en-route";

/** What is kept of one conveyance. */
export interface Tracked extends RoadSearch {
  readonly id: string;
  /** As it was asked, to be read again at another place or moment. */
  readonly request: RecommendationRequest;
  /** Its moment is when it leaves from where it was last reported. */
  readonly incident: Incident;
  /** When it was reported there. */
  readonly reportedMs: EpochMs;
  readonly assignment: Assignment;
  readonly candidate: Candidate | undefined;
  readonly departure: Departure;
  /** Every ED that had a part in the advice, by number. */
  readonly lookedAt: ReadonlySet<number>;
  /** Whether two EDs looked at rank equal, so that the freshness of their status decides. */
  readonly hasTies: boolean;
}

/** The conveyances that are tracked, by id and by the EDs they looked at. */
export class ConveyanceStore {
  readonly #tracked = new Map<string, Tracked>();
  /** For each ED the conveyances that looked at it, by number. */
  #lookers: Set<string>[] = [];
  /** For each ED the conveyances bound for it, by number. */
  #bound: Set<string>[] = [];
  /** For each ED when conveyances that are tracked no longer arrived there, by number. */
  #arrived: EpochMs[][] = [];

  get size(): number {
    return this.#tracked.size;
  }

  /** In the order in which they were entered first. */
  all(): Iterable<Tracked> {
    return this.#tracked.values();
  }

  has(id: string): boolean {
    return this.#tracked.has(id);
  }

  find(id: string): Tracked | undefined {
    return this.#tracked.get(id);
  }

  /** Those that looked at an ED. */
  *lookersAt(target: number): Generator<Tracked> {
    for (const id of this.#lookers[target] ?? []) yield this.#tracked.get(id)!;
  }

  hasLookersAt(target: number): boolean {
    return (this.#lookers[target]?.size ?? 0) > 0;
  }

  /** Those bound for an ED. */
  *boundFor(target: number): Generator<Tracked> {
    for (const id of this.#bound[target] ?? []) yield this.#tracked.get(id)!;
  }

  /** When ambulances came to an ED that are tracked no longer. */
  arrivalsAt(target: number): readonly EpochMs[] {
    return this.#arrived[target] ?? [];
  }

  /** Takes note that one has arrived where it was bound, and forgets arrivals of more than two hours ago. */
  arrive(id: string, atMs: EpochMs): void {
    const target = this.#tracked.get(id)?.assignment.destination;
    if (target === undefined) return;
    const recent = this.arrivalsAt(target).filter((ms) => ms > atMs - 2 * MS_PER_HOUR);
    this.#arrived[target] = [...recent, atMs];
  }

  /** Enters one, in the place of what was kept of it before. */
  keep(tracked: Tracked): void {
    const { id, lookedAt } = tracked;
    for (const target of this.#tracked.get(id)?.lookedAt ?? []) {
      if (!lookedAt.has(target)) this.#lookers[target]?.delete(id);
    }
    for (const target of lookedAt) {
      this.#lookers[target] ??= new Set();
      this.#lookers[target].add(id);
    }
    this.#unbind(id);
    this.#bind(tracked);
    this.#tracked.set(id, tracked);
  }

  remove(id: string): void {
    for (const target of this.#tracked.get(id)?.lookedAt ?? []) this.#lookers[target]?.delete(id);
    this.#unbind(id);
    this.#tracked.delete(id);
  }

  /**
   * Numbers of EDs mean others now: assignments are translated, and who looked at what is forgotten until all are judged
   * anew.
   *
   * @param numberOf the new number of an ED; -1 where there is none.
   */
  renumber(numberOf: (target: number) => number): void {
    this.#lookers = [];
    this.#bound = [];
    const arrived = this.#arrived;
    this.#arrived = [];
    for (const [target, arrivals] of arrived.entries()) {
      if (arrivals !== undefined && numberOf(target) >= 0) this.#arrived[numberOf(target)] = arrivals;
    }
    for (const tracked of this.#tracked.values()) {
      const { destination } = tracked.assignment;
      const place = destination === undefined ? -1 : numberOf(destination);
      const left = new Map(
        [...tracked.assignment.left]
          .map(([target, how]) => [numberOf(target), how] as const)
          .filter(([target]) => target >= 0),
      );
      const assignment = { destination: place < 0 ? undefined : place, left };
      const renumbered = { ...tracked, assignment, lookedAt: new Set<number>() };
      this.#bind(renumbered);
      this.#tracked.set(tracked.id, renumbered);
    }
  }

  clear(): void {
    this.#tracked.clear();
    this.#lookers = [];
    this.#bound = [];
    this.#arrived = [];
  }

  #bind({ id, assignment: { destination } }: Tracked): void {
    if (destination === undefined) return;
    this.#bound[destination] ??= new Set();
    this.#bound[destination].add(id);
  }

  #unbind(id: string): void {
    const destination = this.#tracked.get(id)?.assignment.destination;
    if (destination !== undefined) this.#bound[destination]?.delete(id);
  }
}

/**
 * The most ambulances that come to an ED in any one hour that takes in an arrival there: those bound for it, when they
 * were predicted to arrive from where they were last reported, and those that have arrived.
 *
 * @param target the ED, by the number under which the store has it.
 * @param except one that is not counted, by id.
 */
export const expectedArrivals = (store: ConveyanceStore, target: number, arrivalMs: EpochMs, except?: string): number =>
  mostInOneHour(arrivalsAt(store, target, except), arrivalMs);

/** When ambulances come, or came, to each ED to which any do. @param hospitals whose numbers the store has */
export const allArrivals = (store: ConveyanceStore, { hospitals }: HospitalDirectory): ExpectedArrivals[] =>
  hospitals.flatMap(({ id }, target) => {
    const arrivalsMs = arrivalsAt(store, target).sort((a, b) => a - b);
    return arrivalsMs.length === 0 ? [] : [{ hospital: id, arrivalsMs }];
  });

function arrivalsAt(store: ConveyanceStore, target: number, except?: string): EpochMs[] {
  const arrivals = [...store.arrivalsAt(target)];
  for (const { id, incident, candidate } of store.boundFor(target)) {
    if (id !== except && candidate !== undefined) arrivals.push(incident.atMs + candidate.driveMs);
  }
  return arrivals;
}
