import { describe, expect, it } from "vitest";
import { DiversionError } from "../../src/core/errors";
import type { DiversionRouter } from "../../src/diversion/router";
import { type Distribution, distribute } from "../../src/planning/distribution/distribution";
import { type DistributionRequest, readCasualties } from "../../src/planning/distribution/distribution-request";
import { RandomWorlds } from "../support/naive/random-world";
import { routerOfWorld } from "../support/naive/router-of-world";
import { at, hospitalsAt, NOON, routerOver } from "../support/small-county";

type Places = Parameters<typeof hospitalsAt>[0];
type Casualties = DistributionRequest["incidents"][number]["casualties"];

const routerTo = (places: Places): DiversionRouter => routerOver(hospitalsAt(places));
const plan = (router: DiversionRouter, casualties: Casualties, more: Partial<DistributionRequest> = {}): Distribution =>
  distribute(router, { incidents: [{ location: at(10), casualties }], at: NOON, ...more });
const byHospital = ({ assignments }: Distribution): Record<string, string[]> => {
  const found: Record<string, string[]> = {};
  for (const { casualty, hospital } of assignments) (found[hospital.id] ??= []).push(casualty);
  return found;
};
const errorOf = (action: () => unknown): string => {
  try {
    action();
  } catch (error) {
    if (error instanceof DiversionError) return `${error.code} ${error.place.row ?? ""} ${error.place.field ?? ""}`;
    throw error;
  }
  return "nothing thrown";
};

