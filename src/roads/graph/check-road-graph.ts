import { Contradiction, requireLength, requireOffsets, requireThat, requireWithin } from "../../core/columns";
import { INFINITE_MS, MINIMUM_EDGE_MS, UNITS_PER_DEGREE } from "../../core/units";
import { edgeKeyCount, isBackward, reverseKey, segmentOf } from "./edge-key";
import type { ForbiddenTurns, ProfileColumns, RoadGraph, RoadGraphColumns } from "./road-graph";

const LONGITUDE_LIMIT = 180 * UNITS_PER_DEGREE;
const LATITUDE_LIMIT = 90 * UNITS_PER_DEGREE;

/**
 * How many edge keys a forbidden turn may have. Those of real restrictions have two or three, of a way through a large
 * junction some tens; what proves that turns are obeyed takes time by the square of it.
 */
export const MAXIMUM_TURN_KEYS = 1000;

/**
 * Holds that the columns of a road graph are one: every number names something there is, every list lies where it is
 * said to, and what is said twice is said alike (an edge and the ends of its segment, a split node and its junction).
 * Linear in the columns. What cannot be seen this way is a value that could be one: a wrong travel time, a road that is
 * not there; and what follows from all of them together, the components, which `verify` computes anew.
 *
 * @throws Contradiction at the first that does not hold.
 */
export function checkRoadGraph(graph: RoadGraph): void {
  const { columns, nodeCount, segmentCount } = graph;
  checkLists(graph);
  requireWithin("the nodes' longitude", columns.nodeLon, -LONGITUDE_LIMIT, LONGITUDE_LIMIT);
  requireWithin("the nodes' latitude", columns.nodeLat, -LATITUDE_LIMIT, LATITUDE_LIMIT);
  requireWithin("the shapes' longitude", columns.shapeLon, -LONGITUDE_LIMIT, LONGITUDE_LIMIT);
  requireWithin("the shapes' latitude", columns.shapeLat, -LATITUDE_LIMIT, LATITUDE_LIMIT);
  requireWithin("the edges' heads", columns.edgeHead, 0, nodeCount - 1);
  requireWithin("the edges' keys", columns.keyOfEdge, 0, edgeKeyCount(segmentCount) - 1);
  requireWithin("the segments' length", columns.segmentCentimetres, 1, INFINITE_MS);
  requireWithin("the segments' road", columns.segmentRoad, 0, graph.roads.length - 1);
  checkWays(columns.wayId);
  const junctionOfSplit = splitNodes(columns, nodeCount);
  checkEdges(graph, junctionOfSplit);
  for (const profile of graph.profiles) checkProfile(graph, profile);
}

function checkWays(wayId: Float64Array): void {
  for (let i = 0; i < wayId.length; i++) {
    if (!Number.isSafeInteger(wayId[i])) throw new Contradiction(`source way ${i} is ${wayId[i]}, no whole number`);
  }
}

function checkLists({ columns, nodeCount, edgeCount, segmentCount }: RoadGraph): void {
  requireLength("the nodes' latitude", columns.nodeLat, nodeCount);
  requireOffsets("the edges", columns.firstEdge, nodeCount, edgeCount);
  requireLength("the edges' keys", columns.keyOfEdge, edgeCount);
  for (const name of ["segmentHead", "segmentForwardEdge", "segmentBackwardEdge"] as const) {
    requireLength(name, columns[name], segmentCount);
  }
  requireLength("the segments' length", columns.segmentCentimetres, segmentCount);
  requireLength("the segments' road", columns.segmentRoad, segmentCount);
  requireOffsets("the shapes", columns.segmentFirstShape, segmentCount, columns.shapeLon.length);
  requireLength("the shapes' latitude", columns.shapeLat, columns.shapeLon.length);
  requireOffsets("the source ways", columns.segmentFirstWay, segmentCount, columns.wayId.length);
}

/** The junction of each split node; undefined where there is none. */
function splitNodes(columns: RoadGraphColumns, nodeCount: number): ReadonlyMap<number, number> | undefined {
  const { splitNode, splitJunction, nodeLon, nodeLat } = columns;
  requireLength("the split nodes' junctions", splitJunction, splitNode.length);
  if (splitNode.length === 0) return undefined;
  requireWithin("the split nodes", splitNode, 0, nodeCount - 1);
  requireWithin("the split nodes' junctions", splitJunction, 0, nodeCount - 1);
  const junctionOf = new Map<number, number>();
  splitNode.forEach((node, split) => {
    requireThat(split === 0 || splitNode[split - 1]! < node, () => `the split nodes do not ascend at ${split}`);
    junctionOf.set(node, splitJunction[split]!);
  });
  for (const [node, junction] of junctionOf) {
    requireThat(!junctionOf.has(junction), () => `split node ${node} stands for ${junction}, a split node itself`);
    const isInPlace = nodeLon[node] === nodeLon[junction] && nodeLat[node] === nodeLat[junction];
    requireThat(isInPlace, () => `split node ${node} lies elsewhere than its junction ${junction}`);
  }
  return junctionOf;
}

