import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Option, Recommendation } from "../../src/diversion/answer/recommendation";
import { DECISION_LOG_FORMAT, DecisionRecorder, readDecisions } from "../../src/diversion/log/decision-log";
import { replayDecisions } from "../../src/diversion/log/decision-replay";
import { DiversionRouter } from "../../src/diversion/router";
import { ENGLAND_DEFAULT, effectivePolicy, type Policy } from "../../src/diversion/rules/policy";
import { HospitalDirectory } from "../../src/hospitals/directory/directory";
import type { HospitalInput } from "../../src/hospitals/directory/hospital";
import { FeedMonitor } from "../../src/hospitals/feeds/feed-monitor";
import { ACUITIES, type Acuity, type Effect } from "../../src/hospitals/status/restriction";
import { StatusBoard } from "../../src/hospitals/status/status-board";
import { indexRoads } from "../../src/roads/index-roads";
import type { RoadIndex } from "../../src/roads/road-index";
import { DIJKSTRA_ENGINE } from "../../src/shortest-path/dijkstra/dijkstra-engine";
import { randomRoads } from "../support/random-roads";

const MINUTE = 60_000;
const NOON = Date.parse("2017-05-15T12:00:00Z");
const EDS = 7;
const WORDS = ["trauma", "major-trauma", "stroke"] as const;

/** Random roads with one-ways, dead ends and parallel roads, their times stretched to minutes. */
const networks: readonly RoadIndex[] = [1, 2, 3, 4, 5, 6].map((seed) => {
  const graph = randomRoads(seed, 50, 140);
  const { edgeMilliseconds } = graph.columns;
  for (let edge = 0; edge < edgeMilliseconds.length; edge++) edgeMilliseconds[edge]! *= 500;
  return indexRoads(graph, { snapLimitMetres: 200_000 });
});

/** Of UTC, within one day, so that it can be judged by arithmetic alone. */
interface Hours {
  readonly opens: number;
  readonly closes: number;
}

interface Service {
  readonly capability: (typeof WORDS)[number];
  readonly minAge?: number;
  readonly maxAge?: number;
  readonly hours?: Hours;
}

interface Ed {
  readonly place: number;
  readonly services: readonly Service[];
  readonly hours?: Hours;
  readonly handoverMinutes?: number;
  /** How old its feed's word is, and what handover it told; absent: no feed reports on it. */
  readonly feed?: { readonly ageMinutes: number; readonly handoverMinutes?: number };
}

/** Times are minutes from noon. */
interface Asked {
  readonly ed: number;
  readonly effect: Effect;
  readonly needs?: readonly string[];
  readonly exceptNeeds?: readonly string[];
  readonly minAge?: number;
  readonly maxAge?: number;
  readonly acuity?: readonly Acuity[];
  readonly from?: number;
  readonly until?: number;
  readonly to?: number;
  readonly observed: number;
}

interface World {
  readonly network: number;
  readonly eds: readonly Ed[];
  readonly asked: readonly Asked[];
  readonly policy: Policy;
  readonly hasFeeds: boolean;
  /** What the list says that it records; absent: the words that some ED of it carries. */
  readonly recorded?: readonly string[];
}

interface Patient {
  readonly place: number;
  readonly needs: readonly (string | { readonly anyOf: string[] })[];
  readonly age?: number;
  readonly acuity?: Acuity;
}

/** Fields that may be absent, as the product's optional fields are: never undefined. */
const record = <T>(model: { [K in keyof T]-?: fc.Arbitrary<NonNullable<T[K]>> }, requiredKeys: (keyof T)[]) =>
  fc.record(model, { requiredKeys: requiredKeys as never }) as unknown as fc.Arbitrary<T>;

const share = fc.nat(9999);
const hours: fc.Arbitrary<Hours> = fc
  .tuple(fc.integer({ min: 0, max: 760 }), fc.integer({ min: 1, max: 600 }))
  .map(([opens, length]) => ({ opens, closes: Math.min(1439, opens + length) }));
