import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readInstant } from "../../../src/core/instant";
import { FeedHealth } from "../../../src/hospitals/feeds/feed-health";
import { type FeedDefinition, FeedMonitor } from "../../../src/hospitals/feeds/feed-monitor";
import type { FeedReading, HospitalReading } from "../../../src/hospitals/feeds/feed-reading";
import { StatusBoard } from "../../../src/hospitals/status/status-board";
import { readStatusLog, writeStatusLog } from "../../../src/hospitals/status/status-log";
import { epochMs, failure, stoppedClock } from "../support/essex";
import { directory } from "./support/have";

const START = "2017-05-15T15:00:00+01:00";
const TTL = 300_000;

function monitored(feeds: readonly FeedDefinition[] = [{ id: "north", timeToLiveMs: TTL }]) {
  const clock = stoppedClock(START);
  const status = new StatusBoard(directory, { clock });
  return { clock, status, monitor: new FeedMonitor(status, feeds, { clock }) };
}

const message = (...hospitals: readonly HospitalReading[]): FeedReading => ({ hospitals, unmatched: [], notes: [] });
const at = (time: string | undefined) =>
  time === undefined ? {} : { observedAt: readInstant(`2017-05-15T${time}+01:00`)! };
const closed = (hospital: string, time?: string, reason = "full"): HospitalReading => ({
  hospital,
  state: "restricted",
  restrictions: [{ effect: "divert", reason }],
  ...at(time),
});
const fine = (hospital: string, time?: string): HospitalReading => ({
  hospital,
  state: "accepting",
  restrictions: [],
  ...at(time),
});
const keys = (status: StatusBoard, hospital: string) =>
  status
    .view()
    .restrictionsOf(hospital)
    .map(({ key, source, effect }) => `${key} ${source ?? "-"} ${effect}`);
const place = (id: string) => directory.indexOf(id);

