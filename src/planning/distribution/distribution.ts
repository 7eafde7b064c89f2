import { defined } from "../../core/defined";
import { ENTRIES_PER_STEP, runSteps, type Steps } from "../../core/steps";
import { millisecondsToSeconds } from "../../core/units";
import { outcomeOf } from "../../diversion/answer/advice";
import { reasonsAgainst } from "../../diversion/answer/reasons";
import type { Basis, HospitalReference } from "../../diversion/answer/recommendation";
import { type Incident, writeInstant } from "../../diversion/incidents/request";
import type { DiversionRouter } from "../../diversion/router";
import type { Candidate } from "../../diversion/rules/judged-eds";
import type { Situation } from "../../diversion/situation";
import { Allocation, type Demand, type Limits } from "./allocate";
import {
  type Casualty,
  checkDistributionRequest,
  type DistributionRequest,
  type EdCapacity,
  PRIORITIES,
  type Priority,
} from "./distribution-request";

/** Where one casualty is brought. */
export interface Assignment {
  readonly casualty: string;
  readonly priority: Priority;
  readonly hospital: HospitalReference;
  readonly driveSeconds: number;
  /** Drive, wait and handover. */
  readonly totalSeconds: number;
  /** The ED asks that such patients go elsewhere: no other that takes them has room, or is near enough. */
  readonly diverts?: true;
  /** The journeys of one vehicle, from 1. Without vehicles everybody has a journey of their own, all at once. */
  readonly wave: number;
}

/** Somebody for whom there is no place, and why. */
interface Unplaced {
  readonly casualty: string;
  readonly priority: Priority;
  readonly because: readonly { readonly code: "no-capacity" | "no-facility" | "unreachable"; readonly text: string }[];
}

/** A limit, and what it costs. */
export interface CapacityUse {
  readonly hospital: HospitalReference;
  readonly priority: Priority | "total";
  readonly used: number;
  readonly of: number;
  /** By how much the weighted seconds of those who are placed already would fall if it took one more. */
  readonly oneMoreWouldSaveSeconds: number;
  /** Of whom one more would be placed then; `oneMoreWouldSaveSeconds` may be negative with it. */
  readonly oneMoreWouldPlace?: Priority;
}

/** Where all casualties are brought. */
export interface Distribution {
  readonly assignments: readonly Assignment[];
  readonly unplaced: readonly Unplaced[];
  /** The sum of drive, wait and handover of those who are placed, by the weights of their priorities. */
  readonly weightedSeconds: number;
  /** The drive of the last to arrive; absent when nobody is placed. */
  readonly latestSeconds?: number;
  /** Every limit of an ED, by id, that was stated and may be used. */
  readonly capacity: readonly CapacityUse[];
  /** EDs that are used and of which no limit in all was stated, with how many go there: nobody knows that they have room. */
  readonly withoutLimit: readonly { readonly hospital: HospitalReference; readonly used: number }[];
  readonly basis: Omit<Basis, "inbound">;
}

/** How much a second of each counts, where the policy does not say. */
const DEFAULT_WEIGHTS: Readonly<Record<Priority, number>> = { P1: 4, P2: 2, P3: 1 };

/** Casualties that are alike: of one place, priority, needs, age and acuity. */
interface Group {
  readonly priority: Priority;
  readonly casualties: readonly string[];
  readonly incident: Incident;
  /** Who may be used for them, by the number of the ED. */
  readonly usable: ReadonlyMap<number, { readonly candidate: Candidate; readonly diverts: boolean }>;
  /** Who would be recommended for one of them alone. */
  readonly first: number | undefined;
  readonly whyNone: Unplaced["because"] | undefined;
}

/**
 * Distributes many casualties over EDs, exactly: as few as can be are left unplaced, P1 before P2 before P3; then as few as
 * can be go to an ED that asks for a divert; then what the objective says. Who may take whom is decided as for one patient
 * alone (`recommend`), and one casualty alone goes where a recommendation sends them; limits are the EDs' own, as hospitals
 * state them when they are polled (casualty capability of NHS England's mass casualty plans, ReddiNet's MCI poll).
 *
 * @throws DiversionError `invalid-incident`, `invalid-location`, `off-network`, `unknown-hospital` (in `capacity`).
 */
