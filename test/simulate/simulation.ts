import { DiversionError } from "../../src/core/errors";
import { SeededRandom } from "../../src/core/random";
import { DiversionRouter } from "../../src/diversion/router";
import { InboundList } from "../../src/diversion/rules/inbound";
import type { StatusEntry } from "../../src/hospitals/status/status";
import { StatusBoard } from "../../src/hospitals/status/status-board";
import { readStatusLog, writeStatusLog } from "../../src/hospitals/status/status-log";
import { RoadIndex } from "../../src/roads/road-index";
import { differences } from "../support/naive/compare";
import { naiveAnswer } from "../support/naive/decide";
import { hasFastestOfSeveralLengths } from "../support/naive/drives";
import { RandomWorlds } from "../support/naive/random-world";
import { answerOf, closeRoad, directoryOf, indexOf, policyOf } from "../support/naive/router-of-world";
import type { Asked, Question, Report, World } from "../support/naive/world";

const MINUTE = 60_000;
const CLOCKS_DIFFER_MS = 4 * MINUTE;

/** One thing that happens; plain data, so that what fails can be printed and played again. Times are minutes from it. */
export type Step =
  | { readonly does: "wait"; readonly minutes: number }
  /** The clock jumps, a little back or some hours ahead. */
  | { readonly does: "jump"; readonly minutes: number }
  | { readonly does: "report"; readonly hospital: string; readonly asked: Asked; readonly observed?: number }
  | { readonly does: "clear"; readonly hospital: string; readonly key: string }
  | { readonly does: "close"; readonly road: number }
  | { readonly does: "reopen"; readonly road: number }
  /** The next change cannot be written. */
  | { readonly does: "fault" }
  /** The process ends, perhaps in the middle of a line, and starts again from its log. */
  | { readonly does: "restart"; readonly torn: boolean }
  /** Slices of work on the tables that wait for an idle moment. */
  | { readonly does: "work"; readonly slices: number }
  | { readonly does: "leave"; readonly hospital: string }
  | { readonly does: "return"; readonly hospital: string }
  | { readonly does: "ask"; readonly question: Question };

/** A report as the naive side holds it, its times absolute. */
interface Known {
  readonly report: Report;
  readonly nowMs: number;
}

/** A world that goes on: the product's long-lived router beside what a naive decision maker needs to know. */
class Simulation {
  readonly #world: World;
  readonly #roads: RoadIndex;
  readonly #slices: (() => void)[] = [];
  #nowMs: number;
  #receivedMs = Number.NEGATIVE_INFINITY;
  #cannotWrite = false;
  #events: StatusEntry[] = [];
  #absent = new Set<string>();
  #closed = new Set<number>();
  /** What was accepted for each hospital and key since its last clearance. */
  #known: Known[] = [];
  #clearedMs = new Map<string, number>();
  #status!: StatusBoard;
  #router!: DiversionRouter;

  constructor(world: World) {
    const { feeds: _, overrules: __, ...rest } = world;
    this.#world = { ...rest, closed: [], reports: [] };
    this.#nowMs = Date.parse(world.at);
    this.#roads = new RoadIndex(indexOf(world.network));
    this.#start();
  }

  #start(): void {
    const clock = (): number => this.#nowMs;
    const here = { ...this.#world, hospitals: this.#present() };
    const hospitals = directoryOf(here);
    const journal = (event: StatusEntry): void => {
      const fails = this.#cannotWrite;
      this.#cannotWrite = false;
      if (fails) throw new DiversionError("file-not-writable", "The disk is full.");
      this.#events.push(event);
    };
    this.#status = new StatusBoard(hospitals, { clock, journal, history: this.#events });
    const expected = Object.entries(this.#world.expected)
      .filter(([hospital]) => hospitals.get(hospital) !== undefined)
      .map(([hospital, count]) => ({ hospital, count }));
    this.#slices.length = 0;
    this.#router = new DiversionRouter({
      roads: this.#roads,
      hospitals,
      policy: policyOf(this.#world),
      status: this.#status,
      clock,
      inbound: new InboundList(expected),
      schedule: (work) => void this.#slices.push(work),
    });
  }

