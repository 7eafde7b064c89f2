import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatInstant } from "../../src/core/instant";
import { ACUITIES, EFFECTS, type Restriction, type RestrictionReport } from "../../src/hospitals/status/restriction";
import type { StatusResult, StatusView } from "../../src/hospitals/status/status";
import { StatusBoard } from "../../src/hospitals/status/status-board";
import { readStatusEntry } from "../../src/hospitals/status/status-event";
import { readStatusLog, writeStatusLog } from "../../src/hospitals/status/status-log";
import { epochMs, essex, failure, stoppedClock } from "./support/essex";

const board = (start = "2017-05-15T15:00:00+01:00") => {
  const clock = stoppedClock(start);
  return { clock, status: new StatusBoard(essex, { clock }) };
};

const traumaDivert: RestrictionReport = {
  hospital: "RQ8L0",
  effect: "divert",
  scope: { needs: ["trauma"] },
  divertTo: "RAJ01",
  reason: "IT outage",
};

describe("StatusBoard.report", () => {
  it("holds a restriction under a key of its effect and scope", () => {
    const { status } = board();
    const result = status.report(traumaDivert);
    expect(result).toMatchObject({ outcome: "accepted", version: 1, hospital: "RQ8L0", key: "divert:trauma" });
    expect(status.view().restrictionsOf("RQ8L0")).toEqual([result.held]);
    expect(JSON.parse(JSON.stringify(result.held))).toEqual({
      ...traumaDivert,
      key: "divert:trauma",
      observedAt: "2017-05-15T14:00:00Z",
      receivedAt: "2017-05-15T14:00:00Z",
    });
  });

  it("writes moments of receipt in the zone asked for", () => {
    const clock = stoppedClock("2017-05-15T14:00:00Z");
    const status = new StatusBoard(essex, { clock, timeZone: "Europe/London" });
    expect(status.report(traumaDivert).held?.receivedAt.text).toBe("2017-05-15T15:00:00+01:00");
  });

  it("replaces what the same ED asked before for the same patients, however the scope is written", () => {
    const { status, clock } = board();
    const scope = { needs: ["stroke", "trauma", "stroke"], acuity: [...ACUITIES.slice(0, 2)].reverse(), minAge: 18 };
    status.report({ hospital: "RWH01", effect: "divert", scope, reason: "first" });
    clock.advance(1000);
    const again = { needs: ["trauma", "stroke"], acuity: ACUITIES.slice(0, 2), minAge: 18 };
    status.report({ hospital: "RWH01", effect: "divert", scope: again, reason: "second" });
    const held = status.view().restrictionsOf("RWH01");
    expect(held.map(({ key, reason }) => [key, reason])).toEqual([
      ["divert:stroke+trauma:age18-:extremis+immediate", "second"],
    ]);
  });

  it("keeps several restrictions of one hospital, ordered by key", () => {
    const { status } = board();
    status.report({ hospital: "RWH01", effect: "refuse", scope: { maxAge: 15 }, reason: "no paediatrician" });
    status.report({ hospital: "RWH01", effect: "divert", scope: {}, reason: "full" });
    status.report({ hospital: "RWH01", effect: "inform", scope: { needs: [] }, reason: "CT slow", key: "ct" });
    expect(
      status
        .view()
        .restrictionsAt(essex.indexOf("RWH01"))
        .map(({ key }) => key),
    ).toEqual(["ct", "divert", "refuse:age-15"]);
    expect(status.view().all()).toHaveLength(3);
    expect(status.view().restrictionsOf("RAJ01")).toEqual([]);
  });

  it("drops and counts a late, older message, and one already held", () => {
    const { status } = board();
    const at = (observedAt: string, reason = "full") => ({
      hospital: "RAJ01",
      effect: "divert" as const,
      reason,
      observedAt,
    });
    expect(status.report(at("2017-05-15T14:30:00+01:00")).outcome).toBe("accepted");
    expect(status.report(at("2017-05-15T13:30:00Z")).outcome).toBe("duplicate");
    expect(status.report(at("2017-05-15T14:29:59+01:00", "older")).outcome).toBe("late");
    expect(status.report(at("2017-05-15T14:30:00+01:00", "corrected")).outcome).toBe("accepted");
    expect(status.report(at("2017-05-15T14:45:00+01:00", "corrected")).outcome).toBe("accepted");
    expect(status.counts).toEqual({ accepted: 3, duplicate: 1, late: 1 });
    expect(status.version).toBe(3);
  });

  it("knows a report observed before a clearance that overtook it", () => {
    const { status } = board();
    const observedAt = "2017-05-15T14:30:00+01:00";
    expect(status.clear("RAJ01", "divert", { observedAt }).outcome).toBe("accepted");
    expect(
      status.report({ hospital: "RAJ01", effect: "divert", reason: "full", observedAt: "2017-05-15T14:00:00+01:00" })
        .outcome,
    ).toBe("late");
    expect(status.view().restrictionsOf("RAJ01")).toEqual([]);
  });

  it("does not let a source whose clock runs ahead win for ever", () => {
    const { status, clock } = board();
    status.report({ hospital: "RAJ01", effect: "divert", reason: "full", observedAt: "2030-01-01T00:00:00Z" });
    clock.advance(60_000);
    expect(status.clear("RAJ01", "divert").outcome).toBe("accepted");
  });

  it("does not call a report late because the wall clock was set back", () => {
    const { status, clock } = board();
    status.report(traumaDivert);
    clock.advance(-3_600_000);
    expect(status.clear("RQ8L0", "divert:trauma").outcome).toBe("accepted");
    const received = status
      .history()
      .map((event) => (event.kind === "report" ? event.restriction : event).receivedAt.epochMs);
    expect(received[1]).toBe(received[0]);
  });

  it.each([
    [
      "an unknown hospital",
      { ...traumaDivert, hospital: "RQ8LO" },
      "unknown-hospital",
      "hospital",
      /Did you mean RQ8L0\?/,
    ],
    [
      "an unknown receiver",
      { ...traumaDivert, divertTo: "RAJ02" },
      "unknown-hospital",
      "divertTo",
      /Did you mean RAJ01\?/,
    ],
    [
      "itself as receiver",
      { ...traumaDivert, divertTo: "RQ8L0" },
      "invalid-status",
      "divertTo",
      /cannot divert to itself/,
    ],
    [
      "an unknown need",
      { ...traumaDivert, scope: { needs: ["truma"] } },
      "invalid-status",
      "scope.needs",
      /Known are burns/,
    ],
    [
      "an unknown effect",
      { ...traumaDivert, effect: "closed" },
      "invalid-status",
      "effect",
      /effect is "closed"; expected one of "refuse"\|"divert"\|"inform"/,
    ],
    ["no reason", { ...traumaDivert, reason: undefined }, "invalid-status", "reason", /reason is missing/],
    ["an empty reason", { ...traumaDivert, reason: "  " }, "invalid-status", "reason", /write some text/],
    [
      "a time without offset",
      { ...traumaDivert, until: "2017-05-15T18:00:00" },
      "invalid-status",
      "until",
      /offset from UTC/,
    ],
    [
      "an end before its start",
      { ...traumaDivert, from: "2017-05-15T18:00:00Z", until: "2017-05-15T19:00:00+01:00" },
      "invalid-status",
      "until",
      /not after from/,
    ],
    [
      "ages the wrong way",
      { ...traumaDivert, scope: { minAge: 18, maxAge: 16 } },
      "invalid-status",
      "scope",
      /exchange them/,
    ],
    ["a patient's name", { ...traumaDivert, patientName: "x" }, "invalid-status", "patientName", /not a known field/],
    [
      "an unknown field of the scope",
      { ...traumaDivert, scope: { minage: 3 } },
      "invalid-status",
      "scope.minage",
      /Did you mean minAge\?/,
    ],
    ["a key that is no key", { ...traumaDivert, key: "a/b" }, "invalid-status", "key", /a key is up to/],
    ["nothing", undefined, "invalid-status", undefined, /missing|expected/],
  ])("refuses %s", (_, report, code, field, message) => {
    const { status } = board();
    const error = failure(() => status.report(report as unknown as RestrictionReport));
    expect(error.code).toBe(code);
    expect(error.place.field).toBe(field);
    expect(error.message).toMatch(message);
    expect(status.version).toBe(0);
  });
});

