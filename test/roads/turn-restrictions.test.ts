import { describe, expect, it } from "vitest";
import { csvFiles } from "../../src/output/roads-csv";
import { type BuiltRoads, buildRoadGraph } from "../../src/roads/build/build-road-graph";
import { indexRoads } from "../../src/roads/index-roads";
import { builtInProfile, type VehicleProfile } from "../../src/roads/profile/profile";
import { encodeRoads, readRoads } from "../../src/roads/roads-file";
import type { OsmMember } from "../../src/roads/sources/osm-source";
import type { FixtureWay } from "../support/osm-fixture";
import { osmFixture } from "../support/osm-fixture";
import { brokenInvariants } from "../support/road-fixtures";

const blueLight = builtInProfile("blue-light");

/**
 * A crossroads at node 5, its arms 1 west, 2 north, 3 east, 4 south by ways of the same numbers drawn inward; way 6 runs
 * on east from 3 to the crossroads 7, whose arms are 8 north and 9 south.
 */
const NODES = {
  1: [-0.01, 51],
  2: [0, 51.01],
  3: [0.01, 51],
  4: [0, 50.99],
  5: [0, 51],
  7: [0.02, 51],
  8: [0.02, 51.01],
  9: [0.02, 50.99],
} as const;
const street = (id: number, ...nodes: number[]): FixtureWay & { id: number } => ({
  id,
  nodes,
  tags: { highway: "residential", name: `Street ${id}` },
});
const WAYS = [
  street(1, 1, 5),
  street(2, 2, 5),
  street(3, 3, 5),
  street(4, 4, 5),
  street(6, 3, 7),
  street(8, 8, 7),
  street(9, 9, 7),
];

type Member = readonly [role: string, type: OsmMember["type"], ref: number];
const LEFT: readonly Member[] = [
  ["from", "way", 1],
  ["via", "node", 5],
  ["to", "way", 2],
];

function build(
  members: readonly Member[],
  tags: Record<string, string>,
  { ways = WAYS, profile = blueLight }: { ways?: readonly FixtureWay[]; profile?: VehicleProfile } = {},
): Promise<BuiltRoads> {
  const relation = {
    id: 1,
    members: members.map(([role, type, ref]) => ({ role, type, ref })),
    tags: { type: "restriction", ...tags },
  };
  return buildRoadGraph(osmFixture({ nodes: NODES, ways, relations: [relation] }), { profile });
}

/** The forbidden runs, nodes by their ids in the fixture. */
function forbidden({ roads }: BuiltRoads): string[] {
  expect(brokenInvariants(roads)).toEqual([]);
  const text = (name: string): string[] => [...csvFiles(roads)[name]!].join("").trimEnd().split("\n").slice(1);
  const idOf = text("nodes.csv").map((line) => {
    const [, lon, lat] = line.split(",").map(Number);
    return Object.entries(NODES).find(([, position]) => position[0] === lon && position[1] === lat)?.[0] ?? "new";
  });
  return text("turns.csv").map((line) =>
    line
      .split(",")
      .map((place) => idOf[Number(place)])
      .join(" "),
  );
}

const ignoredAs = ({ report }: BuiltRoads): string[] =>
  Object.entries(report.turnRestrictions.ignored).flatMap(([reason, count]) => Array<string>(count).fill(reason));

