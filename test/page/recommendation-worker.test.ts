import { describe, expect, it } from "vitest";
import { parseInstant } from "../../src/core/instant";
import { DiversionRouter } from "../../src/diversion/router";
import { ENGLAND_DEFAULT } from "../../src/diversion/rules/policy";
import { StatusBoard } from "../../src/hospitals/status/status-board";
import {
  type Change,
  NOW as LIVE,
  type OwnEntry,
  type WireHistory,
  type WireSetup,
} from "../../src/page/compute/protocol";
import { RecommendationWorker } from "../../src/page/compute/recommendation-worker";
import { encodeRoads } from "../../src/roads/roads-file";
import { hospitalsAt, smallCounty } from "../support/small-county";

const NOW = "2017-05-15T12:00:00+01:00";

/** A server's router, and a worker that was given what the server sends. */
function workerBesideServer() {
  const clock = { nowMs: parseInstant(NOW).epochMs };
  const roads = smallCounty();
  const hospitals = hospitalsAt({
    A1: { km: 10, name: "Ashby", capabilities: ["trauma"] },
    B2: { km: 20, name: "Burton", capabilities: ["trauma", "stroke"] },
    C3: { km: 40, name: "Cowley" },
  });
  const status = new StatusBoard(hospitals, { clock: () => clock.nowMs, timeZone: ENGLAND_DEFAULT.timeZone });
  const router = new DiversionRouter({ roads, hospitals, status, clock: () => clock.nowMs });
  const worker = new RecommendationWorker(() => clock.nowMs);
  const wire = <T>(value: unknown): T => JSON.parse(JSON.stringify(value));
  const history = (): WireHistory =>
    wire({ version: status.version, archivedTo: status.archivedTo, events: status.history() });
  const setup = (): WireSetup =>
    wire({
      hospitals: hospitals.toJSON(),
      capabilities: { capabilities: hospitals.vocabulary.definitions },
      policy: router.policy,
    });
  const bytes = new Blob(encodeRoads(roads) as Uint8Array<ArrayBuffer>[]).arrayBuffer();
  const open = async (): Promise<void> => {
    worker.openRoads((await bytes).slice(0), roads.checksum);
    worker.open(setup(), history(), wire(roads.exportClosures()));
  };
  return { clock, roads, hospitals, status, router, worker, history, open, wire };
}

const location = smallCounty().graph.nodePosition(0);
const question = { location, needs: ["trauma"] };

const entry = (change: Change, key: string, enteredAt: string): OwnEntry => ({ id: key, change, key, enteredAt });

const closing = (hospital: string): Change => ({
  kind: "open",
  hospital,
  open: false,
  reason: "By radio",
  by: "Crew 12",
});

