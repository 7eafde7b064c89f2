import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { type ArcWeights, type Graph, graphFromArcs } from "../../src/shortest-path/graph";
import { sharedData } from "./shared-data";

export interface PlacedGraph {
  readonly graph: Graph;
  readonly weights: ArcWeights;
  /** Int32[nodeCount] each, millionths of a degree. */
  readonly x: Int32Array;
  readonly y: Int32Array;
}

const graphFile = sharedData("dimacs/USA-road-t.NY.gr.gz");
const coordinatesFile = sharedData("dimacs/USA-road-d.NY.co.gz");

export const newYorkIsPresent = graphFile !== undefined && coordinatesFile !== undefined;

/**
 * New York of the 9th DIMACS Challenge, with real travel times: 264,346 nodes, 733,846 arcs. Read without a word of the
 * product's own readers, so that tests of the core stand on their own.
 */
export function readNewYork(): PlacedGraph {
  if (graphFile === undefined || coordinatesFile === undefined) throw new Error("The New York graph is not here.");
  const nodeCount = 264_346;
  const arcs = integers(graphFile, /^a /, 3);
  const points = integers(coordinatesFile, /^v /, 3);
  const column = (values: number[], at: number, offset = 0) =>
    Int32Array.from({ length: values.length / 3 }, (_, i) => values[3 * i + at]! + offset);
  const { graph, inputArc } = graphFromArcs(nodeCount, column(arcs, 0, -1), column(arcs, 1, -1));
  const times = column(arcs, 2);
  return { graph, weights: inputArc.map((arc) => times[arc]!), x: column(points, 1), y: column(points, 2) };
}

function integers(path: string, kind: RegExp, count: number): number[] {
  const text = gunzipSync(readFileSync(path)).toString("latin1");
  return text.split("\n").flatMap((line) =>
    kind.test(line)
      ? line
          .split(" ")
          .slice(1, 1 + count)
          .map(Number)
      : [],
  );
}
