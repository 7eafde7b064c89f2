import { describe, expect, it } from "vitest";
import { DiversionError } from "../../src/core/errors";
import type { Recommendation } from "../../src/diversion/answer/recommendation";
import { NearestOpenRouter } from "../../src/diversion/nearest-open-router";
import { DiversionRouter } from "../../src/diversion/router";
import { BUILT_IN_POLICIES, ENGLAND_DEFAULT } from "../../src/diversion/rules/policy";
import { DIJKSTRA_ENGINE } from "../../src/shortest-path/dijkstra/dijkstra-engine";
import { REFERENCE_ENGINE } from "../../src/shortest-path/dijkstra/reference-engine";
import type { EngineChoice } from "../../src/shortest-path/engine";
import { at, hospitalsAt, NOON, routerOver, smallCounty } from "../support/small-county";

const ids = (advice: Recommendation): string[] => [
  ...(advice.destination === undefined ? [] : [advice.destination.hospital.id]),
  ...advice.alternatives.map(({ hospital }) => hospital.id),
];
const reasons = (advice: Recommendation): string[] =>
  advice.passedOver.map(({ hospital, because }) => `${hospital.id}: ${because.map(({ code }) => code).join("+")}`);
const codeOf = (action: () => unknown): string => {
  try {
    action();
    return "nothing thrown";
  } catch (error) {
    if (error instanceof DiversionError) return `${error.code}: ${error.describe()}`;
    throw error;
  }
};

