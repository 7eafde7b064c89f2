import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DiversionError } from "../../src/core/errors";
import { SeededRandom } from "../../src/core/random";
import { INFINITE_MS } from "../../src/core/units";
import { buildRoadGraph } from "../../src/roads/build/build-road-graph";
import type { RoadClosure, SpeedRequest } from "../../src/roads/closures/closure";
import { LiveWeights } from "../../src/roads/closures/live-weights";
import { indexRoads } from "../../src/roads/index-roads";
import type { RoadIndex } from "../../src/roads/road-index";
import { DIJKSTRA_ENGINE } from "../../src/shortest-path/dijkstra/dijkstra-engine";
import { plainDijkstra } from "../../src/shortest-path/dijkstra/plain-dijkstra";
import { REFERENCE_ENGINE } from "../../src/shortest-path/dijkstra/reference-engine";
import type { EngineChoice, Target } from "../../src/shortest-path/engine";
import { type FixtureWay, osmFixture } from "../support/osm-fixture";
import { randomRoads } from "../support/random-roads";
import { buildOnLine, lineOfNodes, roundProfile } from "../support/road-fixtures";
import { at, smallCounty } from "../support/small-county";

const HOUR = 3_600_000;
const hour = (h: number): number => Date.UTC(2017, 4, 15) + h * HOUR;
const instant = (h: number): string => new Date(hour(h)).toISOString();

const codeOf = (action: () => unknown): string => {
  try {
    action();
    return "nothing thrown";
  } catch (error) {
    if (error instanceof DiversionError) return `${error.code}: ${error.describe()}`;
    throw error;
  }
};

/** What each edge takes at a moment, told edge by edge from the list of what is held: slow, and easy to believe. */
function expectedWeights({ graph, weights, closures }: RoadIndex, epochMs: number): Int32Array {
  return weights.map((usual, edge) => {
    const about = closures.filter(
      ({ edges, from, until }) =>
        edges.includes(edge) && (from?.epochMs ?? -Infinity) <= epochMs && epochMs < (until?.epochMs ?? Infinity),
    );
    if (about.some(({ kind }) => kind === "closure")) return INFINITE_MS;
    const slowed = about.map(({ kmh, factor }) =>
      Math.max(1, Math.round(kmh === undefined ? usual / factor! : (graph.edgeCentimetres(edge) * 36) / kmh)),
    );
    return slowed.length === 0 ? usual : Math.max(...slowed);
  });
}

type Step =
  | {
      readonly do: "close" | "slow";
      readonly edges: number[];
      readonly from: number;
      readonly hours: number;
      readonly speed: number;
    }
  | { readonly do: "reopen"; readonly which: number };

const anyStep: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    do: fc.constantFrom("close" as const, "slow" as const),
    edges: fc.array(fc.nat(59), { minLength: 1, maxLength: 12 }),
    from: fc.integer({ min: -1, max: 9 }),
    hours: fc.integer({ min: 0, max: 5 }),
    speed: fc.integer({ min: 1, max: 40 }),
  }),
  fc.record({ do: fc.constant("reopen" as const), which: fc.nat(20) }),
);

function take(roads: RoadIndex, step: Step): void {
  if (step.do === "reopen") {
    const { closures } = roads;
    if (closures.length > 0) roads.reopen(closures[step.which % closures.length]!.id);
    return;
  }
  const request: SpeedRequest = {
    edges: step.edges.map((edge) => edge % roads.graph.edgeCount),
    reason: "test",
    ...(step.from < 0 ? {} : { from: instant(step.from) }),
    ...(step.hours === 0 ? {} : { until: instant(Math.max(0, step.from) + step.hours) }),
  };
  if (step.do === "close") roads.close(request);
  else roads.setSpeed({ ...request, ...(step.speed % 2 === 0 ? { kmh: step.speed } : { factor: 1 / step.speed }) });
}

/** An engine that follows the roads, as a router's does. */
function follower(roads: RoadIndex, name: EngineChoice, targets: readonly Target[]) {
  const engine = roads.createEngine(name, targets);
  const live = new LiveWeights(roads);
  const moveTo = (epochMs: number): void => {
    const changes = live.moveTo(epochMs);
    if (changes !== undefined) engine.setWeights(changes.edges, changes.milliseconds);
  };
  return { engine, live, moveTo };
}

