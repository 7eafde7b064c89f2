import { describe, expect, it } from "vitest";
import { SeededRandom } from "../../src/core/random";
import { INFINITE_MS, toFixedDegrees } from "../../src/core/units";
import { openOsmSource } from "../../src/node/files/open-osm-source";
import { csvFiles } from "../../src/output/roads-csv";
import { buildRoadGraph } from "../../src/roads/build/build-road-graph";
import { DIRECTIONS } from "../../src/roads/graph/edge-key";
import type { RoadGraph } from "../../src/roads/graph/road-graph";
import { indexRoads } from "../../src/roads/index-roads";
import { BUILT_IN_PROFILES, builtInProfile, type VehicleProfile } from "../../src/roads/profile/profile";
import type { RoadIndex } from "../../src/roads/road-index";
import { arrivalAccessPoints, departureAccessPoints } from "../../src/roads/snap/road-point";
import type { RoadPoint } from "../../src/roads/snap/snap-index";
import { DIJKSTRA_ENGINE } from "../../src/shortest-path/dijkstra/dijkstra-engine";
import { REFERENCE_ENGINE } from "../../src/shortest-path/dijkstra/reference-engine";
import type { EngineChoice } from "../../src/shortest-path/engine";
import { CsvOutsider } from "../support/csv-outsider";
import { RawLaw, type RawPiece } from "../support/legality";
import { collect } from "../support/osm-elements";
import { osmFixture } from "../support/osm-fixture";
import { type RestrictedGrid, restrictedGrid } from "../support/restricted-grid";
import { brokenInvariants } from "../support/road-fixtures";
import { needsSharedData, sharedData } from "../support/shared-data";

const ENGINES: readonly EngineChoice[] = ["cch", DIJKSTRA_ENGINE, REFERENCE_ENGINE];

const blueLight = builtInProfile("blue-light");

async function indexGrid(grid: RestrictedGrid, profile: VehicleProfile = blueLight): Promise<RoadIndex> {
  const { roads } = await buildRoadGraph(osmFixture(grid), { profile });
  expect(brokenInvariants(roads)).toEqual([]);
  const index = indexRoads(roads);
  expect(brokenInvariants(index.graph)).toEqual([]);
  return index;
}

const onNode = (graph: RoadGraph, node: number): RoadPoint => ({
  segment: -1,
  fraction: 0,
  node,
  position: graph.nodePosition(node),
  distanceMetres: 0,
});

/** Travel times from a base node to each of these, by every engine. */
function timesByEngine(roads: RoadIndex, from: number, to: readonly number[], engines = ENGINES): number[][] {
  const { graph, weights } = roads;
  const targets = to.map((node) => arrivalAccessPoints(graph, weights, onNode(graph, node)));
  const seeds = departureAccessPoints(graph, weights, onNode(graph, from));
  return engines.map((name) => [...roads.createEngine(name, targets).oneToMany({ accessPoints: seeds })]);
}

const basesOf = (graph: RoadGraph): number[] =>
  Array.from({ length: graph.nodeCount }, (_, node) => node).filter((node) => graph.junctionOf(node) === node);

/** Times by searching over whole sequences of streets, asking the law at each junction. Streets are of one piece. */
function lawfulTimes(law: RawLaw, grid: RestrictedGrid, milliseconds: Map<string, number>, from: number) {
  const times = new Map<number, number>([[from, 0]]);
  const settled = new Set<string>();
  let queue: { driven: RawPiece[]; time: number }[] = [];
  const expand = (driven: RawPiece[], at: number, time: number): void => {
    for (const { id, nodes } of grid.ways) {
      for (const [a, b] of [nodes, [...nodes].reverse()] as [number, number][]) {
        const piece = { way: id, from: a, to: b };
        if (a !== at || law.faultOf(driven, piece) !== undefined) continue;
        // No restriction of the grid spans more than four streets.
        queue.push({ driven: [...driven, piece].slice(-3), time: time + milliseconds.get(`${id} ${a}`)! });
      }
    }
  };
  expand([], from, 0);
  while (queue.length > 0) {
    const next = queue.reduce((best, item) => (item.time < best.time ? item : best));
    queue = queue.filter((item) => item !== next);
    const key = JSON.stringify(next.driven);
    if (settled.has(key)) continue;
    settled.add(key);
    const { to } = next.driven.at(-1)!;
    if (!times.has(to)) times.set(to, next.time);
    expand(next.driven, to, next.time);
  }
  return times;
}

