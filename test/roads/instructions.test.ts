import { describe, expect, it } from "vitest";
import type { Position } from "../../src/core/units";
import type { RouteInstruction } from "../../src/roads/route/instruction";
import { routeInstructions } from "../../src/roads/route/instructions";
import { routeFeature } from "../../src/roads/route/route-feature";
import { placeAt, roadsOf, routeBetween, type SketchRoad, sketch } from "../support/route-fixture";

type Places = Parameters<typeof sketch>[0];

/** The instructions of the drive from one point of a sketch to another, arrival and departure left out by {@link texts}. */
async function drive(
  places: Places,
  ways: readonly SketchRoad[],
  ends: string,
  location?: Position,
): Promise<RouteInstruction[]> {
  const roads = await roadsOf(sketch(places, ways));
  const [from, to] = [placeAt(places[ends[0]!]!), placeAt(places[ends[1]!]!)];
  const route = routeBetween(roads, from, to);
  expect(route, "a way").toBeDefined();
  const destination = { name: "the hospital", ...(location === undefined ? {} : { location }) };
  return routeInstructions(roads.graph, route!, destination);
}

const texts = async (...what: Parameters<typeof drive>): Promise<string[]> =>
  (await drive(...what)).slice(1, -1).map(({ text }) => text);

const named = (name: string, more: Readonly<Record<string, string>> = {}) => ({ name, ...more });

