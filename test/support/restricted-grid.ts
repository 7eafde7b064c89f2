import { SeededRandom } from "../../src/core/random";
import type { OsmMember } from "../../src/roads/sources/osm-source";
import type { FixtureWay, OsmFixture } from "./osm-fixture";

export interface RestrictedGrid extends OsmFixture {
  readonly ways: readonly (FixtureWay & { readonly id: number })[];
  readonly relations: NonNullable<OsmFixture["relations"]>;
}

/**
 * A seeded town of `side` by `side` junctions, each street a way of one piece with a name of its own, some one-way, some
 * missing; with `doubled`, some streets twice and some that end where they begin. Its turn restrictions are prohibitions
 * and obligations, at nodes and over one or two ways, U-turns among them.
 */
export function restrictedGrid(seed: number, side: number, restrictions: number, doubled = false): RestrictedGrid {
  const random = new SeededRandom(seed);
  const idAt = (x: number, y: number): number => 1 + y * side + x;
  const nodes: Record<number, readonly [number, number]> = {};
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      nodes[idAt(x, y)] = [
        Number((x / 500 + random.next() / 2000).toFixed(7)),
        Number((51 + y / 800 + random.next() / 2000).toFixed(7)),
      ];
    }
  }
  const ways: { id: number; nodes: number[]; tags: Record<string, string> }[] = [];
  const street = (line: number[]): void => {
    const oneway: Record<string, string> = random.next() < 0.2 ? { oneway: random.pick(["yes", "-1"]) } : {};
    const id = 100 + ways.length;
    ways.push({ id, nodes: line, tags: { highway: "residential", name: `Street ${id}`, ...oneway } });
  };
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      if (x + 1 < side && random.next() < 0.9) street([idAt(x, y), idAt(x + 1, y)]);
      if (y + 1 < side && random.next() < 0.9) street([idAt(x, y), idAt(x, y + 1)]);
    }
  }
  if (doubled) {
    const extra = (at: number, dx: number): number => {
      const id = 10_000 + Object.keys(nodes).length;
      const [lon, lat] = nodes[at]!;
      nodes[id] = [Number((lon + dx).toFixed(7)), Number((lat + 0.0003).toFixed(7))];
      return id;
    };
    for (const { nodes: line } of [...ways]) {
      const [a, b] = [line[0]!, line.at(-1)!];
      const kind = random.next();
      if (kind < 0.1) street([a, b]);
      else if (kind < 0.2) street([b, extra(a, 0.0004), a]);
      else if (kind < 0.3) street([a, extra(a, 0.0002), extra(a, -0.0002), a]);
    }
  }
  const member = (role: string, ref: number): OsmMember => ({ type: "way", ref, role });
  const relations: { id: number; members: OsmMember[]; tags: Record<string, string> }[] = [];
  const waysAt = (node: number) => ways.filter(({ nodes: line }) => line[0] === node || line.at(-1) === node);
  while (relations.length < restrictions) {
    const from = random.pick(ways);
    const start = random.pick([from.nodes[0]!, from.nodes.at(-1)!]);
    let at = start;
    const via: OsmMember[] = [];
    for (let left = random.pick([0, 0, 0, 1, 2]); left > 0; left--) {
      const road = random.pick(waysAt(at));
      if (road.nodes[0] === road.nodes.at(-1) || road === from) break;
      via.push(member("via", road.id));
      at = road.nodes[0] === at ? road.nodes.at(-1)! : road.nodes[0]!;
    }
    const to = random.next() < 0.15 && via.length === 0 ? from : random.pick(waysAt(at));
    const kind = to === from ? "no_u_turn" : random.pick(["no_left_turn", "no_straight_on", "only_right_turn"]);
    if (via.some(({ ref }) => ref === to.id) || new Set(via.map(({ ref }) => ref)).size < via.length) continue;
    relations.push({
      id: 1000 + relations.length,
      members: [
        member("from", from.id),
        ...(via.length === 0 ? [{ type: "node", ref: at, role: "via" } as const] : via),
        member("to", to.id),
      ],
      tags: { type: "restriction", restriction: kind },
    });
  }
  return { nodes, ways, relations };
}
