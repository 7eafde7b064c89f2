import { type Held, heldAt, inForce, knownOf, momentOfQuestion, overruleOf, type Scoped, saysAt } from "./board";
import { isOpen, openings } from "./hours";
import { isRecorded, servicesOf, type Way } from "./needs";
import type { PlainHospital, PlainPolicy, PlainService, VerdictClass, World } from "./world";

const MINUTE = 60_000;
const EMERGENCY = "emergency";

/** An ED that can be reached. */
export interface Ed {
  readonly hospital: PlainHospital;
  readonly driveMs: number;
  readonly metres: number;
  readonly arrival: number;
  readonly held: readonly Held[];
}

export function edOf(world: World, hospital: PlainHospital, drive: { driveMs: number; metres: number }): Ed {
  return { hospital, ...drive, arrival: momentOfQuestion(world) + drive.driveMs, held: heldAt(world, hospital.id) };
}

/** Everything about the patient that an ED is asked about. */
export interface Patient {
  readonly ways: readonly Way[];
  readonly alsoNeeds: Way;
  readonly age: number | undefined;
  readonly assumedAge: number;
  readonly acuity: string | undefined;
  /** Whether a cap may send him elsewhere: nobody who needs more than any ED offers. */
  readonly mayBeCapped: boolean;
}

/**
 * What an ED says to a patient.
 * - `able`: it can take him, at once or after a wait, though it may divert or be full.
 * - `doubtful`: the same, but only for another age than the one assumed.
 * - `refuses`: it could, and refuses.
 * - `barred`: it cannot.
 */
export interface Verdict {
  readonly ed: Ed;
  readonly kind: "able" | "doubtful" | "refuses" | "barred";
  readonly verdict: VerdictClass;
  readonly diverts: boolean;
  readonly full: boolean;
  readonly waitMs: number;
  readonly handoverMs: number;
  readonly rankMs: number;
  /** Words of the way that its list does not record. */
  readonly unrecorded: readonly string[];
  readonly names: readonly string[];
  readonly restrictions: number;
  /** When something was last heard about it. */
  readonly fresh: number;
}

/** The verdict of the way that serves best. */
export function verdictOf(world: World, policy: PlainPolicy, patient: Patient, ed: Ed): Verdict {
  const kinds = ["able", "doubtful", "refuses", "barred"];
  return patient.ways
    .map((way) => verdictByWay(world, policy, { ...patient, way }, ed))
    .sort(
      (a, b) =>
        kinds.indexOf(a.kind) - kinds.indexOf(b.kind) ||
        // Rule 21: fewer words that are not recorded.
        a.unrecorded.length - b.unrecorded.length ||
        Number(a.diverts || a.full) - Number(b.diverts || b.full) ||
        a.waitMs - b.waitMs,
    )[0]!;
}

