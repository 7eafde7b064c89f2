import { rmSync } from "node:fs";
import * as fc from "fast-check";
import createGraph from "ngraph.graph";
import { afterAll, describe, expect, it, vi } from "vitest";
import { DiversionError } from "../../src/core/errors";
import type { Option, Recommendation } from "../../src/diversion/answer/recommendation";
import type { RecommendationRequest } from "../../src/diversion/incidents/request";
import { decisionCounts } from "../../src/diversion/log/decision-counts";
import { DECISION_LOG_FORMAT, DecisionRecorder, readDecisions } from "../../src/diversion/log/decision-log";
import { replayDecisions } from "../../src/diversion/log/decision-replay";
import { DiversionRouter, type DiversionRouterOptions } from "../../src/diversion/router";
import { InboundList } from "../../src/diversion/rules/inbound";
import { BUILT_IN_POLICIES, ENGLAND_DEFAULT, type Policy, parsePolicy } from "../../src/diversion/rules/policy";
import { CapabilityVocabulary } from "../../src/hospitals/directory/capabilities";
import { HospitalDirectory } from "../../src/hospitals/directory/directory";
import type { HospitalInput } from "../../src/hospitals/directory/hospital";
import { FeedMonitor } from "../../src/hospitals/feeds/feed-monitor";
import { StatusBoard } from "../../src/hospitals/status/status-board";
import { buildRoadGraph } from "../../src/roads/build/build-road-graph";
import { indexRoads } from "../../src/roads/index-roads";
import { defaultProfile, parseProfile } from "../../src/roads/profile/profile";
import { RoadIndex } from "../../src/roads/road-index";
import { fromNgraph } from "../../src/roads/tables/ngraph";
import { DIJKSTRA_ENGINE } from "../../src/shortest-path/dijkstra/dijkstra-engine";
import { countyFiles } from "../cli/county-files";
import { stoppedClock } from "../hospitals/support/essex";
import { osmFixture } from "../support/osm-fixture";
import { lineOfNodes } from "../support/road-fixtures";
import { at, hospitalsAt, NOON, routerOver, smallCounty } from "../support/small-county";
import { runCommand } from "../support/terminal";

type Places = Parameters<typeof hospitalsAt>[0];

const roads = smallCounty();
const router = (places: Places, options: Partial<DiversionRouterOptions> = {}): DiversionRouter =>
  routerOver(hospitalsAt(places), { roads: new RoadIndex(roads), ...options });

const ids = ({ destination, alternatives }: Recommendation): string[] =>
  [destination, ...alternatives].flatMap((option) => (option === undefined ? [] : [option.hospital.id]));
const destinationOf = (advice: Recommendation): string | undefined => advice.destination?.hospital.id;
const warnings = (advice: Recommendation): string[] => advice.destination?.warnings.map(({ code }) => code) ?? [];
const because = (advice: Recommendation): string[] =>
  advice.passedOver.map(({ hospital, because }) => `${hospital.id}: ${because.map(({ text }) => text).join("; ")}`);
const codeOf = (action: () => unknown): string => {
  try {
    action();
    return "nothing thrown";
  } catch (error) {
    if (error instanceof DiversionError) return error.code;
    throw error;
  }
};

const refuse = (target: DiversionRouter, ...hospitals: string[]): void => {
  for (const hospital of hospitals) target.status.report({ hospital, effect: "refuse", reason: "evacuated" });
};
const divert = (target: DiversionRouter, ...hospitals: string[]): void => {
  for (const hospital of hospitals) target.status.report({ hospital, effect: "divert", reason: "full" });
};

const nightly = (opens: string, closes: string): NonNullable<HospitalInput["openingHours"]> => ({
  zone: "Europe/London",
  periods: [{ firstDay: "2017-07-04", weekly: [{ opens, closes }] }],
});

const county = countyFiles();
afterAll(() => rmSync(county.folder, { recursive: true }));

/** The rules of the domain, by number, in their own words. */
const rules = new Map<number, string>();
function rule(number: number, words: string, tests: () => void): void {
  rules.set(number, words);
  describe(`rule ${number}: ${words}`, tests);
}

rule(1, "divert is a request, internal disaster is absolute", () => {
  it("goes past 25 minutes of road to an ED that only diverts, rather than to one a minute away that refuses", () => {
    const target = router({ A: 9, B: 35 });
    refuse(target, "A");
    divert(target, "B");
    const advice = target.recommend({ location: at(10) });
    expect([advice.outcome, ...ids(advice)]).toEqual(["all-on-divert", "B"]);
    expect(because(advice)).toEqual(["A: refuses all patients, evacuated"]);
  });

  it("holds a refusal against extremis and against a policy that suspends diverts", () => {
    for (const policy of [ENGLAND_DEFAULT, BUILT_IN_POLICIES.get("diversion-banned")!]) {
      const target = router({ A: 9, B: 35 }, { policy });
      refuse(target, "A");
      expect(ids(target.recommend({ location: at(10), acuity: "extremis" }))).toEqual(["B"]);
      expect(target.nearestOpen(at(10))?.hospital.id).toBe("B");
    }
  });

  it("refuses only those whom the refusal is about", () => {
    const target = router({ A: { km: 9, capabilities: ["trauma"] }, B: { km: 35, capabilities: ["trauma"] } });
    target.status.report({ hospital: "A", effect: "refuse", scope: { needs: ["trauma"] }, reason: "theatre flooded" });
    expect(destinationOf(target.recommend({ location: at(10), needs: ["trauma"] }))).toBe("B");
    expect(destinationOf(target.recommend({ location: at(10) }))).toBe("A");
  });
});

rule(2, "all on divert: the nearest diverting ED is used anyway, flagged; a refusing one never is", () => {
  it("names the nearest diverting ED, flags it in the answer, on the ED and aloud", () => {
    const target = router({ A: 9, B: 14, C: 30 });
    refuse(target, "A");
    divert(target, "B", "C");
    const advice = target.recommend({ location: at(10) });
    expect(advice).toMatchObject({ outcome: "all-on-divert", allOnDivert: true });
    expect([ids(advice), warnings(advice)]).toEqual([
      ["B", "C"],
      ["on-divert", "all-on-divert"],
    ]);
    expect(advice.explain()).toMatch(/^Go to B Hospital: 4 min by road/);
    expect(advice.explain()).toContain(
      "used although it asks for a divert, because every ED that could take the patient does.",
    );
  });

  it("has no such flag while one ED accepts, and no destination when all refuse", () => {
    const target = router({ A: 9, B: 14, C: 30 });
    divert(target, "A", "B");
    expect(target.recommend({ location: at(10) }).allOnDivert).toBeUndefined();
    refuse(target, "A", "B", "C");
    const none = target.recommend({ location: at(10) });
    expect([none.outcome, none.destination, none.allOnDivert]).toEqual(["no-facility", undefined, undefined]);
  });
});

