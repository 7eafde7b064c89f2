import type { OsmSource } from "../../src/roads/sources/osm-source";

/** The classes counted as car roads in the figures stated beside the test data. */
export const CAR_ROADS =
  /^(motorway|trunk|primary|secondary|tertiary|unclassified|residential|living_street|service|road)(_link)?$/;

export interface NetworkCounts {
  ways: number;
  /** Nodes on these ways. */
  nodes: number;
  /** Nodes at which a way ends or which are met twice. */
  junctions: number;
  /** Ways tagged `oneway=yes`. */
  oneWays: number;
  /** Share of junctions in the largest component, directions ignored. */
  largestShare: number;
  /** Consecutive node pairs that some other way, or the same again, holds too. */
  repeatedPieces: number;
}

/** Counts a network the plain way, with Maps and Sets, apart from the product's own builder. */
export async function countNetwork(source: OsmSource, highway: RegExp = CAR_ROADS): Promise<NetworkCounts> {
  const uses = new Map<number, number>();
  const parent = new Map<number, number>();
  const pieces = new Set<string>();
  const counts: NetworkCounts = { ways: 0, nodes: 0, junctions: 0, oneWays: 0, largestShare: 0, repeatedPieces: 0 };
  const root = (node: number): number => {
    let at = node;
    for (let up = parent.get(at)!; up !== at; up = parent.get(at)!) {
      parent.set(at, parent.get(up)!);
      at = up;
    }
    return at;
  };
  await source.read({
    way(_id, nodes, tags) {
      if (!highway.test(tags.get("highway") ?? "")) return;
      counts.ways++;
      if (tags.get("oneway") === "yes") counts.oneWays++;
      for (let i = 0; i < nodes.length; i++) {
        const node = nodes[i]!;
        uses.set(node, (uses.get(node) ?? 0) + (i === 0 || i === nodes.length - 1 ? 2 : 1));
        if (!parent.has(node)) parent.set(node, node);
        if (i === 0) continue;
        const before = nodes[i - 1]!;
        const key = before < node ? `${before} ${node}` : `${node} ${before}`;
        if (pieces.has(key)) counts.repeatedPieces++;
        pieces.add(key);
        parent.set(root(node), root(before));
      }
    },
  });
  const components = new Map<number, number>();
  for (const [node, count] of uses) {
    if (count < 2) continue;
    counts.junctions++;
    components.set(root(node), (components.get(root(node)) ?? 0) + 1);
  }
  counts.nodes = uses.size;
  counts.largestShare = Math.max(0, ...components.values()) / counts.junctions;
  return counts;
}
