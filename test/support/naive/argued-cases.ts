import type { Asked, PlainFeed, PlainHospital, PlainPolicy, Question, Report, World } from "./world";

/** A case whose right answer was argued by the domain before anything was asked. */
export interface ArguedCase {
  readonly rule: number | "table";
  readonly name: string;
  readonly world: World;
  /** The destination; undefined where there is none. */
  readonly goesTo: string | undefined;
  readonly outcome?: "all-on-divert" | "no-facility" | "unreachable";
  readonly waitSeconds?: number;
  readonly because: string;
}

const MINUTE = 60_000;

/** What England's policy says, written out: the cases hold for these figures. */
const ENGLAND: PlainPolicy = {
  diverts: "honour",
  namedReceiver: "prefer",
  rankBy: "total",
  limits: {
    divertExtraMinutes: 30,
    receiverExtraMinutes: 20,
    capExtraMinutes: 10,
    handoverExtraMinutes: 15,
    nearestWhenDiverting: null,
  },
  waitMinutes: 15,
  handoverDefaultMinutes: 15,
  handoverCapMinutes: 45,
  byAcuity: { immediate: { rankBy: "drive", inbound: "ignore" } },
  defaultExpiryMinutes: { divert: 240, refuse: null, inform: null },
  bypass: [{ need: "major-trauma", withinMinutes: 45, fallback: "trauma" }],
  unknown: "use-with-warning",
  unrecorded: "use-with-warning",
};

type Place = number | ({ readonly km: number; readonly offers?: readonly string[] } & Partial<PlainHospital>);
type Says = Partial<Asked> & Partial<Report> & { readonly hospital: string };

interface Scene {
  readonly says?: readonly Says[];
  readonly feeds?: readonly PlainFeed[];
  readonly overrules?: World["overrules"];
  readonly policy?: Partial<PlainPolicy>;
  readonly ask?: Partial<Question> & { readonly km?: number };
  readonly at?: string;
  readonly closed?: readonly number[];
  readonly expected?: Readonly<Record<string, number>>;
  readonly recorded?: readonly string[];
}

/** One road of 240 km, a minute each, the incident at 100 unless said. */
const ROAD = {
  nodes: Array.from({ length: 241 }, (_, km) => [km, 0] as const),
  roads: Array.from({ length: 240 }, (_, km) => [km, km + 1, MINUTE, MINUTE] as const),
};

function world(places: Readonly<Record<string, Place>>, scene: Scene = {}): World {
  const {
    says = [],
    feeds,
    overrules,
    policy,
    ask = {},
    at = "2017-05-15T11:00:00Z",
    closed = [],
    expected = {},
    recorded,
  } = scene;
  const { km = 100, ...question } = ask;
  return {
    at,
    network: ROAD,
    closed,
    hospitals: Object.entries(places).map(([id, place]) => {
      const { km: node, offers = [], ...rest } = typeof place === "number" ? { km: place } : place;
      return { id, node, services: offers.map((capability) => ({ capability })), ...rest };
    }),
    ...(recorded === undefined ? {} : { recorded }),
    reports: says.map((one, i) => ({ key: `k${i}`, effect: "divert", observed: -1, received: -1, ...one })),
    ...(feeds === undefined ? {} : { feeds }),
    ...(overrules === undefined ? {} : { overrules }),
    expected,
    policy: { ...ENGLAND, ...policy },
    question: { node: km, needs: [], ...question },
  };
}

const nightly = (opens: string, closes: string) => ({ zone: "Europe/London", weekly: [{ opens, closes }] });
const limits = (some: Partial<PlainPolicy["limits"]>): Partial<PlainPolicy> => ({
  limits: { ...ENGLAND.limits, ...some },
});
const closedByFeed = (hospital: string, heard: number, since: number, timeToLiveMinutes = 10): PlainFeed => ({
  id: "east",
  timeToLiveMinutes,
  words: { [hospital]: { heard, since, says: "restricted", asks: [{ key: "ed", effect: "divert" }] } },
});

