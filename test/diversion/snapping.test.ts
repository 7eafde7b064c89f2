import { describe, expect, it } from "vitest";
import type { RecommendationRequest } from "../../src/diversion/incidents/request";
import { DECISION_LOG_FORMAT, DecisionRecorder, readDecisions } from "../../src/diversion/log/decision-log";
import { replayDecisions } from "../../src/diversion/log/decision-replay";
import { DiversionRouter, type DiversionRouterOptions } from "../../src/diversion/router";
import { HospitalDirectory } from "../../src/hospitals/directory/directory";
import type { HospitalInput } from "../../src/hospitals/directory/hospital";
import { HALF_SPACING_KM, motorway, roadsOfWays } from "../support/motorway";
import { at, NOON } from "../support/small-county";

const EASTBOUND = at(8, HALF_SPACING_KM);
const WESTBOUND = at(8, -HALF_SPACING_KM);

const hospital = (id: string, location: [number, number], fields: Partial<HospitalInput> = {}): HospitalInput => ({
  id,
  name: `${id} Hospital`,
  location,
  handoverMinutes: 0,
  ...fields,
});

const BOTH_ENDS = [hospital("West", at(0)), hospital("East", at(20))];

const routerTo = (
  hospitals: readonly HospitalInput[] = BOTH_ENDS,
  options: Partial<DiversionRouterOptions> = {},
): DiversionRouter =>
  new DiversionRouter({
    roads: motorway(),
    hospitals: HospitalDirectory.parse([...hospitals]),
    clock: () => Date.parse(NOON),
    ...options,
  });

