import createGraph from "ngraph.graph";
import { describe, expect, it } from "vitest";
import { montevideo } from "../../bench/networks";
import { DiversionError } from "../../src/core/errors";
import { SeededRandom } from "../../src/core/random";
import { INFINITE_MS, type Position } from "../../src/core/units";
import { DiversionRouter } from "../../src/diversion/router";
import { HospitalDirectory } from "../../src/hospitals/directory/directory";
import { StatusBoard } from "../../src/hospitals/status/status-board";
import { buildRoadGraph } from "../../src/roads/build/build-road-graph";
import { indexRoads } from "../../src/roads/index-roads";
import type { RoadIndex } from "../../src/roads/road-index";
import { DriveEnds } from "../../src/roads/snap/on-foot";
import { arrivalAccessPoints, departureAccessPoints, directDrive } from "../../src/roads/snap/road-point";
import type { RoadPoint } from "../../src/roads/snap/snap-index";
import { fromNgraph } from "../../src/roads/tables/ngraph";
import { DIJKSTRA_ENGINE } from "../../src/shortest-path/dijkstra/dijkstra-engine";
import { plainDijkstra } from "../../src/shortest-path/dijkstra/plain-dijkstra";
import { REFERENCE_ENGINE } from "../../src/shortest-path/dijkstra/reference-engine";
import type { EngineChoice } from "../../src/shortest-path/engine";
import { at, hospitalsAt, NOON, routerOver, smallCounty } from "../support/small-county";

/**
 * Two towns on either side of a river: a bridge of a minute, or ten minutes round by the ford. West stands at km 0, East at
 * km 10; the incident is in the west, the hospitals in the east and far in the south-west.
 */
function riverTown(): RoadIndex {
  const graph = createGraph<{ lon: number; lat: number }, object>();
  const place = (id: string, km: number, north = 0): void => {
    const [lon, lat] = at(km, north);
    graph.addNode(id, { lon, lat });
  };
  place("west", 0);
  place("west bank", 4);
  place("east bank", 5);
  place("east", 10);
  place("ford", 4.5, 5);
  place("south", 0, -20);
  const both = (a: string, b: string, minutes: number, name: string): void => {
    for (const [from, to] of [
      [a, b],
      [b, a],
    ] as const) {
      graph.addLink(from, to, { milliseconds: minutes * 60_000, name, highway: "primary" });
    }
  };
  both("west", "west bank", 4, "West Road");
  both("west bank", "east bank", 1, "Long Bridge");
  both("east bank", "east", 5, "East Road");
  both("west bank", "ford", 5, "Ford Lane");
  both("ford", "east bank", 5, "Ford Lane");
  both("west", "south", 17, "South Road");
  return indexRoads(fromNgraph(graph).roads);
}

const town = (roads = riverTown(), options: Partial<ConstructorParameters<typeof DiversionRouter>[0]> = {}) =>
  new DiversionRouter({
    roads,
    hospitals: HospitalDirectory.parse([
      { id: "E", name: "East Hospital", location: at(10) },
      { id: "S", name: "South Hospital", location: at(0, -20) },
    ]),
    clock: () => Date.parse(NOON),
    ...options,
  });

const WEST = at(0.5);

