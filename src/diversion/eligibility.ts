import { type Shortfall, shortfalls } from "../hospitals/availability";
import { EMERGENCY } from "../hospitals/capabilities";
import type { Hospital } from "../hospitals/hospital";
import { applicability, inForceAt, type Restriction } from "../hospitals/restriction";
import type { Incident } from "./request";

/**
 * Whether an ED can take this patient when the ambulance gets there.
 * - `accepts`: nothing stands against it.
 * - `diverts`: able, and asks that such patients go elsewhere.
 * - `refuses`: never go there.
 * - `incapable`: does not offer what the patient needs, or not to that age, or is shut by then.
 */
export type Verdict = "accepts" | "diverts" | "refuses" | "incapable";

export interface Assessment {
  readonly verdict: Verdict;
  /** The restrictions that gave the verdict, or that extremis overrides. */
  readonly restrictions: readonly Restriction[];
  /** In force and about this patient, changing nothing. */
  readonly notices: readonly Restriction[];
  /** What the patient would lack there, in the way of meeting the needs that lacks least. */
  readonly missing: readonly Shortfall[];
}

/** A patient whose age is not known is taken to be this old. */
const ADULT_AGE = 18;

const RANK: Record<Verdict, number> = { accepts: 0, diverts: 1, refuses: 2, incapable: 3 };

/**
 * Judges one ED for one patient at the predicted arrival. Pure: the same arguments give the same answer.
 *
 * Needs that can be met in several ways are judged way by way and the best verdict holds. A patient whose age is not
 * known is an adult to a service with age limits and within the scope of any restriction that names ages: that errs
 * away from a closed door.
 *
 * In extremis the nearest ED that does not refuse accepts, diverting or not and whatever it lacks beyond being an ED (Los
 * Angeles County and San Diego rules): `restrictions` and `missing` then say what was overridden.
 */
export function assess(
  hospital: Hospital,
  held: readonly Restriction[],
  incident: Incident,
  arrivalMs: number,
): Assessment {
  let best: Assessment | undefined;
  const inForce = held.filter((restriction) => inForceAt(restriction, arrivalMs));
  for (const way of incident.ways) {
    const assessment = assessWay(hospital, inForce, incident, way, arrivalMs);
    if (best === undefined || isBetter(assessment, best)) best = assessment;
  }
  return best!;
}

function isBetter(a: Assessment, b: Assessment): boolean {
  if (a.verdict !== b.verdict) return RANK[a.verdict] < RANK[b.verdict];
  return a.missing.length < b.missing.length;
}

function assessWay(
  hospital: Hospital,
  inForce: readonly Restriction[],
  incident: Incident,
  way: ReadonlySet<string>,
  arrivalMs: number,
): Assessment {
  const missing = shortfalls(hospital, way, incident.age ?? ADULT_AGE, arrivalMs);
  const about = inForce.filter(
    ({ scope }) => applicability(scope, { needs: way, age: incident.age, acuity: incident.acuity }) !== "no",
  );
  const ofEffect = (effect: Restriction["effect"]): readonly Restriction[] =>
    about.filter((restriction) => restriction.effect === effect);
  const notices = ofEffect("inform");
  if (incident.acuity === "extremis" && !missing.some(({ capability }) => capability === EMERGENCY)) {
    const refusals = ofEffect("refuse");
    if (refusals.length > 0) return { verdict: "refuses", restrictions: refusals, notices, missing };
    return { verdict: "accepts", restrictions: ofEffect("divert"), notices, missing };
  }
  if (missing.length > 0) return { verdict: "incapable", restrictions: [], notices, missing };
  const refusals = ofEffect("refuse");
  if (refusals.length > 0) return { verdict: "refuses", restrictions: refusals, notices, missing };
  const diverts = ofEffect("divert");
  if (diverts.length > 0) return { verdict: "diverts", restrictions: diverts, notices, missing };
  return { verdict: "accepts", restrictions: [], notices, missing };
}
