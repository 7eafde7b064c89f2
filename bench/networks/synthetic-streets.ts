import type { SeededRandom } from "../../src/core/random";
import { JunctionGrid } from "./junction-grid";
import { RoadClass, type Sketch } from "./synthetic-sketch";

/** Neighbours looked at per junction. Links to farther ones are found from their other end, where junctions are sparser. */
const NEIGHBOURS = 14;
/** Of the links between Gabriel neighbours that are no relative neighbours, how many are built. */
const CROSS_STREET_SHARE = 0.26;
/** Junctions that are no junctions but ends of cul-de-sacs. */
const DEAD_END_SHARE = 0.15;

/**
 * Links junctions that have no third one nearer to both than they are to each other (the relative neighbourhood graph,
 * Toussaint 1980), which is planar, connected and has 2.56 links per node; and some of those with no third one in the
 * circle between them (Gabriel and Sokal 1969), which keeps it planar. Rivers take away all but the bridges. Cul-de-sacs
 * hang on the nearest junction.
 */
export function linkNeighbours(sketch: Sketch, random: SeededRandom): void {
  const { x, y, links } = sketch;
  const grid = new JunctionGrid(sketch);
  const found = new Set<number>();
  const blocked = riverCrossings(sketch);
  const isDeadEnd = x.map(() => random.next() < DEAD_END_SHARE);
  for (let v = 0; v < x.length; v++) {
    const count = grid.findNearest(x[v]!, y[v]!, NEIGHBOURS, (u) => u !== v && !isDeadEnd[u]);
    const { node, squared } = grid;
    if (isDeadEnd[v]) {
      if (count > 0) links.push({ from: v, to: node[0]!, roadClass: RoadClass.local });
      continue;
    }
    for (let i = 0; i < count; i++) {
      const u = node[i]!;
      let relative = true;
      let gabriel = true;
      for (let j = 0; j < i && gabriel; j++) {
        const w = node[j]!;
        const other = (x[w]! - x[u]!) ** 2 + (y[w]! - y[u]!) ** 2;
        if (other < squared[i]!) relative = false;
        if (other + squared[j]! < squared[i]!) gabriel = false;
      }
      if (!gabriel) continue;
      const key = Math.min(u, v) * x.length + Math.max(u, v);
      if (found.has(key)) continue;
      found.add(key);
      if (!relative && random.next() >= CROSS_STREET_SHARE) continue;
      if (!blocked(v, u)) links.push({ from: v, to: u, roadClass: RoadClass.local });
    }
  }
}

/** Tells whether a link may not be built for crossing a river: the first link over each stretch of it is the bridge. */
function riverCrossings({ x, y, rivers }: Sketch): (from: number, to: number) => boolean {
  const bridges = rivers.map(() => new Set<number>());
  return (from, to) =>
    rivers.some((river, i) => {
      const a = river.place(x[from]!, y[from]!);
      const b = river.place(x[to]!, y[to]!);
      if (a.side < 0 === b.side < 0) return false;
      const stretch = Math.floor((a.along + b.along) / 2 / river.bridgeSpacing);
      if (bridges[i]!.has(stretch)) return true;
      bridges[i]!.add(stretch);
      return false;
    });
}