rule(3, "extremis: the nearest ED that is not refusing", () => {
  it("goes by the drive alone to an ED that diverts, lacks the speciality and hands over slowly", () => {
    const target = router({ A: 8, B: { km: 13, handoverMinutes: 60 }, C: { km: 20, capabilities: ["trauma"] } });
    refuse(target, "A");
    divert(target, "B");
    const patient = { location: at(10), needs: ["trauma"] };
    expect(destinationOf(target.recommend(patient))).toBe("C");
    const dying = target.recommend({ ...patient, acuity: "extremis" });
    expect([dying.outcome, destinationOf(dying), warnings(dying)]).toEqual([
      "destination",
      "B",
      ["on-divert", "capability"],
    ]);
  });

  it("ignores names of receivers, and never a door that will be shut", () => {
    const target = router({ A: { km: 9, openingHours: nightly("08:00", "22:00") }, B: 20, C: 40 });
    target.status.report({ hospital: "B", effect: "divert", divertTo: "C", reason: "full" });
    const ask = (time: string): string | undefined =>
      destinationOf(target.recommend({ location: at(10), acuity: "extremis", at: `2017-07-05T${time}:00+01:00` }));
    expect([ask("21:58"), ask("22:30")]).toEqual(["A", "B"]);
  });
});

rule(4, "availability at predicted arrival, not at query time", () => {
  const weston: Places = { A: { km: 6, openingHours: nightly("08:00", "22:00") }, B: 50 };

  it("finds an ED that shuts at 22:00 closed to an ambulance arriving 22:04", () => {
    const ask = (time: string): string | undefined =>
      destinationOf(router(weston).recommend({ location: at(15), at: `2017-07-05T${time}:00+01:00` }));
    expect([ask("21:50"), ask("21:55")]).toEqual(["A", "B"]);
    const late = router(weston).recommend({ location: at(15), at: "2017-07-05T21:55:00+01:00" });
    expect(because(late)).toEqual(["A: shut until 08:00 on 6 July"]);
  });

  it("keeps to effective dates: round the clock before 4 July 2017", () => {
    const at2am = (day: string): string | undefined =>
      destinationOf(router(weston).recommend({ location: at(15), at: `${day}T02:00:00+01:00` }));
    expect([at2am("2017-07-03"), at2am("2017-07-05")]).toEqual(["A", "B"]);
  });

  it("shuts a service while its ED stays open", () => {
    const stroke = { capability: "stroke", openingHours: nightly("08:00", "23:00") };
    const target = router({ A: { km: 6, capabilities: [stroke] }, B: { km: 50, capabilities: ["stroke"] } });
    const atNight = { location: at(15), at: "2017-07-05T23:30:00+01:00" };
    expect(destinationOf(target.recommend(atNight))).toBe("A");
    const advice = target.recommend({ ...atNight, needs: ["stroke"] });
    expect([destinationOf(advice), because(advice)]).toEqual(["B", ["A: stroke service shut until 08:00 on 6 July"]]);
  });

  it("does not exclude an arrival at 14:10 by a divert that ends 14:00, nor one that a divert will meet", () => {
    const target = router({ A: 0, B: 60 });
    const report = (from: string | undefined, until: string): void =>
      void target.status.report({
        hospital: "A",
        effect: "divert",
        reason: "full",
        until: `2017-05-15T${until}:00+01:00`,
        ...(from === undefined ? {} : { from: `2017-05-15T${from}:00+01:00` }),
      });
    const ask = (): Recommendation => target.recommend({ location: at(20), at: "2017-05-15T13:50:00+01:00" });
    report(undefined, "14:00");
    expect([destinationOf(ask()), ask().destination!.opensBeforeArrival]).toEqual(["A", true]);
    report("14:05", "16:00");
    expect(destinationOf(ask())).toBe("B");
  });
});

rule(5, "capability: centres, units and services, with age limits per service", () => {
  it("finds for each need the nearest ED that offers it, what it implies included", () => {
    const target = router({
      A: 9,
      B: { km: 14, capabilities: ["trauma", "stroke"] },
      C: { km: 25, capabilities: ["heart-attack", "burns"] },
      D: { km: 40, capabilities: ["major-trauma", "maternity", "paediatric", "neurosurgery", "vascular"] },
    });
    const nearestFor = (...needs: string[]): string | undefined =>
      destinationOf(target.recommend({ location: at(10), needs }));
    expect(
      ["emergency", "trauma", "major-trauma", "stroke", "heart-attack", "burns", "maternity", "vascular"].map((need) =>
        nearestFor(need),
      ),
    ).toEqual(["A", "B", "D", "B", "C", "C", "D", "D"]);
    expect(nearestFor("trauma", "neurosurgery")).toBe("D");
    expect(destinationOf(target.recommend({ location: at(10), needs: [{ anyOf: ["maternity", "burns"] }] }))).toBe("C");
    expect(target.recommend({ location: at(10), needs: ["stroke", "burns"] }).outcome).toBe("no-facility");
  });

  it("keeps a child from a service for adults, and an adult from a children's", () => {
    const target = router({
      A: { km: 9, capabilities: [{ capability: "trauma", minAge: 16 }] },
      B: { km: 14, capabilities: [{ capability: "trauma", maxAge: 15 }] },
    });
    const aged = (age: number): string | undefined =>
      destinationOf(target.recommend({ location: at(10), needs: ["trauma"], age }));
    expect([aged(15.9), aged(16), aged(0)]).toEqual(["B", "A", "B"]);
  });

  it("turns adults away from an adult-only divert and takes children", () => {
    const target = router({ A: 9, B: 20 });
    target.status.report({ hospital: "A", effect: "divert", scope: { minAge: 18 }, reason: "full" });
    const aged = (age?: number): string | undefined =>
      destinationOf(target.recommend({ location: at(10), ...(age === undefined ? {} : { age }) }));
    expect([aged(17), aged(18), aged()]).toEqual(["A", "B", "B"]);
    expect(because(target.recommend({ location: at(10), age: 70 }))).toEqual(["A: age 18 and over divert, full"]);
  });

  it("keeps to the adult-only divert of Durham 2015: 18 and over, and never stroke, maternity or vascular", () => {
    const capabilities = ["stroke", "maternity", "vascular", "trauma"];
    const target = router({ A: { km: 9, capabilities }, B: { km: 20, capabilities } });
    const exceptNeeds = ["stroke", "maternity", "vascular"];
    const scope = { minAge: 18, exceptNeeds };
    target.status.report({ hospital: "A", effect: "divert", divertTo: "B", scope, reason: "full" });
    const goes = (needs: RecommendationRequest["needs"], age: number): string | undefined =>
      destinationOf(target.recommend({ location: at(10), needs, age }));
    expect([goes([], 17), goes([], 18), goes(["trauma"], 70)]).toEqual(["A", "B", "B"]);
    expect(exceptNeeds.map((word) => goes([word], 70))).toEqual(["A", "A", "A"]);
    expect(goes(["trauma", "stroke"], 70)).toBe("A");
    expect(because(target.recommend({ location: at(10), age: 70 }))).toEqual([
      "A: divert to B Hospital for adults, but not maternity, stroke or vascular, full",
    ]);
  });

  it("opens the door to whom an exception lets in by one way of treating them, if the ED can treat them that way", () => {
    const either = [{ anyOf: ["trauma", "stroke"] }];
    const goes = (ofA: string[]): string | undefined => {
      const target = router({ A: { km: 9, capabilities: ofA }, B: { km: 20, capabilities: ["trauma", "stroke"] } });
      target.status.report({ hospital: "A", effect: "refuse", scope: { exceptNeeds: ["stroke"] }, reason: "full" });
      return destinationOf(target.recommend({ location: at(10), needs: either }));
    };
    expect([goes(["trauma", "stroke"]), goes(["trauma"])]).toEqual(["A", "B"]);
  });
});