  #present(): World["hospitals"] {
    return this.#world.hospitals.filter(({ id }) => !this.#absent.has(id));
  }

  /** What is wrong after the step; empty when all is well. */
  take(step: Step): readonly string[] {
    switch (step.does) {
      case "wait":
      case "jump": {
        const nowMs = this.#nowMs + step.minutes * MINUTE;
        // Farther behind its own log than clocks differ, a server says so and takes no word for late: told in other tests.
        if (nowMs >= this.#receivedMs - CLOCKS_DIFFER_MS) this.#nowMs = nowMs;
        return [];
      }
      case "report":
        return this.#report(step);
      case "clear":
        return this.#clear(step);
      case "close":
        if (!this.#closed.has(step.road)) closeRoad(this.#roads, this.#world.network, step.road);
        this.#closed.add(step.road);
        return [];
      case "reopen":
        if (this.#closed.delete(step.road)) this.#roads.reopen(String(step.road));
        return [];
      case "fault":
        this.#cannotWrite = true;
        return [];
      case "restart":
        return this.#restart(step.torn);
      case "work":
        for (let slice = 0; slice < step.slices; slice++) this.#slices.shift()?.();
        return [];
      case "leave":
        if (this.#present().length > 1) this.#absent.add(step.hospital);
        this.#start();
        return [];
      case "return":
        this.#absent.delete(step.hospital);
        this.#start();
        return [];
      case "ask":
        return this.#ask(step.question);
    }
  }

  /** Makes a change if it can be written. @returns its outcome; undefined when it could not */
  #changed(make: () => { readonly outcome: string }): string | undefined {
    try {
      return make().outcome;
    } catch (error) {
      if (error instanceof DiversionError && error.code === "file-not-writable") return undefined;
      throw error;
    }
  }

  #report({ hospital, asked, observed = 0 }: Step & { readonly does: "report" }): readonly string[] {
    if (this.#absent.has(hospital) || (asked.divertTo !== undefined && this.#absent.has(asked.divertTo))) return [];
    const text = (minutes: number): string => new Date(this.#nowMs + minutes * MINUTE).toISOString();
    const { key, effect, scope, from, until, divertTo, lifts } = asked;
    const outcome = this.#changed(() =>
      this.#status.report({
        hospital,
        key,
        effect,
        reason: "full",
        weakens: true,
        ...(scope === undefined ? {} : { scope: JSON.parse(JSON.stringify(scope)) }),
        ...(divertTo === undefined ? {} : { divertTo }),
        ...(lifts === undefined ? {} : { lifts: [...lifts] }),
        ...(from === undefined ? {} : { from: text(from) }),
        ...(until === undefined ? {} : { until: text(until) }),
        ...(observed === 0 ? {} : { observedAt: text(observed) }),
      }),
    );
    if (outcome === undefined) return [];
    // What is not taken moves no clock.
    const receivedMs = Math.max(this.#receivedMs, this.#nowMs);
    const observedMs = observed === 0 ? receivedMs : Math.min(this.#nowMs + observed * MINUTE, receivedMs);
    const held = this.#known.findLast(({ report }) => report.hospital === hospital && report.key === key);
    const floorMs = Math.max(
      this.#clearedMs.get(`${hospital} ${key}`) ?? Number.NEGATIVE_INFINITY,
      held === undefined ? Number.NEGATIVE_INFINITY : held.report.observed,
    );
    const isLate = observedMs < floorMs;
    if (isLate !== (outcome === "late"))
      return [`a report observed ${isLate ? "before" : "after"} what is held is ${outcome}`];
    if (isLate || outcome === "duplicate") return [];
    this.#received();
    // Absolute moments for now; made relative to each question.
    const report: Report = { ...asked, hospital, observed: observedMs, received: receivedMs };
    this.#known.push({ report, nowMs: this.#nowMs });
    return [];
  }

  #clear({ hospital, key }: Step & { readonly does: "clear" }): readonly string[] {
    if (this.#absent.has(hospital)) return [];
    const isHeld = this.#known.some(({ report }) => report.hospital === hospital && report.key === key);
    const outcome = this.#changed(() => this.#status.clear(hospital, key));
    if (outcome === undefined) return [];
    if (isHeld !== (outcome === "accepted"))
      return [`a clearance of what is ${isHeld ? "" : "not "}held is ${outcome}`];
    if (!isHeld) return [];
    this.#clearedMs.set(`${hospital} ${key}`, this.#received());
    this.#known = this.#known.filter(({ report }) => report.hospital !== hospital || report.key !== key);
    return [];
  }

  /** The moment of receipt of a change that was just taken: it never falls. */
  #received(): number {
    this.#receivedMs = Math.max(this.#receivedMs, this.#nowMs);
    return this.#receivedMs;
  }

  #restart(isTorn: boolean): readonly string[] {
    const text = writeStatusLog(this.#events);
    const written = isTorn ? `${text}{"v":${this.#events.length + 1},"kind":"rep` : text;
    const { events, torn } = readStatusLog(written);
    if ((torn !== undefined) !== isTorn) return ["a torn line is not told"];
    if (writeStatusLog(events) !== text) return ["what was acknowledged is not what the log holds"];
    this.#events = [...events];
    this.#cannotWrite = false;
    this.#start();
    return [];
  }

  #ask(question: Question): readonly string[] {
    const minutes = (ms: number): number => (ms - this.#nowMs) / MINUTE;
    const reports = this.#known.map(({ report, nowMs }): Report => {
      const { observed, received, from, until, ...rest } = report;
      const sinceMinutes = minutes(nowMs);
      return {
        ...rest,
        observed: minutes(observed),
        received: minutes(received),
        ...(from === undefined ? {} : { from: sinceMinutes + from }),
        ...(until === undefined ? {} : { until: sinceMinutes + until }),
      };
    });
    const at = new Date(this.#nowMs).toISOString();
    const hospitals = this.#present();
    const world: World = { ...this.#world, at, hospitals, closed: [...this.#closed], reports, question };
    const lines = differences(naiveAnswer(world), answerOf(this.#router, world));
    const ends = hospitals.map(({ node }) => node);
    // Looked at only now: it costs as much as the answer, and few worlds have such ways.
    return lines.length > 0 && hasFastestOfSeveralLengths(world, question.node, ends) ? [] : lines;
  }
}

/** Steps of a seed, one after the other. */
function* stepsOf(world: World, seed: number): Generator<Step, never> {
  const random = new SeededRandom(seed);
  const ids = world.hospitals.map(({ id }) => id);
  const inUse = new Set(world.hospitals.map(({ node }) => node));
  const more = new RandomWorlds(seed);
  // Where a road at a place is closed, its drive may begin or end elsewhere: that is told in other tests.
  const closable = world.network.roads.flatMap(([a, b], road) => (inUse.has(a) || inUse.has(b) ? [] : [road]));
  const closed = new Set<number>();
  const isAtClosed = (node: number): boolean =>
    [...closed].some((road) => world.network.roads[road]!.slice(0, 2).includes(node));
  for (;;) {
    const other = more.next();
    const hospital = random.pick(ids);
    const dice = random.integer(100);
    if (dice < 30) {
      const node = random.integer(world.network.nodes.length);
      if (!isAtClosed(node)) yield { does: "ask", question: { ...other.question, node } };
    } else if (dice < 55) {
      const asked = other.reports
        .map(({ observed: _, received: __, hospital: ___, ...rest }) => rest)
        .find(({ key, divertTo }) => {
          return key !== "flag" && (divertTo === undefined || (divertTo !== hospital && ids.includes(divertTo)));
        });
      if (asked !== undefined)
        yield {
          does: "report",
          hospital,
          asked,
          ...(random.integer(4) === 0 ? { observed: -random.integer(90) } : {}),
        };
    } else if (dice < 65) yield { does: "clear", hospital, key: random.pick(["a", "b", "c"]) };
    else if (dice < 78) yield { does: "wait", minutes: random.pick([0, 1, 1, 3, 10, 60, 250]) };
    else if (dice < 80) yield { does: "jump", minutes: random.pick([-1, -3, 600]) };
    else if (dice < 84 && closable.length > 0) {
      const road = random.pick(closable);
      closed.add(road);
      yield { does: "close", road };
    } else if (dice < 88 && closed.size > 0) {
      const road = random.pick([...closed]);
      closed.delete(road);
      yield { does: "reopen", road };
    } else if (dice < 90) yield { does: "fault" };
    else if (dice < 92) yield { does: "restart", torn: random.integer(2) === 0 };
    else if (dice < 97) yield { does: "work", slices: 1 + random.integer(20) };
    else if (dice < 98) yield { does: "leave", hospital };
    else yield { does: "return", hospital };
  }
}

const STEPS_PER_WORLD = 250;

const worldOf = (seed: number): World => new RandomWorlds(seed).next();

/** What goes wrong in these steps of a seed's world, and at which; undefined when nothing does. */
export function played(
  seed: number,
  steps: readonly Step[],
): { readonly at: number; readonly lines: readonly string[] } | undefined {
  const simulation = new Simulation(worldOf(seed));
  for (const [at, step] of steps.entries()) {
    let lines: readonly string[];
    try {
      lines = simulation.take(step);
    } catch (error) {
      lines = [`error: ${error instanceof Error ? (error.stack ?? error.message) : error}`];
    }
    if (lines.length > 0) return { at, lines };
  }
  return undefined;
}

/** The least of the steps after which the same still goes wrong. */
function shrunk(seed: number, steps: readonly Step[]): readonly Step[] {
  let least = steps;
  for (let size = Math.ceil(least.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < least.length; ) {
      const part = least.toSpliced(at, size);
      if (played(seed, part) !== undefined) least = part;
      else at += size;
    }
  }
  return least;
}

/** Of the worlds of a run, those that one of several processes plays. */
export interface Share {
  readonly first: number;
  readonly every: number;
}

/**
 * Runs so many steps of a seed, in one world after another, every question asked of the product and of the naive decision
 * maker. The first disagreement as a script to play again; undefined when there is none.
 */
export function firstFault(
  seed: number,
  count: number,
  onWorld?: (done: number) => void,
  { first, every }: Share = { first: 0, every: 1 },
): string | undefined {
  const worlds = Math.ceil(count / STEPS_PER_WORLD);
  for (let world = first; world < worlds; world += every) {
    const worldSeed = seed * 1_000_003 + world;
    const steps: Step[] = [];
    for (const step of stepsOf(worldOf(worldSeed), worldSeed)) {
      if (steps.push(step) === STEPS_PER_WORLD) break;
    }
    const fault = played(worldSeed, steps);
    onWorld?.((world + 1) * STEPS_PER_WORLD);
    if (fault === undefined) continue;
    const least = shrunk(worldSeed, steps.slice(0, fault.at + 1));
    const lines = played(worldSeed, least)!.lines;
    const script = least.map((step) => `  ${JSON.stringify(step)},`).join("\n");
    return `seed ${seed}, world ${world}: played(${worldSeed}, [\n${script}\n])\n${lines.join("\n")}`;
  }
  return undefined;
}
