import { describe, expect, it } from "vitest";
import { DiversionRouter } from "../../src/diversion/router";
import { ENGLAND_DEFAULT, parsePolicy } from "../../src/diversion/rules/policy";
import { HospitalDirectory } from "../../src/hospitals/directory/directory";
import { buildRoadGraph } from "../../src/roads/build/build-road-graph";
import { indexRoads } from "../../src/roads/index-roads";
import { builtInProfile } from "../../src/roads/profile/profile";
import { encodeRoads, readRoads } from "../../src/roads/roads-file";
import { osmFixture } from "../support/osm-fixture";

type TagsOf = Readonly<Record<string, string>>;

/** Start Street, a way or a point with these tags, End Street; the only ED is at the far end. */
async function told(way: TagsOf, { node, when, zone }: { node?: TagsOf; when?: string; zone?: string } = {}) {
  const source = osmFixture({
    nodes: { 1: [0, 51], 2: [0.01, 51], 3: [0.015, 51], 4: [0.02, 51], 5: [0.03, 51] },
    ways: [
      { nodes: [1, 2], tags: { highway: "primary", name: "Start Street" } },
      { nodes: [2, 3, 4], tags: way },
      { nodes: [4, 5], tags: { highway: "primary", name: "End Street" } },
    ],
    nodeTags: node === undefined ? {} : { 3: node },
  });
  const { roads } = await buildRoadGraph(source, { profile: builtInProfile("blue-light") });
  const router = new DiversionRouter({
    // What is told is told by roads that were kept in a file, too.
    roads: readRoads(Buffer.concat(encodeRoads(indexRoads(roads)))),
    hospitals: HospitalDirectory.parse([{ id: "A", name: "A", location: [0.03, 51], handoverMinutes: 10 }]),
    policy: parsePolicy({ ...ENGLAND_DEFAULT, timeZone: zone ?? ENGLAND_DEFAULT.timeZone }),
  });
  const advice = router.recommend({ location: [0, 51], at: when ?? "2026-06-01T12:00:00+01:00" });
  const { warnings } = advice.destination!;
  // The route says the same.
  expect(router.route(advice)!.properties.warnings ?? []).toEqual(warnings);
  return warnings.map(({ code, text }) => `${code}: ${text}`);
}

const street = { highway: "residential", name: "Mill Lane" };

describe("a drive is told to go", () => {
  it.each<[string, TagsOf, TagsOf | undefined, string[]]>([
    ["by an open road: nothing", street, undefined, []],
    ["past a cattle grid: nothing", street, { barrier: "cattle_grid" }, []],
    ["past a toll booth: nothing", street, { barrier: "toll_booth" }, []],
    [
      "by a private road",
      { ...street, access: "private" },
      undefined,
      ["private-road: the way is by a private road (Mill Lane): somebody may have to open it"],
    ],
    [
      "by a private road without a name",
      { highway: "service", motor_vehicle: "private" },
      undefined,
      ["private-road: the way is by a private road: somebody may have to open it"],
    ],
    [
      "by a private road that emergency vehicles may use: nothing",
      { ...street, access: "private", emergency: "yes" },
      undefined,
      [],
    ],
    ["by a road for residents or private owners: nothing", { ...street, access: "private;permissive" }, undefined, []],
    [
      "by a road that opens at times",
      { ...street, motor_vehicle: "no", "motor_vehicle:conditional": "yes @ (06:00-10:00)" },
      undefined,
      ["closed-at-times: the way is by a road that is closed to vehicles but at certain times (Mill Lane)"],
    ],
    [
      "through a ford that is expressly open",
      { ...street, ford: "yes", motor_vehicle: "yes" },
      undefined,
      ["ford: the way is through a ford (Mill Lane): how deep it is now is not known"],
    ],
    [
      "through a ford at a point",
      street,
      { ford: "yes", emergency: "yes" },
      ["ford: the way is through a ford (Mill Lane): how deep it is now is not known"],
    ],
    ["through no ford", { ...street, ford: "no" }, undefined, []],
    [
      "past a gate",
      street,
      { barrier: "lift_gate" },
      ["gate: the way is past a lift gate: somebody may have to open it"],
    ],
    [
      "past a bollard that is taken away for it",
      street,
      { barrier: "bollard", emergency: "yes" },
      ["gate: the way is past a bollard: somebody may have to open it"],
    ],
    [
      "past a gate on a private road in a ford",
      { ...street, access: "private" },
      { barrier: "gate", ford: "yes", motor_vehicle: "yes" },
      [
        "private-road: the way is by a private road (Mill Lane): somebody may have to open it",
        "ford: the way is through a ford (Mill Lane): how deep it is now is not known",
        "gate: the way is past a gate: somebody may have to open it",
      ],
    ],
  ])("%s", async (_, way, node, expected) => {
    expect(await told(way, node === undefined ? {} : { node })).toEqual(expected);
  });
});