rule(6, "bypass: the specialist centre if reachable within T minutes, else the nearest fallback", () => {
  const places: Places = { A: { km: 12, capabilities: ["trauma"] }, C: { km: 60, capabilities: ["major-trauma"] } };
  const southWest: Policy = {
    ...ENGLAND_DEFAULT,
    bypass: [{ need: "major-trauma", withinMinutes: 60, fallback: "trauma" }],
  };
  const injured = (km: number) => ({ location: at(km), needs: ["major-trauma"] });

  it("holds to the millisecond at 45 minutes, and at 60 where the policy says so", () => {
    const from = (km: number, policy?: Policy): string | undefined =>
      destinationOf(router(places, policy === undefined ? {} : { policy }).recommend(injured(km)));
    expect([from(15), from(14.999), from(1), from(1, southWest)]).toEqual(["C", "A", "A", "C"]);
  });

  it("prefers a centre within the time to one beyond it that hands over sooner", () => {
    const target = router({
      A: { km: 12, capabilities: ["trauma"] },
      B: { km: 50, capabilities: ["major-trauma"], handoverMinutes: 30 },
      C: { km: 60, capabilities: ["major-trauma"] },
    });
    const advice = target.recommend(injured(10));
    expect([destinationOf(advice), warnings(advice), advice.extraSeconds]).toEqual(["B", [], 0]);
    expect(because(advice)).toEqual(["A: does not offer major trauma"]);
  });

  it("stops at a nearer fallback that accepts rather than at a centre that diverts, and says so", () => {
    const target = router({ ...places, C: { km: 40, capabilities: ["major-trauma"] } });
    divert(target, "C");
    const advice = target.recommend(injured(10));
    expect([advice.outcome, destinationOf(advice)]).toEqual(["destination", "A"]);
    expect(advice.destination!.warnings.map(({ text }) => text)).toEqual([
      "C Hospital for major trauma asks for a divert: nearest ED for trauma as a stop",
    ]);
    divert(target, "A");
    const all = target.recommend(injured(10));
    expect([all.outcome, destinationOf(all)]).toEqual(["all-on-divert", "C"]);
  });

  it("is not asked for a patient in extremis", () => {
    const target = router({ ...places, B: 0.5 });
    expect(destinationOf(target.recommend({ ...injured(1), acuity: "extremis" }))).toBe("B");
  });
});

rule(7, "handover minutes add to drive minutes; rank on total time to care, show both", () => {
  it("passes over the nearer ED with the longer wait, and gives drive, wait and total", () => {
    const target = router({ A: { km: 5, handoverMinutes: 23 }, B: { km: 20, handoverMinutes: 13 } });
    const advice = target.recommend({ location: at(10) });
    expect(advice.destination).toMatchObject({ driveSeconds: 600, handoverSeconds: 780, totalSeconds: 1380 });
    expect(advice.alternatives[0]).toMatchObject({ driveSeconds: 300, handoverSeconds: 1380, totalSeconds: 1680 });
    expect([advice.destination, ...advice.alternatives].map((option) => (option as Option).driveRank)).toEqual([2, 1]);
    expect(because(advice)).toEqual(["A: handover there takes about 23 min, so care would begin later"]);
  });

  it("counts the policy's default where no handover is known, says so, and no more than its cap", () => {
    const unknown = { km: 5, handoverMinutes: undefined };
    const advice = router({ A: unknown, B: { km: 17, handoverMinutes: 5 } }).recommend({ location: at(10) });
    expect([ids(advice), advice.alternatives[0]]).toMatchObject([
      ["B", "A"],
      { handoverSeconds: 900, handoverAssumed: true, totalSeconds: 1200 },
    ]);
    expect(advice.alternatives[0]!.warnings).toContainEqual({
      code: "handover-assumed",
      text: "no handover time is known: 15 min assumed",
    });
    const queue = router({ A: { km: 5, handoverMinutes: 90 } }).recommend({ location: at(10) });
    expect(queue.destination).toMatchObject({ handoverSeconds: 45 * 60, totalSeconds: 50 * 60 });
  });

  it("goes by the drive alone for extremis, and where the policy says so", () => {
    const places: Places = { A: { km: 5, handoverMinutes: 23 }, B: { km: 20, handoverMinutes: 13 } };
    expect(destinationOf(router(places).recommend({ location: at(10), acuity: "extremis" }))).toBe("A");
    const policy = { ...ENGLAND_DEFAULT, rankBy: "drive" as const };
    const byDrive = router(places, { policy }).recommend({ location: at(10) });
    expect([ids(byDrive), byDrive.destination!.driveRank]).toEqual([["A", "B"], undefined]);
  });
});

rule(8, "unknown is a third state: neither open nor closed", () => {
  const silent = (unknown: Policy["unknown"]): DiversionRouter => {
    const clock = stoppedClock(NOON);
    const hospitals = hospitalsAt({ A: 9, B: 20 });
    const status = new StatusBoard(hospitals, { clock });
    const definitions = [{ id: "east", hospitals: ["A", "B"], timeToLiveMs: 600_000 }];
    const feeds = new FeedMonitor(status, definitions, { clock });
    const say = (hospital: string): void =>
      void feeds.apply("east", {
        hospitals: [{ hospital, state: "accepting", restrictions: [] }],
        unmatched: [],
        notes: [],
      });
    say("A");
    clock.advance(600_000);
    say("B");
    clock.advance(1);
    return routerOver(hospitals, { status, feeds, clock, policy: { ...ENGLAND_DEFAULT, unknown } });
  };

  it("is used with a warning by default", () => {
    const advice = silent("use-with-warning").recommend({ location: at(10) });
    expect([destinationOf(advice), warnings(advice)]).toEqual(["A", ["unknown-status"]]);
    expect(advice.destination!.feed).toEqual({ id: "east", ageSeconds: 600.001 });
  });

  it("is passed over where the policy refuses it, with the feed's age", () => {
    const advice = silent("refuse").recommend({ location: at(10) });
    expect([destinationOf(advice), warnings(advice)]).toEqual(["B", []]);
    expect(because(advice)).toEqual([
      "A: status unknown: the feed east was last heard 10 min ago, and the policy uses no such ED",
    ]);
  });
});

