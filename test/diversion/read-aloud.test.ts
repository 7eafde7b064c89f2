import type { Polygon } from "geojson";
import { describe, expect, it } from "vitest";
import type { Conveyance } from "../../src/diversion/conveyances/conveyance";
import type { RecommendationRequest } from "../../src/diversion/incidents/request";
import { DiversionRouter, type DiversionRouterOptions } from "../../src/diversion/router";
import { InboundList } from "../../src/diversion/rules/inbound";
import { BUILT_IN_POLICIES, ENGLAND_DEFAULT, type Policy, parsePolicy } from "../../src/diversion/rules/policy";
import type { HospitalInput } from "../../src/hospitals/directory/hospital";
import { FeedMonitor } from "../../src/hospitals/feeds/feed-monitor";
import type { HospitalReading } from "../../src/hospitals/feeds/feed-reading";
import type { RestrictionReport } from "../../src/hospitals/status/restriction";
import { StatusBoard } from "../../src/hospitals/status/status-board";
import type { RoadIndex } from "../../src/roads/road-index";
import { stoppedClock } from "../hospitals/support/essex";
import { HALF_SPACING_KM, motorway } from "../support/motorway";
import { at, hospitalsAt, NOON, smallCounty } from "../support/small-county";

/** What an answer is made from: the incident stands at 10 km, it is noon, a kilometre is a minute. */
interface World {
  /** Default: the small county. */
  readonly roads?: () => RoadIndex;
  readonly eds: Parameters<typeof hospitalsAt>[0];
  readonly held?: readonly RestrictionReport[];
  readonly asked?: Partial<RecommendationRequest>;
  readonly policy?: Policy;
  readonly options?: Partial<DiversionRouterOptions>;
  /** What the feed "east" says of A and B, so many minutes before the question; nothing: it was never heard. */
  readonly feed?: { readonly said: readonly HospitalReading[]; readonly minutesAgo: number };
  readonly also?: (router: DiversionRouter) => void;
}

const policyWith = (fields: Partial<Policy>): Policy => parsePolicy({ ...ENGLAND_DEFAULT, ...fields });
const noon = (minutes: number): string =>
  new Date(Date.parse(NOON) + minutes * 60_000 + 3_600_000).toISOString().replace(".000Z", "+01:00");
const divert = (hospital: string, fields: Partial<RestrictionReport> = {}): RestrictionReport => ({
  hospital,
  effect: "divert",
  reason: "full",
  ...fields,
});
const refuse = (hospital: string, fields: Partial<RestrictionReport> = {}): RestrictionReport => ({
  hospital,
  effect: "refuse",
  reason: "flooded",
  ...fields,
});
const hours = (opens: string, closes: string): NonNullable<HospitalInput["openingHours"]> => ({
  zone: "Europe/London",
  periods: [{ weekly: [{ opens, closes }] }],
});
const injured = { needs: ["major-trauma"], age: 30 };
const capped = policyWith({ inbound: { capPerHour: 4, effect: "divert" } });
const expecting = (...hospitals: string[]) => ({
  inbound: new InboundList(hospitals.map((hospital) => ({ hospital, count: 6 }))),
});
const stretch = (from: number, to: number): Polygon => ({
  type: "Polygon",
  coordinates: [[at(from, -1), at(to, -1), at(to, 1), at(from, 1), at(from, -1)]],
});
const says = (hospital: string, restrictions: HospitalReading["restrictions"] = []): HospitalReading => ({
  hospital,
  state: restrictions.length > 0 ? "restricted" : "accepting",
  restrictions,
});
const unlimited = { ...ENGLAND_DEFAULT.limits, receiverExtraMinutes: null };