export const distribute = (router: DiversionRouter, json: DistributionRequest): Distribution =>
  runSteps(distributeSteps(router, json));

/**
 * {@link distribute}, in steps. All of it follows from the situation at its first step.
 */
export function* distributeSteps(router: DiversionRouter, json: DistributionRequest): Steps<Distribution> {
  const request = checkDistributionRequest(json, router.hospitals);
  const { objective = "weighted", capacity = {} } = request;
  const moment = router.readIncident(defined({ location: request.incidents[0]!.location, at: request.at }));
  const situation = router.situation({ atMs: moment.atMs });
  const weights = situation.policy.casualtyWeights ?? DEFAULT_WEIGHTS;
  const groups = yield* groupsOf(router, situation, moment, request);
  const plan = new Plan(groups, limitsOf(situation, capacity), weights, objective);
  yield* plan.make();
  return yield* plan.written(situation, moment, capacity);
}

function* groupsOf(
  router: DiversionRouter,
  situation: Situation,
  { atMs, offsetMinutes }: Incident,
  { incidents, at }: DistributionRequest,
): Steps<Group[]> {
  const groups: Group[] = [];
  let number = 0;
  for (const { location, casualties } of incidents) {
    const alike = new Map<string, { readonly casualty: Casualty; readonly ids: string[] }>();
    for (const casualty of casualties) {
      const { id, count = 1, priority, needs = [], age, acuity } = casualty;
      number++;
      const key = JSON.stringify([priority, needs, age, acuity]);
      const known = alike.get(key) ?? { casualty, ids: [] };
      alike.set(key, known);
      const name = id ?? String(number);
      for (let i = 1; i <= count; i++) known.ids.push(count === 1 ? name : `${name}/${i}`);
    }
    for (const { casualty, ids } of alike.values()) {
      yield;
      const { priority, needs, age, acuity } = casualty;
      const incident = router.readIncident(defined({ location, alternatives: 0, needs, age, acuity, at }));
      // One moment for all, however long it takes to look at them.
      const patient = { ...incident, atMs, offsetMinutes };
      groups.push({ priority, casualties: ids, incident: patient, ...usableFor(situation, patient) });
    }
  }
  return groups;
}

/** The EDs that may be used for a patient; those that ask for a divert are used where no other has room. */
function usableFor(situation: Situation, incident: Incident): Pick<Group, "usable" | "first" | "whyNone"> {
  const decision = situation.decide({ incident });
  const { choice, eds, pool } = decision;
  const usable = new Map<number, { readonly candidate: Candidate; readonly diverts: boolean }>();
  if (choice.destination === undefined) return { usable, first: undefined, whyNone: [whyNone(situation, incident)] };
  for (const candidate of eds.within()) {
    if (!pool.has(candidate)) continue;
    usable.set(candidate.target, { candidate, diverts: !pool.accepts(candidate) });
  }
  // A receiver that is named may stand outside the pool, but never outside the list.
  const { destination } = choice;
  if (!usable.has(destination.target)) usable.set(destination.target, { candidate: destination, diverts: false });
  return { usable, first: destination.target, whyNone: undefined };

  function whyNone({ hospitals }: Situation, patient: Incident): Unplaced["because"][number] {
    if (outcomeOf(decision) === "unreachable") {
      return { code: "unreachable", text: "no ED can be reached by road from there" };
    }
    const nearest = eds.first(() => true)!;
    const { name } = hospitals.hospitals[nearest.target]!;
    const against = reasonsAgainst(nearest.assessment, hospitals, patient).map(({ text }) => text);
    return { code: "no-facility", text: `no ED can take them; the nearest, ${name}: ${against.join("; ")}` };
  }
}

function limitsOf({ hospitals }: Situation, capacity: EdCapacity): Limits {
  const places = hospitals.size;
  const ofKind = new Float64Array(PRIORITIES.length * places).fill(Number.POSITIVE_INFINITY);
  const inAll = new Float64Array(places).fill(Number.POSITIVE_INFINITY);
  for (const [id, stated] of Object.entries(capacity)) {
    const place = hospitals.requireIndex(id);
    for (const [kind, priority] of PRIORITIES.entries()) {
      ofKind[kind * places + place] = stated[priority] ?? Number.POSITIVE_INFINITY;
    }
    inAll[place] = stated.total ?? Number.POSITIVE_INFINITY;
  }
  return { ofKind, inAll };
}