const service = record<Service>(
  {
    capability: fc.constantFrom(...WORDS),
    minAge: fc.constantFrom(16, 18),
    maxAge: fc.constantFrom(15, 17),
    hours,
  },
  ["capability"],
).filter(({ minAge, maxAge }) => minAge === undefined || maxAge === undefined);
const ed = record<Ed>(
  {
    place: share,
    services: fc.uniqueArray(service, { minLength: 2, maxLength: 3, selector: ({ capability }) => capability }),
    hours: fc.oneof({ weight: 3, arbitrary: fc.constant({ opens: 0, closes: 1440 }) }, hours),
    handoverMinutes: fc.integer({ min: 0, max: 60 }),
    feed: record({ ageMinutes: fc.integer({ min: 0, max: 20 }), handoverMinutes: fc.integer({ min: 0, max: 60 }) }, [
      "ageMinutes",
    ]),
  },
  ["place", "services"],
);
const time = {
  ed: fc.nat(EDS - 1),
  effect: fc.constantFrom<Effect>("refuse", "divert", "divert", "inform"),
  from: fc.integer({ min: -60, max: 40 }),
  until: fc.integer({ min: 41, max: 120 }),
  to: fc.nat(EDS - 1),
  observed: fc.integer({ min: -300, max: 0 }),
};
/** Most are about everyone: a scope of many parts is about next to nobody. */
const asked: fc.Arbitrary<Asked> = fc.oneof(
  {
    weight: 3,
    arbitrary: record<Omit<Asked, "needs" | "exceptNeeds" | "minAge" | "maxAge" | "acuity">>(time, [
      "ed",
      "effect",
      "observed",
    ]),
  },
  record<Asked>(
    {
      ...time,
      needs: fc.subarray(["emergency", ...WORDS], { minLength: 1, maxLength: 2 }),
      exceptNeeds: fc.subarray([...WORDS], { minLength: 1, maxLength: 2 }),
      minAge: fc.constantFrom(0, 16),
      maxAge: fc.constantFrom(16, 30),
      acuity: fc.subarray([...ACUITIES], { minLength: 1 }),
    },
    ["ed", "effect", "observed"],
  ),
);
const NO_LIMITS: Policy["limits"] = {
  divertExtraMinutes: null,
  receiverExtraMinutes: null,
  capExtraMinutes: null,
  handoverExtraMinutes: null,
  nearestWhenDiverting: null,
  divertWithinMinutes: null,
};
const policy = fc
  .record({
    diverts: fc.constantFrom("honour" as const, "honour" as const, "ignore" as const),
    namedReceiver: fc.constantFrom("prefer" as const, "ignore" as const),
    rankBy: fc.constantFrom("total" as const, "drive" as const),
    unknown: fc.constantFrom("use-with-warning" as const, "refuse" as const),
    divert: fc.constantFrom(null, 60, 240),
    bypassMinutes: fc.constantFrom(undefined, 10, 25),
    waitMinutes: fc.constantFrom(0, 15),
    unrecorded: fc.constantFrom("use-with-warning" as const, "refuse" as const),
    limits: fc.constantFrom(ENGLAND_DEFAULT.limits, NO_LIMITS, {
      ...NO_LIMITS,
      divertExtraMinutes: 5,
      receiverExtraMinutes: 5,
      nearestWhenDiverting: 2,
    }),
  })
  .map(
    ({ divert, bypassMinutes, ...rest }): Policy => ({
      ...ENGLAND_DEFAULT,
      ...rest,
      defaultExpiryMinutes: { divert, refuse: null, inform: null },
      bypass:
        bypassMinutes === undefined ? [] : [{ need: "major-trauma", withinMinutes: bypassMinutes, fallback: "trauma" }],
    }),
  );