const WORLDS: Readonly<Record<string, World>> = {
  "one ED, nothing held": { eds: { A: 13 } },
  "an ED at the door": { eds: { A: 10 } },
  "handover known; the nearer one hands over slowly": { eds: { A: { km: 11, handoverMinutes: 45 }, B: 20 } },
  "handover assumed": { eds: { A: { km: 13, handoverMinutes: undefined }, B: 55 } },
  "passed over for a handover that is assumed": {
    eds: { A: { km: 11, handoverMinutes: undefined }, B: 14 },
  },
  "a divert moves the patient": { eds: { A: 11, B: 30 }, held: [divert("A")] },
  "a divert for some, until a time, moves the patient": {
    eds: { A: 11, B: 30 },
    held: [
      divert("A", { scope: { minAge: 18, exceptNeeds: ["stroke"] }, from: noon(-30), until: noon(120) }),
      divert("A", { key: "theatre", scope: { acuity: ["standard", "urgent"] }, reason: "theatre shut" }),
    ],
    asked: { age: 40, acuity: "standard" },
  },
  "a divert moves the patient to an ED about as near": { eds: { A: 11, B: 8.8 }, held: [divert("A")] },
  "a refusal moves the patient": { eds: { A: 11, B: 30 }, held: [refuse("A")] },
  "a refusal with a receiver that is followed": {
    eds: { A: 11, B: 14, C: 20 },
    held: [refuse("A", { divertTo: "C" })],
  },
  "all divert, the only one": { eds: { A: 11 }, held: [divert("A")] },
  "all divert": { eds: { A: 11, B: 14, C: 30 }, held: ["A", "B", "C"].map((id) => divert(id)) },
  "all that could divert, one refuses, one does not offer it": {
    eds: {
      A: { km: 11, capabilities: ["stroke"] },
      B: 12,
      C: { km: 14, capabilities: ["stroke"] },
      D: { km: 16, capabilities: ["stroke"] },
    },
    held: [refuse("A"), divert("C"), divert("D")],
    asked: { needs: ["stroke"] },
  },
  "the only one that could diverts, another refuses": { eds: { A: 11, B: 14 }, held: [refuse("A"), divert("B")] },
  "all at their caps": { eds: { A: 11, B: 14 }, policy: capped, options: expecting("A", "B") },
  "all divert or are at their caps": {
    eds: { A: 11, B: 14, C: 30 },
    policy: capped,
    options: expecting("A", "B"),
    held: [divert("B"), divert("C")],
  },
  "a cap moves the patient": { eds: { A: 11, B: 14 }, policy: capped, options: expecting("A") },
  "a cap would lead too far": { eds: { A: 11, B: 50 }, policy: capped, options: expecting("A") },
  "a cap is only shown": {
    eds: { A: 11, B: 50 },
    policy: policyWith({ inbound: { capPerHour: 1, effect: "inform" } }),
    options: { inbound: new InboundList([{ hospital: "A", count: 1 }]) },
  },
  "a divert and a cap would lead too far": {
    eds: { A: 11, B: 60 },
    policy: capped,
    options: expecting("A"),
    held: [divert("A")],
  },
  "a divert would lead too far": { eds: { A: 9, B: 49 }, held: [divert("A")] },
  "a divert would lead just too far": { eds: { A: 11, B: 41.3 }, held: [divert("A")] },
  "a divert would lead beyond the whole drive allowed": {
    eds: { A: 5, B: 26 },
    policy: policyWith({ limits: { ...ENGLAND_DEFAULT.limits, divertWithinMinutes: 15 } }),
    held: [divert("A")],
  },
  "the two nearest divert, and the rule has the nearest used": {
    eds: { A: 9, B: 13, C: 18 },
    policy: BUILT_IN_POLICIES.get("los-angeles-like")!,
    held: [divert("A"), divert("B")],
  },
  "diverts are banned": {
    eds: { A: 9, B: 13 },
    policy: BUILT_IN_POLICIES.get("diversion-banned")!,
    held: [divert("A", { divertTo: "B" })],
  },
  "a divert ends while the ambulance waits": { eds: { A: 11, B: 40 }, held: [divert("A", { until: noon(4) })] },
  "waiting for the end of a divert would take longer than the next": {
    eds: { A: 11, B: 16 },
    held: [divert("A", { until: noon(14) })],
  },
  "a door opens while the ambulance waits": {
    eds: { A: { km: 11, openingHours: hours("12:05", "20:00") }, B: 40 },
  },
  "waiting for a door would take longer than the next": {
    eds: { A: { km: 11, openingHours: hours("12:14", "20:00") }, B: 16 },
  },
  "a service opens while the ambulance waits": {
    eds: { A: { km: 11, capabilities: [{ capability: "stroke", openingHours: hours("12:05", "20:00") }] } },
    asked: { needs: ["stroke"] },
  },
  "opens before arrival": { eds: { A: { km: 20, openingHours: hours("12:05", "20:00") } } },
  "a divert ends before arrival": { eds: { A: 20 }, held: [divert("A", { until: noon(5) })] },
  "a divert without an end lapsed": {
    eds: { A: 20 },
    held: [divert("A", { observedAt: noon(-600) })],
  },
  "a notice": { eds: { A: 20 }, held: [{ hospital: "A", effect: "inform", reason: "one CT scanner only" }] },
  "shut, and shut for the need": {
    eds: {
      A: { km: 11, openingHours: hours("14:00", "20:00") },
      B: { km: 12, capabilities: [{ capability: "stroke", openingHours: hours("13:00", "20:00") }] },
      C: { km: 20, capabilities: ["stroke"] },
    },
    asked: { needs: ["stroke"] },
  },
  "a named receiver is followed": { eds: { A: 11, B: 14, C: 20 }, held: [divert("A", { divertTo: "C" })] },
  "a named receiver is too far to follow": { eds: { A: 11, B: 14, C: 59 }, held: [divert("A", { divertTo: "C" })] },
  "a named receiver is just too far to follow": {
    eds: { A: 11, B: 14, C: 34.3 },
    held: [divert("A", { divertTo: "C" })],
    asked: { alternatives: 0 },
  },
  "a named receiver diverts itself": {
    eds: { A: 11, B: 14, C: 20 },
    held: [divert("A", { divertTo: "C" }), divert("C")],
  },
  "a named receiver refuses": {
    eds: { A: 11, B: 12, C: 13, D: 30 },
    held: [divert("A", { divertTo: "B" }), refuse("B")],
  },
  "a named receiver is at its cap": {
    eds: { A: 11, B: 12, C: 20 },
    policy: capped,
    options: expecting("B"),
    held: [divert("A", { divertTo: "B" })],
  },
  "a named receiver does not offer it": {
    eds: { A: { km: 11, capabilities: ["stroke"] }, B: 12, C: { km: 20, capabilities: ["stroke"] } },
    held: [divert("A", { divertTo: "B" })],
    asked: { needs: ["stroke"] },
  },
  "two name each other": {
    eds: { A: 11, B: 12, C: 20 },
    held: [divert("A", { divertTo: "B" }), divert("B", { divertTo: "A" })],
  },
  "all divert and name each other": {
    eds: { A: 11, B: 12 },
    held: [divert("A", { divertTo: "B" }), divert("B", { divertTo: "A" })],
  },
  "a named receiver cannot be reached": {
    eds: { A: 11, B: 14, C: 59 },
    policy: policyWith({ limits: unlimited }),
    held: [divert("A", { divertTo: "C" })],
    also: cutOff,
  },
  "status unknown": { eds: { A: 5, B: 20 }, feed: { said: [], minutesAgo: 0 } },
  "a silent feed": { eds: { A: 5, B: 20 }, feed: { said: [says("A"), says("B")], minutesAgo: 25 } },
  "EDs of which feeds do not know are not used": {
    eds: { A: 5, B: 20 },
    policy: policyWith({ unknown: "refuse" }),
    feed: { said: [says("A"), says("B")], minutesAgo: 25 },
  },
  "a feed reports a divert": {
    eds: { A: 11, B: 20 },
    feed: { said: [says("A", [{ effect: "divert", reason: "full" }]), says("B")], minutesAgo: 2 },
  },
  "a person overrules the feed that reports a divert": {
    eds: { A: 11, B: 20 },
    feed: { said: [says("A", [{ effect: "divert", reason: "full" }]), says("B")], minutesAgo: 2 },
    also: ({ status }) =>
      void status.overrule("A", { by: "duty manager", reason: "open by telephone", until: noon(120) }),
  },
  "a person overrules a silent feed": {
    eds: { A: 11, B: 20 },
    policy: policyWith({ unknown: "refuse" }),
    feed: { said: [says("A", [{ effect: "refuse", reason: "closed" }])], minutesAgo: 25 },
    also: ({ status }) =>
      void status.overrule("A", { by: "duty manager", reason: "open by telephone", until: noon(60 * 24) }),
  },
  "a person overrules the feed, and the ED diverts by its own report": {
    eds: { A: 11, B: 30 },
    feed: { said: [says("A", [{ effect: "refuse", reason: "closed" }]), says("B")], minutesAgo: 2 },
    held: [divert("A", { key: "desk" })],
    also: ({ status }) =>
      void status.overrule("A", { by: "duty manager", reason: "open by telephone", until: noon(120) }),
  },
  "in extremis, with what the ED lacks": {
    eds: { A: 8, B: { km: 13, handoverMinutes: 60 }, C: { km: 20, capabilities: ["trauma"] } },
    held: [refuse("A"), divert("B", { divertTo: "C" })],
    asked: { needs: ["trauma"], acuity: "extremis", age: 30 },
  },
  "a child in extremis at an ED for adults": {
    eds: { A: { km: 11, capabilities: [{ capability: "emergency", minAge: 16 }] }, B: 40 },
    asked: { age: 5, needs: ["paediatric"], acuity: "extremis" },
  },
  "a need of which nothing is recorded": {
    eds: { A: { km: 11, recorded: ["stroke"] }, B: { km: 40, capabilities: ["maternity"], recorded: ["maternity"] } },
    asked: { needs: ["maternity"] },
  },
  "a need that no list records anywhere": {
    eds: { A: { km: 11, recorded: ["stroke"] }, B: { km: 40, recorded: ["stroke"] } },
    asked: { needs: ["maternity"] },
  },
  "places that are no ED": {
    eds: { A: { km: 11, emergencyDepartment: false, capabilities: ["heart-attack"] }, B: 20 },
  },
  "a place that is no ED takes what it lists": {
    eds: { A: { km: 11, emergencyDepartment: false, capabilities: ["heart-attack"] }, B: 20 },
    asked: { needs: ["heart-attack"] },
  },
  "an age assumed: an adult": { eds: { A: 11, B: 20 }, held: [divert("A", { scope: { minAge: 18 } })] },
  "an age assumed: a child": {
    eds: { A: { km: 11, capabilities: [{ capability: "paediatric", maxAge: 15 }] }, B: 20 },
    asked: { needs: ["paediatric"] },
  },
  "an age assumed, and the only ED may not take it": {
    eds: { A: { km: 11, capabilities: [{ capability: "emergency", maxAge: 15 }] } },
  },
  "an age assumed, and the only ED refuses it": {
    eds: { A: 11 },
    held: [refuse("A", { scope: { minAge: 16 } })],
  },
  "an acuity assumed": { eds: { A: 11, B: 20 }, held: [refuse("A", { scope: { acuity: ["standard"] } })] },
  "the wrong age": {
    eds: {
      A: { km: 11, capabilities: [{ capability: "emergency", minAge: 16 }] },
      B: { km: 12, capabilities: [{ capability: "trauma", minAge: 16 }] },
      C: { km: 20, capabilities: ["trauma"] },
    },
    asked: { needs: ["trauma"], age: 5 },
  },
  "bypass: the centre beyond the time, a stop": {
    eds: { A: { km: 11, capabilities: ["trauma"] }, B: { km: 58, capabilities: ["major-trauma"] } },
    asked: injured,
  },
  "bypass: the centre just beyond the time, a stop": {
    eds: { A: { km: 11, capabilities: ["trauma"] }, B: { km: 55.3, capabilities: ["major-trauma"] } },
    asked: injured,
  },
  "bypass: the centre within the time, close to it": {
    eds: { A: { km: 11, capabilities: ["trauma"] }, B: { km: 53, capabilities: ["major-trauma"] } },
    asked: injured,
  },
  "bypass: the centre diverts": {
    eds: { A: { km: 20, capabilities: ["trauma"] }, B: { km: 40, capabilities: ["major-trauma"] } },
    held: [divert("B")],
    asked: injured,
  },
  "bypass: no centre": {
    eds: { A: { km: 20, capabilities: ["trauma"], recorded: ["major-trauma"] } },
    asked: injured,
  },
  "bypass: the only centre refuses": {
    eds: { A: { km: 20, capabilities: ["trauma"] }, B: { km: 40, capabilities: ["major-trauma"] } },
    held: [refuse("B")],
    asked: injured,
  },
  "bypass: the centre beyond the time, and no stop": {
    eds: { A: 20, B: { km: 58, capabilities: ["major-trauma"] } },
    asked: injured,
  },
  "bypass: the centre diverts, and so does the stop": {
    eds: { A: { km: 20, capabilities: ["trauma"] }, B: { km: 58, capabilities: ["major-trauma"] } },
    held: [divert("A"), divert("B")],
    asked: injured,
  },
  "close: another choice, just as soon": { eds: { A: 8, B: 12 } },
  "close: shuts soon": { eds: { A: { km: 11, openingHours: hours("08:00", "12:05") }, B: 30 } },
  "close: a divert begins soon": { eds: { A: 11 }, held: [divert("A", { from: noon(5) })] },
  "many share one reason": {
    eds: {
      ...Object.fromEntries(Array.from({ length: 28 }, (_, i) => [`H${i + 10}`, 11 + i])),
      Z: { km: 45, capabilities: ["stroke"] },
    },
    asked: { needs: ["stroke"] },
  },
  "nothing reachable": { eds: { A: 30, B: 40 }, also: (router) => cutOff(router, 20) },
  "no facility: all refuse": { eds: { A: 11, B: 14 }, held: [refuse("A"), refuse("B")] },
  "a need that one ED is recorded not to offer": {
    eds: { A: { km: 11, recorded: ["stroke"] }, B: { km: 14, recorded: ["maternity"] } },
    asked: { needs: ["stroke"] },
  },
  "no facility: nobody offers it": {
    eds: { A: { km: 11, recorded: ["stroke"] }, B: { km: 14, recorded: ["stroke"] } },
    asked: { needs: ["stroke"] },
  },
  "a closure turned the answer": {
    eds: { A: 5, B: 30 },
    also: (router) =>
      void router.roads.close({ polygon: stretch(6.5, 7.5), reason: "bridge strike", until: noon(300) }),
  },
  "the road at the incident is closed": {
    eds: { A: 13, B: 30 },
    also: (router) => void router.roads.close({ polygon: stretch(9.5, 10.5), reason: "crash" }),
  },
  "the road at the entrance is closed": {
    eds: { A: 13.5, B: 40 },
    also: (router) => void router.roads.close({ polygon: stretch(13.3, 13.7), reason: "sinkhole" }),
  },
  "on one of two carriageways": {
    roads: motorway,
    eds: { A: 0, B: 20 },
    asked: { location: at(8, HALF_SPACING_KM) },
  },
  "a bearing and a road that do not fit": { eds: { A: 13 }, asked: { bearing: 0, roadName: "M25" } },
};