describe("turns", () => {
  const CROSS: Places = { s: [0, -200], m: [0, 0], n: [0, 200], e: [200, 0], w: [-200, 0] };
  const STREETS: SketchRoad[] = [
    ["smn", named("High Street")],
    ["wme", named("Mill Lane")],
  ];

  it("tells the whole of a short drive", async () => {
    const [depart, turn, arrive, ...more] = await drive(CROSS, STREETS, "se");
    expect(more).toEqual([]);
    expect(depart).toMatchObject({
      type: "depart",
      modifier: "north",
      text: "Head north on High Street",
      road: "High Street",
      metres: 200,
      location: placeAt([0, -200]).map((degrees) => expect.closeTo(degrees, 6)),
    });
    expect(turn).toMatchObject({
      type: "turn",
      modifier: "right",
      text: "Turn right onto Mill Lane",
      metres: 200,
      location: placeAt([0, 0]).map((degrees) => expect.closeTo(degrees, 6)),
    });
    expect(arrive).toMatchObject({ type: "arrive", text: "Arrive at the hospital", metres: 0, seconds: 0 });
    expect(arrive).not.toHaveProperty("modifier");
  });

  it.each([
    ["se", ["Turn right onto Mill Lane"]],
    ["sw", ["Turn left onto Mill Lane"]],
    ["en", ["Turn right onto High Street"]],
    ["ws", ["Turn right onto High Street"]],
    ["sn", []],
    ["we", []],
  ])("%s over a crossing: %j", async (ends, expected) => {
    expect(await texts(CROSS, STREETS, ends)).toEqual(expected);
  });

  it.each([
    [30, "Keep right onto Side Road"],
    [70, "Turn right onto Side Road"],
    [110, "Turn right onto Side Road"],
    [140, "Turn sharp right onto Side Road"],
    [-70, "Turn left onto Side Road"],
    [-140, "Turn sharp left onto Side Road"],
  ])("names a turn by its angle: %i degrees", async (degrees, expected) => {
    const angle = (degrees * Math.PI) / 180;
    const places: Places = { ...CROSS, x: [200 * Math.sin(angle), 200 * Math.cos(angle)] };
    expect(await texts(places, [STREETS[0]!, ["mx", named("Side Road")]], "sx")).toEqual([expected]);
  });

  it("looks past a short first piece drawn to the middle of the road", async () => {
    // The side road leaves at a right angle for 4 m, then runs on almost beside the main road.
    const places: Places = { s: [0, -200], m: [0, 0], n: [0, 200], k: [4, 0], x: [30, 100] };
    expect(await texts(places, [STREETS[0]!, ["mkx", named("Side Road")]], "sx")).toEqual([
      "Keep right onto Side Road",
    ]);
  });

  it("says nothing where there is nothing to choose, whatever the bend or the name", async () => {
    const places: Places = { a: [0, 0], b: [0, 200], c: [200, 200], d: [200, 0] };
    const ways: SketchRoad[] = [
      ["ab", named("High Street")],
      ["bc", named("Mill Lane")],
      ["cd", named("Church Road", { highway: "tertiary" })],
    ];
    expect(await texts(places, ways, "ad")).toEqual([]);
  });

  it("says nothing of roads one may not drive into", async () => {
    const ways: SketchRoad[] = [
      ["sm", named("High Street")],
      ["mn", named("Long Lane")],
      ["em", { oneway: "yes", highway: "primary" }],
      ["wm", { access: "no" }],
    ];
    expect(await texts(CROSS, ways, "sn")).toEqual([]);
  });

  it("follows a road round a bend that drives leave, and says so where another road goes straight on", async () => {
    const places: Places = { s: [0, -200], m: [0, 0], e: [200, 0], n: [0, 200], w: [-200, 0] };
    const bend: SketchRoad = ["sme", named("High Street", { highway: "tertiary" })];
    expect(await texts(places, [bend, ["mw", { highway: "service" }]], "se")).toEqual([]);
    expect(await texts(places, [bend, ["mn", named("Mill Lane")]], "se")).toEqual([
      "Turn right to stay on High Street",
    ]);
  });

  it("tells a new name at a crossing, and not when the number stays", async () => {
    const ways = (ref: string): SketchRoad[] => [
      ["sm", named("High Street", { ref: "B1012" })],
      ["mn", named("London Road", { ref })],
      ["wme", named("Mill Lane")],
    ];
    expect(await texts(CROSS, ways("B1018"), "sn")).toEqual(["Continue onto London Road (B1018)"]);
    expect(await texts(CROSS, ways("B1012;A414"), "sn")).toEqual([]);
  });

  it("keeps left or right at a fork", async () => {
    const places: Places = { s: [0, -200], m: [0, 0], l: [-100, 200], r: [100, 200] };
    const ways: SketchRoad[] = [
      ["sm", named("High Street")],
      ["ml", named("West Road")],
      ["mr", named("East Road")],
    ];
    expect(await texts(places, ways, "sl")).toEqual(["Keep left onto West Road"]);
    expect(await texts(places, ways, "sr")).toEqual(["Keep right onto East Road"]);
  });

  it("turns round on the spot", async () => {
    const places: Places = { a: [0, 0], b: [0, 100], c: [0, 400], e: [100, 100] };
    const roads = await roadsOf(
      sketch(places, [
        ["abc", named("High Street")],
        ["eb", named("Mill Lane")],
      ]),
    );
    const route = routeBetween(roads, placeAt([0, 0]), placeAt([0, 400]))!;
    // No road network makes the fastest drive turn round by itself: drive up and back again by hand.
    const { graph } = roads;
    const up = route.parts.at(-1)!;
    const c = graph.columns;
    const segment = c.keyOfEdge[up.edge]! >> 1;
    const against = c.keyOfEdge[up.edge]! & 1;
    const down = against ? c.segmentForwardEdge[segment]! : c.segmentBackwardEdge[segment]!;
    const positions = [...route.positions, route.positions.at(-2)!];
    const back = { ...up, edge: down, firstPosition: route.positions.length - 1 };
    const there = {
      ...route,
      positions,
      parts: [...route.parts, back],
      centimetres: route.centimetres + up.centimetres,
      milliseconds: route.milliseconds + up.milliseconds,
    };
    expect(routeInstructions(graph, there, { name: "X" }).map(({ text }) => text)).toEqual([
      "Head north on High Street",
      "Make a U-turn to stay on High Street",
      "Arrive at X",
    ]);
  });
});