describe("FeedMonitor.apply", () => {
  it("puts what a feed asks under its own key and ends nothing but that", () => {
    const { status, monitor } = monitored();
    status.setOpen("RQ8L0", false, { by: "duty manager" });
    monitor.apply("north", message(closed("RQ8L0", "14:58:00")));
    expect(keys(status, "RQ8L0")).toEqual(["feed:north north divert", "flag - divert"]);
    monitor.apply("north", message(fine("RQ8L0", "14:59:00")));
    expect(keys(status, "RQ8L0")).toEqual(["flag - divert"]);
  });

  it("ends the parts a message no longer has", () => {
    const { status, monitor } = monitored();
    const parts = (...names: readonly string[]): HospitalReading => ({
      hospital: "RQ8L0",
      state: "restricted",
      restrictions: names.map((part) => ({ part, effect: "divert", scope: { needs: [part] }, reason: "x" })),
    });
    monitor.apply("north", message(parts("stroke", "trauma")));
    monitor.apply("north", message(parts("trauma", "burns")));
    expect(keys(status, "RQ8L0")).toEqual(["feed:north:burns north divert", "feed:north:trauma north divert"]);
  });

  it("drops and counts what is older than what it knows, whoever the hospital", () => {
    const { status, monitor } = monitored();
    monitor.apply("north", message(fine("RQ8L0", "14:58:00"), closed("RAJ01", "14:40:00")));
    const { late, results } = monitor.apply("north", message(closed("RQ8L0", "14:50:00"), fine("RAJ01", "14:50:00")));
    expect(late).toEqual(["RQ8L0"]);
    expect(results.map(({ hospital, outcome }) => `${hospital} ${outcome}`)).toEqual(["RAJ01 accepted"]);
    expect([keys(status, "RQ8L0"), keys(status, "RAJ01")]).toEqual([[], []]);
    expect(monitor.summaries()[0]!.counts).toMatchObject({ messages: 2, late: 1 });
  });

  it("knows an older message also after a restart, by the log", () => {
    const { status, monitor, clock } = monitored();
    monitor.apply("north", message(fine("RQ8L0", "14:58:00")));
    const { events } = readStatusLog(writeStatusLog(status.history()));
    const again = new StatusBoard(directory, { clock, history: events });
    const restarted = new FeedMonitor(again, [{ id: "north", timeToLiveMs: TTL }], { clock });
    expect(restarted.apply("north", message(closed("RQ8L0", "14:50:00"))).late).toEqual(["RQ8L0"]);
    expect(keys(again, "RQ8L0")).toEqual([]);
    expect(restarted.health().stateOf(place("RQ8L0"), clock()).unknown).toBe(true);
  });

  it("counts what is said again, and does not fill the log with it", () => {
    const { status, monitor, clock } = monitored();
    for (let poll = 0; poll < 20; poll++) {
      monitor.apply(
        "north",
        message(closed("RQ8L0", "14:58:00"), fine("RAJ01", `14:59:${10 + poll}`), closed("RWH01")),
      );
      clock.advance(30_000);
    }
    // Said without a moment, RWH01's divert is renewed at 0 and 5 minutes; the others are news once.
    expect(status.version).toBe(4);
    expect(monitor.summaries()[0]!.counts).toEqual({ messages: 20, notUsed: 0, accepted: 4, duplicate: 56, late: 0 });
  });

  it("reports again what someone else has ended", () => {
    const { status, monitor } = monitored();
    monitor.apply("north", message(closed("RQ8L0")));
    status.clear("RQ8L0", "feed:north");
    monitor.apply("north", message(closed("RQ8L0")));
    expect(keys(status, "RQ8L0")).toEqual(["feed:north north divert"]);
  });

  it("does not act on tests, nor on hospitals that are not the feed's", () => {
    const { status, monitor } = monitored([{ id: "north", hospitals: ["RWH01"], timeToLiveMs: TTL }]);
    expect(monitor.apply("north", { ...message(closed("RWH01")), notActual: "A test." }).notUsed).toBe("A test.");
    expect(monitor.apply("north", message(closed("RQ8L0"))).outside).toEqual(["RQ8L0"]);
    expect([status.version, monitor.summaries()[0]!.counts]).toEqual([
      0,
      { messages: 2, notUsed: 1, accepted: 0, duplicate: 0, late: 0 },
    ]);
    expect(monitor.summaries()[0]!.silent).toBe(true);
  });

  it("leaves a feed's word as it was when a message is about something else", () => {
    const { status, monitor, clock } = monitored();
    monitor.apply("north", message(closed("RQ8L0")));
    clock.advance(TTL + 1);
    monitor.apply("north", message({ hospital: "RQ8L0", state: "not-stated", restrictions: [] }));
    expect(keys(status, "RQ8L0")).toEqual(["feed:north north divert"]);
    expect(monitor.health().stateOf(place("RQ8L0"), clock()).why).toBe("silent");
  });

  it("takes a notice from such a message, and neither ends anything nor counts it as word of the ED", () => {
    const { status, monitor, clock } = monitored();
    monitor.apply(
      "north",
      message({ ...closed("RQ8L0"), restrictions: [{ part: "ct", effect: "divert", reason: "no CT" }] }),
    );
    clock.advance(TTL + 1);
    const notice = { effect: "inform", reason: "Facility compromised" } as const;
    monitor.apply("north", message({ hospital: "RQ8L0", state: "not-stated", restrictions: [notice] }));
    expect(keys(status, "RQ8L0")).toEqual(["feed:north north inform", "feed:north:ct north divert"]);
    expect(monitor.health().stateOf(place("RQ8L0"), clock()).why).toBe("silent");
  });

  it("ends what it asked once it says that it does not know", () => {
    const { status, monitor, clock } = monitored();
    monitor.apply("north", message(closed("RQ8L0")));
    monitor.apply("north", message({ hospital: "RQ8L0", state: "unknown", restrictions: [] }));
    expect(keys(status, "RQ8L0")).toEqual([]);
    expect(monitor.health().stateOf(place("RQ8L0"), clock())).toMatchObject({
      unknown: true,
      why: "says-unknown",
      ageMs: 0,
    });
  });

  it("comes to the same whatever the order of statements with moments of their own", () => {
    const times = ["14:10:00", "14:20:00", "14:30:00", "14:40:00", "14:50:00"];
    const statements = times.map((time, index) =>
      index % 2 === 0 ? closed("RQ8L0", time, `r${index}`) : fine("RQ8L0", time),
    );
    fc.assert(
      fc.property(fc.shuffledSubarray(statements, { minLength: 5, maxLength: 5 }), (order) => {
        const { status, monitor } = monitored();
        for (const said of order) monitor.apply("north", message(said));
        expect(
          status
            .view()
            .restrictionsOf("RQ8L0")
            .map(({ reason }) => reason),
        ).toEqual(["r4"]);
      }),
    );
  });
});