describe("what a restriction forbids", () => {
  it("is one turn, when it is a prohibition", async () => {
    const built = await build(LEFT, { restriction: "no_left_turn" });
    expect(forbidden(built)).toEqual(["1 5 2"]);
    expect(built.report.turnRestrictions).toMatchObject({ read: 1, applied: 1 });
    expect(built.report.nodeCopies).toBe(1);
  });

  it("is every other turn, the way back included, when it is an obligation", async () => {
    const built = await build(LEFT, { restriction: "only_left_turn" });
    expect(forbidden(built).sort()).toEqual(["1 5 1", "1 5 3", "1 5 4"]);
  });

  it("is the way back alone, when it is a U-turn, also in the middle of a way", async () => {
    const members: Member[] = [
      ["from", "way", 1],
      ["via", "node", 5],
      ["to", "way", 1],
    ];
    expect(forbidden(await build(members, { restriction: "no_u_turn" }))).toEqual(["1 5 1"]);
    const ways = [street(1, 1, 5, 3), ...WAYS.slice(1).filter(({ id }) => id !== 3)];
    expect(forbidden(await build(members, { restriction: "no_u_turn" }, { ways }))).toEqual(["1 5 1", "3 5 3"]);
  });

  it("is the turn at the end of the via ways, for those who came over all of them", async () => {
    const members: Member[] = [
      ["from", "way", 1],
      ["via", "way", 3],
      ["via", "way", 6],
      ["to", "way", 8],
    ];
    const listedBackwards = [members[0]!, members[2]!, members[1]!, members[3]!];
    for (const list of [members, listedBackwards]) {
      const built = await build(list, { restriction: "no_left_turn" });
      expect(forbidden(built)).toEqual(["1 5 3 7 8"]);
      expect(built.report.nodeCopies).toBe(3);
    }
    const only = await build(members, { restriction: "only_left_turn" });
    expect(forbidden(only).sort()).toEqual(["1 5 3 7 3", "1 5 3 7 9"]);
  });

  it("is every pair of no_entry's from ways and no_exit's to ways", async () => {
    const from: Member[] = [
      ["from", "way", 1],
      ["from", "way", 3],
      ["via", "node", 5],
      ["to", "way", 2],
    ];
    expect(forbidden(await build(from, { restriction: "no_entry" }))).toEqual(["1 5 2", "3 5 2"]);
    const to: Member[] = [
      ["from", "way", 1],
      ["via", "node", 5],
      ["to", "way", 2],
      ["to", "way", 4],
    ];
    expect(forbidden(await build(to, { restriction: "no_exit" }))).toEqual(["1 5 2", "1 5 4"]);
    expect(ignoredAs(await build(from, { restriction: "no_left_turn" }))).toEqual(["incomplete"]);
    expect(ignoredAs(await build(to, { restriction: "no_entry" }))).toEqual(["incomplete"]);
  });

  it("lets obligations from one road allow each other's turns", async () => {
    const relations = [2, 3].map((to) => ({
      id: to,
      members: [...LEFT.slice(0, 2), ["to", "way", to] as const].map(([role, type, ref]) => ({ role, type, ref })),
      tags: { type: "restriction", restriction: "only_straight_on" },
    }));
    const { roads, report } = await buildRoadGraph(osmFixture({ nodes: NODES, ways: WAYS, relations }), {
      profile: blueLight,
    });
    expect(forbidden({ roads, report }).sort()).toEqual(["1 5 1", "1 5 4"]);
  });

  it("keeps a node where roads would be folded, and is told apart where roads are doubled", async () => {
    const ways = [
      { id: 1, nodes: [1, 5] },
      { id: 3, nodes: [5, 3] },
    ];
    const members: Member[] = [
      ["from", "way", 1],
      ["via", "node", 5],
      ["to", "way", 3],
    ];
    expect(forbidden(await build(members, { restriction: "no_straight_on" }, { ways }))).toEqual(["1 5 3"]);
    const doubled = [...WAYS, street(20, 2, 5)];
    const second: Member[] = [
      ["from", "way", 1],
      ["via", "node", 5],
      ["to", "way", 20],
    ];
    expect(forbidden(await build(LEFT, { restriction: "no_left_turn" }, { ways: doubled }))).toEqual(["1 5 2"]);
    expect(forbidden(await build(second, { restriction: "no_left_turn" }, { ways: doubled }))).toEqual(["1 5 new"]);
  });
});