rule(
  9,
  "explain everything: each nearer hospital that was passed over, its reason, and the extra minutes and kilometres",
  () => {
    it("gives a reason for every nearer ED, and what restrictions cost", () => {
      const target = router({
        A: { km: 11, capabilities: ["stroke"] },
        B: 12,
        C: { km: 13, capabilities: [{ capability: "stroke", maxAge: 15 }] },
        D: { km: 14, capabilities: ["stroke"] },
        E: { km: 15, capabilities: ["stroke"], handoverMinutes: 50 },
        F: { km: 30, capabilities: ["stroke"] },
        G: { km: 31, capabilities: ["stroke"] },
      });
      divert(target, "A");
      refuse(target, "D");
      const advice = target.recommend({ location: at(10), needs: ["stroke"], age: 70 });
      expect(destinationOf(advice)).toBe("F");
      expect(because(advice)).toEqual([
        "A: divert, full",
        "B: does not offer stroke",
        "C: does not take patients of this age for stroke",
        "D: refuses all patients, evacuated",
        "E: handover there takes about 45 min, so care would begin later",
      ]);
      expect(advice.extraSeconds).toBe(19 * 60);
      expect(advice.extraMetres).toBeCloseTo(19_000, -2);
      const { passedOver, destination } = advice;
      expect(advice.explain().split("\n")).toHaveLength(
        2 + destination!.warnings.length + (advice.closeCalls?.length ?? 0) + passedOver.length,
      );
    });

    it("names the receiver for those it was preferred to, and the wait for those that are slower anyway", () => {
      const target = router({ A: 9, B: 14, C: { km: 15, handoverMinutes: 90 }, D: 30 });
      target.status.report({ hospital: "A", effect: "divert", divertTo: "D", reason: "agreed" });
      const advice = target.recommend({ location: at(10) });
      expect([destinationOf(advice), because(advice)]).toEqual([
        "D",
        [
          "A: divert to D Hospital, agreed",
          "B: A Hospital names D Hospital to take its patients",
          "C: handover there takes about 45 min, so care would begin later",
        ],
      ]);
    });

    it("says once what two sources say alike", () => {
      const target = router({ A: 9, B: 20 });
      for (const key of ["feed", "desk"]) {
        target.status.report({ hospital: "A", key, effect: "divert", divertTo: "B", reason: "full" });
      }
      expect(because(target.recommend({ location: at(10) }))).toEqual(["A: divert to B Hospital, full"]);
    });
  },
);

rule(10, "never invent a time: unreachable is an explicit outcome", () => {
  it("says unreachable when the only road is closed, and gives nobody a time", () => {
    const target = router({ B: 40 });
    target.roads.close({ point: at(30.5), bufferMetres: 100, reason: "bridge closed" });
    const advice = target.recommend({ location: at(10) });
    expect([advice.outcome, advice.destination, advice.extraSeconds]).toEqual(["unreachable", undefined, undefined]);
    expect(advice.passedOver).toEqual([
      {
        hospital: { id: "B", name: "B Hospital" },
        because: [{ code: "unreachable", text: "no road leads there from here" }],
      },
    ]);
    expect(target.nearestOpen(at(10))).toBeUndefined();
    expect(target.route(advice, "B")).toBeUndefined();
  });
});

rule(11, "ties are ties: exact integer times rank, equal ones break deterministically", () => {
  it("breaks a tie by fewer restrictions, then fresher status, then id", () => {
    const target = router({ A: 5, B: 15, C: { km: 12, handoverMinutes: 3 } });
    const order = (): string[] => ids(target.recommend({ location: at(10) }));
    expect(order()).toEqual(["C", "A", "B"]);
    target.status.report({
      hospital: "B",
      effect: "inform",
      key: "n",
      reason: "new",
      observedAt: "2017-05-15T09:00:00Z",
    });
    expect(order()).toEqual(["C", "A", "B"]);
    target.status.clear("B", "n");
    // Nothing held against either, and B heard of last.
    target.status.report({
      hospital: "B",
      effect: "divert",
      reason: "over",
      until: "2017-05-15T09:00:00Z",
      observedAt: "2017-05-15T10:30:00Z",
    });
    expect(order()).toEqual(["B", "C", "A"]);
    target.status.report({ hospital: "A", effect: "inform", reason: "new" });
    expect(order()).toEqual(["B", "C", "A"]);
  });

  it("breaks it by the shorter distance before the id, whatever part of it is the drive", () => {
    // Ten minutes from the incident each: A by 12 km of fast road, B by 8 km, C by 5 km in 7 minutes and 3 at its door.
    const spoke = (name: string, lon: number, km: number, minutes: number) => ({ name, lon, km, minutes });
    const graph = createGraph<{ lon: number; lat: number }, { milliseconds: number; metres: number }>();
    graph.addNode("incident", { lon: 0, lat: 52 });
    const hospitals = [spoke("A", 0.12, 12, 10), spoke("B", -0.1, 8, 10), spoke("C", 0.05, 5, 7)].map(
      ({ name, lon, km, minutes }) => {
        graph.addNode(name, { lon, lat: 52 });
        const length = { milliseconds: minutes * 60_000, metres: km * 1000 };
        graph.addLink("incident", name, length);
        graph.addLink(name, "incident", length);
        return { id: name, name, location: [lon, 52], handoverMinutes: 10 - minutes };
      },
    );
    const order = (options: Partial<DiversionRouterOptions>): string[] =>
      ids(
        new DiversionRouter({
          roads: indexRoads(fromNgraph(graph).roads),
          hospitals: HospitalDirectory.parse(hospitals),
          clock: () => Date.parse(NOON),
          ...options,
        }).recommend({ location: [0, 52] }),
      );
    for (const engine of [DIJKSTRA_ENGINE, "cch"] as const) expect(order({ engine })).toEqual(["C", "B", "A"]);
  });

  it("lets a millisecond decide before any of these", () => {
    const target = router({ A: 5, B: 15 });
    expect(destinationOf(target.recommend({ location: at(10.001) }))).toBe("B");
  });
});