const world = record<World>(
  {
    network: fc.nat(networks.length - 1),
    eds: fc.array(ed, { minLength: EDS, maxLength: EDS }),
    asked: fc.array(asked, { minLength: 3, maxLength: 14 }),
    policy,
    hasFeeds: fc.boolean(),
    recorded: fc.subarray([...WORDS]),
  },
  ["network", "eds", "asked", "policy", "hasFeeds"],
);
const need: fc.Arbitrary<Patient["needs"][number]> = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...WORDS) },
  fc.constant({ anyOf: ["major-trauma", "stroke"] as string[] }),
);
const patient = record<Patient>(
  {
    place: share,
    needs: fc.oneof(fc.constant([]), fc.array(need, { minLength: 1, maxLength: 2 })),
    age: fc.integer({ min: 0, max: 40 }),
    acuity: fc.constantFrom(...ACUITIES),
  },
  ["place", "needs"],
);

const instant = (minutes: number): string => new Date(NOON + minutes * MINUTE).toISOString();
/** As opening hours write it, up to 24:00. */
const timeOfDay = (minutes: number): string =>
  `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;
const openingHours = ({ opens, closes }: Hours) => ({
  zone: "UTC",
  periods: [{ weekly: [{ opens: timeOfDay(opens), closes: timeOfDay(closes) }] }],
});

function placeOn(network: number, part: number): [number, number] {
  const { graph } = networks[network]!;
  const [a, b] = graph.segmentPositions(Math.floor((part * graph.segmentCount) / 10_000));
  return [(a![0] + b![0]) / 2, (a![1] + b![1]) / 2];
}

const hospitalOf = (
  network: number,
  { place, services, hours: open, handoverMinutes }: Ed,
  i: number,
): HospitalInput => ({
  id: `H${i}`,
  name: `H${i} Hospital`,
  location: placeOn(network, place),
  capabilities: services.map(({ hours: own, ...rest }) => ({
    ...rest,
    ...(own === undefined ? {} : { openingHours: openingHours(own) }),
  })),
  ...(open === undefined ? {} : { openingHours: openingHours(open) }),
  ...(handoverMinutes === undefined ? {} : { handoverMinutes }),
});

function report(status: StatusBoard, one: Asked, key: number): void {
  const { ed, effect, needs, exceptNeeds, minAge, maxAge, acuity, from, until, to, observed } = one;
  status.report({
    hospital: `H${ed}`,
    key: `k${key}`,
    effect,
    // Reports that replace each other may ask for less than the one before.
    weakens: true,
    scope: {
      ...(needs === undefined ? {} : { needs: [...needs] }),
      ...(exceptNeeds === undefined ? {} : { exceptNeeds: [...exceptNeeds] }),
      ...(minAge === undefined ? {} : { minAge }),
      ...(maxAge === undefined ? {} : { maxAge }),
      ...(acuity === undefined ? {} : { acuity: [...acuity] }),
    },
    ...(from === undefined ? {} : { from: instant(from) }),
    ...(until === undefined ? {} : { until: instant(until) }),
    ...(to === undefined || to === ed ? {} : { divertTo: `H${to}` }),
    reason: "full",
    observedAt: instant(observed),
  });
}

function routerOf({ network, eds, asked, policy, hasFeeds, recorded }: World): DiversionRouter {
  const hospitals = HospitalDirectory.parse({
    hospitals: eds.map((one, i) => hospitalOf(network, one, i)),
    ...(recorded === undefined ? {} : { recorded: [...recorded] }),
  });
  let now = NOON;
  const clock = (): number => now;
  const status = new StatusBoard(hospitals, { clock });
  for (const [key, one] of asked.entries()) report(status, one, key);
  const heard = eds.flatMap((one, i) => (one.feed === undefined ? [] : [{ ...one.feed, hospital: `H${i}` }]));
  const definitions = heard.map(({ hospital }) => ({
    id: `of-${hospital}`,
    hospitals: [hospital],
    timeToLiveMs: 10 * MINUTE,
  }));
  const feeds = new FeedMonitor(status, definitions, { clock });
  for (const { hospital, ageMinutes, handoverMinutes } of [...heard].sort((a, b) => b.ageMinutes - a.ageMinutes)) {
    now = NOON - ageMinutes * MINUTE;
    const minutes = handoverMinutes === undefined ? {} : { handoverMinutes };
    feeds.apply(`of-${hospital}`, {
      hospitals: [{ hospital, state: "accepting", restrictions: [], ...minutes }],
      unmatched: [],
      notes: [],
    });
  }
  now = NOON;
  return new DiversionRouter({
    roads: networks[network]!,
    hospitals,
    status,
    policy,
    clock,
    engine: DIJKSTRA_ENGINE,
    hospitalsOffNetwork: "exclude",
    ...(hasFeeds ? { feeds } : {}),
  });
}

const ask = (target: DiversionRouter, { network }: World, { place, needs, age, acuity }: Patient): Recommendation =>
  target.recommend({
    location: placeOn(network, place),
    needs: [...needs],
    alternatives: EDS,
    at: instant(0),
    ...(age === undefined ? {} : { age }),
    ...(acuity === undefined ? {} : { acuity }),
  });

// What follows judges by the words of the domain, without the product's own rules.

const implied = (words: readonly string[]): string[] => [
  "emergency",
  ...words.flatMap((word) => (word === "major-trauma" ? ["major-trauma", "trauma"] : [word])),
];
/** Every way to meet the needs; at a fallback of the bypass rule, trauma stands for major trauma. */
function waysOf({ needs }: Patient, isFallback: boolean): string[][] {
  let ways: string[][] = [[]];
  for (const one of needs) {
    const options = typeof one === "string" ? [isFallback && one === "major-trauma" ? "trauma" : one] : one.anyOf;
    ways = ways.flatMap((way) => options.map((option) => [...way, option]));
  }
  return ways.map(implied);
}
const isWithin = (open: Hours | undefined, minutes: number): boolean =>
  open === undefined || (open.opens <= 720 + minutes && 720 + minutes < open.closes);
/** Who is of an age not given is an adult. No need here makes a child of him. */
const ADULT = 18;
/** Whether an ED has a word for a patient, at a time in minutes from noon; of any age where none is given. */
function offers({ services, hours: open }: Ed, word: string, age: number | undefined, minutes: number): boolean {
  if (word === "emergency") return isWithin(open, minutes);
  const stated = services.filter(({ capability }) => capability === word);
  const giving =
    stated.length > 0 || word !== "trauma"
      ? stated
      : services.filter(({ capability }) => capability === "major-trauma");
  return giving.some(
    ({ minAge = 0, maxAge = 999, hours: own }) =>
      (age === undefined || (minAge <= age && age <= maxAge)) && isWithin(own, minutes),
  );
}
/** Whether it is not known if an ED has a word: it does not carry it, and its list does not say that it records the word. */
function isUnrecorded({ eds, recorded }: World, { services }: Ed, word: string): boolean {
  const carries = (of: readonly Service[]): boolean => implied(of.map(({ capability }) => capability)).includes(word);
  if (carries(services)) return false;
  return recorded === undefined ? !eds.some((one) => carries(one.services)) : !recorded.includes(word);
}
/** What a restriction asks for: a refusal that may not be about this patient, for what was not said, counts as a divert. */
const effectOn = ({ effect, minAge, maxAge, acuity }: Asked, who: Patient): Effect =>
  effect === "refuse" &&
  ((who.age === undefined && (minAge ?? maxAge) !== undefined) || (who.acuity === undefined && acuity !== undefined))
    ? "divert"
    : effect;
/**
 * Whether what an ED asks is about this patient and in force at a time in minutes from noon; who is of an age not given is
 * an adult, and an acuity not given counts as within.
 *
 * @param elsewhere needs of the way that are met beyond this ED: no exception is made for them.
 */
function stands(
  one: Asked,
  way: readonly string[],
  { age = ADULT, acuity }: Patient,
  minutes: number,
  rules: Policy,
  elsewhere: readonly string[] = [],
): boolean {
  const expiry = rules.defaultExpiryMinutes[one.effect];
  const began = one.from ?? Number.NEGATIVE_INFINITY;
  const ends = one.until ?? (expiry === null ? Number.POSITIVE_INFINITY : Math.max(began, one.observed) + expiry);
  if (minutes < began || minutes >= ends) return false;
  if (one.needs !== undefined && !one.needs.some((word) => way.includes(word))) return false;
  if (one.exceptNeeds?.some((word) => way.includes(word) && !elsewhere.includes(word))) return false;
  if (age < (one.minAge ?? 0) || age > (one.maxAge ?? 999)) return false;
  return one.acuity === undefined || acuity === undefined || one.acuity.includes(acuity);
}

const options = ({ destination, alternatives }: Recommendation): Option[] => [
  ...(destination === undefined ? [] : [destination]),
  ...alternatives,
];
const isFallback = ({ destination }: Recommendation): boolean =>
  destination?.warnings.some(({ code }) => code === "bypass-fallback") ?? false;
/** Ages and exceptions that make no sense leave no world: the report itself would be refused. */
const isSound = ({ asked }: Pick<World, "asked">): boolean =>
  asked.every(
    ({ minAge = 0, maxAge = 999, needs = [], exceptNeeds = [] }) =>
      minAge <= maxAge && !exceptNeeds.some((word) => needs.includes(word)),
  );

/** Whether the age not given may stand against the destination. */
const isDoubtful = ({ destination }: Recommendation, { age, acuity }: Patient): boolean =>
  age === undefined &&
  acuity !== "extremis" &&
  (destination?.warnings.some(({ code }) => code === "capability") ?? false);

const RANK_OF_OUTCOME = { destination: 0, "all-on-divert": 1, "no-facility": 4, unreachable: 5 } as const;

/** Whether one answer is worse than another: by outcome, a doubtful one after all others, then by what ranks. */
function isWorse(after: Recommendation, before: Recommendation, { policy }: World, who: Patient): boolean {
  const grade = (answer: Recommendation): number => RANK_OF_OUTCOME[answer.outcome] + (isDoubtful(answer, who) ? 2 : 0);
  const [a, b] = [grade(after), grade(before)];
  if (a !== b) return a > b;
  const byDrive = who.acuity === "extremis" || effectivePolicy(policy, who.acuity).rankBy === "drive";
  const seconds = ({ destination }: Recommendation): number => {
    if (destination === undefined) return 0;
    const { driveSeconds, waitSeconds = 0, totalSeconds } = destination;
    // Both count whole milliseconds: the sum of two such times may differ in its last bit.
    return Math.round(1000 * (byDrive ? driveSeconds + waitSeconds : totalSeconds));
  };
  return seconds(after) > seconds(before);
}

/** Limits let an ED that was shut out of a choice in again, and with it the limit is counted against another drive. */
const withoutLimits = (one: World): World => ({ ...one, policy: { ...one.policy, limits: NO_LIMITS } });

/** Whether any of these names the destination to take its patients. */
const isNamed = (asked: readonly Asked[], { destination }: Recommendation): boolean =>
  asked.some(({ to }) => to !== undefined && destination?.hospital.id === `H${to}`);

const parameters = { seed: 2017, numRuns: 300 };
const given = (check: (world: World, patient: Patient) => void): void =>
  fc.assert(fc.property(world.filter(isSound), patient, check), parameters);

describe("whatever the roads, EDs, hours, feeds, policy, restrictions and names", () => {
  /**
   * Save one that is said to be used although it asks for a divert. A need that is not recorded of an ED, and one that it
   * has for other ages than the assumed, do not stand against it where that is said; the latter only where all are so.
   */
  it("an accepted ED never violates its restrictions when it takes the patient, and offers what is needed", () => {
    let [accepted, waited, although, unrecorded, doubtful] = [0, 0, 0, 0, 0];
    given((one, who) => {
      const advice = ask(routerOf(one), one, who);
      if (advice.outcome !== "destination" || who.acuity === "extremis") return;
      const ways = waysOf(who, isFallback(advice));
      const isInDoubt = isDoubtful(advice, who);
      for (const { hospital, driveSeconds, waitSeconds = 0, warnings } of options(advice)) {
        const said = (...codes: string[]): boolean => warnings.some(({ code }) => codes.includes(code));
        const i = Number(hospital.id.slice(1));
        const arrival = driveSeconds / 60;
        const minutes = (driveSeconds + waitSeconds) / 60;
        expect(waitSeconds).toBeLessThanOrEqual(one.policy.waitMinutes * 60);
        const isUsedAlthough = said("beyond-limit", "nearest-diverting");
        const hinders = (restriction: Asked): boolean =>
          effectOn(restriction, who) === "divert" && one.policy.diverts === "honour" && !isUsedAlthough;
        const has = (way: readonly string[], age: number | undefined): boolean =>
          way.every(
            (word) =>
              offers(one.eds[i]!, word, age, minutes) ||
              (one.policy.unrecorded === "use-with-warning" &&
                said("need-not-recorded") &&
                isUnrecorded(one, one.eds[i]!, word)),
          );
        const isFree = (way: readonly string[]): boolean =>
          !one.asked.some(
            (restriction) =>
              restriction.ed === i &&
              ((effectOn(restriction, who) === "refuse" && stands(restriction, way, who, arrival, one.policy)) ||
                (hinders(restriction) && stands(restriction, way, who, minutes, one.policy))),
          );
        const fits = (age: number | undefined): boolean => ways.some((way) => has(way, age) && isFree(way));
        const what = `${hospital.id} of ${JSON.stringify(advice)}`;
        expect(fits(isInDoubt ? undefined : (who.age ?? ADULT)), what).toBe(true);
        // While an ED takes adults, none that takes only others is used for a patient of an age not given.
        if (isInDoubt) expect(fits(ADULT), what).toBe(false);
        accepted++;
        waited += Number(waitSeconds > 0);
        although += Number(isUsedAlthough);
        unrecorded += Number(said("need-not-recorded"));
        doubtful += Number(isInDoubt);
      }
    });
    expect(accepted).toBeGreaterThan(200);
    for (const count of [waited, although, unrecorded, doubtful]) expect(count).toBeGreaterThan(0);
  });

  it("a refusing ED is never recommended, in extremis, at a fallback or by a name", () => {
    given((one, who) => {
      const advice = ask(routerOf(one), one, who);
      for (const { hospital, driveSeconds } of options(advice)) {
        const i = Number(hospital.id.slice(1));
        // A stop on the way is still for a patient who needs the specialist.
        const ways = isFallback(advice) ? waysOf(who, true).map((way) => [...way, "major-trauma"]) : waysOf(who, false);
        const elsewhere = isFallback(advice) ? ["major-trauma"] : [];
        const isRefused = (way: readonly string[]): boolean =>
          one.asked.some(
            (restriction) =>
              restriction.ed === i &&
              effectOn(restriction, who) === "refuse" &&
              stands(restriction, way, who, driveSeconds / 60, one.policy, elsewhere),
          );
        expect(ways.every(isRefused), `${hospital.id} of ${JSON.stringify(advice)}`).toBe(false);
      }
    });
  });

  it("every nearer ED, and the one that would be used without restrictions, is passed over for reasons, each said once", () => {
    given((one, who) => {
      const advice = ask(routerOf(one), one, who);
      for (const { hospital, because, driveSeconds } of advice.passedOver) {
        expect(because.length).toBeGreaterThan(0);
        expect(new Set(because.map(({ text }) => text)).size).toBe(because.length);
        if (advice.destination === undefined || hospital.id === advice.unrestricted?.hospital.id) continue;
        expect(driveSeconds).toBeLessThanOrEqual(advice.destination.driveSeconds);
      }
      const passed = advice.passedOver.map(({ hospital }) => hospital.id);
      expect(new Set(passed).size, JSON.stringify(advice)).toBe(passed.length);
      expect(passed).not.toContain(advice.destination?.hospital.id);
      // A nearer one that accepts is an alternative, and passed over for what it takes there.
      const named = [...options(advice).map(({ hospital }) => hospital.id), ...passed];
      if (advice.unrestricted !== undefined) expect(named).toContain(advice.unrestricted.hospital.id);
    });
  });

  /**
   * Worse: an outcome further down destination, all-on-divert, no-facility, unreachable; or the same outcome and later.
   * Two agreements may ask for a later door, and then the answer says so: an ED that a divert names as its receiver can
   * take the patient again, or the specialist centre can be had in place of the fallback.
   */
  it("removing a restriction never makes the answer slower, but to keep to a name or to reach the specialist", () => {
    let [same, better, excused] = [0, 0, 0];
    given((world, who) => {
      const one = withoutLimits(world);
      const target = routerOf(one);
      let before = ask(target, one, who);
      one.asked.forEach(({ ed }, key) => {
        target.status.clear(`H${ed}`, `k${key}`);
        const after = ask(target, one, who);
        if (isWorse(after, before, one, who)) {
          const named = one.policy.namedReceiver === "prefer" && isNamed(one.asked.slice(key + 1), after);
          const specialist = one.policy.bypass.length > 0 && isFallback(before) && !isFallback(after);
          expect(named || specialist, `without ${key}: ${JSON.stringify([before, after])}`).toBe(true);
          excused++;
        } else if (isWorse(before, after, one, who)) better++;
        else same++;
        before = after;
      });
    });
    expect(better).toBeGreaterThan(50);
    expect(same).toBeGreaterThan(50);
    expect(excused).toBeLessThan(better / 2);
  });

  it("adding an open ED never makes the answer slower, but to reach the specialist", () => {
    let better = 0;
    fc.assert(
      fc.property(world.filter(isSound), patient, share, fc.integer({ min: 0, max: 30 }), (given, who, place, wait) => {
        // With the new ED a list that says nothing of what it records would record more words, against the others.
        const one: World = { recorded: WORDS, ...withoutLimits(given) };
        const open: Ed = {
          place,
          services: WORDS.map((capability) => ({ capability })),
          handoverMinutes: wait,
          feed: { ageMinutes: 0 },
        };
        const before = ask(routerOf(one), one, who);
        const after = ask(routerOf({ ...one, eds: [...one.eds, open] }), one, who);
        if (isWorse(before, after, one, who)) better++;
        const specialist = one.policy.bypass.length > 0 && isFallback(before) && !isFallback(after);
        const worse = isWorse(after, before, one, who) && !specialist;
        expect(worse, JSON.stringify([before, after])).toBe(false);
      }),
      parameters,
    );
    expect(better).toBeGreaterThan(100);
  });

  it("age or acuity left out never turns a destination into none", () => {
    let left = 0;
    given((one, who) => {
      if (who.acuity === "extremis") return;
      const target = routerOf(one);
      const before = ask(target, one, who);
      if (before.destination === undefined) return;
      const { age: _, ...ageless } = who;
      const { acuity: __, ...plain } = who;
      const { acuity: ___, ...neither } = ageless;
      for (const less of [ageless, plain, neither]) {
        const after = ask(target, one, less);
        expect(after.destination, JSON.stringify([before, after])).toBeDefined();
        left += Number(after.destination!.hospital.id !== before.destination.hospital.id);
      }
    });
    expect(left).toBeGreaterThan(0);
  });

  it("no divert, name or handover leads farther than its limit, against the ED that would be used without it", () => {
    let [farther, kept] = [0, 0];
    const limit = fc.integer({ min: 0, max: 15 });
    fc.assert(
      fc.property(world.filter(isSound), patient, limit, limit, limit, (given, who, divert, receiver, handover) => {
        if (who.acuity === "extremis") return;
        const limits = {
          ...NO_LIMITS,
          divertExtraMinutes: divert,
          receiverExtraMinutes: receiver,
          handoverExtraMinutes: handover,
        };
        // Without waits and bypass, ignoring diverts and names leaves the ED that would be used without them.
        const policy: Policy = { ...given.policy, limits, waitMinutes: 0, bypass: [], byAcuity: {} };
        const answer = (own: Partial<Policy>): Recommendation => {
          const one = { ...given, policy: { ...policy, ...own } };
          return ask(routerOf(one), one, who);
        };
        const advice = answer({});
        const plain = answer({ diverts: "ignore", namedReceiver: "ignore" });
        const nearest = answer({ diverts: "ignore", namedReceiver: "ignore", rankBy: "drive" });
        expect(advice.destination === undefined).toBe(plain.destination === undefined);
        if (advice.destination === undefined) return;
        const minutes = ({ destination }: Recommendation): number => destination!.driveSeconds / 60;
        const what = JSON.stringify([advice, plain]);
        const names = policy.namedReceiver === "prefer" && given.asked.some(({ to }) => to !== undefined);
        const most = minutes(plain) + divert + (names ? receiver : 0);
        expect(minutes(advice), what).toBeLessThanOrEqual(most + 1e-6);
        if (policy.rankBy === "total")
          expect(minutes(plain), what).toBeLessThanOrEqual(minutes(nearest) + handover + 1e-6);
        farther += Number(minutes(advice) > minutes(plain));
        if (!advice.destination.warnings.some(({ code }) => code === "beyond-limit")) return;
        for (const { driveSeconds } of advice.alternatives) {
          expect(driveSeconds / 60, what).toBeGreaterThan(minutes(advice) + divert);
        }
        kept++;
      }),
      parameters,
    );
    expect(farther).toBeGreaterThan(5);
    expect(kept).toBeGreaterThan(3);
  });

  it("the order of reports with distinct observedAt does not change the final state, nor the answer", () => {
    const reports = fc
      .uniqueArray(asked, { minLength: 1, maxLength: 10, selector: ({ observed }) => observed })
      .filter((list) => isSound({ asked: list }));
    const shuffled = reports.chain((list) =>
      fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length, maxLength: list.length })),
    );
    fc.assert(
      fc.property(world.filter(isSound), patient, shuffled, (one, who, [list, other]) => {
        const ending = (reports: readonly Asked[]): string => {
          const target = routerOf({ ...one, asked: [], hasFeeds: false });
          // Few keys, so that reports replace each other.
          for (const said of reports) report(target.status as StatusBoard, said, said.ed % 2);
          const { basis: _, ...answer } = ask(target, one, who);
          return JSON.stringify([target.status.view().all(), answer]);
        };
        expect(ending(other)).toBe(ending(list));
      }),
      { ...parameters, numRuns: 120 },
    );
  });

  it("replay equals the original, byte for byte", () => {
    const check = (one: World, who: Patient): void => {
      const target = routerOf(one);
      const lines = [DECISION_LOG_FORMAT.header()];
      const recorder = new DecisionRecorder(target, (line) => {
        const sealed = line(lines.at(-1)!.checksum);
        lines.push(sealed);
        return sealed;
      });
      const { place, needs, ...rest } = who;
      const request = { location: placeOn(one.network, place), needs: [...needs], at: instant(0), ...rest };
      recorder.record(request, target.recommend(request));
      target.status.setOpen("H0", false);
      recorder.record(request, target.recommend(request));
      const { hospitals, status } = target;
      const decisions = readDecisions(lines.map(({ text }) => text).join(""));
      const sources = {
        roads: networks[one.network]!,
        hospitals,
        status,
        policy: one.policy,
        hospitalsOffNetwork: "exclude" as const,
      };
      expect(replayDecisions(decisions, sources)).toEqual({ decisions: 2, reproduced: 2 });
    };
    fc.assert(fc.property(world.filter(isSound), patient, check), { ...parameters, numRuns: 100 });
  });
});
