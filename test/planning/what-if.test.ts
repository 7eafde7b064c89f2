import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { syntheticRoads } from "../../bench/networks/synthetic";
import { SeededRandom } from "../../src/core/random";
import { DiversionRouter } from "../../src/diversion/router";
import { HospitalDirectory } from "../../src/hospitals/directory/directory";
import type { DemandPoints } from "../../src/planning/situation/demand-points";
import { PlanningSituation } from "../../src/planning/situation/planning-situation";
import { sceneMapData } from "../../src/planning/situation/scene-map-data";
import { type PlannedChange, separateRoads } from "../../src/planning/what-if/planned-change";
import { whatIf } from "../../src/planning/what-if/what-if";
import { indexRoads } from "../../src/roads/index-roads";
import { at, hospitalsAt, NOON, routerOver, smallCounty } from "../support/small-county";

const peopleAt = (...rows: readonly (readonly [km: number, people: number])[]): DemandPoints => ({
  locations: Float64Array.from(rows.flatMap(([km]) => at(km))),
  weights: Float64Array.from(rows, ([, people]) => people),
  unit: "people",
});

const reference = (id: string) => ({ id, name: `${id} Hospital` });

describe("what-if on a road of 60 km, a minute a kilometre, with EDs at 10, 20 and 40 km", () => {
  const hospitals = hospitalsAt({ A1: 10, B2: 20, C3: 40 });
  const groundOver = (demandPoints: DemandPoints, router = routerOver(hospitals)) =>
    new PlanningSituation(router, { demandPoints });

  it("tells who goes elsewhere, where to, and how much longer it takes", () => {
    const planning = groundOver(peopleAt([0, 100], [12, 30], [21, 50], [39, 7]));
    const { basis, ...result } = whatIf(planning, { close: ["A1"] });
    expect(basis).toMatchObject({ needs: [], at: NOON, unit: "people", statusVersion: 0, policy: "england-default" });
    expect(result).toEqual({
      notes: [],
      total: { people: 187, places: 4 },
      before: {
        served: { people: 187, places: 4 },
        stranded: { people: 0, places: 0 },
        offNetwork: { people: 0, places: 0 },
      },
      after: {
        served: { people: 187, places: 4 },
        stranded: { people: 0, places: 0 },
        offNetwork: { people: 0, places: 0 },
      },
      changed: { people: 130, places: 2 },
      newlyStranded: { people: 0, places: 0 },
      affected: { people: 130, places: 2 },
      extraMinutes: { mean: (100 * 10 + 30 * 6) / 130, p95: 10, worst: 10 },
      extraPersonMinutes: 1180,
      worstPlaces: [
        {
          location: at(0),
          people: 100,
          from: reference("A1"),
          to: reference("B2"),
          minutesBefore: 10,
          minutesAfter: 20,
        },
        { location: at(12), people: 30, from: reference("A1"), to: reference("B2"), minutesBefore: 2, minutesAfter: 8 },
      ],
      shifts: [
        {
          from: reference("A1"),
          to: reference("B2"),
          people: 130,
          places: 2,
          meanExtraMinutes: (100 * 10 + 30 * 6) / 130,
        },
      ],
      load: [
        { hospital: reference("A1"), before: 130, after: 0 },
        { hospital: reference("B2"), before: 50, after: 180 },
        { hospital: reference("C3"), before: 7, after: 7 },
      ],
      beyond: [
        { minutes: 45, before: 0, after: 0 },
        { minutes: 60, before: 0, after: 0 },
      ],
    });
  });

  it("counts those left without an ED, and those who live off the roads, before and after", () => {
    const off: DemandPoints = {
      locations: Float64Array.from([...at(5), ...at(30, 50)]),
      weights: Float64Array.of(40, 9),
      unit: "people",
    };
    const result = whatIf(groundOver(off), { close: ["A1", "B2", "C3"] });
    expect(result.after).toEqual({
      served: { people: 0, places: 0 },
      stranded: { people: 40, places: 1 },
      offNetwork: { people: 9, places: 1 },
    });
    expect(result.before.offNetwork).toEqual({ people: 9, places: 1 });
    expect(result.newlyStranded).toEqual({ people: 40, places: 1 });
    expect(result.extraMinutes).toBeNull();
    expect(result.shifts).toEqual([{ from: reference("A1"), to: null, people: 40, places: 1, meanExtraMinutes: null }]);
    expect(result.beyond).toEqual([
      { minutes: 45, before: 0, after: 40 },
      { minutes: 60, before: 0, after: 40 },
    ]);
  });

  it("uses an ED on divert only where no other can be reached", () => {
    const router = routerOver(hospitals);
    router.status.setOpen("B2", false);
    const planning = groundOver(peopleAt([18, 10]), router);
    expect(whatIf(planning, { close: ["A1"] }).shifts[0]!.to).toEqual(reference("C3"));
    expect(whatIf(planning, { close: ["A1", "C3"] }).shifts[0]!.to).toEqual(reference("B2"));
    expect(whatIf(planning, { open: ["B2"] }).shifts).toEqual([
      { from: reference("A1"), to: reference("B2"), people: 10, places: 1, meanExtraMinutes: -6 },
    ]);
    expect(whatIf(planning, { open: ["B2"] }).worstPlaces).toEqual([]);
  });

  it("uses an ED that only the age not given may stand against where no able one can be reached, as a recommendation does", () => {
    // A1 and D4 take children alone: for patients of no age given they are the last resort, and no stranding.
    const capabilities = [{ capability: "emergency", maxAge: 15 }];
    const places = { A1: { km: 10, capabilities }, B2: 20, C3: 40, D4: { km: 13, capabilities } };
    const router = routerOver(hospitalsAt(places));
    router.status.setOpen("D4", false);
    const planning = groundOver(peopleAt([12, 10]), router);
    const destination = () => router.recommend({ location: at(12), alternatives: 0 }).destination?.hospital;
    const brought = (given = groundOver(peopleAt([12, 10]), router)) =>
      given.scene.hospitals.hospitals[given.scene.assignment.ed[0]!]?.id;
    expect([destination()!.id, brought()]).toEqual(["B2", "B2"]);
    expect(whatIf(planning, { close: ["B2", "C3"] })).toMatchObject({
      after: { served: { people: 10 }, stranded: { people: 0 } },
      shifts: [{ from: reference("B2"), to: reference("A1"), people: 10 }],
    });
    expect(whatIf(planning, { open: ["A1"] }).notes).toEqual([]);
    for (const id of ["B2", "C3"]) router.status.setOpen(id, false, { effect: "refuse", reason: "flooded" });
    expect([destination()!.id, brought()]).toEqual(["A1", "A1"]);
    // An age that is given leaves no doubt.
    const adults = new PlanningSituation(router, { demandPoints: peopleAt([12, 10]), age: 40 });
    expect(router.recommend({ location: at(12), age: 40 }).outcome).toBe("no-facility");
    expect(brought(adults)).toBeUndefined();
    expect(adults.totals().reach.stranded).toEqual({ people: 10, places: 1 });
  });

  it("counts the wait for handover where the policy ranks by it, and not in extremis", () => {
    const busy = hospitalsAt({ A1: { km: 10, handoverMinutes: 15 }, B2: 20 });
    const demandPoints = peopleAt([8, 1]);
    const question = { demandPoints, at: NOON };
    const ranked = new PlanningSituation(routerOver(busy), question);
    expect(whatIf(ranked, { close: ["B2"] }).extraMinutes).toEqual({ mean: 5, p95: 5, worst: 5 });
    const extremis = new PlanningSituation(routerOver(busy), { ...question, acuity: "extremis" });
    expect(whatIf(extremis, { close: ["A1"] }).extraMinutes).toEqual({ mean: 10, p95: 10, worst: 10 });
    expect(whatIf(extremis, { close: ["A1"] }).basis.minutes).toBe("drive");
  });

  it("adds an ED, and moves one with its patients", () => {
    const planning = groundOver(peopleAt([30, 8], [55, 4]));
    const added = whatIf(planning, { add: [{ id: "N9", name: "New", handoverMinutes: 0, location: at(54) }] });
    expect(added.shifts).toEqual([
      { from: reference("C3"), to: { id: "N9", name: "New" }, people: 4, places: 1, meanExtraMinutes: -14 },
    ]);
    expect(added.load.find(({ hospital }) => hospital.id === "N9")).toMatchObject({ before: 0, after: 4 });
    const moved = whatIf(planning, { move: [{ id: "C3", location: at(50) }] });
    expect(moved.changed).toEqual({ people: 0, places: 0 });
    expect(moved.affected).toEqual({ people: 4, places: 1 });
    expect(moved.extraMinutes).toEqual({ mean: -10, p95: -10, worst: -10 });
  });

  it("closes roads for the plan alone, at the moment it is about", () => {
    const router = routerOver(hospitals);
    const planning = groundOver(peopleAt([14, 5]), router);
    const point = { point: at(12.5), bufferMetres: 20, reason: "flood" };
    expect(whatIf(planning, { closeRoads: [point] }).shifts[0]!.to).toEqual(reference("B2"));
    const ended = whatIf(planning, { closeRoads: [{ ...point, until: "2017-05-15T11:00:00+01:00" }] });
    expect(ended.changed.people).toBe(0);
    expect(ended.notes).toEqual([expect.stringContaining("does not hold at 2017-05-15T12:00:00+01:00")]);
    expect(router.roads.closures).toEqual([]);
    router.roads.close(point);
    expect(separateRoads(router.roads).closures.map(({ reason }) => reason)).toEqual(["flood"]);
  });

  it("stays in the situation it was made in, whatever is reported later, also where it is drawn", () => {
    const router = routerOver(hospitals);
    const planning = groundOver(peopleAt([12, 30]), router);
    const drawn = JSON.stringify(sceneMapData(planning, 30));
    const found = JSON.stringify(whatIf(planning, { move: [{ id: "C3", location: at(13) }] }));
    const before = router.situation();
    router.status.setOpen("A1", false);
    expect(JSON.stringify(sceneMapData(planning, 30))).toBe(drawn);
    expect(JSON.stringify(whatIf(planning, { move: [{ id: "C3", location: at(13) }] }))).toBe(found);
    expect(JSON.stringify(sceneMapData(new PlanningSituation(router), 30))).not.toBe(drawn);
    expect(JSON.stringify(sceneMapData(new PlanningSituation(before), 30))).toBe(drawn);
  });

  it("says what changes nothing", () => {
    const recorded = ["stroke"];
    const router = routerOver(
      hospitalsAt({ A1: { km: 10, recorded }, B2: { km: 20, recorded }, C3: { km: 40, recorded } }),
    );
    router.status.report({ hospital: "A1", effect: "refuse", reason: "fire", until: "2017-05-15T14:00:00+01:00" });
    const planning = new PlanningSituation(router, { demandPoints: peopleAt([11, 1]), needs: ["stroke"] });
    const result = whatIf(planning, { close: ["A1"], open: ["B2"] });
    expect(result.changed.people).toBe(0);
    expect(result.notes).toEqual([
      "A1 Hospital (A1) is not used for such patients as things are, so that closing it changes nothing.",
      "B2 Hospital (B2) does not offer what such patients need.",
    ]);
    expect(result.after.stranded.people).toBe(1);
  });

  it.each<[object, string, string]>([
    [{}, "invalid-argument", "changes nothing"],
    [{ close: ["A1"], open: ["A1"] }, "invalid-argument", "both to close and to open"],
    [{ shut: ["A1"] }, "invalid-argument", "shut is not a field"],
    [{ close: "A1" }, "invalid-argument", "list of EDs"],
    [{ close: ["A2"] }, "unknown-hospital", '"A2"'],
    [{ add: [{ id: "A1", name: "Again", location: at(1) }] }, "duplicate-hospital", "A1 is the id of A1 Hospital"],
    [{ add: [{ id: "N1", name: "Far", location: at(1, 90) }] }, "hospital-off-network", "Far would be off these roads"],
    [{ add: [{ id: "N1", location: at(1) }] }, "invalid-hospitals", "name"],
    [
      {
        move: [
          { id: "A1", location: at(1) },
          { id: "A1", location: at(2) },
        ],
      },
      "invalid-argument",
      "two places",
    ],
    [{ move: [{ id: "A1", location: [1] }] }, "invalid-argument", "move.0.location"],
    [{ closeRoads: [{ road: "B99", reason: "x" }] }, "unknown-road", "B99"],
  ])("refuses %j", (change, code, words) => {
    const planning = groundOver(peopleAt([1, 1]));
    let thrown: unknown;
    try {
      whatIf(planning, change as PlannedChange);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toMatchObject({ code });
    expect((thrown as { describe(): string }).describe()).toContain(words);
  });
});

describe("what-if in towns and country", () => {
  const roads = indexRoads(syntheticRoads({ nodes: 700, seed: 3 }));
  const random = new SeededRandom(3);
  const { graph } = roads;
  const somewhere = (): [number, number] =>
    [...graph.nodePosition(random.integer(graph.nodeCount))] as [number, number];
  const ids = Array.from({ length: 9 }, (_, i) => `E${i}`);
  const hospitals = HospitalDirectory.parse(
    ids.map((id, i) => ({ id, name: id, location: somewhere(), handoverMinutes: [0, 1, undefined, 3][i % 4] })),
  );
  const { west, south, east, north } = roads.bounds;
  const placeCount = 300;
  const locations = Float64Array.from({ length: 2 * placeCount }, (_, i) =>
    i % 2 === 0 ? random.between(west - 0.05, east + 0.05) : random.between(south - 0.05, north + 0.05),
  );
  const change = fc.record({
    close: fc.subarray(ids),
    add: fc.option(
      fc.constantFrom(...Array.from({ length: 4 }, somewhere)).map((location) => [{ id: "N1", name: "N1", location }]),
      { nil: undefined },
    ),
    closeRoads: fc.option(
      fc
        .uniqueArray(fc.nat(graph.segmentCount - 1), { minLength: 1, maxLength: 20 })
        .map((segments) => [{ segments, reason: "flood" }]),
      { nil: undefined },
    ),
    onDivert: fc.subarray(ids),
    people: fc.array(fc.nat(3000), { minLength: placeCount, maxLength: placeCount }),
  });

  it("conserves people to the person, whatever changes", () => {
    fc.assert(
      fc.property(change, ({ close, add, closeRoads, onDivert, people }) => {
        fc.pre(close.length > 0 || add !== undefined || closeRoads !== undefined);
        const router = new DiversionRouter({ roads, hospitals, clock: () => 0 });
        for (const id of onDivert) router.status.setOpen(id, false);
        const demandPoints: DemandPoints = { locations, weights: Float64Array.from(people), unit: "people" };
        const planning = new PlanningSituation(router, { demandPoints });
        const result = whatIf(planning, {
          close,
          ...(add === undefined ? {} : { add }),
          ...(closeRoads === undefined ? {} : { closeRoads }),
        });
        const total = people.reduce((sum, one) => sum + one, 0);
        expect(result.total).toEqual({ people: total, places: placeCount });
        for (const moment of ["before", "after"] as const) {
          const { served, stranded, offNetwork } = result[moment];
          expect(served.people + stranded.people + offNetwork.people).toBe(total);
          expect(served.places + stranded.places + offNetwork.places).toBe(placeCount);
          expect(result.load.reduce((sum, one) => sum + one[moment], 0)).toBe(served.people);
        }
        const sumOf = (parts: readonly { readonly people: number }[]) =>
          parts.reduce((sum, one) => sum + one.people, 0);
        expect(sumOf(result.shifts)).toBe(result.changed.people);
        for (const { hospital, before, after } of result.load) {
          const left = sumOf(result.shifts.filter(({ from }) => from?.id === hospital.id));
          const came = sumOf(result.shifts.filter(({ to }) => to?.id === hospital.id));
          expect(before - left + came).toBe(after);
        }
        expect(result.before.stranded.people + sumOf(result.shifts.filter(({ to }) => to === null))).toBe(
          result.after.stranded.people + sumOf(result.shifts.filter(({ from }) => from === null)),
        );
      }),
      { numRuns: 60, seed: 2017 },
    );
  });

  it("brings each place where a recommendation from there does, also on closed roads", () => {
    const router = new DiversionRouter({ roads: separateRoads(roads), hospitals, clock: () => 0 });
    router.status.setOpen("E1", false);
    const segments = Array.from({ length: graph.segmentCount >> 2 }, (_, i) => 4 * i);
    router.roads.close({ segments, reason: "flood" });
    const demandPoints: DemandPoints = { locations, weights: new Float64Array(placeCount).fill(1), unit: "people" };
    const {
      assignment,
      hospitals: { hospitals: eds },
    } = new PlanningSituation(router, { demandPoints }).scene;
    let onClosed = 0;
    for (let place = 0; place < placeCount; place++) {
      const location: [number, number] = [locations[2 * place]!, locations[2 * place + 1]!];
      const home = roads.trySnap(location);
      if (home === undefined) {
        expect(assignment.ed[place], `place ${place}`).toBe(-2);
        continue;
      }
      if (home.segment % 4 === 0) onClosed++;
      const { destination } = router.recommend({ location, alternatives: 0 });
      expect(assignment.ed[place]! < 0, `place ${place}`).toBe(destination === undefined);
      if (destination === undefined) continue;
      expect(assignment.milliseconds[place]! / 1000, `place ${place}`).toBe(destination.totalSeconds);
      expect(eds[assignment.ed[place]!]!.id, `place ${place}`).toBe(destination.hospital.id);
    }
    expect(onClosed).toBeGreaterThan(20);
  });
});

it("counts junctions where no population is given", () => {
  const planning = new PlanningSituation(routerOver(hospitalsAt({ A1: 10, B2: 20 }), { roads: smallCounty() }));
  expect(whatIf(planning, { close: ["A1"] })).toMatchObject({
    basis: { unit: "junctions" },
    total: { people: 61, places: 61 },
    changed: { people: 16, places: 16 },
  });
});