describe("FeedMonitor.health", () => {
  it("goes from never heard to known to silent, to the millisecond", () => {
    const { monitor, clock } = monitored();
    const stateAt = (ms: number) => monitor.health().stateOf(place("RQ8L0"), ms);
    expect(stateAt(clock())).toEqual({ feed: "north", unknown: true, why: "never-heard", words: [] });
    monitor.apply("north", message({ ...fine("RQ8L0"), handoverMinutes: 23 }));
    const heardMs = clock();
    expect(stateAt(heardMs + TTL)).toEqual({
      feed: "north",
      heardMs,
      ageMs: TTL,
      unknown: false,
      handoverMinutes: 23,
      words: [{ feed: "north", heardMs, isFresh: true }],
    });
    expect(stateAt(heardMs + TTL + 1)).toEqual({
      feed: "north",
      heardMs,
      ageMs: TTL + 1,
      unknown: true,
      why: "silent",
      words: [{ feed: "north", heardMs, isFresh: false }],
    });
    expect(stateAt(heardMs - 1).ageMs).toBe(0);
  });

  it("does not take an old message served again, or an old file, for the feed's voice", () => {
    const { monitor, clock } = monitored();
    monitor.apply("north", { ...message(fine("RQ8L0")), sentAt: readInstant("2017-05-15T14:00:00+01:00")! });
    monitor.apply("north", message(fine("RAJ01")), { writtenMs: epochMs("2017-05-15T14:54:59+01:00") });
    monitor.apply("north", message(fine("RWH01")), { writtenMs: epochMs("2017-05-15T14:55:00+01:00") });
    const whys = ["RQ8L0", "RAJ01", "RWH01"].map((id) => monitor.health().stateOf(place(id), clock()).why);
    expect(whys).toEqual(["silent", "silent", undefined]);
  });

  it("does not take a late message for the feed's voice", () => {
    const { monitor, clock } = monitored();
    monitor.apply("north", message(fine("RQ8L0", "14:58:00")));
    clock.advance(TTL + 1);
    monitor.apply("north", message(closed("RQ8L0", "14:50:00")));
    expect(monitor.health().stateOf(place("RQ8L0"), clock()).why).toBe("silent");
  });

  it("believes the feed that knows, then the one heard last; a hospital without one is unknown", () => {
    const { monitor, clock } = monitored([
      { id: "b", hospitals: ["RQ8L0", "RAJ01"], timeToLiveMs: TTL },
      { id: "a", hospitals: ["RQ8L0", "RAJ01"], timeToLiveMs: 10 * TTL },
    ]);
    const feedOf = (id: string) => monitor.health().stateOf(place(id), clock());
    expect(feedOf("RWH01")).toEqual({ unknown: true, why: "no-feed", words: [] });
    expect(feedOf("RQ8L0")).toMatchObject({ feed: "a", why: "never-heard" });
    monitor.apply("a", message(fine("RQ8L0"), fine("RAJ01")));
    clock.advance(1000);
    monitor.apply("b", message(fine("RQ8L0"), { hospital: "RAJ01", state: "unknown", restrictions: [] }));
    expect([feedOf("RQ8L0").feed, feedOf("RAJ01").feed]).toEqual(["b", "a"]);
    clock.advance(TTL + 1);
    expect(feedOf("RQ8L0")).toMatchObject({ feed: "a", unknown: false });
    clock.advance(10 * TTL);
    expect(feedOf("RQ8L0")).toMatchObject({ feed: "b", why: "silent" });
  });

  it("is a thing that stays: what is heard later makes another, and it can be kept as JSON", () => {
    const { monitor, clock } = monitored();
    const before = monitor.health();
    expect(monitor.health()).toBe(before);
    monitor.apply(
      "north",
      message({ ...fine("RQ8L0"), handoverMinutes: 5 }, { hospital: "RAJ01", state: "no-ed", restrictions: [] }),
    );
    const after = monitor.health();
    expect([before.stateOf(place("RQ8L0"), clock()).why, after.stateOf(place("RAJ01"), clock()).why]).toEqual([
      "never-heard",
      "says-no-ed",
    ]);
    expect(before.checksum).not.toBe(after.checksum);
    const kept = new FeedHealth(directory, JSON.parse(JSON.stringify(after)));
    expect(kept.checksum).toBe(after.checksum);
    for (const [index] of directory.hospitals.entries())
      expect(kept.stateOf(index, clock())).toEqual(after.stateOf(index, clock()));
    const successor = new FeedMonitor(monitor.status, [{ id: "north", timeToLiveMs: TTL }], {
      clock,
      reports: after.toJSON(),
    });
    expect(successor.health().checksum).toBe(after.checksum);
  });

  it("answers for another directory by its numbers", () => {
    const { monitor, clock } = monitored();
    monitor.apply("north", message(fine("RWH01")));
    const fewer = directory.without("RAJ01");
    expect(monitor.health().in(fewer).stateOf(fewer.indexOf("RWH01"), clock()).unknown).toBe(false);
    expect(monitor.health().in(directory)).toBe(monitor.health());
  });
});