describe("StatusBoard.setOpen", () => {
  it("closes and opens again, leaving other restrictions alone", () => {
    const { status, clock } = board();
    status.report(traumaDivert);
    const closed = status.setOpen("RQ8L0", false, { reason: "flood", by: "site manager", effect: "refuse" });
    expect(closed.held).toMatchObject({
      key: "flag",
      effect: "refuse",
      scope: {},
      reason: "flood",
      authorisedBy: "site manager",
    });
    clock.advance(1);
    expect(status.setOpen("RQ8L0", true)).toMatchObject({ outcome: "accepted", version: 3, key: "flag" });
    expect(
      status
        .view()
        .restrictionsOf("RQ8L0")
        .map(({ key }) => key),
    ).toEqual(["divert:trauma"]);
  });

  it("is a divert for everyone with a reason when nothing is said", () => {
    const { status } = board();
    expect(status.setOpen("RQ8L0", false).held).toMatchObject({ effect: "divert", scope: {}, reason: "Closed" });
  });

  it("changes nothing when an open hospital is opened or an unknown key cleared", () => {
    const { status } = board();
    expect(status.setOpen("RQ8L0", true)).toEqual({
      outcome: "nothing-held",
      version: 0,
      hospital: "RQ8L0",
      key: "flag",
    });
    expect(status.clear("RQ8L0", "divert").outcome).toBe("nothing-held");
  });

  it("refuses what is not documented", () => {
    const { status } = board();
    expect(failure(() => status.setOpen("nowhere", false)).code).toBe("unknown-hospital");
    expect(failure(() => status.setOpen("nowhere", true)).code).toBe("unknown-hospital");
    expect(failure(() => status.clear("nowhere", "flag")).code).toBe("unknown-hospital");
    expect(failure(() => status.clear("RQ8L0", "")).code).toBe("invalid-status");
    expect(failure(() => status.setOpen("RQ8L0", "false" as unknown as boolean)).place.field).toBe("open");
    expect(failure(() => status.setOpen("RQ8L0", false, { effect: "inform" } as object)).place.field).toBe("effect");
    expect(failure(() => status.setOpen("RQ8L0", true, { who: "me" } as object)).place.field).toBe("who");
  });
});