rule(12, "blue-light speed: the default factor is 1.0 per road class, local values are profile data", () => {
  const street = osmFixture({
    nodes: lineOfNodes(4),
    ways: [{ nodes: [1, 2, 3, 4], tags: { highway: "primary", maxspeed: "60" } }],
  });
  const secondsBy = async (factor: number): Promise<number> => {
    const profile = defaultProfile();
    const primary = { ...profile.classes.primary!, factor };
    const local = parseProfile({ ...profile, classes: { ...profile.classes, primary } });
    return (await buildRoadGraph(street, { profile: local })).roads.columns.edgeMilliseconds[0]!;
  };

  it("has factor 1.0 for every class of the profile that comes with the package", () => {
    expect(new Set(Object.values(defaultProfile().classes).map(({ factor }) => factor))).toEqual(new Set([1]));
  });

  it("drives by the factor that local data gives a class", async () => {
    const plain = await secondsBy(1);
    expect(Math.abs((await secondsBy(1.25)) * 1.25 - plain)).toBeLessThanOrEqual(2);
  });
});

rule(13, "en route: keep the destination unless it refuses or the gain passes a threshold; never bounce A-B-A", () => {
  it("turns for a divert and a refusal, keeps what is under way, and does not come back", () => {
    const target = router({ A: 10, B: 20, C: 40 });
    const turns: string[] = [];
    const conveyance = target.track({ id: "a1", location: at(0.5) });
    conveyance.onAdvice(({ from, to }) => turns.push(`${from?.id}>${to?.id}`));
    divert(target, "A");
    expect(turns).toEqual(["A>B"]);
    conveyance.update(at(16), "2017-05-15T12:16:00+01:00");
    divert(target, "B");
    expect(turns).toEqual(["A>B"]);
    refuse(target, "B");
    expect(turns).toEqual(["A>B", "B>C"]);
  });
});

rule(14, "count and replay: every decision can be replayed bit for bit", () => {
  const logged = () => {
    const target = router({ A: 9, B: 30 });
    const lines = [DECISION_LOG_FORMAT.header()];
    const recorder = new DecisionRecorder(target, (line) => {
      const sealed = line(lines.at(-1)!.checksum);
      lines.push(sealed);
      return sealed;
    });
    const ask = (): void => {
      const request = { location: at(10), at: NOON };
      recorder.record(request, target.recommend(request));
    };
    ask();
    divert(target, "A");
    ask();
    target.roads.close({ point: at(20.5), bufferMetres: 100, reason: "flood" });
    ask();
    return { target, log: lines.map(({ text }) => text).join("") };
  };

  it("replays three decisions, before and after a divert and a flood", () => {
    const { target, log } = logged();
    const { hospitals, status } = target;
    expect(replayDecisions(readDecisions(log), { roads, hospitals, status })).toEqual({ decisions: 3, reproduced: 3 });
  });

  it("counts who was turned away and what it cost", () => {
    const { log } = logged();
    expect(decisionCounts(readDecisions(log), { timeZone: "Europe/London" })).toMatchObject({
      decisions: 3,
      turnedAway: 1,
      extraMinutes: 19,
      allOnDivert: 1,
    });
  });
});

rule(15, "it must work with the network down: one process, one file, status entered by hand", () => {
  it("takes a divert with name, reason and expiry, and answers by it, without opening a connection", async () => {
    const network = vi.spyOn(globalThis, "fetch").mockRejectedValue(new Error("the network is down"));
    try {
      const log = county.path("by-hand.log");
      const status = (...args: string[]) =>
        runCommand(["status", ...args, "--status", log, "--hospitals", county.hospitals]);
      const said = ["--reason", "IT outage", "--by", "duty manager", "--until", "2017-05-15T16:00:00+01:00"];
      expect((await status("report", "A1", "--effect", "divert", ...said)).status).toBe(0);
      const ask = ["nearest", ...county.options, "--status", log, "--at", at(9).join(","), "--json"];
      const answer = JSON.parse((await runCommand(ask)).stdout);
      expect([answer.destination.hospital.id, answer.passedOver[0].because[0].text]).toEqual([
        "B2",
        "divert until 16:00, IT outage",
      ]);
      expect((await status("history")).stdout).toMatch(/duty manager/);
      const later = await runCommand(ask, { now: "2017-05-15T16:00:00+01:00" });
      expect(JSON.parse(later.stdout).destination.hospital.id).toBe("A1");
      expect(network).not.toHaveBeenCalled();
    } finally {
      network.mockRestore();
    }
  });
});