describe("which restrictions bind", () => {
  it.each([
    ["for our kind of vehicle", { "restriction:motor_vehicle": "no_left_turn" }, []],
    ["of our own type", { type: "restriction:emergency", restriction: "no_left_turn" }, []],
    ["with several values", { restriction: "no_left_turn;no_u_turn" }, []],
    ["that except others", { restriction: "no_left_turn", except: "bicycle;taxi" }, []],
    ["with a condition beside", { restriction: "no_left_turn", "restriction:hgv:conditional": "none @ (Su)" }, []],
    ["for other vehicles", { "restriction:hgv": "no_left_turn" }, ["other-vehicles"]],
    ["of another type", { type: "restriction:bus", restriction: "no_left_turn" }, ["other-vehicles"]],
    ["that except emergency vehicles", { restriction: "no_left_turn", except: "bicycle; emergency" }, ["exempt"]],
    ["that except buses, whose lanes we use", { restriction: "no_left_turn", except: "psv" }, ["exempt"]],
    ["on condition", { "restriction:conditional": "no_left_turn @ (Mo-Fr 07:00-09:00)" }, ["conditional"]],
    ["at hours", { restriction: "no_left_turn", hour_on: "07:00", hour_off: "09:00" }, ["conditional"]],
    ["of an unknown kind", { restriction: "left_turn" }, ["unknown-kind"]],
    ["of both kinds", { restriction: "no_left_turn;only_straight_on" }, ["unknown-kind"]],
  ] as const)("those %s", async (_, tags, ignored) => {
    const built = await build(LEFT, tags);
    expect(ignoredAs(built)).toEqual(ignored);
    expect(forbidden(built)).toEqual(ignored.length === 0 ? ["1 5 2"] : []);
  });

  it("except=psv binds whoever may not use bus lanes", async () => {
    const tags = { restriction: "no_left_turn", except: "psv" };
    expect(ignoredAs(await build(LEFT, tags, { profile: builtInProfile("normal-road") }))).toEqual([]);
  });

  it.each([
    ["a missing via", [LEFT[0]!, LEFT[2]!], "incomplete"],
    ["a to that is no way", [LEFT[0]!, LEFT[1]!, ["to", "node", 2]], "incomplete"],
    ["a way outside the source", [LEFT[0]!, LEFT[1]!, ["to", "way", 77]], "not-driven"],
    ["a node outside the source", [LEFT[0]!, ["via", "node", 77], LEFT[2]!], "not-joined"],
    ["a to that does not touch the via", [LEFT[0]!, LEFT[1]!, ["to", "way", 8]], "not-joined"],
    ["via ways that do not join", [LEFT[0]!, ["via", "way", 3], ["via", "way", 8], ["to", "way", 9]], "not-joined"],
  ] as const)("not those with %s", async (_, members, reason) => {
    const built = await build(members as readonly Member[], { restriction: "no_left_turn" });
    expect([ignoredAs(built), forbidden(built)]).toEqual([[reason], []]);
  });

  it("not those whose way runs on through the junction, nor those that one-way streets make needless", async () => {
    const through = [street(1, 1, 5, 3), ...WAYS.slice(1).filter(({ id }) => id !== 3)];
    expect(ignoredAs(await build(LEFT, { restriction: "no_left_turn" }, { ways: through }))).toEqual(["ambiguous"]);
    const oneway = (id: number): FixtureWay[] =>
      WAYS.map((way) => (way.id === id ? { ...way, tags: { ...way.tags, oneway: "yes" } } : way));
    expect(ignoredAs(await build(LEFT, { restriction: "no_left_turn" }, { ways: oneway(2) }))).toEqual(["impossible"]);
    expect(forbidden(await build(LEFT, { restriction: "no_left_turn" }, { ways: oneway(1) }))).toEqual(["1 5 2"]);
  });

  it("other relations are none of them", async () => {
    const { report } = await build(LEFT, { type: "route", restriction: "no_left_turn" });
    expect(report.turnRestrictions).toMatchObject({ read: 0, applied: 0 });
  });
});

describe("U-turns", () => {
  it("are free on undivided roads, and kept from getting round a restriction otherwise", async () => {
    const profile = builtInProfile("normal-road");
    const tags = { restriction: "no_left_turn" };
    expect(forbidden(await build(LEFT, tags, { profile: { ...profile, uTurns: "undivided" } }))).toEqual(["1 5 2"]);
    // At 500 m and more a street, none but the restricted junction itself lies within reach.
    const nodes = { ...NODES, 3: [0.0002, 51], 7: [0.0004, 51] } as const;
    const relation = {
      id: 1,
      members: LEFT.map(([role, type, ref]) => ({ role, type, ref })),
      tags: { type: "restriction", ...tags },
    };
    const { roads } = await buildRoadGraph(osmFixture({ nodes, ways: WAYS, relations: [relation] }), { profile });
    const { turnFirst } = roads.columns;
    // The turn itself, back at node 3 to the west and to the east, at the crossroads 7 coming from 3, and at 5 from 3.
    expect(turnFirst.length - 1).toBe(5);
  });

  it("stay possible where no other way on is left", async () => {
    const profile = builtInProfile("normal-road");
    const ways = [street(1, 1, 5), street(2, 2, 5)];
    const members: Member[] = [
      ["from", "way", 1],
      ["via", "node", 5],
      ["to", "way", 2],
    ];
    const built = await build(members, { restriction: "no_straight_on" }, { ways, profile });
    expect(forbidden(built)).toEqual(["1 5 2"]);
  });
});

it("restrictions survive the roads file", async () => {
  const { roads } = await build(LEFT, { restriction: "only_left_turn" });
  const index = indexRoads(roads);
  const back = readRoads(Buffer.concat(encodeRoads(index)));
  expect(back.graph.columns).toEqual(index.graph.columns);
  expect(back.graph.splitNodesOf(index.graph.columns.splitJunction[0]!)).toEqual(index.graph.columns.splitNode);
});