describe("an incident on a dual carriageway", () => {
  it("goes where its carriageway leads, and says that the other leads elsewhere", () => {
    const router = routerTo();
    const advice = router.recommend({ location: EASTBOUND });
    expect(advice.destination).toMatchObject({ hospital: { id: "East" } });
    expect(advice.destination!.driveSeconds).toBeCloseTo(720, -1);
    expect(advice.incident.warnings!.map(({ code }) => code)).toEqual(["secluded-road", "snap-ambiguous"]);
    expect(advice.snapAmbiguous).toEqual({
      toleranceSeconds: 60,
      candidates: [
        {
          snapped: { ...advice.incident.snapped, road: "M25", bearing: 90 },
          outcome: "destination",
          destination: { id: "East", name: "East Hospital" },
          driveSeconds: advice.destination!.driveSeconds,
        },
        {
          snapped: { location: WESTBOUND, distanceMetres: 25, road: "M25", bearing: 270 },
          outcome: "destination",
          destination: { id: "West", name: "West Hospital" },
          driveSeconds: router.recommend({ location: WESTBOUND }).destination!.driveSeconds,
        },
      ],
    });
    expect(advice.explain().split("\n")).toEqual([
      "Go to East Hospital: 12 min by road, 12.0 km.",
      "The location does not tell which road the incident is on: this is for M25 eastbound, 0 m away.",
      "If the incident is on the other carriageway (M25 westbound, 25 m away): go to West Hospital, 8 min by road.",
      "Note: the incident was taken to be on M25, a motorway or its slip road.",
    ]);
  });

  it("is taken to be on the carriageway that the bearing fits, even from a position on the other", () => {
    const router = routerTo();
    for (const location of [EASTBOUND, WESTBOUND, at(8)]) {
      for (const [bearing, id] of [
        [90, "East"],
        [75.5, "East"],
        [270, "West"],
      ] as const) {
        const advice = router.recommend({ location, bearing });
        expect(advice.destination?.hospital.id, `${location} ${bearing}`).toBe(id);
        expect([advice.snapAmbiguous, advice.incident.warnings, advice.incident.bearing]).toEqual([
          undefined,
          undefined,
          bearing,
        ]);
        // The way drawn begins on the same carriageway.
        const way = router.route(advice)!;
        expect(way.properties.driveSeconds).toBe(advice.destination!.driveSeconds);
        expect(way.geometry.coordinates[0]).toEqual([...advice.incident.snapped.location]);
      }
    }
  });

  it("is as it would be without a bearing when no road fits it, with a warning", () => {
    const router = routerTo();
    const { incident, destination, snapAmbiguous } = router.recommend({ location: EASTBOUND, bearing: 0 });
    expect(incident.warnings!.map(({ code }) => code)).toEqual([
      "bearing-not-matched",
      "secluded-road",
      "snap-ambiguous",
    ]);
    expect([destination!.hospital.id, snapAmbiguous!.candidates.length]).toEqual(["East", 2]);
  });

  it("keeps its bytes where all roads near lead to the same answer", () => {
    const router = routerTo();
    const corner = at(12.005, 1.995);
    expect(router.roads.snapCandidates(corner).map(({ road }) => road.name)).toEqual(["Old Road", "Mill Lane"]);
    const advice = router.recommend({ location: corner });
    expect(Object.keys(advice)).not.toContain("snapAmbiguous");
    expect(Object.keys(advice.incident)).toEqual(["location", "snapped", "needs"]);
  });

  it("compares drive times where the ED is the same", () => {
    // Eastward 12 km; westward 8 km to the end and 20 km back.
    const router = routerTo([hospital("East", at(20))]);
    const advice = router.recommend({ location: EASTBOUND });
    const times = advice.snapAmbiguous!.candidates.map(({ driveSeconds }) => driveSeconds!);
    expect(times[0]).toBe(advice.destination!.driveSeconds);
    expect(advice.explain()).toContain("(M25 westbound, 25 m away): go to East Hospital, 28 min by road.");
  });

  it("takes drives that differ by a minute as one, and by more as two", () => {
    // Two parallel one-way streets 15 m apart, of which only one leads straight to the hospital; the other goes round by
    // a loop of so many metres.
    const isAmbiguous = (loopMetres: number): boolean => {
      const end = 1 + loopMetres / 2000;
      const roads = roadsOfWays(
        {
          a: at(0),
          b: at(1),
          c: at(0, 0.015),
          d: at(end, 0.015),
          e: at(end, 0.03),
          f: at(1, 0.03),
          g: at(1, -1),
          h: at(0, -1),
        },
        [
          { road: { name: "First Street" }, places: ["a", "b"], isOneWay: true },
          { road: { name: "Second Street" }, places: ["c", "d", "e", "f", "b"], isOneWay: true },
          { road: { name: "Back Lane" }, places: ["b", "g", "h", "a", "c"] },
        ],
      );
      return routerTo([hospital("H", at(1))], { roads }).recommend({ location: at(0.5) }).snapAmbiguous !== undefined;
    };
    expect([isAmbiguous(900), isAmbiguous(1100)]).toEqual([false, true]);
  });

  it("tells outcomes apart as well as EDs", () => {
    const router = routerTo([hospital("West", at(0)), hospital("East", at(20))]);
    for (const id of ["West", "East"]) router.status.setOpen(id, false);
    const advice = router.recommend({ location: EASTBOUND });
    expect(advice.outcome).toBe("all-on-divert");
    const lines = advice.explain().split("\n");
    expect(lines).toContain(
      "Note: used although it asks for a divert, because every ED that could take the patient does.",
    );
    expect(lines).toContain(
      "If the incident is on the other carriageway (M25 westbound, 25 m away): go to West Hospital, 8 min by road, although it does not accept such patients now: no ED does.",
    );
  });
});