rule(16, "advise, never dispatch; no patient identifiers", () => {
  it.each(["name", "nhsNumber", "dateOfBirth", "address", "phone"])(
    "refuses a field %s wherever one may be given",
    (field) => {
      const target = router({ A: 9, B: 20 });
      const identified = { [field]: "J. Smith" };
      expect(codeOf(() => target.recommend({ location: at(10), ...identified }))).toBe("invalid-incident");
      expect(codeOf(() => target.track({ id: "a1", location: at(10), ...identified }))).toBe("invalid-incident");
      const report = { hospital: "A", effect: "divert" as const, reason: "full", ...identified };
      expect(codeOf(() => target.status.report(report))).toBe("invalid-status");
      expect(codeOf(() => target.status.setOpen("A", false, identified))).toBe("invalid-status");
    },
  );

  it("refuses such a column of a file of incidents", async () => {
    const file = county.write("named.csv", `id,lon,lat,name\n1,${at(9).join(",")},J. Smith\n`);
    const { status, stdout, stderr } = await runCommand(["nearest", ...county.options, "--incidents", file]);
    expect([status, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(/name/);
  });

  it("moves nobody: what is advised changes neither status nor course", () => {
    const target = router({ A: 9, B: 20 });
    const before = JSON.stringify(target.status.view().all());
    const advice = target.recommend({ location: at(10) });
    expect([JSON.stringify(target.status.view().all()), target.conveyances.counts.tracked]).toEqual([before, 0]);
    expect(JSON.stringify(advice)).not.toMatch(/dispatch/i);
  });
});

const policyWith = (fields: Partial<Policy>): Policy => parsePolicy({ ...ENGLAND_DEFAULT, ...fields });
const noon = (minutes: number): string => new Date(Date.parse(NOON) + minutes * 60_000).toISOString();

rule(17, "every detour has a limit: divert, named receiver, cap, handover; a refusal has none", () => {
  it("uses an ED a minute away although it diverts, when the next is 119 min away, and says both", () => {
    const target = router({ A: 9, B: 49 });
    divert(target, "A");
    const advice = target.recommend({ location: at(10) });
    expect([advice.outcome, ids(advice), warnings(advice)]).toEqual([
      "destination",
      ["A", "B"],
      ["on-divert", "beyond-limit"],
    ]);
    expect(advice.destination!.warnings[1]!.text).toBe(
      "used although it asks for a divert, because the nearest that accepts, B Hospital, is 39 min away, 38 min farther, and the policy allows no more than 30 min farther",
    );
    refuse(target, "A");
    expect(ids(target.recommend({ location: at(10) }))[0]).toBe("B");
  });

  it("follows a divert up to the limit and not a minute farther", () => {
    for (const [km, destination] of [
      [41, "B"],
      [42, "A"],
    ] as const) {
      const target = router({ A: 11, B: km });
      divert(target, "A");
      expect(ids(target.recommend({ location: at(10) }))[0]).toBe(destination);
    }
  });

  it("uses the nearest when the two nearest divert, where the policy has that rule", () => {
    const target = router({ A: 9, B: 13, C: 18 }, { policy: BUILT_IN_POLICIES.get("los-angeles-like")! });
    divert(target, "A", "B");
    const advice = target.recommend({ location: at(10) });
    expect([advice.outcome, ids(advice)[0], warnings(advice)]).toEqual([
      "destination",
      "A",
      ["on-divert", "nearest-diverting"],
    ]);
  });

  it("counts the whole drive from the incident where the policy does", () => {
    const within = (km: number) => {
      const limits = { ...ENGLAND_DEFAULT.limits, divertWithinMinutes: 15 };
      const target = router({ A: 6, B: km }, { policy: policyWith({ limits }) });
      divert(target, "A");
      return ids(target.recommend({ location: at(10) }))[0];
    };
    expect([within(25), within(26)]).toEqual(["B", "A"]);
  });

  it("does not follow a name 90 min away past an ED three minutes away, nor a chain", () => {
    const target = router({ A: 9, B: 13, C: 50, D: 17 });
    target.status.report({ hospital: "A", effect: "divert", divertTo: "C", reason: "full" });
    expect(ids(target.recommend({ location: at(10) }))[0]).toBe("B");
    const chain = router({ A: 9, B: 20, C: 50, D: 17 });
    chain.status.report({ hospital: "A", effect: "divert", divertTo: "B", reason: "full" });
    chain.status.report({ hospital: "B", effect: "divert", divertTo: "C", reason: "full" });
    expect(ids(chain.recommend({ location: at(10) }))[0]).toBe("D");
  });

  it("drives no farther for a shorter queue than the limit", () => {
    const queue = (km: number) =>
      ids(router({ A: { km: 11, handoverMinutes: 45 }, B: km }).recommend({ location: at(10) }))[0];
    expect([queue(26), queue(27)]).toEqual(["B", "A"]);
  });
});

rule(18, "extremis is one sentence: the soonest open door that does not refuse this patient", () => {
  it("follows no name", () => {
    const target = router({ A: 11, B: 13, X: 55 });
    target.status.report({ hospital: "A", effect: "refuse", divertTo: "X", reason: "fire" });
    expect(ids(target.recommend({ location: at(10), acuity: "extremis" }))[0]).toBe("B");
  });

  it("takes a child of 5 to an adults-only ED a minute away, with its age limit as a warning", () => {
    const target = router({
      A: { km: 11, capabilities: [{ capability: "emergency", minAge: 16 }] },
      B: { km: 40, capabilities: ["paediatric"] },
    });
    const advice = target.recommend({ location: at(10), age: 5, needs: ["paediatric"], acuity: "extremis" });
    expect(ids(advice)[0]).toBe("A");
    expect(advice.destination!.warnings.map(({ text }) => text)).toContain("does not take patients of this age");
  });
});

rule(19, "waiting is an option: a door that opens, a divert that ends, w minutes after arrival costs w minutes", () => {
  it("waits three minutes for a divert to end rather than drive 58", () => {
    const target = router({ A: 11, B: 59 });
    target.status.report({ hospital: "A", effect: "divert", until: noon(4), reason: "full" });
    const advice = target.recommend({ location: at(10) });
    expect([ids(advice)[0], advice.destination!.waitSeconds, advice.destination!.totalSeconds]).toEqual([
      "A",
      180,
      240,
    ]);
    expect(advice.destination!.warnings).toEqual([
      { code: "wait", text: "the divert (full) ends 3 min after arrival" },
    ]);
  });

  it("does not wait beyond the policy's minutes, nor for a refusal", () => {
    const door = (minutes: number, effect: "divert" | "refuse" = "divert") => {
      const target = router({ A: 11, B: 31 });
      target.status.report({ hospital: "A", effect, until: noon(minutes), reason: "full" });
      return ids(target.recommend({ location: at(10) }))[0];
    };
    expect([door(16), door(17), door(2, "refuse")]).toEqual(["A", "B", "B"]);
  });
});

rule(20, "what the caller leaves out never strands anybody", () => {
  it("counts a refusal for children, or for some acuity, as a divert where that was not given", () => {
    for (const scope of [{ minAge: 16 }, { acuity: ["standard" as const] }]) {
      const target = router({ A: 11 });
      target.status.report({ hospital: "A", effect: "refuse", scope, reason: "flood" });
      const advice = target.recommend({ location: at(10) });
      expect([advice.outcome, ids(advice)]).toEqual(["all-on-divert", ["A"]]);
      expect(warnings(advice)).toContain("minAge" in scope ? "age-not-given" : "acuity-not-given");
    }
  });

  it("takes who gives no age for an adult, and who needs paediatric for a child", () => {
    const target = router({ A: 11, B: 20 });
    target.status.report({ hospital: "A", effect: "divert", scope: { maxAge: 15 }, reason: "full" });
    const advice = target.recommend({ location: at(10) });
    expect([ids(advice)[0], warnings(advice)]).toEqual(["A", ["age-not-given"]]);
    const children = { km: 11, capabilities: [{ capability: "paediatric", maxAge: 15 }] };
    expect(ids(router({ A: children }).recommend({ location: at(10), needs: ["paediatric"] }))).toEqual(["A"]);
  });
});

rule(21, "not recorded is not does not offer", () => {
  it("uses an ED of which nothing is recorded, says so, and names the nearest that is recorded as having it", () => {
    const target = router({
      A: { km: 11, recorded: ["stroke"] },
      B: { km: 40, capabilities: ["maternity"], recorded: ["maternity"] },
    });
    const advice = target.recommend({ location: at(10), needs: ["maternity"] });
    expect([ids(advice)[0], advice.recorded]).toEqual([
      "A",
      { need: "maternity", hospital: { id: "B", name: "B Hospital" }, driveSeconds: 1800 },
    ]);
    expect(warnings(advice)).toEqual(["need-not-recorded", "need-not-recorded"]);
    expect(ids(target.recommend({ location: at(10), needs: ["stroke"] }))[0]).toBe("B");
  });

  it("does not where the policy forbids it", () => {
    const target = router(
      { A: { km: 11, recorded: ["stroke"] }, B: { km: 40, capabilities: ["maternity"], recorded: ["maternity"] } },
      { policy: policyWith({ unrecorded: "refuse" }) },
    );
    expect(ids(target.recommend({ location: at(10), needs: ["maternity"] }))).toEqual(["B"]);
  });
});

rule(22, "a place need not be an ED: it takes the needs it lists and nobody else", () => {
  it("takes heart attacks, and is never used for a plain patient, nor in extremis", () => {
    const place = { km: 11, emergencyDepartment: false, capabilities: ["heart-attack"] };
    const target = router({ A: place, B: 20 });
    const asked = (fields: object) => ids(target.recommend({ location: at(10), ...fields }))[0];
    expect([asked({ needs: ["heart-attack"] }), asked({}), asked({ acuity: "extremis" })]).toEqual(["A", "B", "B"]);
  });
});

rule(
  24,
  "times count from the earlier of observed and received; a question about the past is answered by what held then",
  () => {
    const boardAt = (minutes: { now: number }, target: Places): [StatusBoard, DiversionRouter] => {
      const clock = (): number => Date.parse(NOON) + minutes.now * 60_000;
      const hospitals = hospitalsAt(target);
      const status = new StatusBoard(hospitals, { clock });
      return [status, new DiversionRouter({ roads: new RoadIndex(roads), hospitals, status, clock })];
    };
    const destinationAt = (target: DiversionRouter, minutes: number): string | undefined =>
      destinationOf(target.recommend({ location: at(10), at: noon(minutes) }));

    it("knows nothing at ten o'clock of a divert of noon, and everything of it from half an hour before it was told", () => {
      const [status, target] = boardAt({ now: 0 }, { A: 11, B: 20 });
      status.report({ hospital: "A", effect: "divert", reason: "full" });
      expect([-120, -31, -30, 0].map((minutes) => destinationAt(target, minutes))).toEqual(["A", "B", "B", "B"]);
    });

    it("counts from when it was observed, and from when it was first told where it is told again", () => {
      const minutes = { now: -180 };
      const [status, target] = boardAt(minutes, { A: 11, B: 20, C: 40 });
      status.report({ hospital: "A", effect: "divert", until: noon(10), reason: "full" });
      minutes.now = 0;
      status.report({ hospital: "A", effect: "divert", until: noon(240), reason: "still full" });
      status.report({ hospital: "B", effect: "divert", observedAt: noon(-120), until: noon(240), reason: "full" });
      expect([-240, -180, -90, 0].map((at) => destinationAt(target, at))).toEqual(["A", "B", "C", "C"]);
    });

    it("knows nothing of what was told after a gap", () => {
      const minutes = { now: -240 };
      const [status, target] = boardAt(minutes, { A: 11, B: 20 });
      status.report({ hospital: "A", effect: "divert", until: noon(-180), reason: "full" });
      minutes.now = 0;
      status.report({ hospital: "A", effect: "divert", until: noon(60), reason: "full" });
      expect([-120, 0].map((at) => destinationAt(target, at))).toEqual(["A", "B"]);
    });

    it("counts all that is held for a question of no moment, though the clock was ahead when it was told", () => {
      const minutes = { now: 24 * 60 };
      const [status, target] = boardAt(minutes, { A: 11, B: 20 });
      status.setOpen("A", false, { effect: "refuse" });
      minutes.now = 0;
      expect(destinationOf(target.recommend({ location: at(10) }))).toBe("B");
      const conveyance = target.track({ id: "a1", location: at(10), at: noon(-120) });
      expect(conveyance.destination?.id).toBe("B");
    });
  },
);

rule(26, "nothing weakens by accident", () => {
  it("holds a refusal beside a divert of the same ED", () => {
    const target = router({ A: 11, B: 20 });
    refuse(target, "A");
    divert(target, "A");
    expect(ids(target.recommend({ location: at(10), acuity: "extremis" }))[0]).toBe("B");
  });
});

rule(27, "rules differ by acuity", () => {
  it("does not queue an immediate patient, nor send him past a cap", () => {
    const queue = router({ A: { km: 11, handoverMinutes: 40 }, B: 25 });
    const asked = (acuity?: "immediate") => ids(queue.recommend({ location: at(10), ...(acuity && { acuity }) }))[0];
    expect([asked(), asked("immediate")]).toEqual(["B", "A"]);
    const inbound = new InboundList([{ hospital: "A", count: 9 }]);
    const capped = policyWith({ inbound: { capPerHour: 4, effect: "divert" } });
    const full = router({ A: 11, B: 20 }, { policy: capped, inbound });
    expect(ids(full.recommend({ location: at(10) }))[0]).toBe("B");
    expect(ids(full.recommend({ location: at(10), acuity: "immediate" }))[0]).toBe("A");
  });
});

rule(28, "without restrictions is a decision, not the nearest ED", () => {
  it("names the centre whose divert changed the decision, farther away than the stop", () => {
    const target = router({ A: { km: 20, capabilities: ["trauma"] }, B: { km: 40, capabilities: ["major-trauma"] } });
    divert(target, "B");
    const advice = target.recommend({ location: at(10), needs: ["major-trauma"], age: 30 });
    expect([ids(advice)[0], advice.unrestricted]).toEqual([
      "A",
      { hospital: { id: "B", name: "B Hospital" }, driveSeconds: 1800, totalSeconds: 1800 },
    ]);
    expect(advice.extraSeconds).toBe(-1200);
    expect(advice.passedOver).toMatchObject([{ hospital: { id: "B" }, because: [{ code: "divert" }] }]);
    expect(advice.explain()).toContain("With nothing restricted it would be B Hospital, 20 min more.");
  });

  it("is another router's answer with an empty board: random boards, needs, handovers, bypass", () => {
    const capability = fc.constantFrom("trauma", "major-trauma", "stroke");
    const ed = fc.record({
      km: fc.integer({ min: 0, max: 60 }),
      capabilities: fc.uniqueArray(capability),
      handoverMinutes: fc.option(fc.integer({ min: 0, max: 60 }), { nil: undefined }),
      effect: fc.constantFrom("divert", "refuse", "inform", undefined),
      needs: fc.option(fc.array(capability, { minLength: 1, maxLength: 1 }), { nil: undefined }),
      divertTo: fc.option(fc.integer({ min: 0, max: 4 }), { nil: undefined }),
    });
    const roads = smallCounty();
    fc.assert(
      fc.property(
        fc.array(ed, { minLength: 5, maxLength: 5 }),
        fc.option(capability, { nil: undefined }),
        fc.constantFrom("immediate", "urgent", "extremis", undefined),
        fc.integer({ min: 0, max: 4 }),
        (eds, need, acuity, alternatives) => {
          const hospitals = hospitalsAt(
            Object.fromEntries(
              eds.map(({ km, capabilities, handoverMinutes }, i) => [`H${i}`, { km, capabilities, handoverMinutes }]),
            ),
          );
          const restricted = routerOver(hospitals, { roads });
          for (const [i, { effect, needs, divertTo }] of eds.entries()) {
            if (effect === undefined) continue;
            restricted.status.report({
              hospital: `H${i}`,
              effect,
              reason: "full",
              scope: needs === undefined ? {} : { needs },
              ...(divertTo === undefined || divertTo === i ? {} : { divertTo: `H${divertTo}` }),
            });
          }
          const request = {
            location: at(30),
            age: 40,
            alternatives,
            ...(need === undefined ? {} : { needs: [need] }),
            ...(acuity === undefined ? {} : { acuity }),
          };
          const advice = restricted.recommend(request);
          const empty = routerOver(hospitals, { roads }).recommend(request).destination;
          expect(advice.unrestricted).toEqual(
            empty && {
              hospital: empty.hospital,
              driveSeconds: empty.driveSeconds,
              totalSeconds: empty.totalSeconds,
            },
          );
          const { destination } = advice;
          // One decision, whatever is listed beside it.
          expect(restricted.recommend({ ...request, alternatives: 0 }).destination?.hospital).toEqual(
            destination?.hospital,
          );
          if (destination === undefined) return;
          // In extremis the soonest open door that does not refuse him.
          if (acuity === "extremis") {
            const open = eds.filter(
              ({ effect, needs }) => effect !== "refuse" || (needs !== undefined && !needsOf(need).has(needs[0]!)),
            );
            expect(destination.driveSeconds).toBe(Math.min(...open.map(({ km }) => Math.abs(km - 30) * 60)));
          }
          // Taking the age away strands nobody.
          const { age: _, ...ageless } = request;
          expect(restricted.recommend(ageless).destination).toBeDefined();
          // No ED as near is missing.
          const named = [...advice.alternatives, ...advice.passedOver, destination].map(({ hospital }) => hospital.id);
          const asNear = eds.flatMap(({ km }, i) =>
            Math.abs(km - 30) * 60 <= destination.driveSeconds ? [`H${i}`] : [],
          );
          expect(asNear.filter((id) => !named.includes(id))).toEqual([]);
        },
      ),
      { numRuns: 300 },
    );
  });
});

const needsOf = (need: string | undefined): ReadonlySet<string> =>
  CapabilityVocabulary.standard.impliedByAll(need === undefined ? [] : [need]);

rule(29, "close calls are told: another choice, a closing time, a bypass limit, a restriction about to begin", () => {
  const codes = (advice: Recommendation) => advice.closeCalls?.map(({ code }) => code);

  it("tells each, and nothing where there is none", () => {
    expect(codes(router({ A: 11, B: 15 }).recommend({ location: at(10) }))).toEqual(["close-choice"]);
    expect(codes(router({ A: 11, B: 17 }).recommend({ location: at(10) }))).toBeUndefined();
    const openingHours = { zone: "Europe/London", periods: [{ weekly: [{ opens: "08:00", closes: "12:05" }] }] };
    expect(codes(router({ A: { km: 11, openingHours } }).recommend({ location: at(10) }))).toEqual(["closes-soon"]);
    const centre = router({ A: 11, B: { km: 53, capabilities: ["major-trauma"] } });
    expect(codes(centre.recommend({ location: at(10), needs: ["major-trauma"], age: 30 }))).toEqual(["bypass-limit"]);
    const target = router({ A: 11 });
    target.status.report({ hospital: "A", effect: "divert", from: noon(5), reason: "full" });
    const advice = target.recommend({ location: at(10) });
    expect(advice.closeCalls).toEqual([
      {
        code: "restriction-soon",
        text: "4 min after the ambulance arrives this begins: divert from 12:05, full",
      },
    ]);
  });
});

rule(30, "patients change on the way: reassessed, waiting on scene, back to the ED that was left", () => {
  it("goes elsewhere for another need", () => {
    const target = router({ A: 20, B: { km: 30, capabilities: ["stroke"] } });
    const conveyance = target.track({ id: "a1", location: at(10) });
    expect(conveyance.destination?.id).toBe("A");
    conveyance.reassess({ needs: ["stroke"] });
    expect(conveyance.destination?.id).toBe("B");
    conveyance.reassess({ needs: [] });
    expect(conveyance.destination?.id).toBe("A");
  });

  it("is judged for the arrival after the time on scene", () => {
    const target = router({ A: 20, B: 24 });
    target.status.report({ hospital: "A", effect: "divert", until: noon(30), reason: "full" });
    expect(target.track({ id: "a1", location: at(18) }).destination?.id).toBe("B");
    const waiting = target.track({ id: "a2", location: at(18), departAt: noon(30) });
    expect([waiting.destination?.id, Date.parse(waiting.state.arrival!)]).toEqual(["A", Date.parse(noon(32))]);
  });

  it("returns when a divert entered by mistake is withdrawn, if that is worth it, and does not bounce otherwise", () => {
    const target = router({ A: 20, B: 45 });
    const conveyance = target.track({ id: "a1", location: at(10) });
    divert(target, "A");
    expect(conveyance.destination?.id).toBe("B");
    target.status.clear("A", "divert");
    expect(conveyance.destination?.id).toBe("A");
    const near = router({ A: 20, B: 24 });
    const other = near.track({ id: "a1", location: at(10) });
    divert(near, "A");
    near.status.clear("A", "divert");
    expect(other.destination?.id).toBe("B");
  });
});

rule(31, "said aloud, it is true", () => {
  it("says once what many EDs share", () => {
    const target = router({ A: 11, B: 12, C: 13, D: { km: 30, capabilities: ["stroke"] } });
    expect(target.recommend({ location: at(10), needs: ["stroke"] }).explain()).toContain(
      "Passed over 3 EDs, each for the same reason, from A Hospital (1 min) on: does not offer stroke.",
    );
  });

  it("never says 0 min, nor a time beyond itself", () => {
    const target = router({
      A: { km: 10, capabilities: ["trauma"] },
      B: { km: 55.3, capabilities: ["major-trauma"] },
    });
    const said = target.recommend({ location: at(10), needs: ["major-trauma"], age: 30 }).explain();
    expect(said).toContain("is just over 45 min away, beyond the 45 min of the bypass rule");
    expect(said).not.toMatch(/\b0 min\b/);
  });
});

describe("the table of rules", () => {
  it("has those of decisions, none missing; those of feeds, of overruling and of many patients are tested with these", () => {
    const elsewhere = [23, 25, 32];
    const numbers = Array.from({ length: 32 }, (_, index) => index + 1);
    expect([...rules.keys()]).toEqual(numbers.filter((number) => !elsewhere.includes(number)));
    expect(new Set(rules.values()).size).toBe(29);
  });
});
