import { fromFixedDegrees } from "../core/units";
import type { RoadGraph } from "../roads/road-graph";
import { inChunks } from "./text-chunks";

/** Seven decimals: the resolution of the road graph, so a position read back is the same node. */
const degrees = (units: number): string => fromFixedDegrees(units).toFixed(7);

/** `nodes.csv`: `node,lon,lat`, every node in order. */
export function nodesCsv(roads: RoadGraph): Generator<string> {
  return inChunks(lines());
  function* lines(): Generator<string> {
    const { nodeLon, nodeLat } = roads.columns;
    yield "node,lon,lat\n";
    for (let node = 0; node < roads.nodeCount; node++) {
      yield `${node},${degrees(nodeLon[node]!)},${degrees(nodeLat[node]!)}\n`;
    }
  }
}

/** `edges.csv`: `from,to,milliseconds,metres`, every directed edge in order, parallel ones and loops included. */
export function edgesCsv(roads: RoadGraph): Generator<string> {
  return inChunks(lines());
  function* lines(): Generator<string> {
    const { edgeHead, edgeMilliseconds } = roads.columns;
    yield "from,to,milliseconds,metres\n";
    for (let edge = 0; edge < roads.edgeCount; edge++) {
      const metres = (roads.edgeCentimetres(edge) / 100).toFixed(2);
      yield `${roads.edgeTail(edge)},${edgeHead[edge]},${edgeMilliseconds[edge]},${metres}\n`;
    }
  }
}

/** `turns.csv`: forbidden node runs `from,via,to`; the road graph forbids no turns, so only the header. */
export function* turnsCsv(_roads: RoadGraph): Generator<string> {
  yield "from,via,to\n";
}

/** The files of a csv export, by name. */
export const csvFiles = (roads: RoadGraph): Readonly<Record<string, Generator<string>>> => ({
  "nodes.csv": nodesCsv(roads),
  "edges.csv": edgesCsv(roads),
  "turns.csv": turnsCsv(roads),
});