describe("a bridge over a motorway", () => {
  const HOSPITALS = [hospital("North", at(12, 2)), ...BOTH_ENDS];

  it("is one of three roads the incident may be on", () => {
    const advice = routerTo(HOSPITALS).recommend({ location: at(12, -0.004) });
    expect(advice.incident.snapped.road).toBe("Mill Lane");
    expect(advice.destination!.hospital.id).toBe("North");
    expect(
      advice.snapAmbiguous!.candidates.map(({ snapped, destination }) => [
        snapped.road,
        snapped.bearing,
        snapped.layer,
        destination!.id,
      ]),
    ).toEqual([
      ["Mill Lane", undefined, 1, "North"],
      ["M25", 270, undefined, "West"],
      ["M25", 90, undefined, "East"],
    ]);
    expect(advice.explain()).toContain("this is for Mill Lane on the upper level, 0 m away.");
  });

  it("gives way to the motorway that is named, with both carriageways, and to the one that is named with a bearing", () => {
    const router = routerTo(HOSPITALS);
    const named = router.recommend({ location: at(12, -0.004), roadName: "M25 anticlockwise" });
    expect([named.incident.snapped.road, named.destination!.hospital.id]).toEqual(["M25", "West"]);
    expect(named.snapAmbiguous!.candidates.map(({ snapped }) => snapped.bearing)).toEqual([270, 90]);
    const told = router.recommend({ location: at(12, -0.004), roadName: "m 25", bearing: 90 });
    expect([told.destination!.hospital.id, told.snapAmbiguous]).toEqual(["East", undefined]);
  });

  it("keeps to the nearest road when none near has the name, and says so", () => {
    const { incident, destination } = routerTo(HOSPITALS).recommend({ location: at(12, 0.3), roadName: "M25" });
    expect([incident.snapped.road, destination!.hospital.id]).toEqual(["Mill Lane", "North"]);
    expect(incident.warnings).toEqual([
      { code: "road-name-not-found", text: "no road here is called M25: the nearest was taken" },
    ]);
  });
});

describe("a two-way road", () => {
  it("is left in either direction, and in one when a bearing is given", () => {
    const router = routerTo([hospital("Near", at(5, 2)), hospital("Far", at(16, 2))]);
    const place = at(8, 2);
    expect(router.recommend({ location: place }).destination!.hospital.id).toBe("Near");
    expect(router.recommend({ location: place, bearing: 270 }).destination!.hospital.id).toBe("Near");
    const eastward = router.recommend({ location: place, bearing: 90 });
    // The first junction eastward is Mill Lane's, 4 km on; turning round there costs 11 km in all, and Far is 8 km away.
    expect([eastward.destination!.hospital.id, Math.round(eastward.destination!.driveSeconds)]).toEqual(["Far", 480]);
    expect(router.route(eastward)!.properties.driveSeconds).toBe(eastward.destination!.driveSeconds);
    const back = router.route(eastward, "Near")!;
    expect(Math.round(back.properties.driveSeconds)).toBe(660);
    expect(back.properties.distanceMetres).toBeCloseTo(11_000, -2);
  });

  it("reaches a hospital on the same piece of road only ahead, not behind", () => {
    const router = routerTo([hospital("Beside", at(8.5, 2))]);
    const seconds = (bearing: number): number =>
      router.recommend({ location: at(8, 2), bearing }).destination!.driveSeconds;
    expect(Math.round(seconds(90))).toBe(30);
    expect(Math.round(seconds(270))).toBe(390);
  });
});