describe("a router on closed roads", () => {
  it.each<EngineChoice | undefined>([undefined, DIJKSTRA_ENGINE, REFERENCE_ENGINE])(
    "goes the next way by road when a bridge is closed, and names the bridge, with %s",
    (engine) => {
      const router = town(undefined, engine === undefined ? {} : { engine });
      const before = JSON.stringify(router.recommend({ location: WEST }));
      expect(JSON.parse(before).destination).toMatchObject({ hospital: { id: "E" }, driveSeconds: 570 });
      const { id } = router.roads.close({
        bridge: "long bridge",
        reason: "barge strike",
        until: "2017-05-15T18:00:00+01:00",
      });
      const turned = router.recommend({ location: WEST });
      // 3.5 + 5 + 5 + 5 min by the ford is later than 0.5 + 17 min to the south.
      expect(turned.destination).toMatchObject({ hospital: { id: "S" }, driveSeconds: 1050 });
      expect(turned.alternatives).toMatchObject([{ hospital: { id: "E" }, driveSeconds: 1110 }]);
      expect(turned.closures).toEqual([
        {
          id: "closure-1",
          kind: "closure",
          reason: "barge strike",
          text: "long bridge closed until 18:00, barge strike",
        },
      ]);
      expect(turned.explain()).toContain("On the roads: long bridge closed until 18:00, barge strike.");
      expect(turned.basis).toMatchObject({ statusVersion: 0, roadsVersion: 1 });
      const detour = router.route(turned, "E")!;
      expect(detour.properties).toMatchObject({ driveSeconds: 1110 });
      expect(detour.properties.legs.map(({ name }) => name)).toEqual(["West Road", "Ford Lane", "East Road"]);
      expect(router.nearestOpen(WEST)).toMatchObject({ hospital: { id: "S" }, driveSeconds: 1050 });
      router.roads.reopen(id);
      expect(JSON.stringify(router.recommend({ location: WEST }))).toBe(before);
    },
  );

  it("leads nobody over the water on foot where a ferry does not sail", () => {
    const graph = createGraph<{ lon: number; lat: number }, object>();
    for (const [id, km] of Object.entries({ village: 0, quay: 1, landing: 2, town: 4 })) {
      const [lon, lat] = at(km);
      graph.addNode(id, { lon, lat });
    }
    const way = (a: string, b: string, name: string, highway: string): void => {
      for (const [from, to] of [
        [a, b],
        [b, a],
      ] as const)
        graph.addLink(from, to, { milliseconds: 60_000, name, highway });
    };
    way("village", "quay", "Shore Road", "primary");
    way("quay", "landing", "Kirk Ferry", "ferry");
    way("landing", "town", "Town Road", "primary");
    const router = town(indexRoads(fromNgraph(graph).roads), {
      hospitals: HospitalDirectory.parse([{ id: "T", name: "Town Hospital", location: at(4) }]),
    });
    const ask = () => router.recommend({ location: at(0.5) });
    expect(ask()).toMatchObject({ outcome: "destination", destination: { driveSeconds: 150 } });
    const { id } = router.roads.close({ road: "Kirk Ferry", reason: "storm" });
    expect(ask().outcome).toBe("unreachable");
    // Nor from a closed road to the quay.
    router.roads.close({ road: "Shore Road", reason: "tree" });
    expect(ask().outcome).toBe("unreachable");
    router.roads.reopen(id);
    // On foot to the quay, and with the ferry.
    expect(ask().destination!.driveSeconds).toBeCloseTo(360 + 120, 0);
  });

  it("answers for the moment of the question, past, present and to come", () => {
    const router = town();
    router.roads.close({
      bridge: "Long Bridge",
      reason: "works",
      from: "2017-05-15T13:00:00+01:00",
      until: "2017-05-15T14:00:00+01:00",
    });
    const nearestAt = (time: string): string | undefined =>
      router.recommend({ location: WEST, at: `2017-05-15T${time}+01:00` }).destination?.hospital.id;
    const times = ["12:59:59.999", "13:00:00", "13:59:59.999", "14:00:00", "12:00:00", "13:30:00"];
    expect(times.map(nearestAt)).toEqual(["E", "S", "S", "E", "E", "S"]);
    const closed = router.recommend({ location: WEST, at: "2017-05-15T13:30:00+01:00" });
    // The clock says noon, when the bridge is open: the route is that of the recommendation's moment all the same.
    expect(router.route(closed, "E")!.properties.driveSeconds).toBe(1110);
    expect(router.route({ incident: closed.incident }, "E")!.properties.driveSeconds).toBe(570);
    expect(closed.closures![0]!.text).toBe("Long Bridge closed since 13:00 until 14:00, works");
  });

  it("slows down, names the slowdown, and is silent about closures that change nothing", () => {
    const router = town();
    router.roads.setSpeed({ id: "queue", road: "East Road", factor: 0.5, reason: "queue" });
    router.roads.close({ id: "idle", road: "Ford Lane", reason: "flood" });
    const slow = router.recommend({ location: WEST });
    expect(slow.destination).toMatchObject({ hospital: { id: "E" }, driveSeconds: 870 });
    expect(slow.closures).toEqual([
      {
        id: "queue",
        kind: "slowdown",
        reason: "queue",
        text: "East Road driven at 50 % of its usual speed, queue",
      },
    ]);
    const south = router.recommend({ location: at(0, -19.9) });
    expect(south.destination!.hospital.id).toBe("S");
    expect(south.closures).toBeUndefined();
    expect(south.basis.roadsVersion).toBe(2);
  });

  it("names a slowdown on the way round a closure as well", () => {
    const router = town();
    router.roads.setSpeed({ id: "slow-ford", road: "Ford Lane", factor: 0.8, reason: "mud" });
    router.roads.close({ id: "bridge", bridge: "Long Bridge", reason: "works" });
    router.roads.close({ id: "south", road: "South Road", reason: "works" });
    const { destination, closures } = router.recommend({ location: WEST });
    expect(destination).toMatchObject({ hospital: { id: "E" }, driveSeconds: 1260 });
    expect(closures!.map(({ id }) => id)).toEqual(["slow-ford", "bridge"]);
  });

  it("has no answer, rather than a straight line, when every way is closed", () => {
    const router = town();
    for (const road of ["Long Bridge", "Ford Lane", "South Road"]) router.roads.close({ road, reason: "flood" });
    const advice = router.recommend({ location: WEST });
    expect([advice.outcome, advice.destination]).toEqual(["unreachable", undefined]);
    expect(advice.closures!.map(({ text }) => text)).toEqual(["Long Bridge closed, flood"]);
    expect(router.route(advice, "E")).toBeUndefined();
    expect(router.nearestOpen(WEST)).toBeUndefined();
  });

  it("starts on foot when the incident's own road is closed, and says how far that is", () => {
    const router = town(undefined, { snapLimitMetres: 3000 });
    router.roads.close({ road: "East Road", reason: "gas leak" });
    const advice = router.recommend({ location: at(6) });
    expect(advice.incident.snapped).toMatchObject({ road: "East Road", distanceMetres: 0 });
    expect(advice.destination!.hospital.id).toBe("S");
    // A kilometre at 5 km/h.
    expect(advice.destination!.onFootSeconds).toBeCloseTo(720, -1);
    expect(advice.closures!.map(({ text }) => text)).toEqual(["East Road closed, gas leak"]);
    // The hospital on the same closed road, a kilometre on, is all on foot.
    expect(router.recommend({ location: at(9) }).destination).toMatchObject({ hospital: { id: "E" } });
    // Without it, four kilometres back on foot.
    router.setHospitals(router.hospitals.without("E"));
    expect(router.recommend({ location: at(9) }).destination!.onFootSeconds).toBeCloseTo(2880, -1);
  });

  it("starts from the end of a closed street that leads somewhere, not from a stub nearer by", () => {
    const router = routerOver(hospitalsAt({ A: 5 }));
    const kilometre = (km: number): number => router.roads.snap(at(km)).segment;
    // Between the two closed kilometres, the one from 58 to 59 is open and leads nowhere.
    router.roads.close({ segments: [kilometre(57.5), kilometre(59.5)], reason: "flood" });
    const advice = router.recommend({ location: at(57.7) });
    const { hospital, driveSeconds, onFootSeconds } = advice.destination!;
    // Seven hundred metres on foot to kilometre 57, then 52 km.
    expect(hospital.id).toBe("A");
    expect(onFootSeconds).toBeCloseTo(504, 0);
    expect(driveSeconds).toBeCloseTo(52 * 60 + onFootSeconds!, 2);
  });

  it("leaves only the open direction of a road closed one way", () => {
    const county = routerOver(hospitalsAt({ A: 5, B: 20 }));
    const segment = county.roads.snap(at(12.25)).segment;
    const { segmentForwardEdge, edgeHead } = county.roads.graph.columns;
    const forwardIsEast = county.roads.graph.nodePosition(edgeHead[segmentForwardEdge[segment]!]!)[0] > at(12.25)[0];
    county.roads.close({ segments: [segment], direction: forwardIsEast ? "backward" : "forward", reason: "works" });
    const advice = county.recommend({ location: at(12.25) });
    expect(advice.destination).toMatchObject({ hospital: { id: "B" }, driveSeconds: 465 });
    expect(advice.alternatives).toEqual([]);
  });

  it("drives into a hospital from the next open road when its street is closed, and back again", () => {
    const router = routerOver(hospitalsAt({ A: 5.5, B: 30 }), { snapLimitMetres: 2000 });
    const drive = (): number => router.recommend({ location: at(10) }).destination!.driveSeconds;
    expect(drive()).toBe(270);
    const street = router.roads.snap(at(5.5)).segment;
    const { id } = router.roads.close({ segments: [street], reason: "works" });
    // To the end of its street, and half a kilometre on foot to its door.
    expect(drive()).toBeCloseTo(240 + 360, 0);
    const further = router.roads.close({ segments: [router.roads.snap(at(6.5)).segment], reason: "works" });
    // That end is a kilometre and a half on foot now.
    expect(router.recommend({ location: at(10) }).destination!.hospital.id).toBe("B");
    const [far] = router.recommend({ location: at(10) }).alternatives;
    expect(far!.driveSeconds).toBeCloseTo(180 + 1080, 0);
    const west = router.recommend({ location: at(2) }).destination!;
    expect([west.hospital.id, Math.round(west.driveSeconds)]).toEqual(["A", 180 + 360]);
    router.roads.reopen(further.id);
    expect(drive()).toBeCloseTo(240 + 360, 0);
    router.roads.reopen(id);
    expect(drive()).toBe(270);
  });

  it("says that a drive ends short of a closed entrance, and no longer when its street is open again", () => {
    const router = routerOver(hospitalsAt({ A: 5.5, B: 30 }));
    const ask = () => router.recommend({ location: at(10) });
    const before = JSON.stringify(ask());
    const { id } = router.roads.close({ segments: [router.roads.snap(at(5.5)).segment], reason: "crash" });
    const { destination, alternatives, incident } = ask();
    expect(destination!.driveSeconds).toBeCloseTo(240 + 360, 0);
    const text = "the road at its entrance is closed (crash): the drive ends on A1, then 500 m on foot";
    expect(destination!.warnings).toEqual([{ code: "entrance-closed", text: `${text} (6 min, counted in the time)` }]);
    expect(ask().explain()).toContain(`Note: ${text}`);
    expect([alternatives[0]!.warnings, incident.warnings]).toEqual([[], undefined]);
    // Asked from afar the same ED is an alternative: that says so too.
    const [far] = router.recommend({ location: at(29) }).alternatives;
    expect(far!.warnings.map(({ code }) => code)).toEqual(["entrance-closed"]);
    router.roads.reopen(id);
    const after = ask();
    expect(JSON.stringify(after)).toBe(before);
    expect(after.destination!.warnings).toEqual([]);
  });

  it("names the road that is driven last where a closed street begins at a junction", () => {
    const router = town(undefined, { snapLimitMetres: 3000 });
    router.roads.close({ road: "West Road", reason: "flood" });
    const hospitals = HospitalDirectory.parse([{ id: "W", name: "West Hospital", location: at(2.5) }]);
    router.setHospitals(hospitals);
    const endOf = (km: number): string | undefined =>
      router.recommend({ location: at(km) }).destination!.warnings.find(({ code }) => code === "entrance-closed")?.text;
    expect(endOf(9)).toContain("(flood): the drive ends on Long Bridge, then 1500 m on foot");
    router.roads.close({ road: "Long Bridge", reason: "works" });
    expect(endOf(9)).toContain("(flood): the drive ends on Ford Lane, then 1500 m on foot");
  });

  it("does not warn of a closed entrance when the open one is driven to", () => {
    const entrances = [at(5.5), at(12.5)];
    const router = routerOver(hospitalsAt({ A: { km: 9, entrances }, B: 30 }));
    router.roads.close({ segments: [router.roads.snap(at(5.5)).segment], reason: "crash" });
    const codes = (km: number): (string | undefined)[] => {
      const { destination } = router.recommend({ location: at(km) });
      return [destination!.hospital.id, ...destination!.warnings.map(({ code }) => code)];
    };
    expect(codes(14)).toEqual(["A"]);
    expect(codes(2)).toEqual(["A", "entrance-closed"]);
  });

  it("does not warn where the closed road leaves a junction that the entrance and the incident are at", () => {
    const router = routerOver(hospitalsAt({ A: 5 }));
    const { segment } = router.roads.snap(at(5));
    router.roads.close({ segments: [segment], reason: "works" });
    const isWest = router.roads.snap(at(4.5)).segment === segment;
    const { destination } = router.recommend({ location: at(isWest ? 7 : 3) });
    expect(destination).toMatchObject({ driveSeconds: 120, warnings: [] });
    const away = router.roads.snap(at(20)).segment;
    router.roads.close({ segments: [away], reason: "works" });
    const atJunction = router.recommend({ location: at(20) });
    expect(atJunction.incident).not.toHaveProperty("warnings");
  });

  it("says that a drive begins away from the incident when the road there is closed", () => {
    const router = routerOver(hospitalsAt({ A: 5, B: 30 }));
    const ask = () => router.recommend({ location: at(12.25) });
    const before = JSON.stringify(ask());
    const cordon = router.roads.close({ segments: [router.roads.snap(at(12.25)).segment], reason: "cordon" });
    const { incident, destination } = ask();
    expect([destination!.hospital.id, Math.round(destination!.driveSeconds), destination!.warnings]).toEqual([
      "A",
      420 + 180,
      [],
    ]);
    const text =
      "the road at the incident is closed (cordon): 250 m on foot (3 min, counted in the time) to A1, where the drive begins";
    expect(incident.warnings).toEqual([{ code: "road-closed", text }]);
    expect(ask().explain()).toContain(`Note: ${text}`);
    router.roads.reopen(cordon.id);
    expect(JSON.stringify(ask())).toBe(before);
  });

  it("tells of no drive from a closed road when there is none", () => {
    const router = town(undefined, { snapLimitMetres: 3000 });
    for (const road of ["East Road", "South Road"]) router.roads.close({ road, reason: "gas leak" });
    router.setHospitals(HospitalDirectory.parse([{ id: "S", name: "South Hospital", location: at(0, -20) }]));
    const { outcome, incident } = router.recommend({ location: at(6) });
    expect(outcome).toBe("unreachable");
    expect(incident.warnings).toEqual([{ code: "road-closed", text: "the road at the incident is closed (gas leak)" }]);
  });

  it("lets several routers share the roads, each at its own moment", () => {
    const roads = riverTown();
    const [early, late] = [town(roads), town(roads, { clock: () => Date.parse(NOON) + 3_600_000 })];
    roads.close({ bridge: "Long Bridge", reason: "works", from: "2017-05-15T12:30:00+01:00" });
    for (let round = 0; round < 2; round++) {
      expect(early.nearestOpen(WEST)!.hospital.id).toBe("E");
      expect(late.nearestOpen(WEST)!.hospital.id).toBe("S");
    }
  });

  it("refreshes its tables by the schedule it is given, and is exact before, between and after", () => {
    const work: (() => void)[] = [];
    const router = town(undefined, { schedule: (piece) => void work.push(piece) });
    const settle = (): void => {
      while (work.length > 0) work.shift()!();
    };
    settle();
    expect(router.tableIsFresh).toBe(true);
    router.roads.close({ bridge: "Long Bridge", reason: "works" });
    expect(router.nearestOpen(WEST)).toMatchObject({ hospital: { id: "S" }, driveSeconds: 1050 });
    expect(router.tableIsFresh).toBe(false);
    settle();
    expect(router.tableIsFresh).toBe(true);
    expect(router.nearestOpen(WEST)).toMatchObject({ hospital: { id: "S" }, driveSeconds: 1050 });
  });
});