describe("forbidden turns", () => {
  it("are obeyed by every engine, and nothing else is lost: against a search over sequences of streets", async () => {
    let copies = 0;
    for (let seed = 1; seed <= 25; seed++) {
      const grid = restrictedGrid(seed, 4, 12);
      const roads = await indexGrid(grid);
      const { graph } = roads;
      const { segmentTail, segmentFirstWay, wayId } = graph.columns;
      copies += graph.nodeCount - graph.junctionCount;
      const nodeAt = new Map(basesOf(graph).map((node) => [graph.nodePosition(node).join(), node]));
      const nodeOf = (id: number): number | undefined => nodeAt.get(grid.nodes[id]!.join());
      const milliseconds = new Map<string, number>();
      for (let segment = 0; segment < graph.segmentCount; segment++) {
        const way = wayId[segmentFirstWay[segment]!]!;
        const ends = grid.ways.find(({ id }) => id === way)!.nodes;
        const along = nodeOf(ends[0]!) === segmentTail[segment];
        milliseconds.set(`${way} ${ends[0]}`, graph.segmentMilliseconds(segment, along ? "forward" : "backward"));
        milliseconds.set(`${way} ${ends[1]}`, graph.segmentMilliseconds(segment, along ? "backward" : "forward"));
      }
      const law = new RawLaw(await collect(osmFixture(grid)));
      const ids = Object.keys(grid.nodes)
        .map(Number)
        .filter((id) => nodeOf(id) !== undefined);
      const random = new SeededRandom(seed);
      for (let trial = 0; trial < 2; trial++) {
        const from = random.pick(ids);
        const lawful = lawfulTimes(law, grid, milliseconds, from);
        const expected = ids.map((id) => lawful.get(id) ?? INFINITE_MS);
        const found = timesByEngine(
          roads,
          nodeOf(from)!,
          ids.map((id) => nodeOf(id)!),
        );
        for (const times of found) expect(times, `seed ${seed}, from node ${from}`).toEqual(expected);
      }
    }
    expect(copies).toBeGreaterThan(200);
  });

  it.each(BUILT_IN_PROFILES)(
    "are told by the csv files alone, doubled streets and loops included, for %s",
    async (name) => {
      for (let seed = 1; seed <= 25; seed++) {
        const roads = await indexGrid(restrictedGrid(seed, 5, 15, true), builtInProfile(name));
        const outsider = outsiderOf(roads.graph);
        const bases = basesOf(roads.graph);
        expect(outsider.nodeCount).toBe(bases.length);
        expect(outsider.ambiguousRuns, `seed ${seed}`).toEqual([]);
        const from = new SeededRandom(seed).integer(bases.length);
        const told = outsider.timesFrom(from);
        const expected = bases.map((_, place) => told.get(place) ?? INFINITE_MS);
        for (const times of timesByEngine(roads, bases[from]!, bases)) expect(times, `seed ${seed}`).toEqual(expected);
      }
    },
  );

  it.each([
    ["monaco", 46],
    ["rutland-2022", 3],
    ["portland", 800],
    ["liechtenstein", 80],
    ["porto", 350],
  ] as const)(`are told by the csv files of %s ${needsSharedData}`, async (file, turns) => {
    const path = sharedData(`osm/${file}.osm.pbf`);
    if (path === undefined) return;
    const { roads: graph } = await buildRoadGraph(await openOsmSource(path));
    const roads = indexRoads(graph);
    const outsider = outsiderOf(roads.graph);
    expect(outsider.turnCount).toBeGreaterThan(turns * 0.9);
    expect(outsider.ambiguousRuns).toEqual([]);
    const bases = basesOf(roads.graph);
    const random = new SeededRandom(17);
    for (let sample = 0; sample < 3; sample++) {
      const from = random.integer(bases.length);
      const to = Array.from({ length: 500 }, () => random.integer(bases.length));
      const told = outsider.timesFrom(from);
      const expected = to.map((place) => told.get(place) ?? INFINITE_MS);
      // The reference engine searches once per target: minutes, for so many.
      for (const times of timesByEngine(
        roads,
        bases[from]!,
        to.map((place) => bases[place]!),
        ["cch", DIJKSTRA_ENGINE],
      )) {
        expect(times, `seed 17, from ${from}`).toEqual(expected);
      }
    }
  });
});

describe("copies of nodes", () => {
  it("are nowhere to be seen: locations snap to the node itself, at 0 m", async () => {
    const roads = await indexGrid(restrictedGrid(3, 5, 25));
    const { graph } = roads;
    for (const copy of graph.columns.splitNode) {
      const point = roads.snap(graph.nodePosition(copy));
      expect([point.node, point.distanceMetres]).toEqual([graph.junctionOf(copy), 0]);
    }
    const lines = [...csvFiles(graph)["nodes.csv"]!].join("").trimEnd().split("\n").slice(1);
    expect(lines.map((line) => Number(line.split(",")[0]))).toEqual(lines.map((_, place) => place));
    expect(
      lines.map((line) =>
        line
          .split(",")
          .slice(1)
          .map((text) => toFixedDegrees(Number(text))),
      ),
    ).toEqual(basesOf(graph).map((node) => [graph.columns.nodeLon[node], graph.columns.nodeLat[node]]));
  });

  it("all end a journey that ends on their edges", async () => {
    const roads = await indexGrid(restrictedGrid(3, 5, 25));
    const { graph, weights } = roads;
    const shared = Array.from({ length: graph.segmentCount }, (_, s) => s).filter(
      (segment) => graph.edgesOfSegment(segment, "forward").length > 1,
    );
    expect(shared.length).toBeGreaterThan(10);
    for (const segment of shared) {
      const point = { segment, fraction: 0.5, node: -1, position: [0, 0], distanceMetres: 0 } as const;
      const arrivals = arrivalAccessPoints(graph, weights, point);
      const tails = DIRECTIONS.flatMap((direction) => graph.edgesOfSegment(segment, direction)).map((e) =>
        graph.edgeTail(e),
      );
      expect(arrivals.map(({ node }) => node)).toEqual(tails);
      expect(departureAccessPoints(graph, weights, point).length).toBeLessThanOrEqual(2);
    }
  });
});

function outsiderOf(graph: RoadGraph): CsvOutsider {
  const files = csvFiles(graph);
  const text = (name: string): string => [...files[name]!].join("");
  return new CsvOutsider(text("nodes.csv"), text("edges.csv"), text("turns.csv"));
}
