import { describe, expect, it } from "vitest";
import { astana, gothenburg, montevideo } from "../../../bench/networks";
import { distanceMetres } from "../../../src/core/geometry";
import { SeededRandom } from "../../../src/core/random";
import { fromFixedDegrees, type Position } from "../../../src/core/units";
import { openOsmSource } from "../../../src/node/files/open-osm-source";
import { buildRoadGraph } from "../../../src/roads/build/build-road-graph";
import type { RoadGraph } from "../../../src/roads/graph/road-graph";
import { defaultProfile, type VehicleProfile } from "../../../src/roads/profile/profile";
import { WayEvaluator } from "../../../src/roads/profile/way-evaluator";
import type { OsmSource } from "../../../src/roads/sources/osm-source";
import { addStep, type PlainNetwork, plainDijkstra } from "../../support/plain-dijkstra";
import { brokenInvariants, placeOf } from "../../support/road-fixtures";
import { needsSharedData, sharedData } from "../../support/shared-data";

/** Without barriers, fords and waits for ferries, which the plain network below does not know. */
const profile: VehicleProfile = {
  ...defaultProfile(),
  barriers: { kinds: {}, details: {} },
  closedBy: {},
  ferry: { boardingWaitSeconds: 0 },
};

/** The source with its nodes' tags left out: access tags shut a barrier of whatever kind. */
const withoutBarriers = (source: OsmSource): OsmSource => ({
  name: source.name,
  read: (handler) =>
    source.read({
      ...(handler.node === undefined ? {} : { node: (id, lon, lat) => handler.node!(id, lon, lat, undefined) }),
      ...(handler.way === undefined ? {} : { way: (id, nodes, tags) => handler.way!(id, nodes, tags) }),
    }),
});

/** Every piece of every drivable way by itself: no folding, no rounding. Places are positions. */
async function unfoldedNetwork(source: OsmSource): Promise<PlainNetwork> {
  const positions = new Map<number, Position>();
  await source.read({
    node: (id, lon, lat) => void positions.set(id, [fromFixedDegrees(lon), fromFixedDegrees(lat)]),
  });
  const evaluator = new WayEvaluator(profile);
  const network: PlainNetwork = new Map();
  await source.read({
    way(_, nodes, tags) {
      const use = evaluator.evaluate(tags);
      if (typeof use !== "object") return;
      for (let i = 1; i < nodes.length; i++) {
        const [a, b] = [positions.get(nodes[i - 1]!)!, positions.get(nodes[i]!)!];
        const metres = distanceMetres(a, b);
        if (use.forwardKmh > 0) addStep(network, a.join(), b.join(), (metres * 3600) / use.forwardKmh);
        if (use.backwardKmh > 0) addStep(network, b.join(), a.join(), (metres * 3600) / use.backwardKmh);
      }
    },
  });
  return network;
}

function foldedNetwork(roads: RoadGraph): PlainNetwork {
  const network: PlainNetwork = new Map();
  const { edgeHead, edgeMilliseconds } = roads.columns;
  for (let e = 0; e < roads.edgeCount; e++) {
    addStep(network, placeOf(roads, roads.edgeTail(e)), placeOf(roads, edgeHead[e]!), edgeMilliseconds[e]!);
  }
  return network;
}

describe.each([
  ["Montevideo", montevideo, 18_000, 0.99],
  ["Astana", astana, 11_000, 0.979],
  ["Gothenburg", gothenburg, 13_000, 0.97],
] as const)("%s", (name, open, leastNodes, leastShare) => {
  it("is a sound road graph, nearly all of it in one component", async () => {
    const { roads, report } = await buildRoadGraph((await open()).roads);
    expect(brokenInvariants(roads)).toEqual([]);
    expect(report.source).toBe(name);
    expect(report.nodes).toBeGreaterThan(leastNodes);
    expect(report.largestComponentShare).toBeGreaterThan(leastShare);
    expect(report.missingNodes).toBe(0);
  });

  it("takes as long to cross as the same streets with nothing folded", async () => {
    const source = withoutBarriers((await open()).roads);
    const { roads } = await buildRoadGraph(source, { profile });
    const folded = foldedNetwork(roads);
    const unfolded = await unfoldedNetwork(source);
    const random = new SeededRandom(2017);
    for (let sample = 0; sample < 3; sample++) {
      const from = random.integer(roads.nodeCount);
      const found = plainDijkstra(folded, placeOf(roads, from));
      const exact = plainDijkstra(unfolded, placeOf(roads, from));
      for (let node = 0; node < roads.nodeCount; node++) {
        const place = placeOf(roads, node);
        const [a, b] = [found.get(place), exact.get(place)];
        if (a === undefined || b === undefined) {
          expect(a, `seed 2017, from node ${from} to ${node}`).toBe(b);
          continue;
        }
        // Rounding moves each edge by half a millisecond, the minimum of 1 ms by less than one.
        const within = Math.abs(a.milliseconds - b.milliseconds) <= Math.max(a.steps, b.steps) + 1e-6;
        if (!within) expect(a.milliseconds, `seed 2017, from node ${from} to ${node}`).toBe(b.milliseconds);
      }
    }
  });
});

describe.each([
  ["rutland-2022", 7_400, 0.97],
  ["porto", 63_000, 0.98],
  ["portland", 14_000, 0.98],
  ["liechtenstein", 5_700, 0.95],
  ["monaco", 900, 0.88],
] as const)("%s", (name, leastNodes, leastShare) => {
  const path = sharedData(`osm/${name}.osm.pbf`);
  it.skipIf(path === undefined)(
    `is a sound road graph, nearly all of it in one component ${needsSharedData}`,
    async () => {
      const { roads, report } = await buildRoadGraph(await openOsmSource(path!));
      expect(brokenInvariants(roads)).toEqual([]);
      expect(report.nodes).toBeGreaterThan(leastNodes);
      expect(report.largestComponentShare).toBeGreaterThan(leastShare);
    },
  );
});
