import { DiversionError } from "../../core/errors";
import { INFINITE_MS } from "../../core/units";
import { assembleRoadGraph, type SplitEdges } from "./assemble-road-graph";
import { DIRECTIONS, edgeKey, keyOnSegment, segmentOf } from "./edge-key";
import type { RoadGraph } from "./road-graph";
import { gather, type SegmentTable, type SegmentTimes } from "./segment-table";

/**
 * The same roads with nodes in another order, for a core whose node numbers are ranks. Segments are sorted by their
 * lower end node, so that memory runs the way node numbers run; drawing directions stay. Edges and components are
 * numbered afresh by the rules every road graph keeps.
 *
 * @param order `order[newNode]` is the node's present number: a permutation of 0 .. nodeCount - 1.
 * @throws DiversionError `invalid-argument` when `order` is not a permutation of the nodes.
 */
export function renumberRoadGraph(roads: RoadGraph, order: Int32Array): RoadGraph {
  const c = roads.columns;
  const newNode = inversePermutation(order, roads.nodeCount);
  const oldSegment = segmentsByLowerEnd(roads, newNode);
  const times = roads.profiles.map(({ edgeMilliseconds }): SegmentTimes => {
    const over = (edge: number): number => (edge < 0 ? INFINITE_MS : edgeMilliseconds[edge]!);
    return {
      forwardMilliseconds: oldSegment.map((s) => over(c.segmentForwardEdge[s]!)),
      backwardMilliseconds: oldSegment.map((s) => over(c.segmentBackwardEdge[s]!)),
    };
  });

  const segments: SegmentTable = {
    nodeLon: order.map((old) => c.nodeLon[old]!),
    nodeLat: order.map((old) => c.nodeLat[old]!),
    segmentTail: oldSegment.map((s) => newNode[c.segmentTail[s]!]!),
    segmentHead: oldSegment.map((s) => newNode[c.segmentHead[s]!]!),
    ...gather([c], oldSegment),
    ...times[0]!,
    otherTimes: times.slice(1),
  };
  return assembleRoadGraph(segments, roads.roads, splitEdges(roads, newNode, oldSegment));
}

/** Every edge under its new numbers, in the order of the new segments; split nodes and forbidden turns likewise. */
function splitEdges(roads: RoadGraph, newNode: Int32Array, oldSegment: Int32Array): SplitEdges {
  const { edgeHead, splitNode, splitJunction } = roads.columns;
  const tail = new Int32Array(roads.edgeCount);
  const head = new Int32Array(roads.edgeCount);
  const key = new Int32Array(roads.edgeCount);
  const closedTo = new Int32Array(roads.edgeCount);
  const newSegment = new Int32Array(oldSegment.length);
  let count = 0;
  oldSegment.forEach((old, segment) => {
    newSegment[old] = segment;
    for (const direction of DIRECTIONS) {
      const edges = roads.edgesOfSegment(old, direction);
      for (const edge of edges) {
        roads.profiles.forEach(({ edgeMilliseconds }, profile) => {
          // The edge out of the junction ends no forbidden turn: it is closed to those who may not drive the key.
          if (edgeMilliseconds[edge] !== edgeMilliseconds[edges[0]!]) closedTo[count]! |= 1 << profile;
        });
        tail[count] = newNode[roads.edgeTail(edge)]!;
        head[count] = newNode[edgeHead[edge]!]!;
        key[count++] = edgeKey(segment, direction);
      }
    }
  });
  const splits = Int32Array.from(splitNode.keys()).sort((a, b) => newNode[splitNode[a]!]! - newNode[splitNode[b]!]!);
  return {
    tail,
    head,
    key,
    closedTo,
    splitNode: splits.map((split) => newNode[splitNode[split]!]!),
    splitJunction: splits.map((split) => newNode[splitJunction[split]!]!),
    turns: roads.profiles.map(({ turnFirst, turnSequence }) => ({
      turnFirst,
      turnSequence: turnSequence.map((old) => keyOnSegment(old, newSegment[segmentOf(old)]!)),
    })),
  };
}

function inversePermutation(order: Int32Array, nodeCount: number): Int32Array {
  const inverse = new Int32Array(nodeCount).fill(-1);
  const isPermutation =
    order.length === nodeCount &&
    order.every((old, i) => {
      if (inverse[old] !== -1) return false;
      inverse[old] = i;
      return true;
    });
  if (isPermutation) return inverse;
  throw new DiversionError(
    "invalid-argument",
    `The node order has ${order.length} entries that are not each of the ${nodeCount} nodes once. Pass a permutation.`,
  );
}

/** Old segment numbers in their new order; counting sort, stable, by the lower of the two new end nodes. */
function segmentsByLowerEnd(roads: RoadGraph, newNode: Int32Array): Int32Array {
  const { segmentTail, segmentHead } = roads.columns;
  const lower = segmentTail.map((tail, s) => Math.min(newNode[tail]!, newNode[segmentHead[s]!]!));
  const next = new Int32Array(roads.nodeCount + 1);
  for (const node of lower) next[node + 1]!++;
  for (let v = 0; v < roads.nodeCount; v++) next[v + 1]! += next[v]!;
  const sorted = new Int32Array(roads.segmentCount);
  for (let s = 0; s < roads.segmentCount; s++) sorted[next[lower[s]!]!++] = s;
  return sorted;
}