describe("dual carriageways", () => {
  // Two one-way carriageways 12 m apart, crossed by a lane; which of the two is driven which way is data, not custom.
  const PLACES: Places = {
    a: [-300, 0],
    b: [0, 0],
    c: [300, 0],
    d: [300, 12],
    e: [0, 12],
    f: [-300, 12],
    s: [0, -200],
    n: [0, 212],
  };
  const dual = (reversed: boolean): SketchRoad[] => [
    ["abc", { highway: "trunk", ref: "A12", oneway: reversed ? "-1" : "yes" }],
    ["def", { highway: "trunk", ref: "A12", oneway: reversed ? "-1" : "yes" }],
    ["sb", named("South Lane")],
    ["be", {}],
    ["en", named("North Lane")],
    // Far away one may turn round: roads one could not come back from are not snapped to.
    ["cd", {}],
    ["fa", {}],
  ];

  it("crosses both in one go, with the name of the far side", async () => {
    expect(await texts(PLACES, dual(false), "sn")).toEqual(["Continue onto North Lane"]);
  });

  it.each([
    [false, "sc", ["Turn right onto the A12"]],
    [false, "sf", ["Turn left onto the A12"]],
    [true, "sa", ["Turn left onto the A12"]],
    [true, "sd", ["Turn right onto the A12"]],
    [false, "an", ["Turn left onto North Lane"]],
    [false, "ds", ["Turn left onto South Lane"]],
    [false, "as", ["Turn right onto South Lane"]],
  ] as const)("joins and leaves the right carriageway (reversed: %s), %s: %j", async (reversed, ends, expected) => {
    expect(await texts(PLACES, dual(reversed), ends)).toEqual(expected);
  });
});

describe("roundabouts", () => {
  const at = (degrees: number, metres: number): readonly [number, number] => [
    metres * Math.sin((degrees * Math.PI) / 180),
    metres * Math.cos((degrees * Math.PI) / 180),
  ];
  // Four arms south, west, north, east; ring points S, W, N, E on them, and p, q, r, t between.
  const PLACES: Places = {
    S: at(180, 20),
    W: at(270, 20),
    N: at(0, 20),
    E: at(90, 20),
    p: at(225, 20),
    q: at(315, 20),
    r: at(45, 20),
    t: at(135, 20),
    s: at(180, 200),
    w: at(270, 200),
    n: at(0, 200),
    e: at(90, 200),
    x: at(250, 200),
  };
  const RING = { junction: "roundabout", highway: "primary", name: "Army & Navy" };
  const CLOCKWISE: SketchRoad = ["SpWqNrEtS", RING];
  const COUNTER: SketchRoad = ["StErNqWpS", RING];
  const ARMS: SketchRoad[] = [
    ["sS", named("South Road")],
    ["wW", named("West Road")],
    ["nN", named("North Road", { ref: "A130", highway: "primary" })],
    ["eE", named("East Road")],
  ];

  it.each([
    ["sw", 1, "At the roundabout take the 1st exit onto West Road"],
    ["sn", 2, "At the roundabout take the 2nd exit onto North Road (A130)"],
    ["se", 3, "At the roundabout take the 3rd exit onto East Road"],
    ["es", 1, "At the roundabout take the 1st exit onto South Road"],
    ["nw", 3, "At the roundabout take the 3rd exit onto West Road"],
  ] as const)("clockwise, %s: exit %i", async (ends, exit, text) => {
    const lines = (await drive(PLACES, [CLOCKWISE, ...ARMS], ends)).slice(1, -1);
    expect(lines).toMatchObject([{ type: "roundabout", exit, text }]);
  });

  it.each([
    ["se", 1],
    ["sn", 2],
    ["sw", 3],
  ] as const)("anticlockwise, %s: exit %i", async (ends, exit) => {
    const lines = (await drive(PLACES, [COUNTER, ...ARMS], ends)).slice(1, -1);
    expect(lines).toMatchObject([{ type: "roundabout", exit }]);
  });

  it("counts the road one came by last", async () => {
    const places: Places = { ...PLACES, S: at(175, 20), U: at(185, 20), u: at(182, 200), z: at(180, 2000) };
    const ways: SketchRoad[] = [
      ["SUpWqNrEtS", RING],
      ["uU", named("South Road", { oneway: "yes" })],
      ["Ss", named("South Road", { oneway: "yes" })],
      ["szu", {}],
      ...ARMS.slice(1),
    ];
    const lines = (await drive(places, ways, "us")).slice(1, -1);
    expect(lines).toMatchObject([{ exit: 4, text: "At the roundabout take the 4th exit onto South Road" }]);
  });

  it("does not count roads that lead only in, or that one may not drive", async () => {
    const ways: SketchRoad[] = [
      CLOCKWISE,
      ARMS[0]!,
      ["wW", { oneway: "yes", highway: "primary" }],
      ["xp", { access: "no" }],
      ...ARMS.slice(2),
    ];
    expect((await drive(PLACES, ways, "sn"))[1]).toMatchObject({ exit: 1 });
  });

  it.each([
    [CLOCKWISE, "sy", 1],
    [CLOCKWISE, "sw", 2],
    [COUNTER, "sw", 3],
    [COUNTER, "sy", 4],
  ] as const)("tells apart two roads that leave at one point (%#)", async (ring, ends, exit) => {
    const places: Places = { ...PLACES, y: at(255, 200) };
    const ways: SketchRoad[] = [ring, ...ARMS, ["Wy", named("South-west Road")]];
    expect((await drive(places, ways, ends))[1]).toMatchObject({ type: "roundabout", exit });
  });

  it("counts the same with restrictions, which make copies of nodes", async () => {
    const places = sketch(
      PLACES,
      [CLOCKWISE, ...ARMS],
      [
        {
          id: 7,
          tags: { type: "restriction", restriction: "no_left_turn" },
          members: [
            { type: "way", ref: 1, role: "from" },
            { type: "node", ref: 2, role: "via" },
            { type: "way", ref: 3, role: "to" },
          ],
        },
      ],
    );
    const roads = await roadsOf(places);
    expect(roads.graph.junctionCount).toBeLessThan(roads.graph.nodeCount);
    const route = routeBetween(roads, placeAt(PLACES.s!), placeAt(PLACES.n!))!;
    expect(routeInstructions(roads.graph, route, { name: "X" })[1]).toMatchObject({ type: "roundabout", exit: 2 });
  });

  it("calls a ring without priority a traffic circle, and says what to do from a start on it", async () => {
    const circle: SketchRoad = ["SpWqNrEtS", { ...RING, junction: "circular", oneway: "yes" }];
    expect(await texts(PLACES, [circle, ...ARMS], "sn")).toEqual([
      "At the traffic circle take the 2nd exit onto North Road (A130)",
    ]);
    expect(await texts(PLACES, [CLOCKWISE, ...ARMS], "pn")).toEqual(["Leave the roundabout onto North Road (A130)"]);
    expect(await texts(PLACES, [CLOCKWISE, ...ARMS], "sq")).toEqual(["Enter the roundabout"]);
  });
});