describe("closures and slowdowns", () => {
  it("keep every engine equal to Dijkstra on the weights of the moment, whatever came before", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1000 }),
        fc.array(fc.tuple(anyStep, fc.integer({ min: 0, max: 15 }), fc.nat(11)), { minLength: 1, maxLength: 12 }),
        (seed, steps) => {
          const roads = indexRoads(randomRoads(seed, 12, 40));
          const targets: Target[] = [0, 3, 7].map((node) => [{ node, milliseconds: node }]);
          const names: EngineChoice[] = ["cch", DIJKSTRA_ENGINE, REFERENCE_ENGINE];
          const followers = names.map((name) => follower(roads, name, targets));
          const undisturbed = Int32Array.from(roads.weights);
          for (const [step, h, node] of steps) {
            take(roads, step);
            // Half way between full hours, and on them, where closures begin and end.
            const moment = hour(h / 2);
            const weights = expectedWeights(roads, moment);
            const origin = { accessPoints: [{ node, milliseconds: 5 }] };
            const distance = plainDijkstra(roads.graph.topology, weights, origin.accessPoints);
            const expected = targets.map(([seed]) => Math.min(INFINITE_MS, distance[seed!.node]! + seed!.milliseconds));
            for (const { engine, live, moveTo } of followers) {
              moveTo(moment);
              expect([...live.weights]).toEqual([...weights]);
              expect([...engine.oneToMany(origin)]).toEqual(expected);
            }
          }
          for (const { id } of roads.closures) roads.reopen(id);
          expect([...roads.weights]).toEqual([...undisturbed]);
          for (const { live, moveTo } of followers) {
            moveTo(hour(3));
            expect([...live.weights]).toEqual([...undisturbed]);
          }
        },
      ),
      { seed: 20_170_512, numRuns: 120 },
    );
  });

  it("hold from their first moment to just before their last, and then expire by themselves", () => {
    const roads = smallCounty();
    const { live, moveTo } = follower(roads, "cch", []);
    roads.close({ edges: [7], from: instant(10), until: instant(12), reason: "works" });
    const closedAt = (epochMs: number): boolean => {
      moveTo(epochMs);
      return live.weights[7] === INFINITE_MS;
    };
    expect([hour(10) - 1, hour(10), hour(12) - 1, hour(12), hour(11)].map(closedAt)).toEqual([
      false,
      true,
      true,
      false,
      true,
    ]);
    expect(roads.stateAt(hour(11))).toMatchObject({ from: hour(10), until: hour(12), version: 1 });
    expect(roads.stateAt(hour(9))).toMatchObject({ from: Number.NEGATIVE_INFINITY, until: hour(10), inForce: [] });
  });

  it("are as slow as the slowest of several on one road, in whatever order they come and go", () => {
    const slowdowns = [
      { id: "fog", kmh: 30, until: instant(9) },
      { id: "works", factor: 0.25 },
      { id: "spray", factor: 0.8, from: instant(2) },
      { id: "queue", kmh: 10, from: instant(3), until: instant(4) },
    ];
    for (const order of [slowdowns, [...slowdowns].reverse()]) {
      const roads = smallCounty();
      const { live, moveTo } = follower(roads, "cch", []);
      const timeAt = (h: number): number => {
        moveTo(hour(h));
        return live.weights[7]!;
      };
      for (const slowdown of order) roads.setSpeed({ ...slowdown, road: "A1", reason: "x" });
      // A kilometre, a minute: 10 km/h, then a quarter of the speed, then 30 km/h, then 0.8 of it.
      expect([1, 3, 4, 9].map(timeAt)).toEqual([240_000, 360_000, 240_000, 240_000]);
      roads.reopen("works");
      expect([1, 3, 4, 9].map(timeAt)).toEqual([120_000, 360_000, 120_000, 75_000]);
      roads.close({ id: "crash", edges: [7], reason: "x" });
      expect(timeAt(3)).toBe(INFINITE_MS);
      roads.reopen("crash");
      roads.reopen("fog");
      expect([1, 3, 4].map(timeAt)).toEqual([60_000, 360_000, 75_000]);
    }
  });

  it("let users of one index stand at different moments", () => {
    const roads = smallCounty();
    const [early, late] = [new LiveWeights(roads), new LiveWeights(roads)];
    roads.close({ edges: [7], from: instant(10), reason: "works" });
    expect(early.moveTo(hour(9))).toBeUndefined();
    expect(late.moveTo(hour(11))).toEqual({ edges: Int32Array.of(7), milliseconds: Int32Array.of(INFINITE_MS) });
    expect(early.moveTo(hour(9) + 1)).toBeUndefined();
    expect([early.weights[7], late.weights[7]]).toEqual([60_000, INFINITE_MS]);
    expect(early.weights).toBe(roads.weights);
  });

  it("are listed, versioned, told to listeners, and undone", () => {
    const roads = smallCounty();
    const told: string[] = [];
    const stop = roads.onChange(({ version, kind, closure }) => told.push(`${version} ${kind} ${closure?.id}`));
    const first = roads.close({ road: "a1", point: at(3.5), bufferMetres: 10, reason: "flood", by: "highways" });
    roads.setSpeed({ id: "fog", segments: [40], kmh: 20, reason: "fog" });
    expect(roads.closures.map(({ id, kind, version }) => [id, kind, version])).toEqual([
      ["closure-1", "closure", 1],
      ["fog", "slowdown", 2],
    ]);
    expect(first).toMatchObject({ reason: "flood", by: "highways", selection: { road: "a1" } });
    expect(first.edges).toHaveLength(2);
    expect(roads.reopen("closure-1")).toBe(first);
    expect(roads.version).toBe(3);
    stop();
    roads.reopen("fog");
    expect(told).toEqual(["1 entered closure-1", "2 entered fog", "3 reopened closure-1"]);
    expect([roads.closures, roads.version]).toEqual([[], 4]);
    expect(codeOf(() => roads.reopen("fog"))).toMatch(/^unknown-closure: field id: .*"fog"; held are: none/);
  });

  it("never give a new closure the id of one that is held", () => {
    const roads = smallCounty();
    roads.close({ id: "closure-2", edges: [1], reason: "a" });
    expect(roads.close({ edges: [1], reason: "b" }).id).toBe("closure-2-2");
    expect(codeOf(() => roads.close({ id: "closure-2", edges: [1], reason: "c" }))).toMatch(/^invalid-closure.*held/);
  });
});

