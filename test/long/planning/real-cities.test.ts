import { beforeAll, describe, expect, it } from "vitest";
import { astana, type City, gothenburg, montevideo } from "../../../bench/networks";
import { SeededRandom } from "../../../src/core/random";
import { INFINITE_MS } from "../../../src/core/units";
import { DiversionRouter } from "../../../src/diversion/router";
import { HospitalDirectory } from "../../../src/hospitals/directory/directory";
import type { HospitalInput } from "../../../src/hospitals/directory/hospital";
import { PlanningSituation, type Scene } from "../../../src/planning/situation/planning-situation";
import { type PlannedChange, sceneAfter } from "../../../src/planning/what-if/planned-change";
import { whatIf } from "../../../src/planning/what-if/what-if";
import { buildRoadGraph } from "../../../src/roads/build/build-road-graph";
import { indexRoads } from "../../../src/roads/index-roads";
import type { RoadIndex } from "../../../src/roads/road-index";
import type { OsmHandler, OsmSource } from "../../../src/roads/sources/osm-source";
import { bruteForceChoice, bruteForceTimes } from "../../support/brute-catchments";

const SEED = 2017;
const EDS = 9;

/** The same streets, all of them driven both ways. */
const withoutOneWays = (source: OsmSource): OsmSource => ({
  name: source.name,
  read: (handler) =>
    source.read({
      node: handler.node?.bind(handler),
      relation: handler.relation?.bind(handler),
      way: (id, nodes, tags, version) => {
        const bothWays = new Map(tags).set("oneway", "no");
        bothWays.delete("junction");
        handler.way?.(id, nodes, bothWays, version);
      },
    } as OsmHandler),
});

/** EDs at tagged hospitals as far as there are any, else at seeded junctions; every third has a wait for handover. */
function edsOf({ hospitals }: City, { graph }: RoadIndex): HospitalDirectory {
  const random = new SeededRandom(SEED);
  const locations = hospitals.slice(0, EDS).map(({ location }) => location);
  while (locations.length < EDS) locations.push(graph.nodePosition(random.integer(graph.nodeCount)));
  return HospitalDirectory.parse(
    locations.map(
      (location, i): HospitalInput => ({
        id: `ED${i}`,
        name: `ED ${i}`,
        location: [location[0], location[1]],
        ...(i % 3 === 0 ? { handoverMinutes: i + 1.5 } : {}),
      }),
    ),
  );
}

const times = ({ map }: Scene): Int32Array[] => bruteForceTimes(map.roads, map.weights, map.hospitals);

/**
 * Of junctions from which journeys begin where they are, and on no road that is closed: those are left as a recommendation
 * leaves them, which is another test.
 */
function differences({ map, edsByVerdict, assignment }: Scene, byEd: readonly Int32Array[]): object[] {
  const { graph } = map.roads;
  const isTouched = new Uint8Array(graph.nodeCount);
  const { segmentTail, segmentHead } = graph.columns;
  for (let segment = 0; segment < graph.segmentCount; segment++) {
    const { segmentForwardEdge, segmentBackwardEdge } = graph.columns;
    const edges = [segmentForwardEdge[segment]!, segmentBackwardEdge[segment]!].filter((edge) => edge >= 0);
    if (edges.some((edge) => map.weights[edge] !== map.roads.weights[edge])) {
      isTouched[segmentTail[segment]!] = 1;
      isTouched[segmentHead[segment]!] = 1;
    }
  }
  const usable = edsByVerdict.map((tier) => Array.from(tier, (flag) => flag === 1));
  const found: object[] = [];
  let place = -1;
  let compared = 0;
  for (let node = 0; node < graph.nodeCount; node++) {
    if (graph.junctionOf(node) !== node) continue;
    place++;
    if (isTouched[node] === 1 || map.starts.find(graph.nodePosition(node), 1000)?.node !== node) continue;
    compared++;
    const expected = bruteForceChoice(
      byEd.map((one) => one[node]!),
      map.handoverMs,
      usable,
    );
    const actual = { ed: assignment.ed[place]!, milliseconds: assignment.milliseconds[place]! };
    if (actual.ed !== expected.ed || actual.milliseconds !== expected.milliseconds) {
      found.push({ seed: SEED, node, expected, actual });
    }
  }
  expect(compared).toBeGreaterThan(0.9 * graph.junctionCount);
  return found;
}

describe.each([
  ["Montevideo", montevideo, true],
  ["Montevideo without one-ways", montevideo, false],
  ["Astana", astana, true],
  ["Gothenburg", gothenburg, true],
] as const)("%s: every junction is brought where plain Dijkstra brings it", (_name, load, oneWays) => {
  let planning: PlanningSituation;
  let before: Int32Array[];
  beforeAll(async () => {
    const city = await load();
    const roads = indexRoads((await buildRoadGraph(oneWays ? city.roads : withoutOneWays(city.roads))).roads);
    const router = new DiversionRouter({ roads, hospitals: edsOf(city, roads), clock: () => 0 });
    router.status.setOpen("ED2", false);
    router.status.report({ hospital: "ED5", effect: "refuse", reason: "fire", until: "2099-01-01T00:00:00Z" });
    planning = new PlanningSituation(router);
    before = times(planning.scene);
    if (!oneWays) {
      const { segmentForwardEdge, segmentBackwardEdge } = roads.graph.columns;
      const isDriven = (edge: number): boolean => edge >= 0 && roads.weights[edge]! < INFINITE_MS;
      expect(segmentForwardEdge.every((edge, i) => isDriven(edge) === isDriven(segmentBackwardEdge[i]!))).toBe(true);
    }
  });

  it("as things are, with one ED on divert, one that refuses, and waits for handover", () => {
    expect(planning.scene.edsByVerdict.map((tier) => tier.reduce((sum, flag) => sum + flag, 0))).toEqual([
      EDS - 2,
      1,
      0,
      0,
    ]);
    expect(differences(planning.scene, before)).toEqual([]);
  });

  it("when EDs close, open, and only the one on divert is left", () => {
    const changes: PlannedChange[] = [
      { close: ["ED0", "ED1"] },
      { close: ["ED3"], open: ["ED5"] },
      { close: ["ED0", "ED1", "ED3", "ED4", "ED6", "ED7", "ED8"] },
    ];
    for (const change of changes) expect(differences(sceneAfter(planning, change), before)).toEqual([]);
  });

  it("when roads close, and what it tells is the difference", () => {
    const { roads } = planning.situation;
    const random = new SeededRandom(SEED);
    const segments = Array.from({ length: 60 }, () => random.integer(roads.graph.segmentCount));
    const change: PlannedChange = { closeRoads: [{ segments, reason: "flood" }], close: ["ED4"] };
    const after = sceneAfter(planning, change);
    expect(differences(after, times(after))).toEqual([]);
    const { total, changed, before: was, after: is } = whatIf(planning, change);
    const { ed } = planning.scene.assignment;
    expect(changed.places).toBe(after.assignment.ed.filter((to, place) => to !== ed[place]).length);
    for (const reach of [was, is]) {
      expect(reach.served.people + reach.stranded.people + reach.offNetwork.people).toBe(total.people);
    }
    expect(roads.closures).toEqual([]);
  });
});