describe("hospitals that come, move and go", () => {
  const order = (router: DiversionRouter, km: number): string[] => {
    const { destination, alternatives } = router.recommend({ location: at(km), alternatives: 50 });
    return [destination!, ...alternatives].map(({ hospital, driveSeconds }) => `${hospital.id} ${driveSeconds}`);
  };

  it("answers as a router made afresh, whatever came before, ties included", () => {
    const roads = smallCounty();
    const random = new SeededRandom(11);
    const router = routerOver(hospitalsAt({ M: 20 }), { roads });
    const ids = ["A", "B", "C", "K", "M", "P", "Z"];
    let hospitals = router.hospitals;
    for (let round = 0; round < 60; round++) {
      const id = random.pick(ids);
      const isHere = hospitals.get(id) !== undefined;
      if (isHere && hospitals.size > 1 && random.next() < 0.4) hospitals = hospitals.without(id);
      // Whole even kilometres make many ties.
      else hospitals = hospitals.with({ id, name: id, location: at(2 * random.integer(30)) });
      router.setHospitals(hospitals);
      if (random.next() < 0.3) roads.close({ segments: [random.integer(60)], reason: "x" });
      for (const closure of roads.closures) if (random.next() < 0.2) roads.reopen(closure.id);
      for (const { id: some } of hospitals.hospitals) router.status.setOpen(some, random.next() < 0.5);
      const status = new StatusBoard(hospitals, { clock: router.clock, history: router.status.history() });
      const fresh = routerOver(hospitals, { roads, status });
      for (let i = 0; i < 5; i++) {
        const location = at(random.integer(61));
        const ask = (one: DiversionRouter): string => JSON.stringify(one.recommend({ location, alternatives: 9 }));
        expect(ask(router), `round ${round}`).toBe(ask(fresh));
      }
    }
  });

  it("keeps the status of those that stay, and the history of those that go", () => {
    const router = routerOver(hospitalsAt({ A: 5, B: 20 }));
    router.status.setOpen("A", false);
    router.setHospitals(
      router.hospitals.with({ id: "A2", name: "New", location: at(9), handoverMinutes: 0 }).without("B"),
    );
    expect(order(router, 10)).toEqual(["A2 60"]);
    expect(router.status.version).toBe(1);
    router.status.setOpen("A", true);
    expect(order(router, 10)).toEqual(["A2 60", "A 300"]);
  });

  it("asks for the status of the new list when it was given one, and refuses another list's", () => {
    const before = hospitalsAt({ A: 5 });
    const after = hospitalsAt({ A: 5, B: 20 });
    const router = routerOver(before, { status: new StatusBoard(before) });
    const codeOf = (status?: StatusBoard): string => {
      try {
        router.setHospitals(after, status);
        return "taken";
      } catch (error) {
        return (error as DiversionError).code;
      }
    };
    expect(codeOf()).toBe("invalid-argument");
    expect(codeOf(new StatusBoard(before))).toBe("invalid-argument");
    expect(router.hospitals).toBe(before);
    expect(codeOf(new StatusBoard(after))).toBe("taken");
    expect(order(router, 10)).toEqual(["A 300", "B 600"]);
  });

  it("changes nothing when one of them is off the roads", () => {
    const router = routerOver(hospitalsAt({ A: 5 }));
    const off = router.hospitals.with({ id: "B", name: "B", location: at(20, 40) });
    expect(() => router.setHospitals(off)).toThrow(DiversionError);
    expect([order(router, 10), router.hospitals.size]).toEqual([["A 300"], 1]);
    const lenient = routerOver(hospitalsAt({ A: 5 }), { hospitalsOffNetwork: "exclude" });
    lenient.setHospitals(off);
    expect(lenient.offNetwork.map(({ id }) => id)).toEqual(["B"]);
    expect(order(lenient, 10)).toEqual(["A 300"]);
    lenient.setHospitals(off.with({ id: "B", name: "B", location: at(12), handoverMinutes: 0 }));
    expect([lenient.offNetwork, order(lenient, 10)]).toEqual([[], ["B 120", "A 300"]]);
  });
});

