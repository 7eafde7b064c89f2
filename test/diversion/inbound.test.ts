import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ChainedLine } from "../../src/core/hash-chain-log";
import type { Recommendation } from "../../src/diversion/answer/recommendation";
import { DECISION_LOG_FORMAT, DecisionRecorder, readDecisions } from "../../src/diversion/log/decision-log";
import { replayDecisions } from "../../src/diversion/log/decision-replay";
import { InboundList, type InboundSource, mostInOneHour } from "../../src/diversion/rules/inbound";
import { ENGLAND_DEFAULT, type Policy, parsePolicy } from "../../src/diversion/rules/policy";
import { partsOf, routerOf } from "../../src/node/workers/router-parts";
import { failure, stoppedClock } from "../hospitals/support/essex";
import { at, hospitalsAt, NOON, routerOver, smallCounty } from "../support/small-county";

const MINUTE = 60_000;
const capped = (capPerHour: number | null, effect: "divert" | "inform" = "divert"): Policy =>
  parsePolicy({
    ...ENGLAND_DEFAULT,
    limits: { ...ENGLAND_DEFAULT.limits, capExtraMinutes: null },
    inbound: { capPerHour, effect },
  });
const counts = (of: Readonly<Record<string, number>>): InboundSource =>
  new InboundList(Object.entries(of).map(([hospital, count]) => ({ hospital, count })));

const hospitals = hospitalsAt({ A: { km: 10, capabilities: ["trauma"] }, B: 20, C: 40 });
const because = (advice: Recommendation) =>
  advice.passedOver.map(({ hospital, because }) => `${hospital.id} ${because.map(({ code }) => code).join("+")}`);
const warnings = (advice: Recommendation) => advice.destination?.warnings.map(({ code }) => code);