describe("DiversionRouter.recommend", () => {
  it.each<EngineChoice | undefined>([undefined, DIJKSTRA_ENGINE, REFERENCE_ENGINE])(
    "ranks by drive time, with %s",
    (engine) => {
      const router = routerOver(hospitalsAt({ A: 5, B: 20, C: 40 }), engine === undefined ? {} : { engine });
      const advice = router.recommend({ location: at(12.25) });
      expect(advice.outcome).toBe("destination");
      expect(ids(advice)).toEqual(["A", "B", "C"]);
      expect(advice.destination).toEqual({
        hospital: { id: "A", name: "A Hospital" },
        driveSeconds: 435,
        distanceMetres: advice.destination!.distanceMetres,
        handoverSeconds: 0,
        totalSeconds: 435,
        arrival: "2017-05-15T12:07:15+01:00",
        warnings: [],
      });
      expect(advice.destination!.distanceMetres).toBeCloseTo(7250, -1);
      expect([advice.extraSeconds, advice.extraMetres, advice.passedOver]).toEqual([0, 0, []]);
    },
  );

  it("gives the documented fields in the documented order, and the same bytes each time", () => {
    const ask = (): string => {
      const router = routerOver(hospitalsAt({ A: 5, B: 20 }));
      router.status.report({ hospital: "A", effect: "divert", reason: "full", observedAt: NOON });
      return JSON.stringify(router.recommend({ location: at(12), at: NOON }));
    };
    expect(Object.keys(JSON.parse(ask()))).toEqual([
      "outcome",
      "incident",
      "destination",
      "alternatives",
      "passedOver",
      "unrestricted",
      "extraSeconds",
      "extraMetres",
      "basis",
    ]);
    expect(ask()).toBe(ask());
    expect(JSON.parse(ask()).basis).toEqual({
      roads: smallCounty().checksum,
      hospitals: hospitalsAt({ A: 5, B: 20 }).checksum,
      policy: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
      statusVersion: 1,
      at: NOON,
    });
  });

  it("passes a diverting ED over, says why, and what it costs", () => {
    const recorded = ["trauma"];
    const router = routerOver(
      hospitalsAt({ A: { km: 5, recorded }, B: { km: 20, recorded }, C: { km: 40, recorded } }),
    );
    router.status.report({
      hospital: "A",
      effect: "divert",
      scope: { needs: ["trauma"] },
      from: "2017-05-12T12:00:00+01:00",
      reason: "IT outage",
    });
    // Nobody here is a trauma unit: the divert is about what nobody could take anyway.
    expect(reasons(router.recommend({ location: at(10), needs: ["trauma"] }))).toEqual([
      "A: capability",
      "B: capability",
      "C: capability",
    ]);
    const trauma = routerOver(
      hospitalsAt({
        A: { km: 5, capabilities: ["trauma"] },
        B: { km: 20, capabilities: ["trauma"] },
        C: 40,
      }),
    );
    trauma.status.report({
      hospital: "A",
      effect: "divert",
      scope: { needs: ["trauma"] },
      from: "2017-05-12T12:00:00+01:00",
      divertTo: "B",
      reason: "IT outage",
    });
    const advice = trauma.recommend({ location: at(10), needs: ["trauma"], at: "2017-05-15T15:00:00+01:00" });
    expect(ids(advice)).toEqual(["B"]);
    expect(advice.passedOver).toEqual([
      {
        hospital: { id: "A", name: "A Hospital" },
        driveSeconds: 300,
        because: [{ code: "divert", text: "trauma divert to B Hospital since 12 May, IT outage" }],
      },
    ]);
    expect(advice.extraSeconds).toBe(300);
    expect(advice.extraMetres).toBeCloseTo(5000, -1);
    // Everyone else is unaffected.
    expect(ids(trauma.recommend({ location: at(10) }))).toEqual(["A", "B", "C"]);
  });

  it("uses the nearest diverting ED when all divert, and says so; a refusing one never", () => {
    const router = routerOver(hospitalsAt({ A: 5, B: 20, C: 40 }));
    router.status.report({ hospital: "A", effect: "refuse", reason: "evacuated" });
    router.status.setOpen("B", false);
    router.status.setOpen("C", false);
    const advice = router.recommend({ location: at(10) });
    expect(advice.outcome).toBe("all-on-divert");
    expect(ids(advice)).toEqual(["B", "C"]);
    expect(advice.destination!.warnings.map(({ code }) => code)).toEqual(["on-divert", "all-on-divert"]);
    expect(reasons(advice)).toEqual(["A: refuse"]);
    expect(router.nearestOpen(at(10))).toBeUndefined();
  });

  it("has no destination when all refuse, and none when no road leads anywhere", () => {
    const router = routerOver(hospitalsAt({ A: 5, B: 20 }));
    for (const id of ["A", "B"]) router.status.report({ hospital: id, effect: "refuse", reason: "evacuated" });
    const advice = router.recommend({ location: at(10) });
    expect([advice.outcome, advice.destination, advice.extraSeconds]).toEqual(["no-facility", undefined, undefined]);
    expect(reasons(advice)).toEqual(["A: refuse", "B: refuse"]);
    expect(routerOver(hospitalsAt({})).recommend({ location: at(10) }).outcome).toBe("unreachable");
  });

  it("judges at the predicted arrival, to the millisecond", () => {
    const router = routerOver(hospitalsAt({ A: 5, B: 20 }), { policy: { ...ENGLAND_DEFAULT, waitMinutes: 0 } });
    const until = (time: string): string | undefined => {
      router.status.report({ hospital: "A", effect: "divert", reason: "full", until: `2017-05-15T${time}+01:00` });
      return router.recommend({ location: at(10) }).destination?.hospital.id;
    };
    expect(until("12:05:00")).toBe("A");
    expect(until("12:05:00.001")).toBe("B");
  });

  it("ranks on time to care: a nearer ED with a long handover is passed over for it", () => {
    const router = routerOver(hospitalsAt({ A: { km: 5, handoverMinutes: 90 }, B: { km: 20, handoverMinutes: 10 } }));
    const advice = router.recommend({ location: at(10) });
    expect(ids(advice)).toEqual(["B", "A"]);
    expect([advice.destination!.driveSeconds, advice.destination!.totalSeconds]).toEqual([600, 1200]);
    expect(reasons(advice)).toEqual(["A: handover"]);
    expect(ids(router.recommend({ location: at(10), acuity: "extremis" }))).toEqual(["A", "B"]);
  });

  it("takes a patient in extremis to the nearest ED that does not refuse, whatever it diverts or lacks", () => {
    const router = routerOver(hospitalsAt({ A: 9, B: { km: 20, capabilities: ["trauma"] }, C: 12 }));
    router.status.setOpen("A", false);
    router.status.report({ hospital: "C", effect: "refuse", reason: "flooded" });
    const advice = router.recommend({ location: at(11), needs: ["trauma"], acuity: "extremis" });
    expect(ids(advice)).toEqual(["A", "B"]);
    expect(advice.destination!.warnings.map(({ code }) => code)).toEqual(["on-divert", "capability"]);
    expect(reasons(advice)).toEqual(["C: refuse"]);
  });

  it("follows a named receiver that accepts, and ignores one that does not: no chains, no cycles", () => {
    const router = routerOver(hospitalsAt({ A: 9, B: 14, C: 30, D: 50 }));
    router.status.report({ hospital: "A", effect: "divert", divertTo: "C", reason: "agreed with C" });
    const toC = router.recommend({ location: at(10), alternatives: 1 });
    expect(ids(toC)).toEqual(["C", "B"]);
    expect(reasons(toC)).toEqual(["A: divert", "B: named-receiver"]);
    router.status.report({ hospital: "C", effect: "divert", divertTo: "D", reason: "full too" });
    expect(ids(router.recommend({ location: at(10), alternatives: 0 }))).toEqual(["B"]);
    router.status.report({ hospital: "C", effect: "divert", divertTo: "A", reason: "full too" });
    expect(ids(router.recommend({ location: at(10), alternatives: 0 }))).toEqual(["B"]);
    for (const id of ["B", "D"]) router.status.setOpen(id, false);
    const all = router.recommend({ location: at(10), alternatives: 0 });
    expect([all.outcome, ...ids(all)]).toEqual(["all-on-divert", "A"]);
  });

  it("keeps to age limits, and takes a patient of unknown age for an adult", () => {
    const children = { km: 9, capabilities: [{ capability: "emergency", maxAge: 15 }] };
    const router = routerOver(hospitalsAt({ A: children, B: 20 }));
    expect(ids(router.recommend({ location: at(10), age: 8, alternatives: 0 }))).toEqual(["A"]);
    expect(ids(router.recommend({ location: at(10), age: 40 }))).toEqual(["B"]);
    const unknown = router.recommend({ location: at(10) });
    expect([...ids(unknown), ...reasons(unknown)]).toEqual(["B", "A: age"]);
  });

  it("knows when an ED or a service is shut at the predicted arrival, and when it opens", () => {
    const night = { zone: "Europe/London", periods: [{ weekly: [{ opens: "08:00", closes: "22:00" }] }] };
    const router = routerOver(
      hospitalsAt({ A: { km: 9, openingHours: night }, B: { km: 20, capabilities: ["stroke"] } }),
    );
    const at2150 = "2017-07-05T21:50:00+01:00";
    expect(ids(router.recommend({ location: at(10), at: at2150, alternatives: 0 }))).toEqual(["A"]);
    const late = router.recommend({ location: at(19), at: at2150 });
    expect(ids(late)).toEqual(["B"]);
    const shut = router.recommend({ location: at(10), at: "2017-07-05T21:59:30+01:00" });
    expect(shut.passedOver[0]!.because).toEqual([{ code: "closed", text: "shut until 08:00 on 6 July" }]);
  });

  it("lets a divert without an end lapse as the policy says, and a flag and a refusal hold until they are changed", () => {
    const router = routerOver(hospitalsAt({ A: 9, B: 20 }), { policy: { ...ENGLAND_DEFAULT, waitMinutes: 0 } });
    router.status.report({ hospital: "A", effect: "divert", reason: "full" });
    const destinationAt = (time: string): string =>
      router.recommend({ location: at(10), at: `2017-05-15T${time}+01:00`, alternatives: 0 }).destination!.hospital.id;
    expect([destinationAt("15:58:59.999"), destinationAt("15:59:00")]).toEqual(["B", "A"]);
    const lapsed = router.recommend({ location: at(10), at: "2017-05-15T17:00:00+01:00" });
    expect(lapsed.destination!.warnings.map(({ code }) => code)).toEqual(["lapsed"]);
    router.status.setOpen("A", false);
    expect(destinationAt("23:00:00")).toBe("B");
    router.status.setOpen("A", true);
    router.status.report({ hospital: "A", effect: "refuse", reason: "flooded" });
    expect(destinationAt("23:00:00")).toBe("B");
  });

  it("marks an ED whose divert ends before the ambulance arrives", () => {
    const router = routerOver(hospitalsAt({ A: 5, B: 20 }));
    router.status.report({ hospital: "A", effect: "divert", reason: "full", until: "2017-05-15T12:04:00+01:00" });
    const { destination } = router.recommend({ location: at(10) });
    expect([destination!.hospital.id, destination!.warnings[0]!.code]).toEqual(["A", "opens-before-arrival"]);
  });

  it("goes to the specialist centre within the policy's time, else to the nearest fallback, and says how far it is", () => {
    const hospitals = hospitalsAt({
      A: { km: 12, capabilities: ["trauma"] },
      B: { km: 60, capabilities: ["major-trauma"] },
    });
    const router = routerOver(hospitals);
    const near = router.recommend({ location: at(15), needs: ["major-trauma"] });
    expect([near.destination!.hospital.id, near.destination!.driveSeconds]).toEqual(["B", 2700]);
    const far = router.recommend({ location: at(14), needs: ["major-trauma"] });
    expect(ids(far)).toEqual(["A", "B"]);
    expect(far.destination!.warnings).toEqual([
      {
        code: "bypass-fallback",
        text: "B Hospital for major trauma is 46 min away, beyond the 45 min of the bypass rule: nearest ED for trauma as a stop",
      },
    ]);
    // Without a fallback nearer than the centre, the centre it is.
    expect(
      ids(
        routerOver(hospitalsAt({ B: { km: 60, capabilities: ["major-trauma"] } })).recommend({
          location: at(1),
          needs: ["major-trauma"],
        }),
      ),
    ).toEqual(["B"]);
  });

  it("shows diverts and does not follow them where the policy suspends diversion; refusals still hold", () => {
    const router = routerOver(hospitalsAt({ A: 9, B: 20, C: 30 }), {
      policy: BUILT_IN_POLICIES.get("diversion-banned")!,
    });
    router.status.setOpen("A", false);
    router.status.report({ hospital: "B", effect: "refuse", reason: "flooded" });
    const advice = router.recommend({ location: at(11) });
    expect([advice.outcome, ...ids(advice)]).toEqual(["destination", "A", "C"]);
    expect(advice.destination!.warnings.map(({ code }) => code)).toEqual(["on-divert"]);
  });

  it("counts zero for an incident at the door, and drives along one segment without passing a node", () => {
    const router = routerOver(hospitalsAt({ A: 5.75, B: 20 }));
    expect(router.recommend({ location: at(5.75) }).destination!.driveSeconds).toBe(0);
    const beside = router.recommend({ location: at(5.25) });
    expect([beside.destination!.hospital.id, beside.destination!.driveSeconds]).toEqual(["A", 30]);
    expect(beside.destination!.distanceMetres).toBeCloseTo(500, -1);
    expect(router.route(beside)!.geometry.coordinates).toEqual(
      [at(5.25), at(5.75)].map((p) => expect.arrayContaining(p)),
    );
  });

  it("uses the nearest of several entrances, by drive time", () => {
    const router = routerOver(hospitalsAt({ A: { km: 17, entrances: [at(17), at(13)] }, B: 5 }));
    const advice = router.recommend({ location: at(10) });
    expect([advice.destination!.hospital.id, advice.destination!.driveSeconds]).toEqual(["A", 180]);
  });

  it("writes instants in the offset of the question, or of the policy's zone", () => {
    const router = routerOver(hospitalsAt({ A: 5 }));
    const arrival = (moment?: string | Date): string =>
      router.recommend({ location: at(10), ...(moment === undefined ? {} : { at: moment }) }).destination!.arrival;
    expect(arrival("2017-05-15T11:00:00Z")).toBe("2017-05-15T11:05:00Z");
    expect(arrival("2017-05-15T07:00:00-04:00")).toBe("2017-05-15T07:05:00-04:00");
    expect(arrival()).toBe("2017-05-15T12:05:00+01:00");
    expect(arrival(new Date("2017-12-15T11:00:00Z"))).toBe("2017-12-15T11:05:00+00:00");
  });

  it("refuses what it does not know, naming the field, and anything that could identify a patient", () => {
    const router = routerOver(hospitalsAt({ A: 5 }));
    const ask = (request: unknown): string => codeOf(() => router.recommend(request as never));
    expect(ask({ location: at(10), name: "J. Smith" })).toMatch(/^invalid-incident: .*name.*identifies a patient/s);
    expect(ask({ location: at(10), needs: ["truma"] })).toMatch(/invalid-incident: .*needs\.0.*Did you mean.*trauma/s);
    expect(ask({ location: [52, 181] })).toMatch(/^invalid-location/);
    expect(ask({ location: "A1" })).toMatch(/^invalid-location/);
    expect(ask({})).toMatch(/^invalid-location/);
    expect(ask({ location: at(10), age: -1 })).toMatch(/^invalid-incident: field age/);
    expect(ask({ location: at(10), at: "2017-05-15 12:00" })).toMatch(/^invalid-incident: field at/);
    expect(ask({ location: at(10), alternatives: 1.5 })).toMatch(/^invalid-incident: field alternatives/);
  });

  it("says when a location is off the roads, and when longitude and latitude look swapped", () => {
    const router = routerOver(hospitalsAt({ A: 5 }));
    expect(codeOf(() => router.recommend({ location: at(10, 2) }))).toMatch(/^off-network.*1000 m/);
    const [lon, lat] = at(10);
    expect(codeOf(() => router.recommend({ location: [lat, lon] }))).toMatch(/^off-network.*look swapped/);
  });
});

