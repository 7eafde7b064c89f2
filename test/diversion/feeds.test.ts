import { describe, expect, it } from "vitest";
import { readInstant } from "../../src/core/instant";
import type { Recommendation } from "../../src/diversion/answer/recommendation";
import { BUILT_IN_POLICIES, ENGLAND_DEFAULT, type Policy, parsePolicy } from "../../src/diversion/rules/policy";
import { FeedHealth } from "../../src/hospitals/feeds/feed-health";
import { FeedMonitor } from "../../src/hospitals/feeds/feed-monitor";
import type { HospitalReading } from "../../src/hospitals/feeds/feed-reading";
import { StatusBoard } from "../../src/hospitals/status/status-board";
import { stoppedClock } from "../hospitals/support/essex";
import { at, hospitalsAt, NOON, routerOver } from "../support/small-county";

const MINUTE = 60_000;
const REFUSING: Policy = { ...ENGLAND_DEFAULT, unknown: "refuse" };

/** A at 5 km, B at 20 km, and W at 55 km, in the next country, of which no feed reports. Feed "east" lives 10 minutes. */
function county(policy: Policy = ENGLAND_DEFAULT) {
  const clock = stoppedClock(NOON);
  const hospitals = hospitalsAt({ A: 5, B: 20, W: 55 });
  const status = new StatusBoard(hospitals, { clock });
  const feeds = new FeedMonitor(status, [{ id: "east", hospitals: ["A", "B"], timeToLiveMs: 10 * MINUTE }], { clock });
  const router = routerOver(hospitals, { status, feeds, policy, clock });
  const say = (...said: readonly HospitalReading[]) =>
    feeds.apply("east", { hospitals: said, unmatched: [], notes: [] });
  return { clock, status, feeds, router, hospitals, say };
}

const fine = (hospital: string): HospitalReading => ({ hospital, state: "accepting", restrictions: [] });
const closed = (hospital: string): HospitalReading => ({
  hospital,
  state: "restricted",
  restrictions: [{ effect: "divert", reason: "full" }],
});
const warnings = (advice: Recommendation) => advice.destination?.warnings.map(({ code, text }) => `${code}: ${text}`);
const because = (advice: Recommendation) =>
  advice.passedOver.map(
    (one) => `${one.hospital.id} ${one.because.map(({ code, text }) => `${code}: ${text}`).join("; ")}`,
  );

