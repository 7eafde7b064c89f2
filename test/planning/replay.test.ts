import { beforeAll, describe, expect, it } from "vitest";
import { readInstant } from "../../src/core/instant";
import { DiversionRouter } from "../../src/diversion/router";
import { ENGLAND_DEFAULT } from "../../src/diversion/rules/policy";
import type { HospitalDirectory } from "../../src/hospitals/directory/directory";
import { embeddedHospitals, embeddedRoads, englandHospitals } from "../../src/node/files/embedded";
import { openScenario } from "../../src/node/files/text-file";
import { replayScenario, type ScenarioReplayOptions } from "../../src/planning/replay/replay";
import { extraMinutesOf, phasesOf, type ScenarioReplay } from "../../src/planning/replay/replay-result";
import { parseScenario, type Scenario } from "../../src/planning/replay/scenario";
import { ScenarioStatus } from "../../src/planning/replay/scenario-status";
import type { RoadIndex } from "../../src/roads/road-index";
import { DIJKSTRA_ENGINE } from "../../src/shortest-path/dijkstra/dijkstra-engine";
import { failure } from "../hospitals/support/essex";
import { at, hospitalsAt, smallCounty } from "../support/small-county";

const clock = (time: string): string => `2017-05-15T${time}:00+01:00`;
const small = (fields: object): Scenario =>
  parseScenario({
    id: "small",
    title: "Small county",
    about: [],
    timeZone: "Europe/London",
    period: { from: clock("12:00"), until: clock("16:00") },
    facts: [],
    events: [],
    ...fields,
  });
const patient = (time: string, km: number, needs: string[] = []) => ({ at: clock(time), location: at(km), needs });
const closing = (time: string, hospital: string, open: boolean) => ({
  at: clock(time),
  kind: "set-open",
  hospital,
  open,
  reason: "IT outage",
  source: "a newspaper",
});