describe("many casualties are distributed (domain rule 32)", () => {
  it("fills the nearest with whom a minute counts most, and sends the others on", () => {
    const router = routerTo({ A: 12, B: 20, C: 40 });
    const found = plan(
      router,
      [
        { id: "p3", priority: "P3", count: 3 },
        { id: "p1", priority: "P1", count: 2 },
        { id: "p2", priority: "P2" },
      ],
      { capacity: { A: { total: 2 }, B: { P3: 1, total: 2 } } },
    );
    expect(byHospital(found)).toEqual({ A: ["p1/1", "p1/2"], B: ["p2", "p3/1"].reverse(), C: ["p3/2", "p3/3"] });
    expect(found.unplaced).toEqual([]);
    // 2 P1 of 2 min, a P2 of 10 and a P3 of 10, two P3 of 30.
    expect(found.weightedSeconds).toBe(60 * (4 * 2 * 2 + 2 * 10 + 10 + 2 * 30));
    expect(found.latestSeconds).toBe(1800);
    expect(found.capacity).toEqual([
      // A P3 would be brought there and not to C, 28 min sooner; the P2 would gain 8 min, twice.
      {
        hospital: { id: "A", name: "A Hospital" },
        priority: "total",
        used: 2,
        of: 2,
        oneMoreWouldSaveSeconds: 28 * 60,
      },
      { hospital: { id: "B", name: "B Hospital" }, priority: "P3", used: 1, of: 1, oneMoreWouldSaveSeconds: 0 },
      { hospital: { id: "B", name: "B Hospital" }, priority: "total", used: 2, of: 2, oneMoreWouldSaveSeconds: 0 },
    ]);
    expect(found.assignments.every(({ wave }) => wave === 1)).toBe(true);
    expect(found.withoutLimit).toEqual([{ hospital: { id: "C", name: "C Hospital" }, used: 2 }]);
    expect(found.basis).toMatchObject({ statusVersion: 0, at: NOON });
  });

  it("leaves no P1 unplaced for a P2's sake, however far, and says who has no place and why", () => {
    const router = routerTo({ A: 12, B: { km: 58, capabilities: ["burns"] } });
    const found = plan(
      router,
      [
        { id: "burnt", priority: "P2", needs: ["burns"] },
        { id: "p1", priority: "P1", count: 2 },
        { id: "p3", priority: "P3" },
      ],
      { capacity: { A: { total: 1 }, B: { total: 1 } } },
    );
    expect(byHospital(found)).toEqual({ A: ["p1/1"], B: ["p1/2"] });
    expect(found.unplaced.map(({ casualty, because }) => [casualty, because[0]!.code])).toEqual([
      ["burnt", "no-capacity"],
      ["p3", "no-capacity"],
    ]);
    const nobody = plan(routerTo({ A: { km: 12, recorded: ["burns"] } }), [{ priority: "P1", needs: ["burns"] }]);
    expect(nobody.unplaced).toEqual([
      {
        casualty: "1",
        priority: "P1",
        because: [{ code: "no-facility", text: "no ED can take them; the nearest, A Hospital: does not offer burns" }],
      },
    ]);
  });

  it("uses an ED that asks for a divert only where no other has room, and never one that refuses", () => {
    const router = routerTo({ A: 11, B: 12, C: 20 });
    router.status.report({ hospital: "A", effect: "refuse", reason: "flooded" });
    router.status.report({ hospital: "B", effect: "divert", reason: "full" });
    const found = plan(router, [{ id: "p", priority: "P2", count: 3 }], { capacity: { C: { total: 2 } } });
    expect(byHospital(found)).toEqual({ B: ["p/1"], C: ["p/2", "p/3"] });
    expect(found.assignments.filter(({ diverts }) => diverts).map(({ hospital }) => hospital.id)).toEqual(["B"]);
  });

  it("serves the objective asked for", () => {
    const router = routerTo({ A: 6, B: 13, C: 20 });
    const casualties: Casualties = [
      { id: "p1", priority: "P1", needs: [] },
      { id: "p2", priority: "P2", count: 4 },
    ];
    const capacity = { A: { total: 1 }, B: { total: 3 }, C: { total: 5 } };
    expect(byHospital(plan(router, casualties, { capacity, objective: "priority" })).B).toContain("p1");
    // Somebody has to go to A (4 min) or C (10): the last arrives soonest if nobody goes to C.
    const latest = plan(routerTo({ A: 6, B: 13, C: 20 }), [{ id: "p", priority: "P3", count: 4 }], {
      capacity: { A: { total: 4 }, B: { total: 3 } },
      objective: "latest",
    });
    expect([latest.latestSeconds, byHospital(latest)]).toEqual([240, { A: ["p/4"], B: ["p/1", "p/2", "p/3"] }]);
  });

  it("sends one casualty where a recommendation sends one patient, in random worlds", () => {
    const seed = 9;
    const worlds = new RandomWorlds(seed);
    for (let i = 0; i < 400; i++) {
      const world = worlds.next();
      const router = routerOfWorld(world);
      const { node, needs, age, acuity } = world.question;
      const location = at(...world.network.nodes[node]!);
      const patient = {
        needs: JSON.parse(JSON.stringify(needs)),
        ...(age === undefined ? {} : { age }),
        ...(acuity === undefined ? {} : { acuity }),
      };
      const advice = router.recommend({ location, at: world.at, ...patient });
      const { assignments, unplaced } = distribute(router, {
        incidents: [{ location, casualties: [{ priority: "P2", ...patient }] }],
        at: world.at,
      });
      const what = `seed ${seed}, world ${i}`;
      expect(assignments.map(({ hospital }) => hospital.id)[0], what).toBe(advice.destination?.hospital.id);
      expect(assignments.map(({ driveSeconds }) => driveSeconds)[0], what).toBe(advice.destination?.driveSeconds);
      expect(unplaced.map(({ because }) => because[0]!.code)[0], what).toBe(
        advice.destination === undefined ? advice.outcome : undefined,
      );
    }
  });

  it("is never hurt by more room, nor the others by one casualty less, and repeats itself byte for byte", () => {
    const seed = 10;
    const worlds = new RandomWorlds(seed);
    const unplacedOf = ({ unplaced }: Distribution): number => unplaced.length;
    for (let i = 0; i < 60; i++) {
      const world = worlds.next();
      const router = routerOfWorld(world);
      const what = `seed ${seed}, world ${i}`;
      const incidents = [0, 1].map((n) => ({
        location: at(...world.network.nodes[(world.question.node + 7 * n) % world.network.nodes.length]!),
        casualties: (["P1", "P2", "P3"] as const).map((priority) => ({ priority, count: 2 })),
      }));
      const ids = world.hospitals.map(({ id }) => id);
      const capacity = Object.fromEntries(ids.map((id, n) => [id, { total: (n * 7 + i) % 4 }]));
      const given = { incidents, capacity, at: world.at };
      const found = distribute(router, given);
      expect(JSON.stringify(distribute(router, given)), what).toBe(JSON.stringify(found));
      const roomier = { ...capacity, [ids[0]!]: { total: capacity[ids[0]!]!.total + 1 } };
      const more = distribute(router, { ...given, capacity: roomier });
      expect(unplacedOf(more), what).toBeLessThanOrEqual(unplacedOf(found));
      const fewer = incidents.map((incident, n) =>
        n === 0 ? { ...incident, casualties: incident.casualties.slice(0, 2) } : incident,
      );
      const rest = distribute(router, { ...given, incidents: fewer });
      expect(unplacedOf(rest), what).toBeLessThanOrEqual(unplacedOf(found));
      for (const { hospital, used, of } of found.capacity)
        expect(used, `${what} ${hospital.id}`).toBeLessThanOrEqual(of);
    }
  });
});