describe("what the page computes", () => {
  it("is what the server computes, to the byte, through changes of status and roads", async () => {
    const { worker, router, status, roads, open, history, wire } = workerBesideServer();
    status.report({ hospital: "A1", effect: "divert", scope: { needs: ["trauma"] }, reason: "IT outage" });
    await open();
    const compare = (): void => {
      const { advice, route } = worker.ask(question, LIVE);
      const expected = router.recommend({ ...question, at: NOW });
      expect(JSON.stringify(advice)).toBe(JSON.stringify(expected));
      expect(JSON.stringify(route)).toBe(JSON.stringify(router.route(expected)));
    };
    compare();
    status.setOpen("B2", false);
    worker.extendHistory(history().events.slice(-1));
    compare();
    const { id } = roads.close({ segments: [0], reason: "Flooded" });
    worker.setClosures(wire(roads.exportClosures()));
    compare();
    roads.reopen(id);
    worker.setClosures(wire(roads.exportClosures()));
    compare();
  });

  it("tells how every ED stands, with the versions that a change must name", async () => {
    const { worker, status, open, history } = workerBesideServer();
    status.setOpen("A1", false, { effect: "refuse", reason: "Fire", by: "Site control" });
    status.report({ hospital: "B2", effect: "divert", scope: { needs: ["stroke"] }, reason: "Scanner down" });
    status.setOpen("A1", true);
    await open();
    const { eds, version, at } = worker.snapshot(LIVE);
    expect([version, at]).toEqual([3, NOW]);
    expect(eds.map(({ id, condition }) => `${id} ${condition}`)).toEqual(["A1 open", "B2 partial", "C3 open"]);
    expect(eds[0]!.versions).toEqual({ flag: 3 });
    expect(eds[1]!.restrictions).toMatchObject([
      { text: "stroke divert, Scanner down", isOwn: false, inForce: true, endsByPolicyAt: "2017-05-15T16:00:00+01:00" },
    ]);
    // As it was.
    expect(worker.snapshot({ kind: "past", version: 1 }).eds[0]!.condition).toBe("refuse");
    expect(worker.eventsSince(1).map(({ text }) => text)).toEqual([
      "Burton: stroke divert, Scanner down",
      "Ashby: open again",
    ]);
    expect(history().events).toHaveLength(3);
  });

  it("lets own entries count until the server says something newer of the same", async () => {
    const { worker, status, open, history, clock } = workerBesideServer();
    await open();
    expect(worker.ask(question, LIVE).advice.destination!.hospital.id).toBe("A1");
    worker.setEntries([entry(closing("A1"), "flag", "2017-05-15T11:59:00+01:00")]);
    expect(worker.ask(question, LIVE).advice.destination!.hospital.id).toBe("B2");
    expect(worker.snapshot(LIVE)).toMatchObject({ version: 0, ownEntries: [{ stands: true }] });
    expect(worker.snapshot(LIVE).eds[0]!.restrictions).toMatchObject([{ isOwn: true }]);

    // A change of another ED leaves the entry standing; an older one of the same too.
    status.setOpen("C3", false);
    status.setOpen("A1", false, { reason: "Old news", observedAt: "2017-05-15T11:00:00+01:00" });
    worker.extendHistory(history().events);
    expect(worker.snapshot(LIVE)).toMatchObject({ version: 2, ownEntries: [{ stands: true }] });

    clock.nowMs += 60_000;
    status.setOpen("A1", true);
    worker.extendHistory(history().events.slice(2));
    expect(worker.snapshot(LIVE)).toMatchObject({ version: 3, ownEntries: [{ stands: false }] });
    expect(worker.ask(question, LIVE).advice.destination!.hospital.id).toBe("A1");
  });

  const overruling = (until: string): Change => ({
    kind: "overrule",
    hospital: "A1",
    reason: "Told by telephone that it is open",
    by: "Gold",
    until,
  });
  const UNTIL = "2017-05-15T13:00:00+01:00";

  it("shows a feed's word and the word held against it, which counts until it ends", async () => {
    const { worker, status, router, open, history, clock } = workerBesideServer();
    status.report({ hospital: "A1", effect: "divert", reason: "Closed", key: "feed:have:closed" });
    status.report({ hospital: "A1", effect: "divert", reason: "No scanner", scope: { needs: ["stroke"] }, key: "ct" });
    await open();
    const shown = () => worker.snapshot(LIVE).eds[0]!;
    expect(shown().condition).toBe("divert");
    expect(shown().overrule).toBeUndefined();
    expect(shown().restrictions.map(({ feed, isOverruled }) => [feed, isOverruled])).toEqual([
      [undefined, false],
      ["have", false],
    ]);
    expect(worker.ask(question, LIVE).advice.destination!.hospital.id).toBe("B2");

    const { kind: _, hospital, ...options } = overruling(UNTIL) as Change & { readonly kind: "overrule" };
    status.overrule(hospital, options);
    worker.extendHistory(history().events.slice(2));
    expect(shown()).toMatchObject({
      condition: "partial",
      restrictions: [
        { key: "ct", inForce: true, isOverruled: false },
        { key: "feed:have:closed", inForce: true, isOverruled: true },
      ],
      overrule: { authorisedBy: "Gold", until: UNTIL, inForce: true, isOwn: false },
      versions: { overrule: 3 },
    });
    expect(shown().overrule!.text).toContain("Told by telephone that it is open");
    const advice = worker.ask(question, LIVE).advice;
    expect(advice.destination!.hospital.id).toBe("A1");
    expect(JSON.stringify(advice)).toBe(JSON.stringify(router.recommend(question)));
    expect(worker.snapshot({ kind: "past", version: 2 }).eds[0]!.overrule).toBeUndefined();

    clock.nowMs = parseInstant(UNTIL).epochMs;
    expect(shown()).toMatchObject({ condition: "divert", overrule: { inForce: false } });
    expect(shown().restrictions.every(({ isOverruled }) => !isOverruled)).toBe(true);
  });

  it("takes an overrule, and the end of one, as own entries", async () => {
    const { worker, status, open, history, clock } = workerBesideServer();
    status.report({ hospital: "A1", effect: "divert", reason: "Closed", key: "feed:have:closed" });
    await open();
    clock.nowMs += 120_000;
    const own = entry(overruling(UNTIL), "overrule", "2017-05-15T12:01:00+01:00");
    worker.setEntries([own]);
    expect(worker.snapshot(LIVE)).toMatchObject({
      version: 1,
      ownEntries: [
        { stands: true, text: `Ashby: feeds overruled until ${UNTIL}, Told by telephone that it is open (Gold)` },
      ],
    });
    expect(worker.snapshot(LIVE).eds[0]).toMatchObject({ condition: "open", overrule: { inForce: true, isOwn: true } });
    expect(worker.ask(question, LIVE).advice.destination!.hospital.id).toBe("A1");

    const ending: Change = { kind: "clear", hospital: "A1", key: "overrule", reason: "It shut", by: "Gold" };
    worker.setEntries([own, entry(ending, "overrule", "2017-05-15T12:02:00+01:00")]);
    expect(worker.snapshot(LIVE).eds[0]!.condition).toBe("divert");
    expect(worker.snapshot(LIVE).eds[0]!.overrule).toBeUndefined();

    // What the server tells of a later moment outweighs them.
    status.overrule("A1", { reason: "Seen open", by: "Silver", until: UNTIL });
    worker.extendHistory(history().events.slice(1));
    expect(worker.snapshot(LIVE).ownEntries.map(({ stands }) => stands)).toEqual([false, true]);
  });

  it("tells an ED of which its feed has not spoken from one that is open", async () => {
    const { worker, open, router } = workerBesideServer();
    await open();
    worker.setFeeds([
      { feed: "have", timeToLiveMs: 600_000, hospitals: { A1: { heardMs: router.clock(), says: "known" } } },
    ]);
    const [ashby, burton] = worker.snapshot(LIVE).eds;
    expect([ashby!.condition, burton!.condition]).toEqual(["open", "unknown"]);
    expect(burton!.feedText).toBeDefined();
    expect([ashby!.neverHeard, burton!.neverHeard]).toEqual([undefined, true]);
    expect(worker.ask(question, LIVE).advice.basis.feeds).toMatch(/^sha256:/);
  });

  it("goes back no further than a compacted log tells", async () => {
    const { worker, status, open, history } = workerBesideServer();
    await open();
    for (const isOpen of [false, true, false]) status.setOpen("A1", isOpen);
    const { events } = history();
    worker.replaceHistory({ version: 3, archivedTo: 2, events: events.slice(1) });
    expect(worker.eventsSince(0).map(({ version }) => version)).toEqual([2, 3]);
    expect(worker.snapshot({ kind: "past", version: 2 }).eds[0]!.condition).toBe("open");
    expect(worker.snapshot(LIVE).eds[0]!.condition).toBe("divert");
  });

  it("checks a change by the library's rules before anybody is asked to take it", async () => {
    const { worker, open } = workerBesideServer();
    await open();
    const change: Change = {
      kind: "report",
      hospital: "A1",
      effect: "divert",
      scope: { needs: ["stroke"] },
      reason: "x",
    };
    expect(worker.check(change)).toBe("divert:stroke");
    expect(worker.check(closing("A1"))).toBe("flag");
    expect(worker.check(overruling(UNTIL))).toBe("overrule");
    expect(() => worker.check(overruling("2017-05-15T11:00:00+01:00"))).toThrow("until");
    expect(() => worker.check({ ...change, divertTo: "A1" })).toThrow("cannot divert to itself");
    expect(() => worker.check({ ...change, scope: { minAge: 20, maxAge: 10 } })).toThrow("minAge is above maxAge");
    expect(worker.snapshot(LIVE).version).toBe(0);
  });

  it("colours each road by the nearest ED there is for the patients", async () => {
    const { worker, status, open, history, roads } = workerBesideServer();
    await open();
    const colours = worker.edColours();
    expect(new Set(colours).size).toBe(3);
    const all = worker.catchmentColours({ needs: [] }, LIVE).value;
    expect(all).toHaveLength(roads.graph.segmentCount);
    expect(new Set(all)).toEqual(new Set(colours));
    const stroke = worker.catchmentColours({ needs: ["stroke"] }, LIVE).value;
    expect(new Set(stroke)).toEqual(new Set([colours[1]]));
    status.setOpen("B2", false, { effect: "refuse" });
    worker.extendHistory(history().events);
    expect(new Set(worker.catchmentColours({ needs: ["stroke"] }, LIVE).value)).toEqual(new Set([-1]));
  });

  it("finds EDs and roads by part of a name", async () => {
    const { worker, open, roads } = workerBesideServer();
    await open();
    expect(worker.find("BUR")).toMatchObject([{ label: "Burton", detail: "ED B2" }]);
    const named = roads.graph.roads.find(({ name, ref }) => (ref || name) !== "");
    if (named !== undefined) expect(worker.find(named.name || named.ref).length).toBeGreaterThan(0);
    expect(worker.find("no such place")).toEqual([]);
  });
});
