import { describe, expect, it } from "vitest";
import { DiversionError } from "../../src/core/errors";
import { SeededRandom } from "../../src/core/random";
import { INFINITE_MS, type Position } from "../../src/core/units";
import { type BuiltRoads, buildRoadGraph } from "../../src/roads/build/build-road-graph";
import type { CloseRequest } from "../../src/roads/closures/closure";
import { LiveWeights } from "../../src/roads/closures/live-weights";
import { MAXIMUM_PROFILES } from "../../src/roads/graph/segment-table";
import { builtInProfile, type VehicleProfile } from "../../src/roads/profile/profile";
import type { RoadIndex } from "../../src/roads/road-index";
import { encodeRoads, readRoads, roadGraphChecksum } from "../../src/roads/roads-file";
import { departureAccessPoints } from "../../src/roads/snap/road-point";
import { verifyRoads } from "../../src/roads/verify-roads";
import { DIJKSTRA_ENGINE } from "../../src/shortest-path/dijkstra/dijkstra-engine";
import { REFERENCE_ENGINE } from "../../src/shortest-path/dijkstra/reference-engine";
import type { OsmFixture } from "../support/osm-fixture";
import { osmFixture } from "../support/osm-fixture";
import { indexOf, profileParity } from "../support/profile-parity";
import { restrictedGrid } from "../support/restricted-grid";

const blueLight = builtInProfile("blue-light");
const normalRoad = builtInProfile("normal-road");

/** Drives what an ambulance on blue lights does, through every barrier, and turns round at dead ends alone. */
const heavy: VehicleProfile = {
  ...blueLight,
  name: "heavy",
  classes: { residential: { speedKmh: 40, factor: 1 }, service: { speedKmh: 10, factor: 1 } },
  contraflow: { classes: ["residential"], speedKmh: 8 },
  barriers: { kinds: { bollard: 20, gate: 0, block: 40 }, details: {} },
  uTurns: "dead-ends",
};

/** A seeded town in which the profiles differ in all they can: classes, access, barriers, one-way streets, turns. */
function disputedTown(seed: number): OsmFixture {
  const town = restrictedGrid(seed, 8, 30, true);
  const random = new SeededRandom(seed + 1);
  const nodes: Record<number, readonly [number, number]> = { ...town.nodes };
  const nodeTags: Record<number, Record<string, string>> = {};
  const ways = town.ways.map((way) => {
    const kind = random.next();
    const tags =
      kind < 0.1
        ? { ...way.tags, highway: "pedestrian" }
        : kind < 0.2
          ? { ...way.tags, highway: "service", motor_vehicle: "no", psv: "yes" }
          : kind < 0.3
            ? { ...way.tags, maxspeed: "20" }
            : way.tags;
    if (random.next() > 0.3) return { ...way, tags };
    const line = [...way.nodes];
    const [a, b] = [nodes[line[0]!]!, nodes[line[1]!]!];
    const id = 50_000 + way.id;
    nodes[id] = [Number(((a[0] + b[0]) / 2).toFixed(7)), Number(((a[1] + b[1]) / 2).toFixed(7))];
    nodeTags[id] = { barrier: random.pick(["bollard", "gate", "block", "cattle_grid"]) };
    line.splice(1, 0, id);
    return { ...way, tags, nodes: line };
  });
  const relations = town.relations.map((relation) => {
    const except = random.pick(["", "", "psv", "emergency"]);
    return except === "" ? relation : { ...relation, tags: { ...relation.tags, except } };
  });
  return { nodes, ways, relations, nodeTags };
}

const town = disputedTown(3);
const builtTown = (profiles: readonly VehicleProfile[]): Promise<BuiltRoads> =>
  buildRoadGraph(osmFixture(town), { profiles });

/** Milliseconds from one location to another. */
function drive(roads: RoadIndex, from: Position, to: Position): number {
  const [start, end] = [roads.snap(from), roads.snap(to)];
  const target = [{ node: end.node, milliseconds: 0 }, ...copiesOf(roads, end.node)];
  const engine = roads.createEngine(DIJKSTRA_ENGINE, [target]);
  return engine.oneToMany({ accessPoints: departureAccessPoints(roads.graph, roads.weights, start) })[0]!;
}

const copiesOf = ({ graph }: RoadIndex, node: number) =>
  Array.from(graph.splitNodesOf(node), (copy) => ({ node: copy, milliseconds: 0 }));

