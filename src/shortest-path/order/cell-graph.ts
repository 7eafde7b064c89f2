import { type PlanarPositions, POSITION_LIMIT } from "./coordinates";
import type { UndirectedGraph } from "./undirected-graph";

/**
 * The graph under dissection, stored by *place* rather than by node.
 *
 * A cell is a range of places. Splitting it moves its nodes so that one side, the other side and the separator follow
 * each other: the separator's places are final, the sides are cells in turn, and the nodes by place are the order when
 * all is done. Heads are places too, so a flow over a cell reads and writes one contiguous stretch of every column, its
 * scratch included. Disjoint cells share no word (except heads that lead into separators, which no longer move and are
 * only counted), so threads work on one set of columns without copying and without locks, and the result cannot depend on
 * which thread does what when.
 */
export interface CellGraph {
  readonly nodeCount: number;
  /** Int32[nodeCount]: the node at each place. */
  readonly node: Int32Array;
  /** Int32[nodeCount]: position in the plane. */
  readonly x: Int32Array;
  readonly y: Int32Array;
  /** Int32[nodeCount]: arcs of a place within its cell are firstArc .. innerEnd - 1. */
  readonly firstArc: Int32Array;
  readonly innerEnd: Int32Array;
  /** Int32[nodeCount]: arcs into separators (the cell's *halo*) are innerEnd .. arcEnd - 1. */
  readonly arcEnd: Int32Array;
  /** Int32[arcs]: the place each arc leads to. Both directions of every link are stored, without parallels. */
  readonly head: Int32Array;
  /** Int32[arcs]: heads on their way to their new place during a split. */
  readonly movedHead: Int32Array;
  /** Int8[nodeCount]: the sides of the best cut of a cell so far. */
  readonly bestSide: Int8Array;
  /** One set is enough for disjoint cells; several allow several cuts of one cell to be sought at once. */
  readonly scratch: readonly FlowScratch[];
}

/** Working columns of one flow, by place and by arc. What each holds is said where it is used. */
export interface FlowScratch {
  readonly label: Int32Array;
  readonly nextArc: Int32Array;
  readonly queue: Int32Array;
  readonly path: Int32Array;
  readonly side: Int8Array;
  readonly flow: Int8Array;
}

/** Values of `side`. */
export const NO_SIDE = 0;
export const SIDE_A = 1;
export const SIDE_B = 2;
export const SEPARATOR = 3;

/**
 * Lays out a subset of the nodes of a graph, without links to others, as one cell. Hubs go last, outside the cell: see
 * {@link hubDegree}.
 *
 * @returns the columns, and the number of places that form the root cell.
 */
export function layOutCells(
  graph: UndirectedGraph,
  nodes: Int32Array,
  positions: PlanarPositions,
  scratchSets: number,
  kind: BufferKind,
): { cells: CellGraph; rootEnd: number } {
  const nodeCount = nodes.length;
  let arcCount = 0;
  for (let i = 0; i < nodeCount; i++) arcCount += graph.end[nodes[i]!]! - graph.first[nodes[i]!]!;
  const cells = allocateCells(nodeCount, arcCount, scratchSets, kind);
  const rootEnd = placeHubsLast(graph, alongCurve(nodes, positions), cells.node);
  const placeOf = new Int32Array(graph.nodeCount);
  for (let place = 0; place < nodeCount; place++) placeOf[cells.node[place]!] = place;
  copyArcs(graph, cells, placeOf, rootEnd);
  for (let place = 0; place < nodeCount; place++) {
    cells.x[place] = positions.x[cells.node[place]!]!;
    cells.y[place] = positions.y[cells.node[place]!]!;
  }
  return { cells, rootEnd };
}

/**
 * Nodes with more neighbours than this are ranked above everything else before any cut is sought. They would be in the
 * top separators anyway, and leaving them in makes searches of their lists the dominating cost. The rule and its
 * constants are those of AMD for dense rows (Amestoy, Davis, Duff, "Algorithm 837", ACM TOMS 30, 2004). No road junction
 * comes near it.
 */
const hubDegree = (nodeCount: number): number => Math.max(16, 10 * Math.sqrt(nodeCount));