describe("views and history", () => {
  it("gives views that never change, one per version", () => {
    const { status, clock } = board();
    const views: [StatusView, string][] = [];
    const note = () => void views.push([status.view(), JSON.stringify(status.view().all())]);
    note();
    for (const { id } of essex.hospitals) {
      clock.advance(1);
      status.setOpen(id, false);
      status.report({ hospital: id, effect: "inform", reason: "x" });
      note();
    }
    expect(status.view()).toBe(status.view());
    for (const [view, text] of views) expect(JSON.stringify(view.all())).toBe(text);
    expect(views.map(([view]) => view.version)).toEqual([0, 2, 4, 6, 8]);
  });

  it("gives the status as of any version, and as it was known at any moment", () => {
    const { status, clock } = board("2017-05-15T12:00:00Z");
    const seen: string[] = [JSON.stringify(status.view().all())];
    for (let step = 1; step <= 6; step++) {
      clock.setTo(`2017-05-15T12:0${step}:00Z`);
      status.setOpen(essex.hospitals[step % 2]!.id, step > 2);
      seen.push(JSON.stringify(status.view().all()));
    }
    const asOf = (version: number) => JSON.stringify(status.viewAt({ version }).all());
    for (const version of [0, 3, 4, 2, 1, 0].filter((one) => one <= status.version))
      expect(asOf(version)).toBe(seen[version]);
    expect(status.viewAt({ version: status.version })).toBe(status.view());
    expect(status.viewAt({ at: epochMs("2017-05-15T11:59:59Z") }).version).toBe(0);
    expect(status.viewAt({ at: epochMs("2017-05-15T12:01:00Z") }).version).toBe(1);
    expect(status.viewAt({ at: epochMs("2017-05-15T12:02:59Z") }).version).toBe(2);
    expect(status.viewAt({ at: epochMs("2018-01-01T00:00:00Z") })).toBe(status.view());
    expect(failure(() => status.viewAt({ version: 99 })).code).toBe("invalid-argument");
    expect(failure(() => status.viewAt({ version: 0.5 })).code).toBe("invalid-argument");
  });

  it("refuses what is over when it is reported, unless it is entered as history", () => {
    const clock = stoppedClock("2017-05-15T12:00:00+01:00");
    const status = new StatusBoard(essex, { clock });
    const divert = { hospital: "RQ8L0", key: "it", effect: "divert", reason: "IT outage" } as const;
    status.report(divert);
    const slip = failure(() => status.report({ ...divert, until: "2017-05-15T12:00:00+01:00" }));
    expect([slip.code, slip.place.field]).toEqual(["invalid-status", "until"]);
    expect(status.view().restrictionsOf("RQ8L0")).toMatchObject([{ key: "it" }]);
    expect(status.version).toBe(1);
    const over = { ...divert, until: "2017-05-14T12:00:00Z", observedAt: "2017-05-15T12:00:00+01:00", reason: "over" };
    expect(status.report(over).outcome).toBe("accepted");
  });

  it("starts from the history of another board, and refuses one with a gap", () => {
    const { status, clock } = board();
    status.report(traumaDivert);
    status.setOpen("RAJ01", false);
    status.clear("RQ8L0", "divert:trauma");
    const again = new StatusBoard(essex, { clock, history: status.history() });
    expect(again.version).toBe(3);
    expect(again.view().all()).toEqual(status.view().all());
    const gap = [status.history()[0]!, status.history()[2]!];
    expect(failure(() => new StatusBoard(essex, { history: gap })).message).toMatch(/version 3 where 2 is due/);
  });

  it("keeps the history of hospitals the directory no longer has", () => {
    const { status } = board();
    status.report(traumaDivert);
    status.setOpen("RAJ01", false);
    const smaller = new StatusBoard(essex.without("RQ8L0"), { history: status.history() });
    expect(
      smaller
        .view()
        .all()
        .map(({ hospital }) => hospital),
    ).toEqual(["RAJ01"]);
    expect(smaller.history()).toHaveLength(2);
  });

  it("does not change a past view on the way over an event about a hospital that is gone", () => {
    const { status } = board();
    status.report(traumaDivert);
    status.setOpen("RAJ01", false);
    status.setOpen("RWH01", false);
    const smaller = new StatusBoard(essex.without("RQ8L0"), { history: status.history() });
    const start = smaller.viewAt({ version: 0 });
    expect(smaller.viewAt({ version: 2 }).all()).toHaveLength(1);
    expect(start.all()).toEqual([]);
  });

  it("makes no change that the journal refuses", () => {
    const clock = stoppedClock("2017-05-15T12:00:00Z");
    let full = true;
    const status = new StatusBoard(essex, {
      clock,
      journal: () => {
        if (full) throw new Error("disk full");
      },
    });
    expect(() => status.setOpen("RAJ01", false)).toThrow("disk full");
    expect([status.version, status.view().all().length, status.history().length]).toEqual([0, 0, 0]);
    full = false;
    expect(status.setOpen("RAJ01", false).version).toBe(1);
  });
});

