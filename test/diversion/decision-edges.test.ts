import { describe, expect, it } from "vitest";
import { defined } from "../../src/core/defined";
import { parseInstant } from "../../src/core/instant";
import type { Recommendation } from "../../src/diversion/answer/recommendation";
import type { RecommendationRequest } from "../../src/diversion/incidents/request";
import type { DiversionRouter, DiversionRouterOptions } from "../../src/diversion/router";
import { InboundList } from "../../src/diversion/rules/inbound";
import { ENGLAND_DEFAULT, type Policy } from "../../src/diversion/rules/policy";
import { FeedMonitor } from "../../src/hospitals/feeds/feed-monitor";
import type { RestrictionReport } from "../../src/hospitals/status/restriction";
import { StatusBoard } from "../../src/hospitals/status/status-board";
import { stoppedClock } from "../hospitals/support/essex";
import { at, hospitalsAt, NOON, routerOver, smallCounty } from "../support/small-county";

const roads = smallCounty();

/** A millisecond of drive on the county's road. */
const MILLISECOND_KM = 1 / 60_000;

const limited = (limits: Partial<Policy["limits"]>, more: Partial<Policy> = {}): Policy => ({
  ...ENGLAND_DEFAULT,
  ...more,
  limits: { ...ENGLAND_DEFAULT.limits, ...limits },
});

interface Case {
  readonly eds: Parameters<typeof hospitalsAt>[0];
  readonly held?: readonly Partial<RestrictionReport>[];
  readonly options?: Partial<DiversionRouterOptions>;
  readonly ask?: Partial<RecommendationRequest>;
}

function answer({ eds, held = [], options = {}, ask = {} }: Case): Recommendation {
  const router: DiversionRouter = routerOver(hospitalsAt(eds), { roads, ...options });
  for (const one of held) router.status.report({ effect: "divert", reason: "full", ...one } as RestrictionReport);
  return router.recommend({ location: at(10), ...ask });
}

const goesTo = (asked: Case): string | undefined => answer(asked).destination?.hospital.id;

describe("limits, at their edge", () => {
  const eds = { A: 11, B: 9 - MILLISECOND_KM };

  it("has the two EDs a millisecond apart", () => {
    const { destination, alternatives } = answer({ eds });
    expect([destination!.driveSeconds, alternatives[0]!.driveSeconds]).toEqual([60, 60.001]);
  });

  it("lets a divert lead no millisecond farther where its limit is nought", () => {
    const held = [{ hospital: "A" }];
    expect(goesTo({ eds, held, options: { policy: limited({ divertExtraMinutes: 0 }) } })).toBe("A");
    expect(goesTo({ eds, held, options: { policy: limited({ divertExtraMinutes: 1 / 60_000 }) } })).toBe("B");
  });

  it("lets a cap lead no millisecond farther where its limit is nought", () => {
    const inbound = new InboundList([{ hospital: "A", count: 9 }]);
    const cap = { inbound: { capPerHour: 6, effect: "divert" as const } };
    expect(goesTo({ eds, options: { inbound, policy: limited({ capExtraMinutes: 0 }, cap) } })).toBe("A");
    expect(goesTo({ eds, options: { inbound, policy: limited({ capExtraMinutes: 1 / 60_000 }, cap) } })).toBe("B");
  });
});

describe("the nearest when so many of the nearest divert, at their edge", () => {
  it("looks at all that are equally near before it counts them", () => {
    const policy = limited({ nearestWhenDiverting: 1 });
    const eds = { A: 9, B: 11, C: 12 };
    expect(goesTo({ eds, held: [{ hospital: "A" }], options: { policy } })).toBe("B");
    expect(answer({ eds, held: [{ hospital: "A" }, { hospital: "B" }], options: { policy } })).toMatchObject({
      destination: { hospital: { id: "A" } },
    });
  });
});

