/**
 * The topology of a customizable contraction hierarchy (Dibbelt, Strasser, Wagner, "Customizable Contraction
 * Hierarchies", arXiv 1402.0402; Bläsius et al., "Customizable Contraction Hierarchies -- A Survey", arXiv 2502.10519).
 *
 * Nodes are numbered by rank: node 0 is eliminated first. Eliminating a node joins its remaining neighbours to each
 * other; what results is the chordal supergraph of the road graph, each of its edges stored once, at its lower end, as
 * an "upward arc". Weights come later and in any number: see metric.ts.
 */
import { assert, assertThoroughly } from "../../core/assert";
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
  assertThoroughly(() => assertHierarchy(hierarchy));
  return hierarchy;
}

/**
 * Adopts arrays that were built before, from a file or from another thread's shared memory. Lengths and ends are
 * checked, contents are not: a file vouches for those by its checksum.
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
  assertThoroughly(() => assertHierarchy(hierarchy));
  return hierarchy;
}

/**
 * Holds what every search relies on, in time linear in the arcs: a node's heads ascend and lie above it, its parent is
 * the first of them, the downward rows are the upward ones the other way round, and a node's upper neighbours are its
 * parent or among its parent's.
 */
export function assertHierarchy({ nodeCount, firstUp, upHead, firstDown, downTail, parent }: Hierarchy): void {
  // Of each node the first upward arc whose head has not been reached: heads ascend, so the sweep meets them in order.
  const next = firstUp.slice(0, nodeCount);
  for (let v = 0; v < nodeCount; v++) {
    const begin = firstUp[v]!;
    const end = firstUp[v + 1]!;
    assert(end >= begin, () => `the upward arcs of node ${v} end at ${end}, behind their begin ${begin}`);
    const lowest = begin === end ? NO_PARENT : upHead[begin]!;
    assert(parent[v] === lowest, () => `the parent of node ${v} is ${parent[v]}, its lowest upper neighbour ${lowest}`);
    for (let arc = begin, below = v; arc < end; below = upHead[arc++]!) {
      assert(upHead[arc]! > below, () => `the heads of node ${v} ascend, but ${upHead[arc]} follows ${below}`);
    }
    if (lowest !== NO_PARENT) assertAmong(upHead, begin + 1, end, firstUp[lowest]!, firstUp[lowest + 1]!, v);
    for (let i = firstDown[v]!, below = -1; i < firstDown[v + 1]!; below = downTail[i++]!) {
      const tail = downTail[i]!;
      assert(tail > below, () => `the tails at node ${v} ascend, but ${tail} follows ${below}`);
      assert(upHead[next[tail]!] === v && next[tail]! < firstUp[tail + 1]!, () => `node ${tail} has an arc up to ${v}`);
      next[tail]!++;
    }
  }
  for (let v = 0; v < nodeCount; v++) {
    assert(next[v] === firstUp[v + 1], () => `every upward arc of node ${v} is listed at its head too`);
  }
}

/** Each of one ascending list is in another; of the list's own length and the other's, the sum. */
function assertAmong(sorted: Int32Array, from: number, end: number, begin: number, stop: number, v: number): void {
  let at = begin;
  for (let i = from; i < end; i++) {
    while (at < stop && sorted[at]! < sorted[i]!) at++;
    assert(at < stop && sorted[at] === sorted[i], () => `node ${v}'s parent has its upper neighbour ${sorted[i]} too`);
  }
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
