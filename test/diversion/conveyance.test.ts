import { describe, expect, it } from "vitest";
import { DiversionError } from "../../src/core/errors";
import type { ConveyanceAdvice, TrackRequest } from "../../src/diversion/conveyances/conveyance";
import type { DiversionRouter, DiversionRouterOptions } from "../../src/diversion/router";
import { ENGLAND_DEFAULT } from "../../src/diversion/rules/policy";
import type { HospitalDirectory } from "../../src/hospitals/directory/directory";
import { FeedMonitor } from "../../src/hospitals/feeds/feed-monitor";
import { readJsonFeed } from "../../src/hospitals/feeds/simple-feed";
import { StatusBoard } from "../../src/hospitals/status/status-board";
import { RoadIndex } from "../../src/roads/road-index";
import { at, hospitalsAt, NOON, routerOver, smallCounty } from "../support/small-county";

const county = smallCounty();

/** A router over roads of its own, and what its conveyances were advised: "a1 A>B divert". */
function tracking(hospitals: HospitalDirectory, options: Partial<DiversionRouterOptions> = {}) {
  const router = routerOver(hospitals, { roads: new RoadIndex(county), ...options });
  const heard: ConveyanceAdvice[] = [];
  router.conveyances.onAdvice((advice) => heard.push(advice));
  const turns = (): string[] =>
    heard.map(({ conveyance, from, to, because }) => {
      const codes = because.map(({ code }) => code).join("+");
      return `${conveyance} ${from?.id ?? "-"}>${to?.id ?? "-"} ${codes}`;
    });
  return { router, heard, turns };
}

const minutesAfterNoon = (minutes: number): string => new Date(Date.parse(NOON) + minutes * 60_000).toISOString();

const failure = (action: () => unknown): string => {
  try {
    action();
    return "nothing thrown";
  } catch (error) {
    if (error instanceof DiversionError) return `${error.code}: ${error.describe()}`;
    throw error;
  }
};

const refuse = (router: DiversionRouter, hospital: string): void =>
  void router.status.report({ hospital, effect: "refuse", reason: "evacuated" });

