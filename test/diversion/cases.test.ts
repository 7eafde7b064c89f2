import createGraph from "ngraph.graph";
import { describe, expect, it } from "vitest";
import { DiversionError } from "../../src/core/errors";
import type { Recommendation } from "../../src/diversion/answer/recommendation";
import type { DiversionRouter, DiversionRouterOptions } from "../../src/diversion/router";
import { readHospitalCsv } from "../../src/hospitals/directory/csv";
import { HospitalDirectory } from "../../src/hospitals/directory/directory";
import { FeedMonitor } from "../../src/hospitals/feeds/feed-monitor";
import { StatusBoard } from "../../src/hospitals/status/status-board";
import { embeddedHospitals, embeddedRoads } from "../../src/node/files/embedded";
import { buildRoadGraph } from "../../src/roads/build/build-road-graph";
import { indexRoads } from "../../src/roads/index-roads";
import { RoadIndex } from "../../src/roads/road-index";
import { fromNgraph } from "../../src/roads/tables/ngraph";
import { stoppedClock } from "../hospitals/support/essex";
import { HALF_SPACING_KM, motorway } from "../support/motorway";
import { type FixtureWay, osmFixture } from "../support/osm-fixture";
import { lineOfNodes, roundProfile } from "../support/road-fixtures";
import { at, hospitalsAt, NOON, routerOver, smallCounty } from "../support/small-county";

type Places = Parameters<typeof hospitalsAt>[0];

const roads = smallCounty();
const router = (places: Places, options: Partial<DiversionRouterOptions> = {}): DiversionRouter =>
  routerOver(hospitalsAt(places), { roads: new RoadIndex(roads), ...options });

const ids = ({ destination, alternatives }: Recommendation): string[] =>
  [destination, ...alternatives].flatMap((option) => (option === undefined ? [] : [option.hospital.id]));
const destinationOf = (advice: Recommendation): string | undefined => advice.destination?.hospital.id;
const warnings = (advice: Recommendation): string[] => advice.destination?.warnings.map(({ code }) => code) ?? [];
const because = (advice: Recommendation): string[] =>
  advice.passedOver.map(({ hospital, because }) => `${hospital.id}: ${because.map(({ text }) => text).join("; ")}`);
