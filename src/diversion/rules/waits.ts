import type { EpochMs } from "../../core/instant";
import { type Shortfall, shortfalls } from "../../hospitals/directory/availability";
import type { Hospital } from "../../hospitals/directory/hospital";
import type { Restriction } from "../../hospitals/status/restriction";
import type { Overrule } from "../../hospitals/status/status";
import { type Bearing, inForceAt } from "./bearings";

/** What an ED is waited for on arrival: a door, or the end of a divert. */
export type WaitCause =
  | { readonly kind: "door"; readonly capability: string }
  | { readonly kind: "divert"; readonly restriction: Restriction };

const NONE: readonly never[] = [];

interface Wait {
  readonly waitMs: number;
  readonly asksDivert: boolean;
  readonly waitsFor?: WaitCause;
}

/** One ED, as it meets one way of meeting a patient's needs. */
export interface EdForWay {
  readonly hospital: Hospital;
  readonly way: ReadonlySet<string>;
  /** Words of the way whose absence is no bar, for it is not recorded. */
  readonly tolerated: readonly string[];
  readonly bearings: readonly Bearing[];
  readonly overrule: Overrule | undefined;
}

/** What a patient of an age would lack there at a moment. */
export function lackingAt(
  { hospital, way, tolerated }: EdForWay,
  ms: EpochMs,
  age: number | undefined,
): readonly Shortfall[] {
  const lacking = shortfalls(hospital, way, age, ms);
  return tolerated.length > 0 && lacking.length > 0
    ? lacking.filter(({ capability }) => !tolerated.includes(capability))
    : lacking;
}

/** The first moment after the arrival at which the ED refuses the patient: nobody is left standing there till then. */
export function firstRefusalMs(
  bearings: readonly Bearing[],
  overrule: Overrule | undefined,
  arrivalMs: EpochMs,
): EpochMs {
  const begins = bearings.filter(({ effect }) => effect === "refuse").map(({ fromMs }) => fromMs);
  if (begins.length === 0) return Number.POSITIVE_INFINITY;
  if (overrule !== undefined) begins.push(overrule.until.epochMs);
  const refuses = (ms: EpochMs): boolean => inForceAt(bearings, ms, overrule).some(({ effect }) => effect === "refuse");
  return Math.min(...begins.filter((ms) => ms > arrivalMs && refuses(ms)));
}

/**
 * The least wait after arrival, up to the latest moment that may be waited for, until every need is offered and no divert is in force; where
 * a divert outlasts that, until every need is offered. Undefined when a need is not met in that time. What stands in the
 * way at a moment stands there until it ends, so the latest end is the next moment to look at.
 */
export function waitAt(
  ed: EdForWay,
  arrivalMs: EpochMs,
  latestMs: EpochMs,
  age: number | undefined,
  honours: boolean,
): Wait | undefined {
  let door: Wait | undefined;
  let waitsFor: WaitCause | undefined;
  for (let ms = arrivalMs; ms === arrivalMs || ms <= latestMs; ) {
    const inForce = inForceAt(ed.bearings, ms, ed.overrule);
    // Nobody is told to wait at the door of an ED that refuses all the while.
    if (ms > arrivalMs && inForce.some(({ effect }) => effect === "refuse")) break;
    const lacking = lackingAt(ed, ms, age);
    const asking = honours ? inForce.filter(({ effect }) => effect === "divert") : NONE;
    const waitMs = ms - arrivalMs;
    const cause = waitsFor === undefined ? {} : { waitsFor };
    if (lacking.length === 0) {
      if (asking.length === 0) return { waitMs, asksDivert: false, ...cause };
      door ??= { waitMs, asksDivert: true, ...cause };
    }
    let next = Number.NEGATIVE_INFINITY;
    for (const { why, opensAtMs = Number.POSITIVE_INFINITY, capability } of lacking) {
      const opens = why === "closed" ? opensAtMs : Number.POSITIVE_INFINITY;
      if (opens > next) [next, waitsFor] = [opens, { kind: "door", capability }];
    }
    for (const { restriction, untilMs } of asking) {
      // A door must be found open first, else what ends before it opens would hide the moment it does.
      if (untilMs > next && lacking.length === 0) [next, waitsFor] = [untilMs, { kind: "divert", restriction }];
    }
    if (!(next > ms)) break;
    ms = next;
  }
  return door;
}
