import type { Course } from "./en-route";
import type { Departure } from "./hospital-sites";
import type { Candidate } from "./ranking";
import type { Incident, RecommendationRequest } from "./request";
import type { RoadSearch } from "./road-reach";

/** What is kept of one conveyance. */
export interface Tracked extends RoadSearch {
  readonly id: string;
  /** As it was asked, to be read again at another place or moment. */
  readonly request: RecommendationRequest;
  readonly incident: Incident;
  readonly course: Course;
  readonly candidate: Candidate | undefined;
  readonly departure: Departure;
  /** Every ED that had a part in the advice, by number. */
  readonly lookedAt: ReadonlySet<number>;
  /** Whether two EDs looked at rank equal, so that the freshness of their status decides. */
  readonly hasTies: boolean;
}

/** The conveyances that are tracked, by id and by the EDs they looked at. */
export class ConveyanceBook {
  private readonly tracked = new Map<string, Tracked>();
  /** For each ED the conveyances that looked at it, by number. */
  private lookers: Set<string>[] = [];

  get size(): number {
    return this.tracked.size;
  }

  /** In the order in which they were entered first. */
  all(): Iterable<Tracked> {
    return this.tracked.values();
  }

  has(id: string): boolean {
    return this.tracked.has(id);
  }

  find(id: string): Tracked | undefined {
    return this.tracked.get(id);
  }

  /** Those that looked at an ED. */
  *lookersAt(target: number): Generator<Tracked> {
    for (const id of this.lookers[target] ?? []) yield this.tracked.get(id)!;
  }

  hasLookersAt(target: number): boolean {
    return (this.lookers[target]?.size ?? 0) > 0;
  }

  /** Enters one, in the place of what was kept of it before. */
  keep(tracked: Tracked): void {
    const { id, lookedAt } = tracked;
    for (const target of this.tracked.get(id)?.lookedAt ?? []) {
      if (!lookedAt.has(target)) this.lookers[target]?.delete(id);
    }
    for (const target of lookedAt) {
      this.lookers[target] ??= new Set();
      this.lookers[target].add(id);
    }
    this.tracked.set(id, tracked);
  }

  remove(id: string): void {
    for (const target of this.tracked.get(id)?.lookedAt ?? []) this.lookers[target]?.delete(id);
    this.tracked.delete(id);
  }

  /**
   * Numbers of EDs mean others now: courses are translated, and who looked at what is forgotten until all are judged
   * anew.
   *
   * @param numberOf the new number of an ED; -1 where there is none.
   */
  renumber(numberOf: (target: number) => number): void {
    this.lookers = [];
    for (const tracked of this.tracked.values()) {
      const { destination } = tracked.course;
      const place = destination === undefined ? -1 : numberOf(destination);
      const left = new Set([...tracked.course.left].map(numberOf).filter((target) => target >= 0));
      const course = { destination: place < 0 ? undefined : place, left };
      this.tracked.set(tracked.id, { ...tracked, course, lookedAt: new Set() });
    }
  }

  clear(): void {
    this.tracked.clear();
    this.lookers = [];
  }
}
