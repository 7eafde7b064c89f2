import { NodeSearch } from "../../src/shortest-path/dijkstra/node-search";
import { graphFromArcs } from "../../src/shortest-path/graph";
import { JunctionGrid } from "./junction-grid";
import { RoadClass, type Sketch, type Town } from "./synthetic-sketch";

/** Main roads lead from each town to this many nearest larger ones. */
const MAIN_ROADS_PER_TOWN = 2;
/** Towns below this many junctions are reached by lanes. */
const SMALLEST_TOWN = 150;
/** Junctions of the whole network per city that motorways join. */
const NODES_PER_CITY = 12_000;
const MOTORWAY_JUNCTION_METRES = 4500;

/** Makes the shortest way from each town to the nearest larger ones an arterial road. */
export function upgradeArterials(sketch: Sketch): void {
  const { x, y, towns, links } = sketch;
  const grid = new JunctionGrid(sketch);
  const count = links.length;
  const ends = (first: "from" | "to", second: "from" | "to") =>
    Int32Array.from({ length: 2 * count }, (_, arc) => links[arc % count]![arc < count ? first : second]);
  const { graph, inputArc } = graphFromArcs(x.length, ends("from", "to"), ends("to", "from"));
  const decimetres = inputArc.map((arc) => {
    const { from, to } = links[arc % count]!;
    return Math.max(1, Math.round(10 * Math.hypot(x[to]! - x[from]!, y[to]! - y[from]!)));
  });
  const search = new NodeSearch(graph, decimetres);
  const served = towns.filter(({ nodes }) => nodes >= SMALLEST_TOWN);
  const centre = served.map((town) => nearestJunction(grid, town.x, town.y));
  served.forEach((town, i) => {
    for (const larger of nearestTowns(town, served.slice(0, i), MAIN_ROADS_PER_TOWN)) {
      const to = [{ node: centre[larger]!, milliseconds: 0 }];
      const path = search.findPath([{ node: centre[i]!, milliseconds: 0 }], to);
      if (path === undefined) continue;
      for (const arc of path.arcs) {
        links[inputArc[arc]! % count]!.roadClass = RoadClass.arterial;
        // Later roads join this one rather than run beside it.
        decimetres[arc] = Math.max(1, Math.round(decimetres[arc]! * 0.7));
      }
    }
  });
}

/** Motorways between the largest cities: straight, over whatever lies below, joined to it every few kilometres. */
export function addMotorways(sketch: Sketch): void {
  const ground = new JunctionGrid(sketch);
  const cities = sketch.towns.slice(0, Math.max(2, Math.round(sketch.x.length / NODES_PER_CITY)));
  cities.forEach((city, i) => {
    for (const larger of nearestTowns(city, cities.slice(0, i), 2)) layMotorway(sketch, ground, city, cities[larger]!);
  });
}

function layMotorway({ x, y, inTown, links }: Sketch, ground: JunctionGrid, a: Town, b: Town): void {
  const length = Math.hypot(b.x - a.x, b.y - a.y);
  const junctions = Math.max(2, Math.round(length / MOTORWAY_JUNCTION_METRES) + 1);
  let before = -1;
  for (let i = 0; i < junctions; i++) {
    const share = i / (junctions - 1);
    const place = { x: a.x + share * (b.x - a.x), y: a.y + share * (b.y - a.y) };
    const node = x.length;
    const exit = nearestJunction(ground, place.x, place.y);
    x.push(place.x);
    y.push(place.y);
    inTown.push(false);
    links.push({ from: node, to: exit, roadClass: RoadClass.arterial });
    if (before >= 0) links.push({ from: before, to: node, roadClass: RoadClass.motorway });
    before = node;
  }
}

/** Positions in `among` of the nearest few. */
function nearestTowns(town: Town, among: readonly Town[], count: number): number[] {
  const distance = ({ x, y }: Town) => Math.hypot(x - town.x, y - town.y);
  return among
    .map((other, i) => ({ i, metres: distance(other) }))
    .sort((a, b) => a.metres - b.metres)
    .slice(0, count)
    .map(({ i }) => i);
}

function nearestJunction(grid: JunctionGrid, x: number, y: number): number {
  grid.findNearest(x, y, 1);
  return grid.node[0]!;
}