describe("on the streets of Montevideo", () => {
  it("drives as plain Dijkstra does on the weights of the moment, after any closures", async () => {
    const city = await montevideo();
    const roads = indexRoads((await buildRoadGraph(city.roads)).roads);
    const hospitals = HospitalDirectory.parse(
      city.hospitals.map(({ name, location }, i) => ({
        id: `H${String(i).padStart(2, "0")}`,
        name: name || `Hospital ${i}`,
        location,
      })),
    );
    let now = Date.parse(NOON);
    const router = new DiversionRouter({ roads, hospitals, clock: () => now, hospitalsOffNetwork: "exclude" });
    const random = new SeededRandom(1_517);
    const { graph } = roads;
    const usual = Int32Array.from(roads.weights);
    const somewhere = () => graph.nodePosition(random.integer(graph.nodeCount));
    const when = () => new Date(Date.parse(NOON) + random.integer(600) * 60_000).toISOString();
    let turned = 0;
    for (let round = 0; round < 25; round++) {
      const [lon, lat] = somewhere();
      const d = random.between(0.0005, 0.01);
      const corner = (x: number, y: number) => [lon + x * d, lat + y * d];
      const ring = [corner(-1, -1), corner(1, -1), corner(1, 1), corner(-1, 1), corner(-1, -1)];
      const selection = random.pick([
        { polygon: { type: "Polygon" as const, coordinates: [ring] } },
        { segments: [random.integer(graph.segmentCount), random.integer(graph.segmentCount)] },
        { line: { type: "LineString" as const, coordinates: [corner(0, 0), corner(1, 1)] }, bufferMetres: 15 },
      ]);
      const [a, b] = [when(), when()].sort() as [string, string];
      const period = random.next() < 0.5 || a === b ? {} : { from: a, until: b };
      if (random.next() < 0.3) roads.setSpeed({ ...selection, ...period, factor: 0.25, reason: "slow" });
      else roads.close({ ...selection, ...period, reason: "closed" });
      if (round % 4 === 3) roads.reopen(random.pick(roads.closures).id);
      now = Date.parse(when());
      const weights = Int32Array.from(usual);
      for (const { kind, edges, from, until } of roads.closures) {
        if (now < (from?.epochMs ?? -Infinity) || now >= (until?.epochMs ?? Infinity)) continue;
        for (const edge of edges) {
          const time = kind === "closure" ? INFINITE_MS : usual[edge]! * 4;
          weights[edge] = Math.max(weights[edge]!, time);
        }
      }
      const state = roads.stateAt(now);
      const ends = new DriveEnds(graph, weights, state.closed);
      /** By ED and road point of the incident: whether a vehicle gets away from it and to it. */
      const doors = hospitals.hospitals.map(({ location }) => {
        const door = roads.trySnap(location);
        return door === undefined ? undefined : { door, isDriven: ends.arrivals(door)[0] === door };
      });
      /** Times by plain search; undefined where any of the way may be on foot. */
      const timesFrom = (home: RoadPoint): (number | undefined)[] => {
        const isDriven = ends.departures(home)[0] === home;
        const distance = plainDijkstra(
          graph.topology,
          weights,
          departureAccessPoints(graph, weights, home, state.closed),
        );
        return doors.map((at) => {
          if (at === undefined) return INFINITE_MS;
          if (!isDriven || !at.isDriven) return undefined;
          const seeds = arrivalAccessPoints(graph, weights, at.door, state.closed);
          const direct = directDrive(graph, weights, home, at.door, state.closed)?.milliseconds ?? INFINITE_MS;
          return Math.min(INFINITE_MS, direct, ...seeds.map((s) => distance[s.node]! + s.milliseconds));
        });
      };
      for (let i = 0; i < 4; i++) {
        // On nodes and beside them, one in three on a road that is closed, when there is one.
        const [x, y] = somewhere();
        const barred = weights.findIndex((ms, edge) => ms >= INFINITE_MS && edge >= random.integer(weights.length));
        const location: Position =
          i === 3 && barred >= 0
            ? graph.segmentPositions(graph.columns.keyOfEdge[barred]! >> 1).at(-1)!
            : [x + random.between(-1e-4, 1e-4), y + random.between(-1e-4, 1e-4)];
        if (roads.trySnap(location) === undefined) continue;
        const home = roads.snap(location);
        const advice = router.recommend({ location, alternatives: 50 });
        const options = [advice.destination, ...advice.alternatives].filter((option) => option !== undefined);
        for (const [number, ms] of timesFrom(home).entries()) {
          const { id } = hospitals.hospitals[number]!;
          const told = options.find(({ hospital }) => hospital.id === id)?.driveSeconds ?? INFINITE_MS / 1000;
          const where = `seed 1517, round ${round}, incident ${i} at ${location}, ${id}`;
          if (ms !== undefined) expect(Math.round(told * 1000), where).toBe(ms);
        }
        if (advice.closures !== undefined) turned++;
      }
    }
    expect(turned).toBeGreaterThan(5);
    for (const { id } of roads.closures) roads.reopen(id);
    expect([...roads.weights]).toEqual([...usual]);
  });
});