/** Every edge belongs to a segment, which names it, and leads along it from one end to the other. */
function checkEdges({ columns, segmentCount, edgeCount, nodeCount }: RoadGraph, split?: ReadonlyMap<number, number>) {
  const { firstEdge, edgeHead, keyOfEdge, segmentTail, segmentHead } = columns;
  const { segmentForwardEdge, segmentBackwardEdge } = columns;
  const junctionOf = (node: number): number => split?.get(node) ?? node;
  let found = 0;
  for (let s = 0; s < segmentCount; s++) {
    const tail = segmentTail[s]!;
    const head = segmentHead[s]!;
    if (tail < 0 || tail >= nodeCount || head < 0 || head >= nodeCount) {
      throw new Contradiction(`segment ${s} runs from node ${tail} to node ${head} of ${nodeCount}`);
    }
    if (split !== undefined && (split.has(tail) || split.has(head))) {
      throw new Contradiction(`segment ${s} ends at a split node, ${tail} or ${head}`);
    }
    const forward = segmentForwardEdge[s]!;
    if (forward !== -1) {
      found++;
      // What is out of range is undefined, and equal to nothing.
      const to = edgeHead[forward];
      const isOne = keyOfEdge[forward] === 2 * s && forward >= firstEdge[tail]! && forward < firstEdge[tail + 1]!;
      if (!isOne || (to !== head && junctionOf(to!) !== head)) {
        throw new Contradiction(`segment ${s} names edge ${forward} as its own forward, which it is not`);
      }
    }
    const backward = segmentBackwardEdge[s]!;
    if (backward !== -1) {
      found++;
      const to = edgeHead[backward];
      const isOne =
        keyOfEdge[backward] === 2 * s + 1 && backward >= firstEdge[head]! && backward < firstEdge[head + 1]!;
      if (!isOne || (to !== tail && junctionOf(to!) !== tail)) {
        throw new Contradiction(`segment ${s} names edge ${backward} as its own backward, which it is not`);
      }
    }
  }
  // Those out of junctions are told apart by their keys, so that none was counted twice.
  for (const [node, junction] of split ?? []) {
    let last = -1;
    for (let edge = firstEdge[node]!; edge < firstEdge[node + 1]!; edge++) {
      const key = keyOfEdge[edge]!;
      const atJunction = (isBackward(key) ? segmentBackwardEdge : segmentForwardEdge)[segmentOf(key)]!;
      const isOne = key > last && tailOf(columns, key) === junction && atJunction >= 0;
      if (!isOne || junctionOf(edgeHead[edge]!) !== tailOf(columns, reverseKey(key))) {
        throw new Contradiction(`edge ${edge} out of split node ${node} is none of junction ${junction}`);
      }
      last = key;
      found++;
    }
  }
  requireThat(found === edgeCount, () => `segments name ${found} edges of ${edgeCount}`);
}

/** The node a key is driven from. */
const tailOf = ({ segmentTail, segmentHead }: RoadGraphColumns, key: number): number =>
  (isBackward(key) ? segmentHead : segmentTail)[segmentOf(key)]!;

function checkProfile({ columns, nodeCount, edgeCount }: RoadGraph, profile: ProfileColumns): void {
  requireLength("the nodes' components", profile.nodeComponent, nodeCount);
  requireWithin("the nodes' components", profile.nodeComponent, 0, nodeCount - 1);
  requireLength("the edges' travel time", profile.edgeMilliseconds, edgeCount);
  requireWithin("the edges' travel time", profile.edgeMilliseconds, MINIMUM_EDGE_MS, INFINITE_MS);
  checkTurns(columns, profile);
}

function checkTurns(columns: RoadGraphColumns, { turnFirst, turnSequence }: ForbiddenTurns): void {
  const count = turnFirst.length - 1;
  requireThat(count >= 0, "the forbidden turns have no beginning");
  requireOffsets("the forbidden turns", turnFirst, count, turnSequence.length);
  requireWithin("the forbidden turns' keys", turnSequence, 0, edgeKeyCount(columns.segmentTail.length) - 1);
  for (let turn = 0; turn < count; turn++) {
    const begin = turnFirst[turn]!;
    const end = turnFirst[turn + 1]!;
    requireThat(
      end - begin >= 2 && end - begin <= MAXIMUM_TURN_KEYS,
      () => `forbidden turn ${turn} has ${end - begin} roads, where turns have 2 to ${MAXIMUM_TURN_KEYS}`,
    );
    for (let i = begin + 1; i < end; i++) {
      const arrived = tailOf(columns, reverseKey(turnSequence[i - 1]!));
      requireThat(
        arrived === tailOf(columns, turnSequence[i]!),
        () => `forbidden turn ${turn} goes on at road ${i - begin} from where the one before does not lead`,
      );
    }
  }
}