function verdictByWay(world: World, policy: PlainPolicy, patient: Patient & Scoped, ed: Ed): Verdict {
  const { hospital, arrival, held, driveMs } = ed;
  const saysThen = (moment: number) => saysAt(held, patient, moment, policy.diverts === "honour");
  const says = saysThen(arrival);
  const known = knownOf(world, hospital.id);
  // Rule 7, and rule 17's default: minutes from the feed, else the list, else the policy's; counted up to its cap.
  const handover = known.handoverMinutes ?? hospital.handoverMinutes ?? policy.handoverDefaultMinutes;
  const handoverMs = Math.min(handover, policy.handoverCapMinutes ?? Number.POSITIVE_INFINITY) * MINUTE;
  const bars = (ageCounts: boolean): Bar[] =>
    [...patient.way].map((word) => barOf(world, policy, patient, hospital, word, ageCounts));
  const answer = (
    kind: Verdict["kind"],
    verdict: VerdictClass,
    { waitMs = 0, diverts = false, full = false } = {},
  ): Verdict => ({
    ed,
    kind,
    verdict,
    waitMs,
    diverts,
    full,
    handoverMs,
    rankMs: driveMs + waitMs + (policy.rankBy === "total" ? handoverMs : 0),
    unrecorded: bars(true).flatMap((bar) => (bar.unrecorded ? [bar.word] : [])),
    names: saysThen(arrival + waitMs).names,
    restrictions: saysThen(arrival + waitMs).count,
    fresh: Math.max(known.heard ?? Number.NEGATIVE_INFINITY, ...held.map(({ observed }) => observed)),
  });

  /** By services for his age, or for any. */
  const judged = (ageCounts: boolean): Verdict => {
    const all = bars(ageCounts);
    // Rule 5, rule 22: what it does not offer.
    const missing = all.find(({ why }) => why !== undefined);
    if (missing !== undefined) return answer("barred", missing.why!);
    // Rule 4 and rule 19: the first moment, no later than the policy waits, at which a door is open; of the moments at
    // which something opens or ends only.
    const latest = arrival + policy.waitMinutes * MINUTE;
    // Nobody waits through a refusal that begins meanwhile, or counts again when a person's word against it ends.
    const overrule = overruleOf(world, hospital.id);
    const begins = [...held.map(({ from }) => from), ...(overrule === undefined ? [] : [overrule.until])];
    const refused = Math.min(...begins.filter((from) => from > arrival && saysThen(from).refuses));
    const moments = [
      arrival,
      ...all.flatMap(({ services }) => services.flatMap(({ openingHours }) => openings(openingHours, arrival))),
      ...openings(hospital.openingHours, arrival),
      ...held.map(({ until }) => until),
    ]
      .filter((moment) => moment === arrival || (arrival < moment && moment <= latest && moment < refused))
      .sort((a, b) => a - b);
    const isDoorOpen = (moment: number): boolean =>
      isOpen(hospital.openingHours, moment) &&
      all.every(
        ({ services, unrecorded }) => unrecorded || services.some(({ openingHours }) => isOpen(openingHours, moment)),
      );
    const doors = moments.filter(isDoorOpen);
    if (doors.length === 0) return answer("barred", "closed");
    // Rule 1: a refusal is absolute, and not waited for.
    if (says.refuses) return doors[0] === arrival ? answer("refuses", "refuses") : answer("barred", "closed");
    // Rule 8: unknown is a third state, unless a person knows.
    const isOverruled = overrule !== undefined && inForce(overrule, arrival);
    if (known.unknown && !isOverruled && policy.unknown === "refuse") return answer("refuses", "unknown");
    const full = isFull(world, policy, patient, hospital);
    const free = doors.find((moment) => !saysThen(moment).diverts);
    if (free !== undefined) {
      return answer("able", full ? "full" : "accepts", { waitMs: free - arrival, full });
    }
    return answer("able", full ? "full" : "diverts", { waitMs: doors[0]! - arrival, diverts: true, full });
  };

  const strict = judged(true);
  if (strict.kind !== "barred" || patient.age !== undefined) return strict;
  // Rule 20: a bar that there is only because of the assumed age is soft.
  const anyAge = judged(false);
  // Who may be of the age it takes, is told that it refuses.
  if (anyAge.kind === "refuses") return anyAge;
  return anyAge.kind === "able" ? { ...anyAge, kind: "doubtful", verdict: strict.verdict } : strict;
}

interface Bar {
  readonly word: string;
  readonly why: "not-offered" | "age" | undefined;
  readonly unrecorded: boolean;
  /** Those that offer it to him. */
  readonly services: readonly PlainService[];
}