describe("StatusBoard.onChange", () => {
  it("tells every listener of every change in order, those made by listeners included", () => {
    const { status } = board();
    const heard: string[] = [];
    status.onChange(({ version }) => {
      heard.push(`a${version}`);
      if (version === 1) status.setOpen("RAJ01", false);
    });
    const stop = status.onChange(({ version }, { outcome }) => void heard.push(`b${version} ${outcome}`));
    status.setOpen("RQ8L0", false);
    status.setOpen("RQ8L0", false);
    stop();
    status.setOpen("RWH01", false);
    expect(heard).toEqual(["a1", "b1 accepted", "a2", "b2 accepted", "a3"]);
  });
});

const reports = fc
  .uniqueArray(
    fc.record({
      hospital: fc.constantFrom(...essex.hospitals.map(({ id }) => id)),
      minute: fc.integer({ min: 0, max: 500 }),
      effect: fc.option(fc.constantFrom(...EFFECTS), { nil: undefined }),
      needs: fc.subarray(["trauma", "stroke"]),
      reason: fc.constantFrom("a", "b"),
    }),
    { selector: ({ minute }) => minute, maxLength: 30 },
  )
  .map((list) =>
    list.map(({ minute, ...rest }) => ({
      ...rest,
      observedAt: formatInstant(epochMs("2017-05-15T00:00:00Z") + minute * 60_000),
    })),
  );