describe("casualties", () => {
  const hospitals = hospitalsAt({ A: 12 });
  const [lon, lat] = at(10);

  it("are read from csv and from lines of JSON", () => {
    const csv = `id;lon;lat;priority;needs;age;acuity;count\na;${String(lon).replace(".", ",")};${lat};P1;burns|trauma;30;immediate;2\n;${lon};${lat};P3;;;;\n;;;;;;;\n`;
    expect(readCasualties(csv, hospitals)).toEqual([
      {
        location: [lon, lat],
        casualties: [{ id: "a", priority: "P1", needs: ["burns", "trauma"], age: 30, acuity: "immediate", count: 2 }],
      },
      { location: [lon, lat], casualties: [{ priority: "P3" }] },
    ]);
    const line = JSON.stringify({ location: [lon, lat], casualties: [{ priority: "P2", count: 3 }] });
    expect(readCasualties(`\ufeff${line}\r\n\r\n${line}`, hospitals)).toEqual([JSON.parse(line), JSON.parse(line)]);
  });

  it.each([
    ["id,lon,lat\n", "invalid-incident 1 priority"],
    [`lon,lat,priority\n${lon},${lat},P4\n`, "invalid-incident 2 priority"],
    [`lon,lat,priority,count\n${lon},${lat},P1,0\n`, "invalid-incident 2 count"],
    [`lon,lat,priority,count\n${lon},${lat},P1,many\n`, "invalid-incident 2 count"],
    [`lon,lat,priority\n${lon},91,P1\n`, "invalid-location 2 location.1"],
    [`lon,lat,priority,name\n${lon},${lat},P1,Ann\n`, "invalid-incident 1 name"],
    [`lon,lat,priority\n${lon},${lat}\n`, "invalid-incident 2 "],
    ["", "invalid-incident  "],
    ['{"location":[0,52]}', "invalid-incident 1 casualties"],
    ["{", "invalid-incident 1 "],
  ])("of another form are refused by row and column: %j", (text, expected) => {
    expect(errorOf(() => readCasualties(text, hospitals))).toBe(expected);
  });

  it("are refused with what is no capacity", () => {
    const router = routerTo({ A: 12 });
    const capacity = (value: unknown) =>
      errorOf(() =>
        plan(router, [{ priority: "P1" }], { capacity: value as DistributionRequest["capacity"] & object }),
      );
    expect(capacity({ X: { total: 1 } })).toBe("unknown-hospital  capacity.X");
    expect(capacity({ A: { P4: 1 } })).toBe("invalid-incident  capacity.A.P4");
    expect(capacity({ A: { total: -1 } })).toBe("invalid-incident  capacity.A.total");
    expect(capacity({ A: { total: 1.5 } })).toBe("invalid-incident  capacity.A.total");
  });
});