describe("motorways and slip roads", () => {
  const PLACES: Places = {
    a: [-2000, 0],
    b: [0, 0],
    c: [1000, 0],
    d: [3000, 0],
    k: [500, -60],
    s: [500, -600],
    m: [600, -60],
    x: [400, -60],
    o: [500, 1500],
  };
  const M: Readonly<Record<string, string>> = { highway: "motorway", ref: "M25", oneway: "yes" };
  const LINK = { highway: "motorway_link", oneway: "yes" };
  const WAYS: SketchRoad[] = [
    ["abcd", M],
    ["doa", M],
    ["bk", { ...LINK, "junction:ref": "28", "destination:ref": "A12", destination: "Chelmsford;Romford" }],
    ["kc", { ...LINK, "destination:ref": "M25", destination: "Stansted" }],
    ["xks", named("Brook Street", { highway: "primary", ref: "A1023" })],
  ];

  it("leaves a motorway at its junction, as signed", async () => {
    const lines = await drive(PLACES, WAYS, "as");
    expect(lines[1]).toMatchObject({
      type: "motorway-exit",
      modifier: "right",
      junction: "28",
      text: "Leave the M25 at junction 28, signed A12 Chelmsford, Romford",
    });
    expect(lines[2]).toMatchObject({ type: "turn", text: "Turn right onto Brook Street (A1023)" });
    expect(lines).toHaveLength(4);
  });

  it("takes the slip road onto a motorway", async () => {
    expect(await texts(PLACES, WAYS, "sd")).toEqual([
      "Take the slip road on the right, signed M25 Stansted, onto the M25",
    ]);
  });

  it("drives past exits in silence", async () => {
    expect(await texts(PLACES, WAYS, "ad")).toEqual([]);
  });

  it("keeps to one side where a slip road forks, and then joins", async () => {
    const places: Places = { ...PLACES, y: [800, -160], z: [2000, -200] };
    const ways: SketchRoad[] = [
      ["abcd", M],
      ["doa", M],
      ["sk", named("Brook Street", { highway: "primary" })],
      ["kx", { highway: "primary" }],
      ["km", { ...LINK, destination: "London;Kent" }],
      ["mc", { ...LINK, "destination:ref": "M25" }],
      ["my", { ...LINK, "destination:ref": "A12" }],
      ["yz", { highway: "trunk", ref: "A12", oneway: "yes" }],
      ["zd", {}],
      ["cs", { oneway: "yes" }],
    ];
    expect(await texts(places, ways, "sd")).toEqual([
      "Take the slip road on the right, signed London, Kent",
      "Keep left, signed M25",
      "Join the M25",
    ]);
  });

  it("turns a corner where a short slip road cuts it", async () => {
    const places: Places = {
      s: [0, -200],
      k: [0, -30],
      m: [0, 0],
      c: [-30, 0],
      w: [-200, 0],
      n: [0, 200],
      e: [200, 0],
    };
    const ways: SketchRoad[] = [
      ["skmn", named("High Street", { highway: "primary" })],
      ["emcw", named("Mill Lane", { highway: "secondary" })],
      ["kc", { highway: "primary_link", oneway: "yes" }],
    ];
    expect(await texts(places, ways, "sw")).toEqual(["Turn left onto Mill Lane"]);
  });
});