describe("a closed road", () => {
  it("is left on foot along it, and the other carriageway is told of where no bearing says which", () => {
    const router = routerTo();
    const [eastbound] = router.roads.snapCandidates(EASTBOUND);
    const closure = router.roads.close({ segments: [eastbound!.point.segment], reason: "crash" });
    for (const bearing of [undefined, 90]) {
      const advice = router.recommend({ location: EASTBOUND, ...(bearing === undefined ? {} : { bearing }) });
      expect(advice.destination!.hospital.id).toBe("East");
      expect(advice.destination!.onFootSeconds).toBeGreaterThan(1000);
      const others = advice.snapAmbiguous?.candidates.slice(1).map(({ destination }) => destination!.id);
      expect(others).toEqual(bearing === undefined ? ["West"] : undefined);
      expect(advice.closures!.map(({ reason }) => reason)).toEqual(["crash"]);
    }
    router.roads.reopen(closure.id);
    expect(router.recommend({ location: EASTBOUND, bearing: 90 }).destination!.hospital.id).toBe("East");
  });

  it("is left in the direction that is open when that of the bearing is not", () => {
    const router = routerTo([hospital("Near", at(5, 2)), hospital("Far", at(16, 2))]);
    const place = at(8, 2);
    const [eastward] = router.roads.snapCandidates(place, { bearingDegrees: 90 });
    const { segment, direction } = eastward!.point;
    router.roads.close({ edges: router.roads.graph.edgesOfSegment(segment, direction!), reason: "works" });
    const advice = router.recommend({ location: place, bearing: 90 });
    expect([advice.destination!.hospital.id, Math.round(advice.destination!.driveSeconds)]).toEqual(["Near", 180]);
  });

  it("is noticed by ambulances under way that its bearing or name placed there", () => {
    const router = routerTo();
    const going = router.track({ id: "a1", location: EASTBOUND, bearing: 270 });
    expect(going.destination?.id).toBe("West");
    const [westbound] = router.roads.snapCandidates(EASTBOUND, { bearingDegrees: 270 });
    const closure = router.roads.close({ segments: [westbound!.point.segment], reason: "crash" });
    // It is more than five kilometres to where the closed carriageway is left.
    expect(router.recommend({ location: EASTBOUND, bearing: 270 }).outcome).toBe("unreachable");
    expect(going.state.driveSeconds).toBeUndefined();
    router.roads.reopen(closure.id);
    expect(going.destination?.id).toBeDefined();
    expect(going.state.driveSeconds).toBeDefined();
  });
});

describe("ambulance entrances on a dual carriageway", () => {
  it("are reached on the carriageway they open on", () => {
    const eastSide = routerTo([hospital("A", at(10, 0.03))]).recommend({
      location: at(8, HALF_SPACING_KM),
      bearing: 90,
    });
    expect(eastSide.destination!.driveSeconds).toBeCloseTo(120, -1);
    const westSide = routerTo([hospital("A", at(10, -0.03))]).recommend({
      location: at(8, HALF_SPACING_KM),
      bearing: 90,
    });
    // Round by the end of the motorway.
    expect(westSide.destination!.driveSeconds).toBeCloseTo(60 * 22, -2);
  });

  it("are chosen among by drive time: one on each side serves both directions", () => {
    const router = routerTo([
      hospital("A", at(10), { entrances: [at(10, 0.03), at(10, -0.03)] }),
      hospital("Other", at(16, 2)),
    ]);
    for (const [km, bearing] of [
      [8, 90],
      [12.5, 270],
    ] as const) {
      const advice = router.recommend({ location: at(km), bearing });
      expect(advice.destination!.hospital.id).toBe("A");
      expect(advice.destination!.driveSeconds).toBeCloseTo(60 * Math.abs(10 - km), -1);
    }
  });

  it("on a two-way road are reached from both sides", () => {
    const router = routerTo([hospital("A", at(8.5, 2.02))]);
    for (const [km, bearing] of [
      [8, 90],
      [9, 270],
    ] as const) {
      expect(router.recommend({ location: at(km, 2), bearing }).destination!.driveSeconds).toBeCloseTo(30, 0);
    }
  });
});