const failure = (action: () => unknown): DiversionError => {
  try {
    action();
  } catch (error) {
    if (error instanceof DiversionError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
};

const report = (target: DiversionRouter, effect: "divert" | "refuse", ...hospitals: string[]): void => {
  for (const hospital of hospitals) target.status.report({ hospital, effect, reason: "full" });
};

/** EDs at numbered nodes of a line of streets, 36 km/h everywhere. */
async function townOf(ways: readonly FixtureWay[], eds: Readonly<Record<string, number>>): Promise<DiversionRouter> {
  const nodes = lineOfNodes(40);
  const profile = { ...roundProfile(), ferry: { boardingWaitSeconds: 600 } };
  const built = await buildRoadGraph(osmFixture({ nodes, ways }), { profile });
  const hospitals = Object.entries(eds).map(([id, node]) => ({ id, name: `${id} Hospital`, location: nodes[node]! }));
  return routerOver(HospitalDirectory.parse(hospitals.map((one) => ({ ...one, location: [...one.location] }))), {
    roads: indexRoads(built.roads, { snapLimitMetres: 1000 }),
  });
}
const node = (number: number): [number, number] => [...lineOfNodes(40)[number]!] as [number, number];
const street = (nodes: readonly number[], km?: number): FixtureWay => ({
  nodes,
  tags: { highway: "residential", maxspeed: "36", ...(km === undefined ? {} : { length_km: String(km) }) },
});
const ferry = (nodes: readonly number[]): FixtureWay => ({ nodes, tags: { route: "ferry", duration: "5" } });

/** Two straight roads of 49 km on one line, a kilometre of sea between them. */
function mainlandAndIsland(): RoadIndex {
  const graph = createGraph<{ lon: number; lat: number }, { milliseconds: number }>();
  for (let km = 0; km < 100; km++) {
    const [lon, lat] = at(km);
    graph.addNode(km, { lon, lat });
  }
  for (let km = 0; km < 99; km++) {
    if (km === 49) continue;
    graph.addLink(km, km + 1, { milliseconds: 60_000 });
    graph.addLink(km + 1, km, { milliseconds: 60_000 });
  }
  return indexRoads(fromNgraph(graph).roads, { snapLimitMetres: 1000 });
}

/** The cases a dispatcher hits, in the words of the domain. */
const cases = new Set<string>();
function theCase(words: string, tests: () => void): void {
  cases.add(words);
  describe(`case: ${words}`, tests);
}

theCase("all EDs divert", () => {
  it("is answered by the nearest diverting ED, allOnDivert: true", () => {
    const target = router({ A: 9, B: 14, C: 30 });
    report(target, "divert", "A", "B", "C");
    const advice = target.recommend({ location: at(10) });
    expect(advice).toMatchObject({ outcome: "all-on-divert", allOnDivert: true });
    expect([ids(advice), warnings(advice), advice.extraSeconds]).toEqual([
      ["A", "B", "C"],
      ["on-divert", "all-on-divert"],
      0,
    ]);
    expect(JSON.parse(JSON.stringify(advice)).allOnDivert).toBe(true);
  });

  it("is answered by no destination, no-facility, when all refuse", () => {
    const target = router({ A: 9, B: 14 });
    report(target, "refuse", "A", "B");
    const advice = target.recommend({ location: at(10) });
    expect([advice.outcome, advice.destination, advice.alternatives]).toEqual(["no-facility", undefined, []]);
    expect(because(advice)).toEqual(["A: refuses all patients, full", "B: refuses all patients, full"]);
    expect(advice.explain()).toMatch(/^No ED that can be reached can take this patient\./);
  });
});

theCase("nearest is over a closed bridge or a ferry", () => {
  it("is answered by the next by road, the closure named, when the bridge closes", () => {
    const target = router({ A: 15, B: 0 });
    expect(destinationOf(target.recommend({ location: at(10) }))).toBe("A");
    target.roads.close({ point: at(12.5), bufferMetres: 100, reason: "bridge strike" });
    const advice = target.recommend({ location: at(10) });
    expect([destinationOf(advice), advice.destination!.driveSeconds]).toEqual(["B", 600]);
    expect(advice.closures?.map(({ reason }) => reason)).toEqual(["bridge strike"]);
  });

  it("says that the way is by ferry, and nothing of the kind where it is by road", async () => {
    const target = await townOf([street([1, 2]), ferry([2, 4]), street([4, 5]), street([2, 6], 8)], { A: 4, B: 6 });
    const { destination, alternatives } = target.recommend({ location: target.hospitals.get("B")!.location });
    const codes = new Map(
      [destination!, ...alternatives].map(({ hospital, warnings }) => [hospital.id, warnings.map(({ code }) => code)]),
    );
    expect(codes.get("A")).toContain("ferry");
    expect(codes.get("B")).not.toContain("ferry");
  });

  it("has the ferry's wait in the cost", async () => {
    // 5 min of crossing and 10 of waiting, against 8 km at 36 km/h.
    const target = await townOf([street([1, 2]), ferry([2, 4]), street([4, 5]), street([2, 6], 8)], { A: 4, B: 6 });
    const advice = target.recommend({ location: node(2), alternatives: 1 });
    expect([destinationOf(advice), advice.destination!.driveSeconds]).toEqual(["B", 800]);
    expect(Math.abs(advice.alternatives[0]!.driveSeconds - 900)).toBeLessThan(0.01);
  });

  it("has no straight-line fallback", () => {
    const target = router({ A: 15 });
    target.roads.close({ point: at(12.5), bufferMetres: 100, reason: "bridge strike" });
    const advice = target.recommend({ location: at(10) });
    expect([advice.outcome, advice.destination, advice.passedOver[0]!.driveSeconds]).toEqual([
      "unreachable",
      undefined,
      undefined,
    ]);
  });
});

theCase("island whose one ED diverts", () => {
  it("is answered by that ED, flagged: no alternative by road", async () => {
    const target = routerOver(hospitalsAt({ A: 30, M: 70 }), { roads: mainlandAndIsland() });
    report(target, "divert", "A");
    const advice = target.recommend({ location: at(10) });
    expect([advice.outcome, advice.allOnDivert, ids(advice)]).toEqual(["all-on-divert", true, ["A"]]);
    expect(warnings(advice)).toEqual(["on-divert", "all-on-divert", "no-alternative"]);
    expect(advice.explain()).toMatch(/Note: no other ED can be reached by road from here\./);
  });
});

theCase("incident on the wrong carriageway", () => {
  const ends = HospitalDirectory.parse(
    [0, 20].map((km) => ({ id: `H${km}`, name: `H${km} Hospital`, location: at(km) })),
  );
  const eastbound = at(8, HALF_SPACING_KM);

  it("has both directions as candidates unless a bearing is given, and says so when the answers differ", () => {
    const target = routerOver(ends, { roads: motorway() });
    const advice = target.recommend({ location: eastbound });
    expect(destinationOf(advice)).toBe("H20");
    expect(advice.snapAmbiguous!.candidates.map(({ destination }) => destination!.id)).toEqual(["H20", "H0"]);
    const west = target.recommend({ location: eastbound, bearing: 270 });
    expect([destinationOf(west), west.snapAmbiguous]).toEqual(["H0", undefined]);
  });

  it("may leave a two-way road either way", () => {
    const target = router({ A: 9, B: 14 });
    expect(destinationOf(target.recommend({ location: at(11.25) }))).toBe("A");
    expect(destinationOf(target.recommend({ location: at(11.75) }))).toBe("B");
  });
});

theCase("point snaps to a dead fragment (private estate, unconnected track)", () => {
  const mainRoad = street(Array.from({ length: 30 }, (_, index) => index + 1));
  it("is answered from the next usable road, and the distance snapped is told", async () => {
    // A one-way stub: whoever is on it cannot leave.
    const stub: FixtureWay = { nodes: [10, 39], tags: { highway: "residential", oneway: "yes" } };
    const nodes = { ...lineOfNodes(40), 39: [0.009, 51.001] as const };
    const built = await buildRoadGraph(osmFixture({ nodes, ways: [mainRoad, stub] }), { profile: roundProfile() });
    const target = routerOver(HospitalDirectory.parse([{ id: "A", name: "A Hospital", location: node(1) }]), {
      roads: indexRoads(built.roads, { snapLimitMetres: 500 }),
    });
    const { incident, destination } = target.recommend({ location: [0.009, 51.001] });
    expect(destination!.hospital.id).toBe("A");
    expect(incident.snapped.location).toEqual(node(10));
    expect(incident.snapped.distanceMetres).toBeCloseTo(111.2, 1);
  });

  it("is a clear error beyond the limit", () => {
    const error = failure(() => router({ A: 5 }).recommend({ location: at(10, 1.5) }));
    expect([error.code, error.message]).toEqual(["off-network", expect.stringMatching(/1000 m/)]);
  });
});

theCase("status changes en route", () => {
  it("is re-ranked from where the ambulance is", () => {
    const target = router({ A: 20, B: 45, C: 0 });
    const conveyance = target.track({ id: "a1", location: at(11) });
    expect(conveyance.destination?.id).toBe("A");
    const told: string[] = [];
    conveyance.onAdvice(({ from, to, because }) => told.push(`${from?.id}>${to?.id} ${because[0]!.code}`));
    conveyance.update(at(13.5), "2017-05-15T12:02:30+01:00");
    report(target, "divert", "A");
    expect(told).toEqual(["A>C divert"]);
    report(target, "divert", "C");
    expect(told).toEqual(["A>C divert", "C>B divert"]);
    // Withdrawn: A is far sooner than B, and was left for its divert alone.
    target.status.clear("A", "divert");
    expect(told).toEqual(["A>C divert", "C>B divert", "B>A returned"]);
  });
});

theCase("feed recovers with an older message", () => {
  it("is dropped, and counted", () => {
    const { status } = router({ A: 5, B: 20 });
    const said = (observedAt: string, reason: string) =>
      status.report({ hospital: "A", effect: "divert", reason, observedAt });
    expect(said("2017-05-15T11:00:00+01:00", "newer").outcome).toBe("accepted");
    expect(said("2017-05-15T10:00:00+01:00", "older").outcome).toBe("late");
    expect(status.counts).toEqual({ accepted: 1, duplicate: 0, late: 1 });
    expect(status.view().restrictionsOf("A")[0]!.reason).toBe("newer");
  });
});

theCase("last Sunday of March, 01:00-02:00 missing; of October, twice", () => {
  const openAt = (opens: string, closes: string, instant: string): boolean => {
    const openingHours = { zone: "Europe/London", periods: [{ weekly: [{ opens, closes }] }] };
    const target = router({ A: { km: 10, openingHours } });
    const { destination } = target.recommend({ location: at(10), at: instant });
    return destination !== undefined && destination.waitSeconds === undefined;
  };

  it("evaluates wall-clock rules on instants in March: 00:30 to 02:30 lasts one hour", () => {
    const open = ["00:29:59", "00:30:00", "00:59:59", "01:00:00", "01:29:59", "01:30:00"].map((time) =>
      openAt("00:30", "02:30", `2017-03-26T${time}Z`),
    );
    expect(open).toEqual([false, true, true, true, true, false]);
  });

  it("evaluates wall-clock rules on instants in October: 00:30 to 02:30 lasts three hours", () => {
    const open = ["23:29:59", "23:30:00"].map((time) => openAt("00:30", "02:30", `2017-10-28T${time}Z`));
    const later = ["00:30:00", "01:30:00", "02:29:59", "02:30:00"].map((time) =>
      openAt("00:30", "02:30", `2017-10-29T${time}Z`),
    );
    expect([...open, ...later]).toEqual([false, true, true, true, true, false]);
  });

  it("ends a divert at its instant, whichever of the two 01:30s is meant", () => {
    const target = router({ A: 5, B: 20 });
    const until = (text: string): void =>
      void target.status.report({ hospital: "A", effect: "divert", reason: "full", until: text });
    const arriving = (instant: string): string | undefined =>
      destinationOf(target.recommend({ location: at(5), at: instant }));
    until("2017-10-29T01:30:00+01:00");
    expect(arriving("2017-10-29T01:10:00+00:00")).toBe("A");
    until("2017-10-29T01:30:00+00:00");
    expect(arriving("2017-10-29T01:10:00+00:00")).toBe("B");
    expect(arriving("2017-10-29T01:30:00+00:00")).toBe("A");
  });
});

theCase("divert until 14:00, arrival 14:10", () => {
  it("is a candidate, marked opensBeforeArrival", () => {
    const target = router({ A: 0, B: 60 });
    target.status.report({ hospital: "A", effect: "divert", reason: "full", until: "2017-05-15T14:00:00+01:00" });
    const advice = target.recommend({ location: at(20), at: "2017-05-15T13:50:00+01:00" });
    expect(advice.destination).toMatchObject({
      hospital: { id: "A" },
      arrival: "2017-05-15T14:10:00+01:00",
      opensBeforeArrival: true,
      warnings: [
        {
          code: "opens-before-arrival",
          text: "divert until 14:00, full: it will have ended when the ambulance arrives",
        },
      ],
    });
    expect(advice.alternatives[0]!.opensBeforeArrival).toBeUndefined();
    expect(advice.passedOver).toEqual([]);
  });

  it("is marked the same where the door opens on the way", () => {
    const openingHours = { zone: "Europe/London", periods: [{ weekly: [{ opens: "08:00", closes: "22:00" }] }] };
    const target = router({ A: { km: 0, openingHours }, B: 60 });
    const { destination } = target.recommend({ location: at(20), at: "2017-05-15T07:50:00+01:00" });
    expect([destination!.hospital.id, destination!.opensBeforeArrival]).toEqual(["A", true]);
    expect(destination!.warnings).toEqual([
      { code: "opens-before-arrival", text: "shut until 08:00, and open when the ambulance arrives" },
    ]);
  });
});

theCase("injured child: paediatric trauma centre 50 min, adult one 20", () => {
  const child = { location: at(5), needs: ["major-trauma"], age: 8 };
  const centres: Places = {
    P: { km: 55, capabilities: [{ capability: "major-trauma", maxAge: 15 }] },
    Q: { km: 25, capabilities: [{ capability: "major-trauma", minAge: 16 }] },
  };

  it("keeps to the age bands, and explains the fallback chain", () => {
    const advice = router({ ...centres, T: { km: 15, capabilities: ["trauma"] } }).recommend(child);
    expect(ids(advice)).toEqual(["T", "P"]);
    expect(advice.destination!.warnings).toEqual([
      {
        code: "bypass-fallback",
        text: "P Hospital for major trauma is 50 min away, beyond the 45 min of the bypass rule: nearest ED for trauma as a stop",
      },
    ]);
    const adult = router({ ...centres, T: { km: 15, capabilities: ["trauma"] } }).recommend({ ...child, age: 30 });
    expect([destinationOf(adult), because(adult)]).toEqual(["Q", ["T: does not offer major trauma"]]);
  });

  it("goes the whole way when nobody nearer takes a child, and says that this is beyond the rule's time", () => {
    const advice = router(centres).recommend(child);
    expect([destinationOf(advice), advice.destination!.driveSeconds]).toEqual(["P", 3000]);
    expect(advice.destination!.warnings).toEqual([
      {
        code: "beyond-bypass",
        text: "beyond the 45 min of the bypass rule, and no nearer ED for trauma can be used",
      },
    ]);
    expect(because(advice)).toEqual(["Q: does not take patients of this age for major trauma"]);
  });
});

theCase("trauma at Broomfield diverted to Southend", () => {
  const fifteenMay = async (): Promise<DiversionRouter> => {
    const essex = await embeddedRoads();
    const target = routerOver(await embeddedHospitals(essex), { roads: essex });
    target.status.report({
      hospital: "RQ8L0",
      effect: "divert",
      scope: { needs: ["trauma"] },
      divertTo: "RAJ01",
      from: "2017-05-15T15:00:00+01:00",
      until: "2017-05-16T15:00:00+01:00",
      reason: "IT outage",
    });
    return target;
  };
  const chelmsford: [number, number] = [0.469, 51.7356];
  const monday = "2017-05-15T17:00:00+01:00";

  it("sends the injured of Chelmsford to Southend, and leaves other patients unaffected", async () => {
    const target = await fifteenMay();
    const trauma = target.recommend({ location: chelmsford, needs: ["trauma"], at: monday });
    expect(destinationOf(trauma)).toBe("RAJ01");
    expect(trauma.passedOver.find(({ hospital }) => hospital.id === "RQ8L0")!.because).toEqual([
      { code: "divert", text: "trauma divert to Southend Hospital since 15:00 until 15:00 on 16 May, IT outage" },
    ]);
    for (const needs of [[], ["stroke"], ["maternity"]]) {
      const before = await embeddedRoads();
      const usual = routerOver(await embeddedHospitals(before), { roads: before });
      const question = { location: chelmsford, needs, at: monday };
      expect(destinationOf(target.recommend(question))).toBe(destinationOf(usual.recommend(question)));
    }
  });

  it("checks Southend for itself", async () => {
    const target = await fifteenMay();
    report(target, "refuse", "RAJ01");
    const trauma = target.recommend({ location: chelmsford, needs: ["trauma"], at: monday });
    expect(["RQ8L0", "RAJ01"]).not.toContain(destinationOf(trauma));
    expect(trauma.passedOver.find(({ hospital }) => hospital.id === "RQ8L0")!.because[1]).toEqual({
      code: "receiver-unusable",
      text: "Southend Hospital, which it names, refuses this patient itself",
    });
  });
});

theCase("A diverts to B, B to A", () => {
  const cycle = (places: Places): DiversionRouter => {
    const target = router(places);
    target.status.report({ hospital: "A", effect: "divert", divertTo: "B", reason: "full" });
    target.status.report({ hospital: "B", effect: "divert", divertTo: "A", reason: "full" });
    return target;
  };

  it("finds the cycle, ignores both hints, and keeps to rule 2 between the pair", () => {
    const advice = cycle({ A: 14, B: 8 }).recommend({ location: at(10) });
    expect([advice.outcome, advice.allOnDivert, ...ids(advice)]).toEqual(["all-on-divert", true, "B", "A"]);
    expect(advice.destination!.warnings).toEqual([
      { code: "on-divert", text: "divert to A Hospital, full" },
      { code: "receiver-unusable", text: "A Hospital in turn diverts to B Hospital: both names are ignored" },
      {
        code: "all-on-divert",
        text: "used although it asks for a divert, because every ED that could take the patient does",
      },
    ]);
  });

  it("goes to a third that accepts", () => {
    const advice = cycle({ A: 14, B: 8, C: 40 }).recommend({ location: at(10) });
    expect([advice.outcome, destinationOf(advice)]).toEqual(["destination", "C"]);
    expect(because(advice)).toEqual([
      "B: divert to A Hospital, full; A Hospital in turn diverts to B Hospital: both names are ignored",
      "A: divert to B Hospital, full; B Hospital in turn diverts to A Hospital: both names are ignored",
    ]);
  });
});

theCase("third nearest has 10 min handover, nearest 90", () => {
  it("ranks by the total, and shows the drive alone", () => {
    const target = router({
      A: { km: 12, handoverMinutes: 90 },
      B: { km: 6, handoverMinutes: 60 },
      C: { km: 20, handoverMinutes: 10 },
    });
    const advice = target.recommend({ location: at(10) });
    const shown = [advice.destination!, ...advice.alternatives].map(
      ({ hospital, driveSeconds, totalSeconds, driveRank }) => [hospital.id, driveSeconds, totalSeconds, driveRank],
    );
    expect(shown).toEqual([
      ["C", 600, 1200, 3],
      // Of each handover 45 min count: the crew leaves the patient by then.
      ["A", 120, 2820, 1],
      ["B", 240, 2940, 2],
    ]);
    expect(because(advice)).toEqual([
      "A: handover there takes about 45 min, so care would begin later",
      "B: handover there takes about 45 min, so care would begin later",
    ]);
  });
});

theCase("incident near Wales or Scotland", () => {
  it("finds the border no barrier; an ED with no feed is unknown, not closed", () => {
    const clock = stoppedClock(NOON);
    const hospitals = hospitalsAt({ E: 10, W: 40 });
    const status = new StatusBoard(hospitals, { clock });
    const feeds = new FeedMonitor(status, [{ id: "england", hospitals: ["E"], timeToLiveMs: 600_000 }], { clock });
    feeds.apply("england", {
      hospitals: [{ hospital: "E", state: "accepting", restrictions: [] }],
      unmatched: [],
      notes: [],
    });
    const advice = routerOver(hospitals, { status, feeds, clock }).recommend({ location: at(30) });
    expect(advice.destination).toMatchObject({
      hospital: { id: "W" },
      warnings: [{ code: "unknown-status", text: "status unknown: no feed reports on this ED" }],
    });
  });
});

theCase("duplicate or moved hospital id", () => {
  it("is rejected at load, with both rows named", () => {
    const broomfield = { id: "RQ8L0", name: "Broomfield Hospital", location: [0.4663, 51.7741] };
    const southend = { id: "RAJ01", name: "Southend Hospital", location: [0.6885, 51.5539] };
    const moved = { ...broomfield, location: [0.47, 51.78] };
    const error = failure(() => HospitalDirectory.parse([broomfield, southend, moved]));
    expect([error.code, error.place]).toEqual(["duplicate-hospital", { row: 3, field: "id" }]);
    expect(error.message).toMatch(/in row 1 \(Broomfield Hospital\) and in row 3 \(Broomfield Hospital\)/);
    const csv = "id,name,lon,lat\nA,North,0.1,51\nB,South,0.2,51\nA,North,0.3,51\n";
    expect(failure(() => readHospitalCsv(csv)).code).toBe("duplicate-hospital");
  });
});

theCase("incident inside the hospital grounds", () => {
  it("works at zero minutes", () => {
    const target = router({ A: { km: 12.5, handoverMinutes: 10 }, B: 20 });
    const advice = target.recommend({ location: at(12.5) });
    expect(advice.destination).toMatchObject({
      hospital: { id: "B" },
      driveSeconds: 450,
    });
    report(target, "refuse", "B");
    expect(target.recommend({ location: at(12.5) }).destination).toMatchObject({
      hospital: { id: "A" },
      driveSeconds: 0,
      distanceMetres: 0,
      totalSeconds: 600,
      arrival: "2017-05-15T12:00:00+01:00",
    });
    expect(target.route(target.recommend({ location: at(12.5) }))!.properties.driveSeconds).toBe(0);
  });
});

theCase("longitude and latitude swapped", () => {
  it("is an error that says so when the swapped point lies inside the road graph", () => {
    const [lon, lat] = at(10);
    const error = failure(() => router({ A: 5 }).recommend({ location: [lat, lon] }));
    expect([error.code, error.message]).toEqual(["off-network", expect.stringMatching(/swapped/)]);
    const elsewhere = failure(() => router({ A: 5 }).recommend({ location: [10, 10] }));
    expect([elsewhere.code, elsewhere.message]).toEqual(["off-network", expect.not.stringMatching(/swapped/)]);
  });
});

describe("the table of cases", () => {
  it("has all of the domain, none missing", () => {
    expect(cases.size).toBe(17);
  });
});