/** Cuts the road beyond 50 km, or where it is said. */
function cutOff(router: DiversionRouter, km = 50): void {
  router.roads.close({ polygon: stretch(km - 0.5, km + 0.5), reason: "flood" });
}

function answer({
  roads = smallCounty,
  eds,
  held = [],
  asked,
  policy = ENGLAND_DEFAULT,
  options,
  feed,
  also,
}: World): string {
  const clock = stoppedClock(NOON);
  const hospitals = hospitalsAt(eds);
  const status = new StatusBoard(hospitals, { clock, timeZone: policy.timeZone });
  const watched = [{ id: "east", hospitals: ["A", "B"], timeToLiveMs: 600_000 }];
  const feeds = feed === undefined ? undefined : new FeedMonitor(status, watched, { clock });
  if (feed !== undefined && feed.said.length > 0) {
    clock.advance(-feed.minutesAgo * 60_000);
    feeds!.apply("east", { hospitals: feed.said, unmatched: [], notes: [] });
    clock.advance(feed.minutesAgo * 60_000);
  }
  const router = new DiversionRouter({
    roads: roads(),
    hospitals,
    status,
    policy,
    clock,
    ...(feeds === undefined ? {} : { feeds }),
    ...options,
  });
  for (const report of held) status.report(report);
  also?.(router);
  const advice = router.recommend({ location: at(10), ...asked });
  return `${advice.outcome}\n${advice.explain()}`;
}