describe("a private estate that no other road joins", () => {
  it("is walked from to the road outside it, and the answer says how far that is", () => {
    const estate = { x: at(1, 0.2), y: at(1.2, 0.2) };
    const roads = roadsOfWays({ a: at(0), b: at(1), c: at(2), ...estate }, [
      { road: { ref: "A1" }, places: ["a", "b", "c"] },
      { road: { name: "Private Drive" }, places: ["x", "y"] },
    ]);
    const router = routerTo([hospital("H", at(2))], { roads });
    const { incident, destination } = router.recommend({ location: at(1.1, 0.21), roadName: "Private Drive" });
    expect([incident.snapped.road, Math.round(incident.snapped.distanceMetres)]).toEqual(["A1", 210]);
    // 54 s by car, and 200 m on foot from the drive to the road.
    expect(Math.round(destination!.onFootSeconds!)).toBe(144);
    expect(Math.round(destination!.driveSeconds)).toBe(54 + 144);
    expect(incident.warnings!.map(({ code }) => code)).toEqual(["not-nearest-road", "road-name-not-found"]);
    expect(() => router.recommend({ location: at(1.1, 1.1) })).toThrow(
      expect.objectContaining({ code: "off-network" }),
    );
  });
});

describe("bearing and road name of a question", () => {
  it.each([
    [{ bearing: 360 }, "bearing"],
    [{ bearing: -1 }, "bearing"],
    [{ bearing: "90" }, "bearing"],
    [{ roadName: "" }, "roadName"],
    [{ roadName: "?!" }, "roadName"],
    [{ roadName: "x".repeat(101) }, "roadName"],
    [{ roadName: 25 }, "roadName"],
  ])("refuses %j", (fields, field) => {
    expect(() => routerTo().recommend({ location: EASTBOUND, ...fields } as never)).toThrow(
      expect.objectContaining({ code: "invalid-incident", place: { field } }),
    );
  });

  it("are kept in the decision log, and decide again in replay", () => {
    const router = routerTo();
    const lines = [DECISION_LOG_FORMAT.header()];
    const recorder = new DecisionRecorder(router, (line) => {
      lines.push(line(lines.at(-1)!.checksum));
      return lines.at(-1)!;
    });
    const requests: RecommendationRequest[] = [
      { location: EASTBOUND, bearing: 270.5 },
      { location: at(12, 0.004), roadName: "M25", bearing: 90 },
      { location: at(12, 0.004), roadName: "M25" },
      { location: at(12, 0.3), roadName: "Église" },
      { location: EASTBOUND },
    ];
    for (const request of requests) recorder.record(request, router.recommend(request));
    const log = lines.map(({ text }) => text).join("");
    const { roads, hospitals } = router;
    expect(replayDecisions(readDecisions(log), { roads, hospitals })).toEqual({ decisions: 5, reproduced: 5 });
    const logged = [...readDecisions(log)];
    expect(logged.map(({ request: { at: _, ...request } }) => request)).toEqual(requests);
    // A bearing that was not recorded would be noticed.
    const { bearing: _, ...without } = logged[0]!.request;
    const tampered = [{ ...logged[0]!, request: without }];
    expect(replayDecisions(tampered, { roads, hospitals }).difference?.part).toBe("answer");
  });

  it("place an ambulance under way on its carriageway, until it moves on", () => {
    const router = routerTo();
    const going = router.track({ id: "a1", location: EASTBOUND, bearing: 270 });
    expect(going.destination?.id).toBe("West");
    going.update(at(8, HALF_SPACING_KM), "2017-05-15T12:01:00+01:00");
    expect(going.state.driveSeconds).toBeGreaterThan(720);
  });

  it("place it anew with each position that brings a bearing", () => {
    const going = routerTo().track({ id: "a1", location: EASTBOUND, bearing: 270 });
    const [minute, next] = ["2017-05-15T12:01:00+01:00", "2017-05-15T12:02:00+01:00"];
    const before = going.state.driveSeconds;
    expect(going.update(EASTBOUND, minute, { bearing: 270 })).toBe(true);
    expect([going.destination?.id, going.state.driveSeconds]).toEqual(["West", before]);
    expect(() => going.update(EASTBOUND, next, { bearing: 400 })).toThrow(
      expect.objectContaining({ code: "invalid-incident" }),
    );
    going.update(EASTBOUND, next, { bearing: 90 });
    expect(going.state.driveSeconds).not.toBe(before);
  });
});