function placeHubsLast(graph: UndirectedGraph, nodes: Int32Array, node: Int32Array): number {
  const limit = hubDegree(nodes.length);
  const isHub = (v: number) => graph.end[v]! - graph.first[v]! > limit;
  const hubs = nodes.filter(isHub);
  const others = hubs.length === 0 ? nodes : nodes.filter((v) => !isHub(v));
  node.set(others);
  node.set(hubs, others.length);
  return others.length;
}

function copyArcs(graph: UndirectedGraph, cells: CellGraph, placeOf: Int32Array, rootEnd: number): void {
  const { nodeCount, node, firstArc, innerEnd, arcEnd, head } = cells;
  let arc = 0;
  for (let place = 0; place < nodeCount; place++) {
    const from = graph.first[node[place]!]!;
    const to = graph.end[node[place]!]!;
    firstArc[place] = arc;
    for (let i = from; i < to; i++) {
      const other = placeOf[graph.head[i]!]!;
      if (other < rootEnd) head[arc++] = other;
    }
    innerEnd[place] = arc;
    for (let i = from; i < to; i++) {
      const other = placeOf[graph.head[i]!]!;
      if (other >= rootEnd) head[arc++] = other;
    }
    arcEnd[place] = arc;
  }
}

function allocateCells(nodeCount: number, arcCount: number, scratchSets: number, kind: BufferKind): CellGraph {
  const { int32, int8 } = allocator(kind);
  return {
    nodeCount,
    node: int32(nodeCount),
    x: int32(nodeCount),
    y: int32(nodeCount),
    firstArc: int32(nodeCount),
    innerEnd: int32(nodeCount),
    arcEnd: int32(nodeCount),
    head: int32(arcCount),
    movedHead: int32(arcCount),
    bestSide: int8(nodeCount),
    scratch: Array.from({ length: scratchSets }, () => ({
      label: int32(nodeCount),
      nextArc: int32(nodeCount),
      queue: int32(nodeCount),
      path: int32(nodeCount),
      side: int8(nodeCount),
      flow: int8(arcCount),
    })),
  };
}

/** Whether columns can be handed to other threads without copying. */
export type BufferKind = "local" | "shared";

/** Makers of zeroed typed arrays over one kind of memory. */
interface Allocator {
  int32(length: number): Int32Array;
  int8(length: number): Int8Array;
}

function allocator(kind: BufferKind): Allocator {
  if (kind === "local") {
    return { int32: (length) => new Int32Array(length), int8: (length) => new Int8Array(length) };
  }
  return {
    int32: (length) => new Int32Array(new SharedArrayBuffer(length * Int32Array.BYTES_PER_ELEMENT)),
    int8: (length) => new Int8Array(new SharedArrayBuffer(length)),
  };
}

/** The plane is cut into 2^GRID_BITS columns and as many rows: some 200 m wide for a city, 2 km for a country. */
const GRID_BITS = 9;

/**
 * Nodes in the order of a Z-shaped curve through a grid, those in one grid square as they come. Neighbours in the plane
 * become neighbours in memory, whatever the numbering of the source: flows over cells larger than the caches cost no more
 * for shuffled nodes than for well numbered ones, where they cost 1.6 times as much.
 */
export function alongCurve(nodes: Int32Array, { x, y }: PlanarPositions): Int32Array {
  const codes = nodes.map((node) => curveCode(gridLine(x[node]!), gridLine(y[node]!)));
  const next = new Int32Array((1 << (2 * GRID_BITS)) + 1);
  for (const code of codes) next[code + 1]!++;
  for (let code = 0; code + 1 < next.length; code++) next[code + 1]! += next[code]!;
  const sorted = new Int32Array(nodes.length);
  for (let i = 0; i < nodes.length; i++) sorted[next[codes[i]!]!++] = nodes[i]!;
  return sorted;
}

/** Which column or row of the grid a coordinate is in. */
const gridLine = (coordinate: number): number => Math.floor((coordinate / (POSITION_LIMIT + 1)) * (1 << GRID_BITS));

/** The bits of column and row interleaved. */
function curveCode(column: number, row: number): number {
  let code = 0;
  for (let bit = 0; bit < GRID_BITS; bit++) {
    code |= ((column >> bit) & 1) << (2 * bit + 1);
    code |= ((row >> bit) & 1) << (2 * bit);
  }
  return code;
}