describe("a cap on inbound ambulances (domain: optional inbound count per ED and cap per hour)", () => {
  const answer = (policy: Policy, of: Readonly<Record<string, number>>, patient = {}) =>
    routerOver(hospitals, { policy, inbound: counts(of) }).recommend({ location: at(10), ...patient });

  it("is not there unless the policy sets one: answers are the same to the byte", () => {
    const plain = JSON.stringify(routerOver(hospitals).recommend({ location: at(10) }));
    expect(JSON.stringify(answer(ENGLAND_DEFAULT, { A: 99 }))).toBe(plain);
    expect(plain).not.toContain("inbound");
  });

  it("passes over an ED at its cap while another accepts, and says both numbers", () => {
    const advice = answer(capped(6), { A: 6, B: 5 });
    expect([advice.outcome, advice.destination!.hospital.id, warnings(advice)]).toEqual(["destination", "B", []]);
    expect(advice.passedOver[0]).toMatchObject({
      hospital: { id: "A" },
      because: [{ code: "inbound-cap", text: "6 ambulances are due within the same hour and the cap is 6" }],
    });
    // With nothing restricted the cap would count as well.
    expect(advice.extraSeconds).toBe(0);
    expect(advice.basis.inbound).toMatchObject({ A: 6, B: 5 });
    expect(answer(capped(6), { A: 5 }).destination!.hospital.id).toBe("A");
  });

  it("holds for the plain question too: the nearest open ED is the one that would be recommended", () => {
    const router = routerOver(hospitals, { policy: capped(6), inbound: counts({ A: 6, B: 5 }) });
    expect(router.nearestOpen(at(10))!.hospital.id).toBe("B");
    expect(router.recommend({ location: at(10) }).destination!.hospital.id).toBe("B");
  });

  it("leaves nobody without an ED: the nearest is used, flagged, when all are at their caps", () => {
    const advice = answer(capped(1), { A: 1, B: 1, C: 3 });
    expect([advice.outcome, advice.destination!.hospital.id, warnings(advice)?.includes("inbound-cap")]).toEqual([
      "all-on-divert",
      "A",
      true,
    ]);
    expect(advice.explain()).toContain(
      "Note: used although it is at its cap of ambulances, because every ED that could take the patient is.",
    );
    expect(advice.explain()).toContain("Note: 1 ambulance is due within the same hour and the cap is 1.");
  });

  it("does not count for a patient in extremis, nor for one who needs more than any ED offers", () => {
    const dying = answer(capped(1), { A: 1 }, { acuity: "extremis" });
    expect([dying.destination!.hospital.id, warnings(dying)]).toEqual(["A", ["inbound-cap"]]);
    expect(answer(capped(1), { A: 1 }, { needs: ["trauma"] }).destination!.hospital.id).toBe("A");
    expect(answer(capped(1), { A: 1 }, { needs: ["emergency"] }).destination!.hospital.id).toBe("B");
  });

  it("is only shown where the policy says so", () => {
    const advice = answer(capped(6, "inform"), { A: 7 });
    expect([advice.destination!.hospital.id, warnings(advice)]).toEqual(["A", ["inbound-cap"]]);
  });

  it("may be an ED's own, which comes before the policy's", () => {
    const own = hospitalsAt({ A: { km: 10, inboundCapPerHour: 2 }, B: 20, C: 40 });
    const nearest = (policy: Policy, of: Readonly<Record<string, number>>) =>
      routerOver(own, { policy, inbound: counts(of) }).recommend({ location: at(10) }).destination!.hospital.id;
    expect(nearest(capped(6), { A: 2 })).toBe("B");
    expect(nearest(capped(1), { A: 1, B: 1 })).toBe("A");
    expect(nearest(capped(null), { A: 2, B: 99 })).toBe("B");
  });

  it("stands beside what EDs ask: both reasons are given, and neither hides a refusal", () => {
    const router = routerOver(hospitals, { policy: capped(1), inbound: counts({ A: 1, B: 1 }) });
    router.status.setOpen("A", false);
    router.status.setOpen("B", false, { effect: "refuse" });
    expect(because(router.recommend({ location: at(10) }))).toEqual(["A divert+inbound-cap", "B refuse"]);
  });

  it("changes where patients go, never whether they go anywhere", () => {
    const flag = fc.constantFrom("open", "divert", "refuse");
    const ed = fc.record({ flag, count: fc.nat(3) });
    fc.assert(
      fc.property(fc.tuple(ed, ed, ed), fc.integer({ min: 1, max: 3 }), fc.boolean(), (eds, cap, extremis) => {
        const ids = ["A", "B", "C"];
        const ask = (policy: Policy) => {
          const inbound = counts(Object.fromEntries(eds.map(({ count }, i) => [ids[i]!, count])));
          const router = routerOver(hospitals, { policy, inbound });
          for (const [i, { flag }] of eds.entries()) {
            if (flag !== "open") router.status.setOpen(ids[i]!, false, { effect: flag as "divert" | "refuse" });
          }
          return router.recommend({ location: at(18), ...(extremis ? { acuity: "extremis" } : {}) });
        };
        const plain = ask(ENGLAND_DEFAULT);
        const advice = ask(capped(cap));
        expect(advice.destination === undefined).toBe(plain.destination === undefined);
        if (extremis) expect(advice.destination?.hospital).toEqual(plain.destination?.hospital);
        if (advice.destination === undefined) return;
        const { flag, count } = eds[ids.indexOf(advice.destination.hospital.id)]!;
        expect(flag).not.toBe("refuse");
        const anyAccepts = eds.some((one) => one.flag === "open" && one.count < cap);
        if (anyAccepts && !extremis) expect([flag, count < cap]).toEqual(["open", true]);
      }),
      { seed: 5 },
    );
  });

  it("can be replayed from the counts in the basis, whatever is expected by then", () => {
    const policy = capped(2);
    const lines: ChainedLine[] = [DECISION_LOG_FORMAT.header()];
    const append = (line: (previous: ChainedLine["checksum"]) => ChainedLine): ChainedLine => {
      lines.push(line(lines.at(-1)!.checksum));
      return lines.at(-1)!;
    };
    const clock = stoppedClock(NOON);
    const roads = smallCounty();
    const router = routerOver(hospitals, { roads, policy, clock });
    router.roads.setSpeed({ point: at(15.5), bufferMetres: 100, factor: 0.5, reason: "flood" });
    const recorder = new DecisionRecorder(router, append);
    for (let i = 0; i < 4; i++) {
      const request = { location: at(10) };
      const advice = router.recommend(request);
      recorder.record(request, advice);
      router.track({ id: `c${i}`, location: at(10), destination: advice.destination!.hospital.id });
    }
    const log = lines.map(({ text }) => text).join("");
    const options = { roads, hospitals, policy };
    expect(replayDecisions(readDecisions(log), options)).toEqual({ decisions: 4, reproduced: 4 });
    const destinations = [...readDecisions(log)].map(({ answer }) => answer.destination!.hospital.id);
    expect(destinations).toEqual(["A", "A", "B", "B"]);
    const changed = [...readDecisions(log)].map((decision, i) =>
      i === 2
        ? { ...decision, answer: { ...decision.answer, basis: { ...decision.answer.basis, inbound: { A: 1 } } } }
        : decision,
    );
    expect(replayDecisions(changed, options)).toMatchObject({ reproduced: 3, difference: { part: "answer" } });
  });

  it("comes along to other threads with what is expected at the moment", () => {
    const router = routerOver(hospitals, { policy: capped(2) });
    for (const id of ["c1", "c2"]) router.track({ id, location: at(9), destination: "A" });
    const there = routerOf(partsOf(router));
    for (const km of [1, 9, 10, 12, 25]) {
      const question = { location: at(km) };
      expect(JSON.stringify(there.recommend(question))).toBe(JSON.stringify(router.recommend(question)));
    }
    expect(there.recommend({ location: at(10) }).destination!.hospital.id).toBe("B");
  });
});

