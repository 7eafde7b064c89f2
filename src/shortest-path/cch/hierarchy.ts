/**
 * The topology of a customizable contraction hierarchy (Dibbelt, Strasser, Wagner, "Customizable Contraction
 * Hierarchies", arXiv 1402.0402; Bläsius et al., "Customizable Contraction Hierarchies -- A Survey", arXiv 2502.10519).
 *
 * Nodes are numbered by rank: node 0 is eliminated first. Eliminating a node joins its remaining neighbours to each
 * other; what results is the chordal supergraph of the road graph, each of its edges stored once, at its lower end, as
 * an "upward arc". Weights come later and in any number: see metric.ts.
 */
import { assertThoroughly } from "../../core/assert";
import { Contradiction, requireLength, requireOffsets } from "../../core/columns";
import { DiversionError } from "../../core/errors";
import { lengthened } from "../../core/growable";
import type { Graph } from "../graph";

/**
 * The arrays that define a hierarchy. 16 bytes per node and 8 bytes per upward arc; what a search in a short sorted list
 * finds is not stored: the upward arc of an input arc, the input arcs of an upward arc, the upward arc of a downward one.
 */
export interface HierarchyArrays {
  /** Int32[nodeCount + 1]: upward arcs of node v are firstUp[v] .. firstUp[v + 1] - 1. */
  readonly firstUp: Int32Array;
  /** Int32[arcCount]: the higher end of every upward arc, ascending within a node. */
  readonly upHead: Int32Array;
  /** Int32[nodeCount + 1]: the lower neighbours of node v are downTail[firstDown[v]] .. downTail[firstDown[v + 1] - 1]. */
  readonly firstDown: Int32Array;
  /** Int32[arcCount]: the lower end of every upward arc, grouped by its higher end, ascending within a node. */
  readonly downTail: Int32Array;
  /** Int32[nodeCount]: the elimination tree: each node's lowest upper neighbour, NO_PARENT at roots. */
  readonly parent: Int32Array;
}

export interface Hierarchy extends HierarchyArrays {
  /** The road graph it was built from, numbered by rank. */
  readonly graph: Graph;
  readonly nodeCount: number;
  /** Number of upward arcs. */
  readonly arcCount: number;
}

/** The parent of an elimination tree's root. */
export const NO_PARENT = -1;

/**
 * Builds the hierarchy of a graph whose nodes are already numbered by rank.
 *
 * A node's upper neighbours are its own in the graph and those of every node whose lowest upper neighbour it is (its
 * children in the elimination tree); folding each list once into the parent's costs O(upward arcs) in all.
 */
export function buildHierarchy(graph: Graph): Hierarchy {
  checkGraph(graph);
  const { nodeCount } = graph;
  const parent = new Int32Array(nodeCount);
  const firstUp = new Int32Array(nodeCount + 1);
  const unsortedHead = eliminate(graph, firstUp, parent);
  const arcCount = firstUp[nodeCount]!;
  const firstDown = new Int32Array(nodeCount + 1);
  const downTail = new Int32Array(arcCount);
  groupByHead(nodeCount, firstUp, unsortedHead, firstDown, downTail);
  const upHead = new Int32Array(arcCount);
  groupByTail(nodeCount, firstDown, downTail, firstUp, upHead);
  const hierarchy = { graph, nodeCount, arcCount, firstUp, upHead, firstDown, downTail, parent };
  assertThoroughly(() => checkHierarchy(hierarchy));
  return hierarchy;
}

/**
 * Adopts arrays that were built before, from a file or from another thread's shared memory. Lengths and ends are
 * checked, contents are not: see {@link checkHierarchy}.
 */
export function adoptHierarchy(graph: Graph, arrays: HierarchyArrays): Hierarchy {
  const { nodeCount } = graph;
  const { firstUp, upHead, firstDown, downTail, parent } = arrays;
  const arcCount = upHead.length;
  const fits =
    firstUp.length === nodeCount + 1 &&
    firstDown.length === nodeCount + 1 &&
    parent.length === nodeCount &&
    downTail.length === arcCount &&
    firstUp[nodeCount] === arcCount &&
    firstDown[nodeCount] === arcCount;
  if (!fits) {
    throw new DiversionError(
      "invalid-argument",
      `A hierarchy of ${arcCount} upward arcs does not fit a graph of ${nodeCount} nodes; build it from this graph.`,
    );
  }
  const hierarchy = { graph, nodeCount, arcCount, firstUp, upHead, firstDown, downTail, parent };
  assertThoroughly(() => checkHierarchy(hierarchy));
  return hierarchy;
}

