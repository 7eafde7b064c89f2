import type { EpochMs } from "../../core/instant";
import { EMERGENCY } from "./capabilities";
import type { Hospital } from "./hospital";
import { isOpenAt, nextOpening } from "./opening-hours";

/**
 * Why a hospital does not offer a capability to a patient at a moment.
 * - `not-offered`: never, to anyone.
 * - `age`: only to patients of other ages.
 * - `closed`: not at this time.
 */
export interface Shortfall {
  readonly capability: string;
  readonly why: "not-offered" | "age" | "closed";
  /** When it opens next; present with `closed` only, absent when it does not within 400 days. */
  readonly opensAtMs?: EpochMs;
}

/**
 * What a hospital lacks of the capabilities a patient needs, if they arrive at a moment; empty when it has them all.
 *
 * Every way of meeting needs holds `emergency`, and that is open when the ED is: a service that keeps longer hours than
 * its ED is of no use to an ambulance. A place that is no ED offers it to those alone who need something else besides, all
 * of which it lists. An age that is not known counts as right: then nothing is held against the ED.
 *
 * @param way one of `waysToMeet(needs)`
 * @param age in years, perhaps with a fraction
 * @param arrivalMs the predicted arrival, not the time of the question
 */
export function shortfalls(
  hospital: Hospital,
  way: ReadonlySet<string>,
  age: number | undefined,
  arrivalMs: EpochMs,
): readonly Shortfall[] {
  let lacking: Shortfall[] | undefined;
  for (const capability of way) {
    const shortfall = shortfallOf(hospital, way, capability, age, arrivalMs);
    if (shortfall === undefined) continue;
    lacking ??= [];
    lacking.push(shortfall);
  }
  return lacking ?? NOTHING;
}

const NOTHING: readonly Shortfall[] = [];

function shortfallOf(
  hospital: Hospital,
  way: ReadonlySet<string>,
  capability: string,
  age: number | undefined,
  arrivalMs: EpochMs,
): Shortfall | undefined {
  if (capability === EMERGENCY && !hospital.emergencyDepartment) return placeShortfall(hospital, way, arrivalMs);
  // Every ED is asked this for every patient: the plain answer costs no lists.
  if (capability !== EMERGENCY || hospital.openingHours === undefined) {
    for (const service of hospital.services)
      if (service.capability === capability && isPlainly(service, age)) return undefined;
  }
  const offered = hospital.services.filter((service) => service.capability === capability);
  if (offered.length === 0) return { capability, why: "not-offered" };
  const forAge = offered.filter(({ minAge, maxAge }) => age === undefined || withinAges(age, minAge, maxAge));
  if (forAge.length === 0) return { capability, why: "age" };
  const hours = forAge.map(({ openingHours }) => openingHours);
  if (capability === EMERGENCY && !isOpenAt(hospital.openingHours, arrivalMs)) {
    return closed(capability, [nextOpening(hospital.openingHours, arrivalMs)]);
  }
  if (hours.some((one) => isOpenAt(one, arrivalMs))) return undefined;
  return closed(
    capability,
    hours.map((one) => nextOpening(one, arrivalMs)),
  );
}

/** Whether a service is offered to an age round the clock. */
const isPlainly = ({ minAge, maxAge, openingHours }: Hospital["services"][number], age: number | undefined): boolean =>
  openingHours === undefined && (age === undefined || withinAges(age, minAge, maxAge));

/** What stands against bringing anybody to a place that is no ED. */
function placeShortfall(
  { capabilities, openingHours }: Hospital,
  way: ReadonlySet<string>,
  arrivalMs: EpochMs,
): Shortfall | undefined {
  const others = [...way].filter((word) => word !== EMERGENCY);
  const takesAll = others.length > 0 && others.every((word) => capabilities.includes(word));
  if (!takesAll) return { capability: EMERGENCY, why: "not-offered" };
  if (isOpenAt(openingHours, arrivalMs)) return undefined;
  return closed(EMERGENCY, [nextOpening(openingHours, arrivalMs)]);
}

function closed(capability: string, openings: readonly (EpochMs | undefined)[]): Shortfall {
  const known = openings.filter((opening) => opening !== undefined);
  return known.length === 0
    ? { capability, why: "closed" }
    : { capability, why: "closed", opensAtMs: Math.min(...known) };
}

/** Whether someone of this age, in years and perhaps a fraction, is in a band of completed years, both ends included. */
export function withinAges(age: number, minAge: number | undefined, maxAge: number | undefined): boolean {
  return (minAge === undefined || age >= minAge) && (maxAge === undefined || age < maxAge + 1);
}
