import { describe, expect, it } from "vitest";
import { decisionCounts } from "../../src/diversion/log/decision-counts";
import type { LoggedDecision } from "../../src/diversion/log/decision-log";
import type { DiversionRouter } from "../../src/diversion/router";
import { at, hospitalsAt, routerOver } from "../support/small-county";

/** Decisions as a log gives them, as far as counting asks. */
const ask = (router: DiversionRouter, km: number, when: string, needs: string[] = []): LoggedDecision => {
  const request = { location: at(km), needs, at: when };
  const answer = router.recommend(request);
  return { line: 1, request, answer, status: "", snapLimitMetres: 1000, closures: undefined, feeds: undefined };
};

const EVENING = "2017-05-15T23:30:00+01:00";
/** Half past midnight in London, still the 15th in UTC. */
const NIGHT = "2017-05-15T23:30:00Z";

describe("decisionCounts (domain rule 14: how many were diverted)", () => {
  it("counts per ED and day of the zone what diverts changed and what it cost", () => {
    const router = routerOver(
      hospitalsAt({ A: { km: 10, capabilities: ["trauma"] }, B: 20, C: { km: 50, capabilities: ["trauma"] } }),
    );
    router.status.report({ hospital: "A", effect: "divert", until: "2017-06-01T00:00:00Z", reason: "IT outage" });
    const decisions = [
      ask(router, 12, EVENING),
      ask(router, 10, NIGHT),
      ask(router, 12, NIGHT, ["trauma"]),
      ask(router, 19, NIGHT),
    ];
    expect(decisionCounts(decisions, { timeZone: "Europe/London" })).toEqual({
      timeZone: "Europe/London",
      decisions: 4,
      turnedAway: 2,
      // 8 - 2 and 10 - 0; for trauma C is 36 min farther than A, and no divert leads so far.
      extraMinutes: 16,
      allOnDivert: 0,
      withoutDestination: 0,
      perDay: [
        {
          day: "2017-05-15",
          hospital: { id: "A", name: "A Hospital" },
          unrestricted: 1,
          turnedAway: 1,
          extraMinutes: 6,
          worstExtraMinutes: 6,
          received: 0,
        },
        {
          day: "2017-05-15",
          hospital: { id: "B", name: "B Hospital" },
          unrestricted: 0,
          turnedAway: 0,
          extraMinutes: 0,
          worstExtraMinutes: 0,
          received: 1,
        },
        {
          day: "2017-05-16",
          hospital: { id: "A", name: "A Hospital" },
          unrestricted: 2,
          turnedAway: 1,
          extraMinutes: 10,
          worstExtraMinutes: 10,
          received: 0,
        },
        {
          day: "2017-05-16",
          hospital: { id: "B", name: "B Hospital" },
          unrestricted: 1,
          turnedAway: 0,
          extraMinutes: 0,
          worstExtraMinutes: 0,
          received: 1,
        },
      ],
    });
  });

  it("leaves out what no divert did: a long handover, an ED that cannot help", () => {
    const router = routerOver(
      hospitalsAt({ A: { km: 10, handoverMinutes: 60 }, B: 20, C: { km: 50, capabilities: ["trauma"] } }),
    );
    const counts = decisionCounts([ask(router, 12, EVENING), ask(router, 12, EVENING, ["trauma"])], {
      timeZone: "UTC",
    });
    expect(counts).toMatchObject({ turnedAway: 0, extraMinutes: 0 });
    expect(counts.perDay.map(({ hospital, unrestricted }) => [hospital.id, unrestricted])).toEqual([
      ["B", 1],
      ["C", 1],
    ]);
  });

  it("counts apart where all divert and where there is no ED", () => {
    const router = routerOver(hospitalsAt({ A: 10, B: 20 }));
    for (const id of ["A", "B"]) router.status.setOpen(id, false);
    const all = ask(router, 12, EVENING);
    for (const id of ["A", "B"]) router.status.setOpen(id, false, { effect: "refuse" });
    const none = ask(router, 12, EVENING);
    expect(decisionCounts([all, none], { timeZone: "UTC" })).toMatchObject({
      decisions: 2,
      turnedAway: 1,
      allOnDivert: 1,
      withoutDestination: 1,
    });
  });
});