describe("a closure's selection", () => {
  const county = smallCounty();
  const namesOf = (roads: RoadIndex, { edges }: RoadClosure): string[] =>
    [...edges].map((edge) => {
      const [a, b] = [roads.graph.edgeTail(edge), roads.graph.columns.edgeHead[edge]!];
      return `${roads.graph.nodePosition(a)[0]}>${roads.graph.nodePosition(b)[0]}`;
    });

  it("takes both directions of a segment, or one of them", () => {
    const roads = smallCounty();
    const both = roads.close({ segments: [12], reason: "x" });
    const forward = roads.close({ segments: [12], direction: "forward", reason: "x" });
    const backward = roads.close({ segments: [12], direction: "backward", reason: "x" });
    expect([...both.edges]).toEqual([...forward.edges, ...backward.edges].sort((a, b) => a - b));
    expect([...forward.edges]).toEqual([roads.graph.columns.segmentForwardEdge[12]]);
    expect([...roads.close({ edges: [...forward.edges], reason: "x" }).edges]).toEqual([...forward.edges]);
    expect(codeOf(() => roads.close({ edges: [...forward.edges], direction: "backward", reason: "x" }))).toMatch(
      /^unknown-road/,
    );
  });

  it("finds OSM ways, roads and bridges by name, and keeps only what meets every condition", async () => {
    const { roads: graph } = await buildOnLine([
      { id: 71, nodes: [1, 2, 3], tags: { highway: "residential", name: "Quay Street" } },
      { id: 72, nodes: [3, 4], tags: { highway: "residential", name: "Old  Bridge", bridge: "yes" } },
      { id: 73, nodes: [4, 5, 6], tags: { highway: "residential", name: "Quay Street", ref: "B1;B2" } },
    ]);
    const roads = indexRoads(graph);
    const of = (selection: object): string[] => namesOf(roads, roads.close({ ...selection, reason: "x" })).sort();
    expect(of({ wayId: 72 })).toEqual(["0.002>0.003", "0.003>0.002"]);
    expect(of({ bridge: "old bridge" })).toEqual(of({ wayId: 72 }));
    expect(of({ wayId: [72, 73] })).toEqual([...of({ wayId: 72 }), ...of({ road: "b2" })].sort());
    const quay = of({ road: "QUAY STREET" });
    expect(quay).toEqual([...of({ wayId: 71 }), ...of({ wayId: 73 })].sort());
    expect(of({ road: "Quay Street", point: [0.0041, 51], bufferMetres: 40 })).toEqual(of({ wayId: 73 }));
    expect(codeOf(() => roads.close({ bridge: "New Bridge", reason: "x" }))).toMatch(/^unknown-road/);
    expect(roads.closures.some(({ selection }) => selection.bridge === "New Bridge")).toBe(false);
  });

  it("finds a bridge whose road has no name of its own by the name of the bridge", async () => {
    const { roads: graph } = await buildOnLine([
      { id: 71, nodes: [1, 2, 3], tags: { highway: "trunk", ref: "A14" } },
      { id: 72, nodes: [3, 4], tags: { highway: "trunk", ref: "A14", bridge: "yes", "bridge:name": "Orwell Bridge" } },
      { id: 73, nodes: [4, 5, 6], tags: { highway: "trunk", ref: "A14" } },
    ]);
    const roads = indexRoads(graph);
    for (const selection of [
      { bridge: "orwell bridge" },
      { road: "Orwell Bridge" },
      { bridge: "Orwell Bridge", road: "A14" },
    ]) {
      const closure = roads.close({ ...selection, reason: "high wind" });
      expect(namesOf(roads, closure).sort()).toEqual(["0.002>0.003", "0.003>0.002"]);
    }
  });

  it("closes a segment when any part of it lies within the area", () => {
    const roads = smallCounty();
    const [west, south] = at(3.4, -1);
    const [east, north] = at(4.2, 1);
    const ring = [
      [west, south],
      [east, south],
      [east, north],
      [west, north],
      [west, south],
    ];
    const closure = roads.close({ polygon: { type: "Polygon", coordinates: [ring] }, reason: "flood" });
    expect(namesOf(roads, closure).sort()).toEqual(
      [
        [3, 4],
        [4, 3],
        [4, 5],
        [5, 4],
      ].map(([a, b]) => `${at(a!)[0]}>${at(b!)[0]}`),
    );
  });

  it.each<[string, object, RegExp]>([
    ["nothing selected", {}, /at least one of edges, segments, wayId/],
    ["only a direction", { direction: "forward" }, /at least one of/],
    [
      "an unknown field",
      { edges: [1], way: 7 },
      /field way: "way" is not a field of a closure; the fields are .*wayId/,
    ],
    ["an edge that is not there", { edges: [120] }, /field edges: There is no edge 120; .*0 to 119/],
    ["a segment that is not there", { segments: [60] }, /field segments: There is no segment 60/],
    ["half an edge", { edges: [0.5] }, /field edges.0/],
    ["a wrong direction", { edges: [1], direction: "north" }, /field direction: .*both, forward, backward/],
    [
      "a line without a buffer",
      { line: { type: "LineString", coordinates: [at(1), at(2)] } },
      /bufferMetres is missing/,
    ],
    ["a buffer without a line", { edges: [1], bufferMetres: 5 }, /goes with a line or a point/],
    ["a buffer of 0 m", { point: at(1), bufferMetres: 0 }, /wider than 0 m/],
    [
      "an open ring",
      { polygon: { type: "Polygon", coordinates: [[at(1), at(2), at(3), at(4)]] } },
      /ends where it begins/,
    ],
    [
      "a latitude beyond the pole",
      { point: [52, 91], bufferMetres: 5 },
      /field point: .*\[.*\] is no longitude and latitude/,
    ],
    ["a time without an offset", { edges: [1], from: "2017-05-15 12:00" }, /field from: .*offset/],
    [
      "an end before the beginning",
      { edges: [1], from: instant(2), until: instant(2) },
      /field until: until is .*not after/,
    ],
    ["an empty reason", { edges: [1], reason: " " }, /field reason: .*write some text/],
    ["a speed", { edges: [1], kmh: 20 }, /"kmh" is not a field/],
  ])("is refused with %s", (_, fields, message) => {
    expect(codeOf(() => county.close({ reason: "x", ...fields }))).toMatch(message);
    expect(codeOf(() => county.close({ reason: "x", ...fields }))).toMatch(/^invalid-closure/);
    expect(county.version).toBe(0);
  });

  it("takes one of a speed and a factor, within reason", () => {
    const ask = (fields: object): string => codeOf(() => county.setSpeed({ edges: [1], reason: "x", ...fields }));
    expect(ask({})).toMatch(/^invalid-closure: field kmh: Give one of kmh/);
    expect(ask({ kmh: 20, factor: 0.5 })).toMatch(/Give one of kmh/);
    expect(ask({ kmh: 0 })).toMatch(/close the road instead/);
    expect(ask({ factor: 0 })).toMatch(/close the road instead/);
    expect(ask({ kmh: 2000 })).toMatch(/at most 200/);
  });
});