/** What becomes of an ambulance that set out at noon from 10 km: each step, and what its crew is told then. */
interface Journey {
  readonly eds: World["eds"];
  readonly asked?: World["asked"];
  readonly held?: World["held"];
  readonly options?: World["options"];
  readonly steps: readonly ((conveyance: Conveyance, router: DiversionRouter) => void)[];
}

const JOURNEYS: Readonly<Record<string, Journey>> = {
  "en route: a divert, withdrawn": {
    eds: { A: 20, B: 40 },
    steps: [(_, { status }) => void status.report(divert("A")), (_, { status }) => void status.clear("A", "divert")],
  },
  "en route: a refusal with a receiver, another ED open": {
    eds: { A: 20, B: 24, C: 30 },
    steps: [(_, { status }) => void status.report(refuse("A", { divertTo: "C" }))],
  },
  "en route: another need, and another ED is sooner for it": {
    eds: { A: { km: 20, capabilities: ["stroke"] }, B: { km: 14 } },
    asked: { needs: ["stroke"] },
    steps: [(conveyance) => void conveyance.reassess({ needs: [] })],
  },
  "en route: the road is cut, and cut again": {
    eds: { A: 19, B: 0 },
    steps: [(_, router) => cutOff(router, 15), (_, router) => cutOff(router, 5)],
  },
  "en route: nobody can be named, then somebody": {
    eds: { A: 20 },
    held: [refuse("A")],
    steps: [(_, { status }) => void status.clear("A", "refuse")],
  },
  "en route: the crew goes elsewhere, and the ED is taken from the list": {
    eds: { A: 20, B: 24 },
    steps: [
      (conveyance) => void conveyance.redirect("B"),
      (_, router) => void router.setHospitals(router.hospitals.without("B")),
    ],
  },
};

