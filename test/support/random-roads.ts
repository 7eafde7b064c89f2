import { SeededRandom } from "../../src/core/random";
import { NAMELESS_ROAD } from "../../src/roads/graph/assemble-road-graph";
import type { RoadGraph, RoadNames } from "../../src/roads/graph/road-graph";
import { roadsFromArcs } from "../../src/roads/tables/roads-from-arcs";

const ROADS: readonly RoadNames[] = [
  NAMELESS_ROAD,
  { ...NAMELESS_ROAD, name: 'Duke\'s "Lane", north', highway: "residential", junction: "circular", layer: -1 },
  {
    ...NAMELESS_ROAD,
    name: "Rue de l’Église",
    ref: "B1011",
    highway: "secondary",
    destination: "A1 Paris",
    exit: "28A",
  },
];

/**
 * A seeded directed graph with everything a road graph may hold: one-way and two-way segments, parallel ones, loops,
 * shape points, dead ends, nodes without edges. Positions are whole millionths of a degree.
 */
export function randomRoads(seed: number, nodeCount: number, arcCount: number): RoadGraph {
  const random = new SeededRandom(seed);
  const tails = new Int32Array(arcCount);
  const heads = new Int32Array(arcCount);
  const milliseconds = new Int32Array(arcCount);
  for (let arc = 0; arc < arcCount; arc++) {
    const mirrored = arc > 0 && random.next() < 0.4;
    tails[arc] = mirrored ? heads[arc - 1]! : random.integer(nodeCount);
    heads[arc] = mirrored ? tails[arc - 1]! : random.integer(nodeCount);
    milliseconds[arc] = mirrored ? milliseconds[arc - 1]! : 1 + random.integer(1000);
  }
  return roadsFromArcs(
    {
      nodeLon: Int32Array.from({ length: nodeCount }, () => random.integer(1_000_000) * 10 - 5_000_000),
      nodeLat: Int32Array.from({ length: nodeCount }, () => 510_000_000 + random.integer(1_000_000) * 10),
      tails,
      heads,
      milliseconds,
      centimetres: milliseconds.map((ms) => ms * 3),
      road: milliseconds.map((ms) => ms % ROADS.length),
      kind: milliseconds,
      shape: (arc) => Array.from({ length: arc % 3 }, (_, i) => [arc * 100 + i, 515_000_000 + i] as const),
    },
    ROADS,
  );
}