describe("a replay in a county easy to reckon in", () => {
  const roads = smallCounty();
  const hospitals = hospitalsAt({
    A: { km: 10, capabilities: ["trauma"] },
    B: { km: 30, capabilities: ["trauma"] },
    C: { km: 50, capabilities: ["trauma"] },
  });

  it("comes to the figures reckoned by hand", () => {
    const scenario = small({
      events: [
        closing("12:30", "A", false),
        closing("13:30", "A", true),
        {
          at: clock("13:30"),
          kind: "report",
          hospital: "B",
          effect: "divert",
          scope: { needs: ["trauma"] },
          divertTo: "C",
          until: clock("15:00"),
          reason: "no theatre",
          assumed: true,
          note: "for this test",
        },
      ],
      incidents: [
        patient("12:10", 12), // A 2 min; A is open
        patient("12:30", 12), // B 18 min instead of A 2: 16 more
        patient("12:40", 25), // B 5 min either way
        patient("13:00", 0), // B 30 min instead of A 10: 20 more
        patient("13:30", 12), // A opens at this very moment
        patient("14:00", 24, ["trauma"]), // C, named, 26 min, though A is 14: instead of B 6: 20 more
        patient("14:05", 24), // B: not a trauma patient
        patient("14:58", 24, ["trauma"]), // B: 6 min away, the divert will have ended
      ],
    });
    const replay = replayScenario({ roads, hospitals, scenario });
    expect(replay.incidents).toEqual({
      total: 8,
      listed: 8,
      changed: 3,
      outcomes: { destination: 8, "all-on-divert": 0, "no-facility": 0, unreachable: 0 },
      withoutEd: 0,
    });
    expect(
      replay.changes.map(({ id, at: when, from, to, extraMinutes }) => [id, when, from.id, to?.id, extraMinutes]),
    ).toEqual([
      ["listed-2", clock("12:30"), "A", "B", 16],
      ["listed-4", clock("13:00"), "A", "B", 20],
      ["listed-6", clock("14:00"), "B", "C", 20],
    ]);
    expect(replay.extraMinutes).toEqual({ mean: 56 / 3, p95: 20, worst: 20, total: 56 });
    expect(
      replay.load.map(({ hospital, before, after, restricted }) => [hospital.id, before, after, restricted]),
    ).toEqual([
      ["A", 4, 2, true],
      ["B", 4, 5, true],
      ["C", 0, 1, false],
    ]);
    expect(
      replay.hours.map(({ at: when, incidents, changed, extraMinutes }) => [when, incidents, changed, extraMinutes]),
    ).toEqual([
      [clock("12:00"), 3, 1, 16],
      [clock("13:00"), 2, 1, 20],
      [clock("14:00"), 3, 1, 20],
      [clock("15:00"), 0, 0, 0],
    ]);
    expect(
      replay.hours.map(({ restricted }) => restricted.map(({ hospital, scope }) => [hospital, scope.needs ?? "all"])),
    ).toEqual([
      [["A", "all"]],
      [
        ["A", "all"],
        ["B", ["trauma"]],
      ],
      [["B", ["trauma"]]],
      [],
    ]);
    const everyone = { effect: "divert", needs: [], minutes: 60 };
    const trauma = { effect: "divert", needs: ["trauma"], minutes: 90 };
    expect(replay.statistics).toEqual({
      hospitals: 3,
      perDay: [
        { day: "2017-05-15", hospital: "A", minutes: 60, kinds: [everyone] },
        { day: "2017-05-15", hospital: "B", minutes: 90, kinds: [trauma] },
      ],
      network: [
        { hospitals: 0, minutes: 90, share: 90 / 240 },
        { hospitals: 1, minutes: 150, share: 150 / 240 },
      ],
      alerts: [
        expect.objectContaining({ hospital: "A", from: clock("12:30"), until: clock("13:30"), minutes: 60 }),
        expect.objectContaining({ hospital: "B", from: clock("13:30"), until: clock("15:00"), minutes: 90 }),
      ],
    });
    expect(
      replay.diverts.map(({ hospital, from, until, divertTo }) => [hospital.id, from, until, divertTo?.id]),
    ).toEqual([
      ["A", clock("12:30"), clock("13:30"), undefined],
      ["B", clock("13:30"), clock("15:00"), "C"],
    ]);
  });

  it("counts patients for whom all divert, and those for whom nobody is left", () => {
    const closed = ["A", "B", "C"].map((hospital) => closing("12:00", hospital, false));
    const incidents = [patient("12:30", 12), patient("14:30", 12)];
    const refused = ["A", "B", "C"].map((hospital) => ({ ...closing("14:00", hospital, false), effect: "refuse" }));
    const replay = replayScenario({
      roads,
      hospitals,
      scenario: small({ events: [...closed, ...refused], incidents }),
    });
    expect(replay.incidents).toMatchObject({
      changed: 1,
      withoutEd: 1,
      outcomes: { destination: 0, "all-on-divert": 1, "no-facility": 1 },
    });
    expect(replay.changes[0]).toMatchObject({ id: "listed-2", outcome: "no-facility", from: { id: "A" } });
    expect(replay.changes[0]!.to).toBeUndefined();
    expect(replay.extraMinutes).toEqual({ mean: 0, p95: 0, worst: 0, total: 0 });
  });

  it("lets a divert without an end lapse as the policy says, and ends one that is cleared", () => {
    const report = {
      kind: "report",
      effect: "divert",
      reason: "full",
      source: "a newspaper",
      scope: { needs: ["trauma"] },
    };
    const scenario = small({
      period: { from: clock("08:00"), until: clock("20:00") },
      events: [
        { ...report, at: clock("09:00"), hospital: "A" },
        { ...report, at: clock("09:00"), hospital: "B", until: clock("19:00") },
        {
          at: clock("11:00"),
          kind: "clear",
          hospital: "B",
          key: "divert:trauma",
          reason: "over",
          source: "a newspaper",
        },
      ],
    });
    const { diverts } = replayScenario({ roads, hospitals, scenario });
    expect(ENGLAND_DEFAULT.defaultExpiryMinutes.divert).toBe(240);
    expect(diverts.map(({ hospital, until }) => [hospital.id, until])).toEqual([
      ["A", clock("13:00")],
      ["B", clock("11:00")],
    ]);
  });

  it("counts EDs that are not on the roads, without letting them change an answer", () => {
    const elsewhere = hospitalsAt({ A: 10, Z: 59 });
    const scenario = small({
      facts: [{ at: clock("13:00"), diverting: 2, statement: "two on divert", source: "a newspaper" }],
      events: [closing("12:30", "A", false), closing("12:30", "Z", false)],
      incidents: [patient("13:00", 58)],
    });
    const replay = replayScenario({ roads, hospitals, scenario, elsewhere });
    expect(replay.facts).toEqual([
      { at: clock("13:00"), statement: "two on divert", source: "a newspaper", stated: 2, inScenario: 2, onRoads: 1 },
    ]);
    expect(replay.incidents.changed).toBe(0);
    expect(replay.load.map(({ hospital }) => hospital.id)).toEqual(["A", "B", "C"]);
  });

  it("names the event, or the incident, that cannot be", () => {
    const run = (fields: object) => () => replayScenario({ roads, hospitals, scenario: small(fields) });
    const nowhere = failure(run({ events: [closing("12:30", "A", false), closing("12:30", "Q", false)] }));
    expect([nowhere.code, nowhere.place.field]).toEqual(["unknown-hospital", "events.1.hospital"]);
    const clearance = { at: clock("12:30"), kind: "clear", hospital: "A", key: "flag", reason: "over", source: "x" };
    const nothing = failure(run({ events: [clearance] }));
    expect([nothing.code, nothing.place.field]).toEqual(["invalid-scenario", "events.0.key"]);
    const far = failure(run({ incidents: [{ at: clock("12:30"), location: at(20, 30), id: "far" }] }));
    expect([far.code, far.message.startsWith("Incident far: ")]).toEqual(["off-network", true]);
    const areas = {
      source: "x",
      days: 31,
      byAmbulance: 0.3,
      note: "x",
      trusts: [{ trust: "T", attendances: 9, hospitals: ["Q"] }],
    };
    const generation = { seed: 1, attendances: areas, needs: [{ needs: [], share: 1 }], note: "x" };
    expect(failure(run({ generation })).code).toBe("invalid-scenario");
  });

  it("draws patients for each ED in proportion to its attendances, as many as they come to", () => {
    const attendances = {
      source: "for this test",
      days: 10,
      byAmbulance: 0.5,
      note: "for this test",
      trusts: [
        { trust: "AB", attendances: 240_000, hospitals: ["A", "B"] },
        { trust: "C", attendances: 360_000, hospitals: ["C"] },
        { trust: "far", attendances: 999_999, hospitals: ["Z"] },
      ],
    };
    const needs = [
      { needs: [], share: 0.75 },
      { needs: ["trauma"], share: 0.25 },
    ];
    const scenario = small({
      period: { from: clock("12:00"), until: clock("13:00") },
      generation: { seed: 7, attendances, needs, note: "for this test" },
    });
    const { load, generation, incidents } = replayScenario({ roads, hospitals, scenario });
    // 600,000 in ten days, half by ambulance: 30,000 a day, 1,250 an hour.
    expect(generation).toEqual({ seed: 7, perDay: 30_000, total: 1250, areasBy: "attendances", placesBy: "junctions" });
    expect(incidents.total).toBe(1250);
    // 250, 250 and 750 are due; the largest deviation allowed is four standard errors, 4 * sqrt(1250 * 0.2 * 0.8) = 57.
    expect(Math.abs(load[0]!.before - 250), `A ${load[0]!.before}`).toBeLessThan(57);
    expect(Math.abs(load[1]!.before - 250), `B ${load[1]!.before}`).toBeLessThan(57);
    expect(Math.abs(load[2]!.before - 750), `C ${load[2]!.before}`).toBeLessThan(70);
  });
});

