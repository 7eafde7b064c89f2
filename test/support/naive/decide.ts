import { drivesFrom } from "./drives";
import { type Way, waysOf, withImplied } from "./needs";
import {
  byDrive,
  byOrder,
  type Ed,
  edOf,
  extremisVerdict,
  type Patient,
  type Verdict,
  verdictOf,
  wayInExtremis,
  waysNotRefused,
} from "./verdict";
import type { PlainAnswer, PlainLimits, PlainOption, PlainPolicy, VerdictClass, World } from "./world";

const MINUTE = 60_000;
const ADULT_AGE = 18;
const CHILD_AGE = 8;

/** What was chosen, and from what. */
interface Choice {
  readonly verdicts: readonly Verdict[];
  readonly chosen: Verdict | undefined;
  readonly allOnDivert: boolean;
  readonly beyondLimit: boolean;
  readonly namedBy?: string;
}

/** The decision of the domain, written to be read: every rule where it applies, everything looked at, nothing kept. */
export function naiveAnswer(world: World): PlainAnswer {
  const answer = decide(world);
  // Rule 28: "without restrictions" is the same decision on an empty board; what else feeds know stays as it is.
  const feeds = world.feeds?.map((feed) => ({
    ...feed,
    words: Object.fromEntries(
      Object.entries(feed.words).map(([id, word]) => [id, word === null ? null : { ...word, asks: [] }]),
    ),
  }));
  const without = decide({ ...world, reports: [], ...(feeds === undefined ? {} : { feeds }) }).destination;
  return without === undefined
    ? answer
    : {
        ...answer,
        unrestricted: {
          hospital: without.hospital,
          driveSeconds: without.driveSeconds,
          totalSeconds: without.totalSeconds,
        },
      };
}

function decide(world: World): PlainAnswer {
  const { question } = world;
  const drives = drivesFrom(world, question.node);
  // Rule 10: what cannot be reached has no time.
  const eds = world.hospitals
    .map((hospital) => edOf(world, hospital, drives[hospital.node]!))
    .filter(({ driveMs }) => driveMs < Number.POSITIVE_INFINITY);
  if (eds.length === 0) return { outcome: "unreachable", beyondLimit: false, passedOver: {} };
  const policy = policyFor(world);
  const choice = question.acuity === "extremis" ? inExtremis(world, policy, eds) : withBypass(world, policy, eds);
  const { chosen, verdicts, allOnDivert, beyondLimit } = choice;
  const passedOver = verdicts
    .filter((one) => one !== chosen && (chosen === undefined || one.ed.driveMs < chosen.ed.driveMs))
    .map((one): [string, VerdictClass] => [
      one.ed.hospital.id,
      one.kind === "able" && one.waitMs > 0 ? "waits" : one.verdict,
    ])
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    outcome: chosen === undefined ? "no-facility" : allOnDivert ? "all-on-divert" : "destination",
    ...(chosen === undefined ? {} : { destination: optionOf(chosen) }),
    beyondLimit,
    passedOver: Object.fromEntries(passedOver),
  };
}

function optionOf({ ed, waitMs, handoverMs }: Verdict): PlainOption {
  return {
    hospital: ed.hospital.id,
    driveSeconds: ed.driveMs / 1000,
    waitSeconds: waitMs / 1000,
    handoverSeconds: handoverMs / 1000,
    totalSeconds: (ed.driveMs + waitMs + handoverMs) / 1000,
  };
}

/** Rule 27: what holds for the patient's acuity is laid over the policy. */
function policyFor({ policy, question: { acuity } }: World): PlainPolicy {
  const own = acuity === undefined || acuity === "extremis" ? undefined : policy.byAcuity?.[acuity];
  if (own === undefined) return policy;
  const { inbound, limits, ...fields } = own;
  const { inbound: caps, ...rest } = policy;
  return {
    ...rest,
    ...(caps === undefined || inbound === "ignore" ? {} : { inbound: caps }),
    ...fields,
    limits: { ...policy.limits, ...limits },
  };
}