function journey({ eds, asked, held = [], options, steps }: Journey): string {
  const router = new DiversionRouter({
    roads: smallCounty(),
    hospitals: hospitalsAt(eds),
    clock: stoppedClock(NOON),
    ...options,
  });
  for (const report of held) router.status.report(report);
  const lines: string[] = [];
  router.conveyances.advice.add(({ from, to, because }) => {
    const why = because.map(({ text }) => text).join("; ");
    lines.push(`${from?.name ?? "nowhere"} -> ${to?.name ?? "nowhere"}: ${why}.`);
  });
  const conveyance = router.track({ id: "a1", location: at(10), ...asked });
  lines.push(`bound for ${conveyance.destination?.name ?? "nowhere"}`);
  for (const step of steps) step(conveyance, router);
  return lines.join("\n");
}

const told = new Map([
  ...Object.entries(WORLDS).map(([heading, world]) => [heading, () => answer(world)] as const),
  ...Object.entries(JOURNEYS).map(([heading, given]) => [heading, () => journey(given)] as const),
]);

describe("answers read aloud", () => {
  it("are those in read-aloud.txt, each sentence of which was found true of its world", async () => {
    const text = [...told].map(([heading, read]) => `== ${heading}\n${read()}\n`).join("\n");
    await expect(text).toMatchFileSnapshot("read-aloud.txt");
  });
});
