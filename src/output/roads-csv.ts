import { fromFixedDegrees, INFINITE_MS } from "../core/units";
import { isBackward, segmentOf } from "../roads/graph/edge-key";
import type { RoadGraph } from "../roads/graph/road-graph";
import { inChunks } from "./text-chunks";

/** Seven decimals: the resolution of the road graph, so a position read back is the same node. */
const degrees = (units: number): string => fromFixedDegrees(units).toFixed(7);

/** `nodes.csv`: `node,lon,lat`, every place in order; copies of nodes are left to `turns.csv`. */
export function nodesCsv(roads: RoadGraph): Generator<string> {
  return inChunks(lines());
  function* lines(): Generator<string> {
    const { nodeLon, nodeLat } = roads.columns;
    yield "node,lon,lat\n";
    for (const [place, node] of placesOf(roads)) {
      yield `${place},${degrees(nodeLon[node]!)},${degrees(nodeLat[node]!)}\n`;
    }
  }
}

/**
 * `edges.csv`: `from,to,milliseconds,metres`, every directed edge between places in order that the roads' profile may
 * drive, parallel ones and loops too.
 */
export function edgesCsv(roads: RoadGraph): Generator<string> {
  return inChunks(lines());
  function* lines(): Generator<string> {
    const { firstEdge, edgeHead, edgeMilliseconds } = roads.columns;
    yield "from,to,milliseconds,metres\n";
    for (const [place, node] of placesOf(roads)) {
      for (let edge = firstEdge[node]!; edge < firstEdge[node + 1]!; edge++) {
        if (edgeMilliseconds[edge]! >= INFINITE_MS) continue;
        const metres = (roads.edgeCentimetres(edge) / 100).toFixed(2);
        yield `${place},${roads.junctionNumber(edgeHead[edge]!)},${edgeMilliseconds[edge]},${metres}\n`;
      }
    }
  }
}

/**
 * `turns.csv`: after the header `from,via,to` one forbidden turn a row, the sequence of nodes that may not be passed one right
 * after the other: three, or more where a restriction speaks of a road in between. Where two edges join the same nodes
 * the builder has put a node into one of them, so that nodes tell which edges are meant.
 */
export function turnsCsv(roads: RoadGraph): Generator<string> {
  return inChunks(lines());
  function* lines(): Generator<string> {
    const { turnFirst, turnSequence, segmentTail, segmentHead } = roads.columns;
    yield "from,via,to\n";
    for (let turn = 0; turn + 1 < turnFirst.length; turn++) {
      const sequence = turnSequence.subarray(turnFirst[turn], turnFirst[turn + 1]);
      const heads = Array.from(sequence, (key) => (isBackward(key) ? segmentTail : segmentHead)[segmentOf(key)]!);
      const first = sequence[0]!;
      const nodes = [(isBackward(first) ? segmentHead : segmentTail)[segmentOf(first)]!, ...heads];
      yield `${nodes.map((node) => roads.junctionNumber(node)).join()}\n`;
    }
  }
}

/** Every junction, with its number among these. */
function* placesOf(roads: RoadGraph): Generator<[place: number, node: number]> {
  const { splitNode } = roads.columns;
  let copy = 0;
  for (let node = 0; node < roads.nodeCount; node++) {
    if (splitNode[copy] === node) copy++;
    else yield [node - copy, node];
  }
}

/** The files of a csv export, by name. */
export const csvFiles = (roads: RoadGraph): Readonly<Record<string, Generator<string>>> => ({
  "nodes.csv": nodesCsv(roads),
  "edges.csv": edgesCsv(roads),
  "turns.csv": turnsCsv(roads),
});