function patientOf({ question: { needs, age, acuity } }: World, ways: readonly Way[], alsoNeeds: Way): Patient {
  // Rule 20: an age not given is an adult's, but who needs `paediatric` whichever way he is treated is a child.
  const isChild = waysOf(needs).every((way) => way.has("paediatric"));
  const mayBeCapped = needs.every((need) => need === "emergency");
  return { ways, alsoNeeds, age, assumedAge: isChild ? CHILD_AGE : ADULT_AGE, acuity, mayBeCapped };
}

/** Rule 18: soonest reached by drive alone, the door open at arrival, not refusing this patient. */
function inExtremis(world: World, policy: PlainPolicy, eds: readonly Ed[]): Choice {
  const byDriveAlone: PlainPolicy = { ...policy, rankBy: "drive", waitMinutes: 0 };
  const patient = patientOf(world, waysOf(world.question.needs), new Set());
  const verdicts = eds.map((ed): Verdict => {
    const ways = waysNotRefused(patient, ed);
    const verdict = extremisVerdict(ways, ed);
    const treated = ways.length > 0 ? { ...patient, ways: [wayInExtremis(world, policy, patient, ed, ways)] } : patient;
    const inAny = verdictOf(world, byDriveAlone, treated, ed);
    return { ...inAny, verdict, waitMs: 0, rankMs: ed.driveMs };
  });
  const chosen = verdicts.filter(({ verdict }) => verdict === "accepts").sort(byOrder)[0];
  return { verdicts, chosen, allOnDivert: false, beyondLimit: false };
}

/** Rule 6: the specialist centre within T minutes of drive, else the nearest fallback as a stop on the way. */
function withBypass(world: World, policy: PlainPolicy, eds: readonly Ed[]): Choice {
  const { needs } = world.question;
  const judge = (needed: typeof needs, alsoNeeds: Way): Verdict[] =>
    eds.map((ed) => verdictOf(world, policy, patientOf(world, waysOf(needed), alsoNeeds), ed));
  const verdicts = judge(needs, new Set());
  const centre = choose(policy, verdicts);
  const rule = policy.bypass.find(({ need }) => needs.includes(need));
  if (rule === undefined) return centre;
  const isInTime = ({ ed }: Verdict): boolean => ed.driveMs <= rule.withinMinutes * MINUTE;
  const { chosen } = centre;
  if (chosen !== undefined && isInTime(chosen) && accepts(chosen)) return centre;
  // One in time that accepts, though another farther ranked first, by its handover or because it is named.
  const inTime = verdicts.filter(isInTime);
  if (inTime.some(accepts)) return { ...choose(policy, inTime), verdicts };
  // Whoever refuses or diverts such patients does so at a stop on the way too.
  const relaxed = needs.map((need) => (need === rule.need ? rule.fallback : need));
  const stop = choose(policy, judge(relaxed, withImplied(rule.need)));
  // Where there are doubtful ones alone, they are chosen among as able ones are.
  const isDoubtful = (one: Verdict | undefined): boolean => one?.kind === "doubtful";
  const allDoubtful = isDoubtful(chosen) && (stop.chosen === undefined || isDoubtful(stop.chosen));
  const isFree = (one: Verdict): boolean =>
    accepts(one) || (allDoubtful && isDoubtful(one) && !one.diverts && !one.full);
  if (chosen !== undefined && isInTime(chosen) && isFree(chosen) && allDoubtful) return centre;
  if (allDoubtful && inTime.some(isFree)) return { ...choose(policy, inTime), verdicts };
  if (stop.chosen === undefined) return centre;
  if (chosen === undefined) return stop;
  const isNearer = stop.chosen.ed.driveMs < chosen.ed.driveMs;
  // When nobody accepts at all, a diverting centre in time comes before a diverting stop.
  const isSurer = isDoubtful(chosen) && !isDoubtful(stop.chosen);
  return isNearer && (isSurer || isFree(stop.chosen) || isFree(chosen) || !isInTime(chosen)) ? stop : centre;
}