describe("ambulances counted by the conveyances that are tracked", () => {
  const county = (cap: number, list = hospitals) => {
    const clock = stoppedClock(NOON);
    const router = routerOver(list, { policy: capped(cap), clock });
    const turns: string[] = [];
    router.conveyances.onAdvice(({ conveyance, from, to, because }) =>
      turns.push(`${conveyance} ${from?.id ?? "-"}>${to?.id ?? "-"} ${because.map(({ code }) => code).join("+")}`),
    );
    const nearest = (km: number) => router.recommend({ location: at(km) }).destination!.hospital.id;
    return { clock, router, turns, nearest };
  };

  it("are those predicted to arrive, and those that have arrived, within any hour that takes in the arrival", () => {
    const { clock, router, nearest } = county(1, hospitalsAt({ A: 10, B: 40 }));
    const { conveyances } = router;
    const conveyance = router.track({ id: "c1", location: at(24) });
    const dueMs = clock() + 14 * MINUTE;
    expect([-60, -59, 0, 59, 60].map((minutes) => conveyances.expectedAt("A", dueMs + minutes * MINUTE))).toEqual([
      0, 1, 1, 1, 0,
    ]);
    expect(nearest(11)).toBe("B");
    clock.advance(14 * MINUTE);
    conveyance.end();
    expect(nearest(11)).toBe("B");
    clock.advance(58 * MINUTE);
    expect(nearest(11)).toBe("B");
    clock.advance(1 * MINUTE);
    expect(nearest(11)).toBe("A");
  });

  it("are not those that were stood down, nor those bound elsewhere", () => {
    const { router, nearest } = county(1, hospitalsAt({ A: 10, B: 12 }));
    const conveyance = router.track({ id: "c1", location: at(10) });
    expect(nearest(10)).toBe("B");
    conveyance.redirect("B");
    expect([nearest(10), router.conveyances.expected().map(({ hospital }) => hospital)]).toEqual(["A", ["B"]]);
    conveyance.redirect("A");
    conveyance.end("stood-down");
    expect(nearest(10)).toBe("A");
  });

  it("stay with their EDs when the list of hospitals changes", () => {
    const { clock, router } = county(1);
    router.track({ id: "c1", location: at(20), destination: "B" });
    router.track({ id: "c2", location: at(20), destination: "B" }).end();
    router.setHospitals(hospitals.without("A"));
    expect(router.conveyances.expectedAt("B", clock() + MINUTE)).toBe(2);
    expect(router.conveyances.expected()).toEqual([{ hospital: "B", arrivalsMs: [clock(), clock()] }]);
  });

  it("go where they are recommended, and are not turned back to the ED that was spared", () => {
    const { router, turns } = county(1);
    router.track({ id: "c1", location: at(10) });
    const spared = router.track({ id: "c2", location: at(10) });
    expect([spared.destination?.id, turns]).toEqual(["B", []]);
    // B is ten minutes farther than A, more than the gain for which a destination is given up.
    spared.update(at(10));
    router.conveyances.judgeAll();
    expect([spared.destination?.id, turns]).toEqual(["B", []]);
  });

  it("are not turned away by those behind them", () => {
    const { router, turns } = county(2);
    for (const id of ["c1", "c2", "c3", "c4"]) router.track({ id, location: at(10), destination: "A" });
    router.conveyances.judgeAll();
    expect(turns).toEqual([]);
  });

  it("are spread where many must turn at once: no ED takes more than its cap while another will do", () => {
    const { router, turns } = county(2);
    for (const id of ["c1", "c2", "c3", "c4"]) router.track({ id, location: at(0), destination: "A" });
    router.status.setOpen("A", false);
    expect(turns).toEqual(["c1 A>B divert", "c2 A>B divert", "c3 A>C divert", "c4 A>C divert"]);
  });

  it("go to a full ED when every other is full too, if where they were going refuses", () => {
    const { router, turns } = county(1);
    router.track({ id: "a1", location: at(0), destination: "A" });
    router.track({ id: "b1", location: at(19), destination: "B" });
    router.track({ id: "c1", location: at(36), destination: "C" });
    router.status.setOpen("A", false);
    expect(turns).toEqual([]);
    router.status.setOpen("A", false, { effect: "refuse" });
    expect(turns).toEqual(["a1 A>B refuse"]);
  });
});

