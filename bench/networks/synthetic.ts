import { METRES_PER_DEGREE } from "../../src/core/geometry";
import { SeededRandom } from "../../src/core/random";
import { UNITS_PER_DEGREE } from "../../src/core/units";
import { NAMELESS_ROAD } from "../../src/roads/graph/assemble-road-graph";
import type { RoadGraph, RoadNames } from "../../src/roads/graph/road-graph";
import { roadsFromArcs } from "../../src/roads/tables/roads-from-arcs";
import { addMotorways, upgradeArterials } from "./synthetic-main-roads";
import { settle } from "./synthetic-points";
import { type Link, RoadClass, type Sketch } from "./synthetic-sketch";
import { linkNeighbours } from "./synthetic-streets";

export interface SyntheticOptions {
  /** About how many nodes; the network keeps those of the largest connected part, nearly all. */
  readonly nodes: number;
  /** Default 1. */
  readonly seed?: number;
}

/** Kilometres per hour in towns and between them, per road class; each road is up to a fifth slower or faster. */
const SPEEDS: Record<RoadClass, { town: number; country: number }> = {
  [RoadClass.local]: { town: 32, country: 58 },
  [RoadClass.arterial]: { town: 50, country: 78 },
  [RoadClass.motorway]: { town: 100, country: 110 },
};

const ROADS: readonly RoadNames[] = [
  NAMELESS_ROAD,
  { ...NAMELESS_ROAD, highway: "residential" },
  { ...NAMELESS_ROAD, highway: "primary" },
  { ...NAMELESS_ROAD, highway: "motorway" },
];

/** Centre of the network: somewhere a degree of longitude is visibly shorter than one of latitude. */
const LATITUDE = 52;
const LONGITUDE_SCALE = Math.cos((LATITUDE * Math.PI) / 180);

/**
 * A road network that does not exist, to measure on at any size: towns whose sizes follow Zipf's law and whose streets
 * thin out towards their edge, country lanes between them, rivers with few bridges, arterial roads from town to town,
 * motorways that pass over everything between their junctions. All roads are two-way. Same options, same network.
 *
 * Plain grids have separators of √n nodes and make nested dissection look worse than it is on roads; a random planar
 * graph without towns and rivers makes it look better. The shares here were tuned until upward arcs, triangles and the
 * top separators are those of New York (bench/README.md has both, and every run prints them).
 */
export function syntheticRoads({ nodes, seed = 1 }: SyntheticOptions): RoadGraph {
  const random = new SeededRandom(seed);
  const sketch = settle(nodes, random);
  linkNeighbours(sketch, random);
  const connected = largestPart(sketch);
  upgradeArterials(connected);
  addMotorways(connected);
  return toRoadGraph(connected, random);
}

/** The largest connected part, numbered anew in the same order. */
function largestPart(sketch: Sketch): Sketch {
  const root = Int32Array.from({ length: sketch.x.length }, (_, v) => v);
  const find = (v: number): number => {
    while (root[v] !== v) v = root[v] = root[root[v]!]!;
    return v;
  };
  for (const { from, to } of sketch.links) root[find(from)] = find(to);
  const size = new Int32Array(root.length);
  let largest = 0;
  for (let v = 0; v < root.length; v++) {
    const top = find(v);
    size[top]!++;
    if (size[top]! > size[largest]!) largest = top;
  }
  const kept: number[] = [];
  const number = new Int32Array(root.length).fill(-1);
  for (let v = 0; v < root.length; v++) {
    if (find(v) !== largest) continue;
    number[v] = kept.length;
    kept.push(v);
  }
  return {
    ...sketch,
    x: kept.map((v) => sketch.x[v]!),
    y: kept.map((v) => sketch.y[v]!),
    inTown: kept.map((v) => sketch.inTown[v]!),
    links: sketch.links.flatMap(({ from, to, roadClass }) =>
      number[from]! < 0 ? [] : [{ from: number[from]!, to: number[to]!, roadClass }],
    ),
  };
}

function toRoadGraph({ x, y, inTown, links }: Sketch, random: SeededRandom): RoadGraph {
  const middle = Math.max(...[x, y].map((values) => values.reduce((high, value) => Math.max(high, value), 0))) / 2;
  const toUnits = (metres: number, scale: number, degrees: number): number =>
    Math.round((degrees + (metres - middle) / (METRES_PER_DEGREE * scale)) * UNITS_PER_DEGREE);
  const arcs = 2 * links.length;
  const tails = new Int32Array(arcs);
  const heads = new Int32Array(arcs);
  const milliseconds = new Int32Array(arcs);
  const centimetres = new Int32Array(arcs);
  const road = new Int32Array(arcs);
  links.forEach((link: Link, i) => {
    const { from, to, roadClass } = link;
    const metres = Math.max(1, Math.hypot(x[to]! - x[from]!, y[to]! - y[from]!));
    const { town, country } = SPEEDS[roadClass];
    const speed = (inTown[from]! && inTown[to]! ? town : country) * random.between(0.8, 1.2);
    for (const [arc, tail, head] of [
      [2 * i, from, to],
      [2 * i + 1, to, from],
    ] as const) {
      tails[arc] = tail;
      heads[arc] = head;
      milliseconds[arc] = Math.max(1, Math.round((metres * 3600) / speed));
      centimetres[arc] = Math.round(metres * 100);
      road[arc] = 1 + roadClass;
    }
  });
  return roadsFromArcs(
    {
      nodeLon: Int32Array.from(x, (metres) => toUnits(metres, LONGITUDE_SCALE, 0)),
      nodeLat: Int32Array.from(y, (metres) => toUnits(metres, 1, LATITUDE)),
      tails,
      heads,
      milliseconds,
      centimetres,
      road,
      kind: road,
    },
    ROADS,
  );
}