describe("a closure about no road", () => {
  const square = (west: number, south: number, side: number): object => ({
    type: "Polygon",
    coordinates: [
      [
        [west, south],
        [west + side, south],
        [west + side, south + side],
        [west, south + side],
        [west, south],
      ],
    ],
  });

  it.each<[string, object, RegExp]>([
    ["a letter for a digit", { road: "B13O" }, /No road here is called "B13O"\. Did you mean B130\?/],
    ["a slip in a name", { road: "quay stret" }, /Did you mean Quay Street\?/],
    ["a bridge of another name", { bridge: "The Orwell Bridge" }, /Did you mean Orwell Bridge\?/],
    ["a name that is nothing like any here", { road: "Whitechapel" }, /No road here is called "Whitechapel"\.$/],
    ["a way that is not driven", { wayId: 74 }, /No road here was made of way 74; ways that .* left out/],
    ["ways of elsewhere", { wayId: [1, 2] }, /No road here was made of any of the ways 1, 2;/],
    [
      "the direction nobody drives",
      { wayId: 75, direction: "backward" },
      /driven only forward, .* leave direction out/,
    ],
    [
      "a street and a place it does not pass",
      { road: "Quay Street", point: [0.0061, 51], bufferMetres: 9 },
      /none fits all/,
    ],
    [
      "latitude first",
      { polygon: square(50.9, -0.1, 0.2) },
      /with longitude and latitude swapped; give longitude first/,
    ],
    [
      "a line with latitude first",
      {
        line: {
          type: "LineString",
          coordinates: [
            [51, 0.001],
            [51, 0.002],
          ],
        },
        bufferMetres: 20,
      },
      /within 20 m of the line, but some would with longitude and latitude swapped/,
    ],
    [
      "a point with latitude first",
      { point: [51, 0.001], bufferMetres: 20 },
      /within 20 m of the point, but some would/,
    ],
    [
      "an area elsewhere",
      { polygon: square(-3, 55, 0.1) },
      /The polygon lies off these roads, which cover longitudes 0 to 0.008 and/,
    ],
    ["a place beside the road", { point: [0.001, 51.005], bufferMetres: 20 }, /within 20 m .*larger bufferMetres/],
    ["a field", { polygon: square(0.001, 51.005, 0.001) }, /No road here lies in the polygon; draw it larger/],
  ])("is told why: %s", async (_, selection, message) => {
    const ways: FixtureWay[] = [
      { id: 71, nodes: [1, 2, 3], tags: { highway: "residential", name: "Quay Street" } },
      { id: 72, nodes: [3, 4], tags: { highway: "residential", name: "Orwell Bridge", ref: "A14;B130" } },
      { id: 74, nodes: [4, 5], tags: { highway: "footway", name: "Steps" } },
      { id: 75, nodes: [4, 5, 6, 7, 8, 9], tags: { highway: "residential", oneway: "yes" } },
      { id: 76, nodes: [5, 10], tags: { highway: "residential" } },
    ];
    const nodes = { ...lineOfNodes(9), 10: [0.004, 51.01] as const };
    const { roads: graph } = await buildRoadGraph(osmFixture({ nodes, ways }), { profile: roundProfile() });
    const roads = indexRoads(graph);
    const request = { ...selection, reason: "x" };
    expect(codeOf(() => roads.close(request as never))).toMatch(/^unknown-road: /);
    expect(codeOf(() => roads.close(request as never))).toMatch(message);
    expect(roads.version).toBe(0);
  });
});