describe("receivers that are named, at the edge", () => {
  it("follows the name of the ED that would be used although it diverts, farther than a divert alone may lead", () => {
    const policy = limited({ divertExtraMinutes: 5 });
    const eds = { A: 9, B: 25 };
    expect(goesTo({ eds, held: [{ hospital: "A" }], options: { policy } })).toBe("A");
    expect(goesTo({ eds, held: [{ hospital: "A", divertTo: "B" }], options: { policy } })).toBe("B");
  });

  it("follows the name that a refusal gives", () => {
    expect(goesTo({ eds: { A: 9, B: 12, C: 15 }, held: [{ hospital: "A", effect: "refuse", divertTo: "C" }] })).toBe(
      "C",
    );
  });

  it("follows no name of an ED that would divert in its turn", () => {
    const held = [{ hospital: "A", divertTo: "B" }, { hospital: "B" }];
    expect(goesTo({ eds: { A: 11, B: 14, C: 17 }, held })).toBe("C");
  });

  it("follows the name of the first ED of all", () => {
    expect(goesTo({ eds: { A: 15, B: 12, C: 9 }, held: [{ hospital: "C", divertTo: "A" }] })).toBe("A");
  });

  it("asks no ED that ranks behind the choice, be it by its restrictions alone", () => {
    expect(goesTo({ eds: { A: 11, B: 9, C: 15 }, held: [{ hospital: "B", divertTo: "C" }] })).toBe("A");
  });

  it("follows of two names that of the ED that ranks first, be it the farther", () => {
    const eds = { A: { km: 11, handoverMinutes: 20 }, B: { km: 15, handoverMinutes: 10 }, C: 35, X: 36, Y: 37 };
    const held = [
      { hospital: "A", divertTo: "X" },
      { hospital: "B", divertTo: "Y" },
    ];
    expect(goesTo({ eds, held })).toBe("Y");
  });

  it("asks an ED that may not be able to take the patient only where none surely is", () => {
    const children = [{ capability: "trauma", maxAge: 15 }];
    const adults = ["trauma"];
    const of = (ofOthers: typeof adults | typeof children) => ({
      eds: {
        A: { km: 9, capabilities: children },
        B: { km: 12, capabilities: ofOthers },
        C: { km: 15, capabilities: ofOthers },
      },
      held: [{ hospital: "A", divertTo: "C" }],
      ask: { needs: ["trauma"] },
    });
    expect([goesTo(of(adults)), goesTo(of(children))]).toEqual(["B", "C"]);
  });
});

describe("a bypass rule, where the patient's age is not given", () => {
  it("is kept by no centre that may not be for this patient while a nearer fallback surely is", () => {
    const eds = {
      A: { km: 12, capabilities: ["trauma"] },
      C: { km: 20, capabilities: ["trauma", { capability: "major-trauma", maxAge: 15 }] },
    };
    expect(goesTo({ eds, ask: { needs: ["major-trauma"] } })).toBe("A");
    expect(goesTo({ eds, ask: { needs: ["major-trauma"], age: 10 } })).toBe("C");
  });
});

describe("ties", () => {
  /** Two EDs as far from where one asks, of which a feed speaks of the second. */
  const equallyFar = () => {
    const clock = stoppedClock(NOON);
    const hospitals = hospitalsAt({ A: 9, B: 11 });
    const status = new StatusBoard(hospitals, { clock });
    const feeds = new FeedMonitor(status, [{ id: "east", hospitals: ["B"], timeToLiveMs: 600_000 }], { clock });
    const router = routerOver(hospitals, { roads, status, feeds, clock });
    const asked = (): string | undefined => router.recommend({ location: at(10) }).destination?.hospital.id;
    return { clock, status, feeds, asked };
  };

  it("count a feed as fresh for as long as it lives, and then as if it had never spoken", () => {
    const { clock, feeds, asked } = equallyFar();
    const accepting = { hospital: "B", state: "accepting" as const, restrictions: [] };
    feeds.apply("east", { hospitals: [accepting], unmatched: [], notes: [] });
    clock.advance(600_000);
    expect(asked()).toBe("B");
    clock.advance(1);
    expect(asked()).toBe("A");
  });

  it("go by when a feed said a thing again, also once it is silent, but not by what it said of others", () => {
    const { clock, status, feeds, asked } = equallyFar();
    const slow = {
      hospital: "B",
      state: "restricted" as const,
      observedAt: parseInstant(NOON, "observedAt"),
      restrictions: [{ effect: "inform" as const, reason: "scanner slow" }],
    };
    const say = (): void => void feeds.apply("east", { hospitals: [slow], unmatched: [], notes: [] });
    say();
    clock.advance(180_000);
    status.report({ hospital: "A", effect: "inform", reason: "scanner slow" });
    clock.advance(700_000);
    expect(asked()).toBe("A");
    say();
    clock.advance(700_000);
    expect(asked()).toBe("B");
  });

  it("go by the last that was heard of an ED, whatever else is held there", () => {
    const heard = (hospital: string, key: string, time: string) => ({
      hospital,
      key,
      effect: "inform" as const,
      observedAt: `2017-05-15T${time}:00+01:00`,
    });
    const held = [
      heard("A", "a", "11:00"),
      heard("A", "b", "11:00"),
      heard("B", "a", "10:00"),
      heard("B", "b", "11:30"),
    ];
    expect(goesTo({ eds: { A: 9, B: 11 }, held })).toBe("B");
    expect(goesTo({ eds: { A: 9, B: 11 }, held: held.slice(0, 3) })).toBe("B");
    expect(goesTo({ eds: { A: 9, B: 11 }, held: [held[0]!, held[2]!] })).toBe("A");
  });

  it("between ways of meeting the needs go to the way that is named first", () => {
    const eds = { A: { km: 11, capabilities: ["trauma", "stroke"] } };
    const held = [{ hospital: "A", effect: "inform" as const, scope: { needs: ["stroke"] }, reason: "scanner slow" }];
    const warnings = (...anyOf: string[]) =>
      answer({ eds, held, ask: { needs: [{ anyOf }] } }).destination!.warnings.map(({ code }) => code);
    expect([warnings("trauma", "stroke"), warnings("stroke", "trauma")]).toEqual([[], ["inform"]]);
  });
});