describe("figures", () => {
  it("take the p95 by nearest rank", () => {
    const minutes = (...values: number[]) => extraMinutesOf(values.map((value) => value * 60_000));
    expect(minutes(3)).toEqual({ mean: 3, p95: 3, worst: 3, total: 3 });
    expect(minutes(...Array.from({ length: 20 }, (_, i) => i + 1)).p95).toBe(19);
    expect(minutes(...Array.from({ length: 21 }, (_, i) => i + 1)).p95).toBe(20);
  });
});

describe("the replay of May 2017", () => {
  let roads: RoadIndex;
  let options: ScenarioReplayOptions;
  let hospitals: HospitalDirectory;
  let replay: ScenarioReplay;
  let text: string;

  beforeAll(async () => {
    roads = await embeddedRoads();
    hospitals = await embeddedHospitals(roads);
    const scenario = await openScenario("nhs-cyber-attack-2017");
    options = { roads, hospitals, scenario, elsewhere: await englandHospitals(), incidentsPerDay: 600 };
    replay = replayScenario(options);
    text = JSON.stringify(replay);
  });

  const inForce = (time: string) => {
    const ms = Date.parse(time);
    return replay.diverts.filter(({ from, until }) => Date.parse(from) <= ms && ms < Date.parse(until));
  };

  it("has every fact that it quotes: seven on 14 May, two on 15 May 17:00, none on 16 May evening", () => {
    expect(replay.facts.map(({ stated, inScenario, onRoads }) => [stated, inScenario, onRoads])).toEqual([
      [7, 7, 5],
      [2, 2, 2],
      [2, 2, 2],
      [0, 0, 0],
    ]);
    const sunday = inForce("2017-05-14T15:00:00+01:00");
    expect(sunday.map(({ hospital }) => hospital.id).sort()).toEqual([
      "R1H12",
      "R1HKH",
      "R1HNH",
      "RN506",
      "RNLBX",
      "RQ8L0",
      "RWH01",
    ]);
    expect(
      sunday
        .filter(({ onRoads }) => !onRoads)
        .map(({ hospital }) => hospital.id)
        .sort(),
    ).toEqual(["RN506", "RNLBX"]);
    const monday = inForce("2017-05-15T17:00:00+01:00");
    expect(monday.map(({ hospital, scope, divertTo }) => [hospital.name, scope.needs, divertTo?.name])).toEqual([
      ["Broomfield Hospital", ["trauma"], "Southend Hospital"],
      ["Lister Hospital", ["heart-attack", "stroke", "trauma"], undefined],
    ]);
    expect(inForce("2017-05-16T18:00:00+01:00")).toEqual([]);
  });

  it("is the same byte for byte when it is run again, and for no other seed", () => {
    expect(JSON.stringify(replayScenario(options))).toBe(text);
    expect(JSON.stringify(replayScenario({ ...options, seed: 1 }))).not.toBe(text);
  });

  it("loses no patient, in hours, phases, loads and outcomes alike", () => {
    const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
    const { total, changed, withoutEd, outcomes } = replay.incidents;
    expect(total).toBe(Math.round(600 * 4.5));
    expect(sum(Object.values(outcomes))).toBe(total);
    expect(sum(replay.hours.map(({ incidents }) => incidents))).toBe(total);
    expect(sum(phasesOf(replay).map(({ incidents }) => incidents))).toBe(total);
    expect(sum(replay.load.map(({ before }) => before))).toBe(total);
    expect(sum(replay.load.map(({ after }) => after))).toBe(total - withoutEd);
    expect(sum(replay.hours.map((hour) => hour.changed))).toBe(changed);
    expect(replay.changes.length).toBe(changed);
    expect(sum(replay.hours.map(({ extraMinutes }) => extraMinutes))).toBeCloseTo(replay.extraMinutes.total, 6);
    expect(changed).toBeGreaterThan(100);
  });

  it("makes no journey shorter, and sends nobody elsewhere while nothing is on divert", () => {
    for (const { extraMinutes, id } of replay.changes) expect(extraMinutes, id).toBeGreaterThanOrEqual(0);
    for (const { restricted, changed, at: when } of replay.hours)
      if (restricted.length === 0) expect(changed, when).toBe(0);
  });

  it("gives each changed patient what a router with that status recommends", () => {
    const playing = new ScenarioStatus(options.scenario, ENGLAND_DEFAULT, hospitals, options.elsewhere);
    const free = new DiversionRouter({ roads, hospitals });
    const router = new DiversionRouter({ roads, hospitals, status: playing.status, engine: DIJKSTRA_ENGINE });
    for (const change of replay.changes) {
      playing.advanceTo(readInstant(change.at)!.epochMs);
      const question = { location: change.location, needs: change.needs as string[], at: change.at };
      const there = router.recommend(question).destination!;
      const nearest = free.recommend(question).destination!;
      expect([nearest.hospital.id, there.hospital.id], change.id).toEqual([change.from.id, change.to!.id]);
      expect(change.extraMinutes, change.id).toBeCloseTo((there.totalSeconds - nearest.totalSeconds) / 60, 9);
    }
  });

  it("tells periods as the status board holds them, at every half hour", () => {
    const playing = new ScenarioStatus(options.scenario, ENGLAND_DEFAULT, hospitals, options.elsewhere);
    const { from, until } = options.scenario.period;
    for (let ms = from.epochMs; ms < until.epochMs; ms += 30 * 60_000) {
      playing.advanceTo(ms);
      const board = playing.status
        .view()
        .all()
        .filter((one) => (one.until?.epochMs ?? Number.POSITIVE_INFINITY) > ms)
        .map(({ hospital, scope }) => [hospital, scope.needs ?? []]);
      const told = inForce(new Date(ms).toISOString())
        .filter(({ onRoads }) => onRoads)
        .map(({ hospital, scope }) => [hospital.id, scope.needs ?? []]);
      expect(told.sort(), String(ms)).toEqual(board.sort());
    }
  });
});
