import type { WayTable } from "../graph/fold-chains";
import type { IdIndex } from "../graph/id-index";
import type { IgnoredTurnReason, TurnRestriction } from "./turn-restrictions";

/**
 * A piece of a way (the line between two consecutive points) driven in one direction: piece * 2, plus 1 when it is driven
 * against the drawing direction. `step ^ 1` is the way back.
 */
export type Step = number;

/** One way in which the members of a restriction can be driven one after the other. */
export interface Manoeuvre {
  /** The last step on a from way. */
  readonly arrival: Step;
  /** All steps on the via ways; empty when the via member is a node. */
  readonly via: readonly Step[];
  /** The first step on a to way. */
  readonly departure: Step;
}

/** A restriction found on the ways. Which manoeuvres the directions of the roads leave possible is not yet known. */
export interface JoinedRestriction {
  readonly mandatory: boolean;
  /** For each pair of a from way and a to way, what it may mean; more than one where a way touches a via point twice. */
  readonly pairs: readonly (readonly Manoeuvre[])[];
  /** Points where turns are restricted, which must remain nodes. */
  readonly points: readonly number[];
}

/** Finds the members of turn restrictions among the ways that are driven. */
export class TurnMembers {
  readonly #ways: WayTable;
  readonly #ids: IdIndex;
  /** For each way id asked for, its steps along the drawing direction: one list, or more where it has gaps. */
  readonly #runsOfWay = new Map<number, Step[][]>();

  /** @param ids source ids of the points: `wayPoint` holds places in it (and beyond it, points that have no id). */
  constructor(restrictions: readonly TurnRestriction[], ways: WayTable, ids: IdIndex) {
    this.#ways = ways;
    this.#ids = ids;
    for (const { from, viaWays, to } of restrictions) {
      for (const id of [...from, ...viaWays, ...to]) this.#runsOfWay.set(id, []);
    }
    for (let way = 0; this.#runsOfWay.size > 0 && way < ways.wayId.length; way++) {
      const runs = this.#runsOfWay.get(ways.wayId[way]!);
      if (runs !== undefined) this.#addPart(runs, way);
    }
  }

  join(restriction: TurnRestriction): JoinedRestriction | IgnoredTurnReason {
    const { from, viaNode, viaWays, to, mandatory } = restriction;
    if ([...from, ...viaWays, ...to].some((id) => this.#runsOfWay.get(id)!.length === 0)) return "not-driven";
    const chains = viaNode === undefined ? this.#viaChains(viaWays) : this.#viaPoint(viaNode);
    if (typeof chains === "string") return chains;
    const pairs: Manoeuvre[][] = [];
    for (const fromWay of from) {
      for (const toWay of to) {
        const manoeuvres = chains.flatMap((chain) => this.#manoeuvres(fromWay, chain, toWay));
        if (manoeuvres.length === 0) return "not-joined";
        const isOnTheSpot = restriction.isUTurn && fromWay === toWay && viaWays.length === 0;
        const backTheSameWay = manoeuvres.filter(({ arrival, departure }) => departure === (arrival ^ 1));
        if (isOnTheSpot) pairs.push(...backTheSameWay.map((manoeuvre) => [manoeuvre]));
        else pairs.push(manoeuvres);
      }
    }
    return { mandatory, pairs, points: chains.flatMap(({ start, end }) => [start, end]) };
  }

  /** Parts of one way that follow one another, as barriers leave them, are one run. */
  #addPart(runs: Step[][], way: number): void {
    const { firstPoint } = this.#ways;
    const steps: Step[] = [];
    for (let piece = firstPoint[way]!; piece < firstPoint[way + 1]! - 1; piece++) steps.push(piece * 2);
    const last = runs.at(-1);
    if (last !== undefined && this.#endOf(last.at(-1)!) === this.#startOf(steps[0]!)) last.push(...steps);
    else runs.push(steps);
  }

  #viaPoint(node: number): Chain[] | IgnoredTurnReason {
    const point = this.#ids.indexOf(node);
    return point < 0 ? "not-joined" : [{ start: point, end: point, steps: [] }];
  }

  /** The via ways driven one after the other, listed from either end, beginning at either end of the first. */
  #viaChains(viaWays: readonly number[]): Chain[] | IgnoredTurnReason {
    const runs = viaWays.map((id) => this.#runsOfWay.get(id)!);
    if (runs.some((parts) => parts.length > 1)) return "not-joined";
    const listed = runs.map((parts) => parts[0]!);
    const orders = listed.length === 1 ? [listed] : [listed, [...listed].reverse()];
    const chains = orders.flatMap((order) =>
      [order[0]!, reversed(order[0]!)].flatMap((begin) => this.#chainOf(begin, order.slice(1))),
    );
    return chains.length === 0 ? "not-joined" : chains;
  }

  /** A run and those that join on to it one by one; nothing when they do not. */
  #chainOf(begin: readonly Step[], others: readonly (readonly Step[])[]): Chain[] {
    const steps = [...begin];
    for (const other of others) {
      const end = this.#endOf(steps.at(-1)!);
      const next = [other, reversed(other)].find((run) => this.#startOf(run[0]!) === end);
      if (next === undefined) return [];
      steps.push(...next);
    }
    return [{ start: this.#startOf(steps[0]!), end: this.#endOf(steps.at(-1)!), steps }];
  }

  #manoeuvres(fromWay: number, { start, end, steps }: Chain, toWay: number): Manoeuvre[] {
    return this.#stepsFrom(fromWay, start).flatMap((back) =>
      this.#stepsFrom(toWay, end).map((departure) => ({ arrival: back ^ 1, via: steps, departure })),
    );
  }

  /** The steps of a way that leave a point. */
  #stepsFrom(way: number, point: number): Step[] {
    return this.#runsOfWay
      .get(way)!
      .flat()
      .flatMap((step) => [step, step ^ 1])
      .filter((step) => this.#startOf(step) === point);
  }

  #startOf(step: Step): number {
    return this.#ways.wayPoint[(step >> 1) + (step & 1)]!;
  }

  #endOf(step: Step): number {
    return this.#startOf(step ^ 1);
  }
}

interface Chain {
  readonly start: number;
  readonly end: number;
  readonly steps: readonly Step[];
}

const reversed = (steps: readonly Step[]): Step[] => steps.map((step) => step ^ 1).reverse();
