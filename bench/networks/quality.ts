import { type Hierarchy, NO_PARENT } from "../../src/shortest-path/cch/hierarchy";

/** What an order made of a network: the figures that decide what everything else costs. */
export interface HierarchyQuality {
  readonly nodes: number;
  /** Links of the road graph, of which a two-way road has one. */
  readonly arcs: number;
  readonly upwardArcs: number;
  readonly upwardArcsPerNode: number;
  /** Lower triangles: the work of one customization. */
  readonly triangles: number;
  readonly trianglesPerNode: number;
  /** Per level from the top, the mean size of the separators there: one at the top, up to two below it, then four … */
  readonly separators: readonly number[];
}

const LEVELS = 7;

/** A part splits where its second largest piece has at least this share of it: below that, nodes are merely cut off. */
const SPLIT_SHARE = 0.1;

export function hierarchyQuality(hierarchy: Hierarchy): HierarchyQuality {
  const { nodeCount, arcCount, firstUp, graph } = hierarchy;
  let triangles = 0;
  for (let v = 0; v < nodeCount; v++) {
    const degree = firstUp[v + 1]! - firstUp[v]!;
    triangles += (degree * (degree - 1)) / 2;
  }
  return {
    nodes: nodeCount,
    arcs: graph.arcCount,
    upwardArcs: arcCount,
    upwardArcsPerNode: arcCount / nodeCount,
    triangles,
    trianglesPerNode: triangles / nodeCount,
    separators: separatorSizes(hierarchy),
  };
}

/** Reads the separators off the elimination tree: from the top of a part down to where the tree forks into large parts. */
function separatorSizes({ nodeCount, parent }: Hierarchy): number[] {
  const size = new Int32Array(nodeCount).fill(1);
  const firstChild = new Int32Array(nodeCount).fill(-1);
  const nextSibling = new Int32Array(nodeCount).fill(-1);
  let root = -1;
  for (let v = 0; v < nodeCount; v++) {
    const above = parent[v]!;
    if (above === NO_PARENT) {
      if (root < 0 || size[v]! > size[root]!) root = v;
      continue;
    }
    size[above]! += size[v]!;
    nextSibling[v] = firstChild[above]!;
    firstChild[above] = v;
  }
  const sizes: number[] = [];
  let parts = root < 0 ? [] : [root];
  for (let level = 0; level < LEVELS && parts.length > 0; level++) {
    const below: number[] = [];
    let total = 0;
    for (const top of parts) {
      let v = top;
      for (;;) {
        total++;
        const children: number[] = [];
        for (let c = firstChild[v]!; c >= 0; c = nextSibling[c]!) children.push(c);
        children.sort((a, b) => size[b]! - size[a]!);
        if (children.length === 0) break;
        if (children.length > 1 && size[children[1]!]! >= SPLIT_SHARE * size[top]!) {
          below.push(children[0]!, children[1]!);
          break;
        }
        v = children[0]!;
      }
    }
    sizes.push(Math.round(total / parts.length));
    parts = below;
  }
  return sizes;
}