/** Whether a hospital offers a word at any time. */
function barOf(
  world: World,
  policy: PlainPolicy,
  { way, age, assumedAge }: Patient & Scoped,
  hospital: PlainHospital,
  word: string,
  ageCounts: boolean,
): Bar {
  const services = servicesOf(hospital).filter(({ capability }) => capability === word);
  const years = age ?? assumedAge;
  const fitting = services.filter(
    ({ minAge = 0, maxAge = 150 }) => !ageCounts || (years >= minAge && years < maxAge + 1),
  );
  const bar = (why: Bar["why"], unrecorded = false): Bar => ({ word, why, unrecorded, services: fitting });
  // Rule 22: a place that is no ED takes the needs it lists and nobody else.
  if (hospital.emergencyDepartment === false && word === EMERGENCY && way.size === 1) return bar("not-offered");
  if (services.length === 0) {
    // Rule 21: "not recorded" is not "does not offer".
    const mayOffer = hospital.emergencyDepartment !== false && !isRecorded(world, hospital, word);
    return mayOffer && policy.unrecorded === "use-with-warning" ? bar(undefined, true) : bar("not-offered");
  }
  return bar(fitting.length === 0 ? "age" : undefined);
}

/** The inbound cap: as many are expected as it takes within an hour. */
function isFull(world: World, { inbound }: PlainPolicy, patient: Patient, hospital: PlainHospital): boolean {
  if (inbound === undefined || inbound.effect !== "divert" || !patient.mayBeCapped) return false;
  const cap = hospital.inboundCapPerHour ?? inbound.capPerHour;
  return cap !== null && (world.expected[hospital.id] ?? 0) >= cap;
}

/**
 * How he would be treated in extremis: the way of which least is not recorded, then that which lacks least, then the first.
 * Nothing he needs keeps him out, but what is asked of such patients counts where EDs are as near as each other.
 */
export function wayInExtremis(world: World, policy: PlainPolicy, patient: Patient, ed: Ed, ways: readonly Way[]): Way {
  const tolerant: PlainPolicy = { ...policy, unrecorded: "use-with-warning" };
  const lacks = (way: Way): readonly [number, number] => {
    const bars = [...way].map((word) => barOf(world, tolerant, { ...patient, way }, ed.hospital, word, true));
    const isMissing = ({ why, unrecorded, services }: Bar): boolean =>
      !unrecorded && (why !== undefined || !services.some(({ openingHours }) => isOpen(openingHours, ed.arrival)));
    return [bars.filter(({ unrecorded }) => unrecorded).length, bars.filter(isMissing).length];
  };
  const all = ways.map((way) => ({ way, lacks: lacks(way) }));
  return all.sort((a, b) => a.lacks[0] - b.lacks[0] || a.lacks[1] - b.lacks[1])[0]!.way;
}

/** Rule 18: the door, whatever the age: an ED (no other place) that is open at arrival and does not refuse the patient. */
export function extremisVerdict(notRefused: readonly Way[], { hospital, arrival }: Ed): VerdictClass {
  if (hospital.emergencyDepartment === false) return "not-offered";
  const doors = servicesOf(hospital).filter(({ capability }) => capability === EMERGENCY);
  const isDoorOpen =
    isOpen(hospital.openingHours, arrival) && doors.some(({ openingHours }) => isOpen(openingHours, arrival));
  if (!isDoorOpen) return "closed";
  return notRefused.length > 0 ? "accepts" : "refuses";
}

export const waysNotRefused = (patient: Patient, { held, arrival }: Ed): readonly Way[] =>
  patient.ways.filter((way) => !saysAt(held, { ...patient, way }, arrival, false).refuses);

/** Rule 11: rank; then fewer restrictions, fresher status, shorter distance, id. */
export const byOrder = (a: Verdict, b: Verdict): number => a.rankMs - b.rankMs || byStatus(a, b);

const byStatus = (a: Verdict, b: Verdict): number =>
  a.restrictions - b.restrictions ||
  (a.fresh === b.fresh ? 0 : b.fresh - a.fresh) ||
  a.ed.metres - b.ed.metres ||
  (a.ed.hospital.id < b.ed.hospital.id ? -1 : 1);

export const byDrive = (a: Verdict, b: Verdict): number => a.ed.driveMs - b.ed.driveMs || byOrder(a, b);
