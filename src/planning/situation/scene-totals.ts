import { MS_PER_MINUTE } from "../../core/instant";
import { NO_TARGET, OFF_NETWORK } from "./catchment-map";

/** A number of people (or junctions) and of the places they are at. */
export interface PlaceCount {
  /** People; junctions where no population is given. */
  readonly people: number;
  readonly places: number;
}

/** Of everybody, how many are where. The counts add up to the total before and after. */
export interface Reach {
  /** Brought to an ED. */
  readonly served: PlaceCount;
  /** On the roads, and no usable ED can be reached. */
  readonly stranded: PlaceCount;
  /** Farther from every road than the snapping limit: not known to be reachable, whatever changes. */
  readonly offNetwork: PlaceCount;
}

/** Minutes beyond which care is late: the bypass times of English regions. */
export const LATE_MINUTES = [45, 60] as const;

/** A number of people and places, growing. */
export class Tally {
  #people = 0;
  #places = 0;

  static of(places: readonly { readonly people: number }[]): Tally {
    const tally = new Tally();
    for (const { people } of places) tally.add(people);
    return tally;
  }

  add(people: number): void {
    this.#people += people;
    this.#places++;
  }

  get count(): PlaceCount {
    return { people: this.#people, places: this.#places };
  }
}

/**
 * Where everybody is, of one scene: kept so that another scene, in which few are elsewhere, is counted by moving those
 * few.
 */
export class SceneTotals {
  /** Served, stranded, off the network. */
  readonly #people = [0, 0, 0];
  readonly #places = [0, 0, 0];
  /** Float64[EDs]: people brought to each. */
  readonly load: Float64Array;
  /** People farther from care than each of {@link LATE_MINUTES}. */
  readonly late: number[] = LATE_MINUTES.map(() => 0);

  constructor(edCount: number) {
    this.load = new Float64Array(edCount);
  }

  /** @param edNumber of each ED in these totals, that there are now `edCount` of. */
  renumbered(edNumber: readonly number[], edCount: number): SceneTotals {
    const totals = new SceneTotals(edCount);
    for (let kind = 0; kind < this.#people.length; kind++) {
      totals.#people[kind] = this.#people[kind]!;
      totals.#places[kind] = this.#places[kind]!;
    }
    for (const [late, people] of this.late.entries()) totals.late[late] = people;
    this.load.forEach((people, ed) => {
      totals.load[edNumber[ed]!] = people;
    });
    return totals;
  }

  /** @param sign 1 to count a place, -1 to take it away. */
  count(ed: number, milliseconds: number, people: number, sign: 1 | -1): void {
    const kind = ed >= 0 ? 0 : ed === NO_TARGET ? 1 : 2;
    this.#people[kind]! += sign * people;
    this.#places[kind]! += sign;
    if (ed >= 0) this.load[ed]! += sign * people;
    if (ed === OFF_NETWORK) return;
    for (let late = 0; late < LATE_MINUTES.length; late++) {
      if (milliseconds > LATE_MINUTES[late]! * MS_PER_MINUTE) this.late[late]! += sign * people;
    }
  }

  get reach(): Reach {
    const countOf = (kind: number): PlaceCount => ({ people: this.#people[kind]!, places: this.#places[kind]! });
    return { served: countOf(0), stranded: countOf(1), offNetwork: countOf(2) };
  }

  get total(): PlaceCount {
    const sum = (counts: readonly number[]): number => counts.reduce((all, one) => all + one, 0);
    return { people: sum(this.#people), places: sum(this.#places) };
  }
}

/** Minutes over people. */
export interface MinutesSpread {
  readonly mean: number;
  /** For at most a twentieth of the people it is more. */
  readonly p95: number;
}

/** @returns null when nobody counts. */
export function minutesSpread(milliseconds: ArrayLike<number>, people: ArrayLike<number>): MinutesSpread | null {
  let total = 0;
  let sum = 0;
  for (let i = 0; i < milliseconds.length; i++) {
    total += people[i]!;
    sum += people[i]! * milliseconds[i]!;
  }
  if (total === 0) return null;
  const descending = Array.from(milliseconds, (_, i) => i).sort((a, b) => milliseconds[b]! - milliseconds[a]!);
  let passed = 0;
  const p95 = descending.find((i) => {
    passed += people[i]!;
    return passed > total / 20;
  })!;
  return { mean: sum / total / MS_PER_MINUTE, p95: milliseconds[p95]! / MS_PER_MINUTE };
}
