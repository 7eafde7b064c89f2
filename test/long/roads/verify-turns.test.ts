import { describe, expect, it } from "vitest";
import { openOsmSource } from "../../../src/node/files/open-osm-source";
import { buildRoadGraph } from "../../../src/roads/build/build-road-graph";
import { RoadGraph, type RoadGraphColumns } from "../../../src/roads/graph/road-graph";
import { indexRoads } from "../../../src/roads/index-roads";
import { BUILT_IN_PROFILES, type BuiltInProfileName, builtInProfile } from "../../../src/roads/profile/profile";
import { verifyTurns } from "../../../src/roads/verify-turns";
import { osmFixture } from "../../support/osm-fixture";
import { randomRoads } from "../../support/random-roads";
import { restrictedGrid } from "../../support/restricted-grid";
import { needsSharedData, sharedData } from "../../support/shared-data";

const town = async (seed: number, profile: BuiltInProfileName = "blue-light"): Promise<RoadGraph> => {
  const { roads } = await buildRoadGraph(osmFixture(restrictedGrid(seed, 5, 20, true)), {
    profile: builtInProfile(profile),
  });
  return indexRoads(roads).graph;
};

const altered = (graph: RoadGraph, columns: Partial<RoadGraphColumns>): RoadGraph =>
  new RoadGraph({ ...graph.columns, ...columns }, graph.roads);

/** All but one of the stored turns. */
function withoutTurn(graph: RoadGraph, turn: number): RoadGraph {
  const { turnFirst, turnSequence } = graph.columns;
  const runs = Array.from({ length: turnFirst.length - 1 }, (_, i) => [
    ...turnSequence.subarray(turnFirst[i], turnFirst[i + 1]),
  ]).filter((_, i) => i !== turn);
  const first = [0];
  for (const run of runs) first.push(first.at(-1)! + run.length);
  return altered(graph, { turnFirst: Int32Array.from(first), turnSequence: Int32Array.from(runs.flat()) });
}

/** The turns that are nobody else's: no other run ends in or goes through them. */
const independentTurns = ({ columns: { turnFirst, turnSequence } }: RoadGraph): number[] => {
  const texts = Array.from(
    { length: turnFirst.length - 1 },
    (_, i) => `,${turnSequence.subarray(turnFirst[i], turnFirst[i + 1]).join()},`,
  );
  return texts.flatMap((text, i) => (texts.some((other, j) => i !== j && text.includes(other)) ? [] : [i]));
};

describe("stored turns and the copies that enforce them", () => {
  it.each(BUILT_IN_PROFILES)("are found to be in step as built, for %s", async (profile) => {
    for (let seed = 1; seed <= 20; seed++) {
      const graph = await town(seed, profile);
      const { difference, turns, copies, judged } = verifyTurns(graph);
      expect(difference, `seed ${seed}`).toBeUndefined();
      expect(turns).toBeGreaterThan(5);
      expect(copies).toBe(graph.nodeCount - graph.junctionCount);
      // Every edge can be driven to, and so is judged at least once.
      expect(judged).toBeGreaterThanOrEqual(graph.edgeCount);
    }
  });

  it("are in step where there are none", () => {
    const graph = randomRoads(3, 20, 60);
    expect(verifyTurns(graph)).toEqual({ turns: 0, copies: 0, judged: graph.edgeCount });
  });

  it("are out of step when any one turn is dropped from the list", async () => {
    let dropped = 0;
    for (let seed = 1; seed <= 6; seed++) {
      const graph = await town(seed);
      for (const turn of independentTurns(graph)) {
        expect(verifyTurns(withoutTurn(graph, turn)).difference, `seed ${seed}, turn ${turn}`).toMatch(
          /is allowed, and cannot be driven$/,
        );
        dropped++;
      }
    }
    expect(dropped).toBeGreaterThan(60);
  });

  it("are out of step when any edge to a copy leads to its base, or to another copy", async () => {
    for (let seed = 1; seed <= 6; seed++) {
      const graph = await town(seed);
      const { edgeHead } = graph.columns;
      for (const [edge, head] of edgeHead.entries()) {
        const base = graph.junctionOf(head);
        if (base === head) continue;
        for (const other of [base, ...graph.splitNodesOf(base)]) {
          if (other === head) continue;
          const { difference } = verifyTurns(altered(graph, { edgeHead: edgeHead.with(edge, other) }));
          expect(difference, `seed ${seed}, edge ${edge} to ${other}`).toMatch(
            /^the drive .* (is forbidden|is allowed)/,
          );
        }
      }
    }
  });

  it("are out of step when an edge of a copy leads elsewhere, takes another time, or comes twice", async () => {
    const graph = await town(1);
    const { splitNode, firstEdge, edgeHead, edgeMilliseconds, keyOfEdge } = graph.columns;
    const copy = [...splitNode].find((node) => firstEdge[node + 1]! - firstEdge[node]! > 1)!;
    const edge = firstEdge[copy]!;
    const faultOf = (columns: Partial<RoadGraphColumns>): string | undefined =>
      verifyTurns(altered(graph, columns)).difference;
    expect(faultOf({ edgeHead: edgeHead.with(edge, graph.junctionOf(copy)) })).toMatch(
      /leads elsewhere than the road$/,
    );
    expect(faultOf({ edgeMilliseconds: edgeMilliseconds.with(edge, 1) })).toMatch(/takes another time than the road$/);
    expect(faultOf({ keyOfEdge: keyOfEdge.with(edge, keyOfEdge[edge + 1]!) })).toMatch(/two edges go on/);
  });

  it("are out of step when a turn is listed that nothing enforces", async () => {
    const graph = await town(2);
    const { firstEdge, edgeHead, keyOfEdge, turnFirst, turnSequence } = graph.columns;
    // Whoever comes to a base has begun no restriction there, so every way on is allowed.
    const edge = edgeHead.findIndex(
      (head) => graph.junctionOf(head) === head && firstEdge[head]! < firstEdge[head + 1]!,
    );
    const next = firstEdge[edgeHead[edge]!]!;
    const added = altered(graph, {
      turnFirst: Int32Array.of(...turnFirst, turnSequence.length + 2),
      turnSequence: Int32Array.of(...turnSequence, keyOfEdge[edge]!, keyOfEdge[next]!),
    });
    expect(verifyTurns(added).difference).toMatch(/is forbidden, and can be driven$/);
  });

  it.each(["monaco", "portland", "porto"])(`are in step in %s ${needsSharedData}`, async (name) => {
    const path = sharedData(`osm/${name}.osm.pbf`);
    if (path === undefined) return;
    const { roads } = await buildRoadGraph(await openOsmSource(path));
    const { graph } = indexRoads(roads);
    const { difference, turns } = verifyTurns(graph);
    expect(difference).toBeUndefined();
    expect(turns).toBeGreaterThan(30);
    expect(verifyTurns(withoutTurn(graph, independentTurns(graph)[3]!)).difference).toBeDefined();
  });
});