describe("mostInOneHour", () => {
  it("is the most of any hour with the moment in it, by trying every hour", () => {
    const minute = fc.integer({ min: 0, max: 240 });
    fc.assert(
      fc.property(fc.array(minute, { maxLength: 12 }), minute, (arrivals, moment) => {
        let most = 0;
        for (let from = moment - 59; from <= moment; from++) {
          most = Math.max(most, arrivals.filter((one) => from <= one && one < from + 60).length);
        }
        const ms = arrivals.map((one) => one * MINUTE);
        expect(mostInOneHour(ms, moment * MINUTE)).toBe(most);
      }),
      { seed: 60 },
    );
  });
});

describe("InboundList.parse", () => {
  it("takes counts by id, and expects nobody elsewhere", () => {
    const list = InboundList.parse([{ id: "B", count: 7 }], hospitals);
    expect([list.expectedAt("B", 0), list.expectedAt("A", 0)]).toEqual([7, 0]);
    expect(new InboundList(JSON.parse(JSON.stringify(list.expected()))).expectedAt("B", 0)).toBe(7);
  });

  it.each([
    ["another form", { B: 7 }, "write a list"],
    ["a count that is none", [{ id: "B", count: -1 }], "from 0 to 10000"],
    ["a field that is not known", [{ id: "B", count: 1, patient: "x" }], "patient"],
    ["a hospital that is not there", [{ id: "Z", count: 1 }], "Z is not in the list"],
    [
      "a hospital twice",
      [
        { id: "B", count: 1 },
        { id: "B", count: 2 },
      ],
      "B comes twice",
    ],
  ])("refuses %s", (_, json, message) => {
    expect(failure(() => InboundList.parse(json, hospitals))).toMatchObject({
      code: "invalid-argument",
      message: expect.stringContaining(message),
    });
  });
});