type Report = {
  hospital: string;
  effect: (typeof EFFECTS)[number] | undefined;
  needs: string[];
  reason: string;
  observedAt: string;
};

function send(status: StatusBoard, { hospital, effect, needs, reason, observedAt }: Report) {
  const key = needs.join("+") || "everyone";
  if (effect === undefined) return status.clear(hospital, key, { observedAt });
  return status.report({ hospital, key, effect, scope: { needs }, reason, observedAt, weakens: true });
}

const statements = (held: readonly Restriction[]) =>
  held.map(({ receivedAt: _, ...statement }) => JSON.stringify(statement));

describe("properties", () => {
  it("holds the same in the end, whatever the order in which reports with distinct observedAt arrive", () => {
    const twoOrders = reports.chain((list) =>
      fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length, maxLength: list.length })),
    );
    fc.assert(
      fc.property(twoOrders, fc.array(fc.nat({ max: 29 })), ([sent, shuffled], repeats) => {
        const direct = new StatusBoard(essex, { clock: stoppedClock("2017-05-16T00:00:00Z") });
        const detoured = new StatusBoard(essex, { clock: stoppedClock("2017-05-17T00:00:00Z") });
        for (const report of sent) send(direct, report);
        for (const report of shuffled) send(detoured, report);
        for (const index of repeats) if (index < sent.length) send(detoured, sent[index]!);
        expect(statements(detoured.view().all())).toEqual(statements(direct.view().all()));
        // A model that knows nothing of keys held: the newest word on each hospital and key.
        const newest = new Map<string, Report>();
        for (const report of [...sent].sort((a, b) => (a.observedAt < b.observedAt ? -1 : 1))) {
          newest.set(`${report.hospital} ${report.needs.join("+")}`, report);
        }
        const standing = [...newest.values()].filter(({ effect }) => effect !== undefined);
        expect(
          direct
            .view()
            .all()
            .map(({ observedAt }) => observedAt.text)
            .sort(),
        ).toEqual(standing.map(({ observedAt }) => observedAt).sort());
      }),
    );
  });

  it("raises the version by one per accepted report, and every version can be seen again", () => {
    fc.assert(
      fc.property(reports, (list) => {
        const status = new StatusBoard(essex, { clock: stoppedClock("2017-05-16T00:00:00Z") });
        const seen = [statements(status.view().all())];
        for (const report of list) {
          const before = status.version;
          const { outcome, version } = send(status, report);
          expect(version).toBe(outcome === "accepted" ? before + 1 : before);
          if (outcome === "accepted") seen.push(statements(status.view().all()));
        }
        seen.forEach((held, version) => {
          expect(statements(status.viewAt({ version }).all())).toEqual(held);
        });
        const { accepted, duplicate, late } = status.counts;
        expect(accepted + duplicate + late).toBe(list.length);
      }),
    );
  });
});