describe("ferries and arrivals", () => {
  const PLACES: Places = { a: [0, 0], b: [0, 200], c: [0, 1200], d: [100, 1400], e: [-200, 200] };
  const WAYS: SketchRoad[] = [
    ["ab", named("Quay Street")],
    ["be", named("Harbour Road")],
    ["bc", { route: "ferry", name: "Tilbury to Gravesend", highway: "ferry" }],
    ["cd", named("West Street")],
  ];

  it("boards and leaves a ferry", async () => {
    expect(await texts(PLACES, WAYS, "ad")).toEqual([
      "Take the ferry Tilbury to Gravesend",
      "Leave the ferry and continue on West Street",
    ]);
  });

  it.each([
    [[-30, 180], "Arrive at the hospital, on the left"],
    [[30, 180], "Arrive at the hospital, on the right"],
    [[0, 230], "Arrive at the hospital"],
    [[2, 200], "Arrive at the hospital"],
    [[900, 200], "Arrive at the hospital"],
  ] as const)("says the side of %j only where it is known", async (place, text) => {
    const lines = await drive(PLACES, WAYS.slice(0, 2), "ab", placeAt(place));
    expect(lines.at(-1)!.text).toBe(text);
  });

  it("starts and ends in one place", async () => {
    const lines = await drive(PLACES, WAYS, "aa");
    expect(lines.map(({ type, metres, seconds }) => [type, metres, seconds])).toEqual([
      ["depart", 0, 0],
      ["arrive", 0, 0],
    ]);
  });
});

describe("a route as a feature", () => {
  it("has its bearings from true north over the first and last 20 m, however long a degree is there", async () => {
    const places: Places = { a: [0, 0], b: [100, 100], c: [100, 150], d: [100, 130], e: [60, 130] };
    const roads = await roadsOf(sketch(places, [["abdce", named("High Street")]]));
    const route = routeBetween(roads, placeAt(places.a!), placeAt(places.e!))!;
    const { properties } = routeFeature(roads.graph, route, { id: "X", name: "X" });
    expect(properties.bearingStart).toBeCloseTo(45, 0);
    expect(properties.bearingEnd).toBeCloseTo((Math.atan2(-40, -20) * 180) / Math.PI + 360, 0);
  });

  it("has none for a route without length", async () => {
    const roads = await roadsOf(sketch({ a: [0, 0], b: [100, 100] }, [["ab"]]));
    const route = routeBetween(roads, placeAt([0, 0]), placeAt([0, 0]))!;
    const { properties } = routeFeature(roads.graph, route, { id: "X", name: "X" });
    expect([properties.bearingStart, properties.bearingEnd]).toEqual([null, null]);
    expect(properties.instructions.map(({ text }) => text)).toEqual(["Start", "Arrive at X"]);
  });
});
