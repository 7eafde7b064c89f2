import { describe, expect, it } from "vitest";
import type { Recommendation } from "../../src/diversion/answer/recommendation";
import type { RecommendationRequest } from "../../src/diversion/incidents/request";
import type { DiversionRouter, DiversionRouterOptions } from "../../src/diversion/router";
import { InboundList } from "../../src/diversion/rules/inbound";
import { ENGLAND_DEFAULT, type Policy } from "../../src/diversion/rules/policy";
import type { RestrictionReport } from "../../src/hospitals/status/restriction";
import { at, hospitalsAt, routerOver, smallCounty } from "../support/small-county";

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

  it("follows the name of the first ED of all", () => {
    expect(goesTo({ eds: { A: 15, B: 12, C: 9 }, held: [{ hospital: "C", divertTo: "A" }] })).toBe("A");
  });

  it("asks no ED that ranks behind the choice, be it by its restrictions alone", () => {
    expect(goesTo({ eds: { A: 11, B: 9, C: 15 }, held: [{ hospital: "B", divertTo: "C" }] })).toBe("A");
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