describe("DiversionRouter", () => {
  it("flips the plain flag", () => {
    const router = routerOver(hospitalsAt({ A: 5, B: 20 }));
    expect(router.nearestOpen(at(10))).toMatchObject({ hospital: { id: "A" }, driveSeconds: 300 });
    router.status.setOpen("A", false);
    expect(router.nearestOpen(at(10))).toMatchObject({ hospital: { id: "B" }, driveSeconds: 600 });
    router.status.setOpen("A", true);
    expect(router.nearestOpen(at(10))).toMatchObject({ hospital: { id: "A" } });
    expect(codeOf(() => router.status.setOpen("Z", false))).toMatch(/^unknown-hospital/);
  });

  it("answers for the nearest open ED as a NearestOpenRouter does, whatever was changed", () => {
    const parts = {
      roads: smallCounty(),
      hospitals: hospitalsAt({ A: 5, B: 20, C: 40 }),
      clock: () => Date.parse(NOON),
    };
    const routers = [new DiversionRouter(parts), new NearestOpenRouter(parts)] as const;
    const answers = (): unknown[] => routers.map((router) => router.nearestOpen(at(10)));
    const expectBoth = (id: string | undefined): void => {
      for (const answer of answers())
        expect((answer as { hospital: { id: string } } | undefined)?.hospital.id).toBe(id);
      expect(answers()[1]).toEqual(answers()[0]);
    };
    expectBoth("A");
    for (const { status } of routers) status.setOpen("A", false);
    expectBoth("B");
    for (const router of routers) router.setPolicy({ ...router.policy, diverts: "ignore" });
    for (const { status } of routers) status.report({ hospital: "B", effect: "divert", reason: "full" });
    expectBoth("A");
    for (const router of routers) router.setPolicy(ENGLAND_DEFAULT);
    expectBoth("C");
    for (const router of routers) router.setHospitals(router.hospitals.with({ id: "D", name: "D", location: at(11) }));
    expectBoth("D");
    const [profile] = parts.roads.profiles;
    expect(routers.map((router) => router.withProfile(profile!).constructor)).toEqual([
      DiversionRouter,
      NearestOpenRouter,
    ]);
    parts.roads.close({ edges: Array.from(parts.roads.graph.columns.edgeHead.keys()), reason: "flood" });
    expect(answers()[1]).toEqual(answers()[0]);
  });

  it("draws the way as GeoJSON, road by road, seconds and metres adding up", () => {
    const router = routerOver(hospitalsAt({ A: 5, B: 20 }));
    const advice = router.recommend({ location: at(12.25, 0.3) });
    const way = router.route(advice)!;
    expect(way.geometry.coordinates.length).toBe(9);
    expect(way.geometry.coordinates[0]).toEqual([...advice.incident.snapped.location]);
    expect(way.geometry.coordinates.at(-1)).toEqual(at(5));
    expect(way.properties).toMatchObject({
      destination: { id: "A" },
      driveSeconds: 435,
      legs: [{ ref: "A1", seconds: 435 }],
    });
    expect(way.properties.distanceMetres).toBe(advice.destination!.distanceMetres);
    expect(router.route(advice, "B")!.properties.driveSeconds).toBe(465);
    expect(codeOf(() => router.route(advice, "Q"))).toMatch(/^unknown-hospital/);
  });

  it("names hospitals off the roads, and leaves them out only when told to", () => {
    const hospitals = hospitalsAt({ A: 5, B: { km: 20, entrances: [at(20, 3)] } });
    expect(codeOf(() => routerOver(hospitals))).toMatch(
      /^hospital-off-network: field B: B Hospital is off these roads/,
    );
    const router = routerOver(hospitals, { hospitalsOffNetwork: "exclude" });
    expect(router.offNetwork).toMatchObject([{ id: "B", name: "B Hospital" }]);
    expect(ids(router.recommend({ location: at(19) }))).toEqual(["A"]);
  });

  it("refuses a status of another hospital list", () => {
    const { status } = routerOver(hospitalsAt({ A: 5 }));
    expect(codeOf(() => routerOver(hospitalsAt({ A: 6 }), { status }))).toMatch(
      /^invalid-argument.*another hospital list/,
    );
  });

  it("explains in words that can be read aloud", () => {
    const router = routerOver(hospitalsAt({ A: 5, B: 20 }));
    router.status.setOpen("A", false, { reason: "IT outage" });
    expect(router.recommend({ location: at(10) }).explain()).toBe(
      [
        "Go to B Hospital: 10 min by road, 10.0 km.",
        "With nothing restricted it would be A Hospital, 5 min and 5.0 km less.",
        "Passed over A Hospital (5 min): divert, IT outage.",
      ].join("\n"),
    );
  });
});

describe("a router given the wrong parts", () => {
  const roads = smallCounty();
  const hospitals = hospitalsAt({ A: 10 });
  it.each([
    ["roads", { roads: undefined, hospitals }],
    ["hospitals", { roads, hospitals: [{ id: "A" }] }],
    ["policy", { roads, hospitals, policy: "maryland-like" }],
    ["policy", { roads, hospitals, policy: { name: "x" } }],
    ["engine", { roads, hospitals, engine: "a-star" }],
  ])("says that it is the %s, and where that comes from", (field, parts) => {
    expect(() => new DiversionRouter(parts as never)).toThrow(
      expect.objectContaining({
        code: "invalid-argument",
        place: { field },
        message: expect.stringMatching(/comes from/),
      }),
    );
  });
});
