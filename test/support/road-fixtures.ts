import { INFINITE_MS } from "../../src/core/units";
import { type BuiltRoads, buildRoadGraph } from "../../src/roads/build/build-road-graph";
import type { RoadGraph } from "../../src/roads/graph/road-graph";
import { defaultProfile, type VehicleProfile } from "../../src/roads/profile/profile";
import { type FixtureWay, osmFixture } from "./osm-fixture";

/** Nodes 1, 2, 3 … on a line along the 51st parallel, 0.001 degree (about 70 m) apart. */
export const lineOfNodes = (count: number): Record<number, readonly [number, number]> =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [i + 1, [Math.round(i * 10_000) / 1e7, 51]]));

/** The default profile with round figures: limits driven in full, ferries at 12 km/h without a wait. */
export function roundProfile(): VehicleProfile {
  const profile = defaultProfile();
  return {
    ...profile,
    classes: { ...profile.classes, ferry: { speedKmh: 12, factor: 1 } },
    maxspeed: { ...profile.maxspeed, share: 1 },
    ferry: { boardingWaitSeconds: 0 },
  };
}

/** Builds ways over {@link lineOfNodes} by {@link roundProfile}. */
export const buildOnLine = (ways: readonly FixtureWay[], nodeCount = 9): Promise<BuiltRoads> =>
  buildRoadGraph(osmFixture({ nodes: lineOfNodes(nodeCount), ways }), { profile: roundProfile() });

/** All-pairs travel times by Floyd and Warshall over the directed edges; INFINITE_MS where there is no way. */
export function allPairsMilliseconds(roads: RoadGraph): number[][] {
  const n = roads.nodeCount;
  const times = Array.from({ length: n }, (_, a) =>
    Array.from({ length: n }, (_, b): number => (a === b ? 0 : INFINITE_MS)),
  );
  const { edgeHead, edgeMilliseconds } = roads.columns;
  for (let e = 0; e < roads.edgeCount; e++) {
    const row = times[roads.edgeTail(e)]!;
    row[edgeHead[e]!] = Math.min(row[edgeHead[e]!]!, edgeMilliseconds[e]!);
  }
  for (let via = 0; via < n; via++) {
    for (let a = 0; a < n; a++) {
      for (let b = 0; b < n; b++) {
        const sum = times[a]![via]! + times[via]![b]!;
        if (sum < times[a]![b]!) times[a]![b] = sum;
      }
    }
  }
  return times;
}

/** Text that names a node whatever its number: its position. */
export const placeOf = (roads: RoadGraph, node: number): string => roads.nodePosition(node).join(",");

/** Every rule the columns of a road graph must keep; a list of the rules broken. */
export function brokenInvariants(roads: RoadGraph): string[] {
  const c = roads.columns;
  const broken: string[] = [];
  const check = (holds: boolean, rule: string, number?: number): void => {
    if (!holds) broken.push(number === undefined ? rule : `${rule} (${number})`);
  };
  check(c.firstEdge[0] === 0 && c.firstEdge[roads.nodeCount] === roads.edgeCount, "firstEdge spans all edges");
  for (let v = 0; v < roads.nodeCount; v++) {
    for (let e = c.firstEdge[v]!; e < c.firstEdge[v + 1]!; e++) {
      check(roads.edgeTail(e) === v, "an edge is grouped under its tail", e);
    }
  }
  for (let e = 0; e < roads.edgeCount; e++) {
    const segment = c.keyOfEdge[e]! >> 1;
    const against = (c.keyOfEdge[e]! & 1) === 1;
    const direction = against ? "backward" : "forward";
    const edges = roads.edgesOfSegment(segment, direction);
    check(
      roads.junctionOf(c.edgeHead[e]!) === (against ? c.segmentTail : c.segmentHead)[segment],
      "an edge leads to its segment's end, or a copy of it",
      e,
    );
    check(edges.includes(e), "an edge and its segment agree", e);
    check((against ? c.segmentBackwardEdge : c.segmentForwardEdge)[segment] === edges[0], "the base comes first", e);
    check(c.edgeMilliseconds[e] === roads.segmentMilliseconds(segment, direction), "copies take the same time", e);
    check(c.edgeMilliseconds[e]! >= 1 && c.edgeMilliseconds[e]! < INFINITE_MS, "an edge takes a finite time", e);
  }
  let directions = 0;
  for (let s = 0; s < roads.segmentCount; s++) {
    check(c.segmentCentimetres[s]! >= 1, "a segment has a length", s);
    check(c.segmentRoad[s]! >= 0 && c.segmentRoad[s]! < roads.roads.length, "a segment has a road", s);
    check(c.segmentFirstWay[s]! <= c.segmentFirstWay[s + 1]!, "a segment has a range of ways", s);
    check(c.segmentFirstShape[s]! <= c.segmentFirstShape[s + 1]!, "a segment has a range of shape points", s);
    for (const node of [c.segmentTail[s]!, c.segmentHead[s]!])
      check(roads.junctionOf(node) === node, "segments end at bases", s);
    directions += roads.edgesOfSegment(s, "forward").length + roads.edgesOfSegment(s, "backward").length;
  }
  check(directions === roads.edgeCount, "every edge belongs to one direction of one segment");
  c.splitNode.forEach((node, copy) => {
    const base = c.splitJunction[copy]!;
    check(copy === 0 || c.splitNode[copy - 1]! < node, "copies are listed in order", copy);
    check(roads.junctionOf(node) === base && roads.junctionOf(base) === base, "a copy has a base that is none", copy);
    check(roads.splitNodesOf(base).includes(node), "a base knows its copies", copy);
    check(placeOf(roads, node) === placeOf(roads, base), "a copy lies where its base does", copy);
  });
  check(c.segmentFirstShape[roads.segmentCount] === c.shapeLon.length, "shape points are all owned");
  check(c.segmentFirstWay[roads.segmentCount] === c.wayId.length, "way ids are all owned");
  return broken;
}