describe("a ferry is told", () => {
  const ferry = { route: "ferry", name: "Day Ferry", duration: "00:05", motor_vehicle: "yes" };
  const way = "the way is by the ferry Day Ferry, 35 min, 30 min of them the usual wait";
  // It is reached within a minute, and leaves half an hour later.
  it.each<[string, TagsOf, string, string]>([
    ["without hours", {}, "03:00", `ferry: ${way}: whether it sails then is not known`],
    [
      "in its hours",
      { opening_hours: "Mo-Su 06:00-22:00" },
      "12:00",
      `ferry: ${way}: by its hours (Mo-Su 06:00-22:00) it sails at 12:30`,
    ],
    [
      "out of its hours",
      { opening_hours: "Mo-Su 06:00-22:00" },
      "03:00",
      `ferry-not-sailing: ${way}: by its hours (Mo-Su 06:00-22:00) it does not sail at 03:30`,
    ],
    [
      "when the last has left by the end of the wait",
      { opening_hours: "Mo-Su 06:00-22:00" },
      "21:45",
      `ferry-not-sailing: ${way}: by its hours (Mo-Su 06:00-22:00) it does not sail at 22:15`,
    ],
    [
      "when the first leaves at the end of the wait",
      { opening_hours: "Mo-Su 06:00-22:00" },
      "05:45",
      `ferry: ${way}: by its hours (Mo-Su 06:00-22:00) it sails at 06:15`,
    ],
    [
      "on a day it does not sail",
      { service_times: "Su" },
      "12:00",
      `ferry-not-sailing: ${way}: by its hours (Su) it does not sail at 12:30`,
    ],
    [
      "with hours that cannot be read",
      { opening_hours: "sunrise-sunset" },
      "12:00",
      `ferry: ${way}: by its hours (sunrise-sunset) whether it sails at 12:30 is not known`,
    ],
    [
      "in a season",
      { seasonal: "summer" },
      "12:00",
      `ferry: ${way}: whether it sails then is not known, and it sails in season alone (summer)`,
    ],
    ["all the year", { seasonal: "no" }, "12:00", `ferry: ${way}: whether it sails then is not known`],
    [
      "closed by a condition",
      { "motor_vehicle:conditional": "no @ (22:00-06:00)" },
      "03:00",
      `ferry-not-sailing: ${way}: by its hours (not 22:00-06:00) it does not sail at 03:30`,
    ],
    [
      "opened by a condition",
      { motor_vehicle: "no", "motor_vehicle:conditional": "yes @ (Mo-Fr 06:00-10:00)" },
      "12:00",
      `ferry-not-sailing: ${way}: by its hours (mo-fr 06:00-10:00) it does not sail at 12:30`,
    ],
    [
      "opened by a condition, in it",
      { motor_vehicle: "no", "motor_vehicle:conditional": "yes @ (Mo-Fr 06:00-10:00)" },
      "08:00",
      `ferry: ${way}: by its hours (mo-fr 06:00-10:00) it sails at 08:30`,
    ],
  ])("%s", async (_, tags, time, expected) => {
    expect(await told({ ...ferry, ...tags }, { when: `2026-06-01T${time}:00+01:00` })).toEqual([expected]);
  });

  it("once for all the ways it is drawn as, with every hour that it has to keep", async () => {
    const source = osmFixture({
      nodes: { 1: [0, 51], 2: [0.01, 51], 3: [0.015, 51], 4: [0.02, 51], 5: [0.03, 51] },
      ways: [
        { nodes: [1, 2], tags: { highway: "primary" } },
        { nodes: [2, 3], tags: { ...ferry, opening_hours: "06:00-22:00" } },
        { nodes: [3, 4], tags: { ...ferry, opening_hours: "Mo-Fr" } },
        { nodes: [4, 5], tags: { highway: "primary" } },
      ],
    });
    const router = new DiversionRouter({
      roads: indexRoads((await buildRoadGraph(source)).roads),
      hospitals: HospitalDirectory.parse([{ id: "A", name: "A", location: [0.03, 51], handoverMinutes: 10 }]),
    });
    const toldAt = (at: string) =>
      router.recommend({ location: [0, 51], at }).destination!.warnings.map(({ code, text }) => `${code}: ${text}`);
    const both =
      "the way is by the ferry Day Ferry, 40 min, 30 min of them the usual wait: by its hours (06:00-22:00, Mo-Fr)";
    expect(toldAt("2026-06-01T12:00:00+01:00")).toEqual([`ferry: ${both} it sails at 12:30`]);
    expect(toldAt("2026-06-06T12:00:00+01:00")).toEqual([`ferry-not-sailing: ${both} it does not sail at 12:30`]);
  });

  it("by the clock of the region, whatever the offset of the question", async () => {
    const hours = { ...ferry, opening_hours: "06:00-22:00" };
    const at = { when: "2026-06-01T03:50:00Z", zone: "Europe/Malta" };
    expect(await told(hours, at)).toEqual([`ferry: ${way}: by its hours (06:00-22:00) it sails at 06:20`]);
  });
});