describe("FeedMonitor.onNews", () => {
  it("tells whom a message was about when all of it is taken, and not of what was not taken", () => {
    const { monitor, clock } = monitored([{ id: "north", hospitals: ["RQ8L0", "RAJ01"], timeToLiveMs: TTL }]);
    const told: unknown[] = [];
    const stop = monitor.onNews(({ feed, hospitals }) =>
      told.push([feed, hospitals, monitor.health().stateOf(place("RAJ01"), clock()).unknown]),
    );
    monitor.apply("north", message(fine("RQ8L0", "14:58:00"), fine("RAJ01", "14:58:00"), fine("RWH01", "14:58:00")));
    monitor.apply("north", message(fine("RQ8L0", "14:50:00")));
    monitor.apply("north", { ...message(fine("RQ8L0")), notActual: "A test." });
    monitor.apply("north", message({ hospital: "RQ8L0", state: "not-stated", restrictions: [] }));
    // The same said again is news: the feed is alive.
    monitor.apply("north", message(fine("RQ8L0", "14:58:00")));
    stop();
    monitor.apply("north", message(fine("RQ8L0", "14:59:00")));
    expect(told).toEqual([
      ["north", ["RQ8L0", "RAJ01"], false],
      ["north", ["RQ8L0"], false],
    ]);
  });

  it("tells of what was taken before one hospital's report was refused", () => {
    const { monitor } = monitored();
    const told: unknown[] = [];
    monitor.onNews(({ hospitals }) => told.push(hospitals));
    const nameless: HospitalReading = {
      hospital: "RAJ01",
      state: "restricted",
      restrictions: [{ effect: "divert", reason: "" }],
    };
    expect(failure(() => monitor.apply("north", message(fine("RQ8L0"), nameless))).code).toBe("invalid-status");
    expect(told).toEqual([["RQ8L0"]]);
  });
});