describe("a listener that closes and reopens roads itself", () => {
  const written = (): object => {
    const roads = smallCounty();
    for (let i = 0; i < 3; i++) roads.close({ id: `import-${i}`, edges: [i], reason: "flood" });
    return roads.exportClosures();
  };

  it("during an import finds every version one higher, in order, and no edge left closed", () => {
    const roads = smallCounty();
    const heard: number[] = [];
    const weights = new LiveWeights(roads);
    roads.onChange(({ closure, kind }) => {
      weights.moveTo(hour(1));
      if (kind !== "entered" || !closure.id.startsWith("import-")) return;
      roads.close({ id: `own-${closure.id}`, edges: [20 + closure.edges[0]!], reason: "detour" });
      if (closure.id === "import-1") roads.reopen("import-0");
    });
    roads.onChange(({ version }) => heard.push(version));
    roads.importClosures(written());
    expect(heard).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(roads.version).toBe(7);
    weights.moveTo(hour(1));
    expect(weights.weights).toEqual(expectedWeights(roads, hour(1)));
    for (const { id } of roads.closures) roads.reopen(id);
    weights.moveTo(hour(1));
    expect(weights.weights).toEqual(roads.weights);
  });

  it("makes, whatever it does and when, versions that rise by one and weights that follow from what is held", () => {
    const change = fc.record({ close: fc.boolean(), edge: fc.nat(119), after: fc.nat(8) });
    const imported = fc.array(fc.nat(119), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(imported, fc.array(change, { maxLength: 8 }), (edges, changes) => {
        const source = smallCounty();
        for (const edge of edges) source.close({ edges: [edge], reason: "flood" });
        const roads = smallCounty();
        const heard: number[] = [];
        const weights = new LiveWeights(roads);
        let calls = 0;
        roads.onChange(() => {
          for (const { close, edge } of changes.filter(({ after }) => after === calls)) {
            if (close) roads.close({ edges: [edge], reason: "by a listener" });
            else if (roads.closures.length > 0) roads.reopen(roads.closures[edge % roads.closures.length]!.id);
            weights.moveTo(hour(1));
            expect(weights.weights).toEqual(expectedWeights(roads, hour(1)));
          }
          calls++;
        });
        roads.onChange(({ version }) => heard.push(version));
        roads.importClosures(source.exportClosures());
        expect(heard).toEqual(Array.from({ length: heard.length }, (_, i) => i + 1));
        expect(roads.version).toBe(heard.length);
        weights.moveTo(hour(1));
        expect(weights.weights).toEqual(expectedWeights(roads, hour(1)));
      }),
    );
  });

  it("comes after an import that carries a version, which then stands for what was imported alone", () => {
    const source = smallCounty();
    for (const id of ["a", "b"]) source.close({ id, edges: [1], reason: "x" });
    source.reopen("a");
    const roads = smallCounty();
    const stop = roads.onChange(() => {
      stop();
      expect(roads.close({ edges: [9], reason: "y" }).version).toBe(4);
    });
    roads.importClosures(source.exportClosures());
    expect(roads.version).toBe(4);
  });
});