describe("moments, at their edge", () => {
  const eds = { A: 11, B: 14 };
  const arrival = "2017-05-15T12:01:00+01:00";
  const before = "2017-05-15T12:00:59.999+01:00";
  const after = "2017-05-15T12:01:00.001+01:00";
  // Nobody waits for it to end.
  const options = { policy: { ...ENGLAND_DEFAULT, waitMinutes: 0 } };

  it("counts what begins at the arrival, and not what ends then", () => {
    const goes = (held: Partial<RestrictionReport>) => goesTo({ eds, options, held: [{ hospital: "A", ...held }] });
    expect([arrival, after].map((until) => goes({ until }))).toEqual(["A", "B"]);
    expect([arrival, after].map((from) => goes({ from }))).toEqual(["B", "A"]);
  });

  it("tells of a divert that ends by the arrival if it is in force when the drive begins, to the millisecond", () => {
    const told = (held: Partial<RestrictionReport>, at?: string): boolean | undefined =>
      answer({ eds, options, held: [{ hospital: "A", ...held }], ask: defined({ at }) }).destination!
        .opensBeforeArrival;
    const now = "2017-05-15T12:00:00+01:00";
    const later = "2017-05-15T12:00:00.001+01:00";
    expect([arrival, before, later].map((until) => told({ until }))).toEqual([true, true, true]);
    expect([now, later].map((from) => told({ from, until: before }))).toEqual([true, undefined]);
    expect([now, later].map((at) => told({ until: later }, at))).toEqual([true, undefined]);
  });

  it("lets a report without an end lapse at the policy's time after it, to the millisecond", () => {
    const minutes = ENGLAND_DEFAULT.defaultExpiryMinutes.divert!;
    const asked = (seconds: number): string | undefined => {
      const clock = stoppedClock(NOON);
      const hospitals = hospitalsAt(eds);
      const router = routerOver(hospitals, { roads, clock, ...options });
      router.status.report({ hospital: "A", effect: "divert", reason: "full" });
      clock.advance(minutes * 60_000 + seconds * 1000);
      return router.recommend({ location: at(10) }).destination?.hospital.id;
    };
    // A minute's drive away.
    expect([-60.001, -60].map(asked)).toEqual(["B", "A"]);
  });

  it("waits as long as the policy lets, and no millisecond longer", () => {
    const goes = (until: string) =>
      goesTo({
        eds: { A: 11, B: 50 },
        options: { policy: limited({ divertExtraMinutes: null }, { waitMinutes: 1 }) },
        held: [{ hospital: "A", until }],
      });
    expect([goes("2017-05-15T12:02:00+01:00"), goes("2017-05-15T12:02:00.001+01:00")]).toEqual(["A", "B"]);
  });

  it("waits for nothing that begins to refuse before the wait is over, and for what ends when it begins", () => {
    const goes = (from: string) =>
      goesTo({
        eds,
        held: [
          { hospital: "A", until: "2017-05-15T12:03:00+01:00" },
          { hospital: "A", effect: "refuse", key: "fire", from, reason: "fire" },
        ],
      });
    expect([goes("2017-05-15T12:03:00+01:00"), goes("2017-05-15T12:03:00.001+01:00")]).toEqual(["B", "A"]);
  });
});