/**
 * Holds what every search relies on, whoever made the hierarchy, in two passes over its arcs: a node's heads ascend and
 * lie above it; its parent is the first of them, so that every climb of the elimination tree ends; a node's upper
 * neighbours are its parent or among its parent's, so that a search meets what is above it by climbing; and the
 * downward rows are the upward ones the other way round, by a checksum of their pairs. Whether it is the hierarchy of its
 * graph is told by building it anew.
 *
 * @throws Contradiction at the first that does not hold.
 */
export function checkHierarchy(hierarchy: Hierarchy): void {
  const { nodeCount, arcCount, firstUp, upHead, firstDown, downTail, parent } = hierarchy;
  requireOffsets("the upward arcs", firstUp, nodeCount, arcCount);
  requireOffsets("the downward arcs", firstDown, nodeCount, arcCount);
  requireLength("the elimination tree", parent, nodeCount);
  requireLength("the upward arcs' heads", upHead, arcCount);
  requireLength("the downward arcs' tails", downTail, arcCount);
  if (checkUpward(hierarchy) !== checkDownward(hierarchy)) {
    throw new Contradiction("the downward arcs are not the upward ones the other way round");
  }
}

/** @returns the checksum of all pairs of a lower and a higher end, in whichever order they come. */
function checkUpward({ nodeCount, firstUp, upHead, parent }: Hierarchy): number {
  let sum = 0;
  for (let v = 0; v < nodeCount; v++) {
    const begin = firstUp[v]!;
    const end = firstUp[v + 1]!;
    const lowest = begin === end ? NO_PARENT : upHead[begin]!;
    if (parent[v] !== lowest) {
      throw new Contradiction(`the parent of node ${v} is ${parent[v]}, its lowest upper neighbour ${lowest}`);
    }
    let below = v;
    for (let arc = begin; arc < end; arc++) {
      const above = upHead[arc]!;
      if (above <= below || above >= nodeCount) {
        throw new Contradiction(
          `the heads of node ${v} do not ascend: ${above} follows ${below} of ${nodeCount} nodes`,
        );
      }
      below = above;
      sum = (sum + pairChecksum(v, above)) | 0;
    }
    if (end - begin > 1) {
      const stop = firstUp[lowest + 1]!;
      let at = firstUp[lowest]!;
      for (let arc = begin + 1; arc < end; arc++) {
        const above = upHead[arc]!;
        while (at < stop && upHead[at]! < above) at++;
        if (at >= stop || upHead[at] !== above) {
          throw new Contradiction(`node ${v} has the upper neighbour ${above}, and its parent ${lowest} has not`);
        }
      }
    }
  }
  return sum;
}

function checkDownward({ nodeCount, firstDown, downTail }: Hierarchy): number {
  let sum = 0;
  for (let v = 0; v < nodeCount; v++) {
    const begin = firstDown[v]!;
    const end = firstDown[v + 1]!;
    let below = -1;
    for (let i = begin; i < end; i++) {
      const tail = downTail[i]!;
      if (tail <= below || tail >= v) {
        throw new Contradiction(`the tails at node ${v} do not ascend: ${tail} follows ${below}`);
      }
      below = tail;
      sum = (sum + pairChecksum(tail, v)) | 0;
    }
  }
  return sum;
}

/** Mixes as MurmurHash3 does: a sum of these differs, but for one chance in four billion, when a pair does. */
function pairChecksum(low: number, high: number): number {
  let mixed = Math.imul(low, 0x9e3779b1) ^ high;
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}

function checkGraph({ nodeCount, arcCount, firstArc, head }: Graph): void {
  if (firstArc.length !== nodeCount + 1 || head.length !== arcCount || firstArc[nodeCount] !== arcCount) {
    throw new DiversionError(
      "invalid-argument",
      `A graph of ${nodeCount} nodes and ${arcCount} arcs has ${firstArc.length} row starts and ${head.length} heads; ` +
        `give ${nodeCount + 1} and ${arcCount}.`,
    );
  }
  for (let arc = 0; arc < arcCount; arc++) {
    const node = head[arc]!;
    if (node < 0 || node >= nodeCount) {
      throw new DiversionError(
        "invalid-argument",
        `Arc ${arc} leads to node ${node}, but the nodes are 0 to ${nodeCount - 1}.`,
      );
    }
  }
}

/**
 * Fills `firstUp` and `parent`, and returns the upper neighbours of every node in no particular order within a node.
 */