describe("StatusBoard.accept", () => {
  it("follows another board change by change: views, history, results and log are the same", () => {
    fc.assert(
      fc.property(reports, fc.nat({ max: 30 }), (list, from) => {
        const clock = stoppedClock("2017-05-16T00:00:00Z");
        const made = new StatusBoard(essex, { clock });
        const results: StatusResult[] = [];
        made.onChange((_, result) => void results.push(result));
        const acting = (report: Report, index: number) => {
          clock.advance(60_000);
          if (index % 5 === 4) {
            made.overrule(report.hospital, { by: "Gold", reason: report.reason, until: "2017-05-17T00:00:00Z" });
          }
          send(made, report);
        };
        list.slice(0, from).forEach(acting);
        const following = new StatusBoard(essex, { clock, history: made.history() });
        const followed: StatusResult[] = [];
        following.onChange((_, result) => void followed.push(result));
        made.onChange((event) => void following.accept(event));
        const before = results.length;
        list.slice(from).forEach(acting);
        expect(following.history()).toEqual(made.history());
        expect(writeStatusLog(following.history())).toBe(writeStatusLog(made.history()));
        expect(followed).toEqual(results.slice(before));
        expect(following.counts.accepted).toBe(made.version - before);
        for (let version = 0; version <= made.version; version++) {
          const [a, b] = [following.viewAt({ version }), made.viewAt({ version })];
          expect([a.all(), a.overrules()]).toEqual([b.all(), b.overrules()]);
        }
      }),
    );
  });

  it("takes the next version and no other: anything else is a fault of ours", () => {
    const { status } = board();
    status.setOpen("RQ8L0", false);
    const [event] = status.history();
    for (const version of [1, 3]) {
      expect(() => status.accept({ ...event!, version })).toThrow(/Broken invariant: version 2 of the status is due/);
    }
    expect(status.version).toBe(1);
    expect(status.accept({ ...event!, version: 2 }).version).toBe(2);
  });

  it("does not write the journal: it is for what is read from it", () => {
    const written: number[] = [];
    const { status } = board();
    status.setOpen("RQ8L0", false);
    const follower = new StatusBoard(essex, { journal: ({ version }) => void written.push(version) });
    follower.accept(status.history()[0]!);
    expect(written).toEqual([]);
  });
});

describe("nothing weakens by accident", () => {
  const RANKS = ["refuse", "divert", "inform"] as const;

  it("keeps a refusal when the flag is set to closed again without an effect", () => {
    const { status, clock } = board();
    status.setOpen("RQ8L0", false, { effect: "refuse", by: "Gold", reason: "flooded" });
    clock.advance(1000);
    expect(status.setOpen("RQ8L0", false, { by: "desk" }).held).toMatchObject({
      effect: "refuse",
      authorisedBy: "desk",
    });
    const refused = failure(() => status.setOpen("RQ8L0", false, { effect: "divert" }));
    expect(refused.code).toBe("weakens-restriction");
    expect(refused.message).toMatch(
      /RQ8L0 holds refuse under the key flag \(Closed by desk\), and divert would weaken it/,
    );
    expect(status.setOpen("RQ8L0", false, { effect: "divert", weakens: true }).held?.effect).toBe("divert");
    expect(status.setOpen("RQ8L0", true).outcome).toBe("accepted");
    expect(status.setOpen("RQ8L0", false).held?.effect).toBe("divert");
  });

  it.each(RANKS.flatMap((held) => RANKS.map((next) => [held, next] as const)))("%s then %s", (held, next) => {
    const { status, clock } = board();
    const say = (effect: (typeof RANKS)[number], more: object = {}) =>
      status.report({ hospital: "RQ8L0", key: "it", effect, reason: "IT", ...more });
    say(held);
    clock.advance(1000);
    if (RANKS.indexOf(next) > RANKS.indexOf(held)) {
      expect(failure(() => say(next)).code).toBe("weakens-restriction");
      expect(status.view().restrictionsOf("RQ8L0")[0]?.effect).toBe(held);
      expect(say(next, { observedAt: "2017-05-15T13:00:00Z" }).outcome).toBe("late");
    }
    expect(say(next, { weakens: true }).held).toMatchObject({ effect: next });
    expect(JSON.stringify(status.history())).not.toContain("weakens");
  });

  it("lets what is over be replaced, and feeds say what they will under their own keys", () => {
    const { status, clock } = board();
    const report = { hospital: "RQ8L0", reason: "IT" } as const;
    status.report({ ...report, key: "it", effect: "refuse", until: "2017-05-15T16:00:00+01:00" });
    status.report({ ...report, key: "feed:north", effect: "refuse" });
    clock.setTo("2017-05-15T16:00:00+01:00");
    expect(status.report({ ...report, key: "it", effect: "inform" }).outcome).toBe("accepted");
    expect(status.report({ ...report, key: "feed:north", effect: "divert" }).outcome).toBe("accepted");
  });
});