const accepts = ({ kind, diverts, full }: Verdict): boolean => kind === "able" && !diverts && !full;

const limitMs = (minutes: number | null | undefined): number =>
  minutes === null || minutes === undefined ? Number.POSITIVE_INFINITY : minutes * MINUTE;

/** Rule 17: every detour has a limit. */
function choose(policy: PlainPolicy, verdicts: readonly Verdict[]): Choice {
  const able = verdicts.filter(({ kind }) => kind === "able");
  // Rule 20: what is left out never strands anybody.
  const pool = able.length > 0 ? able : verdicts.filter(({ kind }) => kind === "doubtful");
  const accepting = pool.filter(({ diverts, full }) => !diverts && !full);
  const all = { verdicts, allOnDivert: accepting.length === 0, beyondLimit: false };
  const { limits } = policy;

  // Who would be used without diverts and caps.
  const plain = best(pool, policy);
  if (plain === undefined) return { ...all, chosen: undefined };

  // Los Angeles and Riverside: when the n nearest all divert, the nearest of them takes him.
  const n = limits.nearestWhenDiverting;
  const nearest = [...pool].sort(byDrive).slice(0, n ?? 0);
  if (n !== null && nearest.length === n && nearest.every(({ diverts }) => diverts)) {
    return { ...all, chosen: nearest[0], beyondLimit: accepting.length > 0 };
  }

  // Rule 2, as far as a detour may lead: the best that accepts, else the first although it diverts or is full.
  const within = plain.diverts || plain.full ? accepting.filter((one) => isWithin(one, plain, limits)) : accepting;
  const found = plain.diverts || plain.full ? best(within, policy) : plain;
  const chosen = found ?? plain;
  const beyondLimit = found === undefined && accepting.length > 0;

  // Named receivers: the first name before the choice, or at it, whose receiver accepts and is no farther than allowed.
  if (policy.namedReceiver === "prefer") {
    const farthest = chosen.ed.driveMs + limitMs(limits.receiverExtraMinutes);
    for (const one of [...verdicts].sort(byOrder)) {
      const comesBefore = byOrder(one, chosen) < 0 || (one === chosen && one.diverts);
      if (!comesBefore || !(one.kind === "refuses" || (one.diverts && pool.includes(one)))) continue;
      const receiver = one.names
        .map((name) => accepting.find(({ ed }) => ed.hospital.id === name && ed.driveMs <= farthest))
        .find((named) => named !== undefined);
      if (receiver !== undefined) return { ...all, chosen: receiver, namedBy: one.ed.hospital.id };
    }
  }
  return { ...all, chosen, beyondLimit };
}

function isWithin({ ed }: Verdict, plain: Verdict, limits: PlainLimits): boolean {
  const extraMs = Math.max(
    plain.diverts ? limitMs(limits.divertExtraMinutes) : 0,
    plain.full ? limitMs(limits.capExtraMinutes) : 0,
  );
  const withinMs = plain.diverts ? limitMs(limits.divertWithinMinutes) : Number.POSITIVE_INFINITY;
  return ed.driveMs <= plain.ed.driveMs + extraMs && ed.driveMs <= withinMs;
}

/** The first by order of those that a shorter handover may reach: none farther than so much beyond the nearest. */
function best(pool: readonly Verdict[], policy: PlainPolicy): Verdict | undefined {
  const nearestMs = Math.min(...pool.map(({ ed }) => ed.driveMs));
  const extraMs = policy.rankBy === "drive" ? Number.POSITIVE_INFINITY : limitMs(policy.limits.handoverExtraMinutes);
  return pool.filter(({ ed }) => ed.driveMs <= nearestMs + extraMs).sort(byOrder)[0];
}