export const ARGUED_CASES: readonly ArguedCase[] = [
  {
    rule: 1,
    name: "a refusal a minute away, a divert 25 away",
    world: world({ A: 99, B: 125 }, { says: [{ hospital: "A", effect: "refuse" }, { hospital: "B" }] }),
    goesTo: "B",
    outcome: "all-on-divert",
    because: "a divert is a request, a refusal is absolute",
  },
  {
    rule: 2,
    name: "all divert",
    world: world({ A: 99, B: 104, C: 130 }, { says: [{ hospital: "A" }, { hospital: "B" }, { hospital: "C" }] }),
    goesTo: "A",
    outcome: "all-on-divert",
    because: "the nearest diverting ED is used anyway",
  },
  {
    rule: 2,
    name: "all refuse",
    world: world({ A: 99, B: 104 }, { says: ["A", "B"].map((hospital) => ({ hospital, effect: "refuse" as const })) }),
    goesTo: undefined,
    outcome: "no-facility",
    because: "a refusing one never is",
  },
  {
    rule: 4,
    name: "shuts at 22:00, arrival 22:04",
    world: world({ A: { km: 109, openingHours: nightly("08:00", "22:00") }, B: 140 }, { at: "2017-07-05T20:55:00Z" }),
    goesTo: "B",
    because: "availability is judged at the predicted arrival",
  },
  {
    rule: 4,
    name: "a divert until 14:00, arrival 14:10",
    world: world({ A: 120, B: 130 }, { says: [{ hospital: "A", until: 10 }] }),
    goesTo: "A",
    because: "it has ended on arrival",
  },
  {
    rule: "table",
    name: "the hour that is missing in March",
    // 01:30 does not come on 26 March 2017: by the offset before the gap it is 01:30Z, after an arrival at 01:15Z.
    world: world(
      { A: { km: 110, openingHours: nightly("01:30", "08:00") }, B: 130 },
      { at: "2017-03-26T01:05:00Z", policy: { waitMinutes: 0 } },
    ),
    goesTo: "B",
    because: "wall-clock hours are moments: this door opens at 01:30Z",
  },
  {
    rule: "table",
    name: "the hour that comes twice in October",
    world: world(
      { A: { km: 110, openingHours: nightly("01:30", "08:00") }, B: 130 },
      { at: "2017-10-29T00:25:00Z", policy: { waitMinutes: 0 } },
    ),
    goesTo: "A",
    because: "a time that comes twice is the first of the two: open from 00:30Z on",
  },
  {
    rule: 6,
    name: "a major trauma centre at 45 minutes, a trauma unit at 3",
    world: world(
      { A: { km: 103, offers: ["trauma"] }, C: { km: 145, offers: ["major-trauma"] } },
      { ask: { needs: ["major-trauma"] } },
    ),
    goesTo: "C",
    because: "45 minutes are within 45",
  },
  {
    rule: 6,
    name: "the same at 46 minutes",
    world: world(
      { A: { km: 103, offers: ["trauma"] }, C: { km: 146, offers: ["major-trauma"] } },
      { ask: { needs: ["major-trauma"] } },
    ),
    goesTo: "A",
    because: "beyond the time the nearest fallback is a stop on the way",
  },
  {
    rule: "table",
    name: "an injured child: paediatric centre 50 min, adult one 20, a trauma unit 10",
    world: world(
      {
        P: { km: 150, services: [{ capability: "major-trauma", maxAge: 15 }] },
        Q: { km: 120, services: [{ capability: "major-trauma", minAge: 16 }] },
        T: { km: 110, offers: ["trauma"] },
      },
      { ask: { needs: ["major-trauma"], age: 8 } },
    ),
    goesTo: "T",
    because: "no centre for a child is within 45 minutes",
  },
  {
    rule: "table",
    name: "handover 90 minutes at the nearest, 10 at the third nearest",
    world: world({
      A: { km: 101, handoverMinutes: 90 },
      B: { km: 102, handoverMinutes: 90 },
      C: { km: 110, handoverMinutes: 10 },
    }),
    goesTo: "C",
    because: "total time ranks: 46 (90 are counted as 45) against 20",
  },
  {
    rule: 8,
    name: "silent beyond its time to live, and the policy refuses that",
    world: world(
      { A: 99, B: 120 },
      {
        policy: { unknown: "refuse" },
        feeds: [
          {
            id: "east",
            timeToLiveMinutes: 10,
            words: {
              A: { heard: -11, since: -11, says: "accepting", asks: [] },
              B: { heard: -10, since: -10, says: "accepting", asks: [] },
            },
          },
        ],
      },
    ),
    goesTo: "B",
    because: "unknown is neither open nor closed; at its time to live exactly a feed is still fresh",
  },
  {
    rule: 10,
    name: "the only road is closed",
    world: world({ A: 120 }, { closed: [110] }),
    goesTo: undefined,
    outcome: "unreachable",
    because: "no time is invented",
  },
  {
    rule: "table",
    name: "A diverts to B, B to A, C accepts",
    world: world(
      { A: 104, B: 98, C: 120 },
      {
        says: [
          { hospital: "A", divertTo: "B" },
          { hospital: "B", divertTo: "A" },
        ],
      },
    ),
    goesTo: "C",
    because: "neither receiver accepts, so neither name counts",
  },
  {
    rule: "table",
    name: "inside the hospital's grounds",
    world: world({ A: 100, B: 101 }),
    goesTo: "A",
    because: "zero minutes work",
  },
  {
    rule: 17,
    name: "A a minute away diverts, the next is 119 away",
    world: world({ A: 101, B: 219 }, { says: [{ hospital: "A" }] }),
    goesTo: "A",
    because: "118 minutes more are beyond the 30 a divert may cost",
  },
  {
    rule: 17,
    name: "the same, the next exactly 30 minutes farther",
    world: world({ A: 101, B: 131 }, { says: [{ hospital: "A" }] }),
    goesTo: "B",
    because: "the limit itself is within it",
  },
  {
    rule: 17,
    name: "the two nearest divert, the third at 30 minutes accepts, n = 2",
    world: world(
      { A: 101, B: 98, C: 130 },
      { says: [{ hospital: "A" }, { hospital: "B" }], policy: limits({ nearestWhenDiverting: 2 }) },
    ),
    goesTo: "A",
    because: "Riverside: when the two nearest divert, the nearest takes him",
  },
  {
    rule: 17,
    name: "the nearest refuses, the next diverts, the third accepts, n = 2",
    world: world(
      { A: 101, B: 98, C: 120 },
      {
        says: [{ hospital: "A", effect: "refuse" }, { hospital: "B" }],
        policy: limits({ nearestWhenDiverting: 2 }),
      },
    ),
    goesTo: "C",
    because: "one that refuses could not take him and is not counted: of the two nearest that could, one accepts",
  },
  {
    rule: 17,
    name: "A names X at 90 minutes, B at 3 accepts",
    world: world({ A: 101, B: 103, X: 190 }, { says: [{ hospital: "A", divertTo: "X" }] }),
    goesTo: "B",
    because: "87 minutes more are beyond the 20 a name may cost",
  },
  {
    rule: 17,
    name: "A names X at 20 minutes, B at 3 accepts",
    world: world({ A: 101, B: 103, X: 120 }, { says: [{ hospital: "A", divertTo: "X" }] }),
    goesTo: "X",
    because: "17 minutes more than B are within the 20 a name may cost",
  },
  {
    rule: 17,
    name: "A names B, B names C at 40 minutes, D at 7 accepts",
    world: world(
      { A: 101, B: 103, C: 140, D: 107 },
      {
        says: [
          { hospital: "A", divertTo: "B" },
          { hospital: "B", divertTo: "C" },
        ],
      },
    ),
    goesTo: "D",
    because: "B does not accept, and C is 33 minutes farther than D",
  },
  {
    rule: 17,
    name: "an ED at its cap, the next 16 minutes away",
    world: world({ A: 101, B: 116 }, { expected: { A: 3 }, policy: { inbound: { capPerHour: 3, effect: "divert" } } }),
    goesTo: "A",
    because: "15 minutes more are beyond the 10 a cap may cost",
  },
  {
    rule: 17,
    name: "the same, 10 minutes farther",
    world: world({ A: 101, B: 111 }, { expected: { A: 3 }, policy: { inbound: { capPerHour: 3, effect: "divert" } } }),
    goesTo: "B",
    because: "within the 10",
  },
  {
    rule: 17,
    name: "a queue of 45 minutes at A, none 17 minutes farther",
    world: world({ A: { km: 101, handoverMinutes: 45 }, B: { km: 118, handoverMinutes: 0 } }),
    goesTo: "A",
    because: "care would begin sooner at B, but 17 minutes more of drive are beyond the 15 a queue may cost",
  },
  {
    rule: 17,
    name: "a refusal has no limit",
    world: world({ A: 101, B: 219 }, { says: [{ hospital: "A", effect: "refuse" }] }),
    goesTo: "B",
    because: "it says where he cannot be treated",
  },
  {
    rule: 18,
    name: "in extremis A refuses and names X, B at 3 accepts",
    world: world(
      { A: 101, B: 103, X: 190 },
      { says: [{ hospital: "A", effect: "refuse", divertTo: "X" }], ask: { acuity: "extremis" } },
    ),
    goesTo: "B",
    because: "no names: the soonest that does not refuse",
  },
  {
    rule: 18,
    name: "a child in extremis, an ED for adults at 1, a children's at 30",
    world: world(
      { A: { km: 101, services: [{ capability: "emergency", minAge: 16 }] }, B: { km: 130, offers: ["paediatric"] } },
      { ask: { acuity: "extremis", age: 5, needs: ["paediatric"] } },
    ),
    goesTo: "A",
    because: "no ages and no capabilities: what it lacks is a warning",
  },
  {
    rule: 18,
    name: "in extremis the nearest diverts, is full and hands over slowly",
    world: world(
      { A: { km: 101, handoverMinutes: 90 }, B: 102 },
      {
        says: [{ hospital: "A" }],
        expected: { A: 9 },
        policy: { inbound: { capPerHour: 1, effect: "divert" } },
        ask: { acuity: "extremis" },
      },
    ),
    goesTo: "A",
    because: "by the drive alone",
  },
  {
    rule: 18,
    name: "in extremis the nearest door opens a minute after arrival",
    world: world({ A: { km: 101, openingHours: nightly("12:02", "22:00") }, B: 130 }, { ask: { acuity: "extremis" } }),
    goesTo: "B",
    because: "the door is open at arrival, or it is none",
  },
  {
    rule: 18,
    name: "in extremis a heart attack centre is nearest",
    world: world(
      { A: { km: 101, offers: ["heart-attack"], emergencyDepartment: false }, B: 130 },
      { ask: { acuity: "extremis", needs: ["heart-attack"] } },
    ),
    goesTo: "B",
    because: "an ED, whatever it lacks",
  },
  {
    rule: 19,
    name: "a divert that ends 3 minutes after arrival, the next ED 58 minutes farther",
    world: world({ A: 101, B: 159 }, { says: [{ hospital: "A", until: 4 }] }),
    goesTo: "A",
    waitSeconds: 180,
    because: "3 minutes of waiting are less than 58 of driving",
  },
  {
    rule: 19,
    name: "a door that opens 10 minutes after arrival, the next ED 5 minutes farther",
    world: world({ A: { km: 101, openingHours: nightly("12:11", "22:00") }, B: 106 }),
    goesTo: "B",
    because: "waiting counts as time to care",
  },
  {
    rule: 19,
    name: "a door that opens 15 minutes after arrival, the next ED 16 minutes farther",
    world: world({ A: { km: 101, openingHours: nightly("12:16", "22:00") }, B: 117 }),
    goesTo: "A",
    waitSeconds: 900,
    because: "15 minutes may be waited, and are less than 16",
  },
  {
    rule: 19,
    name: "the same a minute later",
    world: world({ A: { km: 101, openingHours: nightly("12:17", "22:00") }, B: 118 }),
    goesTo: "B",
    because: "16 minutes may not be waited",
  },
  {
    rule: 19,
    name: "a refusal that ends 3 minutes after arrival",
    world: world({ A: 101, B: 140 }, { says: [{ hospital: "A", effect: "refuse", until: 4 }] }),
    goesTo: "B",
    because: "a refusal is not waited for",
  },
  {
    rule: 20,
    name: "the only ED refuses children, no age given",
    world: world({ A: 101 }, { says: [{ hospital: "A", effect: "refuse", scope: { maxAge: 15 } }] }),
    goesTo: "A",
    because: "an age not given is an adult's",
  },
  {
    rule: 20,
    name: "the only ED refuses adults, no age given",
    world: world({ A: 101 }, { says: [{ hospital: "A", effect: "refuse", scope: { minAge: 16 } }] }),
    goesTo: "A",
    outcome: "all-on-divert",
    because: "a refusal by an age that is assumed counts as a divert",
  },
  {
    rule: 20,
    name: "the only ED refuses the acuity standard, no acuity given",
    world: world({ A: 101 }, { says: [{ hospital: "A", effect: "refuse", scope: { acuity: ["standard"] } }] }),
    goesTo: "A",
    outcome: "all-on-divert",
    because: "a refusal so scoped counts as a divert",
  },
  {
    rule: 20,
    name: "paediatric, no age given, a children's hospital a minute away",
    world: world(
      { A: { km: 101, services: [{ capability: "paediatric", maxAge: 15 }] }, B: { km: 130, offers: ["paediatric"] } },
      { ask: { needs: ["paediatric"] } },
    ),
    goesTo: "A",
    because: "who needs paediatric is a child",
  },
  {
    rule: 20,
    name: "the nearest diverts children, no age given",
    world: world({ A: 101, B: 110 }, { says: [{ hospital: "A", scope: { maxAge: 15 } }] }),
    goesTo: "A",
    because: "adult calls without an age are not moved by a divert of children",
  },
  {
    rule: 20,
    name: "the only ED takes children only, no age given",
    world: world({ A: { km: 101, services: [{ capability: "emergency", maxAge: 15 }] } }),
    goesTo: "A",
    because: "what is left out strands nobody",
  },
  {
    rule: 21,
    name: "maternity, which no hospital of the list carries",
    world: world({ A: 101, B: 130 }, { ask: { needs: ["maternity"] } }),
    goesTo: "A",
    because: "not recorded is not not offered",
  },
  {
    rule: 21,
    name: "the same under a policy that forbids it",
    world: world({ A: 101, B: 130 }, { ask: { needs: ["maternity"] }, policy: { unrecorded: "refuse" } }),
    goesTo: undefined,
    outcome: "no-facility",
    because: "the policy may forbid",
  },
  {
    rule: 21,
    name: "stroke, which the list records, a minute away not, 33 away yes",
    world: world({ A: 101, B: { km: 133, offers: ["stroke"] } }, { ask: { needs: ["stroke"] }, recorded: ["stroke"] }),
    goesTo: "B",
    because: "what is recorded and not there is not offered",
  },
  {
    rule: 22,
    name: "a plain patient beside a heart attack centre",
    world: world({ A: { km: 101, offers: ["heart-attack"], emergencyDepartment: false }, B: 130 }),
    goesTo: "B",
    because: "a place that is no ED takes the needs it lists and nobody else",
  },
  {
    rule: 22,
    name: "a heart attack there",
    world: world(
      {
        A: { km: 101, offers: ["heart-attack"], emergencyDepartment: false },
        B: { km: 130, offers: ["heart-attack"] },
      },
      { ask: { needs: ["heart-attack"] } },
    ),
    goesTo: "A",
    because: "it lists the need",
  },
  {
    rule: 22,
    name: "a heart attack and an injury there",
    world: world(
      {
        A: { km: 101, offers: ["heart-attack"], emergencyDepartment: false },
        B: { km: 130, offers: ["heart-attack", "trauma"] },
      },
      { ask: { needs: ["heart-attack", "trauma"] } },
    ),
    goesTo: "B",
    because: "it must list all of them",
  },
  {
    rule: 23,
    name: "a fresh feed has said closed for ten hours",
    world: world({ A: 101, B: 110 }, { feeds: [closedByFeed("A", -5, -600)] }),
    goesTo: "B",
    because: "while a feed is fresh, what it last said holds",
  },
  {
    rule: 23,
    name: "a feed silent for five hours said closed",
    world: world({ A: 101, B: 110 }, { feeds: [closedByFeed("A", -300, -300)] }),
    goesTo: "A",
    because: "of feeds gone silent the default expiry of 4 hours holds",
  },
  {
    rule: 25,
    name: "a feed stuck on closed, overruled by telephone until after arrival",
    world: world(
      { A: 101, B: 110 },
      { feeds: [closedByFeed("A", 0, -600)], overrules: [{ hospital: "A", received: -5, until: 2 }] },
    ),
    goesTo: "A",
    because: "a person may overrule a feed",
  },
  {
    rule: 25,
    name: "the same, the overrule ending on arrival",
    world: world(
      { A: 101, B: 110 },
      { feeds: [closedByFeed("A", 0, -600)], overrules: [{ hospital: "A", received: -5, until: 1 }] },
    ),
    goesTo: "B",
    because: "it ends by itself",
  },
  {
    rule: 24,
    name: "reported 5 hours ago as observed 5 hours from now, without an end",
    world: world({ A: 101, B: 110 }, { says: [{ hospital: "A", observed: 300, received: -300 }] }),
    goesTo: "A",
    because: "times count from the earlier: it lapsed after 4 hours",
  },
  {
    rule: 27,
    name: "immediate: the ED a minute away has 40 minutes of handover, the next 10 minutes farther none",
    world: world(
      { A: { km: 101, handoverMinutes: 40 }, B: { km: 111, handoverMinutes: 0 } },
      { ask: { acuity: "immediate" } },
    ),
    goesTo: "A",
    because: "who is pre-alerted does not queue",
  },
  {
    rule: 27,
    name: "the same, urgent",
    world: world(
      { A: { km: 101, handoverMinutes: 40 }, B: { km: 111, handoverMinutes: 0 } },
      { ask: { acuity: "urgent" } },
    ),
    goesTo: "B",
    because: "others queue",
  },
  {
    rule: 27,
    name: "immediate: the ED a minute away is at its cap, the next 5 minutes farther",
    world: world(
      { A: 101, B: 106 },
      { expected: { A: 3 }, policy: { inbound: { capPerHour: 3, effect: "divert" } }, ask: { acuity: "immediate" } },
    ),
    goesTo: "A",
    because: "caps are ignored for immediate",
  },
  {
    rule: 27,
    name: "trauma centres at 20 minutes with 60 of handover and at 40 with none",
    world: world(
      {
        A: { km: 120, offers: ["major-trauma"], handoverMinutes: 60 },
        B: { km: 140, offers: ["major-trauma"], handoverMinutes: 0 },
      },
      { ask: { needs: ["major-trauma"], acuity: "immediate" } },
    ),
    goesTo: "A",
    because: "a resuscitation with a pre-alert does not queue",
  },
  {
    rule: 27,
    name: "blue lifts yellow",
    world: world(
      { A: 101, B: 110 },
      {
        says: [
          { hospital: "A", key: "yellow" },
          { hospital: "A", key: "blue", effect: "inform", lifts: ["yellow"] },
        ],
      },
    ),
    goesTo: "A",
    because: "what is lifted counts as a notice",
  },
  {
    rule: 27,
    name: "blue does not lift a refusal",
    world: world(
      { A: 101, B: 110 },
      {
        says: [
          { hospital: "A", key: "yellow", effect: "refuse" },
          { hospital: "A", key: "blue", effect: "inform", lifts: ["yellow"] },
        ],
      },
    ),
    goesTo: "B",
    because: "a refusal is absolute",
  },
  {
    rule: 7,
    name: "unknown handover against a known one of 5 minutes, 5 minutes farther",
    world: world({ A: 101, B: { km: 106, handoverMinutes: 5 } }),
    goesTo: "B",
    because: "an unknown handover is taken for 15 minutes, not for none",
  },
];