describe("roads that serve several profiles", () => {
  it.each([1, 2, 3, 4, 5, 6])("answer under each as roads built for it alone, in disputed town %i", async (seed) => {
    const { nodes, ...fixture } = disputedTown(seed);
    // At junctions: two nodes at a barrier lie in one place, and which of them gives way by a centimetre is not the same
    // where other profiles pass, so what is beside them may be half a millisecond off.
    const places = Object.entries(nodes).flatMap(([id, position]) => (Number(id) < 1000 ? [position] : []));
    const parity = await profileParity(osmFixture({ nodes, ...fixture }), [blueLight, normalRoad, heavy], {
      seed,
      places,
      origins: 25,
      engines: ["cch", DIJKSTRA_ENGINE, REFERENCE_ENGINE],
    });
    expect(parity.faults.slice(0, 3)).toEqual([]);
    expect(parity.compared).toBeGreaterThan(1000);
  });

  it("differ by profile in the town tested", async () => {
    const { roads } = await builtTown([blueLight, normalRoad, heavy]);
    const driven = roads.profiles.map(({ edgeMilliseconds }) => edgeMilliseconds.map((ms) => Number(ms < INFINITE_MS)));
    expect(new Set(driven.map(String)).size).toBe(3);
    for (const isDriven of driven) expect(isDriven).toContain(0);
    const turns = roads.profiles.map(({ turnFirst }) => turnFirst.length - 1);
    expect(Math.min(...turns)).toBeGreaterThan(5);
    expect(new Set(turns).size).toBe(3);
  });

  it("come back from the file with every profile, and have a checksum for each", async () => {
    const roads = indexOf(await builtTown([normalRoad, blueLight]));
    const bytes = Uint8Array.from(Buffer.concat(encodeRoads(roads)));
    const opened = readRoads(bytes);
    expect(opened.profiles).toEqual(["normal-road", "blue-light"]);
    expect(opened.description.profile).toBe("normal-road");
    const other = opened.withProfile("blue-light");
    expect(other.description).toEqual(roads.withProfile("blue-light").description);
    expect(other.description.profile).toBe("blue-light");
    expect(other.graph.columns).toEqual(roads.withProfile("blue-light").graph.columns);
    expect(other.checksum).not.toBe(opened.checksum);
    for (const own of [opened, other]) expect(own.checksum).toBe(roadGraphChecksum(own.graph));
    // Whichever profile is handed over, all are written.
    expect(Buffer.compare(Buffer.concat(encodeRoads(other)), bytes)).toBe(0);
    expect(
      verifyRoads(other, { engines: ["cch", DIJKSTRA_ENGINE, REFERENCE_ENGINE], samples: 12 }).difference,
    ).toBeUndefined();
  });

  it("share hierarchy and geometry, and customize a profile once", async () => {
    const roads = indexOf(await builtTown([blueLight, normalRoad]));
    const other = roads.withProfile("normal-road");
    expect(roads.withProfile("normal-road")).toBe(other);
    expect(other.withProfile("blue-light")).toBe(roads);
    expect(other.hierarchy).toBe(roads.hierarchy);
    expect(other.metric).toBe(other.metric);
    expect(other.metric).not.toEqual(roads.metric);
    expect(other.snapColumns.points).toBe(roads.snapColumns.points);
    expect(other.graph.columns.edgeHead).toBe(roads.graph.columns.edgeHead);
  });

  it("are closed and slowed for all profiles at once, each relative to its own times", async () => {
    const roads = indexOf(await builtTown([blueLight, normalRoad]));
    const other = roads.withProfile("normal-road");
    const heard: number[] = [];
    roads.onChange(({ version }) => heard.push(version));
    const street = roads.graph.roads.find(({ name }) => name !== "")!.name;
    other.setSpeed({ road: street, factor: 0.5, reason: "ice" });
    expect(heard).toEqual([1]);
    for (const own of [roads, other]) {
      const live = new LiveWeights(own);
      live.moveTo(0);
      expect(live.state.edges.length).toBeGreaterThan(0);
      for (const edge of live.state.edges) {
        const usual = own.weights[edge]!;
        expect(live.weights[edge]).toBe(usual >= INFINITE_MS ? INFINITE_MS : usual * 2);
      }
    }
    expect(roads.closures).toEqual(other.closures);
    const [written] = roads.closures;
    roads.reopen(written!.id);
    expect(other.closures).toEqual([]);
    expect(other.version).toBe(2);
  });

  it("know closures by number that another profile wrote", async () => {
    const roads = indexOf(await builtTown([blueLight, normalRoad]));
    const other = roads.withProfile("normal-road");
    roads.close({ edges: [3], reason: "flood" });
    const written = roads.exportClosures();
    const again = indexOf(await builtTown([blueLight, normalRoad])).withProfile("normal-road");
    expect(again.importClosures(written).entered.length).toBe(1);
    expect(again.closures[0]!.edges).toEqual(other.closures[0]!.edges);
  });

  it("are closed on the road that a number names, whichever segments other profiles have for it", async () => {
    const nodes: OsmFixture["nodes"] = { 1: [0, 51], 2: [0.01, 51], 3: [0.02, 51], 4: [0.01, 51.01] };
    const ways = [
      { nodes: [1, 2, 3], tags: { highway: "primary", name: "Main Road" } },
      { nodes: [2, 4], tags: { highway: "track", name: "Track" } },
    ];
    const roads = indexOf(await buildRoadGraph(osmFixture({ nodes, ways }), { profiles: [blueLight, normalRoad] }));
    const { graph } = roads;
    const segmentsOf = (profile: number): number[] =>
      Array.from({ length: graph.segmentCount }, (_, s) => s).filter(
        (s) => graph.underProfile(profile).segmentMilliseconds(s, "forward") < INFINITE_MS,
      );
    const onMain = (s: number): boolean => graph.roads[graph.columns.segmentRoad[s]!]!.name === "Main Road";
    const [halves, [whole]] = [segmentsOf(0).filter(onMain), segmentsOf(1)];
    expect([halves.length, segmentsOf(1).length]).toEqual([2, 1]);
    const closed = (request: CloseRequest): number[] => {
      const { id, edges } = roads.close(request);
      roads.reopen(id);
      return [...new Set(Array.from(edges, (edge) => graph.columns.keyOfEdge[edge]!))].sort((a, b) => a - b);
    };
    const both = (...segments: number[]): number[] => segments.flatMap((s) => [2 * s, 2 * s + 1]).sort((a, b) => a - b);
    expect(closed({ segments: [halves[0]!], reason: "works" })).toEqual(both(halves[0]!, whole!));
    expect(closed({ segments: [whole!], reason: "works" })).toEqual(both(...halves, whole!));
    const edge = graph.columns.segmentForwardEdge[halves[1]!]!;
    const oneWay = closed({ edges: [edge], reason: "crash" });
    expect(oneWay.length).toBe(2);
    expect(oneWay).toContain(graph.columns.keyOfEdge[edge]);
    const [fromWest, toWest] = [roads.graph.columns.segmentTail, roads.graph.columns.segmentHead];
    const headsEast = (code: number): boolean => {
      const [a, b] = code & 1 ? [toWest[code >> 1]!, fromWest[code >> 1]!] : [fromWest[code >> 1]!, toWest[code >> 1]!];
      return graph.nodePosition(a)[0] < graph.nodePosition(b)[0];
    };
    expect(new Set(oneWay.map(headsEast)).size).toBe(1);
  });

  it("refuse a profile they do not serve, naming those they do", async () => {
    const roads = indexOf(await builtTown([blueLight, normalRoad]));
    expect(() => roads.withProfile("bicycle")).toThrow('they serve "blue-light", "normal-road"');
    expect(() => roads.withProfile("bicycle")).toThrow(DiversionError);
  });

  it("refuse no profile, too many, and two of one name", async () => {
    await expect(builtTown([])).rejects.toMatchObject({ code: "invalid-argument" });
    const many = Array.from({ length: MAXIMUM_PROFILES + 1 }, (_, i) => ({ ...blueLight, name: `profile ${i}` }));
    await expect(builtTown(many)).rejects.toMatchObject({ code: "invalid-argument" });
    await expect(builtTown([blueLight, { ...normalRoad, name: "blue-light" }])).rejects.toThrow(
      'Two of the profiles are named "blue-light"',
    );
  });

  it("leave a road out for the profile that may not drive it, on the way and in snapping", async () => {
    const nodes: Record<number, readonly [number, number]> = {};
    for (let i = 0; i <= 60; i++) nodes[1 + i] = [i / 1000, 51];
    nodes[100] = [0.03, 51.002];
    const line = Array.from({ length: 61 }, (_, i) => 1 + i);
    const fixture: OsmFixture = {
      nodes,
      ways: [
        ...line.slice(1).map((node, i) => ({ nodes: [node - 1, node], tags: { highway: "primary", name: `${i}` } })),
        { nodes: [11, 100, 51], tags: { highway: "service", motor_vehicle: "no", emergency: "yes", name: "Lane" } },
      ],
      nodeTags: {},
    };
    const roads = indexOf(await buildRoadGraph(osmFixture(fixture), { profiles: [blueLight, normalRoad] }));
    const other = roads.withProfile("normal-road");
    const onLane: Position = [0.03, 51.0019];
    const nameAt = (own: RoadIndex): string =>
      own.graph.roads[own.graph.columns.segmentRoad[own.snap(onLane).segment]!]!.name;
    expect(nameAt(roads)).toBe("Lane");
    expect(nameAt(other)).not.toBe("Lane");
    expect(drive(roads, nodes[1]!, nodes[61]!)).toBeLessThan(INFINITE_MS);
    expect(other.description.report.segments).toBe(60);
    expect(roads.description.report.segments).toBe(61);
  });
});