describe("an answer with feeds", () => {
  it("gives the age of the feed for every ED it speaks of, and its checksum in the basis", () => {
    const { router, clock, feeds, say } = county();
    say(fine("A"), fine("B"));
    clock.advance(90_000);
    const advice = router.recommend({ location: at(10), alternatives: 2 });
    expect(advice.destination).toMatchObject({
      hospital: { id: "A" },
      feed: { id: "east", ageSeconds: 90 },
      warnings: [],
    });
    expect(advice.alternatives.map(({ feed }) => feed)).toEqual([{ id: "east", ageSeconds: 90 }, undefined]);
    expect(advice.basis.feeds).toBe(feeds.health().checksum);
  });

  it("says nothing of feeds without any", () => {
    const advice = routerOver(hospitalsAt({ A: 5 })).recommend({ location: at(10) });
    expect([warnings(advice), advice.destination!.feed, Object.keys(advice.basis)]).toEqual([
      [],
      undefined,
      expect.not.arrayContaining(["feeds"]),
    ]);
  });

  it("uses an ED of which nothing is known, and says why and how old the last word is", () => {
    const { router, clock, say } = county();
    const told = () => warnings(router.recommend({ location: at(10) }));
    expect(told()).toEqual(["unknown-status: status unknown: nothing heard yet from the feed east"]);
    say(fine("A"), fine("B"));
    clock.advance(10 * MINUTE);
    expect(told()).toEqual([]);
    clock.advance(1);
    expect(told()).toEqual(["unknown-status: status unknown: the feed east was last heard 10 min ago"]);
    clock.advance(200 * MINUTE);
    expect(told()).toEqual(["unknown-status: status unknown: the feed east was last heard 3 h ago"]);
    say({ ...fine("A"), state: "unknown" });
    clock.advance(5000);
    expect(told()).toEqual(["unknown-status: status unknown: the feed east said 5 s ago that it does not know"]);
    say({ ...fine("A"), state: "no-ed" });
    expect(told()).toEqual(["unknown-status: status unknown: the feed east said 0 s ago that there is no ED"]);
  });

  it("takes an ED beyond the border, without a feed, for unknown and not for closed", () => {
    const { router, say } = county();
    say(fine("A"), fine("B"));
    const advice = router.recommend({ location: at(54) });
    expect(advice.destination!.hospital.id).toBe("W");
    expect(warnings(advice)).toEqual(["unknown-status: status unknown: no feed reports on this ED"]);
  });

  it("goes on by what a silent feed last said, until that expires", () => {
    const { router, clock, say } = county();
    say(closed("A"), fine("B"));
    clock.advance(60 * MINUTE);
    const advice = router.recommend({ location: at(10) });
    expect([advice.destination!.hospital.id, because(advice)]).toEqual(["B", ["A divert: divert, full"]]);
    expect(advice.passedOver[0]!.feed).toEqual({ id: "east", ageSeconds: 3600 });
    clock.advance(180 * MINUTE);
    expect(router.recommend({ location: at(10) }).destination!.hospital.id).toBe("A");
  });

  it("passes over by policy what is not known, and uses it all the same in extremis", () => {
    const { router, clock, say, status } = county(REFUSING);
    say(fine("A"));
    clock.advance(8 * MINUTE);
    say(fine("B"));
    clock.advance(3 * MINUTE);
    const advice = router.recommend({ location: at(10) });
    expect([advice.outcome, advice.destination!.hospital.id, warnings(advice)]).toEqual(["destination", "B", []]);
    expect(because(advice)).toEqual([
      "A unknown-status: status unknown: the feed east was last heard 11 min ago, and the policy uses no such ED",
    ]);
    // With nothing restricted the feed would be as silent.
    expect(advice.extraSeconds).toBe(0);
    expect(router.nearestOpen(at(10))!.hospital.id).toBe("B");
    const dying = router.recommend({ location: at(10), acuity: "extremis" });
    expect([dying.destination!.hospital.id, dying.destination!.warnings.map(({ code }) => code)]).toEqual([
      "A",
      ["unknown-status"],
    ]);
    status.report({ hospital: "A", effect: "refuse", reason: "evacuated" });
    expect(router.recommend({ location: at(10), acuity: "extremis" }).destination!.hospital.id).toBe("B");
    clock.advance(10 * MINUTE);
    expect(router.recommend({ location: at(10) }).outcome).toBe("no-facility");
  });

  it("ranks by the handover minutes a feed tells for as long as it is heard, then by the list's", () => {
    const { router, clock, say } = county();
    say({ ...fine("A"), handoverMinutes: 30 }, { ...fine("B"), handoverMinutes: 5 });
    const advice = router.recommend({ location: at(10) });
    expect([advice.destination!.hospital.id, advice.destination!.handoverSeconds, because(advice)]).toEqual([
      "B",
      300,
      ["A handover: handover there takes about 30 min, so care would begin later"],
    ]);
    clock.advance(11 * MINUTE);
    expect(router.recommend({ location: at(10) }).destination).toMatchObject({
      hospital: { id: "A" },
      handoverSeconds: 0,
    });
  });

  it("breaks a tie for the ED whose feed was heard last", () => {
    const { router, clock, say } = county();
    say(fine("A"));
    clock.advance(1000);
    say(fine("B"));
    const tie = { location: at(12.5) };
    expect(router.recommend(tie).destination!.hospital.id).toBe("B");
    clock.advance(1000);
    say(fine("A"));
    expect(router.recommend(tie).destination!.hospital.id).toBe("A");
  });

  it("can be repeated byte for byte from what feeds had said, kept as JSON", () => {
    const { router, feeds, hospitals, status, clock, say } = county();
    say(closed("A"), { ...fine("B"), observedAt: readInstant("2017-05-15T11:59:00+01:00")!, handoverMinutes: 7 });
    clock.advance(11 * MINUTE);
    const question = { location: at(10), at: "2017-05-15T12:11:00+01:00" };
    const kept = JSON.stringify(feeds.health());
    const version = status.version;
    const answer = JSON.stringify(router.recommend(question));
    say(fine("A"));
    const health = new FeedHealth(hospitals, JSON.parse(kept));
    const replayed = routerOver(hospitals, { status, feeds: { health: () => health } });
    expect(JSON.stringify(replayed.recommend(question, { statusVersion: version }))).toBe(answer);
    expect(JSON.stringify(router.recommend(question, { statusVersion: version }))).not.toBe(answer);
  });
});

describe("the policy on what is not known", () => {
  it("is to use it with a warning unless it says otherwise", () => {
    const { unknown: _, ...rest } = ENGLAND_DEFAULT;
    expect(parsePolicy(rest).unknown).toBe("use-with-warning");
    expect([...BUILT_IN_POLICIES.values()].map(({ unknown }) => unknown)).toEqual(Array(4).fill("use-with-warning"));
    expect(() => parsePolicy({ ...rest, unknown: "ignore" })).toThrow();
  });
});