type Objective = NonNullable<DistributionRequest["objective"]>;

/** A cost's entries: unplaced, diverted, times (one, or one for each priority), not first. */
const UNPLACED = 0;
const DIVERTED = 1;
const TIMES = 2;

class Plan {
  readonly #groups: readonly Group[];
  readonly #limits: Limits;
  readonly #weights: Readonly<Record<Priority, number>>;
  readonly #objective: Objective;
  /** What one more unplaced of each priority counts: more than all of lower priority together. */
  readonly #unplacedCosts: readonly number[];
  /** Undefined until it is made. */
  #made: Allocation | undefined;

  constructor(
    groups: readonly Group[],
    limits: Limits,
    weights: Readonly<Record<Priority, number>>,
    objective: Objective,
  ) {
    this.#groups = groups;
    this.#limits = limits;
    this.#weights = weights;
    this.#objective = objective;
    const all = groups.reduce((sum, { casualties }) => sum + casualties.length, 0) + 1;
    this.#unplacedCosts = [all * all, all, 1];
  }

  /** Finds who goes where; before that the plan cannot be written. */
  *make(): Steps<void> {
    this.#made = yield* this.#objective === "latest" ? this.#earliestLatest() : this.#allocated();
  }

  get #allocation(): Allocation {
    return this.#made!;
  }

  get #timeEntries(): number {
    return this.#objective === "priority" ? PRIORITIES.length : 1;
  }

  *#allocated(latestMs = Number.POSITIVE_INFINITY): Steps<Allocation> {
    const entries = TIMES + this.#timeEntries + 1;
    const demands: Demand[] = [];
    for (const group of this.#groups) {
      demands.push(this.#demandOf(group, entries, latestMs));
      yield;
    }
    return yield* new Allocation(demands, this.#limits, PRIORITIES.length, entries).place();
  }

  /** The plan whose last arrival is the earliest that leaves nobody unplaced whom another plan places. */
  *#earliestLatest(): Steps<Allocation> {
    let best = yield* this.#allocated();
    const unplaced = best.cost()[UNPLACED]!;
    const drives = this.#groups.flatMap(({ usable }) => [...usable.values()].map(({ candidate }) => candidate.driveMs));
    const times = [...new Set(drives)].sort((a, b) => a - b);
    let [low, high] = [0, times.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      const tried = yield* this.#allocated(times[middle]!);
      if (tried.cost()[UNPLACED] === unplaced) [best, high] = [tried, middle];
      else low = middle + 1;
    }
    return times.length === 0 ? best : yield* this.#allocated(times[low]!);
  }

  #demandOf({ priority, casualties, usable, first }: Group, entries: number, latestMs: number): Demand {
    const places = this.#limits.inAll.length;
    const kind = PRIORITIES.indexOf(priority);
    const costs = new Float64Array(places * entries);
    for (let place = 0; place < places; place++) costs[place * entries] = Number.POSITIVE_INFINITY;
    const time = TIMES + (this.#objective === "priority" ? kind : 0);
    const weight = this.#objective === "priority" ? 1 : this.#weights[priority];
    let leastMs = Number.POSITIVE_INFINITY;
    for (const { candidate } of usable.values()) leastMs = Math.min(leastMs, totalMs(candidate));
    for (const [place, { candidate, diverts }] of usable) {
      if (candidate.driveMs > latestMs) continue;
      const at = place * entries;
      const isFirst = place === first;
      costs[at + UNPLACED] = 0;
      costs[at + DIVERTED] = diverts && !isFirst ? 1 : 0;
      // Whoever is recommended for one alone, by a name or a limit, comes before all others for each of them.
      costs[at + time] = weight * (isFirst ? leastMs : totalMs(candidate));
      costs[at + entries - 1] = isFirst ? 0 : 1;
    }
    const unplaced = new Float64Array(entries);
    unplaced[UNPLACED] = this.#unplacedCosts[kind]!;
    return { count: casualties.length, kind, costs, unplaced };
  }

  *written(situation: Situation, moment: Incident, capacity: EdCapacity): Steps<Distribution> {
    const { hospitals } = situation;
    const reference = (place: number): HospitalReference => {
      const { id, name } = hospitals.hospitals[place]!;
      return { id, name };
    };
    const assignments: Assignment[] = [];
    const unplaced: Unplaced[] = [];
    let weightedMs = 0;
    let latestMs = Number.NEGATIVE_INFINITY;
    for (const [number, { priority, casualties, usable, whyNone }] of this.#groups.entries()) {
      const units = this.#allocation.unitsOf(number);
      let next = 0;
      const byDrive = [...usable].sort(([, a], [, b]) => a.candidate.driveMs - b.candidate.driveMs);
      for (const [place, { candidate, diverts }] of byDrive) {
        for (let unit = 0; unit < units[place]!; unit++) {
          if (assignments.length % ENTRIES_PER_STEP === 0) yield;
          weightedMs += this.#weights[priority] * totalMs(candidate);
          latestMs = Math.max(latestMs, candidate.driveMs);
          assignments.push({
            casualty: casualties[next++]!,
            priority,
            hospital: reference(place),
            driveSeconds: millisecondsToSeconds(candidate.driveMs),
            totalSeconds: millisecondsToSeconds(totalMs(candidate)),
            ...(diverts ? { diverts: true as const } : {}),
            wave: 1,
          });
        }
      }
      const because = whyNone ?? [{ code: "no-capacity" as const, text: fullText(usable.size) }];
      for (; next < casualties.length; next++) unplaced.push({ casualty: casualties[next]!, priority, because });
    }
    const uses: CapacityUse[] = [];
    for (const place of Object.keys(capacity)
      .map((id) => hospitals.requireIndex(id))
      .sort((a, b) => a - b)) {
      uses.push(...(yield* this.#usesOf(place, reference(place))));
    }
    return {
      assignments,
      unplaced,
      weightedSeconds: millisecondsToSeconds(weightedMs),
      ...(latestMs === Number.NEGATIVE_INFINITY ? {} : { latestSeconds: millisecondsToSeconds(latestMs) }),
      capacity: uses,
      withoutLimit: hospitals.hospitals.flatMap((_, place) => {
        const used = this.#allocation.usedInAll(place);
        const isLimited = this.#limits.inAll[place] !== Number.POSITIVE_INFINITY;
        return used === 0 || isLimited ? [] : [{ hospital: reference(place), used }];
      }),
      basis: { ...situation.basis, at: writeInstant(moment, moment.atMs) },
    };
  }

  *#usesOf(place: number, hospital: HospitalReference): Steps<CapacityUse[]> {
    const allocation = this.#allocation;
    const places = this.#limits.inAll.length;
    const uses: CapacityUse[] = [];
    const limits: readonly (readonly [Priority | "total", number, number, number?])[] = [
      ...PRIORITIES.map(
        (priority, kind) =>
          [priority, allocation.used(kind, place), this.#limits.ofKind[kind * places + place]!, kind] as const,
      ),
      ["total", allocation.usedInAll(place), this.#limits.inAll[place]!],
    ];
    for (const [priority, used, of, kind] of limits) {
      if (of === Number.POSITIVE_INFINITY) continue;
      const saved = used < of ? undefined : yield* allocation.savedByOneMore(place, kind);
      uses.push({ hospital, priority, used, of, oneMoreWouldSaveSeconds: 0, ...this.#savings(saved) });
    }
    return uses;
  }

  #savings(saved: Float64Array | undefined): Pick<CapacityUse, "oneMoreWouldPlace"> & Partial<CapacityUse> {
    if (saved === undefined) return {};
    const weights = this.#objective === "priority" ? PRIORITIES.map((priority) => this.#weights[priority]) : [1];
    const ms = weights.reduce((sum, weight, entry) => sum + weight * saved[TIMES + entry]!, 0);
    // One more place may place one of higher priority in the stead of another: the highest is told.
    const placed = PRIORITIES.find((_, kind) => saved[UNPLACED]! >= this.#unplacedCosts[kind]!);
    return defined({ oneMoreWouldSaveSeconds: millisecondsToSeconds(Math.round(ms)), oneMoreWouldPlace: placed });
  }
}

const totalMs = ({ driveMs, handoverMs, assessment }: Candidate): number => driveMs + assessment.waitMs + handoverMs;

const fullText = (count: number): string =>
  count === 1
    ? "the one ED that can take them has no place left"
    : `none of the ${count} EDs that can take them has a place left`;