describe("FeedHealth.nextSilence", () => {
  it("is the first moment at which what is known of a hospital ends", () => {
    const { monitor, clock } = monitored([
      { id: "a", timeToLiveMs: TTL },
      { id: "b", hospitals: ["RQ8L0"], timeToLiveMs: 10 * TTL },
    ]);
    const start = clock();
    const next = (id: string, ms = clock()) => monitor.health().nextSilence(place(id), ms);
    expect(next("RQ8L0")).toBeUndefined();
    monitor.apply("a", message(fine("RQ8L0"), { hospital: "RAJ01", state: "unknown", restrictions: [] }));
    monitor.apply("b", message(fine("RQ8L0")));
    expect([next("RQ8L0"), next("RAJ01"), next("RWH01")]).toEqual([start + TTL + 1, undefined, undefined]);
    expect(next("RQ8L0", start + TTL)).toBe(start + TTL + 1);
    expect(next("RQ8L0", start + TTL + 1)).toBe(start + 10 * TTL + 1);
    expect(next("RQ8L0", start + 10 * TTL + 1)).toBeUndefined();
  });

  it("leaves nothing out: between silences the state is the same", () => {
    const knownAt = (health: FeedHealth, ms: number) => {
      const { unknown, handoverMinutes } = health.stateOf(place("RQ8L0"), ms);
      return { unknown, handoverMinutes };
    };
    const report = fc.record({
      timeToLiveMs: fc.integer({ min: 1, max: 40 }),
      heardMs: fc.option(fc.integer({ min: 0, max: 40 }), { nil: undefined }),
      says: fc.constantFrom("known" as const, "known" as const, "unknown" as const, "no-ed" as const),
      handoverMinutes: fc.option(fc.nat(30), { nil: undefined }),
    });
    fc.assert(
      fc.property(fc.array(report, { maxLength: 3 }), (all) => {
        const health = new FeedHealth(
          directory,
          all.map(({ timeToLiveMs, heardMs, says, handoverMinutes }, i) => ({
            feed: `f${i}`,
            timeToLiveMs,
            hospitals: {
              RQ8L0:
                heardMs === undefined
                  ? {}
                  : { heardMs, says, ...(handoverMinutes === undefined ? {} : { handoverMinutes }) },
            },
          })),
        );
        for (let ms = 40; ms < 90; ms++) {
          if (health.nextSilence(place("RQ8L0"), ms) === ms + 1) continue;
          expect(knownAt(health, ms + 1), `from ${ms} ms on`).toEqual(knownAt(health, ms));
        }
      }),
      { seed: 8 },
    );
  });
});

describe("FeedMonitor refuses", () => {
  it.each<[string, readonly FeedDefinition[], string]>([
    ["an id that is no part of a key", [{ id: "a:b", timeToLiveMs: 1 }], "invalid-argument"],
    [
      "two feeds of one id",
      [
        { id: "a", timeToLiveMs: 1 },
        { id: "a", timeToLiveMs: 1 },
      ],
      "invalid-argument",
    ],
    ["a time-to-live of nothing", [{ id: "a", timeToLiveMs: 0 }], "invalid-argument"],
    ["an endless one", [{ id: "a", timeToLiveMs: Number.POSITIVE_INFINITY }], "invalid-argument"],
    ["a hospital that is not there", [{ id: "a", hospitals: ["X"], timeToLiveMs: 1 }], "unknown-hospital"],
  ])("%s", (_, feeds, code) => {
    expect(failure(() => monitored(feeds)).code).toBe(code);
  });

  it("a message of a feed it does not know", () => {
    expect(failure(() => monitored().monitor.apply("south", message())).message).toContain("they are north");
  });
});