function eliminate(graph: Graph, firstUp: Int32Array, parent: Int32Array): Int32Array {
  const { nodeCount } = graph;
  const { first, neighbour } = upperNeighbours(graph);
  let heads = new Int32Array(Math.max(1024, neighbour.length * 2));
  const mark = new Int32Array(nodeCount).fill(-1);
  // Children of a node in the elimination tree, as linked lists.
  const firstChild = new Int32Array(nodeCount).fill(-1);
  const nextSibling = new Int32Array(nodeCount);
  let length = 0;
  for (let v = 0; v < nodeCount; v++) {
    mark[v] = v;
    firstUp[v] = length;
    let bound = length + first[v + 1]! - first[v]!;
    for (let c = firstChild[v]!; c >= 0; c = nextSibling[c]!) bound += firstUp[c + 1]! - firstUp[c]!;
    if (bound > heads.length) heads = lengthened(heads, Math.max(bound, Math.ceil(heads.length * 1.5)));
    length = appendUnmarked(neighbour, first[v]!, first[v + 1]!, mark, v, heads, length);
    for (let c = firstChild[v]!; c >= 0; c = nextSibling[c]!) {
      length = appendUnmarked(heads, firstUp[c]!, firstUp[c + 1]!, mark, v, heads, length);
    }
    const lowest = lowestOf(heads, firstUp[v]!, length);
    parent[v] = lowest;
    if (lowest !== NO_PARENT) {
      nextSibling[v] = firstChild[lowest]!;
      firstChild[lowest] = v;
    }
    firstUp[v + 1] = length;
  }
  return heads;
}

/** Appends those of from[begin .. end) not yet marked with `stamp`, and marks them; returns the new length. */
function appendUnmarked(
  from: Int32Array,
  begin: number,
  end: number,
  mark: Int32Array,
  stamp: number,
  to: Int32Array,
  length: number,
): number {
  for (let i = begin; i < end; i++) {
    const node = from[i]!;
    if (mark[node] !== stamp) {
      mark[node] = stamp;
      to[length++] = node;
    }
  }
  return length;
}

function lowestOf(nodes: Int32Array, begin: number, end: number): number {
  if (begin === end) return NO_PARENT;
  let lowest = nodes[begin]!;
  for (let i = begin + 1; i < end; i++) if (nodes[i]! < lowest) lowest = nodes[i]!;
  return lowest;
}

/** Every arc, whichever way it runs, listed at its lower end; self loops left out, repetitions left in. */
function upperNeighbours({ nodeCount, firstArc, head }: Graph): { first: Int32Array; neighbour: Int32Array } {
  const first = new Int32Array(nodeCount + 1);
  for (let v = 0; v < nodeCount; v++) {
    for (let arc = firstArc[v]!; arc < firstArc[v + 1]!; arc++) {
      const to = head[arc]!;
      if (to !== v) first[(to < v ? to : v) + 1]!++;
    }
  }
  for (let v = 0; v < nodeCount; v++) first[v + 1]! += first[v]!;
  const next = first.slice(0, nodeCount);
  const neighbour = new Int32Array(first[nodeCount]!);
  for (let v = 0; v < nodeCount; v++) {
    for (let arc = firstArc[v]!; arc < firstArc[v + 1]!; arc++) {
      const to = head[arc]!;
      if (to > v) neighbour[next[v]!++] = to;
      else if (to < v) neighbour[next[to]!++] = v;
    }
  }
  return { first, neighbour };
}

/** Transposes upward arcs: tails come out ascending within each head, because tails are visited ascending. */
function groupByHead(
  nodeCount: number,
  firstUp: Int32Array,
  heads: Int32Array,
  firstDown: Int32Array,
  downTail: Int32Array,
): void {
  const arcCount = firstUp[nodeCount]!;
  for (let i = 0; i < arcCount; i++) firstDown[heads[i]! + 1]!++;
  for (let v = 0; v < nodeCount; v++) firstDown[v + 1]! += firstDown[v]!;
  const next = firstDown.slice(0, nodeCount);
  for (let v = 0; v < nodeCount; v++) {
    for (let i = firstUp[v]!; i < firstUp[v + 1]!; i++) downTail[next[heads[i]!]!++] = v;
  }
}

/** Transposes back, which sorts: heads come out ascending within each tail at the cost of one linear pass. */
function groupByTail(
  nodeCount: number,
  firstDown: Int32Array,
  downTail: Int32Array,
  firstUp: Int32Array,
  upHead: Int32Array,
): void {
  const next = firstUp.slice(0, nodeCount);
  for (let v = 0; v < nodeCount; v++) {
    for (let i = firstDown[v]!; i < firstDown[v + 1]!; i++) upHead[next[downTail[i]!]!++] = v;
  }
}