describe("several changes as one", () => {
  it("make one version, told to listeners one by one when all is done", () => {
    const roads = smallCounty();
    const flood = roads.close({ id: "flood", edges: [7], reason: "flood" });
    const told: unknown[] = [];
    roads.onChange(({ version, kind, closure }) => told.push([version, kind, closure?.id, roads.closures.length]));
    const entered = roads.reviseClosures({
      reopen: ["flood"],
      enter: [
        { kind: "closure", request: { id: "flood", edges: [7, 8], reason: "more flood" } },
        { kind: "slowdown", request: { edges: [9], factor: 0.5, reason: "spray" } },
        { kind: "slowdown", request: { edges: [11], factor: 0.5, reason: "spray" } },
      ],
    });
    expect(entered.map(({ id, version }) => [id, version])).toEqual([
      ["flood", 2],
      ["closure-2", 2],
      ["closure-2-2", 2],
    ]);
    expect(roads.closures).toEqual(entered);
    expect(told).toEqual([
      [2, "reopened", "flood", 3],
      [2, "entered", "flood", 3],
      [2, "entered", "closure-2", 3],
      [2, "entered", "closure-2-2", 3],
    ]);
    expect(roads.closures).not.toContain(flood);
    expect([roads.reviseClosures({}), roads.version]).toEqual([[], 2]);
  });

  it("are made all or not at all", () => {
    const roads = smallCounty();
    const held = [roads.close({ id: "flood", edges: [7], reason: "flood" })];
    const good = { kind: "closure", request: { edges: [1], reason: "x" } } as const;
    const tries: [object, RegExp][] = [
      [{ reopen: ["flood", "fog"], enter: [good] }, /^unknown-closure.*"fog"/],
      [
        { reopen: ["flood"], enter: [good, { kind: "closure", request: { road: "A2", reason: "x" } }] },
        /^unknown-road/,
      ],
      [{ reopen: ["flood"], enter: [good, { kind: "slowdown", request: { edges: [2], reason: "x" } }] }, /^invalid-cl/],
      [{ enter: [{ kind: "closure", request: { id: "flood", edges: [2], reason: "x" } }] }, /held already/],
    ];
    for (const [revision, message] of tries) {
      expect(codeOf(() => roads.reviseClosures(revision))).toMatch(message);
      expect([roads.closures, roads.version]).toEqual([held, 1]);
    }
  });
});

