import type { SeededRandom } from "../../src/core/random";
import type { River, Sketch, Town } from "./synthetic-sketch";

/** Share of junctions outside towns. */
const COUNTRY_SHARE = 0.3;
/** Square metres per junction in the country and in a town, on average. */
const COUNTRY_AREA = 480 ** 2;
const TOWN_AREA = 105 ** 2;
/** Junctions per town, on average. */
const NODES_PER_TOWN = 450;
/** Town i, from 0, has a size in proportion to 1 / (i + OFFSET) ** EXPONENT (Zipf's law with a flat head). */
const ZIPF_OFFSET = 4;
const ZIPF_EXPONENT = 0.9;
/** A larger country has more cities, not larger ones: beyond this size towns come in as many sets. */
const REGION_NODES = 250_000;
/** Above 0.5 a town is denser in its middle. */
const RADIAL_EXPONENT = 0.62;
/** No two junctions in one square of this side. */
const SPACING_METRES = 45;
/** Metres of country per river, as the side of a square. */
const RIVER_SQUARE = 22_000;
const BRIDGE_SPACING = 4000;

/** Places towns, rivers and junctions. */
export function settle(nodes: number, random: SeededRandom): Sketch {
  const side = Math.sqrt(nodes * (COUNTRY_SHARE * COUNTRY_AREA + (1 - COUNTRY_SHARE) * TOWN_AREA));
  const towns = placeTowns(nodes, side, random);
  const sketch: Sketch = { side, towns, rivers: digRivers(side, random), x: [], y: [], inTown: [], links: [] };
  const add = junctionAdder(sketch);
  for (const town of towns) {
    for (let i = 0; i < town.nodes; i++) {
      add(() => {
        const angle = random.between(0, 2 * Math.PI);
        const distance = town.radius * random.next() ** RADIAL_EXPONENT;
        return [town.x + distance * Math.cos(angle), town.y + distance * Math.sin(angle)];
      }, true);
    }
  }
  for (let i = 0; i < nodes * COUNTRY_SHARE; i++) {
    add(() => [random.between(0, side), random.between(0, side)], false);
  }
  return sketch;
}

/** Tries a few places for a junction, until one is inside and has its square to itself. */
function junctionAdder({ side, x, y, inTown }: Sketch): (place: () => [number, number], town: boolean) => void {
  const taken = new Set<number>();
  const columns = Math.ceil(side / SPACING_METRES);
  return (place, town) => {
    for (let attempt = 0; attempt < 12; attempt++) {
      const [px, py] = place();
      if (px < 0 || py < 0 || px >= side || py >= side) continue;
      const square = Math.floor(py / SPACING_METRES) * columns + Math.floor(px / SPACING_METRES);
      if (taken.has(square)) continue;
      taken.add(square);
      x.push(px);
      y.push(py);
      inTown.push(town);
      return;
    }
  };
}

/** Town sizes in junctions, in descending order. */
function townSizes(nodes: number): number[] {
  const regions = Math.max(1, Math.round(nodes / REGION_NODES));
  const nodesInTowns = (nodes * (1 - COUNTRY_SHARE)) / regions;
  const count = Math.max(3, Math.round(nodesInTowns / NODES_PER_TOWN));
  const shares = Array.from({ length: count }, (_, i) => (i + ZIPF_OFFSET) ** -ZIPF_EXPONENT);
  const total = shares.reduce((sum, share) => sum + share, 0);
  return shares.flatMap((share) => new Array<number>(regions).fill(Math.round((share / total) * nodesInTowns)));
}

/** Largest first, each where it overlaps none before it, if a few tries find such a place. */
function placeTowns(nodes: number, side: number, random: SeededRandom): Town[] {
  const towns: Town[] = [];
  for (const size of townSizes(nodes)) {
    const radius = Math.sqrt((size * TOWN_AREA) / Math.PI);
    let place = { x: 0, y: 0 };
    for (let attempt = 0; attempt < 30; attempt++) {
      place = { x: random.between(0, side), y: random.between(0, side) };
      const isFree = towns.every(
        (town) => Math.hypot(town.x - place.x, town.y - place.y) > 1.1 * (town.radius + radius),
      );
      if (isFree) break;
    }
    towns.push({ ...place, radius, nodes: size });
  }
  return towns;
}

function digRivers(side: number, random: SeededRandom): River[] {
  const count = Math.max(1, Math.round((side / RIVER_SQUARE) * 2));
  return Array.from({ length: count }, (_, i) => {
    const northward = i % 2 === 0;
    const middle = random.between(0.05, 0.95) * side;
    const bends = [40_000, 11_000].map((length) => ({
      wave: (2 * Math.PI) / (length * random.between(0.7, 1.3)),
      phase: random.between(0, 2 * Math.PI),
      reach: length * 0.12,
    }));
    return {
      bridgeSpacing: BRIDGE_SPACING,
      place(x, y) {
        const along = northward ? y : x;
        let course = middle;
        for (const { wave, phase, reach } of bends) course += reach * Math.sin(along * wave + phase);
        return { side: (northward ? x : y) - course, along };
      },
    };
  });
}