describe("a conveyance (domain rule 13, case: status changes en route)", () => {
  const hospitals = hospitalsAt({ A: 10, B: 20, C: 40 });

  it("is bound for the recommended ED, and says when it gets there", () => {
    const { router, turns } = tracking(hospitals);
    const conveyance = router.track({ id: "a1", location: at(0.5) });
    expect(conveyance.state).toEqual({
      location: at(0.5),
      at: NOON,
      destination: { id: "A", name: "A Hospital" },
      driveSeconds: 570,
      arrival: "2017-05-15T12:09:30+01:00",
    });
    expect(conveyance.update(at(2.5), minutesAfterNoon(2))).toBe(true);
    expect(conveyance.state).toMatchObject({ driveSeconds: 450, arrival: "2017-05-15T11:09:30Z" });
    expect(turns()).toEqual([]);
  });

  it("is turned by a divert, from where it is, and the event says why", () => {
    const { router, heard } = tracking(hospitals);
    router.track({ id: "a1", location: at(0.5) });
    router.status.setOpen("A", false, { reason: "IT outage" });
    expect(heard).toEqual([
      {
        conveyance: "a1",
        from: { id: "A", name: "A Hospital" },
        to: { id: "B", name: "B Hospital" },
        because: [{ code: "divert", text: "divert, IT outage" }],
        at: NOON,
        statusVersion: 1,
      },
    ]);
    expect(router.conveyances.counts).toEqual({ tracked: 1, judged: 2, turned: 1 });
  });

  it("goes back to an ED it was turned from when that accepts again and is sooner, or every other refuses", () => {
    const { router, turns } = tracking(hospitals);
    router.track({ id: "a1", location: at(0.5) });
    router.status.setOpen("A", false);
    router.status.setOpen("A", true);
    expect(turns()).toEqual(["a1 A>B divert", "a1 B>A returned"]);
    refuse(router, "A");
    refuse(router, "C");
    // B was left for A, and is gone to when all others refuse.
    expect(turns().slice(2)).toEqual(["a1 A>C refuse", "a1 C>B refuse"]);
  });

  it("keeps a diverting destination while every other diverts too", () => {
    const { router, turns } = tracking(hospitals);
    router.track({ id: "a1", location: at(0.5) });
    for (const id of ["C", "B", "A"]) router.status.setOpen(id, false);
    expect(turns()).toEqual([]);
    router.status.setOpen("C", true);
    expect(turns()).toEqual(["a1 A>C divert"]);
  });

  it("has no destination when all refuse, and one again when any can be named", () => {
    const { router, turns } = tracking(hospitals);
    const conveyance = router.track({ id: "a1", location: at(0.5) });
    for (const id of ["C", "B", "A"]) refuse(router, id);
    expect(turns()).toEqual(["a1 A>- refuse"]);
    expect(conveyance.state).toMatchObject({ destination: undefined, driveSeconds: undefined, arrival: undefined });
    router.status.clear("A", "refuse");
    expect(turns().slice(1)).toEqual(["a1 ->A available"]);
  });

  it.each([
    { closer: 23, turns: [] },
    { closer: 22.5, turns: ["a1 C>B sooner"] },
  ])(
    "gives up an ED that accepts for a gain of five minutes, not for less: bound for km 40 from km $closer",
    ({ closer, turns: expected }) => {
      const { router, turns } = tracking(hospitalsAt({ A: 0, B: 10, C: 40 }));
      router.track({ id: "a1", location: at(closer), destination: "C" });
      expect(turns()).toEqual(expected);
    },
  );

  it("asks the policy how much a gain must be", () => {
    const policy = { ...ENGLAND_DEFAULT, enRoute: { gainMinutes: 3, pointOfNoReturnMinutes: 5, returnGainMinutes: 5 } };
    const { router, turns } = tracking(hospitalsAt({ B: 10, C: 40 }), { policy });
    router.track({ id: "a1", location: at(23), destination: "C" });
    expect(turns()).toEqual(["a1 C>B sooner"]);
  });

  it("is turned near arrival by nothing but a refusal", () => {
    const { router, turns } = tracking(hospitals);
    const conveyance = router.track({ id: "a1", location: at(4.5) });
    conveyance.update(at(5.5), minutesAfterNoon(1));
    router.status.setOpen("A", false);
    expect(turns()).toEqual([]);
    refuse(router, "A");
    expect(turns()).toEqual(["a1 A>B refuse"]);
  });

  it("counts the minutes to arrival from now, not from the last report", () => {
    let nowMs = Date.parse(NOON);
    const { router, turns } = tracking(hospitals, { clock: () => nowMs });
    router.track({ id: "a1", location: at(3) });
    nowMs += 2 * 60_000;
    router.status.setOpen("A", false);
    expect(turns()).toEqual([]);
  });

  it("is judged for its predicted arrival (domain rule 4)", () => {
    const { router, turns } = tracking(hospitals, { policy: { ...ENGLAND_DEFAULT, waitMinutes: 0 } });
    router.track({ id: "a1", location: at(0) });
    router.status.report({ hospital: "A", effect: "divert", until: minutesAfterNoon(10), reason: "full" });
    expect(turns()).toEqual([]);
    router.status.report({ hospital: "A", effect: "divert", until: minutesAfterNoon(11), reason: "full" });
    expect(turns()).toEqual(["a1 A>B divert"]);
  });

  it("follows a divert to the receiver it names, and stays with it", () => {
    const { router, turns } = tracking(hospitals);
    const conveyance = router.track({ id: "a1", location: at(8) });
    conveyance.redirect("B");
    router.status.report({ hospital: "B", effect: "divert", divertTo: "C", reason: "IT outage" });
    expect(turns()).toEqual(["a1 A>B crew", "a1 B>C divert"]);
    conveyance.update(at(9), minutesAfterNoon(1));
    expect(turns()).toHaveLength(2);
  });

  it("leaves a bypass stop alone within the point of no return, and drives on to the centre before it", () => {
    const centres = hospitalsAt({
      T: { km: 10, capabilities: ["trauma"] },
      M: { km: 55, capabilities: ["major-trauma"] },
    });
    const { router, turns } = tracking(centres);
    const conveyance = router.track({ id: "a1", location: at(5), needs: ["major-trauma"] });
    expect(conveyance.destination?.id).toBe("T");
    // The centre is within 45 minutes now, and the stop is two minutes away.
    conveyance.update(at(12), minutesAfterNoon(7));
    expect(turns()).toEqual([]);
    conveyance.update(at(17), minutesAfterNoon(14));
    expect(turns()).toEqual(["a1 T>M capability"]);
  });

  it("is not left bound for an evacuated ED because that lacks what the patient needs", () => {
    const { router, turns } = tracking(
      hospitalsAt({ A: { km: 10, recorded: ["burns"] }, B: { km: 20, recorded: ["burns"] } }),
    );
    const conveyance = router.track({ id: "a1", location: at(0.5), needs: ["burns"] });
    conveyance.redirect("A");
    expect(turns()).toEqual(["a1 ->A crew"]);
    refuse(router, "A");
    expect(turns().slice(1)).toEqual(["a1 A>- refuse"]);
  });

  it("is turned by a closed road, and by a road that opens", () => {
    const { router, turns } = tracking(hospitals);
    router.track({ id: "a1", location: at(12), destination: "A" });
    router.track({ id: "a2", location: at(35) });
    const closure = router.roads.close({ point: at(11.5), bufferMetres: 100, reason: "flood" });
    expect(turns()).toEqual(["a1 A>B unreachable"]);
    router.roads.reopen(closure.id);
    // A is six minutes sooner and was left.
    expect(turns()).toHaveLength(1);
    expect(router.conveyances.counts).toMatchObject({ judged: 4 });
  });

  it("notices by the clock when a closure begins, with the next report of anyone", () => {
    let nowMs = Date.parse(NOON);
    const { router, turns } = tracking(hospitals, { clock: () => nowMs });
    router.track({ id: "a1", location: at(12), destination: "A" });
    const other = router.track({ id: "a2", location: at(35) });
    router.roads.close({ point: at(11.5), bufferMetres: 100, from: minutesAfterNoon(1), reason: "flood" });
    expect(turns()).toEqual([]);
    nowMs += 60_000;
    other.update(at(36));
    expect(turns()).toEqual(["a1 A>B unreachable"]);
  });

  it("is judged anew when the policy or the list of hospitals changes", () => {
    const { router, turns } = tracking(hospitals);
    router.track({ id: "a1", location: at(0) });
    router.track({ id: "a2", location: at(30.5), destination: "C" });
    router.setHospitals(hospitals.without("A"));
    expect(turns()).toEqual(["a1 A>B removed"]);
    router.status.setOpen("B", false);
    expect(turns().slice(1)).toEqual(["a1 B>C divert"]);
    router.status.setOpen("C", false);
    router.setPolicy({ ...ENGLAND_DEFAULT, diverts: "ignore" });
    expect(turns().slice(2)).toEqual(["a1 C>B returned"]);
  });

  it("leaves alone whom the scope leaves out, without ranking them again", () => {
    const { router, turns } = tracking(
      hospitalsAt({ A: { km: 10, capabilities: ["trauma"] }, B: { km: 20, capabilities: ["trauma"] } }),
    );
    router.track({ id: "t", location: at(0.5), needs: ["trauma"] });
    for (const id of ["x", "y", "z"]) router.track({ id, location: at(0.5) });
    router.status.report({ hospital: "A", effect: "divert", scope: { needs: ["trauma"] }, reason: "IT outage" });
    expect(turns()).toEqual(["t A>B divert"]);
    expect(router.conveyances.counts).toEqual({ tracked: 4, judged: 5, turned: 1 });
    router.status.clear("A", "divert:trauma");
    expect(router.conveyances.counts.judged).toBe(6);
  });

  it("is judged anew when a feed says something else of an ED it looked at (domain rule 8)", () => {
    const clock = (): number => Date.parse(NOON);
    const status = new StatusBoard(hospitals, { clock });
    const feeds = new FeedMonitor(status, [{ id: "f", timeToLiveMs: 600_000 }], { clock });
    const say = (hospital: string, open: true | null, handoverMinutes?: number): void => {
      const text = JSON.stringify({ hospitals: [{ hospital, open, handoverMinutes }] });
      feeds.apply("f", readJsonFeed(text, { directory: hospitals }));
    };
    for (const id of ["A", "B", "C"]) say(id, true);
    const limits = { ...ENGLAND_DEFAULT.limits, handoverExtraMinutes: null };
    const policy = { ...ENGLAND_DEFAULT, limits, unknown: "refuse" as const };
    const { router, turns } = tracking(hospitals, { status, feeds, policy });
    router.track({ id: "a1", location: at(0.5) });
    router.track({ id: "a2", location: at(39) });
    say("B", null);
    // Neither had looked at B.
    expect([turns(), router.conveyances.counts.judged]).toEqual([[], 2]);
    say("A", true, 45);
    expect([turns(), router.conveyances.counts.judged]).toEqual([["a1 A>C sooner"], 3]);
  });

  it("is judged anew when a feed falls silent, at the moment that was foretold (domain rule 8)", () => {
    let nowMs = Date.parse(NOON);
    const clock = (): number => nowMs;
    const status = new StatusBoard(hospitals, { clock });
    const feeds = new FeedMonitor(status, [{ id: "f", timeToLiveMs: 600_000 }], { clock });
    const say = (...ids: readonly string[]): void => {
      const text = JSON.stringify({ hospitals: ids.map((hospital) => ({ hospital, open: true })) });
      feeds.apply("f", readJsonFeed(text, { directory: hospitals }));
    };
    say("A");
    nowMs += 60_000;
    say("B", "C");
    const policy = { ...ENGLAND_DEFAULT, unknown: "refuse" as const };
    const { router, turns, heard } = tracking(hospitals, { status, feeds, policy });
    const { conveyances } = router;
    expect(conveyances.nextChangeAt()).toBeUndefined();
    router.track({ id: "a1", location: at(0.5) });
    expect(conveyances.nextChangeAt()).toBe(Date.parse(NOON) + 600_001);
    nowMs = Date.parse(NOON) + 600_000;
    conveyances.refresh();
    expect([turns(), conveyances.counts.judged]).toEqual([[], 1]);
    // The timer's own moment will do, whatever the clock says.
    conveyances.refresh(nowMs + 1);
    expect([turns(), conveyances.counts.judged]).toEqual([["a1 A>B unknown-status"], 2]);
    expect(heard[0]!.because[0]!.text).toBe(
      "status unknown: the feed f was last heard 10 min ago, and the policy uses no such ED",
    );
    expect(conveyances.nextChangeAt()).toBe(Date.parse(NOON) + 660_001);
    say("B");
    expect(conveyances.nextChangeAt()).toBe(Date.parse(NOON) + 1_200_001);
  });

  it("foretells when a closure begins and ends, and nothing for what is judged at arrival", () => {
    let nowMs = Date.parse(NOON);
    const { router, turns } = tracking(hospitals, { clock: () => nowMs });
    const { conveyances } = router;
    router.track({ id: "a1", location: at(12), destination: "A" });
    router.status.report({ hospital: "A", effect: "divert", from: minutesAfterNoon(60), reason: "works" });
    expect(conveyances.nextChangeAt()).toBeUndefined();
    const from = minutesAfterNoon(1);
    const until = minutesAfterNoon(2);
    router.roads.close({ point: at(11.5), bufferMetres: 100, from, until, reason: "flood" });
    expect(conveyances.nextChangeAt()).toBe(Date.parse(from));
    nowMs = Date.parse(from);
    conveyances.refresh();
    expect(turns()).toEqual(["a1 A>B unreachable"]);
    expect(conveyances.nextChangeAt()).toBe(Date.parse(until));
    nowMs = Date.parse(until);
    conveyances.refresh();
    expect(conveyances.nextChangeAt()).toBeUndefined();
  });

  it("minds the fallback's needs where a bypass rule may replace the patient's", () => {
    const policy = { ...ENGLAND_DEFAULT, bypass: [{ need: "stroke", withinMinutes: 20, fallback: "trauma" }] };
    const { router, turns } = tracking(
      hospitalsAt({
        T: { km: 10, capabilities: ["trauma"] },
        U: { km: 20, capabilities: ["trauma"] },
        S: { km: 55, capabilities: ["stroke"] },
      }),
      { policy },
    );
    router.track({ id: "a1", location: at(0), needs: ["stroke"] });
    router.status.report({ hospital: "T", effect: "divert", scope: { needs: ["trauma"] }, reason: "IT outage" });
    expect(turns()).toEqual(["a1 T>U divert"]);
  });

  it("minds what is about others where a tie goes to the fresher status (domain rule 11)", () => {
    let nowMs = Date.parse(NOON);
    const { router, turns } = tracking(hospitalsAt({ X: 10, Y: 30, D: 40, R: 45 }), { clock: () => nowMs });
    router.status.report({ hospital: "Y", effect: "inform", reason: "lift out of order" });
    nowMs += 1000;
    router.status.report({ hospital: "X", effect: "divert", divertTo: "R", reason: "IT outage" });
    router.track({ id: "a1", location: at(20), destination: "D" });
    // X and Y are equally far. X has the fresher status and names R, which is no sooner than D.
    expect(turns()).toEqual([]);
    nowMs += 1000;
    router.status.report({ hospital: "Y", effect: "divert", scope: { needs: ["trauma"] }, reason: "no theatre" });
    expect(turns()).toEqual(["a1 D>Y sooner"]);
  });

  it("tells in order of ids, and its own listeners of itself alone", () => {
    const { router, turns } = tracking(hospitals);
    const mine: string[] = [];
    for (const id of ["b", "c", "a"]) {
      const conveyance = router.track({ id, location: at(0.5) });
      if (id === "c") conveyance.onAdvice(({ to }) => mine.push(to!.id));
    }
    router.status.setOpen("A", false);
    expect(turns()).toEqual(["a A>B divert", "b A>B divert", "c A>B divert"]);
    expect(mine).toEqual(["B"]);
  });

  it("takes reports and updates that listeners make", () => {
    const { router, turns } = tracking(hospitals);
    const conveyance = router.track({ id: "a1", location: at(0.5) });
    router.conveyances.onAdvice(({ to }) => {
      if (to?.id === "B") router.status.setOpen("B", false);
      conveyance.update(at(1), minutesAfterNoon(1));
    });
    router.status.setOpen("A", false);
    expect(turns()).toEqual(["a1 A>B divert", "a1 B>C divert"]);
    expect(conveyance.destination?.id).toBe("C");
  });

  it("drops a position older than the last, and is silent after its end", () => {
    const { router, turns } = tracking(hospitals);
    const conveyance = router.track({ id: "a1", location: at(0.5), at: minutesAfterNoon(5) });
    expect(conveyance.update(at(1), minutesAfterNoon(4))).toBe(false);
    expect(conveyance.state.location).toEqual(at(0.5));
    conveyance.end();
    expect(conveyance.update(at(1), minutesAfterNoon(6))).toBe(false);
    router.status.setOpen("A", false);
    expect(turns()).toEqual([]);
    expect(conveyance.destination?.id).toBe("A");
    expect(router.conveyances.counts.tracked).toBe(0);
  });

  it("refuses what is not of the documented form, and what could name a patient", () => {
    const { router } = tracking(hospitals);
    router.track({ id: "a1", location: at(0.5) });
    expect(failure(() => router.track({ id: "a1", location: at(0.5) }))).toMatch(
      /^invalid-argument: field id: .*tracked already/,
    );
    expect(failure(() => router.track({ id: "N. N.", location: at(1) }))).toMatch(/^invalid-incident: field id/);
    const named = { id: "a2", location: at(1), patient: "N. N." } as TrackRequest;
    expect(failure(() => router.track(named))).toMatch(/"patient" is not a known field/);
    expect(failure(() => router.track({ id: "a2", location: at(1), destination: "Z" }))).toMatch(/^unknown-hospital/);
    expect(failure(() => router.track({ id: "a2", location: [99, 99] }))).toMatch(/^invalid-location/);
    expect(failure(() => router.conveyances.has("a2") || router.track({ id: "a2", location: [9, 9] }))).toMatch(
      /^off-network/,
    );
    expect(router.conveyances.has("a2")).toBe(false);
  });
});