describe("StatusBoard.overrule", () => {
  const stated = { by: "duty manager", reason: "answered by telephone: open", until: "2017-05-15T20:00:00+01:00" };

  it("holds a person's word, told by the view, in the log and in answers of calls", () => {
    const { status, clock } = board();
    status.report({ hospital: "RQ8L0", key: "feed:north", effect: "refuse", reason: "closed" });
    const result = status.overrule("RQ8L0", stated);
    expect(result).toMatchObject({
      outcome: "accepted",
      version: 2,
      key: "overrule",
      overrule: { reason: stated.reason },
    });
    const place = essex.indexOf("RQ8L0");
    expect(status.view().overruleAt(place)).toMatchObject({ authorisedBy: "duty manager" });
    expect(status.view().overrules()).toHaveLength(1);
    expect(
      status
        .view()
        .restrictionsOf("RQ8L0")
        .map(({ key }) => key),
    ).toEqual(["feed:north"]);
    expect(status.overrule("RQ8L0", stated).outcome).toBe("duplicate");
    clock.advance(1000);
    const again = new StatusBoard(essex, { history: readStatusLog(writeStatusLog(status.history())).events });
    expect(again.history()).toEqual(status.history());
    expect(again.view().overruleAt(place)?.until.text).toBe(stated.until);
    const wire = JSON.parse(JSON.stringify(status.history()[1]));
    expect(readStatusEntry(wire)).toEqual(status.history()[1]);
    expect(status.clear("RQ8L0", "overrule", { by: "duty manager" }).outcome).toBe("accepted");
    expect(status.view().overruleAt(place)).toBeUndefined();
    expect(status.viewAt({ version: 2 }).overruleAt(place)).toBeDefined();
    expect(status.clear("RQ8L0", "overrule").outcome).toBe("nothing-held");
  });

  it.each([
    ["by", { ...stated, by: undefined }],
    ["reason", { ...stated, reason: " " }],
    ["until", { ...stated, until: undefined }],
    ["until", { ...stated, until: "2017-05-15T14:00:00+01:00" }],
    ["patient", { ...stated, patient: "x" }],
  ])("demands name, reason and an end to come: %s", (field, options) => {
    const { status } = board();
    const error = failure(() => status.overrule("RQ8L0", options as never));
    expect([error.code, error.place.field]).toEqual(["invalid-status", field]);
  });

  it("has a key of its own, which no restriction takes", () => {
    const { status } = board();
    const error = failure(() => status.report({ ...traumaDivert, key: "overrule" }));
    expect([error.code, error.place.field]).toEqual(["invalid-status", "key"]);
  });
});

describe("a hospital's aliases", () => {
  const list = essex.with({ id: "NEW01", name: "Weston", location: [0.5, 51.6], aliases: ["OLD01"] });

  it("are answered by the id, and held with it", () => {
    const status = new StatusBoard(list, { clock: stoppedClock("2017-05-15T15:00:00Z") });
    expect(status.setOpen("OLD01", false).hospital).toBe("NEW01");
    expect(status.report({ ...traumaDivert, divertTo: "OLD01" }).held?.divertTo).toBe("NEW01");
    expect(status.view().restrictionsOf("OLD01")).toEqual(status.view().restrictionsOf("NEW01"));
    expect(status.setOpen("NEW01", true, { observedAt: "2017-05-15T15:00:00Z" }).outcome).toBe("accepted");
    expect(failure(() => status.report({ ...traumaDivert, hospital: "NEW01", divertTo: "OLD01" })).place.field).toBe(
      "divertTo",
    );
  });

  it("take over what a log holds under an id of before", () => {
    const before = essex.with({ id: "OLD01", name: "Weston", location: [0.5, 51.6] });
    const clock = stoppedClock("2017-05-15T15:00:00Z");
    const old = new StatusBoard(before, { clock });
    old.setOpen("OLD01", false);
    const status = new StatusBoard(list, { clock, history: old.history() });
    clock.advance(1000);
    status.report({ hospital: "NEW01", effect: "inform", reason: "CT slow" });
    expect(
      status
        .view()
        .restrictionsOf("NEW01")
        .map(({ key }) => key),
    ).toEqual(["flag", "inform"]);
    expect(status.setOpen("NEW01", true).outcome).toBe("accepted");
    expect(
      status
        .view()
        .restrictionsOf("NEW01")
        .map(({ key }) => key),
    ).toEqual(["inform"]);
  });
});