describe("closures as GeoJSON", () => {
  const polygonAround = (km: number) => {
    const corner = (dx: number, north: number) => at(km + dx, north);
    const ring = [corner(-0.2, -0.2), corner(0.2, -0.2), corner(0.2, 0.2), corner(-0.2, 0.2), corner(-0.2, -0.2)];
    return { type: "Polygon" as const, coordinates: [ring] };
  };

  it("come back as they were written", () => {
    const roads = smallCounty();
    const random = new SeededRandom(7);
    roads.close({ polygon: polygonAround(7.5), reason: "flood", by: "fire control" });
    roads.close({ road: "A1", point: at(20.5), bufferMetres: 30, direction: "forward", reason: "crash" });
    roads.close({ edges: [random.integer(120), random.integer(120)], until: instant(9), reason: "works" });
    roads.setSpeed({ id: "fog", segments: [3, 4], factor: 0.5, from: instant(1), reason: "fog" });
    roads.setSpeed({
      line: { type: "LineString", coordinates: [at(30), at(31)] },
      bufferMetres: 5,
      kmh: 30,
      reason: "ice",
    });
    const text = JSON.stringify(roads.exportClosures());
    const again = smallCounty();
    const heard: number[] = [];
    again.onChange(({ version }) => heard.push(version));
    expect(again.importClosures(JSON.parse(text))).toEqual({ entered: roads.closures, withoutRoads: [] });
    expect(heard).toEqual([1, 2, 3, 4, 5]);
    expect(again.stateAt(hour(2))).toEqual(roads.stateAt(hour(2)));
    expect(JSON.stringify(again.exportClosures())).toBe(text);
  });

  it("carry the version, so that roads which take over what others hold answer as they do", () => {
    const roads = smallCounty();
    for (const id of ["a", "b", "c"]) roads.close({ id, road: "A1", reason: "x" });
    roads.reopen("b");
    const again = smallCounty();
    again.importClosures(roads.exportClosures());
    expect([again.version, again.stateAt(hour(1)).version]).toEqual([4, 4]);
    expect(again.close({ road: "A1", reason: "y" }).version).toBe(5);
  });

  const collection = (...features: object[]) => ({ type: "FeatureCollection", features });
  const feature = (geometry: object | null, properties: object, id?: string) => ({
    type: "Feature",
    ...(id === undefined ? {} : { id }),
    geometry,
    properties: { reason: "x", ...properties },
  });

  const far = { type: "Point", coordinates: [100, 10] };
  const mixed = collection(
    feature(far, { bufferMetres: 10 }),
    feature(null, { road: "A1" }, "all"),
    feature(polygonAround(3), { kmh: 20 }),
    feature(null, { road: "M25", until: "2017-05-15T19:00:00+01:00" }),
  );

  it("leave out, and name, those that are about no road here, where that is asked for", () => {
    const roads = smallCounty();
    const { entered, withoutRoads } = roads.importClosures(mixed, "leave-out");
    expect(entered.map(({ id, kind, edges }) => [id, kind, edges.length])).toEqual([
      ["all", "closure", 120],
      ["closure-2", "slowdown", 4],
    ]);
    expect(withoutRoads.map(({ place, id }) => [place, id])).toEqual([
      [0, undefined],
      [3, undefined],
    ]);
    expect(roads.closures).toEqual(entered);
  });

  it("hold those that are about no road here without closing anything, and write them out again", () => {
    const roads = smallCounty();
    const { entered, withoutRoads } = roads.importClosures(mixed);
    expect(entered.map(({ id }) => id)).toEqual(["all", "closure-3"]);
    expect(withoutRoads.map(({ place, id }) => [place, id])).toEqual([
      [0, "closure-1"],
      [3, "closure-4"],
    ]);
    const idsAt = (text: string) => roads.stateAt(Date.parse(text)).withoutRoads.map(({ id }) => id);
    expect(idsAt("2017-05-15T18:59:59.999+01:00")).toEqual(["closure-1", "closure-4"]);
    expect(idsAt("2017-05-15T19:00:00+01:00")).toEqual(["closure-1"]);
    const written = roads.exportClosures();
    expect(written.features.map(({ id, geometry }) => [id, geometry?.type])).toEqual([
      ["closure-1", "Point"],
      ["all", "MultiLineString"],
      ["closure-3", "Polygon"],
      ["closure-4", undefined],
    ]);
    const again = smallCounty();
    again.importClosures(JSON.parse(JSON.stringify(written)));
    expect(again.exportClosures()).toEqual(written);
    roads.reopen("closure-1");
    expect(roads.exportClosures().features.map(({ id }) => id)).toEqual(["all", "closure-3", "closure-4"]);
  });

  it.each<[string, unknown, RegExp]>([
    ["no collection", { type: "Feature" }, /not a GeoJSON FeatureCollection/],
    ["a text", "closed", /not a GeoJSON FeatureCollection/],
    [
      "a bare line",
      collection(feature({ type: "LineString", coordinates: [at(1), at(2)] }, {})),
      /row 1.*at least one of/,
    ],
    ["another geometry", collection(feature({ type: "GeometryCollection" }, {})), /row 1.*GeometryCollection.*Polygon/],
    ["another kind", collection(feature(null, { road: "A1", kind: "gate" })), /row 1, field kind: kind is "gate"/],
    [
      "a mistake in the second",
      collection(feature(null, { road: "A1" }), feature(null, { road: "A1", until: "noon" })),
      /row 2, field until/,
    ],
    [
      "edges of other roads",
      { ...collection(feature(null, { edges: [1] })), roads: "sha256:00" },
      /row 1, field edges: .*written for other roads/,
    ],
    [
      "an id twice",
      collection(feature(null, { road: "A1" }, "a"), feature(null, { road: "A1" }, "a")),
      /"a" is held already/,
    ],
  ])("are refused with %s, and none is entered", (_, geojson, message) => {
    const roads = smallCounty();
    expect(codeOf(() => roads.importClosures(geojson))).toMatch(message);
    expect(codeOf(() => roads.importClosures(geojson))).toMatch(/^invalid-closure/);
    expect(roads.version).toBe(0);
  });
});
